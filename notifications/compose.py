"""The letters of a day: one digest a person, made of the lines that wait and still hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask import current_app
from sqlalchemy import func, select

from i18n import speaking
from models.base import db
from models.letters import Letter
from models.tasks import Task
from models.vocabulary import LetterKind, LetterState, LineState
from notifications import acts, digest, duties, facts, letters, outbox, planned, points, preferences, receipts, urgent
from notifications.digest import Digest, Said
from notifications.duties import Standing
from notifications.facts import Facts
from notifications.outbox import Waiting
from notifications.planned import PlannedLine
from notifications.recipients import Reader, Roster
from notifications.stages import Book, family_of

# a person, and his lines that wait
Waits = tuple[int, list[PlannedLine]]


@dataclass(frozen=True)
class Desk:
    """What the letters of one run are made with: people, stages, tasks as they were read, the moment."""

    roster: Roster
    book: Book
    tasks: Mapping[int, Facts]
    at: datetime


@dataclass(frozen=True)
class Made:
    """A new letter, the lines it says, and those it has no room for that have to be put back one by one."""

    letter: Letter
    said: list[int]
    left: list[int]


def run(
    roster: Roster, book: Book, tasks: Mapping[int, Facts], at: datetime, *, urgent_too: bool = True
) -> tuple[int, int]:
    """Make the letters of the book's day. Returns how many older ones were superseded and how many were made.

    `tasks` are those that were read already in this write unit.
    """
    superseded = outbox.release(book.day)
    points.reach("compose.released")
    more = facts.of_ids(planned.tasks_spoken_of() - tasks.keys())
    desk = Desk(roster, book, {**tasks, **more}, at)
    urgent_rows = urgent.lines(planned.waiting_events(), book.day) if urgent_too else []
    made = _make(LetterKind.URGENT, planned.by_person(urgent_rows), desk) if urgent_rows else 0
    taken = {row.id for row in urgent_rows}
    return superseded, made + _make(LetterKind.DIGEST, _due(taken, desk), desk)


def _due(taken: set[int], desk: Desk) -> Iterator[Waits]:
    """Give each person's lines that can go into his digest now, those of a failed letter with them."""
    day, failed = desk.book.day, planned.left_by_failure()
    served = outbox.served(letters.digest_key(day))
    served |= {person for person, count in outbox.carried(day).items() if count > 1}
    for person, waiting in planned.waiting_lines():
        rows = [row for row in waiting if row.id not in taken and _is_time(row, served, desk.roster, desk.at)]
        if rows:
            yield person, rows + failed.get(person, [])


def _make(kind: LetterKind, waiting: Iterable[Waits], desk: Desk) -> int:
    """Make letters of what still holds of some lines, one a person; returns how many."""
    fallen: list[PlannedLine] = []
    made = list(_made(kind, waiting, desk, fallen))
    points.reach("compose.worded")
    planned.drop(fallen)
    db.session.flush()
    points.reach("compose.written")
    for each in made:
        planned.put(each.said, each.letter.id, LineState.PLANNED)
        planned.put(each.left, None, LineState.FOLDED)
    if kind == LetterKind.DIGEST:
        planned.fold(each.letter.recipient_id for each in made)
    points.reach("compose.joined")
    return len(made)


def _made(kind: LetterKind, waiting: Iterable[Waits], desk: Desk, fallen: list[PlannedLine]) -> Iterator[Made]:
    """Give each person's letter; the lines it does not take, with their reasons, are added to the `fallen`."""
    counts: Counter[tuple[str, int]] | None = None
    for person, rows in waiting:
        marked = {row.id for row in rows if row.letter_id or row.reason or kind != LetterKind.DIGEST}
        held = standing_lines(rows, desk.tasks, desk.roster, desk.book)
        said = _wanted(held, rows, desk.roster).get(person)
        fallen += (row for row in rows if row.reason is not None)
        if said:
            counts = open_counts() if counts is None else counts
            letter = _letter(kind, desk.roster.readers[person], desk.book.day, desk.at)
            db.session.add(letter)
            db.session.flush()  # it has its number now, which stands in its words
            found = _write(letter, said, desk.roster, desk.book, counts)
            left = [line.id for line in found.folded if line.id in marked]
            yield Made(letter, [line.id for line in found.lines], left)


def standing_lines(
    rows: Iterable[PlannedLine], tasks: Mapping[int, Facts], roster: Roster, book: Book
) -> dict[int, list[Said]]:
    """Return the lines that still hold, by person; the others are given their fate and its reason."""
    found = list(rows)
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


def _is_time(row: PlannedLine, served: set[int], roster: Roster, at: datetime) -> bool:
    """Return whether a line can go into a letter now: none went today, its reader is here and his hour has come."""
    person = row.recipient_id
    is_back = row.reason != preferences.AWAY or person not in roster.away
    reader = roster.readers.get(person)
    return person not in served and is_back and (reader is None or reader.hears_by(at))


def _wanted(lines: dict[int, list[Said]], rows: Iterable[PlannedLine], roster: Roster) -> dict[int, list[Said]]:
    """Return the lines a letter takes; the others are given their reason: for the inbox alone, or until later."""
    row_of, found = {row.id: row for row in rows}, dict[int, list[Said]]()
    for person, said in lines.items():
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
        placed = digest.placed(reader.id, said, roster, book)
        facts.name(mine[0].task for _section, mine in placed[: digest.SHOWN])
        found = replace(digest.compose(reader.id, placed, roster, book, base, open_tasks), is_urgent=is_urgent)
    links = letters.Links(base, receipts.link(letter.id, reader.id))
    return found, letters.write(reader, found, links, roster.ref.settings["body.name"])


def _write(letter: Letter, said: list[Said], roster: Roster, book: Book, counts: Counter[tuple[str, int]]) -> Digest:
    """Put a letter into words and return what it says."""
    found, words = written(letter, said, roster, book, counts)
    letter.subject, letter.text, letter.html = words.subject, words.text, words.html
    return found


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
