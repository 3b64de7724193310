"""The check-up page in every state, against scripted peers and a real Mosquitto on loopback."""

from __future__ import annotations

import atexit
import tempfile
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path

from PySide6.QtWidgets import QWidget

from mqassist.core.record import changed
from mqassist.core.text import say
from mqassist.core.verdict import Undecided, Verdict
from mqassist.gui.main_window import MainWindow
from mqassist.gui.pages.checkup.answer import answer_of
from mqassist.gui.pages.checkup.page import CheckupPage
from mqassist.gui.pages.checkup.production_sheet import ProductionSheet
from mqassist.gui.pages.checkup.report_dialog import ReportDialog
from tests.gui.screens import settle
from tests.support.mosquitto import Broker, start_mosquitto
from tests.support.peer import Peer, Script, read, silent, tls
from tests.support.pki import Pki

_numbers = count()


@cache
def folder() -> Path:
    place = tempfile.TemporaryDirectory()
    atexit.register(place.cleanup)
    return Path(place.name)


@cache
def pki() -> Pki:
    return Pki(folder())


@cache
def broker() -> Broker:
    made = start_mosquitto(folder() / "mosquitto", "listener {port} 127.0.0.1\nallow_anonymous false\n")
    atexit.register(made.stop)
    return made


def peer(script: Script) -> Peer:
    made = Peer(script)
    atexit.register(made.stop)
    return made


def page_of(window: MainWindow) -> CheckupPage:
    window.go("checkup")
    page = window.page("checkup")
    assert isinstance(page, CheckupPage)
    return page


def checked(window: MainWindow, url: str) -> CheckupPage:
    page = page_of(window)
    page.fill_target(url)
    page.diagnose()
    settle(lambda: not page.controller.busy and not page.view.filling)
    return page


def empty(window: MainWindow) -> QWidget | None:
    page_of(window)
    return None


def lint(window: MainWindow) -> QWidget | None:
    page_of(window).fill_target("amqp://orders:secret#9@mq.example.com:5672/prod")
    return None


def options(window: MainWindow) -> QWidget | None:
    page = page_of(window)
    page.fill_target("amqps://orders@mq.example.com:5671/prod")
    page.options.show()
    return None


def running(window: MainWindow) -> QWidget | None:
    page = page_of(window)
    page.fill_target(peer(lambda _number: [silent()]).url("amqp", "orders:secret99"))
    page.diagnose()
    settle(lambda: page.controller.elapsed_s > 1.9)
    window.setProperty("goes_on", True)
    return None


def works(window: MainWindow) -> QWidget | None:
    checked(window, broker().url(host="127.0.0.1"))
    return None


def warning(window: MainWindow) -> QWidget | None:
    """A certificate that ends soon, over real TLS."""
    identity = pki().identity("expires-soon")
    conf = f"listener {{port}} 127.0.0.1\nallow_anonymous false\ncertfile {identity.cert}\nkeyfile {identity.key}\n"
    made = start_mosquitto(folder() / f"mosquitto{next(_numbers)}", conf)
    atexit.register(made.stop)
    page = page_of(window)
    page.fill_target(made.url("mqtts", host="127.0.0.1"))
    page.options.fields["ca"].setText(str(identity.ca))
    page.diagnose()
    settle(lambda: not page.controller.busy and not page.view.filling)
    return None


def lanes(window: MainWindow) -> QWidget | None:
    """Three addresses, one of them dead: a real run, told of a host with more addresses than loopback has."""
    page = checked(window, broker().url(host="127.0.0.1"))
    answer = page.view.answer
    assert answer is not None
    assert answer.report is not None
    assert window.shell is not None
    good, bad = ("198.51.100.41", "198.51.100.42"), ("198.51.100.43",)
    told = {
        "tcp.address": good[0], "tcp.connected_addresses": good, "tcp.failed_addresses": bad,
        "tcp.failed_kinds": ("timed-out",), "tcp.connected_count": 2, "tcp.failed_count": 1,
        "dns.addresses": good + bad,
        "tcp.outcome_us": (18_200, 18_900, 4_003_000), "tcp.slowest_failure_ms": 4003.0,
        "dns.result": "ok", "dns.by_name": True, "input.host_is_loopback": False,
    }  # fmt: skip
    seen = []
    for each in answer.report.observations:
        evidence = each.evidence
        if each.probe == "tcp.connect":
            evidence = (
                *(say("tcp.saw.connected", address=f"{name}:1883", ms=18.2) for name in good),
                say("tcp.saw.timed-out", address=f"{bad[0]}:1883", ms=4003.0),
            )
        facts = {name: told.get(name, value) for name, value in each.facts.items()}
        seen.append(
            changed(
                each, facts=facts, evidence=evidence, outcome="warning" if evidence != each.evidence else each.outcome
            )
        )
    services = window.shell.services
    facts = {name: value for each in seen for name, value in each.facts.items()}
    report = changed(answer.report, observations=tuple(seen), verdict=services.run.verdict(facts, seen))
    page.view.show_answer(answer_of(report, services.wording, answer.credentials, services.texts.vocabulary))
    page.view.table.open_row("tcp.connect")
    return None


def broken(window: MainWindow) -> QWidget | None:
    identity = pki().identity("wrong-name")
    page = page_of(window)
    page.fill_target(peer(lambda _number: [tls(identity), read(8)]).url("amqps", "orders:secret99") + "/prod")
    page.options.fields["ca"].setText(str(identity.ca))
    page.diagnose()
    settle(lambda: not page.controller.busy and not page.view.filling)
    return None


def undecided(window: MainWindow) -> QWidget | None:
    """Two causes left: a real run, with the verdict of a broker that does not say which."""
    page = checked(window, broker().url(password="wrong", host="127.0.0.1"))
    answer = page.view.answer
    assert answer is not None
    assert answer.report is not None
    assert window.shell is not None
    left = (
        Undecided("auth.bad-credentials", ("log.login_refused",), ("mqtt-broker-log",)),
        Undecided("mqtt.client-id-rejected", ("mqtt.refusal",), ("mqtt-own-client-id", "mqtt-broker-log")),
    )
    services = window.shell.services
    report = changed(answer.report, verdict=Verdict("broken", undecided=left, reached="protocol"))
    page.view.show_answer(answer_of(report, services.wording, answer.credentials, services.texts.vocabulary))
    return None


def stopped(window: MainWindow) -> QWidget | None:
    page = page_of(window)
    page.fill_target(peer(lambda _number: [silent()]).url("amqp", "orders:secret99"))
    page.diagnose()
    settle(lambda: page.controller.elapsed_s > 0.6)
    page.stop()
    settle(lambda: not page.controller.busy and not page.view.filling)
    return None


def crashed(window: MainWindow) -> QWidget | None:
    page = checked(window, broker().url(host="127.0.0.1"))
    answer = page.view.answer
    assert answer is not None
    assert answer.report is not None
    trace = "Traceback (most recent call last):\n  File \"mqtt_connect.py\", line 61, in _run\nKeyError: 'code'"
    seen = tuple(
        changed(each, crash=trace, outcome="failed") if each.probe == "mqtt.connect" else each
        for each in answer.report.observations
    )
    verdict = Verdict("broken", reached="network", crashed=("mqtt.connect",))
    assert window.shell is not None
    services = window.shell.services
    broken_report = changed(answer.report, observations=seen, verdict=verdict)
    page.view.show_answer(answer_of(broken_report, services.wording, answer.credentials, services.texts.vocabulary))
    return None


def production(window: MainWindow) -> QWidget | None:
    assert window.shell is not None
    page = page_of(window)
    first, second = ["mqtt.message_path"], ["mqtt.acl_v5", "mqtt.will"]
    sheet = ProductionSheet("sensors-eu", first, second, "plant/7/temperature", window.shell.services.wording, page)
    sheet.open()
    return sheet


def _report(window: MainWindow, choose: str) -> QWidget | None:
    broken(window)
    page = page_of(window)
    page.reports.save()
    found = page.findChildren(ReportDialog)[0]
    found.choose(choose)
    return found


def report(window: MainWindow) -> QWidget | None:
    return _report(window, "html")


def report_json(window: MainWindow) -> QWidget | None:
    return _report(window, "json")


def ticket(window: MainWindow) -> QWidget | None:
    return _report(window, "broker administrator")


SCENES: dict[str, Callable[[MainWindow], QWidget | None]] = {
    "empty": empty,
    "lint": lint,
    "options": options,
    "running": running,
    "works": works,
    "warning": warning,
    "lanes": lanes,
    "broken": broken,
    "undecided": undecided,
    "stopped": stopped,
    "crashed": crashed,
    "production": production,
    "report": report,
    "report-json": report_json,
    "ticket": ticket,
}
