"""Deadlines that are a length of time from a day or an event."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final

from workflow.planning.clocktimes import time_in
from workflow.planning.points import Point

# fmt: off
_UNITS: Final = {
    "ngày làm việc": ("working_days", 1),
    "ngày":          ("days", 1),
    "tuần":          ("days", 7),
    "tháng":         ("months", 1),
    "năm":           ("months", 12),
}
# fmt: on
_LENGTH: Final = re.compile(
    r"(?<![\d/.,])(?<!tháng )(?<!ngày )(?<!quý )(\d{1,3}(?:[,.]\d)?) (ngày làm việc|ngày|tuần|tháng"
    r"|năm)(?! \d)\b"
)
_CUE: Final = re.compile(r"\btừ\b|\bsau\b|\btrong (?:thời hạn|thời gian|vòng)\b|^\d{1,3}(?:[,.]\d)? (?:ngày|tuần)")
_START: Final = re.compile(r"\b(?P<how>kể từ|bắt đầu từ|từ|sau)(?: ngày| khi)? (?P<event>[^\d(].{1,200})$")
_ISSUE: Final = re.compile(
    r"(?:ngày )?(?:ký|ban hành)(?: ban hành)?(?: (?:văn bản|kế hoạch|quyết định|công văn)(?: này)?)?$"
)
_NOON: Final = "12:00"
_ZONE: Final = "+07:00"


def read(text: str, points: tuple[Point, ...], issued: date | None) -> dict[str, Any] | None:
    """Return the length in days, working days or months and where it starts; `to` only when it can
    be known.
    """
    length = _LENGTH.search(text)
    if length is None or not _CUE.search(text):
        return None
    unit, times = _UNITS[length[2]]
    amount = Decimal(length[1].replace(",", ".")) * times
    meaning: dict[str, Any] = {
        "kind": "duration",
        unit: int(amount) if amount == int(amount) else float(amount),
    }
    start = next((point for point in points if point.start >= length.end() and point.precision == "day"), None)
    if start:
        return meaning | _from_day(text[length.end() :], start, unit, amount)
    return meaning | _from_event(text[length.end() :], unit, amount, issued)


def _from_day(rest: str, start: Point, unit: str, amount: Decimal) -> dict[str, Any]:
    """Count from a day; "kể từ" leaves that day out (BLDS 2015 Điều 147), "bắt đầu từ" is the first
    of them.
    """
    time = time_in(rest)
    begins = start.first.isoformat() + (f"T{time}{_ZONE}" if time else "")
    if unit != "days":
        return {"from": begins}
    counted = amount if "kể từ" in rest else amount - (Decimal("0.5") if time and time >= _NOON else Decimal(1))
    days = max(0, int(counted.to_integral_value(ROUND_CEILING)))
    return {"from": begins, "to": (start.first + timedelta(days=days)).isoformat()}


def _from_event(rest: str, unit: str, amount: Decimal, issued: date | None) -> dict[str, Any]:
    """Count from an event; the document's own day is known when it has one."""
    match = _START.search(rest)
    if match is None:
        return {}
    if _ISSUE.match(match["event"]) and issued:
        to = {"to": (issued + timedelta(days=int(amount))).isoformat()} if unit == "days" else {}
        return {"from": issued.isoformat(), **to}
    return {"event": match["event"]}
