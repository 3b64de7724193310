"""Fixtures of every kind of test: certificates, free ports, scripted peers, one whole check."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import diagnosis
from tests.support.peer import Peer, Script
from tests.support.pki import Pki
from tests.support.ports import free_port as _free_port
from tests.support.ports import wait_until

if TYPE_CHECKING:
    from mqassist.core.report import Report


@pytest.fixture(scope="session", autouse=True)
def _data_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test may write into the history or the profiles of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MQASSIST_DATA", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    return _free_port


@pytest.fixture
def diagnose() -> Callable[..., Report]:
    return diagnosis.diagnose


@pytest.fixture
def scripted_peer() -> Iterator[Callable[..., Peer]]:
    """`scripted_peer([read(8), send(b"…"), fin()])`: a Peer on loopback with these steps from tests/support/peer.py."""
    started: list[Peer] = []

    def start(script: Script, **options: Any) -> Peer:
        started.append(Peer(script, **options))
        return started[-1]

    yield start
    for peer in started:
        peer.stop()


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    """A test that leaves a thread of ours behind fails; a resolver that hangs in the C library cannot be ended."""
    before = set(threading.enumerate())
    yield

    def left() -> list[threading.Thread]:
        return [each for each in threading.enumerate() if each not in before and not each.name.startswith("resolve")]

    wait_until(lambda: not left(), f"threads ended: {[each.name for each in left()]}", 10)
