"""What a person dropped or pasted: an address, a certificate, a report, a log, or text to explain. Knows no Qt."""

from __future__ import annotations

import os
from typing import Literal

Dropped = Literal["certificate", "report", "profiles", "log", "text"]
_CERTIFICATES = (".pem", ".crt", ".cer", ".der", ".pfx", ".p12", ".key", ".p7b")
_SETTINGS = (".yml", ".yaml", ".env", ".properties", ".conf", ".ini", ".toml")
_LOGS = (".log", ".gz", ".zst", ".bz2", ".xz")
_HEAD_BYTES = 4096
_SMALL_BYTES = 256_000
"""A file without a telling name that is smaller than this is text that somebody saved; larger is a log."""


def is_address(text: str) -> bool:
    """Whether the text is one URL or host:port, and nothing else."""
    words = text.strip()
    if not words or "\n" in words or " " in words or len(words) > 4000:
        return False
    from mqassist.core.target import parse_target  # its patterns would cost the first paint some milliseconds

    target = parse_target(words)
    return target.endpoint is not None and ("://" in words or "input.port_given" in target.facts or "." in words)


def kind_of_file(path: str) -> Dropped:
    """By its first bytes, then by its name. Raises OSError if it cannot be read."""
    with open(path, "rb") as file:
        head = file.read(_HEAD_BYTES)
    name = path.lower()
    if b"mqassist.report/" in head:
        return "report"
    if b"-----BEGIN" in head[:512] or name.endswith(_CERTIFICATES):
        return "certificate"
    if name.endswith(_LOGS) or os.path.getsize(path) > _SMALL_BYTES:
        return "log"
    if name.endswith((*_SETTINGS, ".json")) or os.path.basename(name).startswith(".env"):
        return "profiles"
    return "log" if b" [error] " in head or b" [info] " in head else "text"
