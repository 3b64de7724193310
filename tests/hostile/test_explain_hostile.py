"""Texts made to hurt: endless lines, our own words in every order, bombs for regular expressions, escapes, markup."""

from __future__ import annotations

import random
import re
import time

import pytest

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import Cancelled
from mqassist.services import build_services

SERVICES = build_services("en")
SIZE = 1_000_000
LONGEST_S = 10.0
"""Of the processor's time; half a second as a rule. A pattern that is not linear would take minutes."""
OUR_WORDS = ["connection", "refused", "timed", "out", "certificate", "unknown", "login", "vhost", "not", "found"]


def shuffled() -> str:
    choose = random.Random(7)
    return "\n".join(" ".join(choose.choices(OUR_WORDS, k=12)) for _ in range(SIZE // 90))


TEXTS = {
    "one letter": "a" * SIZE,
    "endless line": ("connection refused by login " * (SIZE // 28)),
    "our words in any order": shuffled(),
    "open brackets": "<<" * (SIZE // 2),
    "numbers and commas": "<<" + "1," * (SIZE // 2),
    "hex": "16 03 01 " * (SIZE // 9),
    "escapes": "\x1b[31m" * (SIZE // 5),
    "open escapes": "\x1b]" * (SIZE // 2),
    "quotes": "'" * SIZE,
    "logins": "://a:b" * (SIZE // 6),
    "passwords": "password=" * (SIZE // 9),
    "tokens": "eyJ" * (SIZE // 3),
    "users": "user '" * (SIZE // 6),
    "blanks": " " * SIZE,
    "empty lines": "\n" * SIZE,
    "chinese": "连接被拒绝无法解析" * (SIZE // 9),
    "markup": "<script>alert(1)</script><b>" * (SIZE // 28),
    "half surrogates": "\ud800 ECONNREFUSED " * (SIZE // 15),
    "ssl errors": "error:0A000126:SSL routines:" * (SIZE // 28),
    "joined names": "mqtt error BadUserName_" * 1_700,
    "one joined name": "error_" + "BadUserName_" * 3_000,
    "erlang": "{ssl_error,{tls_alert," * (SIZE // 22),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_it_is_read_in_bounded_time(text: str) -> None:
    began = time.thread_time()
    explained = SERVICES.explain(text)
    assert time.thread_time() - began < LONGEST_S
    assert len(explained.marks) <= 60
    SERVICES.present_explanation(explained)


def test_nothing_that_moves_a_cursor_is_left() -> None:
    explained = SERVICES.explain("\x1b[2J\x1b]0;title\x07safe\u202etxt.exe\x00\x9b31m ECONNREFUSED 10.0.0.5:5672")
    assert re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", explained.text) is None
    assert explained.cause == "net.connection-refused"


def test_markup_is_text() -> None:
    explained = SERVICES.explain("<b>ECONNREFUSED</b> <script>alert(1)</script> 10.0.0.5:5672")
    assert "<script>alert(1)</script>" in explained.text
    assert explained.cause == "net.connection-refused"


def test_reading_can_be_stopped() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        SERVICES.explain("x" * 1000, token)
