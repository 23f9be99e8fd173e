"""Recurring duties: one occurrence for each period, made once, dated at its beginning, never for the past."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from flask import Flask

from models.base import db
from models.recurring import Recurrence
from models.tasks import Deadline, Task
from models.vocabulary import Action, DayKind, DeadlineCause, Status, TaskKind, TimingState
from notifications import clockwatch, schedule
from tests.fixtures.places import World
from tests.fixtures.threads import together
from workflow import definitions, occurrences, reference
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.organization import days
from workflow.queries.rows import timing_of

BY_THE_15TH = "trước ngày 15 hằng tháng"


def begin(world: World, words: str = BY_THE_15TH, local: str = "2026-01-05T08:00", number: int = 0) -> int:
    """Give a draft to the division of policies as a recurring duty by the rule its words give."""
    world.assign(world.drafts[number], "CSDT", local=local, recurs=True, deadline_words=words, product="Báo cáo")
    return world.drafts[number]


def made(world: World, definition: int) -> list[tuple[str | None, date | None, Status]]:
    db.session.expire_all()
    query = db.select(Task).where(Task.definition_id == definition).order_by(Task.original_due_on)
    return [(task.period, task.due_on, task.status) for task in db.session.scalars(query)]


def periods(world: World, definition: int) -> list[str | None]:
    return [period for period, _due, _status in made(world, definition)]


def run(world: World, local: str) -> int:
    return schedule.make_occurrences(world.at(local))


def occurrence(definition: int, period: str) -> int:
    query = db.select(Task.id).where(Task.definition_id == definition, Task.period == period)
    return int(db.session.scalars(query).one())


def test_a_rule_confirmed_at_assigning_makes_the_task_a_definition_with_the_current_occurrence(world: World) -> None:
    key = begin(world)
    task = world.task(key)
    assert (task.kind, task.due_on) == (TaskKind.DEFINITION, None)
    assert made(world, key) == [("2026-01", date(2026, 1, 14), Status.ASSIGNED)]
    first = world.task(occurrence(key, "2026-01"))
    assert first.title == f"{task.title} (tháng 1/2026)"
    assert (first.lead_unit_id, first.leader_post_id, first.product, first.plan_id, first.steps) == (
        task.lead_unit_id, task.leader_post_id, "Báo cáo", world.plan, task.steps,
    )  # fmt: skip


def test_an_assignment_without_the_confirmation_stays_one_task(world: World) -> None:
    world.assign(world.drafts[0], "CSDT", deadline_words=BY_THE_15TH)
    assert world.task(world.drafts[0]).kind == TaskKind.LEAD


def test_words_that_give_no_rule_begin_no_recurring_duty(world: World) -> None:
    with pytest.raises(Refusal, match="rule_unsure"):
        begin(world, "2 năm/lần")
    assert world.task(world.drafts[0]).status == Status.DRAFT


def test_each_period_gets_its_occurrence_when_it_begins_and_only_one(world: World) -> None:
    key = begin(world)
    assert run(world, "2026-01-31T23:00") == 0
    assert run(world, "2026-02-01T00:30") == 1
    assert [run(world, "2026-02-01T00:31") for _ in range(3)] == [0, 0, 0]
    assert periods(world, key) == ["2026-01", "2026-02"]


def test_a_definition_begun_today_makes_none_of_the_past(world: World) -> None:
    key = begin(world, local="2026-01-20T08:00")
    assert periods(world, key) == []
    run(world, "2026-02-02T08:00")
    assert periods(world, key) == ["2026-02"]


def test_after_a_standstill_the_missed_periods_are_made_up_for_from_the_beginning_on(world: World) -> None:
    key = begin(world)
    assert run(world, "2026-04-03T08:00") == 3
    assert periods(world, key) == ["2026-01", "2026-02", "2026-03", "2026-04"]


def test_the_scheduler_makes_occurrences_before_it_writes_the_letters_of_the_day(world: World) -> None:
    key = begin(world)
    schedule.tick(world.at("2026-02-02T08:00"))
    assert periods(world, key) == ["2026-01", "2026-02"]


def test_while_planning_is_held_no_occurrence_is_made(world: World) -> None:
    key = begin(world)
    schedule.tick(world.at("2026-01-06T08:00"))
    clockwatch.hold("jump:40", world.at("2026-01-06T08:01"))
    assert run(world, "2027-01-06T08:00") == 0
    assert periods(world, key) == ["2026-01"]


def test_twelve_at_once_make_each_occurrence_once(world_app: tuple[Flask, World]) -> None:
    app, world = world_app
    with app.app_context():
        key = begin(world)
        db.session.remove()
    at = world.at("2026-03-02T08:00")
    found = together(app, [lambda: occurrences.make(key, by=Actor.system(), at=at)] * 12)
    assert sorted(map(str, found)) == ["0"] * 11 + ["2"]
    with app.app_context():
        assert periods(world, key) == ["2026-01", "2026-02", "2026-03"]


def test_completing_twice_and_completing_late_make_no_other_occurrence(world: World) -> None:
    key = begin(world)
    first = occurrence(key, "2026-01")
    world.complete(first, local="2026-02-20T09:00")
    with pytest.raises(Refusal, match="wrong_state"):
        world.step(first, Action.CONFIRM, "vice", "2026-02-20T10:00")
    assert periods(world, key) == ["2026-01"]
    assert world.view(first, "vice", "2026-02-20T11:00").timing.state == TimingState.DONE_LATE
    run(world, "2026-02-20T12:00")
    assert periods(world, key) == ["2026-01", "2026-02"]


def test_ending_the_definition_ends_only_what_would_come(world: World) -> None:
    key = begin(world)
    world.step(key, Action.CANCEL, "vice", "2026-01-20T08:00", reason="Thôi giao", decision="QĐ 5 ngày 20/01/2026")
    run(world, "2026-03-02T08:00")
    assert made(world, key) == [("2026-01", date(2026, 1, 14), Status.ASSIGNED)]


@pytest.mark.parametrize(
    ("action", "by", "given"),
    [
        (Action.START, "officer_a", {}),
        (Action.PROGRESS, "officer_a", {"text": "Đang làm"}),
        (Action.HAND_IN, "officer_a", {"result": "Xong"}),
        (Action.REQUEST_EXTENSION, "head_a", {"proposed_on": date(2026, 3, 2), "reason": "Chậm"}),
        (Action.CHASE, "vice", {"text": "Khẩn trương"}),
    ],
)  # fmt: skip
def test_the_definition_itself_is_never_worked_on_late_or_extended(
    world: World, action: Action, by: str, given: dict[str, Any]
) -> None:
    key = begin(world)
    world.step(key, Action.RECEIVE, "head_a")
    with pytest.raises(Refusal, match="definition_owes_nothing"):
        world.step(key, action, by, **given)
    task = world.task(key)
    assert timing_of(task, reference.load(date(2026, 12, 1))).state == TimingState.ONGOING


def test_one_occurrence_may_be_extended(world: World) -> None:
    key = begin(world)
    first = occurrence(key, "2026-01")
    world.step(first, Action.RECEIVE, "head_a")
    world.step(first, Action.REQUEST_EXTENSION, "head_a", proposed_on=date(2026, 1, 30), reason="Chờ số liệu")
    world.step(first, Action.GRANT_EXTENSION, "vice")
    run(world, "2026-02-02T08:00")
    assert [due for _period, due, _status in made(world, key)] == [date(2026, 1, 30), date(2026, 2, 13)]


def test_a_definition_that_was_received_gives_received_occurrences_and_takes_over_those_there(world: World) -> None:
    key = begin(world)
    world.step(key, Action.RECEIVE, "head_a", officer_id=world.person["officer_a"])
    run(world, "2026-02-02T08:00")
    assert [status for _period, _due, status in made(world, key)] == [Status.RECEIVED, Status.RECEIVED]
    assert world.task(occurrence(key, "2026-02")).officer_id == world.person["officer_a"]


def test_handed_back_and_given_to_another_unit_the_untouched_occurrences_go_with_it(world: World) -> None:
    key = begin(world)
    world.step(key, Action.DECLINE, "head_a", reason="Không thuộc chức năng")
    assert [status for _period, _due, status in made(world, key)] == [Status.DRAFT]
    world.assign(key, "KHTH")
    found = world.task(occurrence(key, "2026-01"))
    assert (found.status, found.lead_unit_id, found.due_on) == (
        Status.ASSIGNED, world.unit["KHTH"], date(2026, 1, 14),
    )  # fmt: skip


def test_coordinators_are_taken_over_as_they_are_when_the_occurrence_is_made(world: World) -> None:
    begin_with: dict[str, Any] = {
        "recurs": True,
        "deadline_words": BY_THE_15TH,
        "coordinator_ids": (world.unit["KHTH"],),
    }
    world.assign(world.drafts[0], "CSDT", **begin_with)
    first = world.task(occurrence(world.drafts[0], "2026-01"))
    assert [part.unit_id for part in first.coordinations] == [world.unit["KHTH"]]


def test_a_date_on_a_rest_day_moves_to_the_working_day_before(world: World) -> None:
    key = begin(world, "ngày 15 hằng tháng")
    run(world, "2026-03-02T08:00")
    found = [due for _period, due, _status in made(world, key)]
    assert found == [date(2026, 1, 15), date(2026, 2, 13), date(2026, 3, 13)]  # the 15ths of 2 and 3: Sundays


def test_by_the_other_setting_it_stays_as_written(world: World) -> None:
    days.set_setting("recurring.rest_day", "as_written", date(2026, 1, 1), "QĐ 7", by=Actor.system(), at=world.at())
    key = begin(world, "ngày 15 hằng tháng")
    run(world, "2026-03-02T08:00")
    march = world.task(occurrence(key, "2026-03"))
    assert (march.due_on, march.late_after) == (date(2026, 3, 15), date(2026, 3, 16))


def test_a_calendar_edit_moves_no_date_and_proposes_one_that_a_person_takes(world: World) -> None:
    key = begin(world, "ngày 15 hằng tháng")
    first = occurrence(key, "2026-01")
    off = days.enter(
        date(2026, 1, 15), DayKind.HOLIDAY, "Nghỉ đột xuất", "CV 9", by=world.actor("office"), at=world.at()
    )
    days.confirm(off, by=world.actor("vice"), at=world.at())
    run(world, "2026-01-06T08:00")
    assert world.task(first).due_on == date(2026, 1, 15)
    rule = occurrences.of(key)
    assert rule is not None
    found = occurrences.by_calendar(world.task(first), json.loads(rule.rule), reference.load(date(2026, 1, 6)))
    assert found is not None
    assert found.due_on == date(2026, 1, 14)
    world.step(first, Action.FOLLOW_CALENDAR, "office", "2026-01-06T09:00")
    assert world.task(first).due_on == date(2026, 1, 14)
    causes = db.session.scalars(db.select(Deadline.cause).where(Deadline.task_id == first).order_by(Deadline.no))
    assert list(causes) == [DeadlineCause.ORIGINAL, DeadlineCause.CORRECTION]
    with pytest.raises(Refusal, match="calendar_agrees"):
        world.step(first, Action.FOLLOW_CALENDAR, "office", "2026-01-06T09:30")


def test_a_changed_rule_holds_for_periods_that_have_not_begun(world: World) -> None:
    key = begin(world)
    rule = {"kind": "recurring", "freq": "quarterly", "day": 20, "month": 3}
    world.step(key, Action.RECUR, "office", "2026-01-20T08:00", rule=rule)
    run(world, "2026-04-01T08:00")
    assert [(period, due) for period, due, _status in made(world, key)] == [
        ("2026-01", date(2026, 1, 14)),
        ("2026-Q1", date(2026, 3, 20)),
        ("2026-Q2", date(2026, 6, 19)),
    ]
    assert db.session.query(Recurrence).count() == 1


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("hằng tuần", "2026-W02 2026-W03 2026-W04 2026-W05 2026-W06"),
        ("hằng quý", "2026-Q1 2026-Q2 2026-Q3 2026-Q4 2027-Q1"),
        ("định kỳ 6 tháng", "2026-H1 2026-H2 2027-H1 2027-H2 2028-H1"),
        ("hằng năm", "2026 2027 2028 2029 2030"),
        ("trước ngày 01/6 và trước ngày 15/11 hằng năm", "2026-06-01 2026-11-15 2027-06-01 2027-11-15 2028-06-01"),
        ("định kỳ hằng tháng, quý, 6 tháng và năm", "2026-01 2026-02 2026-Q1 2026-04 2026-05"),
        ("trước ngày 05 của tháng sau", "2026-01 2026-02 2026-03 2026-04 2026-05"),
    ],
)
def test_before_a_rule_is_saved_its_next_five_dates_are_known(world: World, words: str, expected: str) -> None:
    from workflow import recurrence

    rule = recurrence.proposed(words)
    assert rule is not None
    found = definitions.coming(rule, date(2026, 1, 2), None, reference.load(date(2026, 1, 2)))
    assert " ".join(period for period, _due in found) == expected


def test_several_dates_of_one_task_are_occurrences_with_fixed_dates(world: World) -> None:
    key = begin(world, "Sơ kết vào năm 2026; tổng kết vào năm 2027")
    assert periods(world, key) == ["2026-12-31"]
    run(world, "2027-01-04T08:00")
    assert [(period, due) for period, due, _status in made(world, key)] == [
        ("2026-12-31", date(2026, 12, 31)),
        ("2027-12-31", date(2027, 12, 31)),
    ]


def test_that_nothing_occurred_is_handed_in_with_one_step_and_signed_like_any_result(world: World) -> None:
    key = world.drafts[0]
    world.assign(key, "CSDT", recurs=True, deadline_words=BY_THE_15TH, nil_report=True)
    world.step(key, Action.RECEIVE, "head_a")
    first = occurrence(key, "2026-01")
    world.step(first, Action.REPORT_NIL, "officer_a", "2026-01-12T08:00")
    assert world.task(first).status == Status.SUBMITTED
    world.step(first, Action.SIGN_OFF, "head_a", "2026-01-12T09:00")
    world.step(first, Action.CONFIRM, "vice", "2026-01-12T10:00")
    view = world.view(first, "vice", "2026-01-12T11:00")
    assert view.timing.state == TimingState.DONE_ON_TIME
    assert (view.hand_ins[0].is_nil, view.hand_ins[0].result) == (True, "Không phát sinh trong kỳ.")


def test_where_the_rule_does_not_provide_for_it_nothing_occurred_is_no_report(world: World) -> None:
    key = begin(world)
    world.step(key, Action.RECEIVE, "head_a")
    with pytest.raises(Refusal, match="no_nil_report"):
        world.step(occurrence(key, "2026-01"), Action.REPORT_NIL, "officer_a")


def test_an_occurrence_counts_as_a_task_and_its_definition_does_not(world: World) -> None:
    from workflow.permissions import Scope
    from workflow.queries import tasks as queries
    from workflow.queries.tasks import Filter

    key = begin(world)
    ref, scope = reference.load(date(2026, 1, 6)), Scope(world.actor("vice"))
    listed = {row.id for row in queries.page(Filter(state="open"), ref, seen_by=scope).rows}
    assert occurrence(key, "2026-01") in listed
    assert key not in listed
    assert [row.id for row in queries.page(Filter(state="recurring"), ref, seen_by=scope).rows] == [key]
