"""What a report is composed from, asked once as of its entry of the log: tasks with what was said of them, figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import selectinload

import clock
from accountability.figures import counting
from accountability.figures.question import Question
from accountability.figures.table import FIGURES
from accountability.periods import Period
from accountability.rates import percent_of
from accountability.reports.content import Figure
from documents.writers.official import shown
from models.base import db
from models.causes import CauseDecision, DelayCause
from models.plans import Plan
from models.recurring import Progress
from models.tasks import Coordination, Evidence, Extension, HandIn, Task
from models.vocabulary import DelayClass, ExtensionState, OfficialClass, Part, Status, TaskKind
from workflow.queries.annexes import cited
from workflow.queries.rows import timing_of
from workflow.reference import Reference, Seat
from workflow.timing import Timing

# so many keys are asked for at a time
MANY: Final = 5_000
# the figures whose lists together are all tasks of a period, and those kept for each unit
POPULATION: Final = ("assigned", "no_deadline", "held", "stopped")
OF_UNITS: Final = ("assigned", "due", "done_on_time", "done_late", "open_in_time", "open_late", "no_deadline")


@dataclass(frozen=True)
class Row:
    """One task as a report tells of it."""

    id: int
    title: str
    unit_id: int | None
    unit: str
    leader: str
    source: str
    due_on: date | None
    words: str
    timing: Timing
    status: Status
    handed_in_on: date | None
    product: str
    result: str = ""
    proof: str = ""
    difficulty: str = ""
    cause: str = ""
    blame: str = ""
    next_step: str = ""
    total: str = ""
    extensions: int = 0
    is_part: bool = False

    @property
    def official(self) -> OfficialClass | None:
        """Return its statistical class."""
        return self.timing.official

    @property
    def deadline(self) -> date | str:
        """Return the day, else the words of the document."""
        return self.due_on or self.words or "Chưa xác định"

    @property
    def why(self) -> str:
        """Return the cause as stated, else as reported."""
        return "; ".join(filter(None, (self.blame, self.cause)))


@dataclass(frozen=True)
class Facts:
    """A period as of an entry of the log: the question, the organisation on its last day, tasks, figures."""

    period: Period
    as_of: date
    question: Question
    ref: Reference
    rows: tuple[Row, ...]
    figures: dict[str, Figure]
    units: tuple[int, ...] = ()
    unit_id: int | None = None

    def of(self, *classes: OfficialClass) -> list[Row]:
        """Return the lead tasks of some classes, in the order of the report."""
        return [row for row in self.rows if row.official in classes and not row.is_part]

    @property
    def overdue(self) -> list[Row]:
        """Return what is overdue and not done, the longest first."""
        found = self.of(OfficialClass.OPEN_LATE)
        return sorted(found, key=lambda row: (-row.timing.days, row.id))

    @property
    def head(self) -> Seat | None:
        """Return who heads the unit it is about."""
        return self.ref.head_of(self.unit_id)


def gather(period: Period, as_of: date, question: Question, ref: Reference) -> Facts:
    """Return the facts of a question. About forty queries, whatever the number of tasks."""
    figures = only_figures(question, ref)
    ids = [key for name in POPULATION for key in figures[name].tasks]
    rows = tuple(_rows(ids, ref))
    units = tuple(_units(rows, ref))
    for unit in units if question.unit_id is None else ():
        of_unit = question.about(unit_id=unit)
        figures |= _with_shares({f"{key}.u{unit}": _figure(key, of_unit, ref, f"u{unit}") for key in OF_UNITS})
    return Facts(period, as_of, question, ref, rows, figures, units, question.unit_id)


def only_figures(question: Question, ref: Reference) -> dict[str, Figure]:
    """Return the figures of a question alone."""
    return _with_shares({key: _figure(key, question, ref) for key in FIGURES})


def _with_shares(found: dict[str, Figure]) -> dict[str, Figure]:
    """Return figures of one question with what each is a share of, in per cent."""
    made = {}
    for name, figure in found.items():
        key, dot, suffix = name.partition(".")
        wholes = {of: found[f"{of}{dot}{suffix}"].value for of in FIGURES[key].of if f"{of}{dot}{suffix}" in found}
        shares = {of: percent_of(figure.value, whole) for of, whole in wholes.items()}
        made[name] = replace(figure, shares={of: shown(share) for of, share in shares.items() if share is not None})
    return made


def _figure(key: str, question: Question, ref: Reference, suffix: str = "") -> Figure:
    """Return a figure with the tasks behind it."""
    items = counting.behind(key, question, ref)
    definition = FIGURES[key]
    name = f"{key}.{suffix}" if suffix else key
    value = sum(item.days for item in items) if definition.sums else len(items)
    return Figure(name, definition.name, value, tuple(item.task_id for item in items), is_sum=bool(definition.sums))


def _units(rows: Iterable[Row], ref: Reference) -> Iterator[int]:
    """Give the units that have tasks in the period, in their official order."""
    have = {row.unit_id for row in rows if row.unit_id is not None}
    known = [unit.id for unit in ref.inside if unit.id in have]
    yield from known
    yield from sorted(have - set(known))


def _rows(ids: Sequence[int], ref: Reference) -> Iterator[Row]:
    """Give the tasks with what was said of each, by unit and deadline."""
    tasks = [task for part in _parts(ids) for task in db.session.scalars(_query(Task.id.in_(part)))]
    yield from sorted(_told(tasks, ref), key=_order)


def _query(*where: Any) -> Any:
    return select(Task).where(*where).options(selectinload(Task.plan).joinedload(Plan.document))


def _order(row: Row) -> tuple[Any, ...]:
    return row.unit, row.due_on is None, row.due_on or date.max, row.id


def coordinated(question: Question, ref: Reference) -> list[Row]:
    """Return the live tasks of others in which a unit takes part, told the same way."""
    unit = question.unit_id
    takes = select(Coordination.task_id).where(
        Coordination.unit_id == unit,
        Coordination.part == Part.COORDINATES,
        or_(Coordination.ended_at.is_(None), Coordination.ended_at >= question.from_at),
    )
    wanted = (
        Task.id.in_(takes),
        Task.lead_unit_id != unit,
        Task.kind.in_((TaskKind.LEAD, TaskKind.OCCURRENCE)),
        Task.status.not_in((Status.DRAFT, Status.CANCELLED, Status.WITHDRAWN)),
        Task.assigned_at < question.cut_off,
        or_(Task.completed_at.is_(None), Task.completed_at >= question.from_at),
    )
    tasks = list(db.session.scalars(_query(*wanted)))
    return sorted(_told(tasks, ref, is_part=True), key=_order)


@dataclass
class _Said:
    """What was said of tasks by the end of the period, by task."""

    results: dict[int, HandIn] = field(default_factory=dict)
    proofs: dict[int, str] = field(default_factory=dict)
    progress: dict[int, Progress] = field(default_factory=dict)
    causes: dict[int, str] = field(default_factory=dict)
    extensions: dict[int, int] = field(default_factory=dict)


def _told(tasks: Sequence[Task], ref: Reference, *, is_part: bool = False) -> Iterator[Row]:
    said = _Said()
    for part in _parts([task.id for task in tasks]):
        _hear(part, said)
    for task in tasks:
        progress, result = said.progress.get(task.id), said.results.get(task.id)
        leader = ref.post(task.leader_post_id)
        yield Row(
            task.id, " ".join(task.title.split()), task.lead_unit_id, ref.unit_name(task.lead_unit_id),
            leader.said if leader else "", source_of(task), task.due_on, task.deadline_words,
            timing_of(task, ref), task.status, task.handed_in_on, task.product,
            result=_words(result.result if result else progress.result if progress else ""),
            proof=said.proofs.get(task.id, ""),
            difficulty=_words(progress.difficulty if progress else ""),
            cause=_words(progress.cause if progress else ""),
            blame=said.causes.get(task.id, ""),
            next_step=_words(progress.next_step if progress else ""),
            total=_total(progress),
            extensions=said.extensions.get(task.id, 0),
            is_part=is_part,
        )  # fmt: skip


def source_of(task: Task) -> str:
    """Return the document a task comes from, as it is cited."""
    if task.plan is not None:
        return cited(task.plan)
    day = f" ngày {task.source_on:%d/%m/%Y}" if task.source_on else ""
    return task.source_document or f"{task.source_number}{day}"


def _words(text: str | None) -> str:
    return " ".join((text or "").split())


def _total(progress: Progress | None) -> str:
    if progress is None or progress.cumulative is None:
        return ""
    return f"{progress.cumulative.normalize():f}".replace(".", ",") + f" {progress.measure}".rstrip()


def _hear(ids: Sequence[int], said: _Said) -> None:
    """Read the latest result, report and cause of some tasks. Five queries."""
    for row in db.session.scalars(select(HandIn).where(HandIn.task_id.in_(ids)).order_by(HandIn.no)):
        said.results[row.task_id] = row
    numbered = Evidence.task_id.in_(ids), Evidence.hand_in_id.is_not(None), Evidence.document_number != ""
    for proof in db.session.scalars(select(Evidence).where(*numbered).order_by(Evidence.id)):
        day = f" ngày {proof.document_on:%d/%m/%Y}" if proof.document_on else ""
        said.proofs[proof.task_id] = f"{proof.document_number}{day}"
    for report in db.session.scalars(select(Progress).where(Progress.task_id.in_(ids)).order_by(Progress.no)):
        said.progress[report.task_id] = report
    decided = and_(CauseDecision.cause_id == DelayCause.id)
    causes = select(DelayCause, CauseDecision).outerjoin(CauseDecision, decided).where(DelayCause.task_id.in_(ids))
    for cause, decision in db.session.execute(causes.order_by(DelayCause.no)):
        said.causes[cause.task_id] = _cause(cause, decision)
    granted = Extension.task_id.in_(ids), Extension.state == ExtensionState.GRANTED
    counts = select(Extension.task_id, func.count()).where(*granted).group_by(Extension.task_id)
    said.extensions |= {row[0]: row[1] for row in db.session.execute(counts)}


def _cause(cause: DelayCause, decision: CauseDecision | None) -> str:
    """Return a stated cause: objective only once confirmed, and by which document."""
    text = _words(cause.text)
    if cause.kind == DelayClass.SUBJECTIVE:
        return f"Chủ quan: {text}"
    if decision is None:
        return f"Khách quan (chờ xác nhận): {text}"
    if not decision.is_confirmed:
        return f"Khách quan (không được xác nhận): {text}"
    day = f" ngày {decision.document_on:%d/%m/%Y}" if decision.document_on else ""
    return f"Khách quan (đã xác nhận tại {decision.document_number}{day}): {text}"


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), MANY):
        yield ids[start : start + MANY]


def local(moment: datetime) -> str:
    """Return a moment as a paper writes it."""
    return f"{moment.astimezone(clock.LOCAL):%H:%M ngày %d/%m/%Y}"
