"""Looking for a newer version: what is sent, what is understood, and that no server can hold it up or mislead it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import Cancelled
from mqassist.core.release import Newest, is_newer
from mqassist.net.releases import LONGEST, newest
from mqassist.services import update_address
from tests.support.peer import Peer, drip, endless, fin, noise, read_until, rst, send, silent
from tests.support.ports import wait_until

ASKED = read_until(b"\r\n\r\n")
Start = Callable[..., Peer]


def ok(body: bytes | object, head: str = "") -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return f"HTTP/1.1 200 OK\r\nContent-Length: {len(content)}\r\n{head}\r\n".encode() + content


def look(peer: Peer, path: str = "/latest", budget: float = 20.0) -> Newest:
    return newest(f"http://127.0.0.1:{peer.port}{path}", CancelToken(), budget)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("told", "understood"),
    [
        ({"tag_name": "v1.2.3", "html_url": "https://forge.example/r/1"}, Newest("1.2.3", "https://forge.example/r/1")),
        ({"version": "0.10.0", "url": "https://a.example/"}, Newest("0.10.0", "https://a.example/")),
        ({"version": "2.0"}, Newest("2.0")),
        ({"version": "2.0", "url": "http://plain.example/"}, Newest("2.0")),
        ({"version": "2.0", "url": "javascript:alert(1)"}, Newest("2.0")),
        ({"version": "2.0", "url": "file:///etc/passwd"}, Newest("2.0")),
        ({"version": "newest"}, Newest(problem="not-understood")),
        ({"version": "1.0rc1"}, Newest(problem="not-understood")),
        ({"version": 3}, Newest(problem="not-understood")),
        ({}, Newest(problem="not-understood")),
        ([1, 2], Newest(problem="not-understood")),
        (b"<html>a hotel wants you to log in</html>", Newest(problem="not-understood")),
        (b"\xff\xfe\x00", Newest(problem="not-understood")),
        (b"[" * 100_000, Newest(problem="not-understood")),
        (b"", Newest(problem="not-understood")),
    ],
)
def test_what_is_understood(scripted_peer: Start, told: object, understood: Newest) -> None:
    assert look(scripted_peer([ASKED, send(ok(told)), fin()])) == understood


def test_one_get_goes_out_and_tells_nothing(scripted_peer: Start) -> None:
    peer = scripted_peer([ASKED, send(ok({"version": "9.9"})), fin()])
    assert look(peer, "/latest?of=mqassist").version == "9.9"
    (talk,) = peer.conversations
    lines = bytes(talk.received).decode().split("\r\n")
    assert lines[0] == "GET /latest?of=mqassist HTTP/1.1"
    names = {line.partition(":")[0].lower() for line in lines[1:] if line}
    assert names == {"host", "accept", "accept-encoding", "user-agent", "connection"}
    assert "User-Agent: mqassist" in lines


def test_a_redirection_is_followed_to_where_may_be_asked(scripted_peer: Start) -> None:
    target = scripted_peer([ASKED, send(ok({"version": "1.1"})), fin()])
    moved = f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{target.port}/x\r\nContent-Length: 0\r\n\r\n"
    assert look(scripted_peer([ASKED, send(moved.encode()), fin()])).version == "1.1"


@pytest.mark.parametrize("to", ["http://forge.example/x", "ftp://forge.example/x", "file:///etc/passwd", "//"])
def test_a_redirection_elsewhere_is_not(scripted_peer: Start, to: str) -> None:
    moved = f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"
    assert look(scripted_peer([ASKED, send(moved.encode()), fin()])).problem in ("not-understood", "status")


def test_a_circle_of_redirections_ends(scripted_peer: Start) -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    peer = scripted_peer([ASKED, send(moved), fin()])
    assert look(peer) == Newest(problem="status", detail="302")
    assert len(peer.conversations) <= 4


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ([ASKED, silent()], "silent"),
        ([ASKED, drip(ok({"version": "9.9"}), 0.5)], "silent"),
        ([ASKED, send(b"HTTP/1.1 200 OK\r\n"), endless(b"X-Long: x\r\n")], "not-understood"),
        ([ASKED, send(b"HTTP/1.1 200 OK\r\n\r\n"), endless()], "too-long"),
        ([ASKED, send(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n"), endless()], "too-long"),
        ([ASKED, noise(5_000, 7), fin()], "not-understood"),
        ([ASKED, fin()], "unreachable"),
        ([ASKED, rst()], "unreachable"),
        ([ASKED, send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), fin()], "status"),
        ([ASKED, send(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}"), fin()], "not-understood"),
    ],
)
def test_no_server_holds_it_up(scripted_peer: Start, script: list[Any], problem: str) -> None:
    begun = time.monotonic()
    found = look(scripted_peer(script), budget=2.0)
    assert found.problem == problem
    assert found.version == ""
    assert time.monotonic() - begun < 30


def test_nobody_there(free_port: Callable[[], int]) -> None:
    found = newest(f"http://127.0.0.1:{free_port()}/", CancelToken())
    assert found.problem == "unreachable"
    assert found.detail


@pytest.mark.parametrize(
    "address",
    [
        "", "forge.example", "http://forge.example/x", "ftp://forge.example", "file:///etc/passwd", "https://",
        "https://user:pw@forge.example/", "https://forge.example:99999/", "https://a b/", "https://[::1", "HTTPS://ü/",
    ],
)  # fmt: skip
def test_an_address_that_does_not_fit_is_not_asked(address: str) -> None:
    assert newest(address, CancelToken()) == Newest(problem="address")


def test_a_stop_ends_it_at_once(scripted_peer: Start) -> None:
    token = CancelToken()
    peer = scripted_peer([ASKED, silent()])
    ended: list[str] = []

    def ask() -> None:
        try:
            newest(f"http://127.0.0.1:{peer.port}/", token, 60.0)
        except Cancelled:
            ended.append("cancelled")

    thread = threading.Thread(target=ask)
    thread.start()
    wait_until(lambda: any(talk.received for talk in peer.conversations), "it was asked", 20)
    token.cancel()
    thread.join(20)
    assert ended == ["cancelled"]


@pytest.mark.parametrize(
    ("version", "than", "newer"),
    [
        ("0.10.0", "0.9.1", True), ("0.9.1", "0.10.0", False), ("1.0", "1.0.0", False), ("1.0.1", "1.0", True),
        ("v2.0", "1.9.9", True), ("", "0.1", False), ("2", "0.1", False), ("2.0-beta", "0.1", False),
        ("٢.٠", "0.1", False),
    ],
)  # fmt: skip
def test_versions_are_compared_as_numbers(version: str, than: str, newer: bool) -> None:
    assert is_newer(version, than) is newer


def test_a_checkout_asks_nobody() -> None:
    assert update_address() == ""
    assert LONGEST < 1_000_000
