"""Documents and the plans read from them: sections, clauses with their place in the text, and targets."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Numeric, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Tracked, term
from models.vocabulary import Capacity, ClauseKind, MandateKind, PlanState, TargetOp


class Document(Tracked, Base):
    """A document as it was read: its header, its outline text, and the SHA-256 of the file kept beside."""

    __tablename__ = "document"
    __table_args__ = (CheckConstraint("length(sha256) = 64", name="sha256"),)
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"filename"})

    sha256: Mapped[str] = mapped_column(index=True)
    filename: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    kind: Mapped[str | None]
    number: Mapped[int | None]
    symbol: Mapped[str | None]
    place: Mapped[str | None]
    issued_year: Mapped[int | None]
    issued_month: Mapped[int | None]
    issued_day: Mapped[int | None]
    title: Mapped[str | None] = mapped_column(Text)
    issuing_body: Mapped[str | None]
    signer_position: Mapped[str | None]
    signer_name: Mapped[str | None]
    sign_for: Mapped[str | None]
    cited: Mapped[list[Any]] = mapped_column(JSON, default=list)
    recipients: Mapped[list[Any]] = mapped_column(JSON, default=list)
    text: Mapped[str] = mapped_column(Text, deferred=True)
    read_at: Mapped[datetime]


class Plan(Tracked, Base):
    """A plan the body answers for; its tasks can be assigned once it is published."""

    __tablename__ = "plan"
    __table_args__ = (
        CheckConstraint("steps IN (1, 2)", name="one_or_two_steps"),
        CheckConstraint("state = 'read' OR published_on IS NOT NULL", name="published_has_day"),
        CheckConstraint("replaces_id IS NULL OR replaces_id <> id", name="replaces_another"),
    )
    DERIVED: ClassVar[frozenset[str]] = frozenset({"folded"})

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), unique=True)
    title: Mapped[str] = mapped_column(Text)
    short_title: Mapped[str]
    state: Mapped[PlanState] = mapped_column(term(PlanState), default=PlanState.READ)
    steps: Mapped[int] = mapped_column(default=2)
    horizon_on: Mapped[date | None]
    published_on: Mapped[date | None]
    folded: Mapped[str] = mapped_column(Text)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"), unique=True)
    version: Mapped[int] = mapped_column()

    document: Mapped[Document] = relationship()
    sections: Mapped[list[Section]] = relationship(order_by="Section.position")

    __mapper_args__ = {"version_id_col": version}

    def about(self) -> dict[str, int]:
        """Return the plan itself."""
        return {"plan": self.id}


class Section(Tracked, Base):
    """A heading of the plan with its number path, such as II.2."""

    __tablename__ = "section"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    path: Mapped[str]
    heading: Mapped[str] = mapped_column(Text)
    position: Mapped[int]

    def about(self) -> dict[str, int]:
        """Return the plan."""
        return {"plan": self.plan_id}


class Clause(Tracked, Base):
    """A piece of the plan's text; `span` points into the document's text, half-open, in code points.

    A clause `joined` to another is done with that one's task; one declared not to be a task says why and by whom.
    """

    __tablename__ = "clause"
    __table_args__ = (
        UniqueConstraint("plan_id", "span_from"),
        CheckConstraint("span_from >= 0 AND span_to > span_from", name="span"),
        CheckConstraint("declared_by_id IS NULL OR declared_why <> ''", name="declared_has_reason"),
        CheckConstraint("joined_id IS NULL OR joined_id <> id", name="joined_to_another"),
    )
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"declared_why"})

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    kind: Mapped[ClauseKind] = mapped_column(term(ClauseKind))
    text: Mapped[str] = mapped_column(Text)
    span_from: Mapped[int]
    span_to: Mapped[int]
    declared_why: Mapped[str | None] = mapped_column(Text)
    declared_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    joined_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"))

    section: Mapped[Section | None] = relationship()

    def about(self) -> dict[str, int]:
        """Return the plan."""
        return {"plan": self.plan_id}


class Target(Tracked, Base):
    """A measured aim of the plan: an operator and one or two values in a unit, for a year.

    One that came later, with a table of targets, has no place in the plan's text.
    """

    __tablename__ = "target"
    __table_args__ = (
        CheckConstraint("(op = 'between') = (high IS NOT NULL)", name="between_has_two"),
        CheckConstraint("high IS NULL OR high >= low", name="low_before_high"),
        CheckConstraint("span_from >= 0 AND span_to > span_from", name="span"),
        CheckConstraint("(span_from IS NULL) = (span_to IS NULL)", name="whole_span"),
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    group_name: Mapped[str | None]
    about_what: Mapped[str] = mapped_column(Text)
    op: Mapped[TargetOp] = mapped_column(term(TargetOp))
    low: Mapped[Decimal] = mapped_column(Numeric(18, 4))
    high: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    unit: Mapped[str | None]
    year: Mapped[int | None]
    span_from: Mapped[int | None]
    span_to: Mapped[int | None]

    def about(self) -> dict[str, int]:
        """Return the plan."""
        return {"plan": self.plan_id}


class TaskTable(Base):
    """A table of tasks that somebody brought for a plan: its rows as read, and how many tasks it gave once taken."""

    __tablename__ = "task_table"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    filename: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    payload: Mapped[str] = mapped_column(Text)
    made: Mapped[int | None]
    made_at: Mapped[datetime | None]


class PlanSignature(Tracked, Base):
    """Who put a plan in force, as what, and what he was shown; insert-only."""

    __tablename__ = "plan_signature"
    __table_args__ = (CheckConstraint("length(content_sha) = 64", name="sha256"),)
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"remark"})

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    position: Mapped[str]
    unit_name: Mapped[str]
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    capacity: Mapped[Capacity | None] = mapped_column(term(Capacity))
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("mandate.id"))
    mandate_kind: Mapped[MandateKind | None] = mapped_column(term(MandateKind))
    content: Mapped[str] = mapped_column(Text)
    content_sha: Mapped[str]
    method: Mapped[str]
    at: Mapped[datetime]
    remark: Mapped[str | None] = mapped_column(Text)

    def about(self) -> dict[str, int]:
        """Return the plan."""
        return {"plan": self.plan_id}


class Reading(Base):
    """What was read from an uploaded file, kept for the body until somebody makes a plan of it or drops it.

    `review` holds what was decided on it so far; `replaces_id` is the plan in force that the document amends.
    """

    __tablename__ = "reading"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    filename: Mapped[str]
    media_type: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    payload: Mapped[str] = mapped_column(Text)
    review: Mapped[str | None] = mapped_column(Text)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"))
    plan_id: Mapped[int | None]
