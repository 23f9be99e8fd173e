"""People, the posts they hold with dates, the mandates by which they sign for others, and the roles they have."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Tracked, term
from models.units import Unit
from models.vocabulary import Capacity, MandateCover, MandateKind, Rank, Role


class Person(Tracked, Base):
    """Somebody who signs in. Never removed: a line of the log may speak of him for ever."""

    __tablename__ = "person"
    DERIVED: ClassVar[frozenset[str]] = frozenset({"sort_key"})

    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    sort_key: Mapped[str] = mapped_column(index=True)
    language: Mapped[str] = mapped_column(default="vi")
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    def about(self) -> dict[str, int]:
        """Return the person."""
        return {"person": self.id}


class PersonContact(Tracked, Base):
    """Where a person is reached; committed to by the log, never shown in it."""

    __tablename__ = "person_contact"
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"email", "phone"})

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    email: Mapped[str | None]
    phone: Mapped[str | None]

    def about(self) -> dict[str, int]:
        """Return the person."""
        return {"person": self.person_id}


class Credential(Base):
    """A person's password hash; a secret, so not in the log (that it changed is).

    `must_change`: somebody else has seen the password, so its owner chooses his own before anything else.
    """

    __tablename__ = "credential"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    password_hash: Mapped[str]
    changed_at: Mapped[datetime]
    must_change: Mapped[bool] = mapped_column(default=False)


class Post(Tracked, Base):
    """A seat in a unit: Trưởng ban, Trưởng phòng … Duties attach to the seat, whoever holds it."""

    __tablename__ = "post"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    title: Mapped[str]
    rank: Mapped[Rank] = mapped_column(term(Rank))
    active: Mapped[bool] = mapped_column(default=True)

    unit: Mapped[Unit] = relationship(lazy="joined")

    def about(self) -> dict[str, int]:
        """Return the unit."""
        return {"unit": self.unit_id}


class Tenure(Tracked, Base):
    """Who holds a post from when to when (`to_on` excluded), by which decision, confirmed by a second person.

    An end that was entered (`ends_on`) becomes `to_on` once a second person confirms it too.
    """

    __tablename__ = "tenure"
    __table_args__ = (
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="from_before_to"),
        CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> entered_by_id", name="two_people"),
        CheckConstraint(
            "end_confirmed_by_id IS NULL OR end_confirmed_by_id <> end_entered_by_id", name="two_people_end_it"
        ),
        Index("ix_tenure_post_id", "post_id", "from_on"),
        Index("ix_tenure_person_id", "person_id", "from_on"),
    )

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    capacity: Mapped[Capacity] = mapped_column(term(Capacity), default=Capacity.FULL)
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    decision: Mapped[str]
    entered_by_id: Mapped[int | None]
    entered_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None]
    confirmed_at: Mapped[datetime | None]
    ends_on: Mapped[date | None]
    end_decision: Mapped[str | None]
    end_entered_by_id: Mapped[int | None]
    end_entered_at: Mapped[datetime | None]
    end_confirmed_by_id: Mapped[int | None]
    end_confirmed_at: Mapped[datetime | None]

    post: Mapped[Post] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined")

    def about(self) -> dict[str, int]:
        """Return the person and the unit."""
        return {"person": self.person_id}


class Mandate(Tracked, Base):
    """A written authority to sign for a post (KT., TL., TUQ.): it signs, and is never charged.

    It may be limited to a plan, a task, or some of the steps; `scope` says so in the decision's words.
    """

    __tablename__ = "mandate"
    __table_args__ = (
        CheckConstraint("to_at IS NULL OR to_at >= from_at", name="from_before_to"),
        CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> entered_by_id", name="two_people"),
        Index("ix_mandate_person_id", "person_id", "from_at"),
    )

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[MandateKind] = mapped_column(term(MandateKind))
    scope: Mapped[str]
    covers: Mapped[MandateCover] = mapped_column(term(MandateCover), default=MandateCover.ALL)
    plan_id: Mapped[int | None]
    task_id: Mapped[int | None]
    from_at: Mapped[datetime]
    to_at: Mapped[datetime | None]
    decision: Mapped[str]
    entered_by_id: Mapped[int | None]
    entered_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None]
    confirmed_at: Mapped[datetime | None]

    post: Mapped[Post] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined")

    def about(self) -> dict[str, int]:
        """Return the person."""
        return {"person": self.person_id}


class RoleGrant(Tracked, Base):
    """A role given to a person for a unit, from a day to a day (`to_on` excluded)."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("person_id", "role", "unit_id", "from_on"),
        CheckConstraint("role NOT IN ('head', 'leader')", name="seats_make_heads"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(term(Role))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    from_on: Mapped[date]
    to_on: Mapped[date | None]

    def about(self) -> dict[str, int]:
        """Return the person and the unit."""
        return {"person": self.person_id, "unit": self.unit_id}
