#!/usr/bin/env python3
"""What the log engine costs against wc and ripgrep (and glogg, where it is installed): medians of interleaved rounds.

    python3 tests/benchmarks/logs.py FILE [--rounds N] [--phrases PATTERNS] [--glogg PROGRAM]

FILE is a RabbitMQ text log of any size (the figures that are aimed at are for 2 GB). PATTERNS has one regular
expression a line, as many as there are phrases, for `rg -f`. Ratios are taken inside one round.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[2]))

LEVELS = r"\[(error|warning)\]"
LITERAL = "missed heartbeats from client"
NO_LITERAL = r"[a-z]+_[a-z]+: (no|inequivalent) "
RARE, FREQUENT = "memory resource limit alarm", "connection"
TEXTS = {
    "literal": (LITERAL,),
    "rare literal": (RARE,),
    "literal in most lines": (FREQUENT,),
    "literal, ignoring case": ("-i", LITERAL.upper()),
}
"""By name, as ripgrep is asked for them."""


# -- one measurement, in a process of its own ---------------------------------------------------


def measured(what: str, path: str) -> dict[str, float]:
    began = time.perf_counter()
    from mqassist.core.cancel import CancelToken
    from mqassist.logs.service import LogService

    token = CancelToken()
    document = LogService().open(path)
    lines = document.tail(60)
    found: dict[str, float] = {"first_screen": time.perf_counter() - began, "lines_shown": len(lines)}
    if what == "first":
        return found
    import numpy  # noqa: F401  # the window has loaded it by then; its time is told apart

    found["numpy"] = time.perf_counter() - began - found["first_screen"]
    before = anonymous()
    with Stall() as stall:
        if what == "index":
            found["seconds"] = timed(lambda: document.index_all(token))
            found |= after_index(document)
        else:
            document.index_all(token)
            found |= searches(document, token) if what == "search" else {}
            if what == "signatures":
                known = document.known
                found["seconds"] = timed(lambda: known.signatures(document, token))
                found["loud_seconds"] = timed(lambda: known.signatures(document, token, routine=False))
    found["stall_ms"] = stall.longest * 1e3
    found["anonymous_mb"] = (anonymous() - before) / 1024
    return found


def after_index(document: object) -> dict[str, float]:
    from mqassist.core.log import LineFilter
    from mqassist.logs.document import LogDocument

    assert isinstance(document, LogDocument)
    count = document.line_count
    errors = LineFilter(levels=frozenset(("error", "warning")))
    most = LineFilter(levels=frozenset(("error", "warning", "info")))
    document.lines(1, 60)
    pages = range(1, count, max(1, count // 50))
    found = {
        "lines": float(count),
        "toggle_ms": 1e3 * min(timed(lambda: document.view(errors)) for _ in range(5)),
        "toggle_most_ms": 1e3 * min(timed(lambda: document.view(most)) for _ in range(5)),
        "page_ms": 1e3 * statistics.median(timed(lambda at=at: document.lines(at, 60)) for at in pages),
        "histogram_ms": 1e3 * timed(lambda: document.histogram(110)),
    }
    view = document.view(errors)
    rows = range(0, view.row_count, max(1, view.row_count // 50))
    found["rows_ms"] = 1e3 * statistics.median(timed(lambda at=at: view.lines(at, 60)) for at in rows)
    return found


def searches(document: object, token: object) -> dict[str, float]:
    from mqassist.core.cancel import CancelToken
    from mqassist.core.log import SearchFor
    from mqassist.logs.document import LogDocument

    assert isinstance(document, LogDocument)
    assert isinstance(token, CancelToken)
    found = {}
    asked = {name: SearchFor(words[-1], ignore_case="-i" in words) for name, words in TEXTS.items()}
    for name, search in (*asked.items(), ("pattern", SearchFor(NO_LITERAL, regex=True))):
        began = time.perf_counter()
        count, first = 0, 0.0
        for places, _ in document.search_places(search, token):
            if len(places) and not count:
                first = time.perf_counter() - began
            count += len(places)
        found |= {f"{name}_s": time.perf_counter() - began, f"{name}_first_ms": first * 1e3, f"{name}_hits": count}
    return found


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


class Stall:
    """What a screen's thread would feel: the longest it had to wait beyond its own 2 ms."""

    def __enter__(self) -> Self:
        self.longest = 0.0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._tick)
        self._thread.start()
        return self

    def _tick(self) -> None:
        while not self._end.is_set():
            began = time.perf_counter()
            time.sleep(0.002)
            self.longest = max(self.longest, time.perf_counter() - began - 0.002)

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()


def anonymous() -> int:
    """Kilobytes of memory of this process that belong to no file."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"RssAnon:\s+(\d+)", status)
    return int(found[1]) if found else 0


# -- rounds ---------------------------------------------------------------------------------------


def ours(what: str, path: str) -> dict[str, float]:
    done = subprocess.run([sys.executable, str(HERE), "--one", what, path], capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def command(*words: str) -> float:
    began = time.perf_counter()
    subprocess.run(words, stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - began


def glogg(program: str, path: str) -> float:
    """Seconds from its start until its own debugging output says that the file is indexed."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HOME": home, "QT_QPA_PLATFORM": "offscreen"}
        began = time.perf_counter()
        process = subprocess.Popen(
            [program, "-dddd", "-m", path], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert process.stdout is not None
        words = ("Loading progress: 100", "indexingFinished", "loadingFinished")
        for line in process.stdout:
            if any(word in line for word in words):
                break
        seconds = time.perf_counter() - began
        process.kill()
        process.stdout.close()
        process.wait()
        return seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--phrases")
    parser.add_argument("--glogg", default=shutil.which("glogg") or "")
    parser.add_argument("--one")
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measured(given.one, given.file)))
        return 0
    rows: dict[str, list[float]] = {}

    def note(name: str, value: float) -> None:
        rows.setdefault(name, []).append(value)

    for _ in range(given.rounds):
        wc, level = command("wc", "-l", given.file), command("rg", "-c", LEVELS, given.file)
        index = ours("index", given.file)
        note("index against wc -l", index["seconds"] / wc)
        note("index and levels against rg -c of the levels (aim 3.5)", index["seconds"] / level)
        if given.glogg:
            note(
                "start to indexed against glogg (aim 0.5)",
                (index["first_screen"] + index["numpy"] + index["seconds"]) / glogg(given.glogg, given.file),
            )
        for name in (
            "first_screen",
            "numpy",
            "toggle_ms",
            "toggle_most_ms",
            "page_ms",
            "rows_ms",
            "histogram_ms",
            "stall_ms",
            "anonymous_mb",
            "seconds",
        ):
            note(f"index: {name}", index[name])
        texts = {name: command("rg", "-c", *words, given.file) for name, words in TEXTS.items()}
        pattern = command("rg", "-c", NO_LITERAL, given.file)
        search = ours("search", given.file)
        for name, seconds in texts.items():
            note(f"search, {name}, against rg (aim 1.3)", search[f"{name}_s"] / seconds)
        note("search, no literal, against rg (aim 1.0)", search["pattern_s"] / pattern)
        for name in ("literal_first_ms", "pattern_first_ms", "stall_ms", "literal_s"):
            note(f"search: {name}", search[name])
        if given.phrases:
            many = command("rg", "-c", "-f", given.phrases, given.file)
            known = ours("signatures", given.file)
            note("phrases against rg -f (aim 0.8)", known["seconds"] / many)
            note("phrases, without lines of level info, against rg -f", known["loud_seconds"] / many)
            note("phrases with the index against rg -f", (known["seconds"] + index["seconds"]) / many)
            note("phrases: stall_ms", known["stall_ms"])
            note("phrases: anonymous_mb", known["anonymous_mb"])
    for name, values in rows.items():
        print(f"{name:<60} {statistics.median(values):8.3f}   ({min(values):.3f} to {max(values):.3f})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
