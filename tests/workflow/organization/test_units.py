"""Units through time: names, places and ends by day and decision, and never a unit above itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from accountability import replay
from models.base import db
from models.units import Unit
from models.vocabulary import NameForm, Role, UnitKind
from tests.fixtures.places import World
from workflow import reference
from workflow.actors import Actor
from workflow.organization import seats, unit_events, units
from workflow.queries import organisation

DECISION = "QĐ 45/2025/NĐ-CP"
TODAY, LATER = date(2026, 1, 5), date(2026, 3, 1)


def settle(world: World, entered: int | None) -> None:
    """Have the chair confirm what was entered for a unit."""
    assert entered is not None
    unit_events.confirm(entered, by=world.actor("chair"), at=world.at())


def make(world: World, code: str, parent: str | None = "BDT") -> int:
    """Make a division."""
    above = world.unit[parent] if parent else None
    world.unit[code] = units.create(
        code, UnitKind.DIVISION, f"Phòng {code}", TODAY, parent_id=above, by=world.actor("admin"), at=world.at()
    )
    return world.unit[code]


def test_a_unit_keeps_its_old_name_for_the_days_before_the_new_one(world: World) -> None:
    unit = world.unit["BDT"]
    settle(
        world,
        units.rename(
            unit, "Sở Dân tộc và Tôn giáo tỉnh Lạng Sơn", LATER, DECISION, by=world.actor("admin"), at=world.at()
        ),
    )
    named = {day: reference.load(TODAY).unit_name(unit, day) for day in (date(2026, 2, 28), LATER)}
    assert named == {date(2026, 2, 28): "Ban Dân tộc tỉnh Lạng Sơn", LATER: "Sở Dân tộc và Tôn giáo tỉnh Lạng Sơn"}
    page = organisation.one(unit, reference.load(LATER))
    assert page.name == "Sở Dân tộc và Tôn giáo tỉnh Lạng Sơn"
    assert page.names[0].decision == DECISION


def test_one_full_name_a_day(world: World, refused: Callable[..., None]) -> None:
    by, at, unit = world.actor("admin"), world.at(), world.unit["CSDT"]
    settle(world, units.rename(unit, "Phòng Mới", LATER, DECISION, by=by, at=at))
    refused("overlap", units.rename, unit, "Phòng Khác", date(2026, 2, 1), DECISION, by=by, at=at)
    units.rename(unit, "phòng CS", date(2026, 2, 1), "", form=NameForm.ALIAS, by=by, at=at)
    found = reference.load(TODAY).resolve("PHONG CS")
    assert found is not None
    assert found.id == unit


def test_a_person_names_the_decision_of_a_new_name(world: World, refused: Callable[..., None]) -> None:
    refused(
        "missing_field",
        units.rename,
        world.unit["CSDT"],
        "Phòng Mới",
        LATER,
        " ",
        by=world.actor("admin"),
        at=world.at(),
    )
    units.rename(world.unit["CSDT"], "Phòng Mới", LATER, "", by=Actor.system(), at=world.at())


@pytest.mark.parametrize(
    ("code", "name", "answer"),
    [
        ("csdt", "Phòng", "taken"),
        ("", "Phòng", "missing_field"),
        ("X Y", "Phòng", "bad_value"),
        ("X", "", "missing_field"),
        ("X", "P" * 201, "too_long"),
        ("X" * 21, "Phòng", "too_long"),
    ],
)
def test_a_unit_that_cannot_be_entered_is_answered(
    code: str, name: str, answer: str, world: World, refused: Callable[..., None]
) -> None:
    refused(answer, units.create, code, UnitKind.DIVISION, name, TODAY, by=world.actor("admin"), at=world.at())


def test_an_outside_body_never_owes_a_task(world: World) -> None:
    key = units.create("STC", UnitKind.EXTERNAL, "Sở Tài chính", TODAY, by=world.actor("admin"), at=world.at())
    assert db.session.get_one(Unit, key).inside is False
    assert key not in {unit.id for unit in reference.load(TODAY).inside}


def test_a_unit_stands_under_another_from_a_day_on(world: World) -> None:
    new = make(world, "DTTS", "CSDT")
    settle(world, units.place_under(new, world.unit["KHTH"], LATER, DECISION, by=world.actor("admin"), at=world.at()))
    above = {day: reference.load(day).parents[new] for day in (TODAY, date(2026, 2, 28), LATER)}
    assert above == {TODAY: world.unit["CSDT"], date(2026, 2, 28): world.unit["CSDT"], LATER: world.unit["KHTH"]}
    assert [place[1] for place in organisation.one(new, reference.load(LATER)).parents] == [
        "Phòng Kế hoạch - Tổng hợp",
        "Phòng Chính sách Dân tộc",
    ]


def test_no_day_has_a_unit_above_itself(world: World, refused: Callable[..., None]) -> None:
    by, at = world.actor("admin"), world.at()
    first, second = make(world, "A"), make(world, "B")
    refused(
        "unit_above_itself", units.place_under, world.unit["BDT"], world.unit["CSDT"], LATER, DECISION, by=by, at=at
    )
    settle(world, units.place_under(first, second, LATER, DECISION, by=by, at=at))
    refused("unit_above_itself", units.place_under, second, first, LATER, DECISION, by=by, at=at)
    refused("unit_above_itself", units.place_under, second, first, date(2026, 2, 1), DECISION, by=by, at=at)
    assert replay.differences() == []


def test_a_unit_directly_under_itself_is_answered(world: World, refused: Callable[..., None]) -> None:
    unit = make(world, "A", None)
    refused("unit_above_itself", units.place_under, unit, unit, LATER, DECISION, by=world.actor("admin"), at=world.at())


def test_a_unit_ends_with_its_seats_mandates_and_roles(world: World) -> None:
    settle(world, units.end(world.unit["CSDT"], LATER, DECISION, by=world.actor("admin"), at=world.at()))
    assert seats.holder_on(world.post["head_a"], date(2026, 2, 28)) == world.person["head_a"]
    assert seats.holder_on(world.post["head_a"], LATER) is None
    assert world.actor("head_a", "2026-03-01T00:00").heads == frozenset()
    assert Role.OFFICER not in world.actor("officer_a", "2026-03-01T00:00").roles
    assert world.unit["CSDT"] not in {unit.id for unit in reference.load(LATER).inside}
    assert world.unit["CSDT"] in {unit.id for unit in reference.load(date(2026, 2, 28)).inside}
    assert world.unit["CSDT"] in {line.unit.id for line in organisation.ended(reference.load(LATER))}
    assert replay.differences() == []


def test_a_unit_with_open_tasks_or_units_under_it_does_not_end(world: World, refused: Callable[..., None]) -> None:
    by, at = world.actor("admin"), world.at()
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
    refused("unit_not_empty", units.end, world.unit["CSDT"], LATER, DECISION, by=by, at=at)
    refused("unit_not_empty", units.end, world.unit["BDT"], LATER, DECISION, by=by, at=at)
    world.complete(world.drafts[0])
    settle(world, units.end(world.unit["CSDT"], LATER, DECISION, by=by, at=at))


def test_an_end_before_the_beginning_or_later_than_entered_is_answered(
    world: World, refused: Callable[..., None]
) -> None:
    by, at = world.actor("admin"), world.at()
    unit = make(world, "A")
    refused("ends_before_begins", units.end, unit, date(2026, 1, 4), DECISION, by=by, at=at)
    settle(world, units.end(unit, LATER, DECISION, by=by, at=at))
    refused("end_moves_away", units.end, unit, date(2026, 4, 1), DECISION, by=by, at=at)


def test_a_form_opened_on_an_older_state_of_the_unit_is_answered(world: World, refused: Callable[..., None]) -> None:
    by, at, unit = world.actor("admin"), world.at(), world.unit["CSDT"]
    version = db.session.get_one(Unit, unit).version
    settle(world, units.end(unit, LATER, DECISION, by=by, at=at, version=version))
    refused("somebody_was_faster", units.rename, unit, "Phòng Mới", TODAY, DECISION, by=by, at=at, version=version)


@pytest.mark.parametrize("username", ["chair", "office", "head_a", "officer_a", "inspector"])
def test_only_administration_changes_units(username: str, world: World, refused: Callable[..., None]) -> None:
    by, at = world.actor(username), world.at()
    refused("not_yours", units.create, "A", UnitKind.DIVISION, "Phòng A", TODAY, by=by, at=at)
    refused("not_yours", units.rename, world.unit["VP"], "Văn phòng Sở", LATER, DECISION, by=by, at=at)
    refused("not_yours", units.end, world.unit["VP"], LATER, DECISION, by=by, at=at)
    refused("not_yours", units.place_under, world.unit["VP"], world.unit["BDT"], LATER, DECISION, by=by, at=at)


def test_the_tree_shows_each_unit_under_the_one_above_it_with_its_seats(world: World) -> None:
    lines = organisation.tree(reference.load(TODAY))
    assert (lines[0].unit.code, lines[0].depth) == ("BDT", 0)
    assert {line.depth for line in lines[1:]} == {1}
    heads = {line.unit.code: [seat.person_name for seat in line.seats] for line in lines}
    assert heads["LD"] == ["Hoàng Văn Thủ", "Nông Thị Lan"]
    assert [line.unit.code for line in organisation.outside(reference.load(TODAY))] == ["SXD"]


def test_a_unit_owes_nothing_before_its_first_day(world: World, refused: Callable[..., None]) -> None:
    unit = units.create("MAI", UnitKind.DIVISION, "Phòng Mai", LATER, by=world.actor("admin"), at=world.at())
    owing = {day: unit in {item.id for item in reference.load(day).inside} for day in (TODAY, LATER)}
    assert owing == {TODAY: False, LATER: True}
    world.unit["MAI"] = unit
    refused("unit_not_begun", world.assign, world.drafts[0], "MAI", date(2026, 3, 30))


def change(world: World, what: str) -> int:
    """Enter a rename, another place or an end of the second division; return the entry."""
    more: dict[str, Any] = {"by": world.actor("admin"), "at": world.at()}
    unit = world.unit["KHTH"]
    found = {
        "rename": lambda: units.rename(unit, "Phòng Tổng hợp", TODAY, DECISION, **more),
        "place": lambda: units.place_under(unit, world.unit["VP"], TODAY, DECISION, **more),
        "end": lambda: units.end(unit, TODAY, DECISION, **more),
    }[what]()
    assert found is not None
    return found


def state(world: World) -> tuple[str, int | None, bool]:
    """Return name, unit above and existence of the second division today."""
    ref, unit = reference.load(TODAY), world.unit["KHTH"]
    return ref.unit_name(unit), ref.parents.get(unit), unit in {item.id for item in ref.inside}


@pytest.mark.parametrize("what", ["rename", "place", "end"])
def test_what_happens_to_a_unit_waits_for_a_second_person_of_office_or_leadership(
    what: str, world: World, refused: Callable[..., None]
) -> None:
    before, at = state(world), world.at()
    entered = change(world, what)
    assert state(world) == before, "entered by one person it changes nothing"
    assert [event.id for event in organisation.waiting(world.unit["KHTH"])] == [entered]
    for username in ("admin", "head_a", "officer_a", "inspector"):
        refused("not_yours", unit_events.confirm, entered, by=world.actor(username), at=at)
    unit_events.confirm(entered, by=world.actor("office"), at=at)
    assert state(world) != before
    assert organisation.waiting() == []
    refused("confirmed_already", unit_events.confirm, entered, by=world.actor("chair"), at=at)
    refused("confirmed_already", unit_events.take_back, entered, by=world.actor("admin"), at=at)
    assert replay.differences() == []


@pytest.mark.parametrize("what", ["rename", "place", "end"])
@pytest.mark.parametrize("username", ["admin", "chair", "office"])
def test_what_was_taken_back_never_happens(
    what: str, username: str, world: World, refused: Callable[..., None]
) -> None:
    before, entered = state(world), change(world, what)
    unit_events.take_back(entered, by=world.actor(username), at=world.at())
    refused("taken_back", unit_events.confirm, entered, by=world.actor("chair"), at=world.at())
    assert (state(world), organisation.waiting()) == (before, [])
    assert replay.differences() == []


def test_what_is_no_longer_possible_when_it_is_confirmed_is_refused_then(
    world: World, refused: Callable[..., None]
) -> None:
    entered = change(world, "end")
    world.assign(world.drafts[0], "KHTH", date(2026, 1, 30))
    refused("unit_not_empty", unit_events.confirm, entered, by=world.actor("chair"), at=world.at())
    assert state(world)[2]


def test_a_confirmation_sent_twice_happens_once(world: World) -> None:
    entered = change(world, "rename")
    for _ in range(2):
        unit_events.confirm(entered, by=world.actor("chair"), at=world.at(), key="k")
    page = organisation.one(world.unit["KHTH"], reference.load(TODAY))
    assert [name.text for name in page.names if name.text == page.name] == ["Phòng Tổng hợp"]
