"""Where the window's own data files are: icons, palettes, translations. Knows no Qt."""

from __future__ import annotations

import os
from os.path import abspath, dirname, join

from mqassist.core.errors import ResourceError


def resource(*parts: str) -> str:
    """A file or folder of resources/, of an installation or of a checkout. Raises ResourceError if there is none."""
    package = dirname(dirname(abspath(__file__)))
    for root in (package, dirname(package)):
        path = join(root, "resources", *parts)
        if os.path.exists(path):
            return path
    raise ResourceError("/".join(parts), "resources", "the data file is missing: the installation is incomplete")
