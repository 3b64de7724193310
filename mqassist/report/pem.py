"""Certificates as the text file that every tool reads (RFC 7468)."""

from __future__ import annotations

import base64
from collections.abc import Iterable

LINE = 64


def pem_of(certificates: Iterable[bytes]) -> str:
    """One block after the other, in the order given."""
    return "".join(_block(der) for der in certificates)


def _block(der: bytes) -> str:
    text = base64.b64encode(der).decode("ascii")
    lines = [text[at : at + LINE] for at in range(0, len(text), LINE)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----"]) + "\n"
