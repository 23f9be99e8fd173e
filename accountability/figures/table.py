"""Every figure as a row: what it is called, what it means in words, what it is a share of, and what is counted.

Where a figure is a sum of days, its list shows the rows with their days; every other figure is the length of its list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, true

from accountability.figures.facts import HELD_CLASS, STOPPED_CLASS, Source
from accountability.figures.words import WORDS
from models.vocabulary import DeclaredState, Status, TaskKind
from models.vocabulary import OfficialClass as C
from terms import N_
from workflow.timing import HANDED_IN

# what a change of a definition below moves on; printed beside the figures
RULES: Final = "1"
DUE: Final = "due"
ASSIGNED: Final = "assigned"
BOTH: Final = (DUE, ASSIGNED)
# the four classes, and those that make up each sum of them
DONE: Final = (C.DONE_ON_TIME, C.DONE_LATE)
OPEN: Final = (C.OPEN_IN_TIME, C.OPEN_LATE)
LATE: Final = (C.DONE_LATE, C.OPEN_LATE)

Condition = Callable[[Source], ColumnElement[bool]]


@dataclass(frozen=True)
class Definition:
    """One figure. `of`: the figures it is a share of, the first where only one is named; `sums`: days, not rows."""

    id: str
    group: str
    condition: Condition
    of: tuple[str, ...] = ()
    source: str = "task"
    sums: str = ""

    @property
    def name(self) -> str:
        """Return what it is called, as a message."""
        return WORDS[self.id][0]

    @property
    def words(self) -> str:
        """Return what it means, as a message."""
        return WORDS[self.id][1]


def _is(*classes: C | str, by: str = "now") -> Condition:
    return lambda rows: rows[by].in_([str(each) for each in classes])


def _both(*parts: Condition) -> Condition:
    return lambda rows: and_(*(part(rows) for part in parts))


def _all(_rows: Source) -> ColumnElement[bool]:
    return true()


def _over(rows: Source) -> ColumnElement[bool]:
    return rows["over"] > 0


def _green(rows: Source) -> ColumnElement[bool]:
    return rows["said"] == DeclaredState.GREEN


def _objective(rows: Source) -> ColumnElement[bool]:
    return rows["is_objective"]


def _soon(rows: Source) -> ColumnElement[bool]:
    return rows["is_soon"]


def _stands(*statuses: Status) -> Condition:
    """Return the condition of open tasks in some states, with or without a deadline."""
    return _both(_is(*OPEN, C.NO_DEADLINE), lambda rows: rows["status"].in_(statuses))


def _new(rows: Source) -> ColumnElement[bool]:
    return rows["is_new"]


def _by_days(low: int, high: int | None) -> Condition:
    """Return the condition of the overdue by so many days, both ends included."""

    def holds(rows: Source) -> ColumnElement[bool]:
        found = rows["late"] >= low
        return found if high is None else and_(found, rows["late"] <= high)

    return _both(_is(C.OPEN_LATE), holds)


def _report(*classes: C) -> Condition:
    return _both(lambda rows: rows["kind"] == TaskKind.OCCURRENCE, _is(*classes))


# late days by whom they are charged to: worked out from seats and histories (`charged.py`), not by the database alone
CHARGES: Final = (
    "charged_days",
    "charged_working_days",
    "charged_waited_days",
    "objective_days",
    "vacant_days",
    "leadership_days",
    "uncharged_days",
)

# group -> what it is called
GROUPS: Final = {
    "classes": N_("The four classes"),
    "first": N_("By the original date"),
    "lateness": N_("How late"),
    "charges": N_("Late days of the period, and to whom they are charged"),
    "extensions": N_("Extensions"),
    "waiting": N_("Waiting between units"),
    "quality": N_("Returned, and declared otherwise"),
    "reports": N_("Recurring reports"),
    "work": N_("Work in hand"),
}

_ROWS: Final = (
    Definition(ASSIGNED, "classes", _is(*DONE, *OPEN)),
    Definition(DUE, "classes", _is(*DONE, C.OPEN_LATE), (ASSIGNED,)),
    Definition("done", "classes", _is(*DONE), BOTH),
    Definition("done_on_time", "classes", _is(C.DONE_ON_TIME), BOTH),
    Definition("done_late", "classes", _is(C.DONE_LATE), BOTH),
    Definition("open", "classes", _is(*OPEN), (ASSIGNED,)),
    Definition("open_in_time", "classes", _is(C.OPEN_IN_TIME), (ASSIGNED,)),
    Definition("open_late", "classes", _is(C.OPEN_LATE), BOTH),
    Definition("no_deadline", "classes", _is(C.NO_DEADLINE)),
    Definition("held", "classes", _is(HELD_CLASS)),
    Definition("stopped", "classes", _is(STOPPED_CLASS)),
    Definition("new", "classes", _both(_is(*DONE, *OPEN, C.NO_DEADLINE), _new)),
    Definition("first_on_time", "first", _is(C.DONE_ON_TIME, by="first"), BOTH),
    Definition("first_late", "first", _is(C.DONE_LATE, by="first"), BOTH),
    Definition("first_open_late", "first", _is(C.OPEN_LATE, by="first"), (ASSIGNED,)),
    Definition("late_1_30", "lateness", _by_days(1, 30), ("open_late",)),
    Definition("late_31_60", "lateness", _by_days(31, 60), ("open_late",)),
    Definition("late_61_120", "lateness", _by_days(61, 120), ("open_late",)),
    Definition("late_over_120", "lateness", _by_days(121, None), ("open_late",)),
    Definition("late_days", "lateness", _is(*LATE), sums="late"),
    Definition("late_days_first", "lateness", _is(*LATE, by="first"), sums="late_first"),
    Definition("late", "lateness", _is(*LATE), BOTH),
    Definition("late_objective", "lateness", _both(_is(*LATE), _objective), ("late",)),
    *(Definition(key, "charges", _all, source="charge", sums="days") for key in CHARGES),
    Definition("extensions", "extensions", _all, source="extension"),
    Definition("extension_days", "extensions", _all, source="extension", sums="days"),
    Definition("returns", "quality", _all, source="return"),
    Definition("green_then_late", "quality", _both(_is(*LATE), _green), source="declared"),
    Definition("waited_for", "waiting", _all, source="wait"),
    Definition("waited_for_over", "waiting", _over, ("waited_for",), source="wait"),
    Definition("waited_for_days", "waiting", _over, source="wait", sums="over"),
    Definition("waiting", "waiting", _all, source="waiting"),
    Definition("waiting_days", "waiting", _all, source="waiting", sums="days"),
    Definition("soon", "work", _both(_is(C.OPEN_IN_TIME), _soon), ("open",)),
    Definition("unreceived", "work", _stands(Status.ASSIGNED)),
    Definition("unsigned", "work", _stands(*HANDED_IN)),
    Definition("reports_due", "reports", _report(*DONE, C.OPEN_LATE)),
    Definition("reports_on_time", "reports", _report(C.DONE_ON_TIME), ("reports_due",)),
    Definition("reports_late", "reports", _report(C.DONE_LATE), ("reports_due",)),
    Definition("reports_missing", "reports", _report(C.OPEN_LATE), ("reports_due",)),
)

FIGURES: Final[dict[str, Definition]] = {each.id: each for each in _ROWS}
