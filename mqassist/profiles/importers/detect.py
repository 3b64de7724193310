"""Which of the readers a text is for: by what is in it, and by the file's name where that decides."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from os.path import basename

from mqassist.core.errors import UserError
from mqassist.core.imported import Imported

MAX_BYTES = 8 * 1024 * 1024

FORMATS = ("urls", "mqttx", "mqtt-explorer", "mosquitto", "env", "compose", "spring", "celery", "mqassist")

_ENV_LINE = re.compile(r"(?m)^\s*(?:export\s+)?[A-Z][A-Z0-9_]*=")


def read_file(path: str, format_name: str = "") -> Imported:
    """Raises UserError for what cannot be read or understood; `format_name` is one of FORMATS or ""."""
    return read_text(text_of(path), basename(path), format_name)


def text_of(path: str) -> str:
    """A file that a person chose. Raises UserError."""
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError("import-not-read", f"cannot read {path}: {reason}", file=path, reason=reason) from error
    except ValueError:
        raise UserError("import-not-read", "not a file's name", file=path.replace("\0", "?"), reason="?") from None
    if len(data) > MAX_BYTES:
        raise UserError("import-too-large", "too large", limit=MAX_BYTES)
    return _decoded(data)


def _decoded(data: bytes) -> str:
    """UTF-8, or what Windows' own editors and PowerShell write."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif b"\0" in data[:4096]:
        raise UserError("import-binary", "not a text")
    else:
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        try:
            return data.decode("gb18030")
        except UnicodeDecodeError:
            raise UserError("import-binary", "not a text") from None


def read_text(text: str, name: str = "", format_name: str = "") -> Imported:
    """What a pasted text or a file's content says. Raises UserError if no broker is in it."""
    if len(text) > MAX_BYTES:
        raise UserError("import-too-large", "too large", limit=MAX_BYTES)
    chosen = format_name or detected(text, name)
    result = _reader(chosen)(text, name)
    if not result.found and not result.notes and chosen != "urls" and not format_name:
        result = _reader("urls")(text, name)
    if not result.found and not result.notes:
        raise UserError("import-nothing", "no broker in it", format=chosen)
    return result


def _reader(format_name: str) -> Callable[[str, str], Imported]:
    from mqassist.profiles.importers import (
        celery,
        compose,
        env,
        mosquitto,
        mqtt_explorer,
        mqttx,
        ours,
        spring,
        urls,
    )

    modules = (urls, mqttx, mqtt_explorer, mosquitto, env, compose, spring, celery, ours)
    readers: dict[str, Callable[[str, str], Imported]] = {module.FORMAT: module.read for module in modules}
    if format_name not in readers:
        raise UserError("import-format", f"no such format: {format_name}", format=format_name)
    return readers[format_name]


def detected(text: str, name: str = "") -> str:
    """A name of FORMATS; "urls" where nothing else fits."""
    stripped = text.lstrip("\ufeff \t\r\n")
    if stripped[:1] in ("{", "["):
        as_json = _of_json(text)
        if as_json:
            return as_json
    lowered = name.lower()
    if lowered.startswith(".env") or lowered.endswith(".env"):
        return "env"
    if lowered.endswith(".properties"):
        return "spring"
    if lowered.endswith(".py"):
        return "celery"
    if lowered.endswith((".yml", ".yaml")) or _looks_like_yaml(text):
        as_yaml = _of_yaml(text)
        if as_yaml:
            return as_yaml
        if lowered.endswith((".yml", ".yaml")):
            return "spring"
    return _of_lines(text)


def _of_lines(text: str) -> str:
    from mqassist.profiles.importers import celery, mosquitto, spring

    if spring.fits_properties(text):
        return "spring"
    if celery.fits(text) and _is_python(text):
        return "celery"
    if _ENV_LINE.search(text):
        return "env"
    if mosquitto.fits(text):
        return "mosquitto"
    return "urls"


def _is_python(text: str) -> bool:
    import ast

    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    # NAME=amqp://… is no Python, NAME="amqp://…" is both; what only .env has is an assignment without blanks
    return re.search(r"(?m)^(?:import|from|def|class)\s|\w+\s=\s|Celery\(", text) is not None


def _of_json(text: str) -> str:
    from mqassist.profiles.importers import mqtt_explorer, mqttx, ours

    try:
        content = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return ""
    for module in (ours, mqtt_explorer, mqttx):
        if module.fits(content):
            return str(module.FORMAT)
    return ""


def _looks_like_yaml(text: str) -> bool:
    return re.search(r"(?m)^(?:services|spring|version|x-[\w-]+):(?:\s|$)", text) is not None


def _of_yaml(text: str) -> str:
    from mqassist.profiles.importers import compose, spring
    from mqassist.profiles.importers.documents import yaml_scalars

    try:
        documents = yaml_scalars(text)
    except UserError as error:
        if error.reference in ("import-no-yaml", "import-too-deep", "import-too-large"):
            raise
        return ""
    if compose.fits(documents):
        return compose.FORMAT
    return spring.FORMAT if spring.fits_yaml(documents) else ""
