"""Deadlines that come again: how often, and which day of the week, month, quarter or year."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Any, Final

from workflow.planning.clocktimes import time_in

# fmt: off
_FREQUENCIES: Final = (
    ("weekly",      re.compile(r"(?:hằng|mỗi|trong) tuần\b|1 tuần (?:1|một) lần")),
    ("monthly",     re.compile(r"(?:hằng|mỗi) tháng\b")),
    ("quarterly",   re.compile(r"(?:hằng|mỗi|từng) quý\b|tháng cuối (?:của )?quý|\bquý (?:1|một) lần")),
    ("half-yearly", re.compile(r"(?:^|[,(] ?|và |kỳ |cáo |kết |mỗi |hằng )(?:0?6|sáu) tháng(?! (?:đầu|cuối"
                               r"|kể|tiếp))|6 tháng(?: và)?,? (?:hằng )?năm")),
    ("yearly",      re.compile(r"(?:hằng|mỗi|từng) năm\b|của năm (?:kế hoạch|thực hiện kế hoạch|liền kề)"
                               r"|năm (?:1|một) lần")),
)
_BOUNDARIES: Final = (
    ("before", re.compile(r"\btrước\b(?! của)")),
    ("within", re.compile(r"\b(?:chậm nhất|muộn nhất|đến|hết|trong)\b")),
)
_YEAR_OFFSETS: Final = (
    (-1, re.compile(r"năm trước (?:của|năm)")),
    (1,  re.compile(r"năm (?:liền kề|sau|tiếp theo)")),
)
_WEEKDAYS: Final = {"hai": 1, "ba": 2, "tư": 3, "năm": 4, "sáu": 5, "bảy": 6}
# fmt: on
_WEEKDAY: Final = re.compile(r"thứ (hai|ba|tư|năm|sáu|bảy|[2-7])\b|(chủ nhật)")
_MONTH_DAY: Final = re.compile(r"(?<![\d/])(\d{1,2})(?:/| tháng )(\d{1,2})(?![\d/]| năm \d{4})")
_DAY: Final = re.compile(r"ngày (\d{1,2})(?! ?/| tháng \d)\b")
_MONTH: Final = re.compile(r"\btháng (\d{1,2})(?![\d/])")
_LAST_DAY: Final = re.compile(r"ngày (?:làm việc )?cuối (?:cùng )?(?:của )?tháng")
_QUARTER: Final = re.compile(r"\bquý (iv|i{1,3}|[1-4])\b")
_QUARTERS: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_WINDOW: Final = re.compile(
    r"^từ ngày (\d{1,2})(?:/(\d{1,2}))? đến (?:hết )?ngày (\d{1,2})(?:/| tháng )(\d{1,2})(?: (?:hằng"
    r"|mỗi) năm)?$"
)
# Any leap year: a rule may name 29 February.
_LEAP: Final = 2024


def read(text: str) -> dict[str, Any] | None:
    """Return the frequency and day rule of plain words, None when they do not recur. Raises ValueError for
    no day.
    """
    if window := _window(text):
        return window
    frequencies = _frequencies(text)
    if not frequencies:
        return None
    meaning: dict[str, Any] = {
        "kind": "recurring",
        "freq": frequencies[0] if len(frequencies) == 1 else frequencies,
    }
    meaning |= _day_rule(text, frequencies)
    if boundary := next((name for name, form in _BOUNDARIES if form.search(text)), None):
        meaning["boundary"] = boundary
    if time := time_in(text):
        meaning["time"] = time
    if offset := next((years for years, form in _YEAR_OFFSETS if form.search(text)), 0):
        meaning["year_offset"] = offset
    return meaning


def _frequencies(text: str) -> list[str]:
    """Return how often, finest first; "hằng năm" behind the days of a half-year adds nothing."""
    found = [name for name, form in _FREQUENCIES if form.search(text)]
    if "half-yearly" in found and "yearly" in found and _MONTH_DAY.search(text):
        found.remove("yearly")
    return found


def _day_rule(text: str, frequencies: list[str]) -> dict[str, Any]:
    """Return which day is meant, as far as the words say."""
    if "weekly" in frequencies:
        return _weekday(text)
    yearly = bool({"yearly", "half-yearly"} & set(frequencies))
    if yearly and (days := _MONTH_DAY.findall(text)):
        return _dates([_month_day(int(month), int(day)) for day, month in days])
    if yearly and (month := _MONTH.search(text)):
        return {"month": int(month[1]), "month_day": _month_day(int(month[1]), 0)}
    if yearly and (quarter := _QUARTER.search(text)):
        last = 3 * _QUARTERS[quarter[1]]
        return {"from": _month_day(last - 2, 1), "month_day": _month_day(last, 0)}
    return _day_of_month(text)


def _day_of_month(text: str) -> dict[str, Any]:
    """Return the day of the month, and that it is the third month where a quarter's last is meant."""
    rule: dict[str, Any] = {"day": "last"} if _LAST_DAY.search(text) else {}
    if match := _DAY.search(text):
        rule = {"day": int(date(_LEAP, 1, int(match[1])).day)}
    return rule | ({"month": 3} if rule and "tháng cuối" in text and "quý" in text else {})


def _weekday(text: str) -> dict[str, Any]:
    """Return the ISO number of the weekday, Monday 1 to Sunday 7."""
    match = _WEEKDAY.search(text)
    if match is None:
        return {}
    return {"weekday": 7 if match[2] else _WEEKDAYS.get(match[1]) or int(match[1]) - 1}


def _dates(days: list[str]) -> dict[str, Any]:
    """Return one day of the year with its month, or the list of several."""
    if len(days) == 1:
        return {"month": int(days[0][:2]), "month_day": days[0]}
    return {"dates": days}


def _month_day(month: int, day: int) -> str:
    """Return MM-DD; day 0 is the month's last. Raises ValueError when there is no such day."""
    last = 28 if month == 2 else monthrange(_LEAP, month)[1]
    return date(_LEAP, month, day or last).strftime("%m-%d")


def _window(text: str) -> dict[str, Any] | None:
    """Read "từ ngày 10 đến ngày 15 tháng 12", a window of each year."""
    match = _WINDOW.match(text)
    if match is None:
        return None
    first = _month_day(int(match[2] or match[4]), int(match[1]))
    last = _month_day(int(match[4]), int(match[3]))
    return {"kind": "recurring", "freq": "yearly", "month": int(match[4]), "from": first, "month_day": last}
