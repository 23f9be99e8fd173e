"""What deadline words mean: one table of readings, tried in order; nothing is filled in that they do not say.

Kinds and conventions are those of the field (Bộ luật Dân sự 2015, Điều 144-148): a month, quarter or year
ends on its last day; "trước ngày X" leaves X-1 as the last good day, which follows from `boundary`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from terms import N_
from workflow.planning import durations, recurring
from workflow.planning.clocktimes import time_in
from workflow.planning.points import Point, month_end, plain, points

LIMIT_LETTERS: Final = 400

Meaning = dict[str, Any]

UNREAD: Final = N_("These words name no day the system can read. Which day is meant?")
NO_SUCH_DAY: Final = N_("There is no such day in the calendar. Which day is meant?")
WHICH_YEAR: Final = N_("No year is named. Which year is meant?")
ISSUED_UNKNOWN: Final = N_("The words count from the day of the document, which is not known. Which day is meant?")
URGENT: Final = N_("The words urge and name no day. By which day?")
BEFORE_ISSUE: Final = N_("The date lies before the document's own date.")
WRONG_WEEKDAY: Final = N_("The weekday named is not the weekday of that date.")
TOO_LONG: Final = N_("Only the first part of these words was read.")


@dataclass(frozen=True, slots=True)
class Deadline:
    """Deadline words, their kind, the fields of that kind, what must be asked, and what looks odd."""

    words: str
    kind: str = "none"
    fields: Meaning = field(default_factory=dict)
    question: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def meaning(self) -> Meaning:
        """Return kind and fields as one object, as a task carries it."""
        return {"kind": self.kind, **self.fields}

    def to_json(self) -> dict[str, Any]:
        """Return the form `flask deadline --json` prints."""
        return {
            "words": self.words,
            **self.meaning,
            "question": self.question,
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True, slots=True)
class _Words:
    """Deadline words made plain, with the dates in them and the day of the document."""

    text: str
    points: tuple[Point, ...]
    issued: date | None


@dataclass(frozen=True, slots=True)
class _Asked(Exception):  # noqa: N818  (no error: the reading ends in a question)
    """The words were understood and lack something only a person knows."""

    question: str
    kind: str = "none"


def read_deadline(words: str, issued: date | None) -> Deadline:
    """Return what deadline words mean; `issued` is the day of the document, None when it is not known.

    Words that cannot be read, or lack a year or the day they count from, give kind `none` and a question.
    """
    text = plain(words[:LIMIT_LETTERS])
    warnings = [TOO_LONG] if len(words) > LIMIT_LETTERS else []
    if not text:
        return Deadline(words)
    try:
        meaning = _read(text, issued)
    except _Asked as asked:
        return Deadline(words, asked.kind, question=asked.question, warnings=tuple(warnings))
    except ValueError:
        return Deadline(words, question=NO_SUCH_DAY, warnings=tuple(warnings))
    kind = meaning.pop("kind")
    if "event" in meaning:
        meaning["event"] = _as_written(meaning["event"], words)
    if issued and (due := meaning.get("due") or meaning.get("to")) and due < issued.isoformat():
        warnings.append(BEFORE_ISSUE)
    if _contradicts(text):
        warnings.append(WRONG_WEEKDAY)
    return Deadline(words, kind, meaning, URGENT if kind == "urgent" else None, tuple(warnings))


def _as_written(event: str, words: str) -> str:
    """Return the event in the spelling of the document, whose capitals plain words have lost."""
    line = " ".join(words.split())
    start = line.lower().find(event)
    return line[start : start + len(event)] if start >= 0 and len(line.lower()) == len(line) else event


_NAMED_DAY: Final = re.compile(r"(?:thứ (hai|ba|tư|năm|sáu|bảy|[2-7])|(chủ nhật)),? (?:ngày )?(?=\d)")
_WEEKDAYS: Final = {"hai": 1, "ba": 2, "tư": 3, "năm": 4, "sáu": 5, "bảy": 6}


def _contradicts(text: str) -> bool:
    """Tell whether a weekday right before a date is not that date's own."""
    days = {point.start: point.first for point in points(text) if point.precision == "day"}
    for match in _NAMED_DAY.finditer(text):
        day = days.get(match.end())
        named = 7 if match[2] else _WEEKDAYS.get(match[1]) or int(match[1]) - 1
        if day and day.isoweekday() != named:
            return True
    return False


def _read(text: str, issued: date | None) -> Meaning:
    """Return the reading of the first row that fits. Raises _Asked when none does."""
    words = _Words(text, tuple(points(text)), issued)
    for reading in _READINGS:
        if meaning := reading(words):
            return meaning
    if _LACKS_YEAR.search(text):
        raise _Asked(WHICH_YEAR)
    raise _Asked(UNREAD)


# --- readings, in the order of the table below --------------------------------------------------------------

_DATED: Final = frozenset({"by", "range", "milestones"})
_ENDLESS: Final = frozenset({"recurring", "ongoing"})
_JOINTS: Final = re.compile(r" và |; |, ")
_GOES_ON: Final = re.compile(r"thường xuyên|liên tục|tiếp theo|trở đi|hằng (?:tuần|tháng|quý|năm)")


def _combined(words: _Words) -> Meaning | None:
    """First a date, then for ever: "Tháng 12/2013 và thường xuyên"."""
    goes_on = _GOES_ON.search(words.text)
    if not goes_on or not words.points or (words.text.startswith("từ ") and "trở đi" in words.text):
        return None
    for joint in list(_JOINTS.finditer(words.text))[:8]:
        if joint.start() < words.points[0].end:
            continue
        first = _try(words.text[: joint.start()], words.issued)
        then = _try(words.text[joint.end() :], words.issued)
        if first and then and first["kind"] in _DATED and then["kind"] in _ENDLESS:
            return {"kind": "combined", "first": first, "then": then}
    return None


def _try(text: str, issued: date | None) -> Meaning | None:
    """Return the reading of a part, None when it has none."""
    try:
        return _read(text.strip(" .;,:"), issued) if text.strip() else None
    except _Asked:
        return None


_PARTS: Final = re.compile(r"; ?")


def _milestones(words: _Words) -> Meaning | None:
    """Several dates, each its own: "… vào năm 2015; … vào năm 2020"."""
    if len(words.points) < 2:
        return None
    pieces = _PARTS.split(words.text)[:24]
    if len(pieces) < 2:
        return None
    parts = [_try(part, words.issued) for part in pieces]
    if not all(part and part["kind"] == "by" for part in parts):
        return None
    dates = [{"due": part["due"], "precision": part["precision"]} for part in parts if part]
    return {"kind": "milestones", "dates": dates}


def _recurring(words: _Words) -> Meaning | None:
    """Every week, month, quarter, half or whole year, with the rule for the day."""
    return recurring.read(words.text)


def _duration(words: _Words) -> Meaning | None:
    """A number of days, months or years from a day or an event."""
    return durations.read(words.text, words.points, words.issued)


_EVENT: Final = re.compile(
    r"^(?:(?:triển khai|thực hiện|hoàn thành|bảo đảm|đảm bảo) ?){0,4}"
    r"(?:ngay )?(?:(?P<after>sau khi|khi|theo) |sau )(?P<event>[^\d].{2,300})$"
)


def _event(words: _Words) -> Meaning | None:
    """No date until something happens: "Sau khi có Quy chế của TW", "Theo kế hoạch riêng"."""
    if match := _EVENT.match(words.text):
        return {"kind": "event", "event": match["event"]}
    return None


_ONGOING: Final = re.compile(r"thường xuyên|liên tục|^(?:những năm |các năm )?tiếp theo$|lâu dài")
_FROM_ON: Final = re.compile(r"\btừ\b.*\btrở đi\b|\bkể từ\b(?!.*\bđến\b)|^từ\b(?!.*\bđến\b)")


def _ongoing(words: _Words) -> Meaning | None:
    """Without an end: "Thường xuyên", "Từ tháng 11/2013 trở đi"."""
    if words.points and _FROM_ON.search(words.text):
        return {"kind": "ongoing", "from": words.points[0].first.isoformat()}
    if not words.points and _ONGOING.search(words.text):
        return {"kind": "ongoing"}
    return None


_FROM_NOW: Final = re.compile(r"\btừ nay (?:cho )?(?:đến|tới)\b")
_FROM_DAY: Final = re.compile(
    r"\btừ (?:ngày )?(\d{1,2})(?:/(\d{1,2})| tháng (\d{1,2}))? (?:đến|-) (?:hết )?(?:ngày )?$"
)
_FROM_PART: Final = re.compile(r"\btừ (?:tháng (\d{1,2})|quý (iv|i{1,3}|[1-4])) (?:đến|-) (?:hết )?(?:cuối )?$")
_BETWEEN: Final = re.compile(r"^ ?(?:-|đến|tới|đến hết|và|,|, và) ?(?:hết )?(?:ngày )?(?:năm )?$")


def _range(words: _Words) -> Meaning | None:
    """From one day to another: "Giai đoạn 2021-2025", "Tháng 11, 12/2013", "từ nay đến năm 2020"."""
    if not words.points:
        return None
    first, last = words.points[0], words.points[-1]
    if _FROM_NOW.search(words.text[: first.start]):
        if words.issued is None:
            raise _Asked(ISSUED_UNKNOWN)
        return _stretch(words.issued, first.last)
    if start := _short_start(words.text, first):
        return _stretch(start, first.last)
    if len(words.points) == 2 and _BETWEEN.match(words.text[first.end : last.start]):
        return _stretch(first.first, last.last)
    if first.precision == "month" and first.first.month != first.last.month:
        return _stretch(first.first, first.last)
    return None


def _short_start(text: str, last: Point) -> date | None:
    """Return the first day of "từ ngày 10 đến 15/12/2025", whose year (and month) stand only at the end."""
    before = text[: last.start]
    if match := _FROM_DAY.search(before):
        return date(last.last.year, int(match[2] or match[3] or last.last.month), int(match[1]))
    if match := _FROM_PART.search(before):
        return points(f"{match[0].split(' ', 1)[1].rsplit(' đến', 1)[0].split(' -')[0]}/{last.last.year}")[0].first
    return None


def _stretch(first: date, last: date) -> Meaning:
    """Return a range; backwards it means nothing."""
    if last < first:
        raise _Asked(UNREAD)
    return {"kind": "range", "from": first.isoformat(), "to": last.isoformat()}


# fmt: off
_BOUNDARIES: Final = (
    ("before", re.compile(r"\btrước\b")),
    ("within", re.compile(r"\b(?:chậm nhất|muộn nhất|không quá|đến|tới|hết|trong|hoàn thành)\b")),
    ("on",     re.compile(r"\b(?:vào|ngày)\b")),
)
# fmt: on
def _by(words: _Words) -> Meaning | None:
    """One day: "Trước ngày 30/11/2025", "Quý IV/2013", "đến hết năm 2019"."""
    if not words.points:
        return None
    point = _the_one(words)
    ahead = words.text[: point.start]
    boundary = next((name for name, form in _BOUNDARIES if form.search(ahead)), None)
    due = point.first if boundary == "before" else point.last
    meaning = {
        "kind": "by",
        "due": due.isoformat(),
        "precision": _PRECISION.get(point.precision, point.precision),
    }
    meaning["boundary"] = boundary or ("on" if point.precision == "day" else "within")
    if time := time_in(ahead):
        meaning["time"] = time
    return meaning


_PRECISION: Final = {"half": "month"}
_AIM: Final = re.compile(r"\b(?:vào|trước|chậm nhất|xong|trong|đến hết|hoàn thành) (?:\w+ ){0,2}$")


def _the_one(words: _Words) -> Point:
    """Return the date that is the deadline; when several could be, ask."""
    if len(words.points) == 1:
        return words.points[0]
    aimed = [point for point in words.points if _AIM.search(words.text[max(0, point.start - 30) : point.start])]
    if len(aimed) != 1:
        raise _Asked(UNREAD)
    return aimed[0]


_RELATIVE: Final = (
    (re.compile(r"\btrong (?:năm(?: nay)?|năm kế hoạch)$|\bnăm nay\b|\bcuối năm$"), "year", 0),
    (re.compile(r"\bnăm (?:sau|tới)\b"), "year", 1),
    (re.compile(r"\btrong tháng$|\btháng này\b"), "month", 0),
    (re.compile(r"\btháng (?:sau|tới)\b"), "month", 1),
    (re.compile(r"\btrong quý$|\bquý này\b"), "quarter", 0),
)


def _relative(words: _Words) -> Meaning | None:
    """A day that counts from the document's own: "trong năm nay", "tháng tới"."""
    for form, precision, steps in _RELATIVE:
        if form.search(words.text):
            if words.issued is None:
                raise _Asked(ISSUED_UNKNOWN)
            due = _end_of(words.issued, precision, steps)
            return {"kind": "by", "due": due.isoformat(), "precision": precision, "boundary": "within"}
    return None


def _end_of(day: date, precision: str, steps: int) -> date:
    """Return the last day of the month, quarter or year that lies so many steps after a day's own."""
    if precision == "year":
        return date(day.year + steps, 12, 31)
    width = 3 if precision == "quarter" else 1
    month = (day.month - 1) // width * width + width - 1 + steps * width
    return month_end(day.year + month // 12, month % 12 + 1)


_URGENT: Final = re.compile(
    r"(?:thực hiện |triển khai |hoàn thành )?(?:ngay|khẩn trương|hỏa tốc|càng sớm càng tốt"
    r"|sớm nhất)(?: .{0,30})?"
)


def _urgent(words: _Words) -> Meaning | None:
    """At once, without a day."""
    return {"kind": "urgent"} if _URGENT.fullmatch(words.text) else None


_LACKS_YEAR: Final = re.compile(
    r"\bngày \d{1,2}\b|\btháng \d{1,2}\b|\bquý (?:i{1,3}|iv|[1-4])\b|\d{1,2}/\d{1,2}\b|\bnăm thứ"
)

_READINGS: Final[tuple[Callable[[_Words], Meaning | None], ...]] = (
    _combined, _milestones, _recurring, _duration, _ongoing, _event, _range, _by, _relative, _urgent,
)  # fmt: skip
