"""The practice lab in plain values: what a scenario is about, and how a check of it came out."""

from __future__ import annotations

from mqassist.core.observation import Layer
from mqassist.core.record import record
from mqassist.core.verdict import Status


@record
class Card:
    """A scenario as it is offered. `difficulty` 1 to 3; `cause` is "" for a healthy one. `hint` is told before,
    `lesson` after it. `target` still has {host} and {port} in it."""

    name: str
    layer: Layer
    difficulty: int
    status: Status
    cause: str
    target: str
    title: str
    hint: str
    lesson: str


@record
class Played:
    """A scenario that was checked: what it should give and what came out. `others` are causes named beside."""

    name: str
    status: Status
    cause: str
    found_status: Status
    found_cause: str
    others: tuple[str, ...]
    took_ms: float

    @property
    def fits(self) -> bool:
        return (self.status, self.cause) == (self.found_status, self.found_cause)


def check_options(settings: object) -> tuple[str, ...]:
    """What `mqassist check` would have to be given for these CheckSettings: only what is not the default."""
    from mqassist.core.record import fields
    from mqassist.core.settings import CheckSettings, TlsSettings

    assert isinstance(settings, CheckSettings)
    found: list[str] = []
    plain, plain_tls = CheckSettings(), TlsSettings()
    for name in ("ca", "cert", "key", "server_name"):
        value = getattr(settings.tls, name)
        if value != getattr(plain_tls, name):
            found += [f"--{name.replace('_', '-')}", str(value)]
    if not settings.tls.verify:
        found.append("--no-verify")
    for name in fields(plain):
        value = getattr(settings, name)
        if name == "tls" or value == getattr(plain, name):
            continue
        flag = f"--{name.replace('_', '-')}"
        if isinstance(value, bool):
            found += [flag] if value else []
        else:
            found += [flag, f"{value:g}" if isinstance(value, float) else str(value)]
    return tuple(found)
