"""What the lines for a client are made of: the profile, its endpoint, all its hosts, and the values to set."""

from __future__ import annotations

from collections.abc import Callable

from mqassist.core.endpoint import Endpoint
from mqassist.core.profile import Profile
from mqassist.core.record import record
from mqassist.core.settings import CheckSettings, TlsSettings
from mqassist.core.target import parse_target
from mqassist.core.tuning import ClientTuning

DEFAULT_BEAT_S = 60


@record
class Asked:
    profile: Profile
    endpoint: Endpoint
    tuning: ClientTuning

    @property
    def settings(self) -> CheckSettings:
        return self.profile.settings

    @property
    def tls(self) -> TlsSettings:
        return self.profile.settings.tls

    @property
    def beat(self) -> int:
        """Seconds of heartbeat or Keep Alive."""
        for value in (self.tuning.heartbeat, self.settings.heartbeat):
            if value is not None:
                return value
        return DEFAULT_BEAT_S

    @property
    def server_name(self) -> str:
        return self.tls.server_name or self.endpoint.host

    @property
    def one_name(self) -> str:
        """The name to verify if one is set for all hosts; "" where each host has its own."""
        return self.tls.server_name or ("" if len(self.hosts) > 1 else self.endpoint.host)

    @property
    def hosts(self) -> tuple[Endpoint, ...]:
        """The endpoint and the profile's further hosts."""
        found = [parse_target(url).endpoint for url in self.profile.urls()]
        return tuple(endpoint for endpoint in found if endpoint is not None) or (self.endpoint,)

    @property
    def retries(self) -> tuple[int, int] | None:
        """First delay and cap, seconds; None where nothing is advised."""
        first, cap = self.tuning.retry_first_s, self.tuning.retry_cap_s
        return None if first is None or cap is None else (first, cap)

    @property
    def tls_files(self) -> tuple[tuple[str, str], ...]:
        """Those that are given, by the names ca, cert and key."""
        tls = self.tls
        given = (("ca", tls.ca), ("cert", tls.cert), ("key", tls.key)) if self.endpoint.tls else ()
        return tuple((name, path) for name, path in given if path)


Maker = tuple[str, str, str, Callable[[Asked], str]]
"""Id, title, language, and what makes the lines."""


def joined(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"
