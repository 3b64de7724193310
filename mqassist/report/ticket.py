"""The text that goes into a ticket or a mail, for one recipient: what was seen, what is asked of them, how to find it
on their side. Plain text. Pure; says nothing that the report does not say.
"""

from __future__ import annotations

from typing import get_args

from mqassist.core.advice import Wording
from mqassist.core.facts import Fact
from mqassist.core.finding import Audience
from mqassist.core.moments import utc_words
from mqassist.core.record import record
from mqassist.report.log_lines import chosen_lines, log_lines
from mqassist.report.presented import Presented, PresentedCause, duration
from mqassist.report.steps import Group, grouped, slug

RECIPIENTS: tuple[Audience, ...] = ("client developer", "broker administrator", "network administrator")
_ALL: tuple[Audience, ...] = get_args(Audience)
MOST_LINES = 12
"""Of one kind: who wants more asks for the report."""


@record
class Ticket:
    subject: str
    body: str

    @property
    def text(self) -> str:
        return f"{self.subject}\n\n{self.body}"


def recipient_of(report: Presented) -> Audience:
    """Who should get it first: who has to act, else the developer."""
    who = report.root.who if report.root is not None else ""
    return next((name for name in RECIPIENTS if name == who), "client developer")


def ticket(report: Presented, recipient: Audience, wording: Wording) -> Ticket:
    return _Letter(report, recipient, wording).ticket()


class _Letter:
    def __init__(self, report: Presented, recipient: Audience, wording: Wording) -> None:
        self.report = report
        self.recipient = recipient
        self.wording = wording
        self.lines: list[str] = []
        self.facts: dict[str, Fact] = {}
        for check in report.checks:
            self.facts |= check.facts

    def say(self, key: str, **values: Fact) -> str:
        return self.wording.sentence(f"ticket.{key}", values)

    def ticket(self) -> Ticket:
        report = self.report
        subject = self.say("subject", title=report.title, target=report.target)
        self.lines.append(self.say("checked", target=report.target, started=utc_words(self.report.started_at)))
        self.lines += ["", report.title]
        if report.summary:
            self.lines.append(report.summary)
        if not report.complete:
            self.lines.append(self.wording.sentence("line.incomplete"))
        self.asked()
        self.open_questions()
        self.seen()
        self.on_their_side()
        self.chosen()
        self.ruled_out()
        self.sure()
        return Ticket(subject, "\n".join(self.lines) + "\n")

    def heading(self, key: str, **values: Fact) -> None:
        self.lines += ["", self.say(key, **values)]

    def asked(self) -> None:
        """Their own steps of every cause; who else has to do something is named in one line."""
        mine = [(cause, self.group(cause)) for cause in self.report.causes]
        if any(group is not None for _, group in mine):
            self.heading("please")
        number = 0
        for cause, group in mine:
            if group is None:
                continue
            if cause is not self.report.root:
                self.lines.append(self.say("because", title=cause.title))
            for instruction in group.instructions:
                number += 1
                self.lines.append(f"{number}. {instruction.text}")
                for platform, command in instruction.commands:
                    where = ""
                    if platform != "any":
                        name = self.wording.sentence(f"platform.{platform}")
                        where = self.wording.sentence("line.on-platform", {"platform": name})
                    self.lines.append(f"   {where}{command}")
        root = self.report.root
        if root is not None and root.who != self.recipient:
            self.heading("others", who=root.who_word)

    def group(self, cause: PresentedCause) -> Group | None:
        return next((group for group in grouped(cause) if group.audience == self.recipient), None)

    def open_questions(self) -> None:
        if not self.report.undecided:
            return
        self.heading("undecided")
        for question in self.report.undecided[:MOST_LINES]:
            self.lines.append(f"- {question.title}")
            self.lines += [f"  {sentence}" for sentence in question.decided_by]

    def seen(self) -> None:
        evidence = [line for cause in self.report.causes for line in cause.evidence]
        if not evidence:
            evidence = [check.summary for check in self.report.checks if check.status in ("failed", "warning")]
        if evidence:
            self.heading("seen")
            self.lines += [f"- {line}" for line in dict.fromkeys(evidence[:MOST_LINES])]

    def on_their_side(self) -> None:
        if self.recipient == "network administrator":
            self.connections()
        elif self.recipient == "broker administrator":
            self.in_their_log()
        else:
            self.client()

    def connections(self) -> None:
        """What their own logs can be searched for: from where to where, when, and what became of each address."""
        port = self.report.endpoint.get("port")
        source = self.facts.get("tcp.local_address")
        good, bad = self.strings("tcp.connected_addresses"), self.strings("tcp.failed_addresses")
        kinds = self.strings("tcp.failed_kinds")
        if not good and not bad:
            return
        self.heading("connections", source=source if isinstance(source, str) else self.say("this-computer"))
        for address in good:
            self.lines.append(self.say("address-open", address=address, port=port if port is not None else "–"))
        for address, kind in zip(bad, kinds, strict=False):
            word = self.wording.sentence(f"short.tcp.{kind}")
            self.lines.append(
                self.say("address-failed", address=address, port=port if port is not None else "–", what=word)
            )

    def in_their_log(self) -> None:
        self.heading("find", run=self.report.run_id, started=utc_words(self.report.started_at))
        address, port = self.facts.get("tcp.local_address"), self.facts.get("tcp.local_port")
        if isinstance(address, str) and isinstance(port, int):
            self.lines.append(self.say("source", address=address, port=port))
        for line in log_lines(self.report, self.wording)[:MOST_LINES]:
            self.lines.append(f"- {line.place}  {line.text}")

    def chosen(self) -> None:
        lines = chosen_lines(self.report)
        if lines:
            self.lines += ["", self.wording.sentence("heading.excerpts")]
        self.lines += [f"- {line.place}  {line.text}" for line in lines]

    def client(self) -> None:
        """How far a client gets, in the words of the steps."""
        failed = [check for check in self.report.checks if check.status == "failed" and not check.why]
        if failed:
            self.heading("stops-at")
            self.lines += [f"- {check.title}: {check.summary}" for check in failed[:MOST_LINES]]

    def strings(self, name: str) -> list[str]:
        value = self.facts.get(name, ())
        return [str(item) for item in value] if isinstance(value, tuple) else []

    def ruled_out(self) -> None:
        if self.report.ruled_out:
            self.heading("ruled-out")
            self.lines += [f"- {item.title}" for item in self.report.ruled_out[:MOST_LINES]]

    def sure(self) -> None:
        root = self.report.root
        self.lines.append("")
        if root is not None:
            self.lines.append(self.say("sure", percent=round(root.confidence * 100), cause=root.id))
        self.lines.append(
            self.say(
                "made-by",
                version=self.report.tool_version,
                run=self.report.run_id,
                took=duration(self.report.duration_ms),
            )
        )


def who_word(audience: Audience, wording: Wording) -> str:
    """The role's name in this language. KeyError-free: an unknown role is its own name."""
    return wording.sentence(f"who.{slug(audience)}") if audience in _ALL else audience
