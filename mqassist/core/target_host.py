"""What a host text is before anybody resolves it: a literal address, a short form of one, loopback, or a name."""

from __future__ import annotations


def is_ipv6(text: str) -> bool:
    """An IPv6 address, perhaps with a zone."""
    if ":" not in text:
        return False
    import ipaddress

    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def is_ipv4(text: str) -> bool:
    """Four decimal octets without leading zeros: the only form that every reader takes the same way."""
    parts = text.split(".")
    return len(parts) == 4 and all(_is_octet(part) for part in parts)


def _is_octet(part: str) -> bool:
    return part.isascii() and part.isdigit() and int(part[:4]) <= 255 and (part == "0" or part[0] != "0")


def short_ipv4(text: str) -> str:
    """The address that inet_aton reads into one to four decimal, octal or hexadecimal parts; "" if it is none, or
    a plain four-octet address. POSIX inet_addr: the last part fills all remaining bytes."""
    if not text or len(text) > 60 or is_ipv4(text):
        return ""
    parts = text.split(".")
    if len(parts) > 4:
        return ""
    numbers = [_number(part) for part in parts]
    if any(number < 0 for number in numbers):
        return ""
    *leading, last = numbers
    room = 256 ** (4 - len(leading))
    if any(number > 255 for number in leading) or last >= room:
        return ""
    value = last
    for at, number in enumerate(leading):
        value += number << (24 - 8 * at)
    return ".".join(str(value >> shift & 255) for shift in (24, 16, 8, 0))


def _number(part: str) -> int:
    if not part.isascii() or not part.isalnum():
        return -1
    base = 16 if part[:2] in ("0x", "0X") else 8 if part[0] == "0" and len(part) > 1 else 10
    try:
        return int(part, base)
    except ValueError:
        return -1


def is_literal(host: str) -> bool:
    """True if nothing has to be resolved."""
    return is_ipv4(host) or bool(short_ipv4(host)) or is_ipv6(host)


def is_loopback(host: str) -> bool:
    """localhost in any spelling (RFC 6761 §6.3), 127.0.0.0/8 or ::1."""
    name = host.rstrip(".").lower()
    if name in ("localhost", "ip6-localhost", "ip6-loopback", "localhost.localdomain") or name.endswith(".localhost"):
        return True
    if ":" in name:
        import ipaddress

        try:
            address = ipaddress.IPv6Address(name)
        except ValueError:
            return False
        mapped = address.ipv4_mapped
        return address.is_loopback or (mapped is not None and mapped.is_loopback)
    return (name if is_ipv4(name) else short_ipv4(name)).startswith("127.")
