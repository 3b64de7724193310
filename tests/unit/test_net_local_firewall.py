"""Rules of this machine's packet filter: only a rule that really hits may be blamed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqassist.net.local_firewall import in_iptables, in_nftables
from mqassist.net.resolve import Address

BROKER = Address("10.77.2.2", 5672, is_ipv6=False)
HEAD = "-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n"


@pytest.mark.parametrize(
    ("rules", "effect"),
    [
        ("-A OUTPUT -p tcp -m tcp --dport 5672 -j DROP", "drop"),
        ("-A OUTPUT -d 10.77.2.0/24 -p tcp -j REJECT --reject-with icmp-port-unreachable", "reject"),
        ("-A OUTPUT -p tcp -m multiport --dports 1883,5671:5672 -j DROP", "drop"),
        ("-A OUTPUT ! -d 10.0.0.0/8 -j DROP", None),
        ("-A OUTPUT ! -d 192.168.0.0/16 -p tcp -j DROP", "drop"),
        ("-A OUTPUT -p tcp -m tcp --dport 5671 -j DROP", None),
        ("-A OUTPUT -p udp -m udp --dport 5672 -j DROP", None),
        ("-A INPUT -p tcp -m tcp --dport 5672 -j DROP", None),
        ("-A OUTPUT -p tcp -m tcp --dport 5672 -j ACCEPT\n-A OUTPUT -p tcp -j DROP", None),
        ("-A OUTPUT -m owner --uid-owner 1000 -p tcp -j DROP", None),
        ("-A OUTPUT -m owner --uid-owner 1000 -j ACCEPT\n-A OUTPUT -p tcp -j DROP", None),
        ("-A OUTPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A OUTPUT -j DROP", "drop"),
        ('-A OUTPUT -j LOG --log-prefix "out: "\n-A OUTPUT -p tcp -j DROP', "drop"),
        ("-N ufw\n-A OUTPUT -j ufw\n-A ufw -p tcp -m tcp --dport 5672 -j REJECT", "reject"),
        ("-N ufw\n-A OUTPUT -j ufw\n-A OUTPUT -j DROP\n-A ufw -p tcp -j RETURN", "drop"),
        ("-A OUTPUT -o lo -j DROP", None),
        ("-A OUTPUT -j OUTPUT", None),
        ("-A OUTPUT -m comment --comment \"it's odd\" -p tcp -j DROP", "drop"),
    ],
)  # fmt: skip
def test_iptables(rules: str, effect: str | None) -> None:
    found = in_iptables(HEAD + rules + "\n", BROKER)
    assert (found.effect if found else None) == effect


def test_a_closed_policy() -> None:
    found = in_iptables("-P OUTPUT DROP\n-A OUTPUT -p udp -j ACCEPT\n", BROKER)
    assert found is not None
    assert found.rule == "-P OUTPUT DROP"
    assert in_iptables("-P OUTPUT DROP\n-A OUTPUT -p tcp -j ACCEPT\n", BROKER) is None


def nft(*expressions: Any, hook: str = "output", kind: str = "filter") -> str:
    chain = {"family": "inet", "table": "t", "name": "c", "hook": hook, "type": kind}
    rules = [{"rule": {"family": "inet", "table": "t", "chain": "c", "expr": list(each)}} for each in expressions]
    return json.dumps({"nftables": [{"metainfo": {}}, {"chain": chain}, *rules]})


def match(protocol: str, field: str, right: Any, operator: str = "==") -> dict[str, Any]:
    return {"match": {"op": operator, "left": {"payload": {"protocol": protocol, "field": field}}, "right": right}}


PORT = match("tcp", "dport", 5672)


@pytest.mark.parametrize(
    ("listing", "effect"),
    [
        (nft([PORT, {"drop": None}]), "drop"),
        (nft([PORT, {"counter": {"packets": 3, "bytes": 180}}, {"reject": {"type": "tcp reset"}}]), "reject"),
        (nft([match("tcp", "dport", {"set": [1883, {"range": [5600, 5700]}]}), {"drop": None}]), "drop"),
        (nft([match("ip", "daddr", {"prefix": {"addr": "10.77.0.0", "len": 16}}), {"drop": None}]), "drop"),
        (nft([match("ip", "daddr", "10.77.2.2", "!="), {"drop": None}]), None),
        (nft([match("tcp", "dport", 5671), {"drop": None}]), None),
        (nft([match("udp", "dport", 5672), {"drop": None}]), None),
        (nft([PORT, {"drop": None}], hook="input"), None),
        (nft([PORT, {"drop": None}], kind="nat"), None),
        (nft([PORT, {"accept": None}], [{"drop": None}]), None),
        (nft([{"jump": {"target": "other"}}], [PORT, {"drop": None}]), None),
        ("", None),
        ("not json", None),
        ("{}", None),
        ('{"nftables": 5}', None),
    ],
)
def test_nftables(listing: str, effect: str | None) -> None:
    found = in_nftables(listing, BROKER)
    assert (found.effect if found else None) == effect


@given(st.text())
def test_no_listing_is_too_odd(listing: str) -> None:
    assert in_iptables(listing, BROKER) is None
    assert in_nftables(listing, BROKER) is None
