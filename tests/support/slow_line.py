"""A slow line between two namespaces: packets wait in user space, because many kernels come without netem."""

from __future__ import annotations

import fcntl
import heapq
import os
import select
import struct
import subprocess
import threading
import time
from typing import Self

from tests.support.netlab import NetLab

_TUNSETIFF = 0x400454CA
_IFF_TUN, _IFF_NO_PI = 0x0001, 0x1000
NEAR, FAR = "10.79.0.1", "10.79.0.2"


class SlowLine:
    """While it is open, the client reaches the server also as 10.79.0.2, `seconds` late in each direction."""

    def __init__(self, lab: NetLab, seconds: float) -> None:
        self._seconds = seconds
        self._ends = [_end(lab, "client", NEAR, FAR), _end(lab, "server", FAR, NEAR)]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._carry)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        for end in self._ends:
            os.close(end)

    def _carry(self) -> None:
        waiting: list[tuple[float, int, int, bytes]] = []
        number = 0
        while not self._stop.is_set():
            now = time.monotonic()
            while waiting and waiting[0][0] <= now:
                _due, _number, end, packet = heapq.heappop(waiting)
                os.write(end, packet)
            pause = min(0.05, waiting[0][0] - now) if waiting else 0.05
            for end in select.select(self._ends, [], [], max(0.0, pause))[0]:
                other = self._ends[1 - self._ends.index(end)]
                number += 1
                heapq.heappush(waiting, (time.monotonic() + self._seconds, number, other, os.read(end, 65536)))


def _end(lab: NetLab, place: str, own: str, peer: str) -> int:
    def make() -> int:
        device = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH", b"slow0", _IFF_TUN | _IFF_NO_PI))
        return device

    device = lab.inside(place, make)
    for words in (("addr", "add", own, "peer", peer, "dev", "slow0"), ("link", "set", "slow0", "up")):
        subprocess.run(["ip", "-n", lab.names[place], *words], check=True, capture_output=True)
    return device
