"""Where a task stands in time: one table of cases, and that time stands still while a result waits for signatures."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

import clock
from models.vocabulary import Action, DeadlineKind, OfficialClass, Status, TimingState
from tests.fixtures.places import World
from workflow import reference
from workflow.calendar import WorkCalendar
from workflow.permissions import Scope
from workflow.queries import desk, plans, tasks
from workflow.queries.tasks import Filter
from workflow.timing import Timing, TimingFacts, lateness, timing

CALENDAR = WorkCalendar()
T, S, K = TimingState, Status, DeadlineKind
DUE = date(2026, 1, 30)  # a Friday
REST = date(2026, 1, 31)  # a Saturday; by the setting not late before the end of Monday 2 February
GRACE = date(2026, 2, 2)


def stands(
    status: Status,
    on: date,
    due: date | None = DUE,
    late_after: date | None = None,
    handed_in: date | None = None,
    kind: DeadlineKind = K.BY,
) -> Timing:
    """Return the timing of such a task on a day."""
    return timing(TimingFacts(status, kind, due, late_after or due, handed_in), on, CALENDAR)


@pytest.mark.parametrize(
    ("status", "on", "handed_in", "state", "days", "working"),
    [
        # what runs
        (S.DRAFT, date(2026, 1, 5), None, T.ON_TRACK, 25, 20),
        (S.ASSIGNED, date(2026, 1, 20), None, T.ON_TRACK, 10, 8),
        (S.RECEIVED, date(2026, 1, 21), None, T.DUE_SOON, 9, 7),
        (S.IN_PROGRESS, date(2026, 1, 29), None, T.DUE_SOON, 1, 1),
        (S.IN_PROGRESS, DUE, None, T.DUE_TODAY, 0, 0),
        (S.WAITING, date(2026, 1, 31), None, T.OVERDUE, 1, 0),
        (S.IN_PROGRESS, date(2026, 2, 2), None, T.OVERDUE, 3, 1),
        (S.IN_PROGRESS, date(2026, 2, 23), None, T.OVERDUE, 24, 11),
        # handed in: time stands still at that day
        (S.SUBMITTED, date(2026, 3, 31), date(2026, 1, 30), T.HANDED_IN_TIME, 0, 0),
        (S.SIGNED_OFF, date(2026, 3, 31), date(2026, 1, 6), T.HANDED_IN_TIME, 0, 0),
        (S.SUBMITTED, date(2026, 3, 31), date(2026, 2, 3), T.HANDED_IN_LATE, 4, 2),
        # returned: the clock runs again, whatever was handed in before
        (S.IN_PROGRESS, date(2026, 2, 3), date(2026, 1, 29), T.OVERDUE, 4, 2),
        (S.IN_PROGRESS, date(2026, 1, 29), date(2026, 1, 28), T.DUE_SOON, 1, 1),
        # done: the hand-in that was accepted decides, not the signature
        (S.COMPLETED, date(2026, 3, 31), date(2026, 1, 30), T.DONE_ON_TIME, 0, 0),
        (S.COMPLETED, date(2026, 3, 31), date(2026, 1, 31), T.DONE_LATE, 1, 0),
        # stopped and held
        (S.CANCELLED, date(2026, 3, 31), None, T.STOPPED, 0, 0),
        (S.WITHDRAWN, date(2026, 3, 31), None, T.STOPPED, 0, 0),
        (S.ON_HOLD, date(2026, 3, 31), None, T.ON_HOLD, 0, 0),
    ],
)  # fmt: skip
def test_each_case_of_the_table(
    status: Status, on: date, handed_in: date | None, state: TimingState, days: int, working: int
) -> None:
    assert stands(status, on, handed_in=handed_in) == Timing(state, days, working)


@pytest.mark.parametrize("on", [date(2026, 1, 30) + timedelta(days=number) for number in range(0, 60, 7)])
def test_while_a_result_waits_for_its_signatures_no_day_makes_it_late(on: date) -> None:
    assert stands(S.SUBMITTED, on, handed_in=DUE).state == T.HANDED_IN_TIME
    assert not stands(S.SIGNED_OFF, on, handed_in=DUE).is_late


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2026, 1, 30), T.DUE_SOON),
        (REST, T.DUE_TODAY),
        (date(2026, 2, 1), T.DUE_TODAY),
        (GRACE, T.DUE_TODAY),
        (date(2026, 2, 3), T.OVERDUE),
    ],
)
def test_a_date_on_a_rest_day_is_not_late_before_the_end_of_the_next_working_day(on: date, state: TimingState) -> None:
    assert stands(S.IN_PROGRESS, on, REST, GRACE).state == state


def test_a_result_handed_in_within_the_grace_of_a_rest_day_is_on_time() -> None:
    assert stands(S.COMPLETED, date(2026, 3, 1), REST, GRACE, GRACE).state == T.DONE_ON_TIME
    assert stands(S.COMPLETED, date(2026, 3, 1), REST, GRACE, date(2026, 2, 3)) == Timing(T.DONE_LATE, 1, 1)


def test_before_day_x_shows_the_day_before_and_x_itself_is_not_late_yet() -> None:
    due, late_after = date(2026, 11, 24), date(2026, 11, 25)
    states = [
        stands(S.IN_PROGRESS, late_after + timedelta(days=number), due, late_after).state for number in (-1, 0, 1)
    ]
    assert states == [T.DUE_TODAY, T.DUE_TODAY, T.OVERDUE]


@pytest.mark.parametrize(
    ("local", "state"),
    [
        ("2026-01-30T23:59:59", T.DONE_ON_TIME),
        ("2026-01-31T00:00:00", T.DONE_LATE),
        ("2026-01-31T00:00:01", T.DONE_LATE),
    ],
)
def test_the_deadline_day_ends_at_24_00_in_vietnam_to_the_second(local: str, state: TimingState) -> None:
    handed_in = clock.day_of(clock.parse_moment(local))
    assert stands(S.COMPLETED, date(2026, 3, 1), handed_in=handed_in).state == state


@pytest.mark.parametrize(("local", "state"), [("2026-01-30T23:59:59", T.DUE_TODAY), ("2026-01-31T00:00:00", T.OVERDUE)])
def test_a_task_turns_overdue_with_the_first_second_of_the_next_day(local: str, state: TimingState) -> None:
    assert stands(S.IN_PROGRESS, clock.day_of(clock.parse_moment(local))).state == state


@pytest.mark.parametrize(
    ("kind", "open_state"),
    [
        (K.ONGOING, T.ONGOING),
        (K.RECURRING, T.ONGOING),
        (K.EVENT, T.WAITING_EVENT),
        (K.NONE, T.NO_DATE),
        (K.URGENT, T.NO_DATE),
    ],
)
def test_a_task_without_a_date_says_what_it_waits_for_and_is_in_no_rate(
    kind: DeadlineKind, open_state: TimingState
) -> None:
    opened, done = stands(S.IN_PROGRESS, DUE, None, kind=kind), stands(S.COMPLETED, DUE, None, kind=kind, handed_in=DUE)
    assert (opened.state, done.state) == (open_state, T.DONE)
    assert {opened.official, done.official} == {OfficialClass.NO_DEADLINE}


def test_tet_counts_civil_days_and_working_days_apart() -> None:
    due = date(2026, 2, 14)
    assert stands(S.IN_PROGRESS, date(2026, 2, 23), due) == Timing(T.OVERDUE, 9, 1)


def test_a_class_of_the_statistics_stands_for_every_state_but_what_was_stopped_or_held() -> None:
    without = {state for state in TimingState if Timing(state).official is None}
    assert without == {T.STOPPED, T.ON_HOLD}


def test_lateness_is_nothing_up_to_the_last_good_day() -> None:
    assert lateness(DUE, DUE, CALENDAR) == (0, 0)
    assert lateness(DUE, DUE - timedelta(days=9), CALENDAR) == (0, 0)


def test_soon_is_measured_in_working_days_and_is_a_setting() -> None:
    on = date(2026, 2, 11)
    due = date(2026, 2, 26)  # fifteen civil days, but Tết leaves six working days
    facts = TimingFacts(S.IN_PROGRESS, K.BY, due, due)
    assert timing(facts, on, CALENDAR).state == T.DUE_SOON
    assert timing(facts, on, CALENDAR, soon=5).state == T.ON_TRACK


def test_the_list_the_desk_and_the_timing_agree_on_every_day_of_two_months(world: World) -> None:
    rest, tet, held = date(2026, 1, 31), date(2026, 2, 21), world.drafts[3]
    for task, due in zip(world.drafts, (rest, date(2026, 2, 27), tet, date(2026, 1, 20)), strict=True):
        world.assign(task, "CSDT", due)
        world.step(task, Action.RECEIVE, "head_a")
    world.step(held, Action.HOLD, "vice", reason="x", until=date(2026, 6, 1))
    seen: set[TimingState] = set()
    for on in (date(2026, 1, 6) + timedelta(days=number) for number in range(60)):
        ref, scope = reference.load(on), Scope(world.actor("chair", f"{on}T08:00"))
        found = {row.id: row.timing.state for row in tasks.page(Filter(), ref, seen_by=scope).rows}
        heaps = {heap.name: {row.id for row in heap.rows} for heap in desk.sections(ref, seen_by=scope)}
        for name, states in (("soon", {T.DUE_SOON, T.DUE_TODAY}), ("overdue", {T.OVERDUE})):
            wanted = {task for task, state in found.items() if state in states}
            listed = {row.id for row in tasks.page(Filter(when=name), ref, seen_by=scope).rows}
            assert (listed, heaps.get(name, set())) == (wanted, wanted), (on, name)
        (plan,) = plans.index(ref, seen_by=scope)
        assert plan.tally.overdue == sum(state == T.OVERDUE for state in found.values()), on
        assert found[held] == T.ON_HOLD
        seen |= set(found.values())
    assert seen == {T.ON_TRACK, T.DUE_SOON, T.DUE_TODAY, T.OVERDUE, T.ON_HOLD}


@pytest.mark.parametrize(
    ("on", "state", "days"),
    [
        (date(2026, 3, 30), T.ON_HOLD, 0),
        (date(2026, 3, 31), T.ON_HOLD, 0),
        (date(2026, 4, 1), T.DUE_SOON, 2),
        (date(2026, 4, 3), T.DUE_TODAY, 0),
        (date(2026, 4, 6), T.OVERDUE, 3),
    ],
)
def test_time_runs_again_the_day_after_a_hold_ends_though_nobody_has_resumed(
    on: date, state: TimingState, days: int
) -> None:
    due = date(2026, 4, 3)
    facts = TimingFacts(S.ON_HOLD, K.BY, due, due, held_until=date(2026, 3, 31))
    found = timing(facts, on, CALENDAR)
    assert (found.state, found.days) == (state, days)
