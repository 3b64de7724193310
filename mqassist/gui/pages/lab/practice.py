"""What the page knows of the scenarios: cards, what a person has proved and guessed, and the riddles. No widget."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from mqassist.core.practice import Card, Played
from mqassist.core.record import changed, fresh, record

Proof = Literal["", "fits", "differs"]
LAYERS = (
    *("input", "network", "proxy", "protocol", "tls"),
    *("auth", "permissions", "heartbeat", "health"),
)
CHOICES = 4
"""Answers that a riddle offers."""


@record
class Progress:
    """Kept from one start to the next. `proved`: "fits" or "differs" by name; `guessed`: right or wrong."""

    proved: Mapping[str, str] = fresh(default_factory=dict)
    guessed: Mapping[str, bool] = fresh(default_factory=dict)
    guess_first: bool = False

    def proof(self, name: str) -> Proof:
        found = self.proved.get(name, "")
        return "fits" if found == "fits" else "differs" if found == "differs" else ""

    def hidden(self, card: Card) -> bool:
        """A riddle that has not been answered yet."""
        return self.guess_first and card.name not in self.guessed

    def with_proof(self, played: Played) -> Progress:
        return changed(self, proved={**self.proved, played.name: "fits" if played.fits else "differs"})

    def with_guess(self, name: str, right: bool) -> Progress:
        return changed(self, guessed={**self.guessed, name: right})

    def kept(self) -> dict[str, Any]:
        return {"proved": dict(self.proved), "guessed": dict(self.guessed), "guess_first": self.guess_first}


def progress_of(kept: object) -> Progress:
    """From what the settings file holds; what does not fit there is left out."""
    if not isinstance(kept, dict):
        return Progress()
    proved, guessed = kept.get("proved"), kept.get("guessed")
    return Progress(
        {str(k): v for k, v in proved.items() if v in ("fits", "differs")} if isinstance(proved, dict) else {},
        {str(k): v for k, v in guessed.items() if isinstance(v, bool)} if isinstance(guessed, dict) else {},
        kept.get("guess_first") is True,
    )


def riddle(card: Card, cards: Sequence[Card]) -> list[Card]:
    """The card and others of other causes, its own layer first; always the same ones in the same order."""
    others = [each for each in cards if each.cause != card.cause]
    chance = random.Random(card.name)  # noqa: S311 - a quiz
    near = [each for each in others if each.layer == card.layer]
    far = [each for each in others if each.layer != card.layer]
    chance.shuffle(near)
    chance.shuffle(far)
    found: list[Card] = [card]
    for each in (*near, *far):
        if len(found) < CHOICES and each.cause not in [known.cause for known in found]:
            found.append(each)
    chance.shuffle(found)
    return found


def is_mqtt(card: Card) -> bool:
    return card.target.startswith(("mqtt", "ws"))


def wanted(card: Card, group: str, protocol: str, difficulty: int, words: str) -> bool:
    """Whether the filters let it through. `group` is "", "healthy" or a layer; `difficulty` 0 is any."""
    healthy = card.status == "healthy"
    if group and (group == "healthy") != healthy:
        return False
    if group not in ("", "healthy") and card.layer != group:
        return False
    if protocol and (protocol == "mqtt") != is_mqtt(card):
        return False
    if difficulty and card.difficulty != difficulty:
        return False
    text = f"{card.name} {card.title} {card.hint} {card.cause}".lower()
    return all(word in text for word in words.lower().split())
