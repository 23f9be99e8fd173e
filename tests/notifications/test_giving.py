"""Who hears of giving: the assigner of what was handed back, the unit of what was ended, the leader of what he has."""

from __future__ import annotations

from datetime import date

from models.base import db
from models.letters import Letter, LetterLine
from models.vocabulary import Action
from notifications import batch_letters, sweep
from tests.fixtures.places import World

DUE = date(2026, 3, 31)
DECISION = {"reason": "x", "decision": "QĐ 9/QĐ-BDT ngày 05/01/2026"}


def told(world: World, local: str, family: str) -> set[str]:
    """Return who is told of a kind of event by a run at a moment."""
    sweep.run(world.at(local))
    names = {key: name for name, key in world.person.items()}
    rows = db.session.scalars(db.select(LetterLine).where(LetterLine.rule.startswith(f"{family}#")))
    return {names[row.recipient_id] for row in rows}


def test_a_task_handed_back_goes_to_whoever_gave_it_with_the_reason_on_its_page(world: World) -> None:
    world.assign(world.drafts[0], "CSDT", DUE, by="office")
    world.step(world.drafts[0], Action.DECLINE, "head_a", reason="không thuộc chức năng")
    assert told(world, "2026-01-06T07:31", "HANDED_BACK") == {"office"}
    body = db.session.scalars(db.select(Letter.text).where(Letter.recipient_id == world.person["office"])).one()
    assert "trả lại" in body


def test_what_was_given_anew_before_the_letter_is_not_told_as_handed_back(world: World) -> None:
    world.assign(world.drafts[0], "CSDT", DUE, by="office")
    world.step(world.drafts[0], Action.DECLINE, "head_a", reason="x")
    world.assign(world.drafts[0], "KHTH", DUE, by="office")
    assert told(world, "2026-01-06T07:31", "HANDED_BACK") == set()


def test_the_unit_hears_that_its_task_was_withdrawn_or_cancelled_and_nobody_of_a_draft(world: World) -> None:
    first, second, third, _ = world.drafts
    world.assign(first, "CSDT", DUE, officer_id=world.person["officer_a"])
    world.assign(second, "KHTH", DUE)
    world.step(first, Action.WITHDRAW, "vice", **DECISION)
    world.step(second, Action.CANCEL, "chair", **DECISION)
    world.step(third, Action.CANCEL, "chair", **DECISION)
    assert told(world, "2026-01-06T07:31", "STOPPED") == {"head_a", "officer_a", "head_b"}
    bodies = db.session.scalars(db.select(Letter.text)).all()
    assert all("dừng theo quyết định" in body.lower() for body in bodies)


def test_a_new_officer_and_a_new_leader_hear_of_it_once(world: World) -> None:
    task = world.drafts[0]
    world.assign(task, "CSDT", DUE)
    world.step(task, Action.RECEIVE, "head_a")
    told(world, "2026-01-06T07:31", "ASSIGNED")
    world.step(task, Action.NAME_OFFICER, "head_a", "2026-01-06T09:00", officer_id=world.person["officer_a"])
    world.step(task, Action.NAME_LEADER, "office", "2026-01-06T09:00", leader_post_id=world.post["chair"])
    assert "officer_a" in told(world, "2026-01-07T07:31", "ASSIGNED")
    assert told(world, "2026-01-07T07:32", "SUPERVISED") == {"chair"}


def test_the_preview_names_exactly_those_whom_the_run_then_tells(world: World) -> None:
    ids = world.drafts[:2]
    for task, unit in zip(ids, ("CSDT", "KHTH"), strict=True):
        world.assign(task, unit, DUE)
    told(world, "2026-01-06T07:31", "ASSIGNED")
    by, at = world.actor("office", "2026-01-06T09:00"), world.at("2026-01-06T09:00")
    changed = {task: {"leader_post_id": world.post["chair"]} for task in ids}
    expected = {one.name: one.count for one in batch_letters.receivers(changed, Action.NAME_LEADER, by=by, at=at)}
    assert expected == {"Hoàng Văn Thủ": 2}
    for task in ids:
        world.step(task, Action.NAME_LEADER, "office", "2026-01-06T09:00", leader_post_id=world.post["chair"])
    assert told(world, "2026-01-07T07:31", "SUPERVISED") == {"chair"}


def test_on_day_n_plus_one_the_supervising_leader_has_exactly_one_line_of_what_nobody_received(world: World) -> None:
    world.assign(world.drafts[0], "CSDT", DUE)
    lines: dict[str, list[str]] = {}
    for day in (6, 7, 8, 9, 12):
        sweep.run(world.at(f"2026-01-{day:02d}T07:31"))
        found = db.session.scalars(
            db.select(LetterLine.rule).where(
                LetterLine.recipient_id == world.person["vice"], LetterLine.rule.startswith("UNRECEIVED")
            )
        )
        lines[f"{day:02d}"] = list(found)
    assert lines["07"] == []
    assert lines["08"] == ["UNRECEIVED+3"]
    assert lines["09"] == ["UNRECEIVED+3"]
