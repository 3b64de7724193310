"""Writing to terminals, pipes and files: whatever the encoding, and whoever stopped reading."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from mqassist.core.errors import UserError
from mqassist.report.style import SHAPES, Style

_PLAIN = str.maketrans(
    {
        "“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "-", "—": "-", "→": "->", "←": "<-",
        "·": "-", "•": "*", "✔": "+", "✖": "x", "▲": "!", "◆": "?", "■": "=", "\u00a0": " ",
    }
)  # fmt: skip
"""What stands for typography where the encoding has none."""


def encoding_of(stream: TextIO | None) -> str:
    return getattr(stream, "encoding", None) or "utf-8"


def can_show(stream: TextIO | None, characters: str) -> bool:
    try:
        characters.encode(encoding_of(stream))
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def is_utf8(stream: TextIO | None) -> bool:
    return encoding_of(stream).lower().replace("-", "").replace("_", "") in ("utf8", "cp65001")


def is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def wants_colour(stream: TextIO | None) -> bool:
    """On a terminal that understands it, unless NO_COLOR (no-color.org) is set to anything."""
    if os.environ.get("NO_COLOR") or not is_terminal(stream):
        return False
    return stream is not None and understands_sequences(stream)


def understands_sequences(stream: TextIO) -> bool:
    """True where the cursor can be moved; switches a Windows console to it (ENABLE_VIRTUAL_TERMINAL_PROCESSING)."""
    if sys.platform == "win32":
        import ctypes
        import msvcrt

        mode = ctypes.c_ulong()
        handle = msvcrt.get_osfhandle(stream.fileno())
        if not ctypes.windll.kernel32.GetConsoleMode(handle, ctypes.byref(mode)):
            return False
        return bool(ctypes.windll.kernel32.SetConsoleMode(handle, mode.value | 0x0004))
    return (os.environ.get("TERM") or "dumb") != "dumb"


def width_of(stream: TextIO | None) -> int:
    """Terminal columns; 100 where there is none."""
    given = os.environ.get("COLUMNS", "")
    if given.isdigit() and int(given) > 0:
        return int(given)
    try:
        return os.get_terminal_size(stream.fileno() if stream is not None else 1).columns or 80
    except (OSError, ValueError, AttributeError):
        return 100


def style_for(stream: TextIO | None, platform: str) -> Style:
    """Shapes fall back to ASCII where the encoding has none of ours."""
    return Style(
        colour=wants_colour(stream),
        ascii_shapes=not can_show(stream, "".join(SHAPES.values())),
        width=width_of(stream),
        platform=platform,
    )


def encodable(text: str, encoding: str) -> str:
    """The nearest text that the encoding can hold."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
    except LookupError:
        return text.encode("ascii", "replace").decode()
    return text


def write_out(text: str) -> bool:
    """To standard output. A reader that went away is no error (then False); a full disk is: raises UserError."""
    stream = sys.stdout
    if stream is None:
        return False
    try:
        stream.write(encodable(text, encoding_of(stream)))
        stream.flush()
    except BrokenPipeError:
        _forget_stdout()
        return False
    except ValueError:  # closed before we began
        return False
    except OSError as error:
        _forget_stdout()
        raise UserError(
            "cli.not-written", f"cannot write: {error.strerror}", file="-", reason=str(error.strerror)
        ) from error
    return True


def _forget_stdout() -> None:
    """The interpreter flushes standard output once more at its end and would complain there."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(devnull, sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - stays open to the end
    finally:
        os.close(devnull)


def say_line(text: str) -> int:
    write_out(text.rstrip("\n") + "\n")
    return 0


def complain(text: str) -> None:
    """A line on standard error; nobody listening is no error."""
    stream = sys.stderr
    if stream is None:
        return
    try:
        stream.write(encodable(f"mqassist: {text.rstrip()}\n", encoding_of(stream)))
        stream.flush()
    except (OSError, ValueError):
        return
