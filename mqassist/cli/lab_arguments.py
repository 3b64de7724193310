"""The arguments of `mqassist lab`, in any order. Touches no network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from mqassist.cli.options import HELP, JSON, LANG, Option, one_of, read_command, seconds, whole
from mqassist.cli.words import Words
from mqassist.core.observation import Layer
from mqassist.core.overheard import TlsMode
from mqassist.core.record import record

MAX_JOBS = 200


@record
class Given:
    """What was typed. `words` are names or a target; `set` are commands for the relay, in order."""

    command: str = ""
    words: tuple[str, ...] = ()
    help: bool = False
    json: bool = False
    layer: str = ""
    jobs: int = 0
    port: int = 0
    set: tuple[str, ...] = ()
    tls: TlsMode = "as-is"
    ca: str | None = None
    no_verify: bool = False
    seconds: float = 0.0
    once: bool = False


_LAYER = Option(("--layer",), "LAYER", one_of(*get_args(Layer)))
_PORT = Option(("-p", "--port"), "PORT", whole(1, 65_535))
_TLS = Option(("--tls",), "MODE", one_of(*get_args(TlsMode)))
_CA = Option(("--ca",), "FILE")
_NO_VERIFY = Option(("--no-verify",))
_SECONDS = Option(("--seconds",), "SECONDS", seconds(lowest_is_zero=False))
_COMMANDS: dict[str, tuple[Option, ...]] = {
    "list": (_LAYER,),
    "run": (_SECONDS,),
    "check": (_LAYER, Option(("-j", "--jobs"), "N", whole(1, MAX_JOBS))),
    "relay": (_PORT, Option(("--set",), "COMMAND", repeatable=True), _TLS, _CA, _NO_VERIFY, _SECONDS),
    "watch": (_PORT, _TLS, _CA, _NO_VERIFY, _SECONDS, Option(("--once",))),
}


def read_lab(arguments: Sequence[str], words: Words) -> Given:
    """Raises UserError for what cannot be understood."""
    command, given, plain = read_command(arguments, _COMMANDS, (HELP, JSON, LANG), words, "lab")
    given.pop("lang", None)
    return Given(command=command, words=plain, **given)
