"""Proxy variables of the environment and what NO_PROXY exempts."""

from __future__ import annotations

import pytest

from mqassist.probes.proxy_environment import no_proxy_covers, variables


@pytest.mark.parametrize(
    ("host", "rule", "covers"),
    [
        ("mq.corp.example", "corp.example", True),
        ("mq.corp.example", ".corp.example", True),
        ("mq.corp.example", "localhost, mq.corp.example", True),
        ("mq.corp.example", "*", True),
        ("MQ.Corp.Example.", "corp.example", True),
        ("10.1.2.3", "10.0.0.0/8", True),
        ("::1", "::1", True),
        ("notcorp.example", "corp.example", False),
        ("mq.corp.example", "", False),
        ("mq.corp.example", ",,", False),
        ("10.1.2.3", "192.168.0.0/16", False),
    ],
)
def test_no_proxy(host: str, rule: str, covers: bool) -> None:
    assert no_proxy_covers(host, rule) is covers


def test_lower_case_wins_and_blank_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", "http://one:1")
    monkeypatch.setenv("http_proxy", "http://two:2")
    monkeypatch.setenv("ALL_PROXY", "")
    assert variables() == {"HTTP_PROXY": "http://two:2"}
