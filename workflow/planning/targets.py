"""Targets: what is measured, against which value, in which unit, by which year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
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
_OF_YEAR: Final = r"(?:(?:đến|tới|vào|trong)(?: hết| cuối)? )?năm ((?:19|20)\d\d)(?!\d)"
_YEAR_BEFORE: Final = re.compile(
    rf"[,(]? ?{_OF_YEAR}\)?[,:]?(?: (?:đạt|là|còn|có|giảm|tăng|xuống|lên|ở mức"
    rf"|phải|sẽ))* ?$",
    re.IGNORECASE,
)
_YEAR_BEHIND: Final = re.compile(rf"^,? ?\(?{_OF_YEAR}\)?", re.IGNORECASE)
_YEAR_AT_END: Final = re.compile(
    r",? \(?(?:đến|tới|vào|trong)(?: hết| cuối)? năm ((?:19|20)\d\d)\)?(?=[\s,;.]*(?:và ?)?$)", re.IGNORECASE
)
_PRESENT: Final = re.compile(
    r"(?<!\w)(?:hiện (?:có|còn|nay|tại|đang|mới)|đến nay|tính đến|thực trạng|kết quả đạt được|đã (?:đạt|có"
    r"|hoàn thành|giảm"
    r"|tăng|được|đạt được)|ước đạt năm)(?!\w)",
    re.IGNORECASE,
)
_AIMS: Final = re.compile(
    r"(?<!\w)(?:phấn đấu|đến (?:cuối |hết )?năm|mục tiêu|nâng|tăng lên|lên|xuống)(?!\w)", re.IGNORECASE
)
_RISES: Final = re.compile(
    r"^(?:[^.;,]{0,40}?)(?:lên|xuống)(?: còn| mức| đến| đạt| tới)*(?: (?:trên|dưới"
    r"|khoảng))? ?$",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"[^.;]*(?:[.,](?=\d)[^.;]*|\.(?=\w)[^.;]*)*[.;]?")
_GROUP: Final = re.compile(r"(?:về )?([^:;.%]{3,80}): ", re.IGNORECASE)
_LEAD: Final = re.compile(
    r"^(?:(?:(?:đến|trong|vào|tới) (?:hết |cuối )?)?năm \d{4}[,:]? ?|(?:phấn đấu|đảm bảo|bảo đảm|có|đạt"
    r"|hoàn thành|đến|trong)[,:]? )+",
    re.IGNORECASE,
)
_TAIL: Final = re.compile(
    r"(?:[\s,;:.]|(?<!\w)(?:đạt|là|được|có|từ|ở mức|còn|và|lên|xuống|phấn đấu|tăng lên|giảm xuống|mức"
    r"|khoảng)(?!\w))+$",
    re.IGNORECASE,
)
_STRIVES: Final = re.compile(r"^(?:phấn đấu|mục tiêu|tập trung)[,:]? ", re.IGNORECASE)
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
    baseline: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the form `flask read --json` prints."""
        return {
            "section": self.section, "group": self.group, "about": self.about, "op": self.measure.op,
            "value": self.measure.value, "unit": self.measure.unit, "year": self.year,
            "baseline": self.baseline, "span": list(self.span),
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
    last = ""
    for sentence in _SENTENCE.finditer(text, start):
        if not sentence[0].strip() or len(sentence[0]) > _LIMIT_SENTENCE:
            continue
        year = _leading_year(sentence[0]) or year
        for piece in _named(list(_pieces(sentence[0], counts=counts)), last):
            last = piece.about
            if piece.told:
                continue
            span = (block.start + sentence.start() + piece.start, block.start + sentence.start() + piece.end)
            yield Target(node.path, name, piece.about, piece.measure, piece.year or year, span, piece.baseline)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A measure with the words around it, a year of its own, the level it starts from, and its place."""

    about: str
    measure: Measure
    year: int | None
    start: int
    end: int
    baseline: float | None
    told: bool


def _named(pieces: list[_Piece], last: str) -> list[_Piece]:
    """Return the pieces of a sentence that are about something: a series says it once, first or last.

    `last` is what the sentence before was about; a number of things is about those things.
    """
    if pieces and not pieces[0].about and not any(piece.about for piece in pieces):
        pieces[0] = replace(pieces[0], about=last)
    for place in range(1, len(pieces)):
        if not pieces[place].about and pieces[place - 1].about:
            pieces[place] = replace(pieces[place], about=pieces[place - 1].about)
    for place in range(len(pieces) - 2, -1, -1):
        if not pieces[place].about and pieces[place].year:
            pieces[place] = replace(pieces[place], about=pieces[place + 1].about)
    named = [piece if piece.about else replace(piece, about=piece.measure.unit.strip("%")) for piece in pieces]
    return [piece for piece in named if piece.about]


def _pieces(sentence: str, *, counts: bool) -> Iterator[_Piece]:
    """Yield each measure of a sentence that is aimed at; figures of the present are told, not set."""
    found = [each for each in measures(sentence, counts=counts) if not _BASELINE.search(sentence[: each.start])]
    bases = _bases(sentence, found)
    aims = [each for each in found if each not in bases.values()]
    cuts = [0, *_cuts(sentence, aims), len(sentence)]
    told = False
    for measure, (start, end) in zip(aims, pairwise(cuts), strict=False):
        base = bases.get(measure.start)
        before, after = sentence[start : base.start if base else measure.start], sentence[measure.end : end]
        told = not _AIMS.search(before) if told else bool(_PRESENT.search(before)) and not base
        before, after, own = _own_year(before, after)
        left, right = _trimmed(sentence, start, end)
        yield _Piece(_about(before, after), measure, own, left, right, base.low if base else None, told)


def _bases(sentence: str, found: Sequence[Measure]) -> dict[int, Measure]:
    """Return the level a measure starts from by the place of the measure: "từ 30% lên 45%"."""
    return {
        two.start: one
        for one, two in pairwise(found)
        if one.high is None and sentence[one.start : one.start + 3].lower() == "từ " and _rises(sentence, one, two)
    }


def _rises(sentence: str, one: Measure, two: Measure) -> bool:
    """Tell whether the words lead from one level to the next; "xuống dưới" counts with its operator."""
    between = sentence[one.end : two.start]
    return _RISES.match(between) is not None or sentence[two.start : two.start + 5].lower() == "xuống"


def _own_year(before: str, after: str) -> tuple[str, str, int | None]:
    """Return the words around a measure without the year it is set for, and that year."""
    if match := _YEAR_BEHIND.search(after) or _YEAR_AT_END.search(after):
        return before, after[: match.start()] + after[match.end() :], int(match[1])
    if match := _YEAR_BEFORE.search(before):
        return before[: match.start()], after, int(match[1])
    return before, after, None


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
    head = _LEAD.sub("", _PRESENT.sub("", before).strip(" ,;")).strip()
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
    """Return the year a sentence opens with: "Đến năm 2020, …", "Phấn đấu đến năm 2030 …"."""
    match = _YEAR.match(_STRIVES.sub("", sentence.strip()))
    return int(match[1] or match[2]) if match else None


def _year(words: str) -> int | None:
    """Return the last year that words such as "đến năm 2025" name."""
    found = [match[1] or match[2] for match in _YEAR.finditer(words.strip(" ,"))]
    return int(found[-1]) if found else None
