"""What happens while a run goes, on a terminal's standard error only. Erased when the answer comes."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from typing import TextIO

from mqassist.cli.output import can_show, encodable, encoding_of, is_terminal, understands_sequences
from mqassist.core.advice import Wording
from mqassist.core.events import PlannedProbe, ProbeFinished, ProbeNote, ProbeStarted, RunEvent, RunFinished, RunStarted
from mqassist.core.text import Text
from mqassist.report.cells import cut, printable
from mqassist.report.presented import duration
from mqassist.report.style import Style

FIRST_AFTER_S = 0.25
"""A run that ends sooner shows nothing: lines that flash by tell nobody anything."""
REDRAW_S = 0.1


class Progress:
    """`emit` of one run, or of many; a thread of its own draws. Harmless where there is no terminal."""

    def __init__(self, stream: TextIO | None, wording: Wording, style: Style, runs: int) -> None:
        self._stream = stream
        self._wording = wording
        self._style = style
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self._rows: dict[str, str] = {}
        self._budgets: dict[str, float] = {}
        self._running: dict[str, float] = {}
        self._notes: dict[str, Text] = {}
        self._runs = runs
        self._ended = {"healthy": 0, "degraded": 0, "broken": 0}
        self._drawn = 0
        self._over = threading.Event()
        live = stream is not None and is_terminal(stream) and understands_sequences(stream)
        self._thread = threading.Thread(target=self._draw_until_over, daemon=True, name="progress") if live else None
        if self._thread is not None:
            self._thread.start()

    def emit(self, event: RunEvent) -> None:
        if self._thread is None:
            return
        with self._lock:
            self._take(event)

    def _take(self, event: RunEvent) -> None:
        if isinstance(event, RunFinished):
            self._ended[event.report.verdict.status] += 1
        if self._runs > 1:
            return
        if isinstance(event, RunStarted):
            self._budgets = {probe.id: _budget(probe) for probe in event.plan}
        elif isinstance(event, ProbeStarted):
            self._running[event.probe] = time.monotonic()
        elif isinstance(event, ProbeNote):
            self._notes[event.probe] = event.note
        elif isinstance(event, ProbeFinished):
            seen = event.observation
            self._running.pop(seen.probe, None)
            if seen.outcome not in ("skipped", "cancelled"):
                summary = "" if seen.summary is None else self._wording.render(seen.summary)
                self._rows[seen.probe] = self._row(seen.outcome, seen.probe, summary, duration(seen.took_ms))

    def close(self) -> None:
        """Ends the drawing and takes the lines away again."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()
            self._write(self._erased())
            self._thread = None

    def _draw_until_over(self) -> None:
        if self._over.wait(FIRST_AFTER_S):
            return
        while True:
            with self._lock:
                lines = self._many() if self._runs > 1 else self._steps()
            self._write(self._erased() + "".join(line + "\n" for line in lines))
            self._drawn = len(lines)
            if self._over.wait(REDRAW_S):
                return

    def _erased(self) -> str:
        return f"\x1b[{self._drawn}A\x1b[J" if self._drawn else ""

    def _write(self, text: str) -> None:
        if self._stream is None or not text:
            return
        with contextlib.suppress(OSError, ValueError, RuntimeError):  # gone, closed, or Ctrl-C while writing
            self._stream.write(encodable(text, encoding_of(self._stream)))
            self._stream.flush()

    def _many(self) -> list[str]:
        done = sum(self._ended.values())
        parts = [f"{done}/{self._runs}"]
        for status, kind in (("healthy", "works"), ("degraded", "warning"), ("broken", "broken")):
            parts.append(self._style.paint(kind, f"{self._style.shape(kind)} {self._ended[status]}"))
        parts.append(duration((time.monotonic() - self._began) * 1000))
        return ["  ".join(parts)]

    def _steps(self) -> list[str]:
        lines = list(self._rows.values())
        now = time.monotonic()
        for probe, since in self._running.items():
            elapsed = duration((now - since) * 1000)
            budget = self._budgets.get(probe)
            note = self._notes.get(probe)
            doing = "" if note is None else self._wording.render(note)
            took = elapsed if budget is None else f"{elapsed} / {budget:.0f} s"
            lines.append(self._row("running", probe, doing, took))
        return lines[-_rows_of(self._stream) :]

    def _row(self, outcome: str, probe: str, text: str, took: str) -> str:
        title = self._wording.sentence(f"probe.{probe}")
        if outcome == "running":
            shape = "…" if can_show(self._stream, "…") else "."
        else:
            shape = self._style.paint(outcome, self._style.shape(outcome))
        room = max(20, self._style.width - len(took) - 8)
        return f"  {shape} {cut(printable(f'{title}  {text}').rstrip(), room)}  {self._style.paint('faint', took)}"


def _budget(probe: PlannedProbe) -> float:
    return probe.budget_s


def _rows_of(stream: TextIO | None) -> int:
    """Lines that fit: the cursor cannot go back above the top of the screen."""
    try:
        return max(3, os.get_terminal_size(stream.fileno() if stream is not None else 2).lines - 2)
    except (OSError, ValueError):
        return 20
