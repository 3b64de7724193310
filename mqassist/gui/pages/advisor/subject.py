"""What is advised on: a run that was shown or kept, with the settings it was made with. Reads the disk, so that it is
asked off the screen thread. Knows no widget."""

from __future__ import annotations

from mqassist.core.errors import UserError
from mqassist.core.facts import Fact
from mqassist.core.profile import Profile
from mqassist.core.record import changed, record
from mqassist.core.runs import KeptRun, short, unmasked
from mqassist.core.settings import CheckSettings
from mqassist.core.tuning import Advised, Workload
from mqassist.report.advised import PresentedAdvice, present_advice
from mqassist.report.presented import Presented
from mqassist.services import Services

MOST = 30
"""Endpoints in the list; the history knows more."""


@record
class AdviceSubject:
    """`hosts` are those beside the address; `again` is what a new check is started with."""

    run: str
    name: str
    told: Presented
    url: str
    settings: CheckSettings
    hosts: tuple[str, ...] = ()
    again: str = ""


@record
class Told:
    """An advice, ready to be shown."""

    subject: AdviceSubject
    advised: Advised
    shown: PresentedAdvice


def latest(services: Services) -> tuple[KeptRun, ...]:
    """The newest run of each profile and address, newest first. None where there is no history."""
    try:
        runs = services.history.runs().runs
    except UserError:
        return ()
    found: dict[str, KeptRun] = {}
    for run in runs:
        if run.host:
            found.setdefault(run.profile or run.target, run)
    return tuple(found.values())[:MOST]


def profile_of(services: Services, profile_id: str) -> Profile | None:
    try:
        return services.profiles.book().by_id(profile_id) if profile_id else None
    except UserError:
        return None


def of_kept(services: Services, run: KeptRun) -> AdviceSubject:
    """Raises UserError."""
    told = services.kept(run.id)
    return of_shown(services, told, unmasked(run.target), None, run.profile)


def of_shown(
    services: Services, told: Presented, url: str, settings: CheckSettings | None, profile_id: str
) -> AdviceSubject:
    """`settings` None: they are read from the profile, or from what the run itself tells of them."""
    profile = profile_of(services, profile_id)
    if settings is None:
        settings = _settings_of(told, profile)
    return AdviceSubject(
        told.run_id,
        short(url) if profile is None else profile.name,
        told,
        url,
        settings,
        () if profile is None else profile.hosts,
        url if profile is None else f"profile:{profile.id}",
    )


def _settings_of(told: Presented, profile: Profile | None) -> CheckSettings:
    if profile is not None:
        return profile.settings
    facts = facts_of(told)
    version, client = facts.get("mqtt.version"), facts.get("mqtt.client_id")
    settings = CheckSettings()
    if isinstance(version, str):
        settings = changed(settings, mqtt_version=version)
    if isinstance(client, str) and facts.get("mqtt.client_id_given"):
        settings = changed(settings, client_id=client)
    return settings


def facts_of(told: Presented) -> dict[str, Fact]:
    return {name: value for check in told.checks for name, value in check.facts.items()}


def advice(services: Services, subject: AdviceSubject, workload: Workload) -> Told | None:
    """None for a run whose address could not be read."""
    advised = services.advice(subject.url, subject.settings, [facts_of(subject.told)], workload, subject.hosts)
    if advised is None:
        return None
    return Told(subject, advised, present_advice(advised, subject.told, services.wording, window=True))
