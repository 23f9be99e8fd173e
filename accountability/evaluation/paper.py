"""The paper that gives the numbers to whoever evaluates (phiếu cung cấp số liệu), in official form; it rates nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from accountability.evaluation.evidence import Delay, Evidence, Line
from accountability.evaluation.rulesets import LEVELS
from accountability.figures.table import FIGURES, RULES
from documents.writers.annex import in_roman
from documents.writers.official import (
    Block,
    Cell,
    Column,
    Counted,
    Form,
    Group,
    Level,
    Paper,
    Said,
    Table,
    number_of,
    place_and_day,
    shown,
)
from i18n import gettext as _
from i18n import speaking
from models.vocabulary import DelayClass
from workflow.queries.target_tables import goal_words
from workflow.reference import Reference

NAME: Final = "PHIẾU CUNG CẤP SỐ LIỆU"
SUBJECT: Final = "Phục vụ đánh giá, xếp loại {whom}, {period}"
BY_HAND: Final = "do người đánh giá ghi"
CAUSES: Final = {DelayClass.SUBJECTIVE: "Chủ quan", DelayClass.OBJECTIVE: "Khách quan"}
# figures named in the text, beside the criteria
TOLD: Final = (
    "assigned", "due", "done_on_time", "done_late", "open_in_time", "open_late", "no_deadline", "first_on_time",
    "extensions", "extension_days", "returns",
)  # fmt: skip
CHARGED: Final = ("charged_days", "charged_working_days", "objective_days")


@dataclass(frozen=True)
class Subject:
    """Whom the paper is about, and for which period, in words; where the body writes."""

    whom: str
    period: str
    body: str
    place: str
    sign: str


def compose(seen: Evidence, about: Subject, ref: Reference) -> Paper:
    """Return the paper of some evidence; its words are Vietnamese in every language of the pages."""
    with speaking("vi"):
        tables = tuple(_tables(seen, ref))
        return Paper(
            form=Form.REPORT,
            kind=NAME,
            superior=str(ref.settings["body.superior"]),
            body=about.body,
            number=number_of(None, about.sign),
            place_and_day=place_and_day(about.place, None),
            subject=SUBJECT.format(whom=about.whom, period=about.period),
            made_at=seen.question.cut_off,
            blocks=tuple(_blocks(seen, about)),
            signs=("NGƯỜI CUNG CẤP SỐ LIỆU",),
            recipients=(f"{about.whom};", "Lưu: VT."),
            tables=tables,
            figures=tuple((key, _(FIGURES[key].name), str(seen.values.get(key, 0)), "") for key in TOLD),
        )


def limits(line: Line, ref: Reference) -> Iterator[tuple[str, str]]:
    """Give what each level asks of a number: the level's name, and sign with threshold."""
    for limit in line.criterion.limits:
        number = ref.settings[limit.setting] if limit.setting else 100
        yield LEVELS[limit.level], f"{limit.sign} {number} %"


def notes(seen: Evidence, ref: Reference) -> Iterator[tuple[str, str]]:
    """Give what else the decree says with a number: the words, and the number in force on the last day."""
    for text, setting in seen.rules.notes if seen.rules else ():
        value = ref.settings[setting]
        yield text, " - ".join(map(str, value)) if isinstance(value, list) else str(value)


def _blocks(seen: Evidence, about: Subject) -> Iterator[Block]:
    question = seen.question
    yield _said(Level.MAIN, "I. Thông tin chung")
    yield _said(Level.TEXT, f"Người được cung cấp số liệu: {about.whom}.")
    yield _said(
        Level.TEXT, f"Kỳ: {about.period}, từ ngày {question.first:%d/%m/%Y} đến hết ngày {question.day:%d/%m/%Y}."
    )
    rules = f"{seen.rules.title}" if seen.rules else "chưa có quy định trong hệ thống cho kỳ này"
    yield _said(Level.TEXT, f"Căn cứ: {rules}. Quy tắc tính số liệu phiên bản {RULES}.")
    yield _said(Level.MAIN, "II. Số liệu")
    for key in TOLD:
        value = str(seen.values.get(key, 0))
        yield Block(Level.DASH, (Said(f"- {_(FIGURES[key].name)}: "), Said(value, key), Said(".")))
    if seen.question.officer_id is None:
        for key in CHARGED:
            value = str(seen.values.get(key, 0))
            yield Block(Level.DASH, (Said(f"- {_(FIGURES[key].name)}: "), Said(value, key), Said(".")))
    yield _said(Level.MAIN, "III. Ghi chú")
    yield _said(
        Level.TEXT,
        "Phiếu này cung cấp số liệu kèm danh mục, không đề xuất mức xếp loại. Lần chậm có nguyên nhân khách quan đã"
        " được cấp có thẩm quyền xác nhận bằng văn bản được ghi riêng và không trừ điểm tiến độ. Số liệu chưa quy đổi"
        " theo trọng số của sản phẩm, công việc.",
    )


def _tables(seen: Evidence, ref: Reference) -> Iterator[Table]:
    listed = [*_of_criteria(seen, ref), *_of_lists(seen, ref)]
    for place, (title, columns, rows) in enumerate(listed, start=1):
        remark = f"Dữ liệu tính đến ngày {seen.question.day:%d/%m/%Y}"
        numbered = tuple((number, *row) for number, row in enumerate(rows, start=1))
        heads = (Column("TT", 10, centred=True), *(Column(name, width, centred) for name, width, centred in columns))
        yield Table(f"Phụ lục {in_roman(place)}", title, "", remark, heads, (Group("", numbered),))


Columns = Sequence[tuple[str, int, bool]]
Rows = list[tuple[Cell, ...]]


def _of_criteria(seen: Evidence, ref: Reference) -> Iterable[tuple[str, Columns, Rows]]:
    columns = (
        ("Nội dung", 92, False), ("Số lượng", 22, True), ("Trên tổng số", 22, True), ("Tỷ lệ, điểm (%)", 24, True),
        ("Mức theo quy định", 72, False),
    )  # fmt: skip
    rows: Rows = []
    for line in seen.lines:
        asked = "; ".join(f"{_(level)}: {limit}" for level, limit in limits(line, ref))
        part: Cell = BY_HAND if line.is_bare else line.part
        if line.part is not None and line.criterion.part in FIGURES:
            part = Counted(line.part, line.criterion.part)
        rows.append((_(line.criterion.name), part, line.whole, _percent(line.percent), asked))
    rows += [(_(text, value=value), None, None, None, "") for text, value in notes(seen, ref)]
    yield f"Số liệu theo {seen.rules.title}" if seen.rules else "Số liệu", columns, rows
    if seen.parts:
        names = ("assigned", "due", "done_on_time", "done_late", "open_late", "extensions", "returns")
        places = tuple((_(FIGURES[name].name), 22, True) for name in names)
        parts: Rows = [
            (part.unit, part.title, part.from_on, part.to_on, *(part.values.get(name, 0) for name in names))
            for part in seen.parts
        ]
        named = (("Đơn vị", 44, False), ("Vị trí", 26, False), ("Từ ngày", 22, True), ("Đến ngày", 22, True), *places)
        yield "Số liệu theo từng vị trí đã giữ trong kỳ", named, parts


def _of_lists(seen: Evidence, ref: Reference) -> Iterable[tuple[str, Columns, Rows]]:
    products: Rows = [
        (item.title, item.due, item.delays, item.excused, item.returns, _percent(item.progress), _percent(item.quality))
        for item in seen.products
    ]
    yield "Sản phẩm, công việc đến hạn trong kỳ", (
        ("Sản phẩm, công việc", 92, False), ("Kết quả đến hạn", 22, True), ("Số lần chậm", 22, True),
        ("Trong đó khách quan đã xác nhận", 26, True), ("Số lần bị trả lại", 22, True), ("Tiến độ (%)", 22, True),
        ("Chất lượng (%)", 22, True),
    ), products  # fmt: skip
    yield "Các lần chậm trong kỳ", (
        ("Nhiệm vụ", 74, False), ("Đơn vị", 36, False), ("Thời hạn", 24, True), ("Ngày nộp", 24, True),
        ("Số ngày chậm", 18, True), ("Nguyên nhân; xác nhận", 66, False),
    ), [_delay(item, ref) for item in seen.delays]  # fmt: skip
    yield (
        "Hoàn thành trước thời hạn",
        (("Nhiệm vụ", 190, False), ("Mã số", 30, True)),
        [(" ".join(title.split()), key) for key, title in seen.ahead],
    )
    if seen.series:
        yield "Chỉ tiêu của năm", (
            ("Chỉ tiêu", 110, False), ("ĐVT", 26, True), ("Mục tiêu", 30, True), ("Thực hiện", 30, True),
            ("Đạt", 20, True),
        ), list(_targets(seen))  # fmt: skip


def _targets(seen: Evidence) -> Iterator[tuple[Cell, ...]]:
    year = seen.question.last.year
    for series, is_met in seen.series:
        goal, row = series.goals[year], series.standing.get(str(year))
        name = " ".join(series.target.about_what.split())
        value = row.value if row is not None else "chưa có số liệu"
        yield (
            name,
            series.target.unit or "",
            goal_words(goal.op, goal.low, goal.high),
            value,
            "có" if is_met else "không",
        )


def _delay(item: Delay, ref: Reference) -> tuple[Cell, ...]:
    cause = f"{CAUSES[item.cause]}: {item.words}" if item.cause else "Chưa nêu nguyên nhân"
    if item.confirmed_by:
        day = f" ngày {item.document_on:%d/%m/%Y}" if item.document_on else ""
        cause = f"{cause}. Xác nhận: {item.confirmed_by}, văn bản số {item.document}{day}"
    elif item.cause == DelayClass.OBJECTIVE:
        cause = f"{cause} (chưa được xác nhận)"
    return item.title, ref.unit_name(item.unit_id), item.due_on, item.handed_in_on or "Chưa nộp", item.days, cause


def _percent(value: Decimal | None) -> Cell:
    return None if value is None else shown(value)


def _said(level: Level, text: str) -> Block:
    return Block(level, (Said(text),))
