"""The scripted peer plays what it is told: tests of hostile behaviour are worth nothing otherwise."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable

import pytest

from tests.support.canary import CANARY, leaks
from tests.support.peer import Peer, drip, fin, half_close, noise, read, rst, send, tls
from tests.support.pki import Pki


def connect(peer: Peer) -> socket.socket:
    return socket.create_connection((peer.host, peer.port), 5)


def test_it_answers_after_reading(scripted_peer: Callable[..., Peer]) -> None:
    peer = scripted_peer([read(4), send(b"pong"), fin()])
    with connect(peer) as client:
        client.sendall(b"ping")
        assert client.recv(10) == b"pong"
        assert client.recv(10) == b""
    assert peer.conversations[0].received == b"ping"


def test_it_resets(scripted_peer: Callable[..., Peer]) -> None:
    with connect(scripted_peer([read(1), rst()])) as client:
        client.sendall(b"x")
        with pytest.raises(ConnectionResetError):
            client.recv(1)


def test_it_reads_on_after_a_half_close(scripted_peer: Callable[..., Peer]) -> None:
    peer = scripted_peer([half_close(), read(5), rst()])
    with connect(peer) as client:
        assert client.recv(1) == b""
        client.sendall(b"hello")
    peer.stop()
    assert peer.conversations[0].received == b"hello"


def test_it_drips_and_makes_the_same_noise(scripted_peer: Callable[..., Peer]) -> None:
    with connect(scripted_peer([drip(b"ab", every=0.01)])) as client:
        assert [client.recv(1) for _ in range(4)] == [b"a", b"b", b"\0", b"\0"]
    peer = scripted_peer([noise(16, seed=7), fin()])
    with connect(peer) as one, connect(peer) as two:
        assert one.recv(16, socket.MSG_WAITALL) == two.recv(16, socket.MSG_WAITALL)


def test_each_connection_may_have_its_own_script(scripted_peer: Callable[..., Peer]) -> None:
    peer = scripted_peer(lambda number: [send(str(number).encode()), fin()])
    with connect(peer) as one:
        assert one.recv(1) == b"0"
    with connect(peer) as two:
        assert two.recv(1) == b"1"


def test_it_speaks_tls(scripted_peer: Callable[..., Peer], pki: Pki) -> None:
    peer = scripted_peer([tls(pki.server), read(2), send(b"ok"), fin()])
    context = ssl.create_default_context(cafile=str(pki.ca))
    with connect(peer) as plain, context.wrap_socket(plain, server_hostname="localhost") as client:
        client.sendall(b"hi")
        assert client.recv(2) == b"ok"


@pytest.mark.parametrize(
    "text", [CANARY, f"x{CANARY}y", CANARY.encode().hex(), f"u:{CANARY}".encode().hex(" ").upper()]
)
def test_the_canary_is_found(text: str) -> None:
    assert leaks(text)
    assert not leaks(text[: len(text) // 2])
