"""numpy without OpenBLAS: 20 to 28 MB of matrix algebra that nothing calls, replaced by a library of the same names.

The log engine counts and searches with numpy; it multiplies no matrices (a test reads the sources for it). numpy itself
takes one dot product when it is imported, to see whether its library works: that one is real, the others end the
program with a sentence.
"""

import re
import subprocess
import tempfile
from pathlib import Path

HEAD = """
#include <stdio.h>
#include <stdlib.h>
#ifdef _WIN32
#define OUT __declspec(dllexport)
#else
#define OUT
#endif
static void none(void) {
    fputs("mqassist: this build of numpy has no linear algebra\\n", stderr);
    abort();
}
"""
DOT = """
OUT {kind} {name}(long long n, const {kind} *x, long long dx, const {kind} *y, long long dy) {{
    {kind} sum = 0;
    for (long long i = 0; i < n; i++) sum += x[i * dx] * y[i * dy];
    return sum;
}}
"""


def replace(inside: Path, prefix: str = "") -> None:
    """`inside` holds numpy and numpy.libs; `prefix` stands before gcc, nm and objdump (a cross compiler's).

    Does nothing where numpy is not there or brings no OpenBLAS.
    """
    folder = inside / "numpy.libs"
    library = next(iter(sorted(folder.glob("libscipy_openblas*"))), None)
    if library is None:
        return
    windows = library.suffix == ".dll"
    wanted = sorted(_of_windows(inside, library.name, prefix) if windows else _of_linux(inside, prefix))
    source = HEAD
    for name in wanted:
        real = re.fullmatch(r"scipy_cblas_([sd])dot64_", name)
        kind = {"s": "float", "d": "double"}[real[1]] if real else ""
        source += DOT.format(kind=kind, name=name) if real else f"OUT void {name}(void) {{ none(); }}\n"
    if "scipy_cblas_sdot64_" not in wanted:
        raise SystemExit(f"numpy wants other names of {library.name} than it did")
    options = ["-shared", "-O2", "-s"] + ([] if windows else ["-fPIC", f"-Wl,-soname,{library.name}"])
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "none.c"
        file.write_text(source, encoding="ascii")
        subprocess.run([f"{prefix}gcc", *options, "-o", library, file], check=True)
    if not windows:
        _without_fortran(inside, folder, library)


def _of_linux(inside: Path, prefix: str) -> set[str]:
    found: set[str] = set()
    for module in (inside / "numpy").rglob("*.so"):
        found |= set(re.findall(r"\bU (scipy_\w+)", _said([f"{prefix}nm", "-D", "--undefined-only", module])))
    return found


def _of_windows(inside: Path, library: str, prefix: str) -> set[str]:
    found: set[str] = set()
    for module in (inside / "numpy").rglob("*.pyd"):
        told = _said([f"{prefix}objdump", "-p", module])
        part = re.search(rf"DLL Name: {re.escape(library)}(.*?)(?:DLL Name|\Z)", told, re.DOTALL)
        found |= set(re.findall(r"\s(scipy_\w+)$", part[1], re.MULTILINE)) if part else set()
    return found


def _said(command: list[object]) -> str:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True).stdout


def _without_fortran(inside: Path, folder: Path, library: Path) -> None:
    """Its run-time library was only there for OpenBLAS."""
    for other in folder.iterdir():
        if other != library:
            other.unlink()
    for link in inside.iterdir():
        if link.is_symlink() and not link.exists():
            link.unlink()
