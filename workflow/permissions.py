"""Who may do what, as questions about one person and one task; and what a person may read, as one scope."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, TypeGuard

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import aliased

from models.log import LogEntry
from models.tasks import Coordination, HandIn, Task, Wait
from models.vocabulary import Action, Meaning, Rank, Role, SecondSigner, Status, TaskKind
from terms import N_
from workflow.actors import Actor, Holding
from workflow.errors import Refusal
from workflow.outstanding import NOTHING, Outstanding
from workflow.reference import Reference, Seat
from workflow.timing import is_hold_over

SEE_ALL: Final = (Role.LEADER, Role.OFFICE, Role.INSPECTOR)


@dataclass(frozen=True)
class Partners:
    """What units have open between them on a task: whose part it is, what can be contested, was, or is renewed."""

    parent_unit: int | None = None
    contest_by: date | None = None
    is_contested: bool = False
    contested_by: int | None = None
    renew_by: date | None = None


@dataclass(frozen=True)
class Case:
    """A task with what the rules ask about: hand-in, organisation, open request and its asker, unit waited for."""

    task: Task
    hand_in: HandIn | None
    ref: Reference
    open_request: bool = False
    asked_by: int | None = None
    waits_for: int | None = None
    outstanding: Outstanding = NOTHING
    partners: Partners = field(default_factory=Partners)

    @property
    def author(self) -> int | None:
        """Return who handed in the latest result."""
        return self.hand_in.person_id if self.hand_in else None

    @property
    def standing(self) -> list[Any]:
        """Return the signatures on the latest hand-in that nobody withdrew, the first level first."""
        return standing(self.hand_in.signatures if self.hand_in else ())

    @property
    def signed_by(self) -> int | None:
        """Return who signed the latest hand-in at the first level."""
        return next((mark.person_id for mark in self.standing), None)

    @property
    def signed_for(self) -> int | None:
        """Return for which post the latest hand-in was signed at the first level."""
        return next((mark.post_id for mark in self.standing), None)

    @property
    def seats(self) -> tuple[Seat | None, Seat | None, Seat | None]:
        """Return the seats that sign results of the task, lowest first: head, supervisor, chair."""
        head = self.ref.head_of(self.task.lead_unit_id)
        return head, self.ref.post(self.task.leader_post_id), self.ref.chair


def standing(marks: Iterable[Any]) -> list[Any]:
    """Return the signatures that nobody withdrew, without the acts of withdrawing and of returning."""
    found = [mark for mark in marks if getattr(mark, "meaning", None) != Meaning.RETURNED]  # lists carry no meaning
    withdrawn = {mark.withdraws_id for mark in found}
    return [mark for mark in found if mark.withdraws_id is None and mark.id not in withdrawn]


def plans(by: Actor, _case: Case) -> bool:
    """Return whether he gives tasks: office and leadership."""
    return by.has(Role.OFFICE, Role.LEADER)


def records_event(by: Actor, case: Case) -> bool:
    """Return whether he records that an event a task waits for has happened: who gives tasks, and the lead's head."""
    return plans(by, case) or heads_lead_unit(by, case)


def leads(by: Actor, _case: Case) -> bool:
    """Return whether he belongs to leadership."""
    return by.has(Role.LEADER)


def heads_lead_unit(by: Actor, case: Case) -> bool:
    """Return whether he heads the unit that leads the task, or acts for its head: by mandate, or for an empty seat."""
    return acts_as_head(by, case, case.task.lead_unit_id)


def acts_as_head(by: Actor, case: Case, unit_id: int | None) -> bool:
    """Return whether he acts for the head of a unit on a task; an empty seat falls to the level above (rulings 9).

    That is who acts for the task's supervising post, or the chair when that is empty too.
    """
    unit = case.ref.units.get(unit_id or 0)
    if unit is None or not unit.inside:
        return False
    return unit.id in by.heads or (case.ref.is_headless(unit.id) and supervises(by, case))


def is_waited_for(by: Actor, case: Case) -> bool:
    """Return whether he heads the unit that the lead waits for, or acts for its head."""
    return acts_as_head(by, case, case.waits_for)


def works_on(by: Actor, case: Case) -> bool:
    """Return whether he works in the unit that leads the task."""
    return case.task.lead_unit_id in by.unit_ids or heads_lead_unit(by, case)


def names_officer(by: Actor, case: Case) -> bool:
    """Return whether he names who does the work: the head of the lead unit, and whoever gives tasks."""
    return heads_lead_unit(by, case) or plans(by, case)


def supervises(by: Actor, case: Case) -> bool:
    """Return whether he acts for the supervising post; an empty one falls to the chair, who always may."""
    return by.is_chair or case.task.leader_post_id in by.leader_posts


def resumes(by: Actor, case: Case) -> bool:
    """Return whether he ends a hold: the supervisor, and the head of the lead unit once its last day has passed."""
    is_over = is_hold_over(case.task.status, case.task.held_until, case.ref.on)
    return supervises(by, case) or (is_over and heads_lead_unit(by, case))


def signed_below(by: Actor, case: Case) -> bool:
    """Return whether he gave the signature that waits for the next level, and still holds the seat he gave it for."""
    is_his = by.person_id is not None and by.person_id == case.signed_by
    return is_his and by.holding({case.signed_for or 0}) is not None


def heads_the_body(by: Actor, _case: Case) -> bool:
    """Return whether he is the head of the body, or signs for that seat."""
    return by.is_chair


def signs_first(by: Actor, case: Case) -> bool:
    """Return whether he signs at the first level, which is never his own work (rulings 8)."""
    return _may_sign(by, case) and _holds(by, signer_seat(case, 1)) is not None


def signs_second(by: Actor, case: Case) -> bool:
    """Return whether he signs at the second level: he did not sign below, nor acts by mandate for who did (SIG-3)."""
    if not _may_sign(by, case) or by.person_id == case.signed_by:
        return False
    holding = _holds(by, second_seat(case))
    below = case.seats[_signed_place(case)]
    return holding is not None and (holding.mandate_id is None or _holds(by, below) is None)


def demands(by: Actor, case: Case) -> bool:
    """Return whether he may demand an explanation: the supervisor or the office, never of a unit he heads himself."""
    return (supervises(by, case) or by.has(Role.OFFICE)) and case.task.lead_unit_id not in by.heads


def chases(by: Actor, case: Case) -> bool:
    """Return whether he may urge whoever holds the clock now (rulings 10); nobody urges himself."""
    holds = {Status.SUBMITTED: signs_first, Status.SIGNED_OFF: signs_second, Status.WAITING: is_waited_for}
    is_his = holds.get(case.task.status)
    return demands(by, case) and not (is_his is not None and is_his(by, case))


def takes_part(by: Actor, _case: Case) -> bool:
    """Return whether the task concerns him; whoever may read it may say something on it, inspectors apart."""
    return not by.has(Role.ADMIN) and by.roles != frozenset({Role.INSPECTOR})


def signing_chain(case: Case) -> tuple[Seat, ...]:
    """Return the seats that sign, in order: head, supervisor, chair, without the person who handed in.

    As many as the task has steps; fewer when fewer people are left; a vacant seat passes to the next above. Once the
    first level is signed it stays with who signed, whoever holds that seat now, and the second follows above it.
    """
    if case.signed_by is None:
        first, above = _eligible(case)[:1], _eligible(case)[1:]
        return (*first, *_by_flow(above, case)[: case.task.steps - 1])
    below, second = case.seats[_signed_place(case)], second_seat(case)
    return tuple(seat for seat in (below, second) if seat is not None)


def second_seat(case: Case) -> Seat | None:
    """Return the seat whose signature a result signed once still needs; None when nobody is left to give it.

    The result of a coordinating duty is accepted by the unit it was done for, not signed once more (rulings 14).
    """
    if case.task.kind == TaskKind.DUTY:
        return None
    place = _signed_place(case)
    done = {case.author, case.signed_by}
    others = [(at, seat) for at, seat in enumerate(case.seats) if _is_filled(seat, but=done)]
    above = [seat for at, seat in others if at > place]
    return next(iter(_by_flow(above or [seat for at, seat in others if at], case)), None)


def signer_seat(case: Case, level: int) -> Seat | None:
    """Return the seat that signs at a level (1 or 2) as things stand today."""
    return next(iter(_eligible(case)), None) if level == 1 else second_seat(case)


def is_own_work(by: Actor, case: Case, action: Action) -> bool:
    """Return whether a signature was refused only because he handed in the result or signed the level below."""
    signing = {Action.SIGN_OFF, Action.CONFIRM, Action.RETURN}
    return action in signing and by.person_id is not None and by.person_id in {case.author, case.signed_by}


def _reached_by(held: Holding) -> ColumnElement[bool]:
    """Return the condition of the tasks of a seat that a limited mandate for it reaches."""
    seat = held.seat
    of_seat = {
        Rank.CHAIR: true(),
        Rank.VICE_CHAIR: Task.leader_post_id == seat.post_id,
        Rank.HEAD: Task.lead_unit_id == seat.unit_id,
    }.get(seat.rank, false())
    of_plan = true() if held.plan_id is None else Task.plan_id == held.plan_id
    return and_(of_seat, of_plan, true() if held.task_id is None else Task.id == held.task_id)


def _may_sign(by: Actor, case: Case) -> bool:
    return not by.has(Role.ADMIN) and by.person_id is not None and by.person_id != case.author


def _holds(by: Actor, seat: Seat | None) -> Holding | None:
    return by.holding({seat.post_id}) if seat is not None else None


def _is_filled(seat: Seat | None, but: set[int | None]) -> TypeGuard[Seat]:
    """Return whether somebody other than these people holds the seat."""
    return seat is not None and seat.person_id is not None and seat.person_id not in but


def _eligible(case: Case) -> list[Seat]:
    """Return the seats that can sign a result nobody has signed yet, each person once."""
    found: dict[int | None, Seat] = {}
    for seat in case.seats:
        if _is_filled(seat, but={case.author}):
            found.setdefault(seat.person_id, seat)
    return list(found.values())


def _by_flow(above: list[Seat], case: Case) -> list[Seat]:
    """Return the seats that can sign second, whoever the task's flow wants first: the supervisor, or the chair."""
    return above[::-1] if case.task.second == SecondSigner.CHAIR else above


def _signed_place(case: Case) -> int:
    """Return at which of the seats the first signature was given.

    The seat it was given for; when that signs no more (the task has another supervisor), the one its signer holds.
    """
    seats = [(at, seat) for at, seat in enumerate(case.seats) if seat is not None]
    named = [at for at, seat in seats if seat.post_id == case.signed_for]
    held = [at for at, seat in seats if seat.person_id == case.signed_by]
    return next(iter(named or held), 0)


def _family(units: frozenset[int]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the conditions of parts of a task that one of the units leads, and of the whole of a part it leads."""
    part, whole = aliased(Task), aliased(Task)
    under = select(part.id).join(whole, whole.id == part.parent_id).where(whole.lead_unit_id.in_(units))
    above = select(part.parent_id).where(part.lead_unit_id.in_(units), part.parent_id.is_not(None))
    return Task.id.in_(under), Task.id.in_(above.where(part.status != Status.DRAFT))


@dataclass(frozen=True)
class Scope:
    """What one person may read; pages, search, exports and letters all ask this object."""

    actor: Actor

    def tasks(self) -> ColumnElement[bool]:
        """Return the condition under which a task is his to read: of his units, waiting for one, or his to sign."""
        if self.actor.has(*SEE_ALL):
            return true()
        if self.actor.has(Role.ADMIN):
            return false()
        if self.actor.is_chair:
            return or_(Task.status != Status.DRAFT, Task.kind == TaskKind.COMMON)
        units, posts = self.units(), self.actor.leader_posts
        part = select(Coordination.task_id).where(Coordination.unit_id.in_(units), Coordination.ended_at.is_(None))
        parts = Task.lead_unit_id.in_(units), Task.id.in_(part), self.waited_for(), Task.leader_post_id.in_(posts)
        given = or_(Task.status != Status.DRAFT, Task.kind.in_((TaskKind.DUTY, TaskKind.SUB, TaskKind.COMMON)))
        found = and_(given, or_(*parts, *_family(units), self.by_mandate()))
        return found if units or posts or self.actor.limited else false()

    def by_mandate(self) -> ColumnElement[bool]:
        """Return the condition under which a task is his by a mandate that is limited to a plan, a task or some steps.

        Such a mandate shows what it reaches, and nothing else of the unit (pitfall 32).
        """
        return or_(false(), *(_reached_by(held) for held in self.actor.limited))

    def waited_for(self) -> ColumnElement[bool]:
        """Return the condition under which a task waits for one of his units, which sees it as long as it does."""
        waits = select(Wait.task_id).where(Wait.unit_id.in_(self.units()), Wait.to_at.is_(None))
        return Task.id.in_(waits)

    def log(self) -> ColumnElement[bool]:
        """Return the condition under which a line of the log is his to read."""
        if self.reads_whole_log():
            return true()
        own = LogEntry.actor_id == self.actor.person_id
        if self.actor.has(Role.ADMIN):
            # they speak of plans without naming them, or of what leaders remarked
            of_a_file = LogEntry.obj_type.in_(("document", "reading", "log_line", "log_month", "erasure"))
            return own | (LogEntry.task_id.is_(None) & LogEntry.plan_id.is_(None) & ~of_a_file)
        return own | LogEntry.task_id.in_(select(Task.id).where(self.tasks()))

    def reads_whole_log(self) -> bool:
        """Return whether every line of the log is his to read."""
        return self.actor.has(*SEE_ALL)

    def units(self) -> frozenset[int]:
        """Return the units whose tasks he sees: those he works in, heads, or signs for."""
        if self.actor.has(Role.ADMIN):
            return frozenset()
        return self.actor.unit_ids | self.actor.heads

    def sees_whole(self) -> bool:
        """Return whether he reads every task: leadership, office, inspection."""
        return self.actor.has(*SEE_ALL)

    def allows(self, place: str) -> bool:
        """Return whether a page family is open to him (see PLACES); his own pages always are."""
        return place in OWN_PLACES or bool(self.actor.roles.intersection(PLACES[place]))

    def require(self, place: str) -> None:
        """Raise Refusal, naming whose page it is, when a page family is not open to him."""
        if not self.allows(place):
            raise Refusal("not_yours", who=KEEPERS[PLACES[place]])


_EVERYBODY: Final = frozenset(Role)
_AT_WORK: Final = _EVERYBODY - {Role.ADMIN}
_ALL_BUT_UNITS: Final = frozenset({Role.LEADER, Role.OFFICE, Role.INSPECTOR})
_OFFICE: Final = frozenset({Role.OFFICE, Role.LEADER})

# what shows a person nothing but himself: open to an account without any role too
OWN_PLACES: Final = frozenset({"desk", "account"})
# page family -> the roles that may open it; what they then see is limited by the scope above
PLACES: Final[dict[str, frozenset[Any]]] = {
    "desk": _EVERYBODY,
    "account": _EVERYBODY,
    "plans": _AT_WORK,
    "import": _OFFICE,
    "publish": frozenset({Role.LEADER}),
    "inbox": _AT_WORK,
    "tasks": _AT_WORK,
    "give": _OFFICE,
    "targets": _AT_WORK,
    "log": _EVERYBODY,
    "accountability": _ALL_BUT_UNITS,
    "figures": _ALL_BUT_UNITS | {Role.HEAD},
    "my_figures": frozenset({Role.HEAD}),
    "reports": _ALL_BUT_UNITS,
    "report": _OFFICE,
    "verify": frozenset({Role.LEADER, Role.INSPECTOR}),
    "review": frozenset({Role.LEADER}),
    "reminders": _ALL_BUT_UNITS | {Role.ADMIN},
    "organisation": _EVERYBODY,
    "manage": frozenset({Role.ADMIN}),
    "units": _OFFICE | {Role.ADMIN},
    "seats": _OFFICE,
    "calendar": _OFFICE,
}
# those roles -> what they are called when somebody else is refused
KEEPERS: Final[dict[frozenset[Any], str]] = {
    _EVERYBODY: N_("everybody with a seat or a role"),
    _AT_WORK: N_("those who work on tasks"),
    _OFFICE: N_("the office or leadership"),
    _ALL_BUT_UNITS | {Role.ADMIN}: N_("leadership, the office, inspectors or the administrator"),
    _OFFICE | {Role.ADMIN}: N_("the office, leadership or the administrator"),
    _ALL_BUT_UNITS: N_("leadership, the office or inspectors"),
    _ALL_BUT_UNITS | {Role.HEAD}: N_("leadership, the office, inspectors or the head of a unit"),
    frozenset({Role.LEADER, Role.INSPECTOR}): N_("leadership or inspectors"),
    frozenset({Role.LEADER}): N_("leadership"),
    frozenset({Role.ADMIN}): N_("the administrator"),
    frozenset({Role.HEAD}): N_("the head of a unit"),
}
