"""`python -m mqassist` and the `mqassist` command. Answers --version before anything heavy is loaded."""

from __future__ import annotations

import sys


def main(argv: list[str] | None = None) -> int:
    """Runs one command and returns the exit status of the contract."""
    arguments = sys.argv[1:] if argv is None else argv
    if arguments in (["--version"], ["-V"]):
        from mqassist import __version__

        sys.stdout.write(f"mqassist {__version__}\n")
        return 0
    try:
        from mqassist.cli.main import run

        return run(arguments)
    except KeyboardInterrupt:
        return 3


if __name__ == "__main__":
    sys.exit(main())
