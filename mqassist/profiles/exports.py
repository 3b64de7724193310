"""Profiles as a file for a colleague: without secrets, or with them sealed under a passphrase.

Sealed: scrypt (RFC 7914) makes the key, AES-256-GCM (NIST SP 800-38D) seals profiles and secrets as one.
"""

from __future__ import annotations

import binascii
import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

from mqassist.core.errors import UserError
from mqassist.core.imported import Imported
from mqassist.core.profile import SECRET_KINDS, Profile, Secrets
from mqassist.core.profile_book import Book
from mqassist.core.record import changed
from mqassist.core.secret import Secret
from mqassist.profiles.importers.ours import of_content
from mqassist.profiles.profile_json import book_json
from mqassist.profiles.store import SCHEMA, VERSION

SEALED = "mqassist.profiles-sealed/1"
MIN_PASSPHRASE = 8
_N, _R, _P = 2**16, 8, 1
"""64 MiB and about 0.2 s: OWASP's password storage cheat sheet asks for N of at least 2^16 with r = 8."""
_MAX_N = 2**20
"""A foreign file must not make us take more than a gigabyte."""


def plain_export(profiles: Sequence[Profile]) -> str:
    """No secret, and no word that one is in this computer's keyring."""
    return _json(_content(profiles))


def _content(profiles: Sequence[Profile]) -> dict[str, Any]:
    book = Book(tuple(changed(profile, stored=(), version=0) for profile in profiles))
    return {"schema": f"{SCHEMA}/{VERSION}", **book_json(book)}


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def sealed_export(profiles: Sequence[Profile], secrets: Mapping[str, Secrets], passphrase: Secret) -> str:
    """`secrets` by profile id. Takes some tenths of a second. Raises UserError for a passphrase that is too short."""
    if len(passphrase.reveal()) < MIN_PASSPHRASE:
        raise UserError("export-passphrase", "the passphrase is too short", least=MIN_PASSPHRASE)
    content = _content(profiles)
    content["secrets"] = {
        profile_id: {kind: secret.reveal() for kind, secret in kinds.items()}
        for profile_id, kinds in secrets.items()
        if kinds
    }
    salt, nonce = os.urandom(16), os.urandom(12)
    head = {"schema": SEALED, "kdf": "scrypt", "n": _N, "r": _R, "p": _P, "cipher": "aes-256-gcm"}
    cipher = _cipher(passphrase, salt, _N)
    sealed = cipher.encrypt(nonce, json.dumps(content, ensure_ascii=False).encode(), _bound(head))
    return _json({**head, "salt": _text(salt), "nonce": _text(nonce), "sealed": _text(sealed)})


def is_sealed(text: str) -> bool:
    """Only looks at the head; never raises."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(content, dict) and str(content.get("schema", "")).startswith("mqassist.profiles-sealed/")


def unsealed(text: str, passphrase: Secret) -> Imported:
    """Raises UserError: for a newer or damaged file, and in the same words for a wrong passphrase and a changed file,
    which nobody can tell apart."""
    try:
        content = json.loads(text)
        head = {name: content[name] for name in ("schema", "kdf", "n", "r", "p", "cipher")}
        salt, nonce, sealed = (_bytes(content[name]) for name in ("salt", "nonce", "sealed"))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UserError("export-damaged", "the file is damaged") from None
    if head["schema"] != SEALED or head["kdf"] != "scrypt" or head["cipher"] != "aes-256-gcm":
        raise UserError("import-newer", "written by a newer version")
    n = head["n"]
    if not isinstance(n, int) or n & (n - 1) or not 2**14 <= n <= _MAX_N or head["r"] != _R or head["p"] != _P:
        raise UserError("export-damaged", "the file is damaged")
    from cryptography.exceptions import InvalidTag

    try:
        opened = json.loads(_cipher(passphrase, salt, n).decrypt(nonce, sealed, _bound(head)))
    except (InvalidTag, ValueError):
        raise UserError("export-wrong", "wrong passphrase, or the file was changed") from None
    return of_content(opened, _secrets(opened.get("secrets", {})))


def _secrets(plain: object) -> dict[str, Secrets]:
    found: dict[str, Secrets] = {}
    for profile_id, kinds in plain.items() if isinstance(plain, dict) else ():
        if isinstance(kinds, dict):
            found[profile_id] = {kind: Secret(kinds[kind]) for kind in SECRET_KINDS if isinstance(kinds.get(kind), str)}
    return found


def _cipher(passphrase: Secret, salt: bytes, n: int) -> Any:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
    except ImportError:
        raise UserError("export-no-cryptography", "cryptography is missing") from None
    key = Scrypt(salt=salt, length=32, n=n, r=_R, p=_P).derive(passphrase.reveal().encode("utf-8", "surrogatepass"))
    return AESGCM(key)


def _bound(head: Mapping[str, Any]) -> bytes:
    """The head is not secret, but nobody may change it."""
    return json.dumps(head, sort_keys=True).encode()


def _text(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode()


def _bytes(text: object) -> bytes:
    if not isinstance(text, str):
        raise TypeError("not base64")
    return binascii.a2b_base64(text, strict_mode=True)
