"""What a person's letter of the day says: its tasks in sections, each with its deadline in words and why he gets it.

Everything here is said in the language that is being spoken: the receiver's (`i18n.speaking`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from i18n import gettext as _
from models.vocabulary import DeadlineKind, Status, TimingState
from notifications import acts, duties, facts
from notifications.acts import Acted
from notifications.deadlines import day_named, day_words, deadline_words, working
from notifications.facts import Facts
from notifications.recipients import Roster
from notifications.rule_words import of_rule
from notifications.stages import Book, family_of
from terms import N_
from workflow.timing import Timing, TimingFacts, timing

SHOWN: Final = 50
LONGEST_TITLE: Final = 400

# section -> its title, its word in the subject; the first sections come first in the letter
SECTIONS: Final[dict[str, tuple[str, str]]] = {
    "urgent": (N_("Urgent"), N_("%(count)s urgent")),
    "chased": (N_("Urged, or an explanation demanded"), N_("%(count)s urged or to explain")),
    "to_sign": (N_("Waiting for your signature"), N_("%(count)s to sign")),
    "to_decide": (N_("Waiting for your decision on more time"), N_("%(count)s to decide")),
    "overdue": (N_("Overdue"), N_("%(count)s overdue")),
    "climbed": (N_("Overdue in units you supervise"), N_("%(count)s overdue in units you supervise")),
    "today": (N_("Due today"), N_("%(count)s due today")),
    "due": (N_("Due soon"), N_("%(count)s due soon")),
    "new": (N_("New, to be received"), N_("%(count)s new")),
    "redo": (N_("Returned, to be redone"), N_("%(count)s to redo")),
    "asked": (N_("Waiting for your unit"), N_("%(count)s waiting for your unit")),
    "answered": (N_("Answered by the unit you waited for"), N_("%(count)s answered")),
    "accounted": (N_("Explained or committed by units"), N_("%(count)s explained or committed")),
    "resume": (N_("The hold has ended: resume"), N_("%(count)s to resume")),
    "decided": (N_("Decided on a request for more time"), N_("%(count)s decided")),
    "stuck": (N_("Held up: not received, signed or redone"), N_("%(count)s held up")),
    "upkeep": (N_("Without news for long"), N_("%(count)s without news")),
    "unclear": (N_("Without a date or a lead unit"), N_("%(count)s unclear")),
}
_RANKS: Final = {name: rank for rank, name in enumerate(SECTIONS)}
PARTS: Final[dict[str, str]] = {
    "officer": N_("You get this as the officer named for the task."),
    "head": N_("You get this as the head of the lead unit (%(title)s)."),
    "waited": N_("You get this for the unit that is waited for."),
    "acting": N_("You get this because you act for the empty seat of the lead unit's head."),
    "supervisor": N_("You get this as the supervising member of leadership (%(title)s)."),
    "chair": N_("You get this as the head of the body (%(title)s)."),
    "signer": N_("You get this because your signature comes next."),
    "substitute": N_("You get this in place of %(name)s, who is away."),
    "office": N_("You get this as the office that keeps track of tasks."),
}


class Said(NamedTuple):
    """A line to be said, and its number in the ledger."""

    id: int
    task: Facts
    rule: str
    on: date
    folded: bool = False
    act: Acted | None = None

    @property
    def is_urgent(self) -> bool:
        """Return whether somebody marked the act urgent, or gave a task that is."""
        is_new = self.rule.startswith("ASSIGNED#") and self.task.deadline_kind == DeadlineKind.URGENT
        return is_new or (self.act is not None and self.act.is_urgent)


@dataclass
class Entry:
    """One task in a letter: what is said of it and why."""

    task_id: int
    title: str
    unit: str
    deadline: str
    reasons: list[str]
    rules: list[str]
    next_on: date | None
    why: str
    link: str
    lines: list[Said]

    @property
    def by_rule(self) -> str:
        """Return by which rules it is said, as a letter words it."""
        return _("Rule: %(rules)s", rules="; ".join(self.rules))

    @property
    def follows(self) -> str:
        """Return when the next reminder comes, as a letter words it; an empty text when none does."""
        return _("Next reminder: %(day)s", day=day_words(self.next_on)) if self.next_on else ""


@dataclass(frozen=True)
class Section:
    """A heap of entries under one title."""

    name: str
    title: str
    entries: list[Entry]


@dataclass(frozen=True)
class Digest:
    """A letter's content: sections in order, what did not fit, and how much else is open."""

    day: date
    sections: list[Section]
    folded: list[Said] = field(default_factory=list)
    rest: int = 0
    is_urgent: bool = False

    @property
    def lines(self) -> list[Said]:
        """Return the lines it says, in order."""
        return [line for section in self.sections for entry in section.entries for line in entry.lines]

    @property
    def count(self) -> int:
        """Return how many tasks it speaks of."""
        return sum(len(section.entries) for section in self.sections)

    @property
    def unshown(self) -> int:
        """Return how many tasks did not fit."""
        return len({line.task.id for line in self.folded})


def compose(person_id: int, lines: Sequence[Said], roster: Roster, book: Book, base: str, open_tasks: int) -> Digest:
    """Return a person's digest; only what is shown is put into words: beyond it there may be thousands."""
    placed = in_order(person_id, lines, roster, book)
    facts.name(found[0].task for _place, found in placed[:SHOWN])
    shown = [(place, entry(person_id, found, roster, book, base)) for place, found in placed[:SHOWN]]
    sections = [
        Section(name, _(title), [entry for place, entry in shown if place == name])
        for name, (title, _word) in SECTIONS.items()
    ]
    folded = [line for _place, found in placed[SHOWN:] for line in found]
    rest = max(0, open_tasks - len(placed))
    return Digest(book.day, [section for section in sections if section.entries], folded, rest)


def in_order(person_id: int, lines: Sequence[Said], roster: Roster, book: Book) -> list[tuple[str, list[Said]]]:
    """Return a person's tasks, each with its section: what is urgent, what was folded, then section by section.

    Within a section the longest overdue come first. The first SHOWN fit into a letter; the rest is folded.
    """
    together: dict[int, list[Said]] = {}
    for line in lines:
        together.setdefault(line.task.id, []).append(line)
    placed = [(_section(person_id, found, roster, book), found) for found in together.values()]
    return sorted(placed, key=lambda pair: _order(*pair))


def divided(person_id: int, lines: Sequence[Said], roster: Roster, book: Book) -> tuple[list[Said], list[Said]]:
    """Return which lines a letter shows and which are folded; what fits as a whole need not be put in order."""
    if len({line.task.id for line in lines}) <= SHOWN:
        return list(lines), []
    placed = in_order(person_id, lines, roster, book)
    shown, folded = ([line for _place, found in part for line in found] for part in (placed[:SHOWN], placed[SHOWN:]))
    return shown, folded


def _order(place: str, lines: list[Said]) -> tuple[int, int, int, int, int]:
    """Return where a task stands: what is urgent, what was folded, then by section, longest overdue first."""
    task, is_new = lines[0].task, not any(line.folded for line in lines)
    return (place != "urgent", is_new, _RANKS[place], (task.due_on or date.max).toordinal(), task.id)


def entry(person_id: int, lines: list[Said], roster: Roster, book: Book, base: str) -> Entry:
    """Return one task as a letter speaks of it to a person."""
    task = lines[0].task
    now = _timing(task, roster, book)
    title = " ".join(task.title.split())
    return Entry(
        task_id=task.id,
        title=title if len(title) <= LONGEST_TITLE else title[:LONGEST_TITLE].rstrip() + "…",
        unit=_unit(person_id, task, roster),
        deadline=deadline_words(task, now, book.day),
        reasons=_reasons(person_id, lines, roster, book),
        rules=list(dict.fromkeys(of_rule(line.rule) for line in lines)),
        next_on=duties.next_on(person_id, task, roster, book),
        why=_why(person_id, task, roster),
        link=f"{base}/tasks/{task.id}",
        lines=lines,
    )


def _unit(person_id: int, task: Facts, roster: Roster) -> str:
    """Return the lead unit; whoever does not work there also reads who heads it today."""
    name, head = roster.ref.unit_name(task.lead_unit_id), roster.ref.head_of(task.lead_unit_id)
    if not name or person_id == task.officer_id or (head is not None and person_id == head.person_id):
        return name
    said = head.said if head is not None and head.person_name else _("no head at present")
    return f"{name} ({said})"


def _why(person_id: int, task: Facts, roster: Roster) -> str:
    """Return why a person hears of a task, with the title of his seat as the organisation calls it."""
    part, absent = roster.part_of(person_id, task), roster.readers.get(roster.absent_for(person_id, task) or 0)
    seats = {
        "head": roster.ref.head_of(task.lead_unit_id),
        "supervisor": roster.ref.post(task.leader_post_id),
        "chair": roster.ref.chair,
    }
    seat = seats.get(part)
    return _(PARTS[part], title=seat.position if seat else "", name=absent.name if absent else "")


def _reasons(person_id: int, lines: list[Said], roster: Roster, book: Book) -> list[str]:
    """Return what lines say beside the deadline, each thing once, without the news that a ladder goes on from."""
    families = {family_of(line.rule) for line in lines}
    told = [line for line in lines if _GOES_ON.get(family_of(line.rule)) not in families]
    found = [_reason(line, book) for line in told]
    seat, signer = roster.signing_seat(lines[0].task), roster.signer(lines[0].task)
    if "UNSIGNED" in families and seat is not None and signer not in (None, person_id):
        found.append(_("It waits for %(name)s.", name=seat.said))
    return list(dict.fromkeys(filter(None, found)))


def _reason(line: Said, book: Book) -> str:
    """Return what a line says beside the deadline; an empty text where the deadline says it all."""
    if line.act is not None:
        return acts.told(line.rule, line.act, day_named)
    family = family_of(line.rule)
    text = _OVER.get(family, "") if line.on < book.day else ""
    text = text or _REASONS.get(family, "")
    waited = working(book.calendar.between(line.on, book.day))
    return _(text, day=day_named(line.on), waited=waited) if text else ""


_REASONS: Final[dict[str, str]] = {
    "ASSIGNED": N_("Newly assigned."),
    "RETURNED": N_("Returned for redoing; redo by the end of %(day)s."),
    "REDO": N_("Returned for redoing; redo by the end of %(day)s."),
    "WAITED": N_("The lead unit waits for your unit; answer by the end of %(day)s."),
    "ANSWER": N_("The lead unit waits for your unit; answer by the end of %(day)s."),
    "CHASED": N_("Leadership or the office urges that the task go on."),
    "DEMANDED": N_("An explanation is demanded of your unit."),
    "EXPLAINED": N_("The unit has given an explanation."),
    "COMMITTED": N_("The unit has committed to a day; the deadline stays."),
    "ANSWERED": N_("The unit you waited for has answered; the task goes on."),
    "HOLD": N_("The hold ended on %(day)s: time runs again, and work is to be resumed."),
    "EXTENDED": N_("More time was granted; the deadline above is the new one."),
    "REFUSED": N_("More time was refused; the deadline stays."),
    "ASKED": N_("The lead unit asks for more time."),
    "HANDED_IN": N_("A result was handed in."),
    "UNRECEIVED": N_("Assigned on %(day)s and not received for %(waited)s."),
    "UNSIGNED": N_("A result has waited for a signature since %(day)s, for %(waited)s."),
    "UNDECIDED": N_("A request for more time has waited for a decision since %(day)s, for %(waited)s."),
    "EXPLAIN": N_("An explanation was demanded; answer by the end of %(day)s."),
    "PLEDGE": N_("The unit committed itself to finish by the end of %(day)s; the deadline stays."),
    "REPORT": N_("A periodic report is due by the end of %(day)s."),
    "SILENT": N_("There has been no news of this ongoing duty since %(day)s, for %(waited)s."),
    "EVENT": N_("It waits for an event: please confirm for this quarter that it still does, or give the date."),
    "NODATE": N_("The task has no date yet."),
    "NOLEAD": N_("The task has not been given to a lead unit yet."),
}
# a piece of news -> the ladder that says the same and more
_GOES_ON: Final = {
    "ASSIGNED": "UNRECEIVED",
    "HANDED_IN": "UNSIGNED",
    "ASKED": "UNDECIDED",
    "WAITED": "ANSWER",
    "RETURNED": "REDO",
}
# what a line says once its day is over
_OVER: Final[dict[str, str]] = {
    **dict.fromkeys(
        ("WAITED", "ANSWER"),
        N_("The lead unit still waits for your unit; the answer was due by the end of %(day)s, %(waited)s ago."),
    ),
    **dict.fromkeys(
        ("RETURNED", "REDO"), N_("Returned; it was to be redone by the end of %(day)s, which is over by %(waited)s.")
    ),
    "EXPLAIN": N_("An explanation was demanded by the end of %(day)s, which is over by %(waited)s; it has not come."),
    "PLEDGE": N_("The day the unit committed itself to, %(day)s, is over by %(waited)s."),
    "REPORT": N_("A periodic report was due by the end of %(day)s, which is over by %(waited)s; no news has come."),
}
# family -> section; the deadline's ladder is placed by where the task stands
_PLACES: Final[dict[str, str]] = {
    "HANDED_IN": "to_sign",
    "ASKED": "to_decide",
    "RETURNED": "redo",
    "REDO": "redo",
    "INVITED": "asked",
    "WAITED": "asked",
    "ANSWER": "asked",
    "ANSWERED": "answered",
    "HOLD": "resume",
    "ASSIGNED": "new",
    "UNRECEIVED": "new",
    "EXTENDED": "decided",
    "REFUSED": "decided",
    "UNDECIDED": "to_decide",
    "EXPLAIN": "chased",
    "PLEDGE": "due",
    "REPORT": "due",
    "SILENT": "upkeep",
    "EVENT": "upkeep",
    "NODATE": "unclear",
    "NOLEAD": "unclear",
    "CHASED": "chased",
    "DEMANDED": "chased",
    "EXPLAINED": "accounted",
    "COMMITTED": "accounted",
}


def _section(person_id: int, lines: list[Said], roster: Roster, book: Book) -> str:
    """Return the first section that any of a task's lines belongs to."""
    task = lines[0].task
    leads = roster.part_of(person_id, task) in ("supervisor", "chair") and person_id not in roster.unit(task)
    found = ["urgent" if line.is_urgent else _place(line, person_id, leads, roster, book) for line in lines]
    return found[0] if len(found) == 1 else min(found, key=_RANKS.__getitem__)


def _place(line: Said, person_id: int, leads: bool, roster: Roster, book: Book) -> str:
    family, task = family_of(line.rule), line.task
    if family == "T":
        now = _timing(task, roster, book).state
        late = now == TimingState.OVERDUE
        return ("climbed" if leads else "overdue") if late else "today" if now == TimingState.DUE_TODAY else "due"
    if family == "UNSIGNED":
        return "to_sign" if roster.signer(task) == person_id else "stuck"
    if family == "UNDECIDED":
        return "to_decide" if roster.decider(task) == person_id else "stuck"
    if leads and family in ("UNRECEIVED", "REDO", "HOLD", "ANSWER", "REPORT"):
        return "stuck"
    return _PLACES[family]


def _timing(task: Facts, roster: Roster, book: Book) -> Timing:
    """Return where a task stands on the book's day; worked out once for all of the same state and dates."""
    known = (task.status, task.deadline_kind, task.due_on, task.late_after, task.handed_in_on, task.held_until)
    kept, key = book.kept_for(roster), ("timing", known)
    found: Timing | None = kept.get(key)
    if found is None:
        soon = roster.ref.settings["due_soon.working_days"]
        found = kept[key] = timing(TimingFacts(Status(task.status), *known[1:]), book.day, book.calendar, soon=soon)
    return found
