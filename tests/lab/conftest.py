"""The practice lab: one for each test file, ended with it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mqassist.core.endpoint import Endpoint
from mqassist.core.overheard import Line
from mqassist.core.target import parse_target
from mqassist.lab.relay import Relay
from mqassist.lab.stage import RunningScenario
from mqassist.services import Services, build_services

PACKAGES = {"amqplib": "0.10.9", "mqtt": "5.14.1"}
INSTALL_S = 120

_not_run: list[str] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _not_run:
        terminalreporter.section("NOT TESTED: amqplib and mqtt.js against the lab", red=True, bold=True)
        terminalreporter.line(f"{len(_not_run)} tests were left out: {_not_run[0]}")


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    made = build_services("en")
    yield made
    made.lab.stop()


@pytest.fixture
def start(services: Services) -> Iterator[Callable[[str], RunningScenario]]:
    """`start(name)`: a scenario that plays until the test ends."""
    running: list[RunningScenario] = []

    def begin(name: str) -> RunningScenario:
        running.append(services.lab.start(name))
        return running[-1]

    yield begin
    for each in running:
        each.stop()
    services.lab.stop()


@pytest.fixture
def relay(services: Services, start: Callable[[str], RunningScenario]) -> Iterator[Callable[..., Relay]]:
    """`relay(name, Line(…))`: a relay in front of a scenario that plays."""
    opened: list[Relay] = []

    def begin(name: str, line: Line | None = None, **options: object) -> Relay:
        opened.append(services.relay(endpoint_of(start(name)), line or Line(), **options))  # type: ignore[arg-type]
        return opened[-1]

    yield begin
    for each in opened:
        each.stop()


def endpoint_of(running: RunningScenario) -> Endpoint:
    found = parse_target(running.target).endpoint
    assert found is not None
    return found


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """A folder with amqplib and mqtt.js from npm, kept between runs."""
    if shutil.which("npm") is None:
        return _left_out("there is no npm")
    folder = Path(tempfile.gettempdir()) / f"mqassist-npm-{os.getuid()}"
    if _installed(folder) != PACKAGES:
        folder.mkdir(exist_ok=True)
        (folder / "package.json").write_text(json.dumps({"private": True}))
        wanted = [f"{name}@{version}" for name, version in PACKAGES.items()]
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--save-exact", *wanted]
        try:
            subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=INSTALL_S)
        except (OSError, subprocess.SubprocessError) as error:
            return _left_out(f"npm cannot install them here: {type(error).__name__}")
    return folder / "node_modules"


def _installed(folder: Path) -> dict[str, str]:
    try:
        found = json.loads((folder / "package.json").read_text())["dependencies"]
        return {name: found[name] for name in PACKAGES if (folder / "node_modules" / name).is_dir()}
    except (OSError, ValueError, KeyError):
        return {}


def _left_out(why: str) -> Path:
    _not_run.append(why)
    pytest.skip(why)
