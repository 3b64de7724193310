"""Reads TOML files of resources/ and keeps their compiled form, because parsing TOML costs more than a whole check.

The compiled form is JSON in the user's cache folder, named after a digest of the sources' names, sizes and times.
A cache that cannot be read or written is no error: the sources are parsed again. Paths are plain strings here:
importing pathlib would cost a healthy check 4 ms (measured: CPython 3.11).
"""

from __future__ import annotations

import json
import os
import sys
from binascii import crc32
from collections.abc import Callable, Sequence
from os.path import abspath, basename, dirname, expanduser, isdir, join
from typing import Any, TypeAlias

from mqassist import __version__
from mqassist.core.errors import ResourceError

Json: TypeAlias = dict[str, Any]
"""What TOML and JSON files give; each user checks what it reads."""
Folder: TypeAlias = str | os.PathLike[str]

CACHE_FORMAT = 2


def resources_folder() -> str:
    """`mqassist/resources` of an installation, else `resources/` of a checkout; ResourceError if neither is there."""
    package = dirname(dirname(abspath(__file__)))
    for folder in (join(package, "resources"), join(dirname(package), "resources")):
        if isdir(join(folder, "causes")):
            return folder
    raise ResourceError(package, "resources", "the data files are missing: the installation is incomplete")


def toml_files(*parts: Folder) -> list[str]:
    """The TOML files of one folder, sorted; none if there is no such folder."""
    folder = join(*parts)
    try:
        return sorted(join(folder, name) for name in os.listdir(folder) if name.endswith(".toml"))
    except OSError:
        return []


def read_toml(path: str) -> Json:
    """Raises ResourceError naming the file and the place."""
    import tomllib

    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ResourceError(basename(path), "toml", str(error)) from error


def compiled(
    kind: str, sources: Sequence[str], build: Callable[[list[tuple[str, Json]]], Json], *, parse: bool = True
) -> Json:
    """`build` of all sources as (file name, content), from the cache if nothing changed since.

    With `parse` false the sources are only watched for change and `build` gets none of them.
    """
    stamp = _stamp(sources)
    cache = _cache_file(kind, sources)
    if cache is not None:
        found = _read_cache(cache, stamp)
        if found is not None:
            return found
    built = build([(basename(path), read_toml(path)) for path in sources] if parse else [])
    if cache is not None:
        _write_cache(cache, stamp, built)
    return built


def _stamp(sources: Sequence[str]) -> list[Any]:
    stamp: list[Any] = [CACHE_FORMAT, __version__]
    for path in sources:
        stat = os.stat(path)
        stamp.append([os.fspath(path), stat.st_size, stat.st_mtime_ns])
    return stamp


def cache_folder() -> str | None:
    """Per user; None where there is none. Spelled out: importing a library for it costs a tenth of a check."""
    given = os.environ.get("MQASSIST_CACHE")
    if given:
        return given
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
        return join(base, "mqassist", "Cache") if base else None
    home = expanduser("~")
    if home in ("~", "/", ""):
        return None
    if sys.platform == "darwin":
        return join(home, "Library", "Caches", "mqassist")
    return join(os.environ.get("XDG_CACHE_HOME") or join(home, ".cache"), "mqassist")


def _cache_file(kind: str, sources: Sequence[str]) -> str | None:
    """One file for each installation: two of them side by side must not undo each other's work."""
    folder = cache_folder()
    where = crc32(dirname(os.fspath(sources[0])).encode("utf-8", "surrogateescape")) if sources else 0
    return None if folder is None else join(folder, f"{kind}-{where:08x}.json")


def _read_cache(path: str, stamp: list[Any]) -> Json | None:
    try:
        with open(path, encoding="utf-8") as file:
            if json.loads(file.readline()) != stamp:
                return None
            content = json.loads(file.read())
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def _write_cache(path: str, stamp: list[Any], content: Json) -> None:
    """Written beside and renamed over, so that a second run never reads half a file."""
    beside = f"{path}.{os.getpid()}.new"
    try:
        os.makedirs(dirname(path), exist_ok=True)
        with open(beside, "w", encoding="utf-8") as file:
            file.write(json.dumps(stamp) + "\n" + json.dumps(content, ensure_ascii=False))
        os.replace(beside, path)
    except OSError:
        try:
            os.unlink(beside)
        except OSError:
            return
