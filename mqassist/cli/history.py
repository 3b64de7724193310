"""`mqassist history`: the kept runs listed, shown, compared, pinned and deleted."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence

from mqassist.cli.history_arguments import Given, read_history
from mqassist.cli.language import Language
from mqassist.cli.output import complain, is_utf8, say_line, style_for, write_out
from mqassist.cli.words import Words
from mqassist.core.errors import UserError
from mqassist.core.record import as_plain, changed
from mqassist.core.runs import KeptRun, RunFilter, local_time, since
from mqassist.report.cells import cells, cut, padded, printable
from mqassist.report.presented import Presented
from mqassist.services import Services, build_services

SCHEMA = "mqassist.history/1"
LISTED = 20
"""So many on a screen; --limit 0 lists all."""


def history(arguments: Sequence[str], language: Language) -> int:
    """0; of `compare` 1 if the runs differ. Raises UserError."""
    words = Words(language)
    given = read_history(arguments, words)
    if given.help or not given.command:
        return say_line(words.say("cli.history.help"))
    command = _Command(build_services(language), words, given)
    return command.run()


class _Command:
    def __init__(self, services: Services, words: Words, given: Given) -> None:
        self.services = services
        self.history = services.history
        self.words = words
        self.given = given
        self.style = style_for(sys.stdout, "any")

    def run(self) -> int:
        commands: dict[str, Callable[[], int]] = {
            "list": self.listing,
            "show": self.show,
            "compare": self.compare,
            "delete": self.delete,
            "pin": lambda: self.pin(True),
            "unpin": lambda: self.pin(False),
            "keep": self.keep,
        }
        return commands[self.given.command]()

    # --- the list

    def listing(self) -> int:
        kept = self.history.runs()
        wanted = self._filter()
        found = [run for run in kept.runs if wanted.takes(run)]
        limit = self.given.limit if self.given.limit is not None else 0 if self.given.json else LISTED
        shown = found[:limit] if limit else found
        if kept.damaged:
            complain(self.words.say("history.set-aside", count=len(kept.damaged), file=kept.damaged[0]))
        if kept.newer:
            complain(self.words.say("history.newer-runs", count=kept.newer))
        if self.given.json:
            document = {"schema": SCHEMA, "count": len(found), "runs": [as_plain(run) for run in shown]}
            return self._json(document)
        if not found:
            return say_line(self.words.say("history.none-found" if kept.runs else "history.empty"))
        lines = self._rows(shown)
        if len(shown) < len(found):
            lines += ["", self.words.say("history.more", shown=len(shown), count=len(found))]
        write_out("\n".join(lines) + "\n")
        return 0

    def _filter(self) -> RunFilter:
        start = ""
        if self.given.since:
            try:
                start = since(self.given.since, time.time())
            except (ValueError, OverflowError):
                raise UserError("history.since", "--since is no time", given=self.given.since) from None
        return RunFilter(self.given.target, self.given.status, start, pinned=self.given.pinned)

    def _rows(self, runs: Sequence[KeptRun]) -> list[str]:
        """Two cells of air between columns; the answer takes what is left and is cut, the id never."""
        style = self.style
        states = {run.state: self.words.say(f"state.{run.state}") for run in runs}
        widest = max(cells(word) for word in states.values())
        room = max(40, style.width - 8 - 2 - 16 - 2 - 2 - widest - 4)
        targets = min(max(cells(printable(run.target)) for run in runs), max(20, room // 2))
        lines = []
        for run in runs:
            state = style.paint(run.state, f"{style.shape(run.state)} {padded(states[run.state], widest)}")
            target = padded(cut(printable(run.target), targets), targets)
            title = "" if run.state == "works" else cut(printable(run.title), max(10, room - targets - 2))
            pin = "*" if run.pinned else " "
            lines.append(f"{run.run}{pin} {local_time(run.started_at)}  {state}  {target}  {title}".rstrip())
        return lines

    # --- show

    def show(self) -> int:
        from mqassist.report.formats import render

        told = [report for word in self._words(1, 1) for report in self._reports(word)]
        output = "json" if self.given.json else self.given.format or "text"
        wording = self.services.wording
        ascii_only = self.given.output is None and not is_utf8(sys.stdout)
        text = render(output, told, wording, self.style, many=len(told) > 1, ascii_only=ascii_only)
        if self.given.output is None:
            write_out(text)
        else:
            from mqassist.cli.files import write_file

            write_file(self.given.output, text)
        return 0

    def _words(self, least: int, most: int) -> Sequence[str]:
        if not least <= len(self.given.words) <= most:
            raise UserError("history.wrong-count", f"{self.given.command} wants {least} to {most} runs")
        return self.given.words

    def _reports(self, word: str) -> tuple[Presented, ...]:
        """A run id, or a file: one that looks like a path is a file, else the history is asked first."""
        import os

        if os.sep in word or word.lower().endswith(".json") or (os.path.isfile(word) and not self._is_run(word)):
            from mqassist.report.read import read_file

            return read_file(word, self.services.wording)
        return (self.services.kept(self.history.find(word).id),)

    def _is_run(self, word: str) -> bool:
        try:
            self.history.find(word)
        except UserError:
            return False
        return True

    # --- compare

    def compare(self) -> int:
        from mqassist.report import comparison

        before, after = self._pair()
        found = self.services.compare(before, after)
        if self.given.json:
            self._json(comparison.document(found))
        else:
            write_out(comparison.render(found, self.services.wording, self.style))
        return 0 if found.same else 1

    def _pair(self) -> tuple[Presented, Presented]:
        """Two are compared as given; one with the run of the same target before it; none: the last with its own."""
        words = self._words(0, 2)
        if len(words) == 2:
            return self._one(words[0]), self._one(words[1])
        if words and not self._is_run(words[0]):
            return self._one("last"), self._one(words[0])
        later = self.history.find(words[0] if words else "last")
        earlier = next(
            (run for run in self.history.runs().runs if run.id < later.id and run.target == later.target), None
        )
        if earlier is None:
            raise UserError("history.no-earlier", "no earlier run of that target", target=later.target, run=later.run)
        return self.services.kept(earlier.id), self.services.kept(later.id)

    def _one(self, word: str) -> Presented:
        found = self._reports(word)
        if len(found) != 1:
            raise UserError("history.several", f"{word} holds several reports", file=word, count=len(found))
        return found[0]

    # --- what changes the history

    def delete(self) -> int:
        found = [self.history.find(word) for word in self._words(1, 1000)]
        gone = self.history.delete(run.id for run in found)
        self.history.forget(gone)
        return say_line(self.words.say("history.deleted", count=len(gone)))

    def pin(self, pinned: bool) -> int:
        for word in self._words(1, 1000):
            self.history.pin(self.history.find(word).id, pinned)
        return 0

    def keep(self) -> int:
        """Without on, off or a bound it only says what is set."""
        keeping = self.history.keeping()
        words = self._words(0, 1)
        if words and words[0] not in ("on", "off"):
            raise UserError("history.keep", "keep wants on or off")
        new = changed(
            keeping,
            on=words[0] == "on" if words else keeping.on,
            runs=self.given.runs or keeping.runs,
            megabytes=self.given.megabytes or keeping.megabytes,
        )
        if new != keeping:
            self.history.set_keeping(new)
            self.history.prune(new)
        if self.given.json:
            return self._json({"schema": SCHEMA, "keeping": as_plain(new), "folder": self.history.folder})
        key = "history.keeping" if new.on else "history.not-keeping"
        return say_line(
            self.words.say(key, runs=new.runs, megabytes=new.megabytes, folder=printable(self.history.folder))
        )

    def _json(self, document: object) -> int:
        import json

        text = json.dumps(document, ensure_ascii=not is_utf8(sys.stdout), indent=2)
        write_out(text + "\n")
        return 0
