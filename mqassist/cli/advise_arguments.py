"""The options of `advise`: those of `check` for one endpoint, and what only the person knows of the program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mqassist.cli.arguments import CHECK_OPTIONS, CheckArguments, options_help
from mqassist.cli.options import MAX_SECONDS, Option, Unfit, one_of, read_options, whole
from mqassist.cli.words import Words
from mqassist.core.record import record
from mqassist.core.tuning import Workload
from mqassist.report.advised import FORMATS

MAX_CLIENTS = 10_000_000
MAX_RATE = 100_000_000.0
_OF_MANY = ("jobs", "all", "profile-group", "format")


def positive(highest: float) -> Callable[[str], float]:
    def convert(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = 0.0
        if not 0 < value <= highest:
            raise Unfit("positive", highest=f"{highest:.0f}")
        return value

    return convert


WORKLOAD_OPTIONS = (
    Option(("--processing",), "MS", positive(MAX_SECONDS * 1000), group="workload"),
    Option(("--rate",), "N", positive(MAX_RATE), group="workload"),
    Option(("--outage",), "SECONDS", whole(1, int(MAX_SECONDS) * 365), group="workload"),
    Option(("--clients",), "N", whole(1, MAX_CLIENTS), group="workload"),
)
ADVISE_OPTIONS: tuple[Option, ...] = (
    *(option for option in CHECK_OPTIONS if option.name not in _OF_MANY),
    Option(("--format",), "FORMAT", one_of(*FORMATS), group="output"),
    Option(("--for",), "CLIENT", str.lower, repeatable=True, group="output"),
    *WORKLOAD_OPTIONS,
)
_GROUPS = (
    ("workload", "advise.cli.workload"),
    *((group, f"cli.group.{group}") for group in ("output", "login", "tls", "protocol", "path", "extent", "profiles")),
)
_OWN = {"format": "advise.cli.format", "output": "advise.cli.output"}


@record
class AdviseArguments:
    """`clients_named` are those of --for."""

    check: CheckArguments
    workload: Workload
    clients_named: tuple[str, ...]


def read_advise(arguments: Sequence[str], words: Words) -> AdviseArguments:
    """Raises UserError."""
    given, targets = read_options(arguments, ADVISE_OPTIONS, words, "advise.cli.arguments")
    named = given.pop("for", ())
    own: dict[str, Any] = {
        name: given.pop(field, None)
        for name, field in (
            ("processing_ms", "processing"),
            ("rate", "rate"),
            ("outage_s", "outage"),
            ("clients", "clients"),
        )
    }
    return AdviseArguments(CheckArguments(targets=tuple(targets), **given), Workload(**own), named)


def advise_help(words: Words) -> str:
    lines = [words.say("advise.cli.usage"), "", words.say("advise.cli.intro")]
    return "\n".join(
        [*lines, *options_help(words, ADVISE_OPTIONS, _GROUPS, _OWN), "", words.say("advise.cli.epilogue")]
    )
