"""The letters of a day: one digest a person, made of the lines that wait and still hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Protocol

from flask import current_app
from sqlalchemy import func, select

from i18n import speaking
from models.base import db
from models.letters import Letter
from models.tasks import Task
from models.vocabulary import LetterKind, LetterState, LineState
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
    roster: Roster, book: Book, tasks: Mapping[int, Facts], at: datetime, *, urgent_too: bool = True
) -> tuple[int, int]:
    """Make the letters of the book's day. Returns how many older ones were superseded and how many were made.

    `tasks` are those that were read already in this write unit.
    """
    superseded = outbox.release(book.day)
    points.reach("compose.released")
    known, counts = dict(tasks), cache(open_counts)

    def tasks_of(keys: set[int]) -> Mapping[int, Facts]:
        known.update(facts.of_ids(keys - known.keys()))
        return known

    chosen = choose(outbox, tasks_of, roster, book, at, urgent_too=urgent_too)
    return superseded, sum(_make(choice, counts, roster, book, at) for choice in chosen)


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
    rows = [row for row in waiting if row.id not in taken and _is_time(row, full, roster, at)]
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
    made = {person: _letter(kind, roster.readers[person], book.day, at) for person in lines}
    db.session.add_all(made.values())
    db.session.flush()  # each has its number now, which stands in its words
    contents = [(letter.id, *_write(letter, lines[person], roster, book, counts)) for person, letter in made.items()]
    points.reach("compose.worded")
    db.session.flush()
    points.reach("compose.written")
    for letter_id, said, folded in contents:
        outbox.put((line.id for line in said), letter_id, LineState.PLANNED)
        outbox.put((line.id for line in folded if line.id in choice.marked), None, LineState.FOLDED)
    if kind == LetterKind.DIGEST:
        outbox.fold(lines)  # all the others that wait
    points.reach("compose.joined")
    return len(made)


def standing_lines(
    rows: Iterable[PlannedLine], tasks: Mapping[int, Facts], roster: Roster, book: Book
) -> dict[int, list[Said]]:
    """Return the lines that still hold, by person; the others are given their fate and its reason."""
    found = [row for row in rows if _is_readable(row)]
    spoken_of = {row.task_id for row in found if row.task_id in tasks}
    standing = {key: duties.standing(tasks[key], roster, book) for key in spoken_of}
    latest = {
        (row.recipient_id, row.task_id, family_of(row.rule)): row.id for row in sorted(found, key=lambda row: row.id)
    }
    held: dict[int, list[Said]] = {}
    acted = acts.load((row.task_id, row.rule) for row in found)
    for row in found:
        reason = why_not(row, tasks.get(row.task_id), standing, latest, roster)
        if reason is not None:
            row.state, row.reason = (LineState.SUPERSEDED if reason == "overtaken" else LineState.SKIPPED), reason
            continue
        told = acted.get((row.task_id, row.rule))
        said = Said(row.id, tasks[row.task_id], row.rule, row.on, folded=row.state == LineState.FOLDED, act=told)
        held.setdefault(row.recipient_id, []).append(said)
    return held


def _is_readable(row: PlannedLine) -> bool:
    """Return whether a line's rule is one; a line of another is marked and not said."""
    is_rule = poison.spared(("line", row.id), lambda: bool(family_of(row.rule)), otherwise=False)
    if not is_rule:
        row.state, row.reason = LineState.SKIPPED, poison.UNREADABLE
    return is_rule


def _is_time(row: PlannedLine, full: set[int], roster: Roster, at: datetime) -> bool:
    """Return whether a line can go into a letter now: his day is not full, he is here and his hour has come."""
    person = row.recipient_id
    is_back = row.reason != preferences.AWAY or person not in roster.away
    reader = roster.readers.get(person)
    return person not in full and is_back and (reader is None or reader.hears_by(at))


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
    letter: Letter, said: list[Said], roster: Roster, book: Book, counts: Counter[tuple[str, int]]
) -> tuple[list[Said], list[Said]]:
    """Put a letter into words and return what it says and what is folded; without words it has failed."""
    done = poison.spared(("letter", letter.id), lambda: written(letter, said, roster, book, counts), None)
    if done is None:
        letter.state, letter.error = LetterState.FAILED, poison.UNREADABLE
        data = {"message_id": letter.message_id, "why": poison.UNREADABLE}
        about, thing = {"person": letter.recipient_id}, ("letter", letter.id)
        note("letter.failed", by=Actor.system(), at=letter.created_at, obj=thing, about=about, data=data)
        return said, []
    found, words = done
    letter.subject, letter.text, letter.html = words.subject, words.text, words.html
    return found.lines, found.folded


def _letter(kind: LetterKind, reader: Reader, day: date, at: datetime) -> Letter:
    """Return a letter whose words are still to come."""
    key = letters.urgent_key(day) if kind == LetterKind.URGENT else letters.digest_key(day)
    return Letter(
        recipient_id=reader.id,
        key=key,
        day=day,
        kind=kind,
        state=LetterState.QUEUED,
        next_try_at=at,
        created_at=at,
        message_id=letters.message_id(reader.id, key, current_app.config["PUBLIC_URL"]),
        subject="",
        text="",
        html="",
    )


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
