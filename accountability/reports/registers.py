"""Annexes whose rows are no tasks: the targets of the plans in force, and the lines of the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

import orjson
from sqlalchemy import select

import clock
from accountability.reports.facts import Facts, local
from documents.writers.official import Cell, shown
from i18n import gettext as _
from models.base import db
from models.labels import label
from models.log import LogEntry
from models.plans import Plan, Target
from models.tasks import Task
from models.vocabulary import PlanState, TargetOp

# acts of the machine itself and of reading, which a register of work leaves out
LEFT_OUT: Final = ("letter.", "log.", "scheduler.", "access.", "reminder.reconcile", "alarm.", "export.")
ANOTHER: Final = "%(who)s: %(act)s"

_known: dict[str, str] = {}


def know(sentences: Mapping[str, str]) -> None:
    """Learn the sentences of acts, as the log's page says them; called once when the parts are put together."""
    _known.update(sentences)


@dataclass(frozen=True)
class Line:
    """One row: its cells."""

    cells: tuple[Cell, ...]


def targets() -> Iterator[tuple[str, list[Line]]]:
    """Give the targets of the plans in force, plan by plan. One query."""
    query = (
        select(Target, Plan.short_title)
        .join(Plan, Plan.id == Target.plan_id)
        .where(Plan.state == PlanState.PUBLISHED)
        .order_by(Plan.id, Target.span_from, Target.id)
    )
    found = [(target, title) for target, title in db.session.execute(query)]
    for title, rows in groupby(found, key=lambda each: each[1]):
        yield title, [_target(target) for target, _title in rows]


def _target(target: Target) -> Line:
    aim = f"{_aim(target)}".strip()
    return Line((" ".join(target.about_what.split()), target.unit or "", str(target.year or ""), aim, "", ""))


def _aim(target: Target) -> str:
    low = shown(target.low.normalize() + 0)
    if target.op == TargetOp.BETWEEN and target.high is not None:
        return f"{low} - {shown(target.high.normalize() + 0)}"
    return f"{_(label(target.op))} {low}"


def log(facts: Facts) -> Iterator[tuple[str, list[Line]]]:
    """Give the acts of people in the period, one line each, in the log's order. Two queries."""
    query = select(LogEntry.body).where(LogEntry.at >= facts.question.from_at, LogEntry.at < facts.question.cut_off)
    found, seen = [], set[Any]()
    for text in db.session.scalars(query.order_by(LogEntry.epoch, LogEntry.seq)):
        body = orjson.loads(text)
        about = body["data"].get("about", {})
        is_told = not body["act"].startswith(LEFT_OUT) and (body["req"], body["act"]) not in seen
        if is_told and facts.unit_id in (None, about.get("unit"), _unit_of(facts, about)):
            seen.add((body["req"], body["act"]))
            found.append(body)
    titles = _titles({body["data"].get("about", {}).get("task") for body in found})
    yield "", [_line(body, titles, facts) for body in found]


def _unit_of(facts: Facts, about: Mapping[str, int]) -> int | None:
    """Return the lead unit of the task an entry speaks of, when it is one of the period."""
    units = {row.id: row.unit_id for row in facts.rows}
    return units.get(about.get("task", 0))


def _titles(tasks: set[int | None]) -> dict[int, str]:
    wanted = [key for key in tasks if key is not None]
    rows = db.session.execute(select(Task.id, Task.title).where(Task.id.in_(wanted)))
    return {key: " ".join(title.split()) for key, title in rows}


def _line(body: Mapping[str, Any], titles: Mapping[int, str], facts: Facts) -> Line:
    actor, about = body["actor"], body["data"].get("about", {})
    who = ", ".join(filter(None, (actor.get("name"), actor.get("position"))))
    unit = facts.ref.unit_name(_named(body) or about.get("unit"))
    words = {"who": actor.get("name") or "", "act": body["act"], "unit": unit or "…", "no": "…"}
    said = _(_known.get(body["act"], ANOTHER)) % words
    task = about.get("task")
    thing = f"Nhiệm vụ số {task}: {titles.get(task, '')}" if task else unit
    return Line((f"{body['epoch']}.{body['seq']}", local(_moment(body)), who, said, thing))


def _named(body: Mapping[str, Any]) -> int | None:
    """Return the unit an act names."""
    columns = body["data"].get("set", {})
    found = columns.get("unit_id") or columns.get("lead_unit_id")
    return found[1] if isinstance(found, list) and isinstance(found[1], int) else None


def _moment(body: Mapping[str, Any]) -> datetime:
    return clock.parse_moment(body["at"])
