"""Files in: bytes and a file name become an outline, or a refusal that says why and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from documents.outline import Outline, Piece, outline
from documents.readers import text, word
from documents.readers.refusal import Unreadable

__all__ = ["LIMIT_BYTES", "Unreadable", "read"]

LIMIT_BYTES: Final = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its extensions, the bytes it begins with, and how it is read or why it is refused."""

    extensions: tuple[str, ...]
    begins: tuple[bytes, ...]
    read: Callable[[bytes], list[Piece]]


def _refuse(code: str) -> Callable[[bytes], list[Piece]]:
    """Return a reader that only says why it does not read."""

    def refuse(_data: bytes) -> list[Piece]:
        raise Unreadable(code)

    return refuse


def _old_word(data: bytes) -> list[Piece]:
    """Refuse a compound file: an old .doc, or a .docx that a password wraps (MS-OFFCRYPTO 2.3.4.4)."""
    raise Unreadable("encrypted" if "EncryptedPackage".encode("utf-16-le") in data else "old_word")


_PICTURES: Final = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")

# The first row whose bytes fit is what the file is; text has no magic and stands last.
# fmt: off
FORMATS: Final = (
    Format((".docx", ".docm"),      (b"PK\x03\x04", b"PK\x05\x06"),         word.pieces),
    Format((".doc", ".docx"),       (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",), _old_word),
    Format((".pdf",),               (b"%PDF-",),                            _refuse("pdf")),
    Format((".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".bmp"), _PICTURES, _refuse("scan")),
    Format((".rtf", ".doc"),        (b"{\\rtf",),                           _refuse("wrong_type")),
    Format((".md", ".markdown", ".txt"), (b"",),                            text.pieces),
)
# fmt: on


def read(data: bytes, filename: str, *, limit: int = LIMIT_BYTES) -> Outline:
    """Return what the file says, in order; `limit` is in bytes.

    The contents decide what the file is, and its extension must agree. Raises Unreadable for everything
    that is too large, of another kind, protected, damaged, unsafe or without text.
    """
    if len(data) > limit:
        raise Unreadable("too_large", limit=limit // 1024 // 1024)
    if not data.strip():
        raise Unreadable("empty")
    extension = PurePosixPath(filename.replace("\\", "/")).suffix.lower()
    if not any(extension in form.extensions for form in FORMATS):
        raise Unreadable("wrong_type")
    form = next(form for form in FORMATS if data.lstrip(b"\xef\xbb\xbf").startswith(form.begins))
    if extension not in form.extensions:
        raise Unreadable("mismatch", extension=extension)
    whole = outline(form.read(data))
    if not whole.blocks:
        raise Unreadable("empty")
    return whole
