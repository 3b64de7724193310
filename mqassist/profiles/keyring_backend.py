"""Which keyring of the operating system this program would use. Asks for no secret."""

from __future__ import annotations

import threading

from mqassist.core.capability import Capability
from mqassist.core.errors import UserError
from mqassist.profiles.vault import system_backend

PATIENCE_S = 3.0
"""A session bus that does not answer would hold the question for ever."""


def keyring_capability() -> Capability:
    """Never raises and never hangs: without a keyring passwords are asked for each time."""
    found: list[Capability] = []
    thread = threading.Thread(target=lambda: found.append(_backend()), daemon=True, name="keyring")
    thread.start()
    thread.join(PATIENCE_S)
    return found[0] if found else Capability("keyring", "missing", "no answer")


def _backend() -> Capability:
    try:
        backend = system_backend()
    except UserError:  # there is none, or it is only a file: its name would tell nobody anything
        return Capability("keyring", "missing", "")
    except Exception as error:  # noqa: BLE001 - backends are plug-ins and may raise anything
        return Capability("keyring", "missing", type(error).__name__)
    name = f"{type(backend).__module__}.{type(backend).__qualname__}".removeprefix("keyring.backends.")
    return Capability("keyring", "available" if backend.priority > 0 else "missing", name)
