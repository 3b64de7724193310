"""Every phrase for pasted texts proves itself: its samples, its keys, its facts, its causes, its notes."""

from __future__ import annotations

import pytest

from mqassist.core import target
from mqassist.diagnosis.causes import load_causes
from mqassist.explain.finder import Finder
from mqassist.explain.sayings import Product, Saying, load_lore
from mqassist.explain.speaker import side_of, worlds
from mqassist.knowledge.texts import LANGUAGES, Texts
from mqassist.logs.phrases import load_phrases
from mqassist.probes.registry import load_probes
from mqassist.services import Services, build_services

LORE = load_lore()
CAUSES = {cause.id: cause for cause in load_causes()}
OWN = [saying for saying in LORE.sayings if saying.by != "broker" or saying.id.partition(".")[0] in ("tls", "net")]
SPECS = {spec.name: spec for spec in (*target.GIVES, *load_phrases()[1])} | {
    spec.name: spec for probe in load_probes() for spec in probe.gives
}
ENDPOINT_WORDS = {"queue", "exchange"}
sayings = pytest.mark.parametrize("saying", LORE.sayings, ids=[saying.id for saying in LORE.sayings])
own = pytest.mark.parametrize("saying", OWN, ids=[saying.id for saying in OWN])
products = pytest.mark.parametrize("product", LORE.products, ids=[product.id for product in LORE.products])


@pytest.fixture(scope="module")
def finder() -> Finder:
    return Finder(LORE.sayings, LORE.products)


@pytest.fixture(scope="module")
def services() -> Services:
    return build_services("en")


def test_nothing_is_written_twice() -> None:
    ids = [saying.id for saying in LORE.sayings]
    assert len(ids) == len(set(ids)) > 300


@sayings
def test_samples_are_found_by_their_keys_and_by_nothing_before(saying: Saying, finder: Finder) -> None:
    for sample in saying.samples:
        pieces, times = finder.pieces(sample)
        side = saying.side or saying.by or side_of(sample, "")
        known = worlds(sample, finder.products(sample, pieces)) if saying.needs else frozenset[str]()
        hits = finder.find(sample, pieces, times, lambda _line, side=side: side, known)  # type: ignore[misc]
        first = min(hits, key=lambda hit: LORE.sayings.index(hit.saying), default=None)
        assert first is not None, sample
        assert first.saying.id == saying.id, (sample, first.saying.id)


@sayings
def test_causes_and_facts_exist(saying: Saying) -> None:
    named = [cause for cause in (saying.cause, *saying.likely) if cause]
    assert set(named) <= set(CAUSES)
    assert len(named) == len(set(named))
    assert saying.source.strip()
    for name, value in saying.gives:
        assert SPECS[name].fits(value), (name, value)
    for _, name in saying.captures:
        assert name in SPECS or name in ENDPOINT_WORDS, name


@own
def test_a_phrase_says_something(saying: Saying) -> None:
    assert saying.cause or saying.likely or saying.routine
    assert not (saying.routine and (saying.cause or saying.likely))


@sayings
def test_notes_exist_in_both_languages(saying: Saying) -> None:
    for language in LANGUAGES:
        keys = frozenset(Texts(language).keys())
        assert not saying.note or f"explain.note.{saying.note}" in keys


@own
def test_the_reasoning_names_the_cause_that_the_phrase_claims(saying: Saying, services: Services) -> None:
    """On the words alone: not only the data says so, the reasoning agrees."""
    wanted = saying.cause or next(iter(saying.likely), None)
    if wanted is None or saying.side == "broker":
        return
    explained = services.explain(saying.samples[0])
    named = [candidate.cause for candidate in explained.candidates] + list(explained.folded)
    assert wanted in named, (saying.samples[0], named)


@products
def test_products_show_themselves(product: Product) -> None:
    for sample in product.samples:
        assert product.pattern.search(sample), sample


def test_folds_and_said_texts_speak_of_causes_that_exist() -> None:
    for cause, under in LORE.folds:
        assert {cause, *under} <= set(CAUSES)
    for language in LANGUAGES:
        keys = frozenset(Texts(language).keys())
        said = {key[len("explain.said.") :].rpartition(".")[0] for key in keys if key.startswith("explain.said.")}
        assert said <= set(CAUSES)


def test_every_cause_has_a_page_in_both_languages(services: Services) -> None:
    from mqassist.services import in_language

    for bundle in (services, in_language(services, "zh")):
        entries = bundle.catalogue()
        assert {entry.id for entry in entries} == set(CAUSES)
        for entry in entries:
            page = bundle.cause_page(entry.id)
            assert page is not None
            assert page.advice.title
            assert "–" not in page.advice.title
            assert page.source
