"""The words of papers that are no sentences of one section: periods, states of progress, days."""

from __future__ import annotations

from datetime import date
from typing import Final

from accountability.periods import Period, PeriodKind
from accountability.reports.facts import Row
from documents.writers.annex import in_roman
from models.vocabulary import TimingState

T: Final = TimingState
# where a task stands -> what the column “Tiến độ” says (Thông báo 624/TB-VPCP)
PROGRESS: Final[dict[TimingState, str]] = {
    T.DONE_ON_TIME: "Đã hoàn thành",
    T.DONE: "Đã hoàn thành",
    T.DONE_LATE: "Đã hoàn thành quá hạn",
    T.OVERDUE: "Chưa hoàn thành, quá hạn",
    T.HANDED_IN_LATE: "Chờ xác nhận, nộp quá hạn",
    T.HANDED_IN_TIME: "Chờ xác nhận, nộp trong hạn",
    T.ON_TRACK: "Đang thực hiện",
    T.DUE_SOON: "Đang thực hiện, sắp đến hạn",
    T.DUE_TODAY: "Đang thực hiện, đến hạn",
    T.ONGOING: "Nhiệm vụ thường xuyên",
    T.WAITING_EVENT: "Đang thực hiện, chưa xác định thời hạn",
    T.NO_DATE: "Đang thực hiện, chưa xác định thời hạn",
    T.ON_HOLD: "Tạm dừng",
    T.STOPPED: "Dừng, thu hồi",
}
# the three words of the monthly form
AHEAD: Final = "Vượt"
ON_TIME: Final = "Đạt"
BEHIND: Final = "Chậm"


def of_period(period: Period) -> str:
    """Return what a period is called in a title."""
    names = {
        PeriodKind.MONTH: f"tháng {period.number} năm {period.year}",
        PeriodKind.QUARTER: f"quý {in_roman(period.number)} năm {period.year}" if period.number else "",
        PeriodKind.HALF: f"6 tháng {'đầu' if period.number == 1 else 'cuối'} năm {period.year}",
        PeriodKind.NINE_MONTHS: f"9 tháng năm {period.year}",
        PeriodKind.YEAR: f"năm {period.year}",
    }
    return names[period.kind]


def day(on: date) -> str:
    """Return a day as the text of a paper writes it."""
    return f"{on:%d/%m/%Y}"


def late_by(row: Row) -> str:
    """Return by how much a task is late, in days and in working days."""
    return f"{row.timing.days} ngày ({row.timing.working_days} ngày làm việc)"


def deadline(row: Row) -> str:
    """Return a task's deadline in words."""
    return day(row.due_on) if row.due_on else str(row.deadline)


def pace(row: Row) -> str:
    """Return whether a task is ahead, on time or behind, as the monthly form says it."""
    if row.timing.is_late:
        return BEHIND
    done_early = (
        row.timing.state == T.DONE_ON_TIME and row.handed_in_on and row.due_on and row.handed_in_on < row.due_on
    )
    return AHEAD if done_early else ON_TIME


def outcome(row: Row) -> str:
    """Return the result of a task with the document that proves it."""
    proof = f"Văn bản số {row.proof}" if row.proof else ""
    return ". ".join(part.rstrip(".") for part in (proof, row.result) if part)
