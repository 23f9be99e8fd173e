"""The parts of a .docx or .xlsx, taken out of its zip with every limit counted while reading."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from posixpath import join, normpath
from typing import Final
from xml.etree import ElementTree

from documents.readers.refusal import Unreadable

LIMIT_MEMBERS: Final = 500
LIMIT_XML_BYTES: Final = 15 * 1024 * 1024

_STEP: Final = 64 * 1024
_XML: Final = (".xml", ".rels")
_TYPES: Final = "[Content_Types].xml"
_MAIN: Final = "word/document.xml"
_ENCRYPTED: Final = 0x1
_BLOWN_UP: Final = 100  # honest XML packs to a tenth; nothing but a bomb to a hundredth
_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError)
_DTD: Final = re.compile(rb"<!\s{0,8}(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MACRO_PARTS: Final = ("vbaproject.bin", "vbadata.xml")
_OBJECTS: Final = re.compile(
    r"(?:.*/)?(?:activeX/|embeddings/.*\.(?:bin|ole|exe|js|vbs|bat|cmd|lnk|html?)$)", re.IGNORECASE
)
# pictures and links are left out unread, nothing is fetched; a template on somebody's own disk reaches nobody
_HARMLESS: Final = ("/hyperlink", "/image", "/externalLinkPath")
_OWN_DISK: Final = re.compile(r"(?:file:/{2,3})?[A-Za-z]:[\\/]|[^\\/:]+$", re.IGNORECASE)
# ISO/IEC 29500 strict writes the same parts under another name
_STRICT: Final = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_COMMON: Final = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@dataclass(frozen=True, slots=True)
class Package:
    """The XML parts of one document by name, and which of them is the text (or the list of sheets) itself."""

    parts: dict[str, bytes]
    main: str

    @property
    def text(self) -> bytes:
        """Return the part that holds the text."""
        return self.parts[self.main]

    def related(self, kind: str) -> list[bytes]:
        """Return the parts the text is bound to as its numbering, styles, header and so on."""
        folder, name = self.main.rpartition("/")[::2]
        relations = self.parts.get(f"{folder}/_rels/{name}.rels", b"")
        names = [_place(folder, target) for each, target, _ in _relations(relations) if each.endswith(f"/{kind}")]
        # without relations (they are lost in some exports) the usual names hold
        usual = [name for name in self.parts if re.fullmatch(rf"{re.escape(folder)}/{kind}\d*\.xml", name)]
        return [self.parts[name] for name in dict.fromkeys([*names, *usual]) if name in self.parts]


def package(data: bytes, *, limit: int = LIMIT_XML_BYTES) -> Package:
    """Return the XML parts of a Word document or workbook; pictures and the like are left packed.

    `limit` is in inflated bytes over all parts. Raises Unreadable (bomb, damaged, embedded, encrypted,
    entities, macro, members, outside, paths, too_long, wrong_type).
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            _check_members(packed.infolist())
            parts = _inflate(packed, limit)
    except _DAMAGE:
        raise Unreadable("damaged") from None
    for name, part in parts.items():
        _check_part(name, part)
    main = next((_place("", to) for kind, to, _ in _relations(parts.get("_rels/.rels", b"")) if _is_text(kind)), _MAIN)
    main = main if main in parts else _MAIN
    if main not in parts or _TYPES not in parts:
        raise Unreadable("wrong_type")
    return Package({name: part.replace(_STRICT, _COMMON) for name, part in parts.items()}, main)


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    """Refuse too many members, names that lead elsewhere, passwords, macros and objects of other programs."""
    names = {member.filename for member in members}
    if len(members) > LIMIT_MEMBERS or len(names) < len(members):
        raise Unreadable("members", part=f"{len(members)} / {len(names)}")
    for member in members:
        if _leads_away(member.filename):
            raise Unreadable("paths", part=member.filename[:80])
        if member.flag_bits & _ENCRYPTED:
            raise Unreadable("encrypted")
        if PurePosixPath(member.filename).name.lower() in _MACRO_PARTS:
            raise Unreadable("macro")
        if _OBJECTS.match(member.filename):
            raise Unreadable("embedded", part=member.filename[:80])


def _leads_away(name: str) -> bool:
    """Tell whether a member's name could be a place outside the package."""
    return "\\" in name or name.startswith("/") or ":" in name or ".." in name.split("/") or "\x00" in name


def _inflate(packed: zipfile.ZipFile, limit: int) -> dict[str, bytes]:
    """Inflate the XML parts, counting what really comes out and not what the directory says."""
    parts, total, taken = {}, 0, 0
    for member in packed.infolist():
        if not member.filename.lower().endswith(_XML):
            continue
        pieces = []
        taken += member.compress_size
        with packed.open(member) as stream:
            while piece := stream.read(_STEP):
                total += len(piece)
                if total > limit:
                    raise Unreadable("bomb" if total > _BLOWN_UP * taken else "too_long", limit=limit // 1024 // 1024)
                pieces.append(piece)
        parts[member.filename] = b"".join(pieces)
    return parts


def _check_part(name: str, part: bytes) -> None:
    """Refuse document types and entities, macro types and relations that load from outside."""
    plain = part.decode("utf-16", "replace").encode() if part.startswith((b"\xff\xfe", b"\xfe\xff")) else part
    if _DTD.search(plain) or b"\x00" in plain:
        raise Unreadable("entities", part=name[:80])
    if name == _TYPES and b"macroEnabled" in plain:
        raise Unreadable("macro")
    if name.endswith(".rels"):
        for kind, target, is_outside in _relations(part):
            if is_outside and _loads(kind, target):
                raise Unreadable("outside", part=kind.rpartition("/")[2][:40])


def _loads(kind: str, target: str) -> bool:
    """Tell whether Word would fetch what an outside relation names by itself when it opens the document."""
    if kind.endswith("/attachedTemplate"):
        return _OWN_DISK.match(target) is None
    return not kind.endswith(_HARMLESS)


def _is_text(kind: str) -> bool:
    return kind.endswith("/officeDocument")


def _place(folder: str, target: str) -> str:
    """Return the name of the part a relation leads to."""
    return target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))


def _relations(part: bytes) -> list[tuple[str, str, bool]]:
    """Return kind, target and whether it lies outside, of each relation in a part."""
    if not part:
        return []
    try:
        root = ElementTree.fromstring(part)  # noqa: S314  (document types were refused before)
    except (ElementTree.ParseError, ValueError, LookupError):
        raise Unreadable("damaged") from None
    return [
        (node.get("Type", ""), node.get("Target", ""), node.get("TargetMode", "").lower() == "external")
        for node in root.iter()
        if node.tag.rpartition("}")[2] == "Relationship"
    ]
