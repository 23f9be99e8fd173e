"""What was worked out for a report, before anybody edited it: words, tables, figures with their lists; kept as JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from documents.writers.official import Cell, Column, Counted, Form, Group, Table

FORM: Final = 1


@dataclass(frozen=True)
class Figure:
    """A figure of a report: its value as printed, its shares in per cent by what they are of, and its tasks."""

    id: str
    name: str
    value: int
    tasks: tuple[int, ...] = ()
    shares: Mapping[str, str] = field(default_factory=dict)
    is_sum: bool = False


@dataclass(frozen=True)
class Section:
    """One section of the text: heading, and lines with figures as `{id}`; a clerk may change the lines."""

    id: str
    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Content:
    """Everything of a report that follows from the log alone."""

    form: Form
    name: str
    calls: str
    subject: str
    superior: str
    body: str
    place: str
    symbol: str
    made_at: datetime
    to: tuple[str, ...]
    bases: tuple[str, ...]
    recipients: tuple[str, ...]
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    figures: Mapping[str, Figure]
    parties: tuple[tuple[str, str], ...] = ()

    def values(self) -> dict[str, str]:
        """Return what each figure named in the text stands for: `{done}` its value, `{done.due}` its share."""
        from documents.writers.official import in_digits

        found = {key: in_digits(figure.value) for key, figure in self.figures.items()}
        for key, figure in self.figures.items():
            found |= {f"{key}.{of}": percent for of, percent in figure.shares.items()}
        return found

    def figure(self, token: str) -> Figure | None:
        """Return the figure that a word of the text names, as value or as share."""
        return self.figures.get(token) or self.figures.get(token.rpartition(".")[0])


def to_json(content: Content) -> bytes:
    """Return the one JSON text of a content."""
    plain = asdict(content) | {
        "made_at": content.made_at.isoformat(),
        "tables": [_table_out(table) for table in content.tables],
        "figures": [asdict(figure) for figure in content.figures.values()],
        "v": FORM,
    }
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def from_json(data: bytes) -> Content:
    """Return the content of a JSON text."""
    found: dict[str, Any] = json.loads(data)
    found.pop("v")
    found["form"] = Form(found["form"])
    found["made_at"] = datetime.fromisoformat(found["made_at"])
    found["tables"] = tuple(_table_in(table) for table in found["tables"])
    found["sections"] = tuple(Section(each["id"], each["heading"], tuple(each["lines"])) for each in found["sections"])
    found["figures"] = {each["id"]: _figure_in(each) for each in found["figures"]}
    found["parties"] = tuple((part, name) for part, name in found["parties"])
    for name in ("to", "bases", "recipients"):
        found[name] = tuple(found[name])
    return Content(**found)


def sha_of(data: bytes) -> str:
    """Return the SHA-256 of a file, in hex."""
    return hashlib.sha256(data).hexdigest()


def _figure_in(found: dict[str, Any]) -> Figure:
    return Figure(**{**found, "tasks": tuple(found["tasks"])})


def _table_out(table: Table) -> dict[str, Any]:
    plain = asdict(table)
    plain["groups"] = [
        {"heading": group.heading, "rows": [[_cell_out(cell) for cell in row] for row in group.rows]}
        for group in table.groups
    ]
    return plain


def _table_in(found: dict[str, Any]) -> Table:
    groups = tuple(
        Group(each["heading"], tuple(tuple(_cell_in(cell) for cell in row) for row in each["rows"]))
        for each in found["groups"]
    )
    return Table(**{**found, "columns": tuple(Column(**each) for each in found["columns"]), "groups": groups})


def _cell_out(cell: Cell) -> Any:
    match cell:
        case Counted(value=value, figure=figure):
            return {"of": figure, "is": _cell_out(value)}
        case date():
            return {"day": cell.isoformat()}
        case Decimal():
            return {"decimal": str(cell)}
    return cell


def _cell_in(cell: Any) -> Cell:
    match cell:
        case {"of": str() as figure, "is": value}:
            return Counted(_cell_in(value), figure)  # type: ignore[arg-type]  # written by the function above
        case {"day": str() as day}:
            return date.fromisoformat(day)
        case {"decimal": str() as number}:
            return Decimal(number)
    return cell  # type: ignore[no-any-return]
