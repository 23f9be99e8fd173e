"""The figures: each is the length of its list or the sum of its days, whoever is asked about, then and later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

from sqlalchemy import Date, String, column, select, values

import clock
from accountability import periods
from accountability.figures import charged, counting, facts, heads
from accountability.figures.question import VACANT, Question, of_period, parse
from accountability.figures.table import FIGURES, GROUPS
from accountability.figures.words import WORDS
from models.base import db
from models.people import Tenure
from models.vocabulary import Action, DeadlineKind, DeclaredState, DelayClass, Status
from tests.fixtures.places import PASSWORD, World
from workflow import reference, timing
from workflow.actors import Actor
from workflow.organization import handovers, seats
from workflow.timing import TimingFacts

DAY = date(2026, 3, 2)
# the figures the database counts by itself
BY_ROWS = [key for key, row in FIGURES.items() if row.source != charged.SOURCE]


def question(world: World, local: str = "2026-03-02T09:00", **about: Any) -> Question:
    return of_period(periods.parse("2026"), world.at(local), **about)


def asked(about: Question) -> dict[str, int]:
    """Return the values of a question's figures, each held against its list."""
    ref = reference.load(about.day)
    found = {key: figure.value for key, figure in counting.of(about, ref).items()}
    for key in (*BY_ROWS, "charged_days", "charged_working_days"):
        value = found[key]
        items = counting.behind(key, about, ref)
        assert value == (sum(item.days for item in items) if FIGURES[key].sums else len(items)), key
    return found


def behind(key: str, about: Question) -> list[int]:
    return [item.task_id for item in counting.behind(key, about, reference.load(about.day))]


def story(world: World) -> tuple[int, ...]:
    """Tell of four tasks: on time, late, overdue, in time."""
    given = ("CSDT", "01-30"), ("CSDT", "01-09"), ("KHTH", "01-30"), ("KHTH", "04-30")
    for key, (unit, due) in zip(world.drafts, given, strict=True):
        world.assign(key, unit, date.fromisoformat(f"2026-{due}"), product="Báo cáo")
    world.complete(world.drafts[0])
    world.complete(world.drafts[1], local="2026-01-20T09:00")
    world.step(world.drafts[2], Action.RECEIVE, "head_b")
    return world.drafts


def test_each_task_stands_in_one_class_and_every_figure_is_its_list(world: World) -> None:
    one, two, three, four = story(world)
    about = question(world)
    for key, task in (("done_on_time", one), ("done_late", two), ("open_late", three), ("open_in_time", four)):
        assert behind(key, about) == [task]
    found = asked(about)
    assert (found["assigned"], found["due"], found["done"], found["late_days"]) == (4, 3, 2, 11 + 31)
    assert (found["late_1_30"], found["late_31_60"]) == (0, 1)
    shares = counting.of(about, reference.load(about.day))["done"]
    assert (str(shares.share("due").percent), str(shares.share("assigned").percent)) == ("66.7", "50.0")


def test_the_published_figures_of_2017_stand_side_by_side() -> None:
    of_2017 = {"done_on_time": 14_068, "done_late": 1_983, "open_in_time": 5_640, "open_late": 223}
    sums = {"done": 16_051, "open": 5_863, "due": 16_274, "assigned": 21_914}
    about = Question(date(2017, 1, 1), date(2017, 12, 31), clock.end_of(date(2017, 12, 31)))
    found = counting.made(about, of_2017 | sums)
    assert [(share.of, str(share.percent)) for share in found["done"].shares] == [("due", "98.6"), ("assigned", "73.2")]
    assert (str(found["open_late"].percent), found["open_late"].denominator) == ("1.4", 16_274)


def test_every_figure_is_called_something_and_says_what_it_means_and_of_what_it_is_a_share() -> None:
    assert FIGURES.keys() == WORDS.keys()
    assert {row.group for row in FIGURES.values()} == GROUPS.keys()
    assert {of for row in FIGURES.values() for of in row.of} <= FIGURES.keys()


def test_a_question_is_its_address(world: World) -> None:
    about = question(world, unit_id=world.unit["CSDT"], section="III.2")
    assert parse(about.words()) == about


def test_units_heads_leaders_plans_and_sections_are_asked_about_alike(world: World) -> None:
    one, two, three, four = story(world)
    asked_of = {
        "unit_id": (world.unit["CSDT"], [one, two]),
        "head_id": (world.person["head_b"], [three, four]),
        "leader_post_id": (world.post["vice"], [one, two, three, four]),
        "plan_id": (world.plan, [one, two, three, four]),
    }
    for name, (key, tasks) in asked_of.items():
        about = question(world).about(**{name: key})
        assert sorted(behind("assigned", about)) == tasks
        asked(about)
    assert behind("assigned", question(world, leader_post_id=world.post["chair"])) == []
    assert behind("assigned", question(world, section="IX")) == []


def test_the_database_puts_every_case_into_the_class_that_timing_gives_it(world: World) -> None:
    days = [None, *(DAY + timedelta(days=move) for move in (-5, -1, 0, 1, 5))]
    cases = [
        (status, late, handed or DAY, held)
        for status, late, handed, held in product(Status, days, days, (None, DAY, DAY - timedelta(days=1)))
        if status != Status.DRAFT
    ]
    names: tuple[Any, ...] = (
        column("status", String),
        *(column(name, Date) for name in ("late_after", "handed_in_on", "held_until")),
    )
    listed = values(*names, name="cases").data([(str(case[0]), *case[1:]) for case in cases]).cte("cases")
    query = select(*listed.c, facts.official(listed.c, listed.c.late_after, DAY).label("kind"))
    calendar = reference.load(DAY).calendar
    for row in db.session.execute(query):
        status = Status(row.status)
        handed = row.handed_in_on if status in (*timing.HANDED_IN, Status.COMPLETED) else None
        known = TimingFacts(status, DeadlineKind.BY, row.late_after, row.late_after, handed, row.held_until)
        kind = timing.timing(known, DAY, calendar).official
        other = facts.STOPPED_CLASS if status in timing.STOPPED else facts.HELD_CLASS
        assert row.kind == (kind or other), row


def test_a_new_head_starts_with_nothing_of_what_was_settled_before_him(world: World) -> None:
    _one, _two, three, _four = story(world)
    change(world, "head_b", "officer_a", date(2026, 2, 2))
    world.step(three, Action.START, "officer_b", "2026-01-15T09:00")
    about = question(world)
    found = heads.tally(about, reference.load(about.day))
    unit = world.unit["KHTH"]
    assert found.heads[unit, world.person["officer_a"]]["open_late"] == 1
    before = question(world, "2026-02-01T23:00")
    assert heads.tally(before, reference.load(before.day)).heads[unit, world.person["head_b"]]["open_late"] == 1
    agree(about)
    agree(before)


def agree(about: Question) -> None:
    """Hold the figures of all units and heads against those of each alone, and their sum against the whole."""
    ref = reference.load(about.day)
    found = heads.tally(about, ref)
    assert {key: found.whole.get(key, 0) for key in BY_ROWS} == counting.totals(about, ref)
    for unit, values_of_unit in found.units.items():
        own = asked(about.about(unit_id=unit))
        assert {key: values_of_unit.get(key, 0) for key in BY_ROWS} == {key: own[key] for key in BY_ROWS}
    for (unit, person), values_of_head in found.heads.items():
        own = asked(about.about(unit_id=unit, head_id=person or VACANT))
        assert {key: values_of_head.get(key, 0) for key in BY_ROWS} == {key: own[key] for key in BY_ROWS}


def change(world: World, old: str, new: str, on: date) -> None:
    """Give a head's seat to somebody else from a day on."""
    by, at = Actor.system(), world.at(f"{on - timedelta(days=1)}T08:00")
    tenure = db.session.scalars(db.select(Tenure.id).where(Tenure.post_id == world.post[old])).one()
    leaving = handovers.of_seat(db.session.get_one(Tenure, tenure))
    handovers.sign(leaving, {}, password=PASSWORD, by=world.actor(old), at=at)
    seats.end(tenure, on, "QĐ 9", by=by, at=at)
    entered = seats.enter(world.post[old], world.person[new], on, "QĐ 10", by=by, at=at)
    seats.confirm(entered, by=by, at=at)


def lived_on(world: World) -> Iterator[Question]:
    """Let two tasks live through most of what is counted; give the question of the moment after each step."""
    _one, _two, three, four = world.drafts
    acts: list[tuple[int, Action, str, str, dict[str, Any]]] = [
        (three, Action.START, "officer_b", "2026-01-21T09:00", {}),
        (three, Action.PROGRESS, "officer_b", "2026-01-22T09:00", {"text": "Đang làm", "state": DeclaredState.GREEN}),
        (three, Action.WAIT, "head_b", "2026-01-22T10:00",
            {"unit_id": world.unit["CSDT"], "reason": "Số liệu", "answer_by": date(2026, 1, 27)}),
        (three, Action.ANSWER, "head_a", "2026-02-03T10:00", {"text": "Đã gửi"}),
        (four, Action.RECEIVE, "head_b", "2026-02-04T09:00", {}),
        (four, Action.REQUEST_EXTENSION, "head_b", "2026-02-05T09:00",
            {"proposed_on": date(2026, 6, 30), "reason": "Chờ số liệu"}),
        (four, Action.GRANT_EXTENSION, "vice", "2026-02-06T09:00", {}),
        (three, Action.STATE_CAUSE, "head_b", "2026-02-09T09:00",
            {"delay_class": DelayClass.OBJECTIVE, "text": "Bão lũ"}),
        (three, Action.CONFIRM_CAUSE, "vice", "2026-02-10T09:00",
            {"document_number": "12/TB-BDT", "document_on": date(2026, 2, 10)}),
        (three, Action.HAND_IN, "officer_b", "2026-02-11T09:00", {"result": "Xong"}),
        (three, Action.RETURN, "head_b", "2026-02-12T09:00", {"reason": "Thiếu"}),
        (four, Action.CANCEL, "vice", "2026-02-13T09:00", {"reason": "Thôi", "decision": "QĐ 3"}),
    ]  # fmt: skip
    for key, action, by, local, given in acts:
        world.step(key, action, by, local, **given)
        yield question(world, f"{local[:14]}01")


def test_asked_again_later_the_figures_of_a_past_moment_are_the_same(world: World) -> None:
    moments, then = [], []
    story(world)
    for about in lived_on(world):
        moments.append(about)
        then.append(counting.totals(about, reference.load(about.day)))
    for about, values_then in zip(moments, then, strict=True):
        assert counting.totals(about, reference.load(about.day)) == values_then
    agree(moments[4])
    last = asked(moments[-1])
    assert {name: last[name] for name in ("returns", "stopped", "green_then_late", "waited_for_over")} == {
        "returns": 1, "stopped": 1, "green_then_late": 1, "waited_for_over": 1,
    }  # fmt: skip
    assert (last["extensions"], last["extension_days"], last["late_objective"], last["waited_for_days"]) == (
        1,
        61,
        1,
        7,
    )
