"""The sender's decision against an oracle that shares no code with it: random tasks, seats, rules, calendars, days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from clock import start_of
from models.vocabulary import Capacity, DayKind, DeadlineKind, Rank, SecondSigner, Status, TaskKind, UnitKind
from notifications import duties
from notifications.facts import Facts, Mark, Result
from notifications.recipients import Reader, Roster
from notifications.stages import Book
from tests.fixtures.campaigns import Campaign
from tests.oracle import duties as oracle
from tests.oracle.days import Days
from tests.oracle.facts import EVER, Body, Rule, Task, Tenure, Told, Wait
from tests.oracle.settings import SHIPPED
from workflow import reminding
from workflow.calendar import WORKED, WorkCalendar
from workflow.reference import SETTINGS, Reference, Seat, UnitFacts
from workflow.reminding import Origin

FIRST, LAST = date(2024, 1, 1), date(2035, 12, 31)
DAY: Final = timedelta(days=1)
# days on which calendars are easily wrong: leap days, year ends, the weeks of Tết, swapped days
HARD: Final = [
    *(date(year, 2, 28) + DAY for year in range(2024, 2036)),
    *(date(year, 12, 31) for year in range(2024, 2036)),
    *(date(2026, 2, day) for day in range(13, 24)), date(2024, 2, 9), date(2025, 1, 28), date(2027, 2, 8),
    date(2030, 2, 4), date(2035, 2, 12), date(2026, 1, 2), date(2026, 1, 10), date(2026, 8, 22), date(2026, 8, 31),
]  # fmt: skip
LONG_WORDS, SHORT_WORDS = ("Quý IV năm 2027", "năm 2028", "trong quý 2"), ("trước ngày 15/3", "", "tháng 6 năm 2026")

# what recurs, as the oracle has it and as a plan writes it
REPORT_WORDS: Final = {
    "every week": "hằng tuần", "every Thursday": "thứ Năm hằng tuần", "every month": "hằng tháng",
    "before the 15th of each month": "trước ngày 15 hằng tháng", "the 20th of each month": "ngày 20 hằng tháng",
    "the 31st of each month": "ngày 31 hằng tháng", "every quarter": "hằng quý",
    "before the 20th of a quarter's last month": "trước ngày 20 của tháng cuối quý",
    "every half-year": "định kỳ 6 tháng", "every year": "hằng năm",
    "before 1 December each year": "trước ngày 01/12 hằng năm",
}  # fmt: skip
UNITS: Final = {"A": 1, "B": 2, "OFFICE": 3, "OUTSIDE": 4}
POSTS: Final = {"chair": 1, "vice1": 2, "vice2": 3, "head_a": 4, "head_b": 5, "head_office": 6, "deputy_a": 7}
HEADS: Final = {"A": "head_a", "B": "head_b", "OFFICE": "head_office"}
PLACES: Final = (
    ("chair", None, Rank.CHAIR), ("vice1", None, Rank.VICE_CHAIR), ("vice2", None, Rank.VICE_CHAIR),
    ("head_a", "A", Rank.HEAD), ("head_b", "B", Rank.HEAD), ("head_office", "OFFICE", Rank.HEAD),
    ("deputy_a", "A", Rank.DEPUTY),
)  # fmt: skip
PEOPLE: Final = {f"p{number}": number for number in range(1, 13)}


@dataclass(frozen=True)
class Case:
    """One random state of things on a day."""

    day: date
    task: Task
    body: Body
    rules: tuple[Rule, ...]
    entered: dict[date, DayKind]


def known_days() -> dict[date, bool]:
    """Return the days off and made up for by law, which are given to both sides alike."""
    law, found, day = WorkCalendar(), dict[date, bool](), FIRST - 400 * DAY
    while day < LAST + 400 * DAY:
        if law.is_working(day) != (day.isoweekday() <= 5):
            found[day] = law.is_working(day)
        day += DAY
    return found


def near(rng: Random, day: date, back: int, ahead: int) -> date:
    return day + rng.randint(-back, ahead) * DAY


def with_seats(body: Body, day: date) -> Body:
    """Return the body with those who sit in a unit among its people."""
    members = {unit: set(people) for unit, people in body.members.items()}
    for post, unit, _rank in PLACES:
        if unit:
            members.setdefault(unit, set()).update(t.person for t in body.tenures if t.post == post and holds(t, day))
    return replace(body, members={unit: frozenset(people) for unit, people in members.items()})


def some_body(rng: Random, day: date) -> Body:
    """Fill seats, some twice by one person, some by nobody, some only until or from a day near this one."""
    tenures = []
    for post, place in POSTS.items():
        if rng.random() < 0.85:
            person = f"p{place if rng.random() < 0.85 else rng.randint(1, 7)}"
            starts = EVER if rng.random() < 0.8 else near(rng, day, 3, 3)
            ends = None if rng.random() < 0.8 else max(starts, near(rng, day, 3, 3))
            tenures.append(Tenure(post, person, starts, ends))
    members = {"A": frozenset(rng.sample(["p8", "p9"], rng.randint(0, 2))), "B": frozenset({"p10"})}
    members["OFFICE"] = frozenset(rng.sample(["p11"], rng.randint(0, 1)))
    active = frozenset(person for person in PEOPLE if rng.random() < 0.95)
    body = Body("chair", HEADS, "OFFICE", ("chair", "vice1", "vice2"), tuple(tenures), members, active)
    return replace(body, away=some_absences(rng, with_seats(body, day)))


def some_absences(rng: Random, body: Body) -> dict[str, str | None]:
    """Send some people away; who hears for one works in a unit of his, is here himself and has an account."""
    if rng.random() < 0.6:
        return {}
    away: dict[str, str | None] = dict.fromkeys(rng.sample(list(PEOPLE), rng.randint(1, 3)))
    for person in away:
        units = [people for people in body.members.values() if person in people]
        others = {other for people in units for other in people} & body.active - away.keys()
        if others and rng.random() < 0.7:
            away[person] = rng.choice(sorted(others))
    return away


def a_value(rng: Random, name: str) -> Any:
    counts = {"before": 5, "before_long": 5, "after": 4, "report_before": 3, "report_after": 3, "reconfirm": 3}
    part = name.removeprefix("reminder.")
    if part in ("climb", "climb_waiting"):
        return sorted(rng.sample(range(1, 16), 2))
    if part in counts:
        drawn = sorted(rng.sample(range(1, 31), rng.randint(1, counts[part])))
        return drawn[::-1] if "before" in part else drawn
    return rng.randint(1, 12)


def some_rules(rng: Random, day: date) -> tuple[Rule, ...]:
    """Set rules of the body, of two plans and some tasks; some give theirs back, some are not confirmed yet."""
    found = []
    for _ in range(rng.choice((0, 0, 1, 3, 8, 15))):
        name = rng.choice(list(SHIPPED))
        plan, task = rng.choice([(None, None), (None, None), (1, None), (2, None), (None, 1), (None, 2)])
        is_back = (plan or task) and rng.random() < 0.3
        value = None if is_back else a_value(rng, name)
        found.append(Rule(name, value, near(rng, day, 40, 5), plan, task, confirmed=rng.random() < 0.85))
    return tuple(found)


STATUSES: Final = (
    "draft", "assigned", "assigned", "received", "received", "in_progress", "in_progress", "waiting", "on_hold",
    "submitted", "signed_off", "completed", "cancelled", "withdrawn",
)  # fmt: skip


def some_task(rng: Random, day: date) -> Task:
    status = rng.choice(STATUSES)
    dated = rng.random() < 0.7 and status != "draft"
    assigned = near(rng, day, 100, 0) if status != "draft" else None
    done, returned = status in ("submitted", "signed_off"), status in ("received", "in_progress", "waiting")
    asks = returned and rng.random() < 0.2
    offers = returned and not asks and rng.random() < 0.2
    kind = rng.choice(["by", "range", "none", "urgent", "recurring", "ongoing", "event", "combined", "milestones"])
    due = near(rng, day, 40, 50) if dated else None
    signed = rng.choice([("p4", "head_a"), ("p2", "vice1"), ("p1", "chair")])
    waits = Wait(rng.choice(["B", "OFFICE", "OUTSIDE"]), near(rng, day, 25, 15)) if status == "waiting" else None
    sort = rng.choice(["lead", "lead", "duty", "sub"])
    contested = status == "waiting" or (sort == "duty" and status == "in_progress")
    contested_on = near(rng, day, 12, 0) if contested and rng.random() < 0.4 else None
    return Task(
        sort=sort,
        whole_unit={"duty": "B", "sub": "A"}.get(sort),
        contested_on=contested_on,
        contested_by=rng.choice(["p5", "p4", "p2"]) if contested_on else None,
        renew_by=near(rng, day, 20, 10) if waits and waits.unit == "OUTSIDE" else None,
        id=rng.randint(1, 5),
        status=status,
        plan=rng.choice([None, 1, 2]),
        published=rng.random() < 0.9,
        kind=kind,
        report=rng.choice(list(REPORT_WORDS)) if kind == "recurring" else None,
        notes=tuple(near(rng, day, 80, 0) for _ in range(rng.choice((0, 0, 1, 3)))),
        asked_more_on=near(rng, day, 20, 0) if asks else None,
        asked_more_by=rng.choice(["p4", "p2", "p1"]) if asks else None,
        asked_more_late=asks and rng.random() < 0.4,
        offered_on=near(rng, day, 6, 0) if offers else None,
        offered_by=rng.choice(["p2", "p1"]) if offers else None,
        demands=(near(rng, day, 25, 6),) if rng.random() < 0.15 else (),
        explanations=tuple((near(rng, day, 15, 0), due or day) for _ in range(rng.choice((0, 0, 1, 2)))),
        pledge=near(rng, day, 20, 10) if due and rng.random() < 0.3 else None,
        long=kind != "recurring" and rng.random() < 0.3,
        unit="A" if status != "draft" else None,
        officer=rng.choice([None, "p8", "p9", "p4"]),
        leader_post=rng.choice(["vice1", "vice2", "chair", None]),
        due_on=due,
        drafted_on=near(rng, day, 30, 0),
        assigned_on=assigned,
        dated_on=near(rng, day, 30, 0) if dated and rng.random() < 0.3 else assigned,
        redo_by=near(rng, day, 20, 6)
        if status in ("received", "in_progress", "waiting") and rng.random() < 0.3
        else None,
        held_until=near(rng, day, 20, 6) if status == "on_hold" else None,
        turn_since=near(rng, day, 25, 0) if done else None,
        handed_in_by=rng.choice(["p8", "p4", "p2", "p1"]) if done else None,
        signed_by=signed[0] if status == "signed_off" else None,
        signed_for=signed[1] if status == "signed_off" else None,
        second=rng.choice(["supervisor", "supervisor", "chair"]),
        wait=replace(waits, outside=waits.unit == "OUTSIDE") if waits else None,
    )


def a_case(rng: Random) -> Case:
    day = rng.choice(HARD) if rng.random() < 0.3 else near(rng, FIRST, 0, (LAST - FIRST).days)
    day = near(rng, day, 12, 12)
    kinds = (DayKind.HOLIDAY, DayKind.IN_LIEU, DayKind.SWAPPED_OFF, DayKind.MAKE_UP, DayKind.WORKING)
    entered = {near(rng, day, 60, 60): rng.choice(kinds) for _ in range(rng.choice((0, 0, 2, 12)))}
    return Case(day, some_task(rng, day), some_body(rng, day), some_rules(rng, day), entered)


# ----------------------------------------------------------------------------------- the same, as the sender has it
def seats_of(case: Case) -> tuple[Seat, ...]:
    found = []
    for post, unit, rank in PLACES:
        holders = [t.person for t in case.body.tenures if t.post == post and holds(t, case.day)]
        person = PEOPLE[holders[0]] if holders else None
        name = holders[0] if holders else None
        found.append(
            Seat(POSTS[post], UNITS.get(unit or "", 9), rank, post, person, name, Capacity.FULL if person else None)
        )
    return tuple(found)


def holds(tenure: Tenure, day: date) -> bool:
    return tenure.from_on <= day and (tenure.to_on is None or day < tenure.to_on)


def roster_of(case: Case, calendar: WorkCalendar) -> Roster:
    kinds = {code: UnitKind.OFFICE if code == "OFFICE" else UnitKind.DIVISION for code in UNITS}
    units = {
        key: UnitFacts(key, code, kinds[code], code != "OUTSIDE", key, EVER, None, ()) for code, key in UNITS.items()
    }
    seats = seats_of(case)
    readers = {PEOPLE[p]: Reader(PEOPLE[p], p, "vi", None) for p in case.body.active}
    works = {(PEOPLE[p], UNITS[unit]) for unit, people in case.body.members.items() for p in people}
    away = {PEOPLE[p]: PEOPLE[other] if other else None for p, other in case.body.away.items()}
    office = tuple(PEOPLE[p] for p in case.body.members["OFFICE"] if p in case.body.active)
    works |= {(seat.person_id, seat.unit_id) for seat in seats if seat.person_id is not None}
    return Roster(Reference(case.day, units, seats, calendar, SETTINGS, None), readers, frozenset(works), office, away)


def table_of(case: Case) -> reminding.RuleTable:
    """Return the rules as the product works them out from its rows."""
    begun = [rule for rule in case.rules if rule.confirmed and rule.valid_from <= case.day]
    return reminding.table_of(
        reminding.Change(
            Origin.TASK if rule.task else Origin.PLAN if rule.plan else Origin.ORGANISATION,
            rule.task or rule.plan or 0, rule.name, rule.value, rule.valid_from,
            plan_id=case.task.plan if rule.task else None,
        )
        for rule in sorted(begun, key=lambda rule: rule.valid_from)
    )  # fmt: skip


def facts_of(task: Task, rng: Random) -> Facts:
    words = REPORT_WORDS[task.report] if task.report else rng.choice(LONG_WORDS if task.long else SHORT_WORDS)
    explained, result = [on for on, due_on in task.explanations if due_on == task.due_on], None
    if task.handed_in_by and task.turn_since:
        marks = (Mark(PEOPLE[task.signed_by], POSTS[task.signed_for]),) if task.signed_by and task.signed_for else ()
        result = Result(PEOPLE[task.handed_in_by], task.turn_since, marks)
    return Facts(
        id=task.id, title="x", status=Status(task.status), lead_unit_id=UNITS.get(task.unit or ""),
        officer_id=PEOPLE.get(task.officer or ""), leader_post_id=POSTS.get(task.leader_post or ""),
        due_on=task.due_on, late_after=task.due_on, deadline_kind=DeadlineKind(task.kind), deadline_words=words,
        lead_words="", handed_in_on=None, redo_by=task.redo_by,
        assigned_at=start_of(task.assigned_on) if task.assigned_on else None, steps=2,
        dated_at=start_of(task.dated_on) if task.dated_on else None,
        unled_since=task.drafted_on if task.published else None, held_until=task.held_until,
        asked_by=PEOPLE.get(task.asked_more_by or ""),
        waits_for=UNITS[task.wait.unit] if task.wait else None, answer_by=task.wait.answer_by if task.wait else None,
        asked_late=task.asked_more_late, offered_by=PEOPLE.get(task.offered_by or ""),
        offered_at=start_of(task.offered_on) if task.offered_on else None,
        asked_at=start_of(task.asked_more_on) if task.asked_more_on else None, plan_id=task.plan,
        explain_by=min(task.demands, default=None), pledged_on=task.pledge,
        explained_at=start_of(min(explained)) if explained else None,
        kind=TaskKind(task.sort), parent_unit=UNITS.get(task.whole_unit or ""), renew_by=task.renew_by,
        contested_at=start_of(task.contested_on) if task.contested_on else None,
        contested_by=PEOPLE.get(task.contested_by or ""),
        second=SecondSigner(task.second), result=result, news_on=max(task.notes, default=None),
    )  # fmt: skip


def said_by_sender(case: Case, rng: Random) -> set[Told]:
    calendar = WorkCalendar(case.entered)
    book = Book(case.day, calendar, table_of(case))
    roster, named = roster_of(case, calendar), {number: name for name, number in PEOPLE.items()}
    said = duties.of(facts_of(case.task, rng), roster, book)
    return {Told(named[d.person_id], d.task_id, d.latest.rule, d.on) for d in said if d.counts(d.latest)}


def said_by_oracle(case: Case, law: dict[date, bool]) -> set[Told]:
    days = Days(law | {day: kind in WORKED for day, kind in case.entered.items()})
    return oracle.told(case.task, with_seats(case.body, case.day), days, case.rules, case.day)


def test_the_sender_says_what_the_oracle_says_on_random_tasks_seats_rules_calendars_and_days(
    campaign: Callable[..., Campaign],
) -> None:
    run = campaign("reminders: sender against oracle", small=3_000, full=100_000)
    law, said, rules = known_days(), 0, set[str]()
    for number in range(run.count):
        case = a_case(run.random)
        expected, found = said_by_oracle(case, law), said_by_sender(case, run.random)
        assert found == expected, (number, sorted(map(str, found - expected)), sorted(map(str, expected - found)), case)
        said += len(expected)
        rules |= {told.rule.split("w#")[0].rstrip("0123456789").rstrip("+-") for told in expected}
    run.found(said=said, ladders=len(rules))
    assert said > run.count / 2
    assert rules >= {
        "T",
        "REDO",
        "ANSWER",
        "HOLD",
        "UNRECEIVED",
        "UNSIGNED",
        "UNDECIDED",
        "OFFERED",
        "NODATE",
        "NOLEAD",
    }
    assert rules >= {"REPORT", "SILENT", "EVENT", "EXPLAIN", "PLEDGE", "ACCEPT", "CONTEST", "RENEW"}
