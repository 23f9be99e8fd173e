"""A row that makes no sense costs nobody else a letter; it is marked, and what was done about it is seen in red."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from models.base import db
from models.letters import LetterLine
from models.vocabulary import Action
from notifications import reconcile, sweep
from tests.fixtures.mail import Office

MORNING, TUESDAY = "2026-01-13T07:30", date(2026, 1, 13)


@pytest.fixture
def two(office: Office) -> Office:
    """Owe one task in each of two units, received, so that two heads have a letter on the 13th and the 15th."""
    for task, unit, head in zip(office.world.drafts, ("CSDT", "KHTH"), ("head_a", "head_b"), strict=False):
        office.world.assign(task, unit, date(2026, 1, 16))
        office.world.step(task, Action.RECEIVE, head)
    return office


def spoil(statement: str) -> None:
    """Write into the database what no form lets through."""
    db.session.connection().execute(text(statement))
    db.session.commit()


def test_a_person_whose_letter_cannot_be_written_costs_nobody_else_his(two: Office) -> None:
    spoil("UPDATE person SET language = 'xx' WHERE username = 'head_a'")
    two.tick(MORNING)
    assert (two.count("head_a"), two.count("head_b")) == (0, 1)
    (failed,) = two.letters("head_a")
    assert (str(failed.state), failed.error) == ("failed", "unreadable")
    assert two.lines("head_a")["T-3"] == "planned"
    assert reconcile.check(two.world.at(MORNING)).undelivered == 1
    spoil("UPDATE person SET language = 'vi' WHERE username = 'head_a'")
    two.tick("2026-01-15T07:30")
    assert two.rules("head_a") == ["T-1"]


def test_a_letter_that_cannot_be_written_anew_when_it_is_sent_costs_nobody_else_his(two: Office) -> None:
    world, second = two.world, two.world.drafts[2]
    world.assign(second, "CSDT", date(2026, 1, 16))
    world.step(second, Action.RECEIVE, "head_a")
    sweep.run(world.at(MORNING))
    world.step(second, Action.HAND_IN, "officer_a", MORNING, result="x")  # so that the letter has less to say
    spoil("UPDATE person SET language = 'xx' WHERE username = 'head_a'")
    two.tick(MORNING)
    assert (two.count("head_a"), two.count("head_b")) == (0, 1)
    (failed,) = two.letters("head_a")
    assert (str(failed.state), failed.error) == ("failed", "unreadable")


def test_a_line_of_no_rule_is_marked_and_the_others_are_said(two: Office) -> None:
    world = two.world
    line = LetterLine(
        recipient_id=world.person["head_a"], task_id=world.drafts[0], rule="?", on=TUESDAY, planned_on=TUESDAY
    )
    db.session.add(line)
    db.session.commit()
    two.tick(MORNING)
    assert (two.count("head_a"), two.count("head_b")) == (1, 1)
    db.session.refresh(line)
    assert (str(line.state), line.reason) == ("skipped", "unreadable")


def test_a_task_whose_date_cannot_be_reckoned_with_costs_no_other_its_reminder_and_is_found_at_night(
    two: Office,
) -> None:
    spoil(f"UPDATE task SET due_on = '0001-01-08', late_after = '0001-01-08' WHERE id = {two.world.drafts[0]}")
    two.tick(MORNING)
    assert two.rules("head_b") == ["T-3"]
    verdict = reconcile.check(two.world.at(MORNING))
    assert verdict.missing > 0
    assert f"task={two.world.drafts[0]};" in verdict.first[0]
