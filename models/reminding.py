"""What people settle about reminding: rules of one plan or task, personal wishes, absences, and acts of chasing."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Tracked, term
from models.tasks import OfTask
from models.words import (
    Channel,
    ChaseKind,
)


class ReminderRule(Tracked, Base):
    """A rule of reminding for one plan or one task from a day on, in place of the inherited one.

    A row without a value gives the rule back to what it inherits. Rows are added, never changed; of the confirmed
    rows that have begun, the last by `valid_from`, then by id, is in force.
    """

    __tablename__ = "reminder_rule"
    __table_args__ = (
        CheckConstraint("(plan_id IS NULL) <> (task_id IS NULL)", name="one_scope"),
        CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> entered_by_id", name="two_people"),
        Index("ix_reminder_rule_plan_id", "plan_id", "name"),
        Index("ix_reminder_rule_task_id", "task_id", "name"),
    )

    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    name: Mapped[str]
    value: Mapped[str | None] = mapped_column(Text)
    valid_from: Mapped[date]
    decision: Mapped[str]
    entered_by_id: Mapped[int | None]
    entered_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None]
    confirmed_at: Mapped[datetime | None]

    def about(self) -> dict[str, int]:
        """Return the plan or the task."""
        found = {"task": self.task_id, "plan": self.plan_id}
        return {name: key for name, key in found.items() if key is not None}


class LetterPreference(Tracked, Base):
    """What one person wants of his letters: groups that come by the inbox alone, his channel, his earliest hour."""

    __tablename__ = "letter_preference"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    off: Mapped[str] = mapped_column(default="")
    channel: Mapped[Channel] = mapped_column(term(Channel), default=Channel.MAIL)
    not_before: Mapped[str | None]

    def about(self) -> dict[str, int]:
        """Return the person."""
        return {"person": self.person_id}


class Absence(Tracked, Base):
    """A span of days in which a person is away (`to_on` excluded), and who hears in his place."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("to_on > from_on", name="from_before_to"),
        CheckConstraint("substitute_id IS NULL OR substitute_id <> person_id", name="not_himself"),
        Index("ix_absence_person_id", "person_id", "from_on"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    from_on: Mapped[date]
    to_on: Mapped[date]
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    def about(self) -> dict[str, int]:
        """Return the person."""
        return {"person": self.person_id}


class Chase(OfTask, Base):
    """An act of chasing: a leader or the office urges, or demands an explanation by a day (đôn đốc, giải trình)."""

    __tablename__ = "chase"
    __table_args__ = (
        UniqueConstraint("task_id", "no"),
        CheckConstraint("kind <> 'explanation' OR answer_by IS NOT NULL", name="demand_has_day"),
    )
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"text"})

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    no: Mapped[int]
    kind: Mapped[ChaseKind] = mapped_column(term(ChaseKind))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    position: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    answer_by: Mapped[date | None]
    is_urgent: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class Explanation(OfTask, Base):
    """What the unit that owes the task says of it (ý kiến giải trình), to a demand or unasked."""

    __tablename__ = "explanation"
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"text"})

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    chase_id: Mapped[int | None] = mapped_column(ForeignKey("chase.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    position: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date | None]
    at: Mapped[datetime]


class Commitment(OfTask, Base):
    """A day by which the unit says it will be done (cam kết tiến độ); the deadline stays what it is."""

    __tablename__ = "commitment"
    __table_args__ = (UniqueConstraint("task_id", "no"),)
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"text"})

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    no: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    position: Mapped[str]
    new_on: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
