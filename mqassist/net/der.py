"""Just enough DER to read a certificate's dates and purposes (RFC 5280 §4.1), because a healthy check must not wait
for a cryptography library. Everything deeper is in certificates.py."""

from __future__ import annotations

from collections.abc import Iterator

from mqassist.core.record import record

SERVER_AUTH, CLIENT_AUTH, ANY_PURPOSE = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "2.5.29.37.0"
_EXTENDED_KEY_USAGE = bytes.fromhex("551d25")
_SEQUENCE, _OID, _UTC_TIME, _TIME, _BOOLEAN, _OCTETS, _VERSION, _EXTENSIONS = 48, 6, 23, 24, 1, 4, 0xA0, 0xA3


@record
class CertificateSketch:
    """Dates are seconds since 1970, UTC. `purposes` are the OIDs of extendedKeyUsage, None without that extension:
    then any purpose is allowed.

    `issuer` and `subject` are DER names, for comparing only. `extensions` says of each OID whether it is critical.
    """

    issuer: bytes
    subject: bytes
    not_before: int
    not_after: int
    purposes: tuple[str, ...] | None
    extensions: tuple[tuple[str, bool], ...] = ()

    def may(self, purpose: str) -> bool:
        return self.purposes is None or purpose in self.purposes or ANY_PURPOSE in self.purposes


def sketch(der: bytes) -> CertificateSketch | None:
    """None for anything that is not a readable X.509 certificate."""
    try:
        _, outer, _ = element(der, 0)
        _, fields, _ = element(outer, 0)
        parts = list(elements(fields))
        if parts and parts[0][0] == _VERSION:
            parts = parts[1:]
        # serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo, …
        issuer, validity, subject = parts[2], parts[3], parts[4]
        not_before, not_after = (_moment(kind, value) for kind, value in elements(validity[1]))
        extensions = list(_extensions(next((value for kind, value in parts if kind == _EXTENSIONS), b"")))
        shown = tuple((dotted(oid), critical) for oid, critical, _ in extensions)
        return CertificateSketch(issuer[1], subject[1], not_before, not_after, _purposes(extensions), shown)
    except (ValueError, IndexError, OverflowError):
        return None


def _extensions(data: bytes) -> Iterator[tuple[bytes, bool, bytes]]:
    """(OID, critical, value) of each, RFC 5280 §4.1."""
    if not data:
        return
    _, listed, _ = element(data, 0)
    for _, extension in elements(listed):
        parts = list(elements(extension))
        if parts[0][0] != _OID:
            raise ValueError("extension without its identifier")
        critical = any(kind == _BOOLEAN and value != b"\0" for kind, value in parts[1:])
        yield parts[0][1], critical, next((value for kind, value in parts[1:] if kind == _OCTETS), b"")


def _purposes(extensions: list[tuple[bytes, bool, bytes]]) -> tuple[str, ...] | None:
    for oid, _, value in extensions:
        if oid == _EXTENDED_KEY_USAGE:
            _, oids, _ = element(value, 0)
            return tuple(dotted(found) for kind, found in elements(oids) if kind == _OID)
    return None


def element(data: bytes, at: int) -> tuple[int, bytes, int]:
    """(tag, content, where the next begins). Raises ValueError for lengths beyond the data."""
    kind, size = data[at], data[at + 1]
    begin = at + 2
    if size & 0x80:
        count = size & 0x7F
        if not 1 <= count <= 4:
            raise ValueError("length")
        size = int.from_bytes(data[begin : begin + count], "big")
        begin += count
    if begin + size > len(data):
        raise ValueError("beyond the end")
    return kind, data[begin : begin + size], begin + size


def elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(tag, content) of each, to the end of the data. Raises as `element`."""
    at = 0
    while at < len(data):
        kind, content, at = element(data, at)
        yield kind, content


def _moment(kind: int, value: bytes) -> int:
    """RFC 5280 §4.1.2.5: two-digit years below 50 are 20xx. Counted by hand: `datetime` and strptime cost more to
    load than a handshake takes."""
    text = value.decode("ascii").removesuffix("Z")
    if kind == _UTC_TIME:
        text = ("20" if int(text[:2]) < 50 else "19") + text
    elif kind != _TIME:
        raise ValueError("not a time")
    month, day, hour, minute, second = (int(text[at : at + 2]) for at in range(4, 14, 2))
    return ((_days(int(text[:4]), month, day) * 24 + hour) * 60 + minute) * 60 + second


def _days(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 in the Gregorian calendar; years begin in March, so that the leap day comes last."""
    if month < 3:
        year, month = year - 1, month + 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * (month - 3) + 2) // 5 + day - 719469


def dotted(value: bytes) -> str:
    """An object identifier as people write it. Raises IndexError for an empty one."""
    first = value[0]
    numbers, current = [min(first // 40, 2), first - 40 * min(first // 40, 2)], 0
    for octet in value[1:]:
        current = current << 7 | octet & 0x7F
        if not octet & 0x80:
            numbers.append(current)
            current = 0
    return ".".join(str(number) for number in numbers)
