"""One whole check inside the test process, the way the command line does it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from mqassist.core.proxy_target import split_proxy
from mqassist.core.secret import Credentials, Redactor, Secret
from mqassist.core.settings import CheckSettings, TlsSettings
from mqassist.core.target import parse_target
from mqassist.report.formats import FORMATS, presented, redactor_for, render, swept
from mqassist.report.style import Style
from mqassist.services import Services, build_services
from tests.support.canary import assert_no_leak

if TYPE_CHECKING:
    from mqassist.core.report import Report

_TLS = ("ca", "cert", "key", "server_name", "verify")


@cache
def services() -> Services:
    """The tool as the command line builds it, once for all tests."""
    return build_services("en")


def diagnose(
    url: str,
    *,
    user: str | None = None,
    password: str | None = None,
    key_password: str | None = None,
    vhost: str | None = None,
    proxy: str | None = None,
    **settings: Any,
) -> Report:
    """The report on `url`; other keyword arguments are fields of CheckSettings and TlsSettings (paths as they come).

    Fails if the canary password is anywhere in the report, in any format, or if a probe crashed.
    """
    tls = {name: settings.pop(name) for name in _TLS if name in settings}
    plain: dict[str, Any] = {k: v if isinstance(v, bool | None) else str(v) for k, v in tls.items()}
    target = parse_target(url, user=user, password=None if password is None else Secret(password), vhost=vhost)
    proxy_url, proxy_password, _ = split_proxy(proxy) if proxy else (None, None, None)
    credentials = Credentials(
        username=target.credentials.username,
        password=target.credentials.password,
        key_password=None if key_password is None else Secret(key_password),
        proxy_password=proxy_password,
    )
    report = services().run.check(
        target, CheckSettings(tls=TlsSettings(**plain), proxy=proxy_url, **settings), credentials=credentials
    )
    _search(report, credentials)
    crashes = [f"{seen.probe}:\n{seen.crash}" for seen in report.observations if seen.crash]
    assert not crashes, "\n".join(crashes)
    return report


def _search(report: Report, credentials: Credentials) -> None:
    assert_no_leak(repr(report), "the report itself")
    # what the probes say must be clean already: the cleaning of what leaves is the second line, and tested on its own
    for redactor in (Redactor(), redactor_for(report, credentials)):
        wording = services().wording
        for output in FORMATS:
            text = render(output, [presented(report, wording, redactor, output)], wording, Style(width=100))
            assert_no_leak(swept(output, text, redactor), f"the report as {output}")
