"""The sender adds working days to a day, the comparison counts them between two: on random cases both say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from clock import day_of, start_of
from models.base import db
from models.letters import Letter
from models.vocabulary import (
    Action,
    DayKind,
    DeadlineKind,
    Status,
)
from models.words import (
    LetterState,
)
from notifications import duties, reconcile
from notifications.duties import Duty
from notifications.facts import Facts
from notifications.stages import Audience, Book
from tests.fixtures.campaigns import Campaign
from tests.fixtures.mail import Office
from tests.fixtures.places import World
from workflow import reminding, tasks
from workflow.calendar import WorkCalendar
from workflow.errors import Refusal
from workflow.given import Given
from workflow.reference import SETTINGS
from workflow.reminding import ALWAYS

FIRST = date(2025, 10, 1)
HEARD = {
    "T": (("doer", "unit"), ("unit",), ("above",), ("top",)),
    "REDO": (("doer", "unit"), ("unit",), ("above",), ("top",)),
    "ANSWER": (("doer", "unit"), ("unit",), ("above",), ("top",)),
    "HOLD": (("doer",), ("above",), ("top",), ("doer", "above")),
    "UNRECEIVED": (("doer", "unit"), ("above",), ("top",)),
    "UNSIGNED": (("doer", "unit"), ("above",), ("top",)),
    "UNDECIDED": (("doer", "unit"), ("above",), ("top",)),
    "OFFERED": (("doer",),),
    "REPORT": (("doer", "unit"), ("unit",), ("above",), ("top",)),
    "EXPLAIN": (("doer", "unit"), ("top",)),
    "PLEDGE": (("doer", "unit"), ("unit",)),
    "SILENT": (("doer",),),
    "EVENT": (("doer",),),
    "NODATE": (("office",), ("above",), ("office", "above")),
    "NOLEAD": (("office",), ("above",)),
}
BLANK = Facts(
    id=1, title="x", status=Status.RECEIVED, lead_unit_id=1, officer_id=None, leader_post_id=None, due_on=None,
    late_after=None, deadline_kind=DeadlineKind.BY, deadline_words="", lead_words="", handed_in_on=None, redo_by=None,
    assigned_at=None, steps=2, dated_at=None, unled_since=None, asked_by=None,
)  # fmt: skip


def a_day(rng: Random, first: date, span: int) -> date:
    return first + timedelta(days=rng.randrange(span))


def a_calendar(rng: Random) -> WorkCalendar:
    kinds = (DayKind.HOLIDAY, DayKind.IN_LIEU, DayKind.MAKE_UP, DayKind.WORKING)
    return WorkCalendar({a_day(rng, FIRST, 400): rng.choice(kinds) for _ in range(rng.randrange(12))})


def some_rules(rng: Random) -> dict[str, Any]:
    before = sorted(rng.sample(range(1, 31), rng.randint(1, 5)), reverse=True)
    after = sorted(rng.sample(range(1, 15), rng.randint(1, 4)))
    climb, waiting = sorted(rng.sample(range(1, 16), 2)), sorted(rng.sample(range(1, 10), 2))
    changed: dict[str, Any] = {"reminder.before": before, "reminder.after": after, "reminder.climb": climb}
    changed |= {"reminder.climb_waiting": waiting, "reminder.weekly": rng.randint(1, 10)}
    changed |= {f"reminder.{name}": rng.randint(1, 9) for name in ("unreceived", "unsigned", "undated")}
    changed |= {"reminder.silent": rng.randint(5, 30), "reminder.reconfirm": after, "reminder.report_after": after}
    changed["reminder.report_before"] = before
    return SETTINGS | (changed if rng.random() < 0.7 else {})


def said_by_sender(
    family: str, audiences: tuple[Audience, ...], anchor: date, started: date, book: Book, explained: date = ALWAYS
) -> str | None:
    rules = book.rules.organisation
    pause = duties.paused(replace(BLANK, explained_at=moment(explained)), rules, book.calendar)
    stages = book.fallen(family, audiences, anchor, rules, pause=pause)
    if not stages:
        return None
    duty = Duty(1, 1, family, anchor, stages, started)
    return duty.latest.rule if duty.counts(duty.latest) else None


def test_sender_and_comparison_agree_on_random_deadlines_rules_and_calendars(campaign: Callable[..., Campaign]) -> None:
    run = campaign("reminders: sender against comparison", small=1_200, full=100_000)
    rng, spoken = run.random, 0
    for number in range(run.count):
        if number % 20 == 0:
            calendar, rules = a_calendar(rng), some_rules(rng)
        family = rng.choice(list(HEARD))
        audiences = tuple(Audience(name) for name in rng.choice(HEARD[family]))
        anchor, today = a_day(rng, FIRST, 330), a_day(rng, FIRST, 390)
        started = a_day(rng, FIRST, 330) if family == "T" and rng.random() < 0.7 else ALWAYS
        edited = rng.choice(("reminder.before", "reminder.after", "reminder.weekly", "reminder.silent"))
        since = {edited: a_day(rng, FIRST, 330)} if rng.random() < 0.3 else {}
        book = Book(today, calendar, reminding.table(rules, since))
        task = replace(BLANK, dated_at=moment(started))
        explained = a_day(rng, anchor, 40) if family == "T" and rng.random() < 0.4 else ALWAYS
        expected = said_by_sender(family, audiences, anchor, started, book, explained)
        known = None if explained == ALWAYS else explained
        case = reconcile._Case(family, anchor, book.rules.organisation, calendar, today, known)
        counted = reconcile._rule(case, audiences, task)
        assert expected == counted, (
            family,
            audiences,
            anchor,
            today,
            started,
            explained,
            since,
            rules,
            calendar.entered,
        )
        spoken += expected is not None
    run.found(spoken=spoken)
    assert spoken > run.count / 5


def moment(started: date) -> datetime | None:
    return None if started == ALWAYS else start_of(started)


@pytest.mark.parametrize("day", [date(2026, 2, 13), date(2026, 2, 14)])
def test_a_deadline_on_a_rest_day_and_one_on_the_working_day_before_are_both_compared_rightly(day: date) -> None:
    calendar = WorkCalendar()
    for today in (day - timedelta(days=back) for back in range(30)):
        book = Book(today, calendar, reminding.table(SETTINGS))
        heard = (Audience.DOER, Audience.UNIT)
        case = reconcile._Case("T", day, book.rules.organisation, calendar, today)
        assert reconcile._rule(case, heard, BLANK) == said_by_sender("T", heard, day, ALWAYS, book)


# what people do between two runs, by where the task stands; "head" and "officer" are those of the lead unit
STEPS: dict[Status, tuple[tuple[str, Action], ...]] = {
    Status.DRAFT: (("vice", Action.ASSIGN),),
    Status.ASSIGNED: (("head", Action.RECEIVE), ("head", Action.RECEIVE), ("head", Action.DECLINE)),
    Status.RECEIVED: (
        ("officer", Action.START), ("officer", Action.HAND_IN), ("head", Action.HAND_IN), ("vice", Action.HOLD),
    ),
    Status.IN_PROGRESS: (
        ("officer", Action.HAND_IN), ("head", Action.REQUEST_EXTENSION), ("vice", Action.GRANT_EXTENSION),
        ("vice", Action.REFUSE_EXTENSION), ("vice", Action.HOLD), ("chair", Action.CANCEL), ("head", Action.WAIT),
    ),
    Status.WAITING: (("head", Action.RESUME), ("other", Action.ANSWER)),
    Status.ON_HOLD: (("vice", Action.RESUME),),
    Status.SUBMITTED: (("head", Action.SIGN_OFF), ("head", Action.RETURN), ("vice", Action.SIGN_OFF)),
    Status.SIGNED_OFF: (("vice", Action.CONFIRM), ("vice", Action.RETURN), ("chair", Action.CONFIRM)),
}  # fmt: skip


# what people write beside: most of it is refused where it has no place
CHASING = (
    ("vice", Action.CHASE), ("office", Action.CHASE), ("chair", Action.CHASE), ("vice", Action.DEMAND_EXPLANATION),
    ("head", Action.EXPLAIN), ("head", Action.COMMIT_PROGRESS),
)  # fmt: skip


def more_drafts(world: World, count: int) -> list[int]:
    source = "Công văn số 1/BDT ngày 05/01/2026"
    by, at = world.actor("office"), world.at()
    return [tasks.create(None, f"Việc {number}", source, by=by, at=at, given=Given()) for number in range(count)]


def act(office: Office, numbers: list[int], rng: Random, day: date) -> bool:
    """Try one random step; returns whether the rules let it through."""
    world, number = office.world, rng.choice(numbers)
    task = world.task(number)
    if task.status not in STEPS:
        return False
    letter = "a" if task.lead_unit_id in (None, world.unit["CSDT"]) else "b"
    part, action = rng.choice(CHASING if rng.random() < 0.3 else STEPS[task.status])
    other = "b" if letter == "a" else "a"
    username = {"head": f"head_{letter}", "officer": f"officer_{letter}", "other": f"head_{other}"}.get(part, part)
    later = day + timedelta(days=rng.randint(1, 20))
    given: dict[str, Any] = {"reason": "x", "result": "x", "decision": "QĐ 1", "until": later, "proposed_on": later}
    given |= {"is_urgent": rng.random() < 0.6, "new_on": later}
    given |= {"text": "x", "answer_by": later, "unit_id": world.unit["KHTH" if letter == "a" else "CSDT"]}
    if action == Action.ASSIGN:
        given |= {"lead_unit_id": world.unit[rng.choice(["CSDT", "KHTH"])], "leader_post_id": world.post["vice"]}
        given |= {"due_on": later if rng.random() < 0.8 else None}
    if action == Action.RECEIVE and rng.random() < 0.5:
        given |= {"officer_id": world.person[f"officer_{letter}"]}
    try:
        world.step(number, action, username, f"{day}T{rng.randint(8, 16):02}:00", **given)
    except Refusal:
        return False
    return True


def test_random_days_of_work_leave_nothing_missing_extra_or_doubled(
    office: Office, campaign: Callable[..., Campaign]
) -> None:
    run = campaign(f"reminders: random days, {db.engine.dialect.name}", small=20, full=400)
    day, acts = date(2026, 1, 6), 0
    numbers = [*office.world.drafts, *more_drafts(office.world, run.count // 4)]
    for _number in range(run.count):
        acts += sum(act(office, numbers, run.random, day) for _ in range(run.random.randrange(5)))
        if run.random.random() < 0.85:  # on the other days the system is down
            for hour in sorted(run.random.sample(("00:10", "07:29", "07:30", "09:00", "17:00", "23:00"), 3)):
                office.tick(f"{day}T{hour}")
            office.tick(f"{day}T23:30")
            verdict = reconcile.check(office.world.at(f"{day}T23:31"))
            assert (verdict.missing, verdict.extra) == (0, 0), (day, verdict.first)
        day += timedelta(days=1)
    run.found(acts=acts, letters=len(office.server.letters))
    keys = [
        (to, key)
        for to, letter in zip(office.server.to, office.server.letters, strict=True)
        for key in letter.get_all("X-Reminder-Key", [])
    ]
    assert len(keys) == len(set(keys))
    letters = list(db.session.scalars(db.select(Letter)))
    assert len({(letter.recipient_id, letter.day, letter.kind) for letter in letters}) == len(letters)
    sent = Counter((letter.recipient_id, day_of(letter.sent_at)) for letter in letters if letter.sent_at)
    assert max(sent.values()) <= 2
    assert all(WorkCalendar().is_working(letter.day) for letter in letters)
    assert {letter.state for letter in letters} <= {LetterState.ACCEPTED, LetterState.SKIPPED}
    assert acts > run.count / 2
