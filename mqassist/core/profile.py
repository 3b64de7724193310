"""A saved endpoint with all that belongs to its client, but no secret: those are in the operating system's keyring."""

from __future__ import annotations

import os
from typing import Literal, get_args

from mqassist.core.endpoint import DEFAULT_PORTS, Endpoint
from mqassist.core.errors import UserError
from mqassist.core.percent import encode
from mqassist.core.proxy_target import split_proxy
from mqassist.core.record import changed, record
from mqassist.core.secret import Secret
from mqassist.core.settings import CheckSettings
from mqassist.core.target import Target, parse_target

SecretKind = Literal["password", "key-passphrase", "proxy-password"]
SECRET_KINDS: tuple[SecretKind, ...] = get_args(SecretKind)

Keep = Literal["keyring", "session", "ask"]
"""Where the secrets of a profile are: in the keyring, in memory until this program ends, or with the person."""
KEEPS: tuple[Keep, ...] = get_args(Keep)

Secrets = dict[SecretKind, Secret]

MAX_NAME = 200
MAX_HOSTS = 64


@record
class Profile:
    """`url` is canonical and without a password; `hosts` are further nodes of the same broker as host or host:port.

    `group` is the path of nested groups, outermost first. `settings` are those of every check of this profile;
    `stored` names the secrets that were put into the keyring. `production` makes active tests ask first.
    `version` counts the savings: who saves an older one is told.
    """

    id: str
    name: str
    url: str
    hosts: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    settings: CheckSettings = CheckSettings()
    production: bool = False
    keep: Keep = "keyring"
    stored: tuple[SecretKind, ...] = ()
    notes: str = ""
    version: int = 0

    @property
    def endpoint(self) -> Endpoint | None:
        return parse_target(self.url).endpoint

    def urls(self) -> tuple[str, ...]:
        """The URL of each host, the first one's first; the further ones differ in host and port only."""
        first = self.endpoint
        if first is None:
            return (self.url,)
        return (self.url, *(str(_at(first, host)) for host in self.hosts))


@record
class LastRun:
    """How the last check of a profile ended: `state` is works, warning, broken, undecided, stopped or crashed, `at`
    seconds since 1970."""

    state: str
    at: float
    title: str = ""


@record
class Removed:
    """What is needed to undo: the profile, its place, and its secrets, which nobody else holds any more.

    `left` are entries that the keyring did not give back: they are still there.
    """

    profile: Profile
    index: int
    secrets: Secrets
    left: tuple[SecretKind, ...] = ()


KeyringAbility = Literal["available", "locked", "missing", "silent", "refused"]


@record
class KeyringState:
    """What the operating system's keyring is called and whether it takes secrets now."""

    ability: KeyringAbility
    name: str = ""


def new_id() -> str:
    return os.urandom(8).hex()


def _at(endpoint: Endpoint, host: str) -> Endpoint:
    name, port = split_host(host)
    return changed(endpoint, host=name, port=port or endpoint.port)


def split_host(text: str) -> tuple[str, int]:
    """`host`, `host:port`, `[v6]:port` or a bare IPv6 address; port 0 if there is none."""
    text = text.strip()
    if text.startswith("["):
        inner, _, rest = text[1:].partition("]")
        return inner, _port(rest.removeprefix(":"))
    if text.count(":") == 1:
        host, _, port = text.partition(":")
        return host, _port(port)
    return text, 0


def _port(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:6]) < 65536 else 0


def profile_from_url(text: str, name: str = "", **given: object) -> tuple[Profile, Secrets]:
    """A profile of what a person typed, and the password that was in it.

    Query parameters of RabbitMQ's URI specification become settings. Raises UserError if no endpoint can be read.
    """
    target = parse_target(text)
    if target.endpoint is None:
        raise UserError("profile-url", f"not an address that can be saved: {target.shown}", url=target.shown)
    settings = _of_query(text, target.endpoint)
    profile = Profile(new_id(), name or default_name(target.endpoint), str(target.endpoint), settings=settings)
    return (changed(profile, **given) if given else profile), secrets_of(target)


def secrets_of(target: Target) -> Secrets:
    password = target.credentials.password
    return {} if password is None or password.is_blank else {"password": password}


def _of_query(text: str, endpoint: Endpoint) -> CheckSettings:
    """https://www.rabbitmq.com/docs/uri-query-parameters: the ones that a check knows, too."""
    from mqassist.core.percent import decode
    from mqassist.core.target_read import read

    given: dict[str, str] = {}
    for part in read(text).query.split("&"):
        key, equals, value = part.partition("=")
        if equals and value:
            given[key.lower()] = decode(value)
    settings = CheckSettings()
    if endpoint.protocol != "amqp":
        return settings
    files = {"ca": given.get("cacertfile"), "cert": given.get("certfile"), "key": given.get("keyfile")}
    tls = changed(settings.tls, **files, server_name=given.get("server_name_indication"))
    if given.get("verify") == "verify_none":
        tls = changed(tls, verify=False)
    beat, wait = given.get("heartbeat", ""), given.get("connection_timeout", "")
    return changed(
        settings,
        tls=tls,
        heartbeat=int(beat) if beat.isdigit() and int(beat[:9]) < 65536 else None,
        timeout=int(wait) / 1000 if wait.isdigit() and 0 < int(wait[:9]) <= 3_600_000 else settings.timeout,
    )


def default_name(endpoint: Endpoint) -> str:
    """The host, and the virtual host where it is not the default one."""
    more = f" {endpoint.vhost}" if endpoint.protocol == "amqp" and endpoint.vhost not in ("", "/") else ""
    port = "" if endpoint.port == DEFAULT_PORTS[endpoint.scheme] else f":{endpoint.port}"
    return f"{endpoint.host}{port}{more}"[:MAX_NAME]


def checked_profile(profile: Profile) -> Profile:
    """The profile as it may be saved: names trimmed, no secret in an address. Raises UserError saying what is wrong."""
    name = " ".join(profile.name.split())
    if not name:
        raise UserError("profile-no-name", "a profile needs a name")
    if len(name) > MAX_NAME:
        raise UserError("profile-long-name", "the name is too long", limit=MAX_NAME)
    if "://" in name or name.startswith("-"):
        raise UserError("profile-name-like-url", f"not a name: {name}", name=name)
    target = parse_target(profile.url)
    if target.endpoint is None:
        raise UserError("profile-url", f"not an address that can be saved: {target.shown}", url=target.shown)
    if len(profile.hosts) > MAX_HOSTS:
        raise UserError("profile-many-hosts", "too many hosts", limit=MAX_HOSTS)
    return changed(
        profile,
        name=name,
        url=str(target.endpoint),
        hosts=tuple(_checked_host(host) for host in profile.hosts if host.strip()),
        group=tuple(part for part in (" ".join(each.split()) for each in profile.group) if part),
        tags=tuple(dict.fromkeys(tag.strip() for tag in profile.tags if tag.strip())),
        settings=_without_logins(profile.settings),
    )


def _checked_host(text: str) -> str:
    host, port = split_host(text)
    target = parse_target(f"amqp://[{host}]" if ":" in host else f"amqp://{host}")
    if target.endpoint is None or target.endpoint.host != host or target.credentials.username is not None:
        shown = target.shown.removeprefix("amqp://")
        raise UserError("profile-host", f"not a host: {shown}", host=shown)
    if not port and text.strip() not in (host, f"[{host}]"):
        raise UserError("profile-host", f"not a host and port: {host}", host=host)
    shown = f"[{host}]" if ":" in host else host
    return f"{shown}:{port}" if port else host


def _without_logins(settings: CheckSettings) -> CheckSettings:
    """Addresses of proxy and management API without what may be a password."""
    proxy = split_proxy(settings.proxy)[0] if settings.proxy else None
    management = settings.management
    if management:
        scheme, mark, rest = management.partition("://")
        if not mark or scheme.lower() not in ("http", "https") or not rest.strip("/"):
            raise UserError("profile-management", "the management API needs an http:// or https:// address")
        authority, slash, path = rest.partition("/")
        management = f"{scheme.lower()}://{authority.rpartition('@')[2]}{slash}{path.partition('?')[0]}"
    return changed(settings, proxy=proxy, management=management or None)


def with_password(url: str, password: Secret) -> str:
    """The URL with the password in it, percent-encoded. Only for a copy that a person asked for in so many words."""
    scheme, mark, rest = url.partition("://")
    login, at, place = rest.rpartition("@")
    return f"{scheme}{mark}{login}:{encode(password.reveal())}{at or '@'}{place}"
