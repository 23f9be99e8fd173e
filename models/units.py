"""Units of the Ban and bodies beside it: names and parents hold from a day to a day (`to_on` excluded)."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Tracked, term
from models.vocabulary import NameForm, UnitChange, UnitKind


class Unit(Tracked, Base):
    """A unit by its lasting code; inside the Ban it can owe tasks, outside it is invited."""

    __tablename__ = "unit"

    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[UnitKind] = mapped_column(term(UnitKind))
    inside: Mapped[bool] = mapped_column(default=True)
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    position: Mapped[int] = mapped_column(default=100)
    version: Mapped[int] = mapped_column()

    names: Mapped[list[UnitName]] = relationship(back_populates="unit", order_by="UnitName.from_on")

    __mapper_args__ = {"version_id_col": version}

    def about(self) -> dict[str, int]:
        """Return the unit itself."""
        return {"unit": self.id}

    def name_on(self, day: date, form: NameForm = NameForm.FULL) -> str:
        """Return the unit's name of that day; the latest known one when the day has none."""
        named = [name for name in self.names if name.form == form] or self.names
        for name in named:
            if name.from_on <= day and (name.to_on is None or day < name.to_on):
                return name.text
        return named[-1].text if named else self.code


class UnitName(Tracked, Base):
    """What a unit is called in a span of days, with the decision that says so."""

    __tablename__ = "unit_name"
    __table_args__ = (
        CheckConstraint("to_on IS NULL OR to_on > from_on", name="from_before_to"),
        Index("ix_unit_name_unit_id", "unit_id", "from_on"),
    )
    DERIVED: ClassVar[frozenset[str]] = frozenset({"folded", "sort_key"})

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    text: Mapped[str]
    form: Mapped[NameForm] = mapped_column(term(NameForm), default=NameForm.FULL)
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    decision: Mapped[str] = mapped_column(default="")
    folded: Mapped[str] = mapped_column(index=True)
    sort_key: Mapped[str]

    unit: Mapped[Unit] = relationship(back_populates="names")

    def about(self) -> dict[str, int]:
        """Return the unit."""
        return {"unit": self.unit_id}


class UnitParent(Tracked, Base):
    """Under which unit another stands in a span of days."""

    __tablename__ = "unit_parent"
    __table_args__ = (
        CheckConstraint("to_on IS NULL OR to_on > from_on", name="from_before_to"),
        CheckConstraint("unit_id <> parent_id", name="not_itself"),
        Index("ix_unit_parent_unit_id", "unit_id", "from_on"),
    )

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    parent_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    decision: Mapped[str] = mapped_column(default="")

    def about(self) -> dict[str, int]:
        """Return the unit."""
        return {"unit": self.unit_id}


class UnitEvent(Tracked, Base):
    """What is to happen to a unit from a day on, by which decision; it happens once a second person confirms it.

    Of a merge, split, end with heirs or transfer (its units in `unit_event_unit`) open work passes on its day
    (`happened_at`); who passes it further on signs the list off.
    """

    __tablename__ = "unit_event"
    __table_args__ = (
        CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> entered_by_id", name="two_people"),
        CheckConstraint("confirmed_at IS NULL OR taken_back_at IS NULL", name="confirmed_or_taken_back"),
        CheckConstraint("decision <> ''", name="has_a_decision"),
        Index("ix_unit_event_unit_id", "unit_id"),
    )

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[UnitChange] = mapped_column(term(UnitChange))
    from_on: Mapped[date]
    decision: Mapped[str]
    name: Mapped[str | None]
    form: Mapped[NameForm | None] = mapped_column(term(NameForm))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    entered_by_id: Mapped[int | None]
    entered_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None]
    confirmed_at: Mapped[datetime | None]
    taken_back_at: Mapped[datetime | None]
    happened_at: Mapped[datetime | None]
    list_signed_by_id: Mapped[int | None]
    list_signed_at: Mapped[datetime | None]

    def about(self) -> dict[str, int]:
        """Return the unit."""
        return {"unit": self.unit_id}
