"""Work that passes on: who handed over what to whom, which units took part in a change, and who could not be found."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Tracked, term
from models.people import Person
from models.units import Unit
from models.vocabulary import EventSide, Leaving


class Handover(Tracked, Base):
    """What a person held when he left, and to whom each thing went; insert-only, signed by him or his superior."""

    __tablename__ = "handover"
    __table_args__ = (
        CheckConstraint("length(content_sha) = 64", name="sha256"),
        CheckConstraint("person_id = signed_by_id OR reason IS NOT NULL", name="in_his_place_with_reason"),
        CheckConstraint("(leaving = 'seat') = (tenure_id IS NOT NULL)", name="seat_is_named"),
        CheckConstraint("(leaving = 'role') = (grant_id IS NOT NULL)", name="role_is_named"),
        Index("ix_handover_person_id", "person_id"),
    )
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"reason"})

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    leaving: Mapped[Leaving] = mapped_column(term(Leaving))
    tenure_id: Mapped[int | None] = mapped_column(ForeignKey("tenure.id"))
    grant_id: Mapped[int | None] = mapped_column(ForeignKey("role_grant.id"))
    signed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    position: Mapped[str]
    unit_name: Mapped[str]
    reason: Mapped[str | None] = mapped_column(Text)
    content: Mapped[str] = mapped_column(Text)
    content_sha: Mapped[str]
    method: Mapped[str]
    at: Mapped[datetime]

    person: Mapped[Person] = relationship(foreign_keys=person_id)

    def about(self) -> dict[str, int]:
        """Return the person who leaves."""
        return {"person": self.person_id}


class UnitEventUnit(Tracked, Base):
    """A unit that takes part in an organisational change; one that gives work up names its one heir."""

    __tablename__ = "unit_event_unit"
    __table_args__ = (
        UniqueConstraint("event_id", "unit_id", "side"),
        CheckConstraint("heir_id IS NULL OR side = 'from'", name="who_gives_has_the_heir"),
        CheckConstraint("heir_id IS NULL OR heir_id <> unit_id", name="heir_is_another"),
        Index("ix_unit_event_unit_unit_id", "unit_id"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("unit_event.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    side: Mapped[EventSide] = mapped_column(term(EventSide))
    heir_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))

    unit: Mapped[Unit] = relationship(foreign_keys=unit_id)

    def about(self) -> dict[str, int]:
        """Return the unit."""
        return {"unit": self.unit_id}


OPEN: str = "solved_at IS NULL"


class SignerAlert(Base):
    """An act that waits while nobody may do it: who was told, and until when it was so. Derived, so not tracked."""

    __tablename__ = "signer_alert"
    __table_args__ = (
        Index(
            "uq_signer_alert_open",
            "kind",
            "object_id",
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        Index("ix_signer_alert_task_id", "task_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    object_id: Mapped[int]
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    superior_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    since: Mapped[date]
    found_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    solved_at: Mapped[datetime | None]
