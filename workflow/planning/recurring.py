"""Deadlines that come again: how often, and which day of the week, month, quarter or year."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Any, Final

from workflow.planning.clocktimes import time_in
from workflow.planning.points import Point

_EVERY: Final = r"(?:hằng|mỗi|từng|theo|các)"
_ONCE: Final = r"(?:0?1|một) lần"
# fmt: off
_FREQUENCIES: Final = (
    ("daily",       re.compile(rf"(?:hằng|mỗi) ngày\b|{_ONCE} ?/ ?ngày")),
    ("weekly",      re.compile(rf"(?:hằng|mỗi|từng|theo|trong) tuần\b(?! (?:thứ|này|tới|sau))|\btuần {_ONCE}"
                               rf"|1 tuần {_ONCE}"
                               r"|\btuần ?/ ?lần|lần ?/ ?(?:1 |một |mỗi )?tuần")),
    ("monthly",     re.compile(rf"(?<!các ){_EVERY} tháng\b(?! (?:\d|đầu|cuối|tới|sau|tiếp|còn))"
                               rf"|(?<!\d )\btháng {_ONCE}"
                               rf"|\b1 tháng {_ONCE}|(?<!\d )tháng ?/ ?lần|lần ?/ ?(?:1 |một |mỗi )?tháng"
                               rf"|12 lần ?/ ?năm"
                               r"|\bngày \d{1,2}(?: của)? tháng (?:kế tiếp|tiếp theo|liền kề)"
                               r"|(?:cuối|đầu|giữa) (?:hằng|mỗi|các) tháng|của tháng(?= ?$|,| (?:sau|kế|tiếp|liền))")),
    ("quarterly",   re.compile(rf"(?:hằng|mỗi|từng|theo|các) quý\b(?! \d)|tháng (?:đầu|giữa"
                               rf"|cuối) (?:của )?(?:mỗi |hằng |các )?"
                               rf"quý(?! \d)|\bquý {_ONCE}|quý ?/ ?lần|lần ?/ ?(?:1 |một |mỗi )?quý"
                               rf"|(?<!\d)0?3 tháng {_ONCE}"
                               r"|(?<!\d)0?3 tháng ?/ ?(?:1 )?lần|định kỳ (?:mỗi )?0?3 tháng(?! đầu)"
                               r"|(?<!\d)0?4 lần ?/ ?năm"
                               r"|(?:cuối|đầu|giữa) (?:của )?quý(?! (?:\d|này|tới|sau))(?=.*hằng)"
                               r"|của (?:mỗi )?quý\b(?! \d)"
                               r"|(?:năm|mỗi năm|hằng năm) 0?4 lần")),
    ("half-yearly", re.compile(r"(?:^|[,(;/] ?|và |kỳ:? |cáo |kết |mỗi |hằng |theo )(?:0?6) tháng\b(?! (?:đầu|cuối"
                               r"|kể|tiếp|từ|sau|trước(?! (?:ngày )?\d)|tuổi|tính|trở))"
                               r"|6 tháng(?: và)?,? (?:hằng )?năm\b(?! \d)"
                               rf"|(?<!\d)0?6 tháng {_ONCE}|(?<!\d)0?6 tháng ?/ ?(?:1 )?lần"
                               rf"|(?<!\d)0?2 lần ?/ ?(?:1 |một )?năm"
                               rf"|nửa năm (?:{_ONCE}|/ ?lần)|(?:1 năm|mỗi năm|hằng năm|^năm) (?:0?2|hai) lần"
                               r"|(?<!\d)0?2 lần (?:trong |mỗi |một |hằng )(?:1 )?năm|sơ kết 6 tháng")),
    ("yearly",      re.compile(rf"(?:hằng|mỗi|từng) năm\b|theo năm\b(?! \d)|của năm (?:kế hoạch"
                               rf"|thực hiện kế hoạch|liền kề)"
                               rf"|\bnăm {_ONCE}|(?<!\d)0?1 lần ?/ ?(?:1 |một |mỗi )?năm|12 tháng {_ONCE}|năm ?/ ?lần"
                               r"|(?<!\d)0?1 lần (?:trong |mỗi |một )năm")),
)
_BASE: Final = {"ngày": "daily", "tuần": "weekly", "tháng": "monthly", "quý": "quarterly", "6 tháng": "half-yearly",
                "06 tháng": "half-yearly", "3 tháng": "quarterly", "năm": "yearly"}
_ORDER: Final = ("daily", "weekly", "monthly", "quarterly", "half-yearly", "yearly")
_BOUNDARIES: Final = (
    ("before", re.compile(r"\btrước\b(?! (?:của|năm|liền))")),
    ("within", re.compile(r"\b(?:chậm nhất|muộn nhất|không quá|đến|hết|trong)\b")),
)
_YEAR_OFFSETS: Final = (
    (-1, re.compile(r"năm trước(?: của| năm|(?= ?$|[,;)]))")),
    (1,  re.compile(r"(?<!các )(?<!những )năm (?:liền kề|sau|tiếp theo|kế tiếp)")),
)
_WEEKDAYS: Final = {"hai": 1, "ba": 2, "tư": 3, "năm": 4, "sáu": 5, "bảy": 6}
# fmt: on
_UNIT_NAME: Final = r"(?:ngày|tuần|tháng|quý|0?[369] tháng|năm)"
_NAMED: Final = re.compile(
    rf"(?:hằng|mỗi|từng|định kỳ|theo|báo cáo)(?: theo| là|:)? ({_UNIT_NAME}(?:(?:, ?| và |/|; ?|, và | hoặc |-)"
    rf"(?:hằng |báo cáo |theo |định kỳ )?{_UNIT_NAME}(?![\w/]| \d| (?:đầu|cuối|làm)))*)(?![\w/]| \d| (?:đầu"
    rf"|cuối|làm|lần))"
)
_NAMES: Final = re.compile(r"0?[369] tháng|ngày|tuần|tháng|quý|năm")
_WHOLLY: Final = re.compile(rf"{_UNIT_NAME}(?:(?:, ?| và |/|; ?)(?:hằng )?{_UNIT_NAME})+(?: và đột xuất.*)?")
_INTERVAL: Final = re.compile(rf"(?<!\d)0?([2-9]|1\d) (tuần|tháng|quý|năm)(?: {_ONCE}| ?/ ?(?:0?1 )?lần)")
_TIMES: Final = re.compile(
    r"(?<!\d)0?([2-9]|1\d) lần ?(?:/|trong|mỗi|một|hằng) ?(?:1 |một |mỗi )?(tuần|tháng|quý|năm)"
    r"|(?:hằng|mỗi|1) (tuần|tháng|quý|năm) (?:tổ chức |báo cáo |họp )?(?:ít nhất |tối thiểu )?0?([2-9]|1\d) lần"
)
_WEEKDAY: Final = re.compile(r"thứ (hai|ba|tư|năm|sáu|bảy|[2-7])\b|(chủ nhật)")
_MONTH_DAY: Final = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?![\d/])")
_DAY: Final = re.compile(r"(?:ngày|mùng) (\d{1,2})(?![\d/]| ?(?:tháng \d))")
_DAY_LIST: Final = re.compile(r"ngày (\d{1,2})(?:,| và)(?: ngày)? (\d{1,2})(?![\d/])")
_SPAN: Final = re.compile(r"(?:từ )?(?:ngày )?(\d{1,2})(?: đến |-)(?:hết )?(?:ngày )?(\d{1,2})(?![\d/])")
_FIRST_DAYS: Final = re.compile(r"(?<!\d)(\d{1,2}) ngày (?:làm việc )?đầu")
_MONTH: Final = re.compile(r"\btháng \d{1,2}(?:(?:,| và) ?(?:tháng )?\d{1,2}(?![\d/]))*(?![\d/]| lần)")
_MONTHS: Final = re.compile(r"\btháng (\d{1,2}) ?(?:-|đến) ?(?:tháng )?(\d{1,2})(?![\d/])")
_LAST_DAY: Final = re.compile(
    r"ngày (?:làm việc )?cuối (?:cùng )?(?:của |trong )?(?:mỗi |hằng )?(?:tháng|quý)|cuối (?:mỗi |hằng "
    r"|các )?(?:tháng|quý)"
)
_OTHER_DAYS: Final = (
    (
        1,
        re.compile(
            r"ngày (?:làm việc )?đầu (?:tiên )?(?:của )?(?:mỗi |hằng )?(?:tháng|quý)|(?<!tháng )đầu (?:mỗi "
            r"|hằng )?tháng"
        ),
    ),
    (15, re.compile(r"giữa (?:mỗi |hằng )?tháng")),
)
_WORKING: Final = re.compile(r"ngày làm việc (?:đầu|cuối)")
_WEEK: Final = re.compile(
    r"tuần (?:lễ )?(?:thứ )?(nhất|hai|ba|tư|đầu|cuối|[1-4])(?: tiên| cùng)?(?: của)?(?: mỗi| hằng)? tháng"
)
_WEEKS: Final = {"nhất": 1, "đầu": 1, "hai": 2, "ba": 3, "tư": 4, "cuối": "last"}
_QUARTER: Final = re.compile(r"\bquý ([1-4])\b")
_YEAR_ENDS: Final = (
    ("12-31", re.compile(r"cuối (?:mỗi |hằng )?năm")),
    ("06-30", re.compile(r"giữa (?:mỗi |hằng )?năm|6 tháng đầu năm")),
    ("01-01", re.compile(r"đầu (?:mỗi |hằng )năm|(?<!tháng )đầu năm (?:hằng|mỗi)")),
)
_QUARTER_MONTHS: Final = (
    (1, re.compile(r"tháng đầu(?: tiên)? (?:của )?(?:mỗi |hằng )?quý|đầu (?:mỗi |hằng )?quý")),
    (2, re.compile(r"tháng giữa (?:của )?(?:mỗi |hằng )?quý")),
    (3, re.compile(r"cuối (?:cùng )?(?:của )?(?:mỗi |hằng )?quý")),
)
_NEXT_PERIOD: Final = re.compile(r"(tháng|quý) (?:sau|kế tiếp|tiếp theo|liền kề)")
_WINDOW: Final = re.compile(
    r"^(?:trong thời gian )?từ ngày (\d{1,2})(?:/(\d{1,2}))? đến (?:hết )?ngày (\d{1,2})/(\d{1,2})(?: (?:hằng"
    r"|mỗi) năm)?$"
)
_FROM: Final = re.compile(r"(?:từ|kể từ|bắt đầu)(?: (?:ngày|năm|quý|từ))*$")
# Any leap year: a rule may name 29 February.
_LEAP: Final = 2024


def read(text: str, points: tuple[Point, ...] = ()) -> dict[str, Any] | None:
    """Return the frequency and day rule of plain words, None when they do not recur. Raises ValueError for
    no day.
    """
    if window := _window(text):
        return window
    frequencies = _frequencies(text)
    if not frequencies:
        return None
    meaning: dict[str, Any] = {"kind": "recurring", "freq": frequencies[0] if len(frequencies) == 1 else frequencies}
    meaning |= _more_often(text, frequencies) | _day_rule(text, frequencies)
    has_day = len(meaning) > 2 or time_in(text)
    if has_day and (boundary := next((name for name, form in _BOUNDARIES if form.search(text)), None)):
        meaning["boundary"] = boundary
    if time := time_in(text):
        meaning["time"] = time
    if offset := next((years for years, form in _YEAR_OFFSETS if form.search(text)), 0):
        meaning["year_offset"] = offset
    return meaning | _years(text, points)


def _frequencies(text: str) -> list[str]:
    """Return how often, finest first; "hằng năm" behind days of its months adds nothing."""
    if interval := _INTERVAL.search(text):
        return [_interval(int(interval[1]), interval[2])]
    found = {name for name, form in _FREQUENCIES if form.search(text)}
    found |= _listed(text)
    if times := _TIMES.search(text):
        found = {_several_times(times)}
    if found & {"monthly", "quarterly", "weekly"} and "yearly" in found and not _listed(text) >= {"yearly"}:
        found -= {"yearly"}
    if "half-yearly" in found and "yearly" in found and _MONTH_DAY.search(text):
        found -= {"yearly"}
    if {"monthly", "quarterly"} <= found and not _listed(text) and re.search(r"tháng (?:đầu|giữa|cuối)|cuối quý", text):
        found -= {"monthly"} if not re.search(r"(?:hằng|mỗi) tháng", text) else set()
    return [name for name in _ORDER if name in found]


def _listed(text: str) -> set[str]:
    """Return the periods of a list: "hằng tháng, quý, 6 tháng và năm"."""
    lists = [match[1] for match in _NAMED.finditer(text) if len(_NAMES.findall(match[1])) > 1]
    if _WHOLLY.fullmatch(text):
        lists.append(text)
    names = {name.removeprefix("0") for words in lists for name in _NAMES.findall(words)}
    return {_BASE[name] for name in names if name in _BASE}


def _interval(count: int, unit: str) -> str:
    """Return the name of every so many months: 3 quarterly, 6 half-yearly, 12 yearly."""
    months = {"tháng": 1, "quý": 3, "năm": 12}.get(unit, 0) * count
    return {3: "quarterly", 6: "half-yearly", 12: "yearly"}.get(months) or _BASE[unit]


def _several_times(match: re.Match[str]) -> str:
    """Return the name of so many times a period: twice a year half-yearly, four times quarterly."""
    count, unit = int(match[1] or match[4]), match[2] or match[3]
    return {(2, "năm"): "half-yearly", (4, "năm"): "quarterly", (12, "năm"): "monthly"}.get((count, unit)) or _BASE[
        unit
    ]


def _more_often(text: str, frequencies: list[str]) -> dict[str, Any]:
    """Return what a name of frequency cannot say: every second year, three times a month."""
    if (match := _INTERVAL.search(text)) and frequencies[0] == _BASE[match[2]]:
        return {"interval": int(match[1])}
    if match := _TIMES.search(text):
        count, unit = int(match[1] or match[4]), match[2] or match[3]
        return {"times": count} if frequencies[0] == _BASE[unit] else {}
    return {}


def _day_rule(text: str, frequencies: list[str]) -> dict[str, Any]:
    """Return which day is meant, as far as the words say."""
    if "weekly" in frequencies:
        return _weekday(text)
    if frequencies == ["daily"]:
        return {}
    if days := _MONTH_DAY.findall(text):
        return _dates([_month_day(int(month), int(day)) for day, month in days])
    if {"yearly", "half-yearly"} & set(frequencies) and (rule := _of_year(text)):
        return rule
    return _day_of_month(text, frequencies)


def _of_year(text: str) -> dict[str, Any]:
    """Return the month, quarter or end of the year that is meant."""
    if window := _MONTHS.search(text):
        return {"from": _month_day(int(window[1]), 1), "month_day": _month_day(int(window[2]), 0)}
    if months := [int(month) for match in _MONTH.finditer(text) for month in re.findall(r"\d+", match[0])]:
        return _dates([_month_day(month, 0) for month in months])
    if quarter := _QUARTER.search(text):
        last = 3 * int(quarter[1])
        return {"from": _month_day(last - 2, 1), "month_day": _month_day(last, 0)}
    return next(({"month": int(day[:2]), "month_day": day} for day, form in _YEAR_ENDS if form.search(text)), {})


def _day_of_month(text: str, frequencies: list[str]) -> dict[str, Any]:
    """Return the day of the month, the month of the quarter, and whether they lie in the next."""
    rule = _one_day(text)
    if "quarterly" in frequencies:
        month = next((month for month, form in _QUARTER_MONTHS if form.search(text)), None)
        rule |= {"month": month} if month else {}
    if following := _NEXT_PERIOD.search(text):
        rule |= {"month_offset" if following[1] == "tháng" else "quarter_offset": 1}
    return rule


def _one_day(text: str) -> dict[str, Any]:
    """Return the day or days of the month. Raises ValueError for a day no month has."""
    if week := _WEEK.search(text):
        return {"week": _WEEKS.get(week[1]) or int(week[1]), **_weekday(text)}
    if days := _DAY_LIST.search(text):
        return {"days": [_of_month(days[1]), _of_month(days[2])]}
    if span := _SPAN.search(text):
        return {"from_day": _of_month(span[1]), "day": _of_month(span[2])}
    if match := _DAY.search(text) or _FIRST_DAYS.search(text):
        return {"day": _of_month(match[1])}
    working = {"working": True} if _WORKING.search(text) else {}
    if _LAST_DAY.search(text):
        return {"day": "last", **working}
    return next(({"day": day, **working} for day, form in _OTHER_DAYS if form.search(text)), {})


def _of_month(day: str) -> int:
    return date(_LEAP, 1, int(day)).day


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


def _years(text: str, points: tuple[Point, ...]) -> dict[str, Any]:
    """Return the first and last day of the years for which it recurs, when they are named."""
    sure = [point for point in points if point.year is not None]
    if not sure:
        return {}
    first, last = sure[0], sure[-1]
    if (
        first.precision == "day"
        and len(sure) == 1
        and not re.search(r"(?:từ|đến|tới|hết) (?:ngày )?$", text[: first.start])
    ):
        return {}
    if len(sure) == 1 and _FROM.search(text[: first.start].rstrip()):
        return {"since": first.first.isoformat()}
    if len(sure) == 1 and re.search(r"(?:đến|tới|hết)(?: (?:hết|năm|ngày))*$", text[: first.start].rstrip()):
        return {"until": first.last.isoformat()}
    return {"since": first.first.isoformat(), "until": last.last.isoformat()}
