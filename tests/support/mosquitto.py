"""Mosquitto brokers of the tests: own port, own directory, users with the canary password."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.support.canary import CANARY
from tests.support.ports import free_port, wait_until
from tests.support.processes import Process, program
from tests.support.trixie import Root


@dataclass
class Broker:
    """A running broker. `ports` maps each placeholder of its configuration ("port", "port2", …)."""

    process: Process
    ports: dict[str, int]
    directory: Path
    host: str = "localhost"

    @property
    def port(self) -> int:
        return self.ports["port"]

    @property
    def log(self) -> Path:
        return self.process.log

    def url(
        self, scheme: str = "mqtt", user: str = "app", password: str = CANARY, *, port: str = "port", host: str = ""
    ) -> str:
        """`user` "" gives a URL without a login; `port` names the placeholder."""
        login = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
        return f"{scheme}://{login}{host or self.host}:{self.ports[port]}"

    @property
    def version(self) -> tuple[int, ...]:
        found = re.search(r"mosquitto version (\d+(?:\.\d+)*) running", self.process.text())
        assert found is not None, "the log says no version"
        return tuple(map(int, found[1].split(".")))

    def stop(self) -> None:
        self.process.stop()


_ENDED = ("disconnect", "clos", "Bad socket", "exceeded", "error")


def left_behind(broker: Broker) -> list[str]:
    """What checks left at the broker by its log: connections that did not end, kept sessions, retained messages."""
    left: list[str] = []
    open_ids: set[str] = set()
    for line in broker.log.read_text(errors="replace").splitlines():
        if met := re.search(r"New client connected from \S+ as (mqassist\S*) \(p\d, c(\d)", line):
            open_ids.add(met[1])
            left += [f"kept session of {met[1]}"] * (met[2] == "0")
        elif met := re.search(r"Received PUBLISH from (mqassist\S*) \(d\d, q\d, r1", line):
            left.append(f"retained message of {met[1]}")
        elif any(word in line for word in _ENDED):
            open_ids -= {each for each in open_ids if each in line}
    return left + [f"connection of {each}" for each in sorted(open_ids)]


def assert_clean(broker: Broker) -> None:
    """Fails if anything of ours stays; a broker that does not run keeps nothing but its log."""
    if broker.process.running:
        wait_until(lambda: not left_behind(broker), f"nothing of ours is left: {left_behind(broker)}", 10)


def start_mosquitto(
    directory: Path,
    conf: str = "listener {port}\nallow_anonymous false\n",
    passwords: Mapping[str, str] | None = None,
    acl: str = "",
    *,
    namespace: str | None = None,
    ports: Mapping[str, int] | None = None,
    root: Root | None = None,
) -> Broker:
    """`conf` may use {port}, {port2} … and {dir}. `passwords` defaults to the user `app`; an empty mapping gives no
    password file. The files are appended to the configuration, so they speak for its last listener if
    `per_listener_settings` is on. `ports` fixes placeholders instead of taking free ones. With `root` it
    is the Mosquitto of another Debian; what lies beside `directory` is all that it sees of this one.
    """
    directory.mkdir(parents=True, exist_ok=True)
    taken = dict(ports or {})
    for name in re.findall(r"\{(port\d*)\}", conf):
        taken.setdefault(name, free_port())
    lines = ["user root", "log_type all", "connection_messages true", conf]
    logins = {"app": CANARY} if passwords is None else passwords
    if logins:
        lines.append(f"password_file {_password_file(directory, logins)}")
    if acl:
        (directory / "acl").write_text(acl)
        lines.append(f"acl_file {directory / 'acl'}")
    text = "\n".join(lines)
    for name, port in taken.items():
        text = text.replace(f"{{{name}}}", str(port))
    configuration = directory / "mosquitto.conf"
    configuration.write_text(text.replace("{dir}", str(directory)) + "\n")
    command = ["mosquitto", "-c", str(configuration)]
    if root is not None:
        command = root.command(("/usr/sbin/mosquitto", *command[1:]), directory.parent)
    process = Process(command, directory / "mosquitto.log", namespace=namespace)
    broker = Broker(process, taken, directory)
    # seen: Mosquitto 2.0.11 opens its listeners before it writes this line
    process.wait_for(lambda: re.search(r"mosquitto version \S+ running", process.text()), "mosquitto is running")
    return broker


def _password_file(directory: Path, logins: Mapping[str, str]) -> Path:
    file = directory / "passwords"
    file.write_text("".join(f"{user}:{password}\n" for user, password in logins.items()))
    file.chmod(0o600)
    # -U hashes the file in place: the other ways put the password into an argument list
    subprocess.run([program("mosquitto_passwd"), "-U", str(file)], check=True, capture_output=True)
    return file
