"""The arguments of `mqassist profiles`: its own options and, for `add`, those of `check` that describe a client."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mqassist.cli.arguments import CHECK_OPTIONS, CheckArguments
from mqassist.cli.options import HELP, JSON, LANG, Option, read_command
from mqassist.cli.words import Words
from mqassist.core.record import fields, record

_GROUP = Option(("--group",), "A/B")
_SECRETS = (
    Option(("--with-passwords",)),
    Option(("--passphrase-stdin",)),
    Option(("--passphrase-env",), "VAR"),
)
_COMMANDS: dict[str, tuple[Option, ...]] = {
    "list": (_GROUP, Option(("--tag",), "TAG", repeatable=True)),
    "show": (Option(("--as",), "FORM"),),
    "add": (
        _GROUP,
        Option(("--tag",), "TAG", repeatable=True),
        Option(("--host",), "HOST", repeatable=True),
        Option(("--production",)),
        Option(("--keep",), "WHERE"),
        Option(("--notes",), "TEXT"),
        Option(("--replace",)),
        *(
            option
            for option in CHECK_OPTIONS
            if option.group in ("login", "tls", "protocol", "path")
            or option.name in ("timeout", "observe", "thorough", "read-only", "only")
        ),
    ),
    "remove": (),
    "import": (
        _GROUP,
        Option(("--from",), "FORMAT"),
        Option(("--without-passwords",)),
        Option(("--dry-run",)),
        *_SECRETS,
    ),
    "export": (_GROUP, Option(("-o", "--output"), "FILE"), *_SECRETS),
}


@record
class ProfilesArguments:
    """What was typed. `check` are the options of a check that stood there, None or False where they did not."""

    command: str
    words: tuple[str, ...]
    check: CheckArguments
    given: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        """The value of an own option by its long name; None if it was not given."""
        return self.given.get(name)


def read_profiles(arguments: Sequence[str], words: Words) -> ProfilesArguments:
    """Raises UserError for what cannot be understood."""
    command, given, plain = read_command(arguments, _COMMANDS, (HELP, JSON, LANG), words, "cli.profiles")
    named = {name: value for name, value in given.items() if name in fields(CheckArguments) and name != "targets"}
    return ProfilesArguments(command, plain, CheckArguments(**named), given)
