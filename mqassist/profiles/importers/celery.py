"""Celery's settings in a Python file, read with `ast` and never executed: broker_url and its relatives, as
assignments, as arguments of Celery(), and in dictionaries."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mqassist.core.errors import UserError
from mqassist.core.imported import Imported
from mqassist.core.record import changed, record
from mqassist.core.settings import CheckSettings, TlsSettings
from mqassist.core.target import parse_target
from mqassist.profiles.importers.reading import (
    FOREIGN_URL,
    Reading,
    heartbeat_of,
    port_of,
    profile_of_parts,
    timeout_of,
)

FORMAT = "celery"
_KEYS = {
    "broker_url": "url", "broker_read_url": "url", "broker_write_url": "url", "broker": "url",
    "broker_host": "host", "broker_port": "port", "broker_user": "user", "broker_password": "password",
    "broker_vhost": "vhost", "broker_use_ssl": "ssl", "broker_heartbeat": "heartbeat",
    "broker_connection_timeout": "timeout", "broker_transport": "transport",
}  # fmt: skip
_MARK = re.compile(r"(?i)\b(?:celery_)?broker_(?:url|host)\b|\bCelery\s*\(|\bbroker\s*=\s*[\"']")
_ENVIRONMENT = {"get", "getenv", "env", "config", "str", "url"}


class _Unknown:
    """A value that only running the file would give; `why` names what is missing."""

    def __init__(self, why: str = "") -> None:
        self.why = why


@record
class _Setting:
    part: str
    value: object
    line: int


def fits(text: str) -> bool:
    return _MARK.search(text) is not None


def read(text: str, _name: str = "") -> Imported:
    """Raises UserError ("import-python") that names the line of a syntax error."""
    try:
        tree = ast.parse(text.removeprefix("\ufeff"))
    except SyntaxError as error:
        raise UserError("import-python", f"no Python in line {error.lineno}", line=error.lineno or 0) from None
    except (ValueError, RecursionError, MemoryError):
        raise UserError("import-too-deep", "nested too deeply") from None
    reading = Reading(FORMAT)
    try:
        settings = list(_settings(tree, _constants(tree)))
    except RecursionError:
        raise UserError("import-too-deep", "nested too deeply") from None
    _add(reading, settings)
    return reading.result()


def _constants(tree: ast.Module) -> dict[str, object]:
    """Names of the module that are bound to plain values, for f-strings made of them."""
    known: dict[str, object] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            known[node.targets[0].id] = _value(node.value, known)
    return known


def _settings(tree: ast.Module, known: dict[str, object]) -> Iterator[_Setting]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                name = _last_name(target)
                if _part(name):
                    yield _Setting(_part(name), _value(node.value, known), node.value.lineno)
        elif isinstance(node, ast.Call):
            is_celery = _last_name(node.func) in ("Celery", "update", "conf")
            for word in node.keywords:
                part = _part(word.arg or "")
                if part and (is_celery or word.arg != "broker"):
                    yield _Setting(part, _value(word.value, known), word.value.lineno)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value != "broker":
                    part = _part(key.value)
                    if part:
                        yield _Setting(part, _value(value, known), value.lineno)


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    return ""


def _part(name: str) -> str:
    return _KEYS.get(name.lower().removeprefix("celery_"), "")


def _value(node: ast.expr, known: dict[str, object], depth: int = 0) -> object:
    """What can be told without running anything; _Unknown otherwise."""
    if depth > 50:
        return _Unknown()
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return known.get(node.id, _Unknown(node.id))
    if isinstance(node, ast.JoinedStr):
        return _joined([_value(part, known, depth + 1) for part in node.values])
    if isinstance(node, ast.FormattedValue):
        return _value(node.value, known, depth + 1)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _joined([_value(node.left, known, depth + 1), _value(node.right, known, depth + 1)])
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        values = [_value(each, known, depth + 1) for each in node.values]
        return next((each for each in values if not isinstance(each, _Unknown)), values[0])
    if isinstance(node, ast.List | ast.Tuple):
        return [_value(each, known, depth + 1) for each in node.elts[:100]]
    if isinstance(node, ast.Dict):
        return {
            key.value: _value(value, known, depth + 1)
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant)
        }
    if isinstance(node, ast.Call):
        return _of_environment(node, known, depth)
    return _Unknown(_last_name(node))


def _joined(parts: list[object]) -> object:
    unknown = next((part for part in parts if isinstance(part, _Unknown)), None)
    return unknown if unknown is not None else "".join(str(part) for part in parts)


def _of_environment(node: ast.Call, known: dict[str, object], depth: int) -> object:
    """os.environ.get("NAME", "default"), os.getenv, environ's env("NAME", default=…), decouple's config."""
    name = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else ""
    if _last_name(node.func) in _ENVIRONMENT:
        default = next((word.value for word in node.keywords if word.arg == "default"), None)
        if default is None and len(node.args) > 1:
            default = node.args[1]
        if default is not None:
            return _value(default, known, depth + 1)
    return _Unknown(str(name))


def _add(reading: Reading, settings: list[_Setting]) -> None:
    single: dict[str, _Setting] = {}
    for setting in settings:
        if setting.part != "url":
            single.setdefault(setting.part, setting)
    common = _common(reading, single)
    for setting in settings:
        if setting.part == "url":
            for value in setting.value if isinstance(setting.value, list) else [setting.value]:
                _add_url(reading, value, setting.line, common, has_ssl="ssl" in single)
    host = single.get("host")
    if host is not None and isinstance(host.value, str):
        _add_parts(reading, single, common)


def _common(reading: Reading, single: dict[str, _Setting]) -> CheckSettings:
    ssl = single.get("ssl")
    files = ssl.value if ssl is not None and isinstance(ssl.value, dict) else {}

    def file(name: str) -> str | None:
        value = files.get(name)
        if isinstance(value, _Unknown) and ssl is not None:
            reading.note(ssl.line, "variable", name=value.why or name, where="broker_use_ssl")
        return value if isinstance(value, str) and value else None

    beat, wait = single.get("heartbeat"), single.get("timeout")
    return CheckSettings(
        tls=TlsSettings(file("ca_certs"), file("certfile"), file("keyfile")),
        heartbeat=heartbeat_of(beat.value) if beat is not None else None,
        timeout=(timeout_of(wait.value) if wait is not None else None) or CheckSettings().timeout,
    )


def _add_url(reading: Reading, value: object, line: int, common: CheckSettings, *, has_ssl: bool) -> None:
    """Celery separates alternatives by semicolons; they are nodes of one broker."""
    if isinstance(value, _Unknown):
        reading.note(line, "variable", name=value.why or "?", where="broker_url")
        return
    if not isinstance(value, str) or not value:
        return
    if FOREIGN_URL.match(value):
        reading.note(line, "other-broker", name="broker_url", scheme=value.partition("://")[0])
        return
    first, *others = [part.strip() for part in value.split(";") if part.strip()]
    endpoint = parse_target(first).endpoint
    if endpoint is None:
        reading.add_url(first, "celery", line)  # makes the note
        return
    if has_ssl and endpoint.scheme == "amqp":
        first = "amqps" + first[first.index("://") :]
    places = [parse_target(each if "://" in each else f"amqp://{each}").endpoint for each in others]
    hosts = tuple(f"[{each.host}]:{each.port}" if ":" in each.host else f"{each.host}:{each.port}"
                  for each in places if each is not None)  # fmt: skip
    reading.add_url(first, "celery", line, settings=common, hosts=hosts)


def _add_parts(reading: Reading, single: dict[str, _Setting], common: CheckSettings) -> None:
    """BROKER_HOST, BROKER_USER … of Celery before 3.1, still found in old projects."""

    def text(part: str) -> str:
        setting = single.get(part)
        return str(setting.value) if setting is not None and isinstance(setting.value, str | int) else ""

    line = single["host"].line
    try:
        profile, secrets = profile_of_parts(
            scheme="amqps" if "ssl" in single else "amqp",
            host=text("host"),
            port=port_of(text("port")),
            user=text("user") or None,
            password=text("password") or None,
            vhost=text("vhost") or "/",
            name="celery",
        )
    except UserError:
        reading.note(line, "no-host", name="broker_host")
        return
    reading.add(changed(profile, settings=common), secrets, line)
