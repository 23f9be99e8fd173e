"""The letters of a day: one digest a person, made of the lines that wait and still hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from flask import current_app
from sqlalchemy import func, select

from i18n import speaking
from models.base import db
from models.letters import Letter
from models.tasks import Task
from models.vocabulary import LetterKind, LetterState, LineState
from notifications import digest, duties, facts, letters, outbox, points
from notifications.digest import Digest, Said
from notifications.duties import Standing
from notifications.facts import Facts
from notifications.recipients import Reader, Roster
from notifications.stages import Book, family_of


class Row(Protocol):
    """A line as it is kept: to whom, of which task, by which rule, for which day, and its fate."""

    id: int
    recipient_id: int
    task_id: int
    rule: str
    on: date
    state: LineState
    reason: str | None


class Ledger(Protocol):
    """Where lines and letters are kept: the outbox, or what a simulation remembers."""

    def served(self, key: str, /) -> set[int]:
        """Return who has a letter with this key."""

    def waiting_lines(self) -> Sequence[Row]:
        """Return the lines that wait for a letter, in the order they were planned."""

    def left_by_failure(self, recipients: Iterable[int], /) -> Sequence[Row]:
        """Return the lines these people never got because a letter to them failed."""


def run(roster: Roster, book: Book, at: datetime) -> tuple[int, int]:
    """Make the letters of the book's day. Returns how many older ones were superseded and how many were made."""
    superseded = outbox.release(book.day)
    points.reach("compose.released")
    lines = choose(outbox, facts.of_ids, roster, book)
    counts = open_counts() if lines else Counter()
    made = [
        (found, _letter(roster.readers[person], words, book.day, at))
        for person, (found, words) in _all_written(lines, roster, book, counts)
    ]
    points.reach("compose.worded")
    db.session.add_all(letter for _found, letter in made)
    db.session.flush()
    points.reach("compose.written")
    for found, letter in made:
        outbox.put((line.id for line in found.lines), letter.id, LineState.PLANNED)
        outbox.put((line.id for line in found.folded), None, LineState.FOLDED)
    points.reach("compose.joined")
    return superseded, len(made)


def choose(
    ledger: Ledger, tasks_of: Callable[[set[int]], Mapping[int, Facts]], roster: Roster, book: Book
) -> dict[int, list[Said]]:
    """Return what goes into the letters of the book's day, by person: one letter a day, of what waits and holds."""
    served = ledger.served(letters.digest_key(book.day))
    waiting = [line for line in ledger.waiting_lines() if line.recipient_id not in served]
    waiting += ledger.left_by_failure({line.recipient_id for line in waiting})
    return standing_lines(waiting, tasks_of({row.task_id for row in waiting}), roster, book)


def standing_lines(
    rows: Iterable[Row], tasks: Mapping[int, Facts], roster: Roster, book: Book
) -> dict[int, list[Said]]:
    """Return the lines that still hold, by person; the others are skipped with the reason, in their rows."""
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


def written(
    reader: Reader, said: list[Said], roster: Roster, book: Book, counts: Counter[tuple[str, int]]
) -> tuple[Digest, letters.Written]:
    """Return what a letter says, and its words in the receiver's language."""
    base = current_app.config["PUBLIC_URL"].rstrip("/")
    with speaking(reader.language):
        found = digest.compose(reader.id, said, roster, book, base, _open_of(reader.id, roster, counts))
    return found, letters.write(reader, found, base, roster.ref.settings["body.name"])


def _all_written(
    lines: dict[int, list[Said]], roster: Roster, book: Book, counts: Counter[tuple[str, int]]
) -> Iterator[tuple[int, tuple[Digest, letters.Written]]]:
    for person, said in lines.items():
        yield person, written(roster.readers[person], said, roster, book, counts)


def _letter(reader: Reader, words: letters.Written, day: date, at: datetime) -> Letter:
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
        subject=words.subject,
        text=words.text,
        html=words.html,
    )


def _why_not(
    row: Row,
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
