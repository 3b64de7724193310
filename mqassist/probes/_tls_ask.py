"""Hand-made ClientHellos, asked side by side: what a server takes, whatever our own OpenSSL would dare to offer."""

from __future__ import annotations

import ipaddress
import os
import threading

from mqassist.net.failure import WireError
from mqassist.net.tls_hello import client_hello
from mqassist.net.tls_record import Answer, read_answer
from mqassist.probes._stream import open_plain
from mqassist.probes.probe import ProbeContext

ANSWER_BYTES = 65536
ANSWER_S = 3.0


def sni_of(name: str) -> str | None:
    """The name as it goes into SNI; addresses are never sent there (RFC 6066 §3)."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name or None
    return None


def ask(context: ProbeContext, version: int, suites: tuple[int, ...], server_name: str | None) -> Answer:
    """One ClientHello on a connection of its own; an empty answer if nothing readable came. Never raises WireError."""
    received = b""
    try:
        connection = open_plain(context)
    except WireError:
        return Answer(is_tls=False, complete=False)
    try:
        connection.send(client_hello(version, suites, server_name, os.urandom(96)), context.settings.timeout)
        patience = min(context.settings.timeout, ANSWER_S)
        while not read_answer(received).complete and len(received) < ANSWER_BYTES:
            data = connection.receive(patience)
            if not data:
                break
            received += data
    except WireError:
        pass
    finally:
        connection.close()
    return read_answer(received)


def ask_all(
    context: ProbeContext, questions: list[tuple[int, tuple[int, ...]]], server_name: str | None
) -> list[Answer]:
    """The answers to (version, suites), in their order, all asked at once."""
    answers = [Answer(is_tls=False, complete=False)] * len(questions)
    crashed: list[BaseException] = []

    def one(at: int, version: int, suites: tuple[int, ...]) -> None:
        try:
            answers[at] = ask(context, version, suites, server_name)
        except BaseException as error:  # noqa: BLE001  # carried over to the probe's own thread
            crashed.append(error)

    threads = [
        threading.Thread(target=one, args=(at, *question), name=f"tls question {at}", daemon=True)
        for at, question in enumerate(questions)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()  # each of its waits asks the token
    if crashed:
        raise crashed[0]
    return answers
