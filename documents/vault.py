"""Files kept by the SHA-256 of their content, written so that they survive a power cut."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Final

# what can have become of a kept file
DELETED: Final = "deleted"
ALTERED: Final = "altered"


class Vault:
    """A folder of files named by their content; a file is never changed, the same content is kept once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes) -> str:
        """Keep the bytes and return their SHA-256 in hex; a copy that was damaged on disk is made whole again."""
        sha = hashlib.sha256(data).hexdigest()
        target = self.path(sha)
        if not self.holds(sha):
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._write(target, data)
        return sha

    def get(self, sha: str) -> bytes:
        """Return the bytes kept under a hash. Raises FileNotFoundError, or ValueError when they were
        altered.
        """
        data = self.path(sha).read_bytes()
        if hashlib.sha256(data).hexdigest() != sha:
            raise ValueError(f"file {sha} is not what was kept")
        return data

    def holds(self, sha: str) -> bool:
        """Return whether the content is here and unaltered."""
        return not self.fault(sha)

    def fault(self, sha: str) -> str:
        """Return what became of a kept file: deleted (or unreadable), altered, or an empty text when it is whole."""
        try:
            with self.path(sha).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return DELETED
        except ValueError:
            return ALTERED
        return "" if found == sha else ALTERED

    def path(self, sha: str) -> Path:
        """Return where the content with this hash lies. Raises ValueError for what is no hash."""
        if len(sha) != 64 or not set(sha) <= set("0123456789abcdef"):
            raise ValueError("not a SHA-256")
        return self.folder / sha[:2] / sha

    def _write(self, target: Path, data: bytes) -> None:
        handle, name = tempfile.mkstemp(dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, target)
        except OSError:  # no space left: nothing half stays behind
            os.unlink(name)
            raise
        for folder in (target.parent, self.folder):
            _sync(folder)


def _sync(folder: Path) -> None:
    """Have the folder's own list of names survive a power cut, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
