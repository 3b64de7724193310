"""What is checked: an address that was typed, or a profile with its settings and its secrets. Knows no widget."""

from __future__ import annotations

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import UserError
from mqassist.core.profile import Profile
from mqassist.core.record import changed, record
from mqassist.core.secret import Credentials, Secret
from mqassist.core.settings import CheckSettings
from mqassist.core.target import Target
from mqassist.gui.pages.checkup.url_text import Typed, settled
from mqassist.gui.run_controller import Fetch
from mqassist.services import Services

PROFILE_PREFIX = "profile:"


@record
class Subject:
    """`name` is what the window calls it. `profile` is None for an address that was typed."""

    typed: Typed
    name: str
    settings: CheckSettings = CheckSettings()
    production: bool = False
    profile: Profile | None = None

    @property
    def profile_id(self) -> str:
        return self.profile.id if self.profile is not None else ""

    def target(self) -> Target:
        return self.typed.target()

    def edited(self, typed: Typed) -> Subject:
        """With another address. The production mark goes with the host, the profile with the whole address."""
        before, after = self.target().endpoint, typed.target().endpoint
        same_host = before is not None and after is not None and before.host == after.host
        name = after.host if after is not None else ""
        return changed(self, typed=typed, name=name, production=self.production and same_host, profile=None)

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
            kept = services.profiles.credentials(profile, token)
            return changed(
                kept,
                password=given.password or kept.password,
                proxy_password=given.proxy_password or kept.proxy_password,
            )

        return ask


def subject_of_text(text: str, secret: Secret | None = None) -> Subject:
    typed = Typed(text, secret) if secret is not None else settled(text.strip(), None)
    endpoint = typed.target().endpoint
    return Subject(typed, "" if endpoint is None else endpoint.host)


def subject_of_profile(services: Services, profile_id: str) -> Subject:
    """Raises UserError ("profile-unknown")."""
    profile = services.profiles.book().by_id(profile_id)
    if profile is None:
        raise UserError("profile-unknown", "there is no such profile", name=profile_id)
    return Subject(Typed(profile.url), profile.name, profile.settings, profile.production, profile)
