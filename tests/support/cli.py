"""One command of mqassist to its end, its output as text: for tests that start many and watch none of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
START = [sys.executable, "-P", "-m", "mqassist"]


def environment(**changes: str | None) -> dict[str, str]:
    """English, UTF-8, no screen and no terminal settings of whoever runs the tests; None removes a variable."""
    foreign = ("NO_COLOR", "COLUMNS", "TERM", "LANG", "DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    fixed = {"LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", "PYTHONUTF8": "1"}
    base = {name: value for name, value in os.environ.items() if name not in foreign}
    merged: dict[str, str | None] = {**base, **fixed, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def mqassist(
    *arguments: str, stdin: str | bytes | None = None, **variables: str | None
) -> subprocess.CompletedProcess[str]:
    """Undecodable bytes of the output stay visible; nothing is raised for the exit status."""
    given: dict[str, Any] = {"stdin": subprocess.DEVNULL} if stdin is None else {"input": _bytes(stdin)}
    done = subprocess.run(
        [*START, *arguments], capture_output=True, env=environment(**variables), timeout=60, check=False, **given
    )
    output, errors = (stream.decode("utf-8", "backslashreplace") for stream in (done.stdout, done.stderr))
    return subprocess.CompletedProcess(done.args, done.returncode, output, errors)


def start(*arguments: str, **variables: str | None) -> subprocess.Popen[bytes]:
    """Left running; the caller waits for it."""
    return subprocess.Popen(
        [*START, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(**variables),
    )


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
