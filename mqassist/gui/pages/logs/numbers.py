"""Large numbers as people read them."""

from __future__ import annotations


def numbered(line: int) -> str:
    """9 004 112: thin gaps make long numbers readable."""
    return f"{line:,}".replace(",", " ")
