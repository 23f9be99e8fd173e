"""What a person switches off stands in his inbox alone; what cannot be switched off always comes; absences wait."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from models.base import db
from models.letters import LetterLine
from models.vocabulary import (
    Action,
)
from models.words import (
    Channel,
    LetterGroup,
)
from notifications import preferences, reconcile, rule_words
from notifications.stages import LADDERS, Audience
from tests.fixtures.handing import hand_account
from tests.fixtures.mail import Office
from workflow.organization import days, people, wishes
from workflow.queries import health

OPENS = time(7, 30)
DUE = date(2026, 1, 16)  # a Friday
G = LetterGroup


def prefer(office: Office, username: str, *off: LetterGroup, channel: Channel = Channel.MAIL, hour: str = "") -> None:
    """Settle what a person wants."""
    by = office.world.actor(username)
    wishes.set_preference(off, channel, hour, opens=OPENS, by=by, at=office.world.at())


def away(
    office: Office, username: str, first: date, last: date, substitute: str = "", local: str = "2026-01-05T08:00"
) -> None:
    """Enter that a person is away."""
    person = office.world.person[substitute] if substitute else None
    by = office.world.actor(username, local)
    wishes.enter_absence(first, last, person, by=by, at=office.world.at(local))


def given(office: Office, due: date = DUE, **more: Any) -> int:
    """Give a task to the first division, received."""
    task = office.world.drafts[0]
    office.world.assign(task, "CSDT", due, **more)
    office.world.step(task, Action.RECEIVE, "head_a")
    return task


def clean(office: Office, moment: str) -> None:
    verdict = reconcile.check(office.world.at(moment))
    assert (verdict.missing, verdict.extra) == (0, 0), verdict.first
    db.session.remove()


def reasons(office: Office, username: str) -> dict[str, str | None]:
    """Return why each line of a person's has no letter: rule -> reason."""
    db.session.rollback()
    query = db.select(LetterLine).where(LetterLine.recipient_id == office.world.person[username])
    return {line.rule: line.reason for line in db.session.scalars(query.order_by(LetterLine.id))}


# ------------------------------------------------------------------------------------------------ the table
def test_every_kind_of_rule_is_in_a_group() -> None:
    assert set(rule_words.FAMILIES) | set(LADDERS) <= set(preferences.GROUPS)


@pytest.mark.parametrize(
    ("rule", "audience", "group"),
    [
        ("T-3", Audience.DOER, G.AHEAD), ("T0", Audience.DOER, G.AHEAD), ("T+1", Audience.UNIT, G.OVERDUE),
        ("T+7w#2", Audience.UNIT, G.OVERDUE), ("T+5", Audience.ABOVE, G.ESCALATION),
        ("T+10", Audience.TOP, G.ESCALATION), ("REPORT-3", Audience.DOER, G.AHEAD),
        ("REPORT0", Audience.DOER, G.AHEAD), ("REPORT+1", Audience.UNIT, G.OVERDUE),
        ("PLEDGE-1", Audience.UNIT, G.AHEAD), ("PLEDGE", Audience.UNIT, G.AHEAD),
        ("PLEDGE+1", Audience.UNIT, G.OVERDUE),
        ("REDO", Audience.UNIT, G.OVERDUE), ("HOLD", Audience.DOER, G.OVERDUE), ("ANSWER", Audience.UNIT, G.WAITING),
        ("UNRECEIVED", Audience.DOER, G.WAITING), ("UNRECEIVED+3", Audience.ABOVE, G.ESCALATION),
        ("UNSIGNED", Audience.DOER, G.SIGNING), ("UNDECIDED", Audience.DOER, G.SIGNING),
        ("HANDED_IN#8", None, G.SIGNING), ("ASSIGNED#3", None, G.NEWS), ("RETURNED#3", None, G.NEWS),
        ("WAITED#3", None, G.WAITING), ("NODATE", Audience.OFFICE, G.UPKEEP),
        ("NODATE", Audience.ABOVE, G.ESCALATION), ("EXPLAIN+1", Audience.DOER, G.CHASING),
    ],
)  # fmt: skip
def test_a_rule_belongs_to_what_people_settle(rule: str, audience: Audience | None, group: LetterGroup) -> None:
    assert preferences.group_of(rule, (audience,) if audience else ()) == group


# ------------------------------------------------------------------------------------------------ switched off
def test_a_group_that_is_switched_off_is_written_down_and_sent_to_nobody(office: Office) -> None:
    given(office)
    prefer(office, "head_a", G.AHEAD)
    office.through(date(2026, 1, 6), date(2026, 1, 19))
    assert office.rules("head_a") == ["T+1"]
    found = reasons(office, "head_a")
    assert {rule: found[rule] for rule in ("T-7", "T-3", "T-1", "T0")} == dict.fromkeys(
        ("T-7", "T-3", "T-1", "T0"), "switched_off"
    )
    clean(office, "2026-01-19T08:00")


def test_what_is_switched_on_again_comes_from_the_next_stage_on(office: Office) -> None:
    given(office)
    prefer(office, "head_a", G.AHEAD)
    office.through(date(2026, 1, 6), date(2026, 1, 13))
    prefer(office, "head_a")
    office.through(date(2026, 1, 14), date(2026, 1, 15))
    assert office.rules("head_a") == ["T-1"]


def test_signing_and_what_has_climbed_come_by_letter_whatever_is_switched_off(office: Office) -> None:
    world = office.world
    given(office)
    for username in ("vice", "chair", "head_a"):
        prefer(office, username, *preferences.SWITCHABLE, channel=Channel.INBOX)
    other = world.drafts[1]
    world.assign(other, "CSDT", date(2026, 3, 31))
    world.to_hand_in(other, local="2026-01-06T09:00")
    office.through(date(2026, 1, 6), date(2026, 1, 30))
    assert set(office.rules("head_a")) == {"UNSIGNED", "UNSIGNEDw#1", "UNSIGNEDw#2", "UNSIGNEDw#3"}
    assert "T+5" in office.rules("vice")
    assert "T+10" in office.rules("chair")
    clean(office, "2026-01-30T08:00")


def test_a_line_that_waits_is_held_back_by_a_wish_of_meanwhile(office: Office) -> None:
    office.world.assign(office.world.drafts[0], "CSDT", date(2026, 3, 31), local="2026-01-17T09:00")
    office.tick("2026-01-17T09:30")  # a Saturday: written down, and no letter before Monday
    prefer(office, "head_a", G.NEWS)
    office.tick("2026-01-19T07:30")
    assert office.count("head_a") == 0
    assert list(reasons(office, "head_a").values()) == ["switched_off"]


def test_a_persons_digest_waits_for_his_hour_and_comes_once(office: Office) -> None:
    given(office)
    prefer(office, "head_a", hour="09:00")
    for moment in ("07:30", "08:00", "08:59"):
        office.tick(f"2026-01-13T{moment}")
    assert office.count("head_a") == 0
    for moment in ("09:00", "09:01", "14:00"):
        office.tick(f"2026-01-13T{moment}")
    assert office.count("head_a") == 1
    clean(office, "2026-01-13T15:00")


# ------------------------------------------------------------------------------------------------ the hour of the house
def test_the_offices_hour_overrides_the_servers_setting_from_its_day_on(office: Office) -> None:
    world, day = office.world, date(2026, 1, 13)
    given(office)
    entered = days.set_setting("digest.hour", "09:00", day, "QĐ 7", by=world.actor("office"), at=world.at())
    days.confirm_setting(entered, by=world.actor("vice"), at=world.at())
    office.tick("2026-01-08T07:30")
    assert office.rules("head_a") == ["T-7"]
    office.tick("2026-01-13T08:59")
    assert office.rules("head_a") == ["T-7"]
    office.tick("2026-01-13T09:00")
    assert office.rules("head_a") == ["T-7", "T-3"]


def test_health_knows_the_offices_hour(office: Office) -> None:
    world = office.world
    entered = days.set_setting(
        "digest.hour", "09:00", date(2026, 1, 6), "QĐ 7", by=world.actor("office"), at=world.at()
    )
    days.confirm_setting(entered, by=world.actor("vice"), at=world.at())
    office.tick("2026-01-05T08:00")
    assert not health._scheduler_is_late(OPENS, world.at("2026-01-06T09:29"))
    assert health._scheduler_is_late(OPENS, world.at("2026-01-06T09:30"))


# ------------------------------------------------------------------------------------------------ away
def test_who_is_away_without_a_substitute_hears_what_still_stands_when_he_is_back(office: Office) -> None:
    given(office)
    away(office, "head_a", date(2026, 1, 12), date(2026, 1, 14))
    office.through(date(2026, 1, 6), date(2026, 1, 14))
    assert office.rules("head_a") == ["T-7"]
    assert reasons(office, "head_a")["T-3"] == "away"
    clean(office, "2026-01-14T08:00")
    office.tick("2026-01-15T07:30")
    assert office.rules("head_a") == ["T-7", "T-1"]
    assert office.lines("head_a")["T-3"] == "superseded"
    clean(office, "2026-01-15T08:00")


def test_a_substitute_hears_in_his_place_and_is_told_why(office: Office) -> None:
    given(office)
    away(office, "head_a", date(2026, 1, 12), date(2026, 1, 14), "officer_a")
    office.through(date(2026, 1, 6), date(2026, 1, 14))
    assert office.rules("head_a") == ["T-7"]
    assert office.rules("officer_a") == ["T-7", "T-3"]
    words = office.server.words(office.server.to.index(office.address("officer_a")))
    assert "thay đồng chí Triệu Minh Đức đang vắng mặt" in words
    clean(office, "2026-01-14T08:00")
    office.through(date(2026, 1, 15), date(2026, 1, 16))
    assert office.rules("head_a") == ["T-7", "T-1", "T0"]
    assert office.rules("officer_a") == ["T-7", "T-3"]
    clean(office, "2026-01-16T08:00")


def test_news_goes_to_the_substitute_too(office: Office) -> None:
    away(office, "head_a", date(2026, 1, 5), date(2026, 1, 14), "officer_a")
    office.world.assign(office.world.drafts[0], "CSDT", DUE)
    office.tick("2026-01-06T07:30")
    keys = office.server.keys(office.address("officer_a"))
    assert [key.split(";")[1].split("#")[0] for key in keys] == ["rule=ASSIGNED"]
    assert office.count("head_a") == 0


def test_what_cannot_be_switched_off_goes_to_the_person_himself(office: Office) -> None:
    world = office.world
    task = given(office, due=date(2026, 3, 31))
    world.step(task, Action.START, "officer_a", "2026-01-06T09:00")
    world.step(task, Action.HAND_IN, "officer_a", "2026-01-06T09:00", result="x")
    away(office, "head_a", date(2026, 1, 7), date(2026, 1, 14), "officer_a")
    office.through(date(2026, 1, 7), date(2026, 1, 14))
    assert office.rules("head_a") == ["UNSIGNED", "UNSIGNEDw#1"]
    assert office.count("officer_a") == 0
    clean(office, "2026-01-14T08:00")


def test_a_substitute_who_is_away_himself_or_gone_leaves_things_waiting(office: Office) -> None:
    world = office.world
    given(office)
    away(office, "head_a", date(2026, 1, 12), date(2026, 1, 15), "officer_a")
    away(office, "officer_a", date(2026, 1, 13), date(2026, 1, 13))
    office.tick("2026-01-13T07:30")
    assert (office.count("head_a"), office.count("officer_a")) == (0, 0)
    hand_account(world.person["officer_a"])
    people.set_active(world.person["officer_a"], active=False, by=world.actor("admin"), at=world.at("2026-01-14T07:00"))
    office.tick("2026-01-14T07:30")
    assert (office.count("head_a"), office.count("officer_a")) == (0, 0)
    clean(office, "2026-01-14T08:00")


def test_an_absence_that_is_ended_counts_no_more_from_that_day_on(office: Office) -> None:
    world = office.world
    given(office)
    away(office, "head_a", date(2026, 1, 6), date(2026, 1, 30))
    office.tick("2026-01-08T07:30")
    assert office.count("head_a") == 0
    number = wishes.absences_of(world.person["head_a"], date(2026, 1, 8))[0].id
    wishes.end_absence(number, by=world.actor("head_a"), at=world.at("2026-01-08T10:00"))
    office.tick("2026-01-08T10:01")
    assert office.rules("head_a") == ["T-7"]
    clean(office, "2026-01-08T11:00")
