"""Automatic numbers of Word paragraphs: they stand in the list definitions, not in the text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Self
from xml.etree.ElementTree import Element

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_ROMAN: Final = (
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)
_HEADING: Final = re.compile(r"heading[ ]?\d|title", re.IGNORECASE)


def _in_roman(number: int) -> str:
    """Return a number from 1 to 399 in roman numerals."""
    sign = ""
    for worth, letters in _ROMAN:
        sign += letters * (number // worth)
        number %= worth
    return sign


def _in_letters(number: int) -> str:
    """Return a letter of the Latin alphabet, as Word counts; after z it doubles."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


# fmt: off
_SHAPES: Final[dict[str, Callable[[int], str]]] = {
    "decimal":     str,
    "decimalZero": lambda number: f"{number:02d}",
    "upperRoman":  _in_roman,
    "lowerRoman":  lambda number: _in_roman(number).lower(),
    "upperLetter": lambda number: _in_letters(number).upper(),
    "lowerLetter": _in_letters,
    "none":        lambda _number: "",
}
# fmt: on


def value(node: Element | None) -> str | None:
    """Return the w:val of an element, None when either is missing."""
    return None if node is None else node.get(f"{W}val")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: its shape of number, its first number and the text around it, such as %1.%2."""

    shape: str
    first: int
    text: str


@dataclass(slots=True)
class Numbers:
    """Counts the lists of one document from its first paragraph on."""

    lists: dict[str, str] = field(default_factory=dict)
    levels: dict[tuple[str, int], Level] = field(default_factory=dict)
    styled: dict[str, tuple[str, int]] = field(default_factory=dict)
    headings: set[str] = field(default_factory=set)
    counts: dict[tuple[str, int], int] = field(default_factory=dict)

    @classmethod
    def of(cls, numbering: Element | None, styles: Element | None) -> Self:
        """Take the list definitions and the styles that use them; either may be missing."""
        numbers = cls()
        for each in [] if numbering is None else numbering.findall(f"{W}num"):
            numbers.lists[each.get(f"{W}numId") or ""] = value(each.find(f"{W}abstractNumId")) or ""
        for each in [] if numbering is None else numbering.findall(f"{W}abstractNum"):
            numbers._add_levels(each)
        for each in [] if styles is None else styles.findall(f"{W}style"):
            numbers._add_style(each)
        return numbers

    def is_heading(self, paragraph: Element) -> bool:
        """Tell whether the paragraph's style sets it off as a heading."""
        return (value(paragraph.find(f"{W}pPr/{W}pStyle")) or "") in self.headings

    def next(self, paragraph: Element) -> str:
        """Return the number Word draws before the paragraph ("" for none), and count it."""
        place = self._place(paragraph)
        if place is None:
            return ""
        kind, depth = self.lists.get(place[0], ""), place[1]
        level = self.levels.get((kind, depth))
        if level is None:
            return ""
        self.counts[kind, depth] = self.counts.get((kind, depth), level.first - 1) + 1
        for deeper in [key for key in self.counts if key[0] == kind and key[1] > depth]:
            del self.counts[deeper]
        return self._drawn(kind, level)

    def _drawn(self, kind: str, level: Level) -> str:
        """Return a level's text with the numbers filled in; a bullet becomes a dash."""
        if level.shape == "bullet":
            return "-"
        return re.sub(r"%([1-9])", lambda match: self._number(kind, int(match[1]) - 1), level.text)

    def _number(self, kind: str, depth: int) -> str:
        """Return the number a level of a list stands at."""
        level = self.levels.get((kind, depth), Level("decimal", 1, ""))
        number = max(0, min(self.counts.get((kind, depth), level.first), 399))
        return _SHAPES.get(level.shape, str)(number) if number else "0"

    def _place(self, paragraph: Element) -> tuple[str, int] | None:
        """Return list and depth of a paragraph, its own or its style's; list 0 means none."""
        style = value(paragraph.find(f"{W}pPr/{W}pStyle")) or ""
        place = _number_of(paragraph) or self.styled.get(style)
        return None if place is None or place[0] == "0" else place

    def _add_levels(self, abstract: Element) -> None:
        """Take the levels of one list definition."""
        kind = abstract.get(f"{W}abstractNumId") or ""
        for node in abstract.findall(f"{W}lvl"):
            first = value(node.find(f"{W}start")) or "1"
            shape = value(node.find(f"{W}numFmt")) or "decimal"
            text = value(node.find(f"{W}lvlText")) or ""
            depth = _depth(node.get(f"{W}ilvl"))
            self.levels[kind, depth] = Level(shape, int(first) if first.isdigit() else 1, text)

    def _add_style(self, style: Element) -> None:
        """Take what a style says of lists and headings."""
        key = style.get(f"{W}styleId") or ""
        if _HEADING.match(value(style.find(f"{W}name")) or ""):
            self.headings.add(key)
        if place := _number_of(style):
            self.styled[key] = place


def _number_of(node: Element) -> tuple[str, int] | None:
    """Return list and depth written in a paragraph or style itself."""
    number = value(node.find(f"{W}pPr/{W}numPr/{W}numId"))
    return None if number is None else (number, _depth(value(node.find(f"{W}pPr/{W}numPr/{W}ilvl"))))


def _depth(text: str | None) -> int:
    """Return a list depth; what is missing or senseless is the outermost."""
    return int(text) if text and text.isdigit() and int(text) < 9 else 0
