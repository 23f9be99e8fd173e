"""Duties that come again, by which rule; and reports of progress, numbered on each task."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, term
from models.tasks import Evidence, OfTask
from models.vocabulary import DeclaredState


class Recurrence(OfTask, Base):
    """The rule by which a definition brings forth occurrences, as a person confirmed it.

    `rule` is JSON in the form of a deadline's meaning (`workflow.recurrence`). The first day of report lies after
    `from_on`; none as written lies after `until_on`.
    """

    __tablename__ = "recurrence"
    __table_args__ = (
        UniqueConstraint("task_id"),
        CheckConstraint("until_on IS NULL OR until_on > from_on", name="from_before_until"),
        CheckConstraint("rule <> ''", name="has_rule"),
    )

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    rule: Mapped[str] = mapped_column(Text)
    collector_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    nil_report: Mapped[bool] = mapped_column(default=False)
    from_on: Mapped[date]
    until_on: Mapped[date | None]


class Progress(OfTask, Base):
    """What somebody reports of a task under way: its result, how much, what is in the way, how he sees it; insert-only.

    `state` is what the reporter declares; what follows from the facts is worked out beside it and never stored.
    """

    __tablename__ = "progress"
    __table_args__ = (
        UniqueConstraint("task_id", "no"),
        CheckConstraint("no > 0", name="counted_from_one"),
        CheckConstraint("quantity IS NULL OR cumulative IS NOT NULL", name="quantity_has_sum"),
    )
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"result", "difficulty", "cause", "next_step", "salt"})

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    no: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    position: Mapped[str]
    at: Mapped[datetime]
    result: Mapped[str] = mapped_column(Text)
    quantity: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    cumulative: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    measure: Mapped[str] = mapped_column(default="")
    difficulty: Mapped[str | None] = mapped_column(Text)
    cause: Mapped[str | None] = mapped_column(Text)
    next_step: Mapped[str | None] = mapped_column(Text)
    state: Mapped[DeclaredState | None] = mapped_column(term(DeclaredState))
    salt: Mapped[str]

    evidence: Mapped[list[Evidence]] = relationship(order_by=Evidence.id)
