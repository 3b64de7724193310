"""Several logs as one, by time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import Cancelled, UserError
from mqassist.logs import order as ordering
from mqassist.logs.document import LogDocument
from mqassist.logs.order import line_times
from mqassist.logs.service import LogService
from mqassist.logs.together import Together

TOKEN = CancelToken()


@contextmanager
def opened(folder: Path, *texts: str) -> Iterator[list[LogDocument]]:
    documents = []
    for at, text in enumerate(texts):
        (folder / f"{at}.log").write_text(text)
        documents.append(LogService().open(str(folder / f"{at}.log")))
    try:
        yield documents
    finally:
        for document in documents:
            document.close()


def rabbit(seconds: float, text: str) -> str:
    minute, second = divmod(seconds, 60)
    return f"2026-11-20 15:{int(minute):02}:{second:09.6f}+00:00 [info] <0.8.0> {text}\n"


def test_lines_are_in_the_order_of_their_times(tmp_path: Path) -> None:
    dice = random.Random(3)
    moments = sorted(round(dice.uniform(0, 3000), 6) for _ in range(9000))
    owner = [dice.randrange(3) for _ in moments]
    texts = ["".join(rabbit(at, f"{at}") for at, own in zip(moments, owner, strict=True) if own == n) for n in range(3)]
    with opened(tmp_path, *texts) as documents:
        merged = LogService().together(documents, TOKEN)
        assert merged.line_count == 9000
        assert [float(line.text) for line in merged.lines(1, 10_000)] == moments
        assert [merged.local(number)[0] for number in range(1, 9001)] == owner
        for number in range(1, 9001, 997):
            assert merged.number(*merged.local(number)) == number
        assert merged.lines(9001, 5) == []


def test_messages_stay_whole_and_other_stamps_fit_in(tmp_path: Path) -> None:
    one = rabbit(1, "a") + rabbit(3, "b") + rabbit(3, "b, more")
    two = "1795186801: New connection from 10.0.0.7:41234 on port 1883.\n1795186802: Client s7 disconnected.\n"
    with opened(tmp_path, one, two) as documents:
        merged = Together(documents, TOKEN)
        assert [line.text[:6] for line in merged.lines(1, 9)] == ["a", "New co", "Client", "b", "b, mor"]


def test_each_log_keeps_its_order(tmp_path: Path) -> None:
    text = "no time\n" + rabbit(5, "late") + rabbit(1, "early") + "plain\n" + rabbit(9, "end")
    with opened(tmp_path, text) as documents:
        documents[0].index_all(TOKEN)
        times = line_times(documents[0], TOKEN)
        assert times[0] == 0
        assert list(times) == sorted(times)
        assert [line.text for line in Together(documents, TOKEN).lines(1, 9)] == [
            "no time", "late", "early", "plain", "end",
        ]  # fmt: skip


def test_the_quick_way_reads_the_same_times(tmp_path: Path) -> None:
    text = "".join(rabbit(at * 7.123457, "x") for at in range(400)) + "2026-11-20 15:47:27.5 [info] <0.8.0> short\n"
    with opened(tmp_path, text) as documents:
        documents[0].index_all(TOKEN)
        times = line_times(documents[0], TOKEN).tolist()
        exact = [line.at for line in documents[0].lines(1, 401)]
        assert times == pytest.approx(exact, abs=1e-5)


def test_too_many_lines_and_a_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path, rabbit(1, "a") * 20) as documents:
        token = CancelToken()
        token.cancel()
        with pytest.raises(Cancelled):
            Together(documents, token)
        monkeypatch.setattr(ordering, "MAX_LINES", 10)
        with pytest.raises(UserError) as caught:
            Together(documents, TOKEN)
        assert caught.value.reference == "log-merge"


def stopped() -> CancelToken:
    token = CancelToken()
    token.cancel()
    return token


def test_a_wrong_clock_is_put_right(tmp_path: Path) -> None:
    """Order, times, spans and stories follow; the text of a line stays as the log has it."""
    one = rabbit(10, "a") + rabbit(12, "b")
    two = rabbit(1810.5, "accepting AMQP connection <0.8.0> (10.0.0.7:41234 -> 10.0.0.5:5672)") + rabbit(1813, "d")
    with opened(tmp_path, one, two) as documents:
        merged = Together(documents, TOKEN)
        assert [line.text[:1] for line in merged.lines(1, 9)] == ["a", "b", "a", "d"]
        before = merged.lines(1, 1)[0].at or 0
        merged.set_clock_offsets((0, -1800), TOKEN)
        assert [merged.local(number) for number in range(1, 5)] == [(0, 1), (1, 1), (0, 2), (1, 2)]
        assert [line.at for line in merged.lines(1, 4)] == [before, before + 0.5, before + 2, before + 3]
        assert "15:30:10.5" in merged.lines(2, 1)[0].raw
        assert merged.line_at(before + 1) == 3
        assert documents[1].span() == (before + 0.5, before + 3)
        story = merged.stories().of_line(2, TOKEN)
        assert story is not None
        assert story.begun == before + 0.5
        assert merged.generation == 1
        with pytest.raises(Cancelled):
            merged.set_clock_offsets((5, 5), stopped())
        assert merged.clock_offsets == (0, -1800)
        assert merged.line_at(before + 1) == 3


def accepted(at: float, port: int) -> str:
    return rabbit(at, f"accepting AMQP connection <0.{port}.0> (10.0.0.7:{port} -> 10.0.0.5:5672)")


BALANCED = "10.0.0.7:{port} [20/Nov/2026:15:{minute:02}:{second:06.3f}] amqp amqp/mq1 1/0/9 0 -- 2/2/2/2/0 0/0\n"


def balanced(at: float, port: int) -> str:
    minute, second = divmod(at, 60)
    return BALANCED.format(port=port, minute=int(minute), second=second)


def test_clocks_that_are_apart_are_told_by_connections_in_both(tmp_path: Path) -> None:
    dice = random.Random(5)
    moments = [(at * 20.0, 41000 + at) for at in range(30)]
    broker = "".join(accepted(at + dice.uniform(0.001, 0.004), port) for at, port in moments)
    proxy = "".join(balanced(at + 97.25, port) for at, port in moments)
    with opened(tmp_path, broker, proxy, rabbit(3, "somebody else")) as documents:
        merged = Together(documents, TOKEN)
        (hint,) = merged.clock_hints(TOKEN)
        assert (hint.log, hint.against, hint.pairs) == (1, 0, 30)
        assert hint.seconds == pytest.approx(-97.25, abs=0.005)
        assert hint.spread < 0.005
        assert hint.name == f"10.0.0.7:{41000 + hint.line - 1}"
        assert merged.clock_offsets == (0, 0, 0), "a hint changes nothing"
        merged.set_clock_offsets((0, hint.seconds, 0), TOKEN)
        assert merged.clock_hints(TOKEN) == []
        with pytest.raises(Cancelled):
            merged.clock_hints(stopped())


def test_connections_that_say_different_things_are_no_hint(tmp_path: Path) -> None:
    broker = "".join(accepted(at * 20.0, 41000 + at) for at in range(10))
    proxy = "".join(balanced(at * 90.0, 41000 + at) for at in range(10))
    with opened(tmp_path, broker, proxy) as documents:
        assert Together(documents, TOKEN).clock_hints(TOKEN) == []


def test_a_client_and_its_broker(tmp_path: Path) -> None:
    """By the id of the client, where the broker knows the address of a gateway only."""
    broker = "1795186801: New client connected from 10.0.0.1:9 as press-7 (p2, c1, k60).\n"
    client = rabbit(30, "connecting with client_id=press-7") + rabbit(31, "a client connected as usual")
    with opened(tmp_path, broker, client) as documents:
        (hint,) = Together(documents, TOKEN).clock_hints(TOKEN)
        assert (hint.name, hint.pairs, hint.seconds) == ("press-7", 1, 1795186801 - 1795186830)


def test_whole_seconds_are_no_clock_that_is_wrong(tmp_path: Path) -> None:
    broker = "".join(
        f"{1795186801 + at}: New client connected from 10.0.0.1:9 as press-{at} (p2, c1, k60).\n" for at in range(6)
    )
    client = "".join(
        f"2026-11-20 15:00:{1 + at:02},700 DEBUG paho.mqtt.client: Sending CONNECT client_id=b'press-{at}'\n"
        for at in range(6)
    )
    with opened(tmp_path, broker, client, client.replace(" 15:", " 16:")) as documents:
        (hint,) = Together(documents, TOKEN).clock_hints(TOKEN)
        assert (hint.log, hint.against, hint.pairs) == (2, 0, 6)
        assert hint.seconds == -3600.7
