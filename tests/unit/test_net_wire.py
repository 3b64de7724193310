"""One connection to a name of several addresses."""

from __future__ import annotations

import time

import pytest

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import Cancelled
from mqassist.net.failure import WireError
from mqassist.net.resolve import Address
from mqassist.net.wire import Wire
from tests.unit.test_net_dial import closed, full, listener

__all__ = ["full", "listener"]


def test_the_first_that_takes_it_is_used(listener: Address) -> None:
    """As localhost where it is ::1 first and the server listens on 127.0.0.1 alone."""
    connection = Wire(CancelToken(), 5).connect_any([closed(), listener])
    assert connection.address == listener
    connection.close()


def test_silence_of_one_leaves_time_for_the_next(full: Address, listener: Address) -> None:
    began = time.monotonic()
    connection = Wire(CancelToken(), 60).connect_any([full, listener], timeout=0.6)
    assert connection.address == listener
    assert time.monotonic() - began >= 0.25
    connection.close()


def test_where_none_takes_it_the_first_refusal_counts(full: Address) -> None:
    with pytest.raises(WireError) as refused:
        Wire(CancelToken(), 5).connect_any([closed(), full], timeout=0.4)
    assert refused.value.kind == "refused"
    with pytest.raises(WireError):
        Wire(CancelToken(), 5).connect_any([])


def test_who_is_stopped_tries_no_further(listener: Address) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        Wire(token, 5).connect_any([closed(), listener])
