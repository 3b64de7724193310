"""numpy without OpenBLAS: 28 MB of matrix algebra that nothing here calls, replaced by a library of the same names.

The log engine counts and searches with numpy; it multiplies no matrices (a test reads the sources for it). numpy itself
takes one dot product when it is imported, to see whether its library works: that one is real, the others end the
program with a sentence.
"""

import re
import subprocess
import tempfile
from pathlib import Path

HEAD = """
#include <unistd.h>
#include <stdlib.h>
static void none(void) {
    static const char said[] = "mqassist: this build of numpy has no linear algebra\\n";
    if (write(2, said, sizeof said - 1)) {}
    abort();
}
"""
DOT = """
{kind} {name}(long n, const {kind} *x, long dx, const {kind} *y, long dy) {{
    {kind} sum = 0;
    for (long i = 0; i < n; i++) sum += x[i * dx] * y[i * dy];
    return sum;
}}
"""


def replace(inside: Path) -> None:
    """Needs gcc and nm. Does nothing where numpy is not there or brings no OpenBLAS."""
    folder = inside / "numpy.libs"
    (library,) = [*folder.glob("libscipy_openblas*.so"), None][:1]
    if library is None:
        return
    wanted: set[str] = set()
    for module in (inside / "numpy").rglob("*.so"):
        done = subprocess.run(["nm", "-D", "--undefined-only", module], capture_output=True, text=True, check=True)
        wanted |= set(re.findall(r"\bU (scipy_\w+)", done.stdout))
    source = HEAD
    for name in sorted(wanted):
        real = re.fullmatch(r"scipy_cblas_([sd])dot64_", name)
        kind = {"s": "float", "d": "double"}[real[1]] if real else ""
        source += DOT.format(kind=kind, name=name) if real else f"void {name}(void) {{ none(); }}\n"
    with tempfile.NamedTemporaryFile("w", suffix=".c") as file:
        file.write(source)
        file.flush()
        subprocess.run(
            ["gcc", "-shared", "-fPIC", "-O2", "-s", f"-Wl,-soname,{library.name}", "-o", library, file.name],
            check=True,
        )
    for other in folder.iterdir():  # Fortran's run-time library was only there for OpenBLAS
        if other != library:
            other.unlink()
