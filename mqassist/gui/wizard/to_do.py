"""What to do about a cause, step by step, with commands to copy; and which answer to change if that is the cure."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from mqassist.gui.shell import Shell
from mqassist.gui.widgets.buttons import Button
from mqassist.gui.widgets.cards import Card, CommandBox, clear
from mqassist.gui.widgets.labels import LineMark, SectionTitle, Text
from mqassist.report.presented import PresentedCause
from mqassist.report.steps import Instruction, grouped, slug

PLATFORM = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
MINE = ("user", "client developer")
_QUESTIONS = {
    "input": "address",
    "dns": "address",
    "net": "address",
    "proto": "address",
    "auth.vhost": "address",
    "auth": "credentials",
    "mqtt.bad-credentials": "credentials",
    "mqtt.anonymous": "credentials",
    "mqtt.not-authorized": "credentials",
    "mqtt.rabbitmq-vhost": "credentials",
    "tls": "certificates",
    "amqp": "allowed",
    "mqtt": "allowed",
}
"""By how the cause is called: what was answered may be what is wrong."""


def question_of(cause: str) -> str:
    """ "address", "credentials", "certificates", "allowed", or "" where no answer would change anything."""
    return next((question for start, question in _QUESTIONS.items() if cause.startswith(start)), "")


class ToDo(Card):
    change_wanted = Signal(str)

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shell = shell
        self.change: Button | None = None

    def show_cause(self, cause: PresentedCause, *, changeable: bool = False) -> None:
        """`changeable`: with the way back to the answer that it may be about."""
        clear(self.body)
        self.change = None
        mine = cause.who in MINE
        title = self.tr("Do this, then press Retry") if mine else self.tr("Ask for this, then press Retry")
        self.body.addWidget(SectionTitle(title))
        number = 0
        for group in grouped(cause, PLATFORM):
            if group.audience != cause.who:
                words = self.shell.services.wording.sentence(f"for.{slug(group.audience)}")
                self.body.addWidget(Text(words, role="caption", colour="t3"))
            for instruction in group.instructions:
                number += 1
                self._step(number, instruction)
        question = question_of(cause.id)
        if changeable and question:
            self.change = Button(self._words(question), kind="link", icon_name="undo")
            self.change.clicked.connect(lambda _on=False: self.change_wanted.emit(question))
            self.body.addWidget(self.change, 0, Qt.AlignmentFlag.AlignLeft)

    def _step(self, number: int, instruction: Instruction) -> None:
        row = QHBoxLayout()
        row.setSpacing(10)
        words = Text(instruction.text, selectable=True)
        row.addWidget(LineMark(str(number), words), 0, Qt.AlignmentFlag.AlignTop)
        box = QVBoxLayout()
        box.addWidget(words)
        fitting = [line for platform, line in instruction.commands if platform in ("any", PLATFORM)]
        for line in fitting or [line for _, line in instruction.commands[:1]]:
            box.addWidget(CommandBox(line, copy=self.shell.copy))
        row.addLayout(box, 1)
        self.body.addLayout(row)

    def _words(self, question: str) -> str:
        return {
            "address": self.tr("Change the address"),
            "credentials": self.tr("Change user name or password"),
            "certificates": self.tr("Change the certificates"),
            "allowed": self.tr("Change queue, topic or client id"),
        }[question]
