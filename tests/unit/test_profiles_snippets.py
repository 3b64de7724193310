"""What can be pasted elsewhere: right in its own language, whatever the names hold, and without a password."""

from __future__ import annotations

import ast
import shlex
import shutil
import subprocess

import pytest

from mqassist.cli.arguments import read_check
from mqassist.cli.words import Words
from mqassist.core.profile import profile_from_url
from mqassist.core.record import changed
from mqassist.core.settings import CheckSettings, TlsSettings
from mqassist.profiles.snippets import as_command, as_url, snippets

ODD = "o'd\"d\\u$(id)`x`中"
URLS = (
    "amqps://app:geheim@mq.example.com/%2Fprod",
    "amqp://h",
    "mqtts://app:geheim@iot.example.com",
    "wss://app:geheim@ws.example.com/mqtt",
    "mqtt://[::1]:1884",
)


def made(url: str, odd: bool = False) -> object:
    profile, _ = profile_from_url(url)
    settings = CheckSettings(tls=TlsSettings("/ca.pem", "/c.pem", "/k.pem"), heartbeat=30, topic=ODD if odd else "a/b",
                             client_id=ODD if odd else None, queue=ODD if odd else "q")  # fmt: skip
    endpoint = profile.endpoint
    assert endpoint is not None
    if odd:
        endpoint = changed(endpoint, username=ODD, vhost=ODD if endpoint.protocol == "amqp" else "/")
    return changed(profile, url=str(endpoint), settings=settings)


@pytest.mark.parametrize("odd", [False, True])
@pytest.mark.parametrize("url", URLS)
def test_every_snippet_is_right_in_its_language(url: str, odd: bool) -> None:
    for snippet in snippets(made(url, odd)):  # type: ignore[arg-type]
        assert "geheim" not in snippet.text
        if snippet.language == "python":
            ast.parse(snippet.text)
        elif snippet.language == "shell":
            words = shlex.split(snippet.text)
            assert words[0] == "mosquitto_pub"
            assert words[words.index("-t") + 1] == (ODD if odd else "a/b")
        elif snippet.language == "javascript" and shutil.which("node"):
            code = snippet.text.replace("await ", "")
            subprocess.run(["node", "--check", "-"], input=code.encode(), check=True, capture_output=True, timeout=30)
        else:
            assert snippet.text.endswith("\n")


@pytest.mark.parametrize("odd", [False, True])
@pytest.mark.parametrize("url", URLS)
def test_the_command_says_the_same(url: str, odd: bool) -> None:
    profile = made(url, odd)
    words = shlex.split(as_command(profile))  # type: ignore[arg-type]
    assert words[:2] == ["mqassist", "check"]
    read = read_check(words[2:], Words("en"))
    assert read.targets == profile.urls()  # type: ignore[attr-defined]
    assert (read.ca, read.cert, read.key, read.heartbeat) == ("/ca.pem", "/c.pem", "/k.pem", 30)
    assert read.topic == (ODD if odd else "a/b")


def test_a_password_is_masked_unless_it_is_asked_for() -> None:
    profile, secrets = profile_from_url("amqps://app:p%40ss@mq.example.com/prod")
    assert as_url(profile) == "amqps://app@mq.example.com:5671/prod"
    assert as_url(profile, masked=True) == "amqps://app:•••@mq.example.com:5671/prod"
    assert as_url(profile, secrets["password"]) == "amqps://app:p%40ss@mq.example.com:5671/prod"
