"""Automatic numbers of Word paragraphs: they stand in the list definitions, not in the text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Self
from xml.etree.ElementTree import Element

from documents.readers.word_styles import Styles, W, number_of, value, whole

_ROMAN: Final = (
    (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_WORDS: Final = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_LARGEST: Final = 30_000
_PARTS: Final = re.compile(r"%([1-9])")
_PLUS: Final = re.compile("[+\uf02b]")
_INNER_BULLETS: Final = re.compile("[o+\uf02b\uf0a7\uf0d8\uf076\u25aa\u25ab]")


def in_roman(number: int) -> str:
    """Return a number in roman numerals; beyond 399 they are not used."""
    if not 0 < number < 400:
        return str(number)
    sign = ""
    for worth, letters in _ROMAN:
        sign += letters * (number // worth)
        number %= worth
    return sign


def in_letters(number: int) -> str:
    """Return a letter of the Latin alphabet, as Word counts; after z it doubles."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number < 800 else str(number)


def in_words(number: int) -> str:
    """Return a Vietnamese number word up to 99."""
    tens, ones = divmod(number, 10)
    if not 0 < tens < 10:
        return _WORDS[ones] if number < 10 else str(number)
    head = "mười" if tens == 1 else f"{_WORDS[tens]} mươi"
    last = {0: "", 1: "mốt" if tens > 1 else "một", 5: "lăm"}.get(ones, _WORDS[ones])
    return f"{head} {last}".strip()


# fmt: off
_SHAPES: Final[dict[str, Callable[[int], str]]] = {
    "decimal":            str,
    "decimalZero":        lambda number: f"{number:02d}",
    "upperRoman":         in_roman,
    "lowerRoman":         lambda number: in_roman(number).lower(),
    "upperLetter":        lambda number: in_letters(number).upper(),
    "lowerLetter":        in_letters,
    "vietnameseCounting": in_words,
    "cardinalText":       in_words,
    "none":               lambda _number: "",
}
_GAPS: Final = {"space": " ", "nothing": ""}
# fmt: on


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: its shape of number, its first number, the text around it, and when it restarts."""

    shape: str = "decimal"
    first: int = 1
    text: str = ""
    gap: str = " "
    is_legal: bool = False
    restarts_at: int | None = None
    style: str = ""


@dataclass(slots=True)
class List:
    """One list of the document: the definition it counts with, and what it changes of it."""

    kind: str
    levels: dict[int, Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Numbers:
    """Counts the lists of one document from its first paragraph on."""

    styles: Styles = field(default_factory=Styles)
    lists: dict[str, List] = field(default_factory=dict)
    kinds: dict[str, dict[int, Level]] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    started: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def of(cls, numbering: Element | None, styles: Styles) -> Self:
        """Take the list definitions and the styles that use them; the definitions may be missing."""
        numbers = cls(styles)
        if numbering is None:
            return numbers
        links = {}
        for node in numbering.findall(f"{W}abstractNum"):
            kind = node.get(f"{W}abstractNumId") or ""
            numbers.kinds[kind] = dict(_level(each) for each in node.findall(f"{W}lvl"))
            links[kind] = value(node.find(f"{W}numStyleLink"))
        for node in numbering.findall(f"{W}num"):
            numbers.lists[node.get(f"{W}numId") or ""] = _list(node)
        numbers._follow(links)
        return numbers

    def next(self, paragraph: Element) -> str:
        """Return the number Word draws before the paragraph with the gap behind it ("" for none), and count it."""
        place = self._place(paragraph)
        own = self.lists.get(place[0]) if place else None
        if place is None or own is None:
            return ""
        depth = place[1]
        level = self._level(own, depth)
        if level is None:
            return ""
        self._count(place[0], own, depth, level)
        drawn = self._drawn(own, depth, level)
        return drawn + level.gap if drawn else ""

    def _count(self, key: str, own: List, depth: int, level: Level) -> None:
        """Step a level on; a list of its own beginning starts there once, deeper levels begin anew."""
        counts = self.counts.setdefault(own.kind, {})
        first = own.starts.get(depth, level.first)
        begins = depth in own.starts and (key, depth) not in self.started
        counts[depth] = first if begins else min(counts.get(depth, first - 1) + 1, _LARGEST)
        self.started.add((key, depth))
        for deeper in [each for each in counts if each > depth]:
            after = (self._level(own, deeper) or Level()).restarts_at
            if after is None or depth < after:
                del counts[deeper]

    def _drawn(self, own: List, depth: int, level: Level) -> str:
        """Return a level's text with the numbers filled in; a bullet becomes a dash, an inner one a plus."""
        if level.shape == "bullet":
            outer = self._level(own, depth - 1) if depth else None
            is_inner = outer is not None and outer.shape == "bullet" and _INNER_BULLETS.match(level.text)
            return "+" if is_inner or _PLUS.match(level.text) else "-"
        return _PARTS.sub(lambda match: self._number(own, int(match[1]) - 1, level.is_legal), level.text)

    def _number(self, own: List, depth: int, is_legal: bool) -> str:
        """Return the number a level of a list stands at; legal lists write every level in digits."""
        level = self._level(own, depth) or Level()
        number = self.counts.get(own.kind, {}).get(depth, own.starts.get(depth, level.first))
        shape = "decimal" if is_legal and level.shape != "decimalZero" else level.shape
        return _SHAPES.get(shape, str)(number)

    def _level(self, own: List, depth: int) -> Level | None:
        return own.levels.get(depth) or self.kinds.get(own.kind, {}).get(depth)

    def _place(self, paragraph: Element) -> tuple[str, int] | None:
        """Return list and depth of a paragraph, its own or its style's; list 0 takes the number away."""
        list_id, depth = number_of(paragraph)
        style = self.styles.of_paragraph(paragraph)
        if list_id is None:
            list_id = self.styles.first(style, lambda each: each.list_id)
            depth = self._depth_of_style(style, list_id) if depth is None else depth
        return None if list_id in {None, "0"} else (list_id or "", depth or 0)

    def _depth_of_style(self, style: str, list_id: str | None) -> int:
        """Return the depth a style stands at: the level that names it, or what the style says itself."""
        own = self.lists.get(list_id or "")
        levels = {} if own is None else self.kinds.get(own.kind, {}) | own.levels
        named = {level.style: depth for depth, level in levels.items() if level.style}
        for key, _ in self.styles.chain(style):
            if key in named:
                return named[key]
        return self.styles.first(style, lambda each: each.depth) or 0

    def _follow(self, links: dict[str, str | None]) -> None:
        """Give a definition that only names a list style the levels of that style's list."""
        for kind, style in links.items():
            list_id = self.styles.known[style].list_id if style in self.styles.known else None
            own = self.lists.get(list_id or "")
            if own is not None and not self.kinds[kind]:
                self.kinds[kind] = self.kinds.get(own.kind, {})


def _list(node: Element) -> List:
    """Return a list with what it changes of its definition."""
    own = List(value(node.find(f"{W}abstractNumId")) or "")
    for change in node.findall(f"{W}lvlOverride"):
        depth = whole(change.get(f"{W}ilvl"), 8) or 0
        start = whole(value(change.find(f"{W}startOverride")), _LARGEST)
        if start is not None:
            own.starts[depth] = start
        if (level := change.find(f"{W}lvl")) is not None:
            own.levels[depth] = _level(level)[1]
    return own


def _level(node: Element) -> tuple[int, Level]:
    """Return a level's depth and the level."""
    shape = node.find(f"{W}numFmt")
    form = next(node.iter(f"{W}numFmt"), None) if shape is None else shape  # Word wraps newer shapes in a choice
    first = whole(value(node.find(f"{W}start")), _LARGEST)
    legal = node.find(f"{W}isLgl")
    return whole(node.get(f"{W}ilvl"), 8) or 0, Level(
        shape=value(form) or "decimal",
        first=1 if first is None else first,
        text=value(node.find(f"{W}lvlText")) or "",
        gap=_GAPS.get(value(node.find(f"{W}suff")) or "tab", " "),
        is_legal=legal is not None and value(legal) not in {"0", "false"},
        restarts_at=whole(value(node.find(f"{W}lvlRestart")), 9),
        style=value(node.find(f"{W}pStyle")) or "",
    )
