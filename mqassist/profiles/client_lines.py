"""The connect lines of common clients as they should be after a run: what was found wrong in them is put right."""

from __future__ import annotations

from collections.abc import Mapping

from mqassist.core.facts import Fact
from mqassist.core.profile import Profile
from mqassist.core.record import changed
from mqassist.core.settings import CheckSettings
from mqassist.core.snippet import Snippet
from mqassist.core.target import parse_target
from mqassist.core.tuning import ClientTuning
from mqassist.profiles.snippets import snippets

SOUND = (10, 60)
"""Seconds that serve on most paths, as the causes about heartbeats advise."""


def client_lines(url: str, settings: CheckSettings, facts: Mapping[str, Fact]) -> tuple[Snippet, ...]:
    """None for an address that cannot be read. A password is never in them."""
    endpoint = parse_target(url).endpoint
    if endpoint is None:
        return ()
    return snippets(put_right(Profile("", "", str(endpoint), settings=settings), facts))


def tuned_lines(
    url: str, settings: CheckSettings, facts: Mapping[str, Fact], tuning: ClientTuning, hosts: tuple[str, ...] = ()
) -> tuple[Snippet, ...]:
    """As above, filled with what fits the way to the broker; `hosts` are further ones of it."""
    endpoint = parse_target(url).endpoint
    if endpoint is None:
        return ()
    return snippets(put_right(Profile("", "", str(endpoint), hosts=hosts, settings=settings), facts), tuning)


def put_right(profile: Profile, facts: Mapping[str, Fact]) -> Profile:
    """With the name that the certificate has, the heartbeat that fits and the virtual host that opens."""
    settings, endpoint = profile.settings, profile.endpoint
    names = facts.get("tls.names")
    if facts.get("tls.verify") in ("hostname-mismatch", "ip-mismatch") and isinstance(names, tuple):
        name = next((str(each) for each in names if "*" not in str(each)), None)
        settings = changed(settings, tls=changed(settings.tls, server_name=name or settings.tls.server_name))
    fits = facts.get("heartbeat.fits_s")
    if isinstance(fits, int | float) and not isinstance(fits, bool):
        settings = changed(settings, heartbeat=int(fits))
    elif settings.heartbeat is not None and not SOUND[0] <= settings.heartbeat <= SOUND[1]:
        settings = changed(settings, heartbeat=None)  # each maker has its own
    vhost = facts.get("amqp.vhost_alternative_opens")
    if endpoint is not None and isinstance(vhost, str) and vhost:
        return changed(profile, settings=settings, url=str(changed(endpoint, vhost=vhost)))
    return changed(profile, settings=settings)
