"""The text of a report in each format, cleaned twice, and writing it: whole or not at all. No Qt."""

from __future__ import annotations

from mqassist.core.advice import Wording
from mqassist.core.finding import Audience
from mqassist.core.record import record
from mqassist.gui.pages.checkup.answer import Answer
from mqassist.report.formats import presented, render, swept
from mqassist.report.style import Style
from mqassist.report.ticket import ticket

FORMATS = ("html", "markdown", "json", "junit")
ENDINGS = {"html": ".html", "markdown": ".md", "json": ".json", "junit": ".xml", "text": ".txt"}


@record
class Document:
    format: str
    text: str
    ending: str


def document_of(answer: Answer, output: str, wording: Wording) -> Document:
    shown = answer.shown
    if answer.report is not None:  # JSON keeps what people cannot see
        shown = presented(answer.report, wording, answer.redactor, output)
    text = render(output, [shown], wording, Style(width=100))
    return Document(output, swept(output, text, answer.redactor), ENDINGS[output])


def ticket_of(answer: Answer, recipient: Audience, wording: Wording) -> Document:
    text = ticket(answer.shown, recipient, wording).text
    return Document("text", answer.redactor.text(text), ENDINGS["text"])
