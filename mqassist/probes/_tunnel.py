"""A connection through a proxy, the same way for every probe."""

from __future__ import annotations

import time

from mqassist.core.proxy_target import ProxyAddress, parse_proxy
from mqassist.net.connection import Connection
from mqassist.net.failure import WireError
from mqassist.net.proxy import HttpConnect, Login, Negotiation, Opened, Refused, Send, Socks5
from mqassist.net.resolve import Address
from mqassist.probes.probe import ProbeContext


class ProxyRefusal(WireError):
    """The proxy answered, and gave no tunnel."""

    def __init__(self, refused: Refused) -> None:
        super().__init__("failed", f"the proxy says: {refused.status} {refused.text or refused.detail}")
        self.refused = refused


def open_tunnel(context: ProbeContext) -> Connection:
    """A tunnel to the endpoint through `settings.proxy`. Raises WireError, ProxyRefusal if the proxy said no."""
    proxy = parse_proxy(context.settings.proxy or "")
    connection = dial_proxy(context, proxy)
    try:
        talk = negotiation(context, proxy, context.endpoint.host, context.endpoint.port)
        answer = negotiate(connection, talk, context.settings.timeout)
        if isinstance(answer, Refused):
            raise ProxyRefusal(answer)
        connection.begin_tunnel(answer.rest)
    except BaseException:
        connection.close()
        raise
    return connection


def dial_proxy(context: ProbeContext, proxy: ProxyAddress, addresses: tuple[Address, ...] = ()) -> Connection:
    """The first of the proxy's addresses that takes a connection. Raises the last WireError."""
    if not addresses:
        addresses = context.wire.resolve(proxy.host, proxy.port, token=context.token).addresses
    failure = WireError("failed", f"no address for {proxy.host}")
    for address in addresses:
        try:
            return context.wire.connect(address, token=context.token)
        except WireError as error:
            failure = error
    raise failure


def negotiation(context: ProbeContext, proxy: ProxyAddress, host: str, port: int) -> Negotiation:
    """The talk with the proxy, with the login that the person gave for it."""
    login = None
    if proxy.username is not None:
        password = context.credentials.proxy_password
        login = Login(proxy.username, "" if password is None else password.reveal())
    return HttpConnect(host, port, login) if proxy.kind == "http" else Socks5(host, port, login)


def negotiate(connection: Connection, talk: Negotiation, timeout: float) -> Opened | Refused:
    """Drives the talk to its end, within `timeout` seconds in all. Raises WireError; "closed" if the proxy hung up."""
    end = time.monotonic() + timeout
    begin = talk.start()
    connection.send(begin.data, timeout, record=begin.shown)
    while True:
        data = connection.receive(max(0.001, end - time.monotonic()), 4096)
        if not data:
            raise WireError("closed", "the proxy closed without an answer", received=connection.raw_received)
        for event in talk.feed(data):
            if not isinstance(event, Send):
                return event
            connection.send(event.data, max(0.001, end - time.monotonic()), record=event.shown)
