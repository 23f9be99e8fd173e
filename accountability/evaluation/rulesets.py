"""The rules of yearly evaluation as rows: which decree holds when and for whom, what it counts, and its thresholds.

A threshold is the name of a dated setting (`workflow.reference.SETTINGS`): the office changes it from a day on by a
decision, and a period is read with the numbers in force on its last day. Which level somebody reaches is for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from terms import N_


class Level(StrEnum):
    """The four levels of Nghị định 90/2020/NĐ-CP, which the later decrees keep."""

    EXCELLENT = "excellent"
    GOOD = "good"
    DONE = "done"
    FAILED = "failed"


LEVELS: Final = {
    Level.EXCELLENT: N_("excellent completion"),
    Level.GOOD: N_("good completion"),
    Level.DONE: N_("completion"),
    Level.FAILED: N_("no completion"),
}


class Staff(StrEnum):
    """Whom a decree is for: officials of administrative bodies, or employees of public service units."""

    OFFICIAL = "official"
    EMPLOYEE = "employee"


@dataclass(frozen=True)
class Limit:
    """What a level asks of a number: a sign and the setting that holds the threshold; 100 % where none is named."""

    level: Level
    sign: str
    setting: str = ""


@dataclass(frozen=True)
class Criterion:
    """One number of a decree: what is counted as a share of what, and what each level asks of it.

    `part` and `whole` are figures, or measures of `evidence.MEASURES`; without a part people write it down themselves.
    """

    id: str
    name: str
    part: str = ""
    whole: str = ""
    limits: tuple[Limit, ...] = ()
    only_heads: bool = False


@dataclass(frozen=True)
class RuleSet:
    """A decree, from when to when (excluded) it holds, and for whom."""

    code: str
    title: str
    staff: tuple[Staff, ...]
    from_on: date
    to_on: date | None
    criteria: tuple[Criterion, ...]
    notes: tuple[tuple[str, str], ...] = ()


DONE: Final = N_("completed, of those due")
ON_TIME: Final = N_("completed on time, of those due")
AHEAD: Final = N_("completed before the deadline, of those due")
SHORT: Final = N_("late, of those due")
TARGETS: Final = N_("targets of the year met, of those the unit follows")
UNITS: Final = N_("subordinate units that completed their tasks or better")
REPORTS: Final = N_("recurring reports on time, of those due")
QUANTITY: Final = N_("a: quantity, completed of those due")
QUALITY: Final = N_("b: quality, each result returned lowers its product's score")
PROGRESS: Final = N_("c: progress, each delay lowers its product's score")
OF_UNIT: Final = N_("d: results of the unit, all subordinates completed or not")
ORGANISING: Final = N_("đ: ability to organise, tasks late among those due")
UNITY: Final = N_("e: unity in the unit")

_REPORTS: Final = Criterion("reports", REPORTS, "reports_on_time", "reports_due")
_90: Final = (
    Criterion("done", DONE, "done", "due", (
        Limit(Level.GOOD, "="),
        Limit(Level.DONE, ">", "evaluation.90.done"),
        Limit(Level.FAILED, "<", "evaluation.90.failed_done"),
    )),
    Criterion("on_time", ON_TIME, "done_on_time", "due", (Limit(Level.GOOD, "≥", "evaluation.90.on_time"),)),
    Criterion("ahead", AHEAD, "ahead", "due", (Limit(Level.EXCELLENT, "≥", "evaluation.90.ahead"),)),
    Criterion("short", SHORT, "late", "due", (
        Limit(Level.DONE, "≤", "evaluation.90.short"),
        Limit(Level.FAILED, ">", "evaluation.90.failed_short"),
    )),
    Criterion("targets", TARGETS, "targets_met", "targets", (
        Limit(Level.DONE, ">", "evaluation.90.done"),
        Limit(Level.FAILED, "<", "evaluation.90.failed_done"),
    ), only_heads=True),
    Criterion("units", UNITS, limits=(Limit(Level.DONE, "≥", "evaluation.90.units"),), only_heads=True),
    _REPORTS,
)  # fmt: skip
_335: Final = (
    Criterion("quantity", QUANTITY, "done", "due"),
    Criterion("quality", QUALITY, "quality"),
    Criterion("progress", PROGRESS, "progress"),
    Criterion("unit", OF_UNIT, only_heads=True),
    Criterion("organising", ORGANISING, "late", "due", only_heads=True),
    Criterion("unity", UNITY, only_heads=True),
    Criterion("targets", TARGETS, "targets_met", "targets", only_heads=True),
    _REPORTS,
)
_233: Final = (
    Criterion("done", DONE, "done", "due", (
        Limit(Level.DONE, "="),
        Limit(Level.FAILED, "<", "evaluation.233.failed_done"),
    )),
    Criterion("on_time", ON_TIME, "done_on_time", "due", (Limit(Level.EXCELLENT, "="), Limit(Level.GOOD, "="))),
    Criterion("ahead", AHEAD, "ahead", "due", (Limit(Level.EXCELLENT, "≥", "evaluation.233.ahead"),)),
    Criterion("short", SHORT, "late", "due", (Limit(Level.DONE, "≤", "evaluation.233.short"),)),
    Criterion("targets", TARGETS, "targets_met", "targets", only_heads=True),
    _REPORTS,
)  # fmt: skip
# what else a decree says with a number: words, and the setting
_NOTES_335: Final = (
    (N_("each delay and each result returned takes %(value)s %% of its product's score"), "evaluation.335.cost"),
    (N_("points from which a level begins: %(value)s"), "evaluation.335.bands"),
    (N_("excellent at most %(value)s %% of those rated good in the same unit and group"), "evaluation.335.quota"),
    (N_("in exceptional units at most %(value)s %%"), "evaluation.335.quota_most"),
)
_SETS: Final = (
    RuleSet("90/2020", "Nghị định số 90/2020/NĐ-CP", (Staff.OFFICIAL, Staff.EMPLOYEE),
            date(2020, 8, 20), date(2023, 9, 15), _90),
    RuleSet("90/2020, 48/2023", "Nghị định số 90/2020/NĐ-CP, được sửa đổi, bổ sung bởi Nghị định số 48/2023/NĐ-CP",
            (Staff.OFFICIAL,), date(2023, 9, 15), date(2026, 1, 1), _90),
    RuleSet("90/2020, 48/2023", "Nghị định số 90/2020/NĐ-CP, được sửa đổi, bổ sung bởi Nghị định số 48/2023/NĐ-CP",
            (Staff.EMPLOYEE,), date(2023, 9, 15), date(2026, 7, 1), _90),
    RuleSet("335/2025", "Nghị định số 335/2025/NĐ-CP ngày 21/12/2025", (Staff.OFFICIAL,), date(2026, 1, 1), None, _335,
            _NOTES_335),
    RuleSet("233/2026", "Nghị định số 233/2026/NĐ-CP ngày 26/6/2026", (Staff.EMPLOYEE,), date(2026, 7, 1), None, _233),
)  # fmt: skip


def in_force(on: date, staff: Staff = Staff.OFFICIAL) -> RuleSet | None:
    """Return the rules that hold on a day for somebody; None before the first of them."""
    holding = (each for each in _SETS if staff in each.staff and each.from_on <= on)
    return next((each for each in holding if each.to_on is None or on < each.to_on), None)
