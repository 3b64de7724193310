"""What Wine 8 lacks of Windows 10 and the programs want: three small libraries for a prefix to test in. Never shipped.

* icuuc.dll: Qt6Core imports some functions of the ICU that Windows has; it never gets an answer from these.
* bcryptprimitives.dll: Rust's standard library, inside cryptography, takes random numbers from it.
* ucrtbase.dll: numpy wants the complex functions, which Wine declares and ends the program at. All others are forwarded
  to Wine's own library under another name.
"""

import re
import shutil
import subprocess
from pathlib import Path

COMPILER = "x86_64-w64-mingw32-gcc"
DUMP = "x86_64-w64-mingw32-objdump"
WINE_UCRT = Path("/usr/lib/x86_64-linux-gnu/wine/x86_64-windows/ucrtbase.dll")
OVERRIDES = "ucrtbase=n,b"
SIGNATURE, SIGNATURE_AT = b"Wine builtin DLL", 0x40
RANDOM = """
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length) {
    return SystemFunction036(data, (ULONG)length);
}
"""
_COMPLEX = re.compile(r"(cabs|carg|ccosh?|cexp|cimag|clog|cpow|creal|csinh?|csqrt|ctanh?)([fl]?)")


def build(folder: Path, python: Path) -> Path:
    """The libraries for system32, in `folder`; `python` is searched for Qt. Needs Debian's mingw-w64."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    core = next(python.rglob("Qt6Core.dll"))
    names = _imported(core, "icuuc.dll")
    _compile(
        folder / "icuuc.dll", "".join(f"__declspec(dllexport) int {name}(void) {{ return 0; }}\n" for name in names)
    )
    _compile(folder / "bcryptprimitives.dll", RANDOM, "-ladvapi32")
    _run_time(folder)
    return folder


def _run_time(folder: Path) -> None:
    data = WINE_UCRT.read_bytes()
    if data[SIGNATURE_AT : SIGNATURE_AT + len(SIGNATURE)] != SIGNATURE:
        raise SystemExit(f"{WINE_UCRT} is not what it was in Wine 8")
    end = SIGNATURE_AT + len(SIGNATURE)
    (folder / "ucrtbasw.dll").write_bytes(data[:SIGNATURE_AT] + bytes(len(SIGNATURE)) + data[end:])
    exported = _exported(WINE_UCRT)
    own = [name for name in exported if _COMPLEX.fullmatch(name) and name != "cabs"]
    source = "#include <complex.h>\n#include <math.h>\n" + "".join(_function(name) for name in own)
    forwards = [f'"{name}" = own_{name}' if name in own else f'"{name}" = "ucrtbasw.{name}"' for name in exported]
    definitions = folder / "ucrt.def"
    definitions.write_text("\n".join(["LIBRARY ucrtbase.dll", "EXPORTS", *forwards]) + "\n", encoding="ascii")
    _compile(folder / "ucrtbase.dll", source, "-static", "-static-libgcc", str(definitions))
    definitions.unlink()


def _function(name: str) -> str:
    """long double is double for Microsoft's compiler."""
    found = _COMPLEX.fullmatch(name)
    assert found is not None, "the caller has seen to it"
    base, ending = found.groups()
    kind, suffix = ("float", "f") if ending == "f" else ("double", "")
    number = f"{kind} _Complex"
    if base in ("creal", "cimag"):
        return f"{kind} own_{name}({number} z) {{ return __{base[1:]}__ z; }}\n"
    if base == "cpow":
        return f"{number} own_{name}({number} a, {number} b) {{ return cpow{suffix}(a, b); }}\n"
    gives = kind if base in ("cabs", "carg") else number
    return f"{gives} own_{name}({number} z) {{ return {base}{suffix}(z); }}\n"


def _imported(module: Path, library: str) -> list[str]:
    part = re.search(rf"DLL Name: {re.escape(library)}(.*?)(?:DLL Name|\Z)", _dump(module), re.DOTALL | re.IGNORECASE)
    return sorted(set(re.findall(r"\s([A-Za-z_]\w+)$", part[1], re.MULTILINE))) if part else []


def _exported(module: Path) -> list[str]:
    table = _dump(module).partition("[Ordinal/Name Pointer] Table")[2].partition("\n\n")[0]
    return sorted(set(re.findall(r"\s([A-Za-z_?]\S*)$", table, re.MULTILINE)) - {".rdata"})


def _dump(module: Path) -> str:
    return subprocess.run([DUMP, "-p", module], capture_output=True, text=True, check=True).stdout


def _compile(target: Path, source: str, *options: str) -> None:
    file = target.with_suffix(".c")
    file.write_text(source, encoding="ascii")
    subprocess.run([COMPILER, "-shared", "-s", "-o", target, file, *options], check=True)
    file.unlink()
