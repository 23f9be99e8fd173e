"""A task, plan or unit as of a day comes from the log alone, and is what the rows were on that day."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

import clock
from accountability import as_of
from models import schema
from models.appending import logged_columns
from models.base import db
from models.log import plain
from models.vocabulary import Action, TimingState
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from tests.fixtures.tasks import counted, statements_of
from web.wording_of_tables import TABLES
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.organization import units

Visit = Callable[..., Visitor]


def rows_of_task(task: int) -> as_of.Rows:
    """Return every row of today that speaks of a task, as the log would write it."""
    found: as_of.Rows = {}
    for table, kind in schema.tracked().items():
        for row in db.session.scalars(db.select(kind)):
            if row.about().get("task") == task:
                columns = {name: plain(getattr(row, name)) for name in logged_columns(kind)}
                found.setdefault(table, {})[row.id] = {
                    name: value for name, value in columns.items() if value is not None
                }
    return found


def without_empty(rows: as_of.Rows) -> as_of.Rows:
    return {
        table: {key: {name: value for name, value in row.items() if value is not None} for key, row in found.items()}
        for table, found in rows.items()
    }


def lived(world: World) -> dict[date, as_of.Rows]:
    """Let a task live for a fortnight; return its rows at the end of each day."""
    task, seen = world.drafts[0], dict[date, as_of.Rows]()
    world.assign(task, "CSDT", date(2026, 1, 30), coordinator_ids=(world.unit["KHTH"],))
    story: tuple[tuple[Action, str, dict[str, Any]], ...] = (
        (Action.RECEIVE, "head_a", {}),
        (Action.NAME_OFFICER, "head_a", {"officer_id": world.person["officer_a"]}),
        (Action.START, "officer_a", {}),
        (Action.PROGRESS, "officer_a", {"text": "Đã rà soát 3 xã"}),
        (Action.COMMENT, "head_b", {"text": "Sẽ phối hợp."}),
        (Action.REQUEST_EXTENSION, "head_a", {"reason": "Mưa lũ", "proposed_on": date(2026, 2, 10)}),
        (Action.GRANT_EXTENSION, "vice", {"granted_on": date(2026, 2, 10), "reason": "Đồng ý"}),
        (Action.HAND_IN, "officer_a", {"result": "Bản 1"}),
        (Action.RETURN, "head_a", {"reason": "Thiếu phụ lục"}),
        (Action.HAND_IN, "officer_a", {"result": "Bản 2"}),
        (Action.SIGN_OFF, "head_a", {}),
        (Action.CONFIRM, "vice", {}),
    )
    for number, (action, by, given) in enumerate(story):
        on = date.fromordinal(date(2026, 1, 6).toordinal() + number)
        world.step(task, action, by, f"{on.isoformat()}T09:00", **given)
        db.session.expire_all()
        seen[on] = rows_of_task(task)
    return seen


def test_every_day_of_a_tasks_life_comes_back_as_its_rows_were(world: World) -> None:
    seen = lived(world)
    assert len({json.dumps(rows, sort_keys=True) for rows in seen.values()}) == len(seen)
    for on, rows in seen.items():
        past = as_of.as_of("task", world.drafts[0], on)
        assert without_empty(past.rows) == rows, on
        assert past.on == on


def test_no_row_of_today_is_asked(world: World) -> None:
    task = world.drafts[0]
    world.assign(task, "CSDT", date(2026, 1, 9))
    world.step(task, Action.RECEIVE, "head_a", "2026-01-07T09:00")
    db.session.rollback()
    with counted() as statements:
        past = as_of.as_of("task", task, date(2026, 1, 6))
    assert past.main["status"] == "assigned"
    assert past.timing is not None
    assert past.timing.state == TimingState.DUE_SOON
    asked = [text for text in statements_of(statements) if "FROM task" in text or "JOIN task" in text]
    assert asked == []
    assert len(statements_of(statements)) <= 4
    assert as_of.as_of("task", task, date(2026, 1, 7)).main["status"] == "received"
    with pytest.raises(Refusal, match="not_yet"):
        as_of.as_of("task", task, date(2026, 1, 1))


def test_a_plan_and_a_unit_come_back_with_what_belongs_to_them(world: World) -> None:
    unit, plan = world.unit["CSDT"], world.plan
    later = world.at("2026-01-07T09:00")
    units.rename(unit, "Phòng Chính sách mới", date(2026, 2, 1), "QĐ 9", by=Actor.system(), at=later)
    past = as_of.as_of("unit", unit, date(2026, 1, 5))
    assert past.main["code"] == "CSDT"
    assert "Phòng Chính sách mới" not in {row["text"] for row in past.rows["unit_name"].values()}
    assert {row["title"] for row in past.rows["post"].values()} == {"Trưởng phòng"}
    assert {row["person_id"] for row in past.rows["tenure"].values()} == {world.person["head_a"]}
    found = as_of.as_of("plan", plan, date(2026, 1, 5))
    assert set(found.rows["task"]) == set(world.drafts)
    assert found.main["state"] in ("published", "read")
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 9), local="2026-01-07T09:00")
    then = {row["status"] for row in as_of.as_of("plan", plan, date(2026, 1, 6)).rows["task"].values()}
    assert then == {"draft"}


def test_the_page_shows_the_day_to_those_who_may_read_the_task_and_to_nobody_else(
    world_app: tuple[Flask, World], visitor: Visit, clock_at: Callable[[str], None]
) -> None:
    app, world = world_app
    task = world.drafts[0]
    with app.app_context():
        world.assign(task, "CSDT", date(2026, 1, 30))
        world.step(task, Action.COMMENT, "head_a", "2026-01-07T09:00", text="Lời riêng")
        db.session.remove()
    clock_at("2026-01-08T09:00")
    for username, sees in (("head_a", True), ("chair", True), ("head_b", False), ("admin", False)):
        person = visitor(username)
        page = person.get(f"/log/past?kind=task&id={task}&on=2026-01-07").get_data(as_text=True)
        assert ("Lời riêng" in page) == sees, username
        earlier = person.get(f"/log/past?kind=task&id={task}&on=2026-01-06").get_data(as_text=True)
        assert "Lời riêng" not in earlier
    person = visitor("chair")
    with counted() as statements:
        person.get(f"/log/past?kind=task&id={task}&on=2026-01-07")
    assert len(statements_of(statements)) <= 12
    for query in ("kind=task&id=x", "kind=none&id=1", f"kind=task&id={'9' * 9}", "kind=unit&id=1&on=31/02/2026"):
        assert person.get(f"/log/past?{query}").status_code == 422
    assert person.get(f"/log/past?kind=unit&id={world.unit['CSDT']}").status_code == 200
    assert person.get(f"/log/past?kind=plan&id={world.plan}").status_code == 200


def test_every_table_that_speaks_of_a_task_a_plan_or_a_unit_has_a_name_on_that_page() -> None:
    wanted = {name for kind in as_of.KINDS.values() for name in kind.tables or ()} | {"tenure"}
    wanted |= {name for name, kind in schema.tracked().items() if "task_id" in logged_columns(kind)}
    assert wanted - TABLES.keys() - {"plan", "unit", "mandate", "batch"} == set()
    assert clock.end_of(date(2026, 1, 5)) == clock.start_of(date(2026, 1, 6))
