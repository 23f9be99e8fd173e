"""Where a task without a plan comes from: a document or a meeting by kind, number and day (rulings 28)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select

import vietnamese
from models.base import db
from models.batches import SourceFile
from models.tasks import Task
from models.words import (
    SourceKind,
)
from workflow import files
from workflow.errors import Refusal
from workflow.given import LABELS, LIMITS, Upload, is_blank

# what such a document is called where it is cited, whatever language the reader has
NAMES: Final[dict[SourceKind, str]] = {
    SourceKind.LETTER: "Công văn",
    SourceKind.CONCLUSION: "Kết luận cuộc họp",
    SourceKind.ORDER: "Chỉ thị",
    SourceKind.DECISION: "Quyết định",
    SourceKind.NOTICE: "Thông báo",
    SourceKind.OTHER: "Văn bản",
}
SHOWN: Final = 20


@dataclass(frozen=True)
class Source:
    """A document or meeting, with its summary and its file where there is one; None for what was left empty."""

    kind: SourceKind | None
    number: str
    on: date | None
    about: str = ""
    file: Upload | None = None

    @property
    def text(self) -> str:
        """Return how it is cited: “Công văn số 123/UBND-TH ngày 05/01/2026”."""
        assert self.kind is not None  # asked for before it is cited
        assert self.on is not None
        return f"{NAMES[self.kind]} số {self.number} ngày {self.on:%d/%m/%Y}"

    def require(self, today: date) -> None:
        """Raise Refusal unless kind, number and a day that has come are there."""
        named = (("source_kind", self.kind), ("source_number", self.number), ("source_on", self.on))
        for name, value in named:
            if value is None or (isinstance(value, str) and is_blank(value)):
                raise Refusal("missing_field", field=LABELS[name])
        if self.on is not None and self.on > today:
            raise Refusal("date_in_future", field=LABELS["source_on"], value=self.on.strftime("%d/%m/%Y"))
        for name, text in (("source_number", self.number), ("source_about", self.about)):
            if len(text) > LIMITS[name]:
                raise Refusal("too_long", field=LABELS[name], limit=LIMITS[name], length=len(text))


def columns(source: Source) -> dict[str, Any]:
    """Return a source as columns of the task."""
    about = vietnamese.normalise(source.about).strip()
    return {
        "source_document": source.text,
        "source_kind": source.kind,
        "source_number": source.number,
        "source_on": source.on,
        "source_about": about,
    }


def keep(task: Task, source: Source) -> SourceFile | None:
    """Keep the document's file and return its row, to be added inside the door. Raises Refusal for another kind."""
    if source.file is None:
        return None
    return SourceFile(**files.keep((source.file,))[0], task_id=task.id)


def others(source: Source, but: int | None = None) -> list[Task]:
    """Return the tasks that came from the same document: same day, and number but for case and blanks. One query."""
    query = select(Task).where(Task.source_on == source.on, Task.id != (but or 0)).order_by(Task.id)
    wanted = plain_number(source.number)
    return [task for task in db.session.scalars(query).unique() if plain_number(task.source_number) == wanted][:SHOWN]


def require_new(source: Source, title: str) -> None:
    """Raise Refusal when the same document has given the same task already (rulings 28)."""
    twin = next((task for task in others(source) if task.folded == folded(title, source)), None)
    if twin is not None:
        raise Refusal("same_document_twice", number=twin.id, document=source.text)


def folded(title: str, source: Source) -> str:
    """Return what a search finds such a task by: its words and its document."""
    return vietnamese.fold(f"{title} {source.text} {source.about}")


def plain_number(number: str) -> str:
    """Return a document's number as it is compared: “123 / ubnd-TH” is “123/UBND-TH”."""
    return "".join(number.split()).upper()
