"""`--proxy` URLs: what they mean, and that their password goes nowhere."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mqassist.core.errors import UserError
from mqassist.core.proxy_target import masked_proxy, parse_proxy, split_proxy
from tests.support.canary import CANARY


@pytest.mark.parametrize(
    ("url", "shown", "kind", "host", "port"),
    [
        ("http://proxy.example:3128", "http://proxy.example:3128", "http", "proxy.example", 3128),
        ("http://proxy.example", "http://proxy.example:8080", "http", "proxy.example", 8080),
        ("proxy.example:3128", "http://proxy.example:3128", "http", "proxy.example", 3128),
        ("socks5://10.0.0.1", "socks5://10.0.0.1:1080", "socks5", "10.0.0.1", 1080),
        ("socks5h://[2001:db8::1]:9", "socks5://[2001:db8::1]:9", "socks5", "2001:db8::1", 9),
        (" http://proxy:1/ ", "http://proxy:1", "http", "proxy", 1),
    ],
)
def test_what_a_proxy_url_means(url: str, shown: str, kind: str, host: str, port: int) -> None:
    clean, password, facts = split_proxy(url)
    assert (clean, password) == (shown, None)
    assert facts == {"proxy.kind": kind, "proxy.host": host, "proxy.port": port, "proxy.login_given": False}
    assert parse_proxy(clean) == parse_proxy(url)


def test_the_password_is_taken_out_and_decoded() -> None:
    clean, password, facts = split_proxy(f"socks5://me%40home:{quote(CANARY, safe='')}%21@proxy:1080")
    assert clean == "socks5://me%40home@proxy:1080"
    assert parse_proxy(clean).username == "me@home"
    assert password is not None
    assert password.reveal() == CANARY + "!"
    assert CANARY not in f"{clean} {facts} {parse_proxy(clean)!r}"


@pytest.mark.parametrize(
    "url",
    [
        f"ftp://me:{CANARY}@proxy:1",
        f"https://me:{CANARY}@proxy:1",
        f"http://me:{CANARY}@proxy:notaport",
        f"http://me:{CANARY}@:8080",
        f"http://me:{CANARY}@proxy:70000",
        f"http://me:{CANARY}@[::1",
        "http://me:12/3@proxy:8080",
        "http://me:12#3@proxy:8080",
        "http://",
        "",
    ],
)
def test_what_cannot_be_a_proxy_is_said_without_the_password(url: str) -> None:
    with pytest.raises(UserError) as caught:
        split_proxy(url)
    assert caught.value.reference == "proxy-url"
    assert CANARY not in f"{caught.value} {caught.value.parameters}"


@given(st.text(max_size=40), st.text("abc@:/#?%[]", max_size=20))
@example("://", "")
def test_masking_never_shows_what_may_be_a_password(host: str, before: str) -> None:
    assert CANARY not in masked_proxy(f"http://{before}:{CANARY}@{host}")
    assert CANARY not in masked_proxy(f"me:{CANARY}@{host}")
