"""Work behind the screen, by name: a new piece of work ends the one before that has its name. Knows no log."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from mqassist.gui.shell import Shell

if TYPE_CHECKING:
    from mqassist.core.cancel import CancelToken


class Jobs:
    """On the screen thread. What `owner` is gone for is dropped."""

    def __init__(self, shell: Shell, owner: QObject, failed: Callable[[Exception], None] | None = None) -> None:
        self._shell = shell
        self._owner = owner
        self._failed = failed
        self._tokens: dict[str, CancelToken] = {}

    def __bool__(self) -> bool:
        return bool(self._tokens)

    def __contains__(self, name: str) -> bool:
        return name in self._tokens

    def start(
        self,
        name: str,
        work: Callable[[CancelToken], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        self.stop(name)
        broke = failed or self._failed

        def ended(result: Any) -> None:
            self._tokens.pop(name, None)
            done(result)

        def failing(error: Exception) -> None:
            self._tokens.pop(name, None)
            (broke or self._shell.bridge.broke.emit)(error)

        self._tokens[name] = self._shell.bridge.background(work, ended, failing, self._owner)

    def stop(self, name: str) -> None:
        token = self._tokens.pop(name, None)
        if token is not None:
            token.cancel()

    def stop_all(self) -> None:
        for name in list(self._tokens):
            self.stop(name)
