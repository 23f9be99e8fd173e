"""Targets in sentences: what is measured, operator, value, unit, year and the level it starts from."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest

from vietnamese import fold
from workflow.planning.reading import read

TABLE = Path(__file__).with_name("target_sentences.txt")
ROWS = [line.split(" => ", 1) for line in TABLE.read_text(encoding="utf-8").splitlines() if ". => " in line]
TOP = "KẾ HOẠCH\n\nCông tác năm\n\nBan hành Kế hoạch như sau:\n\nI. MỤC TIÊU\n\n- "


def targets(sentence: str) -> list[dict[str, Any]]:
    """Return the targets of a sentence that stands under "Mục tiêu"."""
    found: list[dict[str, Any]] = read((TOP + sentence + "\n").encode(), "plan.md")["targets"]
    return found


def wanted(short: str) -> list[tuple[str, str, list[float], str, int | None, float | None]]:
    """Return about, operator, values, unit, year and baseline of each target that a line's short form names."""
    rows = []
    for part in short.split(" ;; ") if short != "NONE" else []:
        about, _, rest = part.partition(" | ")
        rest, _, base = rest.partition(" base=")
        op, value, *unit, year = rest.split()
        values = [float(each) for each in value.split(",")]
        rows.append(
            (about, op, values, " ".join(unit), None if year == "-" else int(year), float(base) if base else None)
        )
    return rows


def seen(target: dict[str, Any]) -> tuple[str, list[float], str, int | None, float | None]:
    value = target["value"]
    values = [float(each) for each in (value if isinstance(value, list) else [value])]
    return target["op"], values, target["unit"], target["year"], target.get("baseline")


def test_the_table_holds_many_sentences_each_once() -> None:
    assert len(ROWS) >= 150
    assert len({row[0] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize(("sentence", "short"), ROWS, ids=[row[0] for row in ROWS])
def test_a_sentence_sets_the_targets_a_careful_clerk_reads_in_it(sentence: str, short: str) -> None:
    found, want = targets(sentence), wanted(short)
    assert [seen(target) for target in found] == [row[1:] for row in want]
    for target, row in zip(found, want, strict=True):
        assert set(fold(row[0]).split()) <= set(fold(target["about"]).split()), target["about"]


@pytest.mark.parametrize("sentence", [row[0] for row in ROWS[::7]])
def test_targets_are_read_alike_in_every_form_of_unicode(sentence: str) -> None:
    assert targets(unicodedata.normalize("NFD", sentence)) == targets(sentence)
