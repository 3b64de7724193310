"""The profile editor's fields as plain values, and the way from a profile to them and back. Pure; no Qt.

Everything that is typed is text here: a half typed number is no error until it shall be saved.
"""

from __future__ import annotations

from typing import Literal

from mqassist.core.endpoint import DEFAULT_PORTS, Endpoint
from mqassist.core.errors import UserError
from mqassist.core.profile import Keep, Profile, checked_profile
from mqassist.core.record import changed, record
from mqassist.core.settings import CheckSettings, TlsSettings

Kind = Literal["amqp", "mqtt", "websocket"]
Trust = Literal["system", "file", "both"]


@record
class Form:
    """`group` is written with /, `tags` and `hosts` with commas; `port` "" is the protocol's own."""

    kind: Kind = "amqp"
    tls: bool = False
    host: str = ""
    port: str = ""
    vhost: str = "/"
    path: str = ""
    user: str = ""
    hosts: str = ""
    ca: str = ""
    cert: str = ""
    key: str = ""
    server_name: str = ""
    trust: Trust = "system"
    verify: bool = True
    name: str = ""
    group: str = ""
    tags: str = ""
    heartbeat: str = ""
    timeout: str = "5"
    client_id: str = ""
    mqtt_version: str = "3.1.1"
    queue: str = ""
    exchange: str = ""
    routing_key: str = ""
    topic: str = ""
    qos: int = 1
    proxy: str = ""
    management: str = ""
    production: bool = False
    limit_logins: bool = True
    allow_active: bool = True
    logs: tuple[str, ...] = ()
    notes: str = ""
    keep: Keep = "keyring"


def scheme_of(form: Form) -> str:
    plain = {"amqp": "amqp", "mqtt": "mqtt", "websocket": "ws"}[form.kind]
    return f"{plain}s" if form.tls else plain


def endpoint_of(form: Form) -> Endpoint | None:
    """None while there is no host, or no number for a port."""
    scheme = scheme_of(form)
    port = form.port.strip()
    if not form.host.strip() or (port and not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536)):
        return None
    websocket = form.kind == "websocket"
    return Endpoint(
        protocol="amqp" if form.kind == "amqp" else "mqtt",
        scheme=scheme,
        host=form.host.strip().removeprefix("[").removesuffix("]"),
        port=int(port) if port else DEFAULT_PORTS[scheme],
        tls=form.tls,
        transport="websocket" if websocket else "tcp",
        vhost=form.vhost if form.kind == "amqp" else "/",
        path=("/" + form.path.lstrip("/") if form.path else "") if websocket else "",
        username=form.user or None,
    )


def with_endpoint(form: Form, endpoint: Endpoint) -> Form:
    """What an address says; all else stays."""
    kind: Kind = "websocket" if endpoint.transport == "websocket" else "amqp" if endpoint.protocol == "amqp" else "mqtt"
    return changed(
        form,
        kind=kind,
        tls=endpoint.tls,
        host=endpoint.host,
        port=str(endpoint.port),
        vhost=endpoint.vhost if kind == "amqp" else form.vhost,
        path=endpoint.path if kind == "websocket" else form.path,
        user=endpoint.username or "",
    )


def with_kind(form: Form, kind: Kind, tls: bool) -> Form:
    """Another protocol, or TLS on or off: a port that was only the old default becomes the new one."""
    before = str(DEFAULT_PORTS[scheme_of(form)])
    fresh = changed(form, kind=kind, tls=tls)
    return changed(fresh, port=str(DEFAULT_PORTS[scheme_of(fresh)])) if form.port in ("", before) else fresh


def form_of(profile: Profile) -> Form:
    settings, tls = profile.settings, profile.settings.tls
    trust: Trust = "both" if tls.system_too else "file" if tls.ca else "system"
    form = Form(
        hosts=", ".join(profile.hosts),
        ca=tls.ca or "",
        cert=tls.cert or "",
        key=tls.key or "",
        server_name=tls.server_name or "",
        trust=trust,
        verify=tls.verify,
        name=profile.name,
        group="/".join(profile.group),
        tags=", ".join(profile.tags),
        heartbeat="" if settings.heartbeat is None else str(settings.heartbeat),
        timeout=f"{settings.timeout:g}",
        client_id=settings.client_id or "",
        mqtt_version=settings.mqtt_version,
        queue=settings.queue or "",
        exchange=settings.exchange or "",
        routing_key=settings.routing_key or "",
        topic=settings.topic or "",
        qos=settings.qos,
        proxy=settings.proxy or "",
        management=settings.management or "",
        production=profile.production,
        limit_logins=settings.max_login_tries <= 3,
        allow_active=not settings.read_only,
        logs=settings.logs,
        notes=profile.notes,
        keep=profile.keep,
    )
    endpoint = profile.endpoint
    return form if endpoint is None else with_endpoint(form, endpoint)


def profile_of(form: Form, base: Profile) -> Profile:
    """As it may be saved; what has no field here stays as it was. Raises UserError naming what does not fit."""
    endpoint = endpoint_of(form)
    if endpoint is None:
        port = form.port.strip()
        raise UserError("form-port" if form.host.strip() else "form-host", "no address", port=port)
    return checked_profile(
        changed(
            base,
            name=form.name,
            url=str(endpoint),
            hosts=_listed(form.hosts),
            group=tuple(part.strip() for part in form.group.split("/") if part.strip()),
            tags=_listed(form.tags),
            settings=_settings(form, base.settings),
            production=form.production,
            keep=form.keep,
            notes=form.notes,
        )
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("，", ",").split(",") if part.strip())


def _settings(form: Form, base: CheckSettings) -> CheckSettings:
    amqp = form.kind == "amqp"
    trusts_file = form.trust != "system"
    return changed(
        base,
        timeout=_number(form.timeout, "form-timeout", 0.1, 3_600) or 5.0,
        tls=TlsSettings(
            ca=form.ca.strip() or None if trusts_file else None,
            cert=form.cert.strip() or None,
            key=form.key.strip() or None,
            server_name=form.server_name.strip() or None,
            verify=form.verify,
            system_too=form.trust == "both" and bool(form.ca.strip()),
        ),
        heartbeat=_whole(form.heartbeat),
        client_id=form.client_id or None if not amqp else base.client_id,
        mqtt_version=form.mqtt_version,
        queue=form.queue or None if amqp else base.queue,
        exchange=form.exchange or None if amqp else base.exchange,
        routing_key=form.routing_key or None if amqp else base.routing_key,
        topic=form.topic or None if not amqp else base.topic,
        qos=form.qos,
        proxy=form.proxy.strip() or None,
        management=form.management.strip() or None,
        logs=form.logs,
        read_only=not form.allow_active,
        max_login_tries=min(3, base.max_login_tries) if form.limit_logins else max(10, base.max_login_tries),
    )


def _number(text: str, key: str, low: float, high: float) -> float | None:
    text = text.strip().removesuffix("s").strip().replace(",", ".")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not low <= value <= high:
        raise UserError(key, "not a number of seconds", low=low, high=high)
    return value


def _whole(text: str) -> int | None:
    value = _number(text, "form-heartbeat", 0, 65_535)
    if value is not None and value != int(value):
        raise UserError("form-heartbeat", "not a whole number", low=0, high=65_535)
    return None if value is None else int(value)
