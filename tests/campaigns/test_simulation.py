"""The simulated month equals the sent month: the same letters on the same days to the same people, line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from random import Random
from typing import Any, Final

from models.base import db
from models.people import PersonContact, Tenure
from models.vocabulary import (
    DayKind,
    DeadlineKind,
)
from models.words import (
    Channel,
)
from notifications import preferences, simulate
from notifications.simulate import Outlook
from notifications.sweep import Proposal
from tests.campaigns.test_oracle import a_value
from tests.campaigns.test_reminders import act, more_drafts
from tests.fixtures.campaigns import Campaign
from tests.fixtures.handing import hand_seat
from tests.fixtures.mail import Office
from workflow import reference
from workflow.actors import Actor
from workflow.organization import days, people, reminder_rules, seats, wishes
from workflow.organization.rules import RULES
from workflow.reminding import NAMES, Change, Origin

DAY: Final = timedelta(days=1)
WORDS: Final = (
    ("ongoing", "thường xuyên"), ("recurring", "ngày 20 hằng tháng"), ("recurring", "hằng quý"),
    ("event", "sau khi có hướng dẫn"), ("none", ""), ("urgent", "làm ngay"),
)  # fmt: skip

HEARERS: Final = ("chair", "vice", "head_office", "office", "head_a", "officer_a", "head_b", "officer_b")

# a line that was said: on which day, to which address, under which key
Line = tuple[date, str, str]


def simulated(found: Outlook) -> list[Line]:
    """Return what a simulation expects to be said, in order."""
    addresses = {row.person_id: row.email for row in db.session.scalars(db.select(PersonContact))}
    return sorted(
        (letter.day, addresses[letter.person_id], f"task={told.task_id};rule={told.rule};on={told.on}")
        for letter in found.letters
        for told in letter.told
    )


def moments(start: str, days: int) -> Iterator[str]:
    """Give the moments of a month at which the clock ticks: now, the hour of the digest, afternoon and evening."""
    yield start
    first = date.fromisoformat(start[:10])
    for day in (first + number * DAY for number in range(days)):
        yield from (moment for hour in ("07:30", "16:45", "18:30") if (moment := f"{day}T{hour}") > start)


def sent(office: Office, start: str, days: int = 30) -> tuple[list[Line], int]:
    """Run through the days; return what the mail server took, in order, and in how many letters of work."""
    found, letters = list[Line](), 0
    for moment in moments(start, days):
        before = len(office.server.letters)
        office.tick(moment)
        pairs = zip(office.server.letters[before:], office.server.to[before:], strict=True)
        # what the system tells of itself, such as of people without an address, carries no key
        told = [(to, keys) for letter, to in pairs if (keys := letter.get_all("X-Reminder-Key", []))]
        day = date.fromisoformat(moment[:10])
        found += [(day, to, key) for to, keys in told for key in keys]
        letters += len(told)
    return sorted(found), letters


def some_work(office: Office, rng: Random, freeze: date) -> list[int]:
    """Give tasks out, with dates, words or neither, and let people act on them for some days before the freeze."""
    world = office.world
    numbers = [*world.drafts, *more_drafts(world, rng.randint(4, 14))]
    for number in rng.sample(numbers, rng.randint(3, len(numbers) - 1)):
        kind, words = rng.choice(WORDS)
        due = freeze + rng.randint(-20, 45) * DAY
        given: dict[str, Any] = {"deadline_kind": DeadlineKind(kind), "deadline_words": words}
        dated = rng.random() < 0.7
        unit, due_on = rng.choice(["CSDT", "KHTH"]), max(due, date(2026, 1, 6)) if dated else None
        world.assign(number, unit, due_on, **({} if dated else given))
    for day in (freeze - back * DAY for back in range(rng.randint(1, 7), 0, -1)):
        office.tick(f"{day}T07:30")
        for _ in range(rng.randint(0, 6)):
            act(office, numbers, rng, day)
    return numbers


def some_changes(office: Office, rng: Random, freeze: date, numbers: list[int]) -> Proposal:
    """Think of rules for all, for the plan, for a task, each from a day of the month on, and of days off or worked."""
    changes, open_ones = [], [key for key in numbers if office.world.task(key).status not in reminder_rules.OVER]
    for _ in range(rng.choice((0, 1, 2, 4))):
        name = rng.choice([name for name in NAMES if name not in ("reminder.silent", "reminder.explained")])
        value, origin = a_value(rng, name), rng.choice((Origin.ORGANISATION, Origin.PLAN, Origin.TASK))
        number = {Origin.PLAN: office.world.plan, Origin.TASK: rng.choice(open_ones)}.get(origin, 0)
        if origin != Origin.ORGANISATION and rng.random() < 0.2:
            value = None
        if value is None or RULES[name].fits(value):
            task = office.world.task(number) if origin == Origin.TASK else None
            plan = task.plan_id if task is not None else None
            changes.append(Change(origin, number, name, value, freeze + rng.randint(0, 25) * DAY, "QĐ 1", plan))
    kinds = (DayKind.HOLIDAY, DayKind.IN_LIEU, DayKind.MAKE_UP)
    entered = {freeze + rng.randint(1, 29) * DAY: rng.choice(kinds) for _ in range(rng.choice((0, 0, 1, 3)))}
    return Proposal(tuple(changes), entered)


def put_in_force(office: Office, proposed: Proposal, moment: str) -> None:
    """Enter what was thought of."""
    by, at = Actor.system(), office.world.at(moment)
    for change in proposed.rules:
        if change.origin == Origin.ORGANISATION:
            days.set_setting(change.name, change.value, change.valid_from, change.decision, by=by, at=at)
        else:
            reminder_rules.enter(change, by=by, at=at)
    for day, kind in proposed.days.items():
        days.confirm(days.enter(day, kind, "", "QĐ 2", by=by, at=at), by=by, at=at)


def another_head(office: Office, rng: Random, freeze: date) -> None:
    """Let the head of a division leave within the month, and another follow at once, later or not at all."""
    world, by, at = office.world, Actor.system(), office.world.at(f"{freeze}T08:00")
    leaves = freeze + rng.randint(2, 20) * DAY
    tenure = db.session.scalars(db.select(Tenure.id).where(Tenure.post_id == world.post["head_a"])).one()
    hand_seat(tenure)
    seats.end(tenure, leaves, "QĐ 3", by=by, at=at)
    if rng.random() < 0.7:
        follows = leaves + rng.choice((1, 1, 3)) * DAY
        new = seats.enter(world.post["head_a"], world.person["officer_a"], follows, "QĐ 4", by=by, at=at)
        seats.confirm(new, by=by, at=at)


def some_wishes(office: Office, rng: Random, freeze: date) -> None:
    """Let some people switch groups off, hear later or by the inbox alone, be away, or have no address."""
    world, at = office.world, office.world.at(f"{freeze}T05:00")
    for username in rng.sample(HEARERS, rng.randint(0, 4)):
        by = world.actor(username, f"{freeze}T05:00")
        off = rng.sample(preferences.SWITCHABLE, rng.randint(0, 3))
        channel, hour = rng.choice((Channel.MAIL, Channel.MAIL, Channel.INBOX)), rng.choice(("", "09:00", "16:30"))
        wishes.set_preference(off, channel, hour, opens=time(7, 30), by=by, at=at)
    for username in rng.sample(HEARERS, rng.randint(0, 3)):
        by, first = world.actor(username, f"{freeze}T05:00"), freeze + rng.randint(0, 20) * DAY
        others = [key for key, _name in wishes.colleagues(world.person[username], reference.load(freeze))]
        substitute = rng.choice([None, *others])
        wishes.enter_absence(first, first + rng.randint(0, 12) * DAY, substitute, by=by, at=at)
    for username in rng.sample(HEARERS, rng.choice((0, 0, 1))):
        people.set_address(world.person[username], "", by=Actor.system(), at=at)


def test_the_simulated_month_equals_the_sent_month_in_random_worlds(
    campaign: Callable[..., Campaign], office_of: Callable[..., Office], mail_server: Any
) -> None:
    run = campaign("reminders: simulated month against sent month", small=2, full=60)
    lines = letters = 0
    for number in range(run.count):
        office, rng = office_of(mail_server), run.random
        freeze = date(2026, 1, 12) + rng.randint(0, 35) * DAY
        moment = f"{freeze}T{rng.choice(('06:00', '07:30', '08:15', '12:00', '19:00'))}"
        with office.app.app_context():
            numbers = some_work(office, rng, freeze)
            some_wishes(office, rng, freeze)
            if rng.random() < 0.3:
                another_head(office, rng, freeze)
            office.tick(moment)
            thought = some_changes(office, rng, freeze, numbers)
            expected = simulate.outlook(office.world.at(moment), thought)
            put_in_force(office, thought, moment)
            assert simulate.outlook(office.world.at(moment)) == expected, (run.seed, number, thought)
            found, count = sent(office, moment)
            expected_lines = simulated(expected)
            only = (sorted(set(found) - set(expected_lines)), sorted(set(expected_lines) - set(found)))
            assert found == expected_lines, (run.seed, number, moment, thought, *only)
            db.session.remove()
        assert count == expected.count, (run.seed, number)
        lines, letters = lines + len(found), letters + count
    run.found(letters=letters, lines=lines)
    assert lines > 10 * run.count
