"""Knowledge proves itself: every cause by its own samples, every sentence in both languages."""

from __future__ import annotations

import pytest

from mqassist.core import target
from mqassist.core.facts import FactSpec
from mqassist.core.settings import CheckSettings, TlsSettings
from mqassist.diagnosis.causes import Cause, load_causes
from mqassist.diagnosis.conditions import complaints, evaluate, fact_names, parse
from mqassist.diagnosis.diagnose import diagnose
from mqassist.knowledge.texts import LANGUAGES, Language, Texts, placeholders
from mqassist.logs.phrases import load_phrases
from mqassist.probes.probe import Probe
from mqassist.probes.registry import load_probes
from mqassist.steps import FAMILIES

CAUSES = {cause.id: cause for cause in load_causes()}
PROBES = load_probes()
ENDPOINT_WORDS = {
    "host", "port", "authority", "scheme", "user", "vhost", "path", "client_id", "topic", "queue", "exchange",
    "routing_key", "server_name", "timeout",
}  # fmt: skip
EVERYTHING = CheckSettings(
    tls=TlsSettings("ca", "cert", "key"), client_id="x", mqtt_version="5", queue="q", exchange="e", topic="t",
    observe=1, proxy="http://p:1", management="http://h", thorough=True,
)  # fmt: skip
cause_ids = pytest.mark.parametrize("cause", list(CAUSES.values()), ids=list(CAUSES))


def all_specs() -> dict[str, FactSpec]:
    specs = {spec.name: spec for spec in (*target.GIVES, *load_phrases()[1])}
    for probe in PROBES:
        for spec in probe.gives:
            assert specs.setdefault(spec.name, spec) == spec, f"{spec.name} is declared in two ways"
    return specs


SPECS = all_specs()


@cause_ids
def test_samples_make_the_condition_true_and_counter_samples_do_not(cause: Cause) -> None:
    for sample in cause.samples:
        assert evaluate(cause.when, sample) is True, sample
    for sample in cause.counter_samples:
        assert evaluate(cause.when, sample) is not True, sample


@cause_ids
def test_samples_hold_only_facts_that_probes_give(cause: Cause) -> None:
    for sample in (*cause.samples, *cause.counter_samples):
        for name, value in sample.items():
            assert name in SPECS, name
            assert SPECS[name].fits(value), (name, value)


@cause_ids
def test_conditions_name_only_facts_that_somebody_gives(cause: Cause) -> None:
    assert complaints(cause.when, SPECS) == []
    for condition in (cause.suspect, cause.unless):
        assert condition is None or complaints(condition, SPECS) == []
    assert cause.unless is None or cause.suspect is not None


@cause_ids
def test_further_evidence_names_only_facts_that_somebody_gives(cause: Cause) -> None:
    assert set(cause.evidence) <= set(SPECS)
    assert {fix.if_known for fix in cause.fixes if fix.if_known} <= set(SPECS)


@cause_ids
def test_what_a_cause_explains_exists(cause: Cause) -> None:
    assert set(cause.explains) <= set(CAUSES)
    assert cause.id not in cause.explains


@cause_ids
def test_no_cause_is_true_of_nothing(cause: Cause) -> None:
    assert evaluate(cause.when, {}) is not True


@pytest.mark.parametrize("language", LANGUAGES)
@cause_ids
def test_texts_are_complete(cause: Cause, language: Language) -> None:
    texts = Texts(language)
    assert cause.id in texts.causes(), "no text in this language"
    text = texts.cause(cause.id)
    assert text is not None
    fixes = [fix.id for fix in cause.fixes]
    assert set(text.fixes) == set(fixes)
    allowed = ENDPOINT_WORDS | set(SPECS)
    parts = [text.title, text.summary, text.explanation, *text.fixes.values()]
    parts += [fix.command for fix in cause.fixes if fix.command]
    for part in parts:
        assert set(placeholders(part)) <= allowed, part
        assert "{" not in part.replace("{{", "") or placeholders(part), part
    for key in cause.decided_by:
        assert f"decide.{key}" in texts.keys(), key  # noqa: SIM118 - keys() has no fallback


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_without_its_cause(language: Language) -> None:
    assert Texts(language).causes() <= set(CAUSES)


@cause_ids
def test_both_languages_fill_the_same_placeholders_in_the_title(cause: Cause) -> None:
    english, chinese = Texts("en").cause(cause.id), Texts("zh").cause(cause.id)
    assert english is not None
    assert chinese is not None
    assert set(placeholders(english.title)) == set(placeholders(chinese.title))


@cause_ids
def test_a_title_only_speaks_of_facts_that_are_known_when_the_cause_is_true(cause: Cause) -> None:
    """The facts of the condition, or facts of a probe that also gives one of those."""
    read = set(fact_names(cause.when))
    together = {spec.name for probe in PROBES for spec in probe.gives if read & {s.name for s in probe.gives}}
    together |= {spec.name for spec in target.GIVES}
    for language in LANGUAGES:
        text = Texts(language).cause(cause.id)
        assert text is not None
        for name in (*placeholders(text.title), *placeholders(text.summary)):
            assert name in ENDPOINT_WORDS | read | together, name


@cause_ids
def test_each_sample_alone_leads_to_its_own_cause_or_to_what_explains_it(cause: Cause) -> None:
    for sample in cause.samples:
        verdict = diagnose(sample, list(CAUSES.values()))
        named = {finding.cause for finding in (verdict.primary, *verdict.others) if finding} | set(verdict.folded)
        if cause.severity != "info":
            assert cause.id in named


@pytest.mark.parametrize("probe", PROBES, ids=[probe.id for probe in PROBES])
def test_probes_are_described_in_both_languages_and_their_conditions_hold(probe: Probe) -> None:
    if probe.when:
        assert complaints(parse(probe.when), SPECS) == []
    for language in LANGUAGES:
        keys = Texts(language).keys()
        assert f"probe.{probe.id}" in keys
        if probe.why:
            assert probe.why in keys
        assert not probe.deciding or probe.why
    ids = {other.id for other in PROBES}
    assert {*probe.needs, *probe.after} <= ids


@pytest.mark.parametrize("probe", PROBES, ids=[probe.id for probe in PROBES])
def test_a_probe_named_after_a_family_applies_nowhere_else(probe: Probe) -> None:
    for url in ("amqp://h", "amqps://h", "mqtt://h", "mqtts://h", "ws://h/mqtt", "wss://h/mqtt"):
        endpoint = target.parse_target(url).endpoint
        assert endpoint is not None
        family = FAMILIES.get(probe.id.partition(".")[0])
        for settings in (CheckSettings(), EVERYTHING):
            if probe.applies(endpoint, settings):
                assert family is None or family(endpoint)


@cause_ids
def test_a_user_is_named_only_where_one_was_sent(cause: Cause) -> None:
    """Clients without a login have no name that a title could show."""
    text = Texts("en").cause(cause.id)
    assert text is not None
    if "user" in placeholders(text.title + text.summary):
        assert "mqtt.user_sent" in fact_names(cause.when)
