"""Heartbeat (AMQP) and Keep Alive (MQTT, TCP): below half of the idle cut, and longer than a lost segment needs."""

from __future__ import annotations

from collections.abc import Sequence

from mqassist.advisor import sources
from mqassist.advisor.path import Path, number, picked, up
from mqassist.core.endpoint import Endpoint
from mqassist.core.facts import Facts
from mqassist.core.record import changed, record
from mqassist.core.text import Text, say
from mqassist.core.tuning import Basis, Recommendation, Saying

GUIDE_LOW_S, GUIDE_HIGH_S = 5, 20
"""RabbitMQ's heartbeat guide: serves most environments; below 5 s false alarms are likely."""
SHORTEST_DEFAULT_S = 60
"""The shortest idle time that well-known boxes come with: nginx for WebSocket (proxy_read_timeout)."""
UNMEASURED_S = SHORTEST_DEFAULT_S // 2
SEEN = 3
"""Heartbeats after which RabbitMQ 3.10.8 disconnects a silent client (seen: 6.0 s with 2 s, 12.0 s with 4 s); its
guide speaks of two."""
PIKA_SLACK_S = 5
"""pika/heartbeat.py: it looks for bytes every so many seconds more than the heartbeat."""
SYSTEM_KEEPALIVE_S = 7200
TUTORIALS = ""
"""Those that copy each other have no one address."""

_HEARTBEAT_FACTS = ("amqp.heartbeat", "amqp.heartbeat_offered")
_KEEP_ALIVE_FACTS = ("mqtt.keepalive_asked", "mqtt.server_keepalive")
_CUT_FACTS = ("heartbeat.idle_s", "heartbeat.fits_s", "idle.kind", "idle.cut_after_s", "idle.survived_s")


@record
class Beat:
    """The value, whatever it rests on, and the recommendation that says it. `dead_s`: after this long the broker
    itself notices that the client is gone."""

    seconds: int
    dead_s: int
    told: Recommendation


def heartbeat(path: Path) -> Beat:
    """AMQP. The longest of RabbitMQ's range, unless the idle cut or the broker's own offer ask for less."""
    offered = int(number(path.facts, "amqp.heartbeat_offered") or 0)
    lowest = max(GUIDE_LOW_S, up(path.stall_s))
    seconds = GUIDE_HIGH_S
    steps = [say("advise.heartbeat.guide", low=GUIDE_LOW_S, high=GUIDE_HIGH_S)]
    warnings: list[Text] = []
    if lowest > seconds:
        seconds = lowest
        steps.append(say("advise.heartbeat.slow-path", lowest=lowest))
    seconds = _below_cut(path, seconds, steps)
    if 0 < offered < seconds:
        seconds = offered
        steps.append(say("advise.heartbeat.offered", offered=offered))
    steps += [path.stall_told, say("advise.at-least", lowest=lowest, seconds=seconds)]
    if seconds < lowest:
        warnings.append(_too_short(path, seconds, lowest))
    steps.append(say("advise.heartbeat.frames", seconds=seconds, half=round(seconds / 2, 1)))
    steps.append(
        say(
            "advise.heartbeat.dead",
            seconds=seconds,
            twice=2 * seconds,
            seen=SEEN * seconds,
            pika=seconds + PIKA_SLACK_S,
        )
    )
    steps += _dead_peer(path.facts)
    used = number(path.facts, "amqp.heartbeat")
    if used is not None:
        steps.append(_used(path, int(used), off=say("advise.heartbeat.used-off")))
    named = (sources.HEARTBEATS, sources.TUNE, sources.RTO, sources.PIKA_BEAT)
    told = _told(path, "heartbeat", seconds, steps, warnings, _HEARTBEAT_FACTS, named)
    return Beat(seconds, SEEN * seconds, told)


def keep_alive(path: Path, version: str) -> Beat:
    """MQTT. Half of the idle cut, of the shortest known default where none was measured; the broker's own wins."""
    imposed = number(path.facts, "mqtt.server_keepalive")
    lowest = up(2 * path.stall_s)
    seconds = UNMEASURED_S
    steps = [say("advise.keepalive.default", box=SHORTEST_DEFAULT_S, half=UNMEASURED_S)]
    if path.fits_s is None and lowest > seconds:
        seconds = lowest
        steps.append(say("advise.heartbeat.slow-path", lowest=lowest))
    seconds = _below_cut(path, seconds, steps)
    warnings: list[Text] = []
    steps += [path.stall_told, say("advise.keepalive.at-least", lowest=lowest, seconds=seconds)]
    if seconds < lowest:
        warnings.append(_too_short(path, seconds, lowest))
    if imposed is not None:
        steps.append(say("advise.keepalive.imposed", imposed=int(imposed)))
        if path.fits_s is not None and not 0 < imposed <= path.fits_s:
            warnings.append(say("advise.keepalive.imposed-too-long", imposed=int(imposed), fits=path.fits_s))
        seconds = int(imposed)
    dead = up(1.5 * (seconds or UNMEASURED_S))
    if seconds:
        steps.append(say("advise.keepalive.dead", seconds=seconds, dead=dead))
    steps += _dead_peer(path.facts)
    used = number(path.facts, "mqtt.keepalive_used")
    used = number(path.facts, "mqtt.keepalive_asked") if used is None else used
    if used is not None and imposed is None:
        steps.append(_used(path, int(used), off=say("advise.keepalive.used-off")))
    named = (sources.MQTT_5 if version == "5" else sources.MQTT_3, sources.RTO, sources.PAHO)
    told = _told(path, "keep-alive", seconds, steps, warnings, _KEEP_ALIVE_FACTS, named)
    return Beat(seconds, dead, changed(told, basis="told") if imposed is not None else told)


def _told(
    path: Path,
    name: str,
    seconds: int,
    steps: Sequence[Text],
    warnings: Sequence[Text],
    facts: Sequence[str],
    named: tuple[str, ...],
) -> Recommendation:
    return Recommendation(
        name,
        _basis(path),
        say("advise.seconds", value=seconds),
        seconds,
        "s",
        tuple(steps),
        (*_unknown_cut(path), *path.unmeasured),
        warnings=tuple(warnings),
        evidence=picked(path.facts, *_CUT_FACTS, *facts) + path.round_trip_evidence,
        sources=(*named, *_box_sources(path)),
    )


def tcp_keep_alive(path: Path) -> Recommendation:
    """For programs whose heartbeat has to stay off, and for what the operating system notices by itself."""
    seconds = path.fits_s or UNMEASURED_S
    steps = [say("advise.tcp-keepalive.system", default=SYSTEM_KEEPALIVE_S)]
    if path.fits_s is not None and path.cut_s is not None:
        steps.append(say("advise.half-of-cut", cut=path.cut_s, fits=path.fits_s))
    else:
        steps.append(say("advise.keepalive.default", box=SHORTEST_DEFAULT_S, half=UNMEASURED_S))
    steps.append(say("advise.tcp-keepalive.command", seconds=seconds, ms=1000 * seconds))
    return Recommendation(
        "tcp-keep-alive",
        "documented" if path.fits_s is None else "measured",
        say("advise.tcp-keepalive.answer", seconds=seconds),
        seconds,
        "s",
        tuple(steps),
        _unknown_cut(path),
        evidence=picked(path.facts, *_CUT_FACTS),
        sources=(sources.LINUX_TCP, sources.WINDOWS_TCP, *_box_sources(path)),
    )


def sayings(path: Path, endpoint: Endpoint) -> tuple[Saying, ...]:
    """What guides and tutorials say of it, with this path's figures put in."""
    found = []
    if endpoint.protocol == "amqp":
        found += [
            Saying(say("advise.said.guide", low=GUIDE_LOW_S, high=GUIDE_HIGH_S), sources.HEARTBEATS),
            Saying(say("advise.said.server-default"), sources.HEARTBEATS),
        ]
    else:
        found.append(Saying(say("advise.said.library-default"), sources.PAHO))
    if path.round_trip_ms is not None:
        low, high = round(path.round_trip_ms * 20, 1), round(path.round_trip_ms * 30, 1)
        found.append(Saying(say("advise.said.times-round-trip", low=low, high=high), TUTORIALS))
    if path.cut_s is not None and path.cut_s <= 600:
        found.append(Saying(say("advise.said.classes-cut", cut=path.cut_s), TUTORIALS))
    else:
        found.append(Saying(say("advise.said.classes"), TUTORIALS))
    return tuple(found)


def _below_cut(path: Path, seconds: int, steps: list[Text]) -> int:
    """At most half of the idle cut; the step that says so is added."""
    if path.fits_s is not None and path.cut_s is not None:
        steps.append(say("advise.half-of-cut", cut=path.cut_s, fits=path.fits_s))
        return min(seconds, path.fits_s)
    if path.survived_s is not None:
        steps.append(say("advise.no-cut", survived=path.survived_s))
    return seconds


def _too_short(path: Path, seconds: int, lowest: int) -> Text:
    if path.fits_s is not None and seconds == path.fits_s and path.cut_s is not None:
        return say("advise.cut-too-short", cut=path.cut_s, lowest=lowest, wanted=2 * lowest)
    return say("advise.offer-too-short", seconds=seconds, lowest=lowest)


def _used(path: Path, used: int, off: Text) -> Text:
    if not used:
        return off
    if path.fits_s is not None and used > path.fits_s:
        return say("advise.used-too-long", used=used, fits=path.fits_s)
    return say("advise.used", used=used)


def _dead_peer(facts: Facts) -> list[Text]:
    """What --thorough --observe has measured of this broker."""
    took, beat = number(facts, "heartbeat.dead_peer_s"), number(facts, "heartbeat.dead_peer_beat_s")
    if took is None or not beat:
        return []
    return [say("advise.dead-peer", took=took, beat=beat, times=round(took / beat, 1))]


def _basis(path: Path) -> Basis:
    return "measured" if path.fits_s is not None or path.survived_s is not None else "documented"


def _unknown_cut(path: Path) -> tuple[Text, ...]:
    if path.fits_s is not None or path.survived_s is not None:
        return ()
    return (say("advise.unknown.idle-cut"),)


def _box_sources(path: Path) -> tuple[str, ...]:
    known = path.fits_s is not None or path.survived_s is not None
    return () if known else (sources.NGINX_HTTP, sources.NGINX_STREAM, sources.NLB, sources.AZURE)
