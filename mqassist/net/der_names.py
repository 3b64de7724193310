"""Distinguished names (RFC 5280 §4.1.2.4) from DER to the text of RFC 4514, without a cryptography library: a broker
names the authorities it accepts in every handshake that asks for a client certificate."""

from __future__ import annotations

from mqassist.net.der import dotted, element, elements

_SEQUENCE, _SET, _OID = 48, 49, 6
_ENCODINGS = {12: "utf-8", 19: "utf-8", 20: "latin-1", 22: "utf-8", 28: "utf-32-be", 30: "utf-16-be"}
_SHORT = {
    "2.5.4.3": "CN",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "STREET",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
}
"""RFC 4514 §3; anything else is written as its number."""
_SPECIAL = set(',+"\\<>;')


def name_text(der: bytes) -> str:
    """A DER name as text, most specific part first, control characters made visible; "" if it cannot be read."""
    try:
        kind, content, end = element(der, 0)
        if kind != _SEQUENCE or end != len(der):
            return ""
        parts = [_part(group) for kind, group in elements(content) if kind == _SET]
    except (ValueError, IndexError):
        return ""
    text = ",".join(reversed(parts))
    return "".join(character if character.isprintable() else "?" for character in text)[:300]


def name_content(der: bytes) -> bytes:
    """What is inside the outermost sequence, as `sketch` gives issuers and subjects; b"" for what is no name."""
    try:
        kind, content, _ = element(der, 0)
    except (ValueError, IndexError):
        return b""
    return content if kind == _SEQUENCE else b""


def _part(group: bytes) -> str:
    return "+".join(_attribute(attribute) for _, attribute in elements(group))


def _attribute(data: bytes) -> str:
    (kind, oid), (encoding, value) = tuple(elements(data))[:2]
    if kind != _OID or encoding not in _ENCODINGS:
        raise ValueError("not an attribute")
    text = value.decode(_ENCODINGS[encoding], "replace")
    number = dotted(oid)
    return f"{_SHORT.get(number, number)}={_escaped(text)}"


def _escaped(text: str) -> str:
    """RFC 4514 §2.4."""
    shown = ["\\" + character if character in _SPECIAL else character for character in text]
    if text.startswith(("#", " ")):
        shown[0] = "\\" + text[0]
    if text.endswith(" "):
        shown[-1] = "\\ "
    return "".join(shown)
