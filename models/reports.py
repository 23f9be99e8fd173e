"""Reports in official form: what each was made of, how far it is, its number and its files; and the office's templates.

The files (content, document, signed copy) lie in the store by their SHA-256; a row and the log hold the hashes.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Tracked, term
from models.words import ReportKind, ReportState


class Report(Tracked, Base):
    """A report of a period as of a day: made of the log up to one entry (`epoch`, `seq`), whatever came after.

    `content_sha` names what was worked out then: figures with their lists, texts and tables. `prose` holds the texts
    that a clerk changed. Once issued it keeps number, day and the document itself (`file_sha`).
    """

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("symbol", "year", "number"),
        CheckConstraint("length(content_sha) = 64 AND length(template_sha) = 64", name="sha256"),
        CheckConstraint(
            "state NOT IN ('issued', 'archived') OR (number IS NOT NULL AND issued_on IS NOT NULL"
            " AND file_sha IS NOT NULL)",
            name="issued_has_number",
        ),
        CheckConstraint("signed_sha IS NULL OR state IN ('issued', 'archived')", name="signed_was_issued"),
        CheckConstraint("number IS NULL OR number > 0", name="numbered_from_one"),
        Index("ix_report_period", "period", "kind"),
    )
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"prose", "signed_name"})

    kind: Mapped[ReportKind] = mapped_column(term(ReportKind))
    period: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    as_of: Mapped[date]
    against: Mapped[date | None]
    epoch: Mapped[int]
    seq: Mapped[int]
    state: Mapped[ReportState] = mapped_column(term(ReportState), default=ReportState.DRAFT)
    product: Mapped[str]
    template_sha: Mapped[str]
    content_sha: Mapped[str]
    prose: Mapped[str | None] = mapped_column(Text)
    symbol: Mapped[str]
    number: Mapped[int | None]
    year: Mapped[int | None]
    issued_on: Mapped[date | None]
    signs: Mapped[str | None]
    signer: Mapped[str | None]
    file_sha: Mapped[str | None]
    signed_sha: Mapped[str | None]
    signed_name: Mapped[str | None]
    signed_type: Mapped[str | None]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    def about(self) -> dict[str, int]:
        """Return the unit it is about, when it is about one."""
        return {"unit": self.unit_id} if self.unit_id is not None else {}


class ReportTemplate(Tracked, Base):
    """A template of the office's own for one form of paper; the last one is in use. Without a file: the built-in."""

    __tablename__ = "report_template"
    __table_args__ = (CheckConstraint("sha256 IS NULL OR length(sha256) = 64", name="sha256"),)
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"filename"})

    form: Mapped[str]
    sha256: Mapped[str | None]
    size: Mapped[int | None]
    filename: Mapped[str | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
