"""Hand-made ClientHellos, asked side by side: what a server takes, whatever our own OpenSSL would dare to offer."""

from __future__ import annotations

import ipaddress
import os
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from mqassist.net.failure import WireError
from mqassist.net.tls_hello import client_hello
from mqassist.net.tls_record import Answer, read_answer
from mqassist.probes._stream import open_plain
from mqassist.probes.probe import ProbeContext

ANSWER_BYTES = 65536
ANSWER_S = 3.0
T = TypeVar("T")


def sni_of(name: str) -> str | None:
    """The name as it goes into SNI; addresses are never sent there (RFC 6066 §3)."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name or None
    return None


def ask(context: ProbeContext, version: int, suites: tuple[int, ...], server_name: str | None) -> Answer:
    """One ClientHello on a connection of its own; an empty answer if nothing readable came. Never raises WireError."""
    return read_answer(first_flight(context, version, suites, server_name, lambda data: read_answer(data).complete))


def first_flight(
    context: ProbeContext,
    version: int,
    suites: tuple[int, ...],
    server_name: str | None,
    enough: Callable[[bytes], bool],
) -> bytes:
    """What the server says to one ClientHello until `enough` of it came, at most ANSWER_BYTES and ANSWER_S seconds."""
    received = b""
    try:
        connection = open_plain(context)
    except WireError:
        return b""
    try:
        connection.send(client_hello(version, suites, server_name, os.urandom(96)), context.settings.timeout)
        # one deadline for all of it: a byte now and then must not win more time
        end = time.monotonic() + min(context.settings.timeout, ANSWER_S)
        while not enough(received) and len(received) < ANSWER_BYTES:
            data = connection.receive(end - time.monotonic())
            if not data:
                break
            received += data
    except WireError:
        pass
    finally:
        connection.close()
    return received


def ask_all(
    context: ProbeContext, questions: list[tuple[int, tuple[int, ...]]], server_name: str | None
) -> list[Answer]:
    """The answers to (version, suites), in their order, all asked at once."""
    return at_once([partial(ask, context, version, suites, server_name) for version, suites in questions])


def at_once(jobs: Sequence[Callable[[], T]]) -> list[T]:
    """What the jobs return, in their order, each run in a thread of its own; what one of them raises is raised here."""
    done: dict[int, T] = {}
    crashed: list[BaseException] = []

    def one(at: int) -> None:
        try:
            done[at] = jobs[at]()
        except BaseException as error:  # noqa: BLE001  # carried over to the probe's own thread
            crashed.append(error)

    threads = [
        threading.Thread(target=one, args=(at,), name=f"tls question {at}", daemon=True) for at in range(len(jobs))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()  # each of its waits asks the token
    if crashed:
        raise crashed[0]
    return [done[at] for at in range(len(jobs))]
