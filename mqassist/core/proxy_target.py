"""Reads the `--proxy` URL and takes the password out of it. Pure; knows nothing of sockets."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote, unquote, urlsplit

from mqassist.core.errors import UserError
from mqassist.core.facts import Fact
from mqassist.core.record import record
from mqassist.core.secret import MASK, Secret

ProxyKind = Literal["http", "socks5"]

_SCHEMES: dict[str, tuple[ProxyKind, int]] = {
    "http": ("http", 8080),
    "socks5": ("socks5", 1080),
    "socks5h": ("socks5", 1080),
}
"""socks5h is how curl spells "the proxy resolves the name", which is what we do with every proxy."""


@record
class ProxyAddress:
    """Where the proxy is. Safe to print: holds a user name, never a password."""

    kind: ProxyKind
    host: str
    port: int
    username: str | None = None

    @property
    def authority(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def __str__(self) -> str:
        user = "" if self.username is None else quote(self.username, safe="") + "@"
        return f"{self.kind}://{user}{self.authority}"


def parse_proxy(url: str) -> ProxyAddress:
    """`http://` or `socks5://` with host, optional port (8080, 1080) and login. Raises UserError ("proxy-url")."""
    return _read(url)[0]


def split_proxy(url: str) -> tuple[str, Secret | None, dict[str, Fact]]:
    """The URL without its password, the password, and the `proxy.*` facts that the text alone gives.

    Raises UserError ("proxy-url") for what cannot be a proxy; the message never holds a password.
    """
    address, password = _read(url)
    facts: dict[str, Fact] = {
        "proxy.kind": address.kind,
        "proxy.host": address.host,
        "proxy.port": address.port,
        "proxy.login_given": address.username is not None,
    }
    return str(address), password, facts


def masked_proxy(url: str) -> str:
    """A proxy URL of unknown quality, safe to show: whatever may be a login is masked, at most 200 characters."""
    scheme, mark, rest = url.partition("://")
    if not mark or not scheme.isalnum():  # what stands before "://" may hold the login, too
        scheme, mark, rest = "", "", url
    login, at, host = rest.rpartition("@")
    user = login.partition(":")[0]
    shown = f"{user}:{MASK}@{host}" if ":" in login else f"{MASK}@{host}" if at else host
    return f"{scheme}{mark}{shown}"[:200]


def _read(url: str) -> tuple[ProxyAddress, Secret | None]:
    text = url.strip()
    if "://" not in text:
        text = f"http://{text}"  # the form curl and most clients accept: host:port is an HTTP proxy
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _unreadable(url) from None  # its message may quote a piece of the password
    # a path, too: an unencoded / or # in the password would make its beginning a port and its end a path
    if parts.scheme not in _SCHEMES or not host or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise _unreadable(url)
    if port == 0 or any(ord(letter) <= 32 or ord(letter) == 127 for letter in host) or len(host) > 255:
        raise _unreadable(url)
    kind, default = _SCHEMES[parts.scheme]
    username = None if parts.username is None else unquote(parts.username)
    password = None if parts.password is None else Secret(unquote(parts.password))
    return ProxyAddress(kind, host, port or default, username), password


def _unreadable(url: str) -> UserError:
    shown = masked_proxy(url)
    message = f"not a proxy that can be used: {shown} (write http://HOST:PORT or socks5://HOST:PORT)"
    return UserError("proxy-url", message, url=shown)
