"""Our records behave as frozen dataclasses do."""

from __future__ import annotations

import pytest

from mqassist.core.record import as_plain, changed, fields, fresh, record


@record
class Point:
    x: int
    y: int = 2
    tags: dict[str, int] = fresh(default_factory=dict)

    @property
    def total(self) -> int:
        return self.x + self.y


@record(frozen=False)
class Counter:
    count: int = 0


def test_made_by_position_name_and_default() -> None:
    assert Point(1) == Point(x=1, y=2, tags={}) == Point(1, 2)
    assert Point(1) != Point(2)
    other: object = (1, 2, {})
    assert Point(1) != other
    assert (Point(3).total, repr(Point(1))) == (5, "Point(x=1, y=2, tags={})")
    assert Point(1).tags is not Point(1).tags


@pytest.mark.parametrize("arguments", [((), {}), ((1, 2, {}, 4), {}), ((1,), {"z": 1}), ((1,), {"x": 1})])
def test_wrong_arguments_are_refused(arguments: tuple[tuple[int, ...], dict[str, int]]) -> None:
    with pytest.raises(TypeError, match="Point"):
        Point(*arguments[0], **arguments[1])  # type: ignore[arg-type]  # the mistake is the point


def test_frozen_unless_told_otherwise() -> None:
    point, counter = Point(1), Counter()
    with pytest.raises(AttributeError, match="frozen"):
        point.x = 2  # type: ignore[misc]  # the mistake is the point
    with pytest.raises(AttributeError, match="frozen"):
        del point.x
    counter.count += 1
    assert counter == Counter(1)
    with pytest.raises(TypeError):
        hash(counter)


def test_hash_goes_by_value() -> None:
    @record
    class Key:
        a: str
        b: tuple[int, ...] = ()

    assert len({Key("x"), Key("x"), Key("y")}) == 2


def test_match_change_and_plain_form() -> None:
    match Point(5, 6):
        case Point(x, y):
            assert (x, y) == (5, 6)
    assert changed(Point(1), y=9) == Point(1, 9)
    with pytest.raises(TypeError):
        changed(Point(1), z=1)
    assert fields(Point) == ("x", "y", "tags")
    assert as_plain((Point(1, 2, {"a": 3}), "s")) == [{"x": 1, "y": 2, "tags": {"a": 3}}, "s"]
    with pytest.raises(TypeError):
        fields(object())
