"""Styles of a Word document: what a paragraph or run takes from its style and from those the style is based on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Self, TypeVar
from xml.etree.ElementTree import Element

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_HEADING: Final = re.compile(r"heading ?\d|title$", re.IGNORECASE)
_CONTENTS: Final = re.compile(r"toc ?\d|table of figures", re.IGNORECASE)
_OFF: Final = frozenset({"0", "false", "off", "none"})
_LONGEST_CHAIN: Final = 12

Found = TypeVar("Found")


def value(node: Element | None) -> str | None:
    """Return the w:val of an element, None when either is missing."""
    return None if node is None else node.get(f"{W}val")


def switch(node: Element | None) -> bool | None:
    """Return whether a property that is on or off is on; None when it is not spoken of."""
    return None if node is None else value(node) not in _OFF


@dataclass(frozen=True, slots=True)
class Style:
    """What one style says itself; None where it says nothing."""

    name: str = ""
    based_on: str = ""
    list_id: str | None = None
    depth: int | None = None
    outline: int | None = None
    font: str | None = None
    is_hidden: bool | None = None
    is_capital: bool | None = None


@dataclass(slots=True)
class Styles:
    """The styles of one document by their ids."""

    known: dict[str, Style] = field(default_factory=dict)
    usual: str = ""
    font: str = ""

    @classmethod
    def of(cls, root: Element | None) -> Self:
        """Take the styles of a document; without any, everything is as it stands."""
        styles = cls()
        if root is None:
            return styles
        styles.font = font(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")) or ""
        for node in root.findall(f"{W}style"):
            key = node.get(f"{W}styleId") or ""
            styles.known[key] = _style(node)
            if node.get(f"{W}type") == "paragraph" and node.get(f"{W}default") not in {None, *_OFF}:
                styles.usual = key
        return styles

    def chain(self, key: str) -> Iterator[tuple[str, Style]]:
        """Yield a style and those it is based on, nearest first; a circle ends."""
        for _ in range(_LONGEST_CHAIN):
            style = self.known.get(key)
            if style is None:
                return
            yield key, style
            key = style.based_on

    def first(self, key: str, ask: Callable[[Style], Found | None]) -> Found | None:
        """Return what the nearest style in a chain says, None when none says anything."""
        return next((found for _, style in self.chain(key) if (found := ask(style)) is not None), None)

    def of_paragraph(self, paragraph: Element) -> str:
        """Return the id of a paragraph's style, the usual one when it names none."""
        return value(paragraph.find(f"{W}pPr/{W}pStyle")) or self.usual

    def is_heading(self, key: str) -> bool:
        """Tell whether a style sets its paragraphs off as headings."""
        outline = self.first(key, lambda style: style.outline)
        return (outline is not None and outline < 9) or any(_HEADING.match(style.name) for _, style in self.chain(key))

    def is_contents(self, key: str) -> bool:
        """Tell whether a style belongs to a table of contents, which repeats what stands elsewhere."""
        return any(_CONTENTS.match(style.name) for _, style in self.chain(key))


def font(properties: Element | None) -> str | None:
    """Return the font for Latin letters that some properties name."""
    fonts = None if properties is None else properties.find(f"{W}rFonts")
    return None if fonts is None else fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi")


def number_of(node: Element) -> tuple[str | None, int | None]:
    """Return list and depth written in a paragraph or style itself."""
    number = node.find(f"{W}pPr/{W}numPr")
    if number is None:
        return None, None
    return value(number.find(f"{W}numId")), whole(value(number.find(f"{W}ilvl")), 8)


def whole(text: str | None, most: int) -> int | None:
    """Return a whole number from 0 to `most`; what is missing or senseless is none."""
    return int(text) if text and len(text) < 6 and text.isdecimal() and int(text) <= most else None


def _style(node: Element) -> Style:
    list_id, depth = number_of(node)
    run = node.find(f"{W}rPr")
    return Style(
        name=value(node.find(f"{W}name")) or "",
        based_on=value(node.find(f"{W}basedOn")) or "",
        list_id=list_id,
        depth=depth,
        outline=whole(value(node.find(f"{W}pPr/{W}outlineLvl")), 9),
        font=font(run),
        is_hidden=switch(node.find(f"{W}rPr/{W}vanish")),
        is_capital=switch(node.find(f"{W}rPr/{W}caps")),
    )
