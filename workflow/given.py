"""What a form gives with a step: typed, with limits, and asked for by the life cycle's table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, Final

from models.vocabulary import (
    DeadlineKind,
    DeclaredState,
    DelayClass,
    Meaning,
)
from terms import N_
from workflow.errors import Refusal

LIMITS: Final = {
    "reason": 4000,
    "text": 8000,
    "result": 8000,
    "product": 500,
    "authority": 300,
    "deadline_words": 300,
    "decision": 300,
    "title": 2000,
    "document_number": 300,
    "source_number": 100,
    "source_about": 1000,
    "difficulty": 4000,
    "cause": 4000,
    "next_step": 4000,
    "measure": 60,
}
# NUL, and the halves of characters that are no text: no database keeps them
UNWRITABLE: Final = frozenset({"\x00", *map(chr, range(0xD800, 0xE000))})
_WITHOUT: Final = str.maketrans(dict.fromkeys(UNWRITABLE, "�"))
READABLE: Final = N_("the same text without the strange signs that stand as � above")

# whether the day named counts: "by day X", or "before day X"
BOUNDARIES: Final = ("on", "before")

LABELS: Final = {
    "boundary": N_("whether the day named counts"),
    "lead_unit_id": N_("lead unit"),
    "leader_post_id": N_("supervising leader"),
    "reason": N_("reason"),
    "decision": N_("number and day of the decision"),
    "result": N_("result"),
    "text": N_("text"),
    "unit_ids": N_("lead units"),
    "unit_id": N_("unit"),
    "due_on": N_("deadline"),
    "answer_by": N_("answer by the end of"),
    "new_on": N_("committed date"),
    "is_urgent": N_("urgent"),
    "until": N_("until"),
    "proposed_on": N_("proposed date"),
    "password": N_("password"),
    "code": N_("one-time code"),
    "meaning": N_("meaning of the signature"),
    "content_hash": N_("what was shown"),
    "product": N_("expected product"),
    "authority": N_("who approves"),
    "officer_id": N_("officer"),
    "deadline_words": N_("words of the deadline"),
    "title": N_("task"),
    "document_on": N_("day of the document"),
    "due_after": N_("deadline after the hold"),
    "delay_class": N_("class of the cause"),
    "mention_ids": N_("people named"),
    "document_number": N_("number of the document"),
    "source_kind": N_("kind of the document"),
    "source_number": N_("number of the document"),
    "source_on": N_("day of the document"),
    "source_about": N_("summary of the document"),
    "event_on": N_("day on which it happened"),
    "rule": N_("rule of recurrence"),
    "from_on": N_("reports after the day"),
    "until_on": N_("last day of report"),
    "quantity": N_("quantity"),
    "cumulative": N_("total so far"),
    "measure": N_("unit of measure"),
    "difficulty": N_("difficulty"),
    "cause": N_("cause"),
    "next_step": N_("next step"),
    "state": N_("how the reporter sees it"),
}


def is_blank(text: str) -> bool:
    """Return whether a text shows nothing: empty, blanks, or signs nobody sees."""
    return not any(char.isprintable() and not char.isspace() for char in text)


@dataclass(frozen=True)
class Upload:
    """A file that came with a form: its name as sent, its bytes, its kind as found by content."""

    filename: str
    data: bytes


@dataclass(frozen=True)
class Given:
    """Everything a step may be given; what is absent is None or empty."""

    version: int | None = None
    idempotency_key: str | None = None
    reason: str = ""
    decision: str = ""
    text: str = ""
    title: str = ""
    result: str = ""
    product: str | None = None
    authority: str | None = None
    lead_unit_id: int | None = None
    leader_post_id: int | None = None
    officer_id: int | None = None
    coordinator_ids: tuple[int, ...] = ()
    unit_id: int | None = None
    unit_ids: tuple[int, ...] = ()
    is_blocking: bool = False
    due_on: date | None = None
    boundary: str = "on"
    deadline_words: str = ""
    deadline_kind: DeadlineKind | None = None
    answer_by: date | None = None
    until: date | None = None
    due_after: date | None = None
    proposed_on: date | None = None
    granted_on: date | None = None
    new_on: date | None = None
    is_urgent: bool = False
    recurs: bool = False
    rule: Mapping[str, Any] | None = None
    from_on: date | None = None
    until_on: date | None = None
    collector_unit_id: int | None = None
    nil_report: bool = False
    event_on: date | None = None
    quantity: Decimal | None = None
    cumulative: Decimal | None = None
    measure: str = ""
    difficulty: str = ""
    cause: str = ""
    next_step: str = ""
    state: DeclaredState | None = None
    password: str = ""
    code: str = ""
    meaning: Meaning | None = None
    content_hash: str = ""
    document_number: str = ""
    document_on: date | None = None
    delay_class: DelayClass | None = None
    mention_ids: tuple[int, ...] = ()
    files: tuple[Upload, ...] = ()

    def require(self, names: tuple[str, ...]) -> None:
        """Raise Refusal for the first of these that is missing, any text beyond its limit or that no database takes."""
        for name in names:
            value = getattr(self, name)
            if value in (None, ()) or (isinstance(value, str) and is_blank(value)):
                raise Refusal("missing_field", field=LABELS[name])
        if self.boundary not in BOUNDARIES:
            raise Refusal("bad_value", field=LABELS["boundary"], value=self.boundary[:40])
        for item in fields(self):
            value, limit = getattr(self, item.name), LIMITS.get(item.name)
            if isinstance(value, str) and not UNWRITABLE.isdisjoint(value):
                shown = value.translate(_WITHOUT)[:40]
                raise Refusal("bad_value", field=LABELS.get(item.name, item.name), value=shown, form=READABLE)
            if limit and isinstance(value, str) and len(value) > limit:
                raise Refusal("too_long", field=LABELS[item.name], limit=limit, length=len(value))
