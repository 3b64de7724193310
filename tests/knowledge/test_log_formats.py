"""Each log format reads its own samples, and no other format reads them better."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqassist.knowledge.files import Json
from mqassist.logs.formats import Format, detect, load_formats, read_entries
from mqassist.logs.times import read_time

FORMATS = load_formats()
SAMPLES = [(form, sample) for form in FORMATS for sample in form.samples]


@pytest.mark.parametrize(("form", "sample"), SAMPLES, ids=[f"{form.id}-{at}" for at, (form, _) in enumerate(SAMPLES)])
def test_a_sample_is_read_as_it_says(form: Format, sample: Json) -> None:
    lines = sample["text"].strip("\n").split("\n")
    assert detect(lines, FORMATS) == form
    entries = list(read_entries(lines, form))
    assert len(entries) == sample["entries"]
    first = entries[0]
    at = None if sample["at"] == "none" else sample["at"]
    assert (first.at, first.level, first.source) == (at, sample["level"], sample["origin"])
    assert sample["says"] in first.text
    assert [entry.line for entry in entries] == sorted({entry.line for entry in entries})
    assert entries[-1].last_line == len(lines)


def test_unknown_text_is_plain_and_keeps_its_lines() -> None:
    lines = ["hello", "", "world at large"]
    assert detect(lines, FORMATS) is None
    assert [(entry.line, entry.text, entry.level) for entry in read_entries(lines, None)] == [
        (1, "hello", "unknown"), (2, "", "unknown"), (3, "world at large", "unknown"),
    ]  # fmt: skip


@given(st.lists(st.text(max_size=60), max_size=30), st.sampled_from([None, *FORMATS]))
def test_no_line_is_lost_whatever_the_text(lines: list[str], form: Format | None) -> None:
    lines = [line.replace("\n", " ").replace("\r", " ") for line in lines]
    entries = list(read_entries(lines, form))
    covered = [number for entry in entries for number in range(entry.line, entry.last_line + 1)]
    assert covered == list(range(1, len(lines) + 1))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-11-20 15:56:01.500000+00:00", 1795190161.5),
        ("2026-11-20 16:56:01.500+01:00", 1795190161.5),
        ("2026-11-20T15:56:01Z", 1795190161.0),
        ("20-Nov-2026::15:56:01", 1795190161.0),
        ("1795190161", 1795190161.0),
        ("1795190161500", 1795190161.5),
        ("2026-13-20 15:56:01", None),
        ("99-Xxx-2026::15:56:01", None),
        ("", None),
        ("12345", None),
    ],
)
def test_times(text: str, seconds: float | None) -> None:
    assert read_time(text) == seconds
