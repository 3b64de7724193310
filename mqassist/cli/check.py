"""`mqassist check`: from what was typed to reports on standard output or in a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

from mqassist.cli.arguments import MAX_SECONDS, CheckArguments, check_help, format_of, read_check
from mqassist.cli.credentials import GivenSecrets, given_secrets
from mqassist.cli.language import Language
from mqassist.cli.output import complain, is_terminal, is_utf8, say_line, style_for, write_out
from mqassist.cli.runs import Outcome, run_all
from mqassist.cli.stop import INTERRUPTED, Stop
from mqassist.cli.unfit import unfit_options
from mqassist.cli.words import Words
from mqassist.core.cancel import CancelToken
from mqassist.core.errors import UserError
from mqassist.core.events import Emit
from mqassist.core.secret import Credentials, Secret
from mqassist.core.settings import CheckSettings, TlsSettings
from mqassist.core.target import Target, parse_target
from mqassist.report.formats import presented, redactor_for, render, swept
from mqassist.report.style import Style
from mqassist.services import Services, build_services

IDLE_SEARCH_S = 900.0
"""Well known load balancers and firewalls forget idle connections after 4 to 10 minutes."""


def check(arguments: Sequence[str], language: Language) -> int:
    """Runs every target and returns the exit status. Raises UserError for what cannot be understood."""
    words = Words(language)
    options = read_check(arguments, words)
    if options.help:
        return say_line(check_help(words))
    if not options.targets:
        raise UserError("cli.no-target", "no target was given")
    output = format_of(options)
    file = None if options.output == "-" else options.output
    if file is not None:
        from mqassist.cli.files import require_writable

        require_writable(file)
    proxy, proxy_password = _proxy(options)
    secrets = given_secrets(options, proxy_password)
    targets = _targets(options, secrets)
    if options.observe or options.find_idle_cut or options.watch:
        import gc

        gc.enable()  # `__main__` switched it off for runs that are over soon
    services = build_services(options.lang or language)
    _warn_of_argv(targets, secrets, words)
    for option, kind in unfit_options(options, [target for target, _ in targets]):
        complain(words.say("cli.unfit-option", option=option, kind=kind))
    outcomes, stopped = _run(services, targets, _settings(options, proxy), options.jobs)
    if outcomes:
        _write(outcomes, services, output, file, len(targets) > 1)
        if not options.no_history:
            _keep(outcomes, services, words)
    if stopped:
        return INTERRUPTED
    return 0 if all(outcome.report.verdict.status == "healthy" for outcome in outcomes) else 1


def _proxy(options: CheckArguments) -> tuple[str | None, Secret | None]:
    if not options.proxy:
        return None, None
    from mqassist.core.proxy_target import split_proxy

    url, password, _ = split_proxy(options.proxy)
    return url, password


def _targets(options: CheckArguments, secrets: GivenSecrets) -> list[tuple[Target, Credentials]]:
    read = [
        parse_target(text, user=options.user, password=secrets.password, vhost=options.vhost)
        for text in options.targets
    ]
    return [(target, secrets.with_target(target.credentials)) for target in read]


def _settings(options: CheckArguments, proxy: str | None) -> CheckSettings:
    given: dict[str, Any] = {
        "timeout": options.timeout,
        "mqtt_version": options.mqtt_version,
        "qos": options.qos,
        "message_size": options.message_size,
        **_held(options),
        "only": options.only,
        "max_login_tries": options.login_tries,
    }
    return CheckSettings(
        tls=TlsSettings(
            ca=options.ca,
            cert=options.cert,
            key=options.key,
            server_name=options.server_name,
            verify=not options.no_verify,
        ),
        client_id=options.client_id,
        queue=options.queue,
        exchange=options.exchange,
        routing_key=options.routing_key,
        topic=options.topic,
        will_topic=options.will_topic,
        heartbeat=options.heartbeat,
        proxy=proxy,
        management=options.management,
        logs=options.log,
        thorough=options.thorough,
        read_only=options.read_only,
        **{name: value for name, value in given.items() if value is not None},
    )


def _held(options: CheckArguments) -> dict[str, float | None]:
    """What --observe bounds: holding the one connection, watching it, or the search for the idle cut-off.

    Raises UserError.
    """
    if options.watch and options.find_idle_cut:
        raise UserError("cli.watch-or-search", "--watch and --find-idle-cut do not go together")
    if options.watch:
        return {"watch": options.observe or MAX_SECONDS}
    if not options.find_idle_cut:
        return {"observe": options.observe}
    known = options.idle_from or 0.0
    bound = options.observe or max(IDLE_SEARCH_S, 2 * known)
    if bound <= known:
        raise UserError("cli.idle-from", "--idle-from is not below --observe", observe=bound)
    return {"idle_search": bound, "idle_from": known}


def _warn_of_argv(targets: Sequence[tuple[Target, Credentials]], secrets: GivenSecrets, words: Words) -> None:
    """Only to a person: a script that does so has read it often enough."""
    typed = secrets.password is None and any(credentials.password is not None for _, credentials in targets)
    if typed and is_terminal(sys.stderr):
        complain(words.say("cli.password-in-argv"))


def _platform() -> str:
    return {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")


def _run(
    services: Services, targets: Sequence[tuple[Target, Credentials]], settings: CheckSettings, jobs: int | None
) -> tuple[list[Outcome], bool]:
    """What ended, in the order of the targets, and whether a stop was asked for."""
    emit, erase = _progress(services, len(targets))
    token = CancelToken()
    stop = Stop(token, erase)
    stop.install()
    try:
        outcomes = run_all(services, targets, settings, jobs, emit, token)
    finally:
        erase()
    return outcomes, stop.asked


def _progress(services: Services, runs: int) -> tuple[Emit, Callable[[], None]]:
    """Where events go, and what takes the drawing away. Nothing is loaded for it where nobody watches."""
    if not is_terminal(sys.stderr):
        return lambda _: None, lambda: None
    from mqassist.cli.progress import Progress

    progress = Progress(sys.stderr, services.wording, style_for(sys.stderr, _platform()), runs)
    return progress.emit, progress.close


def _write(outcomes: Sequence[Outcome], services: Services, output: str, file: str | None, many: bool) -> None:
    redactors = [redactor_for(outcome.report, outcome.credentials, services.texts.vocabulary) for outcome in outcomes]
    wording = services.wording
    reports = [
        presented(outcome.report, wording, redactor, output)
        for outcome, redactor in zip(outcomes, redactors, strict=True)
    ]
    text = render(
        output,
        reports,
        wording,
        _style(file),
        many=many,
        ascii_only=file is None and not is_utf8(sys.stdout),
    )
    for redactor in {out.credentials: cleaner for out, cleaner in zip(outcomes, redactors, strict=True)}.values():
        text = swept(output, text, redactor)
    if file is None:
        write_out(text)
    else:
        from mqassist.cli.files import write_file

        write_file(file, text)


def _keep(outcomes: Sequence[Outcome], services: Services, words: Words) -> None:
    """After the answer is out. A history that cannot be written changes nothing of it: only a person is told, once."""
    for outcome in outcomes:
        try:
            services.keep(outcome.report, outcome.credentials)
        except UserError as error:
            if is_terminal(sys.stderr):
                complain(words.of_error(error))
            return


def _style(file: str | None) -> Style:
    if file is not None:
        return Style(width=100, platform=_platform())
    return style_for(sys.stdout, _platform())
