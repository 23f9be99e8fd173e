"""Rules of reminding are inherited: a task's own win over its plan's, those over the organisation's; each says so."""

from __future__ import annotations

from datetime import date

import pytest

from models.base import db
from models.tasks import Task
from models.vocabulary import Action
from tests.fixtures.mail import Office
from tests.fixtures.places import World
from workflow import reminding
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.organization import days, reminder_rules
from workflow.reminding import Change, Origin

DAY = date(2026, 1, 5)


def enter(
    world: World, scope: Origin, number: int, value: object, on: date = DAY, name: str = "reminder.before"
) -> int:
    change = Change(scope, number, name, value, on, "Thông báo 1")
    rule = reminder_rules.enter(change, by=world.actor("office"), at=world.at())
    reminder_rules.confirm(rule, by=world.actor("vice"), at=world.at())
    return rule


def plan_of(world: World) -> int:
    plan = db.session.get_one(Task, world.drafts[0]).plan_id
    assert plan is not None
    return plan


def test_a_value_is_inherited_from_the_organisation_by_the_plan_and_by_the_task(world: World) -> None:
    plan, (task, other, *_) = plan_of(world), world.drafts
    setting = days.set_setting("reminder.before", [9], DAY, "QĐ 1", by=world.actor("office"), at=world.at())
    days.confirm_setting(setting, by=world.actor("vice"), at=world.at())
    enter(world, Origin.PLAN, plan, [6, 2])
    enter(world, Origin.TASK, task, [4])
    found = reminding.load(DAY)
    told = {name: found.of(*key).values["reminder.before"] for name, key in
            {"none": (None, 0), "plan": (plan, other), "task": (plan, task)}.items()}  # fmt: skip
    assert {name: (value.value, value.origin) for name, value in told.items()} == {
        "none": ([9], Origin.ORGANISATION), "plan": ([6, 2], Origin.PLAN), "task": ([4], Origin.TASK),
    }  # fmt: skip
    assert told["task"].decision == "Thông báo 1"
    assert found.of(plan, task).values["reminder.after"].origin == Origin.SHIPPED


def test_a_value_counts_from_its_day_on_and_once_a_second_person_has_confirmed_it(world: World) -> None:
    task, later = world.drafts[0], date(2026, 2, 2)
    change = Change(Origin.TASK, task, "reminder.weekly", 9, later, "QĐ 1")
    rule = reminder_rules.enter(change, by=world.actor("office"), at=world.at())
    assert reminding.load(later).of(None, task)["reminder.weekly"] == 5
    with pytest.raises(Refusal, match="second_person"):
        reminder_rules.confirm(rule, by=world.actor("office"), at=world.at())
    reminder_rules.confirm(rule, by=world.actor("vice"), at=world.at())
    assert reminding.load(date(2026, 2, 1)).of(None, task)["reminder.weekly"] == 5
    assert reminding.load(later).of(None, task)["reminder.weekly"] == 9


def test_a_rule_given_back_is_inherited_again_and_begins_anew_on_that_day(world: World) -> None:
    plan, task = plan_of(world), world.drafts[0]
    enter(world, Origin.PLAN, plan, [8])
    enter(world, Origin.TASK, task, [4])
    enter(world, Origin.TASK, task, None, date(2026, 1, 20))
    value = reminding.load(date(2026, 1, 20)).of(plan, task).values["reminder.before"]
    assert (value.value, value.origin, value.since) == ([8], Origin.PLAN, date(2026, 1, 20))


@pytest.mark.parametrize(
    ("name", "value", "on", "code"),
    [
        ("reminder.before", list(range(500, 0, -1)), DAY, "too_many_days"),
        ("reminder.before", [], DAY, "no_days"),
        ("reminder.before", "7", DAY, "bad_value"),
        ("reminder.weekly", 0, DAY, "bad_value"),
        ("reminder.weekly", 5, date(2025, 12, 31), "rule_in_past"),
        ("body.name", "Khác", DAY, "not_found"),
    ],
)
def test_a_rule_without_sense_is_refused(world: World, name: str, value: object, on: date, code: str) -> None:
    change = Change(Origin.TASK, world.drafts[0], name, value, on, "QĐ")
    with pytest.raises(Refusal, match=code):
        reminder_rules.enter(change, by=world.actor("office"), at=world.at())


def test_a_proposal_overrules_what_begins_before_it_and_not_what_begins_later(world: World) -> None:
    by, at = Actor.system(), world.at()
    days.set_setting("reminder.weekly", 8, date(2026, 2, 10), "QĐ 1", by=by, at=at)
    proposed = Change(Origin.ORGANISATION, 0, "reminder.weekly", 3, date(2026, 2, 1), "QĐ 2")
    values = [reminding.load(date(2026, 2, day), proposed).organisation["reminder.weekly"] for day in (1, 9, 10)]
    assert values == [3, 3, 8]
    assert reminding.load(date(2026, 2, 1)).organisation["reminder.weekly"] == 5


def test_a_task_that_is_over_and_one_that_is_not_there_get_no_rule(world: World) -> None:
    task = world.drafts[0]
    world.step(task, Action.CANCEL, "chair", reason="x", decision="QĐ 1")
    for number, code in ((task, "nothing_to_remind"), (99_999, "not_found"), (10**30, "not_found")):
        change = Change(Origin.TASK, number, "reminder.weekly", 5, DAY, "QĐ")
        with pytest.raises(Refusal, match=code):
            reminder_rules.enter(change, by=world.actor("office"), at=world.at())


@pytest.mark.parametrize("username", ["head_a", "officer_a", "admin"])
def test_only_office_and_leadership_set_rules(world: World, username: str) -> None:
    change = Change(Origin.TASK, world.drafts[0], "reminder.weekly", 5, DAY, "QĐ")
    with pytest.raises(Refusal, match="not_yours"):
        reminder_rules.enter(change, by=world.actor(username), at=world.at())


def test_a_tasks_own_rule_moves_its_reminders_and_no_others(office: Office) -> None:
    world, (first, second, *_) = office.world, office.world.drafts
    for task in (first, second):
        world.assign(task, "CSDT", date(2026, 1, 16))
        world.step(task, Action.RECEIVE, "head_a")
    enter(world, Origin.TASK, first, [5, 2])
    office.through(date(2026, 1, 6), date(2026, 1, 15))
    keys = [key.split(";")[:2] for key in office.server.keys(office.address("head_a"))]
    told = {
        task: [rule.removeprefix("rule=") for key, rule in keys if key == f"task={task}"] for task in (first, second)
    }
    assert [rule for rule in told[first] if rule[0] == "T"] == ["T-5", "T-2"]
    assert [rule for rule in told[second] if rule[0] == "T"] == ["T-7", "T-3", "T-1"]
    assert office.clean("2026-01-15T08:00")


def test_a_proposed_change_is_read_as_if_it_were_in_force(world: World) -> None:
    change = Change(Origin.TASK, world.drafts[0], "reminder.weekly", 2, DAY, plan_id=plan_of(world))
    assert reminding.load(DAY, change).of(plan_of(world), world.drafts[0])["reminder.weekly"] == 2
    assert reminding.load(DAY).of(plan_of(world), world.drafts[0])["reminder.weekly"] == 5
