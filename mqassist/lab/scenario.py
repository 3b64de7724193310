"""A practice scenario: what plays, where to point a client, and the verdict it must get. Reads resources/scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from os.path import basename
from typing import Any, get_args

from mqassist.core.errors import ResourceError, UserError
from mqassist.core.observation import Layer
from mqassist.core.practice import Card
from mqassist.core.record import fields, fresh, record
from mqassist.core.settings import CheckSettings
from mqassist.core.verdict import Status
from mqassist.knowledge.files import Folder, Json, compiled, read_toml, resources_folder, toml_files
from mqassist.lab.amqp_login import AmqpOptions
from mqassist.lab.forward_proxy import ProxyOptions
from mqassist.lab.mqtt_options import MqttOptions
from mqassist.lab.options import read_options
from mqassist.lab.pki import IDENTITIES
from mqassist.lab.script import ScriptOptions
from mqassist.lab.tls_server import TlsOptions
from mqassist.lab.websocket import WebSocketOptions

PeerOptions = AmqpOptions | MqttOptions | ScriptOptions
_PEERS: dict[str, type[PeerOptions]] = {"amqp": AmqpOptions, "mqtt": MqttOptions, "script": ScriptOptions}
KINDS = (*_PEERS, "refused")
"""What can listen: brokers, a script, or nobody (the port is held, and refuses)."""
_TOP = ("layer", "difficulty", "target", "status", "cause", "also", "peer", "tls", "websocket", "proxy", "settings",
        "families", "proxy_protocol")  # fmt: skip
_TLS_SETTINGS = ("ca", "client", "server_name", "verify")


@record
class Scenario:
    """`target` is a URL with {host} and {port}. `difficulty` 1 to 3. `cause` is "" for healthy ones.

    `also` are causes that come along with the root one. `settings` are those of CheckSettings, with the names of the
    lab's certificates in place of paths; {proxy_port} stands in its proxy. `families`: "both", or "ipv4" alone.
    """

    name: str
    layer: Layer
    difficulty: int
    target: str
    status: Status
    cause: str
    kind: str
    peer: PeerOptions
    also: tuple[str, ...] = ()
    tls: TlsOptions | None = None
    websocket: WebSocketOptions | None = None
    proxy: ProxyOptions | None = None
    settings: Mapping[str, Any] = fresh(default_factory=dict)
    families: str = "both"
    proxy_protocol: bool = False


@record
class Lesson:
    """What is said of a scenario: `hint` before, `lesson` after it."""

    title: str
    hint: str
    lesson: str


def load_scenarios(folder: Folder | None = None) -> tuple[Scenario, ...]:
    """All scenarios by layer, difficulty and name. Raises ResourceError naming file and key."""
    files = toml_files(folder or resources_folder(), "scenarios")
    if not files:
        raise ResourceError("scenarios", "*", "no scenarios: the installation is incomplete")

    def build(contents: list[tuple[str, Json]]) -> Json:
        return {name.removesuffix(".toml"): table for name, table in contents}

    order = list(get_args(Layer))

    def place(each: Scenario) -> tuple[bool, int, int, str]:
        return each.status != "healthy", order.index(each.layer), each.difficulty, each.name

    found = compiled("scenarios", files, build)
    return tuple(sorted((_scenario(name, table) for name, table in found.items()), key=place))


def find_scenario(scenarios: tuple[Scenario, ...], name: str) -> Scenario:
    """Raises UserError with the nearest name."""
    found = next((each for each in scenarios if each.name == name), None)
    if found is None:
        from difflib import get_close_matches

        near = get_close_matches(name, [each.name for each in scenarios], 1)
        if near:
            raise UserError("lab.unknown-near", f"no scenario {name}", name=name, near=near[0])
        raise UserError("lab.unknown-scenario", f"no scenario {name}", name=name)
    return found


def load_lessons(language: str, folder: Folder | None = None) -> dict[str, Lesson]:
    """By scenario name. Raises ResourceError for a missing or unknown key."""
    lessons: dict[str, Lesson] = {}
    for path in toml_files(folder or resources_folder(), "lang", language, "scenarios"):
        for name, table in read_toml(path).items():
            where = f"lang/{language}/scenarios/{basename(path)}"
            if not isinstance(table, dict) or set(table) != set(fields(Lesson)):
                raise ResourceError(where, name, f"must have exactly {', '.join(fields(Lesson))}")
            if name in lessons:
                raise ResourceError(where, name, "written twice")
            lessons[name] = Lesson(**{key: str(text).strip() for key, text in table.items()})
    return lessons


def cards(scenarios: tuple[Scenario, ...], language: str) -> tuple[Card, ...]:
    """Raises ResourceError for a scenario without its texts, or for texts without a scenario."""
    lessons = load_lessons(language)
    if strays := sorted(set(lessons) ^ {each.name for each in scenarios}):
        raise ResourceError(f"lang/{language}/scenarios", strays[0], "a scenario and its texts go together")
    return tuple(_card(each, lessons[each.name]) for each in scenarios)


def _card(scenario: Scenario, told: Lesson) -> Card:
    return Card(
        scenario.name,
        scenario.layer,
        scenario.difficulty,
        scenario.status,
        scenario.cause,
        scenario.target,
        told.title,
        told.hint,
        told.lesson,
    )


def _scenario(name: str, table: Json) -> Scenario:
    where = f"scenarios/{name}.toml"
    if unknown := sorted(set(table) - set(_TOP)):
        raise ResourceError(where, unknown[0], f"unknown; known are {', '.join(_TOP)}")
    for key in ("layer", "difficulty", "target", "status", "peer"):
        if key not in table:
            raise ResourceError(where, key, "is missing")
    if table["layer"] not in get_args(Layer):
        raise ResourceError(where, "layer", f"must be one of {', '.join(get_args(Layer))}")
    if table["status"] not in get_args(Status):
        raise ResourceError(where, "status", f"must be one of {', '.join(get_args(Status))}")
    if (table["status"] == "healthy") == bool(table.get("cause")):
        raise ResourceError(where, "cause", "a healthy one has none, every other one has one")
    if table["difficulty"] not in (1, 2, 3):
        raise ResourceError(where, "difficulty", "must be 1, 2 or 3")
    peer = dict(table["peer"])
    kind = str(peer.pop("kind", ""))
    if kind not in KINDS:
        raise ResourceError(where, "peer.kind", f"must be one of {', '.join(KINDS)}")
    settings = dict(table.get("settings", {}))
    _judge_settings(settings, where)
    return Scenario(
        name=name,
        layer=table["layer"],
        difficulty=table["difficulty"],
        target=str(table["target"]),
        status=table["status"],
        cause=str(table.get("cause", "")),
        kind=kind,
        peer=read_options(_PEERS.get(kind, ScriptOptions), peer, where, "peer"),
        also=tuple(table.get("also", ())),
        tls=_part(TlsOptions, table, "tls", where),
        websocket=_part(WebSocketOptions, table, "websocket", where),
        proxy=_part(ProxyOptions, table, "proxy", where),
        settings=settings,
        families=str(table.get("families", "both")),
        proxy_protocol=bool(table.get("proxy_protocol", False)),
    )


def _part(kind: type[Any], table: Json, key: str, where: str) -> Any:
    part = read_options(kind, table[key], where, key) if key in table else None
    if isinstance(part, TlsOptions) and part.identity not in IDENTITIES:
        raise ResourceError(where, "tls.identity", f"must be one of {', '.join(IDENTITIES)}")
    return part


def _judge_settings(settings: Json, where: str) -> None:
    known = {*fields(CheckSettings), *_TLS_SETTINGS} - {"tls", "logs", "management"}
    if unknown := sorted(set(settings) - known):
        raise ResourceError(where, f"settings.{unknown[0]}", f"unknown; known are {', '.join(sorted(known))}")
