"""Organisation histories by chance: whoever comes, goes and merges, nothing waits that nobody may do unknown to all."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import clock
from accountability import replay, verify
from models.base import db
from models.handover import Handover, SignerAlert
from models.people import Mandate, Post, Tenure
from models.tasks import Signature, Task
from models.units import Unit, UnitEvent
from models.vocabulary import Action, MandateKind, Meaning, Rank, UnitChange, UnitKind
from tests.fixtures.campaigns import Campaign
from tests.fixtures.places import PASSWORD, World, build
from workflow import reference, signers, tasks
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.given import Given
from workflow.lifecycle import OPEN
from workflow.organization import handovers, people, restructure, seats, unit_events, units

A = Action
STEPS = 6
# so many histories follow one another in one world
A_WORLD = 20
WORKERS = ("chair", "vice", "head_office", "office", "head_a", "officer_a", "head_b", "officer_b")


class History:
    """One history: days pass, and each brings something that two people of the office could enter."""

    def __init__(self, world: World, drawn: random.Random, at: datetime, number: int) -> None:
        self.world, self.random, self.at, self.number = world, drawn, at, number
        self.made = 0

    def run(self) -> None:
        """Live through some days, and look at the promises after each."""
        self.work()
        for _step in range(STEPS):
            self.at += timedelta(days=self.random.randint(0, 3), minutes=self.random.randint(1, 600))
            restructure.due(self.at)
            try:
                self.random.choice((self.leave, self.enter, self.mandate, self.merge, self.close, self.work))()
            except Refusal:
                db.session.rollback()
            signers.watch(self.at)
            self.look()

    # -------------------------------------------------------------------------------------------- what happens
    def work(self) -> None:
        """Give a unit a task and have it handed in, as far as there is anybody."""
        unit = self.random.choice(self.units())
        key = tasks.create(
            self.world.plan, f"Việc {self.number}", "", by=self.actor("office"), at=self.at, given=Given()
        )
        given = {"lead_unit_id": unit, "leader_post_id": self.world.post["vice"], "due_on": self.day(30)}
        self.step(key, A.ASSIGN, "office", **given)
        for name in self.random.sample(WORKERS, len(WORKERS)):
            for action, more in ((A.RECEIVE, {}), (A.HAND_IN, {"result": "Xong", "document_number": "1/BC"})):
                try:
                    self.step(key, action, name, **more)
                except Refusal:
                    db.session.rollback()

    def leave(self) -> None:
        """End somebody's time in a seat, today or soon; its holder hands over first, or the system is refused."""
        row = self.pick(db.select(Tenure).where(Tenure.to_on.is_(None), Tenure.confirmed_at.is_not(None)))
        if self.random.random() < 0.8:
            self.hand_over(handovers.of_seat(row), row.person.username)
        seats.end(row.id, self.day(self.random.randint(0, 3)), "QĐ 1", **self.system)

    def enter(self) -> None:
        """Fill a seat that is empty."""
        post = self.pick(db.select(Post).where(Post.active))
        person = self.world.person[self.random.choice(WORKERS)]
        seats.confirm(seats.enter(post.id, person, self.day(), "QĐ 2", **self.system), **self.system)

    def mandate(self) -> None:
        """Let somebody sign for a seat for some hours or days."""
        post = self.pick(db.select(Post).where(Post.active))
        person, ends = self.world.person[self.random.choice(WORKERS)], timedelta(hours=self.random.randint(1, 60))
        given = seats.mandate(post.id, person, MandateKind.TUQ, "Ký", self.at, self.at + ends, "QĐ 3", **self.system)
        seats.confirm_mandate(given, **self.system)

    def merge(self) -> None:
        """Merge, split or dissolve divisions into a new one or another, today or soon."""
        self.made += 1
        code = f"P{self.number}-{self.made}"
        new = units.create(code, UnitKind.DIVISION, f"Phòng {code}", self.day(-1), **self.system)
        seats.create_post(new, "Trưởng phòng", Rank.HEAD, **self.system)
        old = self.random.sample(self.units(), 2)
        kind = self.random.choice((UnitChange.MERGE, UnitChange.SPLIT, UnitChange.DISSOLVE))
        gives = {old[0]: new} if kind == UnitChange.SPLIT else {unit: new for unit in old if unit != new}
        takes = [new, old[1]] if kind == UnitChange.SPLIT else [new]
        if kind == UnitChange.SPLIT and new in old:
            return
        event = restructure.enter(kind, gives, takes, self.day(self.random.randint(0, 2)), "QĐ 4", **self.system)
        unit_events.confirm(event, **self.system)

    def close(self) -> None:
        """Close an account, or open a closed one again."""
        name = self.random.choice(WORKERS)
        key = self.world.person[name]
        active = bool(self.random.getrandbits(1))
        if not active:
            self.hand_over(handovers.of_account(key), name)
        people.set_active(key, active, **self.system)

    # -------------------------------------------------------------------------------------------- what is promised
    def look(self) -> None:
        """Hold the promises against the database."""
        db.session.expire_all()
        ref = reference.load(clock.day_of(self.at))
        found = signers.signable(self.at, ref)
        empty = {(one.waiting.kind, one.waiting.object_id) for one in found if not one.people}
        query = db.select(SignerAlert.kind, SignerAlert.object_id).where(SignerAlert.solved_at.is_(None))
        assert empty == {(kind, key) for kind, key in db.session.execute(query)}, "an empty set and its alert are one"
        for kind, lead, to_on, from_on in db.session.execute(
            db.select(Task.kind, Task.lead_unit_id, Unit.to_on, Unit.from_on)
            .outerjoin(Unit, Unit.id == Task.lead_unit_id)
            .where(Task.status.in_(OPEN))
        ):
            assert lead is not None, kind
            assert from_on <= ref.on
            assert to_on is None or to_on > ref.on, "an open task has a unit that exists"
        late = db.select(Signature.id).join(Mandate, Mandate.id == Signature.mandate_id)
        assert db.session.scalars(late.where(Signature.at >= Mandate.to_at)).all() == [], (
            "an ended mandate signs nothing"
        )
        self.sign(found)

    def sign(self, found: list[signers.Signable]) -> None:
        """Have one of those who may sign do so: what the set says, the step allows."""
        able = [one for one in found if one.people and one.waiting.kind == "sign_first"]
        if not able or self.random.random() < 0.5:
            return
        one = self.random.choice(able)
        key = one.waiting.task_id or 0
        who = self.random.choice(one.people).username
        self.step(
            key, A.SIGN_OFF, who, password=PASSWORD, meaning=Meaning.COMPLETED, content_hash=self.world.shown(key)
        )

    # -------------------------------------------------------------------------------------------- parts
    @property
    def system(self) -> dict[str, Any]:
        return {"by": Actor.system(), "at": self.at}

    def actor(self, name: str) -> Actor:
        return self.world.actor(name, self.at.astimezone(clock.LOCAL).isoformat())

    def day(self, after: int = 0) -> date:
        return clock.day_of(self.at) + timedelta(days=after)

    def units(self) -> list[int]:
        """Return the divisions of today that end no later day known."""
        ref = reference.load(self.day())
        return [unit.id for unit in ref.inside if unit.kind == UnitKind.DIVISION and unit.to_on is None]

    def pick(self, query: Any) -> Any:
        rows = db.session.scalars(query).unique().all()
        if not rows:
            raise Refusal("not_found")
        return self.random.choice(rows)

    def hand_over(self, leave: handovers.Leave, name: str) -> None:
        if handovers.held(leave, reference.load(self.day())):
            handovers.sign(leave, {}, password=PASSWORD, by=self.actor(name), at=self.at)

    def step(self, key: int, action: Action, name: str, **given: Any) -> None:
        tasks.take_step(key, action, by=self.actor(name), at=self.at, given=Given(**given))


def test_whoever_comes_goes_and_merges_nothing_waits_that_nobody_may_do_unknown(
    app_of: Callable[..., Any], engine: str, campaign: Callable[..., Campaign]
) -> None:
    histories = campaign(f"organisation histories on {engine}, {STEPS} days each", small=8, full=10_000)
    counts: Counter[str] = Counter()
    for first in range(0, histories.count, A_WORLD):
        made, facts = app_of("world", build)
        with made.app_context():
            _live(replace(facts), histories, range(first, min(first + A_WORLD, histories.count)))
            counts += _counted()
            db.session.remove()
            db.engine.dispose()
    histories.found(**counts)


def _live(world: World, histories: Campaign, numbers: range) -> None:
    """Have some histories follow one another in one world; at their end rows and log agree."""
    at = world.at("2026-01-06T08:00")
    for number in numbers:
        history = History(world, histories.random, at, number)
        history.run()
        at = history.at
        _people_again(history)
    assert replay.differences() == []
    assert verify.log().ok


def _counted() -> Counter[str]:
    """Return what happened in a world."""
    happened = db.select(db.func.count(UnitEvent.id)).where(UnitEvent.happened_at.is_not(None))
    found = {"alerts": db.select(db.func.count(SignerAlert.id)), "changes": happened}
    found |= {"handovers": db.select(db.func.count(Handover.id)), "signed": db.select(db.func.count(Signature.id))}
    return Counter({name: db.session.scalar(query) or 0 for name, query in found.items()})


def _people_again(history: History) -> None:
    """Open the accounts again and fill chair and divisions, so that the next history has somebody to begin with."""
    history.at += timedelta(days=4)
    restructure.due(history.at)
    for name in WORKERS:
        people.set_active(history.world.person[name], True, **history.system)
    ref = reference.load(history.day())
    for seat, name in ((ref.chair, "chair"), (ref.post(history.world.post["vice"]), "vice")):
        if seat is not None and seat.person_id is None:
            _fill(history, seat.post_id, name)
    while len(history.units()) < 2:
        history.made += 1
        code = f"N{history.number}-{history.made}"
        new = units.create(code, UnitKind.DIVISION, f"Phòng {code}", history.day(), **history.system)
        _fill(history, seats.create_post(new, "Trưởng phòng", Rank.HEAD, **history.system), "head_a")


def _fill(history: History, post: int, name: str) -> None:
    try:
        entered = seats.enter(post, history.world.person[name], history.day(), "QĐ 5", **history.system)
        seats.confirm(entered, **history.system)
    except Refusal:
        db.session.rollback()
