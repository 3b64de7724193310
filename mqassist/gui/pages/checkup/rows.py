"""The rows of the step table and their common time axis, as plain data: of a run that goes, or of a report. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Literal

from mqassist.core.record import record
from mqassist.report.presented import (
    LAYERS,
    Presented,
    PresentedCheck,
    by_layer,
    deciding,
    is_deciding,
    not_reached,
    ran,
)
from mqassist.report.way import NodeState

RowKind = Literal["step", "quiet", "deciding", "address", "not-reached"]
RowState = NodeState | Literal["deciding", "note"]

QUIET_LAYERS = ("input", "host", "health")
"""What lies around the way: its checks share one row as long as none of them found anything."""
QUIET_PROBES = ("proxy.environment", "tls.files", "login.tries", "log.lines", "broker.version", "mqtt.broker_version")
GAP_TIMES = 3.0
"""A bar this many times longer than all others together is cut, so that the others can be seen."""


@record
class Row:
    """`checks` are the ids it stands for. `started_ms` and `took_ms` count on the run's own clock, None if it has not
    begun; `budget_s` is given while it runs. `result` is empty where the table has words of its own."""

    key: str
    kind: RowKind
    layer: str
    title: str
    state: RowState
    result: str = ""
    started_ms: float | None = None
    took_ms: float | None = None
    budget_s: float = 0.0
    why: str = ""
    checks: tuple[str, ...] = ()
    parent: str = ""


@record
class Axis:
    """`span_ms` is the right edge, `ticks_ms` start with 0. Bars beyond the edge are drawn with a gap."""

    span_ms: float
    ticks_ms: tuple[float, ...]


def is_quiet(probe: str, layer: str) -> bool:
    return layer in QUIET_LAYERS or probe in QUIET_PROBES


def rows_of(report: Presented) -> tuple[Row, ...]:
    """The whole table of a run that ended: what lies around the way, the way, deciding probes, what was not reached."""
    left_out = not_reached(report)
    way = [check for check in by_layer(report) if ran(check) and not is_deciding(check)]
    quiet = [check for check in way if is_quiet(check.id, check.layer) and check.status == "passed" and not check.crash]
    rows = [_quiet_row(quiet)] if quiet else []
    for check in way:
        if check not in quiet:
            rows.append(row_of(check))
            rows.extend(address_rows(check))
    for check in deciding(report):
        rows.append(row_of(check))
        rows.extend(address_rows(check))
    if left_out:
        rows.append(_not_reached_row(left_out))
    return tuple(rows)


def row_of(check: PresentedCheck) -> Row:
    """A check that ended."""
    second = is_deciding(check)
    return Row(
        key=check.id,
        kind="deciding" if second else "step",
        layer=check.layer,
        title=check.title,
        state=state_of(check),
        result=check.summary,
        started_ms=check.started_ms,
        took_ms=check.duration_ms,
        why=check.why if second else "",
        checks=(check.id,),
    )


def state_of(check: PresentedCheck) -> RowState:
    if check.crash:
        return "undecided"
    if is_deciding(check) and check.status in ("passed", "failed"):
        return "deciding"
    known: dict[str, RowState] = {"passed": "works", "warning": "warning", "failed": "broken"}
    return known.get(check.status, "not-reached")


def _quiet_row(checks: Sequence[PresentedCheck]) -> Row:
    begun = min(check.started_ms for check in checks)
    return Row(
        key="quiet",
        kind="quiet",
        layer="input",
        title="",
        state="works",
        started_ms=begun,
        took_ms=sum(check.duration_ms for check in checks),
        checks=tuple(check.id for check in checks),
    )


def _not_reached_row(checks: Sequence[PresentedCheck]) -> Row:
    stopped = any(check.status == "cancelled" for check in checks)
    return Row(
        key="not-reached",
        kind="not-reached",
        layer=checks[0].layer,
        title="",
        state="not-reached",
        why="stopped" if stopped else "",
        checks=tuple(check.id for check in checks),
    )


def address_rows(check: PresentedCheck) -> tuple[Row, ...]:
    """A row for each address that TCP was opened to, if there were several; shown when the step is opened."""
    facts = check.facts
    good, bad = facts.get("tcp.connected_addresses", ()), facts.get("tcp.failed_addresses", ())
    if not isinstance(good, tuple) or not isinstance(bad, tuple) or len(good) + len(bad) < 2:
        return ()
    took = facts.get("tcp.outcome_us", ())
    times = [int(each) / 1000 for each in took] if isinstance(took, tuple) else []
    named = zip_longest((*good, *bad), times[: len(good) + len(bad)])  # older reports have no times
    return tuple(_address_row(check, str(name), name in good, took_ms) for name, took_ms in named)


def _address_row(check: PresentedCheck, address: str, is_open: bool, took_ms: float | None) -> Row:
    """The sentence is the evidence that begins with the address."""
    said = next((line for line in check.evidence if line.startswith((address, f"[{address}]"))), "")
    _, colon, rest = said.partition(": ")
    if not colon:
        _, _, rest = said.partition("：")
    return Row(
        key=f"{check.id}/{address}",
        kind="address",
        layer=check.layer,
        title=address,
        state="works" if is_open else "broken",
        result=rest or said,
        started_ms=check.started_ms,
        took_ms=took_ms,
        checks=(check.id,),
        parent=check.id,
    )


def no_password_sent(report: Presented) -> bool:
    """A user was named, and nothing that logs in was ever begun: worth saying, since people fear for it. A login that
    was stopped may have begun: then nothing is said.
    """
    named = bool(report.endpoint.get("username"))
    tried = any(
        (ran(check) or check.status == "cancelled") and (check.layer == "auth" or check.id == "login.tries")
        for check in report.checks
    )
    return named and not tried


_STEPS = (1.0, 2.0, 5.0)


def axis_for(rows: Sequence[Row], *, at_least_ms: float = 0.0) -> Axis:
    """The axis ends behind the last bar, at a round figure; one bar that dwarfs all others does not stretch it."""
    ends = sorted(
        (row.started_ms + row.took_ms for row in rows if row.started_ms is not None and row.took_ms is not None),
        reverse=True,
    )
    longest = ends[0] if ends else 0.0
    if len(ends) > 1 and ends[1] > 0 and longest > GAP_TIMES * ends[1] and longest - ends[1] > 1000:
        longest = ends[1] * 1.15
    longest = max(longest, at_least_ms, 1.0)
    step = _round_step(longest)
    count = int(longest / step) + 1
    return Axis(max(step * count, longest * 1.02), tuple(step * at for at in range(count)))


def _round_step(longest: float) -> float:
    """Three to five ticks, 1, 2 or 5 times a power of ten."""
    power = 10.0 ** (len(str(int(longest))) - 2) if longest >= 1 else 0.1
    while True:
        for factor in _STEPS:
            if longest / (factor * power) <= 5:
                return factor * power
        power *= 10


def layer_rank(layer: str) -> int:
    return LAYERS.index(layer) if layer in LAYERS else len(LAYERS)
