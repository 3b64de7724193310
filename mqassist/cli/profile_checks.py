"""Checks of saved profiles: their jobs, what has to be said before, and the table of many results."""

from __future__ import annotations

from collections.abc import Sequence

from mqassist.cli.answers import Outcome
from mqassist.cli.arguments import CheckArguments
from mqassist.cli.credentials import GivenSecrets
from mqassist.cli.jobs import Job, ProfileJobs, jobs_of_urls
from mqassist.cli.output import complain
from mqassist.cli.words import Words
from mqassist.core.advice import Wording
from mqassist.core.errors import UserError
from mqassist.core.facts import Fact
from mqassist.report.cells import cells, cut, padded, printable
from mqassist.report.presented import Presented, state_of
from mqassist.report.style import Style
from mqassist.report.text import short_card
from mqassist.services import Services


def profile_jobs(
    services: Services, options: CheckArguments, secrets: GivenSecrets, proxy: str | None, words: Words
) -> list[Job]:
    """Raises UserError; for one profile also if nobody has its password."""
    asking = options.all or bool(options.profile_group)
    try:
        found = ProfileJobs(services, options, secrets, proxy)
        jobs = found.all()
    except UserError as error:
        if asking or error.reference not in ("no-home", "profiles-not-read"):
            raise
        return jobs_of_urls(options, secrets, proxy)
    for problem in services.profiles.problems:
        complain(words.of_error(problem))
    for name in found.held_back:
        complain(words.say("cli.profiles.production", name=name))
    without = [*found.lost, *found.asked]
    if without and len({id(job.profile) for job in jobs}) == 1:
        key = "cli.profiles.password-lost" if found.lost else "cli.profiles.needs-password"
        raise UserError(key, f"no password for {without[0]}", name=without[0])
    if without:
        complain(words.say("cli.profiles.needs-password-many", names=", ".join(without)))
    return jobs


def note_runs(services: Services, outcomes: Sequence[Outcome]) -> None:
    """How each profile fared, for the list; of several hosts the worst."""
    order = ("works", "warning", "undecided", "stopped", "crashed", "broken")
    worst: dict[str, tuple[str, str]] = {}
    for outcome in outcomes:
        profile = outcome.job.profile
        if profile is None:
            continue
        state = state_of(outcome.report)
        root = outcome.report.verdict.primary
        cause = "" if root is None else root.cause
        if profile.id not in worst or order.index(state) > order.index(worst[profile.id][0]):
            worst[profile.id] = (state, cause)
    for profile_id, (state, cause) in worst.items():
        services.profiles.note_run(profile_id, state, cause)


def table(outcomes: Sequence[Outcome], reports: Sequence[Presented], wording: Wording, style: Style) -> str:
    """One row a target, what several hosts of one profile have in common, then the answers that need somebody."""
    rows = [(_name(outcome), report) for outcome, report in zip(outcomes, reports, strict=True)]
    names = min(max(cells(name) for name, _ in rows), 32)
    words = {report.state: wording.sentence(f"state.{report.state}", {}) for report in reports}
    states = max(cells(word) for word in words.values()) + 2
    targets = min(max(cells(printable(report.target)) for report in reports), 44)
    lines: list[str] = []
    for name, report in rows:
        state = f"{style.shape(report.state)} {words[report.state]}"
        shown = style.paint(report.state, padded(state, states))
        room = max(20, style.width - names - states - targets - 6)
        title = "" if report.state == "works" else cut(printable(report.title), room)
        target = padded(cut(printable(report.target), targets), targets)
        lines.append(f"{padded(cut(name, names), names)}  {shown}  {target}  {title}".rstrip())
    lines += ["", *_of_hosts(outcomes, reports, wording)]
    bad = [report for report in reports if report.status != "healthy"]
    text = "\n".join(lines).rstrip() + "\n"
    return text + ("\n" + "\n".join(short_card(report, wording, style) for report in bad) + "\n" if bad else "")


def _name(outcome: Outcome) -> str:
    return printable(outcome.job.profile.name) if outcome.job.profile is not None else "-"


def _of_hosts(outcomes: Sequence[Outcome], reports: Sequence[Presented], wording: Wording) -> list[str]:
    """One bad node among several is the first thing to know of a cluster."""
    kin: dict[str, list[Presented]] = {}
    names: dict[str, str] = {}
    for outcome, report in zip(outcomes, reports, strict=True):
        if outcome.job.profile is not None and outcome.job.profile.hosts:
            kin.setdefault(outcome.job.profile.id, []).append(report)
            names[outcome.job.profile.id] = outcome.job.profile.name
    lines = []
    for profile_id, told in kin.items():
        bad = [report for report in told if report.status == "broken"]
        key = "all-good" if not bad else "all-bad" if len(bad) == len(told) else "one-bad"
        hosts = ", ".join(f"{report.endpoint.get('host')}:{report.endpoint.get('port')}" for report in bad)
        values: dict[str, Fact] = {"name": names[profile_id], "count": len(told), "bad": len(bad), "hosts": hosts}
        lines.append(wording.sentence(f"cli.profiles.{key}", values))
    return lines
