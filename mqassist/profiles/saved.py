"""Everything saved, in one hand: the profiles' file, their secrets, how their last runs ended.

The only place that ties a profile to its secrets: what is removed or kept otherwise takes its entries along.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import Cancelled, UserError
from mqassist.core.imported import Imported
from mqassist.core.places import data_folder
from mqassist.core.profile import (
    SECRET_KINDS,
    KeyringState,
    LastRun,
    Profile,
    Removed,
    SecretKind,
    Secrets,
    checked_profile,
)
from mqassist.core.profile_book import Book, put_back, removed, saved
from mqassist.core.record import changed
from mqassist.core.secret import Credentials, Secret
from mqassist.core.snippet import Snippet
from mqassist.profiles.last_runs import LastRuns
from mqassist.profiles.store import ProfileStore, write_atomically
from mqassist.profiles.vault import Vault


class SavedProfiles:
    """Methods that touch the keyring may wait for a person; they take a token and raise UserError or Cancelled."""

    def __init__(self, store: ProfileStore, vault: Vault, runs: LastRuns) -> None:
        self.store = store
        self.vault = vault
        self.runs = runs

    # -- the list --------------------------------------------------------------------------------

    def book(self) -> Book:
        return self.store.book()

    def change(self, edit: Callable[[Book], Book]) -> Book:
        """Order, groups and names; what touches secrets has methods of its own."""
        return self.store.change(edit)

    @property
    def problems(self) -> tuple[UserError, ...]:
        return self.store.problems

    @property
    def read_only(self) -> bool:
        return self.store.newer

    # -- one profile with its secrets --------------------------------------------------------------

    def save(
        self, profile: Profile, secrets: Mapping[SecretKind, Secret | None], token: CancelToken | None = None
    ) -> Profile:
        """`secrets` replaces those it names; None forgets one. What is not named stays where it is.

        The keyring is asked first: a profile never says that something is stored which is not.
        """
        profile = checked_profile(profile)
        old = self.book().by_id(profile.id)
        wanted: dict[SecretKind, Secret | None] = dict(secrets)
        if old is not None and old.keep != profile.keep:
            for kind in SECRET_KINDS:
                if kind not in wanted and profile.keep != "ask":
                    wanted[kind] = self._secret(old, kind, token)
        stored = set(old.stored if old is not None else ())
        saved(self.book(), profile)  # raises before any secret is touched
        for kind in SECRET_KINDS:
            if profile.keep != "keyring":
                if kind in stored:
                    self.vault.forget(profile.id, kind, token)
                    stored.discard(kind)
                if profile.keep == "ask":
                    self.vault.remember(profile.id, kind, None)
                elif kind in wanted:
                    self.vault.remember(profile.id, kind, wanted[kind])
            elif kind in wanted:
                secret = wanted[kind]
                if secret is None:
                    if kind in stored:
                        self.vault.forget(profile.id, kind, token)
                    stored.discard(kind)
                else:
                    self.vault.put(profile.id, kind, secret, token)
                    stored.add(kind)
                self.vault.remember(profile.id, kind, None)
        profile = changed(profile, stored=tuple(kind for kind in SECRET_KINDS if kind in stored))
        book = self.store.change(lambda now: saved(now, profile))
        return book.by_id(profile.id) or profile

    def save_all(
        self, found: Sequence[tuple[Profile, Secrets]], token: CancelToken | None = None
    ) -> tuple[Profile, ...]:
        """Many new ones with one write. A keyring that refuses stops before anything is written."""
        ready: list[Profile] = []
        done: list[tuple[str, SecretKind]] = []
        try:
            for given, secrets in found:
                profile = checked_profile(given)
                for kind, secret in secrets.items():
                    if profile.keep == "keyring":
                        self.vault.put(profile.id, kind, secret, token)
                        done.append((profile.id, kind))
                    elif profile.keep == "session":
                        self.vault.remember(profile.id, kind, secret)
                stored = tuple(kind for kind in SECRET_KINDS if kind in secrets and profile.keep == "keyring")
                ready.append(changed(profile, stored=stored))
            book = self.store.change(lambda now: _with_all(now, ready))
        except BaseException:
            for profile_id, kind in done:
                self.vault.forget(profile_id, kind)
            raise
        ids = {profile.id for profile in ready}
        return tuple(profile for profile in book.profiles if profile.id in ids)

    def remove(self, profile_id: str, token: CancelToken | None = None) -> Removed:
        """The profile goes whatever the keyring says. Raises UserError ("profile-unknown") if it is gone already."""
        book = self.book()
        profile = book.by_id(profile_id)
        if profile is None:
            raise UserError("profile-unknown", "there is no such profile", name=profile_id)
        index = book.profiles.index(profile)
        self.store.change(lambda now: removed(now, [profile_id]))
        secrets: Secrets = {}
        left: list[SecretKind] = []
        for kind in SECRET_KINDS:
            try:
                secret = self._secret(profile, kind, token)
                if kind in profile.stored:
                    self.vault.forget(profile_id, kind, token)
            except (UserError, Cancelled):
                left.append(kind)
                continue
            self.vault.remember(profile_id, kind, None)
            if secret is not None:
                secrets[kind] = secret
        return Removed(profile, index, secrets, tuple(left))

    def restore(self, gone: Removed, token: CancelToken | None = None) -> None:
        """The profile where it was, with its secrets."""
        for kind, secret in gone.secrets.items():
            if kind in gone.profile.stored:
                self.vault.put(gone.profile.id, kind, secret, token)
            else:
                self.vault.remember(gone.profile.id, kind, secret)
        self.store.change(lambda now: put_back(now, gone.profile, gone.index))

    def credentials(self, profile: Profile, token: CancelToken | None = None) -> Credentials:
        """All secrets of one run. A secret that the keyring has lost is None, as if it had not been given."""
        endpoint = profile.endpoint
        return Credentials(
            username=None if endpoint is None else endpoint.username,
            password=self._secret(profile, "password", token),
            key_password=self._secret(profile, "key-passphrase", token),
            proxy_password=self._secret(profile, "proxy-password", token),
        )

    def secrets(self, profile: Profile, token: CancelToken | None = None) -> Secrets:
        found = {kind: self._secret(profile, kind, token) for kind in SECRET_KINDS}
        return {kind: secret for kind, secret in found.items() if secret is not None}

    def _secret(self, profile: Profile, kind: SecretKind, token: CancelToken | None) -> Secret | None:
        held = self.vault.remembered(profile.id, kind)
        if held is not None or kind not in profile.stored:
            return held
        return self.vault.get(profile.id, kind, token)

    def needs_password(self, profile: Profile) -> bool:
        """A user is named, no password is at hand, and the profile says that the person is asked."""
        endpoint = profile.endpoint
        if endpoint is None or endpoint.username is None or profile.keep == "keyring":
            return False
        return self.vault.remembered(profile.id, "password") is None

    # -- beside ----------------------------------------------------------------------------------

    def keyring(self, token: CancelToken | None = None) -> KeyringState:
        return self.vault.state(token)

    def note_run(self, profile_id: str, state: str, title: str = "") -> None:
        self.runs.note(profile_id, LastRun(state, time.time(), title))

    def last_runs(self) -> dict[str, LastRun]:
        return self.runs.all()

    # -- in and out --------------------------------------------------------------------------------

    def read_file(self, path: str, format_name: str = "") -> Imported:
        """What another program's file says. Raises UserError."""
        from mqassist.profiles.importers.detect import read_file

        return read_file(path, format_name)

    def read_text(self, text: str, name: str = "", format_name: str = "") -> Imported:
        """The same of a text that was pasted. Raises UserError if no broker is in it."""
        from mqassist.profiles.importers.detect import read_text

        return read_text(text, name, format_name)

    def unsealed(self, path: str, passphrase: Secret) -> Imported:
        """An export with secrets. Takes some tenths of a second. Raises UserError."""
        from mqassist.profiles.exports import unsealed
        from mqassist.profiles.importers.detect import text_of

        return unsealed(text_of(path), passphrase)

    def exported(
        self, profiles: Sequence[Profile], passphrase: Secret | None = None, token: CancelToken | None = None
    ) -> str:
        """The text of an export; with a passphrase the secrets are in it, sealed. Raises UserError, Cancelled."""
        from mqassist.profiles.exports import plain_export, sealed_export

        if passphrase is None:
            return plain_export(profiles)
        return sealed_export(profiles, {each.id: self.secrets(each, token) for each in profiles}, passphrase)

    def export_to(
        self,
        path: str,
        profiles: Sequence[Profile],
        passphrase: Secret | None = None,
        token: CancelToken | None = None,
    ) -> None:
        """The same into a file, whole or not at all. Raises UserError, Cancelled."""
        text = self.exported(profiles, passphrase, token)
        try:
            write_atomically(path, text)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise UserError(
                "profiles-not-written", f"cannot write {path}: {reason}", file=path, reason=reason
            ) from error

    def snippets(self, profile: Profile) -> tuple[Snippet, ...]:
        from mqassist.profiles.snippets import snippets

        return snippets(profile)

    def as_command(self, profile: Profile) -> str:
        from mqassist.profiles.snippets import as_command

        return as_command(profile)

    def as_url(self, profile: Profile, *, masked: bool = False) -> str:
        """Without its password, or with a mask where it would stand."""
        from mqassist.profiles.snippets import as_url

        return as_url(profile, masked=masked)


def _with_all(book: Book, profiles: Sequence[Profile]) -> Book:
    for profile in profiles:
        book = saved(book, profile)
    return book


def open_saved(folder: str | None = None) -> SavedProfiles:
    """Raises UserError where the system names no home for data."""
    place = folder or data_folder()
    return SavedProfiles(ProfileStore(place), Vault(), LastRuns(place))
