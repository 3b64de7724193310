"""The password of a run is in no output, no file and no argument list, whatever comes of the run."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.amqp import limit
from tests.support.canary import CANARY, assert_no_leak, leaks
from tests.support.command import Ran, files_below, run_command
from tests.support.haproxy import Proxy
from tests.support.mosquitto import Broker
from tests.support.pki import Pki
from tests.support.rabbitmq import RabbitNode
from tests.support.squid import with_login

FORMATS = ("text", "json", "markdown", "html", "junit")


def check(arguments: list[str], home: Path, *, by: str = "env", **options: str | bool) -> Ran:
    """Runs `mqassist check` with the canary password and searches everything that it left behind."""
    environment = {}
    if by == "env":
        environment, arguments = {"CANARY_HERE": CANARY}, [*arguments, "--password-env", "CANARY_HERE"]
    elif by == "stdin":
        options["stdin"], arguments = f"{CANARY}\n", [*arguments, "--password-stdin"]
    ran = run_command(["check", *arguments], home, environment=environment, **options)  # type: ignore[arg-type]
    search(ran, home)
    assert ran.started, "nothing was seen of the process: the search of argument lists is blind"
    if by != "argv":
        assert_no_leak(ran.started, "an argument list or a child's environment")
    return ran


def search(ran: Ran, home: Path) -> None:
    assert_no_leak(ran.output, "standard output")
    assert_no_leak(ran.errors, "standard error")
    for path, content in files_below(home).items():
        assert_no_leak(content, str(path))
        assert_no_leak(str(path), "a file's name")


@pytest.mark.parametrize("by", ["env", "stdin"])
@pytest.mark.parametrize("scheme", ["amqp", "amqps", "mqtt", "mqtts", "ws"])
def test_a_login_that_is_accepted(rabbitmq: RabbitNode, pki: Pki, tmp_path: Path, scheme: str, by: str) -> None:
    ran = check([rabbitmq.url(scheme, user=""), "--user", "app", "--ca", str(pki.ca), "--thorough"], tmp_path, by=by)
    assert ran.status == 0, ran.output.decode()


@pytest.mark.parametrize("output", FORMATS)
@pytest.mark.parametrize("scheme", ["amqp", "mqtt"])
def test_a_login_that_is_refused(rabbitmq: RabbitNode, tmp_path: Path, scheme: str, output: str) -> None:
    ran = check([rabbitmq.url(scheme, user=""), "--user", "nobody", "--format", output], tmp_path)
    assert ran.status == 1, ran.output.decode()


@pytest.mark.parametrize("output", FORMATS)
def test_a_report_in_a_file(rabbitmq: RabbitNode, tmp_path: Path, output: str) -> None:
    arguments = [rabbitmq.url("amqp", user=""), "--user", "app", "--format", output, "-o", "report"]
    assert check(arguments, tmp_path).status == 0
    assert (tmp_path / "report").stat().st_size > 200


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_live_list_of_steps(rabbitmq: RabbitNode, tmp_path: Path, language: str) -> None:
    arguments = [rabbitmq.url("amqp", user=""), "--user", "app", "--lang", language, "--observe", "1"]
    ran = check(arguments, tmp_path, by="stdin", terminal=True)
    assert ran.status == 0
    assert ran.errors, "nothing was drawn"


@pytest.mark.parametrize(
    ("user", "rights"),
    [("writes-nothing", {"write": "^$"}), ("reads-nothing", {"read": "^$"}), ("none", {"rights": False})],
)
def test_rights_that_are_missing(rabbitmq: RabbitNode, tmp_path: Path, user: str, rights: dict[str, object]) -> None:
    rabbitmq.add_user(f"canary-{user}", **rights)  # type: ignore[arg-type]
    rabbitmq.api("PUT", "/api/queues/%2F/of-the-canary", {"auto_delete": False})
    named = ["--exchange", "amq.direct", "--queue", "of-the-canary", "--json"]
    assert check([rabbitmq.url("amqp", user=""), "--user", f"canary-{user}", *named], tmp_path).status == 1


@pytest.mark.parametrize("scheme", ["amqp", "amqps", "mqtt", "mqtts"])
def test_a_protocol_that_is_not_spoken(rabbitmq: RabbitNode, tmp_path: Path, scheme: str) -> None:
    arguments = [f"{scheme}://localhost:{rabbitmq.management}", "--user", "app", "--timeout", "1"]
    assert check([*arguments, "--json"], tmp_path).status == 1


@pytest.mark.parametrize("output", FORMATS)
def test_a_password_typed_into_the_url(mosquitto: Callable[..., Broker], tmp_path: Path, output: str) -> None:
    broker = mosquitto()
    assert leaks(broker.url())
    assert check([broker.url(), "--format", output], tmp_path, by="argv").status == 0


@pytest.mark.parametrize("output", FORMATS)
@pytest.mark.parametrize(
    "url",
    [
        "amqp://app:{canary}@localhost:{port}/",
        "amqp://app:{canary}@localhost:{port}/app:{canary}",
        "'amqp://app:{canary}@localhost:{port}'",
        "app:{canary}@localhost:{port}",
        "amqp:/app:{canary}@localhost:{port}",
        "rabbit://app:{canary}@localhost:{port}",
        "amqp://app:{canary}@",
    ],
)
def test_a_password_that_nobody_encoded(rabbitmq: RabbitNode, tmp_path: Path, url: str, output: str) -> None:
    target = url.format(canary=CANARY, port=rabbitmq.amqp)
    ran = check([target, "--format", output, "--timeout", "1"], tmp_path, by="argv")
    assert ran.status in (0, 1)


def test_the_password_of_a_key(rabbitmq: RabbitNode, pki: Pki, tmp_path: Path) -> None:
    identity = pki.identity("client-encrypted-key")
    arguments = [
        rabbitmq.url("amqps", user=""), "--user", "app", "--ca", str(pki.ca), "--json", "--cert", str(identity.cert),
        "--key", str(identity.key), "--key-password-env", "CANARY_HERE",
    ]  # fmt: skip
    assert check(arguments, tmp_path).status == 0


def test_the_password_of_a_proxy(
    squid: Callable[..., Proxy], rabbitmq: RabbitNode, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from urllib.parse import quote

    proxy = squid(with_login(tmp_path_factory.mktemp("users"), "walker", CANARY))
    for password, status in ((CANARY, 0), (CANARY[:-1] + "x", 1)):
        url = f"http://walker:{quote(password, safe='')}@127.0.0.1:{proxy.port}"
        arguments = [rabbitmq.url("amqp", user="guest", password="guest"), "--proxy", url, "--json"]
        ran = run_command(["check", *arguments], tmp_path)
        search(ran, tmp_path)
        assert ran.status == status, ran.output.decode()


def test_several_targets_at_once(rabbitmq: RabbitNode, mosquitto: Callable[..., Broker], tmp_path: Path) -> None:
    targets = [rabbitmq.url("amqp", user=""), rabbitmq.url("mqtt", user=""), mosquitto().url(user="")]
    assert check([*targets, "--user", "app", "--json"], tmp_path).status == 0


@pytest.mark.parametrize("output", ["text", "json"])
def test_a_crash_report_that_holds_the_packet(rabbitmq: RabbitNode, tmp_path: Path, output: str) -> None:
    """RabbitMQ's MQTT plugin crashes over a user who may open one channel only, and logs CONNECT byte by byte, broken
    over lines: of the whole login nothing may come out of there."""
    rabbitmq.add_user("canary-one-channel")
    limit(rabbitmq, "user", "canary-one-channel", "max-channels", 1)
    arguments = [rabbitmq.url("mqtt", user=""), "--user", "canary-one-channel", "--log", str(rabbitmq.log)]
    ran = check([*arguments, "--format", output], tmp_path)
    if rabbitmq.version >= (4,):  # MQTT opens no channels there any more
        assert ran.status == 0
        assert leaks(rabbitmq.text()) == []
        return
    assert ran.status == 1
    packet = re.sub(r"\n\S+ \S+ \[\w+\] <[\d.]+>", "\n", rabbitmq.text())
    assert leaks(packet) == ["numbers"], "the log does not hold what this test is about"
    assert b"auth.user-channel-limit" in ran.output
