"""Client settings that fit what a run measured: what is recommended, what it rests on, and the values for snippets."""

from __future__ import annotations

from typing import Literal

from mqassist.core.facts import Fact
from mqassist.core.record import record
from mqassist.core.snippet import Snippet
from mqassist.core.text import Text

Basis = Literal["measured", "told", "asked", "documented", "open"]
"""`measured` in this run; `told` by the broker; `asked`: also from what the person said of the program; `documented`:
a rule of a specification or a library, no figure of this run; `open`: nothing that decides is known."""


@record
class Workload:
    """What only the person knows of the program; None: not said.

    `processing_ms`: time for one message. `rate`: messages published in a second. `outage_s`: how long the program can
    do without the broker, seconds. `clients`: how many programs like it connect.
    """

    processing_ms: float | None = None
    rate: float | None = None
    outage_s: int | None = None
    clients: int | None = None


@record
class Recommendation:
    """One setting. `value` is in `unit`, None if nothing can be said; `answer` says it to people.

    `arithmetic` shows how it comes about, `unknown` what was not measured and what would tell, `questions` what the
    person could say, `warnings` what does not go together. `evidence` are the facts used, with their values;
    `sources` are public: a name, then an address.
    """

    id: str
    basis: Basis
    answer: Text
    value: str | int | float | bool | None = None
    unit: str = ""
    arithmetic: tuple[Text, ...] = ()
    unknown: tuple[Text, ...] = ()
    questions: tuple[Text, ...] = ()
    warnings: tuple[Text, ...] = ()
    evidence: tuple[tuple[str, Fact], ...] = ()
    sources: tuple[str, ...] = ()


@record
class Saying:
    """What a guide or a tutorial says of the same setting, to be read beside the recommendation."""

    text: Text
    source: str


@record
class ClientTuning:
    """The values that go into snippets; None leaves the library its own. Times are seconds.

    `attempt_s` is connect and handshake together, for libraries that bound both at once. `clean` False keeps the
    session, for `session_expiry_s` seconds with MQTT 5.
    """

    heartbeat: int | None = None
    connect_s: int | None = None
    handshake_s: int | None = None
    retry_first_s: int | None = None
    retry_cap_s: int | None = None
    blocked_s: int | None = None
    prefetch: int | None = None
    confirms: bool = False
    in_flight: int | None = None
    clean: bool | None = None
    session_expiry_s: int | None = None

    @property
    def attempt_s(self) -> int | None:
        if self.connect_s is None:
            return None
        return self.connect_s + (self.handshake_s or 0)


@record
class Advised:
    """What to set, what others say about it, and the lines to paste."""

    recommendations: tuple[Recommendation, ...]
    sayings: tuple[Saying, ...]
    tuning: ClientTuning
    snippets: tuple[Snippet, ...] = ()
