"""Bytes in a paste (Erlang binaries, hex dumps, Wireshark copies) and what they are the beginning of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mqassist.core.record import record

MAX_BYTES = 4_096
MAX_FOUND = 40

_ERLANG = re.compile(
    r"<<(?P<list>(?:\s{0,60}\d{1,3}\s{0,3},){0,2000}\s{0,60}\d{1,3}\s{0,20})(?:>>|,?\s?\.\.\.|$|\n)|<<(?P<text>\"[^\"\n]{1,400}(?:\"|(?=\n|\Z)))"
)
_RECORD_TYPE = re.compile(r"unsupported_record_type,\s{0,60}(?P<byte>\d{1,3})")
_DUMP_LINE = re.compile(
    r"^[ |]{0,20}(?:(?:0x)?[0-9a-fA-F]{4,8}[:\s][ ]{0,4})"
    r"(?P<hex>(?:[0-9a-fA-F]{2}[ :-]{1,3}|[0-9a-fA-F]{4}[ ]{1,3}){4,32}[0-9a-fA-F]{0,4})",
    re.MULTILINE,
)
_INLINE = re.compile(
    r"(?<![0-9A-Za-z_:.-])(?P<hex>(?:(?:0x)?[0-9a-fA-F]{2}[ ,:]{1,2}){3,400}(?:0x)?[0-9a-fA-F]{2})(?![0-9A-Za-z_:.-])"
)
_SOLID = re.compile(
    r"(?<![0-9A-Za-z/+_.-])(?:0x)?(?P<hex>(?:1603[0-4]|1503[0-4]|414d5150|10[0-9a-f]{2}0004|2002000|474554)"
    r"[0-9a-fA-F]{4,2000})(?![0-9A-Za-z])",
    re.IGNORECASE,
)


@record
class Bytes:
    """Bytes found in a text. `kind` is what they begin; `detail` a code or words read from them; `listener` the kind
    of port that wrote so, "" if the text does not tell."""

    start: int
    end: int
    kind: str
    detail: str
    data: bytes
    listener: str = ""


def bytes_in(text: str) -> list[Bytes]:
    """Everything in the text that decodes to the beginning of something known."""
    found: list[Bytes] = []
    for start, end, data, listener in _sequences(text):
        kind, detail = kind_of(data)
        if not kind and listener == "amqp":
            kind = "no-header"  # RabbitMQ names the first bytes because they were not its own
        if kind:
            found.append(Bytes(start, end, kind, detail, data[:MAX_BYTES], listener))
        if len(found) >= MAX_FOUND:
            break
    return found


def _sequences(text: str) -> Iterator[tuple[int, int, bytes, str]]:
    for match in _ERLANG.finditer(text):
        if match["text"]:
            yield (
                match.start(),
                match.end(),
                match["text"].strip('"').encode("latin-1", "replace"),
                _listener(text, match.start()),
            )
            continue
        values = [int(part) for part in match["list"].split(",")[:MAX_BYTES] if part.strip()]
        if len(values) >= 3 and max(values) < 256:
            yield match.start(), match.end(), bytes(values), _listener(text, match.start())
    for match in _RECORD_TYPE.finditer(text):
        value = int(match["byte"])
        if value < 256:
            yield match.start(), match.end(), bytes([value]), "tls"
    yield from _dumps(text)


def _listener(text: str, at: int) -> str:
    before = text[max(0, at - 260) : at]
    if re.search(r"bad_header", before[-80:]):
        return "amqp"
    if re.search(r"mqtt|emqx|frame|input_bytes", before, re.IGNORECASE):
        return "mqtt"
    return ""


def _dumps(text: str) -> Iterator[tuple[int, int, bytes, str]]:
    start, end, held = 0, -2, bytearray()
    for match in _DUMP_LINE.finditer(text):
        if held and match.start() > end + 1:
            yield start, end, bytes(held), ""
            held = bytearray()
        if not held:
            start = match.start("hex")
        newline = text.find("\n", match.end())
        end = len(text) if newline < 0 else newline
        if len(held) < MAX_BYTES:
            held += _unhex(match["hex"])
    if held:
        yield start, end, bytes(held), ""
        return
    for pattern in (_INLINE, _SOLID):
        for match in pattern.finditer(text):
            yield match.start("hex"), match.end("hex"), _unhex(match["hex"]), ""


def _unhex(text: str) -> bytes:
    digits = re.sub(r"0x|[^0-9a-fA-F]", "", text)
    return bytes.fromhex(digits[: len(digits) // 2 * 2])


def kind_of(data: bytes) -> tuple[str, str]:
    """What these bytes begin, and what they tell: ("tls-hello", ""), ("mqtt-connack", "5"), …; ("", "") if unknown."""
    if data[:2] == b"\x16\x03":
        return "tls-hello", ""
    if data[:2] == b"\x15\x03" and len(data) >= 7:
        return "tls-alert", str(data[6])
    if data[:4] == b"AMQP":
        return (
            ("amqp-1-0", "")
            if data[4:8] in (b"\x00\x01\x00\x00", b"\x03\x01\x00\x00", b"\x02\x01\x00\x00")
            else ("amqp", "")
        )
    if data[:6] == b"PROXY " or data[:5] == b"\r\n\r\n\x00":
        return "proxy-protocol", ""
    if re.match(rb"(?:GET|POST|PUT|HEAD|OPTIONS|DELETE|CONNECT) ?|HTTP|[A-Z]{0,6} [^\s]{1,300} HTTP/1", data):
        return "http", ""  # a broker may have taken the first letters for a header of its own
    if data[:1] == b"\x10" and (b"MQTT" in data[:12] or b"MQIsdp" in data[:14]):
        return "mqtt-connect", ""
    if data[:2] == b"\x20\x02" and len(data) >= 4:
        return "mqtt-connack", str(data[3])
    if data[:1] == b"\x20" and len(data) >= 5 and data[1] == len(data) - 2:
        return "mqtt5-connack", str(data[3])
    if data[:4] == b"SSH-":
        return "ssh", ""
    if data[4:8] in (b"\xffSMB", b"\xfeSMB") or data[:4] in (b"\xffSMB", b"\xfeSMB"):
        return "smb", ""
    if len(data) == 1:
        return {65: ("amqp", ""), 16: ("mqtt-connect", ""), 71: ("http", ""), 80: ("http", ""), 72: ("http", "")}.get(
            data[0], ("unknown", str(data[0]))
        )
    close = data.find(b"\x00\x0a\x00\x32")
    if data[:3] == b"\x01\x00\x00" and 0 <= close <= 8 and len(data) > close + 7:
        size = data[close + 6]
        return "amqp-close", data[close + 7 : close + 7 + size].decode("utf-8", "replace")
    return "", ""
