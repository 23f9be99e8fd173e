"""Right after a run nothing is missing and nothing is extra, on every day of a month with Tết in it, at any hour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

import clock
from cli.sample_world import fill
from models.base import db
from models.letters import Letter, LetterLine, SchedulerState
from models.tasks import Task
from models.vocabulary import Action, Status
from notifications import reconcile, schedule
from tests.fixtures.mail import Office, many_tasks
from tests.fixtures.places import World
from workflow.calendar import WorkCalendar

# how often days are counted does not depend on where the rows are kept
pytestmark = pytest.mark.database("sqlite")
FIRST, LAST = date(2026, 1, 26), date(2026, 3, 2)
DAYS = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
HOURS = ("05:00", "07:30", "20:00")


def prepare(world: World) -> None:
    """Have a task on every ladder: undated, unreceived, unsigned, to be redone, before and after its day, no lead."""
    _before, unsigned, redo = many_tasks(world, 3, date(2026, 2, 14))
    world.assign(world.drafts[0], "CSDT", None, local="2026-01-06T08:00")
    world.assign(world.drafts[1], "KHTH", date(2026, 2, 20), local="2026-01-20T08:00")
    for task, local in ((unsigned, "2026-01-22T15:00"), (redo, "2026-02-11T15:00")):
        world.step(task, Action.START, "officer_a", local)
        world.step(task, Action.HAND_IN, "officer_a", local, result="Xong.")
    world.step(redo, Action.RETURN, "head_a", "2026-02-12T15:00", reason="Thiếu phụ lục.")
    assert Status.DRAFT in {task.status for task in db.session.scalars(db.select(Task))}
    db.session.remove()


def forget() -> None:
    """Have no run been made yet."""
    for kind in (LetterLine, Letter, SchedulerState):
        db.session.execute(db.delete(kind))
    db.session.commit()


def test_after_each_days_run_nothing_is_missing_or_extra_all_through_tet(office: Office) -> None:
    prepare(office.world)
    for day in DAYS:
        for hour in HOURS:
            moment = f"{day.isoformat()}T{hour}"
            office.tick(moment)
            verdict = reconcile.check(office.world.at(moment))
            assert (verdict.missing, verdict.extra) == (0, 0), (moment, verdict.first)
    assert verdict.expected > 10


@pytest.mark.parametrize("hour", ["05:00", "09:00"])
def test_after_the_very_first_run_on_any_day_nothing_is_missing_or_extra(office: Office, hour: str) -> None:
    prepare(office.world)
    rest = 0
    for day in DAYS:
        forget()
        moment = f"{day.isoformat()}T{hour}"
        schedule.tick(office.world.at(moment))
        verdict = reconcile.check(office.world.at(moment))
        assert (verdict.missing, verdict.extra) == (0, 0), (moment, verdict.first)
        rest += not WorkCalendar().is_working(day)
    assert rest > 14, "weekends and Tết were among the days"


def test_bulk_data_written_on_any_day_leave_nothing_missing_or_extra(
    world_app: tuple[Flask, World], clock_at: Callable[[str], None]
) -> None:
    app, _ = world_app
    for day in DAYS[::3]:
        clock_at(f"{day.isoformat()}T09:00")
        answer = app.test_cli_runner().invoke(args=["seed", "--tasks", "10", "--entries", "70"])
        assert answer.exit_code == 0, answer.output
        with app.app_context():
            verdict = reconcile.check(clock.now())
            db.session.remove()
        assert (verdict.missing, verdict.extra) == (0, 0), (day, verdict.first)


def test_a_sample_world_filled_on_a_working_day_has_nothing_missing(
    fresh_app: Flask, clock_at: Callable[[str], None]
) -> None:
    clock_at("2026-11-25T09:00")
    with fresh_app.app_context():
        fill.fill(fresh_app)
        verdict = reconcile.check(clock.now())
        db.session.remove()
    assert (verdict.missing, verdict.extra) == (0, 0), verdict.first
