"""The text of the address field, the rows and their axis: plain data, without a window."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mqassist.core.observation import Exchange
from mqassist.core.secret import Secret
from mqassist.diagnosis.wording import CauseWording
from mqassist.gui.pages.checkup.rows import Row, axis_for, no_password_sent, rows_of
from mqassist.gui.pages.checkup.step_content import dump
from mqassist.gui.widgets.url_text import DOTS, Typed, lint, parts, repaired, settled
from mqassist.knowledge.texts import Texts
from mqassist.report.presented import Presented, PresentedCheck
from tests.support.canary import CANARY


def test_view_models_need_no_qt() -> None:
    names = ("rows", "live", "step_content", "fixes_for", "answer", "report_files")
    modules = ["mqassist.gui.widgets.url_text", *(f"mqassist.gui.pages.checkup.{name}" for name in names)]
    code = "import sys; " + "; ".join(f"import {module}" for module in modules)
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; sys.exit('PySide6' in sys.modules)"], check=False, timeout=60
    )
    assert done.returncode == 0


# -- the address ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown", "secret"),
    [
        (
            f"amqps://orders:{CANARY}@mq.example.com:5671/prod",
            f"amqps://orders:{DOTS}@mq.example.com:5671/prod",
            CANARY,
        ),
        ("amqp://u:p%40ss@h", f"amqp://u:{DOTS}@h", "p%40ss"),
        ("amqp://u:p@ss@h/v", f"amqp://u:{DOTS}@h/v", "p@ss"),
        ("mqtt://u:a:b@h:1883", f"mqtt://u:{DOTS}@h:1883", "a:b"),
        ("amqp://u@h", "amqp://u@h", None),
        ("amqp://u:@h", "amqp://u:@h", None),
        ("host:5672", "host:5672", None),
        ("", "", None),
    ],
)
def test_a_password_does_not_stay_in_the_text(text: str, shown: str, secret: str | None) -> None:
    typed = settled(text, None)
    assert typed.text == shown
    assert (None if typed.secret is None else typed.secret.reveal()) == secret
    assert typed.whole() == text


def test_the_target_is_read_with_the_password_as_it_was_written() -> None:
    target = settled("amqp://u:p%40ss@h:5672/v", None).target()
    assert target.credentials.password == Secret("p@ss")
    assert target.endpoint is not None
    assert target.endpoint.vhost == "v"


def test_further_typing_keeps_the_secret_and_edited_dots_give_it_up() -> None:
    typed = settled("amqp://u:secret9@h", None)
    more = settled(typed.text + ":5672", typed.secret)
    assert more.secret == Secret("secret9")
    assert settled(typed.text.replace(DOTS, DOTS[:-1]), typed.secret).secret is None
    assert settled("amqp://u@h", typed.secret).secret is None


def test_an_at_sign_within_a_typed_password_is_added_to_it() -> None:
    typed = settled("amqp://u:p@", None)
    assert typed.secret == Secret("p")
    longer = settled(typed.text + "ss@h", typed.secret)
    assert longer.secret == Secret("p@ss")
    assert longer.text == f"amqp://u:{DOTS}@h"


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="abcXYZ012:@/?#%•[]. éü密", max_size=60))
def test_any_text_can_be_typed(text: str) -> None:
    typed = settled(text, None)
    again = settled(typed.text, typed.secret)
    assert (again.text, again.secret) == (typed.text, typed.secret)
    lint(typed)
    for part in parts(typed.text):
        assert 0 <= part.start <= part.start + part.length <= len(typed.text)


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet=st.characters(categories=("L", "N")), min_size=4, max_size=30))
def test_no_usual_password_is_ever_shown(password: str) -> None:
    assert password not in settled(f"amqps://someone:{password}@mq.test:5671/v", None).text.replace(
        "amqps://someone", ""
    )


def test_what_looks_wrong_is_marked_and_repaired() -> None:
    typed = settled("amqp://u:secret9@ mq.example.com", None)
    found = lint(typed)
    assert found is not None
    assert found.repaired == f"amqp://u:{DOTS}@mq.example.com:5672/%2F"
    assert found.length > 0
    fixed = repaired(typed, found)
    assert fixed.secret == Secret("secret9")
    assert lint(fixed) is None


def test_a_repair_writes_the_password_as_it_belongs_into_a_url() -> None:
    typed = settled("amqp://u:a/b#c@mq.example.com", None)
    found = lint(typed)
    assert found is not None
    fixed = repaired(typed, found)
    assert fixed.target().credentials.password == typed.target().credentials.password
    assert lint(fixed) is None


def test_a_right_address_has_nothing_to_say() -> None:
    for text in ("amqps://orders@mq.example.com:5671/prod", "mqtt://10.0.0.7", "wss://h/mqtt"):
        assert lint(Typed(text)) is None


def test_the_parts_are_where_they_stand() -> None:
    text = f"amqps://orders:{DOTS}@mq.example.com:5671/prod"
    found = {part.kind: text[part.start : part.start + part.length] for part in parts(text)}
    assert found == {
        "scheme": "amqps://", "user": f"orders:{DOTS}", "dots": DOTS, "host": "mq.example.com", "port": ":5671",
        "tail": "/prod",
    }  # fmt: skip


# -- rows and axis --------------------------------------------------------------------------------


def check(
    probe: str, layer: str, status: str = "passed", at: float = 0.0, took: float = 1.0, **more: object
) -> PresentedCheck:
    why, evidence, facts = more.get("why", ""), more.get("evidence", ()), more.get("facts", {})
    return PresentedCheck(probe, probe, layer, layer, status, at, took, probe, why, evidence, facts, "")  # type: ignore[arg-type]


def report(*checks: PresentedCheck, reached: str = "network") -> Presented:
    return Presented(
        "en", "r", "1", "", 1.0, "", {"username": "orders"}, "broken", "broken", "", "", True, reached, None, (), (),
        (), (), (), checks, (),
    )  # fmt: skip


def test_rows_stand_in_the_order_of_the_layers() -> None:
    rows = rows_of(
        report(
            check("input.target", "input"),
            check("host.environment", "host"),
            check("tls.handshake", "tls", "failed"),
            check("tls.versions", "tls", why="it was refused"),
            check("tcp.connect", "network"),
            check("dns.resolve", "dns"),
            check("amqp.login", "auth", "skipped", why="Not reached"),
            check("amqp.heartbeat", "heartbeat", "skipped", why="Not reached"),
        )
    )
    assert [(row.key, row.kind) for row in rows] == [
        ("quiet", "quiet"),
        ("dns.resolve", "step"),
        ("tcp.connect", "step"),
        ("tls.handshake", "step"),
        ("tls.versions", "deciding"),
        ("not-reached", "not-reached"),
    ]
    assert rows[0].checks == ("input.target", "host.environment")
    assert rows[-1].checks == ("amqp.login", "amqp.heartbeat")
    assert rows[4].state == "deciding"
    assert rows[4].why == "it was refused"


def test_what_lies_around_the_way_gets_its_row_when_it_found_something() -> None:
    rows = rows_of(report(check("host.environment", "host", "warning"), check("input.target", "input")))
    assert [(row.key, row.state) for row in rows] == [("quiet", "works"), ("host.environment", "warning")]


def test_several_addresses_have_rows_of_their_own() -> None:
    facts = {
        "tcp.connected_addresses": ("192.0.2.1", "2001:db8::1"), "tcp.failed_addresses": ("192.0.2.3",),
        "tcp.failed_kinds": ("timed-out",),
    }  # fmt: skip
    evidence = (
        "192.0.2.1:5672: connected in 3 ms.",
        "[2001:db8::1]:5672: connected in 4 ms.",
        "192.0.2.3:5672: no answer.",
    )
    rows = rows_of(report(check("tcp.connect", "network", facts=facts, evidence=evidence)))
    told = [(row.title, row.state, row.result, row.parent) for row in rows if row.kind == "address"]
    assert told == [
        ("192.0.2.1", "works", "connected in 3 ms.", "tcp.connect"),
        ("2001:db8::1", "works", "connected in 4 ms.", "tcp.connect"),
        ("192.0.2.3", "broken", "no answer.", "tcp.connect"),
    ]
    assert {row.took_ms for row in rows if row.kind == "address"} == {None}, "an older report has no times"


def test_addresses_that_answered_later_have_rows_with_their_times() -> None:
    facts = {
        "tcp.connected_addresses": ("192.0.2.1",), "tcp.failed_addresses": ("192.0.2.3",),
        "tcp.failed_kinds": ("timed-out",), "tcp.outcome_us": (550, 3_302_000),
    }  # fmt: skip
    rows = rows_of(report(check("tcp.each_address", "network", "warning", why="one was silent", facts=facts)))
    assert [(row.title, row.parent, row.took_ms) for row in rows if row.kind == "address"] == [
        ("192.0.2.1", "tcp.each_address", 0.55),
        ("192.0.2.3", "tcp.each_address", 3302.0),
    ]


@pytest.mark.parametrize(
    ("status", "sent_nothing"), [("skipped", True), ("cancelled", False), ("failed", False), ("passed", False)]
)
def test_that_no_password_was_sent_is_only_said_of_a_login_that_cannot_have_begun(
    status: str, sent_nothing: bool
) -> None:
    assert no_password_sent(report(check("mqtt.connect", "auth", status))) is sent_nothing


def bar(start: float, took: float) -> Row:
    return Row(f"{start}", "step", "dns", "", "works", "", start, took)


@pytest.mark.parametrize("longest", [0.0, 0.4, 3.0, 41.0, 160.0, 999.0, 1500.0, 22_000.0, 86_400_000.0])
def test_the_axis_has_a_few_round_ticks_and_holds_every_bar(longest: float) -> None:
    axis = axis_for([bar(0, longest)])
    assert axis.span_ms > longest
    assert axis.ticks_ms[0] == 0
    assert 2 <= len(axis.ticks_ms) <= 7
    assert all(0 <= tick <= axis.span_ms for tick in axis.ticks_ms)


def test_one_bar_that_dwarfs_the_others_is_cut() -> None:
    axis = axis_for([bar(0, 3), bar(3, 18), bar(20, 200), bar(3, 4000)])
    assert 220 < axis.span_ms < 400
    assert axis_for([bar(0, 300), bar(300, 700)]).span_ms > 1000


def test_an_axis_without_bars_is_an_axis() -> None:
    assert axis_for([]).span_ms > 0
    assert axis_for([], at_least_ms=50).span_ms >= 50


def test_bytes_are_told_as_hex_and_as_text() -> None:
    wording = CauseWording(Texts("en"), ())
    seen = [Exchange(1.84, "sent", b"AMQP\x00\x00\x09\x01", "AMQP 0-9-1"), Exchange(3.0, "closed", b"")]
    told = dump(seen, wording)
    first, second, third = told.splitlines()
    assert first == "+1.8 ms  sent  8 B  AMQP 0-9-1"
    assert second.split("  ")[1] == "41 4d 51 50 00 00 09 01"
    assert second.endswith("AMQP····")
    assert third == "+3.0 ms  closed  0 B"
    assert dump([Exchange(0, "received", b"x" * 5000)], wording).splitlines()[-1] == "  …"
