"""Days, months, quarters and years as documents write them: one table of forms, read in one pass.

A point knows its stretch of the calendar once its year is known; a year that stands only at the end of a list or
range ("từ tháng 6 đến tháng 9/2026") holds for all of it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

_YEAR: Final = r"(?:19|20)\d\d(?!\d|[/.]\d)"
_PARTS: Final = "đầu|giữa|cuối"
_WEEKS: Final = {"nhất": 1, "1": 1, "đầu": 1, "hai": 2, "2": 2, "ba": 3, "3": 3, "tư": 4, "4": 4, "cuối": 5}


@dataclass(frozen=True, slots=True)
class Point:
    """A stretch of the calendar as written, how exact the writer was, and where it stands.

    `year` is None where none is written; `month` is None for a day that stands alone ("từ ngày 10 đến …").
    """

    precision: str
    part: str
    numbers: tuple[int, ...]
    year: int | None
    month: int | None
    start: int
    end: int

    @property
    def first(self) -> date:
        """Return its first day. Raises ValueError when there is no such day."""
        return self._days[0]

    @property
    def last(self) -> date:
        """Return its last day. Raises ValueError when there is no such day."""
        return self._days[1]

    @property
    def _days(self) -> tuple[date, date]:
        if self.year is None:
            raise ValueError("a point without a year is no day")
        return _STRETCHES[self.part](self, self.year)


def month_end(year: int, month: int) -> date:
    """Return the last day of a month. Raises ValueError for a month that does not exist."""
    return date(year, month, 1).replace(day=monthrange(year, month)[1])


# --- stretches: from the numbers of a point and its year to its first and last day ------------------------------


def _a_day(point: Point, year: int) -> tuple[date, date]:
    day = date(year, point.month or 0, point.numbers[0])
    return day, day


def _a_month(point: Point, year: int) -> tuple[date, date]:
    month = point.month or 0
    return date(year, month, 1), month_end(year, month)


def _first_days(point: Point, year: int) -> tuple[date, date]:
    """The first so many days of a month: its first half, its first week, thượng tuần."""
    month = point.month or 0
    end = month_end(year, month)
    return date(year, month, 1), end.replace(day=min(point.numbers[0], end.day))


def _moment_of_month(point: Point, year: int) -> tuple[date, date]:
    """BLDS 2015 Điều 146: đầu tháng is the 1st, giữa tháng the 15th, cuối tháng its last day."""
    month = point.month or 0
    return date(year, month, 1), date(year, month, point.numbers[0]) if point.numbers[0] < 28 else month_end(
        year, month
    )


def _quarter(point: Point, year: int) -> tuple[date, date]:
    quarter = point.numbers[0]
    return date(year, 3 * quarter - 2, 1), month_end(year, 3 * quarter)


def _moment_of_quarter(point: Point, year: int) -> tuple[date, date]:
    """By the rule for months: the first day, the middle of the middle month, the last day."""
    quarter, part = point.numbers
    first = date(year, 3 * quarter - 2, 1)
    return first, (first, date(year, 3 * quarter - 1, 15), month_end(year, 3 * quarter))[part]


def _month_of_quarter(point: Point, year: int) -> tuple[date, date]:
    quarter, part = point.numbers
    month = 3 * quarter - 2 + part
    return date(year, month, 1), month_end(year, month)


def _first_months(point: Point, year: int) -> tuple[date, date]:
    return date(year, 1, 1), month_end(year, point.numbers[0])


def _last_months(point: Point, year: int) -> tuple[date, date]:
    return date(year, 13 - point.numbers[0], 1), date(year, 12, 31)


def _moment_of_year(point: Point, year: int) -> tuple[date, date]:
    """BLDS 2015 Điều 146: đầu năm is 1 January, giữa năm 30 June, cuối năm 31 December."""
    return date(year, 1, 1), date(year, *((1, 1), (6, 30), (12, 31))[point.numbers[0]])


def _year(_point: Point, year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


_STRETCHES: Final[dict[str, Callable[[Point, int], tuple[date, date]]]] = {
    "day": _a_day,
    "month": _a_month,
    "first_days": _first_days,
    "moment_of_month": _moment_of_month,
    "quarter": _quarter,
    "moment_of_quarter": _moment_of_quarter,
    "month_of_quarter": _month_of_quarter,
    "first_months": _first_months,
    "last_months": _last_months,
    "moment_of_year": _moment_of_year,
    "year": _year,
}

# --- forms: from the words to points ------------------------------------------------------------------------------

_Found = Iterator[Point]


def _point(match: re.Match[str], precision: str, part: str, numbers: Sequence[int], month: str | None = None) -> Point:
    """Return the point of a whole match; the year is the group of that name."""
    year = match.groupdict().get("y")
    return Point(
        precision,
        part,
        tuple(numbers),
        int(year) if year else None,
        int(month) if month else None,
        match.start(),
        match.end(),
    )


def _days(match: re.Match[str]) -> _Found:
    """Every day of "5, 6 và 7/3/2026" with the month and year of the last."""
    whole = _point(match, "day", "day", (0,), match["m"])
    days = list(re.finditer(r"\d{1,2}(?!\d)", match["list"]))
    for place, found in enumerate(days):
        end = match.end() if place == len(days) - 1 else match.start("list") + found.end()
        yield replace(whole, numbers=(int(found[0]),), start=match.start("list") + found.start(), end=end)


def _day_alone(match: re.Match[str]) -> _Found:
    yield Point("day", "day", (int(match[1]),), None, None, match.start(1), match.end(1))


def _months(match: re.Match[str]) -> _Found:
    """Every month of "tháng 9, 10 và 12/2026"."""
    whole = _point(match, "month", "month", (), "1")
    months = list(re.finditer(r"\d{1,2}(?!\d)", match["list"]))
    for place, found in enumerate(months):
        first, last = place == 0, place == len(months) - 1
        start = match.start() if first else match.start("list") + found.start()
        end = match.end() if last else match.start("list") + found.end()
        yield replace(whole, month=int(found[0]), start=start, end=end)


def _quarters(match: re.Match[str]) -> _Found:
    whole = _point(match, "quarter", "quarter", ())
    quarters = list(re.finditer(r"\d", match["list"]))
    for place, found in enumerate(quarters):
        first, last = place == 0, place == len(quarters) - 1
        start = match.start() if first else match.start("list") + found.start()
        end = match.end() if last else match.start("list") + found.end()
        yield replace(whole, numbers=(int(found[0]),), start=start, end=end)


def _part_of_month(match: re.Match[str]) -> _Found:
    part = 1 if match["p"] == "đầu" else 15 if match["p"] == "giữa" else 31
    yield _point(match, "month", "moment_of_month", (part,), match["m"])


def _tenth_of_month(match: re.Match[str]) -> _Found:
    days = {"thượng tuần": 10, "trung tuần": 20, "hạ tuần": 31, "nửa đầu": 15, "nửa cuối": 31}[match["p"]]
    yield _point(match, "month", "first_days", (days,), match["m"])


def _week_of_month(match: re.Match[str]) -> _Found:
    week = _WEEKS[match["p"]]
    yield _point(match, "month", "first_days", (7 * week,) if week < 5 else (31,), match["m"])


def _some_days_of_month(match: re.Match[str]) -> _Found:
    days = int(match["n"]) if match["p"] == "đầu" else 31
    yield _point(match, "month", "first_days", (days,), match["m"])


def _part_of_quarter(match: re.Match[str]) -> _Found:
    yield _point(match, "quarter", "moment_of_quarter", (int(match["q"]), _PARTS.split("|").index(match["p"])))


def _month_in_quarter(match: re.Match[str]) -> _Found:
    yield _point(match, "month", "month_of_quarter", (int(match["q"]), _PARTS.split("|").index(match["p"])))


def _months_of_year(match: re.Match[str]) -> _Found:
    months = int(match["n"] or 6)
    yield _point(match, "month", "first_months" if match["p"] == "đầu" else "last_months", (months,))


def _half_of_year(match: re.Match[str]) -> _Found:
    yield _point(match, "month", "first_months" if match["p"] == "đầu" else "last_months", (6,))


def _end_month_of_year(match: re.Match[str]) -> _Found:
    yield _point(match, "month", "first_months" if match["p"] == "đầu" else "last_months", (1,))


def _part_of_year(match: re.Match[str]) -> _Found:
    yield _point(match, "year", "moment_of_year", (_PARTS.split("|").index(match["p"]),))


def _one_year(match: re.Match[str]) -> _Found:
    yield _point(match, "year", "year", ())


def _no_such(_match: re.Match[str]) -> _Found:
    """A quarter that no year has. Raises ValueError."""
    raise ValueError("no such quarter")


def _nothing(_match: re.Match[str]) -> _Found:
    """What looks like a time and belongs to something else: cited documents, far views, school years, numbers."""
    return iter(())


_LIST: Final = r"(?:, ?|, và | và |-| đến (?:hết )?(?:ngày )?| hoặc )"
_Y: Final = rf"(?P<y>{_YEAR})"
_OF_YEAR: Final = rf"(?:(?:/| (?:của )?(?:năm )?){_Y})?"
_DMY: Final = rf"\d{{1,2}}/\d{{1,2}}/{_YEAR}"
# The first row that fits at a place wins.
# fmt: off
_FORMS: Final[tuple[tuple[str, Callable[[re.Match[str]], _Found]], ...]] = (
    # what is not a deadline
    (rf"(?:số|thông tư|nghị quyết|luật|công văn)"
     rf" (?:[^\s,;()]{{1,40}}[/-][^\s,;()]{{1,40}},? (?:ngày )?{_DMY})", _nothing),
    (r"(?<![\w/])\d{1,5}(?:/(?:19|20)\d\d)?/[a-zđ]{2,}[\wđ&.-]*(?: ngày \d{1,2}/\d{1,2}/\d{4})?", _nothing),
    (rf"(?:ngày )?{_DMY}(?=,? (?:của|về việc|v/v)\b)",                                          _nothing),
    (rf"(?:có hiệu lực|thông qua|áp dụng|sinh|ban hành|ký|cấp)(?: thi hành)?(?: kể)?(?: từ)?"
     rf" (?:ngày )?{_DMY}",                                                                     _nothing),
    (rf"(?:tầm nhìn|định hướng)(?: đến| tới)?(?: năm)? {_YEAR}",                                 _nothing),
    (rf"(?:so với|như|của|kế hoạch|chương trình|đề án|dự toán|ngân sách|số liệu|kết quả|chỉ tiêu"
     rf"|tình hình)(?: cuối| cùng kỳ)? năm (?:{_YEAR}|trước)(?!-)",                             _nothing),
    (rf"(?:năm học|niên khóa|niên độ|khóa|khoá|lần thứ) {_YEAR}(?:-{_YEAR})?",                   _nothing),
    (r"(?:điện thoại|đt|fax|hotline|phòng|tầng|số|p\.)[: ]{1,2}\+?\d[\d .]{2,16}",              _nothing),
    (r"ngày (?:quốc khánh|chiến thắng|giải phóng|thành lập|quốc tế|thương binh|truyền thống)[^\d]{0,40}"
     rf"\d{{1,2}}/\d{{1,2}}(?:/{_YEAR})?",                                                      _nothing),
    # days
    (rf"(?P<list>\d{{1,2}}(?:{_LIST}\d{{1,2}}){{0,9}})/(?P<m>\d{{1,2}})/{_Y}",                   _days),
    (rf"(?P<list>\d{{1,2}}(?:{_LIST}\d{{1,2}}){{0,9}})/(?P<m>\d{{1,2}})(?![\d/%]|[.,]\d)",       _days),
    # months and their parts
    (rf"(?P<p>{_PARTS}) tháng (?P<m>\d{{1,2}})(?!\d|/\d{{1,2}}(?!\d)){_OF_YEAR}",                _part_of_month),
    (rf"(?P<p>thượng tuần|trung tuần|hạ tuần|nửa đầu|nửa cuối)(?: của)? tháng (?P<m>\d{{1,2}})(?!\d){_OF_YEAR}",
                                                                                                _tenth_of_month),
    (rf"tuần(?: lễ)?(?: thứ)? (?P<p>nhất|hai|ba|tư|đầu|cuối|[1-4])(?: tiên| cùng)?(?: của)?(?: trong)?"
     rf" tháng (?P<m>\d{{1,2}})(?!\d){_OF_YEAR}",                                               _week_of_month),
    (rf"(?P<n>\d{{1,2}}) ngày (?P<p>đầu|cuối)(?: của)? tháng (?P<m>\d{{1,2}})(?!\d){_OF_YEAR}",  _some_days_of_month),
    (rf"(?:tháng (?P<p>{_PARTS})) (?:của )?quý (?P<q>[1-4])(?!\d){_OF_YEAR}",                    _month_in_quarter),
    (rf"tháng (?P<list>\d{{1,2}}(?:{_LIST}(?:tháng )?\d{{1,2}}(?![\d/])){{0,11}}(?:{_LIST}(?:tháng )?\d{{1,2}}"
     rf"(?=/{_YEAR}))?)(?!\d|/\d{{1,2}}(?!\d)){_OF_YEAR}",                                      _months),
    (rf"(?P<list>(?:\d{{1,2}}{_LIST})?\d{{1,2}})/{_Y}",                                          _months),
    # quarters
    (r"quý (?:[05-9]|\d\d|vi{0,3}|ix|x)(?!\w)",                                                 _no_such),
    (rf"(?P<p>{_PARTS}) quý (?P<q>[1-4])(?!\d){_OF_YEAR}",                                       _part_of_quarter),
    (rf"quý (?P<list>[1-4](?:{_LIST}(?:quý )?[1-4](?![\d/])){{0,3}}(?:{_LIST}(?:quý )?[1-4](?=/{_YEAR}))?)(?!\d)"
     rf"{_OF_YEAR}",                                                                            _quarters),
    # years and their parts
    (rf"(?<!\d)(?P<n>0?\d) tháng (?P<p>đầu|cuối)(?: của)? năm(?: {_Y})?",                        _months_of_year),
    (rf"nửa (?P<p>đầu|cuối)(?: của)? năm(?: {_Y})?",                                             _half_of_year),
    (rf"(?:(?:các|những) tháng|(?:0?\d )?tháng) (?P<p>cuối)(?: cùng)?(?: của)? năm(?: {_Y})?",   _end_month_of_year),
    (rf"tháng (?P<p>đầu)(?: tiên)?(?: của)? năm {_Y}",                                           _end_month_of_year),
    (rf"(?P<p>{_PARTS}) năm(?: {_Y}|(?= ?$))",                                                   _part_of_year),
    (rf"năm {_Y}",                                                                              _one_year),
    (rf"(?<![\w/.,-]){_Y}(?= ?(?:$|[-,;:.)(…+]|và\b|đến\b|trở đi|hằng))",                         _one_year),
    (rf"(?<=\d-){_Y}",                                                                          _one_year),
    (r"ngày (\d{1,2})(?![\d/])",                                                                _day_alone),
)
# fmt: on
_ROWS: Final = tuple((re.compile(form), build) for form, build in _FORMS)


def _one_pass() -> re.Pattern[str]:
    """Return all forms as one pattern, so that each place of the words is looked at once."""
    forms = [re.sub(r"\(\?P<\w+>", "(?:", form) for form, _ in _FORMS]
    return re.compile("|".join(f"(?<!\\d)(?P<row{place}>{form})" for place, form in enumerate(forms)))


_ANY: Final = _one_pass()
_JOINT: Final = re.compile(
    r" ?(?:,|;|-|và|, và|hoặc|đến|tới)? ?(?:đến |tới |trước |hết |và )*(?:ngày |năm |các năm |tháng |quý )*"
)


def points(text: str) -> list[Point]:
    """Return the dated stretches of plain words in order, years of lists and ranges shared among them."""
    found: list[Point] = []
    for match in _ANY.finditer(text):
        form, build = _ROWS[int((match.lastgroup or "row0")[3:])]
        exact = form.match(text, match.start())
        if exact:
            found.extend(build(exact))
    return _shared(text, found)


def _shared(text: str, found: list[Point]) -> list[Point]:
    """Return the points with what the end of their list or range says for all of it."""
    whole = list(found)
    for place in range(len(whole) - 2, -1, -1):
        one, two = whole[place], whole[place + 1]
        if one.year is None and _JOINT.fullmatch(text, one.end, two.start):
            month = one.month or (two.month if two.precision == "day" else None)
            whole[place] = replace(one, month=month, year=two.year)
    for place in range(1, len(whole)):
        one, two = whole[place - 1], whole[place]
        if (
            two.year is None
            and one.year
            and one.precision == two.precision
            and _JOINT.fullmatch(text, one.end, two.start)
        ):
            whole[place] = replace(two, year=one.year, month=two.month or one.month)
    kept = [point for point in whole if point.precision != "day" or point.month]
    return [
        point
        for place, point in enumerate(kept)
        if not (point.precision == "year" and place and _names_year_of(text, kept[place - 1], point))
    ]


def _names_year_of(text: str, before: Point, point: Point) -> bool:
    """Tell whether a year only completes the points before it: "15/6, 15/12 năm 2026"."""
    return before.precision != "year" and text[before.end : point.start] in {" ", ", "} and before.year == point.year
