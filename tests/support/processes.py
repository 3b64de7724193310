"""Foreign programs that tests start: each in its own directory, with a log, ended with the test run at the latest."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.ports import wait_until


class Process:
    """A started program. `log` is what it wrote to its outputs, and its own log file where it has only that one."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        *,
        environment: Mapping[str, str] | None = None,
        namespace: str | None = None,
        directory: Path | None = None,
    ) -> None:
        self.log = log
        inside = ["ip", "netns", "exec", namespace] if namespace else []
        # the kernel ends the program if the test run dies without cleaning up
        guarded = [*inside, "setpriv", "--pdeathsig", "KILL", "--", program(command[0]), *command[1:]]
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                guarded,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=None if environment is None else dict(environment),
                cwd=directory,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def text(self) -> str:
        """All that it has logged so far."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def wait_for(self, ready: object, what: str, seconds: float = 30.0) -> None:
        """Until `ready()` is true; AssertionError with the log if it ends before that."""
        assert callable(ready)

        def settled() -> bool:
            assert self.running, f"{what}: the program ended with {self._process.returncode}:\n{self.text()[-3000:]}"
            return bool(ready())

        try:
            wait_until(settled, what, seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.text()[-3000:]}") from None

    def signal(self, number: int) -> None:
        """To the program and all it started; gone already is fine."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def stop(self, seconds: float = 10.0) -> None:
        """SIGTERM, then SIGKILL to what is left of it. May be called twice."""
        if self.running:
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
        self.kill()

    def kill(self) -> None:
        """SIGKILL at once. May be called twice."""
        self.signal(signal.SIGKILL)
        self._process.wait(5)


def program(name: str) -> str:
    """Its full path, /usr/sbin included: Debian's brokers live there and not every PATH has it."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin:/usr/local/sbin")
    if found is None:
        raise AssertionError(f"{name} is not installed; `python3 run.py test` as root installs what the tests need")
    return found
