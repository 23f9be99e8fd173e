"""Everybody hears once per stage, on working days, of what is his, whatever happens to the runs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from accountability import replay, verify
from models.base import db
from models.letters import Letter, LetterLine
from models.log import LogEntry
from models.people import RoleGrant, Tenure
from models.vocabulary import Action
from models.words import LetterState
from notifications import clockwatch, delivery, facts, reconcile, rosters, schedule, sweep
from tests.fixtures.handing import hand_role, hand_seat
from tests.fixtures.mail import Office, many_tasks
from tests.fixtures.places import World
from workflow import reference, tasks
from workflow.actors import Actor
from workflow.given import Given
from workflow.organization import days, people, seats

TET = date(2026, 2, 14)


def clean(office: Office, moment: str) -> None:
    verdict = reconcile.check(office.world.at(moment))
    assert (verdict.missing, verdict.extra) == (0, 0), verdict.first
    db.session.remove()


def test_a_task_due_in_tet_runs_down_before_it_and_is_silent_through_it(office: Office) -> None:
    task = office.world.drafts[0]
    office.world.assign(task, "CSDT", TET, officer_id=office.world.person["officer_a"])
    office.world.step(task, Action.RECEIVE, "head_a")
    office.through(date(2026, 1, 6), date(2026, 3, 4))
    said = [(str(letter.day), key) for letter in office.letters() for key in _rules_of(letter)]
    heard = [(day, rule) for day, person, rule in _of(said) if person == office.world.person["officer_a"]]
    assert heard == [
        ("2026-01-26", "T-15"), ("2026-02-05", "T-7"), ("2026-02-11", "T-3"), ("2026-02-13", "T0"),
        ("2026-02-23", "T+1"), ("2026-02-25", "T+3"), ("2026-03-03", "T+7"),
    ]  # fmt: skip
    assert not [day for day, _ in said if "2026-02-14" <= day <= "2026-02-22"]
    assert office.lines("officer_a")["T-1"] == "skipped"
    clean(office, "2026-03-04T08:00")


def _rules_of(letter: Letter) -> list[tuple[int, str]]:
    return [(letter.recipient_id, line.rule) for line in letter.lines if "#" not in line.rule or "w#" in line.rule]


def _of(said: list[tuple[str, tuple[int, str]]]) -> list[tuple[str, int, str]]:
    return [(day, person, rule) for day, (person, rule) in said]


def test_a_head_hears_once_per_stage_even_when_runs_repeat(office: Office) -> None:
    task = office.world.drafts[0]
    office.world.assign(task, "CSDT", date(2026, 1, 16))
    office.world.step(task, Action.RECEIVE, "head_a")
    for day in range(6, 20):
        for hour in ("00:30", "07:29", "07:30", "07:30", "12:00", "23:50"):
            office.tick(f"2026-01-{day:02}T{hour}")
    assert office.rules("head_a") == ["T-7", "T-3", "T-1", "T0", "T+1"]
    assert len({(letter.recipient_id, letter.day) for letter in office.letters()}) == len(office.letters())
    clean(office, "2026-01-19T23:55")


def test_nothing_goes_before_the_hour_or_on_a_rest_day(office: Office) -> None:
    office.world.assign(office.world.drafts[0], "CSDT", date(2026, 1, 16), local="2026-01-09T17:00")
    for moment in ("2026-01-09T17:01", "2026-01-10T09:00", "2026-01-10T23:00", "2026-01-11T10:00", "2026-01-12T07:29"):
        office.tick(moment)
    days = [str(letter.day) for letter in office.letters("head_a")]
    assert days == ["2026-01-09"]
    office.tick("2026-01-12T07:30")
    assert [str(letter.day) for letter in office.letters("head_a")] == ["2026-01-09", "2026-01-12"]


def test_three_days_down_over_a_weekend_each_current_duty_is_told_once(office: Office) -> None:
    task = office.world.drafts[0]
    office.world.assign(task, "CSDT", date(2026, 1, 21))
    office.world.step(task, Action.RECEIVE, "head_a")
    office.tick("2026-01-15T07:30")
    before = len(office.server.letters)
    office.tick("2026-01-20T09:15")  # T-3 fell on Friday 16, T-1 on Tuesday 20
    assert len(office.server.letters) == before + 1
    assert office.rules("head_a")[-1] == "T-1"
    assert office.lines("head_a")["T-3"] == "skipped"
    clean(office, "2026-01-20T09:20")


def test_two_runs_at_once_write_and_send_each_letter_once(office: Office) -> None:
    for task in office.world.drafts:
        office.world.assign(task, "CSDT", date(2026, 1, 16))
    db.session.remove()

    def run(_number: int) -> None:
        with office.app.app_context():
            schedule.tick(office.world.at("2026-01-13T07:30"))
            db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(8)))
    assert office.count("head_a") == 1
    keys = office.server.keys(office.address("head_a"))
    assert len(keys) == len(set(keys)) == 12  # four tasks: newly assigned, not received, three working days left
    assert {letter.state for letter in office.letters()} == {LetterState.ACCEPTED}
    assert verify.log().ok
    assert replay.differences() == []


def test_a_new_head_hears_the_next_morning_and_the_old_one_no_more(office: Office) -> None:
    world, by = office.world, Actor.system()
    task = world.drafts[0]
    world.assign(task, "CSDT", date(2026, 1, 16))
    world.step(task, Action.RECEIVE, "head_a")
    office.through(date(2026, 1, 6), date(2026, 1, 7))
    at = world.at("2026-01-08T15:00")
    office.tick("2026-01-08T15:00")
    tenure = _tenure(world)
    hand_seat(tenure)
    seats.end(tenure, date(2026, 1, 9), "QĐ 02", by=by, at=at)
    new = seats.enter(world.post["head_a"], world.person["officer_a"], date(2026, 1, 9), "QĐ 03", by=by, at=at)
    seats.confirm(new, by=by, at=at)
    before = list(office.rules("head_a"))
    office.through(date(2026, 1, 9), date(2026, 1, 16))
    assert office.rules("head_a") == before
    assert office.rules("officer_a") == ["T-7", "T-3", "T-1", "T0"]
    clean(office, "2026-01-16T08:00")


def _tenure(world: World) -> int:
    return int(db.session.scalars(db.select(Tenure.id).where(Tenure.post_id == world.post["head_a"])).one())


def test_the_climb_reaches_the_supervisor_after_five_and_the_chair_after_ten_working_days(office: Office) -> None:
    task = office.world.drafts[0]
    office.world.assign(task, "CSDT", date(2026, 3, 2))
    office.world.step(task, Action.RECEIVE, "head_a")
    office.through(date(2026, 2, 27), date(2026, 3, 24))
    assert office.rules("vice") == ["T+5", "T+5w#1", "T+5w#2"]
    assert office.rules("chair") == ["T+10", "T+10w#1"]
    assert office.rules("head_a")[1:] == ["T0", "T+1", "T+3", "T+7", "T+7w#1"]
    clean(office, "2026-03-24T08:00")


def test_an_empty_seat_passes_to_the_next_above(office: Office) -> None:
    world, by, at = office.world, Actor.system(), office.world.at()
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 9))
    world.step(world.drafts[0], Action.RECEIVE, "head_a")
    hand_seat(_tenure(world))
    seats.end(_tenure(world), date(2026, 1, 6), "QĐ 02", by=by, at=at)
    office.through(date(2026, 1, 6), date(2026, 1, 16))
    assert office.rules("head_a") == []
    assert office.rules("vice") == ["T-3", "T-1", "T0", "T+1", "T+3"]
    assert office.rules("chair") == ["T+5"]
    clean(office, "2026-01-16T08:00")


def test_handed_in_the_doer_rests_and_the_signer_is_reminded(office: Office) -> None:
    world = office.world
    task = world.drafts[0]
    world.assign(task, "CSDT", date(2026, 1, 9))
    world.to_hand_in(task)
    office.through(date(2026, 1, 7), date(2026, 1, 14))
    assert office.rules("officer_a") == []
    assert office.rules("head_a") == ["UNSIGNED", "UNSIGNEDw#1"]
    assert office.rules("vice") == ["UNSIGNED+3"]
    assert office.rules("chair") == ["UNSIGNED+5"]
    handed = [key for key in office.server.keys(office.address("head_a")) if "HANDED_IN#" in key]
    assert len(handed) == 1
    clean(office, "2026-01-14T08:00")


def test_a_return_brings_the_doer_back_with_a_day_to_redo_by(office: Office) -> None:
    world = office.world
    task = world.drafts[0]
    world.assign(task, "CSDT", date(2026, 1, 30))
    world.to_hand_in(task)
    world.step(task, Action.RETURN, "head_a", "2026-01-06T10:00", reason="Thiếu biểu 02.")
    office.through(date(2026, 1, 7), date(2026, 1, 12))
    rules = office.rules("head_a")
    assert rules == ["REDO", "T-15", "REDO+1"]  # redo by Friday 9 January
    assert [key for key in office.server.keys(office.address("head_a")) if "RETURNED#" in key] == []  # his own act
    assert "làm lại chậm nhất hết ngày" in office.server.words()
    clean(office, "2026-01-12T08:00")


def test_closed_held_and_unpublished_tasks_are_never_spoken_of_after_the_commit(office: Office) -> None:
    world = office.world
    first, second, third, _ = world.drafts
    for task in (first, second, third):
        world.assign(task, "CSDT", date(2026, 1, 9))
        world.step(task, Action.RECEIVE, "head_a")
    office.tick("2026-01-06T07:30")
    world.step(first, Action.CANCEL, "chair", "2026-01-07T09:00", reason="Thôi", decision="QĐ 5")
    world.step(second, Action.HOLD, "vice", "2026-01-07T09:00", reason="Chờ", until=date(2026, 3, 1))
    office.through(date(2026, 1, 8), date(2026, 1, 12))
    keys = office.server.keys(office.address("head_a"))[3:]
    ended = [key for key in keys if ";rule=STOPPED#" in key]
    assert [key.split(";")[0] for key in ended] == [f"task={first}"]  # that it has ended is said once
    assert {key.split(";")[0] for key in keys if key not in ended} == {f"task={third}"}


def test_a_task_closed_between_writing_and_sending_is_dropped_from_the_letter(office: Office) -> None:
    world = office.world
    for task in world.drafts[:2]:
        world.assign(task, "CSDT", date(2026, 1, 9))
        world.step(task, Action.RECEIVE, "head_a")
    at = world.at("2026-01-06T07:30")
    sweep.run(at)
    world.step(world.drafts[0], Action.CANCEL, "chair", "2026-01-06T07:31", reason="Thôi", decision="QĐ 5")
    delivery.deliver(at)
    assert {key.split(";")[0] for key in office.server.keys(office.address("head_a"))} == {f"task={world.drafts[1]}"}
    assert world.task(world.drafts[0]).title not in office.server.words()
    assert str(office.letters()[0].subject) in str(office.server.letters[0]["Subject"])


def test_an_extension_gives_new_keys_and_its_own_line(office: Office) -> None:
    world = office.world
    task = world.drafts[0]
    world.assign(task, "CSDT", date(2026, 1, 9))
    world.step(task, Action.RECEIVE, "head_a")
    office.through(date(2026, 1, 6), date(2026, 1, 8))
    world.step(
        task, Action.REQUEST_EXTENSION, "head_a", "2026-01-08T09:00", proposed_on=date(2026, 1, 20), reason="Mưa"
    )
    office.tick("2026-01-09T07:30")
    assert any("rule=ASKED#" in key for key in office.server.keys(office.address("vice")))
    world.step(task, Action.GRANT_EXTENSION, "vice", "2026-01-09T09:00")
    office.through(date(2026, 1, 10), date(2026, 1, 20))
    keys = office.server.keys(office.address("head_a"))
    assert any(key.startswith(f"task={task};rule=EXTENDED#") for key in keys)
    assert [key for key in keys if key.endswith("on=2026-01-20") and "#" not in key][-3:] == [
        f"task={task};rule={rule};on=2026-01-20" for rule in ("T-3", "T-1", "T0")
    ]
    clean(office, "2026-01-20T08:00")


def test_office_and_leadership_are_chased_for_drafts_without_a_unit_and_units_are_not(office: Office) -> None:
    office.through(date(2026, 1, 6), date(2026, 1, 9))
    assert office.rules("head_office", drafts=True) == ["NOLEAD"] * 4
    assert office.rules("chair", drafts=True) == ["NOLEAD"] * 4
    assert office.rules("head_a") == office.rules("office") == []
    clean(office, "2026-01-09T08:00")


def test_a_draft_under_a_document_is_chased_from_its_day_and_again_from_the_day_it_was_handed_back(
    office: Office,
) -> None:
    world, at = office.world, office.world.at("2026-01-12T08:00")
    for draft in world.drafts:
        world.step(draft, Action.CANCEL, "chair", reason="x", decision="QĐ 1 ngày 05/01/2026")
    source = "Thông báo số 12/TB-BDT ngày 12/01/2026"
    task = tasks.create(None, "Việc mới", source, by=world.actor("office"), at=at, given=Given())
    office.through(date(2026, 1, 13), date(2026, 1, 16))
    assert office.rules("head_office", drafts=True) == office.rules("chair", drafts=True) == ["NOLEAD"]
    world.assign(task, "CSDT", date(2026, 3, 31), local="2026-01-16T08:00")
    world.step(task, Action.DECLINE, "head_a", "2026-01-19T08:00", reason="x")
    office.through(date(2026, 1, 20), date(2026, 1, 23))
    keys = [key for key in office.server.keys(office.address("head_office")) if "NOLEAD" in key]
    assert keys == [f"task={task};rule=NOLEAD;on=2026-01-{day}" for day in (12, 19)]
    clean(office, "2026-01-23T08:00")


def test_an_officer_who_left_the_unit_hears_no_more_of_its_task_and_its_head_does(office: Office) -> None:
    world = office.world
    world.assign(world.drafts[0], "CSDT", date(2026, 3, 31))
    office.tick("2026-01-06T07:30")
    world.step(world.drafts[0], Action.RECEIVE, "head_a", "2026-01-06T09:00", officer_id=world.person["officer_a"])
    query = db.select(RoleGrant.id).where(RoleGrant.person_id == world.person["officer_a"])
    grant = db.session.scalars(query).one()
    hand_role(grant)
    people.end_grant(grant, date(2026, 1, 7), by=world.actor("admin"), at=world.at("2026-01-06T10:00"))
    roster = rosters.load(reference.load(date(2026, 1, 7)))
    task = facts.of_ids({world.drafts[0]})[world.drafts[0]]
    assert roster.unit(task) == (world.person["head_a"],)
    office.tick("2026-01-07T07:30")
    assert office.server.keys(office.address("officer_a")) == []
    clean(office, "2026-01-07T08:00")


@pytest.mark.parametrize("moments", [["2026-01-13T07:30", "2026-01-06T07:30", "2026-01-13T07:30"]])
def test_a_clock_set_back_doubles_nothing_and_loses_nothing(office: Office, moments: list[str]) -> None:
    office.world.assign(office.world.drafts[0], "CSDT", date(2026, 1, 16))
    for moment in moments:
        office.tick(moment)
    keys = office.server.keys(office.address("head_a"))
    assert len(keys) == len(set(keys))
    assert [str(letter.day) for letter in office.letters("head_a")] == ["2026-01-13"]


def test_a_held_clock_plans_nothing_until_a_person_confirms(office: Office) -> None:
    world = office.world
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 16))
    office.tick("2026-01-12T07:30")
    office.set_clock("2026-02-09T07:30")
    clockwatch.check_start(world.at("2026-02-09T07:30"))
    done = office.tick("2026-02-09T07:30")
    assert done.swept.held == "ahead:28"
    assert office.count("head_a") == 1
    assert clockwatch.confirm_clock(by=world.actor("office"), at=world.at("2026-02-09T08:00"))
    office.tick("2026-02-09T08:01")
    assert [office.count(username) for username in ("head_a", "vice", "chair")] == [2, 2, 2]
    acts = [act for act in ("letter.held", "letter.clock_confirmed") if _count(act)]
    assert acts == ["letter.held", "letter.clock_confirmed"]


def _count(act: str) -> int:
    return db.session.scalar(db.select(db.func.count()).select_from(LogEntry).where(LogEntry.act == act)) or 0


def test_more_than_fifty_lines_give_one_letter_with_fifty_and_the_rest_first_next_time(office: Office) -> None:
    many_tasks(office.world, 60, date(2026, 1, 16))
    office.tick("2026-01-13T07:30")
    first = office.server.keys(office.address("head_a"))
    assert office.count("head_a") == 1
    office.tick("2026-01-14T07:30")
    second = office.server.keys(office.address("head_a"))[len(first) :]
    assert len({key.split(";")[0] for key in first}) == 50
    assert len({key.split(";")[0] for key in second}) == 10
    assert not set(first) & set(second)


def test_a_run_reads_tasks_in_sets_whatever_their_number(office: Office, queries: list[str]) -> None:
    many_tasks(office.world, 40, date(2026, 1, 16))
    queries.clear()
    sweep.preview(office.world.at("2026-01-13T07:30"))
    assert len(queries) <= 17, queries


def test_a_rule_changed_at_noon_starts_its_stages_then_and_catches_up_none(office: Office) -> None:
    world = office.world
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 16))
    world.step(world.drafts[0], Action.RECEIVE, "head_a")
    office.tick("2026-01-12T07:30")  # four working days left: nothing new since T-7
    days.set_setting(
        "reminder.before", [6, 2], date(2026, 1, 12), "QĐ 9", by=Actor.system(), at=world.at("2026-01-12T12:00")
    )
    office.through(date(2026, 1, 13), date(2026, 1, 16))
    assert office.rules("head_a")[1:] == ["T-2", "T0"]
    clean(office, "2026-01-16T08:00")


def test_a_changed_cadence_starts_its_repetitions_then_and_catches_up_none(office: Office) -> None:
    world = office.world
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 16))
    world.step(world.drafts[0], Action.RECEIVE, "head_a")
    office.through(date(2026, 1, 27), date(2026, 2, 2))  # T+7 fell on the 27th, five working days later T+7w#1 will
    days.set_setting("reminder.weekly", 3, date(2026, 2, 2), "QĐ 9", by=Actor.system(), at=world.at("2026-02-02T12:00"))
    office.through(date(2026, 2, 3), date(2026, 2, 4))
    assert office.rules("head_a")[-2:] == ["T+7", "T+7w#2"]  # the 30th and the 4th; the first of them is past
    clean(office, "2026-02-04T08:00")


def test_reconciliation_names_what_is_missing_and_what_is_extra(office: Office) -> None:
    world = office.world
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 16))
    world.step(world.drafts[0], Action.RECEIVE, "head_a")
    office.tick("2026-01-13T07:30")
    clean(office, "2026-01-13T08:00")
    line = db.session.scalars(db.select(LetterLine).where(LetterLine.rule == "T-3")).one()
    line.rule = "T+7"
    db.session.commit()
    verdict = reconcile.check(world.at("2026-01-13T08:00"))
    assert (verdict.missing, verdict.extra) == (1, 1)
    assert "rule=T-3" in verdict.first[0]
    assert "rule=T+7" in verdict.first[1]
