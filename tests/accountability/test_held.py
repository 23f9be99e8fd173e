"""The strip and the charges of one task, from its log and rows: the fixture of the model, told through services."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from accountability import held, replay
from accountability.charges import Account
from accountability.held import Strip
from accountability.strip import at_end
from clock import end_of
from models.base import db
from models.people import Tenure
from models.tasks import Task
from models.vocabulary import Action, Capacity
from models.words import ClockHolder
from tests.fixtures.places import World, build_without_plan
from workflow import reference, tasks
from workflow.actors import Actor
from workflow.given import Given
from workflow.organization import days, people, seats
from workflow.permissions import Scope
from workflow.queries import tasks as queries

A, H = Action, ClockHolder
EARLY = datetime(2025, 10, 6, 1, 0, tzinfo=UTC)
DUE = date(2025, 12, 31)


def early(app: Any) -> World:
    """Make the small Ban of October 2025, with a second head of the first division to come."""
    world = build_without_plan(app, EARLY)
    by = Actor.system()
    with app.app_context():
        for username, name in (("next_a", "Nông Thị Bình"), ("acting_a", "Lộc Văn Cương")):
            key, _ = people.create(
                username, name, f"{username}@bandantoc.example.vn", by=by, at=EARLY, password=world.password
            )
            world.person[username] = key
        first = db.session.scalar(db.select(Tenure.id).where(Tenure.person_id == world.person["head_a"]))
        assert first is not None
        seats.end(first, date(2025, 11, 15), "QĐ 41/QĐ-BDT", by=by, at=EARLY)
        for username, capacity, span in (
            ("next_a", Capacity.FULL, (date(2025, 11, 17), date(2026, 1, 23))),
            ("acting_a", Capacity.ACTING, (date(2026, 1, 23), date(2026, 1, 31))),
            ("next_a", Capacity.FULL, (date(2026, 1, 31), None)),
        ):
            row = seats.enter(
                world.post["head_a"], world.person[username], span[0], "QĐ 42/QĐ-BDT", by=by, at=EARLY,
                to_on=span[1], capacity=capacity,
            )  # fmt: skip
            seats.confirm(row, by=by, at=EARLY)
        db.session.remove()
    return world


@pytest.fixture
def ban(app_of: Callable[..., Any], clock_at: Callable[[str], None]) -> Iterator[World]:
    """Return the small Ban of October 2025 with an application context open; its log begins then."""
    clock_at("2025-10-06T07:00")
    made, world = app_of("early", early)
    with made.app_context():
        yield world


def tell(world: World) -> tuple[int, int]:
    """Tell the story of the model's fixture up to its end; return the task and the duty of the office."""

    def step(who: str, action: Action, local: str, task: int, **given: Any) -> None:
        world.step(task, action, who, local, **given)

    task = tasks.create(
        None, "Rà soát chính sách", "Chương trình 23-CTr/TU ngày 06/10/2025",
        by=world.actor("office", "2025-10-06T09:00"), at=world.at("2025-10-06T09:00"), given=Given(),
    )  # fmt: skip
    parts = (world.unit["VP"], world.unit["SXD"])
    world.assign(task, "CSDT", DUE, local="2025-10-10T09:00", coordinator_ids=parts)
    duty_words = {"title": "Tổng hợp số liệu", "unit_id": world.unit["VP"], "due_on": date(2025, 12, 15)}
    step("vice", A.GIVE_DUTY, "2025-10-10T09:30", task, **duty_words)
    duty = db.session.scalars(db.select(Task.id).where(Task.parent_id == task)).one()
    step("head_a", A.RECEIVE, "2025-10-14T09:00", task)
    step("officer_a", A.START, "2025-10-14T10:00", task)
    step("head_office", A.RECEIVE, "2025-10-14T10:00", duty)
    step("next_a", A.REQUEST_EXTENSION, "2025-12-10T09:00", task, proposed_on=date(2026, 1, 31), reason="chờ số liệu")
    step("vice", A.COUNTER_EXTENSION, "2025-12-16T09:00", task, proposed_on=date(2026, 1, 15), reason="đủ")
    step("next_a", A.ACCEPT_COUNTER, "2025-12-16T10:00", task)
    asked = {"unit_id": world.unit["VP"], "reason": "số liệu", "answer_by": date(2025, 12, 26)}
    step("next_a", A.WAIT, "2025-12-22T09:00", task, **asked)
    step("office", A.HAND_IN, "2026-01-07T09:00", duty, result="số liệu")
    step("head_office", A.SIGN_OFF, "2026-01-07T09:30", duty)
    step("head_office", A.ANSWER, "2026-01-07T10:00", task, text="Đã gửi.")
    step("next_a", A.ACCEPT, "2026-01-08T09:00", duty)
    step("officer_a", A.HAND_IN, "2026-01-20T10:00", task, result="bản 1")
    step("next_a", A.RETURN, "2026-01-22T10:00", task, reason="thiếu biểu")
    step("officer_a", A.HAND_IN, "2026-01-26T10:00", task, result="bản 2")
    step("acting_a", A.SIGN_OFF, "2026-01-27T10:00", task)
    step("vice", A.CONFIRM, "2026-02-03T10:00", task)
    return task, duty


def strip_of(world: World, task: int, local: str) -> Strip:
    ref = reference.load(world.at(local).date())
    view = queries.one(task, ref, seen_by=Scope(world.actor("vice", local)))
    parts = list(db.session.scalars(db.select(Task).where(Task.parent_id == task)))
    found = held.of(view.task, view.history, view.hand_ins, parts, ref, world.at(local))
    assert found is not None
    return found


def charged(world: World, account: Account | None) -> dict[str | None, tuple[int, int]]:
    """Return what is charged to whom by user name (None: an empty seat)."""
    assert account is not None
    names, found = {key: name for name, key in world.person.items()}, dict[str | None, tuple[int, int]]()
    for charge in account.charges:
        name = names.get(charge.blame.person_id or 0)
        civil, working = found.get(name, (0, 0))
        found[name] = (civil + charge.days, working + charge.working_days)
    return found


def test_the_fixture_of_the_model_is_charged_as_it_says(ban: World) -> None:
    task, duty = tell(ban)
    strip = strip_of(ban, task, "2026-02-04T08:00")
    assert strip.current is not None
    assert strip.original is not None
    assert (strip.current.days, strip.current.working_days) == (11, 7)
    assert (strip.original.days, strip.original.working_days) == (26, 17)
    assert charged(ban, strip.current) == {"head_office": (11, 7)}, "the two heads of the lead: nothing"
    of_duty = strip_of(ban, duty, "2026-02-04T08:00").current
    assert of_duty is not None
    assert (of_duty.days, of_duty.working_days) == (23, 15)
    assert replay.differences() == []


def test_without_the_credit_each_late_day_is_his_who_held_the_clock_at_its_end(ban: World) -> None:
    task, _duty = tell(ban)
    by = Actor.system()
    days.set_setting("waiting.credit", "none", date(2026, 2, 4), "QĐ 5", by=by, at=ban.at("2026-02-03T12:00"))
    strip = strip_of(ban, task, "2026-02-04T08:00")
    assert charged(ban, strip.current) == {"next_a": (7, 5), "acting_a": (4, 2)}
    kinds = [span.holder for span, _seat in strip.spans]
    assert kinds == [
        H.LEAD, H.DECIDER, H.LEAD, H.WAITED, H.LEAD, H.FIRST_SIGNER, H.LEAD, H.FIRST_SIGNER, H.SECOND_SIGNER,
    ]  # fmt: skip


def test_the_strip_is_disjoint_and_covers_the_time_from_assignment_to_completion(ban: World) -> None:
    task, _duty = tell(ban)
    spans = tuple(span for span, _seat in strip_of(ban, task, "2026-02-04T08:00").spans)
    assert (spans[0].from_at, spans[-1].to_at) == (ban.at("2025-10-10T09:00"), ban.at("2026-02-03T10:00"))
    assert [span.from_at for span in spans[1:]] == [span.to_at for span in spans[:-1]]
    assert at_end(spans, end_of(date(2026, 1, 6))).holder == H.WAITED


def test_a_day_on_which_the_seat_stood_empty_is_charged_to_the_empty_seat(ban: World) -> None:
    task = tasks.create(
        None, "Việc gấp", "Công văn số 9 ngày 06/10/2025",
        by=ban.actor("office", "2025-10-06T09:00"), at=ban.at("2025-10-06T09:00"), given=Given(),
    )  # fmt: skip
    ban.assign(task, "CSDT", date(2025, 11, 12), local="2025-10-10T09:00")
    strip = strip_of(ban, task, "2025-11-18T08:00")
    assert charged(ban, strip.current) == {"head_a": (2, 2), None: (2, 0), "next_a": (2, 2)}
    empty = [charge.blame for charge in strip.current.charges if charge.blame.is_vacant] if strip.current else []
    assert [(blame.post_id, blame.unit_id) for blame in empty] == [(ban.post["head_a"], ban.unit["CSDT"])]
