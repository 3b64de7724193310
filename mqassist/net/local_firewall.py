"""Does a packet filter of this very machine stop our outgoing connection? Reads rules (root only), changes nothing.

Understands the plain matches (address, port, protocol, interface); a rule with anything else is taken as not matching,
so that a rule named here really is one that hits.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal

from mqassist.core.cancel import CancelToken
from mqassist.core.record import record
from mqassist.core.snapshot import Snapshot
from mqassist.net import children
from mqassist.net.resolve import Address

Effect = Literal["drop", "reject"]
READING_S = 1.5
_MAX_DEPTH = 8


@record
class BlockingRule:
    """`rule` is the rule as the tool prints it."""

    effect: Effect
    rule: str


def blocking_rule(address: Address, since: float | None = None) -> BlockingRule | Literal["unread", "none"]:
    """The first rule of the output chains that stops TCP to `address`; "unread" if no rules could be read.

    `since` as Snapshot.get has it.
    """
    tables = _tables_for(address).get(since)
    found = in_iptables(tables, address)
    if found is not None:
        return found
    ruleset = _nftables.get(since)
    return in_nftables(ruleset, address) or ("none" if tables or ruleset else "unread")


def rules_are_read(address: Address, since: float) -> bool:
    """Whether `blocking_rule` answers at once."""
    return _tables_for(address).is_taken(since) and _nftables.is_taken(since)


def read_rules_ahead(address: Address, since: float) -> None:
    """For `blocking_rule` soon after; does not wait."""
    _tables_for(address).read_ahead(since)
    _nftables.read_ahead(since)


def _tables_for(address: Address) -> Snapshot[str]:
    return _ip6tables if address.is_ipv6 else _iptables


def _output(*argv: str) -> str:
    # a token of its own: the reading may serve more checks than the one that happens to wait for it
    child = children.start(argv)
    if child is None:
        return ""
    text = child.wait(CancelToken(), READING_S)
    return text if child.exit_code == 0 else ""


_iptables = Snapshot(lambda: _output("iptables", "-w", "-S"))
_ip6tables = Snapshot(lambda: _output("ip6tables", "-w", "-S"))
_nftables = Snapshot(lambda: _output("nft", "-j", "list", "ruleset"))


# -- iptables -S ------------------------------------------------------------------------------


def in_iptables(listing: str, address: Address) -> BlockingRule | None:
    """Walks the OUTPUT chain of `iptables -S` and the chains it jumps to."""
    chains, policies = _chains(listing)
    decided = _walk(chains, "OUTPUT", address, 0)
    if decided is None and policies.get("OUTPUT") == "DROP":
        return BlockingRule("drop", "-P OUTPUT DROP")
    return decided if isinstance(decided, BlockingRule) else None


@lru_cache(maxsize=4)
def _chains(listing: str) -> tuple[dict[str, list[list[str]]], dict[str, str]]:
    """The words of each chain's rules, and the policies. Hundreds of checks ask about the same listing."""
    chains: dict[str, list[list[str]]] = {}
    policies: dict[str, str] = {}
    for line in listing.splitlines():
        try:
            words = shlex.split(line)
        except ValueError:
            continue
        if len(words) == 3 and words[0] == "-P":
            policies[words[1]] = words[2]
        elif len(words) > 2 and words[0] == "-A":
            chains.setdefault(words[1], []).append(words[2:])
    return chains, policies


def _walk(
    chains: dict[str, list[list[str]]], chain: str, address: Address, depth: int
) -> BlockingRule | Literal["accept", "unsure"] | None:
    for words in chains.get(chain, ()) if depth < _MAX_DEPTH else ():
        matched, target = _rule_matches(words, address)
        if matched is False or target is None:
            continue
        if matched is None:
            # a rule we cannot judge may accept the packet before the next one is asked
            if target not in ("DROP", "REJECT", "LOG"):
                return "unsure"
            continue
        if target in ("DROP", "REJECT"):
            return BlockingRule("drop" if target == "DROP" else "reject", f"-A {chain} {shlex.join(words)}")
        if target == "ACCEPT":
            return "accept"
        if target == "RETURN":
            return None
        inner = _walk(chains, target, address, depth + 1)
        if inner is not None:
            return inner
    return None


def _rule_matches(words: list[str], address: Address) -> tuple[bool | None, str | None]:
    """(does it hit a new TCP connection to `address`; None: cannot tell, its target)."""
    matched: bool | None = True
    target: str | None = None
    negated = False
    at = 0
    while at < len(words):
        word, value = words[at], words[at + 1] if at + 1 < len(words) else ""
        at += 2
        if word == "!":
            negated, at = True, at - 1
            continue
        if word in ("-j", "-g"):
            target = value
            break  # what follows are options of the target
        one = _match(word, value, address)
        if one is not None and negated:
            one = not one
        negated = False
        if one is False:
            return False, value
        if one is None:
            matched = None
    return matched, target


def _match(option: str, value: str, address: Address) -> bool | None:
    if option == "-p":
        return value in ("tcp", "all")
    if option == "-m":
        return True if value in ("tcp", "multiport", "comment", "state", "conntrack") else None
    if option == "--comment":
        return True
    if option == "-d":
        return _inside(address.ip, value)
    if option == "--dport":
        return _in_range(address.port, value)
    if option == "--dports":
        return any(_in_range(address.port, part) for part in value.split(","))
    if option in ("--state", "--ctstate"):
        return "NEW" in value.split(",")
    if option == "-o" and value == "lo":
        return address.ip.startswith("127.") or address.ip == "::1" or None
    return None


def _in_range(port: int, text: str) -> bool:
    low, _, high = text.partition(":")
    return low.isdigit() and int(low) <= port <= int(high or low)


def _inside(ip: str, block: str) -> bool:
    import ipaddress

    try:
        return ipaddress.ip_address(ip) in ipaddress.ip_network(block, strict=False)
    except ValueError:
        return False


# -- nft -j list ruleset ----------------------------------------------------------------------


def in_nftables(listing: str, address: Address) -> BlockingRule | None:
    """Walks the rules of every base chain at the output hook; jumps are not followed."""
    entries = _entries(listing)
    outputs = {
        (chain["family"], chain["table"], chain["name"])
        for chain in _of_kind(entries, "chain")
        if chain.get("hook") == "output" and chain.get("type") == "filter"
    }
    accepted: set[Any] = set()
    for rule in _of_kind(entries, "rule"):
        place = (rule.get("family"), rule.get("table"), rule.get("chain"))
        if place not in outputs or place in accepted:
            continue
        effect = _nft_effect(rule.get("expr", []), address)
        if effect in ("accept", "unsure"):
            accepted.add(place)
        elif effect in ("drop", "reject"):
            return BlockingRule(effect, f"table {place[0]} {place[1]} chain {place[2]}: {_nft_words(rule)}")  # type: ignore[arg-type]  # two literals
    return None


@lru_cache(maxsize=4)
def _entries(listing: str) -> Any:
    try:
        return json.loads(listing)["nftables"] if listing else []
    except (ValueError, KeyError, TypeError):
        return []


def _of_kind(entries: Any, kind: str) -> Iterator[dict[str, Any]]:
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get(kind), dict):
            yield entry[kind]


def _nft_effect(expressions: list[Any], address: Address) -> str | None:
    """What the rule does to our packet: drop, reject, accept, "unsure" if it may accept, None if nothing."""
    sure = True
    for expression in expressions:
        if not isinstance(expression, dict):
            return None
        for verdict in ("drop", "reject", "accept"):
            if verdict in expression:
                return verdict if sure else ("unsure" if verdict == "accept" else None)
        if "match" in expression:
            one = _nft_match(expression["match"], address)
            if one is False:
                return None
            sure = sure and one is True
        elif not set(expression) & {"counter", "log", "comment"}:
            return "unsure" if set(expression) & {"jump", "goto", "xt", "vmap"} else None
    return None


def _nft_match(match: Any, address: Address) -> bool | None:
    left, right, operator = match.get("left"), match.get("right"), match.get("op")
    payload = left.get("payload") if isinstance(left, dict) else None
    if isinstance(left, dict) and left.get("meta", {}).get("key") == "l4proto":
        one: bool | None = "tcp" in _nft_values(right)
    elif not isinstance(payload, dict):
        return None
    elif (payload.get("protocol"), payload.get("field")) == ("tcp", "dport"):
        one = any(_in_range(address.port, value) for value in _nft_values(right))
    elif (payload.get("protocol"), payload.get("field")) in (("ip", "daddr"), ("ip6", "daddr")):
        one = any(_inside(address.ip, value) for value in _nft_values(right))
    else:
        return None
    return (not one) if operator == "!=" else one


def _nft_values(right: Any) -> list[str]:
    """A value, a range, a prefix or a set of those, in the notation that iptables uses."""
    if isinstance(right, dict):
        if "set" in right:
            return [text for part in right["set"] for text in _nft_values(part)]
        if "range" in right:
            return [":".join(str(end) for end in right["range"])]
        if "prefix" in right:
            return [f"{right['prefix'].get('addr')}/{right['prefix'].get('len')}"]
        return []
    return [str(right)]


def _nft_words(rule: dict[str, Any]) -> str:
    return json.dumps(rule.get("expr", []), separators=(",", ":"))[:200]
