"""Which probes exist and when they run, without importing those that a healthy check never needs.

What planning asks of a deciding probe (its condition, its needs) is kept compiled beside the causes; its module is
imported when its condition comes true. That halves the modules a healthy check loads.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from typing import cast

from mqassist.core.endpoint import Endpoint
from mqassist.core.observation import Layer
from mqassist.core.record import record
from mqassist.core.settings import CheckSettings
from mqassist.diagnosis.conditions import Tree, parse
from mqassist.knowledge.files import Json, compiled
from mqassist.probes.probe import Probe

FAMILIES: dict[str, Callable[[Endpoint], bool]] = {
    "amqp": lambda endpoint: endpoint.protocol == "amqp",
    "mqtt": lambda endpoint: endpoint.protocol == "mqtt",
    "tls": lambda endpoint: endpoint.tls,
    "websocket": lambda endpoint: endpoint.transport == "websocket",
}
"""Probes whose id begins so never apply elsewhere (the tests hold them to it): their modules need not be read."""

WISHES: dict[str, Callable[[CheckSettings], bool]] = {
    "idle.search": lambda settings: settings.idle_search > 0,
    "mqtt.broker_version": lambda settings: settings.thorough,
    "mqtt.keepalive": lambda settings: settings.observe > 0,
    "mqtt.limits": lambda settings: settings.mqtt_version == "5",
    "mqtt.will": lambda settings: settings.will_topic is not None,
    "proxy.connect": lambda settings: settings.proxy is not None,
    "watch.line": lambda settings: settings.watch > 0,
    "heartbeat.dead_peer": lambda settings: settings.thorough and settings.observe > 0,
}
"""Probes that run only when asked for, which the settings alone decide: nor need their modules be read before."""


@record
class Step:
    """A probe as the plan sees it. `load` imports its module if need be."""

    id: str
    layer: Layer
    needs: tuple[str, ...]
    after: tuple[str, ...]
    condition: Tree | None
    deciding: bool
    load: Callable[[], Probe]

    def applies(self, endpoint: Endpoint, settings: CheckSettings) -> bool:
        """A deciding probe is asked in full only when its condition comes true: False is final, True is not."""
        family = FAMILIES.get(self.id.partition(".")[0])
        if family is not None and not family(endpoint):
            return False
        if self.id in WISHES:
            return WISHES[self.id](settings)
        return self.deciding or self.load().applies(endpoint, settings)


def step_of(probe: Probe) -> Step:
    condition = parse(probe.when) if probe.when else None
    return Step(probe.id, probe.layer, probe.needs, probe.after, condition, probe.deciding, lambda: probe)


def load_steps() -> tuple[Step, ...]:
    """Every probe of the package. Raises RuntimeError for a package without probes or with wrong ones."""
    import mqassist.probes as package

    sources = [
        os.path.join(folder, name)
        for folder in package.__path__
        if os.path.isdir(folder)
        for name in sorted(os.listdir(folder))
        if name.endswith(".py")
    ]
    if not sources and getattr(sys, "frozen", False):  # modules without files: the program itself says what is new
        sources = [sys.executable]
    if not sources:
        return tuple(step_of(probe) for _, probe in _imported())
    entries = compiled("probes", sources, lambda _: {"probe": [_entry(*found) for found in _imported()]}, parse=False)
    return tuple(_step(entry) for entry in entries["probe"])


def _imported() -> list[tuple[str, Probe]]:
    from mqassist.probes.registry import load_probe_modules

    return list(load_probe_modules().items())


def _entry(module: str, probe: Probe) -> Json:
    return {
        "module": module,
        "id": probe.id,
        "layer": probe.layer,
        "needs": probe.needs,
        "after": probe.after,
        "condition": parse(probe.when) if probe.when else None,
        "deciding": probe.deciding,
    }


def _step(entry: Json) -> Step:
    loaded: list[Probe] = []

    def load() -> Probe:
        if not loaded:  # each look through the import system costs a thousand checks at once some time
            loaded.append(cast(Probe, importlib.import_module(entry["module"]).PROBE))
        return loaded[0]

    return Step(
        entry["id"],
        entry["layer"],
        tuple(entry["needs"]),
        tuple(entry["after"]),
        entry["condition"],
        entry["deciding"],
        load,
    )
