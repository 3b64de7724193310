"""What a run says of the logins it tried: each of them may bring an account nearer to being locked."""

from __future__ import annotations

from mqassist.core.facts import Fact
from mqassist.core.observation import Observation
from mqassist.core.text import say
from mqassist.probes.probe import LoginTries


def login_step(tries: LoginTries) -> Observation | None:
    """None where one login was tried and not refused: nobody needs to be told."""
    if tries.used == tries.refused == 0 or (tries.used == 1 and not tries.refused):
        return None
    facts: dict[str, Fact] = {
        "login.tries": tries.used,
        "login.tries_refused": tries.refused,
        "login.tries_allowed": tries.limit,
    }
    key = "login.tries-capped" if tries.denied else "login.tries"
    line = say(key, about=tuple(facts), count=tries.used, refused=tries.refused, limit=tries.limit)
    return Observation("login.tries", "auth", "passed", facts, line, (line,))
