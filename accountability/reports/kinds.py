"""The reports of the product as a table: one row each says what it is called, who gets it, and what it holds.

The words are those of the papers: Vietnamese in every language of the pages. `{period}`, `{unit}`, `{body}` are filled
in; sections and tables are rows of `sections.py` and `tables.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from accountability.figures.table import GROUPS
from accountability.periods import PeriodKind
from documents.writers.official import Form
from models.words import ReportKind

P: Final = PeriodKind
ALL: Final = tuple(PeriodKind)
# groups of figures: those of tasks, which the texts name, and every one
TASKS: Final = ("classes", "first", "lateness")
EVERY: Final = tuple(GROUPS)
# who gets it, as the last lines of a paper say it
USUAL: Final = ("Như trên;", "Lãnh đạo {body_short};", "Các đơn vị thuộc {body_short};", "Lưu: VT, {office}.")
INSIDE: Final = ("Lãnh đạo {body_short};", "{unit_or_all};", "Lưu: VT, {office}.")
# whose work a report can be about: the whole body, one unit if named, or one unit always
WHOLE: Final = "whole"
MAY: Final = "may"
MUST: Final = "must"


@dataclass(frozen=True)
class Kind:
    """One report. `to` names the addressees' source; `figures` the groups of figures it lists; `about` whose it is."""

    form: Form
    name: str
    symbol: str
    subject: str
    to: str
    recipients: tuple[str, ...]
    sections: tuple[str, ...]
    tables: tuple[str, ...]
    figures: tuple[str, ...]
    periods: tuple[PeriodKind, ...] = ALL
    about: str = MAY
    calls: str = "Báo cáo"


# fmt: off
KINDS: Final[dict[ReportKind, Kind]] = {
    ReportKind.RESULTS: Kind(
        Form.REPORT, "BÁO CÁO", "BC", "Kết quả thực hiện nhiệm vụ {period}{of_unit}", "superior", USUAL,
        ("opening", "results", "by_unit", "outstanding", "overdue", "proposals", "closing"),
        ("units", "overdue"), EVERY),
    ReportKind.OVERDUE: Kind(
        Form.REPORT, "BÁO CÁO", "BC", "Các nhiệm vụ quá hạn chưa hoàn thành {period}{of_unit}", "superior", USUAL,
        ("opening", "overdue_counts", "proposals", "closing"),
        ("overdue",), TASKS),
    ReportKind.BY_SOURCE: Kind(
        Form.REPORT, "BÁO CÁO", "BC", "Kết quả thực hiện từng nhiệm vụ theo văn bản giao, {period}{of_unit}",
        "superior", USUAL,
        ("opening", "results", "closing"),
        ("by_leader",), TASKS),
    ReportKind.BY_TASK: Kind(
        Form.REPORT, "BÁO CÁO", "BC",
        "Tiến độ, khó khăn, nguyên nhân và giải pháp từng nhiệm vụ đến hạn {period}{of_unit}", "superior", USUAL,
        ("opening", "results", "difficulties", "proposals", "closing"),
        ("by_task",), TASKS),
    ReportKind.MONTHLY: Kind(
        Form.REPORT, "BÁO CÁO", "BC", "Kết quả thực hiện nhiệm vụ {period} của {unit}", "body", INSIDE,
        ("opening", "results", "proposals", "closing"),
        ("monthly",), TASKS, (P.MONTH,), MUST),
    ReportKind.TARGETS: Kind(
        Form.REPORT, "BÁO CÁO", "BC", "Tình hình thực hiện các chỉ tiêu {period}", "superior", USUAL,
        ("opening", "targets", "closing"),
        ("targets",), (), about=WHOLE),
    ReportKind.HEAD: Kind(
        Form.REPORT, "PHIẾU CUNG CẤP SỐ LIỆU", "PCC", "Phục vụ đánh giá, xếp loại người đứng đầu {unit}, {period}",
        "", INSIDE,
        ("of_head", "head_figures", "head_remark"),
        ("head", "delays"), EVERY, about=MUST, calls="Phiếu"),
    ReportKind.HANDOVER: Kind(
        Form.MINUTES, "BIÊN BẢN", "BB", "Bàn giao nhiệm vụ của {unit}", "", (),
        ("handover",),
        ("handover",), TASKS, about=MUST, calls="Biên bản"),
    ReportKind.CHASING: Kind(
        Form.LETTER, "", "", "V/v đôn đốc thực hiện các nhiệm vụ quá hạn, {period}", "late_units", USUAL,
        ("urging", "urged", "asking"),
        ("overdue",), TASKS, calls="Công văn"),
    ReportKind.LOG: Kind(
        Form.REPORT, "SỔ NHẬT KÝ", "SNK", "Theo dõi thực hiện nhiệm vụ {period}{of_unit}", "", INSIDE,
        ("log",),
        ("log",), (), calls="Sổ nhật ký"),
}
# fmt: on


def symbol_of(kind: ReportKind, body: str, office: str) -> str:
    """Return the sign of a report: BC-BDT; an official letter has no kind: BDT-VP."""
    found = KINDS[kind]
    return f"{found.symbol}-{body}" if found.symbol else f"{body}-{office}"
