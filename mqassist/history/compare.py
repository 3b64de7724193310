"""Two reports side by side, down to the first layer that differs. Pure; knows no files and no language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mqassist.core.comparison import Comparison, FactChange, Kind, RunSide, StepComparison, StepSide
from mqassist.core.facts import Fact
from mqassist.core.record import changed
from mqassist.report.presented import LAYERS, Presented, PresentedCheck, is_deciding, ran, shape_of

SLOWER_FACTOR, SLOWER_MS = 3.0, 500.0
"""A time counts as different from three times on, and only where the difference is one that a person would feel."""

OWN = frozenset(
    {
        # ports, names and counts that are new in every run
        "tcp.local_port", "mqtt.client_id", "mqtt.assigned_client_id", "mqtt.accepted_id", "first.hex",
        "host.time_wait_to_broker", "host.sockets_to_broker", "host.listener_pid", "host.listener_descriptors",
        "host.descriptors", "tcp.pending_count", "tcp.retransmitted", "tcp.round_trips", "tcp.slow_connects",
        "amqp.beats_sent", "amqp.beats_received", "amqp.queue_messages", "mqtt.pings_sent", "mqtt.pings_answered",
        "mqtt.other_messages", "tls.listing_connections", "watch.drops", "watch.minute", "net.ping_said",
        # clocks, and what follows from a date that is a fact of its own
        "tls.clock_now", "tls.clock_other", "tls.days_left", "tls.chain_days_left", "amqp.token_expired_s",
        # which of several equal addresses was faster
        "tcp.address",
    }
)  # fmt: skip
"""Facts that differ between two runs against one healthy broker: told, but nothing follows from them."""

_MEASURED = ("_ms", ".ms", "_s", "_us")
_ADDRESSES = ("addresses", "tcp.address", "local_address", "local_source", "net.hops", "last_hop", "fingerprint")
"""Other hosts have other ones; between runs against the same host they do tell something."""
_INPUT = "input."
_PARTS = ("protocol", "scheme", "host", "port", "vhost", "username", "tls", "transport")


def compare(before: Presented, after: Presented) -> Comparison:
    """Raises nothing: reports of different targets, protocols or versions can be compared, too."""
    target = _target(before.endpoint, after.endpoint)
    other_target = bool(target)
    other_host = any(change.name == "host" for change in target)
    first, second = _nameless(before), _nameless(after)
    steps = [
        _step(first.get(name), second.get(name), other_target, other_host)
        for name in sorted(dict.fromkeys([*first, *second]), key=lambda name: _place(first, second, name))
    ]
    layer = _first(steps)
    steps = [_following(step, layer) for step in steps]
    return Comparison(
        before=_side(before),
        after=_side(after),
        target=target,
        steps=tuple(steps),
        first_layer=layer,
        first_steps=tuple(
            step.id for step in steps if step.layer == layer and step.kind != "same" and not step.follows
        ),
    )


def _nameless(report: Presented) -> dict[str, PresentedCheck]:
    """By id, without the run id that each run puts into the names of its own topics and connections."""
    if not report.run_id:
        return {check.id: check for check in report.checks}

    def without(value: Fact) -> Fact:
        return value.replace(report.run_id, "…") if isinstance(value, str) else value

    return {
        check.id: changed(check, facts={name: without(value) for name, value in check.facts.items()})
        for check in report.checks
    }


def _side(report: Presented) -> RunSide:
    return RunSide(
        run=report.run_id,
        started_at=report.started_at,
        target=report.target,
        status=report.status,
        state=report.state,
        cause="" if report.root is None else report.root.id,
        title=report.title,
        duration_ms=report.duration_ms,
    )


def _target(
    before: Mapping[str, str | int | bool | None], after: Mapping[str, str | int | bool | None]
) -> tuple[FactChange, ...]:
    changes = []
    for name in _PARTS:
        old, new = before.get(name), after.get(name)
        if old != new:
            changes.append(FactChange(name, _kind(old, new), old, new))
    return tuple(changes)


def _kind(old: object, new: object) -> Kind:
    return "added" if old is None else "missing" if new is None else "changed"


def _place(first: Mapping[str, PresentedCheck], second: Mapping[str, PresentedCheck], name: str) -> tuple[int, float]:
    """As the layers lie; within one by the time in the run where the step did something."""
    sides = [side[name] for side in (first, second) if name in side]
    check = next((side for side in sides if ran(side)), sides[0])
    return LAYERS.index(check.layer), check.started_ms


def _step(
    old: PresentedCheck | None, new: PresentedCheck | None, other_target: bool, other_host: bool
) -> StepComparison:
    check = new or old
    assert check is not None, "the name came from one of them"
    facts = _facts({} if old is None else old.facts, {} if new is None else new.facts, other_target, other_host)
    was, is_now = old is not None and ran(old), new is not None and ran(new)
    kind: Kind = "same"
    if was and is_now and old is not None and new is not None:
        different = old.status != new.status or any(not fact.expected for fact in facts)
        kind = "changed" if different or _slower(old.duration_ms, new.duration_ms) else "same"
    elif was != is_now:
        kind = "added" if is_now else "missing"
    return StepComparison(
        id=check.id,
        title=check.title,
        layer=check.layer,
        layer_word=check.layer_word,
        kind=kind,
        before=_step_side(old),
        after=_step_side(new),
        facts=facts,
        follows=_is_consequence(old, new, kind),
        slower=_slower(old.duration_ms, new.duration_ms) if old is not None and new is not None else 0.0,
    )


def _is_consequence(old: PresentedCheck | None, new: PresentedCheck | None, kind: Kind) -> bool:
    """A second probe that only one of the runs had a reason for."""
    side = {"added": new, "missing": old}.get(kind)
    return side is not None and is_deciding(side)


def _step_side(check: PresentedCheck | None) -> StepSide | None:
    if check is None:
        return None
    return StepSide(check.status, shape_of(check), check.summary, check.duration_ms)


def _slower(before_ms: float, after_ms: float) -> float:
    """The factor, below 1 if it became faster; 0 if the difference means nothing."""
    low, high = sorted((before_ms, after_ms))
    if high - low < SLOWER_MS or high < SLOWER_FACTOR * low:
        return 0.0
    return after_ms / max(before_ms, 0.1)


def _facts(
    before: Mapping[str, Fact], after: Mapping[str, Fact], other_target: bool, other_host: bool
) -> tuple[FactChange, ...]:
    changes = []
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            expected = _is_expected(name, other_target, other_host) or name.endswith(_MEASURED)
            changes.append(FactChange(name, _kind(old, new), old, new, expected))
        elif not _alike(old, new):
            expected = _is_expected(name, other_target, other_host) or _is_noise(name, old, new)
            changes.append(FactChange(name, "changed", old, new, expected))
    return tuple(changes)


def _is_expected(name: str, other_target: bool, other_host: bool) -> bool:
    """What was asked for is compared by itself, so facts that only repeat it tell nothing."""
    if name in OWN or (other_target and name.startswith(_INPUT)):
        return True
    return other_host and any(part in name for part in _ADDRESSES)


def _alike(old: Fact, new: Fact) -> bool:
    if isinstance(old, tuple) and isinstance(new, tuple):
        return sorted(map(str, old)) == sorted(map(str, new))  # name servers turn the order round
    return type(old) is type(new) and old == new if isinstance(old, bool | str) else old == new


def _is_noise(name: str, old: Fact, new: Fact) -> bool:
    if name.endswith("_us"):  # of several addresses at once: the step's own time tells whether that was slower
        return True
    if not name.endswith(_MEASURED) or isinstance(old, str | tuple) or isinstance(new, str | tuple):
        return False
    unit = 1.0 if name.endswith("ms") else 1000.0
    return not _slower(float(old) * unit, float(new) * unit)


def _first(steps: Sequence[StepComparison]) -> str:
    """The first layer where an answer differs; where none does, the first where only a time does."""
    different = [step for step in steps if step.kind != "same" and not step.follows]
    answered = [step for step in different if _answers_differ(step)]
    return next((step.layer for step in answered or different), "")


def _answers_differ(step: StepComparison) -> bool:
    if step.before is None or step.after is None or step.before.status != step.after.status:
        return True
    return any(not fact.expected and not fact.name.endswith(_MEASURED) for fact in step.facts)


def _following(step: StepComparison, first_layer: str) -> StepComparison:
    """Below the first difference, a step that only one of the runs reached merely follows from it."""
    if step.kind not in ("added", "missing") or not first_layer or step.follows:
        return step
    if LAYERS.index(step.layer) <= LAYERS.index(first_layer):
        return step
    return changed(step, follows=True)
