"""Files in: bytes and a file name become an outline, or a refusal that says why and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from documents.outline import Outline, Piece, outline
from documents.readers import text, word
from documents.readers.refusal import Unreadable

__all__ = ["LIMIT_BYTES", "Unreadable", "form_of", "read"]

LIMIT_BYTES: Final = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its name, its extensions, how it begins and what it holds, and how it is read or refused.

    `seconds` is how much computing time reading one such file may take.
    """

    name: str
    extensions: tuple[str, ...]
    begins: tuple[bytes, ...]
    read: Callable[[bytes], list[Piece]]
    holds: bytes = b""
    seconds: int = 10


def _refuse(code: str) -> Callable[[bytes], list[Piece]]:
    """Return a reader that only says why it does not read."""

    def refuse(_data: bytes) -> list[Piece]:
        raise Unreadable(code)

    return refuse


def _packed(data: bytes) -> list[Piece]:
    """Refuse a zip that is no document: another archive, or what is left of one."""
    raise Unreadable("archive" if b"PK\x05\x06" in data[-66_000:] else "damaged")


_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_COMPOUND: Final = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_PICTURES: Final = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
_PICTURE_NAMES: Final = (".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".bmp")
_OPEN: Final = b"content.xml"
_PASSWORD: Final = "EncryptedPackage".encode("utf-16-le")  # MS-OFFCRYPTO 2.3.4.4
_OLD_WORD: Final = "WordDocument".encode("utf-16-le")  # MS-DOC 2.1.1

# The first row whose bytes fit is what the file is; text has no sign of its own and stands last.
# fmt: off
FORMATS: Final = (
    Format("Word (.docx)",      (".docx", ".docm", ".dotx"),         _ZIP,      word.pieces, b"word/"),
    Format("OpenDocument",      (".odt", ".ods", ".docx"),           _ZIP,      _refuse("other_office"), _OPEN),
    Format("ZIP",               (".zip", ".docx", ".xlsx"),          _ZIP,      _packed),
    Format("Office",            (".docx", ".xlsx", ".doc", ".xls"),  _COMPOUND, _refuse("encrypted"), _PASSWORD),
    Format("Word 97 (.doc)",    (".doc", ".docx"),                   _COMPOUND, _refuse("old_word"), _OLD_WORD),
    Format("Office 97",         (".doc", ".docx", ".xls", ".xlsx"),  _COMPOUND, _refuse("old_office")),
    Format("RTF",               (".rtf", ".doc", ".docx"),           (b"{\\rtf",), _refuse("other_office")),
    Format("PDF",               (".pdf",),                           (b"%PDF-",), _refuse("pdf"), seconds=30),
    Format("PNG, JPEG, TIFF",   _PICTURE_NAMES,                      _PICTURES, _refuse("scan")),
    Format("text",              (".md", ".markdown", ".txt"),        (b"",),    text.pieces),
)
# fmt: on


def form_of(data: bytes) -> Format:
    """Return what kind of file the bytes are, whatever its name says."""
    start = data.removeprefix(b"\xef\xbb\xbf")[:1024].lstrip()
    return next(form for form in FORMATS if start.startswith(form.begins) and form.holds in data)


def read(data: bytes, filename: str, *, limit: int = LIMIT_BYTES) -> Outline:
    """Return what the file says, in order; `limit` is in bytes.

    The contents decide what the file is, and its extension must agree. Raises Unreadable for everything
    that is too large, of another kind, protected, damaged, unsafe or without text.
    """
    if len(data) > limit:
        raise Unreadable("too_large", limit=limit // 1024 // 1024)
    if not data.strip():
        raise Unreadable("empty")
    form, extension = form_of(data), PurePosixPath(filename.replace("\\", "/")).suffix.lower()
    if not any(extension in known.extensions for known in FORMATS):
        raise Unreadable("wrong_type")
    if extension not in form.extensions:
        raise Unreadable("mismatch", extension=extension, kind=form.name)
    whole = outline(form.read(data))
    if not whole.blocks:
        raise Unreadable("empty")
    return whole
