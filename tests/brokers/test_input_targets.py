"""Targets as people really type them, against brokers that are fine: the text is the cause, and dialled anyway."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.canary import CANARY

if TYPE_CHECKING:
    from mqassist.core.report import Report
    from tests.support.mosquitto import Broker
    from tests.support.rabbitmq import RabbitNode

Diagnose = Callable[..., "Report"]
Mosquittos = Callable[..., "Broker"]

ENCODED = CANARY.replace("/", "%2F").replace("@", "%40").replace("+", "%2B")
HARD_USER = "u@h: ü%/?#[]"


def root(report: Report) -> str | None:
    """The root cause, which has evidence."""
    primary = report.verdict.primary
    assert primary is None or primary.evidence
    return None if primary is None else primary.cause


def named(report: Report) -> list[str]:
    verdict = report.verdict
    return [finding.cause for finding in (verdict.primary, *verdict.others) if finding is not None]


def facts(report: Report) -> dict[str, object]:
    return {name: value for seen in report.observations for name, value in seen.facts.items()}


def healthy(report: Report) -> None:
    assert (report.verdict.status, named(report)) == ("healthy", [])


def logged_in(report: Report) -> bool:
    return facts(report).get("login.result") == "accepted"


@pytest.fixture(scope="module", autouse=True)
def _vhosts(rabbitmq: RabbitNode) -> Iterator[None]:
    for name in ("lint", "/lint-slash"):
        rabbitmq.add_vhost(name)
    rabbitmq.add_user(HARD_USER)
    rabbitmq.add_user("placeholder")
    yield
    for path in ("vhosts/lint", "vhosts/%2Flint-slash", "users/placeholder"):
        rabbitmq.api("DELETE", f"/api/{path}")


# -- healthy: odd, but right ------------------------------------------------------------------------------


def test_every_reserved_character_encoded(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    healthy(diagnose(rabbitmq.url(user=HARD_USER)))


def test_virtual_hosts_spelt_right(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    healthy(diagnose(rabbitmq.url(vhost="lint")))
    healthy(diagnose(rabbitmq.url(vhost="/lint-slash")))
    healthy(diagnose(rabbitmq.url() + "/%2F"))
    healthy(diagnose(rabbitmq.url() + "/lint?heartbeat=20&connection_timeout=5"))


def test_an_unusual_port_and_other_names_of_a_scheme(diagnose: Diagnose, mosquitto: Mosquittos) -> None:
    broker = mosquitto()
    for scheme in ("tcp", "mqtt+tcp", "MQTT"):
        healthy(diagnose(broker.url(scheme)))


def test_the_command_line_s_virtual_host_wins(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    healthy(diagnose(rabbitmq.url() + "/no-such", vhost="lint"))


# -- virtual hosts ------------------------------------------------------------------------------------------


def test_a_bare_slash_is_the_empty_virtual_host(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(rabbitmq.url() + "/")
    assert root(report) == "input.vhost-empty"
    assert facts(report)["input.repaired_url"] == f"amqp://app:•••@localhost:{rabbitmq.amqp}/%2F"


@pytest.mark.parametrize("path", ["//lint", "/%2Flint", "/lint/"])
def test_a_slash_too_many(diagnose: Diagnose, rabbitmq: RabbitNode, path: str) -> None:
    report = diagnose(rabbitmq.url() + path)
    assert root(report) == "input.vhost-slash-name"
    assert facts(report)["amqp.vhost_alternative_opens"] == "lint"


def test_a_slash_too_few(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(rabbitmq.url() + "/lint-slash")
    assert root(report) == "input.vhost-slash-name"
    assert facts(report)["amqp.vhost_alternative_opens"] == "/lint-slash"


def test_the_default_virtual_host_encoded_twice(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    assert root(diagnose(rabbitmq.url() + "/%252F")) == "input.vhost-double-encoded"


def test_an_unknown_virtual_host_is_not_the_text_s_fault(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    assert root(diagnose(rabbitmq.url() + "/nobody-has-this")) == "auth.vhost-not-found"


def test_a_virtual_host_cut_off_by_a_raw_hash(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    assert root(diagnose(rabbitmq.url() + "/prod#1")) == "input.uri-unescaped"


# -- reserved characters --------------------------------------------------------------------------------------


def test_a_password_with_raw_slash_and_at(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    """It is understood and logs in; standard readers cannot even find the port."""
    report = diagnose(f"amqp://app:{CANARY}@localhost:{rabbitmq.amqp}")
    assert root(report) == "input.uri-unescaped"
    assert logged_in(report)


def test_the_same_over_mqtt(diagnose: Diagnose, mosquitto: Mosquittos) -> None:
    report = diagnose(f"mqtt://app:{CANARY}@localhost:{mosquitto().port}")
    assert root(report) == "input.uri-unescaped"
    assert logged_in(report)


def test_a_raw_at_that_this_reader_copes_with(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    rabbitmq.add_user("at@home")
    report = diagnose(f"amqp://at@home:{ENCODED}@localhost:{rabbitmq.amqp}")
    rabbitmq.api("DELETE", "/api/users/at%40home")
    assert (root(report), report.verdict.status) == ("input.uri-reads-differently", "degraded")


# -- stray text -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "template",
    ["“{}”", "'{}'", "{}\u200b", "\ufeff{}", "{}\u00a0", "{}\n", " {}"],
    ids=["smart quotes", "quotes", "zero width", "byte order mark", "no-break space", "line feed", "blank"],
)
def test_what_was_copied_along(diagnose: Diagnose, mosquitto: Mosquittos, template: str) -> None:
    report = diagnose(template.format(mosquitto().url()))
    assert root(report) == "input.uri-malformed"
    assert logged_in(report)


def test_full_width_characters(diagnose: Diagnose, mosquitto: Mosquittos) -> None:
    report = diagnose(f"mqtt：//app:{ENCODED}@localhost：{mosquitto().port}")
    assert root(report) == "input.uri-malformed"
    assert logged_in(report)


def test_an_invisible_character_inside_the_host(diagnose: Diagnose, mosquitto: Mosquittos) -> None:
    report = diagnose(mosquitto().url(host="local\u200bhost"))
    assert root(report) == "input.uri-malformed"
    assert facts(report)["input.strays"] == ("U+200B ZERO WIDTH SPACE",)


def test_a_misspelt_scheme(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(rabbitmq.url().replace("amqp:", "ampq:"))
    assert root(report) == "input.uri-malformed"
    assert logged_in(report)


@pytest.mark.parametrize("text", ["http://localhost:15672", "amqp://localhost:abc", "localhost", "", "redis://h:6379"])
def test_nothing_that_could_be_dialled(diagnose: Diagnose, text: str) -> None:
    report = diagnose(text)
    assert (root(report), report.verdict.status) == ("input.uri-malformed", "broken")
    assert report.endpoint is None


# -- a URL where the host belongs -------------------------------------------------------------------------------


def test_a_url_in_the_host_s_place(diagnose: Diagnose, mosquitto: Mosquittos) -> None:
    report = diagnose(f"mqtt://http://app:{ENCODED}@localhost:{mosquitto().port}")
    assert root(report) == "input.host-has-scheme-or-path"
    assert logged_in(report)


def test_the_port_twice(diagnose: Diagnose, mosquitto: Mosquittos) -> None:
    port = mosquitto().port
    report = diagnose(f"mqtt://app:{ENCODED}@localhost:{port}:{port}")
    assert root(report) == "input.host-has-scheme-or-path"
    assert logged_in(report)


def test_the_variable_that_kubernetes_sets(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(f"amqp://app:{ENCODED}@rabbitmq:tcp://127.0.0.1:{rabbitmq.amqp}")
    assert root(report) == "input.k8s-env-clash"
    assert logged_in(report)


# -- placeholders ---------------------------------------------------------------------------------------------


def test_a_placeholder_for_the_host(diagnose: Diagnose) -> None:
    assert root(diagnose("amqp://app:x@${RABBITMQ_HOST}:5672")) == "input.unexpanded-variable"


def test_a_placeholder_for_the_password(diagnose: Diagnose, rabbitmq: RabbitNode, mosquitto: Mosquittos) -> None:
    broker = mosquitto()
    for url in (f"amqp://app:${{MQ_PASS}}@localhost:{rabbitmq.amqp}", f"mqtt://app:$(MQ_PASS)@localhost:{broker.port}"):
        assert root(diagnose(url)) == "input.unexpanded-variable"


def test_a_password_that_only_looks_like_a_placeholder(diagnose: Diagnose, mosquitto: Mosquittos) -> None:
    """It logs in, so it is a password."""
    broker = mosquitto(passwords={"app": "${SECRET}-9F+7"})
    healthy(diagnose(broker.url(password="${SECRET}-9F+7")))


# -- addresses ------------------------------------------------------------------------------------------------


def test_a_short_address(diagnose: Diagnose, mosquitto: Mosquittos) -> None:
    report = diagnose(mosquitto().url(host="127.1"))
    assert (root(report), report.verdict.status) == ("input.short-ipv4", "degraded")
    assert facts(report)["input.short_ipv4_means"] == "127.0.0.1"


def test_no_host_at_all(diagnose: Diagnose, free_port: Callable[[], int]) -> None:
    assert root(diagnose(f"amqp://:{free_port()}")) == "input.host-missing"


def test_no_host_where_localhost_serves(diagnose: Diagnose, mosquitto: Mosquittos) -> None:
    healthy(diagnose(mosquitto().url().replace("localhost", "")))


def test_a_url_in_the_host_s_place_and_nobody_there(diagnose: Diagnose, free_port: Callable[[], int]) -> None:
    """Two troubles: the text comes first, since no client gets as far as the second."""
    report = diagnose(f"mqtt://http://localhost:{free_port()}")
    assert root(report) == "input.host-has-scheme-or-path"
    assert len(named(report)) > 1


# -- encoded once too often -------------------------------------------------------------------------------------


def test_a_password_encoded_in_its_own_field(diagnose: Diagnose, rabbitmq: RabbitNode, mosquitto: Mosquittos) -> None:
    broker = mosquitto()
    for url in (f"amqp://localhost:{rabbitmq.amqp}", f"mqtt://localhost:{broker.port}"):
        report = diagnose(url, user="app", password=ENCODED)
        assert root(report) == "input.login-still-encoded"


def test_a_wrong_password_that_looks_encoded(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(f"amqp://localhost:{rabbitmq.amqp}", user="app", password="wrong%20one-5")
    assert root(report) != "input.login-still-encoded"
    assert facts(report)["input.decoded_login_works"] is False
