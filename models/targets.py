"""What is said on a target beside the plan's own words: who follows it and how, values for years, values reported."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Tracked, term
from models.plans import Target
from models.vocabulary import TargetOp
from models.words import Cadence, Direction, Standing


class TargetCare(Tracked, Base):
    """Who follows a target, which way it is meant to go, how often it is reported, where it began; the last one holds.

    Insert-only.
    """

    __tablename__ = "target_care"
    __table_args__ = (
        UniqueConstraint("target_id", "no"),
        CheckConstraint("no > 0", name="counted_from_one"),
        CheckConstraint("(baseline IS NULL) = (baseline_year IS NULL)", name="baseline_of_a_year"),
    )

    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"), index=True)
    no: Mapped[int]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    direction: Mapped[Direction] = mapped_column(term(Direction))
    cadence: Mapped[Cadence] = mapped_column(term(Cadence))
    baseline: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    baseline_year: Mapped[int | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    position: Mapped[str]
    at: Mapped[datetime]

    target: Mapped[Target] = relationship()

    def about(self) -> dict[str, int]:
        """Return the plan, and the unit named."""
        return {"plan": self.target.plan_id} | ({"unit": self.unit_id} if self.unit_id else {})


class TargetGoal(Tracked, Base):
    """The value of a target for one year on the way, by the document that gives it; the last one holds. Insert-only."""

    __tablename__ = "target_goal"
    __table_args__ = (
        UniqueConstraint("target_id", "year", "no"),
        CheckConstraint("no > 0", name="counted_from_one"),
        CheckConstraint("(op = 'between') = (high IS NOT NULL)", name="between_has_two"),
        CheckConstraint("high IS NULL OR high >= low", name="low_before_high"),
    )

    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"), index=True)
    year: Mapped[int]
    no: Mapped[int]
    op: Mapped[TargetOp] = mapped_column(term(TargetOp))
    low: Mapped[Decimal] = mapped_column(Numeric(18, 4))
    high: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    decision: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    position: Mapped[str]
    at: Mapped[datetime]

    target: Mapped[Target] = relationship()

    def about(self) -> dict[str, int]:
        """Return the plan."""
        return {"plan": self.target.plan_id}


class TargetValue(Tracked, Base):
    """What was reached in a period, as it was reported; a later number of the same period corrects or finishes it.

    Insert-only: the one before stays to be read.
    """

    __tablename__ = "target_value"
    __table_args__ = (
        UniqueConstraint("target_id", "period", "no"),
        CheckConstraint("no > 0", name="counted_from_one"),
        CheckConstraint("source <> ''", name="says_whence"),
    )
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"source", "reason"})

    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"), index=True)
    period: Mapped[str]
    until_on: Mapped[date]
    no: Mapped[int]
    value: Mapped[Decimal] = mapped_column(Numeric(18, 4))
    standing: Mapped[Standing] = mapped_column(term(Standing))
    source: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    position: Mapped[str]
    at: Mapped[datetime]

    target: Mapped[Target] = relationship()

    def about(self) -> dict[str, int]:
        """Return the plan, and the unit that reported."""
        return {"plan": self.target.plan_id} | ({"unit": self.unit_id} if self.unit_id else {})


class TargetTask(Tracked, Base):
    """A task that serves a target, until somebody takes the link away."""

    __tablename__ = "target_task"
    __table_args__ = (
        Index(
            "uq_target_task_open",
            "target_id",
            "task_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    target: Mapped[Target] = relationship()

    def about(self) -> dict[str, int]:
        """Return the plan and the task."""
        return {"plan": self.target.plan_id, "task": self.task_id}
