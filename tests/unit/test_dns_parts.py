"""Name resolution without a network: codes, files, the order of names, what several servers add up to."""

from __future__ import annotations

from pathlib import Path

import pytest

from mqassist.core.cancel import CancelToken
from mqassist.net.dns import Answer, Question
from mqassist.net.hosts_file import HostsEntry, hosts_entries
from mqassist.net.resolve import Address, Resolution
from mqassist.net.resolver_config import parse_resolv_conf, parse_scutil, resolver_config
from mqassist.probes._dns import Said, candidates, differs, disagree, together, view
from mqassist.probes.dns_resolve import RESULTS, outcome

# -- what the system says -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "result"),
    [
        (-2, "name-not-found"),
        (8, "name-not-found"),
        (11001, "name-not-found"),
        (-5, "no-address"),
        (7, "no-address"),
        (11004, "no-address"),
        (-9, "no-address"),
        (-3, "try-again"),
        (2, "try-again"),
        (11002, "try-again"),
        (-4, "failed"),
        (4, "failed"),
        (11003, "failed"),
        (-11, "failed"),
        (99999, "failed"),
    ],
)
def test_the_codes_of_linux_macos_and_windows(code: int, result: str) -> None:
    assert outcome(Resolution((), code, "", 1.0)) == result
    assert result in RESULTS


def test_an_answer_and_no_answer_in_time() -> None:
    assert outcome(Resolution((Address("192.0.2.1", 5672, False),), 0, "", 1.0)) == "ok"
    assert outcome(Resolution((), 0, "", 5000.0, timed_out=True)) == "timed-out"


# -- the hosts file ------------------------------------------------------------------------------------


def test_lines_of_the_hosts_file(tmp_path: Path) -> None:
    file = tmp_path / "hosts"
    file.write_bytes(
        b"127.0.0.1 localhost\n"
        b"# 192.0.2.9 mq.example\n"
        b"192.0.2.1\tother.example MQ.Example. # the old one\n"
        b"\xff\xfe broken\n"
        b"\n"
        b"2001:db8::1 mq.example\n"
        b"192.0.2.3 xmq.example mq.example.org\n"
        b"192.0.2.4\n"
    )
    assert hosts_entries("mq.EXAMPLE.", file) == (HostsEntry("192.0.2.1", 3), HostsEntry("2001:db8::1", 6))
    assert hosts_entries("example", file) == ()
    assert hosts_entries("", file) == ()
    assert hosts_entries("mq.example", tmp_path / "none") == ()


# -- the configuration ---------------------------------------------------------------------------------


def test_resolv_conf() -> None:
    config = parse_resolv_conf(
        "# comment\n; comment\nnameserver 192.0.2.1\nnameserver 192.0.2.1\nnameserver fe80::1%eth0\n"
        "domain first.example\nsearch corp.example. lab\noptions timeout:1 ndots:5 rotate\nnameserver\n",
        "/etc/resolv.conf",
    )
    assert config.servers == ("192.0.2.1", "fe80::1%eth0")
    assert config.search == ("corp.example", "lab")
    assert (config.ndots, config.source) == (5, "/etc/resolv.conf")


@pytest.mark.parametrize("text", ["", "options ndots:x\n", "search .\n", "\0\0"])
def test_without_servers_the_c_library_asks_this_machine(text: str) -> None:
    assert parse_resolv_conf(text, "x").servers == ("127.0.0.1",)
    assert parse_resolv_conf(text, "x").ndots == 1


def test_a_missing_file_is_an_empty_one(tmp_path: Path) -> None:
    assert resolver_config(CancelToken(), tmp_path / "none").servers == ("127.0.0.1",)


def test_scutil() -> None:
    text = """DNS configuration

resolver #1
  search domain[0] : corp.example
  nameserver[0] : 192.0.2.1
  nameserver[1] : 2001:db8::53
  if_index : 6 (en0)
  reach    : 0x00000002 (Reachable)

resolver #2
  domain   : local
  nameserver[0] : 192.0.2.99
"""
    config = parse_scutil(text)
    assert config.servers == ("192.0.2.1", "2001:db8::53")
    assert config.search == ("corp.example",)
    assert parse_scutil("No DNS configuration available\n").servers == ()


# -- names in the resolver's order -----------------------------------------------------------------------


def test_short_names_are_completed_first_and_long_ones_last() -> None:
    assert candidates("mq", ("a.example", "b"), 1) == ("mq.a.example", "mq.b", "mq")
    assert candidates("mq.x", ("a.example",), 1) == ("mq.x", "mq.x.a.example")
    assert candidates("mq.x", ("a.example",), 5) == ("mq.x.a.example", "mq.x")
    assert candidates("mq.x.", ("a.example",), 5) == ("mq.x",)


# -- what one server said, and all of them ------------------------------------------------------------------


def answers(server: str, **by_kind: tuple[str, tuple[str, ...], tuple[str, ...]]) -> list[Answer]:
    return [
        Answer(Question(server, name.replace("__", "."), kind), outcome, addresses, chain, 5.0)
        for key, (outcome, addresses, chain) in by_kind.items()
        for name, _, kind in [key.rpartition("_")]
    ]


def test_an_address_of_either_kind_is_an_answer() -> None:
    said = view("s", ("mq",), answers("s", mq_A=("SERVFAIL", (), ()), mq_AAAA=("NOERROR", ("2001:db8::1",), ())))
    assert (said.status, said.addresses, said.name) == ("answered", ("2001:db8::1",), "mq")


def test_the_first_name_with_an_address_counts() -> None:
    found = answers("s", mq_A=("NXDOMAIN", (), ()), mq__b_A=("NOERROR", ("192.0.2.1",), ()))
    assert view("s", ("mq", "mq.b"), found).name == "mq.b"


def test_an_existing_name_without_address_is_told_from_an_unknown_one() -> None:
    exists = answers("s", mq_A=("NOERROR", (), ()), mq_AAAA=("NOERROR", (), ()))
    unknown = answers("s", mq_A=("NXDOMAIN", (), ()), mq_AAAA=("NXDOMAIN", (), ()))
    assert view("s", ("mq",), exists).status == "no-address"
    assert view("s", ("mq",), unknown).status == "name-not-found"


def test_an_alias_without_an_end() -> None:
    said = view("s", ("mq",), answers("s", mq_A=("NXDOMAIN", (), ("gone.example",))))
    assert (said.dangling, said.chain) == (True, ("gone.example",))


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("SERVFAIL", "server-failure"),
        ("REFUSED", "server-failure"),
        ("garbage", "server-failure"),
        ("silent", "silent"),
        ("closed", "closed"),
        ("unreachable", "closed"),
        ("invalid-name", "invalid-name"),
    ],
)
def test_servers_that_say_nothing_about_the_name(word: str, status: str) -> None:
    said = view("s", ("mq",), answers("s", mq_A=(word, (), ()), mq_AAAA=(word, (), ())))
    assert (said.status, said.word) == (status, word)
    assert said.left_out == (word == "silent")


def test_a_server_that_answers_only_one_kind_is_noticed() -> None:
    said = view("s", ("mq",), answers("s", mq_A=("NOERROR", ("192.0.2.1",), ()), mq_AAAA=("silent", (), ())))
    assert (said.status, said.left_out) == ("answered", True)


def said(status: str, *addresses: str) -> Said:
    return Said("s", status, "x", addresses=addresses)


def test_the_best_of_all() -> None:
    assert together([]) == "no-servers"
    assert together([said("silent"), said("server-failure"), said("name-not-found")]) == "name-not-found"
    assert together([said("name-not-found"), said("answered", "192.0.2.1")]) == "answered"


def test_who_contradicts_whom() -> None:
    one, other, both = said("answered", "a"), said("answered", "b"), said("answered", "b", "a")
    assert disagree([one, other])
    assert not disagree([one, both])
    assert disagree([one, said("name-not-found")])
    assert not disagree([said("no-address"), said("name-not-found")])
    assert not disagree([one, said("silent"), said("server-failure")])


def test_addresses_compare_by_value() -> None:
    assert not differs(("2001:db8::1",), ("2001:0db8:0:0:0:0:0:1",))
    assert not differs(("fe80::1%eth0",), ("fe80::1",))
    assert differs(("192.0.2.1",), ("192.0.2.2",))
    assert not differs((), ("192.0.2.2",))
