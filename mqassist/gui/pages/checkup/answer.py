"""What is shown after a run, or of a report that was read: sentences of now, and what may be copied. No Qt."""

from __future__ import annotations

from collections.abc import Sequence

from mqassist.core.advice import Wording
from mqassist.core.facts import Fact
from mqassist.core.observation import Exchange
from mqassist.core.record import changed, fresh, record
from mqassist.core.report import Excerpt, Report
from mqassist.core.secret import MASK, Credentials, Redactor
from mqassist.core.settings import CheckSettings
from mqassist.gui.pages.checkup.fixes_for import groups_for, this_platform
from mqassist.gui.pages.checkup.step_content import StepContent
from mqassist.report.by_hand import by_hand
from mqassist.report.formats import presented, redactor_for
from mqassist.report.log_lines import LogLine
from mqassist.report.presented import Presented, PresentedCheck, is_deciding


@record
class Answer:
    """`report` is None for one that was read from a file called `file`: it speaks the language it was written in."""

    shown: Presented
    redactor: Redactor
    report: Report | None = None
    credentials: Credentials = fresh(default_factory=Credentials)
    file: str = ""
    settings: CheckSettings = CheckSettings()

    @property
    def address(self) -> str:
        """Without a password."""
        return self.shown.target.replace(f":{MASK}@", "@")

    def facts(self) -> dict[str, Fact]:
        return {name: value for check in self.shown.checks for name, value in check.facts.items()}

    def certificates(self, probe: str) -> tuple[bytes, ...]:
        """Those that the peer sent, DER."""
        if self.report is None:
            return ()
        return next((seen.certificates for seen in self.report.observations if seen.probe == probe), ())

    def check(self, probe: str) -> PresentedCheck | None:
        return next((check for check in self.shown.checks if check.id == probe), None)

    def exchanges(self, probe: str) -> tuple[Exchange, ...]:
        if self.report is None:
            return ()
        return next((seen.exchanges for seen in self.report.observations if seen.probe == probe), ())


def answer_of(
    report: Report,
    wording: Wording,
    credentials: Credentials,
    vocabulary: str,
    settings: CheckSettings = CheckSettings(),  # noqa: B008 - a frozen record
) -> Answer:
    redactor = redactor_for(report, credentials, vocabulary)
    return Answer(presented(report, wording, redactor, "html"), redactor, report, credentials, settings=settings)


def excerpts_of(answer: Answer) -> tuple[Excerpt, ...]:
    """As they were put in: what is shown of them is cleaned."""
    return answer.shown.excerpts if answer.report is None else answer.report.excerpts


def with_excerpts(answer: Answer, excerpts: Sequence[Excerpt]) -> Answer:
    """With these lines of logs, in the order of the files, each once; without any that was there before."""
    clean = answer.redactor.text
    chosen = tuple(sorted(set(excerpts), key=lambda each: (each.file, each.line)))
    shown = tuple(changed(each, file=clean(each.file), text=clean(each.text)) for each in chosen)
    report = None if answer.report is None else changed(answer.report, excerpts=chosen)
    return changed(answer, shown=changed(answer.shown, excerpts=shown), report=report)


def decided_by_second_probe(shown: Presented) -> bool:
    """Whether what a second probe saw is among the proof of the root cause. Some only run for comparison."""
    proof = set() if shown.root is None else set(shown.root.evidence)
    return any(is_deciding(check) and proof & {check.summary, *check.evidence} for check in shown.checks)


def step_content(answer: Answer, probes: tuple[str, ...], wording: Wording) -> StepContent:
    checks = tuple(check for check in (answer.check(probe) for probe in probes) if check is not None)
    alone = probes[0] if len(probes) == 1 else ""
    hits = [hit for hit in answer.shown.log_matches if hit.step == alone] if alone else []
    return StepContent(
        checks=checks,
        exchanges=answer.exchanges(alone) if alone else (),
        by_hand=by_hand(answer.shown, alone, this_platform()) if alone else (),
        log=tuple(
            LogLine(f"{hit.file}:{hit.line}", hit.text, wording.sentence(f"matched.{hit.matched_by}"), hit.step)
            for hit in hits
        ),
        log_places=tuple((hit.file, hit.line) for hit in hits),
        platform=this_platform(),
        certificates=answer.certificates(alone) if alone else (),
        repeatable=answer.report is not None,
    )


def copied_answer(shown: Presented, wording: Wording) -> str:
    """The card as text: what it is, who has to act, the steps with their commands, what was seen."""
    tell = wording.sentence
    lines = [shown.title]
    if shown.summary:
        lines.append(shown.summary)
    lines.append(tell("line.labelled", {"label": tell("heading.target"), "text": shown.target}))
    root = shown.root
    if root is not None:
        lines.append(tell("line.labelled", {"label": tell("heading.who"), "text": root.who_word}))
        for group in groups_for(root, this_platform()):
            for number, instruction in enumerate(group.instructions, 1):
                lines.append(f"{number}. {instruction.text}")
                lines += [f"   {command}" for _, command in instruction.commands]
        if root.evidence:
            lines += ["", tell("heading.why")]
            lines += [f"- {line}" for line in root.evidence]
        lines += ["", f"{root.id} · {tell('line.certainty', {'percent': round(root.confidence * 100)})}"]
    for question in shown.undecided:
        lines.append(f"- {question.title}")
        lines += [f"  {sentence}" for sentence in question.decided_by]
    lines.append(tell("line.made-by", {"version": shown.tool_version, "run": shown.run_id}))
    return "\n".join(lines) + "\n"
