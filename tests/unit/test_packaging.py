"""What can be said of packages without building one: workflows, metadata, lists of what is shipped, the wheel."""

from __future__ import annotations

import ast
import importlib.util
import plistlib
import re
import struct
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

import mqassist
from mqassist.contents import count

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def module(path: str) -> ModuleType:
    found = PACKAGING / path
    spec = importlib.util.spec_from_file_location(f"packaging_{found.stem}", found)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


# --- what is shipped


@pytest.fixture(scope="module")
def bundle() -> ModuleType:
    return module("bundle.py")


def test_every_module_of_ours_and_the_keyrings_are_named(bundle: ModuleType) -> None:
    named = bundle.hidden_imports()
    assert len(named) == len(set(named))
    assert {"mqassist", "mqassist.probes.tls_handshake", "mqassist.gui.pages.start", "mqassist.__main__"} <= set(named)
    files = len(list((ROOT / "mqassist").rglob("*.py")))
    assert sum(name.partition(".")[0] == "mqassist" for name in named) == files
    system = {"win32": "Windows", "darwin": "macOS"}.get(sys.platform, "SecretService")
    assert f"keyring.backends.{system}" in named


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/plugins/platforms/qwindows.dll", True),
        ("PySide6\\plugins\\platforms\\qwindows.dll", True),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", False),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", False),
        ("PySide6/Qt/plugins/imageformats/libqsvg.so", True),
        ("PySide6/Qt/plugins/imageformats/libqpdf.so", False),
        ("PySide6/Qt/plugins/sqldrivers/libqsqlite.so", False),
        ("PySide6/opengl32sw.dll", False),
        ("PySide6/Qt/lib/libQt6Quick.so.6", False),
        ("PySide6/Qt/lib/libQt6Core.so.6", True),
        ("PySide6/Qt/lib/libicudata.so.73", True),
        ("PySide6/Qt/translations/qtbase_zh_CN.qm", True),
        ("PySide6/Qt/translations/qtbase_de.qm", False),
        ("mqassist/resources/translations/mqassist_zh_CN.qm", True),
        ("mqassist/resources/causes/tls.toml", True),
        ("libgtk-3.so.0", False),
        ("numpy/random/mtrand.cpython-311-x86_64-linux-gnu.so", False),
        ("numpy/_core/_multiarray_umath.cpython-311-x86_64-linux-gnu.so", True),
        ("yaml/_yaml.cpython-311-x86_64-linux-gnu.so", False),
        ("yaml/resolver.py", True),
    ],
)
def test_only_what_the_window_needs_of_qt_is_shipped(bundle: ModuleType, place: str, wanted: bool) -> None:
    assert bundle.is_wanted(place, "/somewhere/" + place) is wanted


@pytest.mark.parametrize("source", ["C:\\windows\\system32\\icuuc.dll", "c:\\Windows\\System32\\ucrtbase.dll"])
def test_nothing_of_the_building_windows_is_shipped(bundle: ModuleType, source: str) -> None:
    assert not bundle.is_wanted(source.rpartition("\\")[2], source)


def test_nobody_needs_linear_algebra() -> None:
    """numpy is shipped without its library for it: whoever calls it would end the program."""
    algebra = {"dot", "vdot", "inner", "outer", "matmul", "tensordot", "einsum", "linalg", "cov", "corrcoef", "polyfit"}
    wrong = []
    for path in (ROOT / "mqassist").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "numpy" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Attribute) and node.attr in algebra:
                wrong.append(f"{path.name}:{node.lineno}: {node.attr}")
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
                wrong.append(f"{path.name}:{node.lineno}: @")
    assert wrong == []


def test_what_is_counted_is_there() -> None:
    counts = count()
    assert min(counts.values()) > 0
    assert counts["probes"] > 60
    assert counts["texts_en"] == counts["texts_zh"]
    assert counts["window_languages"] == 1


def test_icons_are_what_windows_and_macos_read() -> None:
    pictures = module("pictures.py")
    drawn = {size: pictures.png(size) for size in (16, 256)}
    assert all(picture.startswith(b"\x89PNG") for picture in drawn.values())
    made = pictures.ico(drawn)
    reserved, kind, images = struct.unpack("<HHH", made[:6])
    assert (reserved, kind, images) == (0, 1, 2)
    for at, size in enumerate((16, 256)):
        wide, tall, *_, length, offset = struct.unpack("<BBBBHHII", made[6 + 16 * at : 22 + 16 * at])
        assert (wide or 256, tall or 256) == (size, size)
        assert made[offset : offset + length] == drawn[size]
    apple = pictures.icns([(b"ic08", drawn[256])])
    assert (apple[:4], struct.unpack(">I", apple[4:8])[0]) == (b"icns", len(apple))


# --- sources


def test_wheel_and_sdist_hold_resources_and_translations(tmp_path: Path) -> None:
    build = "import sys, hatchling.build as b; b.build_wheel(sys.argv[1]); b.build_sdist(sys.argv[1])"
    done = subprocess.run([sys.executable, "-c", build, str(tmp_path)], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    (wheel,), (sdist,) = tmp_path.glob("*.whl"), tmp_path.glob("*.tar.gz")
    inside = set(zipfile.ZipFile(wheel).namelist())
    wanted = [path.relative_to(ROOT).as_posix() for path in (ROOT / "resources").rglob("*") if path.is_file()]
    wanted = [path for path in wanted if not path.endswith(".ts")]
    assert [path for path in wanted if f"mqassist/{path}" not in inside] == []
    assert "mqassist/resources/translations/mqassist_zh_CN.qm" in inside
    assert any(name.endswith("licenses/LICENSE") for name in inside)
    with tarfile.open(sdist) as tar:
        names = {name.partition("/")[2] for name in tar.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE", "run.py", "packaging/build.py", *wanted} <= names


# --- Linux, macOS, Windows


def test_the_desktop_entry_and_the_metadata_name_each_other() -> None:
    entry = (PACKAGING / "linux" / "org.mqassist.mqassist.desktop").read_text(encoding="utf-8")
    told = ElementTree.fromstring(
        (PACKAGING / "linux" / "org.mqassist.mqassist.metainfo.xml").read_text(encoding="utf-8")
    )
    assert told.findtext("id") == "org.mqassist.mqassist"
    assert told.findtext("launchable") == "org.mqassist.mqassist.desktop"
    assert "\nExec=mqassist-gui %U\n" in entry
    assert "\nIcon=org.mqassist.mqassist\n" in entry
    schemes = re.findall(r"x-scheme-handler/(\w+)", entry)
    plist = plistlib.loads((PACKAGING / "macos" / "Info.plist").read_bytes())
    assert schemes == plist["CFBundleURLTypes"][0]["CFBundleURLSchemes"]
    assert plist["CFBundleExecutable"] == "mqassist-gui"
    rights = plistlib.loads((PACKAGING / "macos" / "entitlements.plist").read_bytes())
    assert rights == {"com.apple.security.cs.allow-unsigned-executable-memory": True}


@pytest.mark.parametrize("script", ["linux/prove.sh", "macos/sign.sh", "macos/dmg.sh"])
def test_shell_scripts_can_be_read_by_a_shell(script: str) -> None:
    path = PACKAGING / script
    shell = "bash" if path.read_text(encoding="utf-8").startswith("#!/bin/bash") else "sh"
    assert subprocess.run([shell, "-n", path], check=False).returncode == 0


def test_the_msi_lists_every_file_once(tmp_path: Path) -> None:
    folder = tmp_path / "mqassist"
    for name in ("mqassist.exe", "mqassist-gui.exe", "_internal/a & b.dll", "_internal/deep/er/x.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    tree = ElementTree.fromstring(module("windows/installers.py").wxs(folder, "1.2.3"))
    space = "{http://schemas.microsoft.com/wix/2006/wi}"
    names = sorted(str(each.get("Name")) for each in tree.iter(f"{space}File"))
    assert names == ["a & b.dll", "mqassist-gui.exe", "mqassist.exe", "x.txt"]
    components = [each.get("Id") for each in tree.iter(f"{space}Component")]
    assert sorted(map(str, components)) == sorted(str(each.get("Id")) for each in tree.iter(f"{space}ComponentRef"))
    guids = [each.get("Guid") for each in tree.iter(f"{space}Component")]
    assert len(set(guids)) == len(guids)


# --- workflows


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_says_only_what_can_be_done(path: Path) -> None:
    """What a linter of workflows looks for: known keys, jobs that exist, pinned actions, scripts a shell can read."""
    told: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(told) - {True} <= {"name", "permissions", "concurrency", "jobs", "env"}, "`on` is read as true"
    assert told["permissions"] == {"contents": "read"}, "no more than is needed; a job asks for more itself"
    for name, job in told["jobs"].items():
        assert {"runs-on", "steps", "timeout-minutes"} <= set(job), name
        assert set(job) <= JOB_KEYS, name
        needs = job.get("needs", [])
        assert set([needs] if isinstance(needs, str) else needs) <= set(told["jobs"]), name
        matrix = job.get("strategy", {}).get("matrix", {}).get("include", [])
        given = {key for row in matrix for key in row}
        assert all(set(row) == given for row in matrix), f"{name}: a row of the matrix lacks a key"
        assert set(re.findall(r"matrix\.(\w+)", str(job))) <= given, name
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step), step
            assert set(step) <= STEP_KEYS, step
            assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step.get("uses", "a/b@v1")), step
            _script(step.get("run", ""), step.get("shell", "bash"))


JOB_KEYS = {
    "name", "runs-on", "steps", "timeout-minutes", "needs", "strategy", "env", "if", "permissions", "container",
}  # fmt: skip
STEP_KEYS = {"name", "uses", "with", "run", "if", "env", "shell", "working-directory", "id"}


def _script(text: str, shell: str) -> None:
    plain = re.sub(r"\$\{\{.*?\}\}", "x", text)
    assert subprocess.run(["bash", "-n"], input=plain.encode(), check=False).returncode == 0, text
    for file in re.findall(r"(?:python3?|sh) ((?:packaging|run)[\w/.]*)", text):
        assert (ROOT / file).is_file(), f"{file} is not there"
    assert shell in ("bash", "pwsh")


def test_there_are_workflows_and_the_version_is_one() -> None:
    assert [path.name for path in WORKFLOWS] == ["ci.yml", "release.yml"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", mqassist.__version__), "Windows and Debian read it, too"
