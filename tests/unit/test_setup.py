"""Setting up: `run.py` and the project file, without touching the network."""

from __future__ import annotations

import ast
import json
import runpy
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / "run.py"
STARTERS = ("Process", "Popen", "run")


@pytest.fixture
def run() -> SimpleNamespace:
    """The names that run.py defines."""
    return SimpleNamespace(**runpy.run_path(str(RUN), run_name="run"))


def test_an_old_python_can_read_it_and_is_told_what_to_do() -> None:
    ast.parse(RUN.read_text(encoding="utf-8"), feature_version=(3, 6))
    code = f"import sys, runpy; sys.version_info = (3, 8, 0); runpy.run_path({str(RUN)!r}, run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "needs Python 3.11 or newer; this is 3.8" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        ("Retrying after connection broken by NewConnectionError: [Errno 101] Network is unreachable", "PIP_INDEX_URL"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]')) Max retries exceeded", "PIP_CERT"),
        ("ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 407'))", "HTTPS_PROXY"),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: No matching distribution found for PySide6-Essentials", "no build"),
        ("error: something else", "installing the dependencies failed"),
    ],
)
def test_what_pip_says_becomes_advice(run: SimpleNamespace, output: str, advice: str) -> None:
    assert advice in run.advice_on(output)


def test_the_environment_is_made_again_when_what_it_depends_on_changes(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "run.py").write_text(RUN.read_text(encoding="utf-8"))
    made: dict[str, Any] = runpy.run_path(str(tmp_path / "run.py"), run_name="run")
    assert not made["is_ready"]("run")
    python = Path(made["PYTHON"])
    python.parent.mkdir(parents=True)
    python.touch()
    Path(made["STAMP"]).write_text("run\n" + made["wanted_stamp"](), encoding="utf-8")
    assert made["is_ready"]("run")
    assert not made["is_ready"]("test")
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'changed'\n")
    assert not made["is_ready"]("run")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    python.unlink()
    assert not made["is_ready"]("run")


def first_words(path: Path) -> Iterator[str]:
    """Of every command in the file: a list given to a call, or kept under the name `command`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        lists: list[ast.expr] = []
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in STARTERS:
            lists = node.args[:1]
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "command":
            lists = [node.value]
        for each in lists:
            if isinstance(each, ast.List) and each.elts and isinstance(first := each.elts[0], ast.Constant):
                yield str(first.value)


def test_every_program_of_the_tests_has_its_package(run: SimpleNamespace) -> None:
    started = {word for path in (ROOT / "tests" / "support").glob("*.py") for word in first_words(path)}
    assert started >= {"mosquitto", "haproxy", "squid", "dnsmasq", "ip"}
    assert started <= set(run.PROGRAMS)


def test_what_the_project_file_promises_is_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for entry in {**project["scripts"], **project.get("gui-scripts", {})}.values():
        module, _, function = entry.partition(":")
        assert callable(getattr(__import__(module, fromlist=[function]), function))
    assert project["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")


def test_an_installed_wheel_works_without_the_checkout(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path / "installed")
    assert not [name for name in names if name.startswith("tests/")]
    for kind in ("causes", "lang/en", "lang/zh"):
        assert any(name.startswith(f"mqassist/resources/{kind}") for name in names), kind
    code = "import sys; sys.path.insert(0, 'installed'); from mqassist.__main__ import main; sys.exit(main())"
    check = [sys.executable, "-P", "-c", code, "check", "amqp://localhost:1", "--json", "--timeout", "1"]
    bare = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(check, cwd=tmp_path, env=bare, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["verdict"]["cause"] == "net.connection-refused"
    assert str(ROOT) not in done.stdout
