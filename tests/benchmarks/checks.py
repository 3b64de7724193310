#!/usr/bin/env python3
"""What a healthy check costs against the floor, and the start against an empty Python: medians of interleaved rounds.

    python3 tests/benchmarks/checks.py [ROUNDS]

Starts its own RabbitMQ and Mosquitto on loopback. Whole processes are timed, interpreter included. Ratios are taken
inside one round, so that a busy machine does not favour either side.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.support.canary import CANARY  # noqa: E402  # the path comes first
from tests.support.mosquitto import start_mosquitto  # noqa: E402
from tests.support.pki import Pki  # noqa: E402
from tests.support.rabbitmq import RabbitNode  # noqa: E402

ROUNDS = 21
ENVIRONMENT = {**os.environ, "FLOOR_PASSWORD": CANARY, "PYTHONPATH": str(HERE.parents[1])}


@contextmanager
def brokers() -> Iterator[dict[str, tuple[list[str], list[str]]]]:
    """Commands by name: ours, and what it is measured against."""
    with tempfile.TemporaryDirectory(prefix="mqassist-bench-") as folder:
        pki = Pki(Path(folder))
        rabbitmq = RabbitNode(Path(folder) / "rabbitmq", pki.server)
        mosquitto = start_mosquitto(Path(folder) / "mosquitto")
        ours = [sys.executable, "-P", "-m", "mqassist"]
        login = ["--user", "app", "--password-env", "FLOOR_PASSWORD", "--json"]
        floor = [sys.executable, str(HERE / "floor.py")]
        try:
            yield {
                "check amqp": (
                    [*ours, "check", f"amqp://localhost:{rabbitmq.amqp}", *login],
                    [*floor, "amqp", "localhost", str(rabbitmq.amqp), "--user", "app"],
                ),
                "check amqps": (
                    [*ours, "check", f"amqps://localhost:{rabbitmq.amqps}", "--ca", str(pki.ca), *login],
                    [*floor, "amqps", "localhost", str(rabbitmq.amqps), "--user", "app", "--ca", str(pki.ca)],
                ),
                "check mqtt (RabbitMQ)": (
                    [*ours, "check", f"mqtt://localhost:{rabbitmq.mqtt}", *login],
                    [*floor, "mqtt", "localhost", str(rabbitmq.mqtt), "--user", "app"],
                ),
                "check mqtt (Mosquitto)": (
                    [*ours, "check", f"mqtt://localhost:{mosquitto.port}", *login],
                    [*floor, "mqtt", "localhost", str(mosquitto.port), "--user", "app"],
                ),
                "--version": ([*ours, "--version"], [sys.executable, "-c", "pass"]),
            }
        finally:
            mosquitto.stop()
            rabbitmq.stop()


def timed(command: list[str]) -> float:
    """Milliseconds of one whole process. Ends the benchmark if it fails: a quick failure is no result."""
    began = time.perf_counter()
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    took = (time.perf_counter() - began) * 1000
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return took


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with brokers() as pairs:
        for ours, floor in pairs.values():
            timed(ours), timed(floor)
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in pairs}
        for _ in range(rounds):
            for name, (ours, floor) in pairs.items():
                times[name].append((timed(ours), timed(floor)))
    print(f"{'':24}{'mqassist':>12}{'floor':>12}{'ratio':>9}    medians of {rounds} rounds")
    for name, measured in times.items():
        ours_ms, floor_ms = (statistics.median(each) for each in zip(*measured, strict=True))
        ratio = statistics.median(one / other for one, other in measured)
        print(f"{name:24}{ours_ms:9.1f} ms{floor_ms:9.1f} ms{ratio:9.2f}")


if __name__ == "__main__":
    main()
