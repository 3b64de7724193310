"""ICU without the data that nothing asks for: 26 of the 32 MB that Qt on Linux brings along.

Qt has its own tables of languages, dates and letters; ICU only sorts and converts for it. What stays are the tables of
letters, of sorting, of zones, and the languages that the window speaks. The library is made anew from what stays, under
the same names (the layout: icu4c, source/common/unicode/udata.h and ucmndata.h).
"""

import re
import struct
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

OURS = re.compile(r"(root|pool|res_index|en|en_US|zh|zh_(Hans|Hant|CN|TW|HK|Hans_CN|Hant_TW)|ucadata)\.(res|icu)")
"""Of the folders by language: what every language falls back to, and the languages of the window."""
LEFT_OUT = ("brkitr", "curr", "rbnf", "translit", "unit")
"""Breaking of words, currencies, spelled numbers, other scripts, units: Qt does the first itself and never asks for the
others."""
HEAD = b"\xda\x27\x14\0\0\0\0\0\2\0CmnD"
"""Two marks, the size of what follows, little-endian, ASCII, characters of two bytes, and the kind: common data."""
SOURCE = """
    .section .rodata
    .balign 16
    .globl {symbol}
    .type {symbol}, @object
    .size {symbol}, {size}
{symbol}:
    .incbin "{file}"
    .section .note.GNU-stack,"",@progbits
"""


def replace(libraries: Path) -> None:
    """`libraries` holds Qt's libicudata.so.NN. Does nothing where there is none."""
    library = next(iter(sorted(libraries.glob("libicudata.so.*"))), None)
    if library is None:
        return
    version = library.name.rpartition(".")[2]
    data = kept(library.read_bytes(), wanted)
    with tempfile.TemporaryDirectory() as place:
        file, source = Path(place) / "icu.dat", Path(place) / "icu.s"
        file.write_bytes(data)
        source.write_text(SOURCE.format(symbol=f"icudt{version}_dat", size=len(data), file=file.name))
        options = ["-shared", "-nostdlib", f"-Wl,-soname,{library.name}", "-Wl,--build-id=none"]
        subprocess.run(["gcc", *options, "-o", library, source], check=True, cwd=place)


def wanted(name: str) -> bool:
    """`name` without the name of the package, such as "coll/zh.res"."""
    folder, _, entry = name.rpartition("/")
    if folder in LEFT_OUT or entry.endswith((".cnv", ".spp", ".cfu")) or entry == "unames.icu":
        return False
    return bool(OURS.fullmatch(entry)) or (not folder and not _is_language(entry))


def _is_language(entry: str) -> bool:
    """Two or three small letters: "de.res", "sr_Latn_BA.res"; tables have longer names, or capitals inside."""
    return bool(re.fullmatch(r"[a-z]{2,3}(_[A-Za-z0-9]+)*\.res", entry))


def kept(library: bytes, wanted: Callable[[str], bool]) -> bytes:
    """The common data inside a library, with only those entries; its table stays sorted by name."""
    start = library.index(HEAD) - 2
    size = struct.unpack_from("<H", library, start)[0]
    table = start + size
    count = struct.unpack_from("<I", library, table)[0]
    places = [struct.unpack_from("<II", library, table + 4 + 8 * at) for at in range(count)]
    entries = [(_name(library, table + name), table + data) for name, data in places]
    ends = [data for _, data in entries[1:]] + [_end(library, start)]
    stay = [
        (name, library[data:end])
        for (name, data), end in zip(entries, ends, strict=True)
        if wanted(name.partition("/")[2])
    ]
    return library[start:table] + _table(stay)


def _name(library: bytes, at: int) -> str:
    return library[at : library.index(b"\0", at)].decode("ascii")


def _end(library: bytes, start: int) -> int:
    """Where the symbol's section ends, by the section table of a 64-bit ELF file."""
    (sections,) = struct.unpack_from("<Q", library, 0x28)
    each, count = struct.unpack_from("<HH", library, 0x3A)
    for at in range(count):
        place, size = struct.unpack_from("<QQ", library, sections + each * at + 0x18)
        if place <= start < place + size:
            return int(place + size)
    raise SystemExit("ICU's data is in no section of its library")


def _table(entries: list[tuple[str, bytes]]) -> bytes:
    names = b"".join(name.encode() + b"\0" for name, _ in entries)
    at_name, at_data = 4 + 8 * len(entries), _padded(4 + 8 * len(entries) + len(names))
    table, data = [struct.pack("<I", len(entries))], []
    for name, content in entries:
        table.append(struct.pack("<II", at_name, at_data))
        at_name += len(name) + 1
        data.append(content.ljust(_padded(len(content)), b"\xaa"))
        at_data += len(data[-1])
    head = b"".join(table) + names
    return head.ljust(_padded(len(head)), b"\xaa") + b"".join(data)


def _padded(length: int) -> int:
    return (length + 15) // 16 * 16
