#!/usr/bin/env python3
"""Many targets in one command: healthy ones at a real Mosquitto, and black holes that drop every SYN.

    python3 tests/benchmarks/scale.py [--count 1000] [--black-holes 200] [--timeout 5] [--jobs N]

All on loopback, each target at an address of its own (127/8), because connects are limited per host. A black hole is a
listener whose accept queue is full: Linux then drops further SYNs. Prints wall seconds, verdicts, processor time and
peak memory of the command.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.support.canary import CANARY  # noqa: E402  # the path comes first
from tests.support.mosquitto import start_mosquitto  # noqa: E402
from tests.support.ports import free_port  # noqa: E402


def raise_descriptor_limit() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))


@contextlib.contextmanager
def black_holes(count: int) -> Iterator[list[tuple[str, int]]]:
    """Listeners with a full accept queue, each at its own address."""
    port = free_port()
    held: list[socket.socket] = []
    addresses = [(f"127.1.{index // 250}.{index % 250 + 1}", port) for index in range(count)]
    try:
        for address in addresses:
            listener = socket.socket()
            held.append(listener)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(0)
            for _ in range(2):
                filler = socket.socket()
                held.append(filler)
                filler.setblocking(False)
                filler.connect_ex(address)
        yield addresses
    finally:
        for each in held:
            each.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--black-holes", type=int, default=200)
    parser.add_argument("--timeout", type=float, default=5)
    parser.add_argument("--jobs", type=int)
    given = parser.parse_args()
    raise_descriptor_limit()
    with tempfile.TemporaryDirectory(prefix="mqassist-scale-") as folder, black_holes(given.black_holes) as holes:
        broker = start_mosquitto(Path(folder) / "mosquitto", "listener {port} 0.0.0.0\nallow_anonymous false\n")
        try:
            report(given, holes, broker.port, Path(folder) / "reports.json")
        finally:
            broker.stop()
    return 0


def report(given: argparse.Namespace, holes: list[tuple[str, int]], port: int, file: Path) -> None:
    healthy = [(f"127.2.{index // 250}.{index % 250 + 1}", port) for index in range(given.count - len(holes))]
    urls = [f"mqtt://{host}:{port}" for host, port in [*healthy, *holes]]
    command = [sys.executable, "-P", "-m", "mqassist", "check", *urls, "--timeout", str(given.timeout)]
    command += ["--user", "app", "--password-env", "SCALE_PASSWORD", "-o", str(file)]
    command += [] if given.jobs is None else ["--jobs", str(given.jobs)]
    environment = {**os.environ, "SCALE_PASSWORD": CANARY, "PYTHONPATH": str(HERE.parents[1])}
    began = time.perf_counter()
    done = subprocess.run(command, env=environment, check=False)
    seconds = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    documents = json.loads(file.read_text(encoding="utf-8"))
    print(f"{len(documents)} targets in {seconds:.2f} s (exit status {done.returncode})")
    print(f"processor {used.ru_utime + used.ru_stime:.2f} s, peak memory {used.ru_maxrss / 1024:.0f} MiB")
    verdicts = Counter((item["verdict"]["status"], item["verdict"]["cause"]) for item in documents)
    for (status, cause), number in verdicts.most_common():
        print(f"  {number:5} {status:8} {cause or ''}")
    slowest = sorted(item["duration_ms"] for item in documents)
    print(f"one run: median {slowest[len(slowest) // 2] / 1000:.2f} s, slowest {slowest[-1] / 1000:.2f} s")


if __name__ == "__main__":
    sys.exit(main())
