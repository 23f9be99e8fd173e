"""The parts of a .docx, taken out of its zip with every limit counted while reading."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import Final

from documents.readers.refusal import Unreadable

LIMIT_MEMBERS: Final = 500
LIMIT_XML_BYTES: Final = 15 * 1024 * 1024

_STEP: Final = 64 * 1024
_XML: Final = (".xml", ".rels")
_MAIN: Final = "word/document.xml"
_ENCRYPTED: Final = 0x1
_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError)
_DTD: Final = re.compile(rb"<!\s{0,8}(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MACRO_PARTS: Final = ("vbaproject.bin", "vbadata.xml")
_FIELD_CALLS: Final = re.compile(rb"<w:instrText[^>]{0,200}>\s{0,20}DDE(?:AUTO)?\b", re.IGNORECASE)
_RELATION: Final = re.compile(rb"<Relationship\b[^>]{0,4000}>")
_HARMLESS_OUTSIDE: Final = (b"/hyperlink", b"/image")


def xml_parts(data: bytes, *, limit: int = LIMIT_XML_BYTES) -> dict[str, bytes]:
    """Return the XML parts of a Word document by name; pictures and the like are left packed.

    `limit` is in inflated bytes over all parts. Raises Unreadable (bomb, damaged, embedded, encrypted,
    entities, macro, members, outside, paths, wrong_type).
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            _check_members(packed.infolist())
            parts = _inflate(packed, limit)
    except _DAMAGE:
        raise Unreadable("damaged") from None
    for name, part in parts.items():
        _check_part(name, part)
    return parts


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    """Refuse too many members, names that lead elsewhere, passwords, macros, and packages that are no
    document.
    """
    names = {member.filename for member in members}
    if len(members) > LIMIT_MEMBERS or len(names) < len(members):
        raise Unreadable("members", part=f"{len(members)} members")
    for member in members:
        if _leads_away(member.filename):
            raise Unreadable("paths", part=member.filename[:80])
        if member.flag_bits & _ENCRYPTED:
            raise Unreadable("encrypted")
    if any(PurePosixPath(name).name.lower() in _MACRO_PARTS for name in names):
        raise Unreadable("macro")
    if _MAIN not in names or "[Content_Types].xml" not in names:
        raise Unreadable("wrong_type")


def _leads_away(name: str) -> bool:
    """Tell whether a member's name could be a place outside the package."""
    return "\\" in name or name.startswith("/") or ":" in name or ".." in name.split("/") or "\x00" in name


def _inflate(packed: zipfile.ZipFile, limit: int) -> dict[str, bytes]:
    """Inflate the XML parts, counting what really comes out and not what the directory says."""
    parts, total = {}, 0
    for member in packed.infolist():
        if not member.filename.lower().endswith(_XML):
            continue
        pieces = []
        with packed.open(member) as stream:
            while piece := stream.read(_STEP):
                total += len(piece)
                if total > limit:
                    raise Unreadable("bomb", limit=limit // 1024 // 1024)
                pieces.append(piece)
        parts[member.filename] = b"".join(pieces)
    return parts


def _check_part(name: str, part: bytes) -> None:
    """Refuse document types and entities, commands to other programs, macro types and relations that load
    from outside.
    """
    plain = part.decode("utf-16", "replace").encode() if part.startswith((b"\xff\xfe", b"\xfe\xff")) else part
    if _DTD.search(plain) or b"\x00" in plain:
        raise Unreadable("entities", part=name[:80])
    if _FIELD_CALLS.search(plain):
        raise Unreadable("embedded", part="DDE")
    if name == "[Content_Types].xml" and b"macroEnabled" in plain:
        raise Unreadable("macro")
    if name.endswith(".rels") and any(_loads_from_outside(each) for each in _RELATION.findall(plain)):
        raise Unreadable("outside", part=name[:80])


def _loads_from_outside(relation: bytes) -> bool:
    """Tell whether a relation would fetch anything but a link or a picture from another place."""
    return b'"External"' in relation and not any(kind in relation for kind in _HARMLESS_OUTSIDE)
