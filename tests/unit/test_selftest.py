"""`mqassist selftest`: says yes to a whole installation and names what is missing from one that is not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mqassist.contents import count
from tests.support.cli import ROOT, environment, mqassist

Proved = tuple[int, dict[str, dict[str, Any]]]


def proved(folder: Path) -> Proved:
    """Exit status and results by id, of the copy of the program in that folder."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "mqassist", "selftest", "--json"],
        cwd=folder, env=environment(PYTHONPATH=str(folder)), capture_output=True, timeout=90, check=False,
    )  # fmt: skip
    assert done.stderr == b""
    document = json.loads(done.stdout)
    assert document["schema"] == "mqassist.selftest/1"
    return done.returncode, {result["id"]: result for result in document["results"]}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """As a package holds it, with the list that is written when one is built."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "mqassist", tmp_path / "mqassist", ignore=ignored)
    shutil.copytree(ROOT / "resources", tmp_path / "mqassist" / "resources", ignore=ignored)
    (tmp_path / "mqassist" / "resources" / "contents.json").write_text(json.dumps({"counts": count()}))
    return tmp_path


def test_a_whole_package_passes(copy: Path) -> None:
    status, results = proved(copy)
    assert {name: result["value"] for name, result in results.items() if result["ability"] == "missing"}.keys() <= {
        "keyring"
    }
    assert status == 0
    assert results["contents"]["ability"] == "available"
    assert results["rehearsal.certificate-other-name"]["value"] == "broken tls.hostname-mismatch"
    assert "offscreen" in results["window"]["value"]


def _without_probe(resources: Path) -> None:
    (resources.parent / "probes" / "tcp_small_segments.py").unlink()


def _without_translation(resources: Path) -> None:
    (resources / "translations" / "mqassist_zh_CN.qm").unlink()


def _without_scenario(resources: Path) -> None:
    (resources / "scenarios" / "refused.toml").unlink()


def _with_a_damaged_list(resources: Path) -> None:
    (resources / "contents.json").write_text("{")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_without_probe, "probes: "),
        (_without_translation, "window_languages: 0 (1)"),
        (_without_scenario, "scenarios: "),
        (_with_a_damaged_list, "contents.json"),
    ],
)
def test_what_is_missing_is_named(copy: Path, damage: Callable[[Path], None], said: str) -> None:
    damage(copy / "mqassist" / "resources")
    status, results = proved(copy)
    assert status == 1
    assert results["contents"]["ability"] == "missing"
    assert said in results["contents"]["value"]


def test_a_wrong_verdict_is_found(copy: Path) -> None:
    path = copy / "mqassist" / "resources" / "scenarios" / "wrong-password.toml"
    path.write_text(path.read_text().replace('cause = "auth.bad-credentials"', 'cause = "auth.vhost-not-found"'))
    status, results = proved(copy)
    assert status == 1
    assert results["rehearsal.wrong-password"]["ability"] == "missing"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_person_can_read_it(language: str, tmp_path: Path) -> None:
    done = mqassist("selftest", "--lang", language, HOME=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert "selftest." not in done.stdout
    assert set(os.listdir(tmp_path)) <= {".cache"}, "it leaves nothing in a home"
    helped = mqassist("selftest", "--help", "--lang", language)
    assert helped.returncode == 0
    assert mqassist("selftest", "everything").returncode == 2
