"""A task that waits for an event has no date and is not late; the event recorded gives its first date by the words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.base import db
from models.tasks import Deadline, Note
from models.vocabulary import Action, DeadlineCause, DeadlineKind, TimingState
from tests.fixtures.places import World
from workflow import event_dates, reference
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.organization import days

TEN_DAYS = "trong thời hạn 10 ngày làm việc kể từ ngày nhận được Nghị quyết"
AFTER = "Sau khi có Quy chế của TW"
HAPPENED = {"document_number": "15/NQ-HĐND", "document_on": date(2026, 1, 6), "event_on": date(2026, 1, 6)}


def waiting(world: World, words: str = TEN_DAYS, kind: DeadlineKind = DeadlineKind.DURATION) -> int:
    world.assign(world.drafts[0], "CSDT", deadline_words=words, deadline_kind=kind)
    world.step(world.drafts[0], Action.RECEIVE, "head_a")
    return world.drafts[0]


def proposed(words: str, on: date) -> str:
    found = event_dates.proposed(words, on, reference.load(on))
    return f"{found.due_on:%d/%m/%Y}" if found else ""


def test_before_the_event_there_is_no_date_and_nothing_is_late(world: World) -> None:
    key = waiting(world)
    view = world.view(key, "head_a", "2026-12-31T08:00")
    assert (view.timing.state, view.task.due_on) == (TimingState.WAITING_EVENT, None)


@pytest.mark.parametrize(
    ("words", "on", "expected"),
    [
        (TEN_DAYS, date(2026, 1, 6), "19/01/2026"),  # Saturday the 10th is worked
        ("trong vòng 10 ngày sau khi có Quyết định", date(2026, 1, 6), "16/01/2026"),
        ("trong vòng 10 ngày sau khi có Quyết định", date(2026, 1, 7), "19/01/2026"),  # the 17th is a Saturday
        ("trong thời hạn 01 tháng kể từ ngày có Quyết định", date(2026, 1, 31), "02/03/2026"),  # BLDS Điều 148
        ("chậm nhất 05 ngày trước ngày họp", date(2026, 1, 30), "25/01/2026"),
        (AFTER, date(2026, 1, 6), ""),
    ],
)
def test_the_date_follows_from_the_words_and_the_day_of_the_event(
    world: World, words: str, on: date, expected: str
) -> None:
    assert proposed(words, on) == expected


def test_by_the_setting_the_day_of_the_event_is_the_first(world: World) -> None:
    words = "trong thời hạn 2 ngày làm việc kể từ ngày công bố"
    assert proposed(words, date(2026, 3, 27)) == "31/03/2026"
    days.set_setting("deadline.event_day", "counts", date(2026, 1, 1), "", by=Actor.system(), at=world.at())
    assert proposed(words, date(2026, 3, 27)) == "30/03/2026"


def test_the_event_recorded_sets_the_first_date_with_its_cause_and_document(world: World) -> None:
    key = waiting(world)
    world.step(key, Action.RECORD_EVENT, "office", "2026-01-07T08:00", **HAPPENED)
    task = world.task(key)
    assert (task.due_on, task.original_due_on, task.event_on) == (
        date(2026, 1, 19),
        date(2026, 1, 19),
        date(2026, 1, 6),
    )
    assert task.event_document == "15/NQ-HĐND ngày 06/01/2026"
    found = db.session.scalars(db.select(Deadline).where(Deadline.task_id == key)).one()
    assert (found.no, found.cause, found.words) == (1, DeadlineCause.EVENT, TEN_DAYS)


def test_an_event_is_recorded_once(world: World) -> None:
    key = waiting(world)
    world.step(key, Action.RECORD_EVENT, "office", "2026-01-07T08:00", **HAPPENED)
    with pytest.raises(Refusal, match="waits_for_no_event"):
        world.step(key, Action.RECORD_EVENT, "office", "2026-01-07T08:01", **HAPPENED)


def test_words_without_a_period_ask_for_the_date(world: World) -> None:
    key = waiting(world, AFTER, DeadlineKind.EVENT)
    with pytest.raises(Refusal, match="missing_field"):
        world.step(key, Action.RECORD_EVENT, "vice", "2026-01-07T08:00", **HAPPENED)
    world.step(key, Action.RECORD_EVENT, "vice", "2026-01-07T08:00", due_on=date(2026, 2, 27), **HAPPENED)
    assert world.task(key).due_on == date(2026, 2, 27)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (HAPPENED | {"event_on": date(2026, 1, 8)}, "not_happened_yet"),
        (HAPPENED | {"document_on": date(2026, 1, 8)}, "not_happened_yet"),
        (HAPPENED | {"document_number": " "}, "missing_field"),
        (HAPPENED | {"event_on": None}, "missing_field"),
    ],
)
def test_what_has_not_happened_or_has_no_document_is_no_event(world: World, given: dict[str, Any], code: str) -> None:
    key = waiting(world)
    with pytest.raises(Refusal, match=code):
        world.step(key, Action.RECORD_EVENT, "office", "2026-01-07T08:00", **given)
    assert world.task(key).due_on is None


@pytest.mark.parametrize(("by", "may"), [("office", True), ("vice", True), ("head_a", True), ("officer_a", False)])
def test_office_leadership_and_the_head_of_the_lead_unit_record_events(world: World, by: str, may: bool) -> None:
    key = waiting(world)
    actions = {step.action for step in world.view(key, by).steps}
    assert (Action.RECORD_EVENT in actions) == may


def test_that_the_event_has_not_happened_is_an_act_of_its_own(world: World) -> None:
    key = waiting(world, AFTER, DeadlineKind.EVENT)
    world.step(key, Action.RECONFIRM, "head_a", "2026-04-01T08:00")
    note = db.session.scalars(db.select(Note).where(Note.task_id == key)).one()
    assert (note.kind, note.text) == ("reconfirm", "Sự kiện chưa xảy ra.")
