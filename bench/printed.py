"""A long plan as a PDF made by hand, for machines without a browser: letters with their meaning, ruled tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

_SIZE: Final = 13.0
_STEP: Final = 19.0
_LEFT, _RIGHT, _TOP = 85.0, 538.0, 770.0
_LINES: Final = 34
# Every letter is as wide as half its size; so a line holds this many.
_WIDTH: Final = 0.5
_ROW_LINES: Final = 3
_HEADS: Final = "TT | Nhiệm vụ | Đơn vị chủ trì"


def pdf(head: Sequence[str], paragraphs: Sequence[str], pages: int) -> bytes:
    """Return a PDF of so many pages: a head, then the paragraphs over and over; each tenth page is a table."""
    letters = sorted({letter for words in (*head, *paragraphs, _HEADS) for letter in words} | set("Phòngsố0123456789 "))
    glyphs = {letter: place for place, letter in enumerate(letters, start=1)}
    lines = chain(head, _lines(paragraphs))
    streams = [
        _table(page, paragraphs, glyphs)
        if page % 10 == 9
        else _page(page, [next(lines) for _ in range(_LINES)], glyphs)
        for page in range(pages)
    ]
    return _assembled(streams, _meanings(glyphs))


def _lines(paragraphs: Sequence[str]) -> Iterator[str]:
    """Yield the paragraphs line by line, without end."""
    most = int((_RIGHT - _LEFT) / (_SIZE * _WIDTH))
    while True:
        for words in paragraphs:
            line = ""
            for word in words.split():
                if len(line) + len(word) + 1 > most:
                    yield line
                    line = word
                else:
                    line = f"{line} {word}" if line else word
            yield line


def _page(number: int, lines: Sequence[str], glyphs: dict[str, int]) -> str:
    """Return what draws a page: its number on top, then its lines."""
    shown = (_text(_LEFT, _TOP - place * _STEP, line, glyphs) for place, line in enumerate(lines))
    return "\n".join([_text(300, 800, str(number + 1), glyphs), *shown])


def _table(number: int, paragraphs: Sequence[str], glyphs: dict[str, int]) -> str:
    """Return what draws a table of eleven rows: number, task, lead."""
    edges, step = (_LEFT, _LEFT + 40, _RIGHT - 120, _RIGHT), _ROW_LINES * _STEP
    rows = range(11)
    heights = [_TOP - row * step for row in (*rows, len(rows))]
    level = [f"{_LEFT} {height} {_RIGHT - _LEFT} 0.5 re f" for height in heights]
    upright = [f"{edge} {heights[-1]} 0.5 {heights[0] - heights[-1]} re f" for edge in edges]
    cells = []
    for row in rows:
        words = f"{row} | {paragraphs[row].partition(' ')[2][:38]} | Phòng số {row}" if row else _HEADS
        for left, text in zip(edges, words.split(" | "), strict=False):
            cells.append(_text(left + 4, heights[row] - _STEP, text, glyphs))
    return "\n".join([_text(300, 800, str(number + 1), glyphs), *level, *upright, *cells])


def _text(left: float, height: float, words: str, glyphs: dict[str, int]) -> str:
    codes = "".join(f"{glyphs[letter]:04X}" for letter in words)
    return f"BT /F {_SIZE} Tf {left:.1f} {height:.1f} Td <{codes}> Tj ET"


def _meanings(glyphs: dict[str, int]) -> str:
    """Return the table that says which letter each code is (9.10.3 of ISO 32000)."""
    listed = list(glyphs.items())
    chunks = [listed[start : start + 100] for start in range(0, len(listed), 100)]
    pairs = "\n".join(
        f"{len(chunk)} beginbfchar\n"
        + "\n".join(f"<{code:04X}> <{ord(sign):04X}>" for sign, code in chunk)
        + "\nendbfchar"
        for chunk in chunks
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{pairs}\nendcmap end end"
    )


def _assembled(streams: Sequence[str], meanings: str) -> bytes:
    """Return the file: catalogue, pages, one font without an outline, the pages' streams."""
    kids = " ".join(f"{6 + 2 * place} 0 R" for place in range(len(streams)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(streams)}/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>>>",
        "<</Type/Font/Subtype/Type0/BaseFont/Times/Encoding/Identity-H/DescendantFonts[4 0 R]/ToUnicode 5 0 R>>",
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/Times/DW 500/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        "/Supplement 0>>/FontDescriptor<</Type/FontDescriptor/FontName/Times/Flags 4/Ascent 800/Descent -200"
        "/FontBBox[0 -200 500 800]>>>>",
        _stream(meanings),
    ]
    for place, drawn in enumerate(streams):
        objects += [f"<</Type/Page/Parent 2 0 R/Contents {7 + 2 * place} 0 R>>", _stream(drawn)]
    made, places = b"%PDF-1.7\n", []
    parts: list[bytes] = []
    size = len(made)
    for number, thing in enumerate(objects, start=1):
        places.append(size)
        parts.append(f"{number} 0 obj\n{thing}\nendobj\n".encode("latin-1"))
        size += len(parts[-1])
    start = size
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(objects) + 1}/Root 1 0 R>>\n"
    return b"".join([made, *parts, f"{end}startxref\n{start}\n%%EOF\n".encode()])


def _stream(content: str) -> str:
    return f"<</Length {len(content)}>>stream\n{content}\nendstream"
