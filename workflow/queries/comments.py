"""Comments on a task: page by page for whoever may read it, and who can be named in one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

import clock
from models.base import db
from models.causes import Mention
from models.tasks import Note, Task
from models.vocabulary import UnitKind
from workflow.permissions import Scope
from workflow.queries import people, tasks
from workflow.queries.history import History
from workflow.reference import Reference, Seat

# so many of the newest stand on the task's own page, so many on a page of their own
SHOWN: Final = 10
PAGE: Final = 20
KIND: Final = "comment"


@dataclass(frozen=True)
class Comment:
    """One comment: who, when, what; and whom it names. Erased words are None."""

    id: int
    name: str
    position: str
    at: datetime
    text: str | None
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class Thread:
    """Some comments, the oldest first, how many there are in all, and where earlier ones begin."""

    comments: list[Comment]
    total: int
    earlier: int | None = None

    @property
    def hidden(self) -> int:
        """Return how many are not shown."""
        return self.total - len(self.comments)


def newest(history: History) -> Thread:
    """Return the newest comments of a task, as its history tells them."""
    named: dict[int, list[str]] = defaultdict(list)
    for row in history.rows("mention"):
        named[row["note_id"]].append(row["name"])
    rows = [row for row in history.rows("note") if row["kind"] == KIND]
    return Thread([_said(row, named) for row in rows[-SHOWN:]], len(rows))


def page(task_id: int, before: int | None, *, seen_by: Scope) -> tuple[Task, Thread]:
    """Return a task and one page of its comments. Raises Refusal `not_found`. Four queries."""
    task = tasks.visible(task_id, seen_by=seen_by)
    own = Note.task_id == task.id, Note.kind == KIND
    total = db.session.scalar(select(func.count()).select_from(Note).where(*own)) or 0
    query = select(Note).where(*own, Note.id < before) if before is not None else select(Note).where(*own)
    found = list(db.session.scalars(query.order_by(Note.id.desc()).limit(PAGE + 1)))
    shown = found[:PAGE][::-1]
    named: dict[int, list[str]] = defaultdict(list)
    wanted = Mention.note_id.in_([note.id for note in shown])
    for note_id, name in db.session.execute(select(Mention.note_id, Mention.name).where(wanted).order_by(Mention.id)):
        named[note_id].append(name)
    comments = [Comment(note.id, note.name, note.position, note.at, note.text, tuple(named[note.id])) for note in shown]
    return task, Thread(comments, total, shown[0].id if len(found) > PAGE else None)


def nearest(task: Task, ref: Reference, but: int | None) -> list[tuple[int, str]]:
    """Return who is named most often, from the seats at hand: the officer, the heads concerned, leadership."""
    units = [task.lead_unit_id, *(part.unit_id for part in task.coordinations)]
    seats = [*(ref.head_of(unit) for unit in units), ref.post(task.leader_post_id), ref.chair]
    found = {task.officer.id: task.officer.name} if task.officer is not None else {}
    found |= {seat.person_id: _titled(seat) for seat in seats if seat is not None and seat.person_id is not None}
    return [(key, name) for key, name in found.items() if key != but]


def who_see(task: Task, ref: Reference, but: int | None) -> list[tuple[str, list[tuple[int, str]]]]:
    """Return everybody who may be named, by units: those concerned by the task, and those who see every task.

    Naming asks again, by the rule itself. One query.
    """
    concerned = {task.lead_unit_id, *(part.unit_id for part in task.coordinations)}
    see_all = (UnitKind.LEADERSHIP, UnitKind.OFFICE, UnitKind.INSPECTORATE)
    working, found = people.of_units(ref), []
    for unit in sorted(ref.units.values(), key=lambda one: (one.id not in concerned, one.position)):
        if unit.inside and (unit.id in concerned or unit.kind in see_all):
            named = [pair for pair in working.get(unit.id, []) if pair[0] != but]
            found.append((ref.unit_name(unit.id), named))
    return [(name, named) for name, named in found if named]


def _titled(seat: Seat) -> str:
    return f"{seat.person_name} ({seat.position})"


def _said(row: dict[str, Any], named: dict[int, list[str]]) -> Comment:
    at = clock.parse_moment(row["at"])
    return Comment(row["id"], row["name"], row["position"], at, row["text"], tuple(named.get(row["id"], ())))
