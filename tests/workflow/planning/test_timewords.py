"""Deadline words inside sentences: found as written, and not where a date belongs to something else."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from workflow.planning import timewords
from workflow.planning.deadlines import Deadline, read_deadline
from workflow.planning.reading import read
from workflow.planning.timewords import in_sentence

ISSUED = date(2026, 3, 2)
TABLE = Path(__file__).with_name("sentence_times.txt")
ROWS = [line.split(" | ") for line in TABLE.read_text(encoding="utf-8").splitlines() if " | " in line]


@pytest.mark.parametrize(("sentence", "words"), ROWS, ids=[row[0] for row in ROWS])
def test_the_deadline_of_a_sentence_is_found_as_written(sentence: str, words: str) -> None:
    found = in_sentence([sentence], ISSUED, ISSUED)
    assert (found or "NONE") == words
    assert found is None or read_deadline(found, ISSUED).kind != "none"


def plan_titled(title: str) -> dict[str, Any]:
    """Return the only task of a plan with this title, of 20 December 2025."""
    head = f"Lạng Sơn, ngày 20 tháng 12 năm 2025\n\nKẾ HOẠCH\n\n{title}\n\nI. NHIỆM VỤ\n\n"
    text = f"{head}1. Ban hành hướng dẫn rà soát, hoàn thành trước ngày 30/6.\n"
    found = read(text.encode(), "plan.md")
    assert len(found["tasks"]) == 1
    return {**found["tasks"][0]["meaning"], "asked": [each["about"] for each in found["questions"]]}


def test_a_day_without_a_year_lies_in_the_year_the_title_of_the_plan_names() -> None:
    assert plan_titled("Công tác dân tộc năm 2026")["due"] == "2026-06-30"


def test_a_day_without_a_year_in_a_plan_for_several_years_is_asked() -> None:
    several = plan_titled("Công tác dân tộc giai đoạn 2026-2030")
    assert "due" not in several
    assert "deadline" in several["asked"]


@pytest.mark.parametrize(
    "token", ["trước ngày ", "từ ngày 1 ", "tháng 6 và ", "vào năm 2026; ", "định kỳ hằng năm (", "1,"]
)
def test_a_sentence_of_any_length_is_read_with_a_bounded_number_of_readings(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_words: list[int] = []

    def counted(words: str, issued: date | None) -> Deadline:
        read_words.append(len(words))
        return read_deadline(words, issued)

    monkeypatch.setattr(timewords, "read_deadline", counted)
    steps = []
    for letters in (20_000, 40_000, 80_000):
        read_words.clear()
        in_sentence([token * (letters // len(token))], ISSUED, date(2100, 1, 1))
        steps.append(sum(read_words[:-1]))
    assert len(read_words) <= 2 + timewords._LIMIT_CANDIDATES
    assert steps[2] <= 4.4 * max(steps[0], 1)
