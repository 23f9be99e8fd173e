"""Letters read ahead of their claims, with what they still have to say: one look for many letters.

Whatever a letter depends on leaves an entry when it changes. So each claim looks, in its own statement, whether the log
still ends where it did, our own entries counted; after any other one everything is read anew.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from models.words import (
    LetterKind,
)
from notifications import compose, facts, outbox, sweep
from notifications.digest import Said
from notifications.outbox import LogEnd, PlannedLine, Waiting
from notifications.sweep import Stock

# so many letters with one look: a foreign entry costs one more look
MANY: Final = 64


@dataclass(frozen=True)
class Candidate:
    """A letter that is next, what it still says, and its lines, the fallen ones with their fates."""

    letter: Waiting
    said: list[Said]
    lines: list[PlannedLine]

    @property
    def has_changed(self) -> bool:
        """Return whether some of its lines hold no longer."""
        return any(line.reason is not None for line in self.lines)


class Ahead:
    """What comes next, read ahead; used inside write units only."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.noted = 0
        self._letters: deque[Candidate] = deque()
        self._window = False
        self._end: LogEnd | None = None
        self._stock: Stock | None = None

    @property
    def end(self) -> LogEnd:
        """Return where the log ended when the letters were read, our own entries since then counted."""
        if self._end is None:
            raise LookupError("nothing was read yet")
        return self._end

    @property
    def stock(self) -> Stock:
        """Return the people and the stages that the letters were checked by."""
        if self._stock is None:
            raise LookupError("nothing was read yet")
        return self._stock

    @contextmanager
    def unit(self) -> Iterator[None]:
        """Count the entries of a write unit that `noted` tells of; one that fails leaves nothing that was read."""
        self.noted = 0
        try:
            yield
        except BaseException:
            self.forget()
            raise
        if self._end is not None:
            self._end = LogEnd(self._end.epoch, self._end.seq + self.noted)

    def forget(self) -> None:
        """Have everything read anew."""
        self._letters.clear()

    def next(self, at: datetime) -> Candidate | None:
        """Return the letter that is next at a moment; None when none is due."""
        if self._letters and self._window != self._is_window(at):
            self.forget()
        if not self._letters:
            self._read(at)
        return self._letters.popleft() if self._letters else None

    def _is_window(self, at: datetime) -> bool:
        return self._stock is not None and sweep.is_window(at, self._stock.book)

    def _read(self, at: datetime) -> None:
        """Read the next letters, and by their tasks as they are now what each still has to say."""
        before, self._end = self._end, outbox.log_end()
        if before is None or (before != self._end and not outbox.is_of_letters_only(before)):
            self._stock = sweep.stock(self.day)
        self._window, roster, book = self._is_window(at), self.stock.roster, self.stock.book
        found = outbox.next_letters(at, self.day, MANY, window=self._window)
        lines = outbox.lines_of([letter.id for letter in found if letter.kind != LetterKind.SYSTEM])
        tasks = facts.of_ids({line.task_id for each in lines.values() for line in each})
        for letter in found:
            mine = lines.get(letter.id, [])
            said = compose.standing_lines(mine, tasks, roster, book).get(letter.recipient_id, [])
            self._letters.append(Candidate(letter, said, mine))
