"""How each kind of letter looks: made by the code that makes the real ones, of a person's own tasks or of samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time
from typing import Any, Final

from flask import current_app
from sqlalchemy import select

import clock
from models.base import db
from models.letters import LetterLine
from models.vocabulary import DeadlineKind, Status
from notifications import compose, duties, facts, inbox, letters, sweep
from notifications.compose import Addressed
from notifications.digest import Said
from notifications.facts import Facts, Result
from notifications.letters import Written
from notifications.recipients import Reader, Roster
from notifications.stages import Book, family_of
from terms import N_
from workflow.errors import Refusal
from workflow.reference import Reference

# more lines than a letter shows, so that one sees how it ends
LOOKED_AT: Final = 2_000
# whose letter it is when the person who looks has no address that letters could go to
STAND_IN: Final = "dong-chi@example.vn"


@dataclass(frozen=True)
class Shown:
    """A letter as its receiver gets it: headers as they are sent, subject, both bodies; of samples or of real tasks."""

    headers: str
    written: Written
    is_sample: bool


@dataclass(frozen=True)
class Look:
    """Who looks, on which day, with the people and rules of that day."""

    reader: Reader
    roster: Roster
    book: Book
    at: datetime


@dataclass(frozen=True)
class Made:
    """A letter's words, what its lines are called in the header, its key."""

    written: Written
    keys: tuple[letters.Key, ...]
    key: str
    is_sample: bool


@dataclass(frozen=True)
class Kind:
    """A kind of letter: how it is called and how one is made for a person who looks."""

    label: str
    make: Callable[[Look], Made]


def show(kind: str, language: str, person_id: int, ref: Reference, at: datetime) -> Shown:
    """Return a kind of letter as this person would get it. Raises Refusal for a kind there is not."""
    if kind not in KINDS:
        raise Refusal("not_found")
    found = sweep.stock_of(ref)
    reader = replace(found.roster.readers[person_id], language=language)
    roster = replace(found.roster, readers={**found.roster.readers, person_id: reader})
    made = KINDS[kind].make(Look(reader, roster, found.book, at))
    return Shown(_headers(reader, made, at), made.written, made.is_sample)


def _headers(reader: Reader, made: Made, at: datetime) -> str:
    """Return the headers of a letter as they travel."""
    config = current_app.config
    base = config["PUBLIC_URL"].rstrip("/")
    address = reader.email if reader.email and letters.is_address(reader.email) else STAND_IN
    envelope = letters.Envelope(
        sender=config["MAIL_DEFAULT_SENDER"],
        name=reader.name,
        address=address,
        language=reader.language,
        written=made.written,
        message_id=letters.message_id(reader.id, made.key, base),
        at=at,
        keys=made.keys,
        preferences=letters.preferences(base),
    )
    return letters.to_bytes(envelope).decode("ascii").split("\r\n\r\n")[0].replace("\r\n", "\n")


# ------------------------------------------------------------------------------------------------ the daily letter
def _digest(look: Look) -> Made:
    """Make the daily letter of what stands for the person today; of samples when nothing does."""
    own = _own(look)
    said = own or list(_samples(look))
    counts = compose.open_counts()
    found, words = compose.written(Addressed(0, look.reader.id), said, look.roster, look.book, counts)
    keys = letters.keys_of((line.task.id, line.rule, line.on) for line in found.lines)
    return Made(words, tuple(keys), letters.digest_key(look.book.day), not own)


def _own(look: Look) -> list[Said]:
    """Return the newest lines of a person that still hold, one of each family and task. Three queries."""
    query = select(LetterLine).where(LetterLine.recipient_id == look.reader.id, LetterLine.state.in_(inbox.TOLD))
    rows = list(db.session.scalars(query.order_by(LetterLine.id.desc()).limit(LOOKED_AT)))
    tasks = facts.of_ids({row.task_id for row in rows})
    standing = {key: duties.standing(task, look.roster, look.book) for key, task in tasks.items()}
    found: dict[tuple[int, str], Said] = {}
    for row in rows:
        family = family_of(row.rule)
        if duties.is_standing(standing[row.task_id], look.reader.id, family, row.on):
            found.setdefault((row.task_id, family), Said(row.id, tasks[row.task_id], row.rule, row.on))
    return list(found.values())


# for a letter of somebody who is reminded of nothing: title, status, working days until the deadline, rule
SAMPLES: Final = (
    ("Thẩm định hồ sơ công nhận người có uy tín trong đồng bào dân tộc thiểu số", Status.SUBMITTED, 3, "UNSIGNED"),
    ("Báo cáo kết quả thực hiện Chương trình mục tiêu quốc gia 9 tháng đầu năm", Status.IN_PROGRESS, -3, "T+3"),
    ("Trình Ủy ban nhân dân tỉnh dự thảo Kế hoạch công tác dân tộc năm tới", Status.IN_PROGRESS, 0, "T0"),
    ("Rà soát, đề xuất chính sách đặc thù cho các xã đặc biệt khó khăn", Status.RECEIVED, 3, "T-3"),
    ("Tổ chức lớp bồi dưỡng kiến thức dân tộc cho cán bộ, công chức đối tượng 4", Status.ASSIGNED, 15, "ASSIGNED#1"),
)  # fmt: skip


def _samples(look: Look) -> Iterator[Said]:
    """Give lines of tasks that there are not, led by the first unit: number 0 and below, so that no link opens one."""
    unit = next((unit.id for unit in look.roster.ref.inside), None)
    for place, (title, status, days, rule) in enumerate(SAMPLES):
        due = look.book.calendar.add(look.book.day, days)
        task = _sample(-place, title, status, due, unit, look)
        on = look.book.calendar.add(look.book.day, -2) if rule == "UNSIGNED" else due
        yield Said(0, task, rule, on)


def _sample(number: int, title: str, status: Status, due: date, unit: int | None, look: Look) -> Facts:
    given: dict[str, Any] = dict.fromkeys(field.name for field in fields(Facts))
    began = look.book.calendar.add(look.book.day, -20)
    given |= {"id": number, "title": title, "status": status, "due_on": due, "late_after": due, "lead_unit_id": unit}
    given |= {"deadline_kind": DeadlineKind.BY, "deadline_words": "", "lead_words": "", "steps": 2}
    given["assigned_at"] = datetime.combine(began, time(8), tzinfo=clock.LOCAL)
    if status == Status.SUBMITTED:
        handed_in = look.book.calendar.add(look.book.day, -2)
        given |= {"result": Result(0, handed_in), "handed_in_on": handed_in}
    return Facts(**given)


KINDS: Final[dict[str, Kind]] = {"digest": Kind(N_("daily letter"), _digest)}
