"""Evidence files: which kinds are taken, told by content and name together, and where they are kept."""

from __future__ import annotations

import zipfile
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import vietnamese
from documents.vault import Vault
from workflow.errors import Refusal
from workflow.given import Upload

MOST_FILES: Final = 10
ZIPPED: Final = b"PK\x03\x04"
# what a zipped document of a kind must hold
INSIDE: Final = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml"}
LONGEST: Final = (100, 10)

# ending -> (media type, how such a file begins)
KINDS: Final[dict[str, tuple[str, tuple[bytes, ...]]]] = {
    ".pdf": ("application/pdf", (b"%PDF-",)),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (ZIPPED,)),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (ZIPPED,)),
    ".png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    ".jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".txt": ("text/plain", ()),
    ".md": ("text/markdown", ()),
    ".csv": ("text/csv", ()),
}

_place: dict[str, Path] = {}


def open_vault(folder: Path) -> None:
    """Say where files are kept; called once when the parts are put together."""
    _place["vault"] = folder


def vault() -> Vault:
    """Return the store of files. Raises KeyError when nobody said where it is."""
    return Vault(_place["vault"])


def is_whole(sha: str) -> bool:
    """Return whether a kept file is as it was; read anew only when it was touched, so that lists may ask."""
    store = vault()
    try:
        found = store.path(sha).stat()
    except OSError:
        return False
    return _looked_at(str(store.folder), sha, (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns))


@lru_cache(maxsize=20_000)
def _looked_at(folder: str, sha: str, _state: tuple[int, ...]) -> bool:
    return Vault(Path(folder)).holds(sha)


def keep(uploads: tuple[Upload, ...]) -> list[dict[str, Any]]:
    """Keep the files that came with a form and return their facts, as columns of evidence.

    Raises Refusal for a kind that is not taken, for an empty file, or for more than ten files.
    """
    if len(uploads) > MOST_FILES:
        raise Refusal("too_many_files", limit=MOST_FILES, count=len(uploads))
    kinds = [media_type(upload) for upload in uploads]
    return [
        {
            "sha256": vault().put(upload.data),
            "size": len(upload.data),
            "media_type": kind,
            "filename": name_of(upload.filename),
        }
        for upload, kind in zip(uploads, kinds, strict=True)
    ]


def media_type(upload: Upload) -> str:
    """Return the kind of a file whose content is what its name says. Raises Refusal otherwise."""
    ending = Path(name_of(upload.filename)).suffix.lower()
    kind, beginnings = KINDS.get(ending, ("", ()))
    fits = upload.data.startswith(beginnings) if beginnings else _is_text(upload.data)
    if ending in INSIDE:
        fits = fits and INSIDE[ending] in _names_inside(upload.data)
    if not kind or not upload.data or not fits:
        raise Refusal("file_type", name=name_of(upload.filename), allowed=", ".join(KINDS))
    return kind


def name_of(filename: str) -> str:
    """Return a file's own name, without folders or invisible signs, at most 120 letters with its ending."""
    own = vietnamese.normalise(filename.replace("\\", "/").rsplit("/", 1)[-1])
    visible = "".join(char if char.isprintable() else " " for char in own)
    name = " ".join(visible.split()).lstrip(".")
    stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
    stem = stem[: LONGEST[0]].strip() or "file"
    return f"{stem}.{ending[: LONGEST[1]]}" if dot and ending else stem


def _names_inside(data: bytes) -> frozenset[str]:
    """Return the names in a zipped document; none when it is no archive."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, ValueError, RuntimeError, OSError):
        return frozenset()


def _is_text(data: bytes) -> bool:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return "\x00" not in text
