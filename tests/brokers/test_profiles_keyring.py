"""Profiles with a real keyring and real brokers: the password is found in the keyring, in no file, and logs in."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.canary import CANARY, assert_no_leak
from tests.support.command import files_below
from tests.support.keyring_session import in_keyring_session, mqassist, stored
from tests.support.ports import free_port
from tests.support.rabbitmq import RabbitNode

LIST = f"""orders = amqp://app:{CANARY.replace("/", "%2F").replace("+", "%2B").replace("@", "%40")}@127.0.0.1:5672
"""


def search(home: Path) -> None:
    """Everything below the home but the keyring's own file, which is encrypted, and searched all the same."""
    files = files_below(home)
    assert any("keyrings" in str(path) for path in files), "the keyring wrote no file: the search is blind"
    assert any(path.name == "profiles.json" for path in files)
    for path, content in files.items():
        assert_no_leak(content, str(path))


def test_a_saved_password_is_in_the_keyring_and_nowhere_else(rabbitmq: RabbitNode, tmp_path: Path) -> None:
    home = tmp_path / "home"
    address = rabbitmq.url("amqp", user="app")
    add = ["profiles", "add", "orders", address, "--password-env", "PW", "--group", "Shop/EU"]
    done = in_keyring_session(
        [
            mqassist(*add),
            stored("/password"),
            mqassist("check", "orders", "--json"),
            mqassist("profiles", "export", "--with-passwords", "--passphrase-env", "PHRASE", "-o", "sealed.json"),
            mqassist("profiles", "remove", "orders"),
            stored("/password"),
            mqassist("profiles", "import", "sealed.json", "--passphrase-env", "PHRASE", "--with-passwords"),
            stored("/password"),
            mqassist("check", "orders", "--user", "nobody", "--json"),
        ],
        home,
        environment={"PW": CANARY, "PHRASE": "a long passphrase"},
    )
    added, held, checked, exported, removed, gone, imported, again, refused = done
    assert [each.returncode for each in done] == [0, 0, 0, 0, 0, 0, 0, 0, 1], [each.stderr for each in done]
    assert "keyring" in added.stdout
    assert held.stdout == f"1\n[{CANARY!r}]\n"
    document = json.loads(checked.stdout)
    assert (document["verdict"]["status"], document["profile"]) == ("healthy", "orders")
    assert gone.stdout == "0\n[]\n"
    assert again.stdout == f"1\n[{CANARY!r}]\n"
    assert json.loads(refused.stdout)["verdict"]["cause"] == "auth.bad-credentials"
    search(home)
    for each in (added, checked, exported, removed, imported, refused):
        assert_no_leak(each.stdout + each.stderr, "the output")


def test_passwords_of_an_import_go_there_only_if_it_was_said(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    source = tmp_path / "list.txt"
    source.write_text(LIST, encoding="utf-8")
    without, none, with_them, one = in_keyring_session(
        [
            mqassist("profiles", "import", str(source)),
            stored("/password"),
            mqassist("profiles", "import", str(source), "--with-passwords"),
            stored("/password"),
        ],
        home,
    )
    assert "left out" in without.stdout
    assert none.stdout == "0\n[]\n"
    assert "keyring" in with_them.stdout
    assert one.stdout == f"1\n[{CANARY!r}]\n"
    search(home)


def test_one_bad_node_among_several_is_named(rabbitmq: RabbitNode, tmp_path: Path) -> None:
    home = tmp_path / "home"
    dead = f"127.0.0.1:{free_port()}"
    address = rabbitmq.url("amqp", user="app")
    add = ["profiles", "add", "cluster", address, "--password-env", "PW", "--host", dead, "--group", "Shop"]
    one = ["profiles", "add", "single", address, "--keep", "ask"]
    added, single, table, chinese, document, asked = in_keyring_session(
        [
            mqassist(*add),
            mqassist(*one),
            mqassist("check", "cluster"),
            mqassist("check", "--profile-group", "Shop", "--lang", "zh"),
            mqassist("check", "--all", "--json", "--jobs", "1"),
            mqassist("check", "single"),
        ],
        home,
        environment={"PW": CANARY},
    )
    assert (added.returncode, single.returncode) == (0, 0)
    assert table.returncode == 1
    assert f"cluster: 1 of 2 hosts fail: {dead}. The others work." in table.stdout
    assert [line.split()[0] for line in table.stdout.splitlines()[:2]] == ["cluster", "cluster"]
    assert f"cluster：2 个主机中有 1 个不通：{dead}。其余正常。" in chinese.stdout
    reports = json.loads(document.stdout)
    assert [(each["profile"], each["verdict"]["status"]) for each in reports][:2] == [
        ("cluster", "healthy"),
        ("cluster", "broken"),
    ]
    assert asked.returncode == 2
    assert "--password-stdin" in asked.stderr
    search(home)
