"""Several logs as one, by time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import Cancelled, UserError
from mqassist.logs import merged as merging
from mqassist.logs.document import LogDocument
from mqassist.logs.merged import Merged, line_times
from mqassist.logs.service import LogService

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
        merged = LogService().merged(documents, TOKEN)
        assert merged.row_count == 9000
        lines = merged.lines(0, 10_000)
        assert [float(line.text) for _, line in lines] == moments
        assert [own for own, _ in lines] == owner
        for row in range(0, 9000, 997):
            own, line = merged.lines(row, 1)[0]
            assert merged.row_of(own, line.number) == row
        assert merged.lines(9000, 5) == []


def test_messages_stay_whole_and_other_stamps_fit_in(tmp_path: Path) -> None:
    one = rabbit(1, "a") + rabbit(3, "b") + rabbit(3, "b, more")
    two = "1795186801: New connection from 10.0.0.7:41234 on port 1883.\n1795186802: Client s7 disconnected.\n"
    with opened(tmp_path, one, two) as documents:
        merged = Merged(documents, TOKEN)
        assert [line.text[:6] for _, line in merged.lines(0, 9)] == ["a", "New co", "Client", "b", "b, mor"]


def test_each_log_keeps_its_order(tmp_path: Path) -> None:
    text = "no time\n" + rabbit(5, "late") + rabbit(1, "early") + "plain\n" + rabbit(9, "end")
    with opened(tmp_path, text) as documents:
        documents[0].index_all(TOKEN)
        times = line_times(documents[0], TOKEN)
        assert times[0] == 0
        assert list(times) == sorted(times)
        assert [line.number for _, line in Merged(documents, TOKEN).lines(0, 9)] == [1, 2, 3, 4, 5]


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
            Merged(documents, token)
        monkeypatch.setattr(merging, "MAX_LINES", 10)
        with pytest.raises(UserError) as caught:
            Merged(documents, TOKEN)
        assert caught.value.reference == "log-merge"
