"""The arguments of `mqassist history`, in any order. Touches no file."""

from __future__ import annotations

from collections.abc import Sequence

from mqassist.cli.options import HELP, JSON, LANG, Option, Unfit, one_of, read_command, whole
from mqassist.cli.words import Words
from mqassist.core.record import record
from mqassist.report.formats import FORMATS
from mqassist.report.read import STATUSES

_MOST = 1_000_000


@record
class Given:
    """What was typed. `words` are run ids and files, in order."""

    command: str = ""
    words: tuple[str, ...] = ()
    help: bool = False
    json: bool = False
    pinned: bool = False
    format: str | None = None
    output: str | None = None
    target: str = ""
    status: tuple[str, ...] = ()
    since: str = ""
    limit: int | None = None
    runs: int | None = None
    megabytes: int | None = None


def _statuses(text: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in text.split(","))
    if not set(found) <= set(STATUSES):
        raise Unfit("choice", choices=", ".join(STATUSES))
    return found


_COMMANDS: dict[str, tuple[Option, ...]] = {
    "list": (
        Option(("--target",), "TEXT"),
        Option(("--status",), "STATUS,…", _statuses),
        Option(("--since",), "TIME"),
        Option(("--limit",), "N", whole(0, _MOST)),
        Option(("--pinned",)),
    ),
    "show": (Option(("--format",), "FORMAT", one_of(*FORMATS)), Option(("-o", "--output"), "FILE")),
    "compare": (),
    "delete": (),
    "pin": (),
    "unpin": (),
    "keep": (Option(("--runs",), "N", whole(1, _MOST)), Option(("--megabytes",), "N", whole(1, _MOST))),
}


def read_history(arguments: Sequence[str], words: Words) -> Given:
    """Raises UserError for what cannot be understood."""
    command, given, plain = read_command(arguments, _COMMANDS, (HELP, JSON, LANG), words, "history")
    given.pop("lang", None)
    return Given(command=command, words=plain, **given)
