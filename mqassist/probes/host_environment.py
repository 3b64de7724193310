"""What kind of machine the check runs on: addresses such as localhost mean something else inside a container."""

from __future__ import annotations

from mqassist.core.facts import Fact, FactSpec
from mqassist.core.text import say
from mqassist.probes.probe import Probe, ProbeContext, Result

_ABOUT = ("host.in_container", "host.container_kind")


def _run(context: ProbeContext) -> Result:
    from mqassist.host.environment import container_kind, platform

    del context
    system = platform()
    kind = container_kind()
    facts: dict[str, Fact] = {"host.platform": system, "host.in_container": kind is not None}
    if kind is None:
        return Result("passed", say("host.machine", about=_ABOUT, platform=system), facts)
    facts["host.container_kind"] = kind
    evidence = say("host.container", about=_ABOUT, kind=kind, platform=system)
    return Result("passed", evidence, facts, [evidence])


PROBE = Probe(
    id="host.environment",
    layer="host",
    run=_run,
    waits=lambda context: False,
    gives=(
        FactSpec("host.platform", "choice", "The operating system.", ("linux", "windows", "macos", "other")),
        FactSpec("host.in_container", "flag", "Marks of a container or of WSL were found."),
        FactSpec(
            "host.container_kind",
            "choice",
            "Which kind, by its marks.",
            ("docker", "podman", "kubernetes", "lxc", "wsl", "other"),
        ),
    ),
    budget=3.0,
)
