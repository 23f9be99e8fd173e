"""The letters of a day: one digest a person, made of the lines that wait and still hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache, partial
from itertools import groupby
from operator import attrgetter
from typing import Protocol

from flask import current_app
from sqlalchemy import func, select

from i18n import speaking
from models.base import db
from models.letters import Letter
from models.tasks import Task
from models.words import (
    LetterKind,
    LetterState,
    LineState,
)
from notifications import (
    acts,
    digest,
    duties,
    facts,
    letters,
    outbox,
    outside,
    points,
    poison,
    preferences,
    receipts,
    urgent,
)
from notifications.digest import Digest, Said
from notifications.duties import Standing
from notifications.facts import Facts
from notifications.outbox import PlannedLine, Waiting
from notifications.recipients import Reader, Roster
from notifications.stages import Book, family_of
from workflow.actors import Actor
from workflow.ledger import note

TasksOf = Callable[[set[int]], Mapping[int, Facts]]


class Ledger(urgent.Ledger, Protocol):
    """Where lines and letters are kept: the outbox, or what a simulation remembers."""

    def waiting_lines(self) -> list[PlannedLine]:
        """Return the lines that wait for a letter, in the order they were planned."""

    def served(self, key: str, /) -> set[int]:
        """Return who has a letter with this key."""

    def left_by_failure(self, recipients: Iterable[int], /) -> list[PlannedLine]:
        """Return the lines these people never got because a letter to them failed."""


@dataclass(frozen=True)
class Choice:
    """What goes into the letters of one kind: by person, and all lines that were looked at, with their fates."""

    kind: LetterKind
    lines: dict[int, list[Said]]
    rows: Sequence[PlannedLine]
    # those that `fold` would not find: of a failed letter, kept for somebody who was away, beside an urgent letter
    marked: frozenset[int]


def run(
    roster: Roster, book: Book, tasks: dict[int, Facts], at: datetime, *, urgent_too: bool = True
) -> tuple[int, int]:
    """Make the letters of the book's day. Returns how many older ones were superseded and how many were made.

    `tasks` are those that were read already in this write unit; what is read beside them is added.
    """
    superseded = outbox.release(book.day)
    points.reach("compose.released")
    counts = cache(open_counts)

    def tasks_of(keys: set[int]) -> Mapping[int, Facts]:
        tasks.update(facts.of_ids(keys - tasks.keys()))
        return tasks

    chosen = choose(outbox, tasks_of, roster, book, at, urgent_too=urgent_too)
    made, served = 0, set[int]()
    for choice in chosen:
        made += _make(choice, counts, roster, book, at)
        served |= choice.lines.keys() if choice.kind == LetterKind.DIGEST else set()
    if served:
        outbox.fold(served)  # all else that waits for them
    return superseded, made


def choose(
    ledger: Ledger, tasks_of: TasksOf, roster: Roster, book: Book, at: datetime, *, urgent_too: bool
) -> Iterator[Choice]:
    """Give what goes into the letters of a moment: the urgent ones, then one digest a person, of what waits and holds.

    Person by person, for each may have thousands of lines. Whoever is given a choice
    makes its letters before he asks for the next.
    """
    waiting = ledger.waiting_lines()
    urgent_rows = urgent.lines(waiting, book.day, ledger) if urgent_too else []
    if urgent_rows:
        yield _choice(LetterKind.URGENT, urgent_rows, tasks_of, roster, book)
    full = {person for person, count in ledger.carried(book.day).items() if count > 1}
    full |= ledger.served(letters.digest_key(book.day))
    taken = {row.id for row in urgent_rows}
    hears = {person for person in {row.recipient_id for row in waiting} - full if _is_time(person, roster, at)}
    rows = [row for row in waiting if row.recipient_id in hears and row.id not in taken and _is_back(row, roster)]
    rows += ledger.left_by_failure({row.recipient_id for row in rows})
    del waiting
    tasks_of({row.task_id for row in rows})
    rows.sort(key=attrgetter("recipient_id"))
    for _person, mine in groupby(rows, key=attrgetter("recipient_id")):
        yield _choice(LetterKind.DIGEST, list(mine), tasks_of, roster, book)


def _choice(kind: LetterKind, rows: Sequence[PlannedLine], tasks_of: TasksOf, roster: Roster, book: Book) -> Choice:
    marked = frozenset(row.id for row in rows if row.letter_id or row.reason or kind != LetterKind.DIGEST)
    tasks = tasks_of({row.task_id for row in rows})
    return Choice(kind, _wanted(standing_lines(rows, tasks, roster, book), rows, roster), rows, marked)


def _make(
    choice: Choice, counts_of: Callable[[], Counter[tuple[str, int]]], roster: Roster, book: Book, at: datetime
) -> int:
    """Make letters of what was chosen, one a person; returns how many."""
    lines, kind = choice.lines, choice.kind
    outbox.drop(choice.rows)
    counts = counts_of() if lines else Counter()
    # each has its number first, for that stands in its words
    made = [_letter(kind, roster.readers[person], book.day, at) for person in lines]
    contents = [(letter, *_write(letter, lines[letter.recipient_id], at, roster, book, counts)) for letter in made]
    points.reach("compose.worded")
    for letter, words, _said, _folded in contents:
        if words is not None:
            outbox.rewrite(letter.id, words.subject, words.text, words.html)
    points.reach("compose.written")
    for letter, _words, said, folded in contents:
        letter_id = letter.id
        outbox.put((line.id for line in said), letter_id, LineState.PLANNED)
        outbox.put((line.id for line in folded if line.id in choice.marked), None, LineState.FOLDED)
    points.reach("compose.joined")
    return len(made)


def standing_lines(
    rows: Iterable[PlannedLine], tasks: Mapping[int, Facts], roster: Roster, book: Book
) -> dict[int, list[Said]]:
    """Return the lines that still hold, by person; the others are given their fate and its reason."""
    found, acted = _read(rows)
    spoken_of = {row.task_id for row in found if row.task_id in tasks}
    standing = {key: duties.standing(tasks[key], roster, book) for key in spoken_of}
    latest = {
        (row.recipient_id, row.task_id, family_of(row.rule)): row.id for row in sorted(found, key=attrgetter("id"))
    }
    held: dict[int, list[Said]] = {}
    for row in found:
        reason = why_not(row, tasks.get(row.task_id), standing, latest, roster)
        if reason is not None:
            row.state, row.reason = (LineState.SUPERSEDED if reason == "overtaken" else LineState.SKIPPED), reason
            continue
        told = acted.get((row.task_id, row.rule)) if acted else None
        said = Said(row.id, tasks[row.task_id], row.rule, row.on, row.state is LineState.FOLDED, told)
        held.setdefault(row.recipient_id, []).append(said)
    return held


def _read(rows: Iterable[PlannedLine]) -> tuple[list[PlannedLine], dict[acts.Wanted, acts.Acted]]:
    """Return the lines whose rule is one, and the acts they speak of; a line of another rule is marked and not said."""
    known, found = dict[str, str](), []
    for row in rows:
        if row.rule not in known:
            family = poison.spared(("line", row.id), partial(family_of, row.rule), "")
            if not family:
                row.state, row.reason = LineState.SKIPPED, poison.UNREADABLE
                continue
            known[row.rule] = family
        found.append(row)
    return found, acts.load((row.task_id, row.rule) for row in found if known[row.rule] in acts.SOURCES)


def _is_time(person: int, roster: Roster, at: datetime) -> bool:
    """Return whether a person's hour has come."""
    reader = roster.readers.get(person)
    return reader is None or reader.hears_by(at)


def _is_back(row: PlannedLine, roster: Roster) -> bool:
    """Return whether the reader a line waited for is here again."""
    return row.reason != preferences.AWAY or row.recipient_id not in roster.away


def _wanted(lines: dict[int, list[Said]], rows: Iterable[PlannedLine], roster: Roster) -> dict[int, list[Said]]:
    """Return the lines a letter takes; the others are given their reason: for the inbox alone, or until later."""
    row_of, found = {row.id: row for row in rows}, dict[int, list[Said]]()
    for person, said in lines.items():
        if roster.takes_all(person):
            for line in said:
                row_of[line.id].reason = None
            found[person] = said
            continue
        for line in said:
            audiences = roster.meant(family_of(line.rule), line.task).get(person, ())
            row, reason = row_of[line.id], roster.held_back(person, line.rule, audiences)
            row.reason = reason
            if reason is None:
                found.setdefault(person, []).append(line)
            elif reason == preferences.SWITCHED_OFF:
                row.state = LineState.SKIPPED
    return found


@dataclass(frozen=True)
class Addressed:
    """What the words of a letter depend on beside its lines: its number, its receiver, its kind."""

    id: int
    recipient_id: int
    kind: LetterKind = LetterKind.DIGEST
    message_id: str = ""


def written(
    letter: Addressed | Letter | Waiting, said: list[Said], roster: Roster, book: Book, counts: Counter[tuple[str, int]]
) -> tuple[Digest, letters.Written]:
    """Return what a letter says, and its words in the receiver's language; an urgent one sums up nothing else."""
    base, is_urgent = current_app.config["PUBLIC_URL"].rstrip("/"), letter.kind == LetterKind.URGENT
    reader = roster.readers[letter.recipient_id]
    with speaking(reader.language):
        open_tasks = 0 if is_urgent else _open_of(reader.id, roster, counts)
        found = replace(digest.compose(reader.id, said, roster, book, base, open_tasks), is_urgent=is_urgent)
    if not reader.signs_in:
        return found, outside.write(reader, found, roster, receipts.link(letter.id, reader.id))
    links = letters.Links(base, receipts.link(letter.id, reader.id))
    return found, letters.write(reader, found, links, roster.ref.settings["body.name"])


def _write(
    letter: Addressed, said: list[Said], at: datetime, roster: Roster, book: Book, counts: Counter[tuple[str, int]]
) -> tuple[letters.Written | None, list[Said], list[Said]]:
    """Return a letter's words, what it says and what is folded; one that cannot be put into words has failed."""
    done = poison.spared(("letter", letter.id), lambda: written(letter, said, roster, book, counts), None)
    if done is None:
        outbox.give_up(letter.id, poison.UNREADABLE)
        data = {"message_id": letter.message_id, "why": poison.UNREADABLE}
        about, thing = {"person": letter.recipient_id}, ("letter", letter.id)
        note("letter.failed", by=Actor.system(), at=at, obj=thing, about=about, data=data)
        return None, said, []
    found, words = done
    return words, found.lines, found.folded


def _letter(kind: LetterKind, reader: Reader, day: date, at: datetime) -> Addressed:
    """Add a letter whose words are still to come."""
    key = letters.urgent_key(day) if kind == LetterKind.URGENT else letters.digest_key(day)
    message_id = letters.message_id(reader.id, key, current_app.config["PUBLIC_URL"])
    number = outbox.add_letter(
        recipient_id=reader.id,
        key=key,
        day=day,
        kind=kind,
        state=LetterState.QUEUED,
        next_try_at=at,
        created_at=at,
        message_id=message_id,
    )
    return Addressed(number, reader.id, kind, message_id)


def why_not(
    row: PlannedLine,
    task: Facts | None,
    standing: dict[int, Standing],
    latest: dict[tuple[int, int, str], int],
    roster: Roster,
) -> str | None:
    """Return why a line is not said any more; None when it is."""
    family = family_of(row.rule)
    if row.recipient_id not in roster.readers:
        return "left"
    if task is not None and standing[task.id] is duties.UNREADABLE:
        return poison.UNREADABLE
    if task is None or not standing[task.id]:
        return "closed"
    if not duties.is_standing(standing[task.id], row.recipient_id, family, row.on):
        return "moved_on"
    is_ladder = family in duties.ANCHORS
    return "overtaken" if is_ladder and latest[row.recipient_id, row.task_id, family] != row.id else None


def open_counts() -> Counter[tuple[str, int]]:
    """Return how many open tasks each unit, officer and leader's post has, and the body as a whole. One query."""
    columns = (Task.lead_unit_id, Task.officer_id, Task.leader_post_id)
    found: Counter[tuple[str, int]] = Counter()
    query = (
        select(*columns, func.count())
        .where(facts.open_tasks(), Task.kind.not_in(facts.OWES_NOTHING))
        .group_by(*columns)
    )
    for unit, officer, post, count in db.session.execute(query):
        found["all", 0] += count
        for name, key in (("unit", unit), ("officer", officer), ("post", post)):
            if key is not None:
                found[name, key] += count
    return found


def _open_of(person_id: int, roster: Roster, counts: Counter[tuple[str, int]]) -> int:
    """Return how many open tasks are a person's: all for the chair, his posts' and units', else those naming him."""
    held = [seat for seat in roster.ref.seats if seat.person_id == person_id]
    if roster.ref.chair in held:
        return counts["all", 0]
    seats = sum(counts["post", seat.post_id] + counts["unit", seat.unit_id] for seat in held)
    return max(seats, counts["officer", person_id])
