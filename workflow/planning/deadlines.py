"""What deadline words mean: one table of readings, tried in order; nothing is filled in that they do not say.

Kinds and conventions are those of the field (Bộ luật Dân sự 2015, Điều 144-148): a month, quarter or year
ends on its last day; "trước ngày X" leaves X-1 as the last good day, which follows from `boundary`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from terms import N_
from vietnamese import normalise, unaccented
from workflow.planning import dated, durations, events, recurring
from workflow.planning.points import points
from workflow.planning.relative import resolved
from workflow.planning.spelling import has_short_year, names_lunar_month, plain
from workflow.planning.words import (
    COUNT_FROM,
    HOW_OFTEN,
    ISSUED_UNKNOWN,
    NO_SUCH_DAY,
    REST_DAY,
    UNREAD,
    URGENT,
    WHICH_YEAR,
    YEAR_TAKEN,
    Asked,
    Meaning,
    Words,
)

__all__ = [
    "BEFORE_ISSUE", "COUNT_FROM", "HOW_OFTEN", "ISSUED_UNKNOWN", "NO_SUCH_DAY", "UNREAD", "URGENT", "WHICH_YEAR",
    "Deadline", "Meaning", "read_deadline",
]  # fmt: skip

LIMIT_LETTERS: Final = 1000

BEFORE_ISSUE: Final = N_("The date lies before the document's own date.")
WRONG_WEEKDAY: Final = N_("The weekday named is not the weekday of that date.")
TOO_LONG: Final = N_("Only the first part of these words was read.")
YEAR_OF_DOCUMENT: Final = N_("No year is named; the year of the document was taken.")
SHORT_YEAR: Final = N_("The year is written with two digits; it was read as one of this century.")
LUNAR_NAME: Final = N_("The month is named as in the lunar calendar; it was read as a month of the solar calendar.")
MOVED_ON: Final = N_("The last day is a day of rest; the time ends with the next working day.")
LUNAR: Final = N_("The day is one of the lunar calendar. Which day is meant?")


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


def read_deadline(words: str, issued: date | None, years: tuple[int, int] | None = None) -> Deadline:
    """Return what deadline words mean; `issued` is the day of the document, None when it is not known.

    `years` are the first and last year a plan is for, where its title names them: days without a year lie in it.
    Words that cannot be read, or lack a year or the day they count from, give kind `none` and a question.
    """
    cut = normalise(words[: 4 * LIMIT_LETTERS])
    text = plain(cut[:LIMIT_LETTERS])
    if not text:
        return Deadline(words)
    question = None
    try:
        meaning = _read(text, issued, years)
    except Asked as asked:
        meaning, question = dict(asked.meaning or {"kind": "none"}), asked.question
    except ValueError:
        meaning, question = {"kind": "none"}, NO_SUCH_DAY
    marks = _unmarked(meaning)
    _spell_events(meaning, cut)
    kind = meaning.pop("kind")
    if kind == "urgent":
        question = URGENT
    warnings = _warnings(text, kind, meaning, issued, marks)
    odd = ((TOO_LONG, len(cut) > LIMIT_LETTERS), *_odd_spelling(cut, meaning))
    return Deadline(words, kind, meaning, question, (*(what for what, is_so in odd if is_so), *warnings))


def _unmarked(meaning: Meaning) -> set[str]:
    """Take the private marks of readings out of a meaning and its parts, and return them."""
    marks = {mark for mark in (YEAR_TAKEN, REST_DAY) if meaning.pop(mark, None)}
    for part in ("first", "then"):
        if part in meaning:
            marks |= _unmarked(meaning[part])
    return marks


def _spell_events(meaning: Meaning, words: str) -> None:
    """Put events back into the spelling of the document, whose capitals plain words have lost."""
    line = " ".join(words.split())
    for holder in (meaning, meaning.get("first"), meaning.get("then")):
        if holder and "event" in holder:
            holder["event"] = _as_written(holder["event"], line)


def _as_written(event: str, line: str) -> str:
    low = line.lower().replace("–", "-")
    if len(low) != len(line):
        return event
    start = low.find(event)
    if start < 0:
        start = low.find(unaccented(event))
    return line[start : start + len(event)] if start >= 0 else event


def _odd_spelling(words: str, meaning: Meaning) -> Iterator[tuple[str, bool]]:
    """Yield what in the spelling should be looked at by a person, when a day was read."""
    has_day = bool(_days_of(meaning))
    yield SHORT_YEAR, has_day and has_short_year(words)
    yield LUNAR_NAME, has_day and names_lunar_month(words)


def _days_of(meaning: Meaning) -> list[str]:
    """Return the days of a meaning that work must be done by."""
    days = [meaning.get("due") or meaning.get("to")]
    days += [each["due"] for each in meaning.get("dates", ()) if isinstance(each, dict)]
    inner = [day for part in ("first", "then") if part in meaning for day in _days_of(meaning[part])]
    return [day for day in days if day] + inner


def _warnings(text: str, kind: str, meaning: Meaning, issued: date | None, marks: set[str]) -> list[str]:
    """Return what looks odd about a meaning."""
    days = [] if kind in {"recurring", "ongoing"} else _days_of(meaning)
    checks = (
        (BEFORE_ISSUE, bool(issued) and any(day < (issued or date.max).isoformat() for day in days)),
        (WRONG_WEEKDAY, _contradicts(text)),
        (YEAR_OF_DOCUMENT, YEAR_TAKEN in marks),
        (MOVED_ON, REST_DAY in marks),
    )
    return [what for what, is_so in checks if is_so]


_NAMED_DAY: Final = re.compile(r"(?:thứ (hai|ba|tư|năm|sáu|bảy|[2-7])|(chủ nhật)),? (?:\(?ngày )?\(?(?=\d)")
_DAY_NAMED: Final = re.compile(r",? \((?:thứ (hai|ba|tư|năm|sáu|bảy|[2-7])|(chủ nhật))\)?")
_WEEKDAYS: Final = {"hai": 1, "ba": 2, "tư": 3, "năm": 4, "sáu": 5, "bảy": 6}


def _contradicts(text: str) -> bool:
    """Tell whether a weekday right before a date is not that date's own."""
    named_days = list(_NAMED_DAY.finditer(text))
    if not named_days and not _DAY_NAMED.search(text):
        return False
    try:
        sure = [point for point in points(text) if point.precision == "day" and point.year]
        days, places = {point.start: point.first for point in sure}, {point.start: point.end for point in sure}
    except ValueError:
        return False
    ends = {end: days[start] for start, end in places.items() if start in days}
    for match in _DAY_NAMED.finditer(text):
        named = 7 if match[2] else _WEEKDAYS.get(match[1]) or int(match[1]) - 1
        if match.start() in ends and ends[match.start()].isoweekday() != named:
            return True
    for match in named_days:
        named = 7 if match[2] else _WEEKDAYS.get(match[1]) or int(match[1]) - 1
        if match.end() in days and days[match.end()].isoweekday() != named:
            return True
    return False


def _read(text: str, issued: date | None, years: tuple[int, int] | None) -> Meaning:
    """Return the reading of the first row that fits. Raises Asked when none does."""
    if re.search(r"\bâm lịch\b|\bal\)?$", text):
        raise Asked(LUNAR)
    words = Words(text, tuple(points(text)), issued, years)
    for reading in _FIRST:
        if meaning := reading(words):
            return meaning
    text = resolved(text, issued)
    words = Words(text, tuple(points(text)), issued, years)
    for reading in _READINGS:
        if meaning := reading(words):
            return meaning
    raise Asked(next((question for form, question in _LACKS if form.search(text)), UNREAD))


# --- readings, in the order of the tables below -------------------------------------------------------------

_DATED: Final = frozenset({"by", "range", "milestones"})
_ENDLESS: Final = frozenset({"recurring", "ongoing"})
_JOINTS: Final = re.compile(r",? và |; |, (?:sau đó )?|\. |: | sau đó | rồi |\((?=sau đó|định kỳ|hằng|hàng)|\+ ?")
_OPENS: Final = re.compile(r"^(?:sau đó|rồi|và|được|tiếp tục) ")
_LIMIT_JOINTS: Final = 8


def _combined(words: Words) -> Meaning | None:
    """First a date, then for ever: "Tháng 12/2013 và thường xuyên"."""
    if not words.points or not events.goes_on(words.text) or _is_of_each_year(words):
        return None
    for joint in list(_JOINTS.finditer(words.text))[:_LIMIT_JOINTS]:
        before, behind = words.text[: joint.start()], _OPENS.sub("", words.text[joint.end() :])
        if joint.start() >= words.points[0].end and not points(behind):
            first, then = _try(before, words), _then(behind, words)
            if first and then and first["kind"] in _DATED:
                return {"kind": "combined", "first": first, "then": then}
        elif joint[0] in {"; ", " và ", ". "} and joint.start() < words.points[0].start:
            then, first = _then(before, words), _try(behind, words)
            if first and then == {"kind": "ongoing"} and first["kind"] == "by" and first["precision"] == "day":
                return {"kind": "combined", "first": first, "then": then}
    return None


def _is_of_each_year(words: Words) -> bool:
    """Tell whether the days only say when in each year: "tháng 6, 12 hằng năm"."""
    return all(point.year is None for point in words.points) and re.search(r"(?:hằng|mỗi) năm", words.text) is not None


def _then(text: str, words: Words) -> Meaning | None:
    """Return the endless reading of a part, None when it is not endless."""
    found = _try(text, words)
    if found and found["kind"] in _ENDLESS:
        return found
    is_endless = found is None and events.goes_on(text) and not recurring.read(text)
    return {"kind": "ongoing"} if is_endless and re.search(r"duy trì|tiếp tục|tiếp theo|trở đi|năm sau", text) else None


def _try(text: str, words: Words) -> Meaning | None:
    """Return the reading of a part, None when it has none."""
    part = text.strip(" .;,:()")
    try:
        return _read(part, words.issued, words.years) if part else None
    except Asked:
        return None


_SAYS_OFTEN: Final = re.compile(
    r"\b(?:hằng|mỗi|từng|định kỳ|lần|theo (?:tuần|tháng|quý|năm))\b|tháng (?:cuối|đầu) (?:của )?quý"
)


def _recurring(words: Words) -> Meaning | None:
    """Every week, month, quarter, half or whole year, with the rule for the day."""
    if any(point.precision == "day" and point.year for point in words.points) and not _SAYS_OFTEN.search(words.text):
        return None
    return recurring.read(words.text, words.points)


def _ongoing_within(words: Words) -> Meaning | None:
    """Without an end inside a stretch, or with a first date: "Thường xuyên trong giai đoạn 2026-2030"."""
    if not words.points or not events.is_ongoing(words.text):
        return None
    found = dated.read(words)
    if found is None or found["kind"] == "ongoing":
        return found or {"kind": "ongoing"}
    if found["kind"] == "range":
        return found | {"kind": "ongoing"}
    if found["kind"] != "by" or found["precision"] == "day" or found["boundary"] == "before":
        return {"kind": "combined", "first": found, "then": {"kind": "ongoing"}}
    begin = next(replace(point, year=point.year or int(found["due"][:4])) for point in words.points)
    return {"kind": "ongoing", "from": begin.first.isoformat(), "to": found["due"]}


_STRONG: Final = re.compile(
    r"(?<=[,;:(] )?\b(?:hoàn thành |xong |báo cáo |nhưng |và |phải |gửi |trình )*(?:trước|chậm nhất|muộn nhất"
    r"|không quá|đến hết"
    r"|không muộn hơn|xong trong|hoàn thành trong)\b"
)


_LASTING: Final = re.compile(r"(?:,| và|;) (?:sau đó |thực hiện |duy trì )*thường xuyên$")
_FOR_EVER: Final = {"kind": "ongoing"}


def _event(words: Words) -> Meaning | None:
    """No date until something happens, unless a date follows: "Sau khi …, chậm nhất 30/6/2026"."""
    found = events.event(words)
    if found and (lasting := _LASTING.search(found["event"])):
        return {
            "kind": "combined",
            "first": found | {"event": found["event"][: lasting.start()]},
            "then": dict(_FOR_EVER),
        }
    if found is None or not words.points:
        return found
    for joint in list(re.finditer(r"[,;:] |\(", words.text))[:_LIMIT_JOINTS]:
        behind = words.text[joint.end() :]
        if _STRONG.match(behind) and points(behind) and (part := _try(behind, words)) and part["kind"] in _DATED:
            return part
    return found


_LACKS: Final = (
    (re.compile(r"\bđịnh kỳ\b"), HOW_OFTEN),
    (re.compile(r"\btháng đầu năm\b|\bnăm thứ\b|\bquý đầu năm\b"), WHICH_YEAR),
    (re.compile(r"^(?:ngày |tháng |quý |trước |đến |hết |trong )*(?:ngày \d{1,2}|\d{1,2}/\d{1,2}|quý \d"
                r"|tháng \d{1,2})(?= ?(?:$|[,;.:)]))"),
     WHICH_YEAR),
)  # fmt: skip

# Read before words relative to the document's day are put in their place, and after.
_FIRST: Final[tuple[Callable[[Words], Meaning | None], ...]] = (_combined, _recurring)
_READINGS: Final[tuple[Callable[[Words], Meaning | None], ...]] = (
    durations.read, _ongoing_within, _event, dated.read, events.ongoing, events.loose_event, events.urgent,
)  # fmt: skip
