"""A plan document read into proposals: header, sections, targets, tasks, reports, questions, and its clauses.

Nothing is filled in that the text does not say: a task without lead or time has none, and what is open is
asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from documents import readers
from documents.readers.refusal import Unreadable
from terms import N_
from vietnamese import fold
from workflow.planning import tables, tasks
from workflow.planning.clauses import clauses
from workflow.planning.deadlines import Deadline, read_deadline
from workflow.planning.drafts import Draft
from workflow.planning.duties import Duties, duties
from workflow.planning.fields import Field
from workflow.planning.frame import Frame, frame
from workflow.planning.header import Header, read_header
from workflow.planning.language import is_foreign
from workflow.planning.letterhead import secrecy
from workflow.planning.reports import report_of
from workflow.planning.roles import Role
from workflow.planning.safely import read_safely
from workflow.planning.tables import rows_with_heads
from workflow.planning.targets import read_targets, table_targets
from workflow.planning.tree import Node, sections, tree

__all__ = ["Unreadable", "read", "read_safely"]

WHO_LEADS: Final = N_("The text names no unit that leads this work. Who leads it?")
NO_TASKS: Final = N_("No task was found in this document.")
NO_SECTIONS: Final = N_("No numbered sections were found in this document.")
NO_KIND: Final = N_("The document does not say what kind of document it is.")
NOT_VIETNAMESE: Final = N_(
    "The text does not seem to be Vietnamese with its accents, so little of it was understood; bring the original."
)
NUMBER_BLANK: Final = N_("The number of the document is blank.")
DAY_BLANK: Final = N_("The day of the document is blank.")
ROWS_LEFT_OUT: Final = N_("Rows of this table were left out in the file; what stood there is not known.")
SEVERAL_PLANS: Final = N_("The file seems to hold more than one plan; only the first title was read as its own.")

_GAP: Final = re.compile(r"[.…\s]{4,}")


@dataclass(frozen=True, slots=True)
class _Read:
    """A draft with what its words were found to mean."""

    draft: Draft
    duties: Duties
    words: str | None
    deadline: Deadline

    def to_json(self) -> dict[str, Any]:
        own = self.draft.fields()
        product = "; ".join(own.get(Field.PRODUCT, [])).replace("\n", "; ") or None
        return {
            "section": self.draft.section or None, "annex_row": self.draft.annex_row, "text": self.draft.text,
            "lead": list(self.duties.lead), "coordinators": list(self.duties.coordinators),
            "invited": list(self.duties.invited), "persons": own.get(Field.PERSON, []), "product": product,
            "deadline": self.words, "meaning": self.deadline.meaning,
            "span": [self.draft.start, self.draft.end],
        }  # fmt: skip


def read(data: bytes, filename: str) -> dict[str, Any]:
    """Return what a plan document says, in the form `flask read --json` prints.

    Raises Unreadable for what is no readable document, and for one marked secret.
    """
    whole = readers.read(data, filename)
    parts = frame(whole.blocks)
    if mark := secrecy([*parts.letterhead, *parts.preamble]):
        raise Unreadable("secret", mark=mark)
    header = read_header(whole, parts)
    root = tree(parts.body)
    found = _tasks(parts, root, header)
    targets = [*read_targets(root), *table_targets(rows_with_heads([*parts.body, *parts.annex]))]
    headings = sections(root)
    proposals = [each.to_json() for each in found]
    return {
        "plan": header.to_json(),
        "sections": headings,
        "targets": [target.to_json() for target in targets],
        "tasks": proposals,
        "reports": [
            report
            for task in proposals
            if (report := report_of(task["text"], task["lead"], task["deadline"], task["meaning"]))
        ],
        "questions": [question for each in found for question in _questions(each)],
        "problems": _problems(parts, header, headings, found),
        "clauses": clauses(
            parts,
            root,
            [(each.draft.start, each.draft.end) for each in found],
            [target.span for target in targets],
        ),
        "text": whole.text,
    }


def _tasks(parts: Frame, root: Node, header: Header) -> list[_Read]:
    """Return the tasks of body and annex in the order of the text, work that both describe once."""
    annex = tables.assigned(parts.annex, sections=False)
    walker = tasks.Reader(has_annex=bool(annex), around=Role.TASKS if parts.kind else Role.PURPOSE)
    body = [draft for draft in walker.read(root) if not draft.covered]
    rows = [*tables.assigned(parts.body, sections=True), *annex]
    _give_event_time(body, walker.event_time, header.title)
    known = {_key(row.text) for row in rows}
    kept = [draft for draft in body if _key(draft.text) not in known or draft.own or draft.group]
    drafts = sorted([*kept, *rows], key=lambda draft: draft.start)
    return [_understood(draft, header) for draft in _one_a_place(drafts)]


def _key(text: str) -> str:
    """Return what two wordings of one work share: the first folded letters."""
    return fold(text)[:80]


def _one_a_place(drafts: Sequence[Draft]) -> list[Draft]:
    """Return the drafts with each place of the text taken once."""
    taken: dict[int, Draft] = {}
    for draft in drafts:
        taken.setdefault(draft.start, draft)
    return list(taken.values())


def _give_event_time(drafts: Sequence[Draft], time: str | None, title: str | None) -> None:
    """Give the time a plan names for its event to the tasks that hold that event by the title's own words."""
    event = " ".join(fold(title or "").split()[:3])
    for draft in drafts:
        if time and len(event) > 8 and event in fold(draft.text):
            draft.group.setdefault(Field.TIME, [time])


def _understood(draft: Draft, header: Header) -> _Read:
    """Return a draft with its duties and its deadline."""
    head = header.head
    words = tasks.deadline_words(draft, head.issued, head.not_before)
    return _Read(draft, duties(draft.text, draft.fields(), draft.above), words, read_deadline(words or "", head.issued))


def _questions(each: _Read) -> list[dict[str, Any]]:
    """Return what the text of a task leaves open."""
    asks = [("deadline", each.deadline.question)] if each.deadline.question else []
    if each.duties.asks:
        asks.append(("lead", WHO_LEADS))
    return [{"about": about, "span": [each.draft.start, each.draft.end], "ask": ask} for about, ask in asks]


def _problems(parts: Frame, header: Header, headings: list[list[str]], found: Sequence[_Read]) -> list[dict[str, Any]]:
    """Return what looks wrong or is missing, each with its place."""
    head = header.head
    checks = (
        (is_foreign([*parts.letterhead, *parts.body]), "plan", NOT_VIETNAMESE),
        (parts.kind is None, "plan", NO_KIND),
        (head.symbol is not None and head.number is None, "plan", NUMBER_BLANK),
        (head.year is not None and head.day is None, "plan", DAY_BLANK),
        (not headings, "sections", NO_SECTIONS),
        (not found, "tasks", NO_TASKS),
        (parts.titles > 0, "plan", SEVERAL_PLANS),
    )
    problems = [{"where": where, "what": what} for is_so, where, what in checks if is_so]
    problems += [
        {"where": str(block.span[0]), "what": ROWS_LEFT_OUT} for block in parts.annex if _GAP.fullmatch(block.text)
    ]
    for each in found:
        where = each.draft.section or str(each.draft.annex_row)
        problems += [{"where": where, "what": warning} for warning in each.deadline.warnings]
    return problems
