"""Asking name servers: side by side, over TCP where needed, bounded whatever comes back."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import dns.flags
import dns.message
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import Cancelled
from mqassist.net.dns import Question, ask
from tests.support.names import NOT_FOUND, Answer, NameServer
from tests.support.ports import free_port

HERE = "127.0.0.1"
A = Question(HERE, "mq.example", "A")
CLOSED = free_port()


@pytest.fixture
def serve() -> Iterator[Callable[..., NameServer]]:
    started: list[NameServer] = []

    def start(**answers: Answer) -> NameServer:
        by_name = {name.replace("__", "."): answer for name, answer in answers.items()}
        started.append(NameServer(by_name, HERE, free_port()))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def reply() -> Iterator[Callable[[Callable[[bytes], bytes]], int]]:
    """A UDP server that answers each question with whatever the function makes of it; gives its port."""
    stopping = threading.Event()
    threads: list[threading.Thread] = []

    def start(make: Callable[[bytes], bytes]) -> int:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((HERE, 0))
        sock.settimeout(0.05)

        def run() -> None:
            with sock:
                while not stopping.is_set():
                    try:
                        question, client = sock.recvfrom(4096)
                    except TimeoutError:
                        continue
                    sock.sendto(make(question), client)

        threads.append(threading.Thread(target=run))
        threads[-1].start()
        return int(sock.getsockname()[1])

    yield start
    stopping.set()
    for thread in threads:
        thread.join()


def test_addresses_aliases_and_codes(serve: Callable[..., NameServer]) -> None:
    server = serve(
        mq__example=Answer(a=("192.0.2.2", "192.0.2.1"), aaaa=("2001:db8::1",), cname="real.example"),
        bad__example=Answer(rcode="SERVFAIL"),
    )
    names = (("mq.example", "A"), ("mq.example", "AAAA"), ("bad.example", "A"), ("none.example", "A"))
    four, six, bad, none = ask(
        tuple(Question(HERE, name, kind) for name, kind in names), CancelToken(), 2.0, server.port
    )
    assert (four.outcome, four.addresses, four.chain) == ("NOERROR", ("192.0.2.1", "192.0.2.2"), ("real.example",))
    assert six.addresses == ("2001:db8::1",)
    assert (bad.outcome, none.outcome) == ("SERVFAIL", "NXDOMAIN")
    assert not bad.understood
    assert none.understood


def test_slow_servers_are_asked_side_by_side(serve: Callable[..., NameServer]) -> None:
    server = serve(**{"*": Answer(a=("192.0.2.1",), delay=0.3)})
    questions = tuple(Question(HERE, f"n{number}.example", "A") for number in range(20))
    began = time.monotonic()
    assert {answer.outcome for answer in ask(questions, CancelToken(), 3.0, server.port)} == {"NOERROR"}
    assert time.monotonic() - began < 2


def test_silence_ends_at_the_limit_and_is_asked_again_before(serve: Callable[..., NameServer]) -> None:
    server = serve(**{"*": Answer(silent=True)})
    began = time.monotonic()
    (answer,) = ask((A,), CancelToken(), 0.6, server.port)
    assert answer.outcome == "silent"
    assert 0.5 < time.monotonic() - began < 2
    assert server.asked == ["mq.example A"] * 3


def test_nobody_there() -> None:
    (answer,) = ask((A,), CancelToken(), 2.0, free_port())
    assert answer.outcome == "closed"


@pytest.mark.parametrize("server", ["not an address", "999.1.1.1", ""])
def test_a_server_that_is_no_address(server: str) -> None:
    (answer,) = ask((Question(server, "mq.example", "A"),), CancelToken(), 0.5)
    assert answer.outcome == "unreachable"


@pytest.mark.parametrize("name", ["a..b", "x" * 64, ".".join(["abcdefgh"] * 40)])
def test_a_name_that_cannot_be_asked_for(name: str) -> None:
    (answer,) = ask((Question(HERE, name, "A"),), CancelToken(), 0.5)
    assert answer.outcome == "invalid-name"


def test_stop_ends_the_wait(serve: Callable[..., NameServer]) -> None:
    server = serve(**{"*": Answer(silent=True)})
    token = CancelToken()
    threading.Timer(0.2, token.cancel).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        ask((A,), token, 30.0, server.port)
    assert time.monotonic() - began < 2


def test_a_truncated_answer_is_fetched_over_tcp(serve: Callable[..., NameServer]) -> None:
    many = tuple(f"192.0.2.{number}" for number in range(1, 60))
    server = serve(mq__example=Answer(a=many, truncated=True))
    (answer,) = ask((A,), CancelToken(), 2.0, server.port)
    assert answer.outcome == "NOERROR"
    assert answer.over_tcp
    assert len(answer.addresses) == 59


def _truncated(question: bytes) -> bytes:
    message = dns.message.make_response(dns.message.from_wire(question))
    message.flags |= dns.flags.TC
    return message.to_wire()


def test_truncated_and_then_nobody_on_tcp(reply: Callable[[Callable[[bytes], bytes]], int]) -> None:
    (answer,) = ask((A,), CancelToken(), 1.0, reply(_truncated))
    assert (answer.outcome, answer.over_tcp) == ("closed", True)


def test_answers_to_other_questions_do_not_count(reply: Callable[[Callable[[bytes], bytes]], int]) -> None:
    def other(question: bytes) -> bytes:
        message = dns.message.make_response(dns.message.from_wire(question))
        message.id ^= 1
        return message.to_wire()

    (answer,) = ask((A,), CancelToken(), 0.5, reply(other))
    assert answer.outcome == "silent"


def test_aliases_in_a_circle(reply: Callable[[Callable[[bytes], bytes]], int]) -> None:
    def circle(question: bytes) -> bytes:
        message = dns.message.make_response(dns.message.from_wire(question))
        for owner, target in (("mq.example.", "b.example."), ("b.example.", "mq.example.")):
            message.answer.append(dns.rrset.from_text(owner, 60, "IN", "CNAME", target))
        return message.to_wire()

    (answer,) = ask((A,), CancelToken(), 1.0, reply(circle))
    assert (answer.outcome, answer.addresses) == ("NOERROR", ())
    assert len(answer.chain) <= 16


def test_whatever_comes_back_is_an_outcome(reply: Callable[[Callable[[bytes], bytes]], int]) -> None:
    junk: list[bytes] = [b""]
    port = reply(lambda question: (question[:2] if junk[0][:1] > b"\x80" else b"") + junk[0])

    @settings(max_examples=60, deadline=None)
    @given(st.binary(max_size=600))
    def never_raises(data: bytes) -> None:
        junk[0] = data
        (answer,) = ask((A,), CancelToken(), 0.1, port)
        assert answer.addresses == () or answer.outcome == "NOERROR"

    never_raises()


def test_unknown_names_stay_unknown(serve: Callable[..., NameServer]) -> None:
    server = serve(**{"*": NOT_FOUND})
    (answer,) = ask((A,), CancelToken(), 1.0, server.port)
    assert (answer.outcome, answer.addresses, answer.chain) == ("NXDOMAIN", (), ())


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_whatever_name_was_typed_can_be_asked_or_is_refused(name: str) -> None:
    (answer,) = ask((Question(HERE, name, "AAAA"),), CancelToken(), 0.2, CLOSED)
    assert answer.outcome in ("closed", "invalid-name")
