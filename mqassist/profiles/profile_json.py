"""Profiles as JSON and back. Knows no file and no keyring; what is read is checked field by field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, get_args

from mqassist.core.errors import UserError
from mqassist.core.observation import Layer
from mqassist.core.profile import KEEPS, SECRET_KINDS, Profile, checked_profile, new_id
from mqassist.core.profile_book import Book
from mqassist.core.record import as_plain, changed
from mqassist.core.settings import CheckSettings, TlsSettings

Json: TypeAlias = dict[str, Any]

_SETTINGS: dict[str, type | tuple[type, ...]] = {
    "timeout": (int, float),
    "client_id": str,
    "mqtt_version": str,
    "queue": str,
    "queue_arguments": str,
    "exchange": str,
    "routing_key": str,
    "topic": str,
    "will_topic": str,
    "message_size": int,
    "qos": int,
    "heartbeat": int,
    "observe": (int, float),
    "proxy": str,
    "management": str,
    "thorough": bool,
    "read_only": bool,
    "max_login_tries": int,
}
"""What of a check's settings belongs to a profile, and is a plain value."""
_TLS: dict[str, type] = {"ca": str, "cert": str, "key": str, "server_name": str, "verify": bool, "system_too": bool}
_RANGES: dict[str, Callable[[Any], bool]] = {
    "timeout": lambda value: 0 < value <= 86_400,
    "observe": lambda value: 0 <= value <= 86_400,
    "heartbeat": lambda value: 0 <= value <= 65_535,
    "max_login_tries": lambda value: 0 <= value <= 100,
    "message_size": lambda value: 0 <= value <= 268_435_455,
    "qos": lambda value: value in (0, 1, 2),
    "mqtt_version": lambda value: value in ("3.1", "3.1.1", "5"),
}
_MAX_TEXT = 100_000


def as_json(profile: Profile) -> Json:
    """Only what differs from the defaults, so that files stay readable and comparable."""
    plain: Json = {"id": profile.id, "name": profile.name, "url": profile.url}
    default = Profile("", "", "")
    for name in ("hosts", "group", "tags", "production", "keep", "stored", "notes", "version"):
        if getattr(profile, name) != getattr(default, name):
            plain[name] = as_plain(getattr(profile, name))
    settings = _settings_json(profile.settings)
    return {**plain, "settings": settings} if settings else plain


def _settings_json(settings: CheckSettings) -> Json:
    default = CheckSettings()
    plain = {name: getattr(settings, name) for name in _SETTINGS if getattr(settings, name) != getattr(default, name)}
    tls = {name: getattr(settings.tls, name) for name in _TLS}
    tls = {name: value for name, value in tls.items() if value != getattr(default.tls, name)}
    if tls:
        plain["tls"] = tls
    if settings.logs:
        plain["logs"] = list(settings.logs)
    if settings.only:
        plain["only"] = list(settings.only)
    return plain


def book_json(book: Book) -> Json:
    return {"groups": as_plain(book.groups), "profiles": [as_json(profile) for profile in book.profiles]}


def from_json(plain: object) -> Profile:
    """Raises UserError ("profile-entry") naming what does not fit; unknown fields are left out."""
    if not isinstance(plain, dict):
        raise _unfit("", "profile")
    name = plain.get("name")
    shown = name if isinstance(name, str) else ""
    if not isinstance(name, str) or not isinstance(plain.get("url"), str):
        raise _unfit(shown, "name" if not isinstance(name, str) else "url")
    read = Profile(
        id=_id(plain.get("id"), shown),
        name=name,
        url=plain["url"],
        hosts=_texts(plain, "hosts", shown),
        group=_texts(plain, "group", shown),
        tags=_texts(plain, "tags", shown),
        settings=_settings(plain.get("settings", {}), shown),
        production=_of(bool, plain.get("production", False), shown, "production"),
        keep=_one_of(KEEPS, plain.get("keep", "keyring"), shown, "keep"),
        stored=tuple(kind for kind in SECRET_KINDS if kind in _texts(plain, "stored", shown)),
        notes=_of(str, plain.get("notes", ""), shown, "notes")[:_MAX_TEXT],
        version=_of(int, plain.get("version", 0), shown, "version"),
    )
    return checked_profile(read)


def _id(value: object, name: str) -> str:
    if value is None:
        return new_id()
    if not isinstance(value, str) or not value or len(value) > 100 or not value.isprintable():
        raise _unfit(name, "id")
    return value


def _settings(plain: object, name: str) -> CheckSettings:
    if not isinstance(plain, dict):
        raise _unfit(name, "settings")
    given: Json = {}
    for field, kind in _SETTINGS.items():
        if plain.get(field) is None:
            continue
        value = _of(kind, plain[field], name, field)
        if field in _RANGES and not _RANGES[field](value):
            raise _unfit(name, field)
        given[field] = float(value) if field in ("timeout", "observe") else value
    tls = plain.get("tls", {})
    if not isinstance(tls, dict):
        raise _unfit(name, "tls")
    files = {key: _of(kind, tls[key], name, f"tls.{key}") for key, kind in _TLS.items() if tls.get(key) is not None}
    layers = _texts(plain, "only", name)
    return CheckSettings(
        tls=TlsSettings(**files),
        logs=_texts(plain, "logs", name),
        only=tuple(layer for layer in get_args(Layer) if layer in layers),
        **given,
    )


def _of(kind: Any, value: Any, name: str, field: str) -> Any:
    """JSON's true is not the number 1."""
    kinds = kind if isinstance(kind, tuple) else (kind,)
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise _unfit(name, field)
    if isinstance(value, float) and value != value:  # NaN
        raise _unfit(name, field)
    return value


def _one_of(choices: tuple[Any, ...], value: object, name: str, field: str) -> Any:
    if value not in choices:
        raise _unfit(name, field)
    return value


def _texts(plain: Json, field: str, name: str) -> tuple[str, ...]:
    value = plain.get(field, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value) or len(value) > 10_000:
        raise _unfit(name, field)
    return tuple(value)


def _unfit(name: str, field: str) -> UserError:
    return UserError("profile-entry", f"profile {name or '?'}: {field} does not fit", name=name or "?", field=field)


def book_from_json(plain: object) -> tuple[Book, tuple[UserError, ...]]:
    """The profiles that can be read, and what is wrong with the others. Two of one name or id are told apart."""
    if not isinstance(plain, dict) or not isinstance(plain.get("profiles"), list):
        raise _unfit("", "profiles")
    profiles: list[Profile] = []
    wrong: list[UserError] = []
    ids, names = set[str](), set[str]()
    for entry in plain["profiles"]:
        try:
            profile = from_json(entry)
        except UserError as error:
            wrong.append(error)
            continue
        if profile.id in ids:
            profile = changed(profile, id=new_id(), stored=())
        count = 2
        name = profile.name
        while profile.name in names:
            profile = changed(profile, name=f"{name} ({count})")
            count += 1
        ids.add(profile.id)
        names.add(profile.name)
        profiles.append(profile)
    groups = plain.get("groups", [])
    fit = [tuple(each) for each in groups if isinstance(each, list) and all(isinstance(p, str) and p for p in each)]
    return Book(tuple(profiles), tuple(group for group in dict.fromkeys(fit) if group)), tuple(wrong)
