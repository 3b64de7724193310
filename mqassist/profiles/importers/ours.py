"""Files that this program exported, and its own profiles.json."""

from __future__ import annotations

from typing import Any

from mqassist.core.errors import UserError
from mqassist.core.imported import Found, Imported, ImportNote
from mqassist.core.profile import Secrets, new_id
from mqassist.core.record import changed
from mqassist.core.text import Text
from mqassist.profiles.importers.documents import json_of
from mqassist.profiles.profile_json import book_from_json
from mqassist.profiles.store import SCHEMA, VERSION

FORMAT = "mqassist"


def fits(content: Any) -> bool:
    return isinstance(content, dict) and str(content.get("schema", "")).startswith(SCHEMA)


def read(text: str, _name: str = "") -> Imported:
    """Raises UserError for a sealed file, which needs its passphrase, and for one of a newer version."""
    content = json_of(text)
    if not fits(content):
        raise UserError("import-not-ours", "not an export of mqassist")
    name, _, number = str(content["schema"]).partition("/")
    if name != SCHEMA:
        raise UserError("import-sealed", "sealed with a passphrase")
    if not number.isdigit() or int(number[:6]) > VERSION:
        raise UserError("import-newer", "written by a newer version")
    return of_content(content, {})


def of_content(content: Any, secrets: dict[str, Secrets]) -> Imported:
    """With ids of their own: what is imported never replaces what is here. Raises UserError."""
    book, wrong = book_from_json(content)
    found = tuple(
        Found(changed(profile, id=new_id(), stored=(), version=0), secrets.get(profile.id, {}))
        for profile in book.profiles
    )
    notes = tuple(ImportNote(0, Text(f"error.{each.reference}", tuple(each.parameters.items()))) for each in wrong)
    return Imported(FORMAT, found, notes)
