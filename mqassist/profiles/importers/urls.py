"""Lists of addresses: one a line, with or without a name before it; also addresses inside any other text."""

from __future__ import annotations

import re

from mqassist.core.imported import Imported
from mqassist.profiles.importers.reading import OUR_URL, Reading

FORMAT = "urls"
_NAME = re.compile(r"""^\s*(?:[-*]\s+)?["']?([^"'=:,;|\t<>{}()$]{1,100}?)["']?\s*[=:,;|\t]\s*["'<]?$""")
_URL = re.compile(r"""(?i)\b[a-z][a-z0-9+.]{1,12}://[^\s"'<>`|]+""")
_GROUP = re.compile(r"^\s*\[([^\[\]]{1,100})\]\s*$")


def read(text: str, _name: str = "") -> Imported:
    """`# comment`, `name = url`, `name,url`, `[group]` and bare addresses."""
    reading = Reading(FORMAT)
    group: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        heading = _GROUP.match(line)
        if heading is not None:
            group = tuple(part.strip() for part in heading[1].split("/") if part.strip())
            continue
        if line.lstrip().startswith(("#", ";", "//")):
            continue
        spans = list(_URL.finditer(line))
        for index, found in enumerate(spans):
            url = found[0].rstrip(",;)]}")
            if OUR_URL.match(url) is None and not _is_bare(line, url):
                continue
            named = _NAME.match(line[: found.start()]) if index == 0 else None
            reading.add_url(url, named[1].strip() if named else "", number, group=group)
    return reading.result()


def _is_bare(line: str, url: str) -> bool:
    """tcp:// and ssl:// are MQTT only where nothing else is said: in a line of their own or behind a name."""
    if not url.lower().startswith(("tcp://", "ssl://", "tls://", "rabbitmq://", "rabbitmqs://")):
        return False
    before = line.partition(url)[0]
    return not before.strip() or _NAME.match(before) is not None
