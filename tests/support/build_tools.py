"""The modules of packaging/, which are programs beside the package and not on Python's path."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"


def build_tool(path: str) -> ModuleType:
    """`path` below packaging/, such as "windows/installers.py"."""
    found = PACKAGING / path
    spec = importlib.util.spec_from_file_location(f"packaging_{found.stem}", found)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made
