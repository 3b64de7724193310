"""What a check is asked to do, target by target: URLs as typed, saved profiles with their secrets and settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mqassist.cli.arguments import CheckArguments
from mqassist.cli.credentials import GivenSecrets
from mqassist.cli.options import MAX_SECONDS
from mqassist.core.errors import UserError
from mqassist.core.record import changed, record
from mqassist.core.secret import Credentials, Secret
from mqassist.core.settings import CheckSettings, TlsSettings
from mqassist.core.target import Target, parse_target

if TYPE_CHECKING:
    from mqassist.core.profile import Profile
    from mqassist.core.profile_book import Book
    from mqassist.services import Services

IDLE_SEARCH_S = 900.0
"""Well known load balancers and firewalls forget idle connections after 4 to 10 minutes."""


@record
class Job:
    """One run to do. `profile` is None for a URL; `host` is the place among the hosts of its profile, from 0."""

    target: Target
    credentials: Credentials
    settings: CheckSettings
    profile: Profile | None = None
    host: int = 0


def proxy_of(options: CheckArguments) -> tuple[str | None, Secret | None]:
    if not options.proxy:
        return None, None
    from mqassist.core.proxy_target import split_proxy

    url, password, _ = split_proxy(options.proxy)
    return url, password


def settings_with(options: CheckArguments, proxy: str | None, base: CheckSettings) -> CheckSettings:
    """`base`, with what was given on the command line instead of its own. Raises UserError."""
    given: dict[str, Any] = {
        "timeout": options.timeout,
        "mqtt_version": options.mqtt_version,
        "qos": options.qos,
        "message_size": options.message_size,
        **_held(options),
        "only": options.only,
        "max_login_tries": options.login_tries,
        "client_id": options.client_id,
        "queue": options.queue,
        "queue_arguments": options.queue_arguments,
        "exchange": options.exchange,
        "routing_key": options.routing_key,
        "topic": options.topic,
        "will_topic": options.will_topic,
        "heartbeat": options.heartbeat,
        "proxy": proxy,
        "management": options.management,
        "logs": options.log or None,
        "thorough": options.thorough or None,
        "read_only": options.read_only or None,
    }
    files: dict[str, Any] = {
        "ca": options.ca,
        "cert": options.cert,
        "key": options.key,
        "server_name": options.server_name,
        "verify": False if options.no_verify else None,
    }
    tls: TlsSettings = changed(base.tls, **{name: value for name, value in files.items() if value is not None})
    return changed(base, tls=tls, **{name: value for name, value in given.items() if value is not None})


def _held(options: CheckArguments) -> dict[str, float | None]:
    """What --observe bounds: holding the one connection, watching it, or the search for the idle cut-off.

    Raises UserError.
    """
    if options.watch and options.find_idle_cut:
        raise UserError("cli.watch-or-search", "--watch and --find-idle-cut do not go together")
    if options.watch:
        return {"watch": options.observe or MAX_SECONDS}
    if not options.find_idle_cut:
        return {"observe": options.observe}
    known = options.idle_from or 0.0
    bound = options.observe or max(IDLE_SEARCH_S, 2 * known)
    if bound <= known:
        raise UserError("cli.idle-from", "--idle-from is not below --observe", observe=bound)
    return {"idle_search": bound, "idle_from": known}


def jobs_of_urls(options: CheckArguments, secrets: GivenSecrets, proxy: str | None) -> list[Job]:
    settings = settings_with(options, proxy, CheckSettings())
    return [_of_url(text, options, secrets, settings) for text in options.targets]


def _of_url(text: str, options: CheckArguments, secrets: GivenSecrets, settings: CheckSettings) -> Job:
    target = parse_target(text, user=options.user, password=secrets.password, vhost=options.vhost)
    return Job(target, secrets.with_target(target.credentials), settings)


def may_be_names(options: CheckArguments) -> bool:
    """Profiles are read only where a target could be one: everything with :// is an address."""
    return options.all or bool(options.profile_group) or any("://" not in text for text in options.targets)


class ProfileJobs:
    """Turns names and groups into jobs. `asked` are profiles whose password only the person knows; `lost` those whose
    password the keyring has no longer; `held_back` are production profiles that lose their active tests."""

    def __init__(self, services: Services, options: CheckArguments, secrets: GivenSecrets, proxy: str | None) -> None:
        self._saved = services.profiles
        self._options = options
        self._secrets = secrets
        self._proxy = proxy
        self.asked: list[str] = []
        self.lost: list[str] = []
        self.held_back: list[str] = []

    def all(self) -> list[Job]:
        """Raises UserError for a group without profiles and for a name that is nearly one."""
        options = self._options
        if (options.all or options.profile_group) and options.targets:
            raise UserError("cli.profiles.group-or-targets", "--all goes without targets")
        book = self._saved.book()
        if options.all or options.profile_group:
            return [job for profile in self._chosen(book) for job in self._of_profile(profile)]
        jobs: list[Job] = []
        plain = settings_with(options, self._proxy, CheckSettings())
        for text in options.targets:
            profile = book.named(text) if "://" not in text else None
            if profile is not None:
                jobs += self._of_profile(profile)
            else:
                jobs.append(_of_url(text, options, self._secrets, plain))
        return jobs

    def _chosen(self, book: Book) -> list[Profile]:
        if self._options.all:
            if not book.profiles:
                raise UserError("cli.profiles.no-profiles", "no profile is saved")
            return list(book.profiles)
        chosen: dict[str, Profile] = {}
        for name in self._options.profile_group:
            found = book.in_group([part.strip() for part in name.split("/") if part.strip()])
            if not found:
                raise UserError("cli.profiles.no-group", f"no group {name}", name=name)
            chosen |= {profile.id: profile for profile in found}
        return [profile for profile in book.profiles if profile.id in chosen]

    def _of_profile(self, profile: Profile) -> list[Job]:
        options = self._options
        settings = settings_with(options, self._proxy, profile.settings)
        if profile.production and not options.active and not settings.read_only:
            settings = changed(settings, read_only=True)
            self.held_back.append(profile.name)
        kept = self._kept(profile)
        jobs = []
        for place, url in enumerate(profile.urls()):
            target = parse_target(url, user=options.user, password=kept.password, vhost=options.vhost)
            credentials = changed(kept, username=target.credentials.username)
            jobs.append(Job(target, credentials, settings, profile, place))
        return jobs

    def _kept(self, profile: Profile) -> Credentials:
        """What was given now wins; the keyring is asked only for what was not. Raises UserError."""
        given = self._secrets
        endpoint = profile.endpoint
        user = self._options.user or (endpoint.username if endpoint is not None else None)
        wanted = tuple(
            kind
            for kind, secret in (
                ("password", given.password),
                ("key-passphrase", given.key_password),
                ("proxy-password", given.proxy_password),
            )
            if secret is None
        )
        asked = changed(profile, stored=tuple(kind for kind in profile.stored if kind in wanted))
        found = self._saved.credentials(asked)
        password = given.password or found.password
        if password is None and user is not None:
            (self.lost if "password" in profile.stored else self.asked).append(profile.name)
        return Credentials(
            username=user,
            password=password,
            key_password=given.key_password or found.key_password,
            proxy_password=given.proxy_password or found.proxy_password,
        )
