"""The decision: who should have been told what of a task by a day. Sweep, letter and sending all ask here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import date, timedelta
from itertools import chain
from operator import attrgetter
from typing import Final, NamedTuple

from models.vocabulary import DeadlineKind, Status, TaskKind
from notifications import poison
from notifications.facts import Facts
from notifications.recipients import Roster
from notifications.stages import Audience, Book, Pause, Stage, is_long
from workflow import recurrence
from workflow.calendar import WorkCalendar
from workflow.lifecycle import AT_WORK, LIVE, OPEN
from workflow.outstanding import offer_ends
from workflow.reminding import ALWAYS, Rules
from workflow.timing import is_hold_over

# (person, family, the day the line belongs to): what may be said now; events have no such day
Spoken = tuple[int, str, date | None]
Standing = tuple[Spoken, ...]
# of a task whose row makes no sense nothing may be said
UNREADABLE: Final[Standing] = ((0, poison.UNREADABLE, None),)
Audiences = tuple[Audience, ...]
Heard = Callable[[str, Facts], dict[int, tuple[Audience, ...]]]

DAY: Final = timedelta(days=1)

S = Status
_WORKING: Final = ("T", "REDO", "NODATE", "UNDECIDED", "OFFERED", "EXPLAIN", "PLEDGE", "REPORT", "SILENT", "EVENT")
FAMILIES: Final[dict[Status, tuple[str, ...]]] = {
    S.DRAFT: ("NOLEAD",),
    S.ASSIGNED: ("T", "UNRECEIVED", "NODATE", "EXPLAIN"),
    S.RECEIVED: _WORKING,
    S.IN_PROGRESS: (*_WORKING, "CONTEST"),
    S.WAITING: (*_WORKING, "ANSWER", "CONTEST", "RENEW"),
    S.SUBMITTED: ("UNSIGNED",),
    S.SIGNED_OFF: ("UNSIGNED",),
}
# ended by a decision
STOPPED: Final = (S.CANCELLED, S.WITHDRAWN)
# a signed duty waits to be accepted by the unit it was done for
_OF_KIND: Final = {(TaskKind.DUTY, S.SIGNED_OFF): ("ACCEPT",)}
# what is said of a task whose hold has ended and that nobody has resumed: time runs again
_HOLD_OVER: Final = (*_WORKING, "HOLD")
# the day a ladder hangs on; None: it does not apply
ANCHORS: Final[dict[str, Callable[[Facts, Book], date | None]]] = {
    "T": lambda task, _book: task.due_on,
    # who contests owes neither redoing nor answer until it is decided
    "REDO": lambda task, _book: task.redo_by if task.contested_at is None else None,
    "ANSWER": lambda task, _book: task.answer_by if task.contested_at is None else None,
    "ACCEPT": lambda task, _book: task.waits_since,
    "CONTEST": lambda task, _book: task.contested_on,
    "RENEW": lambda task, _book: task.renew_by,
    "HOLD": lambda task, _book: task.held_until,
    "UNRECEIVED": lambda task, _book: task.assigned_on,
    "UNSIGNED": lambda task, _book: task.waits_since,
    "UNDECIDED": lambda task, _book: task.asked_on,
    "OFFERED": lambda task, book: offer_ends(task.offered_at, book.calendar) if task.offered_at else None,
    "EXPLAIN": lambda task, _book: task.explain_by,
    "PLEDGE": lambda task, _book: _pledged_beyond(task),
    "REPORT": lambda task, book: _unreported(task, book) if _lives_by(DeadlineKind.RECURRING, task) else None,
    "SILENT": lambda task, _book: _last_news(task) if _lives_by(DeadlineKind.ONGOING, task) else None,
    "EVENT": lambda task, book: _unconfirmed(task, book.day) if _lives_by(DeadlineKind.EVENT, task) else None,
    "NODATE": lambda task, _book: task.assigned_on if task.lacks_date else None,
    "NOLEAD": lambda task, _book: task.unled_since,
}


def _pledged_beyond(task: Facts) -> date | None:
    """Return the day the unit committed itself to, when it lies after the deadline (which stays what it is)."""
    beyond = task.pledged_on is not None and (task.due_on is None or task.pledged_on > task.due_on)
    return task.pledged_on if beyond else None


def _lives_by(kind: DeadlineKind, task: Facts) -> bool:
    """Return whether a task has no date and is of a kind that is kept alive by news."""
    return task.deadline_kind == kind and task.due_on is None


def _last_news(task: Facts) -> date | None:
    """Return the day of the last word on a task: of a note, else of the assignment."""
    return max(filter(None, (task.assigned_on, task.news_on)), default=None)


def _unreported(task: Facts, book: Book) -> date | None:
    """Return the first day of a periodic report that no news covers."""
    if task.assigned_on is None:
        return None
    return recurrence.first_unreported(task.deadline_words, task.assigned_on, task.news_on, book.day, book.calendar)


def _unconfirmed(task: Facts, day: date) -> date | None:
    """Return the last day of the quarter before, when nobody has spoken of the task since."""
    month = (day.month - 1) // 3 * 3 + 1
    quarter, news = date(day.year, month, 1) - DAY, _last_news(task)
    return quarter if news is not None and news <= quarter else None


class Duty(NamedTuple):
    """What one person should have been told of one task on one ladder; the latest stage is what still counts."""

    person_id: int
    task_id: int
    family: str
    on: date
    stages: tuple[Stage, ...]
    started: date

    @property
    def latest(self) -> Stage:
        """Return the stage that is said."""
        return self.stages[-1]

    def counts(self, stage: Stage) -> bool:
        """Return whether a stage fell after the task was given and under the rule as it is: day 0 is not caught up."""
        return stage.falls > self.started and stage.falls >= stage.since


def families(task: Facts, on: date) -> tuple[str, ...]:
    """Return the ladders that speak of a task on a day."""
    is_over = is_hold_over(task.status, task.held_until, on)
    found = _OF_KIND.get((task.kind, task.status)) or FAMILIES.get(task.status, ())
    return _HOLD_OVER if is_over else found


class Hung(NamedTuple):
    """A ladder on its day: from when its stages count, and by which rules they fall."""

    on: date
    started: date
    rules: Rules
    long: bool
    pause: Pause | None


def hang(family: str, task: Facts, book: Book) -> Hung | None:
    """Return where a ladder hangs on a task; None when it has no day to hang on."""
    anchor = ANCHORS[family](task, book)
    if anchor is None:
        return None
    started = (task.dated_on if family == "T" else None) or ALWAYS
    rules = book.rules.of(task.plan_id, task.id)
    pause = paused(task, rules, book.calendar) if family == "T" else None
    return Hung(anchor, started, rules, is_long(task.deadline_words), pause)


def owed(person_id: int, audiences: Audiences, task_id: int, family: str, hung: Hung, book: Book) -> Duty | None:
    """Return what one of a ladder's hearers should have been told by the book's day; None when nothing has fallen."""
    stages = book.fallen(family, audiences, hung.on, hung.rules, long=hung.long, pause=hung.pause)
    return Duty(person_id, task_id, family, hung.on, stages, hung.started) if stages else None


def of(task: Facts, roster: Roster, book: Book) -> Iterator[Duty]:
    """Give what each person should have been told of a task by the book's day, substitutes in their places.

    The conditions, in order: the ladder speaks in this state (`families`), it has a day (`hang`), the person hears
    on it (`Roster.heard_by`), a stage has fallen (`owed`), and it counts (`Duty.counts`). `why` asks them one by one.
    It is worked out once for all tasks that are alike. Of a task whose row makes no sense nobody is told.
    """
    nobody: tuple[Duty, ...] = ()
    for duty in poison.spared(("task", task.id), lambda: _kept_duties(task, roster, book), nobody):
        person, _task, family, on, stages, started = duty
        yield Duty(person, task.id, family, on, stages, started)


def _kept_duties(task: Facts, roster: Roster, book: Book) -> tuple[Duty, ...]:
    kept, key = book.kept_for(roster), ("duties", likeness(task, book))
    found: tuple[Duty, ...] | None = kept.get(key)
    if found is None:
        found = kept[key] = tuple(_duties(task, book, roster.heard_by))
    return found


# all that decides on a task beside the rules of its scope: not its number, not its words; of moments their days
_DECIDES: Final = attrgetter(
    *(
        f"{each.name.removesuffix('_at')}_on" if each.name.endswith("_at") else each.name
        for each in fields(Facts)
        if each.name not in ("id", "title", "plan_id", "alike", "alike_in")
    )
)


def likeness(task: Facts, book: Book) -> int:
    """Return a number that tasks share of which everybody is told the same: what decides is equal, and their rules.

    Whatever the decision looks at beyond that has to be added here, or afterwards for each task (`_invited`).
    """
    if task.alike_in is not book:
        rules = book.rules.of(task.plan_id, task.id)
        task.alike, task.alike_in = book.number_of((_DECIDES(task), rules.origin, rules.number)), book
    return task.alike


def _duties(task: Facts, book: Book, hearers: Heard, until: Book | None = None) -> Iterator[Duty]:
    """Give the duties of a book's day, with what falls until another day when that is asked for."""
    for family in families(task, book.day):
        hung = hang(family, task, book)
        if hung is None or hung.on > (until or book).horizon:
            continue
        for person, audiences in hearers(family, task).items():
            duty = owed(person, audiences, task.id, family, hung, until or book)
            if duty is not None:
                yield duty


def paused(task: Facts, rules: Rules, calendar: WorkCalendar) -> Pause | None:
    """Return how long the climb rests: once for each deadline, from the first explanation of it on (rulings 22)."""
    if task.explained_on is None:
        return None
    return Pause(task.explained_on, calendar.add(task.explained_on, rules["reminder.explained"]))


def next_on(person_id: int, task: Facts, roster: Roster, book: Book) -> date | None:
    """Return when a person is told of a task next, should nothing happen to it; None when no rule says so."""

    def hears(family: str, of: Facts) -> dict[int, Audiences]:
        found = roster.heard_by(family, of)
        return {person_id: found[person_id]} if person_id in found else {}

    falls = (
        stage.falls
        for duty in _duties(task, book, hears, book.ahead)
        for stage in duty.stages
        if stage.falls > book.day and duty.counts(stage)
    )
    return min(falls, default=None)


def standing(task: Facts, roster: Roster, book: Book) -> Standing:
    """Return what may be said of a task to whom, as it is now: a line that is not in it is not sent.

    What was written for somebody before he went away still holds when he is back.
    """
    known: Standing | None = None
    if task.alike_in is book and task.id not in roster.invited and task.id not in roster.mentioned:
        known = book.kept_for(roster).get(("standing", task.alike))
    return known or poison.spared(
        ("task", task.id),
        lambda: _kept_standing(task, roster, book) + _invited(task, roster) + _mentioned(task, roster),
        UNREADABLE,
    )


def _invited(task: Facts, roster: Roster) -> Standing:
    """Return the invitations of bodies outside: they hang on the task itself, so tasks alike do not share them."""
    if task.id not in roster.invited or task.status not in LIVE:
        return ()
    return tuple((person, "INVITED", None) for person in roster.mailboxes(task))


def _mentioned(task: Facts, roster: Roster) -> Standing:
    """Return who was named in a comment lately and still sees the task, be it open or closed."""
    return tuple((person, "MENTIONED", None) for person in roster.named_on(task))


def _kept_standing(task: Facts, roster: Roster, book: Book) -> Standing:
    kept, key = book.kept_for(roster), ("standing", likeness(task, book))
    found: Standing | None = kept.get(key)
    if found is None:
        found = kept[key] = _standing(task, roster, book)
    return found


def _standing(task: Facts, roster: Roster, book: Book) -> Standing:
    meant = _duties(task, book, roster.meant) if roster.away else iter(())
    told = chain(_kept_duties(task, roster, book), meant)
    ladders: Standing = tuple([(duty.person_id, duty.family, duty.on) for duty in told])
    heard = _events(task, roster, book.day)
    if roster.away:
        heard = {family: (*people, *roster.hearers(family, task, people)) for family, people in heard.items()}
    events: Standing = tuple(
        [(person, family, None) for family, people in heard.items() for person in people if person]
    )
    # very many tasks have these in common
    shared: Standing = book.kept_for(roster).setdefault(events, events)
    return ladders + shared


def is_standing(found: Standing, person_id: int, family: str, on: date) -> bool:
    """Return whether a line still holds."""
    return (person_id, family, on) in found or (person_id, family, None) in found


def _events(task: Facts, roster: Roster, on: date) -> dict[str, tuple[int | None, ...]]:
    """Return to whom each kind of event is still news."""
    found = _steps(task, roster, on)
    return found | _chasing(task, roster) | _settled(task, roster) if task.status in OPEN else found


def _chasing(task: Facts, roster: Roster) -> dict[str, tuple[int | None, ...]]:
    """Return who still hears of acts of chasing: until answered, whoever is meant; of answers, whoever asked."""
    leader = roster.leader(task)
    return {
        "CHASED": roster.urged(task) if task.is_urged and task.status != S.ON_HOLD else (),
        "DEMANDED": tuple(roster.above(task)[:1]) if task.explain_by is not None else (),
        "EXPLAINED": (*roster.askers(task), leader),
        "COMMITTED": (leader,) if task.pledged_on is not None else (),
    }


def _settled(task: Facts, roster: Roster) -> dict[str, tuple[int | None, ...]]:
    """Return who still hears of what became of an offer, a date or a cause."""
    unit, leader = roster.unit(task), roster.leader(task)
    return {
        "COUNTERED": (roster.answerer(task),) if task.offered_at is not None else (),
        **dict.fromkeys(("ACCEPTED", "LAPSED"), (*unit, leader)),
        **dict.fromkeys(("DECLINED", "CAUSED"), (leader,)),
        **dict.fromkeys(("REDATED", "CAUSE_DECIDED"), unit),
    }


def _steps(task: Facts, roster: Roster, on: date) -> dict[str, tuple[int | None, ...]]:
    unit = roster.unit(task)
    if task.status == S.DRAFT:
        return {"HANDED_BACK": roster.giver(task)}
    if task.status in STOPPED:
        return {"STOPPED": unit if task.assigned_at is not None else ()}
    return {"SUPERVISED": (roster.leader(task),), **_open_steps(task, roster, unit, on)}


def _open_steps(task: Facts, roster: Roster, unit: tuple[int, ...], on: date) -> dict[str, tuple[int | None, ...]]:
    if task.status == S.ASSIGNED:
        return {"ASSIGNED": unit, "INHERITED": unit, **_decided(unit)}
    if task.status in AT_WORK or is_hold_over(task.status, task.held_until, on):
        returned = unit if task.redo_by is not None else ()
        asked = (roster.decider(task),) if task.asked_by is not None else ()
        told = {
            "ASSIGNED": roster.officer(task),
            "INHERITED": unit,
            "RETURNED": returned,
            "ASKED": asked,
            **_decided(unit),
        }
        told["CONTESTED"] = (roster.arbiter(task),) if task.contested_at is not None else ()
        told["CONTEST_SETTLED"] = roster.parties(task)
        return told | {"WAITED": roster.waited(task), "ANSWERED": unit if task.status == S.IN_PROGRESS else ()}
    if task.status in (S.SUBMITTED, S.SIGNED_OFF):
        return {"HANDED_IN": (roster.signer(task),)}
    return {}


def _decided(unit: tuple[int, ...]) -> dict[str, tuple[int | None, ...]]:
    return {"EXTENDED": unit, "DATED": unit, "REFUSED": unit}
