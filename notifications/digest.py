"""What a person's letter of the day says: its tasks in sections, each with its deadline in words and why he gets it.

Everything here is said in the language that is being spoken: the receiver's (`i18n.speaking`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from i18n import gettext as _
from models.vocabulary import DeadlineKind, Status, TimingState
from notifications import acts, duties, facts
from notifications.acts import Acted
from notifications.deadlines import day_named, day_words, deadline_words, working
from notifications.drift_words import drift_words
from notifications.facts import Facts
from notifications.reason_words import GOES_ON, OVER, REASONS
from notifications.recipients import Roster
from notifications.rule_words import of_rule
from notifications.stages import Book, family_of
from terms import N_
from workflow import drift
from workflow.timing import Timing, TimingFacts, timing

SHOWN: Final = 50
LONGEST_TITLE: Final = 400

# section -> its title, its word in the subject; the first sections come first in the letter
SECTIONS: Final[dict[str, tuple[str, str]]] = {
    "urgent": (N_("Urgent"), N_("%(count)s urgent")),
    "chased": (N_("Urged, or an explanation demanded"), N_("%(count)s urged or to explain")),
    "to_sign": (N_("Waiting for your signature"), N_("%(count)s to sign")),
    "to_decide": (N_("Waiting for your decision on more time"), N_("%(count)s to decide")),
    "between": (N_("Between units: to accept, to decide, decided"), N_("%(count)s between units")),
    "overdue": (N_("Overdue"), N_("%(count)s overdue")),
    "climbed": (N_("Overdue in units you supervise"), N_("%(count)s overdue in units you supervise")),
    "today": (N_("Due today"), N_("%(count)s due today")),
    "due": (N_("Due soon"), N_("%(count)s due soon")),
    "new": (N_("New, to be received"), N_("%(count)s new")),
    "handed_back": (N_("Handed back by units, to be given anew"), N_("%(count)s handed back")),
    "redo": (N_("Returned, to be redone"), N_("%(count)s to redo")),
    "asked": (N_("Waiting for your unit"), N_("%(count)s waiting for your unit")),
    "answered": (N_("Answered by the unit you waited for"), N_("%(count)s answered")),
    "accounted": (N_("Explained or committed by units"), N_("%(count)s explained or committed")),
    "resume": (N_("The hold has ended: resume"), N_("%(count)s to resume")),
    "supervised": (N_("Put under your supervision"), N_("%(count)s under your supervision")),
    "stopped": (N_("Ended by a decision"), N_("%(count)s ended by a decision")),
    "decided": (N_("Decided on a request for more time"), N_("%(count)s decided")),
    "settled": (N_("Settled: dates and causes of delay"), N_("%(count)s settled")),
    "mentioned": (N_("You were named in a comment"), N_("%(count)s naming you")),
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
    "mentioned": N_("You get this because somebody named you in a comment."),
    "acceptor": N_("You get this as the head of the unit that this duty was done for."),
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
    worth = _worth([found[0].task for _place, found in placed[:SHOWN]], roster)
    shown = [(place, entry(person_id, found, roster, book, base, worth)) for place, found in placed[:SHOWN]]
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


def _worth(tasks: Sequence[Facts], roster: Roster) -> dict[int, str]:
    """Return of which tasks a signature no longer speaks of what stands now, in words. Two queries, mostly none."""
    signed = [task.id for task in tasks if task.status == Status.SIGNED_OFF]
    return {key: drift_words(found) for key, found in drift.of_tasks(signed, roster.ref).items()}


def entry(
    person_id: int, lines: list[Said], roster: Roster, book: Book, base: str, worth: Mapping[int, str] | None = None
) -> Entry:
    """Return one task as a letter speaks of it to a person; `worth`: of which tasks a signature holds no more."""
    task = lines[0].task
    now = _timing(task, roster, book)
    title = " ".join(task.title.split())
    return Entry(
        task_id=task.id,
        title=title if len(title) <= LONGEST_TITLE else title[:LONGEST_TITLE].rstrip() + "…",
        unit=_unit(person_id, task, roster),
        deadline=deadline_words(task, now, book.day),
        reasons=[*_reasons(person_id, lines, roster, book), *filter(None, [(worth or {}).get(task.id)])],
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
    told = [line for line in lines if GOES_ON.get(family_of(line.rule)) not in families]
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
    text = OVER.get(family, "") if line.on < book.day else ""
    text = text or REASONS.get(family, "")
    waited = working(book.calendar.between(line.on, book.day))
    return _(text, day=day_named(line.on), waited=waited) if text else ""


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
    "SUPERVISED": "supervised",
    "HANDED_BACK": "handed_back",
    "STOPPED": "stopped",
    "INHERITED": "new",
    "UNRECEIVED": "new",
    **dict.fromkeys(("EXTENDED", "DATED", "REFUSED"), "decided"),
    "UNDECIDED": "to_decide",
    **dict.fromkeys(("COUNTERED", "OFFERED"), "to_decide"),
    **dict.fromkeys(("ACCEPTED", "DECLINED", "LAPSED", "REDATED", "CAUSE_DECIDED"), "settled"),
    "CAUSED": "accounted",
    "MENTIONED": "mentioned",
    **dict.fromkeys(("ACCEPT", "CONTESTED", "CONTEST", "CONTEST_SETTLED", "RENEW"), "between"),
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
