"""`mqassist profiles import` and `export`: what goes in and out, and where the passwords go."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from mqassist.cli.output import complain, is_terminal, say_line, write_out
from mqassist.cli.profiles import SCHEMA, group_of, named
from mqassist.cli.profiles_arguments import ProfilesArguments
from mqassist.cli.words import Words
from mqassist.core.errors import UserError
from mqassist.core.imported import Found, Imported, ImportNote
from mqassist.core.profile import Profile
from mqassist.core.profile_book import Book, free_name
from mqassist.core.record import changed
from mqassist.core.secret import Secret
from mqassist.report.cells import printable
from mqassist.services import Services


def exchange(services: Services, words: Words, given: ProfilesArguments) -> int:
    """0 done, 1 nothing was found. Raises UserError."""
    if given.command == "import":
        return _Import(services, words, given).run()
    return _export(services, words, given)


class _Import:
    def __init__(self, services: Services, words: Words, given: ProfilesArguments) -> None:
        self.saved = services.profiles
        self.words = words
        self.given = given

    def run(self) -> int:
        if len(self.given.words) != 1:
            what = self.given.words[1] if self.given.words else "FILE"
            key = "cli.profiles.too-many" if self.given.words else "cli.profiles.needs"
            raise UserError(key, "one file", command="import", what=what)
        if self.given["with_passwords"] and self.given["without_passwords"]:
            problem = "--with-passwords, --without-passwords"
            raise UserError("cli.profiles.arguments", problem, problem=problem)
        read = self._read(self.given.words[0])
        book = self.saved.book()
        ready = _ready(book, read.found, group_of(self.given["group"]))
        if not self.given["json"]:
            self._tell(read, ready)
        if self.given["dry_run"]:
            return self._done(read, ready, stored=0, dry=True)
        stored = self._with_passwords(sum(len(each.secrets) for each in ready))
        self.saved.save_all([(each.profile, each.secrets if stored else {}) for each in ready])
        return self._done(read, ready, stored=sum(len(each.secrets) for each in ready) if stored else 0, dry=False)

    def _read(self, path: str) -> Imported:
        passphrase = _passphrase(self.given, self.words)
        if passphrase is not None:
            return self.saved.unsealed(path, passphrase)
        if path == "-":
            return self.saved.read_text(_standard_input(), "", self.given["from"] or "")
        return self.saved.read_file(path, self.given["from"] or "")

    def _tell(self, read: Imported, ready: Sequence[Found]) -> None:
        source = self.words.say(f"import.format.{read.format}")
        say_line(self.words.say("cli.profiles.import-read", format=source, count=len(ready)))
        for each in ready:
            say_line(f"  {printable(each.profile.name)}  {printable(each.profile.url)}")
        for note in read.notes:
            complain(self._note(note))

    def _note(self, note: ImportNote) -> str:
        text = self.words.say(note.text.key, **dict(note.text.values))
        return self.words.say("cli.profiles.import-note", line=note.line, note=text) if note.line else text

    def _with_passwords(self, count: int) -> bool:
        """Asked for on a terminal; a script says it or leaves them out."""
        if not count or self.given["without_passwords"]:
            return False
        if self.given["with_passwords"]:
            return True
        if not is_terminal(sys.stdin) or not is_terminal(sys.stderr):
            return False
        keyring = self.saved.keyring()
        if keyring.ability != "available":
            return False
        question = self.words.say("cli.profiles.import-ask", count=count, keyring=keyring.name)
        sys.stderr.write(question)
        sys.stderr.flush()
        return sys.stdin.readline().strip().casefold() in self.words.say("cli.profiles.import-yes").split()

    def _done(self, read: Imported, ready: Sequence[Found], *, stored: int, dry: bool) -> int:
        count = sum(len(each.secrets) for each in ready)
        if self.given["json"]:
            document: dict[str, Any] = {
                "schema": SCHEMA,
                "format": read.format,
                "saved": 0 if dry else len(ready),
                "passwords_stored": stored,
                "profiles": [
                    {"name": each.profile.name, "url": each.profile.url, "hosts": list(each.profile.hosts),
                     "line": each.line, "secrets": sorted(each.secrets)}
                    for each in ready
                ],
                "notes": [{"line": note.line, "text": self.words.say(note.text.key, **dict(note.text.values))}
                          for note in read.notes],
            }  # fmt: skip
            write_out(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
            return 0 if ready else 1
        if dry:
            say_line(self.words.say("cli.profiles.import-dry"))
            return 0 if ready else 1
        say_line(self.words.say("cli.profiles.import-done", count=len(ready)))
        if stored:
            name = self.saved.keyring().name
            say_line(self.words.say("cli.profiles.import-passwords", count=stored, keyring=name))
        elif count:
            say_line(self.words.say("cli.profiles.import-passwords-left", count=count))
        return 0 if ready else 1


def _ready(book: Book, found: Sequence[Found], group: tuple[str, ...]) -> list[Found]:
    """Under names that are free, in the group that was asked for."""
    ready: list[Found] = []
    for each in found:
        profile = changed(each.profile, name=free_name(book, each.profile.name), group=(*group, *each.profile.group))
        book = changed(book, profiles=(*book.profiles, profile))
        ready.append(changed(each, profile=profile))
    return ready


def _export(services: Services, words: Words, given: ProfilesArguments) -> int:
    saved = services.profiles
    chosen = _chosen(saved.book(), given)
    passphrase = _passphrase(given, words)
    if given["with_passwords"] and passphrase is None:
        raise UserError("cli.profiles.passphrase-needed", "--with-passwords needs a passphrase")
    text = saved.exported(chosen, passphrase if given["with_passwords"] else None)
    file = given["output"]
    if file in (None, "-"):
        write_out(text)
        return 0 if chosen else 1
    from mqassist.cli.files import require_writable, write_file

    require_writable(file)
    write_file(file, text)
    secrets = sum(len(each.stored) for each in chosen)
    key = "cli.profiles.export-done-sealed" if given["with_passwords"] else "cli.profiles.export-done"
    say_line(words.say(key, count=len(chosen), file=file, secrets=secrets))
    return 0 if chosen else 1


def _chosen(book: Book, given: ProfilesArguments) -> list[Profile]:
    chosen = list(book.profiles)
    if given["group"]:
        inside = {each.id for each in book.in_group(group_of(given["group"]))}
        if not inside:
            raise UserError("cli.profiles.no-group", "no such group", name=given["group"])
        chosen = [each for each in chosen if each.id in inside]
    if given.words:
        wanted = {named(book, name).id for name in given.words}
        chosen = [each for each in chosen if each.id in wanted]
    return chosen


def _passphrase(given: ProfilesArguments, words: Words) -> Secret | None:
    if given["passphrase_stdin"] and given["passphrase_env"]:
        raise UserError("cli.profiles.passphrase-two", "two passphrases")
    if given["passphrase_env"]:
        name = given["passphrase_env"]
        value = os.environ.pop(name, None)
        if value is None:
            raise UserError("cli.no-variable", f"{name} is not set", name=name)
        return Secret(value)
    if not given["passphrase_stdin"]:
        return None
    if is_terminal(sys.stdin):
        import getpass

        return Secret(getpass.getpass(words.say("cli.profiles.passphrase-prompt"), stream=sys.stderr))
    return Secret(_standard_input().partition("\n")[0].removesuffix("\r"))


def _standard_input() -> str:
    """Raises UserError for nothing and for what is not UTF-8."""
    stream = sys.stdin
    if stream is None or stream.closed:
        raise UserError("cli.no-stdin", "nothing on standard input")
    try:
        return stream.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError("import-binary", "not a text") from None
