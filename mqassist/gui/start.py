"""Whether a window can be shown here at all, told before Qt is touched: Qt itself would abort without a sentence.

Imports no Qt at the top: on a machine without its libraries this is what says which packages are missing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from os.path import basename

from mqassist.core.errors import UserError

PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
}
"""Shared libraries that every Qt window needs, and the package of Debian and Ubuntu that has each."""
PACKAGES_X11 = {
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What Qt's plug-in for X11 needs besides (https://doc.qt.io/qt-6/linux-requirements.html)."""


def start(arguments: Sequence[str]) -> int:
    """Opens the window and stays until it is closed. Raises UserError where no window can be shown."""
    if sys.platform.startswith("linux"):
        _look_for_screen()
    try:
        from mqassist.gui.app import main
    except ImportError as error:
        library = basename(str(error).partition(":")[0])
        if error.name and error.name.partition(".")[0] == "PySide6" and ".so" not in library:
            raise UserError("window.no-qt", "PySide6 is not installed") from error
        if ".so" not in library:
            raise
        raise _no_library(
            {**missing_libraries(PACKAGES), library: {**PACKAGES, **PACKAGES_X11}.get(library, library)}
        ) from error
    return main(arguments)


def _look_for_screen() -> None:
    """Qt's plug-in for X11 ends the process when it finds no screen or misses a library."""
    chosen = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0].partition(";")[0]
    wayland = os.environ.get("WAYLAND_DISPLAY", "")
    if chosen not in ("", "xcb") or (wayland and not chosen):
        return
    missing = missing_libraries(PACKAGES_X11)
    if missing:
        raise _no_library(missing)
    display = os.environ.get("DISPLAY", "")
    if not display:
        raise UserError("window.no-screen", "neither DISPLAY nor WAYLAND_DISPLAY is set")
    if not _answers(display):
        raise UserError("window.screen-silent", f"no X server answers at {display}", display=display)


def _no_library(missing: dict[str, str]) -> UserError:
    packages = " ".join(dict.fromkeys(missing.values()))
    return UserError("window.no-library", f"missing: {packages}", libraries=", ".join(missing), packages=packages)


def missing_libraries(packages: dict[str, str]) -> dict[str, str]:
    """Those of the libraries that cannot be loaded here, and the package of each."""
    import ctypes

    found: dict[str, str] = {}
    for library, package in packages.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            found[library] = package
    return found


def _answers(display: str) -> bool:
    """Asks the X server as Qt would, with the same library."""
    import ctypes

    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode("utf-8", "surrogateescape"), None)
    try:
        return bool(xcb.xcb_connection_has_error(connection) == 0)
    finally:
        xcb.xcb_disconnect(connection)
