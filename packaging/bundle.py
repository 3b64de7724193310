"""What goes into a packaged program and what stays out; the same for all three systems. Used by pyinstaller.spec."""

import re
import sys
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

EXCLUDED = [
    "_pytest", "cffi.recompiler", "docutils", "ensurepip", "idlelib", "IPython", "lib2to3", "mypy", "pip", "pydoc_data",
    "numpy.f2py", "numpy.random", "numpy.testing", "numpy.typing", "pytest", "setuptools", "sqlite3",
    "test", "tkinter", "turtledemo", "PySide6.QtOpenGL", "PySide6.QtPrintSupport",
    "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtSql", "PySide6.QtTest", "yaml._yaml",
]  # fmt: skip

KEPT_PLUGINS = {
    "platforms": ("qxcb", "qwayland", "qoffscreen", "qwindows", "qcocoa"),
    "imageformats": ("qsvg", "qico", "qjpeg"),
    "iconengines": ("qsvgicon",),
    "styles": ("qmodernwindowsstyle", "qmacstyle"),
    "platformthemes": ("qxdgdesktopportal",),
    "platforminputcontexts": ("compose", "ibus"),
    "xcbglintegrations": (),
    "wayland-shell-integration": ("xdg-shell",),
    "wayland-decoration-client": ("bradient",),
    "tls": (),
}
"""By folder, what names of Qt's plug-ins contain. No other one is shipped: the window is drawn by the processor."""

_NEVER = re.compile(
    r"Qt6?(Qml|Quick|Pdf|VirtualKeyboard|Designer|Help|OpenGLWidgets|Sql|Test|PrintSupport|Concurrent|Lottie|Labs|Shader"
    r"|WaylandCompositor|WlShell|EglFS|Wayland(Egl)?Compositor)"
    r"|opengl32sw|d3dcompiler|qdirect2d|libgtk-3|libgdk|libcairo|libpango|libatk|libatspi|libgio|libepoxy|librsvg"
    r"|libcolord|libcups|libavahi|libjson-glib|libthai|libdatrie|libharfbuzz(?!.*PySide)|libfribidi|libgraphite"
    r"|libpixman|libsqlite|libtk|libtcl|libmount|libblkid|libselinux|libgobject|libgmodule"
    # these every desktop has, and what has to agree with its bus is better its own
    r"|libdbus-1|libsystemd|libgcrypt|libgpg-error|liblz4|libglib-2|libgthread-2|libpcre2|libcap\.",
    re.IGNORECASE,
)
_UNUSED = re.compile(
    r"^yaml/_yaml\.|^numpy/(random|_core/_multiarray_tests|_core/lib)\b"
    r"|\.dist-info/(RECORD|INSTALLER|REQUESTED|direct_url\.json|sboms/|licenses/)"  # the licences have a folder
)
_SYSTEM_DLL = re.compile(r"^(api-ms-win|ext-ms-)|[\\/]windows[\\/](system32|syswow64)[\\/]", re.IGNORECASE)
_TRANSLATION = re.compile(r"[\\/]translations[\\/]")


def hidden_imports() -> list[str]:
    """Every module of ours by the walk that finds the probes, and keyring's backends: nothing names them in code."""
    import keyring.backends

    own = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted((ROOT / "mqassist").rglob("*.py"))
    ]
    folder = Path(keyring.backends.__path__[0])
    backends = [f"keyring.backends.{path.stem}" for path in sorted(folder.glob("*.py")) if path.stem != "__init__"]
    wanted = {"win32": ("Windows",), "darwin": ("macOS",)}.get(sys.platform, ("SecretService", "libsecret", "kwallet"))
    return (
        own
        + [name for name in backends if name.endswith((*wanted, "chainer", "fail", "null"))]
        + (["keyring.backends.macOS.api"] if sys.platform == "darwin" else [])
    )


def distributions() -> list[str]:
    """What mqassist needs here, and what that needs; names as installed."""
    found: dict[str, None] = {}
    waiting = ["mqassist"]
    while waiting:
        name = waiting.pop()
        try:
            wants = requires(name) or []
        except PackageNotFoundError:  # for another system
            continue
        if name != "mqassist":
            found[name] = None
        for want in wants:
            requirement, _, marker = want.partition(";")
            other = re.split(r"[ (\[<>=!~]", requirement.strip(), maxsplit=1)[0]
            if "extra" not in marker and other.lower().replace("_", "-") not in {each.lower() for each in found}:
                waiting.append(other)
    return sorted(found)


def is_wanted(name: str, source: str) -> bool:
    """`name` is the place in the bundle, `source` the file it comes from."""
    place = name.replace("\\", "/")
    if _SYSTEM_DLL.search(source) or _SYSTEM_DLL.search(place.rpartition("/")[2]):
        return False
    plugin = re.search(r"/plugins/([^/]+)/([^/]+)$", place)
    if plugin:
        return any(part in plugin[2] for part in KEPT_PLUGINS.get(plugin[1], ()))
    if "PySide6" in place and _TRANSLATION.search(place):
        return place.endswith(("qtbase_zh_CN.qm", "qt_zh_CN.qm"))
    if place.startswith("PySide6/") and place.endswith((".pyi", ".qml", "qmldir")):
        return False
    return not _NEVER.search(place) and not _UNUSED.search(place)
