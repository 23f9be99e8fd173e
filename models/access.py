"""Sign-in: sessions on the server, counts of failed tries, and answers kept so that a second click is harmless."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class WebSession(Base):
    """One signed-in browser; only the SHA-256 of its token is stored."""

    __tablename__ = "web_session"

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    method: Mapped[str] = mapped_column(default="password")


class Throttle(Base):
    """A failed try to sign in or to sign, by account or address (as a hash)."""

    __tablename__ = "throttle"
    __table_args__ = (Index("ix_throttle_key", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    at: Mapped[datetime]


class Idempotency(Base):
    """What a form's key was answered with, and which form it was: the same form again does nothing more."""

    __tablename__ = "idempotency"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str]
    form: Mapped[str]
    answer: Mapped[str]
    at: Mapped[datetime]


class Token(Base):
    """A secret address somebody asked for, such as his calendar feed; only the SHA-256 of the secret is stored.

    `kind` says what it opens; `unit_id` which unit's, none for one's own. Revoked ones stay, so that their line in
    the log has something to speak of.
    """

    __tablename__ = "token"
    __table_args__ = (Index("ix_token_person_id", "person_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    secret_sha: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
