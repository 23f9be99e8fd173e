"""The bare limit of a page: Flask, SQLAlchemy, and fifty rows of the same table or its counts, and nothing else.

Run as `python -m bench.bare DATABASE PORT`.
"""

from __future__ import annotations

import sys
from datetime import date

from flask import Flask, render_template_string
from sqlalchemy import String, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker
from waitress import serve

PAGE = (
    "<!doctype html><table>{% for r in rows %}<tr><td>{{ r.id }}<td>{{ r.title }}<td>{{ r.due_on }}{% endfor %}</table>"
)

COUNTS = (
    "<!doctype html><table>{% for r in rows %}<tr><td>{{ r.lead_unit_id }}<td>{{ r.status }}<td>{{ r.size }}"
    "{% endfor %}</table>"
)


class Base(DeclarativeBase):
    """The root of the bare table."""


class Task(Base):
    """The columns a bare list shows."""

    __tablename__ = "task"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String)
    status: Mapped[str] = mapped_column(String)
    lead_unit_id: Mapped[int]
    due_on: Mapped[date | None]


def make(database: str) -> Flask:
    """Return the bare application on a database."""
    app = Flask(__name__)
    sessions = sessionmaker(create_engine(f"sqlite:///{database}"))
    stopped = ("draft", "completed", "cancelled", "withdrawn")
    query = select(Task).where(Task.status.not_in(stopped)).order_by(Task.due_on, Task.id).limit(50)

    keys = Task.lead_unit_id, Task.status
    counts = select(*keys, func.count().label("size")).group_by(*keys)

    @app.get("/")
    def page() -> str:
        with sessions() as session:
            unit = session.scalar(select(Task.lead_unit_id).limit(1))
            return render_template_string(PAGE, rows=session.scalars(query.where(Task.lead_unit_id == unit)).all())

    @app.get("/grouped")
    def grouped() -> str:
        with sessions() as session:
            return render_template_string(COUNTS, rows=session.execute(counts).all())

    return app


if __name__ == "__main__":
    serve(make(sys.argv[1]), host="127.0.0.1", port=int(sys.argv[2]), threads=8)
