"""Secrets and the keyring: what each kind of keyring answers is told by name, and nothing ever goes into a file.

The backends here are other programs' side: what Windows, a locked and a hanging keyring say cannot be had elsewhere.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring.backends.fail
import keyring.errors
import pytest

from mqassist.core.cancel import CancelToken
from mqassist.core.errors import Cancelled, UserError
from mqassist.core.profile import Profile
from mqassist.core.record import changed
from mqassist.core.secret import Secret
from mqassist.profiles.last_runs import LastRuns
from mqassist.profiles.saved import SavedProfiles, open_saved
from mqassist.profiles.store import ProfileStore
from mqassist.profiles.vault import Vault, system_backend, utf16_units
from tests.support.canary import CANARY, assert_no_leak
from tests.support.command import files_below


class InMemory:
    """What keyring's backends offer. `says` is raised instead of an answer."""

    def __init__(self, says: BaseException | None = None) -> None:
        self.held: dict[tuple[str, str], str] = {}
        self.says = says

    def _answer(self) -> None:
        if self.says is not None:
            raise self.says

    def get_password(self, service: str, name: str) -> str | None:
        self._answer()
        return self.held.get((service, name))

    def set_password(self, service: str, name: str, value: str) -> None:
        self._answer()
        self.held[service, name] = value

    def delete_password(self, service: str, name: str) -> None:
        self._answer()
        del self.held[service, name]


class WinVaultKeyring(InMemory):
    """As keyring.backends.Windows: pywin32's error for what Credential Manager refuses."""


WinVaultKeyring.__module__ = "keyring.backends.Windows"


class PlaintextKeyring(InMemory):
    pass


PlaintextKeyring.__module__ = "keyrings.alt.file"


class pywintypes_error(Exception):  # noqa: N801 - as pywin32 has it
    """`args` are number, function, words; `winerror` is the number."""

    def __init__(self, number: int, function: str, words: str) -> None:
        super().__init__(number, function, words)
        self.winerror = number


def saved_with(folder: Path, backend: Any, patience_s: float = 5.0) -> SavedProfiles:
    vault = Vault(find_backend=lambda: backend, patience_s=patience_s)
    return SavedProfiles(ProfileStore(str(folder)), vault, LastRuns(str(folder)))


PROFILE = Profile("0123456789abcdef", "orders", "amqp://app@h")


BACKENDS: dict[int, InMemory] = {}


@pytest.fixture
def saved(tmp_path: Path) -> Iterator[SavedProfiles]:
    backend = InMemory()
    made = saved_with(tmp_path, backend)
    BACKENDS[id(made)] = backend
    yield made
    del BACKENDS[id(made)]


@pytest.fixture(autouse=True)
def _nothing_in_a_file(tmp_path: Path) -> Iterator[None]:
    yield
    for path, content in files_below(tmp_path).items():
        assert_no_leak(content, str(path))


def backend_of(saved: SavedProfiles) -> InMemory:
    return BACKENDS[id(saved)]


def refused(saved: SavedProfiles, value: str = CANARY) -> UserError:
    with pytest.raises(UserError) as caught:
        saved.save(PROFILE, {"password": Secret(value)})
    assert saved.book().profiles == ()  # a profile never says that something is stored which is not
    assert CANARY not in str(caught.value) + repr(caught.value.parameters)
    return caught.value


# -- one entry for each secret -----------------------------------------------------------------------------


def test_each_secret_is_an_entry_of_its_own(saved: SavedProfiles) -> None:
    secrets = {"password": Secret(CANARY), "key-passphrase": Secret("k"), "proxy-password": Secret("p")}
    made = saved.save(PROFILE, secrets)  # type: ignore[arg-type]
    assert made.stored == ("password", "key-passphrase", "proxy-password")
    assert set(backend_of(saved).held) == {("mqassist", f"{PROFILE.id}/{kind}") for kind in made.stored}
    credentials = saved.credentials(made)
    assert (credentials.username, credentials.password) == ("app", Secret(CANARY))
    assert (credentials.key_password, credentials.proxy_password) == (Secret("k"), Secret("p"))


def test_a_secret_is_replaced_kept_and_forgotten(saved: SavedProfiles) -> None:
    made = saved.save(PROFILE, {"password": Secret("one")})
    made = saved.save(changed(made, notes="other"), {})
    assert saved.credentials(made).password == Secret("one")
    made = saved.save(made, {"password": Secret("two")})
    assert saved.credentials(made).password == Secret("two")
    made = saved.save(made, {"password": None})
    assert made.stored == ()
    assert backend_of(saved).held == {}


def test_session_and_ask_keep_nothing_in_the_keyring(saved: SavedProfiles, tmp_path: Path) -> None:
    made = saved.save(PROFILE, {"password": Secret(CANARY)})
    made = saved.save(changed(made, keep="session"), {})
    assert backend_of(saved).held == {}
    assert saved.credentials(made).password == Secret(CANARY)
    assert not saved.needs_password(made)
    again = saved_with(tmp_path, InMemory())
    assert again.credentials(again.book().profiles[0]).password is None
    assert again.needs_password(again.book().profiles[0])
    made = saved.save(changed(made, keep="ask"), {})
    assert saved.credentials(made).password is None
    made = saved.save(changed(made, keep="keyring"), {"password": Secret("new")})
    assert list(backend_of(saved).held.values()) == ["new"]


def test_deleting_takes_the_secrets_along_and_undo_brings_them_back(saved: SavedProfiles) -> None:
    first = saved.save(PROFILE, {"password": Secret(CANARY)})
    saved.save(Profile("2", "other", "amqp://h"), {})
    gone = saved.remove(first.id)
    assert backend_of(saved).held == {}
    assert [each.name for each in saved.book().profiles] == ["other"]
    saved.restore(gone)
    assert [each.name for each in saved.book().profiles] == ["orders", "other"]
    assert saved.credentials(saved.book().profiles[0]).password == Secret(CANARY)
    with pytest.raises(UserError, match="no such profile"):
        saved.remove("unknown")


def test_a_profile_can_be_deleted_without_its_keyring(saved: SavedProfiles) -> None:
    made = saved.save(PROFILE, {"password": Secret(CANARY)})
    backend_of(saved).says = keyring.errors.KeyringLocked("no")
    gone = saved.remove(made.id)
    assert gone.left == ("password",)
    assert saved.book().profiles == ()


def test_many_at_once_or_none(saved: SavedProfiles) -> None:
    found = [(Profile(str(n), f"p{n}", "amqp://u@h"), {"password": Secret(f"w{n}")}) for n in range(3)]
    assert [each.stored for each in saved.save_all(found)] == [("password",)] * 3  # type: ignore[arg-type]
    again = [(Profile("9", "new", "amqp://h"), {"password": Secret("w")}), (Profile("8", "p1", "amqp://h"), {})]
    with pytest.raises(UserError) as caught:
        saved.save_all(again)  # type: ignore[arg-type]
    assert caught.value.reference == "profile-name-taken"
    assert len(backend_of(saved).held) == 3


# -- what keyrings answer ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("says", "reference"),
    [
        (keyring.errors.KeyringLocked(CANARY), "keyring-locked"),
        (keyring.errors.NoKeyringError(CANARY), "keyring-missing"),
        (keyring.errors.InitError(CANARY), "keyring-refused"),
        (keyring.errors.PasswordSetError(CANARY), "keyring-refused"),
        (RuntimeError(CANARY), "keyring-refused"),
        (ImportError(CANARY), "keyring-missing"),
        (pywintypes_error(1783, "CredWrite", CANARY), "keyring-too-long"),
        (SystemExit(3), "keyring-refused"),
    ],
)
def test_what_a_keyring_says_is_told_by_name(tmp_path: Path, says: BaseException, reference: str) -> None:
    assert refused(saved_with(tmp_path, InMemory(says))).reference == reference


@pytest.mark.parametrize(
    ("value", "fits"), [("p" * 1280, True), ("p" * 1281, False), ("😀" * 640, True), ("😀" * 641, False)]
)
def test_windows_takes_1280_utf16_characters(tmp_path: Path, value: str, fits: bool) -> None:
    saved = saved_with(tmp_path, WinVaultKeyring())
    if fits:
        assert saved.save(PROFILE, {"password": Secret(value)}).stored == ("password",)
    else:
        error = refused(saved, value)
        assert error.reference == "keyring-too-long"
        assert error.parameters == {"limit": 1280, "length": utf16_units(value)}
    other = saved_with(tmp_path / "elsewhere", InMemory())
    assert other.save(PROFILE, {"password": Secret(value)}).stored == ("password",)


def test_a_keyring_that_never_answers_has_a_deadline_and_can_be_cancelled(tmp_path: Path) -> None:
    release = threading.Event()

    class Hanging(InMemory):
        def get_password(self, service: str, name: str) -> str | None:
            release.wait(20)
            return None

        set_password = get_password  # type: ignore[assignment]

    backend = Hanging()
    backend.set_password = lambda *_: release.wait(20)  # type: ignore[assignment,method-assign]
    try:
        error = refused(saved_with(tmp_path, backend, patience_s=0.2))
        assert error.reference == "keyring-silent"
        slow = saved_with(tmp_path, backend, patience_s=20)
        token = CancelToken()
        threading.Timer(0.1, token.cancel).start()
        with pytest.raises(Cancelled):
            slow.save(PROFILE, {"password": Secret(CANARY)}, token)
        assert saved_with(tmp_path, backend, patience_s=0.2).keyring().ability == "available"
    finally:
        release.set()


def test_a_file_is_no_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for backend, reference in (
        (PlaintextKeyring(), "keyring-is-file"),
        (keyring.backends.fail.Keyring(), "keyring-missing"),
    ):
        monkeypatch.setattr(keyring, "get_keyring", lambda backend=backend: backend)
        saved = SavedProfiles(ProfileStore(str(tmp_path)), Vault(find_backend=system_backend), LastRuns(str(tmp_path)))
        assert refused(saved).reference == reference
        assert saved.keyring().ability == "missing"


def test_of_a_chain_the_first_real_one_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    class ChainerBackend:
        backends = (PlaintextKeyring(), WinVaultKeyring(), InMemory())

    ChainerBackend.__module__ = "keyring.backends.chainer"
    monkeypatch.setattr(keyring, "get_keyring", ChainerBackend)
    assert isinstance(system_backend(), WinVaultKeyring)
    assert Vault(find_backend=system_backend).state().name == "Windows Credential Manager"


def test_last_runs_survive_and_damage_is_no_harm(tmp_path: Path) -> None:
    saved = open_saved(str(tmp_path))
    saved.note_run("a", "broken", "net.connection-refused")
    saved.note_run("b", "works")
    assert {key: run.state for key, run in open_saved(str(tmp_path)).last_runs().items()} == {
        "a": "broken",
        "b": "works",
    }
    (tmp_path / "last-runs.json").write_text("{", encoding="utf-8")
    damaged = open_saved(str(tmp_path))
    assert damaged.last_runs() == {}
    damaged.note_run("c", "works")
    assert set(open_saved(str(tmp_path)).last_runs()) == {"c"}
