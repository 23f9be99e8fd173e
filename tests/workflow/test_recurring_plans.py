"""Reporting duties a plan names: a task and a report when read, a recurring duty when given, and over an amendment."""

from __future__ import annotations

from datetime import date

import pytest

from models.base import db
from models.tasks import Task
from models.vocabulary import DeadlineKind, Status, TaskKind
from tests.fixtures.places import World
from tests.workflow.test_amendments import decide, document, sign, tasks, version
from tests.workflow.test_coverage import answer
from workflow.imports import import_file
from workflow.planning.reading import read

MONTHLY = "Báo cáo kết quả thực hiện về Ủy ban nhân dân tỉnh trước ngày 20 hằng tháng"
OTHER = "Kiểm tra việc thực hiện các dự án trên địa bàn"


@pytest.fixture
def plan(world: World) -> int:
    data = document(7, [MONTHLY, OTHER])
    found = import_file("kh.md", data, read(data, "kh.md"), by=world.actor("office"), at=world.at())
    answer(world, found)
    world.publish(found)
    return found


def given(world: World, plan: int) -> tuple[int, int]:
    """Give the duty as a recurring one; return it and its first occurrence."""
    key = tasks(plan)[0].id
    world.assign(key, "CSDT", recurs=True)
    return key, db.session.scalars(db.select(Task.id).where(Task.definition_id == key)).one()


def test_a_duty_to_report_stands_in_tasks_and_reports_and_becomes_a_recurring_duty_when_given(
    world: World, plan: int
) -> None:
    found = read(document(7, [MONTHLY, OTHER]), "kh.md")
    assert [item["deadline"] for item in found["reports"]] == ["trước ngày 20 hằng tháng"]
    draft = tasks(plan)[0]
    assert (draft.kind, draft.deadline_kind, draft.deadline_words) == (
        TaskKind.LEAD, DeadlineKind.RECURRING, "trước ngày 20 hằng tháng",
    )  # fmt: skip
    key, first = given(world, plan)
    assert world.task(key).kind == TaskKind.DEFINITION
    assert (world.task(first).period, world.task(first).due_on) == ("2026-01", date(2026, 1, 19))


def test_over_an_amendment_an_occurrence_keeps_its_words_and_follows_its_duty(world: World, plan: int) -> None:
    key, first = given(world, plan)
    title = world.task(first).title
    reading = version(world, plan, [MONTHLY.replace("kết quả", "tình hình"), OTHER])
    decide(world, reading)
    new = sign(world, reading)
    assert "tình hình" in world.task(key).title
    assert (world.task(first).title, world.task(first).plan_id, world.task(first).status) == (
        title, new, Status.ASSIGNED,
    )  # fmt: skip


def test_a_duty_an_amendment_drops_ends_and_what_has_begun_stays(world: World, plan: int) -> None:
    key, first = given(world, plan)
    reading = version(world, plan, [OTHER])
    decide(world, reading)
    sign(world, reading)
    assert world.task(key).status == Status.WITHDRAWN
    assert world.task(first).status == Status.ASSIGNED
