"""Percent-encoding of URL parts (RFC 3986 §2.1), without the cost of loading urllib."""

from __future__ import annotations

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_HEX = frozenset("0123456789abcdefABCDEF")


def encode(text: str) -> str:
    """Everything but letters, digits and `-._~` as %XX of its UTF-8 bytes; lone surrogates become U+FFFD."""
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in _utf8(text))


def decode(text: str) -> str:
    """Undoes `encode`; a `%` without two hex digits stays as it is, bytes that are not UTF-8 become U+FFFD."""
    if "%" not in text:
        return text
    first, *parts = text.split("%")
    raw = bytearray(_utf8(first))
    for part in parts:
        if is_escape(part):
            raw.append(int(part[:2], 16))
            raw += _utf8(part[2:])
        else:
            raw += b"%" + _utf8(part)
    return raw.decode("utf-8", "replace")


def is_escape(after_percent: str) -> bool:
    """True if what follows a `%` begins with two hex digits."""
    return len(after_percent) >= 2 and after_percent[0] in _HEX and after_percent[1] in _HEX


def has_stray_percent(text: str) -> bool:
    return any(not is_escape(part) for part in text.split("%")[1:])


def printable(text: str) -> str:
    """The same text with U+FFFD for lone surrogates (bytes of a terminal that are not UTF-8): no output takes those."""
    return text if text.isascii() else _utf8(text).decode("utf-8")


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode("utf-8")
