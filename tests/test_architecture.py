"""The house rules, read from every file with `ast`: who imports whom, what lives where, how long things may be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "mqassist"
FILE_LINES, FUNCTION_LINES = 400, 60

MAY_IMPORT: dict[str, set[str]] = {
    "core": set(),
    "net": {"core"},
    "knowledge": {"core"},
    "report": {"core"},
    "diagnosis": {"core", "knowledge"},
    "logs": {"core", "knowledge"},
    "advisor": {"core", "knowledge"},
    "host": {"core", "knowledge"},
    # phrases are data: explain reads its own with the one loader, as logs does
    "explain": {"core", "knowledge", "logs", "diagnosis"},
    # what this machine is belongs to the facts of a run: host.environment is a probe too
    "probes": {"core", "net", "host"},
    "profiles": {"core"},
    # a kept run is a report in JSON, and two are compared as people read them
    "history": {"core", "report"},
    "lab": {"core", "knowledge", "net"},
    # `steps` is the part of the run service that plans probes without importing them
    "steps": {"core", "probes", "diagnosis", "knowledge"},
    # `run_logs` is the part of the run service that ties a run to a broker's log
    "run_logs": {"core", "probes", "net"},
    # `run_logins` is the part of it that reports how many logins were tried
    "run_logins": {"core", "probes"},
    # what the relay overheard is told by the causes of checks, and reads refusals with the probes' own table
    "overheard": {"core", "probes", "diagnosis"},
    "workers": {"core"},
    # `run_cleaned` is the part of it that keeps secrets and undeclared facts out of what probes saw
    "run_cleaned": {"core", "probes"},
    "run": {
        "workers", "core", "probes", "diagnosis", "knowledge", "steps", "net", "run_cleaned", "run_logs", "run_logins",
    },
    # counts everything that data files and packages hold
    "contents": {"core", "diagnosis", "knowledge", "lab", "logs", "steps"},
    # checks practice endpoints, so it needs both ends
    "selftest": {"contents", "core", "lab", "logs", "run"},
    "services": {
        "core", "net", "knowledge", "report", "diagnosis", "logs", "advisor", "host", "explain", "probes", "profiles",
        "history", "lab", "overheard", "run", "selftest", "steps",
    },
    "cli": {"services", "core", "report"},
    "gui": {"services", "core", "report"},
    # it says in the terminal, as the command line would, why no window can be opened
    "__main__": {"cli", "gui", "core"},
    "__init__": set(),
}  # fmt: skip
"""By first part of the name inside the package. Imports inside functions count too."""

HOMES: dict[str, set[str]] = {
    "socket": {"net", "lab"},
    "ssl": {"net", "lab"},
    "PySide6": {"gui"},
    "keyring": {"profiles"},
    "yaml": {"profiles"},
    "dns": {"net"},
    "psutil": {"host"},
    "pika": {"net", "probes"},
    "paho": {"net", "probes"},
    "numpy": {"logs"},
    "hyperscan": {"logs"},
    "backports": {"logs"},
}
"""Outside libraries, and the only rooms that may import them."""

VAGUE_NAMES = ("utils", "util", "helper", "helpers", "manager", "managers", "misc", "common")


def sources() -> list[Path]:
    found = sorted(PACKAGE.rglob("*.py"))
    assert len(found) > 30, "the package's sources were not found"
    return found


def room(path: Path) -> str:
    """The part of the house a file is in: the folder, or the module if it lies at the top."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full name of every import, wherever it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports are absolute"
            module = node.module or ""
            if module == "mqassist":
                yield from ((node.lineno, f"mqassist.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, module
        elif isinstance(node, ast.Call) and _is_import_call(node) and isinstance(node.args[0], ast.Constant):
            yield node.lineno, str(node.args[0].value)


def _is_import_call(node: ast.Call) -> bool:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in ("import_module", "__import__") and bool(node.args)


@pytest.fixture(scope="module")
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sources()}


def test_rooms_import_only_what_they_may(trees: dict[Path, ast.Module]) -> None:
    wrong = []
    for path, tree in trees.items():
        own = room(path)
        assert own in MAY_IMPORT, f"{path.name}: a new room needs its line in the table of this test"
        for line, name in imports(tree):
            parts = name.split(".")
            if parts[0] != "mqassist" or len(parts) == 1 or parts[1].startswith("__version__"):
                continue
            if parts[1] != own and parts[1] not in MAY_IMPORT[own]:
                wrong.append(f"{path.relative_to(ROOT)}:{line}: {own} may not import {name}")
    assert wrong == []


def test_outside_libraries_stay_in_their_rooms(trees: dict[Path, ast.Module]) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {name} belongs to {', '.join(sorted(HOMES[name.split('.')[0]]))}"
        for path, tree in trees.items()
        for line, name in imports(tree)
        if name.split(".")[0] in HOMES and room(path) not in HOMES[name.split(".")[0]]
    ]
    assert wrong == []


def test_files_are_short(trees: dict[Path, ast.Module]) -> None:
    long = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in trees}
    assert {name: lines for name, lines in long.items() if lines > FILE_LINES} == {}


def test_functions_are_short(trees: dict[Path, ast.Module]) -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    ]
    assert long == []


def test_every_module_says_what_it_owns(trees: dict[Path, ast.Module]) -> None:
    assert [str(path.relative_to(ROOT)) for path, tree in trees.items() if not ast.get_docstring(tree)] == []


def test_names_are_the_words_of_the_field(trees: dict[Path, ast.Module]) -> None:
    modules = [str(path.relative_to(ROOT)) for path in trees if path.stem.strip("_").split("_")[-1] in VAGUE_NAMES]
    classes = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name.endswith(("Manager", "Helper", "Utils"))
    ]
    assert modules + classes == []


def test_every_room_is_a_package(trees: dict[Path, ast.Module]) -> None:
    folders = {path.parent for path in trees}
    assert [str(each.relative_to(ROOT)) for each in folders if not (each / "__init__.py").exists()] == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import socket", "socket"),
        ("def late():\n    from mqassist.gui import app", "mqassist.gui"),
        ("from mqassist import gui", "mqassist.gui"),
        ("import importlib\nimportlib.import_module('keyring')", "keyring"),
    ],
)
def test_no_way_to_import_is_overlooked(code: str, found: str) -> None:
    assert found in [name for _, name in imports(ast.parse(code))]
