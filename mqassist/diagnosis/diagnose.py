"""One pure function turns facts into a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mqassist.core.facts import Fact, Facts
from mqassist.core.finding import Finding, Role
from mqassist.core.observation import Observation
from mqassist.core.record import changed
from mqassist.core.text import Text
from mqassist.core.verdict import Status, Undecided, Verdict
from mqassist.diagnosis.causes import Cause
from mqassist.diagnosis.conditions import deciding_facts, evaluate, fact_names

LAYER_ORDER = (
    *("input", "host", "dns", "network", "proxy", "tls"),
    *("protocol", "auth", "permissions", "heartbeat", "health"),
)
_CAUSE_DEPTH = {
    name: depth
    for depth, name in enumerate(
        ("host", "input", "dns", "net", "proxy", "proto", "tls", "auth", "amqp", "mqtt", "heartbeat", "cluster")
    )
}
_SEVERITY_RANK = {"error": 2, "warning": 1, "info": 0}
MAX_EVIDENCE = 8
_BESIDE_THE_WAY = ("proxy.environment",)


def diagnose(
    facts: Facts,
    causes: Sequence[Cause],
    observations: Sequence[Observation] = (),
    deciding: frozenset[str] = frozenset(),
) -> Verdict:
    """The verdict on what was observed.

    Among the causes that are true, those that another true cause explains are folded under it; a warning that explains
    an error (a leftover line in the hosts file, the refused connect it leads to) is an error then. The rest is ranked:
    errors before warnings; a target that was dialled only after a guess at what it means, since clients do not guess;
    what explains others; certainty; deepest layer; number of facts used. Observations of `deciding` probes never make
    a run broken by themselves: they only tell look-alikes apart. A run that was stopped is never healthy.
    """
    known = frozenset(facts)  # most causes are dismissed by one look at which facts are there
    true = [cause for cause in causes if cause.requires <= known and evaluate(cause.when, facts) is True]
    folded = _folded(true)
    leading = [_weighed(cause, true) for cause in true if cause.id not in folded]
    ranked = sorted(leading, key=lambda cause: _rank(cause, true, facts), reverse=True)
    failed = any(seen.outcome == "failed" and seen.probe not in deciding for seen in observations)
    complete = not any(seen.outcome == "cancelled" for seen in observations)
    status = _status(ranked, failed or not complete)
    primary = _primary(ranked, status)
    named = [cause for cause in ranked if status != "healthy" and cause is not primary]
    primary_finding = None if primary is None else _finding(primary, "root", facts, observations)
    undecided, ruled_out = ([], []) if status == "healthy" else _open_questions(causes, facts, folded, primary)
    return Verdict(
        status=status,
        primary=primary_finding,
        others=tuple(_finding(cause, _role(cause), facts, observations) for cause in named),
        folded=tuple(cause.id for cause in true if cause.id in folded),
        ruled_out=tuple(ruled_out),
        undecided=tuple(undecided),
        reached=_reached(observations, deciding),
        complete=complete,
        crashed=tuple(seen.probe for seen in observations if seen.crash),
    )


def _folded(true: Sequence[Cause]) -> set[str]:
    """Ids that another true cause explains, also through others; of two that explain each other the first leads."""
    by_id = {cause.id: cause for cause in true}
    folded: set[str] = set()
    for cause in true:
        if cause.id in folded:
            continue
        stack = list(cause.explains)
        while stack:
            name = stack.pop()
            if name in by_id and name != cause.id and name not in folded:
                folded.add(name)
                stack.extend(by_id[name].explains)
    return folded


def _weighed(cause: Cause, true: Sequence[Cause]) -> Cause:
    """The cause, at least as severe as what it explains, also through others."""
    by_id = {other.id: other for other in true}
    under: dict[str, Cause] = {}
    stack = list(cause.explains)
    while stack:
        name = stack.pop()
        if name in by_id and name not in under:
            under[name] = by_id[name]
            stack.extend(by_id[name].explains)
    severity = max((cause.severity, *(other.severity for other in under.values())), key=_SEVERITY_RANK.__getitem__)
    return cause if severity == cause.severity else changed(cause, severity=severity)


def _rank(cause: Cause, true: Sequence[Cause], facts: Facts) -> tuple[int, bool, int, float, int, int]:
    ids = {other.id for other in true}
    return (
        _SEVERITY_RANK[cause.severity],
        cause.layer == "input" and facts.get("input.result") == "repaired",
        len(ids.intersection(cause.explains)),
        cause.certainty,
        _CAUSE_DEPTH.get(cause.layer, 0),
        len(deciding_facts(cause.when, facts)),
    )


def _status(ranked: Sequence[Cause], failed: bool) -> Status:
    if failed or any(cause.severity == "error" for cause in ranked):
        return "broken"
    return "degraded" if any(cause.severity == "warning" for cause in ranked) else "healthy"


def _primary(ranked: Sequence[Cause], status: Status) -> Cause | None:
    """A warning never stands in for the error that could not be told."""
    if not ranked or status == "healthy":
        return None
    needed = "error" if status == "broken" else "warning"
    return ranked[0] if ranked[0].severity == needed else None


def _role(cause: Cause) -> Role:
    return "contributing" if cause.severity == "error" else "warning"


def _finding(cause: Cause, role: Role, facts: Facts, observations: Sequence[Observation]) -> Finding:
    names = deciding_facts(cause.when, facts)
    because = tuple((name, facts[name]) for name in names)
    return Finding(
        cause=cause.id,
        role=role,
        severity=cause.severity,
        certainty=cause.certainty,
        because=because,
        parameters=tuple((name, _scalar(value)) for name, value in because),
        evidence=_evidence((*names, *cause.evidence), observations),
    )


def _scalar(value: Fact) -> str | int | float:
    return ", ".join(str(item) for item in value) if isinstance(value, tuple) else value


def _evidence(names: Iterable[str], observations: Sequence[Observation]) -> tuple[Text, ...]:
    """Sentences about these facts; of an observation without any, its summary."""
    wanted = set(names)
    found: dict[Text, None] = {}
    for seen in observations:
        given = wanted.intersection(seen.facts)
        lines = [line for line in seen.evidence if wanted.intersection(line.about)] if given else []
        if given and not lines and seen.summary is not None:
            lines = [seen.summary]
        found.update(dict.fromkeys(lines))
    return tuple(found)[:MAX_EVIDENCE]


def _open_questions(
    causes: Sequence[Cause], facts: Facts, folded: set[str], primary: Cause | None
) -> tuple[list[Undecided], list[str]]:
    undecided: list[Undecided] = []
    ruled_out: list[str] = []
    settled = folded | (set() if primary is None else {primary.id, *primary.explains})
    for cause in causes:
        if cause.suspect is None or cause.id in settled or evaluate(cause.suspect, facts) is not True:
            continue
        truth = evaluate(cause.when, facts)
        if truth is None and cause.unless is not None and evaluate(cause.unless, facts) is True:
            truth = False
        if truth is False:
            ruled_out.append(cause.id)
        elif truth is None:
            missing = tuple(name for name in fact_names(cause.when) if name not in facts)
            undecided.append(Undecided(cause.id, missing, cause.decided_by))
    return undecided, ruled_out


def _reached(observations: Sequence[Observation], deciding: frozenset[str]) -> str:
    """The deepest layer on the client's way that answered: second probes and this process's variables lie beside it."""
    passed = {
        seen.layer
        for seen in observations
        if seen.outcome in ("passed", "warning") and seen.probe not in deciding and seen.probe not in _BESIDE_THE_WAY
    }
    return max((layer for layer in passed if layer in LAYER_ORDER), key=LAYER_ORDER.index, default="")
