"""Compressed logs as a stream of bytes: gzip, xz, bzip2, Zstandard. Memory is bounded whatever the file says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

from mqassist.core.log import LogProblem
from mqassist.logs.feeds import CHUNK, Failed

MEMORY = 128 << 20
"""Bytes that a decompressor may use; a file may ask for gigabytes."""
WINDOW_LOG = 27
_MAGIC = {b"\x1f\x8b": "gzip", b"\xfd7zXZ\x00": "xz", b"BZh": "bzip2", b"\x28\xb5\x2f\xfd": "zstd"}


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    @property
    def needs_input(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def kind_of(head: bytes) -> str | None:
    """How a file that begins so is compressed; its name does not matter."""
    return next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)


def unpacked(file: BinaryIO, kind: str) -> Iterator[bytes]:
    """The content, piece by piece; several members one after the other are one stream. Raises Failed."""
    make = _maker(kind)
    current = make()
    data = b""
    empty = True
    try:
        while True:
            if not data and current.needs_input:
                data = file.read(CHUNK)
                if not data:
                    break
                empty = False
            out = current.decompress(data, CHUNK)
            data = b""
            if out:
                yield out
            if current.eof:
                data = current.unused_data.lstrip(b"\x00")  # tar and tape pad with zeros
                current = make()
    except Failed:
        raise
    except Exception as error:
        # each of the four libraries has its own kind of exception for a broken file
        raise Failed(LogProblem("log.problem.corrupt", (("kind", kind), ("why", str(error)[:200])))) from error
    if not empty and not current.eof and not _is_fresh(current):
        raise Failed(LogProblem("log.problem.cut", (("kind", kind),)))


def _is_fresh(decompressor: object) -> bool:
    return getattr(decompressor, "fresh", False)


class _Counted:
    """One decompressor of the standard library's making; `fresh` until it got its first byte."""

    def __init__(self, inner: _Decompressor) -> None:
        self._inner = inner
        self.fresh = True

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def needs_input(self) -> bool:
        return self._inner.needs_input

    def decompress(self, data: bytes, max_length: int) -> bytes:
        self.fresh = self.fresh and not data
        return self._inner.decompress(data, max_length)


class _Gzip:
    """zlib's object in the shape of the others."""

    def __init__(self) -> None:
        import zlib

        self._inner = zlib.decompressobj(wbits=31)
        self.fresh = True

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    def decompress(self, data: bytes, max_length: int) -> bytes:
        self.fresh = self.fresh and not data
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


def _maker(kind: str) -> Callable[[], _Counted | _Gzip]:
    if kind == "gzip":
        return _Gzip
    if kind == "xz":
        import lzma

        return lambda: _Counted(lzma.LZMADecompressor(memlimit=MEMORY))
    if kind == "bzip2":
        import bz2

        return lambda: _Counted(bz2.BZ2Decompressor())
    return _zstd()


def _zstd() -> Callable[[], _Counted]:
    try:
        from compression import zstd  # type: ignore[import-not-found,unused-ignore]  # Python 3.14 and later
    except ImportError:
        try:
            from backports import zstd
        except ImportError:
            raise Failed(LogProblem("log.problem.no-zstd")) from None
    options = {zstd.DecompressionParameter.window_log_max: WINDOW_LOG}
    return lambda: _Counted(zstd.ZstdDecompressor(options=options))
