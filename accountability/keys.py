"""The log's Ed25519 key: made once at install, readable by the service alone, its public half in the first entry."""

from __future__ import annotations

import base64
import contextlib
import os
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

NAME = "log.key"


def ensure(folder: Path) -> Ed25519PrivateKey:
    """Return the key in a folder, made there (mode 0600) when there is none.

    Raises PermissionError when others can read it.
    """
    path = folder / NAME
    if not path.exists():
        _create(path)
    if path.stat().st_mode & 0o077:
        raise PermissionError(f"{path} can be read by others; type: chmod 600 {path}")
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} is not an Ed25519 key")
    return key


def public_text(key: Ed25519PrivateKey) -> str:
    """Return the public half, base64 of its 32 bytes."""
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def _create(path: Path) -> None:
    """Make the key whole before it has its name, so that two starts at once agree on one key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    handle, made = tempfile.mkstemp(dir=path.parent, prefix=f".{NAME}.")
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(made, path)
    os.unlink(made)
