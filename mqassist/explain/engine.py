"""One pasted text to one answer: read, mask, find, reason. Pure; a text of 10 MB takes less than two seconds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mqassist.core.cancel import CancelToken
from mqassist.core.explained import Explanation, Outcome, Side
from mqassist.core.record import changed, record
from mqassist.core.text import Text, say
from mqassist.diagnosis.causes import Cause
from mqassist.explain.bytes_said import Bytes, bytes_in
from mqassist.explain.context import at_wrong_port, in_context
from mqassist.explain.finder import Finder, Hit, Piece
from mqassist.explain.marks import marked, relettered
from mqassist.explain.masking import masked
from mqassist.explain.ports import wrong_port
from mqassist.explain.reading import alike, decoded, shown, unwrapped
from mqassist.explain.reasoning import Claim, Reasoner, letter
from mqassist.explain.sayings import Lore, Product
from mqassist.explain.speaker import side_of, speaker, worlds
from mqassist.explain.spelling import spelled
from mqassist.explain.target_said import target_of

BYTES_READ = 400_000
"""Characters searched for bytes."""
COMPLAINTS_READ = 2_000_000
_COMPLAINT = re.compile(
    r"\[(?:error|erro|crit|critical|emergency|alert)\]|=(?:ERROR|CRASH) REPORT|\b(?:ERROR|FATAL|CRITICAL)\b"
    r"|\bException\b|\bTraceback\b|\bpanic:|: Error:|\w:error \d|\blevel\W{1,4}error\b"
)
_FAILED = re.compile(
    r"err(?:or)?(?![a-z])|fail|exception|refus|reject|denied|disconnect|lost|closed|cannot|can't|unable|warn|panic|traceback",
    re.IGNORECASE,
)
"""What a text with a failure in it holds, whatever wrote it."""


@record
class _Read:
    """A paste while it is worked on: `text` is shown, `seen` has the same length and is matched."""

    text: str
    seen: str
    masked: int
    secrets: tuple[str, ...]


class Explainer:
    """Built once from the causes and the lore; used from any thread."""

    def __init__(self, causes: Sequence[Cause], lore: Lore) -> None:
        self._finder = Finder(lore.sayings, lore.products)
        self._reasoner = Reasoner(causes, lore)
        self._names = {product.id: product for product in lore.products}

    def known_of(self, cause: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        """(causes that the same words may mean, what brokers write of it with the source)."""
        return self._reasoner.known_of(cause)

    def explain_bytes(self, data: bytes, token: CancelToken | None = None) -> Explanation:
        return self.explain(decoded(data), token)

    def explain(self, text: str, token: CancelToken | None = None) -> Explanation:
        """Never raises for any text; raises Cancelled if the token is."""
        clean, count, secrets = masked(shown(text))
        _check(token)
        if not clean.strip():
            return Explanation("empty", clean)
        explained = self._explained(_Read(clean, alike(clean), count, secrets), token)
        joined = unwrapped(clean)
        if joined is None:
            return explained
        whole = self._explained(_Read(joined, alike(joined), count, secrets), token)
        return whole if _better(whole, explained) else explained

    def _explained(self, read: _Read, token: CancelToken | None) -> Explanation:
        pieces, times = self._finder.pieces(read.seen)
        _check(token)
        products = self._finder.products(read.seen, pieces)
        whole = speaker(read.seen, products)
        world = worlds(read.text, products)
        hits = self._finder.find(read.seen, pieces, times, lambda line: side_of(line, whole), world)
        _check(token)
        found = bytes_in(read.seen[:BYTES_READ])
        claims = self._reasoner.claims(hits, whole) + self._reasoner.claims_of_bytes(found, read.seen, whole, hits)
        if all(claim.symptom for claim in claims):
            named = self._named(read.seen, hits, whole, world)
            hits = sorted(hits + named, key=lambda hit: hit.start)
            claims = sorted(claims + self._reasoner.claims(named, whole), key=lambda claim: claim.start)
        claims = at_wrong_port(in_context(claims, hits, read.seen), wrong_port(read.seen, world))
        return self._answer(read, pieces, products, whole, hits, claims, found, world)

    def _named(self, seen: str, hits: Sequence[Hit], whole: Side, world: frozenset[str]) -> list[Hit]:
        """What only the names of errors say, where no phrase says more than that something failed."""
        words = spelled(seen)
        if words is None or not _complains(seen, _FAILED):
            return []
        known = {hit.saying.id for hit in hits}
        pieces, times = self._finder.pieces(words.text)
        more = self._finder.find(words.text, pieces, times, lambda line: side_of(line, whole), world)
        return [
            changed(hit, start=words.origin(hit.start), end=words.origin(hit.end))
            for hit in more
            if hit.saying.id not in known
            and not hit.saying.symptom
            and not hit.saying.routine
            and not hit.saying.captures
        ]

    def _answer(
        self,
        read: _Read,
        pieces: Sequence[Piece],
        products: Sequence[tuple[Product, re.Match[str]]],
        whole: Side,
        hits: Sequence[Hit],
        claims: Sequence[Claim],
        found: Sequence[Bytes],
        world: frozenset[str],
    ) -> Explanation:
        product, version = _best_product(products, whole)
        spoken = sorted(world & {"amqp", "mqtt"})
        protocol = product.protocol if product is not None else spoken[0] if len(spoken) == 1 else ""
        telling = [_line(read.text, claim.start) for claim in claims][:200]
        head = [read.text[piece.start : piece.end] for piece in pieces[:400]]
        target = target_of([*telling, read.text[:20_000], *head], protocol, read.secrets)
        verdict = self._reasoner.verdict(claims, target, read.text)
        words = next((found[0] for named, found in products if named is product and version), "")
        marks, letters = marked(read.text, claims, verdict.letters, target, words)
        routine = any(hit.saying.routine for hit in hits)
        outcome: Outcome = (
            "explained" if verdict.candidates else "healthy" if routine and not _complains(read.seen) else "unknown"
        )
        notes = tuple(dict.fromkeys((*_notes(hits), *_byte_notes(found))))
        return Explanation(
            outcome=outcome,
            text=read.text,
            marks=marks,
            candidates=relettered(verdict.candidates, letters),
            folded=verdict.folded,
            ruled_out=verdict.ruled_out,
            notes=notes,
            collect=_collect(outcome, verdict.sure, whole, product, version),
            side=whole,
            product=product.name if product is not None else "",
            version=version,
            target=target,
            masked=read.masked,
            lines=read.text.rstrip("\n").count("\n") + 1,
        )


def _better(whole: Explanation, broken: Explanation) -> bool:
    """Whether broken lines said something else once they were put together, and said it more surely."""
    if not whole.candidates or whole.cause == broken.cause:
        return False
    return not broken.candidates or whole.candidates[0].confidence > broken.candidates[0].confidence


def _notes(hits: Sequence[Hit]) -> list[Text]:
    """What the reader must know of a line beside its cause: what a library hides, what a line does not mean."""
    return [Text(f"explain.note.{hit.saying.note}") for hit in hits if hit.saying.note]


def _check(token: CancelToken | None) -> None:
    if token is not None:
        token.check()


def _line(text: str, at: int) -> str:
    start = max(text.rfind("\n", 0, at) + 1, at - 1_500)
    end = text.find("\n", at)
    return text[start : min(len(text) if end < 0 else end, at + 1_500)]


def _best_product(products: Sequence[tuple[Product, re.Match[str]]], whole: Side) -> tuple[Product | None, str]:
    """The one that wrote the text; of several, the one whose version is told."""

    def worth(item: tuple[Product, re.Match[str]]) -> tuple[bool, bool]:
        return item[0].side == whole or not whole, bool(_version(item[1]))

    if not products:
        return None, ""
    product, found = max(products, key=worth)
    return product, _version(found)


def _version(found: re.Match[str]) -> str:
    return str(found.groupdict().get("version") or "")


def _complains(seen: str, words: re.Pattern[str] = _COMPLAINT) -> bool:
    """Whether the text itself calls a line an error: then nothing known is not the same as nothing wrong."""
    return words.search(seen[:COMPLAINTS_READ]) is not None


def _byte_notes(found: Sequence[Bytes]) -> list[Text]:
    notes = []
    for item in found:
        if item.kind == "unknown":
            notes.append(say("explain.bytes.unknown", byte=item.detail))
        elif item.detail:
            notes.append(Text(f"explain.bytes.{item.kind}", (("detail", item.detail[:200]),)))
        else:
            notes.append(Text(f"explain.bytes.{item.kind}"))
    return notes


def _collect(outcome: Outcome, sure: bool, whole: Side, product: Product | None, version: str) -> tuple[Text, ...]:
    """What to add to the text, where it cannot decide alone."""
    wanted: list[Text] = []
    if outcome == "unknown":
        wanted += [say("explain.collect.whole-text"), say("explain.collect.url")]
    if outcome in ("explained", "unknown") and not sure:
        wanted.append(say("explain.collect.broker-log") if whole != "broker" else say("explain.collect.client-text"))
    if outcome != "healthy" and (not sure or outcome == "unknown") and not (product is not None and version):
        wanted.append(say("explain.collect.versions"))
    if outcome != "healthy" and not sure:
        wanted.append(say("explain.collect.check"))
    if outcome == "healthy":
        wanted.append(say("explain.collect.around-failure"))
    return tuple(wanted)


__all__ = ["Explainer", "letter"]
