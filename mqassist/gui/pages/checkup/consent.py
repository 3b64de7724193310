"""Which probes of a run change something at the broker, and asking before they do. Starts nothing itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from mqassist.core.record import changed
from mqassist.core.settings import CheckSettings
from mqassist.gui.pages.checkup.production_sheet import ProductionSheet
from mqassist.gui.pages.checkup.subject import Subject
from mqassist.report.presented import Presented, ran
from mqassist.services import Services


def ask_first(
    parent: QWidget,
    services: Services,
    subject: Subject,
    settings: CheckSettings,
    start: Callable[[CheckSettings], None],
) -> None:
    """`start` comes at once where nothing would be changed, else with what the person chose; never after Cancel."""
    endpoint = subject.target().endpoint
    if endpoint is None or settings.read_only:
        start(settings)
        return
    plan = services.run.plan(endpoint, settings)
    changing = [step for step in plan if step.load().changes_state and step.load().applies(endpoint, settings)]
    if not changing:
        start(settings)
        return
    first = [step.id for step in changing if not step.deciding]
    second = [step.id for step in changing if step.deciding]
    sheet = ProductionSheet(subject.name, first, second, settings.topic or "", services.wording, parent)
    sheet.chosen.connect(lambda what: start(changed(settings, read_only=True) if what == "read-only" else settings))
    sheet.open()


def changed_something(services: Services, shown: Presented) -> bool:
    """Whether a probe ran that creates something, unless it was told to only read."""
    steps = {step.id: step for step in services.run.steps}
    return any(steps[check.id].load().changes_state for check in shown.checks if ran(check) and check.id in steps)
