"""One row that nobody can read stops nobody else's letter; the board says which it is."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from models.base import db
from models.letters import LetterLine
from models.vocabulary import LineState
from notifications import unreachable
from tests.fixtures.mail import Office
from workflow import reference


@pytest.mark.parametrize("rule", ["???", "", "FOO", "T-x", "ASSIGNED#"])
def test_a_line_with_a_rule_that_is_none_stops_nobody_elses_letter_and_is_skipped_with_its_reason(
    rule: str, office: Office
) -> None:
    world = office.world
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 16))
    world.assign(world.drafts[1], "KHTH", date(2026, 1, 16))
    row = LetterLine(
        recipient_id=world.person["head_a"], task_id=world.drafts[0], rule=rule, on=date(2026, 1, 16),
        planned_on=date(2026, 1, 12), state=LineState.PLANNED,
    )  # fmt: skip
    db.session.add(row)
    db.session.commit()
    office.tick("2026-01-13T07:30")
    assert (office.count("head_a"), office.count("head_b")) == (1, 1)
    assert office.lines("head_a").get(rule) != "planned"


def test_a_letter_that_cannot_be_put_into_words_fails_alone_and_its_reader_is_on_the_list(office: Office) -> None:
    world = office.world
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 16))
    world.assign(world.drafts[1], "KHTH", date(2026, 1, 16))
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE person SET language = '??' WHERE id = :key"), {"key": world.person["head_a"]})
    office.tick("2026-01-13T07:30")
    assert (office.count("head_a"), office.count("head_b")) == (0, 1)
    assert [(str(letter.state), letter.error) for letter in office.letters("head_a")] == [("failed", "unwritable")]
    lost = unreachable.people(reference.load(date(2026, 1, 13)))
    assert [one.person_id for one in lost] == [world.person["head_a"]]
