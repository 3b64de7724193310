"""With --find-idle-cut: after how long without traffic does the path give up a connection, and does it say so?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.probes._shared import IDLE_FITS, IDLE_MS, IDLE_S, idle_facts
from mqassist.probes.probe import Probe, ProbeContext, Result

if TYPE_CHECKING:
    from mqassist.core.observation import Outcome
    from mqassist.probes._idle_search import Known
    from mqassist.probes._line import Line

CONTROL_HEARTBEAT_S = 10
_ABOUT = ("idle.kind", "idle.cut_after_s", "idle.survived_s", "idle.control_survived", "heartbeat.idle_ms")


def _run(context: ProbeContext) -> Result:
    from mqassist.core.errors import Cancelled
    from mqassist.probes._idle_search import Known
    from mqassist.probes._line import leave_own

    leave_own(context)
    known, counts = Known(), _Counts()
    stopped = False
    try:
        _search(context, known, counts)
    except Cancelled:
        stopped = True
    if counts.most < 2:
        return Result("skipped", say("idle.no-line"))
    return _result(context, known, counts, stopped)


class _Counts:
    def __init__(self) -> None:
        self.most = 0
        self.refused = False
        self.last = 0.0


def _search(context: ProbeContext, known: Known, counts: _Counts) -> None:
    import time

    from mqassist.probes._idle_search import MOST_LINES, OCTAVES, SHORTEST_S, first_times, times_between

    bound = context.settings.idle_search
    end = time.monotonic() + bound
    first = context.settings.idle_from or max(SHORTEST_S, bound / 2**OCTAVES)
    times = first_times(first, bound, MOST_LINES - 1)
    while times:
        _stage(context, known, counts, times)
        if known.kind not in ("silent", "on-use"):
            break
        patience = end - time.monotonic() - context.settings.timeout
        low = known.survived_s or (context.settings.idle_from if context.settings.idle_from < known.cut_s else 0.0)
        times = times_between(low, known.cut_s, MOST_LINES - 1, patience)
        kind = known.kind
        if times:
            known.kind = None
            try:
                _narrow(context, known, counts, times)
            finally:
                known.kind = known.kind or kind
            break
    if known.kind is None and counts.most > 1:
        known.kind = "none"


def _narrow(context: ProbeContext, known: Known, counts: _Counts, times: tuple[float, ...]) -> None:
    cut, words, lived = known.cut_s, known.words, known.control_lived
    _stage(context, known, counts, times)
    if known.kind in ("lost", "slept"):  # what the first round found still holds
        known.kind, known.cut_s, known.words, known.control_lived = None, cut, words, lived


def _stage(context: ProbeContext, known: Known, counts: _Counts, times: tuple[float, ...]) -> None:
    from mqassist.probes._idle_search import stage_of
    from mqassist.probes._line import close_all

    lines: list[Line] = []
    try:
        _open(context, lines, len(times) + 1, counts)
        if len(lines) < 2:
            return
        control, idle = lines[0], lines[1:]
        limits = [line.broker_limit for line in idle if line.broker_limit]
        longest = min(limits) * 0.6 if limits else max(times)  # the limit is 1.5 times the Keep Alive: stay below one
        times = tuple(sorted({min(at, longest) for at in times}))
        counts.last = max(counts.last, times[-1])
        stage_of(idle, times, control, known, context.token, context.settings.timeout, context.note).run()
    finally:
        close_all(lines)


def _open(context: ProbeContext, lines: list[Line], count: int, counts: _Counts) -> None:
    """As many as there may be. At the first refusal half are given back: other clients want to connect, too."""
    from mqassist.probes._line import Refusal, close_all, open_line

    for number in range(count):
        line = open_line(context, f"s{number}", CONTROL_HEARTBEAT_S if number == 0 else 0)
        if isinstance(line, Refusal):
            counts.refused = True
            kept = max(2, (len(lines) + 1) // 2)
            close_all(lines[kept:])
            del lines[kept:]
            break
        lines.append(line)
        counts.most = max(counts.most, len(lines))


def _result(context: ProbeContext, known: Known, counts: _Counts, stopped: bool) -> Result:
    facts: dict[str, Fact] = {"idle.connections": counts.most, "idle.searched_s": round(counts.last, 1)}
    if known.kind is not None and not (stopped and known.kind == "none"):
        facts["idle.kind"] = known.kind
    if known.survived_s:
        facts["idle.survived_s"] = round(known.survived_s, 1)
    harms = False
    if known.cut_s and known.kind not in ("lost", "slept", None):
        facts |= {"idle.cut_after_s": round(known.cut_s, 1), "idle.control_survived": known.control_lived}
        # of a silent cut only the bounds are known: what surely survives counts
        sure = known.cut_s if known.is_exact else known.survived_s or known.cut_s / 2
        facts |= idle_facts(sure * 1000)
        harms = facts["idle.harms"] = _harms(context, sure)
    line = _told(known, counts, stopped)
    evidence = [line, *_more(known, counts)]
    outcome: Outcome = "passed" if known.kind == "none" else "failed" if harms or known.kind == "lost" else "warning"
    return Result("cancelled" if stopped else outcome, line, facts, evidence)


def _harms(context: ProbeContext, sure_s: float) -> bool:
    """Whether a client with the heartbeat of this run would be cut: signs of life come too late, or never."""
    imposed = context.number("mqtt.server_keepalive", -1)
    asked = context.number("amqp.heartbeat", context.number("mqtt.keepalive_asked"))
    heartbeat = imposed if imposed >= 0 else asked
    return not 0 < heartbeat < sure_s


def _told(known: Known, counts: _Counts, stopped: bool) -> Text:
    cut, survived, kind = round(known.cut_s, 1), round(known.survived_s, 1), known.kind
    if kind == "fin" or kind == "reset":
        return say("idle.cut", about=_ABOUT, how="FIN" if kind == "fin" else "RST", seconds=cut)
    if kind == "silent":
        return say("idle.silent", about=_ABOUT, seconds=cut, survived=survived)
    if kind == "on-use":
        return say("idle.on-use", about=_ABOUT, seconds=cut, survived=survived)
    if kind == "broker":
        return say("idle.broker", about=_ABOUT, seconds=cut, words=known.words)
    if kind == "lost":
        return say("idle.lost", about=_ABOUT, seconds=cut)
    if kind == "slept":
        return say("idle.slept", about=_ABOUT)
    if stopped and not survived:
        return say("idle.stopped-early", about=_ABOUT, bound=round(counts.last, 1))
    if stopped:
        return say("idle.stopped", about=_ABOUT, survived=survived, bound=round(counts.last, 1))
    return say("idle.none", about=_ABOUT, seconds=survived, count=counts.most)


def _more(known: Known, counts: _Counts) -> list[Text]:
    more: list[Text] = []
    if known.kind in ("fin", "reset", "silent", "on-use") and known.control_lived:
        more.append(say("idle.control", about=("idle.control_survived",)))
    if known.kind in ("silent", "on-use", None) and known.survived_s:
        more.append(say("idle.resume", about=("idle.survived_s",), survived=round(known.survived_s, 1)))
    if known.strays:
        more.append(say("idle.strays", about=("idle.connections",), count=known.strays))
    if counts.refused:
        more.append(say("idle.refused", about=("idle.connections",), count=counts.most))
    return more


PROBE = Probe(
    id="idle.search",
    layer="heartbeat",
    run=_run,
    applies=lambda endpoint, settings: settings.idle_search > 0,
    needs=("amqp.login", "mqtt.connect"),
    after=("amqp.rights", "amqp.heartbeat", "mqtt.message_path", "mqtt.keepalive"),
    when="login.result == 'accepted'",
    gives=(
        IDLE_MS,
        IDLE_S,
        IDLE_FITS,
        FactSpec(
            "idle.kind",
            "choice",
            "How connections ended that were left idle, while one with signs of life lived on: FIN or RST at that "
            "moment; FIN or RST only when used again; no answer when used again; closed by the broker with words; "
            "not at all within the time searched. Lost: the one with signs of life was lost as well. Slept: this "
            "machine slept meanwhile.",
            ("fin", "reset", "on-use", "silent", "broker", "none", "lost", "slept"),
        ),
        FactSpec("idle.cut_after_s", "number", "The shortest idle time after which a connection was lost, seconds."),
        FactSpec("idle.survived_s", "number", "The longest idle time after which a connection answered, seconds."),
        FactSpec("idle.searched_s", "number", "The longest idle time that was looked for, seconds."),
        FactSpec("idle.connections", "number", "Connections held at once."),
        FactSpec("idle.control_survived", "flag", "The connection with signs of life outlived the idle ones."),
        FactSpec("idle.harms", "flag", "The heartbeat or Keep Alive of this run does not come often enough for that."),
    ),
    budget_for=lambda settings: settings.idle_search + settings.timeout * 24 + 10,
)
