"""The log's Ed25519 key: made once at install, readable by the service alone, its public half in the first entry.

A key that is to take its place lies beside it until the entry that names it is written; whichever of the two the log
names is the one that signs.
"""

from __future__ import annotations

import base64
import contextlib
import os
import tempfile
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

NAME: Final = "log.key"
NEXT: Final = "log.key.next"


class WrongKeyError(LookupError):
    """The key in the folder is not the one the log names: it was lost or exchanged."""


def ensure(folder: Path) -> Ed25519PrivateKey:
    """Return the key in a folder, made there (mode 0600) when there is none.

    Raises PermissionError when others can read it.
    """
    if not (folder / NAME).exists():
        _create(folder / NAME)
    return _read(folder / NAME)


def signing(folder: Path, public: str) -> Ed25519PrivateKey:
    """Return the key that the log names, taken into use when it was still the next one.

    Raises WrongKeyError when it is not there, PermissionError when others can read it.
    """
    for name in (NAME, NEXT):
        if (folder / name).exists() and public_text(key := _read(folder / name)) == public:
            if name == NEXT:
                (folder / NEXT).replace(folder / NAME)
            return key
    raise WrongKeyError(str(folder / NAME))


def successor(folder: Path) -> Ed25519PrivateKey:
    """Return a new key, laid beside the present one until the log names it."""
    (folder / NEXT).unlink(missing_ok=True)
    _create(folder / NEXT)
    return _read(folder / NEXT)


def public_text(key: Ed25519PrivateKey) -> str:
    """Return the public half, base64 of its 32 bytes."""
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def pem(public: str) -> str:
    """Return a public key (base64 of its 32 bytes) as PEM (RFC 8410)."""
    der = base64.b64encode(bytes.fromhex("302a300506032b6570032100") + base64.b64decode(public)).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{der}\n-----END PUBLIC KEY-----\n"


def _read(path: Path) -> Ed25519PrivateKey:
    if path.stat().st_mode & 0o077:
        raise PermissionError(f"{path} can be read by others; type: chmod 600 {path}")
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} is not an Ed25519 key")
    return key


def _create(path: Path) -> None:
    """Make the key whole before it has its name, so that two starts at once agree on one key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    handle, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(made, path)
    os.unlink(made)
