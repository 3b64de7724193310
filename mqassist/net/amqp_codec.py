"""AMQP 0-9-1 data types (§4.2.5) to bytes and back, tables included. No I/O, no memory beyond what was given."""

from __future__ import annotations

import struct
from collections.abc import Mapping

Value = str | bytes | int | float | bool | None | tuple["Value", ...] | Mapping[str, "Value"]
"""What a field table may hold. Timestamps are seconds since 1970; decimals come as floats."""

MAX_DEPTH = 8
"""Tables inside tables: brokers use two levels; more is an attack on the recursion limit."""


class CodecError(Exception):
    """Bytes that are not AMQP 0-9-1. Becomes an event of the decoder, never leaves a probe."""


# -- encoding ---------------------------------------------------------------------------------


def text_bytes(value: str) -> bytes:
    """UTF-8; bytes that a terminal passed undecoded go out as they came, other lone surrogates as "?"."""
    try:
        return value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace")


def short_string(value: str) -> bytes:
    """shortstr: at most 255 bytes of UTF-8; raises ValueError beyond that.

    Lone surrogates become "?": seen: RabbitMQ 3.10.8 answers names that are not UTF-8 with 501, a frame error.
    """
    raw = value.encode("utf-8", "replace")
    if len(raw) > 255:
        raise ValueError(f"{len(raw)} bytes do not fit into a short string of 255")
    return bytes((len(raw),)) + raw


def long_string(value: str | bytes) -> bytes:
    raw = value if isinstance(value, bytes) else text_bytes(value)
    return len(raw).to_bytes(4, "big") + raw


def table(values: Mapping[str, Value]) -> bytes:
    """A field table with its length in front; the types RabbitMQ reads (its errata to §4.2.5.5)."""
    body = b"".join(short_string(name) + _field(value) for name, value in values.items())
    return long_string(body)


def _field(value: Value) -> bytes:
    if isinstance(value, bool):
        return b"t" + bytes((value,))
    if isinstance(value, int):
        return b"I" + struct.pack("!i", value) if -(2**31) <= value < 2**31 else b"l" + struct.pack("!q", value)
    if isinstance(value, float):
        return b"d" + struct.pack("!d", value)
    if isinstance(value, str | bytes):
        return b"S" + long_string(value)
    if isinstance(value, Mapping):
        return b"F" + table(value)
    if value is None:
        return b"V"
    return b"A" + long_string(b"".join(_field(item) for item in value))


# -- decoding ---------------------------------------------------------------------------------


class Reader:
    """Reads one payload from front to back; every step checks that the bytes are there (CodecError)."""

    __slots__ = ("_at", "_bit", "_bits", "_data")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._bits = 0
        self._bit = 8

    def take(self, count: int) -> bytes:
        end = self._at + count
        if count < 0 or end > len(self._data):
            raise CodecError(f"{count} bytes announced, {len(self._data) - self._at} left")
        found = self._data[self._at : end]
        self._at = end
        return found

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def number(self, size: int) -> int:
        self._bit = 8
        return int.from_bytes(self.take(size), "big")

    def bit(self) -> bool:
        """Consecutive bits share one octet, lowest first (§4.2.5.2)."""
        if self._bit == 8:
            self._bits, self._bit = self.take(1)[0], 0
        found = bool(self._bits >> self._bit & 1)
        self._bit += 1
        return found

    def short(self) -> str:
        self._bit = 8
        return self.take(self.take(1)[0]).decode("utf-8", "replace")

    def long(self) -> bytes:
        return self.take(self.number(4))

    def table(self, depth: int = 0) -> dict[str, Value]:
        if depth > MAX_DEPTH:
            raise CodecError("tables are nested too deep")
        inner = Reader(self.long())
        found: dict[str, Value] = {}
        while inner.left:
            name = inner.short()
            found[name] = inner.field(depth + 1)
        return found

    def field(self, depth: int) -> Value:
        kind = self.take(1)
        if kind == b"S":
            return self.long().decode("utf-8", "replace")
        if kind == b"F":
            return self.table(depth)
        if kind == b"A":
            if depth > MAX_DEPTH:
                raise CodecError("arrays are nested too deep")
            inner = Reader(self.long())
            items: list[Value] = []
            while inner.left:
                items.append(inner.field(depth + 1))
            return tuple(items)
        return self._scalar(kind)

    def _scalar(self, kind: bytes) -> Value:
        if kind == b"t":
            return self.take(1) != b"\0"
        if kind == b"V":
            return None
        if kind == b"x":
            return self.long()
        if kind == b"D":
            scale = self.take(1)[0]
            return float(struct.unpack("!i", self.take(4))[0]) / 10.0 ** min(scale, 300)
        if kind in _NUMBERS:
            form, size = _NUMBERS[kind]
            number: int | float = struct.unpack(form, self.take(size))[0]
            return number
        raise CodecError(f"unknown field type {kind!r}")


_NUMBERS = {
    b"b": ("!b", 1),
    b"B": ("!B", 1),
    b"s": ("!h", 2),
    b"u": ("!H", 2),
    b"I": ("!i", 4),
    b"i": ("!I", 4),
    b"l": ("!q", 8),
    b"L": ("!q", 8),
    b"f": ("!f", 4),
    b"d": ("!d", 8),
    b"T": ("!Q", 8),
}
"""Letters as RabbitMQ and its clients use them, which is not what the 0-9-1 text says (its errata page)."""
