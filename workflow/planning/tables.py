"""Tables of assignment: columns told by their headings, groups, merged cells, numbers that restart or are
left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from documents.marks import PART, ROMAN, UPPER, find
from documents.outline import Block, Kind
from workflow.planning.drafts import Draft, Values
from workflow.planning.fields import Field

_NUMBER: Final = "number"
_INDICATOR: Final = "indicator"
_START: Final = "start"
# The first row that fits is what the column holds.
# fmt: off
_COLUMNS: Final = (
    (_NUMBER,       re.compile(r"(?:s?tt|số tt|số thứ tự|no)\W*$")),
    (Field.CHIEF,   re.compile(r".*lãnh đạo.*(?:phụ trách|chỉ đạo)")),
    (Field.LEAD,    re.compile(r".*chủ trì")),
    (Field.WITH,    re.compile(r".*phối hợp")),
    (Field.PERSON,  re.compile(r"(?:người|cán bộ|chuyên viên|công chức)")),
    (_START,        re.compile(r".*(?:bắt đầu|khởi công)(?!.*(?:kết thúc|hoàn thành))")),
    (Field.TIME,    re.compile(r".*(?:thời gian|thời hạn|tiến độ|hạn hoàn thành|thời điểm)")),
    (Field.PRODUCT, re.compile(r".*(?:sản phẩm|kết quả)")),
    (Field.DOER,    re.compile(r".*(?:cơ quan|đơn vị|bộ phận|phòng).*(?:thực hiện|chịu trách nhiệm"
                               r"|đầu mối)|.*(?:phân công|trách nhiệm thực hiện)")),
    (_INDICATOR,    re.compile(r".*chỉ tiêu")),
    (Field.TASK,    re.compile(r".*(?:nhiệm vụ|nội dung|công việc|hoạt động|đầu việc)")),
)
# fmt: on
_ASSIGNING: Final = frozenset({Field.LEAD, Field.WITH, Field.PERSON, Field.TIME, Field.PRODUCT, Field.DOER})
_GROUP_SIGN: Final = re.compile(r"[IVXLC]{1,7}|[A-ZĐ]|[a-zđ]|\d{1,3}(?:\.\d{1,3})*")
_DOTS: Final = re.compile(r"[.…\s]{4,}")
_COLUMN_NUMBERS: Final = re.compile(r"\(?\d{1,2}\)?(?:=.*)?")


@dataclass(slots=True)
class Reader:
    """Reads the rows of a document's tables one after another."""

    section: str | None = None
    columns: dict[str, int] = field(default_factory=dict)
    group: str = ""
    group_values: Values = field(default_factory=dict)
    count: int = 0
    drafts: list[Draft] = field(default_factory=list)

    def row(self, block: Block, following: Sequence[str]) -> None:
        """Take one row; `following` are the cells of the next."""
        if columns := columns_of(block.cells):
            self.columns, self.group, self.group_values, self.count = columns, "", {}, 0
            return
        if not self.columns or all(_COLUMN_NUMBERS.fullmatch(cell) for cell in block.cells if cell):
            return
        filled = [cell for cell in block.cells if cell]
        if len(filled) == 1 and (filled[0].isupper() or find(filled[0]).level in {ROMAN, UPPER, PART}):
            self._open(find(filled[0]).number or filled[0][:40])
            return
        number, text, values = self._cells(block.cells)
        if _is_group_sign(number) and len(filled) == 2 and not text and filled[-1].isupper():
            self._open(number)
            return
        if self.columns.get(Field.TASK) in block.repeated and self.drafts:  # one task over several rows
            own = [cell if place not in block.repeated else "" for place, cell in enumerate(block.cells)]
            self._go_on(self._cells(own)[2])
        elif not text:
            self._go_on(values)
        elif not values and self._is_group(number, text, following):
            self._open(number or text[:40])
        elif values and _is_group_sign(number) and not number.isdigit() and text.isupper():
            self.group, self.count, self.group_values = number, 0, values
        else:
            self._add(block, number, text, values)

    def _open(self, group: str) -> None:
        """Begin a group of rows."""
        self.group, self.count, self.group_values = group, 0, {}

    def gap(self) -> None:
        """Note that rows were left out here: the group that goes on behind the gap is not known."""
        if self.columns:
            self.group, self.group_values = "?", {}

    def _cells(self, cells: Sequence[str]) -> tuple[str, str, Values]:
        """Return number, task and the assigning cells of a row."""
        at = {name: cells[place] for name, place in self.columns.items() if place < len(cells) and cells[place]}
        values: Values = {Field(name): _lines(text, name) for name, text in at.items() if name in _ASSIGNING}
        number = at.get(_NUMBER, "").strip(" .)")
        text = " ".join(at.get(Field.TASK, "").split())
        if not text and _NUMBER not in self.columns:
            return number, "", values
        if not text and not values and len([cell for cell in cells if cell]) == 1:
            text, number = next(cell for cell in cells if cell), ""
        return number, text, values

    def _is_group(self, number: str, text: str, following: Sequence[str]) -> bool:
        """Tell whether a row without assignment heads the rows below it."""
        if text.isupper() or (_is_group_sign(number) and not number.isdigit()):
            return True
        below = (
            following[self.columns[_NUMBER]].strip(" .)")
            if _NUMBER in self.columns and self.columns[_NUMBER] < len(following)
            else ""
        )
        return below.startswith(f"{number}.") if number else not any(name in self.columns for name in (Field.PERSON,))

    def _go_on(self, values: Values) -> None:
        """Add what a row without a task says to the task above it."""
        if self.drafts and values:
            own = self.drafts[-1].own
            for name, found in values.items():
                own[name] = list(dict.fromkeys([*own.get(name, []), *found]))

    def _add(self, block: Block, number: str, text: str, values: Values) -> None:
        self.count += 1
        place = number or str(self.count)
        row: str | int = f"{self.group}.{place}" if self.group else int(place) if place.isdigit() else place
        start, end = block.span[0], block.end
        self.drafts.append(
            Draft(text, self.section or "", start, end, [text], values, dict(self.group_values), annex_row=row)
        )


def assigned(blocks: Sequence[Block], sections: bool) -> list[Draft]:
    """Return the tasks in the tables of some blocks; with `sections` each stands in the section around it."""
    reader = Reader()
    for place, block in enumerate(blocks):
        if block.kind is not Kind.ROW:
            if _DOTS.fullmatch(block.text):
                reader.gap()
            continue
        reader.section = ".".join(block.path) if sections else None
        reader.row(block, blocks[place + 1].cells if place + 1 < len(blocks) else ())
    return reader.drafts


def columns_of(cells: Sequence[str]) -> dict[str, int] | None:
    """Return which column holds what when the row is a table's heading: it names a task column and one that
    assigns.
    """
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        words = " ".join(cell.lower().split())
        name = next((name for name, form in _COLUMNS if form.match(words)), None) if 0 < len(words) < 60 else None
        if name is not None:
            found.setdefault(str(name), place)
    is_head = Field.TASK in found and (len(_ASSIGNING & found.keys()) > 0 or _NUMBER in found)
    return found if is_head and len(found) > 1 else None


def indicator_columns(cells: Sequence[str]) -> dict[str, int] | None:
    """Return the columns of a table of targets: indicator, unit, and one for each year."""
    words = [" ".join(cell.lower().split()) for cell in cells]
    found: dict[str, int] = {}
    for place, text in enumerate(words):
        if "chỉ tiêu" in text and not re.search(r"20\d\d", text):
            found.setdefault("about", place)
        elif re.match(r"(?:đơn vị(?: tính)?|đvt)\W*$", text):
            found.setdefault("unit", place)
        elif (year := re.search(r"20\d\d", text)) and not re.search(r"thực hiện|ước|ưth|\bth\b", text):
            found[year[0]] = place
    return found if "about" in found and len(found) > 2 else None


def _is_group_sign(number: str) -> bool:
    return _GROUP_SIGN.fullmatch(number) is not None


def _lines(text: str, name: str) -> list[str]:
    """Return a cell's value; persons stand one a line."""
    if name == Field.PERSON:
        return [person for part in re.split(r"\n| / |;|,", text) if (person := part.strip(" .-–"))]
    if name == Field.TIME:
        return [" ".join(text.split()).strip(" .;")]
    return [text.replace(" / ", "\n").strip()]


def rows_with_heads(blocks: Sequence[Block]) -> Iterator[tuple[dict[str, int], Block]]:
    """Yield the rows of target tables with the columns their heading gives."""
    columns: dict[str, int] | None = None
    for block in blocks:
        if block.kind is not Kind.ROW:
            columns = None
        elif head := indicator_columns(block.cells):
            columns = head
        elif columns_of(block.cells):
            columns = None
        elif columns:
            yield columns, block
