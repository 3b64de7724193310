"""From a report that just ended to a kept run: sentences rendered, secrets removed twice, one line of JSON."""

from __future__ import annotations

import json

from mqassist.core.advice import Wording
from mqassist.core.report import Report
from mqassist.core.runs import KeptRun
from mqassist.core.secret import Credentials
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
    more_follow: bool = False,
) -> KeptRun | None:
    """None if keeping is off; `more_follow` as History.add has it.

    `told`: the report as JSON tells it, if somebody has made that already.

    `own_words` are all sentences of ours: what of a secret may be said, see `redactor_for`.

    Raises UserError if it cannot be written.
    """
    if not history.keeping().on:
        return None
    redactor = redactor_for(report, credentials, own_words)
    told = told or presented(report, wording, redactor, "json")
    line = json.dumps(document(told), ensure_ascii=False, separators=(",", ":"))
    head = head_of_report(told, profile)
    history.add(head, swept("json", line, redactor), more_follow)
    return head


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
