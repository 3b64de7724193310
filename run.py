#!/usr/bin/env python3
"""Sets mqassist up in a private environment beside this file, then starts it; `run.py test` sets up and tests.

    python3 run.py                      start
    python3 run.py check amqp://host    any command of mqassist
    python3 run.py test [PYTEST ARGS]   ruff, mypy and all tests; with arguments only pytest with these

Standard library only, and only syntax that Python 3.6 can read: an older Python must get a sentence, not a trace.
"""

import os
import sys

MINIMUM = (3, 11)
if sys.version_info < MINIMUM:
    sys.exit(
        "mqassist needs Python {}.{} or newer; this is {}.{} ({}).\n"
        "Install a newer one from https://www.python.org/downloads/ or your system's packages "
        "(Debian and Ubuntu: apt install python3.12; Windows: winget install Python.Python.3.12; "
        "macOS: brew install python@3.12), and start run.py with it.".format(
            *MINIMUM, *sys.version_info[:2], sys.executable
        )
    )

WINDOWS = sys.platform == "win32"
HERE = os.path.dirname(os.path.abspath(__file__))
ENVIRONMENT = os.path.join(HERE, ".venv")
STAMP = os.path.join(ENVIRONMENT, "mqassist-stamp")
PYTHON = os.path.join(ENVIRONMENT, *(("Scripts", "python.exe") if WINDOWS else ("bin", "python")))
NOT_SET_UP = 4
"""Exit status when setting up failed: 0 to 3 have their meaning in mqassist itself."""

PROGRAMS = {
    "rabbitmq-server": "rabbitmq-server",
    "epmd": "erlang-base",
    "mosquitto": "mosquitto",
    "mosquitto_pub": "mosquitto-clients",
    "haproxy": "haproxy",
    "squid": "squid",
    "dnsmasq": "dnsmasq-base",
    "iptables": "iptables",
    "nft": "nftables",
    "ip": "iproute2",
    "ping": "iputils-ping",
    "traceroute": "traceroute",
    "openssl": "openssl",
    "sslscan": "sslscan",
    "sysctl": "procps",
    "setpriv": "util-linux",
    "unshare": "util-linux",
    "debootstrap": "debootstrap",
    "dbus-daemon": "dbus-daemon",
    "dbus-run-session": "dbus-daemon",
    "gnome-keyring-daemon": "gnome-keyring",
    "gcc": "gcc",
    "objdump": "binutils",
    "desktop-file-validate": "desktop-file-utils",
    "appstreamcli": "appstream",
    "shellcheck": "shellcheck",
}
"""What the tests start, and the Debian package it comes from."""


class SetupError(Exception):
    """Setting up did not work; the message says what to do."""


def main(arguments: list[str]) -> int:
    testing = arguments[:1] == ["test"]
    try:
        prepare("test" if testing else "run")
        if testing:
            return run_tests(arguments[1:])
    except SetupError as error:
        print(f"mqassist is not set up: {error}", file=sys.stderr)
        return NOT_SET_UP
    except KeyboardInterrupt:
        print("\ninterrupted; the next start sets up again", file=sys.stderr)
        return 3
    # -P: a module that happens to lie in the current folder is never imported
    return become([PYTHON, "-P", "-m", "mqassist", *arguments])


def become(command: list[str]) -> int:
    """Runs the command in place of this process; where that cannot be (Windows), waits for it."""
    if not WINDOWS:
        os.execv(command[0], command)
    import signal
    import subprocess

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches both; only the program may act on it
    return subprocess.call(command)


# -- set-up -----------------------------------------------------------------------------------


def prepare(purpose: str) -> None:
    """Makes the environment fit for "run" or "test". Returns at once if it is; raises SetupError."""
    if is_ready(purpose):
        return
    with only_one():
        if not is_ready(purpose):  # another start may have done it meanwhile
            set_up(purpose)


def wanted_stamp() -> str:
    """All that the environment depends on: the Python, the place (it is installed editable), the project file."""
    with open(os.path.join(HERE, "pyproject.toml"), encoding="utf-8") as project:
        return f"{sys.version}\n{HERE}\n{project.read()}"


def is_ready(purpose: str) -> bool:
    try:
        with open(STAMP, encoding="utf-8") as stamp:
            made_for, _, rest = stamp.read().partition("\n")
    except OSError:
        return False
    return (made_for == "test" or purpose == "run") and rest == wanted_stamp() and os.path.exists(PYTHON)


def set_up(purpose: str) -> None:
    if not is_ready("run"):
        say("Setting up (once, half a minute or so) …")
        create_environment()
    if purpose == "test":
        say("Installing what the tests need …")
    project = HERE + ("[dev]" if purpose == "test" else "")
    install(["--editable", project])
    # an editable installation is not compiled by pip, and where writing bytecode is off every start would do it again
    import subprocess

    subprocess.run([PYTHON, "-m", "compileall", "-q", os.path.join(HERE, "mqassist")], check=False)
    with open(STAMP, "w", encoding="utf-8") as stamp:
        stamp.write(f"{purpose}\n{wanted_stamp()}")


def create_environment() -> None:
    import subprocess

    try:
        import ensurepip  # noqa: F401  # Debian splits it off, and `venv` then fails halfway
        import venv
    except ImportError:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise SetupError(
            f"this Python has no venv module. On Debian and Ubuntu: apt install python{version}-venv (or python3-venv)."
        ) from None
    try:
        venv.EnvBuilder(clear=True, with_pip=True, symlinks=not WINDOWS).create(ENVIRONMENT)
    except subprocess.CalledProcessError as error:
        output = (error.output or b"").decode(errors="replace").strip()
        raise SetupError(f"the private environment {ENVIRONMENT} could not be made:\n{output}") from error
    except OSError as error:
        raise SetupError(f"{ENVIRONMENT} cannot be written ({error}): disk full, or folder read-only?") from error


def install(arguments: list[str]) -> None:
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--prefer-binary"]
    status, output = captured([*command, *arguments])
    if status:
        raise SetupError(f"{advice_on(output)}\npip said:\n{last_lines(output)}")


def captured(command: list[str], **environment: str) -> tuple[int, str]:
    """Exit status and all output of a command."""
    import subprocess

    done = subprocess.run(
        command, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8", errors="replace", check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def last_lines(output: str) -> str:
    return "\n".join(output.strip().splitlines()[-12:])


ADVICE = {
    "the package index's certificate is not trusted here, as behind a company's inspecting proxy. Set PIP_CERT to the "
    "company's CA file (PEM), then start again.": ("CERTIFICATE_VERIFY_FAILED", "SSLError"),
    "the proxy refused. Set HTTPS_PROXY=http://user:password@proxy:port, then start again.":
        ("ProxyError", "407 Proxy"),
    "the package index cannot be reached. Behind a proxy set HTTPS_PROXY; without internet set PIP_INDEX_URL to one "
    "inside, or put the wheels into a folder and set PIP_NO_INDEX=1 and PIP_FIND_LINKS to it. Then start again.": (
        "NewConnectionError", "ConnectTimeout", "ReadTimeout", "Temporary failure in name resolution",
        "getaddrinfo failed", "Network is unreachable", "Connection refused", "Max retries",
    ),
    "the disk is full (the environment needs about 400 MB).": ("No space left", "Disk quota"),
    f"{ENVIRONMENT} cannot be written; is it another user's?": ("Permission denied", "Access is denied"),
    "the package index has no build of a dependency for this Python and system. A 64-bit CPython 3.11 to 3.13 has all.":
        ("No matching distribution", "Could not find a version"),
}  # fmt: skip
"""What to do, by what pip's output shows; the first that matches counts."""


def advice_on(output: str) -> str:
    for advice, marks in ADVICE.items():
        if any(mark in output for mark in marks):
            return advice
    return "installing the dependencies failed."


class only_one:  # noqa: N801  # reads as a statement: `with only_one():`
    """Holds a lock beside the environment, so that two first starts do not build it at once."""

    def __enter__(self) -> None:
        try:
            self._file = open(ENVIRONMENT + ".lock", "a", encoding="utf-8")  # closed in __exit__
        except OSError as error:
            problem = f"{HERE} cannot be written ({error.strerror}); copy mqassist to a folder of yours."
            raise SetupError(problem) from error
        if sys.platform == "win32":
            import msvcrt

            self._file.seek(0)
            msvcrt.locking(self._file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._file.close()


def say(sentence: str) -> None:
    """To standard error: standard output may be somebody's JSON."""
    print(sentence, file=sys.stderr, flush=True)


# -- tests ------------------------------------------------------------------------------------


def run_tests(arguments: list[str]) -> int:
    """All checks, also after one failed; the status is 0 only if all are well."""
    import subprocess

    brokers = provide_programs()
    pytest = [PYTHON, "-m", "pytest"]
    if not brokers:
        say("Left out here, for want of a Linux: the tests with real brokers and of the Linux package.")
        pytest += ["--ignore", os.path.join("tests", "brokers")]
    elif os.geteuid() != 0:
        say("Left out here, for want of root: the tests in network namespaces.")
        pytest += ["-m", "not root"]
    steps = [[*pytest, *arguments]]
    if not arguments:
        # most tests wait for a broker; a file's tests stay together, so that they share its brokers
        side_by_side = ["-n", str(max(4, os.cpu_count() or 1)), "--dist", "loadfile"]
        steps = [[PYTHON, "-m", "ruff", "check", "."], [PYTHON, "-m", "mypy"], [*pytest, *side_by_side]]
    failed = []
    for step in steps:
        name = step[2]
        say(f"== {name}")
        if subprocess.call(step, cwd=HERE) and not (step[-1] == "loadfile" and are_well_alone(pytest)):
            failed.append(name)
    if failed:
        say(f"Failed: {', '.join(failed)}")
    return 1 if failed else 0


FEW = 10
"""So many tests may have lost a race against the rest of the machine before the whole counts as failed."""


def are_well_alone(pytest: list[str]) -> bool:
    """Whether the few tests that failed side by side pass on a quiet machine. They are named: each is a flaw."""
    import json
    import subprocess

    try:
        with open(os.path.join(HERE, ".pytest_cache", "v", "cache", "lastfailed"), encoding="utf-8") as cache:
            names = sorted(json.load(cache))
    except (OSError, ValueError):
        return False
    if not 0 < len(names) <= FEW or not all("::" in name for name in names):
        return False
    say("== once more, alone: " + ", ".join(names))
    well = subprocess.call([*pytest, "--last-failed", "--last-failed-no-failures", "none"], cwd=HERE) == 0
    say(("Unstable: " if well else "Failed again: ") + ", ".join(names))
    return well


def provide_programs() -> bool:
    """Whether tests with real brokers can run here; installs Debian packages if that is allowed, else SetupError."""
    import shutil

    from mqassist.gui.start import PACKAGES, PACKAGES_X11, missing_libraries

    if not sys.platform.startswith("linux"):
        return False
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin", "/usr/bin"])
    missing = {package for program, package in PROGRAMS.items() if not shutil.which(program, path=places)}
    missing |= set(missing_libraries({**PACKAGES, **PACKAGES_X11}).values())
    if not missing:
        return True
    apt = shutil.which("apt-get")
    packages = sorted(missing)
    command = f"apt-get install --no-install-recommends {' '.join(packages)}"
    if apt is None:
        raise SetupError(f"the tests need programs of these Debian packages: {' '.join(packages)}.")
    if os.geteuid() != 0:
        raise SetupError(f"the tests need Debian packages; as root: {command}")
    say(f"Installing Debian packages: {' '.join(packages)}")
    install_packages(apt, packages)
    return True


def install_packages(apt: str, packages: list[str]) -> None:
    """Without starting the services that Debian would start: the tests use their own brokers on their own ports."""
    policy = "/usr/sbin/policy-rc.d"  # https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt
    ours = not os.path.exists(policy)
    if ours:
        with open(policy, "w", encoding="ascii") as script:
            script.write("#!/bin/sh\nexit 101\n")
        os.chmod(policy, 0o755)  # noqa: S103  # Debian runs it as it is
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        captured([apt, "-qq", "update"], **quiet)
        status, output = captured([apt, "-qq", "-y", "--no-install-recommends", "install", *packages], **quiet)
    finally:
        if ours:
            os.remove(policy)
    if status:
        raise SetupError(f"apt-get could not install {' '.join(packages)}:\n{last_lines(output)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
