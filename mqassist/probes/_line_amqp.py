"""A held AMQP connection."""

from __future__ import annotations

import time

from mqassist.net.amqp_methods import basic_qos, channel_open
from mqassist.net.failure import WireError
from mqassist.probes._amqp import AmqpSession, Stop
from mqassist.probes._amqp_login import Tuning, open_second
from mqassist.probes._line import GLANCE_S, Ending, Line, Refusal
from mqassist.probes.probe import ProbeContext


class AmqpLine:
    """With heartbeat 0 the broker sends nothing by itself (§4.2.7)."""

    def __init__(self, session: AmqpSession, tuning: Tuning) -> None:
        self.session = session
        self.broker_limit = 0.0
        self.local_ip = session.connection.local_ip
        self.agreed_s = float(tuning.heartbeat)
        self._channel_is_open = False

    def idle_s(self) -> float:
        return time.monotonic() - self.session.last_byte_at

    def look(self) -> Ending | None:
        event = self.session.next_event(time.monotonic(), GLANCE_S)
        return _ending(event) if isinstance(event, Stop) and event.how != "silent" else None

    def beat(self, timeout: float) -> None:
        self.session.beat(timeout)

    def ask(self, timeout: float) -> Ending | None:
        """Opens a channel, and from then on sets its prefetch: the smallest questions there are. A broker that answers
        with a close answered, too."""
        if self.session.blocked is not None:
            return self.look()
        if self._channel_is_open:
            answer = self.session.ask(basic_qos(1, 1), timeout, "basic.qos-ok")
        else:
            answer = self.session.ask(channel_open(1), timeout, "channel.open-ok")
            self._channel_is_open = True
        return _ending(answer) if isinstance(answer, Stop) and answer.how != "close" else None

    def close(self) -> None:
        self.session.close()


def _ending(stop: Stop) -> Ending:
    if stop.how == "close":
        return Ending("broker", f"{stop.code} {stop.text}".strip())
    return Ending("garbage" if stop.how == "challenge" else stop.how)


def open_amqp_line(context: ProbeContext, heartbeat: int) -> Line | Refusal:
    try:
        second = open_second(context, context.endpoint.vhost, heartbeat)
    except WireError:
        return Refusal("no-path")
    if second is None:
        return Refusal("silent")
    session, login = second
    if login.stop is None and login.tuning is not None:
        return AmqpLine(session, login.tuning)
    session.close()
    if login.stop is None:
        return Refusal("silent")
    if login.stage == "login":
        context.logins.take()
    return Refusal("silent" if login.stop.how == "silent" else "refused")
