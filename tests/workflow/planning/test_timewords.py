"""Deadline words inside sentences: found as written, and not where a date belongs to something else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from workflow.planning.deadlines import read_deadline
from workflow.planning.timewords import in_sentence

ISSUED = date(2026, 3, 2)
TABLE = Path(__file__).with_name("sentence_times.txt")
ROWS = [line.split(" | ") for line in TABLE.read_text(encoding="utf-8").splitlines() if " | " in line]


@pytest.mark.parametrize(("sentence", "words"), ROWS, ids=[row[0] for row in ROWS])
def test_the_deadline_of_a_sentence_is_found_as_written(sentence: str, words: str) -> None:
    found = in_sentence([sentence], ISSUED, ISSUED)
    assert (found or "NONE") == words
    assert found is None or read_deadline(found, ISSUED).kind != "none"
