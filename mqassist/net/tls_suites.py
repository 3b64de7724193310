"""What is wrong with old cipher suites, by their numbers in the TLS registry. No I/O."""

from __future__ import annotations

from typing import Literal

Weakness = Literal["null", "anonymous", "export", "rc4", "des", "3des"]

BROKEN: frozenset[Weakness] = frozenset({"null", "anonymous", "export", "rc4", "des"})
"""Read or forged by anybody who cares to; Triple DES (RFC 7525 §4.1, Sweet32) is weak, but not that weak."""

_MEMBERS: dict[Weakness, frozenset[int]] = {
    "null": frozenset({
        0x0000, 0x0001, 0x0002, 0x002C, 0x002D, 0x002E, 0x003B, 0x00B0, 0x00B1, 0x00B4, 0x00B5, 0x00B8, 0x00B9,
        0xC001, 0xC006, 0xC00B, 0xC010, 0xC015, 0xC039, 0xC03A, 0xC03B,
    }),
    "anonymous": frozenset({
        *range(0x0017, 0x001C), 0x0034, 0x003A, 0x0046, 0x006C, 0x006D, 0x0089, 0x009B, 0x00A6, 0x00A7, 0x00BF, 0x00C5,
        *range(0xC015, 0xC01A), 0xC046, 0xC047, 0xC05A, 0xC05B, 0xC084, 0xC085,
    }),
    "export": frozenset({
        0x0003, 0x0006, 0x0008, 0x000B, 0x000E, 0x0011, 0x0014, 0x0017, 0x0019, *range(0x0026, 0x002C),
        *range(0x0062, 0x0066),
    }),
    "rc4": frozenset({
        0x0003, 0x0004, 0x0005, 0x0017, 0x0018, 0x0020, 0x0024, 0x0028, 0x002B, 0x0064, 0x0065, 0x0066, 0x008A, 0x008E,
        0x0092, 0xC002, 0xC007, 0xC00C, 0xC011, 0xC016, 0xC033,
    }),
    "des": frozenset({
        0x0008, 0x0009, 0x000B, 0x000C, 0x000E, 0x000F, 0x0011, 0x0012, 0x0014, 0x0015, 0x0019, 0x001A, 0x001E, 0x0022,
        0x0026, 0x0029, 0x0062, 0x0063,
    }),
    "3des": frozenset({
        0x000A, 0x000D, 0x0010, 0x0013, 0x0016, 0x001B, 0x001F, 0x0023, 0x008B, 0x008F, 0x0093, 0xC003, 0xC008, 0xC00D,
        0xC012, 0xC017, 0xC01A, 0xC01B, 0xC01C, 0xC034,
    }),
}  # fmt: skip
"""RFC 2246 §A.5, RFC 4346 §A.5 (export), RFC 4492 §6 and the IANA registry."""

DHE_SUITES = frozenset({
    *range(0x0011, 0x001C), 0x0032, 0x0033, 0x0034, 0x0038, 0x0039, 0x003A, 0x0040, *range(0x0044, 0x0047), 0x0067,
    *range(0x006A, 0x006E), *range(0x0087, 0x008A), *range(0x0099, 0x009C), *range(0x009E, 0x00A0),
    *range(0x00A2, 0x00A4), 0x00A6, 0x00A7, 0x00BD, 0x00BE, 0x00BF, 0x00C3, 0x00C4, 0x00C5, 0xC044, 0xC045, 0xC046,
    0xC047, 0xC052, 0xC053, 0xC056, 0xC057, 0xC05A, 0xC05B, 0xC066, 0xC067, 0xC06C, 0xC06D, 0xC07C, 0xC07D, 0xC080,
    0xC081, 0xC084, 0xC085, 0xC09E, 0xC09F, 0xC0A2, 0xC0A3, 0xCCAA,
})  # fmt: skip
"""Suites whose server chooses a Diffie-Hellman group of its own (RFC 5246 §7.4.3), the anonymous ones among them."""

_OLD_NAMES = {
    0x1304: "TLS_AES_128_CCM_SHA256", 0x1305: "TLS_AES_128_CCM_8_SHA256",
    0x0001: "NULL-MD5", 0x0002: "NULL-SHA", 0x0003: "EXP-RC4-MD5", 0x0004: "RC4-MD5", 0x0005: "RC4-SHA",
    0x0006: "EXP-RC2-CBC-MD5", 0x0007: "IDEA-CBC-SHA", 0x0008: "EXP-DES-CBC-SHA", 0x0009: "DES-CBC-SHA",
    0x000A: "DES-CBC3-SHA", 0x0011: "EXP-DHE-DSS-DES-CBC-SHA", 0x0012: "DHE-DSS-DES-CBC-SHA",
    0x0013: "DHE-DSS-DES-CBC3-SHA", 0x0014: "EXP-DHE-RSA-DES-CBC-SHA", 0x0015: "DHE-RSA-DES-CBC-SHA",
    0x0016: "DHE-RSA-DES-CBC3-SHA", 0x0017: "EXP-ADH-RC4-MD5", 0x0018: "ADH-RC4-MD5", 0x0019: "EXP-ADH-DES-CBC-SHA",
    0x001A: "ADH-DES-CBC-SHA", 0x001B: "ADH-DES-CBC3-SHA", 0x0062: "EXP1024-DES-CBC-SHA",
    0x0064: "EXP1024-RC4-SHA", 0xC002: "ECDH-ECDSA-RC4-SHA", 0xC003: "ECDH-ECDSA-DES-CBC3-SHA",
    0xC004: "ECDH-ECDSA-AES128-SHA", 0xC005: "ECDH-ECDSA-AES256-SHA", 0xC007: "ECDHE-ECDSA-RC4-SHA",
    0xC008: "ECDHE-ECDSA-DES-CBC3-SHA", 0xC00C: "ECDH-RSA-RC4-SHA", 0xC00D: "ECDH-RSA-DES-CBC3-SHA",
    0xC00E: "ECDH-RSA-AES128-SHA", 0xC00F: "ECDH-RSA-AES256-SHA", 0xC011: "ECDHE-RSA-RC4-SHA",
    0xC012: "ECDHE-RSA-DES-CBC3-SHA", 0xC016: "AECDH-RC4-SHA", 0xC017: "AECDH-DES-CBC3-SHA",
    0xC025: "ECDH-ECDSA-AES128-SHA256", 0xC026: "ECDH-ECDSA-AES256-SHA384", 0xC029: "ECDH-RSA-AES128-SHA256",
    0xC02A: "ECDH-RSA-AES256-SHA384", 0xC02D: "ECDH-ECDSA-AES128-GCM-SHA256",
    0xC02E: "ECDH-ECDSA-AES256-GCM-SHA384", 0xC031: "ECDH-RSA-AES128-GCM-SHA256",
    0xC032: "ECDH-RSA-AES256-GCM-SHA384",
}  # fmt: skip
"""OpenSSL's names (ciphers(1)) of suites that OpenSSL is now built without, or does not list by default."""


def weaknesses(suite: int) -> tuple[Weakness, ...]:
    """() for a suite with nothing against it."""
    return tuple(kind for kind, members in _MEMBERS.items() if suite in members)


def is_broken(suite: int) -> bool:
    """Whether what it protects can be read or forged today."""
    return not BROKEN.isdisjoint(weaknesses(suite))


def suite_name(suite: int, known: dict[int, str]) -> str:
    """By `known` (see tls_context.suite_names), else by OpenSSL's old names, else as a number."""
    return known.get(suite) or _OLD_NAMES.get(suite) or f"0x{suite:04X}"
