"""The three forms of the Windows package from one folder: installer (NSIS), MSI (wixl or WiX), portable zip.

Runs on Windows and, with Debian's nsis and wixl, on Linux.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import uuid
import zipfile
from pathlib import Path
from xml.sax.saxutils import quoteattr

HERE = Path(__file__).resolve().parent
UPGRADE = "8E1B0B6C-6E0C-4C43-9B53-6A1B6D3D2A10"
"""Never changes: by it a newer MSI finds the older one."""


def build(folder: Path, out: Path, version: str, icon: Path | None = None) -> list[Path]:
    """`folder` holds mqassist.exe, mqassist-gui.exe and _internal."""
    icon = icon or folder.parents[1] / "staged" / "mqassist.ico"
    name = f"mqassist-{version}-windows-x86_64"
    return [
        _installer(folder, out / f"{name}-setup.exe", version, icon),
        _msi(folder, out / f"{name}.msi", version, icon),
        _zip(folder, out / f"{name}-portable.zip", name),
    ]


def _installer(folder: Path, target: Path, version: str, icon: Path) -> Path:
    makensis = shutil.which("makensis") or r"C:\Program Files (x86)\NSIS\makensis.exe"
    given = {"VERSION": version, "FOLDER": folder, "OUTPUT": target, "ICON": icon}
    if sys.platform != "win32":
        given["PLATFORM"] = "amd64-unicode"
    sign = "-D" if sys.platform != "win32" else "/D"
    options = [f"{sign}{key}={value}" for key, value in given.items()]
    quiet = "-V2" if sys.platform != "win32" else "/V2"
    charset = ["-INPUTCHARSET", "UTF8"] if sys.platform != "win32" else ["/INPUTCHARSET", "UTF8"]
    subprocess.run([makensis, quiet, *charset, *options, HERE / "installer.nsi"], check=True, cwd=HERE)
    return target


def _msi(folder: Path, target: Path, version: str, icon: Path) -> Path:
    source = folder.parent / "mqassist.wxs"
    shutil.copy(icon, folder.parent / "mqassist.ico")
    source.write_text(wxs(folder, version), encoding="utf-8")
    if shutil.which("wixl"):  # it wants paths relative to where it runs
        subprocess.run(["wixl", "-a", "x64", "-o", target, source.name], check=True, cwd=source.parent)
        return target
    wix = Path(os.environ["WIX"]) / "bin"  # WiX 3.14, as GitHub's machines have it
    compiled = source.with_suffix(".wixobj")
    subprocess.run([wix / "candle", "-nologo", "-arch", "x64", "-out", compiled, source], check=True, cwd=source.parent)
    # its own check refuses what has to be: files in a person's folder
    subprocess.run([wix / "light", "-nologo", "-sval", "-out", target, compiled], check=True, cwd=source.parent)
    return target


def _id(kind: str, path: str) -> str:
    return f"{kind}{hashlib.sha1(path.encode(), usedforsecurity=False).hexdigest()[:16]}"


def _guid(path: str) -> str:
    return str(uuid.uuid5(uuid.UUID(UPGRADE), path)).upper()


def wxs(folder: Path, version: str) -> str:
    """WiX 3 XML: per user, one component for each file as the installer service wants it."""
    components: list[str] = []

    def directory(path: Path) -> str:
        lines = []
        for at, entry in enumerate(sorted(path.iterdir(), key=lambda each: (each.is_dir(), each.name))):
            inside = entry.relative_to(folder).as_posix()
            if entry.is_dir():
                head = f"<Directory Id='{_id('d', inside)}' Name={quoteattr(entry.name)}>"
                lines.append(f"{head}{directory(entry)}</Directory>")
                continue
            component = _id("c", inside)
            components.append(component)
            source = (folder.name + "/" + inside).replace("/", os.sep)
            key = _id("f", inside)
            # in a person's own folders Windows wants each folder to be taken away by name
            remove = f"<RemoveFolder Id='{_id('r', inside)}' On='uninstall'/>" if at == 0 else ""
            lines.append(
                f"<Component Id='{component}' Guid='{_guid(inside)}'>"
                f"<RegistryValue Root='HKCU' Key='Software\\mqassist\\Files' Name='{key}' Type='integer' Value='1'"
                f" KeyPath='yes'/><File Id='{key}' Name={quoteattr(entry.name)} Source={quoteattr(source)}/>"
                f"{remove}</Component>"
            )
        return "\n".join(lines)

    tree = directory(folder)
    packed = "" if shutil.which("wixl") else " CompressionLevel='high'"  # wixl knows only the quick one
    refs = "".join(f"<ComponentRef Id='{each}'/>" for each in [*components, "cMenu"])
    return f"""<?xml version='1.0' encoding='utf-8'?>
<Wix xmlns='http://schemas.microsoft.com/wix/2006/wi'>
<Product Id='*' Name='mqassist' Language='1033' Version='{version}' UpgradeCode='{UPGRADE}'
  Manufacturer='The mqassist maintainers'>
<Package InstallerVersion='500' Compressed='yes' InstallScope='perUser'/>
<MajorUpgrade DowngradeErrorMessage='A newer version of mqassist is installed.'/>
<Media Id='1' Cabinet='mqassist.cab' EmbedCab='yes'{packed}/>
<Icon Id='mqassist.ico' SourceFile='mqassist.ico'/>
<Property Id='ARPPRODUCTICON' Value='mqassist.ico'/>
<Property Id='ARPNOMODIFY' Value='1'/>
<Directory Id='TARGETDIR' Name='SourceDir'>
<Directory Id='LocalAppDataFolder'><Directory Id='ProgramsFolder' Name='Programs'>
<Directory Id='INSTALLDIR' Name='mqassist'>
{tree}
</Directory></Directory></Directory>
<Directory Id='ProgramMenuFolder'>
<Component Id='cMenu' Guid='{_guid("menu")}'>
<Shortcut Id='sMenu' Name='mqassist' Target='[INSTALLDIR]mqassist-gui.exe' WorkingDirectory='INSTALLDIR'
  Icon='mqassist.ico'/>
<RegistryValue Root='HKCU' Key='Software\\mqassist' Name='Menu' Type='integer' Value='1' KeyPath='yes'/>
</Component>
</Directory>
</Directory>
<Feature Id='Main' Level='1' Title='mqassist'>{refs}</Feature>
</Product></Wix>
"""


def _zip(folder: Path, target: Path, name: str) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, f"{name}/{path.relative_to(folder).as_posix()}")
    return target
