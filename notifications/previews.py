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
from models.vocabulary import (
    DeadlineKind,
    SecondSigner,
    Status,
)
from models.words import (
    LetterKind,
)
from notifications import (
    acts,
    alarm,
    compose,
    duties,
    facts,
    inbox,
    letters,
    security,
    status,
    sweep,
    system,
    unreachable,
)
from notifications.acts import Acted
from notifications.compose import Addressed
from notifications.digest import Said
from notifications.facts import Facts, Result
from notifications.letters import Written
from notifications.recipients import Reader, Roster
from notifications.stages import Book, family_of
from notifications.system import Notice
from notifications.unreachable import Lost, Missed
from terms import N_
from workflow.errors import Refusal
from workflow.reference import Reference

# more lines than a letter shows, so that one sees how it ends
LOOKED_AT: Final = 2_000
# whose letter it is when the person who looks has no address that letters could go to
STAND_IN: Final = "dong-chi@example.vn"
# a number of nobody, and what a mail server says of an address it does not know
PHONE: Final = "0205 000 000"
REFUSED: Final = "550 5.1.1 User unknown"
URGED: Final = "Đề nghị báo cáo ngay kết quả đến nay và ngày hoàn thành."


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
    return _made(look, LetterKind.DIGEST, _own(look), _samples)


def _urgent(look: Look) -> Made:
    """Make the urgent letter of what was marked urgent for the person; of a sample when nothing was."""
    own = [line for line in _own(look) if line.is_urgent]
    return _made(look, LetterKind.URGENT, own, _urgent_sample)


def _made(look: Look, kind: LetterKind, own: list[Said], samples: Callable[[Look], Iterator[Said]]) -> Made:
    said, counts = own or list(samples(look)), compose.open_counts()
    found, words = compose.written(Addressed(0, look.reader.id, kind), said, look.roster, look.book, counts)
    keys = letters.keys_of((line.task.id, line.rule, line.on) for line in found.lines)
    key = letters.urgent_key(look.book.day) if kind == LetterKind.URGENT else letters.digest_key(look.book.day)
    return Made(words, tuple(keys), key, not own)


def _own(look: Look) -> list[Said]:
    """Return the newest lines of a person that still hold, one of each family and task. Three queries."""
    query = select(LetterLine).where(LetterLine.recipient_id == look.reader.id, LetterLine.state.in_(inbox.TOLD))
    rows = list(db.session.scalars(query.order_by(LetterLine.id.desc()).limit(LOOKED_AT)))
    tasks = facts.of_ids({row.task_id for row in rows})
    standing = {key: duties.standing(task, look.roster, look.book) for key, task in tasks.items()}
    acted = acts.load((row.task_id, row.rule) for row in rows)
    found: dict[tuple[int, str], Said] = {}
    for row in rows:
        family = family_of(row.rule)
        if duties.is_standing(standing[row.task_id], look.reader.id, family, row.on):
            act = acted.get((row.task_id, row.rule))
            found.setdefault((row.task_id, family), Said(row.id, tasks[row.task_id], row.rule, row.on, act=act))
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
    for place, (title, state, days, rule) in enumerate(SAMPLES):
        due = look.book.calendar.add(look.book.day, days)
        task = _sample(-place, title, state, due, unit, look)
        on = look.book.calendar.add(look.book.day, -2) if rule == "UNSIGNED" else due
        yield Said(0, task, rule, on)


def _sample(number: int, title: str, status: Status, due: date, unit: int | None, look: Look) -> Facts:
    given: dict[str, Any] = dict.fromkeys(field.name for field in fields(Facts) if field.init)
    began = look.book.calendar.add(look.book.day, -20)
    given |= {"id": number, "title": title, "status": status, "due_on": due, "late_after": due, "lead_unit_id": unit}
    given |= {
        "deadline_kind": DeadlineKind.BY,
        "deadline_words": "",
        "lead_words": "",
        "steps": 2,
        "second": SecondSigner.SUPERVISOR,
    }
    given["assigned_at"] = datetime.combine(began, time(8), tzinfo=clock.LOCAL)
    if status == Status.SUBMITTED:
        handed_in = look.book.calendar.add(look.book.day, -2)
        given |= {"result": Result(0, handed_in), "handed_in_on": handed_in}
    return Facts(**given)


def _urgent_sample(look: Look) -> Iterator[Said]:
    """Give the act of chasing of a sample: by the chair, to be answered in two working days."""
    urged, chair = next(line for line in _samples(look) if line.rule.startswith("T+")), look.roster.ref.chair
    by = look.book.calendar.add(look.book.day, 2)
    act = Acted(look.at, (chair.person_name or "") if chair else "", chair.title if chair else "", URGED, by, True)
    yield urged._replace(rule="CHASED#1", on=look.book.day, act=act)


# ------------------------------------------------------------------------------------------------ system letters
def _alarm(look: Look) -> Made:
    return _notice(look, "alarm", alarm.notice(alarm.RAISED, {"outbox": 15}, _base()))


def _unreachable(look: Look) -> Made:
    """Make the letter on somebody who was not reached, as if it were the person himself."""
    seat = next((seat for seat in look.roster.ref.seats if seat.person_id == look.reader.id), None)
    unit = look.roster.ref.unit_name(seat.unit_id) if seat else ""
    missed = [Missed(line.task.id, line.task.title, line.rule) for line in _samples(look)][1:3]
    lost = Lost(
        person_id=look.reader.id,
        name=look.reader.name,
        position=seat.position if seat else "",
        unit=unit,
        phone=PHONE,
        email=STAND_IN,
        since=look.at,
        why=REFUSED,
        missed=missed,
    )
    return _notice(look, "unreachable", lambda: unreachable.notice(lost, _base()))


def _security(look: Look) -> Made:
    """Make the letter on a locked signature, as if it were the reader's own."""
    name = look.reader.name
    return _notice(
        look,
        "security",
        lambda: security.notice("access.signing_locked", name, look.at, is_own=True, by=name, base=_base()),
    )


def _test(look: Look) -> Made:
    return _notice(look, "test", status.test_notice)


def _notice(look: Look, key: str, said: Callable[[], Notice]) -> Made:
    body_name = look.roster.ref.settings["body.name"]
    return Made(system.write(look.reader.name, look.reader.language, said, body_name), (), key, True)


def _base() -> str:
    return str(current_app.config["PUBLIC_URL"]).rstrip("/")


KINDS: Final[dict[str, Kind]] = {
    "digest": Kind(N_("daily letter"), _digest),
    "urgent": Kind(N_("urgent letter"), _urgent),
    "unreachable": Kind(N_("somebody is not reached"), _unreachable),
    "alarm": Kind(N_("alarm"), _alarm),
    "security": Kind(N_("second factor and locked signing"), _security),
    "test": Kind(N_("test letter"), _test),
}
