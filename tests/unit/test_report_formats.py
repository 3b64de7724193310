"""What every format promises: valid, self-contained, nothing foreign becomes markup, the contract's fields."""

from __future__ import annotations

import base64
import hashlib
import html.parser
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mqassist.core.finding import Finding
from mqassist.core.observation import Observation
from mqassist.core.record import record
from mqassist.core.report import LogMatch, Report
from mqassist.core.secret import Credentials, Redactor, Secret
from mqassist.core.text import say
from mqassist.core.verdict import Verdict
from mqassist.diagnosis.wording import CauseWording
from mqassist.knowledge.texts import LANGUAGES, Language
from mqassist.report.cells import cells
from mqassist.report.formats import FORMATS, can_be_joined, joined, presented, render, rendered_alone, swept
from mqassist.report.json import laid_out, safe
from mqassist.report.style import ASCII_SHAPES, SHAPES, Style
from tests.golden.cases import CASES, rendered, wording
from tests.support.contract import assert_report

HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("formats") / "data"


def _containers(inside: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=5), inside, max_size=4)


@pytest.fixture(params=LANGUAGES)
def words(request: pytest.FixtureRequest, folder: Path) -> CauseWording:
    language: Language = request.param
    return wording(language, folder)


@pytest.mark.parametrize("case", CASES)
def test_json_keeps_the_contract(case: str, words: CauseWording) -> None:
    text = rendered(case, "json", words)
    assert_report(json.loads(text))
    assert not HIDDEN.search(text)


def test_json_of_several_is_an_array_also_of_one(words: CauseWording) -> None:
    ready = [presented(CASES[name](), words, Redactor(), "json") for name in ("healthy", "broken")]
    documents = json.loads(render("json", ready, words, Style(), many=True))
    assert [document["verdict"]["status"] for document in documents] == ["healthy", "broken"]
    assert len(json.loads(render("json", ready[:1], words, Style(), many=True))) == 1
    alone = [rendered_alone("json", one, words, Style()) for one in ready]
    assert render("json", ready, words, Style(), many=True) == joined("json", ready, alone, words, Style())


def test_many_on_a_terminal_read_the_same_rendered_one_by_one(words: CauseWording) -> None:
    names = ("healthy", "broken", "warned", "stopped", "healthy")
    ready = [presented(CASES[name](), words, Redactor(), "text") for name in names]
    for_programs = [presented(CASES[name](), words, Redactor(), "json") for name in names]
    alone = [rendered_alone("text", one, words, Style()) for one in for_programs]
    assert render("text", ready, words, Style()) == joined("text", for_programs, alone, words, Style())
    assert [can_be_joined("text", count) for count in (3, 4)] == [False, True]
    assert [can_be_joined(output, 9) for output in ("json", "markdown", "html", "junit")] == [True, False, False, False]


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), _containers, max_leaves=20))
def test_json_is_laid_out_as_pythons_own(value: object) -> None:
    found = {"value": value}
    for ascii_only in (False, True):
        assert laid_out(found, ascii_only=ascii_only) == safe(json.dumps(found, ensure_ascii=ascii_only, indent=2))


def test_json_can_be_plain_ascii(words: CauseWording) -> None:
    ready = [presented(CASES["broken"](), words, Redactor(), "json")]
    text = render("json", ready, words, Style(), ascii_only=True)
    assert text.isascii()
    assert json.loads(text) == json.loads(render("json", ready, words, Style()))


def test_json_facts_stay_exactly_what_was_seen(words: CauseWording) -> None:
    document = json.loads(rendered("broken", "json", words))
    facts = {name: value for check in document["checks"] for name, value in check["facts"].items()}
    assert facts["tls.protocol"] == "TLS 1.3 \x1b[31mred\u202e"
    assert facts["tls.names"] == ["mq1.internal.example.com", "*.rabbit.example.com <b>|`x`"]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("output", ["text", "markdown", "html", "junit"])
def test_what_a_peer_sent_cannot_drive_a_terminal(case: str, output: str, words: CauseWording) -> None:
    assert not HIDDEN.search(rendered(case, output, words).replace("\n", ""))


@pytest.mark.parametrize("case", CASES)
def test_junit_is_xml_with_a_case_for_each_check_and_the_verdict(case: str, words: CauseWording) -> None:
    root = ET.fromstring(rendered(case, "junit", words))
    report = CASES[case]()
    suite = root.find("testsuite")
    assert suite is not None
    cases = suite.findall("testcase")
    assert [item.get("name") for item in cases] == [*(seen.probe for seen in report.observations), "verdict"]
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert suite.get(name, "") == str(len(list(suite.iter(tag)))), name
    for item in cases[:-1]:
        told = "".join(part.text or "" for part in item).splitlines()
        assert len(told) == len(set(told)), told
    failure = cases[-1].find("failure")
    assert (failure is None) == (case == "healthy")
    if case == "broken":
        assert failure is not None
        assert failure.get("type") == "tls.hostname-mismatch"


class _Page(html.parser.HTMLParser):
    """Balance of tags, and every attribute that could load something."""

    VOID = frozenset({"meta", "circle", "path", "rect", "use"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[tuple[str, str]] = []
        self.tags: set[str] = set()
        self.policy = ""
        self.style = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        given = dict(attrs)
        if tag == "meta" and given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"] or ""
        for name, value in attrs:
            assert not name.startswith("on")
            assert name != "style"
            if name in ("src", "href", "srcset", "action", "data") and not (value or "").startswith("#"):
                self.loads.append((tag, value or ""))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.style += data


@pytest.mark.parametrize("case", CASES)
def test_html_stands_alone(case: str, words: CauseWording) -> None:
    page = _Page()
    page.feed(rendered(case, "html", words))
    page.close()
    assert page.open == []
    assert {tag for tag, _ in page.loads} <= {"a"}, "only links that a person follows"
    assert not page.tags & {"script", "img", "link", "iframe", "object", "form", "base"}
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in page.policy
    assert page.policy.startswith("default-src 'none'")


def test_foreign_text_is_no_markup(words: CauseWording) -> None:
    assert "<b>" not in rendered("broken", "html", words).partition("</style>")[2].replace("<b>It works", "").replace(
        "<b>能连上", ""
    )
    table = [line for line in rendered("broken", "markdown", words).splitlines() if line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in table} == {6}
    assert "<b>" not in rendered("broken", "markdown", words).replace("\\<b\\>", "")


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("width", [48, 60, 80, 132])
def test_text_fits_the_terminal_except_for_commands(case: str, width: int, words: CauseWording) -> None:
    text = rendered(case, "text", words, style=Style(width=width, platform="linux"))
    commands = ("openssl", "rabbitmqctl", "getent", "dig", "http", "amqp", "File ", "tls.", "nslookup")
    long = [line for line in text.splitlines() if cells(line) > width and not any(word in line for word in commands)]
    assert long == []


def test_text_is_the_same_without_colour(words: CauseWording) -> None:
    plain = rendered("broken", "text", words, style=Style(width=90, platform="linux"))
    coloured = rendered("broken", "text", words, style=Style(colour=True, width=90, platform="linux"))
    assert "\x1b[" not in plain
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain


def test_every_state_has_its_own_shape_word_and_colour(words: CauseWording) -> None:
    states = ("works", "warning", "broken", "undecided", "stopped")
    for shapes in (SHAPES, ASCII_SHAPES):
        assert len({shapes[state] for state in states}) == len(states)
    assert all(shape.isascii() for shape in ASCII_SHAPES.values())
    assert len({words.sentence(f"state.{state}") for state in (*states, "crashed")}) == len(states) + 1


@pytest.mark.parametrize(
    ("platform", "shown", "hidden"),
    [("linux", "getent hosts", "nslookup"), ("windows", "nslookup", "getent hosts")],
)
def test_own_computer_gets_the_commands_of_its_platform(
    platform: str, shown: str, hidden: str, words: CauseWording
) -> None:
    text = rendered("broken", "text", words, style=Style(width=90, platform=platform))
    assert shown in text
    assert hidden not in text
    # the broker's own computer may be another one: both stay
    assert "rabbitmqctl eval" in text
    assert "rabbitmqctl.bat" in text


@record
class _Clash:
    """A password that is also a word of the formats: nothing may break, and no word of ours be masked."""

    password: str
    output: str


CLASHES = [
    _Clash(password, output)
    for password in ("broken", "true", "null", "checks", "style", "testcase", "passed", "amqps", "5671", "svg>")
    for output in FORMATS
]


@pytest.mark.parametrize("clash", CLASHES, ids=lambda clash: f"{clash.output}-{clash.password}")
def test_password_that_is_a_word_of_the_format(clash: _Clash, folder: Path) -> None:
    words = wording("en", folder)
    redactor = Redactor(Credentials("orders", Secret(clash.password)), ("mq.example.com", "prod", "orders", "5671"))
    ready = presented(CASES["broken"](), words, redactor, clash.output)
    text = swept(clash.output, render(clash.output, [ready], words, Style(width=90)), redactor)
    if clash.output == "json":
        document = json.loads(text)
        assert_report(document)
        assert document["verdict"]["status"] == "broken"
        assert document["target"]["scheme"] == "amqps"
    elif clash.output == "junit":
        assert ET.fromstring(text).find("testsuite/testcase") is not None
    elif clash.output == "html":
        _Page().feed(text)
    assert "mq.example.com" in text


@pytest.mark.parametrize("output", FORMATS)
def test_password_is_masked_wherever_a_sentence_repeats_it(output: str, folder: Path) -> None:
    words = wording("en", folder)
    # as if a broker had quoted it: a word of the evidence is taken for the password
    redactor = Redactor(Credentials("orders", Secret("internal")))
    ready = presented(CASES["broken"](), words, redactor, output)
    text = swept(output, render(output, [ready], words, Style(width=90)), redactor)
    assert "internal" not in text
    assert "•••" in text


def test_many_reports_are_told_in_short_with_healthy_ones_last(words: CauseWording) -> None:
    names = ["healthy", "broken", "undecided", "warned", "healthy", "stopped"]
    ready = [presented(CASES[name](), words, Redactor(), "text") for name in names]
    text = render("text", ready, words, Style(width=90, platform="linux"))
    lines = text.splitlines()
    assert len(lines) < 25
    heads = [line[0] for line in lines if line[:2] in {f"{shape} " for shape in SHAPES.values()}]
    assert heads == [SHAPES[state] for state in ("broken", "undecided", "warning", "stopped", "works", "works")]
    assert re.search(r"6.*2.*1.*3", lines[-1])
    in_full = render("text", ready[:3], words, Style(width=90))
    assert all(report.summary.split()[0] in in_full for report in ready[:3])


@pytest.fixture(scope="module")
def english(folder: Path) -> CauseWording:
    return wording("en", folder)


@settings(max_examples=60, deadline=None)
@given(foreign=st.text(st.characters(), max_size=60), width=st.integers(min_value=20, max_value=140))
def test_no_foreign_text_breaks_a_format(foreign: str, width: int, english: CauseWording) -> None:
    seen = Observation(
        "amqp.login",
        "auth",
        "failed",
        {"login.result": "refused", "amqp.text": foreign, "amqp.list": (foreign, foreign)},
        say("shown.refused", about=("login.result",), words=foreign),
        (say("shown.refused", words=foreign),),
        crash=foreign,
    )
    root = Finding(
        "auth.unknown-user", "root", "error", 0.9, (("broker.says_user", True),), (("user", foreign),), seen.evidence
    )
    whole = CASES["undecided"]()
    report = Report(
        "r", "0.1.0", whole.started_at, 1.0, foreign, whole.endpoint, (seen,), Verdict("broken", root),
        (LogMatch(foreign, 1, foreign, None, "time"),),
    )  # fmt: skip
    texts = {}
    for output in FORMATS:
        ready = [presented(report, english, Redactor(), output)]
        texts[output] = swept(output, render(output, ready, english, Style(width=width)), Redactor())
        assert not HIDDEN.search(texts[output].replace("\n", "")), output
    document = json.loads(texts["json"])
    assert_report(document)
    assert document["checks"][0]["facts"]["amqp.text"] == foreign
    assert document["target"]["given"] == foreign
    ET.fromstring(texts["junit"])
    page = _Page()
    page.feed(texts["html"])
    page.close()
    assert page.open == []
