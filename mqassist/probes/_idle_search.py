"""The search for the time after which the path gives up an idle connection.

Connections opened side by side are left idle for growing times and then asked; one more sends signs of life all the
while. If the idle ones are lost and that one lives, being idle was the reason and not the broker.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Literal, TypeVar

from mqassist.core.cancel import CancelToken
from mqassist.core.record import fresh, record
from mqassist.core.text import Text, say
from mqassist.probes._line import Ending, Line

MOST_LINES = 8
"""Held at once, the one with signs of life included."""
SHORTEST_S = 1.0
OCTAVES = 6
"""The first search begins at the bound divided by two to this power."""
GOOD_ENOUGH = 0.1
"""A cut-off known to a tenth is not narrowed down further."""
LOOK_EVERY_S = 0.05
NOTE_EVERY_S = 1.0
TOGETHER = 0.05
"""Lines of one age that are cut for being idle go within a twentieth of that time of each other, or half a second."""
SLEPT_S = 3.0
"""The wall clock gains this much on the monotonic one when the machine sleeps (or somebody sets it)."""

T = TypeVar("T")
Kind = Literal["fin", "reset", "on-use", "silent", "broker", "none", "lost", "slept"]


@record(frozen=False)
class Known:
    """What the search knows so far, in seconds. `survived_s` is the longest idle time after which a line answered,
    `cut_s` the shortest after which one was lost; 0 while nothing is known."""

    survived_s: float = 0.0
    cut_s: float = 0.0
    kind: Kind | None = None
    words: str = ""
    strays: int = 0
    """Lines that were lost while others of their age lived on."""
    control_lived: bool = True

    @property
    def is_exact(self) -> bool:
        """A visible close has its moment; a line that was lost silently only shows when it is used."""
        return self.kind in ("fin", "reset", "broker")


def first_times(first: float, last: float, count: int) -> tuple[float, ...]:
    """Idle times from `first` to `last`, each the same factor longer than the one before."""
    if count < 2 or first >= last:
        return (last,)
    factor = (last / first) ** (1 / (count - 1))
    return tuple(round(first * factor**at, 3) for at in range(count))


def times_between(low: float, high: float, count: int, patience: float) -> tuple[float, ...]:
    """Evenly spaced idle times above `low` and below `high` that fit into `patience` seconds; none if it is known
    well enough."""
    if high - low <= max(high * GOOD_ENOUGH, SHORTEST_S / 2):
        return ()
    step = (high - low) / (count + 1)
    return tuple(round(low + step * at, 3) for at in range(1, count + 1) if low + step * at <= patience)


def beat_pause(elapsed: float) -> float:
    """Seconds between signs of life: a cut that shows at `elapsed` is not shorter than half of that, as the times
    double at most."""
    return min(20.0, max(0.5, elapsed / 5))


@record(frozen=False)
class _Loss:
    idle_s: float
    ending: Ending
    by_use: bool


@record(frozen=False)
class Stage:
    """One round: every line has the idle time after which it is asked. `known` is updated as it goes."""

    control: Line
    waiting: list[tuple[Line, float]]
    known: Known
    token: CancelToken
    timeout: float
    note: Callable[[Text], None]
    began: float = fresh(default_factory=time.monotonic)
    clocks: float = fresh(default_factory=lambda: time.time() - time.monotonic())
    losses: list[_Loss] = fresh(default_factory=list)
    next_beat: float = 0.0

    def run(self) -> None:
        """Until all lines were asked, or it is clear how the path ends them. Raises Cancelled after a stop."""
        next_note = 0.0
        while self.waiting and self.known.kind is None:
            elapsed = time.monotonic() - self.began
            if time.time() - time.monotonic() - self.clocks > SLEPT_S:
                self.known.kind = "slept"
                return
            self._keep_alive()
            if elapsed >= next_note:
                self._tell(elapsed)
                next_note = elapsed + NOTE_EVERY_S
            for entry in tuple(self.waiting):
                self._look_at(entry)
            self._judge()
            self.token.sleep(LOOK_EVERY_S)

    def _keep_alive(self) -> None:
        elapsed = time.monotonic() - self.began
        if self.known.control_lived and elapsed >= self.next_beat:
            self.control.beat(self.timeout)
            self.known.control_lived = self.control.look() is None
            self.next_beat = elapsed + beat_pause(elapsed)

    def _meanwhile(self, job: Callable[[], T]) -> T:
        """Does what may have to wait for an answer, and goes on with the signs of life. Raises what it raises."""
        box: list[T] = []
        failures: list[BaseException] = []

        def work() -> None:
            try:
                box.append(job())
            except BaseException as error:  # noqa: BLE001 - raised again in the thread that asked
                failures.append(error)

        thread = threading.Thread(target=work, daemon=True, name="idle line")
        thread.start()
        while thread.is_alive():
            self._keep_alive()
            thread.join(LOOK_EVERY_S)
        if failures:
            raise failures[0]
        return box[0]

    def _tell(self, elapsed: float) -> None:
        longest = self.waiting[-1][1]
        count, survived = len(self.waiting), self.known.survived_s
        self.note(say("idle.note", count=count, seconds=int(elapsed), longest=longest, survived=survived))

    def _look_at(self, entry: tuple[Line, float]) -> None:
        line, ask_at = entry
        idle = line.idle_s()
        ending = line.look()
        by_use = ending is None and idle >= ask_at
        if by_use:
            ending = self._meanwhile(lambda: line.ask(self.timeout))
        if ending is not None:
            self.losses.append(_Loss(idle, ending, by_use))
        elif not by_use:
            return
        else:
            self.known.survived_s = max(self.known.survived_s, idle)
            self._meanwhile(line.close)
        self.waiting.remove(entry)

    def _judge(self) -> None:
        """A loss counts once the others of its age have had the time to go, too."""
        if not self.losses:
            return
        first = self.losses[0]
        age = max((line.idle_s() for line, _ in self.waiting), default=float("inf"))
        together = first.idle_s + max(0.5, first.idle_s * TOGETHER)
        if not first.by_use and age < together:
            return
        if not first.by_use and len(self.waiting) >= len(self.losses):
            self.known.strays += len(self.losses)
            self.losses.clear()
            return
        self._conclude(first)

    def _conclude(self, loss: _Loss) -> None:
        known = self.known
        known.cut_s, known.words = loss.idle_s, loss.ending.words
        if known.control_lived:
            known.control_lived = self.control.ask(self.timeout) is None
        if loss.ending.how == "broker":
            known.kind = "broker"
        elif not known.control_lived:
            known.kind = "lost"
        elif loss.by_use:
            known.kind = "silent" if loss.ending.how == "silent" else "on-use"
        else:
            known.kind = "reset" if loss.ending.how == "reset" else "fin"


def stage_of(
    lines: Sequence[Line], times: Sequence[float], control: Line, known: Known, token: CancelToken,
    timeout: float, note: Callable[[Text], None],
) -> Stage:  # fmt: skip
    """The shortest time first; with fewer lines than times, the longest are kept."""
    fitting = sorted(times)[-len(lines) :] if lines else []
    return Stage(control, list(zip(lines, fitting, strict=False)), known, token, timeout, note)
