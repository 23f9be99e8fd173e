"""What somebody wrote that a line speaks of: who chased, explained or committed, in which seat, and his words.

A line of an event carries the number of its entry in the log; the row that entry made has the words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import aliased

from i18n import gettext as _
from models.base import db
from models.log import LogEntry
from models.reminding import Chase, Commitment, Explanation
from models.tasks import Note
from notifications import facts
from notifications.stages import family_of
from terms import N_

# (task, rule): what a line speaks of
Wanted = tuple[int, str]


# family -> what a letter says of the act, and of its day
WORDS: Final[dict[str, tuple[str, str]]] = {
    "CHASED": (N_("%(who)s urges: “%(text)s”"), N_("Answer by the end of %(day)s.")),
    "DEMANDED": (
        N_("%(who)s demands an explanation: “%(text)s”"),
        N_("The explanation is due by the end of %(day)s."),
    ),
    "EXPLAINED": (N_("%(who)s explains: “%(text)s”"), ""),
    "MENTIONED": (N_("%(who)s names you in a comment: “%(text)s”"), ""),
    "COMMITTED": (N_("%(who)s commits: “%(text)s”"), N_("Committed date: %(day)s; the deadline stays.")),
}
LONGEST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Acted:
    """One act as a letter tells it; `day` is by when to answer, or the day somebody committed to."""

    at: datetime
    name: str = ""
    position: str = ""
    text: str = ""
    day: date | None = None
    is_urgent: bool = False

    @property
    def who(self) -> str:
        """Return the actor with his title, as the row copied it."""
        return " ".join(filter(None, (self.position, self.name)))


# family -> the table its words are in, and the columns of its day and of its urgency
SOURCES: Final[dict[str, tuple[Any, Any, Any]]] = {
    "CHASED": (Chase, Chase.answer_by, Chase.is_urgent),
    "DEMANDED": (Chase, Chase.answer_by, Chase.is_urgent),
    "EXPLAINED": (Explanation, None, None),
    "MENTIONED": (Note, None, None),
    "COMMITTED": (Commitment, Commitment.new_on, None),
}


def load(wanted: Iterable[Wanted]) -> dict[Wanted, Acted]:
    """Return the acts behind lines of these families, by task and rule: one query a family that is asked for."""
    together: dict[str, dict[int, Wanted]] = {}
    for task_id, rule in wanted:
        family, _sign, entry = rule.partition("#")
        if family in SOURCES and entry.isdecimal():
            together.setdefault(family, {})[int(entry)] = (task_id, rule)
    return {key: acted for family, entries in together.items() for key, acted in _of(family, entries)}


def told(rule: str, acted: Acted, named: Callable[[date], str]) -> str:
    """Return an act as a letter tells it: who, his words, by when; `named` says how a day is written."""
    said, by_when = WORDS[family_of(rule)]
    text = " ".join(acted.text.split())
    words = _(said, who=acted.who, text=text if len(text) <= LONGEST else text[:LONGEST].rstrip() + "…")
    return f"{words} {_(by_when, day=named(acted.day))}" if acted.day is not None and by_when else words


def _of(family: str, entries: dict[int, Wanted]) -> list[tuple[Wanted, Acted]]:
    query, ordered, found = _query(family), sorted(entries), []
    for start in range(0, len(ordered), facts.MANY):
        rows = db.session.execute(query.where(LogEntry.seq.in_(ordered[start : start + facts.MANY])))
        for seq, task_id, at, name, position, text, *more in rows:
            day, urgent = (*more, None, None)[:2]
            key = entries[seq]
            if key[0] == task_id:
                found.append((key, Acted(at, name, position, text, day, bool(urgent))))
    return found


def _query(family: str) -> Select[Any]:
    """Return the query of the rows of a family with the numbers of the acts that made them."""
    table, day, urgent = SOURCES[family]
    columns = [LogEntry.seq, table.task_id, table.at, table.name, table.position, table.text]
    columns += [column for column in (day, urgent) if column is not None]
    made = aliased(LogEntry)
    same = and_(made.task_id == LogEntry.task_id, made.req == LogEntry.req, made.epoch == LogEntry.epoch)
    of_kind = and_(same, made.obj_type == table.__tablename__)
    return (
        select(*columns)
        .select_from(LogEntry)
        .join(made, of_kind)
        .join(table, table.id == made.obj_id)
        .where(LogEntry.obj_type == "task")
    )
