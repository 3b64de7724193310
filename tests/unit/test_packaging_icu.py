"""The ICU that the Linux package ships still sorts and falls back as the whole one does."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.build_tools import build_tool

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Qt has its own ICU on Linux only")
ASKS = """
import ctypes, functools, glob, sys
folder = sys.argv[1]
data, common, more = (glob.glob(f"{folder}/libicu{name}.so.*")[0] for name in ("data", "uc", "i18n"))
version = data.rpartition(".")[2]
ctypes.CDLL(data, ctypes.RTLD_GLOBAL)
uc, i18n = ctypes.CDLL(common, ctypes.RTLD_GLOBAL), ctypes.CDLL(more)
status = ctypes.c_int(0)
uc[f"u_init_{version}"](ctypes.byref(status))
assert status.value <= 0, status
opened, compare = i18n[f"ucol_open_{version}"], i18n[f"ucol_strcoll_{version}"]
opened.restype = ctypes.c_void_p
compare.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
words = "\\u4e2d \\u963f \\u6ce2 Zoo \\xe4 a B z \\u0e02 \\u0e01 10 9".split()
for language in ("zh_CN", "zh_TW", "en", "de_DE", "xx"):
    collator = opened(language.encode(), ctypes.byref(status))
    assert status.value <= 0, (language, status)
    wide = lambda text: text.encode("utf-16-le")
    order = functools.cmp_to_key(lambda a, b: compare(collator, wide(a), len(a), wide(b), len(b)))
    print(language, *map(ascii, sorted(words, key=order)))
"""


def asked(folder: Path) -> list[str]:
    done = subprocess.run([sys.executable, "-c", ASKS, str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def icu_data() -> ModuleType:
    return build_tool("icu_data.py")


@pytest.fixture
def libraries(tmp_path: Path) -> Path:
    import PySide6

    for path in (Path(PySide6.__file__).parent / "Qt" / "lib").glob("libicu*.so.*"):
        shutil.copy(path, tmp_path / path.name)
    return tmp_path


def test_it_sorts_as_before_in_a_seventh_of_the_room(libraries: Path, icu_data: ModuleType) -> None:
    (data,) = libraries.glob("libicudata.so.*")
    whole, size = asked(libraries), data.stat().st_size
    icu_data.replace(libraries)
    assert asked(libraries) == whole
    assert len(whole) == 5
    assert data.stat().st_size < size / 7


def test_without_icu_nothing_happens(tmp_path: Path, icu_data: ModuleType) -> None:
    icu_data.replace(tmp_path)
    assert list(tmp_path.iterdir()) == []
