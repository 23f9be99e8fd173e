"""Deadline words by the hundred: each means what a careful clerk reads in it, however it is typed."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.planning import deadlines
from workflow.planning.deadlines import Deadline, read_deadline

ISSUED = date(2026, 3, 2)
TABLE = Path(__file__).with_name("deadline_words.txt")
KEPT_AS_TEXT = {"from", "to", "since", "until", "month_day", "time"}


def rows() -> Iterator[tuple[str, dict[str, Any], str | None, tuple[str, ...]]]:
    """Yield words, meaning, question and warnings of each line of the table."""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        words, bar, rest = line.partition(" | ")
        if not bar or line.startswith("#"):
            continue
        rest, _, warning = rest.partition(" ! ")
        rest, _, question = rest.partition(" ?? ")
        if rest.startswith("? "):
            rest, question = "none", rest[2:]
        question = "URGENT" if rest == "urgent" else question
        asked = getattr(deadlines, question) if question else None
        yield words, meaning(rest), asked, (getattr(deadlines, warning),) if warning else ()


def meaning(short: str) -> dict[str, Any]:
    """Return the meaning that a line's short form stands for."""
    if " >> " in short:
        first, then = short.split(" >> ")
        return {"kind": "combined", "first": meaning(first), "then": meaning(then)}
    kind, _, rest = short.partition(" ")
    return {"kind": "recurring" if kind == "every" else kind, **FIELDS.get(kind, lambda _: {})(rest)}


def by(rest: str) -> dict[str, Any]:
    due, precision, boundary, *more = rest.split()
    return {"due": due, "precision": precision, "boundary": boundary, **pairs(more)}


def stretch(rest: str) -> dict[str, Any]:
    return dict(zip(("from", "to", "boundary"), rest.split(), strict=False))


def every(rest: str) -> dict[str, Any]:
    freq, *more = rest.split()
    return {"freq": loaded(freq) if freq.startswith("[") else freq, **pairs(more)}


def milestones(rest: str) -> dict[str, Any]:
    return {"dates": [milestone(*part.split("/")) for part in rest.split()]}


def event(rest: str) -> dict[str, Any]:
    found = re.fullmatch(r"(.*?)((?: (?:boundary|offset)=\S+)*)", rest)
    assert found
    return {"event": found[1], **pairs(found[2].split())}


def duration(rest: str) -> dict[str, Any]:
    known, _, after = rest.partition("event=")
    return {**pairs(known.split()), **({"event": after} if after else {})}


FIELDS = {"by": by, "range": stretch, "ongoing": stretch, "every": every, "milestones": milestones, "event": event,
          "duration": duration}  # fmt: skip


def milestone(due: str, precision: str, *boundary: str) -> dict[str, str]:
    return {"due": due, "precision": precision, **({"boundary": boundary[0]} if boundary else {})}


def pairs(parts: list[str]) -> dict[str, Any]:
    """Return name=value words as a mapping, numbers and lists read."""
    found = dict(part.split("=", 1) for part in parts)
    return {name: value if name in KEPT_AS_TEXT else loaded(value) for name, value in found.items()}


def loaded(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


ROWS = list(rows())
WORDS = [row[0] for row in ROWS]


def test_the_table_holds_hundreds_of_expressions_each_once() -> None:
    assert len(ROWS) >= 500
    assert len(set(WORDS)) == len(WORDS)


@pytest.mark.parametrize(("words", "wanted", "question", "warnings"), ROWS, ids=WORDS)
def test_deadline_words_mean_what_a_careful_clerk_reads_in_them(
    words: str, wanted: dict[str, Any], question: str | None, warnings: tuple[str, ...]
) -> None:
    found = read_deadline(words, ISSUED)
    assert found.meaning == wanted
    assert found.question == question
    assert found.warnings == warnings


@pytest.mark.parametrize(
    "words",
    ["trong năm nay", "tháng tới", "từ nay đến 30/6/2026", "cuối tháng này", "trong quý", "trước thứ Sáu tuần này",
     "trong vòng 15 ngày kể từ ngày ký", "30/6", "Quý III", "6 tháng đầu năm", "cuối năm", "trước ngày 05 tháng sau"],
)  # fmt: skip
def test_without_the_day_of_the_document_relative_words_become_a_question(words: str) -> None:
    found = read_deadline(words, None)
    assert found.question in {deadlines.ISSUED_UNKNOWN, deadlines.WHICH_YEAR}
    assert days_in(found.meaning) == set()


@pytest.mark.parametrize(("years", "due"), [((2027, 2027), "2027-06-30"), ((2026, 2030), None)])
def test_a_day_without_year_lies_in_the_year_of_the_plan_and_a_plan_of_several_years_is_asked(
    years: tuple[int, int], due: str | None
) -> None:
    found = read_deadline("trước ngày 30/6", ISSUED, years)
    assert found.fields.get("due") == due
    assert found.question == (None if due else deadlines.WHICH_YEAR)


def facts(found: Deadline) -> tuple[dict[str, Any], str | None]:
    """Return what was read without the words of events, which keep the spelling they had."""
    loose = json.loads(re.sub(r'"event": "[^"]*"', '"event": ""', json.dumps(found.meaning, ensure_ascii=False)))
    return loose, found.question


@pytest.mark.parametrize("words", WORDS, ids=WORDS)
def test_the_form_of_unicode_the_case_and_more_blanks_change_nothing(words: str) -> None:
    asked = facts(read_deadline(words, ISSUED))
    assert facts(read_deadline(unicodedata.normalize("NFD", words), ISSUED)) == asked
    assert facts(read_deadline(words.replace(" ", "  "), ISSUED)) == asked
    assert facts(read_deadline(f" {words} ;", ISSUED)) == asked
    assert facts(read_deadline(words.upper(), ISSUED)) == asked


def days_in(value: Any) -> set[str]:
    """Return every day a meaning holds."""
    if isinstance(value, dict):
        return {day for part in value.values() for day in days_in(part)}
    if isinstance(value, list):
        return {day for part in value for day in days_in(part)}
    return {value[:10]} if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d", value) else set()


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3), st.sampled_from([", ", "; ", " và ", " "]),
       st.sampled_from([None, ISSUED]))  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_no_year_is_ever_read_that_neither_the_words_nor_the_document_name(
    parts: list[str], joint: str, issued: date | None
) -> None:
    words = joint.join(parts)
    found = read_deadline(words, issued)
    named = {int(year) for year in re.findall(r"(?:19|20)\d\d", words.replace("20 26", "2026"))}
    named |= {2000 + int(year) for year in re.findall(r"[./-](\d\d)(?!\d)", words)}
    if issued:
        named |= {issued.year, issued.year + 1, issued.year + 2}
    # a span counted from a day that is named ends in a later year: "6 tháng kể từ ngày 15/7/2026" in 2027
    reached = {year + later for year in named for later in (1, 2) if "kể từ" in words}
    assert {int(day[:4]) for day in days_in(found.meaning)} <= named | reached
    assert days_in(found.meaning) == set() or issued or re.search(r"\d", words)


@pytest.mark.parametrize("token", [
    "trước ", "đến ", "từ ngày 1 ", "1/1/", "tháng 6, ", "quý I, ", "năm 2026, ", "hằng ", "6 tháng ", "(", "1 ",
    ";", " ", "trong trong ", "và ", "thứ hai ", "sau khi ", "15 ngày ", "ngày ", "17:00 ", "1.", "/",
    "-", "à", "\u0301",
])  # fmt: skip
def test_words_of_any_length_are_answered_from_their_first_part(token: str) -> None:
    long = token * (1_000_000 // len(token))
    found = read_deadline(long, ISSUED)
    assert found.question is not None or found.kind != "none" or not found.fields
    assert long.isspace() or deadlines.TOO_LONG in found.warnings or found.kind == "none"
