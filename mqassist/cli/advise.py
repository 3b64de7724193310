"""`mqassist advise`: one check, and the client settings that fit what it measured."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from mqassist.cli.advise_arguments import AdviseArguments, advise_help, read_advise
from mqassist.cli.answers import Answers, Outcome
from mqassist.cli.arguments import format_of
from mqassist.cli.check import chosen_jobs, run_jobs, style_of, warn_of_argv
from mqassist.cli.credentials import given_secrets
from mqassist.cli.jobs import Job, proxy_of
from mqassist.cli.language import Language
from mqassist.cli.output import complain, is_utf8, say_line, write_out
from mqassist.cli.stop import INTERRUPTED
from mqassist.cli.unfit import unfit_options
from mqassist.cli.words import Words
from mqassist.core.errors import UserError
from mqassist.core.snippet import Snippet
from mqassist.core.tuning import Advised, Workload
from mqassist.report.advised import FORMATS, PresentedAdvice, document, present_advice, render_json, worst
from mqassist.report.formats import swept
from mqassist.services import Services, build_services

BY_LANGUAGE = {
    "python": ("pika", "paho"),
    "java": ("java-amqp", "java-mqtt"),
    "go": ("go-amqp", "go-mqtt"),
    "node": ("amqplib", "mqtt-js"),
    "javascript": ("amqplib", "mqtt-js"),
    "dotnet": ("dotnet-amqp", "dotnet-mqtt"),
    "php": ("php-amqplib",),
    "ruby": ("bunny",),
    "asyncio": ("aio-pika",),
}
"""What people call a client instead of its id."""


def advise(arguments: Sequence[str], language: Language) -> int:
    """Checks, advises, and returns the exit status of the check. Raises UserError for what cannot be understood."""
    words = Words(language)
    given = read_advise(arguments, words)
    if given.check.help:
        return say_line(advise_help(words))
    _require_one_target(given)
    output = format_of(given.check)
    if output not in FORMATS:
        raise UserError("advise.cli.no-format", f"no {output} for advice", file=str(given.check.output))
    file = None if given.check.output == "-" else given.check.output
    if file is not None:
        from mqassist.cli.files import require_writable

        require_writable(file)
    import gc

    gc.enable()  # `__main__` switched it off for runs that are over soon
    proxy, proxy_password = proxy_of(given.check)
    secrets = given_secrets(given.check, proxy_password)
    services = build_services(given.check.lang or language)
    jobs = chosen_jobs(services, given.check, secrets, proxy, words)
    _require_known_clients(services, given, jobs)
    warn_of_argv(jobs, secrets, words)
    for option, kind in unfit_options(given.check, [job.target for job in jobs]):
        complain(words.say("cli.unfit-option", option=option, kind=kind))
    answers = Answers(services, output, ascii_only=False, keeps=not given.check.no_history, many=len(jobs) > 1)
    outcomes, stopped = run_jobs(services, jobs, None, answers)
    if outcomes:
        _write(outcomes, services, given, output, file, words)
        if any(outcome.job.profile for outcome in outcomes):
            from mqassist.cli.profile_checks import note_runs

            note_runs(services, outcomes)
        answers.keep(outcomes)
    if stopped:
        return INTERRUPTED
    return 0 if all(outcome.report.verdict.status == "healthy" for outcome in outcomes) else 1


def _require_one_target(given: AdviseArguments) -> None:
    targets = given.check.targets
    if not targets:
        raise UserError("advise.cli.no-target", "no target was given")
    if len(targets) > 1:
        raise UserError("advise.cli.one-target", "more than one target", second=targets[1])


def _require_known_clients(services: Services, given: AdviseArguments, jobs: Sequence[Job]) -> None:
    """Before the run: nobody wants to learn afterwards that there are no lines for this client. Raises UserError."""
    target = jobs[0].target
    if not given.clients_named or target.endpoint is None:
        return
    advised = services.advice(str(target.endpoint), jobs[0].settings, [{}], given.workload)
    _chosen(advised.snippets if advised is not None else (), given.clients_named)


def _chosen(snippets: Sequence[Snippet], names: Sequence[str]) -> tuple[Snippet, ...]:
    """Those that were asked for, in the order of asking; the first where nobody asked. Raises UserError."""
    by_id = {snippet.id: snippet for snippet in snippets}
    if "all" in names:
        return tuple(snippets)
    if not names:
        return tuple(snippets[:1])
    found: list[Snippet] = []
    for name in names:
        ids = [each for each in (name, *BY_LANGUAGE.get(name, ())) if each in by_id]
        if not ids:
            raise UserError("advise.cli.no-client", f"no lines for {name}", name=name, names=", ".join(by_id))
        found.append(by_id[ids[0]])
    return tuple(dict.fromkeys(found))


def _write(
    outcomes: Sequence[Outcome],
    services: Services,
    given: AdviseArguments,
    output: str,
    file: str | None,
    words: Words,
) -> None:
    told = [outcome.told for outcome in outcomes]
    runs = [{name: value for check in each.checks for name, value in check.facts.items()} for each in told]
    job = outcomes[0].job
    others = tuple(
        outcome.job.target.endpoint.authority for outcome in outcomes[1:] if outcome.job.target.endpoint is not None
    )
    endpoint = job.target.endpoint
    advised = None if endpoint is None else services.advice(str(endpoint), job.settings, runs, given.workload, others)
    if advised is None:
        text = _nothing(outcomes, output, words)
    else:
        text = _rendered(advised, outcomes, services, given, output, file, others)
    for redactor in {outcome.credentials: outcome.redactor for outcome in outcomes}.values():
        text = swept(output, text, redactor)
    if file is None:
        write_out(text)
    else:
        from mqassist.cli.files import write_file

        write_file(file, text)


def _nothing(outcomes: Sequence[Outcome], output: str, words: Words) -> str:
    """A target that cannot be read is itself a verdict: for programs an advice without settings."""
    told = outcomes[0].told
    if output == "json":
        empty = PresentedAdvice(told.target, told.state, told.title, told.summary, (), (), ())
        return render_json(document(empty, [told], Workload(), ()), ascii_only=not is_utf8(sys.stdout))
    return words.say("advise.cli.nothing", title=told.title) + "\n"


def _rendered(
    advised: Advised,
    outcomes: Sequence[Outcome],
    services: Services,
    given: AdviseArguments,
    output: str,
    file: str | None,
    others: tuple[str, ...],
) -> str:
    told = [outcome.told for outcome in outcomes]
    shown = present_advice(advised, worst(told), services.wording)
    if output == "json":
        content = document(shown, told, given.workload, others)
        return render_json(content, ascii_only=file is None and not is_utf8(sys.stdout))
    from mqassist.report.advised_text import render_markdown, render_text

    chosen = _chosen(advised.snippets, given.clients_named)
    if output == "markdown":
        return render_markdown(shown, chosen if given.clients_named else advised.snippets, services.wording)
    rest = ", ".join(snippet.id for snippet in advised.snippets if snippet not in chosen)
    return render_text(shown, chosen, rest, services.wording, style_of(file))
