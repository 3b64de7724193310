"""Reads TOML files of resources/ and keeps their compiled form, because parsing TOML costs more than a whole check.

The compiled form is JSON in the user's cache folder, named after a digest of the sources' names, sizes and times.
A cache that cannot be read or written is no error: the sources are parsed again.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from mqassist import __version__
from mqassist.core.errors import ResourceError

Json: TypeAlias = dict[str, Any]
"""What TOML and JSON files give; each user checks what it reads."""

CACHE_FORMAT = 1


def resources_folder() -> Path:
    """`mqassist/resources` of an installation, else `resources/` of a checkout; ResourceError if neither is there."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "resources", package.parent / "resources"):
        if (folder / "causes").is_dir():
            return folder
    raise ResourceError(str(package), "resources", "the data files are missing: the installation is incomplete")


def read_toml(path: Path) -> Json:
    """Raises ResourceError naming the file and the place."""
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ResourceError(path.name, "toml", str(error)) from error


def compiled(
    kind: str, sources: list[Path], build: Callable[[list[tuple[str, Json]]], Json], *, parse: bool = True
) -> Json:
    """`build` of all sources as (file name, content), from the cache if nothing changed since.

    With `parse` false the sources are only watched for change and `build` gets none of them.
    """
    stamp = _stamp(sources)
    cache = _cache_file(kind)
    if cache is not None:
        found = _read_cache(cache, stamp)
        if found is not None:
            return found
    built = build([(path.name, read_toml(path)) for path in sources] if parse else [])
    if cache is not None:
        _write_cache(cache, stamp, built)
    return built


def _stamp(sources: list[Path]) -> list[Any]:
    stamp: list[Any] = [CACHE_FORMAT, __version__]
    for path in sources:
        stat = path.stat()
        stamp.append([str(path), stat.st_size, stat.st_mtime_ns])
    return stamp


def cache_folder() -> Path | None:
    """Per user; None where there is none. Spelled out: importing a library for it costs a tenth of a check."""
    given = os.environ.get("MQASSIST_CACHE")
    if given:
        return Path(given)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
        return Path(base) / "mqassist" / "Cache" if base else None
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "mqassist"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "mqassist"


def _cache_file(kind: str) -> Path | None:
    folder = cache_folder()
    return None if folder is None else folder / f"{kind}.json"


def _read_cache(path: Path, stamp: list[Any]) -> Json | None:
    try:
        with path.open(encoding="utf-8") as file:
            if json.loads(file.readline()) != stamp:
                return None
            content = json.loads(file.read())
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def _write_cache(path: Path, stamp: list[Any], content: Json) -> None:
    """Written beside and renamed over, so that a second run never reads half a file."""
    beside = path.with_suffix(f".{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(stamp) + "\n" + json.dumps(content, ensure_ascii=False), encoding="utf-8")
        beside.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink()
