"""Plain text and Markdown: hard-wrapped lines and words broken by a new page become whole paragraphs
again.
"""

from __future__ import annotations

import html
import re
from typing import Final

from documents.outline import Piece, clean
from documents.readers import bars, columns, markup, progress
from documents.readers.decoding import text_of
from documents.readers.pages import PAGE_BREAK, furniture
from documents.readers.refusal import Unreadable
from documents.readers.wrapping import Shape, Writer

LIMIT_LETTERS: Final = 2_000_000
LIMIT_LINES: Final = 100_000

_EVERY: Final = 2_000
_BREAKS: Final = re.compile("\r\n?|[\x0b\x85\u2028\u2029]")
_HASHES: Final = re.compile(r"#{1,6} (?=.*\w)")
_QUOTE: Final = re.compile(r"^\s{0,3}(?:> ?)+")
_STARS: Final = re.compile(r"(?<!\\)\*+|(?<!\w)__(?=\w)|(?<=\w)__(?!\w)")
_SLANTED: Final = re.compile(r"(?<![\w\\])_([^\W_](?:[^_]{0,400}[^\s_\\])?)_(?!\w)")
_STRUCK: Final = re.compile(r"~~[^~]{0,2000}~~")
# none of these looks past the next sign that could begin another, so that repeated ones cost nothing
_PICTURE: Final = re.compile(r"!\[[^\[\]]{0,300}\]\([^()\s]{0,2000}\)")
_LINK: Final = re.compile(r"\[([^\[\]]{1,300})\]\((?:https?://|mailto:|#|\.?/)[^()\s]{0,2000}\)")
_TAGS: Final = re.compile(
    r"</?(?:b|i|u|em|strong|sup|sub|span|div|p|center|font|mark|ins)(?:\s[^<>]{0,200})?>", re.IGNORECASE
)
_COMMENT: Final = re.compile(r"<!--[^<>]{0,2000}-->")
_ENTITY: Final = re.compile(r"&(?:#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8});", re.IGNORECASE)
_ESCAPES: Final = re.compile(r"\\([-#*_.+()\[\]|>`~!{}<&])")
_BULLET_STAR: Final = re.compile(r"^\s{0,8}\*\s+(?=\S)")
_RULE: Final = re.compile(r"\s{0,3}(?:[-=_*] ?){3,}\s*")
_FENCE: Final = re.compile(r"\s{0,3}(?:```|~~~)\w{0,20}\s*")


def pieces(data: bytes) -> list[Piece]:
    """Return the paragraphs and table rows of a text. Raises Unreadable (not_text, too_long, too_many)."""
    lines = _lines(data)
    writer = Writer(Shape.of([line for line in lines if not line.lstrip().startswith(("|", "+"))]))
    at = told = 0
    while at < len(lines):
        rows, after = _table(lines, at)
        if rows:
            writer.table([[bare(cell) for cell in row] for row in rows])
        elif after == at:
            _line(lines[at], writer)
            after = at + 1
        at = after
        if at - told >= _EVERY:
            progress.tell(at, len(lines))
            told = at
    return writer.pieces()


def bare(line: str) -> str:
    """Return the line without the marks of Markdown and HTML: bold, links, escapes, entities, line breaks."""
    line = re.sub(r"<br\s{0,3}/?>", "\n", line, flags=re.IGNORECASE)
    if "<" in line:
        line = _TAGS.sub("", _COMMENT.sub("", line))
    if "](" in line:
        line = _LINK.sub(r"\1", _PICTURE.sub("", line))
    line = _ESCAPES.sub(r"\1", _SLANTED.sub(r"\1", _STARS.sub("", _STRUCK.sub("", line))))
    return _ENTITY.sub(lambda match: html.unescape(match[0]), line) if "&" in line else line


def _lines(data: bytes) -> list[str]:
    """Return the lines of a text without its page breaks, page numbers and a heading of facts for machines."""
    text = text_of(data)
    if len(text) > LIMIT_LETTERS:
        raise Unreadable("too_long", limit=LIMIT_LETTERS // 1_000_000)
    lines = _BREAKS.sub("\n", text).replace(PAGE_BREAK, f"\n{PAGE_BREAK}\n").split("\n")
    if sum(1 for line in lines if line.strip()) > LIMIT_LINES:
        raise Unreadable("too_many", limit=LIMIT_LINES)
    lines = lines[_facts_end(lines) :]
    left_out = furniture(lines)
    return [line for place, line in enumerate(lines) if place not in left_out]


def _facts_end(lines: list[str]) -> int:
    """Return where the text begins behind `---` key: value `---`, which some systems write on top."""
    if not lines or lines[0].strip() != "---":
        return 0
    for place, line in enumerate(lines[1:40], start=1):
        if line.strip() == "---":
            return place + 1
        if not re.match(r"\s*[\w\-]{1,40}\s*:|\s*-\s|\s*#|\s+\S", line):
            break
    return 0


def _table(lines: list[str], at: int) -> tuple[list[list[str]], int]:
    """Return the table that begins at a line, of whichever kind, and the line after it."""
    for kind in (bars.rows, markup.rows, columns.rows):
        rows, after = kind(lines, at)
        if after > at:
            return rows, after
    return [], at


def _line(line: str, writer: Writer) -> None:
    """Hand one line to the writer, told what its Markdown marks say."""
    if _RULE.fullmatch(line) or _FENCE.fullmatch(line) or not line.strip():
        writer.blank()
        return
    line = _QUOTE.sub("", line, count=1)
    heading = _HASHES.match(line)
    words = _BULLET_STAR.sub("- ", line[heading.end() :] if heading else line, count=1)
    unclosed = words.count("**") % 2 == 1
    writer.line(clean(bare(words)).replace("\n", " "), heading=bool(heading), bold_flips=unclosed)
