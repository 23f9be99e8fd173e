"""Sending what waits: claim, look again, hand over, settle; one transaction before and one after each letter.

A sender that dies between handing over and settling leaves its letter in doubt: after its lease and a quarter of an
hour it is sent once more under the same Message-ID, and marked.
"""

from __future__ import annotations

import os
import socket
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from flask import current_app
from sqlalchemy import select

import clock
from models.base import db
from models.letters import Letter, SchedulerState
from models.session import retried, transaction
from models.words import (
    LetterKind,
    LetterState,
    LineState,
)
from notifications import compose, letters, mailer, outbox, points, poison, receipts, sweep, unreachable
from notifications.ahead import Ahead, Candidate
from notifications.mailer import Answer, Fate, Ready
from notifications.outbox import Claim, Waiting
from notifications.recipients import Reader
from workflow.actors import Actor
from workflow.ledger import note
from workflow.pulse import DOUBT

# what the log calls each end of a try
ACCEPTED: Final = "letter.accepted"
AMBIGUOUS: Final = "letter.ambiguous"
DELAYED: Final = "letter.delayed"
FAILED: Final = "letter.failed"
SKIPPED: Final = "letter.skipped"
# not in the log: somebody else has the letter
FENCED: Final = "letter.fenced"
BACKOFF: Final = (timedelta(minutes=1), timedelta(hours=6))
GIVEN_UP: Final = timedelta(days=5)
# so many broken connections one after the other, and the rest waits for the next run
PATIENCE: Final = 3


@dataclass(frozen=True)
class Work:
    """A claimed letter that is ready to leave."""

    mine: Claim
    ready: Ready
    recipient_id: int
    key: str
    keys: tuple[str, ...]
    created_at: datetime
    attempts: int
    doubts: int


class Run:
    """One run over what waits, with one connection; `moment` moves on while it lasts."""

    def __init__(self, at: datetime, keep: Callable[[], bool] = lambda: True) -> None:
        self.began, self.monotonic, self.keep = at, time.monotonic(), keep
        self.config = current_app.config
        self.lease = timedelta(seconds=self.config["LEASE_SECONDS"])
        self.owner = f"{socket.gethostname()}:{os.getpid()}"
        self.lease_began = at
        self.counts: Counter[str] = Counter()
        self.ends: list[str] = []
        self.ahead = Ahead(_day(at))

    @property
    def moment(self) -> datetime:
        """Return the run's moment, moved on by the time it has taken so far."""
        return self.began + self._passed

    @property
    def _passed(self) -> timedelta:
        return timedelta(seconds=time.monotonic() - self.monotonic)

    def send_all(self) -> Counter[str]:
        """Send every letter that is due, until none is left, the server is out of reach or the lease is lost."""
        self._settle_silence()
        points.reach("deliver.begun")
        self.lease_began = outbox.database_now() - self._passed
        post, broken, done = mailer.post(self.config), 0, None
        try:
            while work := self.advance(done, goes_on=broken < PATIENCE and self.keep()):
                done = (work, post.send(work.ready)) if work.ready.data else None
                broken = _patience_used(broken, done)
        finally:
            post.close()
        return self.counts

    @retried
    def advance(self, done: tuple[Work, Answer] | None, *, goes_on: bool) -> Work | None:
        """Settle the letter just handed over and claim the next one, in one write unit; None when it ends here."""
        self.ends = []
        with self.ahead.unit(), transaction():
            if done is not None:
                self._settle(*done)
            work = self._take() if goes_on else None
        if done is not None:
            points.reach("settle.committed")
        if work is not None:
            points.reach("claim.committed")
        self.counts.update(self.ends)
        return work

    def _settle(self, work: Work, answer: Answer) -> None:
        """Write what came of a letter, with its entry in the log; nothing when another sender has taken over."""
        act, values, line = self._outcome(work, answer)
        if not outbox.settle(work.mine, line if work.keys else None, error=answer.said or answer.way or None, **values):
            self.ends.append(FENCED)
            return
        points.reach("settle.written")
        self._note(act, work, answer)
        points.reach("settle.noted")
        self.ends.append(act)

    def _outcome(self, work: Work, answer: Answer) -> tuple[str, dict[str, Any], LineState | None]:
        """Return the act an answer amounts to, what is written of the letter, and the fate of its lines."""
        at = self.moment
        if answer.fate == Fate.ACCEPTED:
            return ACCEPTED, {"state": LetterState.ACCEPTED, "sent_at": at}, LineState.SENT
        if answer.fate == Fate.UNKNOWN:
            values = {"state": LetterState.AMBIGUOUS, "doubts": work.doubts + 1, "next_try_at": at + DOUBT}
            return AMBIGUOUS, values, LineState.UNKNOWN if work.doubts else None
        if answer.fate == Fate.REFUSED or at - work.created_at > GIVEN_UP:
            return FAILED, {"state": LetterState.FAILED, "next_try_at": at}, None
        pause = min(BACKOFF[0] * 2 ** min(work.attempts - 1, 12), BACKOFF[1])
        state = LetterState.AMBIGUOUS if work.doubts else LetterState.QUEUED
        return DELAYED, {"state": state, "next_try_at": at + pause}, None

    @retried
    def _settle_silence(self) -> None:
        """Put letters whose sender fell silent in doubt, each with its entry; a second doubt is final."""
        self.ends = []
        with transaction():
            for key in outbox.doubt_ended_leases(self.moment):
                letter = db.session.get_one(Letter, key, populate_existing=True)
                if letter.doubts > 1:
                    outbox.settle_lines(key, LineState.UNKNOWN)
                data = {"key": letter.key, "doubts": letter.doubts}
                note(
                    AMBIGUOUS,
                    by=Actor.system(),
                    at=self.moment,
                    obj=("letter", key),
                    about={"person": letter.recipient_id},
                    data=data,
                )
                self.ends.append(AMBIGUOUS)
            points.reach("deliver.doubted")
        self.counts.update(self.ends)

    def _take(self) -> Work | None:
        """Claim the next letter, each of its lines looked at again; one that has nothing left to say is not sent."""
        while (found := self.ahead.next(self.moment)) is not None:
            until = self.lease_began + self._passed + self.lease
            mine = outbox.claim(found.letter, self.ahead.end, self.owner, until)
            if mine is not None:
                points.reach("claim.taken")
                return self._claimed(found, mine)
            self.ahead.forget()
        return None

    def _claimed(self, found: Candidate, mine: Claim) -> Work:
        """Return a claimed letter ready to leave, or settled at once when nothing of it can or need be sent."""
        letter = poison.spared(("letter", found.letter.id), lambda: self._as_it_stands(found), None)
        if letter is None:
            return self._ended(self._work(found.letter, mine, None, []), LetterState.FAILED, poison.UNREADABLE)
        reader = self.ahead.stock.roster.readers.get(letter.recipient_id)
        keys = letters.keys_of((line.task.id, line.rule, line.on) for line in found.said)
        work = self._work(letter, mine, reader, keys)
        if letter.kind != LetterKind.SYSTEM and not found.said:
            return self._ended(work, LetterState.SKIPPED, "nothing_left")
        if not work.ready.data:
            return self._ended(work, LetterState.FAILED, "no_address")
        return work

    def _as_it_stands(self, found: Candidate) -> Waiting:
        """Return a letter with its words; what no longer holds is skipped, and the words are written anew."""
        if not found.has_changed:
            return found.letter
        outbox.drop(found.lines)
        if not found.said:
            return found.letter
        roster, book = self.ahead.stock.roster, self.ahead.stock.book
        _content, words = compose.written(found.letter, found.said, roster, book, compose.open_counts())
        outbox.rewrite(found.letter.id, words.subject, words.text, words.html)
        return replace(found.letter, subject=words.subject, text=words.text, html=words.html)

    def _work(self, letter: Waiting, mine: Claim, reader: Reader | None, lines: list[letters.Key]) -> Work:
        """Return the letter with its bytes; without them when nobody can be reached."""
        data, address = b"", (reader.email or "") if reader else ""
        if reader is not None and letters.is_address(address):
            data = letters.to_bytes(_envelope(letter, reader, lines))
        ready = Ready(self.config["MAIL_DEFAULT_SENDER"], address, letter.message_id, data)
        keys = tuple(str(key) for key in lines)
        tried = letter.attempts + 1
        return Work(mine, ready, letter.recipient_id, letter.key, keys, letter.created_at, tried, letter.doubts)

    def _ended(self, work: Work, state: LetterState, why: str) -> Work:
        """Settle a letter that is not handed over at all, and return it with nothing to send. Needs a write unit."""
        act = FAILED if state == LetterState.FAILED else SKIPPED
        outbox.settle(work.mine, state=state, error=why, next_try_at=self.moment)
        self._note(act, work, Answer(Fate.REFUSED, why))
        self.ends.append(act)
        return replace(work, ready=replace(work.ready, data=b""))

    def _note(self, act: str, work: Work, answer: Answer) -> None:
        data = {
            "message_id": work.ready.message_id,
            "lines": list(work.keys),
            "attempt": work.attempts,
            "repeated": work.doubts > 0,
        } | ({"way": answer.way} if answer.way else {})
        private = {"address": work.ready.address} if work.ready.address else {}
        private |= {"answer": answer.said} if answer.said else {}
        thing, about = ("letter", work.mine.letter_id), {"person": work.recipient_id}
        self.ahead.noted += 1
        note(act, by=Actor.system(), at=self.moment, obj=thing, about=about, data=data, private=private)
        if act == FAILED:
            unreachable.tell(work.recipient_id, work.key, self.ahead.stock.roster, self.moment)


def deliver(at: datetime, keep: Callable[[], bool] = lambda: True) -> Counter[str]:
    """Send what waits at a moment and return how many letters came to which end; stops early when `keep` says no."""
    return Run(at, keep).send_all()


def trouble() -> str:
    """Return what the last letter that waits for another try was answered; an empty text when none waits."""
    waiting = select(Letter.error).where(Letter.state == LetterState.QUEUED, Letter.attempts > 0)
    return db.session.scalar(waiting.order_by(Letter.next_try_at.desc(), Letter.id.desc()).limit(1)) or ""


def _patience_used(broken: int, done: tuple[Work, Answer] | None) -> int:
    """Return how many broken connections in a row there were; all the patience when the server is out of reach."""
    if done is None:
        return broken
    answer = done[1]
    return PATIENCE if answer.unreachable else broken + 1 if answer.is_broken else 0


def _day(at: datetime) -> date:
    """Return the day whose letters go at a moment."""
    state = db.session.get(SchedulerState, 1, populate_existing=True)
    day = sweep.planned_day(at, state.day if state else clock.day_of(at) - sweep.DAY)
    db.session.rollback()
    return day


def _envelope(letter: Waiting, reader: Reader, keys: list[letters.Key]) -> letters.Envelope:
    config = current_app.config
    return letters.Envelope(
        sender=config["MAIL_DEFAULT_SENDER"],
        name=reader.name,
        address=reader.email or "",
        language=reader.language,
        written=letters.Written(letter.subject, letter.text, letter.html),
        message_id=letter.message_id,
        at=letter.created_at,
        keys=keys,
        # a body outside has no settings here: its one page is that of the letter
        preferences=letters.preferences(config["PUBLIC_URL"].rstrip("/"))
        if reader.signs_in
        else receipts.link(letter.id, reader.id),
    )
