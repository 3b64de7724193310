"""A small network on one machine, in network namespaces: client 10.77.1.2 – router – server 10.77.2.2. Needs root."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit, urlunsplit

from tests.support.canary import assert_no_leak
from tests.support.names import Answer, NameServer
from tests.support.peer import Peer, Script
from tests.support.ports import udp_answers
from tests.support.processes import Process, program

CLIENT, SERVER = "10.77.1.2", "10.77.2.2"
CLIENT6, SERVER6 = "fd00:77:1::2", "fd00:77:2::2"
DEAD = "10.77.2.99"
"""An address of the server's network that nobody has: no answer to any packet (an ICMP error after some seconds)."""

_CLONE_NEWNET = 0x40000000
_ROOT = Path(__file__).resolve().parents[2]
_PASSWORD = "MQASSIST_TEST_PASSWORD"
T = TypeVar("T")


class NetLab:
    """`directory` takes the logs. Names resolve through a dnsmasq at 10.77.2.2: broker.lab, two.lab (one address is
    dead), dead.lab, v6.lab (AAAA only), both.lab; every other name of .lab does not exist.
    """

    RECORDS = (
        f"--host-record=broker.lab,{SERVER}",
        f"--host-record=two.lab,{SERVER}", f"--host-record=two.lab,{DEAD}",
        f"--host-record=dead.lab,{DEAD}",
        f"--host-record=v6.lab,{SERVER6}",
        f"--host-record=both.lab,{SERVER},{SERVER6}",
        "--cname=alias.lab,broker.lab",
    )  # fmt: skip

    def __init__(self, directory: Path) -> None:
        assert os.geteuid() == 0, "network namespaces need root"
        self.directory = directory
        mark = f"{os.getpid() % 100000}"
        self.names = {place: f"mqa{place[0]}{mark}" for place in ("client", "router", "server")}
        self._linked = False
        self._outside = f"10.78.{os.getpid() % 250}"
        self._dnsmasq: Process | None = None
        try:
            self._build()
            self.resolve_with()
            self.start_dns()
        except BaseException:
            self.close()
            raise

    # -- building ---------------------------------------------------------------------------

    def _build(self) -> None:
        client, router, server = (self.names[place] for place in ("client", "router", "server"))
        for name in (client, router, server):
            _run("ip", "netns", "add", name)
            # no duplicate-address detection: the addresses are usable at once
            for key in ("net.ipv6.conf.all.accept_dad", "net.ipv6.conf.default.accept_dad"):
                _run("ip", "netns", "exec", name, "sysctl", "-qw", f"{key}=0")
            _run("ip", "-n", name, "link", "set", "lo", "up")
        for near, far, net in ((client, router, 1), (server, router, 2)):
            pair = ("type", "veth", "peer", "name", f"down{net}", "netns", far)
            _run("ip", "link", "add", "up0", "netns", near, *pair)
            for name, device, host in ((near, "up0", 2), (far, f"down{net}", 1)):
                _run("ip", "-n", name, "addr", "add", f"10.77.{net}.{host}/24", "dev", device)
                _run("ip", "-n", name, "-6", "addr", "add", f"fd00:77:{net}::{host}/64", "dev", device, "nodad")
                _run("ip", "-n", name, "link", "set", device, "up")
            _run("ip", "-n", near, "route", "add", "default", "via", f"10.77.{net}.1")
            _run("ip", "-n", near, "-6", "route", "add", "default", "via", f"fd00:77:{net}::1")
        for name in (router, server):
            for key in ("net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"):
                _run("ip", "netns", "exec", name, "sysctl", "-qw", f"{key}=1")

    def close(self) -> None:
        """Takes the network down again, with all that runs in it."""
        if self._dnsmasq is not None:
            self._dnsmasq.kill()
        for name in self.names.values():
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
            shutil.rmtree(Path("/etc/netns") / name, ignore_errors=True)
        with contextlib.suppress(OSError):
            Path("/etc/netns").rmdir()

    def run(self, place: str, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """A command on the "client", "router" or "server"."""
        inside = ["ip", "netns", "exec", self.names[place], *command]
        return subprocess.run(inside, capture_output=True, text=True, check=check, timeout=60)

    def inside(self, place: str, make: Callable[[], T]) -> T:
        """Calls `make` in a thread that is inside that namespace: the sockets it opens stay there."""
        box: list[T] = []

        def enter() -> None:
            with Path(f"/var/run/netns/{self.names[place]}").open() as namespace:
                library = ctypes.CDLL(None, use_errno=True)
                if library.setns(namespace.fileno(), _CLONE_NEWNET):
                    raise OSError(ctypes.get_errno(), "setns")
            box.append(make())

        thread = threading.Thread(target=enter)
        thread.start()
        thread.join()
        return box[0]

    # -- brokers ------------------------------------------------------------------------------

    def publish(self, port: int, to: int) -> None:
        """Makes a port of this machine (a broker of the tests) reachable as 10.77.2.2:port.

        The broker sees an address that is not loopback. A later call for the same port replaces this one; `withdraw`
        takes all back, which the fixture does after each test.
        """
        server = self.names["server"]
        if not self._linked:
            self._linked = True
            link = f"mqa{os.getpid() % 100000}"
            _run("ip", "link", "add", link, "type", "veth", "peer", "name", "out0", "netns", server)
            _run("ip", "addr", "add", f"{self._outside}.1/30", "dev", link)
            _run("ip", "link", "set", link, "up")
            _run("ip", "-n", server, "addr", "add", f"{self._outside}.2/30", "dev", "out0")
            _run("ip", "-n", server, "link", "set", "out0", "up")
            self._iptables("server", "-t", "nat", "-A", "POSTROUTING", "-o", "out0", "-j", "MASQUERADE")
        rule = ("-d", SERVER, "-p", "tcp", "--dport", str(port), "-j", "DNAT")
        target = ("--to-destination", f"{self._outside}.1:{to}")
        self._iptables("server", "-t", "nat", "-I", "PREROUTING", *rule, *target)

    def withdraw(self) -> None:
        """Nothing is published any more."""
        self._iptables("server", "-t", "nat", "-F", "PREROUTING")

    @contextlib.contextmanager
    def peer(self, script: Script, port: int) -> Iterator[Peer]:
        """A scripted peer at 10.77.2.2:port, for as long as the block runs."""
        with Peer(script, host=SERVER, port=port, open_socket=lambda make: self.inside("server", make)) as peer:
            yield peer

    # -- packet filters -----------------------------------------------------------------------

    def _iptables(self, place: str, *rule: str, version: int = 4) -> None:
        self.run(place, program("iptables" if version == 4 else "ip6tables"), "-w", *rule)

    @contextlib.contextmanager
    def rule(self, *rule: str, place: str = "router", chain: str = "FORWARD", version: int = 4) -> Iterator[None]:
        """An iptables rule first in that chain, for as long as the block runs: rule("-p", "tcp", "-j", "DROP")."""
        self._iptables(place, "-I", chain, *rule, version=version)
        try:
            yield
        finally:
            self._iptables(place, "-D", chain, *rule, version=version)

    def drop(self, port: int, protocol: str = "tcp") -> contextlib.AbstractContextManager[None]:
        """The router throws packets to that port away."""
        return self.rule("-p", protocol, "--dport", str(port), "-j", "DROP")

    def reject(self, port: int, answer: str = "icmp-port-unreachable") -> contextlib.AbstractContextManager[None]:
        """The router refuses them: "tcp-reset", "icmp-admin-prohibited", "icmp-host-unreachable" …

        Without any latency Linux drops an ICMP error that comes while connect() still holds the socket, so that only
        the second SYN, a second later, is seen to be refused.
        """
        return self.rule("-p", "tcp", "--dport", str(port), "-j", "REJECT", "--reject-with", answer)

    # -- names --------------------------------------------------------------------------------

    def resolve_with(
        self, *servers: str, search: str = "", options: str = "timeout:1 attempts:1", hosts: str = ""
    ) -> None:
        """The client's resolv.conf and hosts file; without arguments the lab's own name server."""
        home = Path("/etc/netns") / self.names["client"]
        home.mkdir(parents=True, exist_ok=True)
        lines = [f"nameserver {server}" for server in servers or (SERVER,)]
        lines += [f"search {search}"] * bool(search) + [f"options {options}"] * bool(options)
        (home / "resolv.conf").write_text("\n".join(lines) + "\n")
        (home / "hosts").write_text(f"127.0.0.1 localhost\n::1 localhost\n{hosts}\n")
        (home / "nsswitch.conf").write_text("hosts: files dns\n")

    def start_dns(self, *records: str) -> None:
        """(Re)starts the lab's dnsmasq; `records` are its options instead of the usual ones."""
        self.stop_dns()
        command = [
            "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root",
            "--bind-interfaces", f"--listen-address={SERVER}", "--pid-file=", "--log-facility=-", "--log-queries",
            "--local=/lab/", *(records or self.RECORDS),
        ]  # fmt: skip
        process = Process(command, self.directory / "dnsmasq.log", namespace=self.names["server"])
        self._dnsmasq = process
        question = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x06broker\x03lab\x00\x00\x01\x00\x01"
        process.wait_for(lambda: self.inside("server", lambda: udp_answers(SERVER, 53, question)), "dnsmasq answers")

    def stop_dns(self) -> None:
        if self._dnsmasq is not None:
            self._dnsmasq.kill()
            self._dnsmasq = None

    @contextlib.contextmanager
    def name_server(self, answers: Mapping[str, Answer]) -> Iterator[NameServer]:
        """A scripted name server at 10.77.2.2 in place of dnsmasq, for as long as the block runs."""
        self.stop_dns()
        served = NameServer(answers, SERVER, open_socket=lambda make: self.inside("server", make))
        try:
            yield served
        finally:
            served.stop()
            self.start_dns()

    # -- checks -------------------------------------------------------------------------------

    def diagnose(self, url: str, *options: str, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
        """What the command line, run on the client, reports on the URL as JSON.

        A password in the URL travels by environment. Fails if the canary password is in anything it prints.
        """
        shown, password = _without_password(url)
        command = [sys.executable, "-m", "mqassist", "check", shown, "--json", *options]
        own = {**os.environ, "PYTHONPATH": str(_ROOT), **(environment or {})}
        if password is not None:
            command += ["--password-env", _PASSWORD]
            own[_PASSWORD] = password
        done = subprocess.run(
            ["ip", "netns", "exec", self.names["client"], *command],
            env=own, cwd=self.directory, capture_output=True, text=True, check=False, timeout=90,
        )  # fmt: skip
        assert_no_leak(done.stdout, "its output")
        assert_no_leak(done.stderr, "its error output")
        assert done.returncode in (0, 1), f"status {done.returncode}: {done.stderr}{done.stdout}"
        assert "Traceback" not in done.stderr, done.stderr
        report: dict[str, Any] = json.loads(done.stdout)
        return report


def _without_password(url: str) -> tuple[str, str | None]:
    parts = urlsplit(url)
    if parts.password is None:
        return url, None
    login, _, where = parts.netloc.rpartition("@")
    netloc = f"{login.partition(':')[0]}@{where}"
    return urlunsplit(parts._replace(netloc=netloc)), unquote(parts.password)


def _run(*command: str) -> None:
    done = subprocess.run([program(command[0]), *command[1:]], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"


