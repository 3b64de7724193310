"""The Linux package as people get it: built, installed into a clean folder, tried against real brokers, removed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mqassist import __version__
from mqassist.gui.start import PACKAGES, PACKAGES_X11
from tests.support.canary import CANARY, assert_no_leak
from tests.support.cli import ROOT, environment
from tests.support.mosquitto import Broker
from tests.support.rabbitmq import RabbitNode

pytestmark = pytest.mark.timeout(1500)
PACKAGING = ROOT / "packaging"
UNPACKED_BYTES = 175_000_000
DEVELOPERS = ("_pytest", "hypothesis", "mypy", "ruff", "PyInstaller", "setuptools", "pip", "tkinter")
LISTING = """
import sys
from PyInstaller.archive.readers import CArchiveReader
print(*CArchiveReader(sys.argv[1]).open_embedded_archive("PYZ.pyz").toc)
"""

Frozen = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The .deb, made by the one command; nice, because others wait for brokers meanwhile."""
    made = tmp_path_factory.mktemp("package")
    command = [
        "nice",
        sys.executable,
        "packaging/build.py",
        "--here",
        "--quick",
        "--work",
        made / "work",
        "--out",
        made,
    ]
    done = subprocess.run(command, cwd=ROOT, env=environment(PYTHONPATH=None), capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    (deb,) = made.glob("*.deb")
    return deb


@pytest.fixture(scope="module")
def installed(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that held nothing before; what is left in it after the package was removed fails the last test."""
    clean = tmp_path_factory.mktemp("clean")
    for folder in ("info", "updates"):
        (clean / "var/lib/dpkg" / folder).mkdir(parents=True)
    for file in ("status", "available"):
        (clean / "var/lib/dpkg" / file).touch()
    dpkg(clean, "--install", package)
    yield clean
    dpkg(clean, "--purge", "mqassist")
    left = [path for path in clean.rglob("*") if path.relative_to(clean).parts[0] != "var"]
    assert left == []
    assert "mqassist" not in (clean / "var/lib/dpkg/status").read_text()


def dpkg(root: Path, *arguments: object) -> None:
    """Into a folder that is no whole system: what the package depends on is this machine's."""
    forced = ["--force-depends", "--force-not-root", "--force-bad-path"]
    command = ["dpkg", f"--root={root}", *forced, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def frozen(installed: Path, tmp_path: Path) -> Frozen:
    """The installed program: no Python of ours, another folder, an empty home, streams as text."""

    def run(*arguments: str, seconds: float = 120, **variables: str) -> subprocess.CompletedProcess[str]:
        bare = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8", **variables}
        command = [installed / "usr/bin/mqassist", *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=bare, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds,
            check=False,
        )  # fmt: skip

    return run


def test_it_says_its_version(frozen: Frozen) -> None:
    done = frozen("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"mqassist {__version__}\n", "")


def test_the_selftest_of_the_installed_program_passes(frozen: Frozen) -> None:
    done = frozen("selftest", "--json", seconds=300)
    assert done.returncode == 0, done.stdout + done.stderr
    states = {each["id"]: each["ability"] for each in json.loads(done.stdout)["results"]}
    assert states.pop("keyring") in ("available", "missing"), "there may be none without a session"
    assert states["contents"] == "available", "the list written at build time was there to compare with"
    assert states["window"] == "available"
    assert set(states.values()) == {"available"}


def diagnosed(frozen: Frozen, address: str, password: str) -> tuple[int, str, str]:
    """Exit status, status and cause of the verdict."""
    done = frozen("check", address, "--user", "app", "--password-env", "MQ_CANARY", "--json", MQ_CANARY=password)
    assert done.stderr == ""
    assert_no_leak(done.stdout, "the frozen program's answer")
    verdict = json.loads(done.stdout)["verdict"]
    return done.returncode, verdict["status"], verdict.get("cause") or ""


def test_it_diagnoses_a_real_mosquitto(frozen: Frozen, mosquitto: Callable[..., Broker]) -> None:
    address = f"mqtt://localhost:{mosquitto().port}"
    assert diagnosed(frozen, address, CANARY) == (0, "healthy", "")
    assert diagnosed(frozen, address, CANARY + "x") == (1, "broken", "mqtt.bad-credentials")


def test_it_diagnoses_a_real_rabbitmq(frozen: Frozen, rabbitmq: RabbitNode) -> None:
    address = f"amqp://localhost:{rabbitmq.amqp}"
    assert diagnosed(frozen, address, CANARY) == (0, "healthy", "")
    assert diagnosed(frozen, address, CANARY + "x") == (1, "broken", "auth.bad-credentials")


def test_it_reads_and_explains_a_log(frozen: Frozen, tmp_path: Path) -> None:
    """By the search library, which a package may have lost, and in Chinese."""
    log = tmp_path / "rabbit.log"
    log.write_text(
        "2026-01-01 10:00:00.000000+00:00 [error] <0.2.0> Error on AMQP connection <0.2.0>: "
        "{handshake_timeout,handshake}\n"
    )
    done = frozen("logs", str(log), "--lang", "zh")
    assert done.returncode == 1, "there is a problem in it"
    assert "amqp.handshake-timeout" in done.stdout
    assert re.search(r"[\u4e00-\u9fff]", done.stdout)


def test_the_package_is_in_order(package: Path) -> None:
    """Desktop entry, metadata, icon, links, licences, nothing lying about."""
    done = subprocess.run([sys.executable, PACKAGING / "linux/check.py", package], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    fields = subprocess.run(["dpkg-deb", "--field", package], capture_output=True, text=True, check=True).stdout
    assert f"\nVersion: {__version__}\n" in fields
    assert "@" not in fields.replace("maintainers@", "")


def test_it_is_small_and_holds_nothing_of_the_developers(installed: Path) -> None:
    files = [path for path in installed.rglob("usr/**/*") if path.is_file() and not path.is_symlink()]
    assert sum(path.stat().st_size for path in files) < UNPACKED_BYTES
    program = installed / "usr/lib/mqassist/mqassist"
    told = subprocess.run([sys.executable, "-c", LISTING, program], capture_output=True, text=True, check=True).stdout
    assert {"keyring.backends.SecretService", "mqassist.probes.tls_handshake"} <= set(told.split())
    modules = {name.partition(".")[0] for name in told.split()}
    assert modules & set(DEVELOPERS) == set()


def test_all_that_it_wants_of_the_system_it_depends_on(package: Path, installed: Path) -> None:
    field = ["dpkg-deb", "--field", package, "Depends"]
    depends = subprocess.run(field, capture_output=True, text=True, check=True).stdout
    named = re.findall(r"[a-z][a-z0-9.+-]+", re.sub(r"\(.*?\)", "", depends))
    granted = {library: package_ for library, package_ in {**PACKAGES, **PACKAGES_X11}.items() if package_ in named}
    closure = dependencies(named)
    shipped = {path.name for path in installed.rglob("usr/lib/**/*")}
    wanted = {name for path in installed.rglob("usr/lib/**/*") for name in needed(path)} - shipped
    assert "libc.so.6" in wanted, "the libraries were read"
    assert sorted(name for name in wanted if name not in granted and owner(name) not in closure) == []


def needed(path: Path) -> list[str]:
    if path.is_symlink() or not path.is_file() or not path.read_bytes().startswith(b"\x7fELF"):
        return []
    told = subprocess.run(["objdump", "-p", path], capture_output=True, text=True, check=True).stdout
    return re.findall(r"NEEDED\s+(\S+)", told)


def owner(library: str) -> str:
    """The package that has it here, or ""."""
    done = subprocess.run(["dpkg", "-S", f"*/{library}"], capture_output=True, text=True, check=False)
    return done.stdout.partition(":")[0]


def dependencies(packages: list[str]) -> set[str]:
    """These and what they depend on, as installed here."""
    found: set[str] = set()
    waiting = list(packages)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        query = ["dpkg-query", "-W", "-f", "${Depends}, ${Pre-Depends}\n", name]
        told = subprocess.run(query, capture_output=True, text=True, check=False).stdout
        waiting += re.findall(r"[a-z][a-z0-9.+-]+", re.sub(r"\(.*?\)|:any", "", told))
    return found


@pytest.mark.root
def test_a_library_that_the_window_misses_is_named_with_its_package(installed: Path, tmp_path: Path) -> None:
    """In a view of the file system where two are empty; what needs no window works without them."""
    empty = tmp_path / "nothing"
    empty.touch()
    hidden = [next(Path("/usr/lib").glob(f"*/{name}")) for name in ("libglib-2.0.so.0", "libEGL.so.1")]
    program = installed / "usr/bin/mqassist"
    script = "".join(f"mount --bind {empty} {library} && " for library in hidden) + f'exec {program} "$@"'
    bare = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["unshare", "--mount", "sh", "-c", script, "sh", *arguments]
        return subprocess.run(command, env=bare, capture_output=True, text=True, timeout=60, check=False)

    assert run("--version").returncode == 0
    window = run()
    assert window.returncode == 2
    assert "apt install libegl1 libglib2.0-0" in window.stderr
    assert "Traceback" not in window.stderr
