"""The annex that distributes a plan's tasks (phụ lục phân công nhiệm vụ): its words and rows, for Word and Excel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Protocol

# The columns of such annexes (domain notes 4.1), and about how wide each is set on a page across, in millimetres.
# fmt: off
COLUMNS: Final = (
    ("TT",                     12),
    ("Nội dung nhiệm vụ",      92),
    ("Cơ quan chủ trì",        42),
    ("Cơ quan phối hợp",       42),
    ("Thời gian hoàn thành",   32),
    ("Sản phẩm",               32),
)
# fmt: on
HEADING: Final = "PHỤ LỤC"


@dataclass(frozen=True, slots=True)
class AnnexRow:
    """A task of the annex; `due` is set when its time is a day and nothing else."""

    text: str
    lead: str = ""
    coordinators: str = ""
    time: str = ""
    due: date | None = None
    product: str = ""

    def cells(self) -> tuple[str, ...]:
        """Return what stands behind the number, as words."""
        when = f"{self.due:%d/%m/%Y}" if self.due else self.time
        return self.text, self.lead, self.coordinators, when, self.product

    def typed(self) -> tuple[str | date | Decimal, ...]:
        """Return what stands behind the number, days as days."""
        return self.text, self.lead, self.coordinators, self.due or self.time, self.product


class Row(Protocol):
    """A row of any annex."""

    def cells(self) -> tuple[str, ...]:
        """Return what stands behind the number, as words."""

    def typed(self) -> tuple[str | date | Decimal, ...]:
        """Return the same with numbers and days as such, for a workbook."""


@dataclass(frozen=True, slots=True)
class AnnexGroup:
    """Rows (see `Row`) under one heading; without a heading when the annex has no groups."""

    heading: str
    rows: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Annex:
    """A whole annex: its title, the document it is attached to, the body that issues it, its groups and columns.

    `centred` are the places of columns whose cells stand in the middle.
    """

    title: str
    attached: str
    body: str
    made_at: datetime
    groups: tuple[AnnexGroup, ...]
    columns: tuple[tuple[str, int], ...] = COLUMNS
    centred: frozenset[int] = frozenset({0, 4})
    sheet: str = "Phân công nhiệm vụ"


def in_roman(number: int) -> str:
    """Return a number from 1 to 399 in roman numerals."""
    signs = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    found = ""
    for worth, letters in signs:
        found += letters * (number // worth)
        number %= worth
    return found
