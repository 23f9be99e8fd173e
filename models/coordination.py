"""What units say against each other's acts when they work together, and how it was decided."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.tasks import OfTask


class Contest(OfTask, Base):
    """A unit contests that it is waited for (`wait_id`), or that its duty was returned; at most one is open on a task.

    The supervising leader upholds or dismisses it (`upheld`); one that has nothing left to decide ends without either.
    """

    __tablename__ = "contest"
    __table_args__ = (
        Index(
            "uq_contest_open",
            "task_id",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
        CheckConstraint("decided_at IS NOT NULL OR upheld IS NULL", name="upheld_was_decided"),
    )
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"reason", "answer"})

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    wait_id: Mapped[int | None] = mapped_column(ForeignKey("wait.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    position: Mapped[str]
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    upheld: Mapped[bool | None]
    answer: Mapped[str | None] = mapped_column(Text)
