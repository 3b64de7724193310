#!/usr/bin/env python3
"""A thousand endpoints at once, two hundred of them black holes: how long the whole command takes. Needs root.

    python3 tests/benchmarks/scale.py [ENDPOINTS [BLACK_HOLES [TIMEOUT [FORMAT]]]]

The good ones are one Mosquitto at as many addresses of 127/8, the black holes are addresses whose packets a router
throws away. Everything runs in network namespaces, with a history of its own. FORMAT is json or text.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.support.canary import CANARY  # noqa: E402  # the path comes first
from tests.support.mosquitto import start_mosquitto  # noqa: E402
from tests.support.netlab import SERVER, NetLab  # noqa: E402


def main() -> None:
    given = [int(word) for word in sys.argv[1:4]]
    endpoints, holes, timeout = (*given, *(1000, 200, 5)[len(given) :])
    output = sys.argv[4] if len(sys.argv) > 4 else "json"
    with tempfile.TemporaryDirectory(prefix="mqassist-scale-") as folder:
        lab = NetLab(Path(folder))
        broker = start_mosquitto(Path(folder) / "mosquitto", namespace=lab.names["client"])
        try:
            good = [f"mqtt://127.1.{n // 250}.{n % 250 + 1}:{broker.port}" for n in range(endpoints - holes)]
            black = [f"mqtt://10.99.{n // 250}.{n % 250 + 1}" for n in range(holes)]
            lab.run("router", "ip", "route", "add", "10.99.0.0/16", "via", SERVER)  # else it answers "unreachable"
            with lab.rule("-d", "10.99.0.0/16", "-j", "DROP"):
                report(lab, [*good, *black], timeout, output, Path(folder) / "data")
        finally:
            broker.stop()
            lab.close()


def report(lab: NetLab, targets: list[str], timeout: int, output: str, data: Path) -> None:
    options = ["--user", "app", "--password-env", "SCALE_PASSWORD", "--format", output, "--timeout", str(timeout)]
    command = [sys.executable, "-P", "-m", "mqassist", "check", *targets, *options]
    own = {**os.environ, "PYTHONPATH": str(HERE.parents[1]), "SCALE_PASSWORD": CANARY, "MQASSIST_DATA": str(data)}
    began = time.perf_counter()
    inside = ["ip", "netns", "exec", lab.names["client"], *command]
    done = subprocess.run(inside, env=own, capture_output=True, text=True, check=False)
    took = time.perf_counter() - began
    runs = [path.read_text("utf-8").splitlines() for path in (data / "history").glob("*.json")]
    reports = [json.loads(lines[1]) for lines in runs]
    if output == "json" and len(json.loads(done.stdout)) != len(targets):
        sys.exit("not every target was told of")
    verdicts = Counter(f"{each['verdict']['status']} {each['verdict']['cause'] or ''}".strip() for each in reports)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    kept = f"{len(reports)} runs kept of {len(targets)} targets"
    print(f"{output}: {kept} in {took:.2f} s, limit of one operation {timeout} s")
    print(f"processor {used.ru_utime + used.ru_stime:.1f} s, peak memory {used.ru_maxrss / 1024:.0f} MiB")
    for verdict, count in verdicts.most_common():
        print(f"{count:6} {verdict}")
    if done.stderr:
        print(done.stderr[-2000:], file=sys.stderr)


if __name__ == "__main__":
    main()
