"""`mqassist check`: from what was typed to reports on standard output or in a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from mqassist.cli.answers import Answers, Outcome
from mqassist.cli.arguments import CheckArguments, check_help, format_of, read_check
from mqassist.cli.credentials import GivenSecrets, given_secrets
from mqassist.cli.jobs import Job, jobs_of_urls, may_be_names, proxy_of
from mqassist.cli.language import Language
from mqassist.cli.output import complain, is_terminal, is_utf8, say_line, style_for, write_out
from mqassist.cli.runs import run_all
from mqassist.cli.stop import INTERRUPTED, Stop
from mqassist.cli.unfit import unfit_options
from mqassist.cli.words import Words
from mqassist.core.cancel import CancelToken
from mqassist.core.errors import UserError
from mqassist.core.events import Emit
from mqassist.report.formats import can_be_joined, joined, render, swept
from mqassist.report.presented import Presented
from mqassist.report.style import Style
from mqassist.services import Services, build_services


def check(arguments: Sequence[str], language: Language) -> int:
    """Runs every target and returns the exit status. Raises UserError for what cannot be understood."""
    words = Words(language)
    options = read_check(arguments, words)
    if options.help:
        return say_line(check_help(words))
    if not (options.targets or options.all or options.profile_group):
        raise UserError("cli.no-target", "no target was given")
    output = format_of(options)
    file = None if options.output == "-" else options.output
    if file is not None:
        from mqassist.cli.files import require_writable

        require_writable(file)
    proxy, proxy_password = proxy_of(options)
    secrets = given_secrets(options, proxy_password)
    if options.observe or options.find_idle_cut or options.watch:
        import gc

        gc.enable()  # `__main__` switched it off for runs that are over soon
    services = build_services(options.lang or language)
    jobs = chosen_jobs(services, options, secrets, proxy, words)
    warn_of_argv(jobs, secrets, words)
    for option, kind in unfit_options(options, [job.target for job in jobs]):
        complain(words.say("cli.unfit-option", option=option, kind=kind))
    ascii_only = file is None and not is_utf8(sys.stdout)
    # profiles are told in a table on a terminal
    joins = can_be_joined(output, len(jobs)) and (output == "json" or not any(job.profile for job in jobs))
    answers = Answers(
        services,
        output,
        ascii_only=ascii_only,
        keeps=not options.no_history,
        many=len(jobs) > 1,
        alone=style_of(file) if joins else None,
    )
    outcomes, stopped = run_jobs(services, jobs, options.jobs, answers)
    if outcomes:
        _write(outcomes, services, answers, file)
        if any(outcome.job.profile for outcome in outcomes):
            from mqassist.cli.profile_checks import note_runs

            note_runs(services, outcomes)
        answers.keep(outcomes)
        # a history that cannot be written changes nothing of the answer: only a person is told, once
        if answers.not_kept is not None and is_terminal(sys.stderr):
            complain(words.of_error(answers.not_kept))
    if stopped:
        return INTERRUPTED
    return 0 if all(outcome.report.verdict.status == "healthy" for outcome in outcomes) else 1


def chosen_jobs(
    services: Services, options: CheckArguments, secrets: GivenSecrets, proxy: str | None, words: Words
) -> list[Job]:
    """Raises UserError, also for the password of a single profile that nobody has."""
    if not may_be_names(options):
        return jobs_of_urls(options, secrets, proxy)
    from mqassist.cli.profile_checks import profile_jobs

    return profile_jobs(services, options, secrets, proxy, words)


def warn_of_argv(jobs: Sequence[Job], secrets: GivenSecrets, words: Words) -> None:
    """Only to a person: a script that does so has read it often enough."""
    typed = secrets.password is None and any(
        job.profile is None and job.credentials.password is not None for job in jobs
    )
    if typed and is_terminal(sys.stderr):
        complain(words.say("cli.password-in-argv"))


def _platform() -> str:
    return {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")


def run_jobs(
    services: Services, jobs: Sequence[Job], at_once: int | None, answers: Answers
) -> tuple[list[Outcome], bool]:
    """What ended, in the order of the targets, and whether a stop was asked for."""
    emit, erase = _progress(services, len(jobs))
    token = CancelToken()
    stop = Stop(token, erase)
    stop.install()
    try:
        outcomes = run_all(services, jobs, at_once, emit, token, answers.ended)
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


def _write(outcomes: Sequence[Outcome], services: Services, answers: Answers, file: str | None) -> None:
    reports, wording = [outcome.told for outcome in outcomes], services.wording
    alone = [outcome.rendered for outcome in outcomes if outcome.rendered is not None]
    if alone:
        text = joined(answers.output, reports, alone, wording, style_of(file))
    else:
        text = _together(outcomes, reports, services, answers, file)
    if file is None:
        write_out(text)
    else:
        from mqassist.cli.files import write_file

        write_file(file, text)


def _together(
    outcomes: Sequence[Outcome], reports: Sequence[Presented], services: Services, answers: Answers, file: str | None
) -> str:
    wording, style = services.wording, style_of(file)
    if answers.many and answers.output == "text" and any(outcome.job.profile for outcome in outcomes):
        from mqassist.cli.profile_checks import table

        text = table(outcomes, reports, wording, style)
    else:
        text = render(answers.output, reports, wording, style, ascii_only=answers.ascii_only)
    for redactor in {outcome.credentials: outcome.redactor for outcome in outcomes}.values():
        text = swept(answers.output, text, redactor)
    return text


def style_of(file: str | None) -> Style:
    if file is not None:
        return Style(width=100, platform=_platform())
    return style_for(sys.stdout, _platform())
