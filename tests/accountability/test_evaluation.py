"""What an evaluation rests on: the rules of its period, scores by delays, parts of seats that sum up, and the paper."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import docx
import pytest
from flask import Flask
from sqlalchemy import event

from accountability.evaluation import evidence, rulesets
from accountability.evaluation.evidence import Evidence, Line, Product
from accountability.evaluation.rulesets import Level, Staff
from accountability.figures import charged
from accountability.figures.table import FIGURES
from models.base import db
from models.vocabulary import Action, DelayClass
from tests.accountability.test_figures import change, question, story
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from workflow import reference
from workflow.reference import SETTINGS

Visit = Callable[..., Visitor]


def seen(world: World, local: str = "2026-03-02T09:00", **about: Any) -> Evidence:
    asked = question(world, local, **about)
    return evidence.of(asked, reference.load(asked.day))


def line(found: Evidence, name: str) -> Line:
    return next(each for each in found.lines if each.criterion.id == name)


@pytest.mark.parametrize(
    ("on", "staff", "code"),
    [
        (date(2020, 8, 19), Staff.OFFICIAL, None),
        (date(2021, 12, 14), Staff.OFFICIAL, "90/2020"),
        (date(2025, 12, 14), Staff.OFFICIAL, "90/2020, 48/2023"),
        (date(2026, 1, 1), Staff.OFFICIAL, "335/2025"),
        (date(2026, 12, 14), Staff.OFFICIAL, "335/2025"),
        (date(2026, 6, 30), Staff.EMPLOYEE, "90/2020, 48/2023"),
        (date(2026, 7, 1), Staff.EMPLOYEE, "233/2026"),
    ],
)
def test_the_decree_follows_from_the_period_and_the_kind_of_staff(on: date, staff: Staff, code: str | None) -> None:
    found = rulesets.in_force(on, staff)
    assert (found.code if found else None) == code


def test_every_threshold_is_a_dated_setting_and_every_part_is_counted() -> None:
    for on, staff in (
        (date(2022, 1, 1), Staff.OFFICIAL),
        (date(2026, 8, 1), Staff.OFFICIAL),
        (date(2026, 8, 1), Staff.EMPLOYEE),
    ):
        rules = rulesets.in_force(on, staff)
        assert rules is not None
        settings = [limit.setting for each in rules.criteria for limit in each.limits if limit.setting]
        assert {*settings, *(name for _text, name in rules.notes)} <= SETTINGS.keys()
        known = FIGURES.keys() | evidence.MEASURES.keys() | evidence.MEANS.keys() | {""}
        assert {name for each in rules.criteria for name in (each.part, each.whole)} <= known
    assert {Level.EXCELLENT, Level.GOOD, Level.DONE, Level.FAILED} == set(rulesets.LEVELS)


@pytest.mark.parametrize(
    ("delays", "excused", "score"), [(0, 0, 100), (1, 0, 75), (1, 1, 100), (3, 1, 50), (4, 0, 0), (6, 0, 0)]
)
def test_each_delay_takes_its_cost_unless_its_objective_cause_was_confirmed(
    delays: int, excused: int, score: int
) -> None:
    assert Product(1, "Báo cáo", 6, delays, excused, 0, 25).progress == score


def test_the_numbers_of_a_head_come_with_their_lists_and_a_confirmed_cause_takes_nothing(world: World) -> None:
    first, late, *_ = story(world)
    found = seen(world, head_id=world.person["head_a"])
    assert found.rules is not None
    assert found.rules.code == "335/2025"
    assert [(item.task_id, item.delays, item.progress) for item in found.products] == [
        (late, 1, Decimal(75)),
        (first, 0, Decimal(100)),
    ]
    assert line(found, "progress").percent == Decimal("87.5")
    assert (line(found, "quantity").part, line(found, "quantity").whole) == (2, 2)
    assert [item.task_id for item in found.delays] == [late]
    assert [key for key, _title in found.ahead] == [first]
    assert line(found, "unity").percent is None  # people write it down
    world.step(late, Action.STATE_CAUSE, "head_a", "2026-02-02T08:00", delay_class=DelayClass.OBJECTIVE, text="Mưa lũ")
    confirmed = {"document_number": "5/QĐ-UBND", "document_on": date(2026, 2, 3)}
    world.step(late, Action.CONFIRM_CAUSE, "vice", "2026-02-03T08:00", **confirmed)
    found = seen(world, head_id=world.person["head_a"])
    assert line(found, "progress").percent == Decimal(100)
    assert (found.delays[0].document, found.delays[0].cause) == ("5/QĐ-UBND", DelayClass.OBJECTIVE)
    # what was confirmed later is not known at an earlier cut-off
    before = seen(world, "2026-02-01T09:00", head_id=world.person["head_a"])
    assert line(before, "progress").percent == Decimal("87.5")


def test_the_parts_of_the_seats_somebody_held_sum_to_all_of_him(world: World) -> None:
    story(world)
    change(world, "head_a", "officer_a", date(2026, 2, 2))
    for person in ("head_a", "officer_a", "head_b"):
        found = seen(world, head_id=world.person[person])
        assert found.parts
        for key in ("assigned", "due", "late", "done_on_time", "extensions"):
            assert sum(part.values[key] for part in found.parts) == found.values[key], (person, key)
        days = charged.totals(charged.of(found.question, reference.load(found.question.day)))
        assert found.values["charged_days"] == days["charged_days"]


def test_an_official_has_the_tasks_he_is_named_for_and_no_charges(world: World) -> None:
    story(world)
    world.step(world.drafts[3], Action.NAME_OFFICER, "head_b", "2026-01-07T08:00", officer_id=world.person["officer_b"])
    found = seen(world, officer_id=world.person["officer_b"])
    assert found.values["assigned"] == 1
    assert "charged_days" not in found.values or not found.values["charged_days"]
    assert {each.criterion.id for each in found.lines} == {"quantity", "quality", "progress", "reports"}


def test_the_page_and_the_paper_give_the_numbers_and_rate_nobody(
    visitor: Visit, world_app: tuple[Flask, World], clock_at: Callable[[str], None]
) -> None:
    clock_at("2026-03-02T09:00")
    app, world = world_app
    with app.app_context():
        story(world)
        db.session.remove()
    person, chair = world.person["head_a"], visitor("chair")
    address = f"/evaluation?period=2026&who=head={person}"
    page = chair.get(address).get_data(as_text=True)
    assert "Nghị định số 335/2025/NĐ-CP" in page
    assert "không đề xuất mức xếp loại" in page
    file = chair.get(f"/evaluation/paper.docx?period=2026&head={person}")
    paper = docx.Document(io.BytesIO(file.data))
    words = " ".join(cell.text for table in paper.tables for row in table.rows for cell in row.cells)
    assert "Nghị định" in " ".join(each.text for each in paper.paragraphs)
    assert "87,5" in words
    assert chair.get(f"/evaluation/paper.pdf?period=2026&head={person}").data.startswith(b"%PDF")
    assert visitor("head_a").get("/evaluation?period=2026").status_code == 200
    assert visitor("head_a").get(f"/evaluation?period=2026&who=head={world.person['head_b']}").status_code == 404
    officer = visitor("officer_a")
    assert officer.get("/evaluation?period=2026").status_code == 200
    assert officer.get(address).status_code == 404
    assert officer.get(f"/evaluation?period=2026&officer={world.person['officer_b']}").status_code == 404


def test_the_page_takes_few_statements_however_many_tasks(
    visitor: Visit, world_app: tuple[Flask, World], clock_at: Callable[[str], None]
) -> None:
    clock_at("2026-03-02T09:00")
    app, world = world_app
    with app.app_context():
        story(world)
        engine = db.engine
        db.session.remove()
    chair, found = visitor("chair"), []
    event.listen(engine, "before_cursor_execute", lambda *args: found.append(args[2]))
    assert chair.get(f"/evaluation?period=2026&head={world.person['head_a']}").status_code == 200
    assert len([each for each in found if each != "BEGIN"]) <= 12, found
