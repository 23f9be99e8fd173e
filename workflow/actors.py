"""Who somebody is on a day: the seats he holds, the mandates and roles he has, and what he is called in the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import BindParameter, CompoundSelect, bindparam, or_, select, union_all
from sqlalchemy.sql import literal, null
from sqlalchemy.types import Date, Integer, String

import clock
from models.base import Moment, db
from models.people import Credential, Mandate, Person, RoleGrant
from models.vocabulary import Action, Capacity, MandateCover, MandateKind, Rank, Role
from workflow.errors import Refusal
from workflow.reference import Reference, Seat

LEADING: Final = frozenset({Rank.CHAIR, Rank.VICE_CHAIR})
WORKING: Final = frozenset({Role.OFFICER, Role.OFFICE})
SIGNING: Final = frozenset({Action.SIGN_OFF, Action.CONFIRM, Action.RETURN, Action.WITHDRAW_SIGNATURE})
# what a mandate covers -> the steps it is good for
COVERED: Final[dict[MandateCover, frozenset[Action]]] = {
    MandateCover.ALL: frozenset(Action),
    MandateCover.SIGNING: SIGNING,
    MandateCover.DECIDING: frozenset(Action) - SIGNING,
}


@dataclass(frozen=True)
class Holding:
    """A seat somebody acts for today: held (with a capacity) or by mandate (with its kind)."""

    seat: Seat
    capacity: Capacity | None
    mandate_id: int | None = None
    mandate_kind: MandateKind | None = None
    covers: MandateCover = MandateCover.ALL
    plan_id: int | None = None
    task_id: int | None = None

    @property
    def is_limited(self) -> bool:
        """Return whether it holds for some tasks or steps only: asked about anything else it is nothing."""
        return self.covers != MandateCover.ALL or self.plan_id is not None or self.task_id is not None

    def reaches(self, task: Any, action: Action) -> bool:
        """Return whether it holds for a step on a task."""
        is_meant = self.plan_id in (None, task.plan_id) and self.task_id in (None, task.id)
        return is_meant and action in COVERED[self.covers]


@dataclass(frozen=True)
class Actor:
    """One person on one day: what he may see and do follows from this object alone."""

    person_id: int | None
    username: str
    name: str
    position: str
    unit_name: str
    roles: frozenset[Role] = frozenset()
    holdings: tuple[Holding, ...] = ()
    unit_ids: frozenset[int] = frozenset()
    language: str = "vi"
    auth: Mapping[str, Any] | None = field(default=None, compare=False)

    @classmethod
    def system(cls) -> Actor:
        """Return the system itself, for what no person does."""
        return cls(None, "system", "Đôn Đốc", "", "")

    @property
    def heads(self) -> frozenset[int]:
        """Return the ids of the units whose head he is, or signs for by mandate."""
        return frozenset(held.seat.unit_id for held in self.whole if held.seat.rank == Rank.HEAD)

    @property
    def leader_posts(self) -> frozenset[int]:
        """Return the ids of the leadership's posts he acts for."""
        return frozenset(held.seat.post_id for held in self.whole if held.seat.rank in LEADING)

    @property
    def is_chair(self) -> bool:
        """Return whether he acts for the post at the top."""
        return any(held.seat.rank == Rank.CHAIR for held in self.whole)

    @property
    def whole(self) -> tuple[Holding, ...]:
        """Return the seats he acts for without a limit."""
        return tuple(held for held in self.holdings if not held.is_limited)

    @property
    def limited(self) -> tuple[Holding, ...]:
        """Return the mandates he has for some tasks or steps only."""
        return tuple(held for held in self.holdings if held.is_limited)

    def within(self, task: Any, action: Action) -> Actor:
        """Return him as he stands before a step on a task: a mandate counts where it reaches, and nowhere else."""
        if not self.limited:
            return self
        meant = (
            replace(held, covers=MandateCover.ALL, plan_id=None, task_id=None)
            for held in self.limited
            if held.reaches(task, action)
        )
        return replace(self, holdings=(*self.whole, *meant))

    def has(self, *roles: Role) -> bool:
        """Return whether he has any of these roles today."""
        return bool(self.roles.intersection(roles))

    def holding(self, post_ids: frozenset[int] | set[int]) -> Holding | None:
        """Return how he acts for one of these posts: a held seat before a mandate; None when he does not."""
        found = [held for held in self.whole if held.seat.post_id in post_ids]
        return min(found, key=lambda held: held.mandate_id is not None, default=None)

    def logged(self) -> dict[str, Any]:
        """Return the actor as the log copies him, so that the line reads fully when he is gone."""
        mandate = next((held for held in self.holdings if held.mandate_id), None)
        return {
            "id": self.person_id,
            "username": self.username,
            "name": self.name,
            "position": self.position,
            "unit": self.unit_name,
            "acting_for": mandate.seat.position if mandate else None,
            "delegation": mandate.mandate_id if mandate else None,
        }


def actor(person: Person, ref: Reference, at: datetime, auth: Mapping[str, Any] | None = None) -> Actor:
    """Return who a person is at a moment, from his seats, confirmed mandates and roles. One query."""
    rows = db.session.execute(_grants(of_one=True), {"person": person.id, "day": clock.day_of(at), "at": at}).all()
    return _made(person, ref, rows, at, auth)


def everybody(ref: Reference, at: datetime) -> list[Actor]:
    """Return everybody whose account is open, as `actor` says who each is at a moment. Two queries."""
    query = select(Person).join(Credential, Credential.person_id == Person.id).where(Person.active)
    people = db.session.scalars(query.order_by(Person.id).execution_options(populate_existing=True)).all()
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(_grants(of_one=False), {"day": clock.day_of(at), "at": at}):
        found.setdefault(row.person, []).append(row)
    return [_made(person, ref, found.get(person.id, []), at, None) for person in people]


def _made(person: Person, ref: Reference, rows: Iterable[Any], at: datetime, auth: Mapping[str, Any] | None) -> Actor:
    """Return who a person is by his seats of the day and the rows of his roles and mandates."""
    on = clock.day_of(at)
    seats = [Holding(seat, seat.capacity) for seat in ref.seats if seat.person_id == person.id and seat.capacity]
    granted, mandates = [], []
    for row in rows:
        if row.what == "role":
            granted.append((Role(row.code), row.key))
        elif (seat := ref.post(row.key)) is not None:
            kind, covers = MandateKind(row.code), MandateCover(row.covers)
            mandates.append(Holding(seat, None, row.id, kind, covers, row.plan_id, row.task_id))
    units = {held.seat.unit_id for held in seats} | {unit for role, unit in granted if role in WORKING}
    first = min(seats, key=lambda held: list(Rank).index(held.seat.rank), default=None)
    home = first.seat.unit_id if first else next((unit for _, unit in granted), None)
    return Actor(
        person_id=person.id,
        username=person.username,
        name=person.name,
        position=_position(first, granted),
        unit_name=ref.unit_name(home, on) if home else "",
        roles=_roles(seats, granted),
        holdings=(*seats, *mandates),
        unit_ids=frozenset(units),
        language=person.language,
        auth=auth,
    )


def reload(by: Actor, at: datetime, ref: Reference) -> Actor:
    """Return the same person with the rights he has now; inside a write unit.

    Raises Refusal when he has gone, or when somebody else knows his password: what is done with it may not be his.
    """
    if by.person_id is None:
        return by
    person = db.session.get(Person, by.person_id, populate_existing=True)
    if person is None or not person.active:
        raise Refusal("account_ended")
    if db.session.scalar(select(Credential.must_change).where(Credential.person_id == person.id)):
        raise Refusal("choose_password")
    return replace(actor(person, ref, at), auth=by.auth)


@cache
def _grants(*, of_one: bool) -> CompoundSelect[Any]:
    """Return the query of roles and mandates in force, of one person or of all; it differs by day and moment."""
    person: BindParameter[int] = bindparam("person")
    day, at = bindparam("day", type_=Date), bindparam("at", type_=Moment)
    none = null().cast(Integer)
    roles = select(
        literal("role").label("what"),
        RoleGrant.person_id.label("person"),
        RoleGrant.role.cast(String).label("code"),
        RoleGrant.unit_id.label("key"),
        none.label("id"),
        null().cast(String).label("covers"),
        none.label("plan_id"),
        none.label("task_id"),
    ).where(RoleGrant.from_on <= day, or_(RoleGrant.to_on.is_(None), RoleGrant.to_on > day))
    scope = Mandate.covers.cast(String), Mandate.plan_id, Mandate.task_id
    columns = Mandate.person_id, Mandate.kind.cast(String), Mandate.post_id, Mandate.id, *scope
    mandates = select(literal("mandate"), *columns).where(
        Mandate.confirmed_at.is_not(None), Mandate.from_at <= at, or_(Mandate.to_at.is_(None), Mandate.to_at > at)
    )
    if of_one:
        roles, mandates = roles.where(RoleGrant.person_id == person), mandates.where(Mandate.person_id == person)
    return union_all(roles, mandates)


def _roles(seats: list[Holding], granted: list[tuple[Role, int]]) -> frozenset[Role]:
    by_rank = {Rank.CHAIR: Role.LEADER, Rank.VICE_CHAIR: Role.LEADER, Rank.HEAD: Role.HEAD, Rank.DEPUTY: Role.OFFICER}
    return frozenset({role for role, _ in granted} | {by_rank[held.seat.rank] for held in seats})


def _position(first: Holding | None, granted: list[tuple[Role, int]]) -> str:
    if first is None:
        is_at_work = any(role != Role.ADMIN for role, _ in granted)
        return "Chuyên viên" if is_at_work else "Quản trị viên" if granted else ""
    return first.seat.position


def units_of(person_id: int, ref: Reference, at: datetime) -> frozenset[int]:
    """Return the units a person works in at a moment, by seat or role."""
    person = db.session.get(Person, person_id)
    return actor(person, ref, at).unit_ids if person else frozenset()
