"""Deadlines that are a length of time from a day or an event, counted by Bộ luật Dân sự 2015 Điều 144-148."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Any, Final

from workflow.planning.clocktimes import time_in
from workflow.planning.points import Point, month_end
from workflow.planning.words import COUNT_FROM, ISSUED_UNKNOWN, REST_DAY, Asked, Meaning, Words

if TYPE_CHECKING:
    from workflow.calendar import WorkCalendar

# fmt: off
_UNITS: Final = {
    "ngày làm việc": ("working_days", 1),
    "ngày":          ("days", 1),
    "tuần":          ("days", 7),
    "tháng":         ("months", 1),
    "quý":           ("months", 3),
    "năm":           ("months", 12),
    "giờ":           ("hours", 1),
}
# fmt: on
_LENGTH: Final = re.compile(
    r"(?<![\d/.,])(?<!tháng )(?<!ngày )(?<!quý )(?<!thứ )(?<!quá trình )(\d{1,3}(?:[,.]\d)?) "
    r"(ngày làm việc|ngày|tuần|tháng|quý|năm|giờ)(?! \d| đầu\b| cuối\b| lần| tuổi|/)\b"
)
_HALVES: Final = ((re.compile(r"\bnửa tháng\b"), "15 ngày"), (re.compile(r"\bnửa năm\b"), "6 tháng"))
_CUE: Final = re.compile(
    r"\b(?:kể |tính |bắt đầu )?từ\b|\bsau\b|\btrong\b|\btrước\b|\bkhông quá\b|\btối đa\b|\bchậm nhất\b"
    r"|\bmuộn nhất\b|\bquá\b"
    r"|^(?:thời hạn:? |thời gian:? )?\d{1,3}(?:[,.]\d)? (?:ngày|tuần|tháng|giờ)"
)
_START: Final = re.compile(
    r"\b(?P<how>kể từ|tính từ|bắt đầu từ|từ|sau|khi)(?: ngày| khi| thời điểm)*(?: (?=\S))(?P<event>[^\d(].{1,200})$"
)
_AFTER: Final = re.compile(
    r"^(?:ngay )?sau(?: khi)? (?P<event>[^\d].{2,200}?),? (?:trong (?:vòng |thời hạn )?|chậm nhất )?$"
)
_THIS: Final = (
    r"(?:văn bản|kế hoạch|quyết định|công văn|chỉ thị|thông báo|chương trình|chương trình hành động|quy chế|đề án"
    r"|nghị quyết)"
)
_ISSUE: Final = re.compile(
    rf"(?:ngày )?(?:(?:được )?(?:ký|ban hành)(?:,? ban hành| và ban hành)?(?: {_THIS} này)?|ra {_THIS} này"
    rf"|của {_THIS} này"
    rf"|{_THIS} này (?:được )?(?:ký|ban hành)(?: ban hành)?)$"
)
_AHEAD: Final = re.compile(r"^ ?(?:\S+ ?)?trước(?: khi| ngày| thời điểm)? (?P<event>\S.{1,200})$")
_AHEAD_OF: Final = re.compile(
    r"(?:^|\b)trước(?: khi| ngày)? (?P<event>[^\d].{1,160}?)(?: diễn ra)?,?(?: chậm nhất| ít nhất| tối thiểu"
    r"| khoảng)?(?: là)? ?$"
)
_LIMIT_COUNT: Final = 999
_NOON: Final = "12:00"
_ZONE: Final = "+07:00"


def read(words: Words) -> Meaning | None:
    """Return the length and where it starts; `to` only when it can be known. Raises Asked when it starts nowhere."""
    text = words.text
    for form, spelling in _HALVES:
        text = form.sub(spelling, text)
    length = _LENGTH.search(text)
    if length is None or not _CUE.search(text) or _frames(text, words.points):
        return None
    unit, times = _UNITS[length[2]]
    amount = Decimal(length[1].replace(",", ".")) * times
    before, after = text[: length.start()], text[length.end() :]
    if ahead := _ahead(before, after, unit, amount, words):
        return ahead
    meaning: Meaning = {"kind": "duration", unit: int(amount) if amount == int(amount) else float(amount)}
    start = next((point for point in words.points if point.start >= length.end() and point.precision == "day"), None)
    if start and start.year and text == words.text:
        return meaning | _from_day(after, start, unit, amount)
    return _from_event(meaning, before, after, unit, amount, words.issued)


def _frames(text: str, points: tuple[Point, ...]) -> bool:
    """Tell whether the length only counts days that are named: "trong 02 ngày 15-16/7/2026", "5 năm 2026-2030"."""
    years = [point for point in points if point.year is not None]
    counted = re.search(r"\b(?:kể|tính|bắt đầu) từ\b|\bsau\b|làm việc trước|ngày trước|từ ngày", text)
    return bool(years) and (not counted or (len(years) > 1 and "kể từ" not in text))


def _ahead(before: str, after: str, unit: str, amount: Decimal, words: Words) -> Meaning | None:
    """Read so many days before something: "chậm nhất 05 ngày trước ngày họp", "trước kỳ họp 10 ngày"."""
    match = _AHEAD.match(after) or (_AHEAD_OF.search(before) if not after.strip() else None)
    if match is None or unit == "months":
        return None
    day = next((point for point in words.points if point.precision == "day" and point.year), None)
    if day is None:
        return {"kind": "event", "event": match["event"], "offset": {unit: -int(amount)}}
    end = _counted_back(day.first, unit, int(amount))
    if end is None:
        return {"kind": "event", "event": day.first.isoformat(), "offset": {unit: -int(amount)}}
    return {"kind": "by", "due": end.isoformat(), "precision": "day", "boundary": "within"}


def _counted_back(day: date, unit: str, amount: int) -> date | None:
    if unit == "working_days":
        calendar = _calendar()
        return calendar.add(day, -amount) if calendar else None
    return day - timedelta(days=amount)


def _months_after(day: date, months: int) -> date:
    """Return the like day some months later, or the month's last when there is none (BLDS 2015 Điều 148)."""
    month = day.year * 12 + day.month - 1 + months
    return day.replace(day=1, year=month // 12, month=month % 12 + 1).replace(
        day=min(day.day, month_end(month // 12, month % 12 + 1).day)
    )


def _calendar() -> WorkCalendar | None:
    """Return the working days; None in the child that reads strange files, which has no library of holidays."""
    try:
        from workflow.calendar import WorkCalendar
    except ImportError:
        return None
    return WorkCalendar()


def _from_day(rest: str, start: Point, unit: str, amount: Decimal) -> Meaning:
    """Count from a day; "kể từ" leaves that day out (BLDS 2015 Điều 147), "bắt đầu từ" is the first of them."""
    time = time_in(rest)
    begins = start.first.isoformat() + (f"T{time}{_ZONE}" if time else "")
    if re.search(r"(?:kể|tính) từ|sau", rest) or unit not in {"days", "working_days"}:
        return {"from": begins} | _end(start.first, unit, amount)
    if unit == "working_days":
        return {"from": begins} | _end(start.first, unit, amount - 1)
    counted = amount - (Decimal("0.5") if time and time >= _NOON else Decimal(1))
    days = max(0, int(counted.to_integral_value(ROUND_CEILING)))
    return {"from": begins, "to": (start.first + timedelta(days=days)).isoformat()}


def _end(start: date, unit: str, amount: Decimal) -> dict[str, Any]:
    """Return the last day by BLDS 2015 Điều 147 and 148: the first day is left out, a rest day moves it on."""
    calendar, count = _calendar(), int(amount.to_integral_value(ROUND_CEILING))
    if calendar is None or unit == "hours" or count > _LIMIT_COUNT:
        return {}
    if unit == "working_days":
        return {"to": calendar.add(start, count).isoformat()}
    raw = _months_after(start, count) if unit == "months" else start + timedelta(days=count)
    last = calendar.on_or_after(raw)
    return {"to": last.isoformat()} | ({REST_DAY: True} if last != raw else {})


def _from_event(meaning: Meaning, before: str, after: str, unit: str, amount: Decimal, issued: date | None) -> Meaning:
    """Count from an event; the document's own day is known when it has one."""
    match = _START.search(after) or _AFTER.match(before)
    if match is None:
        raise Asked(COUNT_FROM, meaning)
    event = match["event"].strip(" ,;")
    if not _ISSUE.fullmatch(event):
        return meaning | {"event": event}
    if issued is None:
        raise Asked(ISSUED_UNKNOWN, meaning | {"event": event})
    return meaning | {"from": issued.isoformat()} | _end(issued, unit, amount)
