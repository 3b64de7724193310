"""Where brokers on this computer keep their logs, by platform and package; running containers and units as well.

Reads folders and configuration files, and asks docker and systemd with a deadline. Opens no log.
"""

from __future__ import annotations

import glob
import os
import re
import shutil
import subprocess
import sys

from mqassist.core.log import LocalLog

ASK_S = 3.0
MAX_FILES = 30
_LINUX = (
    # Debian, RPM; generic tarball; https://www.rabbitmq.com/docs/logging
    ("RabbitMQ", "/var/log/rabbitmq/*.log"),
    ("RabbitMQ", "/opt/rabbitmq/var/log/rabbitmq/*.log"),
    ("RabbitMQ", "/usr/local/rabbitmq/var/log/rabbitmq/*.log"),
    ("Mosquitto", "/var/log/mosquitto/*.log"),
    ("Mosquitto", "/mosquitto/log/*.log"),
    ("Mosquitto", "/var/snap/mosquitto/common/*.log"),
    # DEB and RPM; zip; https://docs.emqx.com/en/emqx/latest/observability/log.html
    ("EMQX", "/var/log/emqx/emqx.log*"),
    ("EMQX", "/opt/emqx/log/emqx.log*"),
    ("VerneMQ", "/var/log/vernemq/*.log"),
    ("HiveMQ", "/opt/hivemq/log/*.log"),
    ("NanoMQ", "/tmp/nanomq.log"),  # noqa: S108  # its documented default
    ("LavinMQ", "/var/log/lavinmq/*.log"),
)
_MACOS = tuple(
    (broker, f"{prefix}/var/log/{pattern}")
    for prefix in ("/opt/homebrew", "/usr/local")
    for broker, pattern in (
        ("RabbitMQ", "rabbitmq/*.log"), ("Mosquitto", "mosquitto.log"), ("Mosquitto", "mosquitto/*.log"),
        ("EMQX", "emqx/emqx.log*"), ("LavinMQ", "lavinmq.log"),
    )
)  # fmt: skip
_WINDOWS = (
    ("RabbitMQ", r"%APPDATA%\RabbitMQ\log\*.log"),
    ("RabbitMQ", r"%ProgramData%\RabbitMQ\log\*.log"),
    # the service's account has a profile of its own
    ("RabbitMQ", r"%SystemRoot%\System32\config\systemprofile\AppData\Roaming\RabbitMQ\log\*.log"),
    ("Mosquitto", r"%ProgramFiles%\mosquitto\*.log"),
    ("EMQX", r"%SystemDrive%\emqx\log\emqx.log*"),
    ("HiveMQ", r"%SystemDrive%\hivemq\log\*.log"),
)
_MOSQUITTO_CONFIGS = (
    "/etc/mosquitto/mosquitto.conf", "/etc/mosquitto/conf.d/*.conf", "/opt/homebrew/etc/mosquitto/mosquitto.conf",
    "/usr/local/etc/mosquitto/mosquitto.conf", r"%ProgramFiles%\mosquitto\mosquitto.conf",
)  # fmt: skip
_IMAGES = (
    ("RabbitMQ", re.compile(r"rabbitmq")), ("Mosquitto", re.compile(r"mosquitto")), ("EMQX", re.compile(r"emqx")),
    ("VerneMQ", re.compile(r"vernemq")), ("HiveMQ", re.compile(r"hivemq")), ("NanoMQ", re.compile(r"nanomq")),
    ("LavinMQ", re.compile(r"lavinmq")),
)  # fmt: skip
_UNITS = {
    "rabbitmq-server": "RabbitMQ", "mosquitto": "Mosquitto", "emqx": "EMQX", "vernemq": "VerneMQ",
    "hivemq": "HiveMQ", "lavinmq": "LavinMQ",
}  # fmt: skip


def local_logs() -> list[LocalLog]:
    """Files first, then containers and units. Takes up to six seconds where docker or systemd do not answer."""
    found: dict[str, LocalLog] = {}
    for broker, pattern in _patterns():
        for path in sorted(glob.glob(os.path.expandvars(pattern)))[:MAX_FILES]:
            if os.path.isfile(path):
                found.setdefault(path, _file(broker, path))
    return [*found.values(), *_containers(), *_units()]


def _patterns() -> list[tuple[str, str]]:
    listed = {"win32": _WINDOWS, "darwin": _MACOS}.get(sys.platform, _LINUX)
    named = []
    for name in ("RABBITMQ_LOGS", "RABBITMQ_LOG_BASE"):
        value = os.environ.get(name, "")
        if value and value != "-":
            named.append(("RabbitMQ", glob.escape(value) if name == "RABBITMQ_LOGS" else f"{glob.escape(value)}/*.log"))
    if folder := os.environ.get("EMQX_LOG_DIR", ""):
        named.append(("EMQX", f"{glob.escape(folder)}/emqx.log*"))
    return [*named, *_configured(), *listed]


def _configured() -> list[tuple[str, str]]:
    """Mosquitto's `log_dest file PATH` (mosquitto.conf(5))."""
    found = []
    for pattern in _MOSQUITTO_CONFIGS:
        for path in glob.glob(os.path.expandvars(pattern)):
            try:
                with open(path, encoding="utf-8", errors="replace") as file:
                    text = file.read(1 << 20)
            except OSError:
                continue
            names = re.findall(r"^\s*log_dest\s+file\s+(\S[^\r\n]*?)\s*$", text, re.MULTILINE)
            found += [("Mosquitto", glob.escape(name)) for name in names]
    return found


def _file(broker: str, path: str) -> LocalLog:
    try:
        size = os.stat(path).st_size
    except OSError:
        return LocalLog(broker, path, None, False)
    return LocalLog(broker, path, size, os.access(path, os.R_OK))


def _containers() -> list[LocalLog]:
    found = []
    for program in ("docker", "podman"):
        listed = _answer(program, "ps", "--format", "{{.Names}}\t{{.Image}}")
        for line in listed.splitlines():
            name, _, image = line.partition("\t")
            broker = next((broker for broker, pattern in _IMAGES if pattern.search(image)), None)
            if broker is not None and name:
                found.append(LocalLog(broker, f"{program}:{name.split(',')[0]}", None, True))
    return found


def _units() -> list[LocalLog]:
    """Units that run: what they print is in the journal, also where they write no file."""
    if not os.path.isdir("/run/systemd/system"):
        return []
    units = [f"{unit}.service" for unit in _UNITS]
    listed = _answer("systemctl", "list-units", "--no-legend", "--plain", "--state=active", *units)
    running = [line.split()[0].removesuffix(".service") for line in listed.splitlines() if line.split()]
    return [LocalLog(_UNITS[unit], f"journal:{unit}", None, True) for unit in running if unit in _UNITS]


def _answer(program: str, *arguments: str) -> str:
    """What a program prints; nothing if it is not there, fails, or takes too long."""
    path = shutil.which(program)
    if path is None:
        return ""
    try:
        done = subprocess.run(  # noqa: S603  # fixed arguments
            [path, *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=ASK_S, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
