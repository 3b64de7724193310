"""From a report that just ended to a kept run: sentences rendered, secrets removed twice, one line of JSON."""

from __future__ import annotations

import json

from mqassist.core.advice import Wording
from mqassist.core.errors import UserError
from mqassist.core.report import Report
from mqassist.core.runs import KeptRun
from mqassist.core.secret import Credentials, Redactor
from mqassist.history.files import Json, cannot_write, write_atomically
from mqassist.history.store import History
from mqassist.report.formats import presented, redactor_for, swept
from mqassist.report.json import document
from mqassist.report.presented import Presented


def keep(
    history: History,
    report: Report,
    wording: Wording,
    credentials: Credentials,
    own_words: str,
    profile: str,
    told: Presented | None = None,
) -> KeptRun | None:
    """None if keeping is off.

    `told`: the report as JSON tells it, if somebody has made that already.

    `own_words` are all sentences of ours: what of a secret may be said, see `redactor_for`.

    Raises UserError if it cannot be written.
    """
    if not history.keeping().on:
        return None
    redactor = redactor_for(report, credentials, own_words)
    told = told or presented(report, wording, redactor, "json")
    head = head_of_report(told, profile)
    history.add(head, _line(document(told), redactor))
    return head


class Keeper:
    """Keeps many runs that end together: each is on disk when it ended, all are listed once, by `close`. Thread-safe.

    The first error ends the keeping; `failed` is it.
    """

    def __init__(self, history: History) -> None:
        self.failed: UserError | None = None
        self._history = history
        self._lines: list[str] = []
        self._on = history.keeping().on
        if self._on:
            try:
                history.make_folder()
            except UserError as error:
                self.failed = error

    def keep(self, told: Presented, found: Json, redactor: Redactor, profile: str = "") -> None:
        """`told` is the report as JSON tells it, `found` its document."""
        if not self._on or self.failed is not None:
            return
        try:
            line = self._history.add_one_of_many(head_of_report(told, profile), _line(found, redactor))
        except UserError as error:
            self.failed = error
            return
        self._lines.append(line)

    def close(self) -> None:
        if self._lines:
            self._history.settle(self._lines)
            self._lines = []


def _line(found: Json, redactor: Redactor) -> str:
    return swept("json", json.dumps(found, ensure_ascii=False, separators=(",", ":")), redactor)


def head_of_report(told: Presented, profile: str = "") -> KeptRun:
    """What the list shows of it. The id begins with the time, so that names sort as runs happened."""
    stamp = "".join(character for character in told.started_at if character.isalnum())
    host, port, protocol = (told.endpoint.get(name) for name in ("host", "port", "protocol"))
    return KeptRun(
        id=f"{stamp}-{told.run_id}",
        run=told.run_id,
        started_at=told.started_at,
        duration_ms=round(told.duration_ms, 1),
        target=told.target,
        protocol=str(protocol or ""),
        host=str(host or ""),
        port=port if isinstance(port, int) else 0,
        status=told.status,
        state=told.state,
        cause="" if told.root is None else told.root.id,
        title=told.title,
        language=told.language,
        profile=profile,
    )


def save(found: Json, path: str) -> None:
    """The report as `check --json` prints it, whole or not at all. Raises UserError."""
    import os

    try:
        write_atomically(path, json.dumps(found, ensure_ascii=False, indent=2) + "\n")
        if os.name == "posix":
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(path, 0o666 & ~mask)  # it is for others, unlike the history
    except OSError as error:
        raise cannot_write(error, path) from error
