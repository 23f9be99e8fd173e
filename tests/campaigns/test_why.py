"""The explanation agrees with the sender: on random people, tasks and days, at the time and when asked later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from models.base import db
from models.people import Tenure
from models.vocabulary import LineState
from notifications import schedule, sweep, why
from notifications.duties import ANCHORS
from notifications.stages import family_of
from tests.campaigns.test_reminders import act, more_drafts
from tests.fixtures.campaigns import Campaign
from tests.fixtures.mail import Office
from workflow.actors import Actor
from workflow.organization import seats

FIRST, DAYS = date(2026, 1, 6), 40
NAMES = ("head_a", "officer_a", "head_b", "vice", "chair", "office", "head_office", "inspector")
Told = dict[tuple[int, int, date], set[str]]


def what_the_sender_plans(day: date, at: str, office: Office) -> Told:
    """Return the ladder lines the sender would plan at a moment, by person and task."""
    found: Told = {}
    for line in sweep.preview(office.world.at(at)).lines:
        if line.state == LineState.PLANNED and family_of(line.rule) in ANCHORS:
            found.setdefault((line.recipient_id, line.task_id, day), set()).add(line.rule)
    db.session.rollback()
    return found


def what_is_explained(person: int, task: int, day: date, at: str, office: Office) -> set[str]:
    found = why.explain(person, task, day, office.world.at(at))
    db.session.rollback()
    return {ladder.stage.rule for ladder in found.due if ladder.stage}


def end_a_seat(office: Office, day: date) -> None:
    """Have the first head leave his seat from the next day on."""
    row = db.session.scalars(db.select(Tenure).where(Tenure.post_id == office.world.post["head_a"])).one()
    seats.end(row.id, day + timedelta(days=1), "QĐ 2", by=Actor.system(), at=office.world.at(f"{day}T16:00"))


def test_the_first_failing_condition_is_none_exactly_where_the_sender_plans_a_line_now_and_when_asked_later(
    office: Office, campaign: Callable[..., Campaign]
) -> None:
    run = campaign("reminders: explanation against sender", small=60, full=20_000)
    rng, told, asked = run.random, Told(), 0
    numbers = [*office.world.drafts, *more_drafts(office.world, 6)]
    per_day = max(1, run.count // DAYS)
    days = [FIRST + timedelta(days=passed) for passed in range(DAYS)]
    for day in days:
        office.set_clock(f"{day}T07:00")
        for number in rng.sample(numbers, rng.randint(0, 4)):
            act(office, [number], rng, day - timedelta(days=1))
        if day == days[DAYS // 2]:
            end_a_seat(office, day)
        told |= what_the_sender_plans(day, f"{day}T07:30", office)
        picked = [key for key in told if key[2] == day]
        some = rng.sample(picked, min(len(picked), per_day // 2))
        while len(some) < per_day:
            some.append((office.world.person[rng.choice(NAMES)], rng.choice(numbers), day))
        for person, task, _day in some:
            said = what_is_explained(person, task, day, f"{day}T07:30", office)
            assert said == told.get((person, task, day), set()), (person, task, day)
            asked += 1
        office.set_clock(f"{day}T07:30")
        schedule.tick(office.world.at(f"{day}T07:30"))
        db.session.rollback()
    later = f"{days[-1]}T20:00"
    for _ in range(run.count):
        person, task, day = office.world.person[rng.choice(NAMES)], rng.choice(numbers), rng.choice(days)
        if told and rng.random() < 0.5:
            person, task, day = rng.choice(list(told))
        assert what_is_explained(person, task, day, later, office) == told.get((person, task, day), set()), (
            person, task, day,
        )  # fmt: skip
        asked += 1
    run.found(asked=asked, told=len(told))
    assert len(told) > 20
