"""The lab's one thread: starts scenarios on free loopback ports, serves every connection, and ends with the program.

Nothing ever listens anywhere but on 127.0.0.1 and ::1.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol, TypeVar

from mqassist.core.errors import UserError
from mqassist.core.record import record
from mqassist.core.settings import CheckSettings, TlsSettings
from mqassist.lab.amqp_broker import AmqpBroker
from mqassist.lab.amqp_login import AmqpOptions
from mqassist.lab.forward_proxy import ForwardProxy
from mqassist.lab.link import CHUNK, Link, loopback_sockets
from mqassist.lab.mqtt_broker import MqttBroker
from mqassist.lab.mqtt_options import MqttOptions
from mqassist.lab.pki import Pki
from mqassist.lab.scenario import Scenario, find_scenario, load_scenarios
from mqassist.lab.script import Script
from mqassist.lab.tls_server import TlsServer
from mqassist.lab.websocket import upgrade

START_S = 20.0
FILES = 10_240
"""macOS allows no process more (OPEN_MAX)."""
MAX_CONNECTIONS = 4_000
"""Per listener; what comes beyond is turned away at once."""
T = TypeVar("T")
Serve = Callable[[Link], Awaitable[None]]


class Peer(Protocol):
    async def serve(self, link: Link) -> None: ...


class Listener:
    """Loopback sockets whose every connection is handed to `serve`. Lives on the lab's thread."""

    def __init__(self, serve: Serve, sockets: list[socket.socket]) -> None:
        self.accepted = 0
        self.turned_away = 0
        self._serve = serve
        self._sockets = sockets
        self._servers: list[asyncio.Server] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    async def open(self) -> None:
        for sock in self._sockets:
            self._servers.append(await asyncio.start_server(self._connected, sock=sock, limit=CHUNK))

    @property
    def live(self) -> int:
        return len(self._tasks)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = Link(reader, writer)
        if self._closed or len(self._tasks) >= MAX_CONNECTIONS:
            self.turned_away += 1
            link.reset()
            return
        self.accepted += 1
        task = asyncio.get_running_loop().create_task(self._play(link))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # a task that is cancelled before its first step never comes to its own end
        task.add_done_callback(lambda _task: None if link.closed else link.reset())

    async def _play(self, link: Link) -> None:
        try:
            await self._serve(link)
        except asyncio.CancelledError:
            link.reset()
            raise
        except (OSError, ValueError, LookupError, RecursionError):
            link.reset()  # whatever a stranger sent: its own connection ends, the listener does not
        finally:
            if not link.closed:
                link.reset()

    async def close(self) -> None:
        self._closed = True
        loop = asyncio.get_running_loop()
        with contextlib.suppress(NotImplementedError):  # Windows' loop has no readers
            for sock in self._sockets:
                loop.remove_reader(sock)
        # seen: CPython 3.11 leaks a connection that it has accepted when its server closes before it is handed on
        await _turns()
        for server in self._servers:
            server.close()
        await _turns()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for sock in self._sockets:
            sock.close()


class LabThread:
    """An event loop in a thread of its own, started on first use and joined by stop()."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def run(self, work: Coroutine[Any, Any, T], seconds: float = START_S, *, start: bool = False) -> T:
        """Runs a coroutine there and waits for it; TimeoutError if it takes longer. UserError ("lab.ended") where the
        thread does not run and `start` does not ask for it."""
        with self._lock:
            if self._loop is None and start:
                self._start()
            loop = self._loop
        if loop is None:
            work.close()
            raise UserError("lab.ended", "the practice lab has ended")
        return asyncio.run_coroutine_threadsafe(work, loop).result(seconds)

    def _start(self) -> None:
        _allow_many_files()
        loop = self._loop = asyncio.new_event_loop()
        loop.set_exception_handler(lambda _loop, _context: None)  # a stranger's broken connection is no news

        def play() -> None:
            asyncio.set_event_loop(loop)
            loop.run_forever()
            loop.run_until_complete(_turns())
            for task in asyncio.all_tasks(loop):
                task.cancel()
                with contextlib.suppress(BaseException):
                    loop.run_until_complete(task)
            loop.run_until_complete(_turns())
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()

        self._thread = threading.Thread(target=play, daemon=True, name="lab")
        self._thread.start()

    def stop(self) -> None:
        with self._lock:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(START_S)


async def _turns() -> None:
    """Lets the loop finish what it has begun: accepting a connection takes asyncio some turns, and so does closing."""
    for _ in range(5):
        await asyncio.sleep(0)


def _allow_many_files() -> None:
    """A thousand connections are a thousand open files, and many systems allow no more unless they are asked."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(hard, FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@record(frozen=False)
class RunningScenario:
    """`target` is the URL to use, login included; `settings` what a check of it needs. stop() may be called twice."""

    scenario: Scenario
    host: str
    port: int
    target: str
    settings: CheckSettings
    listeners: tuple[Any, ...] = ()
    end: Callable[[RunningScenario], None] = lambda running: None

    @property
    def accepted(self) -> int:
        """Connections so far."""
        return sum(listener.accepted for listener in self.listeners)

    @property
    def live(self) -> int:
        """Connections now."""
        return sum(listener.live for listener in self.listeners)

    def stop(self) -> None:
        self.end(self)


class Lab:
    """The practice lab: `start` from any thread, `stop` ends all."""

    def __init__(self, scenarios: tuple[Scenario, ...] = ()) -> None:
        """`scenarios` in place of the installed ones, if any are given."""
        self._thread = LabThread()
        self._lock = threading.Lock()
        self._opening = threading.RLock()
        """Held while something opens or closes: nothing is half open when the lab stops."""
        self._folder = ""
        self._pki: Pki | None = None
        self._running: list[RunningScenario] = []
        self._ends: list[Callable[[], None]] = []
        self._scenarios = scenarios

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """Raises ResourceError for a broken installation."""
        if not self._scenarios:
            self._scenarios = load_scenarios()
        return self._scenarios

    @property
    def running(self) -> tuple[RunningScenario, ...]:
        with self._lock:
            return tuple(self._running)

    @property
    def thread(self) -> LabThread:
        """For the relay, which lives there too."""
        return self._thread

    def open(self, listener: Listener, end: Callable[[], None]) -> None:
        """For what is no scenario; `end` is called when the lab stops, while its thread still runs."""
        with self._opening:
            self._thread.run(listener.open(), start=True)
            self._ends.append(end)

    def close(self, listener: Listener) -> None:
        """Ends what `open` began."""
        with self._opening, contextlib.suppress(TimeoutError, UserError):
            self._thread.run(listener.close())

    def scenario(self, name: str) -> Scenario:
        """Raises UserError."""
        return find_scenario(self.scenarios, name)

    def pki(self) -> Pki:
        with self._lock:
            if self._pki is None:
                self._folder = tempfile.mkdtemp(prefix="mqassist-lab-")
                self._pki = Pki(self._folder)
            return self._pki

    def start(self, name: str) -> RunningScenario:
        """Plays a scenario until it is stopped. UserError for an unknown name or where no port is free."""
        return self.play(self.scenario(name))

    def play(self, scenario: Scenario) -> RunningScenario:
        with self._opening:
            try:
                running = self._open(scenario)
            except OSError as error:
                reason = error.strerror or str(error)
                raise UserError("lab.no-port", f"cannot listen: {error}", name=scenario.name, reason=reason) from error
            with self._lock:
                self._running.append(running)
        return running

    def stop_scenario(self, running: RunningScenario) -> None:
        with self._opening:
            with self._lock:
                if running not in self._running:
                    return
                self._running.remove(running)
            for listener in running.listeners:
                with contextlib.suppress(TimeoutError, UserError):
                    self._thread.run(listener.close())

    def stop(self) -> None:
        """Ends every scenario and the thread, and removes the certificates."""
        with self._opening:
            for running in self.running:
                running.stop()
            for end in self._ends:
                end()
            self._ends.clear()
            self._thread.stop()
        with self._lock:
            folder, self._folder, self._pki = self._folder, "", None
        if folder:
            shutil.rmtree(folder, ignore_errors=True)

    # -- one scenario ---------------------------------------------------------------------------

    def _open(self, scenario: Scenario) -> RunningScenario:
        sockets, port = loopback_sockets(both=scenario.families == "both" and scenario.kind != "refused")
        if scenario.kind == "refused":
            listeners: list[Any] = [_Refusing(sockets, port)]
            port = listeners[0].port
        else:
            listeners = [Listener(self._serve(scenario), sockets)]
            self._thread.run(listeners[0].open(), start=True)
        proxy_port = 0
        if scenario.proxy is not None:
            sockets, proxy_port = loopback_sockets()
            listeners.append(Listener(ForwardProxy(scenario.proxy, port).serve, sockets))
            self._thread.run(listeners[1].open(), start=True)
        places = {"host": "127.0.0.1", "port": port, "proxy_port": proxy_port}
        target = _filled(scenario.target, places)
        settings = self._settings(scenario, places)
        return RunningScenario(scenario, "127.0.0.1", port, target, settings, tuple(listeners), self.stop_scenario)

    def _serve(self, scenario: Scenario) -> Serve:
        peer = _peer(scenario)
        tls = None if scenario.tls is None else TlsServer(scenario.tls, self.pki())

        async def serve(link: Link) -> None:
            if scenario.proxy_protocol and not await _proxy_header(link):
                return link.reset()
            if tls is not None and not await tls.secure(link):
                return None
            if scenario.websocket is not None:
                if not await upgrade(link, scenario.websocket):
                    return await link.close()
                from mqassist.lab.websocket import ServerFraming

                link.framing = ServerFraming()
            await peer.serve(link)
            return None

        return serve

    def _settings(self, scenario: Scenario, places: dict[str, object]) -> CheckSettings:
        given = dict(scenario.settings)
        ca, client = given.pop("ca", None), given.pop("client", None)
        own = self.pki().identity(client) if client else None
        tls = TlsSettings(
            ca=self.pki().authority(ca) if ca else None,
            cert=None if own is None else own.cert,
            key=None if own is None else own.key,
            server_name=given.pop("server_name", None),
            verify=given.pop("verify", True),
        )
        if "proxy" in given:
            given["proxy"] = _filled(str(given["proxy"]), places)
        return CheckSettings(tls=tls, **given)


class _Refusing:
    """Holds a port without listening: whoever connects is refused, and nobody else can take it meanwhile."""

    accepted = live = 0

    def __init__(self, sockets: list[socket.socket], port: int) -> None:
        for sock in sockets:
            sock.close()
        self._held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            self._held.bind(("127.0.0.1", port))
        except OSError:
            self._held.bind(("127.0.0.1", 0))
        self.port = int(self._held.getsockname()[1])

    async def close(self) -> None:
        self._held.close()


def _peer(scenario: Scenario) -> Peer:
    if isinstance(scenario.peer, AmqpOptions):
        return AmqpBroker(scenario.peer)
    if isinstance(scenario.peer, MqttOptions):
        return MqttBroker(scenario.peer)
    return Script(scenario.peer)


def _filled(template: str, places: dict[str, object]) -> str:
    for name, value in places.items():
        template = template.replace("{" + name + "}", str(value))
    return template


async def _proxy_header(link: Link) -> bool:
    """PROXY protocol version 1 (§2.1): one line of text before everything else."""
    held = b""
    while b"\r\n" not in held and b"PROXY ".startswith(held[:6]) and len(held) < 108:
        data = await link.read()
        if not data:
            return False
        held += data
    line, end, rest = held.partition(b"\r\n")
    if not end or not line.startswith(b"PROXY "):
        return False
    if rest:
        link.push_back(rest)
    return True
