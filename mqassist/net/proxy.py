"""HTTP CONNECT and SOCKS5 as state machines: bytes in, frozen events out. No sockets here.

HTTP CONNECT: RFC 9110 §9.3.6 (method), §11.7 (proxy authentication), RFC 7617 (Basic).
SOCKS5: RFC 1928 (protocol), RFC 1929 (user name and password).
"""

from __future__ import annotations

import base64
import re
from typing import Literal

from mqassist.core.record import record

MAX_HEADER = 16384
"""An answer header longer than this is not read on: no proxy needs it."""

TEXT_SHOWN = 200

Refusal = Literal[
    "denied",
    "authentication-required",
    "authentication-failed",
    "no-shared-method",
    "bad-gateway",
    "not-a-proxy",
    "failed",
]


@record
class Send:
    """Bytes to send now; `shown` is the same without a password."""

    data: bytes
    shown: bytes


@record
class Opened:
    """The tunnel stands; `rest` are the first bytes that already came through it."""

    status: int
    text: str
    rest: bytes = b""


@record
class Refused:
    """No tunnel. `status` is the HTTP status or the SOCKS reply code, -1 if none was read.

    `target` is what the proxy said of the way to the target: refused, timed-out, host-unreachable,
    network-unreachable, name-not-found, or "" if it did not say. `methods` are the ways to log in that it offers.
    """

    result: Refusal
    status: int = -1
    text: str = ""
    target: str = ""
    methods: tuple[str, ...] = ()
    detail: str = ""


Event = Send | Opened | Refused


@record
class Login:
    username: str
    password: str


def printable(data: bytes | str, limit: int = TEXT_SHOWN) -> str:
    """One bounded line: control characters, and what is not UTF-8, are shown escaped."""
    text = data.decode("utf-8", "backslashreplace") if isinstance(data, bytes) else data
    out = "".join(letter if letter.isprintable() else _escape(letter) for letter in text[: limit + 1])
    return out if len(out) <= limit else out[:limit] + "…"


def _escape(letter: str) -> str:
    return {"\r": "\\r", "\n": "\\n", "\t": "\\t"}.get(letter, f"\\x{ord(letter):02x}")


def authority(host: str, port: int) -> str:
    """`host:port` as CONNECT wants it (RFC 9110 §7.2: an IPv6 address in brackets)."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class HttpConnect:
    """One CONNECT request. `start()` gives the request; `feed()` takes what came."""

    def __init__(self, host: str, port: int, login: Login | None = None) -> None:
        self._target = authority(host, port)
        self._login = login
        self._held = bytearray()
        self._done = False

    def start(self) -> Send:
        lines = [f"CONNECT {self._target} HTTP/1.1", f"Host: {self._target}", "Proxy-Connection: keep-alive"]
        shown = list(lines)
        if self._login is not None:
            pair = f"{self._login.username}:{self._login.password}".encode()
            lines.append(f"Proxy-Authorization: Basic {base64.b64encode(pair).decode()}")
            shown.append("Proxy-Authorization: Basic •••")
        return Send("\r\n".join([*lines, "", ""]).encode(), "\r\n".join([*shown, "", ""]).encode())

    def feed(self, data: bytes) -> tuple[Event, ...]:
        """Nothing until the header is whole; then exactly one Opened or Refused."""
        if self._done:
            return ()
        self._held += data
        held = bytes(self._held)
        if not b"HTTP/1.".startswith(held[:7]):
            return self._end(Refused("not-a-proxy", detail="no HTTP status line"))
        end = re.search(rb"\r?\n\r?\n", held)
        if end is None:
            if len(held) > MAX_HEADER:
                return self._end(Refused("not-a-proxy", detail="endless header"))
            return ()
        return self._end(self._read(held[: end.start()], held[end.end() :]))

    def _end(self, event: Event) -> tuple[Event, ...]:
        self._done = True
        return (event,)

    def _read(self, head: bytes, rest: bytes) -> Event:
        first, *lines = head.split(b"\n")
        found = re.fullmatch(rb"HTTP/1\.[0-9] ([0-9]{3})(?: (.*?))?\r?", first)
        if found is None:
            return Refused("not-a-proxy", detail="no HTTP status line")
        status, text = int(found[1]), printable(found[2] or b"")
        if 200 <= status < 300:
            return Opened(status, text, rest)
        headers = [_header(line) for line in lines]
        offered = (value.split(" ")[0] for name, value in headers if name == "proxy-authenticate" and value)
        methods = tuple(dict.fromkeys(offered))
        squid = next((value for name, value in headers if name == "x-squid-error"), "")
        result = self._result(status, methods)
        # seen: Squid 5.7 gives 500 and this word for a host whose name it cannot resolve
        if squid.startswith("ERR_CANNOT_FORWARD"):
            result = "bad-gateway"
        return Refused(result, status, text, _target_in(status, squid), methods, squid)

    def _result(self, status: int, methods: tuple[str, ...]) -> Refusal:
        if status == 407:  # RFC 9110 §15.5.8
            if self._login is None:
                return "authentication-required"
            return "authentication-failed" if "basic" in {name.lower() for name in methods} else "no-shared-method"
        if status in (403, 405, 451):
            return "denied"
        if status in (404, 501):  # an ordinary web server that does not know CONNECT
            return "not-a-proxy"
        return "bad-gateway" if status in (502, 503, 504) else "failed"


def _header(line: bytes) -> tuple[str, str]:
    name, _, value = line.partition(b":")
    return printable(name.strip()).lower(), printable(value.strip())


# seen: Squid 5.7 `X-Squid-Error: ERR_CONNECT_FAIL 111` (errno of its own connect), `ERR_DNS_FAIL 0`
_SQUID_ERRNO = {"111": "refused", "110": "timed-out", "113": "host-unreachable", "101": "network-unreachable"}


def _target_in(status: int, squid: str) -> str:
    name, _, code = squid.partition(" ")
    if name == "ERR_DNS_FAIL":
        return "name-not-found"
    if name == "ERR_CONNECT_FAIL":
        return _SQUID_ERRNO.get(code, "")
    return "timed-out" if status == 504 else ""  # RFC 9110 §15.6.5


_SOCKS_REPLIES: dict[int, tuple[Refusal, str, str]] = {
    # RFC 1928 §6: code -> result, what it says of the target, its words
    1: ("failed", "", "general SOCKS server failure"),
    2: ("denied", "", "connection not allowed by ruleset"),
    3: ("bad-gateway", "network-unreachable", "network unreachable"),
    4: ("bad-gateway", "host-unreachable", "host unreachable"),
    5: ("bad-gateway", "refused", "connection refused"),
    6: ("bad-gateway", "timed-out", "TTL expired"),
    7: ("denied", "", "command not supported"),
    8: ("failed", "", "address type not supported"),
}
_METHOD_NAMES = {0: "none", 1: "GSSAPI", 2: "user name and password"}


class Socks5:
    """One SOCKS5 CONNECT. The name goes to the proxy as it is: the proxy resolves it (RFC 1928 §5, ATYP 3)."""

    def __init__(self, host: str, port: int, login: Login | None = None) -> None:
        self._host, self._port, self._login = host, port, login
        self._held = bytearray()
        self._state: Literal["method", "login", "reply", "done"] = "method"

    @property
    def answered(self) -> bool:
        """True once the proxy has chosen a method: it is a SOCKS5 server, whatever comes later."""
        return self._state in ("login", "reply")

    def start(self) -> Send:
        # §3: version, number of methods, methods
        greeting = b"\x05\x01\x00" if self._login is None else b"\x05\x02\x00\x02"
        return Send(greeting, greeting)

    def feed(self, data: bytes) -> tuple[Event, ...]:
        """What to send next, or the end. Never raises on what the peer sends."""
        self._held += data
        events: list[Event] = []
        while self._state != "done":
            event = self._step()
            if event is None:
                break
            if not isinstance(event, Send):
                self._state = "done"
            events.append(event)
        return tuple(events)

    def _step(self) -> Event | None:
        if self._state == "method":
            return self._method()
        if self._state == "login":
            return self._logged_in()
        return self._reply()

    def _take(self, count: int) -> bytes:
        taken = bytes(self._held[:count])
        del self._held[:count]
        return taken

    def _method(self) -> Event | None:
        if self._held and self._held[0] != 5:
            return Refused("not-a-proxy", detail="no SOCKS5 answer")
        if len(self._held) < 2:
            return None
        method = self._take(2)[1]
        if method == 0:
            return self._request()
        if method == 2 and self._login is not None:
            return self._login_request(self._login)
        if method == 0xFF:
            result: Refusal = "authentication-required" if self._login is None else "no-shared-method"
            return Refused(result, method, "no acceptable methods")
        return Refused("no-shared-method", method, _METHOD_NAMES.get(method, f"method {method}"))

    def _login_request(self, login: Login) -> Event:
        user, password = login.username.encode(), login.password.encode()
        if not 1 <= len(user) <= 255 or not 1 <= len(password) <= 255:
            return Refused("failed", detail="user name or password is blank or longer than 255 bytes")  # RFC 1929 §2
        self._state = "login"
        head = bytes([1, len(user)]) + user
        return Send(head + bytes([len(password)]) + password, head + b"\0" + "•••".encode())

    def _logged_in(self) -> Event | None:
        if len(self._held) < 2:
            return None
        _, status = self._take(2)
        if status != 0:
            return Refused("authentication-failed", status, "login refused", methods=(_METHOD_NAMES[2],))
        return self._request()

    def _request(self) -> Event:
        import ipaddress  # only where SOCKS5 is spoken

        try:
            packed = ipaddress.ip_address(self._host).packed
            where = bytes([1 if len(packed) == 4 else 4]) + packed
        except ValueError:
            name = _ascii_name(self._host)
            if name is None:
                return Refused("failed", detail="the host name does not fit into a SOCKS5 request")
            where = bytes([3, len(name)]) + name
        self._state = "reply"
        # §4: version, CONNECT, reserved, address, port
        data = b"\x05\x01\x00" + where + self._port.to_bytes(2, "big")
        return Send(data, data)

    def _reply(self) -> Event | None:
        held = self._held
        if held and held[0] != 5:
            return Refused("not-a-proxy", detail="no SOCKS5 reply")
        if len(held) >= 2 and held[1] != 0:
            result, target, words = _SOCKS_REPLIES.get(held[1], ("failed", "", f"reply {held[1]}"))
            return Refused(result, held[1], words, target)
        if len(held) < 5:
            return None
        length = {1: 4, 3: 1 + held[4], 4: 16}.get(held[3])
        if length is None:
            return Refused("not-a-proxy", detail="unknown address type in the SOCKS5 reply")
        if len(held) < 4 + length + 2:
            return None
        self._take(4 + length + 2)
        return Opened(0, "succeeded", bytes(held))


def _ascii_name(host: str) -> bytes | None:
    try:
        name = host.encode("ascii") if host.isascii() else host.encode("idna")
    except UnicodeError:
        return None
    return name if 1 <= len(name) <= 255 else None


Negotiation = HttpConnect | Socks5
