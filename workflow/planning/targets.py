"""Targets: what is measured, against which value, in which unit, by which year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from documents.marks import PLAIN
from documents.outline import Block
from workflow.planning.numbers import Measure, measures, number
from workflow.planning.orders import is_level
from workflow.planning.roles import Role, role_of
from workflow.planning.tree import Node

_LIMIT_SENTENCE: Final = 4000
_YEAR: Final = re.compile(
    r"(?:đến|trong|vào|hết|cuối|năm)\s(?:hết |cuối |năm )*((?:19|20)\d\d)(?!\d)|^năm ((?:19|20)\d\d)",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"[^.;]*(?:[.,](?=\d)[^.;]*|\.(?=\w)[^.;]*)*[.;]?")
_GROUP: Final = re.compile(r"(?:về )?([^:;.%]{3,80}): ", re.IGNORECASE)
_LEAD: Final = re.compile(
    r"^(?:(?:(?:đến|trong|vào) (?:hết |cuối )?)?năm \d{4}[,:]? ?|(?:phấn đấu|đảm bảo|bảo đảm|có|đạt"
    r"|hoàn thành|đến|trong)[,:]? )+",
    re.IGNORECASE,
)
_TAIL: Final = re.compile(
    r"(?:[\s,;:.]|(?<!\w)(?:đạt|là|được|có|từ|ở mức|còn|và|lên|xuống|phấn đấu|tăng lên|giảm xuống|mức"
    r"|khoảng)(?!\w))+$",
    re.IGNORECASE,
)
_SERIES: Final = re.compile(r"^[\s,;]*(?:và )?(?:đến )?(?:năm (?:19|20)\d\d)?[\s,]*(?:đạt|là)?\s*$", re.IGNORECASE)
_PLAIN_NUMBER: Final = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d{1,12}(?:[,.]\d{1,4})?(?: ?%)?")
_BASELINE: Final = re.compile(r"(?:so với|từ) $", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """One measured aim and its place in the outline's text."""

    section: str
    group: str | None
    about: str
    measure: Measure
    year: int | None
    span: tuple[int, int]

    def to_json(self) -> dict[str, Any]:
        """Return the form `flask read --json` prints."""
        return {
            "section": self.section, "group": self.group, "about": self.about, "op": self.measure.op,
            "value": self.measure.value, "unit": self.measure.unit, "year": self.year,
            "span": list(self.span),
        }  # fmt: skip


def read_targets(root: Node) -> list[Target]:
    """Return the targets of a body: of its objectives, and of points elsewhere that set a measured level."""
    return list(_under(root, Role.TASKS, None))


def table_targets(rows: Iterable[tuple[dict[str, int], Block]]) -> Iterator[Target]:
    """Yield the targets of tables: one for each year a row gives a value for."""
    for columns, row in rows:
        cells = [" ".join(cell.split()) for cell in row.cells]
        about = cells[columns["about"]] if columns["about"] < len(cells) else ""
        unit = cells[columns["unit"]] if columns.get("unit", len(cells)) < len(cells) else ""
        for year, place in columns.items():
            if year.isdigit() and place < len(cells) and about and _PLAIN_NUMBER.fullmatch(cells[place]):
                measure = Measure(
                    "=",
                    number(cells[place].rstrip("% ")),
                    None,
                    unit or ("%" if "%" in cells[place] else ""),
                    0,
                    0,
                )
                yield Target(".".join(row.path), None, about, measure, int(year), (row.span[0], row.end))


def _under(node: Node, around: Role, year: int | None) -> Iterator[Target]:
    """Yield the targets under a node; a lead-in's year holds until the next heading or lead-in."""
    role = role_of(node.heading, around, main=node.main) if node.heading else around
    year = _year(node.heading or "") or year
    here = year
    for child in node.children:
        if child.level == PLAIN and child.text.rstrip().endswith(":"):
            here = _year(child.text) or year
            continue
        if child.heading is None and (role is Role.OBJECTIVE or (role is Role.TASKS and is_level(child.text))):
            yield from _in_block(child, here, counts=role is Role.OBJECTIVE)
        yield from _under(child, role, here)


def _in_block(node: Node, year: int | None, *, counts: bool) -> Iterator[Target]:
    """Yield the targets of one paragraph, sentence by sentence."""
    block = node.block
    if block is None:
        return
    text = block.text
    group = _GROUP.match(text)
    name = None if group is None or re.search(r"\d", group[1]) else group[1][0].upper() + group[1][1:]
    start = group.end() if group and name else 0
    year = _year(text[:start]) or year
    last: str | None = None
    for sentence in _SENTENCE.finditer(text, start):
        if not sentence[0].strip() or len(sentence[0]) > _LIMIT_SENTENCE:
            continue
        year = _leading_year(sentence[0]) or year
        for about, measure, own, place in _pieces(sentence[0], counts=counts):
            last = about or last
            if last:
                span = (block.start + sentence.start() + place[0], block.start + sentence.start() + place[1])
                yield Target(node.path, name, last, measure, own or year, span)


def _pieces(sentence: str, *, counts: bool) -> Iterator[tuple[str, Measure, int | None, tuple[int, int]]]:
    """Yield each measure of a sentence with what it is about, a year of its own, and its place."""
    found = [each for each in measures(sentence, counts=counts) if not _BASELINE.search(sentence[: each.start])]
    cuts = [0, *_cuts(sentence, found), len(sentence)]
    for measure, (start, end) in zip(found, pairwise(cuts), strict=False):
        before, after = sentence[start : measure.start], sentence[measure.end : end]
        own = _year(before) if start else None
        series = bool(start) and own is not None and bool(_SERIES.match(before)) and not after.strip(" ,;.")
        yield "" if series else _about(before, after), measure, own, _trimmed(sentence, start, end)


def _cuts(sentence: str, found: Sequence[Measure]) -> Iterator[int]:
    """Yield where the words of one measure end and those of the next begin."""
    for one, two in pairwise(found):
        between = sentence[one.end : two.start]
        joint = re.match(r"(?: \([^()]*\))?(?:,? và |, )", between)
        late = [match.end() for match in re.finditer(r", (?:và )?|(?<!\w)và ", between)]
        if joint and joint.end() < len(between):
            yield one.end + joint.end()
        elif late:
            year = re.search(r"(?:đến )?năm (?:19|20)\d\d", between)
            yield one.end + max([cut for cut in late if year is None or cut <= year.start()] or late)
        else:
            yield two.start


def _about(before: str, after: str) -> str:
    """Return what is measured: the words around the value without verbs of reaching and loose ends."""
    head = _LEAD.sub("", before.strip(" ,;")).strip()
    head = _TAIL.sub("", f"{head} ").strip(" ,;:")
    tail = re.sub(r"^[\s,;.]+|(?:[\s,;.]| và)+$", "", after)
    if head.lower() in {"phấn đấu", "đảm bảo", "bảo đảm", "có", "đạt", "trên", "với", "và", "ít nhất"}:
        head = ""
    words = f"{head} {tail}".strip()
    return words[:600]


def _trimmed(sentence: str, start: int, end: int) -> tuple[int, int]:
    """Return the place of a piece without the blanks and stops around it."""
    piece = sentence[start:end]
    left = len(piece) - len(piece.lstrip(" ,;."))
    right = len(piece.rstrip(" ,;."))
    return start + left, start + max(right, left + 1)


def _leading_year(sentence: str) -> int | None:
    """Return the year a sentence opens with: "Đến năm 2020, …"."""
    match = _YEAR.match(sentence.strip())
    return int(match[1] or match[2]) if match else None


def _year(words: str) -> int | None:
    """Return the last year that words such as "đến năm 2025" name."""
    found = [match[1] or match[2] for match in _YEAR.finditer(words.strip(" ,"))]
    return int(found[-1]) if found else None
