"""Frozen records of plain values: what `dataclass(frozen=True)` gives, at a fiftieth of its cost per class.

`dataclasses` compiles six methods for every class at import and loads `inspect` to do so: 0.36 ms a class and 9 ms at
once (measured: CPython 3.11). A hundred classes would cost more than a whole healthy check may take. Here the methods
are shared closures; type checkers see a dataclass.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar, dataclass_transform, overload

T = TypeVar("T")


class _Fresh:
    """A default that is made anew for each record."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


def fresh(*, default_factory: Callable[[], T]) -> T:
    """`facts: dict[str, Fact] = fresh(default_factory=dict)`"""
    return _Fresh(default_factory)  # type: ignore[return-value]  # a field specifier: type checkers see the value


@overload
@dataclass_transform(frozen_default=True, field_specifiers=(fresh,))
def record(cls: type[T], /) -> type[T]: ...
@overload
@dataclass_transform(frozen_default=True, field_specifiers=(fresh,))
def record(*, frozen: bool = True) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(fresh,))
def record(cls: type[T] | None = None, /, *, frozen: bool = True) -> type[T] | Callable[[type[T]], type[T]]:
    """Class decorator: fields are the annotations, in order; equality, hash and repr go by value.

    Only a class's own annotations count: records do not inherit fields. `frozen=False` allows assignment (and then
    gives no hash).
    """
    if cls is None:
        return lambda made: _made(made, frozen)
    return _made(cls, frozen)


def _made(cls: type[T], frozen: bool) -> type[T]:
    # from CPython 3.14 on the class itself holds them only on demand
    names = tuple(cls.__dict__.get("__annotations__") or getattr(cls, "__annotations__", {}))
    known = frozenset(names)
    defaults = {name: cls.__dict__[name] for name in names if name in cls.__dict__}
    for name, default in defaults.items():
        if isinstance(default, _Fresh):
            delattr(cls, name)

    plain = {name: default for name, default in defaults.items() if not isinstance(default, _Fresh)}
    made = [(name, default.make) for name, default in defaults.items() if isinstance(default, _Fresh)]
    count = len(names)

    def __init__(self: T, *values: Any, **named: Any) -> None:
        held = self.__dict__
        if plain:
            held.update(plain)
        held.update(zip(names, values, strict=False))
        if named:
            if not named.keys() <= known or not named.keys().isdisjoint(names[: len(values)]):
                raise TypeError(f"{cls.__name__} has no {sorted(named)}, or it was given twice")
            held.update(named)
        if len(held) < count:
            for name, make in made:
                if name not in held:
                    held[name] = make()
        if len(held) < count or len(values) > count:
            lacking = [name for name in names if name not in held]
            raise TypeError(f"{cls.__name__} needs {lacking}" if lacking else f"{cls.__name__} takes {count} values")

    def __repr__(self: T) -> str:
        return f"{cls.__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    def __eq__(self: T, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.__dict__ == other.__dict__

    def __hash__(self: T) -> int:
        return hash((cls, *(self.__dict__[name] for name in names)))

    methods: dict[str, Any] = {"__init__": __init__, "__repr__": __repr__, "__eq__": __eq__}
    methods["__hash__"] = __hash__ if frozen else None
    if frozen:
        methods |= {"__setattr__": _refuse, "__delattr__": _refuse}
    for name, method in methods.items():
        if name not in cls.__dict__ or name == "__hash__":
            setattr(cls, name, method)
    setattr(cls, "__match_args__", names)  # noqa: B010 - type checkers know it as the dataclass's own
    return cls


def _refuse(self: object, name: str, *value: object) -> NoReturn:
    raise AttributeError(f"{type(self).__name__} is frozen: {name} cannot be changed")


def fields(kind: object) -> tuple[str, ...]:
    """The field names of a record or of its class. Raises TypeError for anything else."""
    names = getattr(kind, "__match_args__", None)
    if not isinstance(names, tuple):
        raise TypeError(f"not a record: {kind!r}")
    return names


def changed(source: T, **values: Any) -> T:
    """A copy with some fields changed. Raises TypeError for a field it does not have."""
    return type(source)(**{**source.__dict__, **values})


def as_plain(value: object) -> Any:
    """Records become dicts, tuples become lists, all the way down: ready for JSON."""
    if isinstance(value, tuple | list):
        return [as_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: as_plain(item) for key, item in value.items()}
    if isinstance(getattr(type(value), "__match_args__", None), tuple):
        return {name: as_plain(getattr(value, name)) for name in fields(value)}
    return value
