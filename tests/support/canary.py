"""The password of every test login. Found in any output, in any form, it fails the test."""

from __future__ import annotations

import base64
from urllib.parse import quote, quote_plus

CANARY = "canary/9F+7@bird"
"""Holds the characters that URL encoding and base64 change, so that each encoded form is a different text."""


def forms(secret: str = CANARY) -> dict[str, bytes]:
    """Every form in which the secret might leak, by the name of the form."""
    raw = secret.encode()
    found = {
        "plain": raw,
        "URL-encoded": quote(secret, safe="").encode(),
        "URL-encoded path": quote(secret).encode(),
        "URL-encoded form": quote_plus(secret).encode(),
        "hex": raw.hex().encode(),
        "spaced hex": raw.hex(" ").encode(),
        "JSON": secret.replace("/", "\\/").encode(),
        "numbers": ",".join(map(str, raw)).encode(),
    }
    for offset in range(3):
        # what base64 makes of the secret inside a longer text, without the characters its neighbours touch
        encoded = base64.b64encode(b"\0" * offset + raw)
        end = len(encoded) - 4 if encoded.endswith(b"=") else len(encoded)
        found[f"base64 at offset {offset}"] = encoded[(0, 2, 3)[offset] : end]
    return found


def leaks(data: bytes | str, secret: str = CANARY) -> list[str]:
    """The forms of the secret that occur in the data; empty if it is clean."""
    searched = data.encode(errors="surrogatepass") if isinstance(data, str) else data
    lowered = searched.lower()
    # Erlang breaks a long binary over several lines, which a report may show as its escape
    joined = b"".join(searched.replace(b"\\n", b"").split())
    where = {"hex": lowered, "spaced hex": lowered, "numbers": joined}
    return [name for name, form in forms(secret).items() if form in where.get(name, searched)]


def assert_no_leak(data: bytes | str, where: str) -> None:
    found = leaks(data)
    assert not found, f"the canary password is in {where}: {', '.join(found)}"
