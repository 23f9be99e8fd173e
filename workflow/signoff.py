"""Hand-in, signature, return: what is signed is exactly what was shown, and nobody signs his own work.

A signature here is an internal confirmation with evidence, not a digital signature: it identifies the signer, shows
his approval, is tied to the exact content and lets later change be seen (Nghị định 23/2025, chữ ký chuyên dùng).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from sqlalchemy import select

import clock
import vietnamese
from models.base import db
from models.log import ERASED, canonical, commitment, new_salt, plain
from models.tasks import Coordination, Evidence, HandIn, Note, Signature, Task
from models.vocabulary import Action, Meaning, Status, TaskKind
from terms import N_
from workflow import children, coordination, extensions, files, partners, permissions, progress
from workflow.actors import Holding
from workflow.errors import Refusal
from workflow.given import LABELS, is_blank
from workflow.organization import restructure
from workflow.permissions import Case, signer_seat, signing_chain
from workflow.reference import Reference
from workflow.turn import Turn

# the result of a period in which there was nothing to report
NOTHING: Final = "Không phát sinh trong kỳ."
LEVELS: Final = {Action.SIGN_OFF: 1, Action.CONFIRM: 2}
# what can have changed since a result was handed in -> in words
CHANGES: Final[dict[str, str]] = {
    "wording": N_("the wording of the task"),
    "lead": N_("the lead unit"),
    "dates": N_("the deadline"),
    "parts": N_("who takes part"),
    "evidence": N_("the result or its evidence"),
}


def hand_in(turn: Turn) -> None:
    """Keep a numbered, immutable result with its evidence; the doer's clock stops today."""
    _require_evidence(turn, clock.day_of(turn.at))
    _keep(turn, turn.given.result)


def hand_in_nil(turn: Turn) -> None:
    """Hand in that nothing occurred in the period: a result like any other, which is signed, and needs no evidence."""
    _keep(turn, NOTHING, is_nil=True)


def _keep(turn: Turn, result: str, *, is_nil: bool = False) -> None:
    task, on = turn.task, clock.day_of(turn.at)
    children.require_duties_done(turn)
    kept = files.keep(turn.given.files)
    row = _hand_in_row(turn, on, result, is_nil=is_nil)
    evidence = [Evidence(task_id=task.id, **facts) for facts in (*kept, *progress.document_of(turn.given))]
    row.content = canonical(_content(turn, row, evidence))
    row.content_sha = sha(row.content)
    with turn.recorded(content={"snapshot": row.content_sha, "files": [facts["sha256"] for facts in kept]}):
        task.status = turn.target
        task.handed_in_on = on
        task.redo_by = task.refused_at = None
        db.session.add(row)
        db.session.flush()
        for item in evidence:
            item.hand_in_id = row.id
            db.session.add(item)
        _require_signer(Case(task, row, turn.case.ref))


def sign(turn: Turn) -> None:
    """Sign the latest hand-in at this level; the last level completes the task."""
    task, level = turn.task, LEVELS[turn.step.action]
    result = _shown(turn)
    if turn.given.meaning == Meaning.RETURNED:
        raise Refusal("bad_value", field=LABELS["meaning"], value=Meaning.RETURNED)
    signature = _signature(turn, result, level, turn.given.meaning)
    is_last = level == 2 or (len(signing_chain(turn.case)) == 1 and task.kind != TaskKind.DUTY)
    with turn.recorded(
        content={"snapshot": result.content_sha, "files": _file_hashes(result)}, data={"level": level, "last": is_last}
    ):
        db.session.add(signature)
        task.status = Status.COMPLETED if is_last else turn.target
        if is_last:
            task.completed_at = turn.at
            extensions.lapse(task.id, turn.at)
    if is_last:
        coordination.end_parts(turn)


def give_back(turn: Turn) -> None:
    """Return the result with a reason: the clock runs again, and a redo-by day drives reminders (rulings 7).

    It is signed as the other meanings are, with position, capacity and what it speaks of (P19).
    """
    ref, task, result = turn.case.ref, turn.task, turn.case.hand_in
    if result is None:
        raise Refusal("wrong_state", state=task.status)
    mark = _signature(turn, result, 1 if task.status == Status.SUBMITTED else 2, Meaning.RETURNED)
    with turn.recorded(content={"snapshot": result.content_sha}, data={"hand_in": result.no, "level": mark.level}):
        db.session.add(mark)
        task.status = turn.target
        task.handed_in_on = None
        task.refused_at = turn.at if turn.step.who is partners.accepts_duty else None
        task.redo_by = ref.calendar.add(clock.day_of(turn.at), ref.settings["redo.working_days"])


def withdraw(turn: Turn) -> None:
    """Take back one's signature by a new signed act, until the next level signs; the first one stays readable."""
    result, given = turn.case.hand_in, turn.case.standing
    if result is None or not given:
        raise Refusal("wrong_state", state=turn.task.status)
    mark, used = given[0], [each.no for each in result.signatures if each.level == given[0].level]
    copied = ("task_id", "hand_in_id", "level", "person_id", "name", "position", "unit_name", "post_id", "capacity")
    row = Signature(
        **{name: getattr(mark, name) for name in (*copied, "mandate_id", "mandate_kind", "meaning", "content_sha")},
        no=max(used) + 1,
        method=turn.method,
        at=turn.at,
        remark=vietnamese.normalise(turn.given.reason) or None,
        withdraws_id=mark.id,
    )
    with turn.recorded(content={"snapshot": result.content_sha}, data={"level": mark.level}):
        db.session.add(row)
        turn.task.status = turn.target


def reopen(turn: Turn) -> None:
    """Open a completed task again by a decision: signatures stay on the old result, a new one is asked for."""
    ref, task = turn.case.ref, turn.task
    heir = restructure.heir_of(task.lead_unit_id, ref.on) if task.lead_unit_id is not None else None
    with turn.recorded(data={"hand_in": turn.case.hand_in.no if turn.case.hand_in else None}):
        task.status, task.lead_unit_id = (
            turn.target,
            heir,
        )  # done tasks stay with a unit that has ended, open ones never
        task.handed_in_on = task.completed_at = None
        task.redo_by = ref.calendar.add(clock.day_of(turn.at), ref.settings["redo.working_days"])


def sha(content: str) -> str:
    """Return the SHA-256 of a snapshot's canonical text, in hex."""
    return hashlib.sha256(content.encode()).hexdigest()


def is_intact(row: HandIn, holds: Callable[[str], bool] | None = None) -> bool:
    """Return whether result, evidence and files are still exactly what the content's hash speaks of.

    Files are read anew, unless another way of looking at them is given.
    """
    holds = holds or files.vault().holds
    content = json.loads(row.content)
    evidence = [_evidence_facts(item) for item in row.evidence]
    return (
        sha(row.content) == row.content_sha
        and (row.result == ERASED or content["result"]["commit"] == commitment(row.salt, row.result))
        and content["evidence"] == evidence
        and content["hand_in"] == _hand_in_facts(row)
        and all(holds(item.sha256) for item in row.evidence if item.sha256)
    )


def changed(row: HandIn, task: Task, ref: Reference) -> tuple[str, ...]:
    """Return what of the task is no longer as it stood when a result was handed in for it: names of CHANGES.

    A new name of the unit, another head, a part that ended, or the heir of a unit that is no more (rulings 16) are no
    change: what was asked is the same.
    """
    then, day = json.loads(row.content), clock.day_of(row.at)
    lead = then["task"].get("lead_unit_id")
    same_lead = (
        lead == task.lead_unit_id if lead else then["task"]["lead_unit"] == ref.unit_name(task.lead_unit_id, day)
    )
    dates = plain([task.deadline_words, task.due_on, task.original_due_on])
    parts = {(part["unit"], part["part"]) for part in then["parts"]}
    checks = {
        "wording": [then["task"]["title"], then["task"]["product"]] != plain([task.title, task.product]),
        "lead": not same_lead and not _has_ended(lead, ref),
        "dates": [then["dates"][name] for name in ("words", "due_on", "original_due_on")] != dates,
        "parts": any(_named(part, ref, day) not in parts for part in task.coordinations),
    }
    return tuple(name for name, differs in checks.items() if differs)


def _has_ended(unit_id: int | None, ref: Reference) -> bool:
    """Return whether a unit is no more today: its open work passed to its heir, and what was signed stays."""
    unit = ref.units.get(unit_id or 0)
    return unit is not None and unit.to_on is not None and unit.to_on <= ref.on


def _named(part: Coordination, ref: Reference, day: date) -> tuple[str, str]:
    return ref.unit_name(part.unit_id, day), part.part.value


def standing(row: HandIn, level: int) -> Signature | None:
    """Return the signature in force on a hand-in at a level; a withdrawn one is none."""
    return next((mark for mark in permissions.standing(row.signatures) if mark.level == level), None)


def _hand_in_row(turn: Turn, on: date, result: str, *, is_nil: bool) -> HandIn:
    last = turn.case.hand_in
    return HandIn(
        task_id=turn.task.id,
        no=last.no + 1 if last else 1,
        person_id=turn.person_id,
        name=turn.by.name,
        position=turn.by.position,
        unit_name=turn.by.unit_name,
        at=turn.at,
        counts_on=on,
        is_nil=is_nil,
        result=vietnamese.normalise(result),
        salt=new_salt(),
    )


def _content(turn: Turn, row: HandIn, evidence: list[Evidence]) -> dict[str, Any]:
    """Return what a signature binds to: wording, lead, dates, result and notes (as commitments), evidence."""
    task, ref = turn.task, turn.case.ref
    notes = db.session.scalars(select(Note).where(Note.task_id == task.id).order_by(Note.id))
    found: dict[str, Any] = plain(
        {
            "v": 1,
            "task": {
                "id": task.id,
                "title": task.title,
                "product": task.product,
                "lead_unit": ref.unit_name(task.lead_unit_id),
                "lead_unit_id": task.lead_unit_id,
                "lead_head": _head_of(turn),
            },
            "dates": {"words": task.deadline_words, "due_on": task.due_on, "original_due_on": task.original_due_on},
            "parts": [{"unit": ref.unit_name(part.unit_id), "part": part.part} for part in task.coordinations],
            "duties": [_duty_facts(duty, ref) for duty in children.duties_of(task.id)],
            "hand_in": _hand_in_facts(row),
            "result": {"commit": commitment(row.salt, row.result)},
            "evidence": [_evidence_facts(item) for item in evidence],
            "progress": progress.bound(task.id),
            "notes": [{"commit": commitment(note.salt, note.text)} for note in notes],
        }
    )
    return found


def _duty_facts(duty: Task, ref: Reference) -> dict[str, Any]:
    """Return a coordinating duty as it stood: what, whose, by when, and how far (rulings 6)."""
    unit = ref.unit_name(duty.lead_unit_id)
    return {"id": duty.id, "title": duty.title, "unit": unit, "due_on": duty.due_on, "status": duty.status}


def _head_of(turn: Turn) -> str:
    """Return who heads the lead unit, with his title of the day; an empty text while nobody does."""
    head = turn.case.ref.head_of(turn.task.lead_unit_id)
    return head.said if head is not None and head.person_id is not None else ""


def _hand_in_facts(row: HandIn) -> dict[str, Any]:
    facts = {"no": row.no, "at": row.at, "counts_on": row.counts_on} | ({"nil": True} if row.is_nil else {})
    found: dict[str, Any] = plain({**facts, "name": row.name, "position": row.position, "unit": row.unit_name})
    return found


def _evidence_facts(item: Evidence) -> dict[str, Any]:
    facts = {
        "sha256": item.sha256,
        "size": item.size,
        "document_number": item.document_number or "",
        "document_on": item.document_on,
    }
    found: dict[str, Any] = plain(facts)
    return found


def _shown(turn: Turn) -> HandIn:
    """Return the hand-in if it is what the page showed and nothing of it changed since."""
    result = turn.case.hand_in
    if result is None:
        raise Refusal("wrong_state", state=turn.task.status)
    if turn.given.content_hash != result.content_sha or not is_intact(result):
        raise Refusal("content_changed")
    differs = changed(result, turn.task, turn.case.ref)
    if differs:
        raise Refusal("changed_since", no=result.no, what=CHANGES[differs[0]])
    return result


def _signature(turn: Turn, result: HandIn, level: int, meaning: Meaning | None) -> Signature:
    seat = signer_seat(turn.case, level)
    own = {seat.post_id} if seat else set()
    holding = turn.by.holding(partners.accepting_posts(turn.case) if turn.step.who is partners.accepts_duty else own)
    if holding is None or meaning is None:
        raise Refusal("not_yours", who=seat.title if seat else N_("the next signer"))
    used = [mark.no for mark in result.signatures if mark.level == level]
    return Signature(
        task_id=turn.task.id,
        hand_in_id=result.id,
        level=level,
        no=max(used, default=0) + 1,
        person_id=turn.person_id,
        name=turn.by.name,
        position=position_of(holding),
        unit_name=turn.case.ref.unit_name(holding.seat.unit_id),
        post_id=holding.seat.post_id,
        capacity=holding.capacity,
        mandate_id=holding.mandate_id,
        mandate_kind=holding.mandate_kind,
        meaning=meaning,
        content_sha=result.content_sha,
        method=turn.method,
        at=turn.at,
        remark=vietnamese.normalise(turn.given.reason) or None,
    )


def position_of(holding: Holding) -> str:
    """Return the title of the day as a signature block prints it: KT., TL., TUQ. before the post signed for."""
    return f"{holding.mandate_kind}. {holding.seat.position}" if holding.mandate_kind else holding.seat.position


def _require_evidence(turn: Turn, on: date) -> None:
    """Refuse a result that nothing shows, a document's day without its number, and one that has not come."""
    given = turn.given
    numbered = not is_blank(given.document_number)
    if given.document_on is not None and not numbered:
        raise Refusal("missing_field", field=LABELS["document_number"])
    if not numbered and not given.files:
        raise Refusal("no_evidence")
    if given.document_on is not None and given.document_on > on:
        raise Refusal("date_in_future")


def _file_hashes(result: HandIn) -> list[str]:
    return [item.sha256 for item in result.evidence if item.sha256]


def _require_signer(case: Case) -> None:
    if not signing_chain(case):
        raise Refusal("nobody_can_sign")
