"""The body of the sample world through time: units, names, seats and who held them, mandates, calendar, rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final

import clock
from cli.sample_world import tables
from cli.sample_world.stage import Stage
from models.base import db
from models.people import Tenure
from models.vocabulary import Capacity, DayKind, MandateKind, NameForm, Rank, Role, UnitKind
from workflow.actors import Actor
from workflow.organization import days, handovers, people, seats, unit_events, units

CLERK: Final = "vi.hong"
ADMIN: Final = "quan.tri"
# what is entered ahead of its day: how many working days before
AHEAD: Final = 2
YEARS_FROM: Final = 2021


def plan_acts(stage: Stage) -> None:
    """Put everything the tables say of the body on the stage."""
    table = tables.toml("organisation.toml")
    begins = stage.days.of(table["begins"])
    minute = _Minutes()
    for kind, enter in ENTRIES.items():
        for row in table[kind]:
            enter(stage, begins, minute, row)
        if kind == "post":
            for row in tables.rows("people.csv"):
                _person(stage, begins, minute, row)
    _calendar(stage, begins, minute)


class _Minutes:
    """Minutes of a day's entries, each a little after the one before."""

    def __init__(self) -> None:
        self._next: dict[date, int] = {}

    def of(self, day: date) -> int:
        """Return the next free minute of a day."""
        self._next[day] = self._next.get(day, 0) + 1
        return self._next[day]


def _on(stage: Stage, begins: date, words: str | None, entered: str | None = None) -> tuple[date, date]:
    """Return from when something holds, and the day it is entered: said, ahead of it, or when the world begins."""
    from_on = stage.days.of(words) if words else begins
    ahead = stage.days.of(entered) if entered else stage.days.calendar.add(from_on, -AHEAD)
    return from_on, max(begins, ahead)


def _by(stage: Stage, begins: date, username: str, at: datetime) -> Actor:
    """Return who enters: the system when the world begins, later a person."""
    return Actor.system() if clock.day_of(at) == begins else stage.actor(username, at)


def _leader(stage: Stage, begins: date, at: datetime) -> Actor:
    if clock.day_of(at) == begins:
        return Actor.system()
    seat = next(seat for seat in stage.reference(at).leadership if seat.person_id is not None)
    return stage.actor(stage.username(seat.person_id or 0), at)


def _unit(stage: Stage, begins: date, minute: _Minutes, row: dict[str, Any]) -> None:
    from_on, entered = _on(stage, begins, row["from"])

    def act(at: datetime) -> None:
        kind = UnitKind(row["kind"])
        inside = kind != UnitKind.EXTERNAL
        parent = stage.unit.get("BDT") if inside else None
        stage.unit[row["code"]] = units.create(
            row["code"],
            kind,
            row["name"],
            from_on,
            by=_by(stage, begins, ADMIN, at),
            at=at,
            short=row["short"],
            parent_id=parent,
            inside=inside,
        )

    stage.change(entered, minute.of(entered), act)


def _name(stage: Stage, begins: date, minute: _Minutes, row: dict[str, Any]) -> None:
    from_on, entered = _on(stage, begins, row["from"])

    def act(at: datetime) -> None:
        by, form = _by(stage, begins, ADMIN, at), NameForm(row.get("form", "full"))
        unit, decision = stage.unit[row["unit"]], row.get("decision", "")
        waits = units.rename(unit, row["name"], from_on, decision, by=by, at=at, form=form)
        if waits is not None:
            unit_events.confirm(waits, by=_leader(stage, begins, at), at=at)

    stage.change(entered, minute.of(entered), act)


def _post(stage: Stage, begins: date, minute: _Minutes, row: dict[str, Any]) -> None:
    _, entered = _on(stage, begins, row.get("from"), row.get("entered"))

    def act(at: datetime) -> None:
        by = _by(stage, begins, ADMIN, at)
        stage.post[row["key"]] = seats.create_post(
            stage.unit[row["unit"]], row["title"], Rank(row["rank"]), by=by, at=at
        )

    stage.change(entered, minute.of(entered), act)
    if "closed" in row:
        closed = stage.days.calendar.on_or_after(stage.days.of(row["closed"]))
        stage.change(closed, minute.of(closed), lambda at: _close_post(stage, row["key"], at))


def _close_post(stage: Stage, key: str, at: datetime) -> None:
    seats.close_post(stage.post[key], "QĐ 412/QĐ-UBND ngày 24/02/2025", by=stage.actor(ADMIN, at), at=at)


def _person(stage: Stage, begins: date, minute: _Minutes, row: dict[str, Any]) -> None:
    from_on, entered = _on(stage, begins, row["from"])

    def come(at: datetime) -> None:
        username, by = row["username"], Actor.system()
        address = f"{username}@dantoc.example.vn"
        stage.person[username], _ = people.create(username, row["name"], address, by=by, at=at, password=stage.password)
        if row["role"]:
            people.grant(stage.person[username], Role(row["role"]), stage.unit[row["unit"]], from_on, by=by, at=at)

    stage.change(entered, minute.of(entered), come)
    if row["until"]:
        until = stage.days.of(row["until"])

        def leave(at: datetime) -> None:
            person = stage.person[row["username"]]
            _hand_over(stage, handovers.of_account(person), row["username"], at)
            people.set_active(person, False, by=stage.actor(ADMIN, at), at=at)

        stage.change(until, minute.of(until), leave)


def _tenure(stage: Stage, begins: date, minute: _Minutes, row: dict[str, Any]) -> None:
    from_on, entered = _on(stage, begins, row["from"], row.get("entered"))
    kept: list[int] = []

    def enter(at: datetime) -> None:
        capacity = Capacity(row.get("capacity", "full"))
        post, person = stage.post[row["post"]], stage.person[row["person"]]
        by = _by(stage, begins, CLERK, at)
        kept.append(seats.enter(post, person, from_on, row["decision"], by=by, at=at, capacity=capacity))

    stage.change(entered, minute.of(entered) + 60, enter)
    stage.change(
        entered, minute.of(entered) + 120, lambda at: seats.confirm(kept[0], by=_leader(stage, begins, at), at=at)
    )
    if "to" in row:
        to_on, known = _on(stage, begins, row["to"])

        def end(at: datetime) -> None:
            seats.end(kept[0], to_on, row["ended"], by=stage.actor(CLERK, at), at=at)
            _hand_over(stage, handovers.of_seat(db.session.get_one(Tenure, kept[0])), row["person"], at)
            seats.confirm_end(kept[0], by=_leader(stage, begins, at), at=at)

        stage.change(known, minute.of(known), end)


def _hand_over(stage: Stage, leave: handovers.Leave, username: str, at: datetime) -> None:
    """Have whoever leaves sign over what is still open with him; nothing is signed where nothing is."""
    if handovers.held(leave, stage.reference(at)):
        handovers.sign(leave, {}, password=stage.password, by=stage.actor(username, at), at=at)


def _mandate(stage: Stage, begins: date, minute: _Minutes, row: dict[str, Any]) -> None:
    from_on, entered = _on(stage, begins, row["from"])
    kept: list[int] = []

    def enter(at: datetime) -> None:
        first, last = clock.start_of(from_on), clock.start_of(stage.days.of(row["to"]))
        facts = (
            stage.post[row["post"]],
            stage.person[row["person"]],
            MandateKind(row["kind"]),
            row["scope"],
            first,
            last,
            row["decision"],
        )
        kept.append(seats.mandate(*facts, by=stage.actor(CLERK, at), at=at))

    stage.change(entered, minute.of(entered) + 60, enter)
    stage.change(
        entered,
        minute.of(entered) + 120,
        lambda at: seats.confirm_mandate(kept[0], by=_leader(stage, begins, at), at=at),
    )


def _setting(stage: Stage, begins: date, minute: _Minutes, row: dict[str, Any]) -> None:
    from_on, entered = _on(stage, begins, row["from"])

    def act(at: datetime) -> None:
        by = stage.actor(CLERK, at)
        kept = days.set_setting(row["name"], row["value"], from_on, row["decision"], by=by, at=at)
        days.confirm_setting(kept, by=_leader(stage, begins, at), at=at)

    stage.change(entered, minute.of(entered), act)


def _calendar(stage: Stage, begins: date, minute: _Minutes) -> None:
    """Enter the swapped days and declare each year's calendar in the December before it."""
    for row in tables.rows("calendar.csv"):
        _day(stage, begins, minute, row)
    for year in range(YEARS_FROM, stage.days.today.year + 2):
        entered = max(begins, stage.days.calendar.on_or_after(date(year - 1, 12, 20)))
        stage.change(entered, minute.of(entered) + 180, _declare(stage, begins, year))


def _declare(stage: Stage, begins: date, year: int) -> Callable[[datetime], None]:
    decision = f"Thông báo nghỉ lễ, Tết năm {year}"

    def act(at: datetime) -> None:
        by = _by(stage, begins, CLERK, at)
        days.declare_year(year, decision, by=by, at=at)
        if by.person_id is not None:
            days.confirm_year(year, by=_leader(stage, begins, at), at=at)

    return act


def _day(stage: Stage, begins: date, minute: _Minutes, row: dict[str, Any]) -> None:
    entered = date.fromisoformat(row["entered"])
    kept: list[int] = []

    def enter(at: datetime) -> None:
        day, kind = date.fromisoformat(row["day"]), DayKind(row["kind"])
        kept.append(days.enter(day, kind, row["name"], row["decision"], by=stage.actor(CLERK, at), at=at))

    stage.change(entered, minute.of(entered), enter)
    stage.change(
        entered + timedelta(days=1),
        minute.of(entered),
        lambda at: days.confirm(kept[0], by=_leader(stage, begins, at), at=at),
    )


# table -> how one of its rows comes about; in the order in which the first day enters them
ENTRIES: Final[dict[str, Callable[[Stage, date, _Minutes, dict[str, Any]], None]]] = {
    "unit": _unit,
    "name": _name,
    "post": _post,
    "tenure": _tenure,
    "mandate": _mandate,
    "setting": _setting,
}
