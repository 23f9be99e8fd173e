"""The life cycle's table, held against one written down here by hand: every person, in every state, with every step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, update
from sqlalchemy.exc import DBAPIError

from models import guards
from models.base import db
from models.log import LogHead
from models.tasks import Task
from models.vocabulary import Action, Meaning, Rank, Status
from tests.fixtures.places import PASSWORD, START, World, build
from workflow import lifecycle, tasks
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.given import Given
from workflow.organization import people, seats

A, S = Action, Status
DUE, LATER = date(2026, 1, 30), date(2026, 2, 13)
PLANNERS = {"chair", "vice", "other_vice", "head_office", "office"}
LEADERS = {"chair", "vice", "other_vice"}
SUPERVISORS = {"chair", "vice"}  # the task is supervised by the vice-chair; the chair always may
HEAD, UNIT = {"head_a"}, {"head_a", "officer_a"}
READERS = {*PLANNERS, *UNIT, "head_b", "officer_b", "inspector"}  # the second division coordinates
EVERYBODY = {*READERS, "admin"}
SIGNING = {A.SIGN_OFF, A.CONFIRM, A.RETURN}

CHASERS = {*SUPERVISORS, "head_office", "office"}

_EXPLAINS = {A.EXPLAIN: HEAD}
_CHASED = {A.CHASE: CHASERS, A.DEMAND_EXPLANATION: CHASERS, **_EXPLAINS, A.COMMIT_PROGRESS: HEAD}
_STOPS = {A.CANCEL: LEADERS, A.WITHDRAW: PLANNERS, A.NAME_OFFICER: {*PLANNERS, *HEAD}, A.NAME_LEADER: PLANNERS}
_DATED = {A.CORRECT_DATE: PLANNERS}
_GIVES = {A.GIVE_DUTY: PLANNERS | HEAD}
_SHARES = {**_GIVES, A.BREAK_DOWN: PLANNERS | HEAD}
_WORK = {A.HAND_IN: UNIT, A.PROGRESS: UNIT, A.HOLD: SUPERVISORS, A.REQUEST_EXTENSION: HEAD, **_DATED}
OTHERS: dict[Action, Callable[[World], dict[str, Any]]] = {
    A.NAME_OFFICER: lambda world: {"officer_id": world.person["head_a"]},
    A.NAME_LEADER: lambda world: {"leader_post_id": world.post["other_vice"]},
}
# the whole of what is legal, by hand: the officer handed in, the head signed, the vice-chair supervises
LEGAL: dict[Status, dict[Action, set[str]]] = {
    S.DRAFT: {A.ASSIGN: PLANNERS, A.SPLIT: PLANNERS, A.RECUR: PLANNERS, A.CANCEL: LEADERS},
    S.ASSIGNED: {
        A.ASSIGN: PLANNERS,
        A.RECEIVE: HEAD,
        A.DECLINE: HEAD,
        **_GIVES,
        **_STOPS,
        **_CHASED,
        A.COMMENT: READERS,
    },
    S.RECEIVED: {A.START: UNIT, **_WORK, **_SHARES, **_STOPS, **_CHASED, A.COMMENT: READERS},
    S.IN_PROGRESS: {A.WAIT: HEAD, **_WORK, **_SHARES, **_STOPS, **_CHASED, A.COMMENT: READERS},
    S.WAITING: {
        A.ANSWER: {"head_b"},
        A.CONTEST: {"head_b"},
        **_SHARES,
        A.RESUME: HEAD,
        A.REQUEST_EXTENSION: HEAD,
        A.PROGRESS: UNIT,
        **_DATED,
        **_STOPS,
        **_CHASED,
        A.COMMENT: READERS,
    },
    S.ON_HOLD: {A.RESUME: SUPERVISORS, A.HOLD: SUPERVISORS, **_DATED, **_STOPS, **_EXPLAINS, A.COMMENT: READERS},
    S.SUBMITTED: {
        A.SIGN_OFF: HEAD,
        A.RETURN: HEAD,
        A.CHASE: CHASERS,
        **_EXPLAINS,
        A.COMMENT: READERS,
        A.NAME_LEADER: PLANNERS,
    },
    S.SIGNED_OFF: {
        A.CONFIRM: {"vice"},
        A.RETURN: {"vice"},
        A.WITHDRAW_SIGNATURE: HEAD,
        A.CHASE: CHASERS - {"vice"},
        **_EXPLAINS,
        A.COMMENT: READERS,
        A.NAME_LEADER: PLANNERS,
    },
    S.COMPLETED: {A.REOPEN: {"chair"}, A.COMMENT: READERS},
    S.CANCELLED: {},
    S.WITHDRAWN: {},
}
DECIDES = dict.fromkeys((A.GRANT_EXTENSION, A.REFUSE_EXTENSION, A.COUNTER_EXTENSION), SUPERVISORS)
TALKED = (*lifecycle.OPEN, S.COMPLETED)
DATED = (S.RECEIVED, S.IN_PROGRESS, S.WAITING, S.ON_HOLD)
# what is there to be answered only once somebody asked, offered, entered or stated it: whose, where, the refusal else
ANSWERS: dict[Action, tuple[set[str], tuple[Status, ...], str]] = {
    **dict.fromkeys(DECIDES, (SUPERVISORS, lifecycle.LIVE, "no_open_request")),
    **dict.fromkeys((A.ACCEPT_COUNTER, A.DECLINE_COUNTER), (HEAD, lifecycle.LIVE, "no_offer")),
    **dict.fromkeys((A.CONFIRM_DATE, A.DROP_DATE), (PLANNERS, DATED, "no_correction")),
    A.STATE_CAUSE: ({*HEAD, "head_office", "office"}, TALKED, "not_late"),
    **dict.fromkeys((A.CONFIRM_CAUSE, A.REFUSE_CAUSE), (SUPERVISORS, TALKED, "no_cause")),
    # between units: no contest is open on the stage, and no body outside is waited for
    A.UPHOLD_CONTEST: (SUPERVISORS, (S.WAITING,), "no_open_contest"),
    A.DISMISS_CONTEST: (SUPERVISORS, (S.WAITING, S.IN_PROGRESS), "no_open_contest"),
    A.RENEW_WAIT: (SUPERVISORS, (S.WAITING,), "nothing_to_renew"),
}
# steps that do not fit the stage's tasks, which have a date and come once: to whom, where, and why not
UNFIT = {
    A.RECUR: (PLANNERS, (S.ASSIGNED, S.RECEIVED, S.IN_PROGRESS), "has_a_date"),
    A.FOLLOW_CALENDAR: (PLANNERS, lifecycle.RUNNING, "no_occurrence"),
    A.REPORT_NIL: (UNIT, lifecycle.WORKING, "no_occurrence"),
    A.RECORD_EVENT: (PLANNERS | HEAD, (S.ASSIGNED, *lifecycle.AT_WORK), "waits_for_no_event"),
    A.RECONFIRM: (UNIT, lifecycle.AT_WORK, "waits_for_no_event"),
}
CAN_BE_ASKED = (S.RECEIVED, S.IN_PROGRESS, S.WAITING, S.ON_HOLD)
EVER = {
    action: {
        *(name for steps in (*LEGAL.values(), DECIDES) for name in steps.get(action, set())),
        *ANSWERS.get(action, (set(), (), ""))[0],
    }
    for action in Action
}
WAYS: dict[Status, tuple[tuple[Action, str], ...]] = {
    S.DRAFT: (),
    S.ASSIGNED: ((A.ASSIGN, "vice"),),
    S.RECEIVED: ((A.ASSIGN, "vice"), (A.RECEIVE, "head_a")),
    S.IN_PROGRESS: ((A.ASSIGN, "vice"), (A.RECEIVE, "head_a"), (A.START, "officer_a")),
}
WAYS[S.WAITING] = (*WAYS[S.IN_PROGRESS], (A.WAIT, "head_a"))
WAYS[S.ON_HOLD] = (*WAYS[S.IN_PROGRESS], (A.HOLD, "vice"))
WAYS[S.SUBMITTED] = (*WAYS[S.RECEIVED], (A.HAND_IN, "officer_a"))
WAYS[S.SIGNED_OFF] = (*WAYS[S.SUBMITTED], (A.SIGN_OFF, "head_a"))
WAYS[S.COMPLETED] = (*WAYS[S.SIGNED_OFF], (A.CONFIRM, "vice"))
WAYS[S.CANCELLED] = (*WAYS[S.ASSIGNED], (A.CANCEL, "chair"))
WAYS[S.WITHDRAWN] = (*WAYS[S.ASSIGNED], (A.WITHDRAW, "office"))


class Stage:
    """The small Ban with a second vice-chair, and tasks taken to any state."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.at = world.at()
        self.people: dict[str, Actor] = {name: world.actor(name) for name in EVERYBODY}

    def new(self, state: Status, *, asked: bool = False) -> int:
        """Return a task in a state, with an open request for more time if asked for."""
        task = tasks.create(self.world.plan, "Việc thử", "", by=self.people["vice"], at=self.at, given=Given())
        for action, name in WAYS[state]:
            if asked and action == A.HOLD:
                self.take(task, A.REQUEST_EXTENSION, "head_a")
            self.take(task, action, name)
        if asked and state != S.ON_HOLD:
            self.take(task, A.REQUEST_EXTENSION, "head_a")
        return task

    def take(self, task: int, action: Action, name: str) -> None:
        """Take a step with everything any step could be given."""
        other: dict[str, Any] = {A.CORRECT_DATE: {"due_on": LATER}, A.COUNTER_EXTENSION: {"proposed_on": LATER}}.get(
            action, {}
        )
        if action == A.HOLD and self.world.task(task).status == S.ON_HOLD:
            other = {"until": LATER}
        given = replace(self.given(task), **other)
        if action in OTHERS:  # who is named already changes nothing
            given = replace(given, **OTHERS[action](self.world))
        tasks.take_step(task, action, by=self.people[name], at=self.at, given=given)

    def given(self, task: int) -> Given:
        return Given(
            reason="lý do", decision="QĐ 9/QĐ-BDT ngày 05/01/2026", text="ghi", result="kết quả",
            title="phần việc", password=PASSWORD,
            document_number="1/BC",
            lead_unit_id=self.world.unit["CSDT"], leader_post_id=self.world.post["vice"], due_on=DUE,
            coordinator_ids=(self.world.unit["KHTH"],), unit_id=self.world.unit["KHTH"], answer_by=DUE, until=DUE,
            unit_ids=(self.world.unit["CSDT"], self.world.unit["KHTH"]), officer_id=self.world.person["officer_a"],
            proposed_on=date(2026, 3, 2), new_on=DUE, rule={"kind": "recurring", "freq": "monthly"},
            meaning=Meaning.COMPLETED, content_hash=self.world.shown(task),
        )  # fmt: skip

    def refused(self, task: int, action: Action, name: str) -> str | None:
        """Return the code a step is refused with; None when it was taken."""
        try:
            self.take(task, action, name)
        except Refusal as refusal:
            return refusal.code
        return None


def with_other_vice(app: Flask) -> World:
    """Make the small Ban with a vice-chair more, who supervises nothing here."""
    world = build(app)
    with app.app_context():
        by, at = Actor.system(), world.at()
        address = "other-vice@bandantoc.example.vn"
        key, _ = people.create("other_vice", "Hứa Thị Mai", address, by=by, at=at, password=PASSWORD)
        post = seats.create_post(world.unit["LD"], "Phó Trưởng ban", Rank.VICE_CHAIR, by=by, at=at)
        seats.confirm(seats.enter(post, key, START, "QĐ 01/QĐ-UBND", by=by, at=at), by=by, at=at)
        world.person["other_vice"], world.post["other_vice"] = key, post
        db.session.remove()
    return world


@pytest.fixture
def stage(app_of: Callable[..., Any]) -> Any:
    """Return the stage with an application context open."""
    made, world = app_of("lifecycle", with_other_vice)
    with made.app_context():
        yield Stage(world)


def expected(state: Status, action: Action, name: str, *, asked: bool) -> set[str]:
    """Return how an illegal step is answered, worked out from the table above alone."""
    if name == "admin" or (state == S.DRAFT and name not in {*PLANNERS, "inspector"}):
        return {"not_found"}
    if state == S.DRAFT:  # nobody leads or supervises it yet, so nobody is told of a state he could act in
        return {"not_yours", "wrong_state"}
    if action in UNFIT:
        return unfit(state, action, name)
    return expected_of_its_kind(state, action, name, asked=asked)


def unfit(state: Status, action: Action, name: str) -> set[str]:
    whose, states, code = UNFIT[action]
    return {"not_yours" if name not in whose else code if state in states else "wrong_state"}


def expected_of_its_kind(state: Status, action: Action, name: str, *, asked: bool) -> set[str]:
    """Return how a step that exists for the stage's tasks is answered where it is illegal."""
    here = LEGAL[state].get(action)
    if action in ANSWERS and state in ANSWERS[action][1]:
        who, _states, code = ANSWERS[action]
        return {code if name in who else "not_yours"}
    if action == A.ASSIGN and state in lifecycle.AT_WORK and name in PLANNERS:
        return {"only_first_date"}  # the stage's tasks have their date
    if action in (A.ANSWER, A.CONTEST, A.WITHDRAW_SIGNATURE):  # nobody is waited for or signed, or somebody else
        has_signed = action == A.WITHDRAW_SIGNATURE and name == "head_a" and state == S.COMPLETED
        return {"wrong_state" if has_signed else "not_yours"}
    if here is None and name in EVER[action]:
        return {"wrong_state"}
    if asked and action == A.REQUEST_EXTENSION and here and name in here:
        return {"request_open"}
    handed_in, signed = state in (S.SUBMITTED, S.SIGNED_OFF, S.COMPLETED), state in (S.SIGNED_OFF, S.COMPLETED)
    own = {*({"officer_a"} if handed_in else ()), *({"head_a"} if signed else ())}
    return {"own_work" if action in SIGNING and name in own else "not_yours"}


def legal(state: Status, *, asked: bool) -> dict[Action, set[str]]:
    found = dict(LEGAL[state])
    if asked:
        found |= DECIDES
        found.pop(A.REQUEST_EXTENSION, None)
    return found


CASES = [(state, False) for state in Status] + [(state, True) for state in CAN_BE_ASKED]
NAMES = [f"{state}{' with a request open' if asked else ''}" for state, asked in CASES]


@pytest.mark.database("sqlite")  # some 2,000 tries of rules that are the same Python on both; the legal ones do both
@pytest.mark.parametrize(("state", "asked"), CASES, ids=NAMES)
def test_what_is_not_in_the_table_is_refused_shown_to_nobody_and_leaves_nothing(
    stage: Stage, state: Status, asked: bool
) -> None:
    task = stage.new(state, asked=asked)
    for name in sorted(EVERYBODY):
        assert shown(stage, task, name) == offered(state, name, asked=asked), name
    before, seq, wrong = row(task), head_seq(), []
    for name in sorted(EVERYBODY):
        for action in Action:
            if name in legal(state, asked=asked).get(action, set()):
                continue
            code = stage.refused(task, action, name)
            if code not in expected(state, action, name, asked=asked):
                wrong.append((name, action.value, code))
    assert wrong == []
    assert (row(task), head_seq()) == (before, seq)


def shown(stage: Stage, task: int, name: str) -> set[Action] | None:
    """Return the steps a person's page shows; None when the page is not there for him."""
    try:
        return {step.action for step in stage.world.view(task, name).steps}
    except Refusal as refusal:
        return None if refusal.code == "not_found" else set(Action)


def offered(state: Status, name: str, *, asked: bool) -> set[Action] | None:
    if expected(state, A.COMMENT, name, asked=asked) == {"not_found"}:
        return None
    return {action for action, who in legal(state, asked=asked).items() if name in who}


@pytest.mark.database("sqlite")  # some 500 steps of the same Python; every test beside this one takes steps on both
def test_what_is_in_the_table_works_for_everyone_it_names(stage: Stage) -> None:
    for state, asked in CASES:
        spare = stage.new(state, asked=asked)
        for action, who in legal(state, asked=asked).items():
            step = next(step for step in lifecycle.LIFECYCLE if step.action == action and state in step.sources)
            starts = action == A.PROGRESS and state == S.RECEIVED
            for name in sorted(who):
                task = spare if step.target is None and action == A.COMMENT else stage.new(state, asked=asked)
                stage.take(task, action, name)
                reached = S.IN_PROGRESS if starts else step.target or state
                assert stage.world.task(task).status == reached, (state, name, action)


def test_the_database_lets_through_exactly_the_moves_of_the_table() -> None:
    moves = {(old, step.target) for step in lifecycle.LIFECYCLE for old in step.sources if step.target is not None}
    moves.add((S.SUBMITTED, S.COMPLETED))  # a plan of one step ends with its first signature
    moves |= {(S.SUBMITTED, S.CANCELLED), (S.SIGNED_OFF, S.CANCELLED)}  # a part ends with its whole
    moves.remove((S.IN_PROGRESS, S.COMPLETED))  # a returned duty that stands again: handed in, then completed
    assert {(old, new) for old, found in guards.TRANSITIONS.items() for new in found} == moves


def test_every_state_that_is_not_final_has_a_way_out_and_every_action_a_row() -> None:
    assert {state for state in Status if state not in guards.TRANSITIONS} == {S.CANCELLED, S.WITHDRAWN}
    assert {step.action for step in lifecycle.LIFECYCLE} == set(Action) == set(tasks.EFFECTS)
    assert {step.who for step in lifecycle.LIFECYCLE} == set(lifecycle.WHOSE)


def test_a_step_without_what_it_must_be_given_is_refused(stage: Stage) -> None:
    task = stage.new(S.IN_PROGRESS)
    for step in (step for step in lifecycle.LIFECYCLE if S.IN_PROGRESS in step.sources and step.gives):
        name = min(legal(S.IN_PROGRESS, asked=False).get(step.action, {"-"}))
        if name == "-":
            continue
        blank = Given(reason="  ", text=" ", result="\n")
        with pytest.raises(Refusal) as refusal:
            tasks.take_step(task, step.action, by=stage.people[name], at=stage.at, given=blank)
        assert refusal.value.code == "missing_field", step.action
    assert stage.world.task(task).status == S.IN_PROGRESS


def test_the_database_refuses_every_other_change_of_status(world: World) -> None:
    for old, new in product(Status, Status):
        legal_move = new == old or new in (*guards.TRANSITIONS.get(old, ()), *guards.UNDONE.get(old, ()))
        with db.engine.connect().execution_options(write=True) as connection:
            key = connection.execute(insert(Task).values(columns(world, old))).inserted_primary_key
            change = update(Task).where(Task.id == (key or [0])[0]).values(columns(world, new))
            if legal_move:
                connection.execute(change)
            else:
                with pytest.raises(DBAPIError, match="no such step"):
                    connection.execute(change)
            connection.rollback()


def columns(world: World, status: Status) -> dict[str, Any]:
    """Return the columns of a task in a state that every other CHECK of the table lets through."""
    handed_in = status in (S.SUBMITTED, S.SIGNED_OFF, S.COMPLETED)
    return {
        "plan_id": world.plan, "title": "x", "folded": "x", "version": 1, "status": status, "assigned_at": world.at(),
        "lead_unit_id": world.unit["CSDT"], "handed_in_on": DUE if handed_in else None,
        "completed_at": world.at() if status == S.COMPLETED else None,
    }  # fmt: skip


def row(task: int) -> dict[str, Any]:
    """Return a task's columns as the database has them."""
    db.session.rollback()
    return dict(db.session.execute(db.select(Task.__table__).where(Task.__table__.c.id == task)).mappings().one())


def head_seq() -> int:
    found: int = db.session.scalars(db.select(LogHead.seq)).one()
    return found
