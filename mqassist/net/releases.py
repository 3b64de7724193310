"""Asks one address for the newest version, if a person wants that: one GET that tells nothing about this computer.

Knows no host: the address is given. Through the system's proxy; over TLS, but for an address on this computer.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Any

from mqassist.core.cancel import CancelToken
from mqassist.core.release import Newest, numbers

if TYPE_CHECKING:
    import http.client
    import urllib.request

BUDGET_S = 8.0
"""For all of it, redirections included; a server that drips is cut off then."""
LONGEST = 262_144
"""Bytes of an answer: the list of one release is a few thousand."""
REDIRECTIONS = 3
_HEADERS = {"Accept": "application/json", "User-Agent": "mqassist"}
_HERE = ("localhost", "127.0.0.1", "::1")


def newest(address: str, token: CancelToken, budget: float = BUDGET_S) -> Newest:
    """Takes up to `budget` seconds. Raises Cancelled, and nothing else: what went wrong is in the answer.

    Understands what GitHub, Gitea and Forgejo say of a latest release (tag_name, html_url), and {"version", "url"}.
    """
    import http.client
    import urllib.error

    if not is_fit(address):
        return Newest(problem="address")
    try:
        return _read(_fetch(address, token, budget))
    except urllib.error.HTTPError as error:
        error.close()
        return Newest(problem="status", detail=str(error.code))
    except (OSError, ValueError, http.client.HTTPException) as error:
        token.check()
        why = getattr(error, "reason", error)
        if isinstance(why, TimeoutError) or isinstance(error, _CutOff):
            return Newest(problem="silent")
        if isinstance(error, OSError):
            return Newest(problem="unreachable", detail=getattr(why, "strerror", None) or str(why))
        return Newest(problem="not-understood")


def is_fit(address: str) -> bool:
    """https://, or http:// on this computer; a login in it would be kept in the settings, so none is taken."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc or not address.isascii() or not address.isprintable() or " " in address:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in _HERE)


class _CutOff(OSError):
    """The time was over while the answer still came."""


def _fetch(address: str, token: CancelToken, budget: float) -> bytes:
    import urllib.request

    lines: list[socket.socket] = []
    over = threading.Event()

    def cut() -> None:
        over.set()
        for line in tuple(lines):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    clock = threading.Timer(budget, cut)
    clock.daemon = True
    forget = token.on_cancel(cut)
    clock.start()
    try:
        asked = urllib.request.Request(address, headers=_HEADERS)  # noqa: S310 - is_fit has looked at the scheme
        with _opener(lines).open(asked, timeout=budget) as answer:
            told: bytes = answer.read(LONGEST + 1)
    except Exception as error:
        if over.is_set():
            raise _CutOff from error
        raise
    finally:
        clock.cancel()
        clock.join()
        forget()
    if over.is_set():
        raise _CutOff
    return told


def _opener(lines: list[socket.socket]) -> urllib.request.OpenerDirector:
    """Whose sockets are put into `lines` while it works."""
    import http.client
    import urllib.request

    class Plain(http.client.HTTPConnection):
        def connect(self) -> None:
            super().connect()
            lines.append(self.sock)

    class Secure(http.client.HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            lines.append(self.sock)

    class PlainHandler(urllib.request.HTTPHandler):
        def http_open(self, asked: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(Plain, asked)

    class SecureHandler(urllib.request.HTTPSHandler):
        def https_open(self, asked: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(Secure, asked)

    class Redirections(urllib.request.HTTPRedirectHandler):
        max_redirections = REDIRECTIONS
        max_repeats = 1

        def redirect_request(self, asked: Any, answer: Any, code: int, why: str, headers: Any, to: str) -> Any:
            if not is_fit(to):
                answer.close()
                raise ValueError("redirected to where nothing may be asked")
            return super().redirect_request(asked, answer, code, why, headers, to)

    return urllib.request.build_opener(PlainHandler, SecureHandler, Redirections)


def _read(told: bytes) -> Newest:
    import json

    if len(told) > LONGEST:
        return Newest(problem="too-long")
    try:
        release = json.loads(told)
    except (ValueError, RecursionError):
        return Newest(problem="not-understood")
    if not isinstance(release, dict):
        return Newest(problem="not-understood")
    version, page = release.get("tag_name", release.get("version")), release.get("html_url", release.get("url"))
    if not isinstance(version, str) or not numbers(version):
        return Newest(problem="not-understood")
    if not isinstance(page, str) or not page.startswith("https://") or not is_fit(page):
        page = ""
    return Newest(version.strip().removeprefix("v"), page)
