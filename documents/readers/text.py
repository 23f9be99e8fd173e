"""Plain text and Markdown: hard-wrapped lines and words broken by a new page become whole paragraphs
again.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from documents.outline import Piece, clean
from documents.readers import bars
from documents.readers.refusal import Unreadable
from documents.readers.wrapping import Shape, Writer

LIMIT_LETTERS: Final = 2_000_000

_ENCODINGS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"", "utf-8"),
)
_HASHES: Final = re.compile(r"#{1,6} (?=.*\w)")
_STARS: Final = re.compile(r"(?<!\\)\*+|(?<!\w)__(?=\w)|(?<=\w)__(?!\w)")
_ESCAPES: Final = re.compile(r"\\([-#*_.+()\[\]|>`])")
_BULLET_STAR: Final = re.compile(r"^\s{0,8}\*\s+(?=\S)")
_RULE: Final = re.compile(r"\s{0,3}(?:[-=_*] ?){3,}\s*")


def pieces(data: bytes) -> list[Piece]:
    """Return the paragraphs and table rows of a UTF-8 or UTF-16 text. Raises Unreadable (not_text,
    too_long).
    """
    lines = _decoded(data).splitlines()
    writer = Writer(Shape.of([line for line in lines if not line.lstrip().startswith("|")]))
    at = 0
    while at < len(lines):
        rows, after = bars.rows(lines, at)
        if after > at:
            writer.table([[bare(cell) for cell in row] for row in rows])
        else:
            _line(lines[at], writer)
            after = at + 1
        at = after
    return writer.pieces()


def bare(line: str) -> str:
    """Return the line without Markdown's marks of bold, italic, escape and line break."""
    line = re.sub(r"<br\s{0,3}/?>", "\n", line, flags=re.IGNORECASE)
    return _ESCAPES.sub(r"\1", _STARS.sub("", line))


def _decoded(data: bytes) -> str:
    """Return the text of the bytes, or refuse what is no text."""
    encoding = next(name for bom, name in _ENCODINGS if data.startswith(bom))
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable("not_text") from None
    if "\x00" in text or sum(text.count(sign) for sign in "\x01\x02\x03\x04\x05\x06") > len(text) // 1000:
        raise Unreadable("not_text")
    if len(text) > LIMIT_LETTERS:
        raise Unreadable("too_long", limit=LIMIT_LETTERS // 1_000_000)
    return text


def _line(line: str, writer: Writer) -> None:
    """Hand one line to the writer, told what its Markdown marks say."""
    if _RULE.fullmatch(line) or not line.strip():
        writer.blank()
        return
    heading = _HASHES.match(line)
    words = _BULLET_STAR.sub("- ", line[heading.end() :] if heading else line, count=1)
    unclosed = words.count("**") % 2 == 1
    writer.line(clean(bare(words)).replace("\n", " "), heading=bool(heading), bold_flips=unclosed)
