"""Opens a fresh connection the way the run came (TCP or proxy, TLS …)."""

from __future__ import annotations

from mqassist.net.connection import Connection
from mqassist.net.failure import WireError
from mqassist.net.resolve import Address
from mqassist.probes.probe import ProbeContext


def open_fresh(context: ProbeContext, *, verify: bool | None = None) -> Connection:
    """A second connection to the address the run settled on, with TLS if the endpoint has it. Raises WireError."""
    connection = open_plain(context)
    if not context.endpoint.tls:
        return connection
    try:
        start_tls(context, connection, verify=verify)
    except BaseException:
        connection.close()
        raise
    return connection


def open_plain(context: ProbeContext) -> Connection:
    """TCP only, to `tcp.address` or the endpoint's first address; with a proxy set, through it. Raises WireError."""
    if context.settings.proxy is not None:
        from mqassist.probes._tunnel import open_tunnel

        return open_tunnel(context)
    address = chosen_address(context)
    return context.wire.connect(address, token=context.token)


def chosen_address(context: ProbeContext) -> Address:
    host = context.text("tcp.address", context.endpoint.host)
    found = context.wire.resolve(host, context.endpoint.port, token=context.token)
    if not found.addresses:
        raise WireError("failed", f"no address for {host}", found.code)
    return found.addresses[0]


def start_tls(context: ProbeContext, connection: Connection, *, verify: bool | None = None) -> float:
    """Shakes hands with the profile's own settings and returns the milliseconds it took.

    Raises WireError, also for a certificate that does not verify. A file of ours that cannot be used is left out
    (the probe tls.files says so): the broker's side can still be looked at.
    """
    from mqassist.net.tls_context import client_context  # brings OpenSSL: only where TLS is spoken

    tls = context.settings.tls
    built = client_context(tls, context.credentials, verify=verify)
    return connection.start_tls(built.context, tls.server_name or context.endpoint.host, context.settings.timeout)


def take_first(context: ProbeContext) -> Connection | None:
    """The run's own connection up to TLS, or None if an earlier probe left none: TLS failed, or nothing was open."""
    held = context.handover.take_connection("stream" if context.endpoint.tls else "tcp")
    if held is not None:
        held.rebind(context.token)
    return held
