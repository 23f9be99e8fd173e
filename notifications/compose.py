"""The letters of a day: one digest a person, made of the lines that wait and still hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app
from sqlalchemy import func, select

from i18n import speaking
from models.base import db
from models.letters import Letter
from models.tasks import Task
from models.vocabulary import LetterKind, LetterState, LineState
from notifications import digest, duties, facts, letters, outbox, points, preferences, receipts
from notifications.digest import Digest, Said
from notifications.duties import Standing
from notifications.facts import Facts
from notifications.outbox import PlannedLine
from notifications.recipients import Reader, Roster
from notifications.stages import Book, family_of


@dataclass(frozen=True)
class Made:
    """A new letter, the lines it says, and those that were marked otherwise and that it has no room for."""

    letter: Letter
    said: list[int]
    left: list[int]


def run(roster: Roster, book: Book, tasks: Mapping[int, Facts], at: datetime) -> tuple[int, int]:
    """Make the letters of the book's day. Returns how many older ones were superseded and how many were made.

    `tasks` are those that were read already in this write unit.
    """
    superseded = outbox.release(book.day)
    points.reach("compose.released")
    fallen: list[PlannedLine] = []
    made = list(_made(roster, book, tasks, at, fallen))
    points.reach("compose.worded")
    outbox.drop(fallen)
    db.session.flush()
    points.reach("compose.written")
    for each in made:
        outbox.put(each.said, each.letter.id, LineState.PLANNED)
        outbox.put(each.left, None, LineState.FOLDED)
    outbox.fold(each.letter.recipient_id for each in made)
    points.reach("compose.joined")
    return superseded, len(made)


def _made(
    roster: Roster, book: Book, tasks: Mapping[int, Facts], at: datetime, fallen: list[PlannedLine]
) -> Iterator[Made]:
    """Give each person's letter; the lines it does not take, with their reasons, are added to the `fallen`."""
    served, failed = outbox.served(letters.digest_key(book.day)), outbox.left_by_failure()
    known = {**tasks, **facts.of_ids(outbox.tasks_spoken_of() - tasks.keys())}
    counts: Counter[tuple[str, int]] | None = None
    for person, waiting in outbox.waiting_lines():
        rows = [line for line in waiting if _is_time(line, served, roster, at)]
        rows += failed.get(person, []) if rows else []
        marked = {row.id for row in rows if row.letter_id is not None or row.reason is not None}
        said = _wanted(standing_lines(rows, known, roster, book), rows, roster).get(person)
        fallen += (row for row in rows if row.reason is not None)
        if said:
            counts = open_counts() if counts is None else counts
            letter = _letter(roster.readers[person], book.day, at)
            db.session.add(letter)
            db.session.flush()  # it has its number now, which stands in its words
            found = _write(letter, said, roster, book, counts)
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
    for row in found:
        reason = _why_not(row, tasks.get(row.task_id), standing, latest, roster)
        if reason is not None:
            row.state, row.reason = (LineState.SUPERSEDED if reason == "overtaken" else LineState.SKIPPED), reason
            continue
        said = Said(row.id, tasks[row.task_id], row.rule, row.on, folded=row.state == LineState.FOLDED)
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


def written(
    reader: Reader, said: list[Said], roster: Roster, book: Book, counts: Counter[tuple[str, int]], letter_id: int
) -> tuple[Digest, letters.Written]:
    """Return what a letter says, and its words in the receiver's language."""
    base = current_app.config["PUBLIC_URL"].rstrip("/")
    with speaking(reader.language):
        placed = digest.placed(reader.id, said, roster, book)
        facts.name(mine[0].task for _section, mine in placed[: digest.SHOWN])
        found = digest.compose(reader.id, placed, roster, book, base, _open_of(reader.id, roster, counts))
    links = letters.Links(base, receipts.link(letter_id, reader.id))
    return found, letters.write(reader, found, links, roster.ref.settings["body.name"])


def _write(letter: Letter, said: list[Said], roster: Roster, book: Book, counts: Counter[tuple[str, int]]) -> Digest:
    """Put a letter into words and return what it says."""
    reader = roster.readers[letter.recipient_id]
    found, words = written(reader, said, roster, book, counts, letter.id)
    letter.subject, letter.text, letter.html = words.subject, words.text, words.html
    return found


def _letter(reader: Reader, day: date, at: datetime) -> Letter:
    """Return a letter whose words are still to come."""
    key = letters.digest_key(day)
    return Letter(
        recipient_id=reader.id,
        key=key,
        day=day,
        kind=LetterKind.DIGEST,
        state=LetterState.QUEUED,
        next_try_at=at,
        created_at=at,
        message_id=letters.message_id(reader.id, key, current_app.config["PUBLIC_URL"]),
        subject="",
        text="",
        html="",
    )


def _why_not(
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
