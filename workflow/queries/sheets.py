"""The task sheet (phiếu giao nhiệm vụ) of a task as it stands: who is given what, by when, and who signs it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import clock
from documents.writers.sheet import BLANK, Sheet
from models.tasks import Task
from models.vocabulary import Capacity, Part, Rank, UnitKind
from workflow.lifecycle import case_of
from workflow.permissions import Scope, signing_chain
from workflow.queries import tasks
from workflow.reference import Reference, Seat

SIGN: Final = "PGV"
SUBJECT: Final = "(Nhiệm vụ số {number})"
RECEIVE: Final = (
    "Trong {days:02d} ngày làm việc kể từ ngày giao, đơn vị chủ trì tiếp nhận nhiệm vụ hoặc trả lại kèm lý do bằng"
    " văn bản hay trên hệ thống theo dõi nhiệm vụ."
)
REPORT: Final = (
    "Kết quả thực hiện được nộp, xác nhận và lưu trên hệ thống; khó khăn, vướng mắc vượt thẩm quyền phải báo cáo"
    " lãnh đạo phụ trách trước khi hết thời hạn."
)
LATE: Final = "tính quá hạn sau ngày {day}"
WRITTEN: Final = "theo văn bản: “{words}”"


def of(task_id: int, ref: Reference, base: str, *, seen_by: Scope) -> Sheet:
    """Return the sheet of a task this person may read. Raises Refusal `not_found`. One query."""
    task = tasks.visible(task_id, seen_by=seen_by)
    given_at = task.assigned_at
    return Sheet(
        task=task.id,
        superior=str(ref.settings["body.superior"]),
        body=str(ref.settings["body.name"]),
        number=f"Số: {BLANK}/{SIGN}-{code_of(ref, UnitKind.BODY)}",
        place_and_day=f"{place_of(ref)}, {_day(given_at)}",
        subject=SUBJECT.format(number=task.id),
        rows=tuple((name, lines or (BLANK,)) for name, lines in _rows(task, ref)),
        asks=(RECEIVE.format(days=_days(ref)), REPORT),
        signs=signs_of(ref.post(task.leader_post_id) or ref.chair, ref),
        signer=(_holder(task, ref) or BLANK),
        recipients=tuple(_recipients(task, ref)),
        address=f"{base.rstrip('/')}/tasks/{task.id}",
        made_at=given_at or clock.start_of(ref.on),
    )


def _rows(task: Task, ref: Reference) -> Iterator[tuple[str, tuple[str, ...]]]:
    leader = ref.post(task.leader_post_id)
    head = ref.head_of(task.lead_unit_id)
    yield "Nội dung nhiệm vụ", (" ".join(task.title.split()),)
    yield "Văn bản giao", _source(task)
    yield "Đơn vị chủ trì", _some(ref.unit_name(task.lead_unit_id))
    yield "Người chịu trách nhiệm", _some(head.said if head else "")
    yield "Chuyên viên thực hiện", _some(task.officer.name if task.officer else "")
    yield "Đơn vị phối hợp", _parts(task, ref, Part.COORDINATES)
    if invited := _parts(task, ref, Part.INVITED):
        yield "Cơ quan mời phối hợp", invited
    yield "Lãnh đạo phụ trách", _some(leader.said if leader else "")
    yield "Thời hạn hoàn thành", tuple(_deadline(task))
    yield "Sản phẩm", _some(task.product)
    yield "Thẩm quyền phê duyệt", _some(task.authority or _chain(task, ref))


def _some(words: str) -> tuple[str, ...]:
    return (words,) if words else ()


def _source(task: Task) -> tuple[str, ...]:
    cited = task.plan.short_title if task.plan is not None else task.source_document
    about = task.plan.title if task.plan is not None else task.source_about
    return tuple(filter(None, (cited, " ".join(about.split()))))


def _parts(task: Task, ref: Reference, part: Part) -> tuple[str, ...]:
    named = tuple(ref.unit_name(each.unit_id) for each in task.coordinations if each.part == part)
    return named or (_some(task.coordinator_words) if part == Part.COORDINATES and not task.coordinations else ())


def _deadline(task: Task) -> Iterator[str]:
    if task.due_on is not None:
        yield f"Ngày {task.due_on:%d/%m/%Y}"
        if task.late_after is not None and task.late_after != task.due_on:
            yield LATE.format(day=f"{task.late_after:%d/%m/%Y}")
    if task.deadline_words:
        yield WRITTEN.format(words=task.deadline_words)


def _chain(task: Task, ref: Reference) -> str:
    """Return who signs for completion, in order, by the seats of today."""
    return " → ".join(seat.position for seat in signing_chain(case_of(task, None, ref)))


def signs_of(seat: Seat | None, ref: Reference) -> tuple[str, ...]:
    """Return the lines above the signature: a deputy signs for the chair (KT.), an acting chair as such (Q.)."""
    chair = ref.chair
    if seat is None:
        return (BLANK,)
    if seat.rank == Rank.VICE_CHAIR and chair is not None:
        return (f"KT. {chair.title}", seat.title)
    return (f"Q. {seat.title}",) if seat.capacity == Capacity.ACTING else (seat.position,)


def _holder(task: Task, ref: Reference) -> str | None:
    seat = ref.post(task.leader_post_id) or ref.chair
    return seat.person_name if seat else None


def _recipients(task: Task, ref: Reference) -> Iterator[str]:
    named = [ref.unit_name(task.lead_unit_id), *(ref.unit_name(part.unit_id) for part in task.coordinations)]
    leader = ref.post(task.leader_post_id)
    for words in (*named, leader.position if leader else ""):
        if words:
            yield f"{words};"
    yield f"Lưu: VT, {code_of(ref, UnitKind.OFFICE)}."


def code_of(ref: Reference, kind: UnitKind) -> str:
    """Return the code of the unit of a kind that is there on the day; an ellipsis for none."""
    found = (unit for unit in ref.units.values() if unit.kind == kind and unit.from_on <= ref.on)
    return next((unit.code for unit in found if unit.to_on is None or ref.on < unit.to_on), BLANK)


def place_of(ref: Reference) -> str:
    """Return the place as the head of a paper names it: the province's own name."""
    _before, _word, name = str(ref.settings["body.superior"]).partition(" tỉnh ")
    return name or BLANK


def _day(at: datetime | None) -> str:
    if at is None:
        return f"ngày {BLANK} tháng {BLANK} năm {BLANK}"
    day = clock.day_of(at)
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def _days(ref: Reference) -> int:
    value = ref.settings["reminder.unreceived"]
    return int(value[0] if isinstance(value, list) else value)
