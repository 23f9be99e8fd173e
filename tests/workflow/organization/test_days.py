"""The entered calendar and the dated settings: two people, decisions, and a past that stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from accountability import replay
from models.vocabulary import DayKind
from tests.fixtures.places import World
from workflow import reference
from workflow.actors import Actor
from workflow.organization import days, rules
from workflow.queries import calendar as queries
from workflow.reference import SETTINGS

DECISION = "Công văn 9859/VPCP-KGVX"
TODAY, OFF = date(2026, 1, 5), date(2026, 11, 25)


def works(day: date) -> bool:
    """Return whether a day is worked, as every page sees it."""
    return reference.load(TODAY).calendar.is_working(day)


def set_rule(world: World, name: str, value: object, on: date) -> None:
    """Have office and leadership set a rule."""
    entered = days.set_setting(name, value, on, DECISION, by=world.actor("office"), at=world.at())
    days.confirm_setting(entered, by=world.actor("chair"), at=world.at())


def test_an_entered_day_counts_only_when_a_second_person_has_confirmed_it(
    world: World, refused: Callable[..., None]
) -> None:
    at = world.at()
    entered = days.enter(OFF, DayKind.HOLIDAY, "Ngày hội các dân tộc", DECISION, by=world.actor("office"), at=at)
    assert works(OFF)
    refused("second_person", days.confirm, entered, by=world.actor("office"), at=at)
    days.confirm(entered, by=world.actor("chair"), at=at)
    assert not works(OFF)
    refused("confirmed_already", days.confirm, entered, by=world.actor("head_office"), at=at)
    assert replay.differences() == []


def test_a_later_entry_overrules_an_earlier_one_and_both_stay(world: World) -> None:
    at = world.at()
    for kind in (DayKind.HOLIDAY, DayKind.WORKING):
        days.confirm(
            days.enter(OFF, kind, "", DECISION, by=world.actor("office"), at=at), by=world.actor("chair"), at=at
        )
        assert works(OFF) == (kind == DayKind.WORKING)


def test_the_same_day_entered_twice_alike_is_answered(world: World, refused: Callable[..., None]) -> None:
    days.enter(OFF, DayKind.HOLIDAY, "", DECISION, by=world.actor("office"), at=world.at())
    refused(
        "day_entered_already", days.enter, OFF, DayKind.HOLIDAY, "", DECISION, by=world.actor("chair"), at=world.at()
    )


@pytest.mark.parametrize("username", ["head_a", "officer_a", "inspector", "admin"])
def test_only_office_and_leadership_change_calendar_and_rules(
    username: str, world: World, refused: Callable[..., None]
) -> None:
    by, at = world.actor(username), world.at()
    refused("not_yours", days.enter, OFF, DayKind.HOLIDAY, "", DECISION, by=by, at=at)
    refused("not_yours", days.declare_year, 2027, DECISION, by=by, at=at)
    refused("not_yours", days.set_setting, "steps", 1, TODAY, DECISION, by=by, at=at)


def test_nothing_is_entered_without_a_decision_or_outside_the_calendar(
    world: World, refused: Callable[..., None]
) -> None:
    by, at = world.actor("office"), world.at()
    refused("missing_field", days.enter, OFF, DayKind.HOLIDAY, "", " ", by=by, at=at)
    refused("not_a_year", days.enter, date(1999, 12, 31), DayKind.HOLIDAY, "", DECISION, by=by, at=at)
    refused("missing_field", days.declare_year, 2027, "", by=by, at=at)
    for year in (1999, 2101, -1, 10**9):
        refused("not_a_year", days.declare_year, year, DECISION, by=by, at=at)
    refused("taken", days.declare_year, 2026, DECISION, by=by, at=at)


def test_a_year_without_a_calendar_is_missed_from_1_december_on(world: World) -> None:
    missing = {
        day: reference.load(day).calendar.missing_years(day)
        for day in (date(2026, 11, 30), date(2026, 12, 1), date(2027, 1, 1))
    }
    assert missing == {date(2026, 11, 30): (), date(2026, 12, 1): (2027,), date(2027, 1, 1): (2027,)}
    days.declare_year(2027, "Thông báo nghỉ lễ năm 2027", by=world.actor("office"), at=world.at())
    assert reference.load(date(2026, 12, 1)).calendar.missing_years(date(2026, 12, 1)) == (2027,)
    days.confirm_year(2027, by=world.actor("chair"), at=world.at())
    assert reference.load(date(2026, 12, 1)).calendar.missing_years(date(2026, 12, 1)) == ()


def test_a_rule_holds_from_its_day_on_and_the_past_keeps_the_old_one(world: World) -> None:
    set_rule(world, "redo.working_days", 5, date(2026, 2, 1))
    in_force = {
        day: reference.load(day).settings["redo.working_days"] for day in (TODAY, date(2026, 1, 31), date(2026, 2, 1))
    }
    assert in_force == {TODAY: 3, date(2026, 1, 31): 3, date(2026, 2, 1): 5}
    line = next(line for line in queries.settings(reference.load(date(2026, 2, 1))) if line.name == "redo.working_days")
    assert (line.value, line.row.decision if line.row else "") == (5, DECISION)


def test_a_rule_does_not_begin_in_the_past_except_when_the_system_is_installed(
    world: World, refused: Callable[..., None]
) -> None:
    refused(
        "rule_in_past",
        days.set_setting,
        "steps",
        1,
        date(2026, 1, 4),
        DECISION,
        by=world.actor("office"),
        at=world.at(),
    )
    days.set_setting("steps", 1, date(2020, 1, 1), "", by=Actor.system(), at=world.at())
    assert reference.load(TODAY).settings["steps"] == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("steps", 3),
        ("steps", "2"),
        ("steps", True),
        ("steps", None),
        ("reminder.before", [1, 3]),
        ("reminder.before", [3, 3]),
        ("reminder.before", [61]),
        ("reminder.after", [3, 1]),
        ("reminder.after", [0, 1]),
        ("reminder.weekly", 0),
        ("redo.working_days", 31),
        ("deadline.before_counts", "maybe"),
        ("deadline.rest_day", ""),
        ("body.name", "X"),
        ("nothing.such", 1),
    ],
)
def test_a_value_without_sense_is_answered(
    name: str, value: object, world: World, refused: Callable[..., None]
) -> None:
    refused(
        "bad_value", days.set_setting, name, value, date(2026, 2, 1), DECISION, by=world.actor("office"), at=world.at()
    )


@pytest.mark.parametrize("name", ["reminder.before", "reminder.after", "reminder.climb"])
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no_days"),
        (" , ;", "no_days"),
        (", ".join(map(str, range(500, 0, -1))), "too_many_days"),
        ("1, x", "bad_value"),
    ],
)
def test_a_rule_without_days_or_with_five_hundred_is_refused_for_what_it_is(
    name: str, text: str, code: str, world: World, refused: Callable[..., None]
) -> None:
    refused(code, rules.read, name, text)
    if code == "no_days":
        act = {"by": world.actor("office"), "at": world.at()}
        refused(code, days.set_setting, name, [], date(2026, 2, 1), DECISION, **act)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("steps", " 1 ", 1),
        ("reminder.before", "10, 5;1", [10, 5, 1]),
        ("reminder.after", "2,4", [2, 4]),
        ("body.name", " Sở  Dân tộc ", "Sở Dân tộc"),
        ("deadline.rest_day", "as_written", "as_written"),
    ],
)
def test_what_is_typed_becomes_the_value_it_means(name: str, text: str, value: object) -> None:
    assert rules.read(name, text) == value


@pytest.mark.parametrize("text", ["", "x", "1.5", "-1", "1,,2", "²", "99999", "1\u0000"])
def test_what_cannot_be_a_number_is_answered(text: str, refused: Callable[..., None]) -> None:
    refused("bad_value", rules.read, "steps", text)
    refused("bad_value" if text else "no_days", rules.read, "reminder.before", text)


def test_every_setting_is_explained_in_words_and_its_shipped_value_makes_sense() -> None:
    assert set(rules.RULES) == set(SETTINGS)
    for name, value in SETTINGS.items():
        rules.require_sense(name, value)
        assert rules.read(name, rules.written(value)) == value


def test_the_year_shows_each_day_that_differs_with_its_name_and_decision(world: World) -> None:
    at = world.at()
    days.confirm(
        days.enter(OFF, DayKind.HOLIDAY, "Ngày hội", DECISION, by=world.actor("office"), at=at),
        by=world.actor("chair"),
        at=at,
    )
    waiting = days.enter(date(2026, 12, 26), DayKind.MAKE_UP, "", DECISION, by=world.actor("office"), at=at)
    view = queries.year(2026, reference.load(TODAY))
    special = {item.day: item for item in view.special}
    assert (special[OFF].name, special[OFF].decision, special[OFF].working) == ("Ngày hội", DECISION, False)
    assert special[date(2026, 8, 22)].working
    assert special[date(2026, 8, 31)].name != ""
    assert [row.id for row in view.waiting] == [waiting]
    assert view.names[view.waiting[0].entered_by_id or 0] == "Vi Thị Hồng"
    assert sum(month.working_days for month in view.months) == view.working_days
    assert len(view.months) == 12


def test_a_rule_counts_only_when_a_second_person_has_confirmed_it(world: World, refused: Callable[..., None]) -> None:
    at, office, chair = world.at(), world.actor("office"), world.actor("chair")
    entered = days.set_setting("steps", 1, TODAY, DECISION, by=office, at=at)
    line = next(line for line in queries.settings(reference.load(TODAY)) if line.name == "steps")
    assert (line.value, line.row, [(row.id, value) for row, value in line.waiting]) == (2, None, [(entered, 1)])
    refused("second_person", days.confirm_setting, entered, by=office, at=at)
    refused("not_yours", days.confirm_setting, entered, by=world.actor("admin"), at=at)
    refused("not_found", days.confirm_setting, 10**30, by=chair, at=at)
    days.confirm_setting(entered, by=chair, at=at)
    assert reference.load(TODAY).settings["steps"] == 1
    refused("confirmed_already", days.confirm_setting, entered, by=world.actor("vice"), at=at)
    assert replay.differences() == []


def test_a_rule_confirmed_too_late_does_not_change_the_past(world: World, refused: Callable[..., None]) -> None:
    entered = days.set_setting("steps", 1, TODAY, DECISION, by=world.actor("office"), at=world.at())
    tomorrow = world.at("2026-01-06T08:00")
    refused("rule_in_past", days.confirm_setting, entered, by=world.actor("chair"), at=tomorrow)


def test_a_year_is_declared_by_two_people_and_anew_while_it_waits(world: World, refused: Callable[..., None]) -> None:
    at, office, chair = world.at(), world.actor("office"), world.actor("chair")
    refused("not_found", days.confirm_year, 2027, by=chair, at=at)
    days.declare_year(2027, "Sai", by=chair, at=at)
    days.declare_year(2027, DECISION, by=office, at=at)
    view = queries.year(2027, reference.load(TODAY))
    assert view.declared is None
    assert view.declaring is not None
    assert view.declaring.decision == DECISION
    refused("second_person", days.confirm_year, 2027, by=office, at=at)
    days.confirm_year(2027, by=chair, at=at)
    assert queries.year(2027, reference.load(TODAY)).declared is not None
    refused("confirmed_already", days.confirm_year, 2027, by=chair, at=at)
    refused("taken", days.declare_year, 2027, DECISION, by=office, at=at)
    assert replay.differences() == []
