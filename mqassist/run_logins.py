"""What a run says of the logins it tried: each of them may bring an account nearer to being locked."""

from __future__ import annotations

from mqassist.core.facts import Fact
from mqassist.core.observation import Observation
from mqassist.core.text import say
from mqassist.probes.probe import LoginTries


def login_step(tries: LoginTries) -> Observation:
    facts: dict[str, Fact] = {
        "login.tries": tries.used,
        "login.tries_refused": tries.refused,
        "login.tries_allowed": tries.limit,
    }
    key = "login.tries-capped" if tries.denied else "login.tries"
    line = say(key, about=tuple(facts), count=tries.used, refused=tries.refused, limit=tries.limit)
    return Observation("login.tries", "auth", "passed", facts, line, (line,))
