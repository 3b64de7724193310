"""Finds every probe by walking the package. PyInstaller's spec uses the same walk, so a frozen build lists them all."""

from __future__ import annotations

import importlib
import pkgutil

import mqassist.probes as package
from mqassist.probes.probe import Probe

_NOT_PROBES = {"probe", "registry"}


def probe_modules() -> tuple[str, ...]:
    """Full names of all modules in the package; those with a leading underscore are shared rooms, not probes."""
    return tuple(sorted(f"{package.__name__}.{found.name}" for found in pkgutil.iter_modules(package.__path__)))


def load_probes() -> tuple[Probe, ...]:
    """All probes; raises as load_probe_modules does."""
    return tuple(load_probe_modules().values())


def load_probe_modules() -> dict[str, Probe]:
    """Every probe by its module. RuntimeError on an empty package, a double id, a missing PROBE or a cycle of needs."""
    found: dict[str, Probe] = {}
    modules: dict[str, Probe] = {}
    for name in probe_modules():
        short = name.rpartition(".")[2]
        if short in _NOT_PROBES or short.startswith("_"):
            continue
        probe = getattr(importlib.import_module(name), "PROBE", None)
        if not isinstance(probe, Probe):
            raise RuntimeError(f"{name} does not end in PROBE = Probe(...)")
        if probe.id in found:
            raise RuntimeError(f"two probes are called {probe.id}")
        found[probe.id] = modules[name] = probe
    if not found:
        raise RuntimeError("no probes found: the package was built without them")
    _refuse_cycles(found)
    return modules


def _refuse_cycles(probes: dict[str, Probe]) -> None:
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise RuntimeError(f"probes need each other: {' → '.join((*path, name))}")
        if name in done or name not in probes:
            return
        for need in (*probes[name].needs, *probes[name].after):
            visit(need, (*path, name))
        done.add(name)

    for name in probes:
        visit(name, ())
