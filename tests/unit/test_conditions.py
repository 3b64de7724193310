"""The language of conditions: what it takes, what it refuses, and that unknown is not false."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqassist.core.facts import Fact, FactSpec
from mqassist.diagnosis.conditions import complaints, deciding_facts, evaluate, fact_names, parse, required_facts

FACTS: dict[str, Fact] = {
    "tcp.result": "refused",
    "tcp.ms": 12.5,
    "dns.count": 2,
    "auth.mechanisms": ("PLAIN",),
    "path.open": False,
}


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        ("tcp.result == 'refused'", True),
        ("tcp.result != 'refused'", False),
        ("tcp.result in ('refused', 'reset')", True),
        ("tcp.result not in ('timed-out',)", True),
        ("'PLAIN' in auth.mechanisms", True),
        ("'EXTERNAL' not in auth.mechanisms", True),
        ("'fuse' in tcp.result", True),
        ("tcp.ms > 10 and dns.count <= 2", True),
        ("1 < dns.count < 3", True),
        ("path.open", False),
        ("not path.open", True),
        ("tls.verify == 'ok'", None),
        ("not tls.verify == 'ok'", None),
        ("tls.verify == 'ok' or path.open", None),
        ("tls.verify == 'ok' or tcp.ms > 1", True),
        ("tls.verify == 'ok' and path.open", False),
        ("tcp.result < 3", None),
        ("dns.count > -1", True),
        ("path.open == False", True),
        ("path.open == false", True),
        ("path.open == true", False),
    ],
)
def test_truth(condition: str, truth: bool | None) -> None:
    assert evaluate(parse(condition), FACTS) is truth


@pytest.mark.parametrize(
    "text",
    ["", "open('x')", "a.b()", "a.b[0]", "a.b + 1 == 2", "lambda: 1", "[x for x in y]", "a.b is None", "f'{a.b}'",
     "a.b ==", "a.b == None", "__import__('os')", "a.b if c.d else e.f", "(a.b, c.d) == 1"],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse(text)


def test_names_and_deciding_facts() -> None:
    tree = parse("(tls.verify == 'ok' or tcp.result == 'refused') and dns.count == 2")
    assert fact_names(tree) == ("tls.verify", "tcp.result", "dns.count")
    assert deciding_facts(tree, FACTS) == ("tcp.result", "dns.count")


def test_complaints_name_unknown_facts_and_impossible_values() -> None:
    specs = {"tcp.result": FactSpec("tcp.result", "choice", "", ("refused",)), "n.n": FactSpec("n.n", "number", "")}
    found = complaints(parse("tcp.result in ('refused', 'refusd') and x.y == 1 and n.n == 'a'"), specs)
    assert found == ["no probe or phrase gives the fact x.y", "tcp.result is never 'refusd'", "n.n is never 'a'"]


@given(st.lists(st.sampled_from([True, False, None]), min_size=2, max_size=5))
def test_and_or_follow_kleene(values: list[bool | None]) -> None:
    names = [f"f.x{number}" for number in range(len(values))]
    facts = {name: value for name, value in zip(names, values, strict=True) if value is not None}
    every, some = evaluate(parse(" and ".join(names)), facts), evaluate(parse(" or ".join(names)), facts)
    unknown = len(values) - len(facts)
    fillings = [
        [next(guess) if value is None else value for value in values]
        for combination in itertools.product([True, False], repeat=unknown)
        for guess in [iter(combination)]
    ]
    assert every is (True if all(map(all, fillings)) else False if not any(map(all, fillings)) else None)
    assert some is (True if all(map(any, fillings)) else False if not any(map(any, fillings)) else None)


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("a.a == 1 and b.b == 2", {"a.a", "b.b"}),
        ("a.a == 1 or b.b == 2", set()),
        ("(a.a == 1 and c.c) or a.a == 2", {"a.a"}),
        ("not (a.a == 1 or b.b)", {"a.a", "b.b"}),
        ("not (a.a == 1 and b.b)", set()),
        ("not not a.a", {"a.a"}),
        ("'x' in a.a and a.a != b.b", {"a.a", "b.b"}),
    ],
)
def test_facts_without_which_a_condition_is_never_true(condition: str, names: set[str]) -> None:
    assert required_facts(parse(condition)) == names


_LEAVES = st.sampled_from(["a.a", "b.b", "c.c == 1", "c.c != 1"])
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        inner.map("(not {})".format),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda parts: "({} {} {})".format(*parts)),
    ),
    max_leaves=8,
)


@given(_TREES, st.dictionaries(st.sampled_from(["a.a", "b.b", "c.c"]), st.booleans(), max_size=3))
def test_a_true_condition_has_all_it_requires(condition: str, facts: dict[str, Fact]) -> None:
    tree = parse(condition)
    if evaluate(tree, facts) is True:
        assert required_facts(tree) <= facts.keys()
    if evaluate(tree, facts) is False:
        assert required_facts(tree, truth=False) <= facts.keys()
