"""Terminal cells: Chinese takes two, lines never overflow, nothing is lost, controls become visible."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqassist.report.cells import cells, cut, padded, printable, wrapped


@pytest.mark.parametrize(
    ("text", "width"), [("", 0), ("abc", 3), ("协议", 4), ("TLS 握手", 8), ("e\u0301", 1), ("✔", 1)]
)
def test_cells(text: str, width: int) -> None:
    assert cells(text) == width
    assert cells(padded(text, 12)) == 12


@given(st.text(max_size=300), st.integers(min_value=4, max_value=80))
def test_wrapped_lines_fit_and_lose_nothing(text: str, width: int) -> None:
    shown = printable(text)
    lines = wrapped(shown, width)
    assert "".join("".join(lines).split()) == "".join(shown.split())
    assert all(cells(line) <= width for line in lines)


@given(st.text(max_size=200), st.integers(min_value=3, max_value=40))
def test_cut_text_fits(text: str, width: int) -> None:
    assert cells(cut(text, width)) <= width


@given(st.text(st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp"]), min_size=1, max_size=20))
def test_controls_become_visible(text: str) -> None:
    assert not [c for c in printable(text) if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert not set(printable(text)) & set("\u200b\u200e\u202e\u2066\ufeff")


def test_what_people_write_is_left_alone() -> None:
    assert printable("密码“对”，naïve – 30 ms · Größe") == "密码“对”，naïve – 30 ms · Größe"


def test_closing_marks_do_not_begin_a_line() -> None:
    assert all(line[0] not in "，。）" for line in wrapped("网络正常，密码正确。（已验证）" * 6, 17))
