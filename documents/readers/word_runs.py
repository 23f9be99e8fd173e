"""The words of one Word paragraph as they are drawn: fields, hidden and deleted text, capitals and old fonts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final
from xml.etree.ElementTree import Element

from documents.readers import legacy
from documents.readers.refusal import Unreadable
from documents.readers.word_styles import Styles, W, font, switch, value

_COMPATIBLE: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH_TEXT: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
BOX: Final = f"{W}txbxContent"
# Deleted and moved-away text and the code of fields are no part of what is read.
_UNREAD: Final = frozenset({f"{W}{name}" for name in ("del", "moveFrom", "delText", "delInstrText", "pPr", "rPr")})
_SIGNS: Final = {
    f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-",
}  # fmt: skip
_COMMAND: Final = re.compile(r"\s*DDE(?:AUTO)?\b", re.IGNORECASE)
# What the letters of symbol fonts stand for where plans use them; all others are bullets and ticks.
_SYMBOLS: Final = {
    0xA3: "≤", 0xB3: "≥", 0xB1: "±", 0xB4: "×", 0xB9: "≠", 0xAE: "→", 0xDE: "→", 0xE0: "→", 0x2D: "-", 0x2B: "+",
}  # fmt: skip


@dataclass(slots=True)
class Spoken:
    """What one paragraph says, and the boxes that float at it."""

    text: str
    boxes: list[Element]


@dataclass(slots=True)
class Runs:
    """Reads paragraphs one after another; a field may begin in one and end in another."""

    styles: Styles
    has_fields: bool
    _open: list[bool] = field(default_factory=list)
    _code: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, body: Element, styles: Styles) -> Runs:
        """Return a reader for a body; fields that do not all end are taken as plain text."""
        kinds = [node.get(f"{W}fldCharType") for node in body.iter(f"{W}fldChar")]
        return cls(styles, has_fields=kinds.count("begin") == kinds.count("end"))

    def read(self, paragraph: Element) -> Spoken:
        """Return the paragraph's words as they are drawn, and its boxes. Raises Unreadable (embedded)."""
        boxes: list[Element] = []
        style = self.styles.of_paragraph(paragraph)
        found = list(self._words(paragraph, style, boxes))
        joined = (
            (convert, "".join(words for _, words in group)) for convert, group in groupby(found, lambda part: part[0])
        )
        text = "".join(legacy.converted(words, convert) if convert else words for convert, words in joined)
        return Spoken(text, boxes)

    def _words(
        self, paragraph: Element, style: str, boxes: list[Element]
    ) -> Iterator[tuple[legacy.Converter | None, str]]:
        """Yield the words of each run with how they are brought to Unicode; walks without recursion."""
        waiting = list(reversed(paragraph))
        while waiting:
            node = waiting.pop()
            if node.tag == f"{W}r":
                yield from self._run(node, style, waiting)
            elif node.tag == BOX:
                boxes.append(node)
            elif node.tag == _MATH_TEXT:
                yield None, node.text or ""
            elif node.tag == f"{W}fldSimple" and _COMMAND.match(node.get(f"{W}instr") or ""):
                raise Unreadable("embedded", part="DDE")
            elif node.tag not in _UNREAD:
                waiting.extend(reversed(_chosen(node)))

    def _run(self, run: Element, style: str, waiting: list[Element]) -> Iterator[tuple[legacy.Converter | None, str]]:
        """Yield the words of one run; what it holds besides is left to the walk."""
        properties = run.find(f"{W}rPr")
        words: list[str] = []
        for node in run:
            if node.tag == f"{W}t":
                words.append(node.text or "")
            elif node.tag in _SIGNS:
                words.append(_SIGNS[node.tag])
            elif node.tag == f"{W}sym":
                words.append(_symbol(node))
            elif node.tag == f"{W}fldChar":
                self._field(node.get(f"{W}fldCharType") or "")
            elif node.tag == f"{W}instrText":
                self._code.append(node.text or "")
            elif node.tag not in _UNREAD:
                waiting.append(node)
        if words and not any(self._open) and not self._hidden(properties, style):
            text = "".join(words)
            yield self._converter(properties, style), text.upper() if self._capital(properties, style) else text

    def _field(self, kind: str) -> None:
        """Step through a field: its code is not drawn, its result is."""
        if not self.has_fields:
            return
        if kind == "begin":
            self._open.append(True)
            self._code.clear()
        elif self._open:
            if _COMMAND.match("".join(self._code)):
                raise Unreadable("embedded", part="DDE")
            if kind == "separate":
                self._open[-1] = False
            elif kind == "end":
                self._open.pop()

    def _hidden(self, properties: Element | None, style: str) -> bool:
        own = None if properties is None else switch(properties.find(f"{W}vanish"))
        return bool(self._from_style(properties, style, "is_hidden") if own is None else own)

    def _capital(self, properties: Element | None, style: str) -> bool:
        own = None if properties is None else switch(properties.find(f"{W}caps"))
        return bool(self._from_style(properties, style, "is_capital") if own is None else own)

    def _converter(self, properties: Element | None, style: str) -> legacy.Converter | None:
        """Return how the run's text is brought to Unicode, by its font or that of its style."""
        name = font(properties) or self._from_style(properties, style, "font") or self.styles.font
        return legacy.of_font(str(name)) if name else None

    def _from_style(self, properties: Element | None, style: str, name: str) -> object:
        """Return what the run's own style says of a property, or else its paragraph's."""
        own = None if properties is None else value(properties.find(f"{W}rStyle"))
        found = self.styles.first(own, lambda each: getattr(each, name)) if own else None
        return self.styles.first(style, lambda each: getattr(each, name)) if found is None else found


def _chosen(node: Element) -> list[Element]:
    """Return what stands in a node; of a drawing that is given twice only the newer, unless it is empty."""
    if node.tag != f"{_COMPATIBLE}AlternateContent":
        return list(node)
    choices = [each for each in node if each.tag == f"{_COMPATIBLE}Choice"]
    fallback = [each for each in node if each.tag == f"{_COMPATIBLE}Fallback"]
    has_words = any(next(each.iter(f"{W}t"), None) is not None for each in choices)
    return choices[:1] if has_words or not fallback else fallback[:1]


def _symbol(node: Element) -> str:
    """Return what a letter of a symbol font stands for: a sign, or else a bullet."""
    code = node.get(f"{W}char") or ""
    number = int(code, 16) & 0xFF if re.fullmatch(r"[0-9A-Fa-f]{2,4}", code) else 0
    name = node.get(f"{W}font") or ""
    return _SYMBOLS.get(number, "•") if name == "Symbol" or number in {0x2D, 0x2B, 0xE0} else "•"
