"""The annexes of reports as a table: columns with what stands in their cells, rows, and the heads of their groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

from accountability.evaluation import evidence
from accountability.evaluation.evidence import Evidence
from accountability.evaluation.paper import BY_HAND, limits
from accountability.figures.table import FIGURES, GROUPS
from accountability.reports import registers, words
from accountability.reports.facts import Facts, Row
from accountability.reports.kinds import Kind
from documents.writers.annex import in_roman
from documents.writers.official import Cell, Column, Counted, Group, Table
from i18n import gettext as _
from models.vocabulary import OfficialClass as C

CellOf = Callable[[Row], Cell]
Grouped = Iterable[tuple[str, Sequence[Any]]]


@dataclass(frozen=True)
class Plan:
    """One annex: title, columns with their cells, the rows in groups, and whether it lies across."""

    title: str
    columns: tuple[tuple[Column, Callable[[Any], Cell]], ...]
    groups: Callable[[Facts], Grouped]
    across: bool = True


def compose(kind: Kind, facts: Facts) -> tuple[Table, ...]:
    """Return the annexes of a report, numbered when there are several."""
    many = len(kind.tables) > 1
    return tuple(
        _table(TABLES[name], facts, f"Phụ lục {in_roman(place)}" if many else "Phụ lục")
        for place, name in enumerate(kind.tables, start=1)
    )


def _table(plan: Plan, facts: Facts, heading: str) -> Table:
    groups, number = [], 0
    for place, (title, rows) in enumerate(plan.groups(facts), start=1):
        cells = []
        for row in rows:
            number += 1
            cells.append((number, *(cell(row) for _column, cell in plan.columns)))
        groups.append(Group(f"{in_roman(place)}. {title}" if title else "", tuple(cells)))
    columns = (Column("TT", 10, centred=True), *(column for column, _cell in plan.columns))
    remark = f"Dữ liệu tính đến ngày {words.day(facts.question.day)}"
    return Table(heading, plan.title, "", remark, columns, tuple(groups), plan.across)


# ------------------------------------------------------------------ rows of tasks


def _by(key: Callable[[Row], str], title: Callable[[str], str], rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    for name, found in groupby(sorted(rows, key=lambda row: (key(row), row.id)), key=key):
        yield title(name), list(found)


def _overdue(facts: Facts) -> Grouped:
    return _by(lambda row: row.source, lambda name: name or "Nhiệm vụ giao trực tiếp", facts.overdue)


def _by_leader(facts: Facts) -> Grouped:
    rows = [row for row in facts.rows if row.official is not None and not row.is_part]
    return _by(lambda row: row.leader, lambda name: f"Nhiệm vụ giao {name or 'tập thể lãnh đạo'} chỉ đạo", rows)


def _by_task(facts: Facts) -> Grouped:
    """Give the tasks that fall due in the period, and those overdue from before."""
    rows = [
        row
        for row in facts.rows
        if row.official in (C.DONE_ON_TIME, C.DONE_LATE, C.OPEN_LATE)
        or (row.official == C.OPEN_IN_TIME and row.due_on is not None and row.due_on <= facts.question.last)
    ]
    return _by(lambda row: row.unit, str, rows)


def _monthly(facts: Facts) -> Grouped:
    own = [row for row in facts.rows if not row.is_part and row.official is not None]
    parts = [row for row in facts.rows if row.is_part]
    return [("Nhiệm vụ chủ trì", own), ("Nhiệm vụ phối hợp", parts)]


def _delays(facts: Facts) -> Grouped:
    return [("", facts.of(C.DONE_LATE, C.OPEN_LATE))]


def _evidence(facts: Facts) -> Evidence:
    """Return what the evaluation of a unit's head rests on, in every seat he held in the period."""
    head = facts.head.person_id if facts.head else None
    question = facts.question.about(unit_id=None, head_id=head) if head else facts.question
    return evidence.of(question, facts.ref)


def _criteria(facts: Facts) -> Grouped:
    seen = _evidence(facts)
    title = seen.rules.title if seen.rules else ""
    asked = [
        (line, "; ".join(f"{_(level)}: {limit}" for level, limit in limits(line, facts.ref))) for line in seen.lines
    ]
    return [(title, asked)]


def _open(facts: Facts) -> Grouped:
    return [("", facts.of(C.OPEN_IN_TIME, C.OPEN_LATE, C.NO_DEADLINE))]


# ------------------------------------------------------------------ rows of figures


def _unit_rows(facts: Facts) -> Grouped:
    units = facts.units if facts.unit_id is None else ()
    rows = [_UnitLine(facts.ref.unit_name(unit), f".u{unit}", facts) for unit in units]
    total = _UnitLine("Tổng cộng" if rows else facts.ref.unit_name(facts.unit_id), "", facts)
    return [("", [*rows, total])]


@dataclass(frozen=True)
class _UnitLine:
    """The figures of one unit, or of all."""

    name: str
    suffix: str
    facts: Facts

    def count(self, key: str) -> Cell:
        """Return a figure of it."""
        figure = self.facts.figures[key + self.suffix]
        return Counted(figure.value, figure.id)

    def share(self, key: str) -> Cell:
        """Return a figure's share of those due; a dash when nothing was due."""
        share = self.facts.figures[key + self.suffix].shares.get("due")
        return Decimal(share.replace(",", ".")) if share else "-"


def _figure_rows(facts: Facts) -> Grouped:
    for group, name in GROUPS.items():
        yield _(name), [facts.figures[key] for key, row in FIGURES.items() if row.group == group]


def _percent(figure: Any, of: str) -> Cell:
    share = figure.shares.get(of)
    return Decimal(share.replace(",", ".")) if share else "-"


# ------------------------------------------------------------------ the table of annexes


def _col(name: str, width: int, cell: Callable[[Any], Cell], *, centred: bool = False) -> tuple[Column, Any]:
    return Column(name, width, centred), cell


def _task(row: Row) -> Cell:
    return row.title


_UNIT: Final = _col("Cơ quan chủ trì", 40, lambda row: row.unit)
_DUE: Final = _col("Thời hạn hoàn thành", 28, lambda row: row.deadline, centred=True)
_STATE: Final = _col("Tiến độ", 30, lambda row: words.PROGRESS[row.timing.state], centred=True)

# fmt: off
TABLES: Final[dict[str, Plan]] = {
    "units": Plan("Tổng hợp kết quả thực hiện nhiệm vụ của các đơn vị", (
        _col("Tên đơn vị, cá nhân", 56, lambda line: line.name),
        _col("Tổng số", 18, lambda line: line.count("assigned"), centred=True),
        _col("HT đúng hạn", 20, lambda line: line.count("done_on_time"), centred=True),
        _col("HT quá hạn", 20, lambda line: line.count("done_late"), centred=True),
        _col("Chưa HT trong hạn", 22, lambda line: line.count("open_in_time"), centred=True),
        _col("Chưa HT quá hạn", 22, lambda line: line.count("open_late"), centred=True),
        _col("Tỷ lệ HT đúng hạn (%)", 22, lambda line: line.share("done_on_time"), centred=True),
        _col("Tỷ lệ HT quá hạn (%)", 22, lambda line: line.share("done_late"), centred=True),
        _col("Tỷ lệ chưa HT quá hạn (%)", 24, lambda line: line.share("open_late"), centred=True),
        _col("Ghi chú", 16, lambda _line: ""),
    ), _unit_rows),
    "overdue": Plan("Tổng hợp các nhiệm vụ quá hạn chưa hoàn thành", (
        _col("Nhiệm vụ", 88, _task),
        _col("Văn bản giao nhiệm vụ", 52, lambda row: row.source),
        _col("Cơ quan chủ trì thực hiện", 44, lambda row: row.unit),
        _DUE,
        _col("Số ngày quá hạn", 22, lambda row: row.timing.days, centred=True),
    ), _overdue),
    "by_leader": Plan("Kết quả thực hiện nhiệm vụ", (
        _col("Tên nhiệm vụ", 78, _task),
        _col("Đơn vị chủ trì", 40, lambda row: row.unit),
        _col("Thời hạn", 26, lambda row: row.deadline, centred=True),
        _col("Kết quả thực hiện", 72, words.outcome),
        _STATE,
    ), _by_leader),
    "by_task": Plan("Tiến độ, khó khăn, nguyên nhân, giải pháp của từng nhiệm vụ", (
        _col("Nhiệm vụ", 52, _task),
        _col("Cơ quan chủ trì", 30, lambda row: row.unit),
        _col("Thời hạn", 22, lambda row: row.deadline, centred=True),
        _col("Tiến độ", 24, lambda row: words.PROGRESS[row.timing.state], centred=True),
        _col("Kết quả thực hiện", 40, words.outcome),
        _col("Khó khăn, vướng mắc", 30, lambda row: row.difficulty),
        _col("Nguyên nhân", 28, lambda row: row.why),
        _col("Giải pháp, bước tiếp theo", 28, lambda row: row.next_step),
    ), _by_task),
    "monthly": Plan("Biểu 01. Kết quả thực hiện nhiệm vụ trong tháng", (
        _col("Tên nhiệm vụ", 64, _task),
        _col("Vai trò", 20, lambda row: "Phối hợp" if row.is_part else "Chủ trì", centred=True),
        _col("Kết quả thực hiện trong tháng", 56, words.outcome),
        _col("Lũy kế", 24, lambda row: row.total, centred=True),
        _col("Tiến độ (Vượt/Đạt/Chậm)", 22, words.pace, centred=True),
        _col("Tồn tại, khó khăn", 30, lambda row: row.difficulty),
        _col("Đề xuất, kiến nghị", 30, lambda row: row.next_step),
    ), _monthly),
    "head": Plan("Số liệu phục vụ đánh giá", (
        _col("Nội dung", 58, lambda figure: _(figure.name)),
        _col("Số liệu", 17, lambda figure: Counted(figure.value, figure.id), centred=True),
        _col("% số đến hạn", 17, lambda figure: _percent(figure, "due"), centred=True),
        _col("% số được giao", 17, lambda figure: _percent(figure, "assigned"), centred=True),
        _col("Mã số liệu", 48, lambda figure: figure.id),
    ), _figure_rows, across=False),
    "delays": Plan("Các nhiệm vụ chậm trong kỳ", (
        _col("Nhiệm vụ", 70, _task),
        _DUE,
        _col("Ngày nộp kết quả", 24, lambda row: row.handed_in_on or "Chưa nộp", centred=True),
        _col("Số ngày chậm", 18, lambda row: row.timing.days, centred=True),
        _col("Trong đó ngày làm việc", 20, lambda row: row.timing.working_days, centred=True),
        _col("Số lần gia hạn", 18, lambda row: row.extensions, centred=True),
        _col("Nguyên nhân; xác nhận", 62, lambda row: row.why),
    ), _delays),
    "criteria": Plan("Số liệu theo quy định về đánh giá, ở mọi vị trí đã giữ trong kỳ", (
        _col("Nội dung", 92, lambda row: _(row[0].criterion.name)),
        _col("Số lượng", 24, lambda row: BY_HAND if row[0].is_bare else row[0].part, centred=True),
        _col("Trên tổng số", 22, lambda row: row[0].whole, centred=True),
        _col("Tỷ lệ, điểm (%)", 24, lambda row: row[0].percent, centred=True),
        _col("Mức theo quy định", 80, lambda row: row[1]),
    ), _criteria),
    "products": Plan("Sản phẩm, công việc đến hạn trong kỳ", (
        _col("Sản phẩm, công việc", 100, lambda item: item.title),
        _col("Kết quả đến hạn", 22, lambda item: item.due, centred=True),
        _col("Số lần chậm", 22, lambda item: item.delays, centred=True),
        _col("Trong đó khách quan đã xác nhận", 26, lambda item: item.excused, centred=True),
        _col("Số lần bị trả lại", 22, lambda item: item.returns, centred=True),
        _col("Tiến độ (%)", 22, lambda item: item.progress, centred=True),
        _col("Chất lượng (%)", 22, lambda item: item.quality, centred=True),
    ), lambda facts: [("", _evidence(facts).products)]),
    "seats": Plan("Số liệu theo từng vị trí đã giữ trong kỳ", (
        _col("Đơn vị", 60, lambda part: part.unit),
        _col("Vị trí", 34, lambda part: part.title),
        _col("Từ ngày", 24, lambda part: part.from_on, centred=True),
        _col("Đến ngày", 24, lambda part: part.to_on, centred=True),
        _col("Đến hạn", 20, lambda part: part.values.get("due", 0), centred=True),
        _col("Đúng hạn", 20, lambda part: part.values.get("done_on_time", 0), centred=True),
        _col("Chậm", 20, lambda part: part.values.get("late", 0), centred=True),
    ), lambda facts: [("", _evidence(facts).parts)]),
    "handover": Plan("Danh mục nhiệm vụ bàn giao", (
        _col("Nhiệm vụ", 76, _task),
        _col("Văn bản giao", 40, lambda row: row.source),
        _DUE,
        _STATE,
        _col("Kết quả đến nay", 46, words.outcome),
        _col("Người nhận", 24, lambda _row: ""),
    ), _open),
    "targets": Plan("Tình hình thực hiện các chỉ tiêu", (
        _col("Chỉ tiêu", 90, lambda line: line.cells[0]),
        _col("ĐVT", 20, lambda line: line.cells[1], centred=True),
        _col("Năm", 18, lambda line: line.cells[2], centred=True),
        _col("Mức phấn đấu", 40, lambda line: line.cells[3], centred=True),
        _col("Kết quả", 30, lambda line: line.cells[4], centred=True),
        _col("Ghi chú", 36, lambda line: line.cells[5]),
    ), registers.targets),
    "log": Plan("Sổ nhật ký", (
        _col("Dòng", 16, lambda line: line.cells[0], centred=True),
        _col("Thời điểm", 34, lambda line: line.cells[1], centred=True),
        _col("Người thực hiện", 48, lambda line: line.cells[2]),
        _col("Hành vi", 72, lambda line: line.cells[3]),
        _col("Nhiệm vụ, đối tượng", 70, lambda line: line.cells[4]),
    ), registers.log),
}
# fmt: on
