"""The six clears (6 rõ): who, what, when, whose duty, which product, who approves; which of them a task lacks.

Never a hurdle: an assignment that lacks some is taken, and what it lacks stands wherever the task is shown. Each row
asks the same twice, of a task at hand and of the database, where lists are filtered by it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_

from models.tasks import Task
from models.vocabulary import DeadlineKind
from terms import N_
from workflow.reference import Reference

# kinds of deadline words that do not say why there is no date
NEEDS_DATE: Final = frozenset({DeadlineKind.NONE, DeadlineKind.URGENT, DeadlineKind.BY, DeadlineKind.RANGE})
# a task said in fewer words is a heading
FEWEST_WORDS: Final = 3
ALL: Final = "any"


@dataclass(frozen=True)
class Clear:
    """One of the six: what is missing in words, and whether it is clear."""

    missing: str
    is_clear: Callable[[Any, Reference], bool]
    condition: Callable[[Reference], ColumnElement[bool]]


def _somebody(item: Any, ref: Reference) -> bool:
    return item.officer_id is not None or (item.lead_unit_id is not None and not ref.is_headless(item.lead_unit_id))


def _with_head(ref: Reference) -> ColumnElement[bool]:
    heads = [unit for unit in ref.units if not ref.is_headless(unit)]
    led = and_(Task.lead_unit_id.is_not(None), Task.lead_unit_id.in_(heads))
    return or_(Task.officer_id.is_not(None), led)


def _said(item: Any, _ref: Reference) -> bool:
    return str(item.title).count(" ") >= FEWEST_WORDS - 1


def _of_words(_ref: Reference) -> ColumnElement[bool]:
    return func.length(Task.title) - func.length(func.replace(Task.title, " ", "")) >= FEWEST_WORDS - 1


def _dated(item: Any, _ref: Reference) -> bool:
    return item.due_on is not None or item.deadline_kind not in NEEDS_DATE


def _approved(item: Any, _ref: Reference) -> bool:
    by_head = item.steps == 1 and item.lead_unit_id is not None
    return bool(item.authority) or item.leader_post_id is not None or by_head


# fmt: off
CLEARS: Final[dict[str, Clear]] = {
    "who": Clear(N_("no officer is named and no head of the lead unit"), _somebody, _with_head),
    "what": Clear(N_("the task is no more than a heading"), _said, _of_words),
    "when": Clear(N_("no date"), _dated,
                  lambda _ref: or_(Task.due_on.is_not(None), Task.deadline_kind.not_in(NEEDS_DATE))),
    "duty": Clear(N_("no lead unit"), lambda item, _ref: item.lead_unit_id is not None,
                  lambda _ref: Task.lead_unit_id.is_not(None)),
    "product": Clear(N_("no expected product"), lambda item, _ref: bool(item.product),
                     lambda _ref: Task.product != ""),
    "authority": Clear(N_("nobody named who approves"), _approved,
                       lambda _ref: or_(Task.authority != "", Task.leader_post_id.is_not(None),
                                        and_(Task.steps == 1, Task.lead_unit_id.is_not(None)))),
}
# fmt: on


@dataclass(frozen=True)
class Meter:
    """How many of the six are clear, and the codes of those that are not."""

    missing: tuple[str, ...]

    @property
    def clear(self) -> int:
        """Return how many are clear."""
        return len(CLEARS) - len(self.missing)

    @property
    def of(self) -> int:
        """Return how many there are."""
        return len(CLEARS)

    @property
    def words(self) -> Sequence[str]:
        """Return what is missing, as messages to be translated."""
        return [CLEARS[code].missing for code in self.missing]


def meter(item: Any, ref: Reference) -> Meter:
    """Return which of the six a task, a row of one, or what a form would make of it lacks."""
    return Meter(tuple(code for code, clear in CLEARS.items() if not clear.is_clear(item, ref)))


def unclear(code: str, ref: Reference) -> ColumnElement[bool]:
    """Return which tasks lack one of the six, by its code, or any of them (`ALL`)."""
    if code == ALL:
        return or_(*(~clear.condition(ref) for clear in CLEARS.values()))
    return ~CLEARS[code].condition(ref)
