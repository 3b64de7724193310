#!/usr/bin/env python3
"""How many pasted texts are explained rightly, and what ten megabytes cost.

    python3 tests/benchmarks/explain.py EXAMPLES [--megabytes N] [--show]

EXAMPLES has one JSON object a line: `text`, and `accept`, the causes that are right, best first; an empty list means
that nothing is wrong. `--show` lists what was not explained as expected.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[2]))


def judged(path: Path, show: bool) -> None:
    from mqassist.services import build_services

    services = build_services("en")
    services.explain("made once")
    counts = {"texts": 0, "accepted": 0, "best": 0, "healthy": 0, "alarmed": 0}
    for line in path.read_text(encoding="utf-8").splitlines():
        example = json.loads(line)
        cause, accept = services.explain(example["text"]).cause, example["accept"]
        if not accept:
            counts["healthy"] += 1
            counts["alarmed"] += cause is not None
        else:
            counts["texts"] += 1
            counts["accepted"] += cause in accept
            counts["best"] += cause == accept[0]
        if show and (cause != accept[0] if accept else cause is not None):
            print(f"{example.get('id', '')}: {cause}, expected {accept}")
    print(counts)
    if counts["texts"]:
        accepted, best = counts["accepted"] / counts["texts"], counts["best"] / counts["texts"]
        print(f"accepted first {accepted:.1%}, best first {best:.1%}")


def timed(megabytes: int) -> None:
    from mqassist.services import build_services

    services = build_services("en")
    services.explain("made once")
    lines = (
        "2024-06-14 16:30:54.{0:06d} [info] <0.{0}.0> accepting AMQP connection (10.0.0.7:{0} -> 10.0.0.5:5672)",
        "2024-06-14 16:30:54.{0:06d} [error] <0.{0}.0> PLAIN login refused: user 'app{0}' - invalid credentials",
        "16553{0:06d}: New client connected from 10.0.0.1:{0} as {1:x} (p2, c1, k60).",
    )
    text = "\n".join(lines[at % 3].format(at, at * 7919) for at in range(megabytes * 12_000))[: megabytes * 1_000_000]
    began, used = time.perf_counter(), time.process_time()
    services.explain(text)
    wall, processor = time.perf_counter() - began, time.process_time() - used
    print(f"{len(text) / 1e6:.1f} MB: {wall:.2f} s, {processor:.2f} s of processor")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("examples", type=Path)
    parser.add_argument("--megabytes", type=int, default=10)
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    judged(options.examples, options.show)
    timed(options.megabytes)


if __name__ == "__main__":
    main()
