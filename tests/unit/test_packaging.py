"""What can be said of packages without building one: workflows, metadata, lists of what is shipped, the wheel."""

from __future__ import annotations

import ast
import json
import os
import plistlib
import re
import struct
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
from packaging.requirements import Requirement

from mqassist.contents import count
from tests.support.build_tools import PACKAGING, build_tool

ROOT = Path(__file__).resolve().parents[2]


# --- what is shipped


@pytest.fixture(scope="module")
def bundle() -> ModuleType:
    return build_tool("bundle.py")


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
    pictures = build_tool("pictures.py")
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


def test_wheel_and_sdist_hold_resources_and_translations(built: dict[str, Path]) -> None:
    with zipfile.ZipFile(built["wheel"]) as archive:
        inside = set(archive.namelist())
    wanted = [path.relative_to(ROOT).as_posix() for path in (ROOT / "resources").rglob("*") if path.is_file()]
    wanted = [path for path in wanted if not path.endswith(".ts")]
    assert [path for path in wanted if f"mqassist/{path}" not in inside] == []
    assert "mqassist/resources/translations/mqassist_zh_CN.qm" in inside
    assert any(name.endswith("licenses/LICENSE") for name in inside)
    with tarfile.open(built["sdist"]) as tar:
        names = {name.partition("/")[2] for name in tar.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE", "run.py", "packaging/build.py", *wanted} <= names


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Wheel and source archive, as `python -m build` makes them."""
    folder = tmp_path_factory.mktemp("built")
    build = "import sys, hatchling.build as b; b.build_wheel(sys.argv[1]); b.build_sdist(sys.argv[1])"
    done = subprocess.run([sys.executable, "-c", build, str(folder)], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return {"wheel": wheel, "sdist": sdist}


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_pip_installs_it_into_a_fresh_environment(kind: str, built: dict[str, Path], tmp_path: Path) -> None:
    """What it depends on is lent by the environment of the tests; mqassist itself is only what was installed."""
    place = tmp_path / "environment"
    venv.create(place, with_pip=False)
    own = place / ("Scripts" if sys.platform == "win32" else "bin")
    (packages,) = place.rglob("site-packages")
    lent = sysconfig.get_path("purelib")
    (packages / "lent.pth").write_text(f"{lent}\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", str(place), "install", "--quiet", "--no-deps"]
    offline = ["--no-build-isolation", "--no-index", "--disable-pip-version-check", str(built[kind])]
    done = subprocess.run([*pip, *offline], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    bare = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "QT_QPA_PLATFORM")}
    told = subprocess.run(
        [own / "mqassist", "selftest", "--json"], cwd=tmp_path, env=bare | {"MQASSIST_DATA": str(tmp_path / "data")},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
    states = {each["id"]: each["ability"] for each in json.loads(told.stdout)["results"]}
    assert states["window"] == "available"
    assert states["rehearsal.amqps-healthy"] == "available"
    where = "import mqassist, sys; print(mqassist.__file__)"
    python = next(path for path in (own / "python", own / "python.exe") if path.exists())
    file = subprocess.run(
        [python, "-P", "-c", where], cwd=tmp_path, env=bare, capture_output=True, text=True, check=True
    )
    assert Path(file.stdout.strip()).is_relative_to(place)


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


def test_the_macos_bundle_is_described_as_it_is_built() -> None:
    """As far as it can be said without a Mac: keys, icon, rights, the oldest system that the newest Qt runs on."""
    plist = plistlib.loads((PACKAGING / "macos" / "Info.plist").read_bytes())
    assert {"CFBundleIdentifier", "CFBundleIconFile", "NSLocalNetworkUsageDescription"} <= set(plist)
    assert plist["CFBundlePackageType"] == "APPL"
    assert plist["NSHighResolutionCapable"] is True
    assert plist["CFBundleLocalizations"] == ["en", "zh_CN"]
    assert plist["LSMinimumSystemVersion"] == "14.0"
    spec = (PACKAGING / "pyinstaller.spec").read_text(encoding="utf-8")
    assert f'bundle_identifier="{plist["CFBundleIdentifier"]}"' in spec
    assert plist["CFBundleIconFile"] == "mqassist.icns"
    sign = (PACKAGING / "macos" / "sign.sh").read_text(encoding="utf-8")
    places = [sign.index(part) for part in ("Mach-O*) sign", 'sign "$framework"', "MacOS/mqassist-gui", 'sign "$app"')]
    assert places == sorted(places), "from the inside out"
    assert "--deep" not in sign.partition("set -eu")[2]


def test_the_macos_icon_holds_every_size(tmp_path: Path) -> None:
    pictures = build_tool("pictures.py")
    pictures.write(tmp_path)
    data = (tmp_path / "mqassist.icns").read_bytes()
    at, sizes = 8, {}
    assert (data[:4], struct.unpack(">I", data[4:8])[0]) == (b"icns", len(data))
    while at < len(data):
        kind, length = struct.unpack(">4sI", data[at : at + 8])
        assert data[at + 8 : at + 16] == b"\x89PNG\r\n\x1a\n"
        sizes[kind] = struct.unpack(">II", data[at + 24 : at + 32])
        at += length
    assert at == len(data)
    wanted = {b"icp4": 16, b"icp5": 32, b"ic07": 128, b"ic08": 256, b"ic09": 512, b"ic10": 1024}
    assert sizes == {kind: (size, size) for kind, size in wanted.items()}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("processor", ["arm64", "x86_64"])
def test_every_part_has_a_wheel_for_macos(processor: str, tmp_path: Path) -> None:
    """Two builds, one for each processor: asked of the package index, nothing but metadata is fetched."""
    python = "3.13"
    system = {"sys_platform": "darwin", "platform_machine": processor, "python_version": python}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(line) for line in project["dependencies"]]
    names = [f"{each.name}{each.specifier}" for each in wanted if each.marker is None or each.marker.evaluate(system)]
    kinds = [f"macosx_{version}_{kind}" for version in OLD_AND_NEW for kind in (processor, "universal2")]
    target = [word for kind in kinds for word in ("--platform", kind)]
    report = tmp_path / "report.json"
    pip = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--only-binary=:all:", "--quiet"]
    where = ["--target", str(tmp_path), "--implementation", "cp", "--python-version", python, *target]
    done = subprocess.run([*pip, *where, "--report", report, *names], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = {each["metadata"]["name"].lower() for each in json.loads(report.read_text())["install"]}
    assert {"pyside6-essentials", "cryptography", "hyperscan", "numpy", "psutil"} <= {
        name.replace("_", "-") for name in found
    }


OLD_AND_NEW = ("10_9", "10_13", "10_15", "11_0", "12_0", "13_0", "14_0")
"""A wheel made for an older macOS runs on a newer one; 14 is what Info.plist asks for."""


def test_the_msi_lists_every_file_once(tmp_path: Path) -> None:
    folder = tmp_path / "mqassist"
    for name in ("mqassist.exe", "mqassist-gui.exe", "_internal/a & b.dll", "_internal/deep/er/x.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    tree = ElementTree.fromstring(build_tool("windows/installers.py").wxs(folder, "1.2.3"))
    space = "{http://schemas.microsoft.com/wix/2006/wi}"
    names = sorted(str(each.get("Name")) for each in tree.iter(f"{space}File"))
    assert names == ["a & b.dll", "mqassist-gui.exe", "mqassist.exe", "x.txt"]
    components = [each.get("Id") for each in tree.iter(f"{space}Component")]
    assert sorted(map(str, components)) == sorted(str(each.get("Id")) for each in tree.iter(f"{space}ComponentRef"))
    guids = [each.get("Guid") for each in tree.iter(f"{space}Component")]
    assert len(set(guids)) == len(guids)
