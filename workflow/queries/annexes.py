"""The annex of a plan's tasks: who does what with whom by when, as far as a person may read it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from documents.writers.annex import Annex, AnnexGroup, AnnexRow
from models.base import db
from models.plans import Clause, Document, Plan, Section
from models.tasks import Task
from models.vocabulary import Status
from workflow.imports import BLANK
from workflow.kinds import OF_PLAN
from workflow.permissions import Scope
from workflow.planning.deadlines import read_deadline
from workflow.queries import plans
from workflow.reference import Reference
from workflow.task_tables import issued_on

# The words of the form (Nghị định 30/2020/NĐ-CP, Phụ lục I) are Vietnamese in every language of the pages.
TITLE: Final = "Phân công nhiệm vụ thực hiện {kind}"
ATTACHED: Final = "(Kèm theo {document} của {body})"
OTHERS: Final = "Nhiệm vụ khác"
_GONE: Final = (Status.CANCELLED, Status.WITHDRAWN)


def annex(plan_id: int, ref: Reference, *, at: datetime, seen_by: Scope) -> Annex:
    """Return the annex of a plan with the tasks this person may read. Raises Refusal `not_found`. Four queries."""
    plan = plans.visible(plan_id, seen_by=seen_by)
    query = (
        select(Task, Section)
        .outerjoin(Clause, Clause.id == Task.clause_id)
        .outerjoin(Section, Section.id == Clause.section_id)
        .where(Task.plan_id == plan.id, Task.kind.in_(OF_PLAN), Task.status.not_in(_GONE), seen_by.tasks())
        .order_by(Clause.span_from.is_(None), Clause.span_from, Task.id)
        .options(selectinload(Task.coordinations))
    )
    found = [(task, _top(section, plan)) for task, section in db.session.execute(query)]
    document = plan.document
    return Annex(
        title=TITLE.format(kind=(document.kind or "kế hoạch").lower()),
        attached=ATTACHED.format(document=cited(plan), body=document.issuing_body or BLANK),
        body=document.issuing_body or "",
        made_at=at,
        groups=tuple(_groups(found, ref, issued_on(document))),
    )


def _groups(found: list[tuple[Task, str]], ref: Reference, issued: date | None) -> Iterator[AnnexGroup]:
    """Yield the tasks by the plan's own main sections; a plan without any has one group without a heading."""
    named = any(heading for _, heading in found)
    for heading, tasks in groupby(found, key=lambda each: each[1]):
        rows = tuple(_row(task, ref, issued) for task, _ in tasks)
        yield AnnexGroup((heading or OTHERS) if named else "", rows)


def _top(section: Section | None, plan: Plan) -> str:
    """Return the heading of the main section a task stands in, "" when it stands in none."""
    if section is None:
        return ""
    top = section.path.split(".")[0]
    return next((each.heading for each in plan.sections if each.path == top), section.heading)


def _row(task: Task, ref: Reference, issued: date | None) -> AnnexRow:
    parts = [ref.units[part.unit_id].name_on(ref.on) for part in task.coordinations if part.unit_id in ref.units]
    unit = ref.units.get(task.lead_unit_id or 0)
    words, due = _time(task, issued)
    return AnnexRow(
        text=" ".join(task.title.split()),
        lead=unit.name_on(ref.on) if unit else task.lead_words,
        coordinators="; ".join(parts),
        time=words,
        due=due,
        product=task.product,
    )


def _time(task: Task, issued: date | None) -> tuple[str, date | None]:
    """Return the words of the time and the day, when it is a day and nothing else.

    The document's words stand as long as they still hold; after an extension the present day stands instead.
    """
    read = read_deadline(task.deadline_words, issued).meaning if task.deadline_words else {"kind": "none"}
    is_day = read["kind"] == "by" and (read.get("precision"), read.get("boundary")) == ("day", "on")
    if task.due_on is not None and (not task.deadline_words or task.due_on != task.original_due_on):
        return "", task.due_on
    if is_day and len(task.deadline_words) <= len("dd/mm/yyyy"):
        return "", date.fromisoformat(str(read["due"]))
    return task.deadline_words, None


def cited(plan: Plan) -> str:
    """Return the document as it is cited: kind, number and sign, day; what is blank is "…"."""
    document: Document = plan.document
    number = BLANK if document.number is None else f"{document.number:02d}"
    join = "-" if "/" in (document.symbol or "") else "/"  # 23-CTr/TU of the Party, 05/KH-BDT of the state
    signs = f"{number}{join}{document.symbol}" if document.symbol else number
    day, month, year = (
        BLANK if value is None else form.format(value)
        for value, form in (
            (document.issued_day, "{:02d}"),
            (document.issued_month, "{:02d}"),
            (document.issued_year, "{}"),
        )
    )
    return f"{document.kind or 'Kế hoạch'} số {signs} ngày {day} tháng {month} năm {year}"
