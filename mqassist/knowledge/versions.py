"""What is known of a broker's version: entries of resources/versions/, each with its source and the day it was known.

Pure: a product, a version and a protocol give remarks. Nothing here says that an endpoint is in trouble.
"""

from __future__ import annotations

from mqassist.core.errors import ResourceError
from mqassist.core.facts import Fact, Facts
from mqassist.core.observation import Observation
from mqassist.core.record import record
from mqassist.core.text import Text, say
from mqassist.knowledge.files import Folder, Json, compiled, resources_folder, toml_files

PROTOCOLS = ("amqp", "mqtt")
_SPOKEN = (
    ("amqp.product", "amqp.version", "amqp"),
    ("mqtt.broker_product", "mqtt.broker_version", "mqtt"),
)
"""Facts that name a broker and its version, and the protocol they were learnt in."""
_SERIES = {"versions", "support_ended", "source"}
_CHANGE = {"id", "protocols", "source"}


@record
class Change:
    """Something that clients of this version may meet; told by the key `version.change.<id>`."""

    id: str
    source: str


@record
class Remarks:
    """`support_ended` is the day (ISO 8601) on which the makers' free support for `series` ended, "" if none is known.

    `known_on` is the day of this knowledge.
    """

    product: str
    version: str
    series: str
    support_ended: str
    support_source: str
    changes: tuple[Change, ...]
    known_on: str


def read_version(text: str) -> tuple[int, int] | None:
    """Major and minor of "4.0.5", "3.13.0-rc.1" or "mosquitto version 2.0.21"; None without two numbers."""
    # a regular expression would cost a healthy check half a millisecond to compile
    for word in text[:100].split():
        major, _, rest = word.partition(".")
        digits = len(rest) - len(rest.lstrip("0123456789"))
        if _is_number(major) and _is_number(rest[:digits]):
            return int(major), int(rest[:digits])
    return None


def _is_number(text: str) -> bool:
    return 0 < len(text) <= 4 and text.isascii() and text.isdigit()


def remarks(product: str, version: str, protocol: str, folder: Folder | None = None) -> Remarks | None:
    """What is known of it, None if nothing is. Raises ResourceError for wrong data."""
    numbers = read_version(version)
    known = load_versions(folder).get(product.lower())
    if numbers is None or known is None:
        return None
    series = f"{numbers[0]}.{numbers[1]}"
    support: Json = next((entry for entry in known["series"] if entry["versions"] == series), {})
    changes = tuple(
        Change(entry["id"], entry["source"])
        for entry in known["change"]
        if protocol in entry["protocols"] and _holds(entry, numbers)
    )
    if not support and not changes:
        return None
    return Remarks(
        known["product"],
        version,
        series,
        support.get("support_ended", ""),
        support.get("source", ""),
        changes,
        known["known_on"],
    )


def _holds(entry: Json, numbers: tuple[int, int]) -> bool:
    since, until = read_version(entry.get("since", "0.0")), read_version(entry.get("until", "9999.0"))
    assert since is not None  # checked when the data was built
    assert until is not None
    return since <= numbers < until


def load_versions(folder: Folder | None = None) -> dict[str, Json]:
    """The content of every file by its product in lower case. Raises ResourceError."""
    return compiled("versions", toml_files(folder or resources_folder(), "versions"), _build)


def _build(contents: list[tuple[str, Json]]) -> Json:
    built: Json = {}
    for file, content in contents:
        if not {"product", "known_on"} <= set(content) or not _is_day(content["known_on"]):
            raise ResourceError(file, "product", "a file names its product and the day of its knowledge")
        for entry in content.get("series", ()):
            right = set(entry) == _SERIES and _is_day(entry["support_ended"])
            if not right or not read_version(entry["versions"]):
                raise ResourceError(file, f"series {entry.get('versions')}", f"has {sorted(entry)}")
        for entry in content.get("change", ()):
            _check_change(file, entry)
        built[content["product"].lower()] = {
            "product": content["product"],
            "known_on": content["known_on"],
            "series": content.get("series", []),
            "change": content.get("change", []),
        }
    return built


def _is_day(text: object) -> bool:
    import datetime

    try:
        return str(datetime.date.fromisoformat(str(text))) == text
    except ValueError:
        return False


def _check_change(file: str, entry: Json) -> None:
    bounds = set(entry) & {"since", "until"}
    right = set(entry) - bounds == _CHANGE and bool(bounds) and set(entry["protocols"]) <= set(PROTOCOLS)
    if not right or not all(read_version(entry[bound]) for bound in bounds):
        raise ResourceError(file, str(entry.get("id", "change without id")), f"has {sorted(entry)}")


def observed(facts: Facts) -> Observation | None:
    """The remarks on the broker that the facts name, as a step of the report that always passes; None without any."""
    for product, version, protocol in _SPOKEN:
        name, number = facts.get(product), facts.get(version)
        if isinstance(name, str) and isinstance(number, str):
            known = remarks(name, number, protocol)
            return None if known is None else _told(known)
    return None


def _told(known: Remarks) -> Observation:
    facts: dict[str, Fact] = {"broker.series": known.series}
    about = ("broker.series", "broker.changes", "broker.support_ended")
    names = {"product": known.product, "version": known.version}
    lines: list[Text] = []
    if known.support_ended:
        facts["broker.support_ended"] = known.support_ended
        ended = {"series": known.series, "date": known.support_ended, "known": known.known_on}
        lines.append(say("version.support-ended", about=about, source=known.support_source, **names, **ended))
    if known.changes:
        facts["broker.changes"] = tuple(change.id for change in known.changes)
        lines += [say(f"version.change.{change.id}", about=about, source=change.source) for change in known.changes]
    summary = lines[0] if known.support_ended else say("version.known", about=about, known=known.known_on, **names)
    return Observation("broker.version", "protocol", "passed", facts, summary, tuple(lines))
