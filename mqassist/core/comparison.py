"""How two runs differ, as plain data: layer by layer, step by step, fact by fact."""

from __future__ import annotations

from typing import Literal

from mqassist.core.facts import Fact
from mqassist.core.record import record

Kind = Literal["same", "changed", "added", "missing"]
"""`added` is only in the second run, `missing` only in the first."""


@record
class FactChange:
    """`expected`: it differs from run to run anyhow (times, ports of ours), so nothing follows from it alone."""

    name: str
    kind: Kind
    before: Fact | None
    after: Fact | None
    expected: bool = False


@record
class StepSide:
    """The step in one of the runs. `status` as in a report; `shape` names the state shown before it."""

    status: str
    shape: str
    summary: str
    duration_ms: float


@record
class StepComparison:
    """`follows`: the step is one that only the other outcome of an earlier layer made run, or not run.
    `facts` are those that differ. `slower` is the later duration over the earlier one where that means something,
    else 0."""

    id: str
    title: str
    layer: str
    layer_word: str
    kind: Kind
    before: StepSide | None
    after: StepSide | None
    facts: tuple[FactChange, ...] = ()
    follows: bool = False
    slower: float = 0.0


@record
class RunSide:
    """One of the two runs, for the heading. `title` is its answer."""

    run: str
    started_at: str
    target: str
    status: str
    state: str
    cause: str
    title: str
    duration_ms: float


@record
class Comparison:
    """`target` are differences in what was checked. `first_layer` is the first layer, in a packet's order, that
    differs, "" if none does; `first_steps` are the ids of its steps that differ. `steps` lie as the layers do."""

    before: RunSide
    after: RunSide
    target: tuple[FactChange, ...]
    steps: tuple[StepComparison, ...]
    first_layer: str
    first_steps: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Nothing differs that means anything."""
        verdict = (self.before.status, self.before.cause) == (self.after.status, self.after.cause)
        return verdict and not self.first_layer and not self.target
