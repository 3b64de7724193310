"""PEM text (RFC 7468) to bytes."""

from __future__ import annotations

import base64
import binascii
import re


def pem_blocks(data: bytes, kind: str) -> list[bytes]:
    """The decoded PEM blocks of that kind (RFC 7468); damaged ones are left out. "TRUSTED CERTIFICATE" is OpenSSL's."""
    found: list[bytes] = []
    pattern = rf"-----BEGIN {kind}-----([A-Za-z0-9+/=\s]*?)-----END {kind}-----"
    for match in re.finditer(pattern.encode(), data):
        try:
            found.append(base64.b64decode(b"".join(match[1].split()), validate=True))
        except (binascii.Error, ValueError):
            continue
    return found
