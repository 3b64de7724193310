"""One whole check inside the test process, the way the command line does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mqassist.core.secret import Credentials, Secret
from mqassist.core.settings import CheckSettings, TlsSettings
from tests.support.canary import assert_no_leak

if TYPE_CHECKING:
    from mqassist.core.report import Report

_TLS = ("ca", "cert", "key", "server_name", "verify")


def diagnose(
    url: str, *, user: str | None = None, password: str | None = None, key_password: str | None = None, **settings: Any
) -> Report:
    """The report on `url`; keyword arguments are the fields of CheckSettings and TlsSettings (paths as they come).

    Fails if the canary password is anywhere in the report, in any format, or if a probe crashed.
    """
    from mqassist.core.target import parse_target
    from mqassist.services import build_services

    tls = {name: settings.pop(name) for name in _TLS if name in settings}
    plain: dict[str, Any] = {k: v if isinstance(v, bool | None) else str(v) for k, v in tls.items()}
    services = build_services("en")
    target = parse_target(url)
    own = target.credentials
    credentials = Credentials(
        username=own.username if user is None else user,
        password=own.password if password is None else Secret(password),
        key_password=None if key_password is None else Secret(key_password),
    )
    report = services.run.check(target, CheckSettings(tls=TlsSettings(**plain), **settings), credentials=credentials)
    assert_no_leak(repr(report), "the report")
    crashes = [f"{seen.probe}:\n{seen.crash}" for seen in report.observations if seen.crash]
    assert not crashes, "\n".join(crashes)
    return report
