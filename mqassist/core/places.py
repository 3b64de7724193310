"""Where this program keeps what a person saved, per operating system. Makes no folder."""

from __future__ import annotations

import os
import sys
from os.path import expanduser, join

from mqassist.core.errors import UserError


def data_folder() -> str:
    """The folder of profiles and history; MQASSIST_DATA names another one. Raises UserError where there is no home."""
    given = os.environ.get("MQASSIST_DATA")
    if given:
        return given
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
        if base:
            return join(base, "mqassist", "Data")
        raise UserError("no-home", "LOCALAPPDATA is not set")
    home = expanduser("~")
    if home in ("~", "/", "") and not os.environ.get("XDG_DATA_HOME"):
        raise UserError("no-home", "there is no home folder")
    if sys.platform == "darwin":
        return join(home, "Library", "Application Support", "mqassist")
    return join(os.environ.get("XDG_DATA_HOME") or join(home, ".local", "share"), "mqassist")
