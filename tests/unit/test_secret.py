"""Secrets do not show, do not travel, and are removed in every form in which they might leave."""

from __future__ import annotations

import base64
import copy
import json
import pickle
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqassist.core.secret import MASK, Credentials, Redactor, Secret


def test_a_secret_shows_a_mask_everywhere() -> None:
    secret = Secret("hunter2-hunter2")
    shown = [repr(secret), str(secret), f"{secret}", f"{secret:>20}", repr(Credentials("u", secret)), repr([secret])]
    assert all("hunter2" not in text for text in shown)
    assert all(MASK in text for text in shown)


def test_a_secret_cannot_be_stored_or_copied_by_accident() -> None:
    secret = Secret("hunter2-hunter2")
    for store in (pickle.dumps, copy.copy, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError):
            store(secret)


@given(st.text(min_size=4, max_size=20), st.sampled_from(["u", "müller", "a:b"]))
def test_every_form_is_removed_from_text_and_bytes(password: str, user: str) -> None:
    redactor = Redactor(Credentials(user, Secret(password)))
    forms = [
        f"amqp://{quote(user, safe='')}:{quote(password, safe='')}@h",
        base64.b64encode(f"{user}:{password}".encode()).decode(),
        f"\0{user}\0{password}",
        quote(password, safe=""),
    ]
    for form in forms:
        if password not in MASK:
            assert password not in redactor.text(f"a {form} b")
    assert f"\0{user}\0{password}".encode() not in redactor.data(f"x\0{user}\0{password}y".encode())


def test_masked_bytes_keep_their_length() -> None:
    redactor = Redactor(Credentials("u", Secret("hunter2")))
    assert redactor.data(b"a hunter2 b") == b"a ******* b"


def test_guest_guest_keeps_the_user_name_readable_but_not_the_login() -> None:
    redactor = Redactor(Credentials("guest", Secret("guest")))
    assert redactor.text("user guest can only connect via localhost") == "user guest can only connect via localhost"
    assert redactor.text("amqp://guest:guest@h") == f"amqp://{MASK}h"


def test_a_short_secret_does_not_black_out_the_text() -> None:
    assert Redactor(Credentials("u", Secret("a"))).text("a banana") == "a banana"


def test_the_key_and_proxy_passwords_are_secrets_too() -> None:
    redactor = Redactor(Credentials("u", None, Secret("key-secret"), Secret("proxy-secret")))
    assert redactor.text("key-secret proxy-secret") == f"{MASK} {MASK}"


def test_a_secret_inside_a_public_word_does_not_show_as_a_gap_in_it() -> None:
    redactor = Redactor(Credentials("u", Secret("rabbit")), public=("rabbitmq.example.com",))
    assert redactor.text("rabbitmq.example.com refused") == "rabbitmq.example.com refused"
    assert redactor.text("u:rabbit@h") == f"{MASK}h"


def test_a_secret_that_a_broker_logs_byte_by_byte() -> None:
    redactor = Redactor(Credentials("u", Secret("hunter2")))
    dumped = "unexpected bytes <<16,24,0,4,104,117,110,116,101,114,50,0>>"  # as Erlang prints a binary
    assert redactor.text(dumped) == f"unexpected bytes <<16,24,0,4,{MASK},0>>"
    for pause in ("\n                  ", "\\n   ", " "):  # in a crash report, also shown as one line
        broken = f"<<16,24,104,117,{pause}110,116,101,{pause}114,50>>"
        assert redactor.text(broken) == f"<<16,24,{MASK}>>"
    assert redactor.text("104,117,110,116,101,114,5") == "104,117,110,116,101,114,5"
