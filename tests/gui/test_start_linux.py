"""Starting where X11 is: sentences where no window can be shown. Collected on Linux only, see conftest.py."""

from __future__ import annotations

import pytest

from mqassist.core.errors import UserError
from mqassist.gui import start as start_module
from tests.gui.test_start import started


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}, "no screen"),
        ({"DISPLAY": ":7878", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}, ":7878"),
        ({"DISPLAY": ":7878", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": "xcb"}, ":7878"),
    ],
)
def test_without_a_screen_there_is_a_sentence_and_no_core_dump(variables: dict[str, str], says: str) -> None:
    program = started(**variables)
    _out, said = program.communicate(timeout=60)
    assert program.returncode == 2
    assert says in said
    assert "mqassist check" in said
    assert len(said.splitlines()) == 1


def test_a_missing_library_is_told_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(start_module.PACKAGES_X11, "libnowhere-to-be-found.so.9", "libnowhere9")
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    with pytest.raises(UserError) as told:
        start_module.start([])
    assert told.value.parameters == {"libraries": "libnowhere-to-be-found.so.9", "packages": "libnowhere9"}
