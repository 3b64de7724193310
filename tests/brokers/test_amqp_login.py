"""Logins at a real RabbitMQ: accepted, refused for every reason that a client can be told, and nothing left behind."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator

import pytest

from mqassist.core.report import Report
from tests.support.amqp import assert_clean, assert_healthy, connected, facts_of, limit, root_of
from tests.support.canary import CANARY
from tests.support.haproxy import Proxy
from tests.support.netlab import SERVER, NetLab
from tests.support.pki import Pki
from tests.support.ports import wait_until
from tests.support.rabbitmq import RabbitNode

Diagnose = Callable[..., Report]


@pytest.fixture(autouse=True)
def _nothing_left(rabbitmq: RabbitNode) -> Iterator[None]:
    yield
    assert_clean(rabbitmq)


def test_good_login_is_healthy_and_says_who_answers(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(rabbitmq.url("amqp"))
    assert_healthy(report)
    facts = facts_of(report)
    assert facts["amqp.product"] == "RabbitMQ"
    assert facts["amqp.version"] == ".".join(map(str, rabbitmq.version))
    # from 4.0 on a login without a user is offered unless it is switched off
    anonymous = {"ANONYMOUS"} if rabbitmq.version >= (4,) else set()
    assert set(facts["amqp.mechanisms"]) == {"PLAIN", "AMQPLAIN"} | anonymous
    assert facts["amqp.mechanism"] == "PLAIN"
    assert facts["amqp.round_trip_ok"] is True
    assert facts["amqp.confirm"] == "acked"
    assert facts["amqp.heartbeat"] == 60


def test_good_login_over_tls_is_healthy(diagnose: Diagnose, rabbitmq: RabbitNode, pki: Pki) -> None:
    report = diagnose(rabbitmq.url("amqps"), ca=pki.ca)
    assert_healthy(report)
    assert facts_of(report)["amqp.round_trip_ok"] is True


@pytest.mark.parametrize("password", [CANARY, "not the password"])
def test_the_run_token_is_in_the_log_also_of_a_refused_login(
    diagnose: Diagnose, rabbitmq: RabbitNode, password: str
) -> None:
    report = diagnose(rabbitmq.url("amqp", password=password))
    wait_until(lambda: f"mqassist {report.run_id}" in rabbitmq.text(), "the log names the run", 10)


@pytest.mark.parametrize("user", ["app", "nobody-of-that-name"])
def test_wrong_password_and_unknown_user_look_alike(diagnose: Diagnose, rabbitmq: RabbitNode, user: str) -> None:
    report = diagnose(rabbitmq.url("amqp", user=user, password="not the password"))
    assert root_of(report) == "auth.bad-credentials"
    facts = facts_of(report)
    assert facts["amqp.close_code"] == 403
    assert facts["pika.error"].startswith("ProbableAuthenticationError")


def test_wrong_password_over_tls(diagnose: Diagnose, rabbitmq: RabbitNode, pki: Pki) -> None:
    report = diagnose(rabbitmq.url("amqps", password="not the password"), ca=pki.ca)
    assert root_of(report) == "auth.bad-credentials"
    assert facts_of(report)["pika.error"].startswith("ProbableAuthenticationError")


@pytest.mark.parametrize(("age", "cause"), [(3600, "auth.token-expired"), (-3600, "auth.bad-credentials")])
def test_token_as_password(diagnose: Diagnose, rabbitmq: RabbitNode, age: int, cause: str) -> None:
    def part(value: dict[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    token = ".".join((part({"alg": "none"}), part({"sub": "app", "exp": int(time.time()) - age}), "signature"))
    report = diagnose(rabbitmq.url("amqp", password=token))
    assert root_of(report) == cause
    assert token not in repr(report)


def test_the_management_api_gives_a_second_opinion(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    api = f"http://127.0.0.1:{rabbitmq.management}"
    report = diagnose(rabbitmq.url("amqp", password="not the password"), management=api)
    assert root_of(report) == "auth.bad-credentials"
    assert facts_of(report)["amqp.second_opinion"] == "wrong-credentials"


def test_login_tries_are_limited(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(rabbitmq.url("amqp", password="not the password"), max_login_tries=1)
    assert root_of(report) == "auth.bad-credentials"
    assert "pika.error" not in facts_of(report)


def test_blank_password(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(f"amqp://app:@localhost:{rabbitmq.amqp}")
    assert root_of(report) == "auth.blank-password"


def test_a_user_without_a_password_in_the_url(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(f"amqp://app@localhost:{rabbitmq.amqp}")
    assert root_of(report) == "auth.blank-password"


def test_no_user_at_all_means_guest_as_in_client_libraries(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(f"amqp://127.0.0.1:{rabbitmq.amqp}")
    assert_healthy(report)
    assert facts_of(report)["amqp.default_credentials"] is True


def test_guest_from_another_machine(netlab: NetLab, rabbitmq: RabbitNode) -> None:
    netlab.publish(rabbitmq.amqp, rabbitmq.amqp)
    report = netlab.diagnose(f"amqp://guest:guest@{SERVER}:{rabbitmq.amqp}")
    assert report["verdict"]["cause"] == "auth.guest-remote"
    assert report["causes"][0]["evidence"]


def test_another_user_from_that_machine_is_healthy(netlab: NetLab, rabbitmq: RabbitNode) -> None:
    netlab.publish(rabbitmq.amqp, rabbitmq.amqp)
    report = netlab.diagnose(rabbitmq.url("amqp", host=SERVER))
    assert report["verdict"]["status"] == "healthy"
    assert report["verdict"]["cause"] is None


def test_guest_from_afar_with_a_password_of_its_own_stays_open(netlab: NetLab, rabbitmq: RabbitNode) -> None:
    netlab.publish(rabbitmq.amqp, rabbitmq.amqp)
    report = netlab.diagnose(f"amqp://guest:changed@{SERVER}:{rabbitmq.amqp}")
    assert report["verdict"]["status"] == "broken"
    assert report["verdict"]["cause"] is None


def test_guest_by_proxy_stays_open(diagnose: Diagnose, rabbitmq: RabbitNode, squid: Callable[..., Proxy]) -> None:
    """Nobody here knows which address the broker sees."""
    through = f"http://127.0.0.1:{squid().port}"
    report = diagnose(rabbitmq.url("amqp", user="guest", password="changed"), proxy=through)
    assert report.verdict.status == "broken"
    assert root_of(report) is None
    assert {open_.cause for open_ in report.verdict.undecided} == {"auth.bad-credentials", "auth.guest-remote"}


@pytest.mark.parametrize(("password", "cause"), [("guest", "auth.guest-remote"), ("changed", "auth.bad-credentials")])
def test_guest_from_afar_settled_by_the_management_api(
    netlab: NetLab, rabbitmq: RabbitNode, password: str, cause: str
) -> None:
    netlab.publish(rabbitmq.amqp, rabbitmq.amqp)
    netlab.publish(rabbitmq.management, rabbitmq.management)
    api = f"http://{SERVER}:{rabbitmq.management}"
    report = netlab.diagnose(f"amqp://guest:{password}@{SERVER}:{rabbitmq.amqp}", "--management", api)
    assert report["verdict"]["cause"] == cause


# -- virtual hosts and limits ------------------------------------------------------------------


def test_virtual_host_that_does_not_exist(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(rabbitmq.url("amqp", vhost="nope"))
    assert root_of(report) == "auth.vhost-not-found"
    facts = facts_of(report)
    assert facts["amqp.default_vhost_opens"] is True
    assert facts["pika.error"].startswith("ProbableAccessDeniedError")


def test_wrong_password_wins_over_an_unknown_virtual_host(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(rabbitmq.url("amqp", password="not the password", vhost="nope"))
    assert root_of(report) == "auth.bad-credentials"


def test_virtual_host_with_a_slash_too_many(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    rabbitmq.add_vhost("login-prod")
    report = diagnose(rabbitmq.url("amqp", vhost="/login-prod"))
    assert root_of(report) == "input.vhost-slash-name"
    assert facts_of(report)["amqp.vhost_alternative_opens"] == "login-prod"


def test_virtual_host_whose_name_has_the_slash(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    rabbitmq.add_vhost("/login-slashed")
    assert_healthy(diagnose(rabbitmq.url("amqp", vhost="/login-slashed")))


def test_empty_virtual_host(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(rabbitmq.url("amqp") + "/")
    assert root_of(report) == "input.vhost-empty"


def test_virtual_host_without_rights(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    rabbitmq.add_vhost("login-closed", user="")
    report = diagnose(rabbitmq.url("amqp", vhost="login-closed"))
    assert root_of(report) == "auth.vhost-access-denied"


def test_connection_limit_of_the_virtual_host(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    rabbitmq.add_vhost("login-limited")
    limit(rabbitmq, "vhost", "login-limited", "max-connections", 1)
    with connected(rabbitmq, vhost="login-limited"):
        report = diagnose(rabbitmq.url("amqp", vhost="login-limited"))
    assert root_of(report) == "auth.vhost-connection-limit"
    assert facts_of(report)["amqp.limit"] == 1


def test_connection_limit_of_the_user(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    rabbitmq.add_user("login-one")
    limit(rabbitmq, "user", "login-one", "max-connections", 1)
    with connected(rabbitmq, "login-one"):
        report = diagnose(rabbitmq.url("amqp", user="login-one"))
    assert root_of(report) == "auth.user-connection-limit"
    assert facts_of(report)["amqp.limit"] == 1


def test_a_limit_that_is_not_reached_is_healthy(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    rabbitmq.add_user("login-few")
    limit(rabbitmq, "user", "login-few", "max-connections", 2)
    limit(rabbitmq, "user", "login-few", "max-channels", 1)
    assert_healthy(diagnose(rabbitmq.url("amqp", user="login-few")))


def test_channel_limit_of_the_user(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    rabbitmq.add_user("login-mute")
    limit(rabbitmq, "user", "login-mute", "max-channels", 0)
    report = diagnose(rabbitmq.url("amqp", user="login-mute"))
    assert root_of(report) == "auth.user-channel-limit"


def test_virtual_host_that_is_down(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    rabbitmq.add_vhost("login-down")
    stopped = rabbitmq.ctl("eval", 'rabbit_vhost_sup_sup:stop_and_delete_vhost(<<"login-down">>).')
    try:
        report = diagnose(rabbitmq.url("amqp", vhost="login-down"))
    finally:
        rabbitmq.ctl("restart_vhost", "-p", "login-down", check=False)
    assert root_of(report) == "amqp.vhost-down", stopped


def test_thorough_check_asks_pika_as_well(diagnose: Diagnose, rabbitmq: RabbitNode) -> None:
    report = diagnose(rabbitmq.url("amqp"), thorough=True)
    assert_healthy(report)
    assert facts_of(report)["pika.result"] == "connected"
