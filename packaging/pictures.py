"""The program's icon for Windows (.ico) and macOS (.icns), drawn from the one SVG by Qt. No other tool is needed."""

import struct
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SVG = ROOT / "packaging" / "mqassist.svg"
ICO_SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
ICNS_KINDS = ((b"icp4", 16), (b"icp5", 32), (b"ic07", 128), (b"ic08", 256), (b"ic09", 512), (b"ic10", 1024))
"""PNG entries; see https://en.wikipedia.org/wiki/Apple_Icon_Image_format."""


def write(folder: Path) -> None:
    sizes = {size: png(size) for size in {*ICO_SIZES, *(size for _, size in ICNS_KINDS)}}
    (folder / "mqassist.ico").write_bytes(ico({size: sizes[size] for size in ICO_SIZES}))
    (folder / "mqassist.icns").write_bytes(icns([(kind, sizes[size]) for kind, size in ICNS_KINDS]))
    (folder / "mqassist.png").write_bytes(sizes[256])


def png(size: int) -> bytes:
    from PySide6.QtCore import QBuffer, QIODevice, Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(SVG)).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):
        raise SystemExit(f"{SVG} could not be drawn at {size}")
    return bytes(buffer.data().data())


def ico(pictures: dict[int, bytes]) -> bytes:
    """PNG inside, as Windows has read since Vista."""
    head = struct.pack("<HHH", 0, 1, len(pictures))
    offset = len(head) + 16 * len(pictures)
    entries, data = b"", b""
    for size, picture in pictures.items():
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(picture), offset + len(data))
        data += picture
    return head + entries + data


def icns(pictures: list[tuple[bytes, bytes]]) -> bytes:
    body = b"".join(kind + struct.pack(">I", 8 + len(picture)) + picture for kind, picture in pictures)
    return b"icns" + struct.pack(">I", 8 + len(body)) + body
