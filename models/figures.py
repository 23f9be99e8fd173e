"""What those whom figures are about say on them; the figures themselves are worked out, never stored."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Tracked


class FigureNote(Tracked, Base):
    """The explanation of a figure by the head it is about: of which period, and what it stood at; insert-only."""

    __tablename__ = "figure_note"
    __table_args__ = (
        CheckConstraint("last_on >= first_on", name="first_before_last"),
        CheckConstraint("unit_id IS NOT NULL OR head_id IS NOT NULL", name="about_somebody"),
        Index("ix_figure_note_period", "first_on", "last_on"),
    )
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"text"})

    figure: Mapped[str]
    first_on: Mapped[date]
    last_on: Mapped[date]
    cut_off: Mapped[datetime]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    head_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    value: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    position: Mapped[str]
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)

    def about(self) -> dict[str, int]:
        """Return the unit, and the head."""
        found = {"unit": self.unit_id, "person": self.head_id}
        return {name: key for name, key in found.items() if key is not None}
