"""Name resolution that works, fails and misleads, with real and scripted name servers in network namespaces."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.canary import CANARY
from tests.support.mosquitto import start_mosquitto
from tests.support.names import NOT_FOUND, Answer, NameServer
from tests.support.netlab import DEAD, SERVER, NetLab

SECOND = "10.77.2.3"
"""A second name server of the lab."""


@pytest.fixture(scope="module", autouse=True)
def _broker(netlab: NetLab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Mosquitto at 10.77.2.2:1883, and a second address for name servers."""
    netlab.run("server", "ip", "addr", "add", f"{SECOND}/24", "dev", "up0")
    broker = start_mosquitto(
        tmp_path_factory.mktemp("lab"),
        "listener {port}\nallow_anonymous false\n",
        namespace=netlab.names["server"],
        ports={"port": 1883},
    )
    yield
    broker.stop()
    netlab.run("server", "ip", "addr", "del", f"{SECOND}/24", "dev", "up0")


@pytest.fixture(autouse=True)
def _as_it_was(netlab: NetLab) -> Iterator[None]:
    yield
    netlab.resolve_with()


def url(host: str) -> str:
    return f"mqtt://app:{CANARY.replace('/', '%2F').replace('@', '%40')}@{host}:1883"


def check(netlab: NetLab, host: str, *options: str) -> dict[str, Any]:
    return netlab.diagnose(url(host), "--timeout", "3", *options)


def root(report: dict[str, Any]) -> str | None:
    """The root cause, which has evidence and a step to take."""
    cause: str | None = report["verdict"]["cause"]
    if cause is not None:
        assert report["causes"][0]["id"] == cause
        assert report["causes"][0]["evidence"]
        assert report["causes"][0]["fixes"]
    return cause


def facts(report: dict[str, Any]) -> dict[str, Any]:
    return {name: value for step in report["checks"] for name, value in step["facts"].items()}


def healthy(report: dict[str, Any]) -> None:
    assert (report["verdict"]["status"], root(report), report["causes"]) == ("healthy", None, [])


def asked_servers(report: dict[str, Any]) -> bool:
    return any(step["id"] == "dns.servers" for step in report["checks"])


@contextlib.contextmanager
def second_server(netlab: NetLab, answers: dict[str, Answer]) -> Iterator[NameServer]:
    """A scripted name server at 10.77.2.3, next to the lab's own."""
    served = NameServer(answers, SECOND, open_socket=lambda make: netlab.inside("server", make))
    try:
        yield served
    finally:
        served.stop()


# -- healthy: nothing named, and no name server waited for ---------------------------------------------


def test_a_name_that_works(netlab: NetLab) -> None:
    report = check(netlab, "broker.lab")
    healthy(report)
    assert not asked_servers(report)


def test_an_alias_that_works(netlab: NetLab) -> None:
    healthy(check(netlab, "alias.lab"))


def test_a_short_name_that_the_suffix_completes(netlab: NetLab) -> None:
    netlab.resolve_with(search="lab")
    healthy(check(netlab, "broker"))


def test_a_line_of_the_hosts_file_that_is_right(netlab: NetLab) -> None:
    netlab.resolve_with(hosts=f"{SERVER} broker.lab")
    healthy(check(netlab, "broker.lab"))


def test_a_line_of_the_hosts_file_for_a_broker_that_dns_has_elsewhere(netlab: NetLab) -> None:
    """It wins, and it works: nothing to complain about."""
    netlab.resolve_with(hosts=f"{SERVER} dead.lab")
    healthy(check(netlab, "dead.lab"))


def test_a_silent_name_server_does_not_matter_for_an_address(netlab: NetLab) -> None:
    netlab.resolve_with("10.77.2.98")
    healthy(check(netlab, SERVER))


def test_thorough_asks_the_servers_and_still_finds_nothing(netlab: NetLab) -> None:
    report = check(netlab, "broker.lab", "--thorough")
    healthy(report)
    assert facts(report)["dns.direct_addresses"] == [SERVER]


# -- no address ------------------------------------------------------------------------------------------


def test_an_unknown_name(netlab: NetLab) -> None:
    report = check(netlab, "nx.lab")
    assert root(report) == "dns.name-not-found"
    assert facts(report)["dns.server_words"] == ["NXDOMAIN"]
    assert any("NXDOMAIN" in line for line in report["causes"][0]["evidence"])


def test_an_unknown_short_name(netlab: NetLab) -> None:
    netlab.resolve_with(search="lab other.lab")
    report = check(netlab, "mq")
    assert root(report) == "dns.name-not-found"
    assert any("other.lab" in line for line in report["causes"][0]["evidence"])


def test_a_name_that_cannot_be(netlab: NetLab) -> None:
    assert root(check(netlab, f"{'x' * 64}.lab")) == "dns.name-not-found"


def test_a_name_without_address(netlab: NetLab) -> None:
    netlab.start_dns("--txt-record=txt.lab,hello")
    try:
        report = check(netlab, "txt.lab")
    finally:
        netlab.start_dns()
    assert root(report) == "dns.no-address-record"


def test_an_alias_whose_target_is_gone(netlab: NetLab) -> None:
    with netlab.name_server({"mq.lab": Answer(cname="gone.example", rcode="NXDOMAIN")}):
        report = check(netlab, "mq.lab")
    assert root(report) == "dns.dangling-alias"
    assert facts(report)["dns.alias_target"] == "gone.example"


@pytest.mark.parametrize("word", ["SERVFAIL", "REFUSED"])
def test_a_name_server_that_fails(netlab: NetLab, word: str) -> None:
    with netlab.name_server({"*": Answer(rcode=word)}):
        report = check(netlab, "broker.lab")
    assert root(report) == "dns.server-failure"
    assert facts(report)["dns.server_words"] == [word]


def test_nobody_serves_names(netlab: NetLab) -> None:
    netlab.stop_dns()
    try:
        report = check(netlab, "broker.lab")
    finally:
        netlab.start_dns()
    assert root(report) == "dns.server-failure"
    assert facts(report)["dns.closed_count"] == 1


def test_a_silent_name_server(netlab: NetLab) -> None:
    with netlab.name_server({"*": Answer(silent=True)}):
        report = check(netlab, "broker.lab")
    assert root(report) == "dns.resolver-timeout"


def test_a_packet_filter_on_port_53(netlab: NetLab) -> None:
    netlab.resolve_with(options="timeout:9")
    with netlab.drop(53, "udp"):
        report = check(netlab, "broker.lab")
    assert root(report) == "dns.resolver-timeout"
    assert facts(report)["dns.result"] == "timed-out"


def test_a_name_server_that_talks_nonsense(netlab: NetLab) -> None:
    netlab.stop_dns()
    stopping = threading.Event()
    sock = netlab.inside("server", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    sock.bind((SERVER, 53))
    sock.settimeout(0.1)

    def serve() -> None:
        while not stopping.is_set():
            with contextlib.suppress(TimeoutError):
                question, client = sock.recvfrom(512)
                sock.sendto(question[:2] + b"\xff" * 40, client)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        report = check(netlab, "broker.lab")
    finally:
        stopping.set()
        thread.join()
        sock.close()
        netlab.start_dns()
    assert root(report) == "dns.server-failure"
    assert facts(report)["dns.server_words"] == ["garbage"]


# -- several servers, several addresses -------------------------------------------------------------------


def test_the_first_of_two_servers_is_silent(netlab: NetLab) -> None:
    netlab.resolve_with("10.77.2.98", SERVER)
    with netlab.rule("-d", "10.77.2.98", "-j", "DROP"):
        report = check(netlab, "broker.lab")
    assert root(report) == "dns.server-silent"
    assert report["verdict"]["status"] == "degraded"
    assert facts(report)["dns.silent_servers"] == ["10.77.2.98"]


def test_a_server_that_never_answers_for_ipv6(netlab: NetLab) -> None:
    """The C library gives up, or goes on with half an answer after its wait: as it comes."""
    with netlab.name_server({"broker.lab": Answer(a=(SERVER,), silent_for=("AAAA",))}):
        report = check(netlab, "broker.lab")
    assert root(report) in ("dns.resolver-timeout", "dns.server-silent")
    assert any("AAAA" in line for line in report["causes"][0]["evidence"])


def test_one_server_does_not_know_the_name(netlab: NetLab) -> None:
    netlab.resolve_with(SECOND, SERVER)
    with second_server(netlab, {"*": NOT_FOUND}):
        report = check(netlab, "broker.lab")
    assert root(report) == "dns.resolvers-disagree"
    assert report["verdict"]["status"] == "broken"


def test_one_server_still_has_the_old_address(netlab: NetLab) -> None:
    netlab.resolve_with(SECOND, SERVER)
    with second_server(netlab, {"broker.lab": Answer(a=(DEAD,))}):
        report = check(netlab, "broker.lab")
    assert root(report) == "dns.resolvers-disagree"


def test_one_of_two_addresses_is_dead(netlab: NetLab) -> None:
    report = check(netlab, "two.lab")
    assert (root(report), report["verdict"]["status"]) == ("dns.some-addresses-dead", "degraded")
    assert facts(report)["tcp.failed_addresses"] == [DEAD]


def test_an_old_line_in_the_hosts_file(netlab: NetLab) -> None:
    netlab.resolve_with(hosts=f"{DEAD} broker.lab")
    report = check(netlab, "broker.lab")
    assert root(report) == "dns.hosts-file-override"
    assert report["verdict"]["status"] == "broken"
    assert SERVER in report["verdict"]["summary"]


def test_a_dead_address_that_all_agree_on(netlab: NetLab) -> None:
    """The name service is right: not its fault, and it is not blamed."""
    report = check(netlab, "dead.lab")
    assert (root(report) or "").startswith("net.")
    assert not [cause for cause in report["causes"] if cause["id"].startswith("dns.")]


def test_a_suffix_that_leads_elsewhere(netlab: NetLab) -> None:
    netlab.resolve_with(search="wrong.lab")
    netlab.start_dns(f"--host-record=mq.wrong.lab,{DEAD}")
    try:
        report = check(netlab, "mq")
    finally:
        netlab.start_dns()
    assert "dns.search-domain" in [cause["id"] for cause in report["causes"]]
    assert facts(report)["dns.complete_name"] == "mq.wrong.lab"


def test_localhost_is_two_addresses(netlab: NetLab, tmp_path_factory: pytest.TempPathFactory) -> None:
    broker = start_mosquitto(
        tmp_path_factory.mktemp("local"),
        "listener {port} 127.0.0.1\nallow_anonymous false\n",
        namespace=netlab.names["client"],
        ports={"port": 1883},
    )
    try:
        report = check(netlab, "localhost")
    finally:
        broker.stop()
    assert (root(report), report["verdict"]["status"]) == ("dns.localhost-ipv6-first", "degraded")


# -- localhost inside a container ------------------------------------------------------------------------


def test_localhost_in_a_container_next_to_the_broker(netlab: NetLab) -> None:
    netlab.resolve_with(hosts=f"{SERVER} mosquitto")
    report = netlab.diagnose(url("localhost"), "--timeout", "3", environment={"container": "docker"})
    assert root(report) == "input.localhost-in-container"
    assert facts(report)["input.outside_names"] == ["mosquitto"]


def test_localhost_in_a_container_without_any_broker_around(netlab: NetLab) -> None:
    """Where the broker is cannot be told, so the container is not blamed."""
    report = netlab.diagnose(url("localhost"), "--timeout", "3", environment={"container": "docker"})
    assert report["verdict"]["status"] == "broken"
    assert "input.localhost-in-container" not in [cause["id"] for cause in report["causes"]]
    assert facts(report)["input.open_outside_container"] is False
