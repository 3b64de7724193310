"""The file of profiles: what was written is read back, whatever happens in between."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mqassist.core.errors import UserError
from mqassist.core.profile import Profile, checked_profile, new_id, profile_from_url
from mqassist.core.profile_book import (
    Book,
    duplicated,
    found,
    free_name,
    moved,
    put_back,
    removed,
    renamed_group,
    saved,
    shifted,
    shifted_group,
    with_group,
    without_group,
)
from mqassist.core.record import changed, fields
from mqassist.core.settings import CheckSettings, TlsSettings
from mqassist.profiles import store as store_module
from mqassist.profiles.profile_json import as_json, from_json
from mqassist.profiles.store import ProfileStore

ROOT = Path(__file__).resolve().parents[2]


def profile(name: str, url: str = "amqp://host", **given: Any) -> Profile:
    made = changed(profile_from_url(url, name)[0], **given)
    return checked_profile(made)


def filled(folder: Path, *profiles: Profile) -> ProfileStore:
    store = ProfileStore(str(folder))
    for each in profiles:
        store.change(lambda book, each=each: saved(book, each))
    return store


def names(book: Book) -> list[str]:
    return [each.name for each in book.profiles]


# -- what is written is read ------------------------------------------------------------------------

TEXTS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=20)
NAMES = TEXTS.filter(lambda text: bool(text.split()) and "://" not in text and not text.split()[0].startswith("-"))
HOSTS = st.from_regex(r"[a-z][a-z0-9]{0,10}(\.[a-z]{2,5})?", fullmatch=True)
PROFILES = st.builds(
    lambda name, host, tls, vhost, group, tags, heartbeat, timeout, ca, logs, notes, production, others: Profile(
        new_id(),
        name,
        f"amqp{'s' if tls else ''}://u@{host}",
        hosts=tuple(others),
        group=tuple(group),
        tags=tuple(tags),
        settings=CheckSettings(
            heartbeat=heartbeat, timeout=timeout, tls=TlsSettings(ca=ca, system_too=tls), logs=tuple(logs), queue=vhost
        ),
        production=production,
        notes=notes,
    ),
    NAMES,
    HOSTS,
    st.booleans(),
    st.none() | TEXTS,
    st.lists(NAMES, max_size=3),
    st.lists(TEXTS, max_size=3),
    st.none() | st.integers(0, 65_535),
    st.floats(0.1, 3600),
    st.none() | TEXTS,
    st.lists(TEXTS, max_size=3),
    TEXTS,
    st.booleans(),
    st.lists(HOSTS, max_size=3),
)


@given(PROFILES)
@settings(max_examples=80, deadline=None)
def test_every_profile_survives_the_way_to_json_and_back(given_profile: Profile) -> None:
    ready = checked_profile(given_profile)
    assert from_json(json.loads(json.dumps(as_json(ready)))) == ready


FIELDS = st.sampled_from(["name", "url", "settings", "tls", "group", "hosts", "qos", "stored"]) | TEXTS
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS, lambda inner: st.lists(inner) | st.dictionaries(FIELDS, inner)
)


@given(ANYTHING)
@settings(max_examples=60, deadline=None)
def test_no_content_raises_anything_but_a_clear_error(plain: object) -> None:
    with contextlib.suppress(UserError):
        from_json(plain)


RUN_ONLY = {"idle_search", "idle_from", "watch"}
"""Settings of one run that no profile keeps."""


def test_no_setting_of_a_check_is_forgotten() -> None:
    """A new setting belongs into the file, or into the list above."""
    odd = {str: "odd", float: 2.5, int: 2, bool: True, tuple: ("a",)}
    special: dict[str, Any] = {"mqtt_version": "5", "only": ("dns",), "proxy": "http://p:1", "management": "http://m:1"}
    default = CheckSettings()
    for name in fields(default):
        if name in RUN_ONLY or name == "tls":
            continue
        kind = type(getattr(default, name))
        value = special.get(name, 7 if name == "heartbeat" else odd.get(kind, "odd"))
        made = changed(profile("a"), settings=changed(default, **{name: value}))
        assert from_json(json.loads(json.dumps(as_json(made)))) == made, name
    for name in fields(default.tls):
        value = not getattr(default.tls, name) if isinstance(getattr(default.tls, name), bool) else "odd"
        made = changed(profile("a"), settings=CheckSettings(tls=changed(default.tls, **{name: value})))
        assert from_json(json.loads(json.dumps(as_json(made)))) == made, name


def test_a_new_process_reads_what_was_written(tmp_path: Path) -> None:
    filled(tmp_path, profile("a", "amqps://u@h/v", group=("G", "H")), profile("b", "wss://h:8084/mqtt"))
    again = ProfileStore(str(tmp_path)).book()
    assert [(each.name, each.url) for each in again.profiles] == [
        ("a", "amqps://u@h:5671/v"),
        ("b", "wss://h:8084/mqtt"),
    ]
    assert again.groups == (("G",), ("G", "H"))
    assert oct((tmp_path / "profiles.json").stat().st_mode & 0o777) == "0o600"


# -- what can go wrong with the file -------------------------------------------------------------------

CRASH = """
import os, sys
sys.path.insert(0, sys.argv[1])
from mqassist.core.profile import profile_from_url
from mqassist.core.profile_book import saved
from mqassist.profiles.store import ProfileStore
at = sys.argv[3]
if at == "rename":
    os.replace = lambda *names: os._exit(9)
else:
    os.fsync = lambda handle: os._exit(9)
ProfileStore(sys.argv[2]).change(lambda book: saved(book, profile_from_url("amqp://late", "late")[0]))
"""


@pytest.mark.parametrize("at", ["rename", "fsync"])
def test_a_crash_while_writing_leaves_the_old_content_and_no_lock(tmp_path: Path, at: str) -> None:
    filled(tmp_path, profile("before"))
    done = subprocess.run([sys.executable, "-c", CRASH, str(ROOT), str(tmp_path), at], check=False, timeout=60)
    assert done.returncode == 9
    store = ProfileStore(str(tmp_path), patience_s=2.0)
    assert names(store.book()) == ["before"]
    assert store.problems == ()
    assert names(store.change(lambda book: saved(book, profile("after")))) == ["before", "after"]


BROKEN = ("", "{", "[1, 2", '{"schema": "other/1"}', '"text"', "\0\1", '{"schema": "mqassist.profiles/1"}')


@pytest.mark.parametrize("content", BROKEN)
def test_a_corrupt_file_is_set_aside_and_the_last_good_one_taken(tmp_path: Path, content: str) -> None:
    filled(tmp_path, profile("first"), profile("second"))
    (tmp_path / "profiles.json").write_text(content, encoding="utf-8")
    store = ProfileStore(str(tmp_path))
    assert names(store.book()) == ["first"]  # the copy from before the last writing
    assert [problem.reference for problem in store.problems] == ["profiles-corrupt-restored"]
    aside = [path for path in tmp_path.iterdir() if ".corrupt-" in path.name]
    assert [path.read_text(encoding="utf-8") for path in aside] == [content]


def test_a_corrupt_file_without_a_copy_gives_an_empty_list_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "profiles.json").write_bytes(b"\xff\xfe\xfa")
    store = ProfileStore(str(tmp_path))
    assert store.book() == Book()
    assert [problem.reference for problem in store.problems] == ["profiles-corrupt"]
    assert str(store.problems[0].parameters["file"]).startswith(str(tmp_path / "profiles.json.corrupt-"))
    assert names(store.change(lambda book: saved(book, profile("new")))) == ["new"]


def test_one_bad_entry_does_not_take_the_others_along(tmp_path: Path) -> None:
    filled(tmp_path, profile("good"), profile("bad"))
    path = tmp_path / "profiles.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["profiles"][1]["settings"] = {"timeout": "soon"}
    path.write_text(json.dumps(content), encoding="utf-8")
    store = ProfileStore(str(tmp_path))
    assert names(store.book()) == ["good"]
    assert [problem.reference for problem in store.problems] == ["profile-entry", "profiles-left-out"]
    assert store.problems[0].parameters == {"name": "bad", "field": "timeout"}
    kept = Path(str(store.problems[1].parameters["file"]))
    store.change(lambda book: saved(book, profile("more")))
    assert "bad" in kept.read_text(encoding="utf-8")
    assert "bad" not in path.read_text(encoding="utf-8")


def test_a_newer_file_is_read_and_never_written(tmp_path: Path) -> None:
    entry = {"id": "x", "name": "future", "url": "amqp://h", "shape": "unknown here"}
    path = tmp_path / "profiles.json"
    path.write_text(json.dumps({"schema": "mqassist.profiles/99", "profiles": [entry]}), encoding="utf-8")
    before = path.read_bytes()
    store = ProfileStore(str(tmp_path))
    assert names(store.book()) == ["future"]
    assert store.newer
    with pytest.raises(UserError) as caught:
        store.change(lambda book: saved(book, profile("mine")))
    assert caught.value.reference == "profiles-newer"
    assert path.read_bytes() == before


def test_a_list_without_a_head_is_the_oldest_version(tmp_path: Path) -> None:
    (tmp_path / "profiles.json").write_text('[{"name": "by hand", "url": "mqtt://h"}]', encoding="utf-8")
    store = ProfileStore(str(tmp_path))
    assert names(store.book()) == ["by hand"]
    store.change(lambda book: saved(book, profile("more")))
    written = json.loads((tmp_path / "profiles.json").read_text(encoding="utf-8"))
    assert written["schema"] == "mqassist.profiles/1"


def test_each_version_is_lifted_step_by_step(tmp_path: Path) -> None:
    filled(tmp_path, profile("a"))

    def rename_field(content: Any) -> Any:
        return {**content, "profiles": [{**each, "name": each["name"].upper()} for each in content["profiles"]]}

    later = ProfileStore(str(tmp_path), version=2, migrations={**store_module.MIGRATIONS, 1: rename_field})
    assert names(later.book()) == ["A"]
    later.change(lambda book: saved(book, profile("b")))
    assert json.loads((tmp_path / "profiles.json").read_text(encoding="utf-8"))["schema"] == "mqassist.profiles/2"
    assert ProfileStore(str(tmp_path)).book() != Book()


def test_two_processes_lose_nothing(tmp_path: Path) -> None:
    add = """
import sys
sys.path.insert(0, sys.argv[1])
from mqassist.core.profile import profile_from_url
from mqassist.core.profile_book import saved
from mqassist.profiles.store import ProfileStore
store = ProfileStore(sys.argv[2])
for number in range(15):
    name = f"{sys.argv[3]}-{number}"
    store.change(lambda book: saved(book, profile_from_url("amqp://h", name)[0]))
"""
    workers = [subprocess.Popen([sys.executable, "-c", add, str(ROOT), str(tmp_path), word]) for word in "abc"]
    assert [worker.wait(60) for worker in workers] == [0, 0, 0]
    assert sorted(names(ProfileStore(str(tmp_path)).book())) == sorted(f"{w}-{n}" for w in "abc" for n in range(15))


def test_a_lock_that_is_not_given_back_is_told(tmp_path: Path) -> None:
    store = filled(tmp_path, profile("a"))
    with store_module.locked(str(tmp_path / "profiles.lock"), 1.0):
        waiting = ProfileStore(str(tmp_path), patience_s=0.1)
        with pytest.raises(UserError) as caught:
            waiting.change(lambda book: saved(book, profile("b")))
    assert caught.value.reference == "profiles-locked"
    assert names(store.change(lambda book: saved(book, profile("b")))) == ["a", "b"]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        ProfileStore(str(tmp_path / "file" / "below")).change(lambda book: saved(book, profile("a")))
    assert caught.value.reference == "profiles-not-written"


def test_threads_share_one_store(tmp_path: Path) -> None:
    store = ProfileStore(str(tmp_path))

    def add(word: str) -> None:
        for number in range(10):
            store.change(lambda book, number=number: saved(book, profile(f"{word}{number}")))

    threads = [threading.Thread(target=add, args=(word,)) for word in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.book().profiles) == 20


def test_five_hundred_profiles_are_no_burden(tmp_path: Path) -> None:
    """Bounds are wide: what must never happen is a second of waiting."""
    many = tuple(profile(f"profile {n}", f"amqps://u@h{n}.example.com", group=("G", str(n % 20))) for n in range(500))
    store = ProfileStore(str(tmp_path))
    store.change(lambda _: Book(many))
    begin = time.process_time()
    book = ProfileStore(str(tmp_path)).book()
    assert len(book.profiles) == 500
    assert len(found(book, "h49 group:g")) == 11
    assert time.process_time() - begin < 1.0


# -- saving, order and groups ------------------------------------------------------------------------------


def test_a_name_is_taken_once_and_an_older_copy_does_not_win(tmp_path: Path) -> None:
    first, second = profile("a"), profile("b")
    book = saved(saved(Book(), first), second)
    with pytest.raises(UserError) as taken:
        saved(book, changed(book.profiles[1], name="a"))
    assert taken.value.reference == "profile-name-taken"
    newer = saved(book, changed(book.profiles[0], notes="newer"))
    with pytest.raises(UserError) as late:
        saved(newer, changed(book.profiles[0], notes="older"))
    assert late.value.reference == "profile-changed-elsewhere"


def test_order_is_changed_within_a_group() -> None:
    book = Book(
        tuple(profile(name, group=(group,)) for name, group in (("a", "G"), ("x", "H"), ("b", "G"), ("c", "G")))
    )
    ids = {each.name: each.id for each in book.profiles}
    up = shifted(book, ids["c"], -1)
    assert [each.name for each in up.profiles if each.group == ("G",)] == ["a", "c", "b"]
    assert shifted(up, ids["a"], -1) == up
    there = moved(book, ids["x"], ("G",), ids["b"])
    assert [each.name for each in there.profiles if each.group == ("G",)] == ["a", "x", "b", "c"]
    last = moved(there, ids["a"], ("G",))
    assert [each.name for each in last.profiles if each.group == ("G",)] == ["x", "b", "c", "a"]
    assert ("H",) in last.groups  # it stays although it is empty now


def test_groups_are_renamed_moved_and_removed() -> None:
    book = with_group(Book((profile("a", group=("G", "H")), profile("b", group=("K",)))), ("E",))
    assert book.all_groups() == (("E",), ("G",), ("G", "H"), ("K",))
    renamed = renamed_group(book, ("G",), ("New",))
    assert renamed.profiles[0].group == ("New", "H")
    assert renamed.all_groups() == (("E",), ("New",), ("New", "H"), ("K",))
    assert [group for group in shifted_group(book, ("K",), -1).all_groups() if len(group) == 1] == [
        ("E",), ("K",), ("G",),
    ]  # fmt: skip
    gone = without_group(book, ("G",))
    assert gone.profiles[0].group == ("H",)
    assert ("G",) not in gone.all_groups()


def test_a_removed_profile_comes_back_to_its_place() -> None:
    book = Book(tuple(profile(name) for name in "abc"))
    middle = book.profiles[1]
    gone = removed(book, [middle.id])
    assert names(put_back(gone, middle, 1)) == ["a", "b", "c"]
    taken = saved(gone, profile("b"))
    assert names(put_back(taken, middle, 1)) == ["a", "b (2)", "c", "b"]


def test_names_of_copies_count_on() -> None:
    book = Book((profile("a"), profile("a (2)")))
    assert free_name(book, "a (2)") == "a (3)"
    assert free_name(book, "new") == "new"
    copy = duplicated(book, changed(book.profiles[0], stored=("password",)))
    assert (copy.name, copy.stored, copy.version) == ("a (3)", (), 0)
    assert copy.id != book.profiles[0].id


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", ["orders-eu", "sensors"]),
        ("ORDERS", ["orders-eu"]),
        ("example.com prod", ["orders-eu"]),
        ("tag:blue", ["orders-eu"]),
        ("group:plant", ["sensors"]),
        ("tag:plant", []),
        ("mq2", ["orders-eu"]),
    ],
)
def test_search_looks_everywhere(words: str, expected: list[str]) -> None:
    orders = profile("orders-eu", "amqps://o@mq.example.com/prod", hosts=("mq2",), tags=("team-blue",))
    book = Book((orders, profile("sensors", "mqtt://10.0.0.1", group=("Plant 7",))))
    assert [each.name for each in found(book, words)] == expected


# -- one profile ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_profile", "reference"),
    [
        (Profile("1", " ", "amqp://h"), "profile-no-name"),
        (Profile("1", "amqp://x", "amqp://h"), "profile-name-like-url"),
        (Profile("1", "--all", "amqp://h"), "profile-name-like-url"),
        (Profile("1", "n" * 201, "amqp://h"), "profile-long-name"),
        (Profile("1", "a", "http://h"), "profile-url"),
        (Profile("1", "a", "amqp://h", hosts=("b:99999",)), "profile-host"),
        (Profile("1", "a", "amqp://h", hosts=("u:p@b",)), "profile-host"),
        (Profile("1", "a", "amqp://h", settings=CheckSettings(management="h:15672")), "profile-management"),
        (Profile("1", "a", "amqp://h", settings=CheckSettings(proxy="ftp://h")), "proxy-url"),
    ],
)
def test_what_cannot_be_saved_is_told(given_profile: Profile, reference: str) -> None:
    with pytest.raises(UserError) as caught:
        checked_profile(given_profile)
    assert caught.value.reference == reference


def test_no_password_stays_in_an_address() -> None:
    made, secrets = profile_from_url("amqps://app:s%2Fcret@h/v?heartbeat=30&cacertfile=/ca.pem&verify=verify_none")
    assert made.url == "amqps://app@h:5671/v"
    assert secrets["password"].reveal() == "s/cret"
    assert (made.settings.heartbeat, made.settings.tls.ca, made.settings.tls.verify) == (30, "/ca.pem", False)
    kept = checked_profile(
        changed(made, settings=CheckSettings(proxy="socks5://u:geheim@p", management="http://a:geheim@m:15672/x?y=1"))
    )
    assert "geheim" not in repr(kept)
    assert kept.settings.management == "http://m:15672/x"


def test_each_host_has_its_address() -> None:
    made = checked_profile(Profile("1", "a", "amqps://u@h1:5671/v", hosts=("h2", "h3:5673", "[::1]:9")))
    assert made.urls() == (
        "amqps://u@h1:5671/v",
        "amqps://u@h2:5671/v",
        "amqps://u@h3:5673/v",
        "amqps://u@[::1]:9/v",
    )


def test_no_temporary_file_is_left(tmp_path: Path) -> None:
    filled(tmp_path, profile("a"), profile("b"))
    assert sorted(os.listdir(tmp_path)) == ["profiles.json", "profiles.json.bak", "profiles.lock"]
