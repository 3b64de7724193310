"""`mqassist logs`: brokers' logs summed up and explained, their lines chosen and followed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from mqassist.cli.language import Language
from mqassist.cli.logs_arguments import LogArguments, read_logs
from mqassist.cli.logs_clock import clock_as_plain, hint_as_plain, hint_in_words, hints_of, marked, set_clocks
from mqassist.cli.output import complain, is_utf8, say_line, style_for, write_out
from mqassist.cli.stop import INTERRUPTED, Stop
from mqassist.cli.words import Words
from mqassist.core.cancel import CancelToken
from mqassist.core.errors import Cancelled, UserError
from mqassist.core.log import KnownLine, LineFilter, LogChange, LogLine, message_of
from mqassist.core.moments import moment, utc
from mqassist.services import Services, build_services

if TYPE_CHECKING:
    from mqassist.services import LogDocument, View

SCHEMA = "mqassist.log/1"
PAGE = 1000
LAST_LINES = 10
"""So many are shown before the new ones of a log that is followed."""
FOLLOW_S = 0.05
NOT_READ = 2


def logs(arguments: Sequence[str], language: Language) -> int:
    """0; 1 if the log shows a problem; 2 if what brings a log failed; 3 after Ctrl-C. Raises UserError."""
    import gc

    gc.enable()  # a log that is followed may be followed for weeks
    words = Words(language)
    given = read_logs(arguments, words)
    if given.help or not (given.sources or given.find):
        return say_line(words.say("cli.logs.help"))
    command = _Command(build_services(language), words, given)
    stop = Stop(command.token, lambda: None)
    stop.install()
    try:
        status = command.run()
        return NOT_READ if command.source_failed else status
    except Cancelled:
        return INTERRUPTED
    finally:
        command.close()


def match_lines(arguments: Sequence[str], language: Language) -> int:
    """Not for people: `mqassist match-lines` answers what the search asks it, until it is ended."""
    del arguments, language
    from mqassist.services import match_lines as answer

    return answer()


class _Command:
    def __init__(self, services: Services, words: Words, given: LogArguments) -> None:
        self.services = services
        self.words = words
        self.given = given
        self.token = CancelToken()
        self.style = style_for(sys.stdout, "any")
        self.documents: list[LogDocument] = []

    def run(self) -> int:
        if self.given.find:
            from mqassist.cli.logs_summary import found_here

            return found_here(self.services, self.words, self.given.json)
        stdin = sys.stdin.buffer if "-" in self.given.sources else None
        for source in self.given.sources:
            self.documents.append(
                self.services.logs.open(
                    source, rotated=self.given.rotated, follow=self.given.follow, stdin=stdin
                )
            )  # fmt: skip
        set_clocks(self.documents, self.given.clock_offset)
        if self.given.follow:
            return self.follow()
        if self.given.stories:
            from mqassist.cli.logs_summary import stories

            return stories(self.documents, self.words, self.given, self.token)
        if self.given.selects and not self.given.json:
            return self.lines()
        return self.summary()

    def close(self) -> None:
        for document in self.documents:
            document.close()

    @property
    def source_failed(self) -> bool:
        """docker, ssh … ended with an error: what was read is not the log, or not all of it."""
        return any(problem.key == "log.problem.command" for each in self.documents for problem in each.problems)

    def complain_of(self, document: LogDocument) -> None:
        for problem in document.problems:
            complain(f"{document.name}: {self.words.say(problem.key, **dict(problem.values))}")

    # -- a summary -------------------------------------------------------------------------

    def summary(self) -> int:
        from mqassist.cli.logs_summary import as_json, as_text, summed_up

        found = [summed_up(self.services, document, self.token) for document in self.documents]
        for document in self.documents:
            self.complain_of(document)
        hints = hints_of(self.services, self.documents, self.token)
        if self.given.json:
            matches = list(islice(self.matches(), self.given.limit)) if self.given.selects else None
            told = [hint_as_plain(hint, self.documents) for hint in hints] if len(self.documents) > 1 else None
            text = as_json(found, matches, told, ascii_only=not is_utf8(sys.stdout))
        else:
            said = [hint_in_words(hint, self.documents, self.words) for hint in hints]
            text = as_text(self.services, found, said, self.words, self.style)
        write_out(text)
        return 1 if any(each.has_problem for each in found) else 0

    def matches(self) -> Iterator[dict[str, object]]:
        for document, entry, known in self.merged():
            yield self.as_plain(document, entry, known)

    def as_plain(
        self, document: LogDocument, entry: Sequence[LogLine], known: KnownLine | None
    ) -> dict[str, object]:  # fmt: skip
        head = entry[0]
        return {
            "file": document.name,
            "line": head.number,
            "last_line": entry[-1].number,
            "at": None if head.at is None else utc(head.at, milliseconds=True),
            "level": head.level,
            "text": message_of(entry),
            "cause": None if known is None else known.cause,
            **clock_as_plain(document),
        }

    # -- lines -----------------------------------------------------------------------------

    def filter_for(self, document: LogDocument) -> LineFilter:
        given = self.given
        return LineFilter(
            given.levels, given.include, given.exclude, self._moment(document, "since"),
            self._moment(document, "until"), given.connection,
        )  # fmt: skip

    def _moment(self, document: LogDocument, name: str) -> float | None:
        word = getattr(self.given, name)
        if not word:
            return None
        document.settle(self.token)
        try:
            return moment(word, document.last_time() or 0.0)
        except (ValueError, OverflowError):
            raise UserError("logs.moment", f"--{name}: no time: {word}", option=f"--{name}", word=word) from None

    def lines(self) -> int:
        several = len(self.documents) > 1
        page: list[str] = []
        for shown, (document, entry, known) in enumerate(islice(self.merged(), self.given.limit)):
            page += self.as_text(document, entry, known, several)
            if len(page) >= PAGE or shown == 0:
                if not write_out("\n".join(page) + "\n"):
                    return 0
                page.clear()
        if page:
            write_out("\n".join(page) + "\n")
        for document in self.documents:
            self.complain_of(document)
        for hint in hints_of(self.services, self.documents, self.token):
            complain(hint_in_words(hint, self.documents, self.words))
        return 0

    def merged(self) -> Iterator[tuple[LogDocument, list[LogLine], KnownLine | None]]:
        """What was chosen of all logs, by time."""
        from heapq import merge

        streams = [self._stamped(document, at) for at, document in enumerate(self.documents)]
        for _, _, document, entry in merge(*streams, key=lambda each: each[:2]):
            known = document.explain(entry[0].number)
            if not self.given.known or known is not None:
                yield document, entry, known

    def _stamped(
        self, document: LogDocument, at: int
    ) -> Iterator[tuple[float, int, LogDocument, list[LogLine]]]:  # fmt: skip
        """Entries with the time by which several logs are merged: one without takes that of the one before."""
        latest = 0.0
        for entry in self.entries(document):
            latest = max(latest, entry[0].at or 0.0)
            yield latest, at, document, entry

    def entries(self, document: LogDocument) -> Iterator[list[LogLine]]:
        """Whole entries of which a line was chosen, in order."""
        document.settle(self.token)
        view = document.view(self.filter_for(document), self.token)
        yield from self._of_view(document, view, 0)

    def _of_view(self, document: LogDocument, view: View, first_row: int, done: int = 0) -> Iterator[list[LogLine]]:
        """Of an entry whose first lines were shown, up to number `done`, the others."""
        for row in range(first_row, view.row_count, PAGE):
            self.token.check()
            for numbers in _runs(number for number in view.lines(row, PAGE) if number > done):
                for entry in document.whole_entries(numbers[0], numbers[-1]):
                    rest = [line for line in entry if done < line.number <= view.line_count]
                    if rest:
                        done = rest[-1].number
                        yield rest

    def as_text(
        self, document: LogDocument, entry: Sequence[LogLine], known: KnownLine | None, several: bool
    ) -> list[str]:  # fmt: skip
        mark = marked(document)
        name = f"{document.name}{mark}:" if several or mark else ""
        kind = {"error": "failed", "critical": "failed", "warning": "warning", "debug": "faint"}.get(entry[0].level)
        found = [
            f"{name}{line.number}: " + (self.style.paint(kind, line.raw) if kind else line.raw) for line in entry
        ]  # fmt: skip
        if known is not None and known.cause is not None:
            from mqassist.cli.logs_summary import advice_of

            advice = advice_of(self.services, known.cause, dict(known.facts))
            if advice is not None:
                found.append("    " + self.style.paint("strong", f"→ {advice.title}") + f"  [{known.cause}]")
        return found

    # -- following -------------------------------------------------------------------------

    def follow(self) -> int:
        from queue import Empty, SimpleQueue

        told: SimpleQueue[tuple[int, LogChange | None]] = SimpleQueue()
        views: dict[int, View] = {}
        followers = []
        for at, document in enumerate(self.documents):
            (document.catch_up if document.endless else document.settle)(self.token)
            view = views[at] = self._whole_lines(document, None)
            most = LAST_LINES if self.given.limit is None else self.given.limit
            rows = view.row_count if self.given.since else min(view.row_count, most)
            self._print(document, self._of_view(document, view, view.row_count - rows))
            followers.append(
                document.follow(lambda change, at=at: told.put((at, change)), FOLLOW_S)  # type: ignore[misc]
            )  # fmt: skip
        try:
            while any(document.alive for document in self.documents):
                try:
                    at, change = told.get(timeout=FOLLOW_S)
                except Empty:
                    self.token.check()
                    continue
                self.token.check()
                if change is not None:
                    self.take_change(at, change, views)
        finally:
            for follower in followers:
                follower.stop()
        for at, document in enumerate(self.documents):  # what came last, also a line that nothing ended
            document.index_all(self.token)
            before = views[at]
            view = document.view(self.filter_for(document), self.token, after=before)
            self._print(document, self._of_view(document, view, before.row_count, before.line_count))
            self.complain_of(document)
        return 0

    def take_change(self, at: int, change: LogChange, views: dict[int, View]) -> None:
        document = self.documents[at]
        if change.kind in ("truncated", "gone", "back", "unreadable", "rotated"):
            complain(self.words.say(f"cli.logs.{change.kind}", file=document.name, reason=change.reason))
        if change.kind not in ("grown", "rotated", "truncated"):
            return
        before = None if change.kind == "truncated" else views[at]
        view = views[at] = self._whole_lines(document, before)
        rows, done = (0, 0) if before is None else (before.row_count, before.line_count)
        self._print(document, self._of_view(document, view, rows, done))

    def _whole_lines(self, document: LogDocument, before: View | None) -> View:
        """A line that is still being written is shown when it is whole."""
        ended_open = document.ends_open
        view = document.view(self.filter_for(document), self.token, after=before)
        return view.without_last() if ended_open or document.ends_open else view

    def _print(self, document: LogDocument, entries: Iterable[list[LogLine]]) -> None:
        several = len(self.documents) > 1
        page: list[str] = []
        for entry in entries:
            known = document.explain(entry[0].number)
            if self.given.known and known is None:
                continue
            if self.given.json:
                import json

                page.append(json.dumps(self.as_plain(document, entry, known), ensure_ascii=not is_utf8(sys.stdout)))
            else:
                page += self.as_text(document, entry, known, several)
        if page and not write_out("\n".join(page) + "\n"):
            self.token.cancel()


def _runs(numbers: Iterable[int]) -> Iterator[list[int]]:
    """Numbers that follow each other, together."""
    run: list[int] = []
    for number in numbers:
        if run and number != run[-1] + 1:
            yield run
            run = []
        run.append(number)
    if run:
        yield run
