#!/usr/bin/env python3
"""How many round trips a check needs from connect to login, through 20 ms of delay, and what listing suites costs
beside sslscan: medians of interleaved rounds.

    python3 tests/benchmarks/round_trips.py [ROUNDS]

Starts its own RabbitMQ and Mosquitto on loopback. The delay is added by a proxy, which shakes hands at once: one round
trip is added for that. Needed at least: AMQP 5 round trips (TCP, header, login, tuning and opening), AMQPS 6 with
TLS 1.3, MQTT 3 (TCP, CONNECT, and one to spare).
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.benchmarks.checks import ENVIRONMENT  # noqa: E402  # the path comes first
from tests.support.mosquitto import start_mosquitto  # noqa: E402
from tests.support.pki import Pki  # noqa: E402
from tests.support.ports import accepts, free_port, wait_until  # noqa: E402
from tests.support.rabbitmq import RabbitNode  # noqa: E402

ROUNDS = 9
ROUND_TRIP_MS = 20.0
BOUNDS = {"amqp": (5, 1.3), "amqps": (6, 1.4), "mqtt": (3, 1.5)}
"""Round trips, and how many times their time the check may take."""


class DelayProxy(threading.Thread):
    """Passes every piece on half a round trip after it came, in both directions."""

    def __init__(self, target: int) -> None:
        super().__init__(daemon=True)
        self.port = free_port()
        self._target = target
        self.start()
        wait_until(lambda: accepts(self.port), "the proxy listens", 10)

    def run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._join, "127.0.0.1", self.port, backlog=1024)
        async with server:
            await server.serve_forever()

    async def _join(self, near: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        far, far_out = await asyncio.open_connection("127.0.0.1", self._target)
        await asyncio.gather(_pump(near, far_out), _pump(far, near_out))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    loop = asyncio.get_running_loop()
    waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def send() -> None:
        while True:
            due, data = await waiting.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            if not data:
                writer.close()
                return
            writer.write(data)

    sending = asyncio.create_task(send())
    data = b"-"
    while data:
        try:
            data = await reader.read(65536)
        except OSError:
            data = b""
        waiting.put_nowait((loop.time() + ROUND_TRIP_MS / 2000, data))
    await sending


def login_ms(url: str, *options: str) -> float:
    """From the start of connecting to the end of the login, as the report has it."""
    command = [sys.executable, "-P", "-m", "mqassist", "check", url, "--user", "app", "--password-env",
               "FLOOR_PASSWORD", "--json", *options]  # fmt: skip
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    steps = {step["id"]: step for step in json.loads(done.stdout)["checks"]}
    last = steps.get("amqp.login") or steps["mqtt.connect"]
    return float(last["started_ms"]) + float(last["duration_ms"]) - float(steps["tcp.connect"]["started_ms"])


def listing(port: int, ca: str) -> tuple[float, float]:
    """(milliseconds that the listing of suites took, milliseconds of sslscan for the same)."""
    command = [sys.executable, "-P", "-m", "mqassist", "check", f"amqps://localhost:{port}", "--ca", ca, "--thorough",
               "--only", "tls", "--json"]  # fmt: skip
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    steps = {step["id"]: step for step in json.loads(done.stdout)["checks"]}
    began = time.perf_counter()
    subprocess.run(["sslscan", "--no-fallback", "--no-renegotiation", "--no-compression", "--no-heartbleed",
                    "--no-groups", f"localhost:{port}"], capture_output=True, check=True)  # fmt: skip
    return float(steps["tls.listing"]["duration_ms"]), (time.perf_counter() - began) * 1000


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory(prefix="mqassist-bench-") as folder:
        pki = Pki(Path(folder))
        rabbitmq = RabbitNode(Path(folder) / "rabbitmq", pki.server)
        mosquitto = start_mosquitto(Path(folder) / "mosquitto")
        try:
            ways = {
                "amqp": (f"amqp://localhost:{DelayProxy(rabbitmq.amqp).port}",),
                "amqps": (f"amqps://localhost:{DelayProxy(rabbitmq.amqps).port}", "--ca", str(pki.ca)),
                "mqtt": (f"mqtt://localhost:{DelayProxy(mosquitto.port).port}",),
            }
            times: dict[str, list[float]] = {name: [] for name in ways}
            scans: list[tuple[float, float]] = []
            for _ in range(rounds):
                for name, way in ways.items():
                    times[name].append(login_ms(*way))
                scans.append(listing(rabbitmq.amqps, str(pki.ca)))
        finally:
            mosquitto.stop()
            rabbitmq.stop()
    print(f"connect to login through {ROUND_TRIP_MS:g} ms, medians of {rounds} rounds")
    for name, measured in times.items():
        trips, bound = BOUNDS[name]
        ms = statistics.median(measured) + ROUND_TRIP_MS
        print(f"{name:8}{ms:8.1f} ms  {ms / (trips * ROUND_TRIP_MS):5.2f} × {trips} round trips (bound {bound})")
    ours, theirs = (statistics.median(each) for each in zip(*scans, strict=True))
    print(f"listing {ours:8.1f} ms  {ours / theirs:5.2f} × sslscan's {theirs:.1f} ms (bound 0.5)")


if __name__ == "__main__":
    main()
