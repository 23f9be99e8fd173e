"""Targets in the rules: who reports, what stands, what is missing, and that the log holds all of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from accountability import replay, verify
from models.base import db
from models.log import LogEntry
from models.plans import Document, Plan, Target
from models.session import transaction
from models.targets import TargetCare, TargetValue
from models.vocabulary import TargetOp
from models.words import Cadence, Direction, Standing
from tests.fixtures.places import World
from tests.workflow.test_plans import accepted
from workflow import measuring, reference, targets
from workflow.errors import Refusal
from workflow.permissions import Scope
from workflow.queries import targets as queries
from workflow.queries.targets import Series
from workflow.targets import Care, Report

OFFICIAL, PROVISIONAL = Standing.OFFICIAL, Standing.PROVISIONAL


@pytest.fixture
def target(world: World) -> int:
    """Return the id of a target of a plan in force, that the first division reports every year."""
    plan_id = accepted(world)
    world.publish(plan_id)
    found = db.session.scalars(select(Target.id).where(Target.plan_id == plan_id)).one()
    settle(world, found)
    return found


def settle(world: World, target: int, cadence: Cadence = Cadence.YEARLY, **more: object) -> None:
    """Name the first division for a target."""
    facts = {"unit_id": world.unit["CSDT"], "direction": Direction.UP, "baseline": None, "baseline_year": None} | more
    targets.follow(target, Care(cadence=cadence, **facts), by=world.actor("office"), at=world.at())  # type: ignore[arg-type]


def report(world: World, target: int, period: str, value: str, by: str = "head_a", **more: str) -> int:
    """Report a value, official and with a source unless something else is said."""
    standing = Standing(more.pop("standing", OFFICIAL))
    said = Report(period, Decimal(value), standing, more.pop("source", "Báo cáo số 1/BC-BDT"), **more)
    return targets.report(target, said, by=world.actor(by), at=world.at())


def series(world: World, target: int, on: date = date(2026, 1, 5)) -> Series:
    return queries.one(target, reference.load(on), seen_by=Scope(world.actor("chair"))).series


def refused(code: str, act: Callable[..., object], *args: object, **more: object) -> None:
    with pytest.raises(Refusal) as caught:
        act(*args, **more)
    assert caught.value.code == code
    db.session.rollback()


def test_a_provisional_value_is_finished_by_the_official_one_and_both_stay(world: World, target: int) -> None:
    assert report(world, target, "2025", "3.6", standing=PROVISIONAL) == 1
    assert report(world, target, "2025", "3.55", by="officer_a") == 2
    found = series(world, target)
    assert [(row.no, row.value, row.standing) for row in found.values] == [
        (1, Decimal("3.6"), PROVISIONAL),
        (2, Decimal("3.55"), OFFICIAL),
    ]
    assert found.standing["2025"].value == Decimal("3.55")
    assert found.state == "met"


def test_what_was_reported_is_never_changed_and_only_the_head_or_the_office_corrects_it(
    world: World, target: int
) -> None:
    report(world, target, "2024", "3.6")
    refused("value_stands", report, world, target, "2024", "3.4")
    refused("not_yours", report, world, target, "2024", "3.4", by="officer_a", reason="nhầm")
    refused("official_stays", report, world, target, "2024", "3.4", standing=PROVISIONAL, reason="nhầm")
    assert report(world, target, "2024", "3.4", by="office", reason="Rà soát lại") == 2
    row = db.session.scalars(select(TargetValue)).first()
    assert row is not None
    with pytest.raises(RuntimeError), transaction():
        row.value = Decimal(9)
    db.session.rollback()


@pytest.mark.parametrize("by", ["head_b", "vice", "inspector"])
def test_nobody_else_reports(by: str, world: World, target: int) -> None:
    refused("not_yours", report, world, target, "2024", "3.4", by=by)


def test_a_value_of_a_running_period_is_an_estimate_and_none_comes_before_its_period(world: World, target: int) -> None:
    refused("not_final_yet", report, world, target, "2026", "3.4")
    refused("period_ahead", report, world, target, "2027", "3.4", standing=PROVISIONAL)
    refused("period_unfit", report, world, target, "2025-Q1", "3.4")
    refused("missing_field", report, world, target, "2025", "3.4", source="  ")
    settle(world, target, Cadence.QUARTERLY)
    assert report(world, target, "2025-Q1", "3.4") == 1
    assert report(world, target, "2025", "3.4") == 1


def standing(on: date, *reported: str) -> Series:
    """Return a half-yearly target of a plan published in November 2021, with values of some periods."""
    plan = Plan(published_on=date(2021, 11, 22), document=Document(issued_year=2021))
    row = Target(about_what="tỷ lệ", op=TargetOp.AT_LEAST, low=Decimal(90), unit="%", year=2023)
    care = TargetCare(direction=Direction.UP, cadence=Cadence.HALF_YEARLY)
    values = [
        TargetValue(period=code, until_on=measuring.span(code).last, no=1, value=Decimal(80)) for code in reported
    ]
    return Series(plan, (row,), care, (), tuple(values), on, 20)


def test_a_target_is_stale_once_the_latest_value_owed_is_not_there() -> None:
    assert not standing(date(2022, 1, 20)).is_stale  # the days of grace end today
    assert standing(date(2022, 1, 21)).is_stale
    assert [each.code for each in standing(date(2022, 8, 1)).missing] == ["2021-H2", "2022-H1"]
    assert not standing(date(2022, 8, 1), "2022-H1").is_stale
    assert [each.code for each in standing(date(2022, 8, 1), "2022-H1").missing] == ["2021-H2"]
    # the value of a whole year counts for its last half, and after the last year nothing more is owed
    assert not standing(date(2030, 1, 1), "2023").is_stale
    assert standing(date(2030, 1, 1), "2023-H1").is_stale


def test_the_way_and_the_forecast_are_worked_out_from_what_was_reported(world: World, target: int) -> None:
    settle(world, target, baseline=Decimal("2.5"), baseline_year=2020)
    for year, value in ((2021, "2.7"), (2022, "2.9"), (2023, "3.1")):
        report(world, target, str(year), value)
    found = series(world, target)
    assert found.last_year == 2025
    assert found.forecast == Decimal("3.50")
    assert found.state == "behind"  # 3,5 %/năm is asked of every year
    lines = {line.year: line for line in found.lines()}
    assert list(lines) == [2020, 2021, 2022, 2023, 2024, 2025]
    assert lines[2025].forecast == Decimal("3.50")
    assert lines[2023].is_met is False


def test_the_same_form_twice_reports_once_and_settling_the_same_writes_nothing(world: World, target: int) -> None:
    said = Report("2024", Decimal("3.4"), OFFICIAL, "Báo cáo")
    for _ in range(2):
        number = targets.report(target, said, by=world.actor("head_a"), at=world.at(), key="k1 /targets/1/report")
    assert number >= 1
    assert len(series(world, target).values) == 1
    before = db.session.scalars(select(LogEntry.seq)).all()
    settle(world, target)
    assert db.session.scalars(select(LogEntry.seq)).all() == before


def test_every_act_is_an_entry_without_free_text_and_the_log_gives_the_rows_back(world: World, target: int) -> None:
    report(world, target, "2024", "3.6", source="Nguồn riêng tư")
    report(world, target, "2024", "3.4", reason="Lý do riêng tư", source="Nguồn riêng tư")
    task = world.drafts[0]
    targets.link(target, task, by=world.actor("office"), at=world.at())
    targets.unlink(target, task, by=world.actor("office"), at=world.at())
    entries = db.session.scalars(select(LogEntry).order_by(LogEntry.seq)).all()
    acts = [entry.act for entry in entries]
    assert acts[-5:] == ["target.follow", "target.report", "target.correct", "target.link", "target.unlink"]
    assert all("riêng tư" not in entry.body for entry in entries)
    assert verify.log().ok
    assert replay.differences() == []
