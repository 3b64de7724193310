"""RabbitMQ nodes of the tests: own directory, own ports, own epmd; nothing of the machine's own broker is touched."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from tests.support.canary import CANARY
from tests.support.pki import Identity
from tests.support.ports import accepts, free_port, has_ipv6
from tests.support.processes import Process
from tests.support.trixie import Root

SCRIPTS = Path("/usr/lib/rabbitmq/bin")
"""Debian's own scripts: those in /usr/sbin change to the user rabbitmq, who cannot read our directories."""

PLUGINS = ("rabbitmq_management", "rabbitmq_mqtt", "rabbitmq_web_mqtt", "rabbitmq_stomp", "rabbitmq_stream")
_PORTS = ("amqp", "amqps", "mqtt", "mqtts", "web_mqtt", "management", "stomp", "stream", "dist", "epmd")

_BASE = """
listeners.tcp.default = {amqp}
listeners.ssl.default = {amqps}
ssl_options.cacertfile = {ca}
ssl_options.certfile = {cert}
ssl_options.keyfile = {key}
ssl_options.verify = verify_none
ssl_options.fail_if_no_peer_cert = false
load_definitions = {dir}/definitions.json
disk_free_limit.absolute = 1MB
log.file.level = info
log.console = false
num_acceptors.tcp = 2
num_acceptors.ssl = 2
collect_statistics_interval = 5000
"""

START_TRIES = 3

_PLUGIN_CONF = {
    "rabbitmq_management": "management.tcp.port = {management}\nmanagement.tcp.ip = {any}\n",
    "rabbitmq_mqtt": (
        "mqtt.listeners.tcp.default = {mqtt}\nmqtt.listeners.ssl.default = {mqtts}\nmqtt.allow_anonymous = false\n"
        "mqtt.num_acceptors.tcp = 2\nmqtt.num_acceptors.ssl = 2\n"
    ),
    "rabbitmq_web_mqtt": "web_mqtt.tcp.port = {web_mqtt}\nweb_mqtt.tcp.ip = {any}\nweb_mqtt.num_acceptors.tcp = 2\n",
    "rabbitmq_stomp": "stomp.listeners.tcp.default = {stomp}\nstomp.num_acceptors.tcp = 2\n",
    "rabbitmq_stream": "stream.listeners.tcp.default = {stream}\nstream.num_acceptors.tcp = 2\n",
}


class RabbitNode:
    """A running node with the users `app` and `admin` (password: the canary) and guest/guest, all rights on "/".

    Ports that need a plugin which is not enabled stay closed.
    """

    def __init__(
        self,
        directory: Path,
        identity: Identity,
        conf: str = "",
        plugins: Sequence[str] = PLUGINS,
        *,
        advanced: str = "",
        namespace: str | None = None,
        root: Root | None = None,
    ) -> None:
        """`conf` is added to the base configuration and wins over lines of it with the same key; it may use the
        placeholders {amqp} … {epmd}, {dir}, {ca}, {cert}, {key}. `advanced` is an advanced.config.
        With `root` it is the RabbitMQ of another Debian; what lies beside `directory` is all that it sees of this one.
        """
        self.directory = directory
        self.host = "localhost"
        self.plugins = tuple(plugins)
        self.log = directory / "log" / "node.log"
        self._namespace = namespace
        self._root = root
        for attempt in range(START_TRIES):
            self._choose_ports()
            self._write(conf, plugins, advanced, identity)
            self.environment = self._environment()
            if "log.file" in conf:  # seen: RabbitMQ 3.10.8 ignores the formatter of a file that RABBITMQ_LOGS names
                del self.environment["RABBITMQ_LOGS"]
            self._epmd = Process(
                self._inside(["epmd"]), directory / "epmd.log", environment=self.environment, namespace=namespace
            )
            self._node: Process | None = None
            try:
                self.start()
            except BaseException as error:
                self.stop()
                if attempt + 1 < START_TRIES and isinstance(error, AssertionError) and _port_was_taken(str(error)):
                    continue
                raise
            return

    def _choose_ports(self) -> None:
        """New ones at every try: between looking for a free port and listening on it somebody else may take it."""
        ports = {name: free_port() for name in _PORTS}
        self.amqp, self.amqps, self.mqtt, self.mqtts, self.web_mqtt = (ports[name] for name in _PORTS[:5])
        self.management, self.stomp, self.stream, self.dist, self.epmd = (ports[name] for name in _PORTS[5:])
        self.ports = ports
        self.name = f"mqassist-{os.getpid()}-{self.amqp}@localhost"
        for each in ("home", "data", "log", "generated"):
            (self.directory / each).mkdir(parents=True, exist_ok=True)

    def start(self) -> None:
        """Starts the node (again), and returns when all its listeners are open."""
        before = self.text().count("Server startup complete")
        self._node = Process(
            self._inside([str(SCRIPTS / "rabbitmq-server")]), self.directory / "output.log",
            environment=self.environment, namespace=self._namespace, directory=self.directory,
        )  # fmt: skip
        started = lambda: self.text().count("Server startup complete") > before  # noqa: E731  # reads best in place
        self._node.wait_for(started, "the RabbitMQ node has started", 90)

    @property
    def pid(self) -> int:
        assert self._node is not None
        return self._node.pid

    def halt(self) -> None:
        """Ends the node but keeps its data and ports, so that `start()` brings it back."""
        if self._node is not None:
            self._node.stop()

    def stop(self) -> None:
        """For good: its data is worth nothing, so it need not spend seconds on an orderly end."""
        if self._node is not None:
            self._node.kill()
        self._epmd.kill()

    def text(self) -> str:
        """The node's log so far."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def ctl(self, *arguments: str, check: bool = True) -> str:
        """`rabbitmqctl` on this node (a second or so each: `api` is quicker where it serves)."""
        command = self._inside([str(SCRIPTS / "rabbitmqctl"), "-n", self.name, "-q", *arguments])
        if self._namespace:
            command = ["ip", "netns", "exec", self._namespace, *command]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0 or not check, f"rabbitmqctl {arguments[0]}: {done.stdout}{done.stderr}"
        return done.stdout

    def api(self, method: str, path: str, body: Mapping[str, object] | None = None) -> object:
        """The management API; `path` from "/api", its parts already encoded. Returns the decoded answer, or None."""
        connection = http.client.HTTPConnection("127.0.0.1", self.management, timeout=20)
        login = base64.b64encode(f"admin:{CANARY}".encode()).decode()
        try:
            connection.request(
                method, path, json.dumps(body) if body is not None else None,
                {"Authorization": f"Basic {login}", "Content-Type": "application/json"},
            )  # fmt: skip
            answer = connection.getresponse()
            data = answer.read()
        finally:
            connection.close()
        assert answer.status < 300, f"{method} {path}: {answer.status} {data[:300]!r}"
        return json.loads(data) if data else None

    def add_user(
        self, name: str, *, vhost: str = "/", configure: str = ".*", write: str = ".*", read: str = ".*",
        tags: str = "", password: str = CANARY, rights: bool = True,
    ) -> None:  # fmt: skip
        """A user with these patterns on that virtual host; `rights` False gives none at all."""
        self.api("PUT", f"/api/users/{quote(name, safe='')}", {"password": password, "tags": tags})
        if rights:
            self.api(
                "PUT", f"/api/permissions/{quote(vhost, safe='')}/{quote(name, safe='')}",
                {"configure": configure, "write": write, "read": read},
            )  # fmt: skip

    def add_vhost(self, name: str, *, user: str = "app") -> None:
        """A virtual host on which `user` has all rights ("" for nobody)."""
        self.api("PUT", f"/api/vhosts/{quote(name, safe='')}", {})
        if user:
            self.api(
                "PUT", f"/api/permissions/{quote(name, safe='')}/{quote(user, safe='')}",
                {"configure": ".*", "write": ".*", "read": ".*"},
            )  # fmt: skip

    def url(
        self, scheme: str = "amqp", user: str = "app", password: str = CANARY, *, vhost: str = "/", host: str = "",
        port: int = 0,
    ) -> str:  # fmt: skip
        """`user` "" gives a URL without a login. ws goes to the web MQTT listener."""
        default = {"amqp": self.amqp, "amqps": self.amqps, "mqtt": self.mqtt, "mqtts": self.mqtts, "ws": self.web_mqtt}
        login = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
        path = "/ws" if scheme == "ws" else ""
        if scheme.startswith("amqp") and vhost != "/":
            path = "/" + quote(vhost, safe="")
        return f"{scheme}://{login}{host or self.host}:{port or default[scheme]}{path}"

    def _inside(self, command: list[str]) -> list[str]:
        return command if self._root is None else self._root.command(command, self.directory.parent)

    def _write(self, conf: str, plugins: Sequence[str], advanced: str, identity: Identity) -> None:
        values = {**self.ports, "dir": self.directory, "ca": identity.ca, "cert": identity.cert, "key": identity.key}
        # left alone, HTTP listens on IPv4 only, and localhost may mean ::1 first
        values["any"] = "::" if has_ipv6() else "0.0.0.0"
        base = _BASE + "".join(_PLUGIN_CONF.get(plugin, "") for plugin in plugins)
        own = {line.partition("=")[0].strip() for line in conf.splitlines() if "=" in line}
        kept = [line for line in base.splitlines() if line.partition("=")[0].strip() not in own]
        text = "\n".join([*kept, conf])
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", str(value))
            advanced = advanced.replace(f"{{{name}}}", str(value))
        (self.directory / "rabbitmq.conf").write_text(text + "\n")
        (self.directory / "advanced.config").write_text(advanced or "[].\n")
        (self.directory / "enabled_plugins").write_text(f"[{','.join(plugins)}].\n")
        (self.directory / "definitions.json").write_text(json.dumps(_definitions()))
        cookie = self.directory / "home" / ".erlang.cookie"
        cookie.unlink(missing_ok=True)
        cookie.write_text(f"MQASSISTTEST{self.amqp}")
        cookie.chmod(0o400)

    def _environment(self) -> dict[str, str]:
        own = self.directory
        return {
            "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            "HOME": str(own / "home"),
            # the branch of the start script that execs Erlang: one process to watch and to end
            "RUNNING_UNDER_SYSTEMD": "true",
            "RABBITMQ_NODENAME": self.name,
            "RABBITMQ_CONF_ENV_FILE": str(own / "no-environment-file"),
            "RABBITMQ_CONFIG_FILE": str(own / "rabbitmq"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(own / "advanced"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(own / "generated"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(own / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(own / "data"),
            "RABBITMQ_LOG_BASE": str(own / "log"),
            "RABBITMQ_LOGS": str(self.log),
            "RABBITMQ_PID_FILE": str(own / "node.pid"),
            "RABBITMQ_DIST_PORT": str(self.dist),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +SDcpu 1:1 +SDio 2 +A 4",
            "RABBITMQ_CTL_ERL_ARGS": "+S 1:1 +SDcpu 1:1 +sbwt none",
            "ERL_EPMD_PORT": str(self.epmd),
            "ERL_CRASH_DUMP_SECONDS": "0",
        }

    @property
    def version(self) -> tuple[int, ...]:
        """Of RabbitMQ, as the node's log says it."""
        found = re.search(r"Starting RabbitMQ (\d+(?:\.\d+)*)", self.text())
        assert found is not None, "the log begins without a version"
        return tuple(map(int, found[1].split(".")))

    @property
    def is_elsewhere(self) -> bool:
        """In a network of its own."""
        return self._namespace is not None

    @property
    def is_up(self) -> bool:
        return accepts(self.amqp)


def _port_was_taken(output: str) -> bool:
    """seen: RabbitMQ 3.10.8 ends with these words for its own listeners, the distribution port and epmd's node name."""
    return any(word in output for word in ("eaddrinuse", "dist_port_already_used", "address already in use"))


def _definitions() -> dict[str, object]:
    users = {"app": CANARY, "admin": CANARY, "guest": "guest"}
    return {
        "users": [
            {
                "name": name,
                "password_hash": _hash(password),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": "administrator" if name == "admin" else "",
            }
            for name, password in users.items()
        ],
        "vhosts": [{"name": "/"}],
        "permissions": [
            {"user": name, "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"} for name in users
        ],
    }


def _hash(password: str) -> str:
    # https://www.rabbitmq.com/docs/passwords#computing-password-hash
    salt = os.urandom(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
