"""What is said about a delay and a date beside the deadline itself: causes, corrections by two people; and mentions."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, term
from models.tasks import OfTask
from models.vocabulary import CorrectionState, DelayClass


class DelayCause(OfTask, Base):
    """Why a task is late, as its unit or the office states it; insert-only, `due_on` is the date it is late by."""

    __tablename__ = "delay_cause"
    __table_args__ = (UniqueConstraint("task_id", "no"), CheckConstraint("no > 0", name="counted_from_one"))
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"text"})

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    no: Mapped[int]
    kind: Mapped[DelayClass] = mapped_column(term(DelayClass))
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    position: Mapped[str]
    at: Mapped[datetime]


class CauseDecision(OfTask, Base):
    """What a leader decided on an objective cause: confirmed by a document, or refused with a reason; insert-only."""

    __tablename__ = "cause_decision"
    __table_args__ = (
        UniqueConstraint("cause_id"),
        CheckConstraint(
            "NOT is_confirmed OR (document_number <> '' AND document_on IS NOT NULL)", name="confirmed_by_document"
        ),
    )
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"reason"})

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    cause_id: Mapped[int] = mapped_column(ForeignKey("delay_cause.id"))
    is_confirmed: Mapped[bool]
    document_number: Mapped[str] = mapped_column(default="")
    document_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    position: Mapped[str]
    at: Mapped[datetime]


class DateCorrection(OfTask, Base):
    """A mistyped date put right after receipt: one person enters it with a reason, another confirms it (rulings 13)."""

    __tablename__ = "date_correction"
    __table_args__ = (
        UniqueConstraint("task_id", "no"),
        CheckConstraint("late_after >= due_on", name="late_not_before_due"),
        CheckConstraint("settled_by_id <> person_id OR state <> 'confirmed'", name="two_people"),
        CheckConstraint("(state = 'pending') = (settled_at IS NULL)", name="settled_has_moment"),
        Index(
            "uq_date_correction_open",
            "task_id",
            unique=True,
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
    )
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"reason"})

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    no: Mapped[int]
    due_on: Mapped[date]
    late_after: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    position: Mapped[str]
    at: Mapped[datetime]
    state: Mapped[CorrectionState] = mapped_column(term(CorrectionState), default=CorrectionState.PENDING)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]


class Mention(OfTask, Base):
    """Somebody named in a comment, with his name of that day; he is told. Insert-only."""

    __tablename__ = "mention"
    __table_args__ = (UniqueConstraint("note_id", "person_id"),)

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("note.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str]
