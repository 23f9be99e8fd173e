"""One settles one's own letters and absences: what is refused, what the log says of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from models.base import db
from models.log import LogEntry
from models.words import (
    Channel,
    LetterGroup,
)
from tests.fixtures.places import World
from workflow import reference
from workflow.organization import wishes

OPENS = time(7, 30)
FIRST, LAST = date(2026, 1, 12), date(2026, 1, 16)


def act(world: World, username: str = "head_a", local: str = "2026-01-05T08:00") -> dict[str, Any]:
    return {"by": world.actor(username, local), "at": world.at(local)}


@pytest.mark.parametrize("hour", ["07:29", "16:31", "24:00", "9:00", "x", "09:60", "٠٩:٠٠"])
def test_an_hour_outside_is_refused(hour: str, world: World, refused: Callable[..., None]) -> None:
    refused("hour_outside", wishes.set_preference, [], Channel.MAIL, hour, opens=OPENS, **act(world))
    assert wishes.preference_of(world.person["head_a"]) is None


@pytest.mark.parametrize(("hour", "kept"), [("", None), ("07:30", None), ("09:15", "09:15"), (" 16:30 ", "16:30")])
def test_an_hour_between_is_kept(hour: str, kept: str | None, world: World) -> None:
    wishes.set_preference([], Channel.MAIL, hour, opens=OPENS, **act(world))
    found = wishes.preference_of(world.person["head_a"])
    assert found is not None
    assert found.not_before == kept


def test_a_wish_is_kept_once_a_person_and_each_change_is_in_the_log(world: World) -> None:
    wishes.set_preference([LetterGroup.NEWS], Channel.MAIL, "", opens=OPENS, **act(world))
    wishes.set_preference([LetterGroup.AHEAD, LetterGroup.NEWS], Channel.INBOX, "", opens=OPENS, **act(world))
    found = wishes.preference_of(world.person["head_a"])
    assert found is not None
    assert (found.off, found.channel) == ("ahead,news", Channel.INBOX)
    acts = db.session.scalars(db.select(LogEntry.act).where(LogEntry.actor_id == world.person["head_a"]))
    assert list(acts).count("letter.preference") == 2


@pytest.mark.parametrize(
    ("code", "first", "last", "substitute"),
    [
        ("date_in_past", date(2026, 1, 2), LAST, None),
        ("ends_before_begins", LAST, FIRST, None),
        ("away_too_long", FIRST, date(2027, 1, 13), None),
        ("substitute_unknown", FIRST, LAST, "officer_b"),
        ("substitute_unknown", FIRST, LAST, "head_a"),
        ("substitute_unknown", FIRST, LAST, "admin"),
    ],
)
def test_an_absence_that_makes_no_sense_is_refused(
    code: str, first: date, last: date, substitute: str | None, world: World, refused: Callable[..., None]
) -> None:
    person = world.person[substitute] if substitute else None
    refused(code, wishes.enter_absence, first, last, person, **act(world))
    assert wishes.absences_of(world.person["head_a"], date(2026, 1, 5)) == []


def test_days_are_entered_once_and_free_again_when_taken_back(world: World, refused: Callable[..., None]) -> None:
    wishes.enter_absence(FIRST, LAST, world.person["officer_a"], **act(world))
    refused("away_already", wishes.enter_absence, LAST, date(2026, 1, 20), None, **act(world))
    row = wishes.absences_of(world.person["head_a"], date(2026, 1, 5))[0]
    assert (row.from_on, row.to_on, row.substitute_id) == (FIRST, date(2026, 1, 17), world.person["officer_a"])
    for _ in range(2):
        wishes.end_absence(row.id, **act(world))
    wishes.enter_absence(LAST, date(2026, 1, 20), None, **act(world))
    own = db.select(LogEntry.act).where(LogEntry.actor_id == world.person["head_a"])
    acts = list(db.session.scalars(own.order_by(LogEntry.epoch, LogEntry.seq)))
    assert acts == ["absence.enter", "absence.end", "absence.enter"]


def test_nobody_ends_anothers_absence(world: World, refused: Callable[..., None]) -> None:
    wishes.enter_absence(FIRST, LAST, None, **act(world))
    number = wishes.absences_of(world.person["head_a"], date(2026, 1, 5))[0].id
    refused("not_found", wishes.end_absence, number, **act(world, "officer_a"))
    for wrong in (0, -1, 2**31, 10**30):
        refused("not_found", wishes.end_absence, wrong, **act(world))


def test_a_form_sent_twice_enters_one_absence(world: World) -> None:
    for _ in range(2):
        wishes.enter_absence(FIRST, LAST, None, **act(world), key="x /account/absences")
    assert len(wishes.absences_of(world.person["head_a"], date(2026, 1, 5))) == 1


def test_colleagues_work_in_ones_unit_by_seat_or_role(world: World) -> None:
    ref = reference.load(date(2026, 1, 5))
    assert wishes.colleagues(world.person["head_a"], ref) == [(world.person["officer_a"], "Lý Thị Én")]
    assert {key for key, _name in wishes.colleagues(world.person["vice"], ref)} == {world.person["chair"]}
    assert wishes.colleagues(world.person["admin"], ref) == []
