"""Every fact that a step may show has a name in each language, and every fixed value its word."""

from __future__ import annotations

import pytest

from mqassist.diagnosis.wording import CauseWording
from mqassist.knowledge.texts import LANGUAGES, Language, Texts
from mqassist.report.fact_words import FactWords, fact_words
from tests.knowledge.test_causes import SPECS

SHOWN = {name: spec for name, spec in SPECS.items() if not name.startswith("said.")}
"""Facts of what pasted words say are never shown as facts: no step has them."""
OWN_NAMES = frozenset(
    {"3.1", "3.1.1", "5", "amqp", "amqp-0-9-1", "amqp-1-0", "amqps", "docker", "epmd", "ftp", "http", "https", "imap"}
    | {"kafka", "kubernetes", "linux", "lxc", "macos", "mqtt", "mqtts", "mqttv3.1", "mysql", "nats", "openwire"}
    | {"podman", "pop3", "postgresql", "prometheus", "redis", "smtp", "socks5", "ssh", "stomp", "tcp", "telnet"}
    | {"tls", "web-stomp", "websocket", "windows", "ws", "wsl", "wss"}
)
"""Of protocols, programs and systems: the same in every language."""

languages = pytest.mark.parametrize("language", LANGUAGES)


def wording(language: Language) -> CauseWording:
    return CauseWording(Texts(language), ())


@languages
def test_each_fact_has_a_name(language: Language) -> None:
    keys = Texts(language).keys()
    found = {name: {kind for kind in ("fact", "choice") if f"{kind}.{name}" in keys} for name in SHOWN}
    wanted = {name: "choice" if spec.kind == "choice" else "fact" for name, spec in SHOWN.items()}
    wrong = {name for name, kinds in found.items() if kinds != {wanted[name]}}
    assert wrong == {"tcp.failed_kinds"}  # a list whose items are words
    assert found["tcp.failed_kinds"] == {"choice"}


@languages
def test_each_fixed_value_has_a_word(language: Language) -> None:
    choices = {choice for spec in SHOWN.values() for choice in spec.choices if choice}
    lacking = {choice for choice in choices if f"word.{choice}" not in Texts(language).keys()}  # noqa: SIM118
    assert lacking <= OWN_NAMES


def test_no_name_and_no_word_is_left_over() -> None:
    keys = Texts("en").keys()
    names = {key.partition(".")[2] for key in keys if key.startswith(("fact.", "choice.", "unit."))}
    made_by_the_run = {name for name in names if name.startswith(("login.tries", "broker."))}
    assert names - made_by_the_run <= set(SHOWN)
    words = {key.partition(".")[2] for key in keys if key.startswith("word.")}
    assert words <= {choice for spec in SHOWN.values() for choice in spec.choices}


@pytest.mark.parametrize(
    ("name", "value", "english", "chinese"),
    [
        ("tls.server_name", "mq.example.com", "mq.example.com", "mq.example.com"),
        ("tls.verify", "hostname-mismatch", "other names", "名称不符"),
        ("tls.handshake_ms", 3.28, "3.3 ms", "3.3 毫秒"),
        ("tcp.slowest_failure_ms", 3302.4, "3.3 s", "3.3 秒"),
        ("tcp.outcome_us", (550, 18_200, 3_302_000), "0.6 ms, 18 ms, 3.3 s", "0.6 ms, 18 ms, 3.3 s"),
        ("tls.key_bits", 2048, "2048 bits", "2048 位"),
        ("amqp.heartbeat", 60, "60 s", "60 秒"),
        ("heartbeat.idle_s", 30, "30 s", "30 秒"),
        ("mqtt.user_sent", True, "yes", "是"),
        ("mqtt.user_sent", False, "no", "否"),
        ("tcp.failed_kinds", ("timed-out", "refused"), "no answer, refused", "无应答、被拒绝"),
        ("dns.addresses", ("192.0.2.1", "::1"), "192.0.2.1, ::1", "192.0.2.1, ::1"),
        ("dns.addresses", (), "–", "–"),
        ("dns.addresses", None, "–", "–"),
    ],
)
def test_values_are_told_with_unit_and_word(name: str, value: object, english: str, chinese: str) -> None:
    assert fact_words(name, value, wording("en")).value == english  # type: ignore[arg-type]  # any kind of fact
    assert fact_words(name, value, wording("zh")).value == chinese  # type: ignore[arg-type]


@languages
def test_a_text_that_happens_to_be_a_word_stays_as_it_was_seen(language: Language) -> None:
    assert fact_words("mqtt.topic", "silent", wording(language)).value == "silent"


@languages
def test_a_fact_of_a_newer_version_keeps_its_own_name(language: Language) -> None:
    assert fact_words("tls.post_quantum", "yes, quite", wording(language)) == FactWords(
        "tls.post_quantum", "yes, quite", exact=True
    )


def test_a_part_of_the_target_is_named_like_the_fact_of_it() -> None:
    assert fact_words("vhost", "prod", wording("zh")) == FactWords("虚拟主机", "prod", exact=True)
