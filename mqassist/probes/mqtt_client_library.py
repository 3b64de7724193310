"""What paho-mqtt, the real client library, says about the same endpoint: the words people meet in their own logs."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import say
from mqassist.probes.probe import Probe, ProbeContext, Result

if TYPE_CHECKING:
    from paho.mqtt.client import Client

_WORDS = 300
_ABOUT = ("paho.result", "paho.error")
RESULTS = ("connected", "refused", "error", "silent")


def _run(context: ProbeContext) -> Result:
    if not context.logins.take():
        return Result("skipped", say("mqtt.paho.no-tries"))
    tried = _Try(context)
    thread = threading.Thread(target=tried.run, name="paho", daemon=True)
    thread.start()
    end = 2 * context.settings.timeout + 1
    while thread.is_alive() and end > 0:
        context.token.sleep(0.02)
        end -= 0.02
    facts: dict[str, Fact] = {"paho.result": tried.result}
    if tried.result == "refused":
        context.logins.was_refused()
    if tried.result == "connected":
        line = say("mqtt.paho.connected", about=_ABOUT)
    elif tried.words:
        facts["paho.error"] = tried.words[:_WORDS]
        line = say("mqtt.paho.says", about=_ABOUT, words=tried.words[:_WORDS])
    else:
        line = say("mqtt.paho.silent", about=_ABOUT, seconds=context.settings.timeout)
    return Result("passed", line, facts, [line])


class _Try:
    """One login by paho-mqtt on a thread of its own, as its calls cannot be interrupted; every wait is bounded."""

    def __init__(self, context: ProbeContext) -> None:
        from mqassist.core.record import changed
        from mqassist.probes._mqtt import asked_login, second_client_id

        self.context = context
        self.login = asked_login(context)
        if context.text("login.result") == "accepted":  # the run's own session must not be taken over
            self.login = changed(self.login, client_id=second_client_id(context, "p"))
        self.result = "silent"
        self.words = ""
        self._over = threading.Event()

    def run(self) -> None:
        try:
            self._talk(self._client())
        except Exception as error:  # noqa: BLE001 - whatever the library raises is what its users see
            self.result, self.words = "error", f"{type(error).__name__}: {error}"

    def _client(self) -> Client:
        from paho.mqtt import client as paho

        protocols = {"3.1": paho.MQTTv31, "3.1.1": paho.MQTTv311, "5": paho.MQTTv5}
        endpoint, login = self.context.endpoint, self.login
        client = paho.Client(
            paho.CallbackAPIVersion.VERSION2,  # type: ignore[attr-defined]  # re-exported by paho without saying so
            client_id=login.client_id,
            protocol=protocols[login.version],
            transport="websockets" if endpoint.transport == "websocket" else "tcp",
            reconnect_on_failure=False,
        )
        client.connect_timeout = self.context.settings.timeout
        if login.username is not None:
            client.username_pw_set(login.username, None if login.password is None else login.password.reveal())
        if endpoint.transport == "websocket":
            from mqassist.probes._websocket import path_of

            client.ws_set_options(path=path_of(endpoint))
        if endpoint.tls:
            from mqassist.net.tls_context import client_context

            client.tls_set_context(client_context(self.context.settings.tls, self.context.credentials).context)
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected
        return client

    def _talk(self, client: Client) -> None:
        import time

        endpoint, timeout = self.context.endpoint, self.context.settings.timeout
        # the Keep Alive also bounds paho's handshakes
        client.connect(endpoint.host, endpoint.port, keepalive=max(10, int(2 * timeout)))
        end = time.monotonic() + timeout
        while not self._over.is_set() and time.monotonic() < end:
            if client.loop(0.05) and not self._over.is_set():
                break
        client.disconnect()
        client.loop(0.05)

    def _connected(self, client: object, userdata: object, flags: object, reason: object, properties: object) -> None:
        del client, userdata, flags, properties
        failed = bool(getattr(reason, "is_failure", False))
        self.result = "refused" if failed else "connected"
        self.words = f"on_connect: {reason} ({getattr(reason, 'value', '')})"
        self._over.set()

    def _disconnected(
        self, client: object, userdata: object, flags: object, reason: object, properties: object
    ) -> None:
        del client, userdata, flags, properties
        if not self._over.is_set():
            self.result = "error"
            self.words = f"on_disconnect: {reason} ({getattr(reason, 'value', '')})"
            self._over.set()


PROBE = Probe(
    id="mqtt.client_library",
    layer="auth",
    run=_run,
    applies=lambda endpoint, settings: (
        endpoint.protocol == "mqtt" and settings.proxy is None and settings.tls.server_name is None
    ),
    needs=("mqtt.connect", "mqtt.login_variation", "mqtt.amqp_sibling"),
    # not for a peer that sends broken MQTT: paho-mqtt 2.2 allocates whatever length such a packet claims, 256 MiB
    when="mqtt.connect_outcome in ('refused', 'closed', 'silent') or mqtt.library_wanted",
    gives=(
        FactSpec("paho.result", "choice", "How paho-mqtt fares with the same login.", RESULTS),
        FactSpec("paho.error", "text", "What paho-mqtt tells its user."),
    ),
    budget_for=lambda settings: settings.timeout * 3 + 2,
    deciding=True,
    why="why.mqtt.client_library",
)
