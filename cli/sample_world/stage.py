"""The stage of the sample world: days counted from the clock, and acts played in the order of their moments."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

import clock
from models.base import db
from models.people import Person
from workflow import actors, reference
from workflow.actors import Actor
from workflow.calendar import WorkCalendar
from workflow.reference import Reference

MOVED: Final = re.compile(r"([a-z])([+-]\d+)?")
MORNING: Final = 8 * 60

Act = Callable[[datetime], None]


@dataclass(frozen=True)
class Days:
    """Days as the tables write them: a date, or working days counted from a named one (`t-3`)."""

    today: date
    calendar: WorkCalendar = field(default_factory=WorkCalendar)

    def of(self, words: str, **named: date) -> date:
        """Return the day meant. Raises ValueError for words that are neither a date nor counted from a named day."""
        counted = MOVED.fullmatch(words)
        if counted is None:
            return date.fromisoformat(words)
        base = {"t": self.today, **named}.get(counted[1])
        if base is None:
            raise ValueError(f"{words}: there is no such day")
        return self.calendar.add(base, int(counted[2] or 0))


@dataclass
class Stage:
    """What has been made so far, by its key in the tables, and the acts still to be played."""

    now: datetime
    days: Days
    password: str
    unit: dict[str, int] = field(default_factory=dict)
    post: dict[str, int] = field(default_factory=dict)
    person: dict[str, int] = field(default_factory=dict)
    plan: dict[str, int] = field(default_factory=dict)
    task: dict[str, int] = field(default_factory=dict)
    _known: dict[date, Reference] = field(default_factory=dict)
    _acts: list[tuple[datetime, int, Act]] = field(default_factory=list)

    def add(self, day: date, minutes: int, act: Act) -> None:
        """Have an act played on a day, some minutes after 08:00; one that lies ahead of the clock is left out."""
        at = clock.start_of(day) + timedelta(minutes=MORNING + minutes)
        if at < self.now:
            self._acts.append((at, len(self._acts), act))

    def change(self, day: date, minutes: int, act: Act) -> None:
        """Have an act played that changes the body itself: what was known of it is read anew afterwards."""

        def changing(at: datetime) -> None:
            act(at)
            self._known.clear()

        self.add(day, minutes, changing)

    def play(self) -> None:
        """Play every act in the order of the moments, so that the log's time only goes forward."""
        self._acts.sort()
        for at, _, act in self._acts:
            act(at)
        self._acts.clear()

    def reference(self, at: datetime) -> Reference:
        """Return the organisation on the day of a moment."""
        day = clock.day_of(at)
        if day not in self._known:
            self._known = {day: reference.load(day)}
        return self._known[day]

    def actor(self, username: str, at: datetime) -> Actor:
        """Return a person of the sample as he is at a moment; his entries say that they are the sample's."""
        person = db.session.get_one(Person, self.person[username])
        return actors.actor(person, self.reference(at), at, {"method": "sample"})

    def holder(self, post_key: str, at: datetime) -> Actor:
        """Return who acts for a seat at a moment; the chair when it is empty or gone."""
        seat = self.reference(at).post(self.post.get(post_key))
        return self.actor(self.username(seat.person_id), at) if seat and seat.person_id else self.chair(at)

    def chair(self, at: datetime) -> Actor:
        """Return who chairs the body at a moment. Raises LookupError when nobody does."""
        seat = self.reference(at).chair
        if seat is None or seat.person_id is None:
            raise LookupError("the body has no chair")
        return self.actor(self.username(seat.person_id), at)

    def head(self, unit_code: str, at: datetime) -> Actor:
        """Return who heads a unit at a moment. Raises LookupError when its seat is empty."""
        seat = self.reference(at).head_of(self.unit[unit_code])
        if seat is None or seat.person_id is None:
            raise LookupError(f"{unit_code} has no head")
        return self.actor(self.username(seat.person_id), at)

    def username(self, person_id: int) -> str:
        """Return the user name of a person of the sample."""
        return next(name for name, key in self.person.items() if key == person_id)
