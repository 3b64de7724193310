"""Logs that another program reads for us: the journal, containers, other computers. No password goes into a command."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

from mqassist.core.errors import UserError
from mqassist.core.log import LogProblem
from mqassist.core.record import record
from mqassist.logs.feeds import CHUNK, Failed
from mqassist.logs.masking import masked

LINES = 100_000
"""So many of the last lines are asked for."""
CONNECT_S = 10
_NAME = r"[A-Za-z0-9][\w.@:-]{0,254}"
_SSH = re.compile(
    r"(?:(?P<user>[A-Za-z_][\w.-]{0,63})@)?(?P<host>[A-Za-z0-9][\w.-]{0,254}|\[[0-9A-Fa-f:.]+\])"
    r"(?::(?P<port>\d{1,5}))?(?P<path>/.+)"
)
SCHEMES = ("journal", "docker", "podman", "kubectl", "ssh")


@record
class Command:
    """`program` is what has to be installed; `argv` the whole command."""

    program: str
    argv: tuple[str, ...]


def command_of(source: str, *, follow: bool) -> Command | None:
    """`journal:UNIT`, `docker:NAME`, `podman:NAME`, `kubectl:[NAMESPACE/]POD[/CONTAINER]`, `ssh://[USER@]HOST[:PORT]/PATH`.

    None if it is none of these. Raises UserError for one that is malformed.
    """
    scheme, colon, rest = source.partition(":")
    if not colon or scheme not in SCHEMES or (scheme == "ssh" and not rest.startswith("//")):
        return None
    if scheme == "ssh":
        return _ssh(source, rest[2:], follow)
    parts = rest.split("/") if scheme == "kubectl" else [rest]
    if not all(re.fullmatch(_NAME, part) for part in parts) or len(parts) > 3:
        raise UserError("log-source", f"not understood: {source}", source=source)
    if scheme == "journal":
        argv = ["journalctl", "--unit", rest, "--output=short-iso-precise", "--no-pager", f"--lines={LINES}"]
        return Command("journalctl", (*argv, "--follow") if follow else tuple(argv))
    if scheme == "kubectl":
        namespace = ["--namespace", parts[0]] if len(parts) > 1 else []
        pod = parts[1] if len(parts) > 1 else parts[0]
        container = ["--container", parts[2]] if len(parts) == 3 else []
        argv = ["kubectl", "logs", *namespace, *container, "--timestamps", f"--tail={LINES}", pod]
        return Command("kubectl", (*argv, "--follow") if follow else tuple(argv))
    argv = [scheme, "logs", "--timestamps", f"--tail={LINES}", *(["--follow"] if follow else []), rest]
    return Command(scheme, tuple(argv))


def _ssh(source: str, rest: str, follow: bool) -> Command:
    from shlex import quote

    found = _SSH.fullmatch(rest)
    if found is None or "\n" in rest:
        raise UserError("log-source", f"not understood: {source}", source=source)
    login = [f"-l{found['user']}"] if found["user"] else []
    port = [f"-p{found['port']}"] if found["port"] else []
    # BatchMode: a question for a password would wait for ever, and nobody could answer it
    options = ["-oBatchMode=yes", "-oLogLevel=ERROR", f"-oConnectTimeout={CONNECT_S}", "-oServerAliveInterval=15", "-T"]
    remote = f"tail -n {LINES} {'-F ' if follow else ''}-- {quote(found['path'])}"
    return Command("ssh", ("ssh", *options, *login, *port, "--", found["host"].strip("[]"), remote))


class Running:
    """A command whose output is being read."""

    def __init__(self, command: Command) -> None:
        self._command = command
        self._stopped = False
        try:
            self._process = subprocess.Popen(  # noqa: S603  # a list, no shell; names were checked
                command.argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
        except OSError as error:
            raise UserError(
                "log-command", f"cannot start {command.program}: {error.strerror}",
                program=command.program, why=error.strerror or str(error),
            ) from error  # fmt: skip

    def chunks(self) -> Iterator[bytes]:
        """Raises Failed when the command ends with an error, with what it said last."""
        import os

        assert self._process.stdout is not None
        last = b""
        while data := os.read(self._process.stdout.fileno(), CHUNK):
            last = (last + data)[-400:]
            yield data
        status = self._process.wait(5)
        if status and not self._stopped:
            said = masked(last.decode("utf-8", "replace").strip().rpartition("\n")[2])
            values = (("program", self._command.program), ("status", status), ("said", said))
            raise Failed(LogProblem("log.problem.command", values))

    def close(self) -> None:
        self._stopped = True
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(2)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
