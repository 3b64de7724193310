"""A held MQTT connection."""

from __future__ import annotations

import time

from mqassist.core.record import changed
from mqassist.net import mqtt
from mqassist.net.mqtt_codes import reason_name
from mqassist.probes._line import GLANCE_S, MQTT_NO_KEEPALIVE_IS_REFUSED_S, TOLERANCE, Ending, Line, Refusal
from mqassist.probes._mqtt import Session, asked_login, second_client_id, try_login
from mqassist.probes.probe import ProbeContext


class MqttLine:
    def __init__(self, session: Session, keepalive: float) -> None:
        self.session = session
        self.agreed_s = keepalive
        self.broker_limit = keepalive * TOLERANCE
        self.local_ip = str(getattr(session.stream, "local_ip", ""))

    def idle_s(self) -> float:
        return time.monotonic() - self.session.last_traffic

    def look(self) -> Ending | None:
        self.session.receive(GLANCE_S)
        return self._ending()

    def beat(self, timeout: float) -> None:
        self.session.send(mqtt.ping(), timeout)

    def ask(self, timeout: float) -> Ending | None:
        self.session.send(mqtt.ping(), timeout)
        end = time.monotonic() + timeout
        while not self.session.ended and (left := end - time.monotonic()) > 0:
            if any(isinstance(event, mqtt.Signal) and event.kind == "pingresp" for event in self.session.receive(left)):
                return None
        return self._ending() or Ending("silent")

    def _ending(self) -> Ending | None:
        ended = self.session.ended
        if not ended:
            return None
        if ended == "disconnect":
            return Ending("broker", reason_name(self.session.disconnect_code))
        return Ending("garbage" if ended == "malformed" else ended)

    def close(self) -> None:
        self.session.close()


def open_mqtt_line(context: ProbeContext, name: str, heartbeat: int) -> Line | Refusal:
    """A broker that wants a Keep Alive gets one (seen: Mosquitto 2.0.21 with max_keepalive refuses 0), and one that
    imposes its own is obeyed (MQTT 5 §3.2.2.3.14): it ends an idle line by itself then."""
    login = changed(asked_login(context), client_id=second_client_id(context, name), keepalive=heartbeat)
    attempt = try_login(context, login)
    if attempt.outcome == "refused" and not heartbeat and context.logins.take():
        login = changed(login, keepalive=asked_login(context).keepalive or MQTT_NO_KEEPALIVE_IS_REFUSED_S)
        attempt = try_login(context, login)
    session = attempt.session
    if session is None:
        if attempt.outcome == "refused":
            context.logins.take()
        quiet = attempt.outcome == "silent"
        return Refusal("no-path" if attempt.outcome == "unreachable" else "silent" if quiet else "refused")
    imposed = None if attempt.connack is None else dict(attempt.connack.properties).get("server_keepalive")
    return MqttLine(session, float(imposed) if isinstance(imposed, int) else login.keepalive)
