"""Runs on disk: all there, newest first, bounded, whole after whatever happens to the files or beside them."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mqassist.core.errors import UserError
from mqassist.core.record import changed
from mqassist.core.runs import Keeping, KeptRun, RunFilter, since
from mqassist.history.files import head_line
from mqassist.history.store import History
from tests.support.cli import ROOT

HEAD = KeptRun(
    "", "", "", 12.5, "amqp://orders@mq.example/prod", "amqp", "mq.example", 5672, "healthy", "works", "", "Works", "en"
)


def head(number: int) -> KeptRun:
    run, second = f"{number:08x}", number % 60
    started = f"2026-01-{1 + number // 86400:02d}T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{second:02d}.000Z"
    stamp = "".join(character for character in started if character.isalnum())
    return changed(HEAD, id=f"{stamp}-{run}", run=run, started_at=started)


def document(size: int = 0) -> str:
    return json.dumps({"schema": "mqassist.report/1", "padding": "x" * size})


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(str(tmp_path / "history"))


def filled(history: History, count: int, size: int = 0) -> list[KeptRun]:
    heads = [head(number) for number in range(count)]
    for each in heads:
        history.add(each, document(size))
    return heads


def test_what_is_kept_is_there_newest_first(history: History) -> None:
    assert history.runs().runs == ()
    heads = filled(history, 5)
    assert [run.run for run in history.runs().runs] == [each.run for each in reversed(heads)]
    assert history.document(heads[2].id)["schema"] == "mqassist.report/1"


def test_only_the_owner_reads_them(history: History) -> None:
    filled(history, 1)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in Path(history.folder).iterdir()}
    on_windows = sys.platform == "win32"  # there the folder of the person is what protects them
    assert modes == {0o666 if on_windows else 0o600}
    assert stat.S_IMODE(Path(history.folder).stat().st_mode) == (0o777 if on_windows else 0o700)


def test_the_oldest_go_beyond_the_number_and_pinned_ones_stay(history: History) -> None:
    history.set_keeping(Keeping(runs=10))
    first = head(0)
    history.add(first, document())
    history.pin(first.id, True)
    for number in range(1, 31):
        history.add(head(number), document())
    runs = history.runs().runs
    assert [run.run for run in runs] == [head(number).run for number in range(30, 20, -1)] + [first.run]
    assert [run.run for run in runs if run.pinned] == [first.run]
    history.pin(first.id, False)
    history.add(head(31), document())
    assert first.run not in [run.run for run in history.runs().runs]


def test_the_oldest_go_beyond_the_bytes(history: History) -> None:
    history.set_keeping(Keeping(megabytes=1))
    for number in range(64):
        history.add(head(number), document(40_000))
    runs = history.runs().runs
    assert sum(run.size for run in runs) <= 1_000_000 + 16 * 41_000
    assert runs[0].run == head(63).run
    history.prune()
    assert sum(run.size for run in history.runs().runs) <= 1_000_000


def test_a_damaged_run_is_set_aside_and_told(history: History) -> None:
    heads = filled(history, 4)
    folder = Path(history.folder)
    (folder / f"{heads[0].id}.json").write_bytes(b"\x00\xff")
    (folder / f"{heads[1].id}.json").write_text("")
    (folder / "index.lines").unlink()
    found = history.runs()
    assert [run.run for run in found.runs] == [heads[3].run, heads[2].run]
    assert len(found.damaged) == 2
    assert all(Path(name).exists() for name in found.damaged)
    assert history.runs().damaged == found.damaged


def test_a_report_cut_short_is_told_when_it_is_opened(history: History) -> None:
    (kept,) = filled(history, 1)
    path = Path(history.folder) / f"{kept.id}.json"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UserError) as told:
        history.document(kept.id)
    assert told.value.reference == "history.damaged"
    assert Path(str(told.value.parameters["file"])).exists()
    assert history.runs().runs == ()


def test_a_newer_version_s_run_is_left_alone(history: History) -> None:
    (kept,) = filled(history, 1)
    folder = Path(history.folder)
    newer = folder / "20990101T000000000Z-ffffffff.json"
    newer.write_text('{"format": 2}\n{}\n')
    found = history.runs()
    assert ([run.run for run in found.runs], found.newer, found.damaged) == ([kept.run], 1, ())
    assert newer.exists()


@pytest.mark.parametrize("index", [b"", b"not JSON\n{]\n", b'{"format":1,"id":"x","run":"x"}\n' * 300, None])
def test_a_wrong_index_makes_no_wrong_list(history: History, index: bytes | None) -> None:
    heads = filled(history, 6)
    path = Path(history.folder) / "index.lines"
    if index is None:
        path.unlink()
    else:
        path.write_bytes(index)
    for _ in range(2):
        assert [run.run for run in history.runs().runs] == [each.run for each in reversed(heads)]


def test_settings_that_cannot_be_read_are_the_defaults(history: History) -> None:
    history.set_keeping(Keeping(False, 7, 3))
    assert History(history.folder).keeping() == Keeping(False, 7, 3)
    for content in ("", "[]", '{"on": 1, "runs": 5, "megabytes": 5}', '{"on": true, "runs": 0, "megabytes": 5}'):
        (Path(history.folder) / "settings.json").write_text(content)
        assert history.keeping() == Keeping()


def test_deleting_can_be_undone_until_it_is_forgotten(history: History) -> None:
    heads = filled(history, 3)
    history.pin(heads[1].id, True)
    assert history.delete([heads[1].id, "unknown"]) == (heads[1].id,)
    assert heads[1].run not in [run.run for run in history.runs().runs]
    assert history.restore([heads[1].id]) == (heads[1].id,)
    assert [run.pinned for run in history.runs().runs] == [False, True, False]
    history.delete([heads[1].id])
    history.forget([heads[1].id])
    assert history.restore([heads[1].id]) == ()
    assert not [name for name in os.listdir(history.folder) if heads[1].id in name]


def test_what_a_dead_process_left_is_removed_later(history: History) -> None:
    filled(history, 2)
    folder = Path(history.folder)
    for name in ("x.json.1.new", "y.json.deleted"):
        (folder / name).write_text("half")
        os.utime(folder / name, (time.time() - 7200,) * 2)
    (folder / "z.json.2.new").write_text("being written now")
    history.prune()
    assert {path.name for path in folder.iterdir() if "json." in path.name} == {"z.json.2.new"}


def test_runs_are_found_by_what_people_type(history: History) -> None:
    with pytest.raises(UserError, match="no run is kept"):
        history.find("last")
    heads = filled(history, 20)
    assert history.find("last").run == heads[-1].run
    assert history.find(heads[3].run).id == heads[3].id
    assert history.find(heads[3].id).id == heads[3].id
    assert history.find("00000013").run == heads[19].run
    for word, reference in (("0000", "history.ambiguous"), ("abc", "history.unknown"), ("", "history.unknown")):
        with pytest.raises(UserError) as told:
            history.find(word)
        assert told.value.reference == reference


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError) as told:
        History(str(tmp_path / "file" / "history")).add(head(1), document())
    assert told.value.reference == "history.not-written"
    assert History(str(tmp_path / "file" / "history")).runs().runs == ()


WRITER = """
import sys
from tests.unit.test_history_store import History, document, filled, head
history = History(sys.argv[1])
for number in range(int(sys.argv[2]), int(sys.argv[2]) + 60):
    history.add(head(number), document(500))
    history.runs()
"""


def test_two_processes_at_once_lose_nothing(history: History) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, history.folder, str(start)], cwd=ROOT) for start in (0, 1000)
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    found = history.runs()
    assert len(found.runs) == 120
    assert found.damaged == ()
    assert not [name for name in os.listdir(history.folder) if name.endswith(".new")]


def test_two_processes_that_drop_the_oldest_agree(history: History) -> None:
    history.set_keeping(Keeping(runs=25))
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, history.folder, str(start)], cwd=ROOT) for start in (0, 1000)
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    history.prune()
    assert len(history.runs().runs) == 25


def test_listing_thousands_reads_no_run(history: History) -> None:
    """What makes it instant: one index and one look into the folder, not one open for each run."""
    heads = [head(number) for number in range(5000)]
    os.makedirs(history.folder)
    for each in heads:
        (Path(history.folder) / f"{each.id}.json").write_text("unread\n")
    (Path(history.folder) / "index.lines").write_text("".join(head_line(each) + "\n" for each in heads))
    opened: list[str] = []
    sys.addaudithook(lambda name, given: opened.append(str(given[0])) if name == "open" and _counting else None)
    _counting.append(True)
    try:
        found = history.runs()
    finally:
        _counting.clear()
    assert len(found.runs) == 5000
    assert [name for name in opened if name.startswith(history.folder)] == [os.path.join(history.folder, "index.lines")]


_counting: list[bool] = []


@pytest.mark.parametrize(
    ("narrow", "count"),
    [
        (RunFilter(), 3),
        (RunFilter(text="ORDERS"), 2),
        (RunFilter(text="refused"), 1),
        (RunFilter(statuses=("broken",)), 1),
        (RunFilter(since="2026-01-01T00:00:01.000Z"), 2),
        (RunFilter(profile="p"), 1),
        (RunFilter(pinned=True), 1),
        (RunFilter(text="orders", statuses=("broken",)), 0),
    ],
)
def test_a_list_is_narrowed(narrow: RunFilter, count: int) -> None:
    broken = changed(head(2), target="mqtt://m", status="broken", title="refused", profile="p", pinned=True)
    assert sum(narrow.takes(run) for run in (head(0), head(1), broken)) == count


@pytest.mark.parametrize(
    ("word", "seconds"), [("30m", 1800), ("24h", 86400), ("7d", 604800), ("2w", 1209600), ("2026-01-02T00:00:00Z", 0)]
)
def test_since_takes_spans_and_dates(word: str, seconds: int) -> None:
    now = 1_767_312_000.0  # 2026-01-02 00:00:00 UTC
    expected = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(now - seconds))
    assert since(word, now) == expected


@pytest.mark.parametrize("word", ["", "x", "7", "-3d", "2026-13-01", "d"])
def test_since_refuses_anything_else(word: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        since(word, 0.0)
