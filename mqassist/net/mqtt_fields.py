"""The fields MQTT packets are made of: integers, strings, properties. Bytes in, values out; no I/O, no packets."""

from __future__ import annotations

from collections.abc import Mapping

PropertyValue = int | str | bytes
Properties = tuple[tuple[str, PropertyValue], ...]
"""In the order they came; only `user_property` (as `name=value`) and `subscription_identifier` may come twice."""

MAX_REMAINING = 268_435_455
"""Largest remaining length that four bytes can say (MQTT 3.1.1 §2.2.3, MQTT 5 §1.5.5)."""

# MQTT 5 §2.2.2.2, table 2-4
_PROPERTIES: dict[int, tuple[str, str]] = {
    0x01: ("payload_format", "byte"),
    0x02: ("message_expiry", "four"),
    0x03: ("content_type", "text"),
    0x08: ("response_topic", "text"),
    0x09: ("correlation_data", "binary"),
    0x0B: ("subscription_identifier", "variable"),
    0x11: ("session_expiry", "four"),
    0x12: ("assigned_client_id", "text"),
    0x13: ("server_keepalive", "two"),
    0x15: ("authentication_method", "text"),
    0x16: ("authentication_data", "binary"),
    0x17: ("request_problem_information", "byte"),
    0x18: ("will_delay", "four"),
    0x19: ("request_response_information", "byte"),
    0x1A: ("response_information", "text"),
    0x1C: ("server_reference", "text"),
    0x1F: ("reason_string", "text"),
    0x21: ("receive_maximum", "two"),
    0x22: ("topic_alias_maximum", "two"),
    0x23: ("topic_alias", "two"),
    0x24: ("maximum_qos", "byte"),
    0x25: ("retain_available", "byte"),
    0x26: ("user_property", "pair"),
    0x27: ("maximum_packet_size", "four"),
    0x28: ("wildcard_available", "byte"),
    0x29: ("subscription_identifier_available", "byte"),
    0x2A: ("shared_available", "byte"),
}
_CODES = {name: (code, kind) for code, (name, kind) in _PROPERTIES.items()}
_REPEATABLE = {"user_property", "subscription_identifier"}
_WIDTHS = {"byte": 1, "two": 2, "four": 4}


class FieldError(ValueError):
    """The bytes break the specification; `reason` is one of the kebab-case words of `mqtt.MALFORMED`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Reader:
    """Reads fields from one packet's body; FieldError "truncated" when it ends too early."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._body) - self._at

    def raw(self, count: int) -> bytes:
        if count > self.left:
            raise FieldError("truncated")
        self._at += count
        return self._body[self._at - count : self._at]

    def number(self, width: int) -> int:
        return int.from_bytes(self.raw(width), "big")

    def variable(self) -> int:
        """Variable byte integer (MQTT 5 §1.5.5); four bytes at most."""
        value = 0
        for shift in (0, 7, 14, 21):
            byte = self.number(1)
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
        raise FieldError("variable-integer")

    def binary(self) -> bytes:
        return self.raw(self.number(2))

    def text(self) -> str:
        """UTF-8 string (§1.5.4). Broken UTF-8 is kept readable: the broker's words are shown, not judged."""
        return self.binary().decode("utf-8", "replace")

    def rest(self) -> bytes:
        return self.raw(self.left)

    def properties(self) -> Properties:
        """Property length and properties (MQTT 5 §2.2.2). FieldError for an unknown or wrongly repeated one."""
        inner = Reader(self.raw(self.variable()))
        found: list[tuple[str, PropertyValue]] = []
        seen: set[str] = set()
        while inner.left:
            name, kind = _PROPERTIES.get(inner.variable(), ("", ""))
            if not name:
                raise FieldError("unknown-property")
            if name in seen and name not in _REPEATABLE:
                raise FieldError("repeated-property")
            seen.add(name)
            found.append((name, inner._property(kind)))
        return tuple(found)

    def _property(self, kind: str) -> PropertyValue:
        if kind in _WIDTHS:
            return self.number(_WIDTHS[kind])
        if kind == "variable":
            return self.variable()
        if kind == "binary":
            return self.binary()
        if kind == "pair":
            return f"{self.text()}={self.text()}"
        return self.text()


def variable(value: int) -> bytes:
    """Variable byte integer, 0 to 268,435,455; ValueError beyond."""
    if not 0 <= value <= MAX_REMAINING:
        raise ValueError(f"{value} does not fit into four bytes of seven bits")
    out = bytearray()
    while True:
        value, low = value >> 7, value & 0x7F
        out.append(low | (0x80 if value else 0))
        if not value:
            return bytes(out)


def binary(value: bytes) -> bytes:
    """Two bytes of length, then the bytes; ValueError beyond 65,535."""
    if len(value) > 0xFFFF:
        raise ValueError("longer than 65,535 bytes")
    return len(value).to_bytes(2, "big") + value


def text(value: str) -> bytes:
    """Lone surrogates cannot be written in UTF-8 and become question marks."""
    return binary(value.encode("utf-8", "replace"))


def properties(values: Mapping[str, PropertyValue]) -> bytes:
    """Property length and properties, by the names of the table above."""
    out = b""
    for name, value in values.items():
        code, kind = _CODES[name]
        out += bytes([code])
        if isinstance(value, int):
            out += variable(value) if kind == "variable" else value.to_bytes(_WIDTHS[kind], "big")
        elif isinstance(value, bytes):
            out += binary(value)
        else:
            out += b"".join(text(part) for part in value.split("=", 1)) if kind == "pair" else text(value)
    return variable(len(out)) + out
