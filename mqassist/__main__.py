"""`python -m mqassist` and the `mqassist` command. Answers --version before anything heavy is loaded."""

from __future__ import annotations

import sys


def main(argv: list[str] | None = None) -> int:
    """Runs one command and gives the exit status of the contract. Without `argv` it is the process's own command."""
    if argv is not None:
        return _run(argv)
    import gc

    gc.disable()  # one check is over before its garbage matters; many checks switch it on again
    status = _run(sys.argv[1:])
    _leave(status)
    return status


def _run(arguments: list[str]) -> int:
    if arguments in (["--version"], ["-V"]):
        from mqassist import __version__

        sys.stdout.write(f"mqassist {__version__}\n")
        return 0
    if not arguments:
        return _window([])
    if arguments == ["selftest", "--window"]:
        from mqassist.gui.selftest import prove_window

        return prove_window()
    try:
        from mqassist.cli.main import run

        return run(arguments)
    except KeyboardInterrupt:
        return 3


def window() -> int:
    """The `mqassist-gui` command: the window, with an address or files to open."""
    status = _window(sys.argv[1:])
    _leave(status)
    return status


def _window(arguments: list[str]) -> int:
    from mqassist.core.errors import ResourceError, UserError

    try:
        from mqassist.gui.start import start

        return start(arguments)
    except (UserError, ResourceError) as error:
        from mqassist.cli.language import chosen_language
        from mqassist.cli.output import complain
        from mqassist.cli.words import Words

        complain(str(error) if isinstance(error, ResourceError) else Words(chosen_language([])).of_error(error))
        return 2
    except KeyboardInterrupt:
        return 3


def _leave(status: int) -> None:
    """Ends the process at once: taking the modules apart would cost a tenth of a healthy check, and a name lookup that
    hangs in the C library would be waited for."""
    import os

    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            continue  # nobody listens any more
    os._exit(status)


if __name__ == "__main__":
    sys.exit(main())
