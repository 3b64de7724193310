"""Texts for a ticket: each recipient gets what can be searched for on their side, in both languages, no secrets."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mqassist.core.record import changed
from mqassist.core.report import LogMatch, Report
from mqassist.knowledge.texts import LANGUAGES, Language
from mqassist.report.formats import presented, redactor_for
from mqassist.report.presented import Presented
from mqassist.report.ticket import RECIPIENTS, recipient_of, ticket
from mqassist.services import Services, build_services
from tests.support import diagnosis
from tests.support.canary import CANARY, assert_no_leak
from tests.support.peer import Peer, fin, read


@pytest.fixture(scope="module")
def services() -> dict[str, Services]:
    return {language: build_services(language) for language in LANGUAGES}


def shown(report: Report, services: Services) -> Presented:
    redactor = redactor_for(report, None, services.texts.vocabulary)
    return presented(report, services.wording, redactor, "markdown")


@pytest.fixture(scope="module")
def closed() -> Report:
    """A port that takes the connection and ends it: somebody else's turn, with addresses and a source port."""
    with Peer(lambda _number: [read(1), fin()]) as peer:
        return diagnosis.diagnose(f"amqp://orders:{CANARY}@127.0.0.1:{peer.port}", timeout=1.0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_reads_what_was_found_and_where(
    closed: Report, services: dict[str, Services], language: Language
) -> None:
    told = shown(closed, services[language])
    for recipient in RECIPIENTS:
        letter = ticket(told, recipient, services[language].wording)
        assert told.title in letter.subject
        assert told.target in letter.text
        assert closed.run_id in letter.body
        assert "{" not in letter.text
        assert "ticket." not in letter.text
        assert_no_leak(letter.text, recipient)


def test_the_network_team_gets_addresses_and_outcomes(closed: Report, services: dict[str, Services]) -> None:
    told = shown(closed, services["en"])
    letter = ticket(told, "network administrator", services["en"].wording)
    assert "TCP connections that were tried from 127.0.0.1:" in letter.body
    assert f"- 127.0.0.1 port {told.endpoint['port']}: open" in letter.body


def test_the_network_team_reads_how_an_address_failed(
    diagnose: Callable[..., Report], free_port: Callable[[], int], services: dict[str, Services]
) -> None:
    port = free_port()
    told = shown(diagnose(f"amqp://127.0.0.1:{port}"), services["en"])
    letter = ticket(told, "network administrator", services["en"].wording)
    assert f"- 127.0.0.1 port {port}: refused" in letter.body


def test_the_broker_administrator_can_find_the_run_in_the_log(closed: Report, services: dict[str, Services]) -> None:
    line = LogMatch("rabbit.log", 812, "closing AMQP connection <0.9.0>", None, "source-port", "amqp.handshake")
    told = changed(shown(closed, services["en"]), log_matches=(line,))
    letter = ticket(told, "broker administrator", services["en"].wording)
    assert closed.run_id in letter.body
    assert "source port" in letter.body
    assert "rabbit.log:812" in letter.body
    assert "closing AMQP connection" in letter.body
    assert "rabbit.log" not in ticket(told, "client developer", services["en"].wording).body


def test_the_steps_are_those_of_the_recipient(closed: Report, services: dict[str, Services]) -> None:
    told = shown(closed, services["en"])
    assert told.root is not None
    theirs = {step.text for step in told.root.steps if step.audience == told.root.who}
    first = recipient_of(told)
    assert first == told.root.who
    letter = ticket(told, first, services["en"].wording)
    assert all(text in letter.body for text in theirs)
    other = next(name for name in RECIPIENTS if name != first)
    assert "First to act:" in ticket(told, other, services["en"].wording).body
    assert "First to act:" not in letter.body


def test_without_a_cause_the_developer_gets_it(diagnose: Callable[..., Report], services: dict[str, Services]) -> None:
    told = changed(shown(diagnose("amqp://127.0.0.1:1"), services["en"]), root=None, causes=())
    assert recipient_of(told) == "client developer"
