"""The entered calendar and the dated settings: rows are added, never changed, each with its decision."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Tracked, term
from models.vocabulary import DayKind


class CalendarDay(Tracked, Base):
    """A day that differs from its weekday, by a decision, in force once a second person confirmed it."""

    __tablename__ = "calendar_day"
    __table_args__ = (
        CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> entered_by_id", name="two_people"),
        Index("ix_calendar_day_day", "day", "id"),
    )

    day: Mapped[date]
    kind: Mapped[DayKind] = mapped_column(term(DayKind))
    name: Mapped[str]
    decision: Mapped[str]
    entered_by_id: Mapped[int | None]
    entered_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None]
    confirmed_at: Mapped[datetime | None]


class CalendarYear(Tracked, Base):
    """A year whose days off have been entered or checked, with the decision they come from, by two people."""

    __tablename__ = "calendar_year"
    __table_args__ = (
        CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> entered_by_id", name="two_people"),
    )

    year: Mapped[int] = mapped_column(unique=True)
    decision: Mapped[str]
    entered_by_id: Mapped[int | None]
    entered_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None]
    confirmed_at: Mapped[datetime | None]


class Setting(Tracked, Base):
    """A rule's value from a day on; the latest confirmed row of a name that has begun is in force."""

    __tablename__ = "setting"
    __table_args__ = (
        CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> entered_by_id", name="two_people"),
        Index("ix_setting_name", "name", "valid_from", "id"),
    )
    PRIVATE: ClassVar[frozenset[str]] = frozenset()

    name: Mapped[str]
    value: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    decision: Mapped[str] = mapped_column(default="")
    entered_by_id: Mapped[int | None]
    entered_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None]
    confirmed_at: Mapped[datetime | None]
