"""The ground: threads to the screen, palettes, fonts, icons, shapes; nothing crashes after very many repaints."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QWidget

from mqassist.core.cancel import CancelToken
from mqassist.gui.bridge import Bridge
from mqassist.gui.garbage import Collector
from mqassist.gui.in_turns import InTurns
from mqassist.gui.theme.states import STATES, paint_state
from mqassist.gui.theme.theme import Theme
from mqassist.gui.theme.tokens import Tokens, load_tokens
from mqassist.gui.widgets.flow import FlowLayout
from mqassist.gui.widgets.labels import LineMark, Text

MANY = 20_000
GROUNDS = ("win", "surface", "sunken", "sel", "accentbg", "okbg", "warnbg", "errbg")


def luminance(colour: QColor) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""

    def part(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    return 0.2126 * part(colour.redF()) + 0.7152 * part(colour.greenF()) + 0.0722 * part(colour.blueF())


def contrast(one: QColor, other: QColor) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        *((ink, ground) for ink in ("t1", "t2") for ground in GROUNDS),
        ("t1", "mark"),
        ("t3", "win"),
        ("t3", "surface"),
        ("t3", "sunken"),
        ("t3", "sel"),
        ("accent", "surface"),
        ("accent", "accentbg"),
        ("onaccent", "accent"),
        ("ok", "surface"),
        ("ok", "okbg"),
        ("warn", "surface"),
        ("warn", "warnbg"),
        ("err", "surface"),
        ("err", "errbg"),
    ],
)
def test_text_can_be_read_on_every_ground(scheme: Any, ink: str, ground: str) -> None:
    tokens: Tokens = load_tokens()[scheme]
    assert contrast(tokens.colour(ink), tokens.colour(ground)) >= 4.49


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_can_be_typed_into_has_a_border_that_is_seen(scheme: Any) -> None:
    tokens: Tokens = load_tokens()[scheme]
    assert contrast(tokens.field, tokens.surface) >= 3


def drawn(state: Any, tokens: Tokens, **options: Any) -> QImage:
    image = QImage(32, 32, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    paint_state(painter, QRectF(0, 0, 32, 32), state, tokens, **options)
    painter.end()
    return image


def test_every_state_has_a_shape_of_its_own_even_without_colour(look: Theme) -> None:
    grey = Tokens(**{name: QColor("#777777") for name in vars(look.tokens)})
    masks = {
        state: bytes(drawn(state, grey).convertToFormat(QImage.Format.Format_Alpha8).constBits()) for state in STATES
    }
    masks["expected"] = bytes(
        drawn("broken", grey, expected=True).convertToFormat(QImage.Format.Format_Alpha8).constBits()
    )
    names = list(masks)
    alike = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :] if masks[a] == masks[b]]
    assert alike == []


def test_a_switch_of_the_scheme_reaches_palette_icons_and_dressed_widgets(look: Theme, qapp: QApplication) -> None:
    before = look.icon("gear").pixmap(16).toImage()
    look.choose("dark", 100)
    assert qapp.palette().window().color() == look.tokens.win == load_tokens()["dark"].win
    assert look.icon("gear").pixmap(16).toImage() != before
    look.choose("light", 200)
    assert qapp.font().pointSizeF() == pytest.approx(2 * look.fonts.body_pt / look.scale, rel=0.01)


def test_fonts_keep_the_ratios_of_the_design(look: Theme) -> None:
    body = look.font().pointSizeF()
    ratios = [look.font(role).pointSizeF() / body for role in ("verdict", "title", "section", "caption", "tag")]  # type: ignore[arg-type]
    assert ratios == pytest.approx([1.69, 1.54, 1.15, 0.92, 0.85], rel=0.02)


@pytest.mark.parametrize("percent", [100, 200])
def test_a_number_stands_on_the_line_of_the_text_beside_it_in_any_script(look: Theme, shown: Any, percent: int) -> None:
    look.choose("light", percent)
    page = QWidget()
    grid = QGridLayout(page)
    for row, words in enumerate(("1 reissue", "1 重新签发")):
        text = Text(words)
        grid.addWidget(LineMark("1", text, weight=None), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(text, row, 1)
    shown(page)
    for row in range(2):
        mark, text = (grid.itemAtPosition(row, column).widget() for column in range(2))
        digit = QRect(0, 0, text.fontMetrics().horizontalAdvance("1"), text.height())
        ends = [mark.y() + lowest_ink(mark.grab().toImage()), text.y() + lowest_ink(text.grab(digit).toImage())]
        assert ends[0] == pytest.approx(ends[1], abs=1)  # fonts end between two pixels


def lowest_ink(image: QImage) -> int:
    ground = image.pixelColor(0, 0)
    rows = [y for y in range(image.height()) for x in range(image.width()) if image.pixelColor(x, y) != ground]
    return max(rows)


def test_widgets_in_a_flow_keep_its_margins(shown: Any) -> None:
    page = QWidget()
    flow = FlowLayout(page)
    flow.setContentsMargins(14, 8, 3, 5)
    child = QWidget()
    child.setFixedSize(40, 20)
    flow.addWidget(child)
    page.resize(200, 100)
    shown(page)
    assert (child.x(), child.y()) == (14, 8)
    assert flow.heightForWidth(200) == 8 + 20 + 5
    assert flow.sizeHint() == QSize(14 + 40 + 3, 33)


# -- threads to the screen ----------------------------------------------------------------------


def test_work_runs_elsewhere_and_its_result_arrives_on_the_screen_thread(bridge: Bridge, qtbot: Any) -> None:
    seen: list[tuple[object, object]] = []
    screen = threading.current_thread()
    bridge.background(
        lambda _token: threading.current_thread(), lambda worker: seen.append((worker, threading.current_thread()))
    )
    qtbot.waitUntil(lambda: len(seen) == 1)
    assert seen[0][0] is not screen
    assert seen[0][1] is screen


def test_an_exception_arrives_as_a_result_and_the_next_job_runs(bridge: Bridge, qtbot: Any) -> None:
    failed: list[Exception] = []
    done: list[int] = []

    def work(_token: CancelToken) -> int:
        raise OSError("no")

    bridge.background(work, done.append, failed.append)
    bridge.background(lambda _token: 7, done.append, failed.append)
    qtbot.waitUntil(lambda: len(failed) == 1 and done == [7])
    assert isinstance(failed[0], OSError)


def test_a_result_for_something_that_is_gone_is_dropped(bridge: Bridge, qtbot: Any) -> None:
    go = threading.Event()
    arrived: list[int] = []
    last: list[int] = []
    owner = QObject()
    bridge.background(lambda _token: int(go.wait(10)), arrived.append, owner=owner)
    import shiboken6

    shiboken6.delete(owner)
    go.set()
    bridge.background(lambda _token: 1, last.append)
    qtbot.waitUntil(lambda: last == [1] and not bridge.running)
    QApplication.processEvents()
    assert arrived == []


def test_cancelled_work_calls_nobody(bridge: Bridge, qtbot: Any) -> None:
    called: list[object] = []
    token = bridge.background(lambda token: token.sleep(60), called.append, called.append)
    token.cancel()
    qtbot.waitUntil(lambda: not bridge.running)
    QApplication.processEvents()
    assert called == []


def test_events_come_in_order_in_batches_and_the_screen_keeps_its_turn(bridge: Bridge, qtbot: Any) -> None:
    batches: list[list[int]] = []
    put: Callable[[int], None] = bridge.stream(batches.append)
    thread = threading.Thread(target=lambda: [put(number) for number in range(MANY)])
    thread.start()
    qtbot.waitUntil(lambda: sum(map(len, batches)) == MANY, timeout=20_000)
    thread.join()
    assert [number for batch in batches for number in batch] == list(range(MANY))
    assert len(batches) < MANY / 4


def test_pieces_are_done_in_order_in_later_turns(qapp: QApplication, qtbot: Any) -> None:
    done: list[int] = []
    series = InTurns(qapp)
    series.start([lambda: done.append(1), lambda: done.append(2), lambda: done.append(3)])
    assert series.going
    assert done == [], "nothing is done at once"
    qtbot.waitUntil(lambda: not series.going)
    assert done == [1, 2, 3]


def test_a_series_is_stopped_taken_over_or_finished(qapp: QApplication) -> None:
    done: list[int] = []
    series = InTurns(qapp)
    series.start([lambda: done.append(1)])
    series.stop()
    qapp.processEvents()
    assert (series.going, done) == (False, [])
    series.start([lambda: done.append(2)])
    series.start([lambda: done.append(3), lambda: done.append(4)])
    series.finish()
    assert (series.going, done) == (False, [3, 4])
    qapp.processEvents()
    assert done == [3, 4]


def test_closing_leaves_behind_what_hangs(qapp: QApplication) -> None:
    import time

    bridge = Bridge()
    go = threading.Event()
    bridge.background(lambda _token: go.wait(30))  # asks no token: nothing can stop it
    started = time.monotonic()
    assert bridge.shut_down(0.2) is False
    assert time.monotonic() - started < 2
    go.set()


# -- very many repaints and emits: a PySide6 that loses references would abort here --------------


class _Counted(QWidget):
    painted = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        self.painted += 1
        painter = QPainter(self)
        painter.setPen(QColor("red"))
        painter.end()


class _Emitter(QObject):
    told = Signal(bool)
    heard = 0

    def hear(self, yes: bool) -> None:
        self.heard += yes


def test_very_many_repaints_do_not_crash(shown: Callable[[QWidget], QWidget]) -> None:
    widget = _Counted()
    widget.resize(4, 4)
    shown(widget)
    before = widget.painted
    for _ in range(MANY):
        widget.repaint()
    assert widget.painted - before >= MANY


def test_very_many_emits_do_not_crash(qapp: QApplication) -> None:
    emitter = _Emitter()
    emitter.told.connect(emitter.hear)
    for _ in range(MANY):
        emitter.told.emit(True)
    assert emitter.heard == MANY


# -- garbage ---------------------------------------------------------------------------------------


class _Cycle:
    def __init__(self, seen: list[threading.Thread]) -> None:
        self.me = self
        self.seen = seen

    def __del__(self) -> None:
        self.seen.append(threading.current_thread())


def test_garbage_of_threads_is_taken_apart_on_the_screen_thread(qapp: QApplication, qtbot: Any) -> None:
    seen: list[threading.Thread] = []

    def litter() -> None:
        for _ in range(5_000):
            _Cycle(seen)

    collector = Collector()
    try:
        thread = threading.Thread(target=litter)
        thread.start()
        thread.join()
        assert seen == []
        qtbot.waitUntil(lambda: len(seen) == 5_000, timeout=20_000)
        assert set(seen) == {threading.current_thread()}
    finally:
        collector.stop()
    assert gc.isenabled()


def test_a_job_that_failed_before_it_was_cancelled_is_not_heard_of(qapp: QApplication, bridge: Bridge) -> None:
    """Its owner asked for something else meanwhile: a report that was deleted while it was read is no error."""
    heard: list[Exception] = []

    def work(_token: CancelToken) -> None:
        raise ValueError("gone")

    token = bridge.background(work, None, heard.append)
    end = time.monotonic() + 10
    while bridge.running and time.monotonic() < end:
        time.sleep(0.001)  # without events: the failure waits for the screen thread
    token.cancel()
    qapp.processEvents()
    assert heard == []
