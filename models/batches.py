"""Several tasks moved in one go, and the file of a document that a task without a plan comes from."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Tracked, term
from models.tasks import OfTask
from models.words import (
    BulkAct,
)


class Batch(Tracked, Base):
    """One act on several tasks: who, when, which tasks were moved, and which were left out for what reason.

    The entries of its tasks carry its `code` as `data.batch`. A batch is undone by another one that names it, at most
    once; rows are never changed.
    """

    __tablename__ = "batch"
    __table_args__ = (
        CheckConstraint("(act = 'undo') = (undoes_id IS NOT NULL)", name="undo_names_another"),
        CheckConstraint("undoes_id IS NULL OR undoes_id <> id", name="not_itself"),
    )

    code: Mapped[str] = mapped_column(unique=True)
    act: Mapped[BulkAct] = mapped_column(term(BulkAct))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str]
    position: Mapped[str]
    at: Mapped[datetime]
    tasks: Mapped[list[Any]] = mapped_column(JSON)
    left_out: Mapped[list[Any]] = mapped_column(JSON)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"), unique=True)

    @property
    def count(self) -> int:
        """Return how many tasks it moved."""
        return len(self.tasks)


class SourceFile(OfTask, Base):
    """The document a task without a plan comes from, as a file kept by its SHA-256."""

    __tablename__ = "source_file"
    __table_args__ = (CheckConstraint("length(sha256) = 64", name="sha256"),)
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"filename"})

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int]
    media_type: Mapped[str]
    filename: Mapped[str | None]
