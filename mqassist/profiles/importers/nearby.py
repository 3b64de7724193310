"""Settings files in a folder that name brokers, by the names such files usually have. Reads nothing else."""

from __future__ import annotations

import os

from mqassist.core.errors import UserError
from mqassist.core.local import SettingsFile
from mqassist.profiles.importers.detect import read_file

NAMES = (
    "docker-compose.yml",
    "docker-compose.yaml",
    "compose.yml",
    "compose.yaml",
    ".env",
    "application.yml",
    "application.yaml",
    "application.properties",
    "celeryconfig.py",
)


def settings_files(folder: str) -> tuple[SettingsFile, ...]:
    """Never raises: what cannot be read names no broker."""
    found: list[SettingsFile] = []
    for name in NAMES:
        path = os.path.abspath(os.path.join(folder, name))
        if not os.path.isfile(path):
            continue
        try:
            count = len(read_file(path).found)
        except UserError:
            continue
        if count:
            found.append(SettingsFile(path, count))
    return tuple(found)
