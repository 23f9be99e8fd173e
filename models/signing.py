"""Signing: second factors and recovery codes, who signs in a plan's tasks, what was opened before it was signed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Tracked, term
from models.vocabulary import SecondSigner


class SecondFactor(Base):
    """A person's one-time codes (RFC 6238): their secret, sealed with the server's key, and the last one taken.

    A secret, so not in the log; that it was set or removed is. `last_form` is the form that used the last code: sent
    twice, it counts once.
    """

    __tablename__ = "second_factor"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    sealed: Mapped[str]
    set_at: Mapped[datetime]
    last_step: Mapped[int]
    last_form: Mapped[str | None]


class RecoveryCode(Base):
    """One of the codes for a lost telephone, as SHA-256 of 79 bits of chance; each is good once."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("person_id", "code_sha"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    code_sha: Mapped[str]
    used_at: Mapped[datetime | None]
    used_form: Mapped[str | None]


class Opened(Base):
    """A reader's mark: who had which result on his signing page, with which content."""

    __tablename__ = "opened"
    __table_args__ = (UniqueConstraint("person_id", "hand_in_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    hand_in_id: Mapped[int] = mapped_column(ForeignKey("hand_in.id"))
    content_sha: Mapped[str]
    at: Mapped[datetime]


class Flow(Tracked, Base):
    """A version of who signs in a plan's tasks, by a decision; rows are only added.

    Version 1 is the plan as it came, without a row.
    """

    __tablename__ = "flow"
    __table_args__ = (
        UniqueConstraint("plan_id", "no"),
        CheckConstraint("no > 1", name="first_came_with_the_plan"),
        CheckConstraint("steps IN (1, 2)", name="one_or_two_steps"),
        CheckConstraint("decision <> ''", name="has_decision"),
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    no: Mapped[int]
    steps: Mapped[int]
    second: Mapped[SecondSigner] = mapped_column(term(SecondSigner))
    decision: Mapped[str]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]

    def about(self) -> dict[str, int]:
        """Return the plan."""
        return {"plan": self.plan_id}
