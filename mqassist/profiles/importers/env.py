"""`.env` files: NAME=value a line, quotes as dotenv reads them, ${NAME} from lines of the same file."""

from __future__ import annotations

import re

from mqassist.core.imported import Imported
from mqassist.profiles.importers.pairs import Pair, add_pairs
from mqassist.profiles.importers.reading import Reading

FORMAT = "env"
_LINE = re.compile(r"^\s*(?:export\s+|set\s+|\$env:)?([A-Za-z_][\w.\-]*)\s*=\s*(.*?)\s*$")


def read(text: str, _name: str = "") -> Imported:
    reading = Reading(FORMAT)
    pairs: list[Pair] = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.match(line)
        if found is None:
            reading.note(number, "line")
            continue
        pairs.append(Pair(found[1], unquoted(found[2]), number))
    add_pairs(reading, pairs)
    return reading.result()


def unquoted(value: str) -> str:
    """Without its quotes, or without the comment behind an unquoted value."""
    if value[:1] in ("'", '"'):
        end = value.find(value[0], 1)
        while value[0] == '"' and end > 0 and value[end - 1] == "\\":
            end = value.find('"', end + 1)
        if end > 0:
            inner = value[1:end]
            return inner.replace('\\"', '"').replace("\\\\", "\\") if value[0] == '"' else inner
        return value[1:]
    return re.sub(r"\s+#.*$", "", value)
