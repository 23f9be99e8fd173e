"""Tasks and what happens to them: dates, requests, hand-ins with evidence, signatures, notes."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Tracked, term
from models.people import Person, Post
from models.plans import Clause, Plan
from models.units import Unit
from models.vocabulary import (
    Capacity,
    DeadlineCause,
    DeadlineKind,
    ExtensionState,
    MandateKind,
    Meaning,
    Part,
    SecondSigner,
    Status,
    TaskKind,
)
from models.words import (
    SourceKind,
)

OPEN: str = "status NOT IN ('draft', 'completed', 'cancelled', 'withdrawn')"


class Task(Tracked, Base):
    """One duty: what, who leads, by when. The first date is kept for ever beside the current one."""

    __tablename__ = "task"
    __table_args__ = (
        CheckConstraint(
            "status IN ('draft', 'cancelled') OR kind IN ('common', 'invitation') OR lead_unit_id IS NOT NULL",
            name="live_has_lead",
        ),
        CheckConstraint(
            "status IN ('draft', 'cancelled') OR kind = 'common' OR assigned_at IS NOT NULL", name="live_was_assigned"
        ),
        CheckConstraint("kind <> 'common' OR due_on IS NULL", name="common_has_no_date"),
        CheckConstraint("(due_on IS NULL) = (late_after IS NULL)", name="due_and_late_together"),
        CheckConstraint("due_on IS NULL OR late_after >= due_on", name="late_not_before_due"),
        CheckConstraint("(original_due_on IS NULL) = (original_late_after IS NULL)", name="original_together"),
        CheckConstraint("due_on IS NULL OR original_due_on IS NOT NULL", name="current_has_original"),
        CheckConstraint(
            "status NOT IN ('submitted', 'signed_off', 'completed') OR handed_in_on IS NOT NULL",
            name="handed_in_has_day",
        ),
        CheckConstraint(
            "status NOT IN ('received', 'in_progress', 'waiting') OR handed_in_on IS NULL", name="open_not_handed_in"
        ),
        CheckConstraint("(status = 'completed') = (completed_at IS NOT NULL)", name="completed_has_moment"),
        CheckConstraint("plan_id IS NOT NULL OR source_document <> ''", name="has_a_source"),
        CheckConstraint(
            "source_kind IS NULL OR (source_number <> '' AND source_on IS NOT NULL)", name="source_has_number_and_day"
        ),
        CheckConstraint("steps IN (1, 2)", name="one_or_two_steps"),
        UniqueConstraint("definition_id", "period"),
        CheckConstraint(
            "(kind = 'occurrence') = (definition_id IS NOT NULL) AND (definition_id IS NULL) = (period IS NULL)",
            name="occurrence_has_period",
        ),
        CheckConstraint(
            "kind <> 'definition' OR (due_on IS NULL AND handed_in_on IS NULL)", name="definition_owes_nothing"
        ),
        Index(
            "ix_task_open_of_unit", "lead_unit_id", "due_on", "id", sqlite_where=text(OPEN), postgresql_where=text(OPEN)
        ),
        Index("ix_task_open_due", "due_on", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        Index("ix_task_lead_unit_id", "lead_unit_id", "status"),
        Index("ix_task_plan_id", "plan_id", "status"),
        Index("ix_task_officer_id", "officer_id"),
        Index("ix_task_parent_id", "parent_id"),
        # all that decides on a figure, so that counting reads no task's words
        Index(
            "ix_task_figures",
            "lead_unit_id",
            "status",
            "late_after",
            "handed_in_on",
            "original_late_after",
            "kind",
            "assigned_at",
            "completed_at",
            "held_until",
            "id",
        ),
        CheckConstraint("kind NOT IN ('sub', 'duty') OR parent_id IS NOT NULL", name="part_has_parent"),
    )
    DERIVED: ClassVar[frozenset[str]] = frozenset({"folded"})

    kind: Mapped[TaskKind] = mapped_column(term(TaskKind), default=TaskKind.LEAD)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    definition_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    period: Mapped[str | None]
    nil_report: Mapped[bool] = mapped_column(default=False)
    event_on: Mapped[date | None]
    event_document: Mapped[str] = mapped_column(default="")
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"))
    clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"))
    source_document: Mapped[str] = mapped_column(default="")
    source_kind: Mapped[SourceKind | None] = mapped_column(term(SourceKind))
    source_number: Mapped[str] = mapped_column(default="")
    source_on: Mapped[date | None]
    source_about: Mapped[str] = mapped_column(Text, default="")
    title: Mapped[str] = mapped_column(Text)
    product: Mapped[str] = mapped_column(default="")
    authority: Mapped[str] = mapped_column(default="")
    status: Mapped[Status] = mapped_column(term(Status), default=Status.DRAFT)
    steps: Mapped[int] = mapped_column(default=2)
    second: Mapped[SecondSigner] = mapped_column(term(SecondSigner), default=SecondSigner.SUPERVISOR)
    flow_no: Mapped[int | None]
    lead_words: Mapped[str] = mapped_column(default="")
    coordinator_words: Mapped[str] = mapped_column(default="")
    lead_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    leader_post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    deadline_words: Mapped[str] = mapped_column(default="")
    deadline_kind: Mapped[DeadlineKind] = mapped_column(term(DeadlineKind), default=DeadlineKind.NONE)
    due_on: Mapped[date | None]
    late_after: Mapped[date | None]
    original_due_on: Mapped[date | None]
    original_late_after: Mapped[date | None]
    redo_by: Mapped[date | None]
    held_until: Mapped[date | None]
    is_blocking: Mapped[bool] = mapped_column(default=False)
    refused_at: Mapped[datetime | None]
    drafted_on: Mapped[date | None]
    assigned_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    handed_in_on: Mapped[date | None]
    completed_at: Mapped[datetime | None]
    folded: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column()

    lead_unit: Mapped[Unit | None] = relationship()
    plan: Mapped[Plan | None] = relationship()
    clause: Mapped[Clause | None] = relationship()
    officer: Mapped[Person | None] = relationship()
    leader_post: Mapped[Post | None] = relationship()
    coordinations: Mapped[list[Coordination]] = relationship(
        order_by="Coordination.id",
        primaryjoin="and_(Coordination.task_id == Task.id, Coordination.ended_at.is_(None))",
        viewonly=True,
    )

    __mapper_args__ = {"version_id_col": version}

    def about(self) -> dict[str, int]:
        """Return the task, its plan and its lead unit."""
        found = {"task": self.id, "plan": self.plan_id, "unit": self.lead_unit_id}
        return {name: key for name, key in found.items() if key is not None}


class OfTask(Tracked):
    """A tracked row that belongs to one task."""

    task_id: Mapped[int]

    def about(self) -> dict[str, int]:
        """Return the task."""
        return {"task": self.task_id}


class Coordination(OfTask, Base):
    """A unit that takes part beside the lead: it coordinates, or is invited from outside.

    It ends with the assignment it belongs to; a later one may begin it again.
    """

    __tablename__ = "coordination"
    __table_args__ = (UniqueConstraint("task_id", "unit_id"),)

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    part: Mapped[Part] = mapped_column(term(Part), default=Part.COORDINATES)
    ended_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship()


class Deadline(OfTask, Base):
    """One date a task had, by whose words and for what cause; the first of them is never changed."""

    __tablename__ = "deadline"
    __table_args__ = (
        UniqueConstraint("task_id", "no"),
        Index("ix_deadline_cause", "cause", "decided_at"),
        CheckConstraint("late_after >= due_on", name="late_not_before_due"),
        CheckConstraint("no > 0", name="counted_from_one"),
    )

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    no: Mapped[int]
    words: Mapped[str]
    due_on: Mapped[date]
    late_after: Mapped[date]
    cause: Mapped[DeadlineCause] = mapped_column(term(DeadlineCause))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]


class Extension(OfTask, Base):
    """A request for more time, and what was decided; at most one is open on a task.

    `decided_…` is the decider's answer: a date agreed to, a refusal, or another date offered (`offered_on`), which the
    head of the lead unit accepts or declines (`answered_…`) or lets lapse.
    """

    __tablename__ = "extension"
    __table_args__ = (
        UniqueConstraint("task_id", "no"),
        Index(
            "uq_extension_open",
            "task_id",
            unique=True,
            sqlite_where=text("state IN ('asked', 'countered')"),
            postgresql_where=text("state IN ('asked', 'countered')"),
        ),
        CheckConstraint("state = 'asked' OR decided_at IS NOT NULL", name="decided_has_moment"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="never_his_own"),
        CheckConstraint("state NOT IN ('countered', 'declined') OR offered_on IS NOT NULL", name="offer_has_date"),
        CheckConstraint("answered_by_id IS NULL OR answered_by_id <> decided_by_id", name="offer_two_people"),
    )
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"reason", "answer", "reply"})

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    no: Mapped[int]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    after_deadline: Mapped[bool]
    proposed_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[ExtensionState] = mapped_column(term(ExtensionState), default=ExtensionState.ASKED)
    granted_on: Mapped[date | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(Text)
    offered_on: Mapped[date | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    reply: Mapped[str | None] = mapped_column(Text)

    asked_by: Mapped[Person] = relationship(foreign_keys=asked_by_id)
    decided_by: Mapped[Person | None] = relationship(foreign_keys=decided_by_id)


class HandIn(OfTask, Base):
    """A numbered, immutable result (bản 1, 2 …). Signatures bind to the SHA-256 of its content."""

    __tablename__ = "hand_in"
    __table_args__ = (
        UniqueConstraint("task_id", "no"),
        CheckConstraint("no > 0", name="counted_from_one"),
        CheckConstraint("length(content_sha) = 64", name="sha256"),
    )
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"result", "salt"})

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    no: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    position: Mapped[str]
    unit_name: Mapped[str]
    at: Mapped[datetime]
    counts_on: Mapped[date]
    is_nil: Mapped[bool] = mapped_column(default=False)
    result: Mapped[str] = mapped_column(Text)
    salt: Mapped[str]
    content: Mapped[str] = mapped_column(Text)
    content_sha: Mapped[str]

    evidence: Mapped[list[Evidence]] = relationship(order_by="Evidence.id")
    signatures: Mapped[list[Signature]] = relationship(order_by="Signature.id")


class Evidence(OfTask, Base):
    """A file (by SHA-256) or an issued document (by number and day) that shows a result, or why more time is asked."""

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("sha256 IS NOT NULL OR document_number <> ''", name="file_or_document"),
        CheckConstraint("sha256 IS NULL OR length(sha256) = 64", name="sha256"),
        CheckConstraint(
            "(CASE WHEN hand_in_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN progress_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN extension_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="of_one_thing",
        ),
    )
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"filename"})

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    hand_in_id: Mapped[int | None] = mapped_column(ForeignKey("hand_in.id"), index=True)
    extension_id: Mapped[int | None] = mapped_column(ForeignKey("extension.id"), index=True)
    progress_id: Mapped[int | None] = mapped_column(ForeignKey("progress.id"), index=True)
    sha256: Mapped[str | None] = mapped_column(index=True)
    size: Mapped[int | None]
    media_type: Mapped[str | None]
    filename: Mapped[str | None]
    document_number: Mapped[str] = mapped_column(default="")
    document_on: Mapped[date | None]


class Signature(OfTask, Base):
    """Who signed which hand-in, as what, meaning what; insert-only, withdrawn only by another row."""

    __tablename__ = "signature"
    __table_args__ = (
        UniqueConstraint("hand_in_id", "level", "no"),
        CheckConstraint("level IN (1, 2)", name="level"),
        CheckConstraint("length(content_sha) = 64", name="sha256"),
        CheckConstraint("(capacity IS NULL) <> (mandate_kind IS NULL)", name="seat_or_mandate"),
    )
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"remark"})

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    hand_in_id: Mapped[int] = mapped_column(ForeignKey("hand_in.id"), index=True)
    level: Mapped[int]
    no: Mapped[int] = mapped_column(default=1)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    position: Mapped[str]
    unit_name: Mapped[str]
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    capacity: Mapped[Capacity | None] = mapped_column(term(Capacity))
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("mandate.id"))
    mandate_kind: Mapped[MandateKind | None] = mapped_column(term(MandateKind))
    meaning: Mapped[Meaning] = mapped_column(term(Meaning))
    content_sha: Mapped[str]
    method: Mapped[str]
    at: Mapped[datetime]
    remark: Mapped[str | None] = mapped_column(Text)
    withdraws_id: Mapped[int | None] = mapped_column(ForeignKey("signature.id"))


class Note(OfTask, Base):
    """What somebody wrote on a task: a comment, an answer of a unit waited for, word that an event is still to come."""

    __tablename__ = "note"
    __table_args__ = (CheckConstraint("kind IN ('comment', 'answer', 'reconfirm')", name="kind"),)
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"text", "salt"})

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    position: Mapped[str]
    kind: Mapped[str]
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    salt: Mapped[str]


class Wait(OfTask, Base):
    """A span in which the lead waits for another unit: what was asked, and by when to answer.

    For a body outside it names the written request, and `renew_by`, up to which the clock is in nobody's charge.
    """

    __tablename__ = "wait"
    __table_args__ = (
        CheckConstraint("to_at IS NULL OR to_at >= from_at", name="from_before_to"),
        CheckConstraint("renew_by IS NULL OR document_number <> ''", name="outside_was_written_to"),
        Index(
            "uq_wait_open",
            "task_id",
            unique=True,
            sqlite_where=text("to_at IS NULL"),
            postgresql_where=text("to_at IS NULL"),
        ),
    )
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"asked"})

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    asked: Mapped[str] = mapped_column(Text)
    answer_by: Mapped[date]
    document_number: Mapped[str] = mapped_column(default="")
    document_on: Mapped[date | None]
    renew_by: Mapped[date | None]
    from_at: Mapped[datetime]
    to_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship()
