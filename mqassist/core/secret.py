"""Secrets that cannot be printed by accident, and the redactor that cleans whatever leaves the program."""

from __future__ import annotations

import binascii
from collections.abc import Iterable
from typing import NoReturn

from mqassist.core.percent import encode
from mqassist.core.record import record

MASK = "•••"
MIN_REDACTED_LENGTH = 4
"""Shorter secrets are not searched for in foreign text: masking every 'a' would tell more than it hides."""


class Secret:
    """A value that only `reveal()` gives. repr, str and format show a mask; pickling is refused."""

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        return self.__value

    @property
    def is_blank(self) -> bool:
        return not self.__value

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.reveal() == self.__value

    def __hash__(self) -> int:
        return hash((Secret, self.__value))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is never pickled, copied or stored")


@record
class Credentials:
    """Everything secret that one run may use. Lives only in the run and in ProbeContext."""

    username: str | None = None
    password: Secret | None = None
    key_password: Secret | None = None
    proxy_password: Secret | None = None

    def secrets(self) -> tuple[Secret, ...]:
        return tuple(s for s in (self.password, self.key_password, self.proxy_password) if s is not None)


class Redactor:
    """Removes raw, URL-encoded and base64 forms of the run's secrets from text and bytes that leave.

    A secret that is part of a public word of the run (the user name in guest/guest, a host name) is not masked in
    its raw form: the gap in a word that everybody knows would tell it. Its encoded login forms still are.
    """

    def __init__(self, credentials: Credentials | None = None, public: Iterable[str] = ()) -> None:
        forms: set[str] = set()
        known = {word for word in public if word}
        if credentials is not None:
            user = credentials.username or ""
            known.add(user)
            for secret in credentials.secrets():
                forms |= _forms(secret.reveal(), user, known)
        self._forms = tuple(sorted(forms, key=len, reverse=True))
        self._forms_bytes = tuple(_bytes(form) for form in self._forms)
        self._lists = tuple(form.split(",") for form in self._forms if form.count(",") >= MIN_REDACTED_LENGTH - 1)
        # one form is often part of others: whoever has none of these has none at all
        self._signs = tuple(
            form for form in self._forms if not any(other in form for other in self._forms if other != form)
        )
        self._shortest = min(map(len, self._forms), default=0)

    def text(self, value: str) -> str:
        if not self._forms or len(value) < self._shortest:
            return value
        for sign in self._signs:
            if sign in value:
                value = self._masked(value)
                break
        for numbers in self._lists:
            if f"{numbers[0]}," in value:
                value = _without_list(value, numbers)
        return value

    def _masked(self, value: str) -> str:
        for form in self._forms:
            value = value.replace(form, MASK)
        return value

    def data(self, value: bytes) -> bytes:
        for form in self._forms_bytes:
            if form in value:
                value = value.replace(form, b"*" * len(form))
        return value


def _forms(value: str, user: str, public: set[str]) -> set[str]:
    if not value:
        return set()
    forms = {
        f"{encode(user)}:{encode(value)}@",
        f"{user}:{value}@",
        f"\0{user}\0{value}",
        *(_base64(login) for login in (f"{user}:{value}", f"\0{user}\0{value}")),
    }
    if len(value) >= MIN_REDACTED_LENGTH and not any(value in word for word in public):
        forms |= {value, encode(value), encode(value).replace("%20", "+"), repr(value)[1:-1]}
        forms |= {_base64(value), _bytes(value).hex()}
        # seen: RabbitMQ 3.10.8 logs bytes it cannot read as an Erlang binary, <<16,35,0,4,…>>
        forms.add(",".join(str(byte) for byte in _bytes(value)))
    return forms


def _without_list(value: str, numbers: list[str]) -> str:
    """seen: RabbitMQ 3.10.8: the report on a connection that crashed breaks such a binary over several lines."""
    import re

    pause = r"(?:\s|\\n)*"
    # begins with what can be searched for fast: long texts are searched too
    whole = rf"{numbers[0]}(?<!\d{numbers[0]}),{pause}" + f",{pause}".join(numbers[1:])
    return re.sub(rf"{whole}(?!\d)", MASK, value)


def _base64(value: str) -> str:
    return binascii.b2a_base64(_bytes(value), newline=False).decode().rstrip("=")


def _bytes(value: str) -> bytes:
    """What was typed on a terminal with another encoding may hold lone surrogates."""
    return value.encode("utf-8", "surrogateescape")
