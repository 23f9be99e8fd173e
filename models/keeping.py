"""Who keeps the checkpoints of the log, in a mailbox of his own, so that nobody can write the log anew unnoticed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Tracked


class Keeper(Tracked, Base):
    """A person, or the mailbox of one who never signs in, who gets every checkpoint from a day on (`to_on` excluded).

    His address stands with his contact, where the log commits to it and never shows it.
    """

    __tablename__ = "keeper"
    __table_args__ = (CheckConstraint("to_on IS NULL OR to_on >= from_on", name="from_before_to"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    from_on: Mapped[date]
    to_on: Mapped[date | None]

    def about(self) -> dict[str, int]:
        """Return the person."""
        return {"person": self.person_id}
