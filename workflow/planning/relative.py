"""Words that count from the document's own day: this and next week, month, quarter and year, from now on."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from workflow.planning.words import ISSUED_UNKNOWN, Asked

_NEXT: Final = r"(?:tới|sau|kế tiếp|tiếp theo)"
_WEEKDAYS: Final = {"hai": 1, "2": 1, "ba": 2, "3": 2, "tư": 3, "4": 3, "năm": 4, "5": 4, "sáu": 5, "6": 5, "bảy": 6,
                    "7": 6}  # fmt: skip


def _month(day: date, steps: int) -> str:
    month = day.month - 1 + steps
    return f"{month % 12 + 1}/{day.year + month // 12}"


def _quarter(day: date, steps: int) -> str:
    quarter = (day.month - 1) // 3 + steps
    return f"quý {quarter % 4 + 1}/{day.year + quarter // 4}"


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def _weekday(match: re.Match[str], day: date) -> str:
    wanted = 7 if match[1] == "chủ nhật" else _WEEKDAYS[match[1].removeprefix("thứ ")]
    weeks = 0 if match[2] in {"này", "nay"} else 1
    return f"ngày {_day(day + timedelta(days=wanted - day.isoweekday() + 7 * weeks))}"


def _week(match: re.Match[str], day: date) -> str:
    weeks = 0 if (match[1] or match[2]) in {None, "này", "nay"} else 1
    return f"ngày {_day(day + timedelta(days=7 - day.isoweekday() + 7 * weeks))}"


# fmt: off
_ROWS: Final[tuple[tuple[str, Callable[[re.Match[str], date], str]], ...]] = (
    (r"\btừ nay\b|\b(?:kể )?từ hôm nay\b",                     lambda _, day: f"từ {_day(day)}"),
    (r"\btừ (?:ngày |khi )?(?:ký|ban hành)(?: ban hành)?(?: (?:kế hoạch|văn bản"
     r"|quyết định)(?: này)?)?(?= (?:cho )?đến)",
                                                               lambda _, day: f"từ {_day(day)}"),
    (r"\bhôm nay\b",                                           lambda _, day: f"ngày {_day(day)}"),
    (r"\bngày mai\b",                                          lambda _, day: f"ngày {_day(day + timedelta(days=1))}"),
    (r"\b(thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật) tuần (này|nay|tới|sau)\b",             _weekday),
    (r"(?<=trong )tuần(?: (này|nay|tới|sau))?(?= ?$)|\b(?:cuối )?tuần (này|nay|tới|sau)\b",    _week),
    (r"\b(\d{1,2}) tháng (?:này|nay)\b",                       lambda match, day: f"{match[1]}/{_month(day, 0)}"),
    (rf"\b(\d{{1,2}})(?: của)? tháng {_NEXT}\b",               lambda match, day: f"{match[1]}/{_month(day, 1)}"),
    (r"\btháng (?:này|nay|hiện tại)\b",                        lambda _, day: f"tháng {_month(day, 0)}"),
    (rf"(?<!các )(?<!những )\btháng {_NEXT}\b",                lambda _, day: f"tháng {_month(day, 1)}"),
    (r"\bquý (?:này|nay|hiện tại)\b",                          lambda _, day: _quarter(day, 0)),
    (rf"(?<!các )(?<!những )\bquý {_NEXT}\b",                  lambda _, day: _quarter(day, 1)),
    (r"\bnăm (?:nay|này|hiện tại|kế hoạch)\b",                 lambda _, day: f"năm {day.year}"),
    (r"(?<!các )(?<!những )\bnăm (?:tới|sau)\b|\bsang năm\b",  lambda _, day: f"năm {day.year + 1}"),
    (r"(?:(?<=trong )|(?<=hết )|(?<=cuối )|(?<=giữa )|(?<=đầu )|(?<=cả ))tháng(?= ?$)",
                                                               lambda _, day: f"tháng {_month(day, 0)}"),
    (r"(?:(?<=trong )|(?<=hết )|(?<=cuối )|(?<=giữa )|(?<=đầu )|(?<=cả ))quý(?= ?$)",
                                                               lambda _, day: _quarter(day, 0)),
    (r"(?:(?<=trong )|(?<=hết )|(?<=cả ))năm(?= ?$)",          lambda _, day: f"năm {day.year}"),
)
# fmt: on
_COMPILED: Final = tuple((re.compile(form), build) for form, build in _ROWS)


def resolved(text: str, issued: date | None) -> str:
    """Return plain words with the document's day put in for words relative to it. Raises Asked without that day."""
    for form, build in _COMPILED:
        if issued is None:
            if form.search(text):
                raise Asked(ISSUED_UNKNOWN)
            continue
        day = issued
        text = form.sub(lambda match, build=build, day=day: build(match, day), text)  # type: ignore[misc]
    return text
