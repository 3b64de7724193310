"""What a probe gave, as it may be kept: held to what the probe declares, and without the run's secrets."""

from __future__ import annotations

from collections.abc import Mapping

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.observation import Exchange, Observation
from mqassist.core.record import changed
from mqassist.core.secret import Redactor
from mqassist.core.text import Text, say
from mqassist.probes.probe import Probe, Result


class Cleaned:
    """`specs` are the facts that a probe declares, by name."""

    def __init__(self, redactor: Redactor) -> None:
        self.redactor = redactor

    def observation(
        self, probe: Probe, specs: Mapping[str, FactSpec], result: Result, crash: str, started_ms: float, took_ms: float
    ) -> Observation:
        facts: dict[str, Fact] = {}
        for name, value in result.facts.items():
            spec = specs.get(name)
            if spec is not None and spec.fits(value):
                # a choice is one of our own words: a password that equals one must not change the verdict
                facts[name] = value if spec.kind == "choice" else self.fact(value)
            else:
                crash += f"\n{probe.id} gave {name} = {self.fact(value)!r}, which it does not declare"
        return Observation(
            probe=probe.id,
            layer=probe.layer,
            outcome=result.outcome,
            facts=facts,
            summary=None if result.summary is None else self.text(result.summary),
            evidence=tuple(self.text(line) for line in result.evidence),
            exchanges=tuple(self.exchange(exchange) for exchange in result.exchanges),
            started_ms=started_ms,
            took_ms=took_ms,
            why=say(probe.why) if probe.why else None,
            crash=crash.strip(),
            certificates=result.certificates,
        )

    def text(self, text: Text) -> Text:
        clean = tuple((name, self.redactor.text(v) if isinstance(v, str) else v) for name, v in text.values)
        return text if clean == text.values else changed(text, values=clean)

    def fact(self, value: Fact) -> Fact:
        if isinstance(value, str):
            return self.redactor.text(value)
        if isinstance(value, tuple) and any(isinstance(item, str) for item in value):
            return tuple(self.redactor.text(str(item)) for item in value)
        return value

    def exchange(self, exchange: Exchange) -> Exchange:
        return changed(exchange, data=self.redactor.data(exchange.data), note=self.redactor.text(exchange.note))
