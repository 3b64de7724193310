"""Writes what the spec wants beside the sources: the list of contents, licences, icons, the Windows version resource,
the bill of materials. Run by build.py with the environment that is being packaged."""

import json
import sys
from importlib.metadata import distribution
from pathlib import Path

import bundle
import licences
import pictures

from mqassist import __version__
from mqassist.contents import LIST, count

VERSION_RESOURCE = """VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3f, flags=0x0, OS=0x40004, fileType=0x1),
  kids=[StringFileInfo([StringTable('040904B0', [
    StringStruct('CompanyName', 'The mqassist maintainers'),
    StringStruct('FileDescription', 'mqassist: why a client cannot talk to its message broker'),
    StringStruct('FileVersion', '{version}'), StringStruct('InternalName', 'mqassist'),
    StringStruct('LegalCopyright', 'MIT License'), StringStruct('OriginalFilename', 'mqassist.exe'),
    StringStruct('ProductName', 'mqassist'), StringStruct('ProductVersion', '{version}')])]),
    VarFileInfo([VarStruct('Translation', [1033, 1200])])])
"""


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shipped = bundle.distributions()
    contents = {"version": __version__, "counts": count()}
    (folder / LIST).write_text(json.dumps(contents, indent=2) + "\n", encoding="utf-8")
    without = licences.collect(folder / "licences", shipped)
    if without:
        raise SystemExit(f"no licence was found for {', '.join(without)}")
    numbers = tuple([*(int(part) for part in __version__.split(".")[:3]), 0, 0, 0, 0][:4])
    version = VERSION_RESOURCE.format(numbers=numbers, version=__version__)
    (folder / "version.txt").write_text(version, encoding="utf-8")
    (folder / "sbom.json").write_text(json.dumps(_bill(shipped), indent=2) + "\n", encoding="utf-8")
    pictures.write(folder)


def _bill(shipped: list[str]) -> dict[str, object]:
    """CycloneDX 1.5 (https://cyclonedx.org/docs/1.5/json/): what is inside, by package URL."""
    components = []
    for name in shipped:
        found = distribution(name)
        said = found.metadata.get("License-Expression") or found.metadata.get("License") or "see licences/"
        components.append(
            {
                "type": "library",
                "name": name,
                "version": found.version,
                "purl": f"pkg:pypi/{name.lower().replace('_', '-')}@{found.version}",
                "licenses": [{"license": {"name": said.splitlines()[0]}}],
            }
        )
    python = {"type": "platform", "name": "CPython", "version": sys.version.split()[0]}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "mqassist", "version": __version__}},
        "components": [python, *components],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
