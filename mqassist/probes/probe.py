"""What a probe is, and all that it may touch. A record, not a class to inherit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from mqassist.core.cancel import CancelToken
from mqassist.core.endpoint import Endpoint
from mqassist.core.facts import Fact, Facts, FactSpec
from mqassist.core.observation import Exchange, Layer, Outcome
from mqassist.core.record import fresh, record
from mqassist.core.secret import Credentials
from mqassist.core.settings import CheckSettings
from mqassist.core.text import Text
from mqassist.net.connection import Connection
from mqassist.net.wire import Wire


@record(frozen=False)
class Result:
    """What a probe gives back. `facts` only holds what was observed; names must be declared in `gives`."""

    outcome: Outcome
    summary: Text | None = None
    facts: dict[str, Fact] = fresh(default_factory=dict)
    evidence: list[Text] = fresh(default_factory=list)
    exchanges: list[Exchange] = fresh(default_factory=list)
    certificates: tuple[bytes, ...] = ()


class Handover:
    """Open connections passed from probe to probe (tcp → tls → protocol → login → rights), so that a healthy
    check costs the broker one connection. What nobody takes is closed at the end of the run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, object] = {}
        self._closed = False

    def give(self, name: str, connection: object) -> None:
        """`connection` needs a `close()`. An older one of that name is closed; after the run it is closed at once."""
        with self._lock:
            old = connection if self._closed else self._held.pop(name, None)
            if not self._closed:
                self._held[name] = connection
        _close(old)

    def take(self, name: str) -> object | None:
        with self._lock:
            return self._held.pop(name, None)

    def holds(self, name: str) -> bool:
        return name in self._held

    def take_connection(self, name: str) -> Connection | None:
        found = self.take(name)
        return found if isinstance(found, Connection) else None

    def close(self) -> None:
        with self._lock:
            held, self._held = list(self._held.values()), {}
            self._closed = True
        for connection in held:
            _close(connection)


def _close(connection: object | None) -> None:
    if connection is not None:
        connection.close()  # type: ignore[attr-defined]  # promised in give()


class LoginTries:
    """Counts what a broker may count as failed logins, so that nobody gets locked out. Thread-safe.

    `refused` of the `used` tries were refused as logins; `denied` is true once a try was not allowed.
    """

    def __init__(self, limit: int) -> None:
        """The first login is what a check is for: `limit` 0 and 1 both allow that one only."""
        self._lock = threading.Lock()
        self.limit = max(1, limit)
        self.used = 0
        self.refused = 0
        self.denied = False

    def take(self) -> bool:
        """True if one more login may be tried; counts it."""
        with self._lock:
            if self.used >= self.limit:
                self.denied = True
                return False
            self.used += 1
            return True

    def was_refused(self) -> None:
        """The login that was tried last did not pass: an account that is watched has one more failure."""
        with self._lock:
            self.refused += 1


@record
class ProbeContext:
    """All a probe may touch. `facts` are those known when it began; `token` ends with the probe's budget.

    `run_id` is the run token that connection names and client ids carry, so that the broker's log can be matched.
    `second` is the id of a deciding probe, "" for the client's own way: its connections say so in their names.
    `recent` is the moment of `time.monotonic` from which on what was read of this machine is new enough.
    """

    endpoint: Endpoint
    credentials: Credentials
    settings: CheckSettings
    facts: Facts
    token: CancelToken
    wire: Wire
    handover: Handover
    logins: LoginTries
    run_id: str
    note: Callable[[Text], None]
    target: str = ""
    second: str = ""
    recent: float = fresh(default_factory=time.monotonic)
    started: float = fresh(default_factory=time.monotonic)

    def text(self, name: str, default: str = "") -> str:
        """A fact that is text, or the default if nobody observed it."""
        value = self.facts.get(name, default)
        return value if isinstance(value, str) else default

    def number(self, name: str, default: float = 0) -> float:
        value = self.facts.get(name, default)
        return value if isinstance(value, int | float) else default

    def strings(self, name: str) -> tuple[str, ...]:
        value = self.facts.get(name, ())
        return tuple(str(item) for item in value) if isinstance(value, tuple) else ()


@record
class Probe:
    """`needs` are probe ids that must have ended first (whatever their outcome, or not planned at all);
    `after` are waited for in the same way, but a narrowed run (`only`) does not run them for this probe's sake;
    `when` is a condition on facts: the probe runs only if it is true (unknown is not true), else it is skipped.

    `gives` declares every fact it may emit. `budget` is seconds for the whole probe,
    `budget_for` computes it where it depends on the settings (`observe`). `deciding` marks a second
    probe that runs only to tell look-alikes apart: `why` is the text key that says so in the report.
    `waits` is false where a probe ends at once: it needs no thread then.
    `only_with` names the settings that must be set, or "thorough".
    """

    id: str
    layer: Layer
    run: Callable[[ProbeContext], Result]
    gives: tuple[FactSpec, ...]
    applies: Callable[[Endpoint, CheckSettings], bool] = lambda endpoint, settings: True
    needs: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    when: str = ""
    budget: float = 10.0
    waits: Callable[[ProbeContext], bool] = lambda context: True
    budget_for: Callable[[CheckSettings], float] | None = None
    changes_state: bool = False
    deciding: bool = False
    why: str = ""

    def seconds(self, settings: CheckSettings) -> float:
        """The budget of this probe in a check with these settings."""
        return self.budget if self.budget_for is None else self.budget_for(settings)
