"""What is checked: an address that was typed, or a profile with its settings and its secrets. Knows no widget."""

from __future__ import annotations

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import UserError
from mqassist.core.profile import Profile
from mqassist.core.record import changed, record
from mqassist.core.secret import Credentials, Secret
from mqassist.core.settings import CheckSettings
from mqassist.core.target import Target, parse_target
from mqassist.gui.run_controller import Fetch
from mqassist.gui.widgets.url_text import Typed, settled
from mqassist.services import Services

PROFILE_PREFIX = "profile:"
SCENARIO_PREFIX = "lab:"
"""A scenario of the practice lab that plays now."""


@record
class Subject:
    """`origin` is the profile that the address came from; it may have been edited since."""

    typed: Typed
    settings: CheckSettings = CheckSettings()
    origin: Profile | None = None

    @property
    def profile(self) -> Profile | None:
        """The profile, as long as the address is still its own."""
        origin = self.origin
        return origin if origin is not None and self.typed.text in origin.urls() else None

    def urls(self) -> tuple[str, ...]:
        """The address of each node of the profile's broker."""
        return () if self.origin is None else self.origin.urls()

    @property
    def profile_id(self) -> str:
        return self.profile.id if self.profile is not None else ""

    @property
    def production(self) -> bool:
        """The mark goes with the hosts of the profile; what is half typed stays under its protection."""
        if self.origin is None or not self.origin.production:
            return False
        endpoint = self.target().endpoint
        return endpoint is None or endpoint.host in _hosts(self.origin)

    @property
    def name(self) -> str:
        """What the window calls it."""
        endpoint = self.target().endpoint
        host = "" if endpoint is None else endpoint.host
        return self.profile.name if self.profile is not None else host

    def target(self) -> Target:
        return self.typed.target()

    def edited(self, typed: Typed) -> Subject:
        return changed(self, typed=typed)

    def fetch(self, services: Services, password: Secret | None, proxy_password: Secret | None) -> Fetch | None:
        """Asks the keyring, off the screen thread; None where everything was typed."""
        given = self.target().credentials
        if password is not None:
            given = changed(given, password=password)
        if proxy_password is not None:
            given = changed(given, proxy_password=proxy_password)
        profile = self.profile
        if profile is None:
            return (lambda _token: given) if given != self.target().credentials else None

        def ask(token: CancelToken) -> Credentials:
            if password is not None and profile.keep == "session":
                services.profiles.vault.remember(profile.id, "password", password)
            if password is not None and set(profile.stored) <= {"password"}:
                return given  # nothing else is kept: a locked keyring does not matter
            kept = services.profiles.credentials(profile, token)
            return changed(
                kept,
                password=given.password or kept.password,
                proxy_password=given.proxy_password or kept.proxy_password,
            )

        return ask


def _hosts(profile: Profile) -> frozenset[str]:
    endpoints = (parse_target(url).endpoint for url in profile.urls())
    return frozenset(endpoint.host for endpoint in endpoints if endpoint is not None)


def subject_of(services: Services, target: str) -> Subject:
    """An address, `profile:<id>`, or `lab:<name>` of a scenario that plays. Raises UserError."""
    if target.startswith(PROFILE_PREFIX):
        return subject_of_profile(services, target.removeprefix(PROFILE_PREFIX))
    if target.startswith(SCENARIO_PREFIX):
        return subject_of_scenario(services, target.removeprefix(SCENARIO_PREFIX))
    return subject_of_text(target)


def subject_of_text(text: str, secret: Secret | None = None) -> Subject:
    return Subject(Typed(text, secret) if secret is not None else settled(text.strip(), None))


def subject_of_profile(services: Services, profile_id: str) -> Subject:
    """Raises UserError ("profile-unknown")."""
    profile = services.profiles.book().by_id(profile_id)
    if profile is None:
        raise UserError("profile-unknown", "there is no such profile", name=profile_id)
    return Subject(Typed(profile.url), profile.settings, profile)


def subject_of_scenario(services: Services, name: str) -> Subject:
    """With the settings and certificates that it needs. Raises UserError ("lab.not-running")."""
    running = next((each for each in services.lab.running if each.scenario.name == name), None)
    if running is None:
        raise UserError("lab.not-running", "it does not play", name=name)
    return Subject(settled(running.target, None), running.settings)
