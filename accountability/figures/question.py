"""What figures are asked for: of whom or what, in which period, as known at which moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import clock
from accountability.periods import Period

# who heads a unit whose head's seat is empty
VACANT: Final = 0
MOMENT: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class Question:
    """Figures of a period, both days included, as known at a moment; of one unit, head, leader, plan or section.

    The head is a person (VACANT: the empty seat): a task is his where he headed its unit on the day that decides. What
    is None limits nothing.
    """

    first: date
    last: date
    cut_off: datetime
    unit_id: int | None = None
    head_id: int | None = None
    leader_post_id: int | None = None
    plan_id: int | None = None
    section: str = ""

    def __post_init__(self) -> None:
        """Know nothing that happened after the period: what is looked at is how things stood at its end."""
        object.__setattr__(self, "cut_off", min(self.cut_off, clock.end_of(self.last)))

    @property
    def day(self) -> date:
        """Return the day on which open tasks are looked at: the last before the cut-off."""
        return clock.day_of(self.cut_off - MOMENT)

    @property
    def from_at(self) -> datetime:
        """Return the first moment of the period."""
        return clock.start_of(self.first)

    def about(self, **names: Any) -> Question:
        """Return the same question about somebody or something else."""
        return replace(self, **names)

    def words(self) -> dict[str, str]:
        """Return the question as an address carries it."""
        found = {
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "cut": self.cut_off.isoformat().replace("+00:00", "Z"),
        }
        found |= {name: str(value) for name, column in NAMES.items() if (value := getattr(self, column)) is not None}
        return found | ({"section": self.section} if self.section else {})

    def address(self, figure_id: str = "") -> str:
        """Return where the list behind a figure stands; without one, the page of all figures."""
        return f"/figures{'/' if figure_id else ''}{figure_id}?{urlencode(self.words())}"


# how the address names what a question is about -> the question's own name for it
NAMES: Final = {"unit": "unit_id", "head": "head_id", "leader": "leader_post_id", "plan": "plan_id"}


def of_period(period: Period, at: datetime, **about: Any) -> Question:
    """Return the question of a reporting period: taken at its own cut-off, or now while it runs (rulings 17)."""
    return Question(period.first, period.last, min(period.cut_off, at), **about)


def parse(words: Mapping[str, str]) -> Question:
    """Return the question an address carries. Raises ValueError for words that are none."""
    about: dict[str, Any] = {column: int(words[name]) for name, column in NAMES.items() if words.get(name)}
    if any(not (0 < value < 2**31 or (column, value) == ("head_id", VACANT)) for column, value in about.items()):
        raise ValueError("no such number")
    first, last = date.fromisoformat(words["from"]), date.fromisoformat(words["to"])
    if not date(2000, 1, 1) <= first <= last <= date(2100, 12, 31):
        raise ValueError("the first day comes after the last")
    cut_off = clock.parse_moment(words["cut"]) if words.get("cut") else clock.end_of(last)
    return Question(first, last, cut_off, section=words.get("section", "")[:40], **about)
