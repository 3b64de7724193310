"""A certificate chain as it was sent against the chain as it should be, by names alone (RFC 5246 §7.4.2, RFC 8446
§4.4.2): each certificate certifies the one before it, the root is left out. Cheap enough for every handshake."""

from __future__ import annotations

from collections.abc import Sequence

from mqassist.core.record import record
from mqassist.net.der import CertificateSketch, sketch

AUTHORITY_KEY, SUBJECT_KEY, KEY_USAGE, CONSTRAINTS, NAMES = (
    "2.5.29.35", "2.5.29.14", "2.5.29.15", "2.5.29.19", "2.5.29.17",
)  # fmt: skip


@record
class SentOrder:
    """Positions in the chain as sent, from 0. `path` leads from the server's own certificate upwards, `root` is the
    position of the self-issued certificate at its end, -1 without one; `needless` are neither on it nor repeated."""

    count: int
    path: tuple[int, ...]
    repeated: tuple[int, ...]
    needless: tuple[int, ...]
    root: int

    @property
    def in_order(self) -> bool:
        return list(self.path) == sorted(self.path)

    @property
    def as_it_should_be(self) -> bool:
        return self.root < 0 and not self.is_odd

    @property
    def is_odd(self) -> bool:
        """More than a root too many, which is common. seen: Mosquitto 2.0.11 and RabbitMQ 3.10.8 add it by themselves
        from the CA file that they verify clients with."""
        return not self.in_order or bool(self.repeated or self.needless)

    @property
    def right(self) -> tuple[int, ...]:
        """What should be sent, in this order."""
        return tuple(at for at in self.path if at != self.root)


def sent_order(sent: Sequence[bytes]) -> SentOrder:
    """Of DER certificates; those that cannot be read are needless."""
    repeated = tuple(at for at, der in enumerate(sent) if der in sent[:at])
    sketches = {at: found for at, der in enumerate(sent) if at not in repeated and (found := sketch(der)) is not None}
    path = [0] if 0 in sketches else []
    also: set[int] = set()
    while path and (above := _above(sketches, path)):
        path.append(above[0])
        also.update(above[1:])  # cross-signed: the same authority under two issuers serves two kinds of clients
    root = path[-1] if len(path) > 1 and _self_issued(sketches[path[-1]]) else -1
    needless = tuple(at for at in range(len(sent)) if at not in repeated and at not in path and at not in also)
    return SentOrder(len(sent), tuple(path), repeated, needless, root)


def _above(sketches: dict[int, CertificateSketch], path: list[int]) -> list[int]:
    top = sketches[path[-1]]
    if _self_issued(top):
        return []
    return [at for at, entry in sketches.items() if entry.subject == top.issuer and at not in path]


def _self_issued(entry: CertificateSketch) -> bool:
    return entry.issuer == entry.subject


def may_displease(verified: Sequence[bytes]) -> bool:
    """Whether stricter clients than OpenSSL could find fault with a chain that verified, its anchor included: a first
    look at which extensions are there, for certificate_runtimes.py to be asked or not."""
    entries = [sketch(der) for der in verified]
    for at, entry in enumerate(entries):
        if entry is None:
            return True
        has = dict(entry.extensions)
        if at + 1 < len(entries) and AUTHORITY_KEY not in has:
            return True
        if at == 0 and NAMES not in has:
            return True
        if at > 0 and (not has.get(CONSTRAINTS, False) or KEY_USAGE not in has or SUBJECT_KEY not in has):
            return True
    return False
