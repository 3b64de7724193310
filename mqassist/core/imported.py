"""What was found in a file or a pasted text: profiles to be, their secrets, and what nobody understood."""

from __future__ import annotations

from mqassist.core.profile import Profile, Secrets
from mqassist.core.record import record
from mqassist.core.text import Text


@record
class Found:
    """`line` is where it begins, from 1; 0 if the format has no lines worth naming. `secrets` go to the keyring only
    after the person agreed."""

    profile: Profile
    secrets: Secrets
    line: int = 0


@record
class ImportNote:
    """Something that was left out or guessed. Never holds a value that may be secret."""

    line: int
    text: Text


@record
class Imported:
    """`format` is the short name of what was read: urls, mqttx, mqtt-explorer, mosquitto, env, compose, spring,
    celery or mqassist."""

    format: str
    found: tuple[Found, ...]
    notes: tuple[ImportNote, ...] = ()
