"""What was said to a verdict: the same causes and the same reasoning as for a check, on facts that words gave."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mqassist.core.explained import Candidate, ExplainedTarget, Side, Standing
from mqassist.core.fact_names import SAID_NAMES
from mqassist.core.facts import Fact
from mqassist.core.record import changed, record
from mqassist.core.target_host import is_ipv4, is_ipv6
from mqassist.diagnosis.causes import Cause
from mqassist.diagnosis.conditions import Tree
from mqassist.diagnosis.diagnose import diagnose
from mqassist.explain.bytes_meaning import cause_of_bytes
from mqassist.explain.bytes_said import Bytes
from mqassist.explain.finder import Hit
from mqassist.explain.sayings import Lore, Saying

SURE, LIKELY, SYMPTOM, WRAPPER = 0.92, 0.65, 0.35, 0.25
STEP = 0.08
"""How much less likely each further candidate of one phrase is."""
FOREIGN = ("smb", "ssh")
"""Bytes that no client of a broker would ever send."""
PLAIN = ("amqp", "mqtt")
"""Listeners that said themselves what came to them: what the bytes begin leaves no doubt."""
MAX_CANDIDATES = 12
MAX_LOG_LINES = 4
NEVER_LOGGED = ("dns", "input")
"""Layers whose causes no broker hears of: it logs the like only of its own connections."""
COMMON = ("rabbitmq", "mosquitto", "emqx")
_RANK = {"error": 2, "warning": 1, "info": 0}


@record
class Claim:
    """What one place of the text stands for. `named` are causes, best first; `sure` if the words leave no other."""

    phrase: str
    start: int
    end: int
    line: int
    named: tuple[str, ...]
    sure: bool
    symptom: bool
    facts: dict[str, Fact]
    side: Side = ""
    times: int = 1
    wraps: bool = False

    def certainty(self, cause: str) -> float:
        if cause not in self.named:
            return 0.0
        top = WRAPPER if self.wraps else SYMPTOM if self.symptom else SURE if self.sure else LIKELY
        place = self.named.index(cause)
        if self.sure and place:
            top = LIKELY - STEP
        return max(top - STEP * place, 0.1)


@record
class Reasoned:
    """`letters` name the claims (by their place) that are marked; `sure` if one of them leaves no other cause."""

    candidates: tuple[Candidate, ...]
    folded: tuple[str, ...]
    ruled_out: tuple[str, ...]
    letters: dict[int, str]
    named: frozenset[str]
    sure: bool


def letter(at: int) -> str:
    """A … Z, AA, AB …"""
    return letter(at // 26 - 1) + chr(65 + at % 26) if at >= 26 else chr(65 + at)


class Reasoner:
    def __init__(self, causes: Sequence[Cause], lore: Lore) -> None:
        self._causes = {cause.id: cause for cause in causes}
        self._said = {cause.id: changed(cause, when=_or_said(cause), requires=frozenset()) for cause in causes}
        self._folds: dict[str, tuple[str, ...]] = {}
        for cause, under in lore.folds:
            self._folds[cause] = (*self._folds.get(cause, ()), *under)
        self._log_lines = _log_lines(lore.sayings)
        self._sayings = lore.sayings

    def known_of(self, cause: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        """(causes that the same words may mean, what brokers write of it with the source)."""
        alike: dict[str, int] = {}
        for saying in self._sayings:
            named = (*((saying.cause,) if saying.cause else ()), *saying.likely)
            if cause in named:
                for other in named:
                    if other != cause and other in self._causes:
                        alike[other] = alike.get(other, 0) + 1
        return tuple(sorted(alike, key=lambda other: -alike[other])[:MAX_CANDIDATES]), self._log_lines.get(cause, ())

    def claims(self, hits: Sequence[Hit], whole: Side) -> list[Claim]:
        found = []
        for hit in hits:
            saying = hit.saying
            named = (*((saying.cause,) if saying.cause else ()), *saying.likely)
            facts = saying.facts(hit.found)
            if named:
                found.append(
                    Claim(
                        saying.id, hit.start, hit.end, hit.line, named, saying.cause is not None, saying.symptom, facts,
                        saying.by or whole, hit.times, saying.wraps,
                    )
                )  # fmt: skip
        return found

    def claims_of_bytes(self, found: Sequence[Bytes], seen: str, whole: Side, hits: Sequence[Hit]) -> list[Claim]:
        """Claims of bytes that no phrase has spoken of."""
        claims = []
        for item in found:
            if any(hit.start < item.end and item.start < hit.end for hit in hits):
                continue
            named = cause_of_bytes(item)
            if named:
                line = seen.count("\n", 0, item.start) + 1
                sure = item.kind in FOREIGN or item.listener in PLAIN
                claims.append(Claim(f"bytes.{item.kind}", item.start, item.end, line, named, sure, False, {}, whole))
        return claims

    def verdict(self, claims: Sequence[Claim], target: ExplainedTarget | None, text: str) -> Reasoned:
        """Causes in the order of what to fix first; what follows from another is folded under it."""
        if not claims:
            return Reasoned((), (), (), {}, frozenset(), False)
        certainty: dict[str, float] = {}
        first: dict[str, int] = {}
        for at, claim in enumerate(claims):
            for cause in claim.named:
                if cause in self._causes and claim.certainty(cause) > certainty.get(cause, 0.0):
                    certainty[cause], first[cause] = claim.certainty(cause), at
        named, ruled_out, open_causes = self._diagnosed(claims, certainty)
        leading, folded = self._folded(named, claims)
        ranked = sorted(leading, key=lambda cause: self._order(cause, claims, certainty, first))
        named_host = target is None or not (is_ipv4(target.host) or is_ipv6(target.host))
        possible = [
            cause
            for cause in self._possible(claims, ranked)
            if cause not in folded and (named_host or not cause.startswith("dns."))
        ]
        possible += [
            cause for cause in open_causes if cause not in possible and cause not in ranked and cause not in folded
        ]
        letters = _letters(claims, ranked + possible)
        candidates = self._candidates(ranked, possible, claims, certainty, first, letters, target, text)
        sure = any(claim.sure for claim in claims)
        follow = tuple(cause for cause in folded if not _only_a_guess(cause, claims))
        return Reasoned(candidates, follow, ruled_out, letters, frozenset(ranked), sure)

    def _diagnosed(
        self, claims: Sequence[Claim], certainty: Mapping[str, float]
    ) -> tuple[list[str], tuple[str, ...], list[str]]:
        """The main cause of each claim and what their facts prove, by the reasoning of a check."""
        tops = dict.fromkeys(claim.named[0] for claim in claims if claim.named[0] in self._causes)
        named: dict[str, None] = {}
        ruled_out: dict[str, None] = {}
        open_causes: dict[str, None] = {}
        for facts in _situations(claims):
            said = tuple(name for name in tops if name in facts[SAID_NAMES])  # type: ignore[operator]
            causes = [
                changed(cause, certainty=min(cause.certainty, certainty[cause.id])) if cause.id in said else cause
                for cause in self._said.values()
            ]
            verdict = diagnose({**facts, SAID_NAMES: said}, causes)
            findings = (verdict.primary, *verdict.others)
            proved = [item.cause for item in findings if item is not None and item.severity != "info"]
            named.update(
                dict.fromkeys(cause for cause in (*said, *proved, *verdict.folded) if cause in said or cause in proved)
            )
            ruled_out.update(dict.fromkeys(verdict.ruled_out))
            open_causes.update(dict.fromkeys(item.cause for item in verdict.undecided))
        return list(named), tuple(ruled_out), [cause for cause in open_causes if cause not in named]

    def _folded(self, named: Sequence[str], claims: Sequence[Claim]) -> tuple[list[str], list[str]]:
        """Those that lead, and those that follow from one of them: by what causes explain, by what only names an
        effect, and by what the data says goes along. An effect leads nothing but effects."""
        present = set(named)
        weak = {cause for cause in present if _all(cause, claims, lambda claim: claim.symptom)}
        guessed = {cause for cause in present if _all(cause, claims, lambda claim: claim.wraps)}
        strong = present - weak
        follow = {cause: set(self._explained(cause)) for cause in present}
        folded = []
        for cause in named:
            by = present if cause in weak else strong  # what may be so explains nothing that is so
            leads = any(cause in follow[other] for other in by - {cause})
            mutual = any(cause in follow[other] and other in follow[cause] for other in present - {cause})
            if (leads and not mutual) or (cause in weak and strong) or (cause in guessed and guessed < present):
                folded.append(cause)
        if len(folded) == len(named):
            folded = folded[1:]
        return [cause for cause in named if cause not in folded], folded

    def _explained(self, cause: str) -> tuple[str, ...]:
        return (*self._causes[cause].explains, *self._folds.get(cause, ()))

    def _order(
        self, cause: str, claims: Sequence[Claim], certainty: Mapping[str, float], first: Mapping[str, int]
    ) -> tuple[bool, int, float, int, int]:
        """Of two that are as sure, the one that more of the words allow, then the one that is said first."""
        sure = certainty.get(cause, 0.5)
        weak = sure <= SYMPTOM
        allowed = len({claim.phrase for claim in claims if cause in claim.named})
        start = claims[first[cause]].start if cause in first else len(claims) * 10_000_000
        return weak, -_RANK[self._causes[cause].severity], -round(sure, 1), -allowed, start

    def _possible(self, claims: Sequence[Claim], ranked: Sequence[str]) -> list[str]:
        """What the same words may equally mean, the claims of the first cause before others."""
        found: dict[str, None] = {}
        top = ranked[0] if ranked else ""
        certain = any(claim.sure and not claim.symptom for claim in claims if claim.named[0] == top)
        for claim in sorted(claims, key=lambda claim: (claim.named[0] != top, claim.symptom, claim.start)):
            if claim.symptom and ranked and claim.named[0] not in ranked:
                continue
            if claim.named[0] == top and certain and not claim.sure:
                continue  # other words have settled what these leave open
            for cause in claim.named[1:]:
                if cause in self._causes and cause not in ranked:
                    found.setdefault(cause)
        return list(found)

    def _candidates(
        self,
        ranked: Sequence[str],
        possible: Sequence[str],
        claims: Sequence[Claim],
        certainty: Mapping[str, float],
        first: Mapping[str, int],
        letters: Mapping[int, str],
        target: ExplainedTarget | None,
        text: str,
    ) -> tuple[Candidate, ...]:
        candidates = []
        highest = 1.0
        for at, cause in enumerate((*ranked, *possible)[:MAX_CANDIDATES]):
            known = self._causes[cause]
            claim = claims[first[cause]] if cause in first else claims[0]
            standing: Standing = "possible"
            if at < len(ranked):
                standing = "root" if at == 0 else "warning" if known.severity != "error" else "problem"
            highest = min(highest, certainty.get(cause, 0.3 if standing == "possible" else 0.5))
            facts = {name: value for other in claims if cause in other.named for name, value in other.facts.items()}
            candidates.append(
                Candidate(
                    cause, standing, known.severity, round(highest, 2), claim.line,
                    _excerpt(text, claim), tuple(letters[at] for at, other in enumerate(claims)
                    if at in letters and cause in other.named), {**_endpoint_words(target), **facts},
                    known.decided_by, () if known.layer in NEVER_LOGGED else self._log_lines.get(cause, ()),
                )
            )  # fmt: skip
        return tuple(candidates)


def _only_a_guess(cause: str, claims: Sequence[Claim]) -> bool:
    """Whether only words name it that leave open what is the matter: it does not follow from a cause that is known."""
    return _all(cause, claims, lambda claim: claim.wraps or (claim.symptom and not claim.sure))


def _all(cause: str, claims: Sequence[Claim], test: Callable[[Claim], bool]) -> bool:
    """Whether words name the cause first, and all that do are so."""
    of_it = [test(claim) for claim in claims if claim.named[0] == cause]
    return bool(of_it) and all(of_it)


def _or_said(cause: Cause) -> Tree:
    """A text may name a cause outright: as good as its condition."""
    return ["or", [cause.when, ["cmp", "in", ["const", cause.id], ["fact", SAID_NAMES]]]]


def _situations(claims: Sequence[Claim]) -> list[dict[str, Fact]]:
    """Facts of claims that do not contradict each other, together: a text may tell of several attempts."""
    found: list[dict[str, Fact]] = []
    names: list[list[str]] = []
    for claim in claims:
        fits = next(
            (
                at
                for at, facts in enumerate(found)
                if all(facts.get(name, value) == value for name, value in claim.facts.items())
            ),
            None,
        )
        if fits is None:
            if len(found) >= 20:
                continue
            found.append({})
            names.append([])
            fits = len(found) - 1
        found[fits].update(claim.facts)
        names[fits].append(claim.named[0])
    return [{**facts, SAID_NAMES: tuple(dict.fromkeys(said))} for facts, said in zip(found, names, strict=True)]


def _letters(claims: Sequence[Claim], shown: Sequence[str]) -> dict[int, str]:
    """Marks only for what a shown cause rests on; the same words again are not marked twice."""
    wanted = set(shown)
    known: set[tuple[str, tuple[tuple[str, Fact], ...]]] = set()
    letters: dict[int, str] = {}
    for at, claim in enumerate(claims):
        key = (
            claim.phrase,
            tuple(sorted((name, value) for name, value in claim.facts.items() if isinstance(value, str))),
        )
        if wanted & set(claim.named) and key not in known and len(letters) < 52:
            known.add(key)
            letters[at] = letter(len(letters))
    return letters


def _excerpt(text: str, claim: Claim) -> str:
    start = max(text.rfind("\n", 0, claim.start) + 1, claim.start - 120)
    end = text.find("\n", claim.start)
    end = len(text) if end < 0 else end
    return " ".join(text[start : min(max(end, claim.end), claim.start + 240)].split())


def _endpoint_words(target: ExplainedTarget | None) -> dict[str, Fact]:
    if target is None:
        return {}
    words: dict[str, Fact] = {}
    if target.host:
        words |= {"host": target.host, "server_name": target.host}
    if target.port:
        words["port"] = target.port
    if target.host and target.port:
        shown = f"[{target.host}]" if ":" in target.host else target.host
        words["authority"] = f"{shown}:{target.port}"
    for name, value in (("scheme", target.scheme), ("user", target.username), ("vhost", target.vhost)):
        if value:
            words[name] = value
    if target.client_id:
        words |= {"client_id": target.client_id, "mqtt.client_id": target.client_id}
    if target.vhost:
        words["amqp.vhost"] = target.vhost
    if target.username:
        words["amqp.username"] = target.username
    return words


def _spread(saying: Saying) -> int:
    broker = saying.id.partition(".")[0].partition("-")[0]
    return COMMON.index(broker) if broker in COMMON else len(COMMON)


def _log_lines(sayings: Sequence[Saying]) -> dict[str, tuple[tuple[str, str], ...]]:
    """What brokers write of each cause, with the version it was seen in; the brokers that most people run first."""
    found: dict[str, list[tuple[str, str]]] = {}
    for saying in sorted(sayings, key=_spread):
        if saying.by == "broker" and saying.cause is not None:
            found.setdefault(saying.cause, []).append((saying.samples[0], saying.source))
    return {cause: tuple(lines[:MAX_LOG_LINES]) for cause, lines in found.items()}
