"""Secrets of profiles in the operating system's keyring, one entry each, or in memory. Never in a file.

The keyring may ask the person, hang or be gone: each question has a thread of its own and a deadline.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from mqassist.core.cancel import CancelToken, slice_s
from mqassist.core.errors import UserError
from mqassist.core.profile import KeyringAbility, KeyringState, SecretKind
from mqassist.core.secret import Secret

T = TypeVar("T")

SERVICE = "mqassist"
PATIENCE_S = 60.0
"""A keyring may first ask the person for its own password."""
WINDOWS_UNITS = 1280
"""CRED_MAX_CREDENTIAL_BLOB_SIZE is 2,560 bytes (wincred.h), which keyring fills with UTF-16 (jaraco/keyring#355)."""
WINDOWS_TOO_LONG = 1783
"""RPC_X_BAD_STUB_DATA: what Credential Manager says to a longer one."""

_NAMES = {
    "keyring.backends.Windows": "Windows Credential Manager",
    "keyring.backends.macOS": "macOS Keychain",
    "keyring.backends.SecretService": "Secret Service (GNOME Keyring, KeePassXC)",
    "keyring.backends.libsecret": "Secret Service (libsecret)",
    "keyring.backends.kwallet": "KWallet",
}
"""Keyrings of an operating system or desktop, by the module that speaks to them."""
_NEVER = ("keyrings.alt", "keyring.backends.null", "keyring.backends.fail")
"""Files, plain or weakly sealed, and places that keep nothing."""


_ABILITIES: dict[str, KeyringAbility] = {
    "keyring-silent": "silent",
    "keyring-locked": "locked",
    "keyring-missing": "missing",
    "keyring-is-file": "missing",
}


class Vault:
    """`backend` is asked for once and replaces the system's choice in tests of what only Windows or macOS say."""

    def __init__(self, *, find_backend: Callable[[], Any] | None = None, patience_s: float = PATIENCE_S) -> None:
        self._find = find_backend or system_backend
        self._patience_s = patience_s
        self._session: dict[tuple[str, str], Secret] = {}
        self._guard = threading.Lock()

    # -- in memory, until this program ends -------------------------------------------------------

    def remember(self, profile_id: str, kind: SecretKind, secret: Secret | None) -> None:
        with self._guard:
            if secret is None:
                self._session.pop((profile_id, kind), None)
            else:
                self._session[profile_id, kind] = secret

    def remembered(self, profile_id: str, kind: SecretKind) -> Secret | None:
        with self._guard:
            return self._session.get((profile_id, kind))

    # -- in the keyring --------------------------------------------------------------------------

    def state(self, token: CancelToken | None = None) -> KeyringState:
        """Never raises for what a keyring does; waits at most as long as any other question."""
        try:
            backend = self._asked(self._find, token)
        except UserError as error:
            return KeyringState(_ABILITIES.get(error.reference, "refused"))
        return KeyringState("available", backend_name(backend))

    def put(self, profile_id: str, kind: SecretKind, secret: Secret, token: CancelToken | None = None) -> None:
        """Raises UserError that names what the keyring did not like."""

        def work() -> None:
            backend = self._find()
            _require_fit(backend, secret)
            backend.set_password(SERVICE, _entry(profile_id, kind), secret.reveal())

        self._asked(work, token)

    def get(self, profile_id: str, kind: SecretKind, token: CancelToken | None = None) -> Secret | None:
        """None if the keyring has no such entry. Raises UserError."""

        def work() -> str | None:
            found: str | None = self._find().get_password(SERVICE, _entry(profile_id, kind))
            return found

        value = self._asked(work, token)
        return None if value is None else Secret(value)

    def forget(self, profile_id: str, kind: SecretKind, token: CancelToken | None = None) -> None:
        """No entry is no error. Raises UserError for what the keyring says otherwise."""

        def work() -> None:
            backend = self._find()
            entry = _entry(profile_id, kind)
            if backend.get_password(SERVICE, entry) is not None:
                backend.delete_password(SERVICE, entry)

        self._asked(work, token)

    def _asked(self, work: Callable[[], T], token: CancelToken | None) -> T:
        """Raises UserError, Cancelled. The thread of a keyring that never answers is left behind."""
        answers: list[T] = []
        failures: list[UserError] = []
        done = threading.Event()

        def run() -> None:
            try:
                answers.append(work())
            except UserError as error:
                failures.append(error)
            except BaseException as error:  # noqa: BLE001 - backends are plug-ins and may raise anything
                failures.append(_named(error))
            finally:
                done.set()

        threading.Thread(target=run, daemon=True, name="keyring").start()
        end = time.monotonic() + self._patience_s
        while not done.wait(min(slice_s(), max(0.0, end - time.monotonic()))):
            if token is not None:
                token.check()
            if time.monotonic() >= end:
                seconds = self._patience_s
                raise UserError("keyring-silent", "the keyring does not answer", seconds=seconds)
        if failures:
            raise failures[0] from None
        return answers[0]


def _entry(profile_id: str, kind: SecretKind) -> str:
    return f"{profile_id}/{kind}"


def system_backend() -> Any:
    """The keyring that keyring chose, or of a chain the first that is no file. Raises UserError ("keyring-missing")."""
    import keyring

    chosen = keyring.get_keyring()
    chain = getattr(chosen, "backends", None) if _module(chosen) == "keyring.backends.chainer" else [chosen]
    for backend in chain or ():
        if not _module(backend).startswith(_NEVER):
            return backend
    if any(_module(backend).startswith("keyrings.alt") for backend in chain or ()):
        raise UserError("keyring-is-file", "the only keyring here is a file")
    raise UserError("keyring-missing", "there is no keyring")


def _module(backend: object) -> str:
    return type(backend).__module__


def backend_name(backend: object) -> str:
    module = _module(backend)
    return _NAMES.get(module, str(getattr(backend, "name", "")) or module)


def utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _require_fit(backend: object, secret: Secret) -> None:
    """Windows would answer with a number that tells nobody anything."""
    units = utf16_units(secret.reveal())
    if _module(backend) == "keyring.backends.Windows" and units > WINDOWS_UNITS:
        raise UserError("keyring-too-long", "too long for Credential Manager", limit=WINDOWS_UNITS, length=units)


def _named(error: BaseException) -> UserError:
    """What went wrong, without the words of the exception: a backend may quote what it was given."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    number = getattr(error, "winerror", None) or (error.args[0] if error.args else None)
    if number == WINDOWS_TOO_LONG:
        return UserError("keyring-too-long", "too long for Credential Manager", limit=WINDOWS_UNITS, length="?")
    if "KeyringLocked" in kinds or "LockedException" in kinds or "PromptDismissedException" in kinds:
        return UserError("keyring-locked", "the keyring is locked")
    if "NoKeyringError" in kinds or isinstance(error, ImportError):
        return UserError("keyring-missing", "there is no keyring")
    return UserError("keyring-refused", "the keyring refused", kind=type(error).__name__)
