"""With --watch: a connection held for hours, every drop with its circumstances, and what they have in common."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import Text, say
from mqassist.probes._shared import IDLE_FITS, IDLE_MS, IDLE_S, idle_facts
from mqassist.probes.probe import Probe, ProbeContext, Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mqassist.probes._watch import Drop, Likely
    from mqassist.probes._watch_line import Watched

SHOWN_DROPS = 20
DEFAULT_HEARTBEAT_S = 60
PATTERNS = ("none", "sleep", "network", "idle", "silence", "minute", "broker", "irregular", "too-few")
_ABOUT = ("watch.pattern", "watch.drops", "watch.watched_s", "heartbeat.idle_ms", "watch.trial", "watch.minute")


def _run(context: ProbeContext) -> Result:
    from mqassist.core.errors import Cancelled
    from mqassist.probes._line import leave_own
    from mqassist.probes._watch_line import Watched, watch

    leave_own(context)
    seen = Watched()
    heartbeat = int(context.number("amqp.heartbeat", context.number("mqtt.keepalive_asked", DEFAULT_HEARTBEAT_S)))
    with contextlib.suppress(Cancelled):  # Ctrl-C is how a watch ends: what was seen until then is its result
        watch(context, context.settings.watch, heartbeat, seen)
    return _result(seen)


def _result(seen: Watched) -> Result:
    from mqassist.probes._watch import likely, timeline

    guess = likely(seen.drops)
    facts: dict[str, Fact] = {
        "watch.watched_s": round(seen.seconds, 1),
        "watch.drops": len(seen.drops),
        "watch.pattern": guess.pattern,
    }
    if guess.pattern in ("idle", "silence"):
        facts |= idle_facts(guess.seconds * 1000)
        helped = seen.beats_helped
        facts["watch.trial"] = "untried" if helped is None else "helped" if helped else "no-help"
    if guess.pattern == "minute":
        facts["watch.minute"] = int(guess.seconds)
    line = _told(seen, guess)
    evidence = [line]
    if seen.drops:
        bar, slot = timeline(seen.drops, seen.seconds)
        evidence.append(say("watch.timeline", about=_ABOUT, bar=bar, slot=slot))
        evidence += _rows(seen.drops)
    if seen.beats_helped is not None:
        key = "watch.beats-helped" if seen.beats_helped else "watch.beats-no-help"
        evidence.append(say(key, about=("watch.trial",)))
    if seen.gave_up:
        evidence.append(say("watch.gave-up", about=("watch.drops",)))
    return Result("failed" if seen.drops or seen.gave_up else "passed", line, facts, evidence)


def _told(seen: Watched, guess: Likely) -> Text:
    seconds, drops, fitting = round(seen.seconds, 1), len(seen.drops), guess.count
    if guess.pattern == "none":
        return say("watch.none", about=_ABOUT, seconds=seconds)
    if guess.pattern == "idle":
        return say("watch.idle", about=_ABOUT, seconds=seconds, drops=drops, fitting=fitting, idle=guess.seconds)
    if guess.pattern == "silence":
        return say("watch.silence", about=_ABOUT, seconds=seconds, drops=drops, fitting=fitting, idle=guess.seconds)
    if guess.pattern == "minute":
        return say("watch.minute", about=_ABOUT, seconds=seconds, drops=drops, minute=f"{int(guess.seconds):02d}")
    if guess.pattern == "sleep":
        return say("watch.sleep", about=_ABOUT, seconds=seconds, drops=drops, fitting=fitting)
    if guess.pattern == "network":
        return say("watch.network", about=_ABOUT, seconds=seconds, drops=drops, fitting=fitting)
    if guess.pattern == "broker":
        return say("watch.broker", about=_ABOUT, seconds=seconds, drops=drops, fitting=fitting)
    if guess.pattern == "too-few":
        return say("watch.too-few", about=_ABOUT, seconds=seconds, drops=drops)
    return say("watch.irregular", about=_ABOUT, seconds=seconds, drops=drops)


def _rows(drops: Sequence[Drop]) -> list[Text]:
    import time

    rows = []
    for drop in drops[:SHOWN_DROPS]:
        at = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(drop.at))
        how = f"{drop.how.upper()} {drop.words}".strip()
        lived, idle, back = round(drop.lived_s, 1), round(drop.idle_s, 1), drop.back_s
        key = "watch.drop" if back >= 0 else "watch.drop-for-good"
        rows.append(say(key, about=_ABOUT, at=at, how=how, lived=lived, idle=idle, back=back))
    if len(drops) > SHOWN_DROPS:
        rows.append(say("watch.more-drops", about=_ABOUT, count=len(drops) - SHOWN_DROPS))
    return rows


PROBE = Probe(
    id="watch.line",
    layer="heartbeat",
    run=_run,
    applies=lambda endpoint, settings: settings.watch > 0,
    needs=("amqp.login", "mqtt.connect"),
    after=("amqp.rights", "amqp.heartbeat", "mqtt.message_path", "mqtt.keepalive", "heartbeat.dead_peer"),
    when="login.result == 'accepted'",
    gives=(
        IDLE_MS,
        IDLE_S,
        IDLE_FITS,
        FactSpec("watch.watched_s", "number", "How long the connection was watched, seconds."),
        FactSpec("watch.drops", "number", "How often it was lost."),
        FactSpec(
            "watch.pattern",
            "choice",
            "What most of the drops share: our own machine had slept; it had another address afterwards; the same "
            "idle time before; silence when it was used again after being idle; "
            "the same minute of several hours; the broker's own close; nothing; or too few to tell.",
            PATTERNS,
        ),
        FactSpec("watch.minute", "number", "That minute of the hour (UTC)."),
        FactSpec(
            "watch.trial",
            "choice",
            "Of drops after the same idle time: whether a connection with signs of life within it lived on.",
            ("untried", "helped", "no-help"),
        ),
    ),
    budget_for=lambda settings: settings.watch + settings.timeout * 6 + 10,
)
