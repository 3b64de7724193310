"""The only exceptions that may cross a layer: a stop request, a mistake of the person, and bugs."""

from __future__ import annotations


class Cancelled(Exception):
    """The person pressed Stop; whoever waits lets go at once and keeps what was seen."""


class UserError(Exception):
    """Something the person gave cannot be used; never a bug and never a network result.

    `reference` is a kebab-case key of the language tables (`error.<reference>`), `parameters`
    fill its placeholders. `str()` gives the English fallback, for logs and tests.
    """

    def __init__(self, reference: str, message: str, **parameters: str | float) -> None:
        super().__init__(message)
        self.reference = reference
        self.parameters = parameters


class ResourceError(Exception):
    """A data file of ours is wrong: names file and key. A bug, found by the tests, never at a user's."""

    def __init__(self, file: str, key: str, message: str) -> None:
        super().__init__(f"{file}: {key}: {message}")
        self.file = file
        self.key = key


def trace_of_bug(error: Exception) -> str:
    """The trace of a bug, or the error alone where no file descriptor is left to read the sources with."""
    try:
        import traceback

        return "".join(traceback.format_exception(error))
    except OSError:
        return repr(error)
