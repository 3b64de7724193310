"""`mqassist profiles`: saved endpoints listed, shown, added, removed, brought in and taken out."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from mqassist.cli.credentials import given_secrets
from mqassist.cli.jobs import proxy_of, settings_with
from mqassist.cli.language import Language
from mqassist.cli.output import complain, is_terminal, say_line, style_for, write_out
from mqassist.cli.profiles_arguments import ProfilesArguments, read_profiles
from mqassist.cli.words import Words
from mqassist.core.errors import UserError
from mqassist.core.profile import KEEPS, Profile, SecretKind, Secrets, checked_profile, new_id, profile_from_url
from mqassist.core.profile_book import Book, found
from mqassist.core.record import as_plain, changed
from mqassist.core.secret import Secret
from mqassist.report.cells import cells, cut, padded, printable
from mqassist.services import Services, build_services

SCHEMA = "mqassist.profiles/1"


def profiles(arguments: Sequence[str], language: Language) -> int:
    """0 done, 1 nothing found. Raises UserError."""
    words = Words(language)
    given = read_profiles(arguments, words)
    if given["help"] or not given.command:
        return say_line(words.say("cli.profiles.help"))
    command = _Command(build_services(language), words, given)
    for problem in _problems(command):
        complain(words.of_error(problem))
    if given.command in ("import", "export"):
        from mqassist.cli.profiles_exchange import exchange

        return exchange(command.services, words, given)
    return {"list": command.listing, "show": command.show, "add": command.add, "remove": command.remove}[
        given.command
    ]()


def _problems(command: _Command) -> tuple[UserError, ...]:
    command.services.profiles.book()
    return command.services.profiles.problems


def group_of(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split("/") if part.strip())


def named(book: Book, name: str) -> Profile:
    """Raises UserError, with the nearest name if one is near."""
    profile = book.named(name) or book.by_id(name)
    if profile is not None:
        return profile
    near = get_close_matches(name, [each.name for each in book.profiles], 1)
    if near:
        raise UserError("profile-unknown-near", f"no profile {name}", name=name, near=near[0])
    raise UserError("profile-unknown", f"no profile {name}", name=name)


class _Command:
    def __init__(self, services: Services, words: Words, given: ProfilesArguments) -> None:
        self.services = services
        self.saved = services.profiles
        self.words = words
        self.given = given

    # -- list and show -----------------------------------------------------------------------------

    def listing(self) -> int:
        book = self.saved.book()
        chosen = list(found(book, " ".join(self.given.words)))
        if self.given["group"]:
            inside = {each.id for each in book.in_group(group_of(self.given["group"]))}
            chosen = [each for each in chosen if each.id in inside]
        for tag in self.given["tag"] or ():
            chosen = [each for each in chosen if tag.casefold() in (known.casefold() for known in each.tags)]
        if self.given["json"]:
            runs = self.saved.last_runs()
            entries = [{**self._plain(each), "last_run": as_plain(runs.get(each.id))} for each in chosen]
            self._json({"schema": SCHEMA, "count": len(chosen), "profiles": entries})
            return 0 if chosen else 1
        if not chosen:
            say_line(self.words.say("cli.profiles.none-found" if book.profiles else "cli.profiles.empty"))
            return 1
        write_out("\n".join(self._rows(chosen)) + "\n")
        return 0

    def _rows(self, chosen: Sequence[Profile]) -> list[str]:
        style = style_for(sys.stdout, "any")
        runs = self.saved.last_runs()
        names = min(max(cells(printable(each.name)) for each in chosen), 40)
        groups = min(max(cells(printable(" / ".join(each.group))) for each in chosen), 32)
        rows = []
        for each in chosen:
            run = runs.get(each.id)
            shape = style.paint(run.state, style.shape(run.state)) if run is not None else " "
            name = padded(cut(printable(each.name), names), names)
            group = padded(cut(printable(" / ".join(each.group)), groups), groups)
            more = f" +{len(each.hosts)}" if each.hosts else ""
            tags = "  #" + " #".join(each.tags) if each.tags else ""
            middle = f"{group}  " if groups else ""
            rows.append(f"{shape} {name}  {middle}{printable(each.url)}{more}{printable(tags)}".rstrip())
        return rows

    def show(self) -> int:
        profile = named(self.saved.book(), self._one_word())
        form = self.given["as"]
        if form:
            return self._form(profile, form)
        if self.given["json"]:
            self._json({"schema": SCHEMA, **self._plain(profile)})
            return 0
        say = self.words.say
        rows: list[tuple[str, str]] = [("name", profile.name), ("address", profile.url)]
        rows += [("hosts", ", ".join(profile.hosts)), ("group", " / ".join(profile.group))]
        rows += [("tags", ", ".join(profile.tags))]
        rows += [("production-mark", say("cli.profiles.yes") if profile.production else "")]
        rows += [("kept", self._where(profile)), ("settings", _settings_line(profile)), ("notes", profile.notes)]
        told = [(say(f"cli.profiles.{key}"), printable(value, keep_lines=True)) for key, value in rows if value]
        width = max(cells(label) for label, _ in told)
        write_out("".join(f"{padded(label, width)}  {value}\n" for label, value in told))
        return 0

    def _where(self, profile: Profile) -> str:
        if profile.keep != "keyring":
            return self.words.say(f"cli.profiles.kept-{profile.keep}")
        if not profile.stored:
            return self.words.say("cli.profiles.kept-none")
        secrets = ", ".join(self.words.say(f"import.secret.{kind}") for kind in profile.stored)
        return self.words.say("cli.profiles.kept-keyring", secrets=secrets)

    def _form(self, profile: Profile, form: str) -> int:
        forms = {"url": profile.url, "command": self.saved.as_command(profile)}
        forms |= {snippet.id: snippet.text for snippet in self.saved.snippets(profile)}
        if form == "list":
            return say_line("\n".join(forms))
        if form not in forms:
            names = ", ".join(forms)
            raise UserError("cli.profiles.no-form", f"no form {form}", form=form, forms=names)
        return say_line(forms[form])

    def _plain(self, profile: Profile) -> dict[str, Any]:
        plain: dict[str, Any] = as_plain(profile)
        return {**plain, "hosts": list(profile.hosts), "urls": list(profile.urls())}

    # -- add and remove ----------------------------------------------------------------------------

    def add(self) -> int:
        given = self.given
        if len(given.words) < 2:
            raise UserError("cli.profiles.needs", "NAME and URL", command="add", what="NAME URL")
        if len(given.words) > 2:
            raise UserError("cli.profiles.too-many", "too many words", command="add", what=given.words[2])
        keep = given["keep"] or "keyring"
        if keep not in KEEPS or keep == "session":
            problem = self.words.say("cli.problem.choice", option="--keep", choices="keyring, ask")
            raise UserError("cli.profiles.arguments", problem, problem=problem)
        name, url = given.words
        proxy, proxy_password = proxy_of(given.check)
        secrets = given_secrets(given.check, proxy_password)
        profile, in_url = profile_from_url(url, name)
        profile = _with_login(profile, url, given.check.user, given.check.vhost)
        old = self.saved.book().named(name) if given["replace"] else None
        profile = changed(
            profile,
            id=old.id if old else new_id(),
            version=old.version if old else 0,
            stored=old.stored if old else (),
            hosts=given["host"] or (),
            group=group_of(given["group"]),
            tags=given["tag"] or (),
            settings=settings_with(given.check, proxy, profile.settings),
            production=bool(given["production"]),
            keep=keep,
            notes=given["notes"] or "",
        )
        taken: Secrets = dict(in_url)
        for kind, secret in (
            ("password", secrets.password),
            ("key-passphrase", secrets.key_password),
            ("proxy-password", secrets.proxy_password),
        ):
            if secret is not None:
                taken[_kind(kind)] = secret
        if "password" in in_url and secrets.password is None and is_terminal(sys.stderr):
            complain(self.words.say("cli.profiles.argv"))
        return self._save(checked_profile(profile), taken, replaced=old is not None)

    def _save(self, profile: Profile, secrets: Secrets, *, replaced: bool) -> int:
        asked: dict[SecretKind, Secret | None] = dict(secrets) if profile.keep == "keyring" else {}
        saved = self.saved.save(profile, asked)
        if self.given["json"]:
            self._json({"schema": SCHEMA, **self._plain(saved)})
            return 0
        key = "cli.profiles.replaced" if replaced else "cli.profiles.added"
        say_line(self.words.say(key, name=saved.name, url=saved.url))
        for kind in secrets:
            secret = self.words.say(f"import.secret.{kind}")
            if kind in saved.stored:
                keyring = self.saved.keyring().name
                say_line(self.words.say("cli.profiles.password-stored", secret=secret, keyring=keyring))
            else:
                say_line(self.words.say("cli.profiles.password-not-stored", secret=secret))
        return 0

    def remove(self) -> int:
        if not self.given.words:
            raise UserError("cli.profiles.needs", "NAME", command="remove", what="NAME")
        book = self.saved.book()
        gone = [named(book, name) for name in self.given.words]
        for profile in dict.fromkeys(gone):
            removed = self.saved.remove(profile.id)
            if not self.given["json"]:
                say_line(self.words.say("cli.profiles.removed", name=profile.name))
            if removed.left:
                complain(self.words.say("cli.profiles.secrets-left", name=profile.name))
        if self.given["json"]:
            self._json({"schema": SCHEMA, "removed": [profile.name for profile in gone]})
        return 0

    # -- small things ------------------------------------------------------------------------------

    def _one_word(self) -> str:
        if len(self.given.words) != 1:
            key = "cli.profiles.too-many" if self.given.words else "cli.profiles.needs"
            what = self.given.words[1] if self.given.words else "NAME"
            raise UserError(key, "one name", command=self.given.command, what=what)
        return self.given.words[0]

    def _json(self, document: dict[str, Any]) -> None:
        write_out(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def _kind(word: str) -> SecretKind:
    kinds: dict[str, SecretKind] = {
        "password": "password",
        "key-passphrase": "key-passphrase",
        "proxy-password": "proxy-password",
    }
    return kinds[word]


def _with_login(profile: Profile, url: str, user: str | None, vhost: str | None) -> Profile:
    """What --user and --vhost say instead of the URL's own."""
    if user is None and vhost is None:
        return profile
    from mqassist.core.target import parse_target

    endpoint = parse_target(url, user=user, vhost=vhost).endpoint
    return profile if endpoint is None else changed(profile, url=str(endpoint))


def _settings_line(profile: Profile) -> str:
    """What differs from the defaults, by the names of the options."""
    default, own = Profile("", "", "").settings, profile.settings
    parts = []
    for name, value in as_plain(own).items():
        if name != "tls" and value != as_plain(getattr(default, name)):
            parts.append(f"{name.replace('_', '-')}={', '.join(value) if isinstance(value, list) else value}")
    for name, value in as_plain(own.tls).items():
        if value != getattr(default.tls, name):
            parts.append(f"{name.replace('_', '-')}={value}")
    return "  ".join(parts)
