"""The steps of a review as one table: what each does to the working paper. Nothing here reads or writes rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any, Final

import vietnamese
from terms import N_
from workflow.errors import Refusal
from workflow.given import LABELS, LIMITS, UNWRITABLE
from workflow.imports import measures
from workflow.imports.items import ANNEX, Aim, Mark, Move, Part, Proposal, State
from workflow.imports.sheet import Sheet
from workflow.planning.deadlines import read_deadline

WHO_LEADS: Final = N_("The text names no unit that leads this work. Who leads it?")
# the marks a clause begins with, which no title needs: 1. 1.2. a) - + •
_NUMBER: Final = re.compile(r"^\s*(?:[-+•*–]|\(?(?:\d{1,3}(?:\.\d{1,3}){0,4}|[a-zđ]|[IVX]{1,5})[.)])\s+")
# where a second task may begin: behind a line, a semicolon, a full stop before a capital
_BREAK: Final = re.compile(r"\n+|;\s+|\.\s+(?=[^\W\d_a-zà-ỹđ])")


@dataclass(frozen=True)
class Said:
    """What a form says with a step; what it does not speak of is None or empty."""

    no: int | None = None
    start: int | None = None
    section: str = ""
    version: int | None = None
    picked: tuple[tuple[int, int], ...] = ()
    at: int | None = None
    why: str = ""
    text: str = ""
    lead: str = ""
    coordinators: str = ""
    product: str = ""
    deadline: str = ""
    due_on: date | None = None
    group: str = ""
    about: str = ""
    op: str = ""
    low: str = ""
    high: str = ""
    unit: str = ""
    year: int | None = None


@dataclass(frozen=True)
class Done:
    """What the log says of a step: facts in clear, free text apart."""

    data: dict[str, Any]
    private: dict[str, str]


def proposal(sheet: Sheet, said: Said) -> Proposal:
    """Return the proposal a form speaks of. Raises Refusal: none, or changed since the page was opened."""
    found = sheet.proposals.get(-1 if said.no is None else said.no)
    if found is None:
        raise Refusal("not_found")
    if found.version != said.version or found.state in (State.MERGED, State.GONE):
        raise Refusal("somebody_was_faster")
    return found


def aim(sheet: Sheet, said: Said) -> Aim:
    """Return the target a form speaks of. Raises Refusal: none, or changed since the page was opened."""
    found = sheet.aims.get(-1 if said.no is None else said.no)
    if found is None:
        raise Refusal("not_found")
    if found.version != said.version:
        raise Refusal("somebody_was_faster")
    return found


def part(sheet: Sheet, said: Said) -> Part:
    """Return the clause a form speaks of. Raises Refusal: none, or changed since the page was opened."""
    found = sheet.part_of(-1 if said.start is None else said.start)
    if found is None:
        raise Refusal("not_found")
    if found.version != said.version:
        raise Refusal("somebody_was_faster")
    return found


def breaks(sheet: Sheet, item: Proposal) -> list[tuple[int, str]]:
    """Return where a second task could begin inside a proposal, each with the words that follow."""
    words = sheet.text[item.start : item.end]
    number = _NUMBER.match(words)
    least = number.end() if number else 0  # the full stop of a number ends no sentence
    places = [*(found.end() for found in _BREAK.finditer(words) if found.end() > least), len(words)]
    return [
        (item.start + place, words[place:end].strip()) for place, end in pairwise(places) if words[place:end].strip()
    ]


def in_section(sheet: Sheet, path: str) -> Iterator[int]:
    """Give the numbers of the clauses under a heading and below; ANNEX stands for those under none."""
    for number, each in enumerate(sheet.parts):
        if each.section == path or (path != ANNEX and each.section.startswith(f"{path}.")):
            yield number


def _accept(sheet: Sheet, said: Said) -> Done:
    item = proposal(sheet, said)
    if not item.text.strip():
        raise Refusal("proposal_empty", number=item.no + 1)
    item.state, item.why, item.version = State.ACCEPTED, "", item.version + 1
    return _of(item)


def _edit(sheet: Sheet, said: Said) -> Done:
    """Give a proposal other words; what a new deadline means is worked out anew, and asked where it is not plain."""
    item = proposal(sheet, said)
    if not said.text.strip():
        raise Refusal("missing_field", field=N_("text"))
    item.text, item.lead, item.coordinators = said.text, said.lead, said.coordinators
    item.product, item.deadline = said.product, said.deadline
    item.due_on = said.due_on.isoformat() if said.due_on is not None and item.move == Move.CHANGE else ""
    _understand(sheet, item)
    item.edited, item.version = True, item.version + 1
    return _of(item, text=item.text)


def _declare(sheet: Sheet, said: Said) -> Done:
    item = proposal(sheet, said)
    item.state, item.why, item.version = State.DECLARED, _reason(said), item.version + 1
    return _of(item, reason=item.why)


def _undo(sheet: Sheet, said: Said) -> Done:
    """Take a decision back; what was edited stays, and what a person added goes."""
    item = proposal(sheet, said)
    if item.of is not None and item.of < 0:
        item.state, item.version = State.GONE, item.version + 1
        return _of(item)
    item.state, item.why, item.version = State.OPEN, "", item.version + 1
    return _of(item)


def _restore(sheet: Sheet, said: Said) -> Done:
    """Put a proposal back as it was read: words, place, and what was merged into it or split from it."""
    item = proposal(sheet, said)
    root = sheet.proposals[item.of] if item.of is not None and item.of >= 0 else item
    for other in list(sheet.proposals.values()):
        if other.of == root.no:
            other.state, other.version = State.GONE, other.version + 1
        elif other.into in (root.no, item.no):
            _reopen(sheet, other)
    _reopen(sheet, root)
    return _of(root)


def _reopen(sheet: Sheet, item: Proposal) -> None:
    was = replace(item, state=State.OPEN, into=None) if item.of is not None else sheet.as_read(item)
    sheet.proposals[item.no] = replace(was, version=item.version + 1)


def _merge(sheet: Sheet, said: Said) -> Done:
    """Make one proposal of several: the first in the text keeps its place, and the names of all stay."""
    found = [proposal(sheet, replace(said, no=no, version=version)) for no, version in dict(said.picked).items()]
    if len(found) < 2:
        raise Refusal("merge_needs_two")
    _require_new(*found)
    found.sort(key=lambda item: (item.start, item.no))
    first, *others = found
    first.text = "; ".join(item.text.strip().rstrip(".;") for item in found)
    _require_short("title", first.text)
    for name in ("lead", "coordinators", "product", "deadline"):
        setattr(first, name, "; ".join(_once(getattr(item, name) for item in found)))
    _understand(sheet, first)
    first.state = State.ACCEPTED if {item.state for item in found} == {State.ACCEPTED} else State.OPEN
    first.why, first.edited, first.version = "", True, first.version + 1
    for item in others:
        item.state, item.into, item.version = State.MERGED, first.no, item.version + 1
        for member in sheet.proposals.values():
            if member.into == item.no:
                member.into, member.version = first.no, member.version + 1
    return _of(first, count=len(found))


def _split(sheet: Sheet, said: Said) -> Done:
    """Make two proposals of one; the second begins at a place that the page offered, and both keep names and time."""
    item = proposal(sheet, said)
    _require_new(item)
    if said.at not in {place for place, _words in breaks(sheet, item)}:
        raise Refusal("split_nowhere")
    no, end = sheet.next_no(), item.end
    root = item.no if item.of is None or item.of < 0 else item.of
    second = replace(item, no=no, start=said.at, of=root, state=State.OPEN, why="", version=1, edited=False)
    item.end, item.state, item.edited, item.version = said.at, State.OPEN, True, item.version + 1
    for each, until in ((item, said.at), (second, end)):
        each.text = title_of(sheet.text[each.start : until])
    sheet.proposals[no] = second
    return _of(item, count=2)


def _require_new(*items: Proposal) -> None:
    """Raise Refusal for what speaks of a task in force: it changes or ends as a whole."""
    if any(item.task_id is not None for item in items):
        raise Refusal("task_in_force")


def _add(sheet: Sheet, said: Said) -> Done:
    """Make a task of a clause in which the reader saw none; who and when is left open."""
    found = part(sheet, said)
    number = sheet.part_at(found.start)
    if found.is_kept or sheet.by_part().get(-1 if number is None else number):
        raise Refusal("clause_answered")
    no = sheet.next_no()
    item = Proposal(
        no,
        found.start,
        found.end,
        section="" if found.section == ANNEX else found.section,
        text=title_of(sheet.text[found.start : found.end])[: LIMITS["title"]],
        meaning={"kind": "none"},
        asks=[WHO_LEADS],
        state=State.ACCEPTED,
        of=-1 - found.start,
    )
    sheet.proposals[no] = item
    found.why, found.version = "", found.version + 1
    return _of(item, clause=found.start)


def _declare_clause(sheet: Sheet, said: Said) -> Done:
    found = part(sheet, said)
    number = sheet.part_at(found.start)
    if number is None or sheet.marks()[number] == Mark.COVERED or sheet.by_part().get(number):
        raise Refusal("clause_answered")
    found.why, found.version = _reason(said), found.version + 1
    return Done({"clause": found.start}, {"reason": found.why})


def _undo_clause(sheet: Sheet, said: Said) -> Done:
    found = part(sheet, said)
    found.why, found.version = "", found.version + 1
    return Done({"clause": found.start}, {})


def _accept_section(sheet: Sheet, said: Said) -> Done:
    """Accept every proposal and target under a heading that nobody decided on yet."""
    items = [item for item in _open_in(sheet, said.section) if not isinstance(item, Proposal) or item.text.strip()]
    for item in items:
        item.state, item.version = State.ACCEPTED, item.version + 1
    return Done({"section": said.section, "items": len(items)}, {})


def _declare_section(sheet: Sheet, said: Said) -> Done:
    """Declare everything under a heading that is still open not to be a task, for one reason."""
    why, count = _reason(said), 0
    for item in _open_in(sheet, said.section):
        item.state, item.why, item.version, count = State.DECLARED, why, item.version + 1, count + 1
    marks = sheet.marks()
    for number in in_section(sheet, said.section):
        if marks[number] == Mark.OPEN:
            each = sheet.parts[number]
            each.why, each.version, count = why, each.version + 1, count + 1
    return Done({"section": said.section, "items": count}, {"reason": why})


def _open_in(sheet: Sheet, path: str) -> list[Proposal | Aim]:
    proposals, aims = sheet.by_part(), sheet.aims_by_part()
    found: list[Proposal | Aim] = []
    for number in in_section(sheet, path):
        items: Iterable[Proposal | Aim] = (*proposals.get(number, ()), *aims.get(number, ()))
        found += [item for item in items if item.state == State.OPEN]
    return found


def _accept_target(sheet: Sheet, said: Said) -> Done:
    item = aim(sheet, said)
    item.state, item.why, item.version = State.ACCEPTED, "", item.version + 1
    return Done({"target": item.no + 1}, {})


def _edit_target(sheet: Sheet, said: Said) -> Done:
    item = aim(sheet, said)
    if not said.about.strip():
        raise Refusal("missing_field", field=N_("what is measured"))
    low, high = measures.values(said.op, said.low, said.high)
    item.group, item.about, item.op, item.low, item.high = said.group, said.about, said.op, low, high
    item.unit, item.year = said.unit, measures.year(said.year)
    item.edited, item.version = True, item.version + 1
    return Done({"target": item.no + 1}, {"text": item.about})


def _drop_target(sheet: Sheet, said: Said) -> Done:
    item = aim(sheet, said)
    item.state, item.why, item.version = State.DECLARED, _reason(said), item.version + 1
    return Done({"target": item.no + 1}, {"reason": item.why})


def _undo_target(sheet: Sheet, said: Said) -> Done:
    item = aim(sheet, said)
    item.state, item.why, item.version = State.OPEN, "", item.version + 1
    return Done({"target": item.no + 1}, {})


def _restore_target(sheet: Sheet, said: Said) -> Done:
    item = aim(sheet, said)
    sheet.aims[item.no] = replace(sheet.as_read(item), version=item.version + 1)
    return Done({"target": item.no + 1}, {})


# step -> what it does, and the act of the log
STEPS: Final[dict[str, tuple[Callable[[Sheet, Said], Done], str]]] = {
    "accept": (_accept, "plan.accept_proposal"),
    "edit": (_edit, "plan.edit_proposal"),
    "declare": (_declare, "plan.declare_proposal"),
    "undo": (_undo, "plan.undo_proposal"),
    "restore": (_restore, "plan.restore_proposal"),
    "merge": (_merge, "plan.merge_proposals"),
    "split": (_split, "plan.split_proposal"),
    "add": (_add, "plan.add_proposal"),
    "declare-clause": (_declare_clause, "plan.declare_clause"),
    "undo-clause": (_undo_clause, "plan.undo_clause"),
    "accept-section": (_accept_section, "plan.accept_section"),
    "declare-section": (_declare_section, "plan.declare_section"),
    "accept-target": (_accept_target, "plan.accept_target"),
    "edit-target": (_edit_target, "plan.edit_target"),
    "drop-target": (_drop_target, "plan.drop_target"),
    "undo-target": (_undo_target, "plan.undo_target"),
    "restore-target": (_restore_target, "plan.restore_target"),
}


def title_of(words: str) -> str:
    """Return the words of a clause as a title: its first line without the number before it."""
    line = vietnamese.normalise(words).strip().split("\n")[0]
    return _NUMBER.sub("", f"{line} ", count=1).strip().rstrip(";").strip() or line


def issued(sheet: Sheet) -> date | None:
    """Return the day of the document, when it gives all of it."""
    found = sheet.read["plan"].get("issued") or {}
    year, month, day = (found.get(name) for name in ("year", "month", "day"))
    try:
        return date(year, month, day) if year and month and day else None
    except ValueError:
        return None


def _understand(sheet: Sheet, item: Proposal) -> None:
    """Work out anew what a proposal's deadline words mean, and what it leaves to be asked."""
    for name, value in (("title", item.text), ("product", item.product), ("deadline_words", item.deadline)):
        _require_short(name, value)
    found = read_deadline(item.deadline, issued(sheet))
    item.meaning = found.meaning
    asks = [found.question] if found.question and item.deadline.strip() else []
    item.asks = [*asks, *([] if item.lead.strip() else [WHO_LEADS])]


def _require_short(name: str, value: str) -> None:
    if len(value) > LIMITS[name]:
        raise Refusal("too_long", field=LABELS[name], limit=LIMITS[name], length=len(value))


def _reason(said: Said) -> str:
    why = " ".join(said.why.split())
    if not why or not UNWRITABLE.isdisjoint(why):
        raise Refusal("missing_field", field=N_("reason"))
    _require_short("reason", why)
    return why


def _once(values: Iterable[str]) -> list[str]:
    names = (name.strip() for value in values for name in value.split(";"))
    return list(dict.fromkeys(name for name in names if name))


def _of(item: Proposal, *, count: int | None = None, clause: int | None = None, **private: str) -> Done:
    data: dict[str, Any] = {"proposal": item.no + 1, "span": [item.start, item.end]}
    data |= {} if count is None else {"items": count}
    return Done(data | ({} if clause is None else {"clause": clause}), private)
