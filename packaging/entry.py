"""Where a packaged program begins: the name it was started by says which of the two it is."""

import os
import sys
from os.path import basename, exists

BUNDLES = ("/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem")
"""Where Fedora, SUSE and Alpine keep what Debian, whose OpenSSL is in here, keeps in /etc/ssl/certs."""


def set_free() -> None:
    """What the bundle set for itself must not reach the programs that it starts, and the system's trust is used."""
    for name in [name for name in os.environ if name.startswith("_PYI_")]:
        del os.environ[name]  # this program started by itself once more is a new one, not a part of the first
    if not sys.platform.startswith("linux"):
        return
    ours = os.environ.pop("LD_LIBRARY_PATH", None)
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if ours is not None and before:
        os.environ["LD_LIBRARY_PATH"] = before
    if not exists("/etc/ssl/certs/ca-certificates.crt"):
        found = next((path for path in BUNDLES if exists(path)), None)
        if found is not None:
            os.environ.setdefault("SSL_CERT_FILE", found)


if __name__ == "__main__":
    set_free()
    from mqassist.__main__ import main, window

    name = basename(sys.argv[0]).lower().removesuffix(".exe")
    windowed = name == "mqassist-gui" or sys.stdout is None
    sys.exit(window() if windowed and sys.argv[1:2] != ["selftest"] else main())
