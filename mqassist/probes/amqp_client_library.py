"""What pika, the usual Python client, makes of the same endpoint: the exception that developers see in their logs."""

from __future__ import annotations

import threading
import time

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import say
from mqassist.probes.probe import Probe, ProbeContext, Result

TEXT_LIMIT = 400


def run(context: ProbeContext) -> Result:
    if not context.logins.take():
        return Result("skipped", say("amqp.login-cap", count=context.logins.limit))
    box: list[str | None] = []
    began = time.monotonic()
    thread = threading.Thread(target=lambda: box.append(_connect(context)), name="pika", daemon=True)
    thread.start()
    limit = context.settings.timeout + 1
    # pika cannot be interrupted: after Stop or the limit its thread ends by its own timeouts, unwatched
    while thread.is_alive() and (left := context.token.remaining(began + limit - time.monotonic())) > 0:
        thread.join(min(0.05, left))
    ms = (time.monotonic() - began) * 1000
    if not box:
        return Result("passed", say("pika.no-end", about=("pika.result",), ms=ms), {"pika.result": "no-end"})
    error = box[0]
    if error is None:
        connected = say("pika.connected", about=("pika.result",), ms=ms)
        return Result("passed", connected, {"pika.result": "connected"}, [connected])
    if error.startswith("ProbableAuthenticationError"):
        context.logins.was_refused()
    facts: dict[str, Fact] = {"pika.result": "error", "pika.error": error}
    raised = say("pika.raised", about=("pika.result", "pika.error"), error=error, ms=ms)
    return Result("passed", raised, facts, [raised])


def _connect(context: ProbeContext) -> str | None:
    """None if it connected, else the exception as a developer sees it."""
    import logging

    import pika  # type: ignore[import-untyped]

    logging.getLogger("pika").setLevel(logging.CRITICAL + 1)
    connection = None
    try:
        connection = pika.BlockingConnection(_parameters(context))
        connection.close()
    except Exception as error:  # noqa: BLE001 - whatever it raises is what is asked for
        if connection is not None:
            # seen: pika 1.4.4, after the peer closed first, leaves the sockets of its event loop open
            connection._cleanup()  # noqa: SLF001 no public way
        return _as_text(error)
    return None


def _as_text(error: BaseException) -> str:
    text = f"{type(error).__name__}: {error}" if str(error) else repr(error)
    return "".join(char if char.isprintable() else " " for char in text)[:TEXT_LIMIT]


def _parameters(context: ProbeContext) -> object:
    import pika
    from pika import credentials as kinds

    from mqassist.net.tls_context import client_context
    from mqassist.probes._amqp_login import DEFAULT_PASSWORD, DEFAULT_USER

    endpoint, settings, given = context.endpoint, context.settings, context.credentials
    options = None
    if endpoint.tls:
        built = client_context(settings.tls, given, verify=None)
        options = pika.SSLOptions(built.context, settings.tls.server_name or endpoint.host)
    if context.text("amqp.mechanism") == "EXTERNAL":
        login: object = kinds.ExternalCredentials()
    else:
        password = "" if given.password is None else given.password.reveal()
        default = given.username is None and given.password is None
        login = kinds.PlainCredentials(given.username or DEFAULT_USER, DEFAULT_PASSWORD if default else password)
    return pika.ConnectionParameters(
        host=context.text("tcp.address", endpoint.host),
        port=endpoint.port,
        virtual_host=endpoint.vhost,
        credentials=login,
        ssl_options=options,
        heartbeat=settings.heartbeat,
        connection_attempts=1,
        socket_timeout=settings.timeout,
        stack_timeout=settings.timeout,
        blocked_connection_timeout=settings.timeout,
        client_properties={"connection_name": f"mqassist {context.run_id} {context.second} pika"},
    )


GIVES = (
    FactSpec("pika.result", "choice", "How pika fared.", ("connected", "error", "no-end")),
    FactSpec("pika.error", "text", "The exception that pika raised: its class and text."),
)

PROBE = Probe(
    id="amqp.client_library",
    layer="auth",
    run=run,
    applies=lambda endpoint, settings: endpoint.protocol == "amqp" and settings.proxy is None,
    needs=("amqp.login", "amqp.second_opinion", "amqp.vhost_variant", "protocol.identify"),
    # where AMQP was not spoken pika only waits for its own limit and has a worse word for it
    when="protocol.spoken and login.result in ('refused', 'closed', 'silent')",
    gives=GIVES,
    budget_for=lambda settings: settings.timeout + 4,
    deciding=True,
    why="why.amqp.client_library",
)
