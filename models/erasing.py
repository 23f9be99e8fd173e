"""Erasure of a private text: asked for by one person, confirmed by another; only then do the guards let it go."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable
from datetime import datetime

from flask_sqlalchemy.session import Session
from sqlalchemy import CheckConstraint, Connection, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Tracked, term
from models.letters import Letter
from models.log import ERASED, LogEntry, LogPrivate, erased_value
from models.vocabulary import CorrectionState


class Erasure(Tracked, Base):
    """One private text of one line of the log that is to be erased; those asked for together bear one code."""

    __tablename__ = "erasure"
    __table_args__ = (
        UniqueConstraint("code", "epoch", "seq", "path"),
        CheckConstraint("settled_by_id <> asked_by_id OR state <> 'confirmed'", name="two_people"),
        CheckConstraint("(state = 'pending') = (settled_at IS NULL)", name="settled_has_moment"),
    )

    code: Mapped[str]
    epoch: Mapped[int]
    seq: Mapped[int]
    path: Mapped[str]
    decision: Mapped[str]
    asked_by_id: Mapped[int]
    asked_at: Mapped[datetime]
    state: Mapped[CorrectionState] = mapped_column(term(CorrectionState), default=CorrectionState.PENDING)
    settled_by_id: Mapped[int | None]
    settled_at: Mapped[datetime | None]


def take_out(
    session: Session, line: tuple[int, int], paths: Iterable[str], *, in_letters: Callable[[str, str], bool]
) -> None:
    """Take private texts of a line out of its row, out of the letters kept here, and from beside the line.

    It goes past the session: the door would keep the old text as the old value of a change. The guards let it pass
    for what a confirmed erasure names, and for nothing else.
    """
    connection = session.connection()
    entry = session.get_one(LogEntry, line)
    for path in paths:
        own = LogPrivate.epoch == line[0], LogPrivate.seq == line[1], LogPrivate.path == path
        text = connection.execute(select(LogPrivate.value).where(*own)).scalar_one_or_none()
        if text is None:
            continue
        _from_row(connection, entry, path, text)
        if in_letters(path, text):
            _from_letters(connection, text)
        connection.execute(delete(LogPrivate).where(*own))


def _from_row(connection: Connection, entry: LogEntry, path: str, text: str) -> None:
    table, column = Base.metadata.tables.get(entry.obj_type), path.split("/")[1] if path.startswith("set/") else ""
    if table is not None and column in table.columns and entry.obj_id is not None:
        own = table.c.id == entry.obj_id, table.c[column] == text
        connection.execute(update(table).where(*own).values({column: erased_value(column)}))


def _from_letters(connection: Connection, text: str) -> None:
    query = select(Letter.id, Letter.subject, Letter.text, Letter.html)
    for row in connection.execute(query.where(Letter.text.contains(text, autoescape=True))).all():
        clean = {"subject": row.subject.replace(text, ERASED), "text": row.text.replace(text, ERASED)}
        clean["html"] = row.html.replace(html.escape(text), ERASED).replace(text, ERASED)
        connection.execute(update(Letter).where(Letter.id == row.id).values(clean))
