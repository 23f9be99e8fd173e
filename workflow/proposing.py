"""Drafts of a plan on their way to units: what the document's words propose, and what an assignment would leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from models.tasks import Task
from models.vocabulary import (
    DeadlineKind,
    Status,
)
from models.words import (
    BulkAct,
)
from terms import N_
from workflow import extensions
from workflow.clears import Meter, meter
from workflow.errors import Refusal
from workflow.given import LABELS, Given
from workflow.planning.deadlines import read_deadline
from workflow.planning.resolve import Resolution, UnitNames, resolve
from workflow.reference import Reference

ACT: Final = BulkAct.ASSIGN
# how a name was not found -> what is said of it
UNSURE: Final[dict[str, str]] = {
    "ambiguous": N_("fits several units: %(name)s"),
    "generic": N_("names nobody in particular: %(name)s"),
    "unknown": N_("no unit is called so: %(name)s"),
}
SEVERAL: Final = N_("the document names several leads: %(name)s; one leads, the others take part")
OUTSIDE: Final = N_("outside the body, it cannot lead: %(name)s")


@dataclass(frozen=True)
class Remark:
    """Something about a row to be looked at, as a message and the name it speaks of."""

    text: str
    name: str


@dataclass(frozen=True)
class Proposal:
    """What a draft's own words propose: lead unit, units taking part, day; and what could not be told surely."""

    lead_unit_id: int | None
    parts: tuple[str, ...]
    due_on: date | None
    boundary: str
    remarks: tuple[Remark, ...]


@dataclass(frozen=True)
class Planned:
    """A task as an assignment would leave it, with all that the six clears ask about."""

    title: str
    lead_unit_id: int | None
    officer_id: int | None
    leader_post_id: int | None
    due_on: date | None
    late_after: date | None
    deadline_kind: DeadlineKind
    product: str
    authority: str
    steps: int

    def clears(self, ref: Reference) -> Meter:
        """Return which of the six clears it would lack."""
        return meter(self, ref)


def names_in(words: str) -> list[str]:
    """Return the names that words hold, as a reading joins them and as people type them."""
    return [name for part in words.split("\n") for each in part.split(";") if (name := each.strip())]


def propose(task: Task, ref: Reference, units: Mapping[int, UnitNames], issued: date | None) -> Proposal:
    """Return what the words of a draft propose; what is not sure is left to a person and said."""
    leads = [(name, resolve(name, units)) for name in names_in(task.lead_words)]
    sure = [found.unit_id for _name, found in leads if found.unit_id is not None]
    inside = [unit for unit in sure if ref.units[unit].inside]
    helping = [(name, resolve(name, units)) for name in names_in(task.coordinator_words)]
    due_on, boundary = _day(task, issued)
    return Proposal(
        lead_unit_id=inside[0] if len(leads) == 1 and inside else None,
        parts=tuple(_said(name, found, ref) for name, found in helping),
        due_on=due_on,
        boundary=boundary,
        remarks=(*_of_leads(leads, ref), *_unsure(helping)),
    )


def _of_leads(leads: Sequence[tuple[str, Resolution]], ref: Reference) -> Iterable[Remark]:
    if len(leads) > 1:
        return (Remark(SEVERAL, "; ".join(name for name, _found in leads)),)
    outside = [name for name, found in leads if found.unit_id is not None and not ref.units[found.unit_id].inside]
    return (*_unsure(leads), *(Remark(OUTSIDE, name) for name in outside))


def _unsure(named: Iterable[tuple[str, Resolution]]) -> tuple[Remark, ...]:
    return tuple(Remark(UNSURE.get(found.how, UNSURE["unknown"]), name) for name, found in named if not found.unit_id)


def _said(name: str, found: Resolution, ref: Reference) -> str:
    return ref.unit_name(found.unit_id) if found.unit_id is not None else name


def _day(task: Task, issued: date | None) -> tuple[date | None, str]:
    """Return the day the words name, as it is written, and whether it counts; no day that they do not say."""
    read = read_deadline(task.deadline_words, issued) if task.deadline_words else None
    if read is None or read.kind != "by" or "due" not in read.fields:
        return None, "on"
    boundary = "before" if read.fields.get("boundary") == "before" else "on"
    return date.fromisoformat(str(read.fields["due"])), boundary


def parts_of(words: str, units: Mapping[int, UnitNames]) -> tuple[tuple[int, ...], tuple[Remark, ...]]:
    """Return the units that typed names surely mean, and what is to be said of the others."""
    named = [(name, resolve(name, units)) for name in names_in(words)]
    ids = dict.fromkeys(found.unit_id for _name, found in named if found.unit_id is not None)
    return tuple(ids), _unsure(named)


def planned(task: Task, given: Given, ref: Reference) -> Planned:
    """Return the task as the assignment would leave it."""
    dates = extensions.fixed(given.due_on, given.boundary, ref) if given.due_on else None
    chair = ref.chair.post_id if ref.chair else None
    return Planned(
        title=task.title,
        lead_unit_id=given.lead_unit_id,
        officer_id=given.officer_id,
        leader_post_id=given.leader_post_id or task.leader_post_id or chair,
        due_on=dates.due_on if dates else None,
        late_after=dates.late_after if dates else None,
        deadline_kind=DeadlineKind.BY if given.due_on else task.deadline_kind,
        product=given.product if given.product is not None else task.product,
        authority=task.authority,
        steps=task.steps,
    )


def require(task: Task, given: Given, ref: Reference) -> None:
    """Raise Refusal when the row could not be assigned as things stand: the checks of a single assignment."""
    if given.version is not None and given.version != task.version:
        raise Refusal("somebody_was_faster")
    if task.status != Status.DRAFT:
        raise Refusal("wrong_state", state=task.status)
    unit = ref.units.get(given.lead_unit_id or 0)
    if unit is None:
        raise Refusal("missing_field", field=LABELS["lead_unit_id"])
    if unit not in ref.inside:
        raise Refusal("unit_outside")
    if given.leader_post_id is not None and given.leader_post_id not in {seat.post_id for seat in ref.leadership}:
        raise Refusal("post_unknown")
    if given.due_on is not None and given.due_on < ref.on:
        raise Refusal("date_in_past", field=LABELS["due_on"], value=given.due_on.strftime("%d/%m/%Y"))
