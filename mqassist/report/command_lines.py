"""A long command on several lines, for a narrow column: broken only where the shell reads it the same. Pure."""

from __future__ import annotations

WIDTH = 46


def broken(command: str, platform: str, width: int = WIDTH) -> str:
    """With a backslash at each break, before an option or a pipe and never within quotes; PowerShell's stay whole."""
    if platform == "windows" or len(command) <= width or "\n" in command:
        return command
    lines: list[str] = []
    line = ""
    for piece in _pieces(command):
        if line and len(line) + len(piece) + 2 > width:
            lines.append(line.rstrip() + " \\")
            line = "  " + piece.lstrip()
        else:
            line += piece
    return "\n".join([*lines, line])


def _pieces(command: str) -> list[str]:
    """Cut before each ` -`, ` |`, ` <` and after each `;` that stands outside quotes; joined they are the command."""
    pieces, start, quote = [], 0, ""
    for at, character in enumerate(command):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif (
            character == " " and at > start and (command[at + 1 : at + 2] in ("-", "|", "<") or command[at - 1] == ";")
        ):
            pieces.append(command[start:at])
            start = at
    return [*pieces, command[start:]]
