"""A task stands still: it waits for another unit, or is held by leadership; and goes on."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

import clock
import vietnamese
from models.base import db
from models.tasks import Task, Wait
from workflow import assigning, notes, partners
from workflow.errors import Refusal
from workflow.turn import Turn


def wait(turn: Turn) -> None:
    """Wait for another unit: from now its clock runs (rulings 10-11). A body outside was asked in writing."""
    given, task, ref = turn.given, turn.task, turn.case.ref
    if given.unit_id == task.lead_unit_id:
        raise Refusal("unit_unknown")
    unit = assigning.present(given.unit_id, ref)
    turn.require_future("answer_by", given.answer_by)
    _require_time(turn)
    if not unit.inside:
        given.require(("document_number", "document_on"))
    if given.document_on is not None and given.document_on > clock.day_of(turn.at):
        raise Refusal("date_in_future")
    with turn.recorded():
        task.status = turn.target
        assert given.answer_by is not None  # the table asks for it
        db.session.add(
            Wait(
                task_id=task.id,
                unit_id=unit.id,
                asked=given.reason,
                answer_by=given.answer_by,
                document_number=given.document_number.strip(),
                document_on=given.document_on if given.document_number.strip() else None,
                renew_by=None if unit.inside else _renew_by(turn),
                from_at=turn.at,
            )
        )


def renew(turn: Turn) -> None:
    """Renew the waiting for a body outside: for some more days it is in nobody's charge (rulings 11)."""
    wait = open_wait(turn.task)
    if wait is None or wait.renew_by is None:
        raise Refusal("nothing_to_renew")
    with turn.recorded():
        wait.renew_by = _renew_by(turn)


def answer(turn: Turn) -> None:
    """Answer what the lead waited for: the waiting ends, and the clock is the lead's again (rulings 10-11).

    A contest of one's own is dropped with it.
    """
    with turn.recorded():
        turn.task.status = turn.target
        end_wait(turn, upheld=False)
        db.session.add(notes.row(turn))


def resume(turn: Turn) -> None:
    """Go on: the waiting or the hold ends, and time runs at the lead again.

    Who goes on while the other unit contests gives it its right: the days waited are the lead's.
    """
    with turn.recorded():
        turn.task.status = turn.target
        turn.task.held_until = None
        end_wait(turn, upheld=True)


def open_wait(task: Task) -> Wait | None:
    """Return the waiting a task is in; there is at most one."""
    return db.session.scalar(select(Wait).where(Wait.task_id == task.id, Wait.to_at.is_(None)))


def end_wait(turn: Turn, *, upheld: bool | None = None) -> None:
    """End the waiting a task is in, if it is in one, and a contest with it. Needs an open door."""
    end_wait_of(turn.task, turn.at)
    close_contest(turn, upheld=upheld)


def end_wait_of(task: Task, at: datetime) -> None:
    """End the waiting a task is in. Needs an open door."""
    wait = open_wait(task)
    if wait is not None:
        wait.to_at = at


def close_contest(turn: Turn, *, upheld: bool | None) -> None:
    """End an open contest as it was decided, with the words of who did. Needs an open door."""
    row = partners.open_contest(turn.task.id)
    if row is not None:
        row.decided_at, row.upheld = turn.at, upheld
        row.decided_by_id = turn.person_id if upheld is not None else None
        row.answer = vietnamese.normalise(turn.given.reason) or None


def end_contest(task_id: int, at: datetime) -> None:
    """End a contest that has nothing left to decide. Needs an open door."""
    row = partners.open_contest(task_id)
    if row is not None:
        row.decided_at = at


def _require_time(turn: Turn) -> None:
    """Refuse a day that leaves the other unit less than the working days it has at least."""
    count, day = turn.case.ref.settings["waiting.answer"], turn.given.answer_by
    earliest = turn.case.ref.calendar.add(clock.day_of(turn.at), count)
    if day is not None and day < earliest:
        raise Refusal("answer_by_too_soon", count=count, day=earliest.strftime("%d/%m/%Y"))


def _renew_by(turn: Turn) -> date:
    return turn.case.ref.calendar.add(clock.day_of(turn.at), turn.case.ref.settings["waiting.renew"])
