"""Which command was typed. Each command lives in its own module and is loaded only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mqassist.cli.language import Language, chosen_language
from mqassist.cli.output import complain, say_line
from mqassist.core.errors import ResourceError, UserError

Command = Callable[[Sequence[str], Language], int]

NOT_UNDERSTOOD = 2


def run(arguments: list[str]) -> int:
    """The exit status: 0 healthy, 1 a problem was found, 2 not understood, 3 interrupted."""
    language = chosen_language(arguments)
    command = next((word for word in arguments if not word.startswith("-")), "")
    try:
        do = _command(command)
        if do is None:
            return _without_command(arguments, command, language)
        rest = list(arguments)
        rest.remove(command)
        return do(rest, language)
    except UserError as error:
        return _not_understood(error, language)
    except ResourceError as error:
        return _not_understood(UserError("cli.broken-installation", str(error), reason=str(error)), language)
    except Exception as error:  # noqa: BLE001 - a person gets a sentence; the places in the code say where to look
        return _our_fault(error, language)


def _command(name: str) -> Command | None:
    """Two lines for each, so that only the module of the one that was typed is loaded."""
    if name == "check":
        from mqassist.cli.check import check as do
    elif name == "advise":
        from mqassist.cli.advise import advise as do
    elif name == "doctor":
        from mqassist.cli.doctor import doctor as do
    elif name == "explain":
        from mqassist.cli.explain import explain as do
    elif name == "selftest":
        from mqassist.cli.selftest import selftest as do
    elif name == "history":
        from mqassist.cli.history import history as do
    elif name == "lab":
        from mqassist.cli.lab import lab as do
    elif name == "match-lines":  # how an installed program starts itself as a process that can be ended
        from mqassist.cli.logs import match_lines as do
    elif name == "logs":
        from mqassist.cli.logs import logs as do
    elif name == "profiles":
        from mqassist.cli.profiles import profiles as do
    else:
        return None
    return do


def _without_command(arguments: list[str], command: str, language: Language) -> int:
    from mqassist.cli.words import Words

    words = Words(language)
    if "-h" in arguments or "--help" in arguments or command == "help":
        return say_line(words.say("cli.help"))
    if "--version" in arguments or "-V" in arguments:
        from mqassist import __version__

        return say_line(f"mqassist {__version__}")
    if not command:
        if not arguments:  # the program itself opens the window then
            return say_line(words.say("cli.help"))
        raise UserError("cli.no-command", "no command", option=arguments[0])
    if "://" in command:
        raise UserError("cli.target-without-command", "no command before the target")
    raise UserError("cli.unknown-command", f"no such command: {command}", command=command)


def _our_fault(error: Exception, language: Language) -> int:
    """Without the message of the exception: it may quote what was given, passwords included."""
    import traceback

    places = "".join(traceback.format_tb(error.__traceback__))
    from mqassist.cli.words import Words

    try:
        sentence = Words(language).say("cli.our-fault", kind=type(error).__name__)
    except Exception:  # noqa: BLE001 - the data files may be what is broken
        sentence = f"mqassist itself failed: {type(error).__name__}"
    complain(f"{sentence}\n{places}")
    return NOT_UNDERSTOOD


def _not_understood(error: UserError, language: Language) -> int:
    from mqassist.cli.words import Words

    complain(Words(language).of_error(error))
    return NOT_UNDERSTOOD
