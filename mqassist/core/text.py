"""A sentence as data: a key of the language tables and the values that fill it. Rendered only at the edge."""

from __future__ import annotations

from mqassist.core.record import record

Value = str | int | float
Values = tuple[tuple[str, Value], ...]


@record
class Text:
    """`about` names the facts the sentence speaks of, so that a finding picks its own evidence."""

    key: str
    values: Values = ()
    about: tuple[str, ...] = ()


def say(key: str, /, about: tuple[str, ...] = (), **values: Value) -> Text:
    """A sentence of `resources/lang/*/…`; the tests demand the key, with these names, in each language."""
    return Text(key, tuple(values.items()), about)
