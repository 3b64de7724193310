"""One window for one person: the first start listens, a second hands over what it was given and ends."""

from __future__ import annotations

import os
from binascii import crc32
from typing import TYPE_CHECKING

from PySide6.QtCore import QDir, QLockFile, QObject, Signal

from mqassist.core.places import data_folder

if TYPE_CHECKING:  # loaded after the first paint
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

WAIT_MS = 1000
LONGEST = 100_000
"""Bytes that a second start may hand over."""


class SingleInstance(QObject):
    """Told apart by person and data folder. `opened` gives what another start was given, "" for nothing."""

    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        person = f"{os.environ.get('USERNAME') or os.environ.get('USER') or ''}|{data_folder()}"
        self._name = f"mqassist-{crc32(person.encode('utf-8', 'surrogateescape')):08x}"
        self._lock = QLockFile(QDir.temp().filePath(f"{self._name}.lock"))
        self._lock.setStaleLockTime(0)  # only a process that is gone frees it
        self.is_first = self._lock.tryLock(0)
        self._server: QLocalServer | None = None

    def hand_over(self, argument: str) -> bool:
        """Whether the first instance took it; if it hangs, this one had better open a window of its own."""
        from PySide6.QtNetwork import QLocalSocket

        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(WAIT_MS):
            return False
        socket.write(argument.encode("utf-8", "surrogateescape")[:LONGEST] + b"\n")
        done = bool(socket.waitForBytesWritten(WAIT_MS)) and bool(socket.waitForReadyRead(WAIT_MS))
        socket.abort()
        return done

    def listen(self) -> None:
        """Only this person's processes may connect."""
        if not self.is_first:
            return
        from PySide6.QtNetwork import QLocalServer

        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(self._name)
        self._server.newConnection.connect(self._welcome)
        self._server.listen(self._name)

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        self._lock.unlock()

    def _welcome(self) -> None:
        while self._server is not None and self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            socket.readyRead.connect(lambda socket=socket: self._read(socket))
            socket.disconnected.connect(socket.deleteLater)

    def _read(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            if socket.bytesAvailable() > LONGEST:
                socket.abort()
            return
        line = bytes(socket.readLine(LONGEST).data())
        socket.write(b"ok\n")
        socket.flush()
        self.opened.emit(line.decode("utf-8", "surrogateescape").rstrip("\n"))
