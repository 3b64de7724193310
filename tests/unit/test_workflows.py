"""The workflows of the forge, linted: their schema, their keys, jobs and matrices, and every script in them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import mqassist

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
JOB_KEYS = {
    "name", "runs-on", "steps", "timeout-minutes", "needs", "strategy", "env", "if", "permissions", "container",
}  # fmt: skip
STEP_KEYS = {"name", "uses", "with", "run", "if", "env", "shell", "working-directory", "id"}
each_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)


def read(path: Path) -> dict[Any, Any]:
    told: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return told


def scripts(path: Path) -> Iterator[tuple[str, str]]:
    """Shell and text of every `run`, with plain words where the forge puts its own."""
    for job in read(path)["jobs"].values():
        for step in job.get("steps", ()):
            if "run" in step:
                yield step.get("shell", "bash"), re.sub(r"\$\{\{.*?\}\}", "x", step["run"])


@each_workflow
def test_it_fits_the_schema_of_the_forge(path: Path) -> None:
    """The one that check-jsonschema brings along; nothing is fetched."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@each_workflow
def test_it_says_only_what_can_be_done(path: Path) -> None:
    told = read(path)
    assert set(told) - {True} <= {"name", "permissions", "concurrency", "jobs", "env"}, "`on` is read as true"
    assert told["permissions"] == {"contents": "read"}, "no more than is needed; a job asks for more itself"
    for name, job in told["jobs"].items():
        needs = job.get("needs", [])
        assert set([needs] if isinstance(needs, str) else needs) <= set(told["jobs"]), name
        if "uses" in job:
            called = ROOT / job["uses"]
            assert "workflow_call" in read(called)[True], f"{job['uses']} cannot be called"
            continue
        assert {"runs-on", "steps", "timeout-minutes"} <= set(job) <= JOB_KEYS, name
        matrix = job.get("strategy", {}).get("matrix", {}).get("include", [])
        given = {key for row in matrix for key in row}
        assert all(set(row) == given for row in matrix), f"{name}: a row of the matrix lacks a key"
        assert set(re.findall(r"matrix\.(\w+)", str(job))) <= given, name
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step), step
            assert set(step) <= STEP_KEYS, step
            assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step.get("uses", "a/b@v1")), step


@each_workflow
def test_its_scripts_name_files_that_are_there(path: Path) -> None:
    found = list(scripts(path))
    assert found
    for shell, text in found:
        assert shell in ("bash", "pwsh")
        for file in re.findall(r"(?:python3?|sh) ((?:packaging|run)[\w/.]*)", text):
            assert (ROOT / file).is_file(), f"{file} is not there"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="run.py test installs shellcheck on Linux only")
@each_workflow
def test_its_scripts_are_sound(path: Path) -> None:
    for shell, text in scripts(path):
        if shell == "bash":
            shellcheck("--shell=bash", "-", text=text)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="run.py test installs shellcheck on Linux only")
def test_our_own_scripts_are_sound() -> None:
    found = [*sorted((ROOT / "packaging").rglob("*.sh")), *sorted((ROOT / ".ci").glob("*"))]
    assert {"prove.sh", "sign.sh", "dmg.sh"} <= {path.name for path in found}
    shellcheck(*map(str, found))


def shellcheck(*arguments: str, text: str | None = None) -> None:
    done = subprocess.run(["shellcheck", *arguments], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{text}\n{done.stdout}"


def test_oldest_and_newest_are_tested_on_three_systems() -> None:
    rows = read(ROOT / ".github/workflows/ci.yml")["jobs"]["elsewhere"]["strategy"]["matrix"]["include"]
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    oldest_python = re.search(r'requires-python = ">=([\d.]+)"', project)
    oldest_qt = re.search(r"PySide6-Essentials>=([\d.]+)", project)
    assert oldest_python is not None
    assert oldest_qt is not None
    oldest = (oldest_python[1], f"{oldest_qt[1]}.*")
    for system in ("windows", "macos", "ubuntu"):
        seen = {(row["python"], row["pyside"]) for row in rows if row["os"].startswith(system)}
        assert oldest in seen, f"{system}: {oldest}"
        assert any(pyside == "6.*" and python != oldest[0] for python, pyside in seen), f"{system}: the newest"


def test_a_release_has_all_that_belongs_to_it() -> None:
    jobs = read(ROOT / ".github/workflows/release.yml")["jobs"]
    names = {row["name"] for row in jobs["build"]["strategy"]["matrix"]["include"]}
    assert names == {"linux-x86_64", "windows-x86_64", "macos-arm64", "macos-x86_64"}
    assert set(jobs["draft"]["needs"]) == set(jobs) - {"draft"}, "nothing is released before all of it works"
    text = (ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8")
    assert "sha256sum" in text
    assert "--draft" in text
    assert "sbom" in (ROOT / "packaging/build.py").read_text(encoding="utf-8"), "the bill of materials lies in dist/"


def test_the_version_is_one_that_windows_and_debian_read() -> None:
    assert [path.name for path in WORKFLOWS] == ["ci.yml", "release.yml"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", mqassist.__version__)
