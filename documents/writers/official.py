"""A paper in official form (Nghị định 30/2020/NĐ-CP, Phụ lục I): its words and tables, for Word, PDF and Excel.

The words are Vietnamese in every language of the pages. A figure in the text keeps its id, so that whoever reads the
file finds the list behind it.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

COUNTRY: Final = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO: Final = "Độc lập - Tự do - Hạnh phúc"
TO: Final = "Kính gửi:"
RECIPIENTS: Final = "Nơi nhận:"
# what stands for what is not known yet
BLANK: Final = "…"
# how a text names a figure: {done}, resolved when it is written
TOKEN: Final = re.compile(r"\{([a-z][a-z0-9_.]*)\}")
# the letters of the Vietnamese alphabet by which points are lettered: no f, j, w, z
LETTERS: Final = "abcdđeghiklmnopqrstuvxy"


@dataclass(frozen=True, slots=True)
class Counted:
    """A number of a table that is a figure: its value, and the id of the list behind it."""

    value: int | Decimal | str
    figure: str


Cell = str | int | Decimal | date | Counted | None


class Form(StrEnum):
    """What kind of paper it is: with a name of its kind, an official letter, or minutes that several people sign."""

    REPORT = "report"
    LETTER = "letter"
    MINUTES = "minutes"


class Level(StrEnum):
    """How a block of text stands: a main heading (I.), one below it (1.), a point (a), a dash, or plain text."""

    MAIN = "main"
    SUB = "sub"
    POINT = "point"
    DASH = "dash"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of a text; with `figure`, the value of the figure of that id."""

    text: str
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph: how it stands, and its pieces."""

    level: Level
    said: tuple[Said, ...]

    @property
    def text(self) -> str:
        """Return the words alone."""
        return "".join(piece.text for piece in self.said)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name, its width in millimetres, and whether its cells stand in the middle."""

    name: str
    width: int
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading; without a heading when the table has no groups."""

    heading: str
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table set apart as an annex: heading, title, what it is attached to, a remark, columns and groups of rows."""

    heading: str
    title: str
    attached: str
    remark: str
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    across: bool = True
    counted: bool = True

    @property
    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        """Return every row, whatever group it stands in."""
        return tuple(row for group in self.groups for row in group.rows)


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper. `signs` are the lines above the name; `parties` sign minutes, each with part and name."""

    form: Form
    kind: str
    superior: str
    body: str
    number: str
    place_and_day: str
    subject: str
    made_at: datetime
    to: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    signs: tuple[str, ...] = ()
    signer: str = ""
    parties: tuple[tuple[str, str], ...] = ()
    recipients: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    figures: tuple[tuple[str, str, str, str], ...] = field(default=())


def said(text: str, values: dict[str, str]) -> tuple[Said, ...]:
    """Return a text in pieces, each figure it names with its value. Raises KeyError for one that is not there."""
    pieces: list[Said] = []
    at = 0
    for found in TOKEN.finditer(text):
        if found.start() > at:
            pieces.append(Said(text[at : found.start()]))
        pieces.append(Said(values[found[1]], found[1]))
        at = found.end()
    if at < len(text) or not pieces:
        pieces.append(Said(text[at:]))
    return tuple(pieces)


def shown(cell: Cell) -> str:
    """Return a cell as it is printed: days as 05/01/2022, decimals with a comma, thousands with a dot."""
    match cell:
        case None:
            return ""
        case Counted():
            return shown(cell.value)
        case date():
            return f"{cell:%d/%m/%Y}"
        case int():
            return in_digits(cell)
        case Decimal():
            return f"{cell:f}".replace(".", ",")
    return cell


def in_digits(number: int) -> str:
    """Return a whole number with dots between thousands."""
    return f"{number:,}".replace(",", ".")


def number_of(number: int | None, sign: str) -> str:
    """Return number and sign: `Số: 05/BC-BDT`; below 10 with a leading 0, open until the paper is issued."""
    return f"Số: {f'{number:02d}' if number is not None else BLANK}/{sign}"


def place_and_day(place: str, day: date | None) -> str:
    """Return place and day: days below 10 and the months 1 and 2 with a leading 0; open until the paper is issued."""
    if day is None:
        return f"{place}, ngày {BLANK} tháng {BLANK} năm {BLANK}"
    return f"{place}, {written_day(day)}"


def written_day(day: date) -> str:
    """Return a day as the head of a paper writes it."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def lettered(place: int) -> str:
    """Return the sign of a point, counted from 0: a), b), c), d), đ), e), g) …"""
    return f"{LETTERS[place % len(LETTERS)]})"


def repacked(data: bytes) -> bytes:
    """Return an office file whose archive says nothing of when it was packed: the same content, the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return made.getvalue()


def facts(paper: Paper) -> dict[str, Any]:
    """Return everything a page of it needs, as plain values."""
    plain = {
        name: getattr(paper, name)
        for name in ("form", "kind", "superior", "body", "number", "place_and_day", "subject", "signer")
    }
    lists = {name: list(getattr(paper, name)) for name in ("to", "bases", "signs", "recipients", "parties")}
    return plain | lists | {
        "country": COUNTRY, "motto": MOTTO, "to_word": TO, "recipients_word": RECIPIENTS,
        "blocks": [{"level": block.level, "text": block.text} for block in paper.blocks],
        "tables": [_table(table) for table in paper.tables],
    }  # fmt: skip


def _table(table: Table) -> dict[str, Any]:
    return {
        "heading": table.heading, "title": table.title, "attached": table.attached, "remark": table.remark,
        "across": table.across, "counted": table.counted,
        "columns": [{"name": each.name, "width": each.width, "centred": each.centred} for each in table.columns],
        "groups": [
            {"heading": group.heading, "rows": [[shown(cell) for cell in row] for row in group.rows]}
            for group in table.groups
        ],
    }  # fmt: skip
