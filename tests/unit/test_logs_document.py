"""A log that is open: lines, levels, times, views, searches, known phrases; the same answers however it is asked."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import Cancelled, UserError
from mqassist.core.log import LEVELS, Level, LineFilter, LogLine, SearchFor
from mqassist.core.secret import MASK, Credentials, Redactor, Secret
from mqassist.logs.document import LogDocument
from mqassist.logs.formats import load_formats
from mqassist.logs.levels import CONTINUES, LEVEL_BITS
from mqassist.logs.service import LogService

TOKEN = CancelToken()
SAMPLES = [(form.id, sample["text"].strip("\n")) for form in load_formats() for sample in form.samples]
TEXTS = (
    ("info", "accepting AMQP connection <0.{n}.0> (10.0.0.{m}:4{n:04} -> 10.0.0.5:5672)"),
    ("info", "connection <0.{n}.0> (10.0.0.{m}:4{n:04} -> 10.0.0.5:5672): user 'app' authenticated and granted access to vhost '/'"),  # noqa: E501
    ("error", "closing AMQP connection <0.{n}.0> (10.0.0.{m}:4{n:04} -> 10.0.0.5:5672):\nmissed heartbeats from client, timeout: 60s"),  # noqa: E501
    ("warning", "closing AMQP connection <0.{n}.0> (10.0.0.{m}:4{n:04} -> 10.0.0.5:5672):\nclient unexpectedly closed TCP connection"),  # noqa: E501
    ("error", "Error on AMQP connection <0.{n}.0> (10.0.0.{m}:4{n:04} -> 10.0.0.5:5672, state: starting):\nPLAIN login refused: user 'app' - invalid credentials"),  # noqa: E501
    ("error", "  crasher:\n    initial call: rabbit_reader:init/3\n    pid: <0.{n}.0>\n  neighbours:\n"),
    ("notice", "TLS server: In state hello at tls_record.erl:564 generated SERVER ALERT: Fatal - Unexpected Message"),
)  # fmt: skip


def rabbit_log(entries: int, seed: int = 1) -> tuple[str, list[tuple[str, str]]]:
    """A log and its entries as (level, text)."""
    dice = random.Random(seed)
    lines, told = [], []
    for at in range(entries):
        level, text = dice.choices(TEXTS, (40, 40, 3, 3, 3, 1, 1))[0]
        text = text.format(n=at % 10_000, m=dice.randint(2, 250))
        prefix = f"2026-11-20 {10 + at // 36000:02}:{at // 600 % 60:02}:{at // 10 % 60:02}.{at % 10}{at % 100_000:05}+00:00 [{level}] <0.{at}.0> "  # noqa: E501
        lines += [prefix + part for part in text.split("\n")]
        told.append((level, text))
    return "\n".join(lines) + "\n", told


Open = Callable[..., LogDocument]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """`opened(text)`: a file with it, open; indexed unless `index` is false."""
    documents: list[LogDocument] = []

    def make(text: str | bytes, *, index: bool = True, redactor: Redactor | None = None) -> LogDocument:
        path = tmp_path / f"{len(documents)}.log"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        document = LogService().open(str(path), redactor)
        documents.append(document)
        if index:
            document.index_all(TOKEN)
        return document

    yield make
    for document in documents:
        document.close()


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LogDocument, list[str], list[tuple[str, str]]]]:
    text, told = rabbit_log(40_000)
    path = tmp_path_factory.mktemp("big") / "rabbit.log"
    path.write_text(text)
    document = LogService().open(str(path))
    document.index_all(TOKEN)
    yield document, text.splitlines(), told
    document.close()


Big = tuple[LogDocument, list[str], list[tuple[str, str]]]


def test_every_line_is_where_the_file_has_it(big: Big) -> None:
    document, lines, _ = big
    assert document.line_count == len(lines)
    assert document.size > 5 * (1 << 20)
    for first in range(1, len(lines), 977):
        assert [line.raw for line in document.lines(first, 40)] == [
            line.replace("\x00", "") for line in lines[first - 1 : first + 39]
        ]
    assert document.lines(len(lines), 10)[0].raw == lines[-1]
    assert document.lines(len(lines) + 1, 10) == []


def test_index_and_lines_agree_on_levels_and_entries(big: Big) -> None:
    document, _, told = big
    codes = document.index.levels
    for first in range(1, document.line_count, 5000):
        for line in document.lines(first, 5000):
            code = int(codes[line.number - 1])
            assert (LEVELS[code & LEVEL_BITS], bool(code & CONTINUES)) == (line.level, line.continuation), line
    assert document.entry_count() == len(told)
    for level in ("info", "warning", "error", "notice"):
        assert document.counts()[level] == sum(each == level for each, _ in told)


@pytest.mark.parametrize(("form", "text"), SAMPLES, ids=[f"{form}-{at}" for at, (form, _) in enumerate(SAMPLES)])
def test_samples_read_alike_as_a_document(opened: Open, form: str, text: str) -> None:
    document = opened(text + "\n")
    assert document.format == form
    lines = document.lines(1, document.line_count)
    codes = document.index.levels.tolist()
    assert [line.level for line in lines] == [LEVELS[code & LEVEL_BITS] for code in codes]
    entries = sum(not line.continuation for line in lines)
    sample = next(each for each in load_formats() if each.id == form)
    wanted = next(each for each in sample.samples if each["text"].strip("\n") == text)
    assert entries == wanted["entries"]
    if wanted["at"] != "none":
        assert lines[0].at == wanted["at"]


@pytest.mark.parametrize("size", [0, 1, 2, 59, 60, 61, 5000])
def test_the_end_is_there_before_anything_is_indexed(opened: Open, size: int) -> None:
    text = rabbit_log(size)[0] if size else ""
    document = opened(text, index=False)
    assert [line.raw for line in document.tail(60)] == text.splitlines()[-60:]
    assert [line.raw for line in document.head(10)] == text.splitlines()[:10]
    assert document.line_count == 0


@pytest.mark.parametrize(
    "chosen",
    [
        LineFilter(),
        LineFilter(levels=frozenset[Level](("error",))),
        LineFilter(levels=frozenset[Level](("error", "warning", "notice", "info", "critical", "debug"))),
        LineFilter(include=(SearchFor("login refused"),)),
        LineFilter(include=(SearchFor(r"timeout: \d+s$", regex=True),), levels=frozenset[Level](("error",))),
        LineFilter(exclude=(SearchFor("AMQP"), SearchFor("CONNECTION", ignore_case=True))),
        LineFilter(include=(SearchFor(r"^.{60,70}\(10", regex=True), SearchFor("closing"))),
    ],
    ids=["all", "errors", "named-levels", "text", "pattern-in-errors", "without", "two"],
)
def test_a_view_shows_the_lines_that_fit(big: Big, chosen: LineFilter) -> None:
    document, lines, _ = big
    levels: list[Level] = [line.level for line in document.lines(1, document.line_count)]

    def fits(at: int, line: str) -> bool:
        def found(search: SearchFor) -> bool:
            pattern = search.text if search.regex else re.escape(search.text)
            return re.search(pattern, line, re.IGNORECASE if search.ignore_case else 0) is not None

        level = chosen.levels is None or levels[at] in chosen.levels
        return level and all(map(found, chosen.include)) and not any(map(found, chosen.exclude))

    wanted = [at + 1 for at, line in enumerate(lines) if fits(at, line)]
    view = document.view(chosen, TOKEN)
    assert view.row_count == len(wanted)
    assert view.lines(0, len(wanted) + 5) == wanted
    for row in range(0, len(wanted), max(1, len(wanted) // 20)):
        assert view.line(row) == wanted[row]
        assert view.row_of(wanted[row]) == row
        assert view.shows(wanted[row])
        assert view.lines(row, 7) == wanted[row : row + 7]
    assert view.row_of(document.line_count + 1) == len(wanted)


def test_times_find_their_lines(big: Big) -> None:
    document, _, _ = big
    for line in (1, 2, 999, 17_003, document.line_count):
        at = document.time_of(line)
        assert at is not None
        found = document.line_at(at)
        assert document.time_of(found) == at
        assert found == 1 or (document.time_of(found - 1) or 0) < at
    assert document.line_at(0) == 1
    assert document.line_at(9e9) == document.line_count + 1
    span = document.span()
    assert span is not None
    middle = (span[0] + span[1]) / 2
    shown = document.view(LineFilter(since=middle, until=middle + 60), TOKEN)
    stamps = [document.time_of(line) or 0 for line in shown.lines(0, 10_000)]
    assert stamps
    assert min(stamps) >= middle
    assert max(stamps) < middle + 60


@pytest.mark.parametrize("entries", [3, 500, 40_000])
def test_a_histogram_counts_every_line_once(opened: Open, entries: int) -> None:
    document = opened(rabbit_log(entries)[0])
    buckets = document.histogram(110)
    assert len(buckets) == 110
    assert sum(sum(bucket.counts) for bucket in buckets) == document.line_count
    assert all(one.end == other.begin for one, other in pairwise(buckets))
    errors = sum(bucket.counts[LEVELS.index("error")] for bucket in buckets)
    assert errors == document.view(LineFilter(levels=frozenset[Level](("error",))), TOKEN).row_count


def test_a_log_without_times_has_no_histogram(opened: Open) -> None:
    document = opened("hello\nworld\n")
    assert document.histogram(10) == []
    assert document.span() is None
    assert document.format == "plain"


@pytest.mark.parametrize(
    "search",
    [
        SearchFor("missed heartbeats"),
        SearchFor("MISSED HEARTBEATS", ignore_case=True),
        SearchFor(r"<0\.\d*77\.0>", regex=True),
        SearchFor(r"closing [^x]*heartbeats", regex=True),
        SearchFor(r"state:\s+starting\):$", regex=True),
        SearchFor(r"(\d)\1\1\.0>", regex=True),
        SearchFor("+00:00 ["),
        SearchFor("no such text at all"),
    ],
    ids=lambda search: search.text,
)
def test_a_search_finds_what_each_line_alone_says(big: Big, search: SearchFor) -> None:
    document, lines, _ = big
    flags = re.IGNORECASE if search.ignore_case else 0
    pattern = re.compile(search.text if search.regex else re.escape(search.text), flags)
    found = [line for hits in document.search(search, TOKEN) for line in hits.lines]
    assert found == [at for at, line in enumerate(lines, 1) if pattern.search(line)]
    later = [line for hits in document.search(search, TOKEN, 20_000) for line in hits.lines]
    assert later == [line for line in found if line >= 20_000]


LOOKED_FOR = (SearchFor("missed heart"), SearchFor("MISSED", ignore_case=True), SearchFor(r"<0\.\d*77\.0>", regex=True))


@pytest.mark.parametrize("search", LOOKED_FOR, ids=lambda search: search.text)
def test_a_search_needs_no_library(big: Big, search: SearchFor, monkeypatch: pytest.MonkeyPatch) -> None:
    document, _, _ = big
    with_it = [line for hits in document.search(search, TOKEN) for line in hits.lines]
    monkeypatch.setitem(sys.modules, "hyperscan", None)
    assert [line for hits in document.search(search, TOKEN) for line in hits.lines] == with_it
    assert with_it


@pytest.mark.parametrize("text", ["(", "a{2,1}", "[z-a]", "(?P<x>a)(?P<x>b)", "", "a\nb", "x" * 5000])
def test_what_is_no_pattern_is_told(big: Big, text: str) -> None:
    with pytest.raises(UserError) as caught:
        list(big[0].search(SearchFor(text, regex=True), TOKEN))
    assert caught.value.reference == "log-pattern"


def test_a_search_can_be_stopped(big: Big) -> None:
    token = CancelToken()
    hits = big[0].search(SearchFor("connection"), token)
    next(hits)
    token.cancel()
    with pytest.raises(Cancelled):
        list(hits)


def test_known_phrases_are_counted_and_explained(big: Big) -> None:
    document, lines, told = big
    signatures = {each.phrase: each for each in document.signatures(TOKEN)}
    for phrase, word in (
        ("rabbitmq.missed-heartbeats", "missed heartbeats"),
        ("rabbitmq.login-refused-credentials", "login refused"),
        ("rabbitmq.client-closed", "unexpectedly closed"),
    ):
        assert signatures[phrase].count == sum(word in text for _, text in told)
        first = next(at for at, line in enumerate(lines, 1) if word in line)
        assert signatures[phrase].first_line == first - 1
        known = document.explain(first)
        assert known is not None
        assert (known.phrase, known.line, known.last_line) == (phrase, first - 1, first)
    known_lines = list(document.known_lines(TOKEN))
    assert len(known_lines) == sum(each.count for each in signatures.values())
    assert [each.line for each in known_lines] == sorted(each.line for each in known_lines)
    assert document.explain(1) is None or "accepting" not in lines[0]


def test_the_next_error_is_found_both_ways(big: Big) -> None:
    document, _, _ = big
    heads = [line.number for line in document.lines(1, 5000) if line.level == "error" and not line.continuation]
    assert document.next_line(0, ("error",)) == heads[0]
    assert document.next_line(heads[0], ("error",)) == heads[1]
    assert document.next_line(heads[1], ("error",), backwards=True) == heads[0]
    assert document.next_line(heads[0], ("error",), backwards=True) is None


@given(st.lists(st.binary(max_size=90).filter(lambda line: b"\n" not in line), max_size=40), st.booleans())
@settings(max_examples=80, deadline=None)
def test_no_byte_is_fatal_and_no_line_is_lost(lines: list[bytes], ends: bool) -> None:
    import tempfile

    with tempfile.NamedTemporaryFile() as file:
        data = b"\n".join(lines) + (b"\n" if ends and lines else b"")
        file.write(data)
        file.flush()
        document = LogService().open(file.name)
        document.index_all(TOKEN)
        wide = document.store.segments[0].path == ""  # taken for UTF-16 or a compressed file
        if not wide:
            assert document.line_count == data.count(b"\n") + (0 if data.endswith(b"\n") or not data else 1)
        shown = document.lines(1, document.line_count)
        assert [line.number for line in shown] == list(range(1, document.line_count + 1))
        assert all(line.raw.isprintable() or "\t" in line.raw or not line.raw.isascii() for line in shown)
        document.signatures(TOKEN)
        document.close()


def test_growth_is_seen_line_by_line(opened: Open) -> None:
    text, _ = rabbit_log(50)
    lines = text.splitlines()
    document = opened("")
    path = Path(document.name)
    assert document.line_count == 0
    view = document.view(LineFilter(levels=frozenset[Level](("error",))), TOKEN)
    for at, line in enumerate(lines, 1):
        with path.open("ab") as file:
            file.write(line[:20].encode())
            file.flush()
            document.catch_up(TOKEN)
            assert document.line_count == at
            file.write(line[20:].encode() + b"\n")
        document.catch_up(TOKEN)
        assert document.line_count == at
        assert document.lines(at, 1)[0].raw == line
        view = document.view(LineFilter(levels=frozenset[Level](("error",))), TOKEN, after=view)
    assert document.format == "rabbitmq"
    assert view.lines(0, 1000) == [line.number for line in document.lines(1, 1000) if line.level == "error"]


MASKED = (
    "connecting to amqp://app:{p}@mq.example/prod",
    "mqtt://:{p}@10.0.0.5 failed",
    '{{password,<<"{p}">>}}',
    'default_pass => <<"{p}">>',
    'client opts {{username,<<"app">>}},{{password,"{p}"}}',
    "password={p}, user=app",
    '"password":"{p}"',
    "passwd: {p}",
    "Authorization: Basic {p}",
    "authorization: Bearer {p}",
    "api_key={p}&x=1",
    "CONNECT(Q0, Username=foo, Password={p})",
)


@pytest.mark.parametrize("line", MASKED)
def test_passwords_of_others_are_masked(opened: Open, line: str) -> None:
    secret = "Xu7-kanari9Qz"
    text = f"2026-11-20 15:56:00.991750+00:00 [error] <0.875.0> {line.format(p=secret)}\n"
    document = opened(text)
    shown = document.lines(1, 1)[0]
    assert secret not in shown.text + shown.raw
    assert MASK in shown.text
    assert secret not in str(document.tail(5)) + str(document.head(5))


def test_a_login_in_the_bytes_of_a_crash_report_is_masked(opened: Open) -> None:
    """RabbitMQ 3.10.8: the state of a connection that crashed, its packet as a list that is broken over lines."""
    secret = [*b"Xu7-kanari9Qz"]
    packet = [16, 40, 0, 4, *b"MQTT", 4, 194, 0, 60, 0, 3, *b"hal", 0, 3, *b"app", 0, len(secret), *secret]
    written = ",".join(map(str, packet))
    cut = len(",".join(map(str, packet[:-6]))) + 1
    for lines in (
        [f"    {{unexpected,<<{written}>>}}"],
        [f"    {{unexpected,<<{written[:cut]}", f"                  {written[cut:]}>>}}"],
    ):
        head = "2026-11-20 15:56:00.991750+00:00 [error] <0.875.0> crasher:"
        document = opened("\n".join([head, *lines]) + "\n")
        shown = "".join(line.raw for line in document.lines(1, 9))
        assert "<<16,40,0,4,77,81,84,84,4" in shown
        assert ",".join(map(str, secret[-6:])) not in shown
        assert ",".join(map(str, secret[:6])) not in shown
        assert MASK in shown


def test_numbers_that_are_no_packet_stay(opened: Open) -> None:
    lines = ["{bad_header,<<22,3,1,2,0,1,0,1>>}", "ports 5672, 5671, 1883, 8883", "[1,2,3]", "2026-11-20, 12, 13"]
    document = opened("\n".join(lines) + "\n")
    assert [line.raw for line in document.lines(1, 9)] == lines


def test_words_about_passwords_stay(opened: Open) -> None:
    lines = [
        "PLAIN login refused: user 'app' attempted to log in with a blank password, which is prohibited",
        "clientid: c1, reason: bad_username_or_password, username: app",
        "see https://www.rabbitmq.com/passwords.html",
        "password: undefined",
    ]
    document = opened("\n".join(lines) + "\n")
    assert [line.raw for line in document.lines(1, 9)] == lines


def test_the_secrets_of_a_run_are_masked_wherever_they_stand(opened: Open) -> None:
    redactor = Redactor(Credentials("app", Secret("kanari9Qz")))
    text = "2026-11-20 15:56:00.991750+00:00 [error] <0.875.0> odd kanari9Qz odd\n"
    document = opened(text, redactor=redactor)
    lines: list[LogLine] = [*document.lines(1, 1), *document.tail(1), *document.head(1)]
    assert all("kanari9Qz" not in line.raw + line.text for line in lines)
