"""What ties a run to a log: its own ports, told by many threads, and the step that each line belongs to."""

from __future__ import annotations

import threading

import pytest

from mqassist.core.cancel import CancelToken
from mqassist.core.observation import Observation
from mqassist.core.record import changed
from mqassist.core.report import LogFindings, LogMatch
from mqassist.core.settings import CheckSettings
from mqassist.core.text import say
from mqassist.net.resolve import Address
from mqassist.net.wire import Wire
from mqassist.probes.probe import Probe, Result
from mqassist.run_logs import SHOWN_CHARACTERS, Opened, observed, trace_of
from tests.support.peer import Peer, wait

LINE = LogMatch(
    "b.log", 7, "PLAIN login refused", "auth.bad-credentials", "source-port", "tcp.connect", ("log.refusal",)
)
SEEN = (
    Observation("tcp.connect", "network", "passed"),
    Observation("amqp.login", "auth", "failed"),
    Observation("amqp.client_library", "auth", "failed", why=say("why.amqp.client_library")),
)


def probe(name: str, layer: str, deciding: bool) -> Probe:
    return Probe(name, layer, lambda context: Result("passed"), (), deciding=deciding)  # type: ignore[arg-type]


def test_every_connection_is_told_with_the_step_that_opened_it() -> None:
    opened = Opened()
    steps = [("tcp.connect", "network", False), ("amqp.login", "auth", False), ("amqp.idle_second", "heartbeat", True)]
    ports: dict[str, list[int]] = {name: [] for name, _, _ in steps}
    with Peer([wait(10)]) as peer:
        address = Address("127.0.0.1", peer.port, False)

        def connect(name: str, layer: str, deciding: bool) -> None:
            wire = Wire(CancelToken(), 5, opened.by(probe(name, layer, deciding)))
            for _ in range(5):
                dialling = wire.dial([address])
                dialling.wait(5)
                taken = dialling.take(dialling.attempts[0])
                dialling.close()
                assert taken is not None
                for connection in (wire.connect(address), taken):
                    ports[name].append(connection.local_port)
                    connection.close()

        threads = [threading.Thread(target=connect, args=step) for step in steps]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    handed = ports["tcp.connect"][3]
    trace = trace_of("1a2b3c4d", CheckSettings(), opened, {"tcp.local_port": handed}, 0.0)
    assert len(trace.sources) == 30
    assert {(it.step, it.port) for it in trace.sources} == {(name, port) for name in ports for port in ports[name]}
    assert {it.ip for it in trace.sources} == {"127.0.0.1"}
    assert {it.step for it in trace.sources if it.main} == {"tcp.connect", "amqp.login"}
    assert [it.port for it in trace.sources if it.main and it.step == "tcp.connect"] == [handed]
    assert list(trace.sources) == sorted(trace.sources, key=lambda source: source.at)
    behind = trace_of("1a2b3c4d", CheckSettings(proxy="http://p:1"), opened, {"tcp.local_port": handed}, 0.0)
    assert behind.sources == ()  # the broker sees the proxy's ports


def test_a_line_that_decides_belongs_to_the_step_that_failed() -> None:
    plain = LogMatch("b.log", 6, "accepting", None, "source-port", "tcp.connect")
    second = LogMatch("b.log", 9, "PLAIN login refused", None, "source-port", "amqp.client_library")
    found = LogFindings((plain, LINE, second), {"log.refusal": "wrong-credentials"}, 0.0)
    matches, seen = observed(found, SEEN, {"path.open": True})
    assert [line.step for line in matches] == ["tcp.connect", "amqp.login", "amqp.client_library"]
    assert [(text.key, text.about) for text in seen.evidence] == [("log.line", ("log.refusal",))]
    assert (seen.outcome, seen.facts) == ("passed", {"log.refusal": "wrong-credentials"})


def test_secrets_go_before_a_line_is_cut() -> None:
    """What is left of a secret at the cut would not be found any more."""
    long = changed(LINE, text="x" * (SHOWN_CHARACTERS - 3) + "secret-word")
    found = LogFindings((long,), {"log.refusal": "wrong-credentials"}, 0.0)
    matches, seen = observed(found, SEEN, {}, lambda text: text.replace("secret-word", "***"))
    assert "sec" not in str(dict(seen.evidence[0].values)["text"])
    assert matches[0].text.endswith("***")


@pytest.mark.parametrize(
    ("offset", "key"), [(90.0, "log.clock-ahead"), (-90.0, "log.clock-behind"), (0.4, None), (None, None)]
)
def test_the_clock_is_told_only_beyond_its_precision(offset: float | None, key: str | None) -> None:
    _, seen = observed(LogFindings((), {}, offset, 1.0), SEEN, {"path.open": True})
    assert [text.key for text in seen.evidence] == ([] if key is None else [key])
    assert seen.facts.get("log.clock_offset_ms") == (None if key is None or offset is None else round(offset * 1000))


@pytest.mark.parametrize(("open_", "key"), [(True, "log.none-of-open"), (False, "log.none")])
def test_nothing_found_is_said(open_: bool, key: str) -> None:
    _, seen = observed(LogFindings((), {}, None), SEEN, {"path.open": open_})
    assert seen.summary is not None
    assert seen.summary.key == key
