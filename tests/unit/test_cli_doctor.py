"""`mqassist doctor`: true about this computer, in both languages, as text and as JSON."""

from __future__ import annotations

import json
import platform
import shutil
import ssl
from importlib.metadata import version

import pytest

from tests.support.cli import mqassist


@pytest.fixture(scope="module")
def told() -> dict[str, dict[str, object]]:
    done = mqassist("doctor", "--json")
    assert done.returncode == 0
    assert done.stderr == ""
    document = json.loads(done.stdout)
    assert document["schema"] == "mqassist.doctor/1"
    return {item["id"]: item for item in document["capabilities"]}


def test_what_it_says_is_so(told: dict[str, dict[str, object]]) -> None:
    assert platform.python_version() in str(told["python"]["value"])
    assert told["openssl"]["value"] == ssl.OPENSSL_VERSION
    assert told["pika"]["value"] == version("pika")
    assert told["dnspython"]["ability"] == "available"
    for tool in ("ping", "traceroute"):
        found = shutil.which(tool) or (tool == "traceroute" and shutil.which("tracepath"))
        assert (told[tool]["ability"] == "available") >= bool(found)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_capability_has_its_words(language: str, told: dict[str, dict[str, object]]) -> None:
    done = mqassist("doctor", "--lang", language)
    assert done.returncode == 0
    assert "doctor." not in done.stdout
    assert len(done.stdout.splitlines()) >= len(told) + 2
    document = json.loads(mqassist("doctor", "--json", "--lang", language).stdout)
    for item in document["capabilities"]:
        assert not str(item["title"]).startswith("doctor.")
        assert (item["meaning"] is None) == (item["ability"] == "available")
        assert not str(item["meaning"]).startswith("doctor.")


def test_help_of_doctor() -> None:
    assert "Usage: mqassist doctor" in mqassist("doctor", "--help").stdout
    assert "用法：mqassist doctor" in mqassist("doctor", "-h", "--lang", "zh").stdout


@pytest.mark.parametrize("encoding", ["ascii", "cp936"])
def test_doctor_in_any_encoding(encoding: str) -> None:
    done = mqassist("doctor", PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, "")


def test_no_keyring_is_not_given_a_name() -> None:
    done = mqassist("doctor", "--json", PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")
    found = {item["id"]: item for item in json.loads(done.stdout)["capabilities"]}["keyring"]
    assert (found["ability"], found["value"] or "") == ("missing", "")
