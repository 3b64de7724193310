"""`mqassist lab`: practice endpoints listed, kept up, and played against our own engine; the relay is `lab_relay`."""

from __future__ import annotations

import contextlib
import queue
import sys
import threading
import time
from collections.abc import Callable, Sequence

from mqassist.cli.lab_arguments import Given, read_lab
from mqassist.cli.language import Language
from mqassist.cli.output import complain, is_utf8, say_line, style_for, write_out
from mqassist.cli.stop import INTERRUPTED, Stop
from mqassist.cli.words import Words
from mqassist.core.cancel import CancelToken
from mqassist.core.errors import Cancelled, UserError
from mqassist.core.practice import Card, Played, check_options
from mqassist.core.record import as_plain
from mqassist.report.cells import cells, cut, padded, wrapped
from mqassist.services import Services, build_services

SCHEMA = "mqassist.lab/1"
FOR_EVER_S = 10 * 365 * 86_400.0
AT_ONCE = 16
"""Most of a scenario's time is waiting."""


def lab(arguments: Sequence[str], language: Language) -> int:
    """0; of `check` 1 if a verdict is not the one it should be; 3 after Ctrl-C. Raises UserError."""
    import gc

    words = Words(language)
    given = read_lab(arguments, words)
    if given.help or not given.command:
        return say_line(words.say("lab.help"))
    gc.enable()  # `__main__` switched it off for runs that are over soon
    services = build_services(language)
    if given.command in ("relay", "watch"):
        from mqassist.cli.lab_relay import relay

        return relay(services, words, given)
    try:
        return _Command(services, words, given).run()
    finally:
        services.lab.stop()


class _Command:
    def __init__(self, services: Services, words: Words, given: Given) -> None:
        self.services = services
        self.words = words
        self.given = given
        self.style = style_for(sys.stdout, "any")

    def run(self) -> int:
        commands: dict[str, Callable[[], int]] = {"list": self.listing, "run": self.keep_up, "check": self.check}
        return commands[self.given.command]()

    def _cards(self) -> list[Card]:
        """Those asked for. Raises UserError for a name that is none."""
        cards = self.services.practice_cards()
        if self.given.words:
            names = [self.services.lab.scenario(name).name for name in self.given.words]
            cards = tuple(card for name in names for card in cards if card.name == name)
        return [card for card in cards if self.given.layer in ("", card.layer)]

    # -- list -----------------------------------------------------------------------------------

    def listing(self) -> int:
        cards = self._cards()
        if self.given.json:
            return self._json({"schema": SCHEMA, "scenarios": [as_plain(card) for card in cards]})
        widest = max((cells(card.name) for card in cards), default=0)
        lines: list[str] = []
        heading = ""
        for card in cards:
            group = "lab.group.healthy" if card.status == "healthy" else f"lab.group.{card.layer}"
            if group != heading:
                heading = group
                lines += ["", self.style.paint("strong", self.words.say(group))] if lines else [self.words.say(group)]
            stars = "*" * card.difficulty
            room = max(20, self.style.width - widest - 9)
            lines.append(f"  {padded(card.name, widest)}  {stars:<3}  {cut(card.title, room)}".rstrip())
        lines += ["", self.words.say("lab.list-end", count=len(cards))]
        write_out("\n".join(lines) + "\n")
        return 0

    # -- run ------------------------------------------------------------------------------------

    def keep_up(self) -> int:
        if not self.given.words:
            raise UserError("lab.no-name", "which scenario?")
        cards = self._cards()
        token = CancelToken()
        stop = Stop(token, lambda: None)
        stop.install()
        offers = [(card, self.services.lab.start(card.name)) for card in cards]
        if self.given.json:
            listed = [
                {"name": card.name, "target": running.target, "options": list(check_options(running.settings))}
                for card, running in offers
            ]
            self._json({"schema": SCHEMA, "running": listed})
        else:
            write_out("\n".join(self._offered([(card, run.target, run.settings) for card, run in offers])) + "\n")
        with contextlib.suppress(Cancelled):
            token.sleep(self.given.seconds or FOR_EVER_S)
        return 0

    def _offered(self, offers: Sequence[tuple[Card, str, object]]) -> list[str]:
        lines = []
        for card, target, settings in offers:
            command = " ".join(_quoted(word) for word in ("mqassist", "check", target, *check_options(settings)))
            lines += [self.style.paint("strong", card.title), *(f"  {line}" for line in wrapped(card.hint, 96))]
            lines += [f"  {target}", f"  {command}", ""]
        key = "lab.until-then" if self.given.seconds else "lab.until-stopped"
        return [*lines, self.words.say(key, seconds=self.given.seconds)]

    # -- check ----------------------------------------------------------------------------------

    def check(self) -> int:
        cards = self._cards()
        token = CancelToken()
        stop = Stop(token, lambda: None)
        stop.install()
        began = time.monotonic()
        played, failed = _play_all(self.services, [card.name for card in cards], token, self.given.jobs or AT_ONCE)
        took = time.monotonic() - began
        if failed is not None:
            raise failed
        wrong = [each for each in played if not each.fits]
        if self.given.json:
            rows = [{**as_plain(each), "fits": each.fits} for each in played]
            self._json({"schema": SCHEMA, "took_s": round(took, 1), "differences": len(wrong), "scenarios": rows})
        else:
            write_out("\n".join(self.table(played, wrong, took)) + "\n")
        if stop.asked:
            complain(self.words.say("lab.stopped", done=len(played), count=len(cards)))
            return INTERRUPTED
        return 1 if wrong else 0

    def table(self, played: Sequence[Played], wrong: Sequence[Played], took: float) -> list[str]:
        """One line for each scenario, and one that sums up; `took` in seconds."""
        style = self.style
        widest = max((cells(each.name) for each in played), default=0)
        lines = []
        for each in played:
            shape = style.paint("works" if each.fits else "broken", style.shape("works" if each.fits else "broken"))
            wanted = each.cause or each.status
            found = "" if each.fits else f"  {self.words.say('lab.found', found=each.found_cause or each.found_status)}"
            lines.append(f"{shape} {padded(each.name, widest)}  {wanted}{found}  {each.took_ms / 1000:.1f} s")
        key = "lab.all-fit" if not wrong else "lab.some-differ"
        return [*lines, "", self.words.say(key, count=len(played), wrong=len(wrong), seconds=took)]

    def _json(self, document: object) -> int:
        import json

        write_out(json.dumps(document, ensure_ascii=not is_utf8(sys.stdout), indent=2) + "\n")
        return 0


def _play_all(
    services: Services, names: Sequence[str], token: CancelToken, at_once: int
) -> tuple[list[Played], BaseException | None]:
    """In the order of the names; after a stop only those that had ended."""
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    for name in names:
        waiting.put(name)
    done: dict[str, Played] = {}
    failures: list[BaseException] = []

    def work() -> None:
        try:
            while not token.cancelled:
                name = waiting.get_nowait()
                played = services.play(name, token)
                if not token.cancelled:
                    done[name] = played
        except queue.Empty:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again in the main thread
            failures.append(error)
            token.cancel()

    threads = [threading.Thread(target=work, name=f"lab {n}", daemon=True) for n in range(min(at_once, len(names)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():  # in slices: on Windows an endless wait would not notice Ctrl-C
            thread.join(0.2)
    return [done[name] for name in names if name in done], failures[0] if failures else None


def _quoted(word: str) -> str:
    from shlex import quote

    return quote(word) if sys.platform != "win32" else (f'"{word}"' if set(" &%^$") & set(word) else word)
