"""Letters and their lines, and the two rows that keep the scheduler honest. Derived from the log, so not tracked."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, term
from models.people import Person
from models.words import (
    LetterKind,
    LetterState,
    LineState,
)

# lines that wait for a letter
WAITING: str = "letter_id IS NULL AND state IN ('planned', 'folded')"


class Letter(Base):
    """One letter to one person; (recipient, key) is what makes sending it twice impossible.

    `attempts` counts every try, `doubts` those whose answer was lost: one of these is repeated, a second is not.
    """

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("recipient_id", "key"),
        Index("ix_letter_waiting", "state", "next_try_at"),
        Index("ix_letter_day", "day"),
        CheckConstraint("state <> 'accepted' OR sent_at IS NOT NULL", name="accepted_has_moment"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str]
    day: Mapped[date]
    kind: Mapped[LetterKind] = mapped_column(term(LetterKind))
    state: Mapped[LetterState] = mapped_column(term(LetterState), default=LetterState.QUEUED)
    token: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    doubts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    message_id: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    error: Mapped[str | None] = mapped_column(Text)
    acknowledged_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]

    recipient: Mapped[Person] = relationship()
    lines: Mapped[list[LetterLine]] = relationship(back_populates="letter", order_by="LetterLine.id")


class LetterLine(Base):
    """One thing a letter says: a task, the rule that wanted it said, and the deadline it belongs to."""

    __tablename__ = "letter_line"
    __table_args__ = (
        UniqueConstraint("recipient_id", "task_id", "rule", "on"),
        Index("ix_letter_line_letter_id", "letter_id"),
        Index("ix_letter_line_waiting", "recipient_id", sqlite_where=text(WAITING), postgresql_where=text(WAITING)),
        Index("ix_letter_line_task_id", "task_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    rule: Mapped[str]
    on: Mapped[date]
    planned_on: Mapped[date]
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))
    state: Mapped[LineState] = mapped_column(term(LineState), default=LineState.PLANNED)
    reason: Mapped[str | None]
    read_at: Mapped[datetime | None]

    letter: Mapped[Letter | None] = relationship(back_populates="lines")


class SchedulerState(Base):
    """The last day the sweep planned; it never goes back."""

    __tablename__ = "scheduler_state"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date]
    ran_at: Mapped[datetime]
    log_seq: Mapped[int] = mapped_column(default=0)
    held_why: Mapped[str | None]


class Lease(Base):
    """Who may work at the moment: a name, an owner, and a token that only grows."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    token: Mapped[int]
    until: Mapped[datetime]
