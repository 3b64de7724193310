"""What is said of each layer, in plain words. Knows layers and states, no widget."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from mqassist.gui.wizard.layers import Floor, FloorState, Line

translate = QCoreApplication.translate
Say = Callable[[], str]

_TITLES: dict[Floor, Say] = {
    "network": lambda: translate("GuideRun", "Layer 1 of 4: is there a way to the broker?"),
    "security": lambda: translate("GuideRun", "Layer 2 of 4: does the broker let us in?"),
    "service": lambda: translate("GuideRun", "Layer 3 of 4: which broker is it?"),
    "application": lambda: translate("GuideRun", "Layer 4 of 4: may this login do its work?"),
}
_GOING: dict[Floor, Say] = {
    "network": lambda: translate(
        "GuideRun",
        "We look the name up, as in a phone book, and knock at every address that we are given. No password is sent.",
    ),
    "security": lambda: translate(
        "GuideRun",
        "There is a way, so we agree on encryption and say who we are. Like a doorman, a broker often only says no. "
        "Then we ask a second time, in another way.",
    ),
    "service": lambda: translate(
        "GuideRun", "Somebody opened. We look at who it is, whether it speaks the same language, and how it feels."
    ),
    "application": lambda: translate(
        "GuideRun", "We are in. Now we see what this login may do, and whether the line stays open when nobody speaks."
    ),
}
_FINE: dict[Floor, Say] = {
    "network": lambda: translate("GuideRun", "The name is known, there is a way, and somebody opens the door."),
    "security": lambda: translate("GuideRun", "Encryption and login are as they should be."),
    "service": lambda: translate("GuideRun", "The broker is the one that the program expects, and it is well."),
    "application": lambda: translate("GuideRun", "This login may do its work, and the line stays open."),
}
_BROKEN: dict[Floor, Say] = {
    "network": lambda: translate("GuideRun", "The way ends here. Nothing above can work before this does."),
    "security": lambda: translate("GuideRun", "There is a way to the broker, but it does not let us in."),
    "service": lambda: translate("GuideRun", "There is a way, but what answers is not what the program expects."),
    "application": lambda: translate("GuideRun", "The broker lets us in, but the work is refused or cut off."),
}


def floor_title(floor: Floor) -> str:
    return _TITLES[floor]()


def floor_lead(floor: Floor, state: FloorState) -> str:
    """What happens there, or how it went, for a person who has never heard the words."""
    if state == "broken":
        return _BROKEN[floor]()
    if state == "works":
        return _FINE[floor]()
    if state == "warning":
        return translate("GuideRun", "It works here, but there is something to look at.")
    if state == "not-reached":
        return translate("GuideRun", "This layer was not reached: a layer below it stops everything.")
    if state == "undecided":
        return translate("GuideRun", "This cannot be told yet.")
    return _GOING[floor]()


def again_lead() -> str:
    return translate(
        "GuideRun",
        "We try this layer again. Every try needs a connection of its own, so the layers below are passed on the way.",
    )


def unencrypted(host: str) -> Line:
    """What there is to say of encryption where there is none."""
    title = translate("GuideRun", "Encryption")
    if host in ("localhost", "127.0.0.1", "::1"):
        here = translate("GuideRun", "None, and none is needed: nothing leaves this computer.")
        return Line("", title, here, "works")
    text = translate(
        "GuideRun", "This connection is not encrypted. It may work, but the password travels in clear text."
    )
    return Line("", title, text, "warning")
