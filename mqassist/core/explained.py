"""The answer to a pasted text: causes with the words that prove them, what stays open, and a target to check.

Plain data without a language; sentences are `Text`. Nothing here holds a secret except `ExplainedTarget.password`.
"""

from __future__ import annotations

from typing import Literal

from mqassist.core.facts import Fact
from mqassist.core.finding import Severity
from mqassist.core.record import fresh, record
from mqassist.core.secret import Secret
from mqassist.core.text import Text

SCHEMA = "mqassist.explanation/1"

Side = Literal["client", "broker", ""]
"""Who wrote a line; "" where nothing tells."""
Outcome = Literal["explained", "healthy", "unknown", "empty"]
"""`healthy`: lines were recognised and none of them is a problem. `unknown`: nothing in the text is known."""
Standing = Literal["root", "problem", "warning", "possible"]
"""`root`: to be fixed first. `problem`, `warning`: something else. `possible`: the text may equally mean this."""
ADDRESS, VERSION = "place.address", "place.version"
"""`phrase` of the marks where the endpoint and the version of a library stand; they stand for no cause."""


@record
class Mark:
    """Words of `Explanation.text` that prove something: `start` and `end` are character offsets, `line` counts from 1.

    `letter` is what cards and spans share (A, B, … Z, AA …); `of` are the causes that it stands for.
    """

    letter: str
    start: int
    end: int
    line: int
    excerpt: str
    phrase: str
    side: Side = ""
    of: tuple[str, ...] = ()
    times: int = 1


@record
class Candidate:
    """One cause, best first. `confidence` is 0 to 1. `values` fill its sentences; `letters` name its marks.

    `decided_by` are keys of sentences that say what would settle it; `log_lines` what a broker writes then, each with
    the version it was seen in.
    """

    cause: str
    standing: Standing
    severity: Severity
    confidence: float
    line: int
    excerpt: str
    letters: tuple[str, ...] = ()
    values: dict[str, Fact] = fresh(default_factory=dict)
    decided_by: tuple[str, ...] = ()
    log_lines: tuple[tuple[str, str], ...] = ()


@record
class ExplainedTarget:
    """What the paste tells of the endpoint. `url` is without the password; `given` names the fields that were read.

    `dialable` is false where host or protocol had to be left open.
    """

    url: str
    protocol: Literal["amqp", "mqtt", ""]
    scheme: str
    host: str
    port: int
    given: tuple[str, ...]
    username: str | None = None
    vhost: str | None = None
    client_id: str | None = None
    password: Secret | None = None
    dialable: bool = False


@record
class Explanation:
    """`text` is the paste as it may be shown: secrets masked, control sequences gone; offsets refer to it.

    `folded` are causes that merely follow from a named one. `notes` are what the reader has to know beside the
    causes: what a library hides, what a line does not mean, what bytes say. `collect` is what to add to the text.
    """

    outcome: Outcome
    text: str
    marks: tuple[Mark, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    folded: tuple[str, ...] = ()
    ruled_out: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()
    collect: tuple[Text, ...] = ()
    side: Side = ""
    product: str = ""
    version: str = ""
    target: ExplainedTarget | None = None
    masked: int = 0
    lines: int = 0

    @property
    def cause(self) -> str | None:
        """The one to fix first, or None."""
        return self.candidates[0].cause if self.candidates else None
