"""All causes as a list to search, and the page of one cause: what a person reads without a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mqassist.core.advice import Advice, Wording
from mqassist.core.catalogue import CatalogueEntry
from mqassist.core.finding import Audience, Severity
from mqassist.core.record import record
from mqassist.report.explanation import general_advice


@record
class CausePage:
    """`follows` are causes that it explains, `look_alikes` causes that the same words may mean; `log_lines` are what
    brokers write, each with its source."""

    advice: Advice
    severity: Severity
    follows: tuple[str, ...]
    look_alikes: tuple[str, ...]
    log_lines: tuple[tuple[str, str], ...]
    source: str


def entries(
    causes: Iterable[tuple[str, Severity, Audience]], own: Wording, others: Sequence[Wording]
) -> tuple[CatalogueEntry, ...]:
    """In the order of the layers' names and ids; searchable in every language given."""
    found = []
    for cause, severity, who in causes:
        told = [advice for wording in (own, *others) if (advice := general_advice(cause, wording)) is not None]
        if not told:
            continue
        words = " ".join((cause, *(f"{one.title} {one.summary} {one.explanation}" for one in told))).lower()
        found.append(CatalogueEntry(cause, cause.partition(".")[0], severity, who, told[0].title, words))
    return tuple(sorted(found, key=lambda entry: entry.id))
