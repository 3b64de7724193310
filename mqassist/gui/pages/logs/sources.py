"""Opens what a person named: one log, or several that are read as one. In a thread; knows no screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias, TypeGuard

from mqassist.core.log import LogLine

if TYPE_CHECKING:
    from mqassist.core.cancel import CancelToken
    from mqassist.services import Follower, LogDocument, Services, Together, TogetherFollower

    Log: TypeAlias = LogDocument | Together
    Following: TypeAlias = Follower | TogetherFollower

HEAD_LINES = 200
"""So many are shown before anything is indexed."""
COMMANDS = ("journal:", "docker:", "podman:", "kubectl:", "ssh://")


def open_sources(
    services: Services, sources: Sequence[str], fresh: list[Log], token: CancelToken, after_s: float = 0.0
) -> tuple[Log, list[LogLine]]:
    """The log, which is in `fresh` until somebody takes it, and its first lines. Raises UserError and Cancelled."""
    token.sleep(after_s)
    opened: list[LogDocument] = []
    try:
        for source in sources:
            opened.append(services.logs.open(source, follow=source.startswith(COMMANDS)))
            fresh.append(opened[-1])
            token.check()
        if len(opened) == 1:
            return opened[0], opened[0].head(HEAD_LINES)
        together = services.logs.together(opened, token)
        fresh.append(together)
    except BaseException:
        for each in opened:
            each.close()
        raise
    finally:
        if len(sources) > 1 or not opened:
            fresh[:] = [each for each in fresh if each not in opened]
    return together, together.head(HEAD_LINES)


def is_together(log: Log) -> TypeGuard[Together]:
    return log.format == "together"


def origin_of(log: Log, line: int) -> tuple[str, str, int]:
    """The letter of the log that a line is from ("" where there is one only), its name, and the number there."""
    return log.origin_of(line) if is_together(log) else ("", log.name, line)


def number_of(log: Log, path: str, line: int) -> int:
    """The number of a line of one of the files; 0 if that file is not shown."""
    if is_together(log):
        return log.number_of(path, line)
    return line if path in log.paths else 0
