"""The sample world keeps ruling 29: everything the product knows is there to be seen, and the log proves it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

import clock
from accountability import replay, verify
from app import create_app
from cli.sample_world import accounts, fill
from models.base import db
from models.calendar import CalendarYear, Setting
from models.letters import Letter
from models.log import LogEntry, LogHead
from models.people import Person
from models.plans import Plan
from models.tasks import Coordination, Evidence, Extension, HandIn, Signature, Task, Wait
from models.units import UnitName
from models.vocabulary import (
    Capacity,
    ExtensionState,
    MandateKind,
    Part,
    PlanState,
    Rank,
    Status,
    TaskKind,
    TimingState,
)
from tests.fixtures.people import Visitor
from workflow import files, reference
from workflow.queries.rows import timing_of

KEYS = {"username", "password", "role", "unit", "position"}


def run(app: Flask, *words: str) -> Result:
    """Run a command; a command leaves no session behind."""
    result = app.test_cli_runner().invoke(args=list(words))
    with app.app_context():
        db.session.remove()
    return result


def fill_template(app: Flask) -> list[dict[str, Any]]:
    result = run(app, "demo", "--reset", "--json")
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.output)
    return found


@pytest.fixture
def sample_app(app_of: Callable[..., Any]) -> tuple[Flask, list[dict[str, Any]]]:
    """Return an application on a copy of the sample world, and its accounts as printed."""
    made, found = app_of("sample", fill_template)
    return made, found


@pytest.fixture
def sample(sample_app: tuple[Flask, list[dict[str, Any]]]) -> Iterator[Flask]:
    """Return the same with an application context open."""
    made, _ = sample_app
    with made.app_context():
        yield made


def tasks() -> list[Task]:
    return list(db.session.scalars(select(Task)))


def count(kind: Any, *conditions: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(kind).where(*conditions)) or 0


def test_every_status_and_every_timing_is_there_to_be_seen(sample: Flask) -> None:
    ref = reference.now()
    assert {task.status for task in tasks()} == set(Status)
    assert {timing_of(task, ref).state for task in tasks()} == set(TimingState)


def test_the_world_is_as_large_and_as_old_as_promised(sample: Flask) -> None:
    ref = reference.now()
    assert len(ref.inside) >= 6
    assert count(Person, Person.active) >= 24
    assert len(tasks()) >= 60
    current = db.session.scalars(select(Plan).where(Plan.state == PlanState.PUBLISHED)).one()
    first = db.session.scalar(select(func.min(Task.assigned_at)).where(Task.plan_id == current.id))
    assert first is not None
    assert clock.now() - first > timedelta(days=180)
    assert len(list(db.session.scalars(select(Plan).where(Plan.state == PlanState.CLOSED)))) == 1


def test_the_ban_became_a_department_in_march_2025_with_new_names_and_a_new_head(sample: Flask) -> None:
    before, after = reference.load(date(2025, 2, 28)), reference.now()
    body = next(unit for unit in after.units.values() if unit.code == "BDT")
    assert (body.name_on(before.on), body.name_on(after.on)) == (
        "Ban Dân tộc tỉnh Lạng Sơn",
        "Sở Dân tộc và Tôn giáo tỉnh Lạng Sơn",
    )
    assert after.chair is not None
    assert (after.chair.title, after.chair.person_name) == ("Giám đốc Sở", "Hoàng Văn Thuận")
    assert after.settings["body.name"] != before.settings["body.name"]
    signers = select(Signature.name, Signature.position).where(Signature.at < clock.start_of(date(2025, 3, 1)))
    assert ("Nông Đình Khải", "Trưởng ban") in {tuple(row) for row in db.session.execute(signers)}


def test_names_reach_eighty_letters(sample: Flask) -> None:
    assert max(len(name) for name in db.session.scalars(select(UnitName.text))) >= 80
    assert any(len(unit.name_on(date(2026, 1, 5))) >= 80 for unit in reference.now().inside)


def test_a_seat_is_acting_one_is_empty_and_mandates_have_signed(sample: Flask) -> None:
    ref = reference.now()
    heads = [seat for seat in ref.seats if seat.rank == Rank.HEAD]
    assert any(seat.capacity == Capacity.ACTING for seat in heads)
    assert any(seat.person_id is None for seat in heads)
    kinds = set(db.session.scalars(select(Signature.mandate_kind).where(Signature.mandate_kind.is_not(None))))
    assert kinds == {MandateKind.TUQ, MandateKind.KT}


def test_requests_returns_waits_holds_and_invitations_are_there(sample: Flask) -> None:
    states = set(db.session.scalars(select(Extension.state)))
    assert states >= {ExtensionState.ASKED, ExtensionState.GRANTED, ExtensionState.REFUSED, ExtensionState.COUNTERED}
    assert count(HandIn, HandIn.no >= 3) > 0
    assert count(Wait, Wait.to_at.is_(None)) > 0
    assert count(Wait, Wait.to_at.is_not(None)) > 0
    assert count(Coordination, Coordination.part == Part.INVITED) > 5
    acts = set(db.session.scalars(select(LogEntry.act).distinct()))
    assert acts >= {
        "task.return",
        "task.hold",
        "task.resume",
        "task.decline",
        "task.cancel",
        "task.withdraw",
        "task.comment",
    }


def test_the_files_handed_in_are_real_and_still_what_was_handed_in(sample: Flask) -> None:
    kept = list(db.session.scalars(select(Evidence).where(Evidence.sha256.is_not(None))))
    assert len(kept) > 20
    assert all(files.vault().holds(item.sha256 or "") for item in kept)
    assert (
        files.vault()
        .get(next(item.sha256 or "" for item in kept if item.media_type == "application/pdf"))
        .startswith(b"%PDF-")
    )


def test_calendar_and_rules_are_entered_with_their_decisions(sample: Flask) -> None:
    assert reference.now().calendar.missing_years(clock.today()) == ()
    assert count(CalendarYear) >= 5
    assert count(Setting, Setting.decision != "") >= 2


def test_letters_were_sent_on_working_days_and_lie_in_the_maildir(sample: Flask) -> None:
    days = set(db.session.scalars(select(Letter.day)))
    calendar = reference.now().calendar
    assert len(days) > 20
    assert [day for day in days if not calendar.is_working(day)] == []
    assert len(list((Path(sample.config["DATA_DIR"]) / "mail").rglob("*"))) >= count(Letter)


def test_the_log_is_intact_its_time_only_goes_forward_and_every_row_is_its_replay(sample: Flask) -> None:
    assert verify.log().ok
    assert replay.differences() == []
    moments = list(db.session.scalars(select(LogEntry.at).order_by(LogEntry.epoch, LogEntry.seq)))
    assert moments == sorted(moments)
    assert clock.day_of(moments[0]) == date(2021, 10, 4)
    assert moments[-1] < clock.now()


def test_each_account_is_listed_with_what_signing_in_needs(sample_app: tuple[Flask, list[dict[str, Any]]]) -> None:
    app, found = sample_app
    assert all(account.keys() >= KEYS for account in found)
    assert {account["role"] for account in found} == {"leader", "head", "office", "officer", "inspector", "admin"}
    for role in ("leader", "head", "office", "officer", "inspector", "admin"):
        account = next(account for account in found if account["role"] == role)
        assert account["password"] == accounts.PASSWORD
        assert Visitor(app).sign_in(account["username"], account["password"]).status_code == 302
    again = run(app, "demo", "--json")
    assert json.loads(again.output) == found


def test_the_sign_in_page_lists_the_accounts_on_this_machine_alone(
    sample_app: tuple[Flask, list[dict[str, Any]]],
) -> None:
    app, found = sample_app
    assert found[0]["username"] in Visitor(app).get("/login").get_data(as_text=True)
    app.config["PUBLIC_URL"] = "https://dondoc.example.vn"
    assert found[0]["username"] not in Visitor(app).get("/login").get_data(as_text=True)


def test_a_database_that_holds_something_is_not_filled_again(sample_app: tuple[Flask, list[dict[str, Any]]]) -> None:
    app, _ = sample_app
    with app.app_context():
        before = db.session.scalar(select(LogHead.seq))
    assert run(app, "demo").exit_code == 1
    with app.app_context():
        assert db.session.scalar(select(LogHead.seq)) == before


def test_a_database_whose_log_is_open_belongs_to_somebody_and_is_not_filled(fresh_app: Flask) -> None:
    assert run(fresh_app, "demo").exit_code == 1
    assert run(fresh_app, "demo", "--json").exit_code == 1
    with fresh_app.app_context():
        assert count(LogEntry) == 1


@pytest.mark.database("sqlite")  # what is refused is refused before any table is looked at
def test_outside_test_mode_nothing_is_reset_and_passwords_are_drawn(
    sample_app: tuple[Flask, list[dict[str, Any]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, _ = sample_app
    app.config["TEST_MODE"] = False
    assert run(app, "demo", "--reset").exit_code == 2
    drawn = accounts.choose_password(app)
    assert drawn not in (accounts.PASSWORD, accounts.choose_password(app))
    assert len(drawn) >= 16


def test_the_kept_accounts_are_readable_by_their_owner_alone(sample_app: tuple[Flask, list[dict[str, Any]]]) -> None:
    app, found = sample_app
    with app.app_context():
        accounts.keep(app, found)
        assert accounts.kept(app) == found
    path = Path(app.config["DATA_DIR"]) / accounts.FILE
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.database("sqlite")  # a whole world more; the difference between the databases is tested above
def test_a_filling_that_was_broken_off_is_begun_anew_and_on_its_first_possible_day_everything_is_there(
    sample_app: tuple[Flask, list[dict[str, Any]]], clock_at: Callable[[str], None]
) -> None:
    app, found = sample_app
    clock_at(f"{fill.FIRST_DAY.isoformat()}T09:00")
    with app.app_context():
        accounts.keep(app, [])
        assert accounts.is_unfinished(app)
    result = run(app, "demo", "--json", "--tasks", "300")
    assert result.exit_code == 0, result.output
    assert {account["username"] for account in json.loads(result.output)} == {row["username"] for row in found}
    with app.app_context():
        own = [task for task in tasks() if task.parent_id is None and task.kind == TaskKind.LEAD]
        assert len(own) == 300, "parts, recurring duties and their times come on top"
        assert {task.status for task in tasks()} == set(Status)
        assert verify.log().ok


@pytest.mark.database("sqlite")  # days, not tables, make the difference
def test_on_a_saturday_years_ahead_the_world_is_told_up_to_that_day(
    app_of: Callable[..., Any], clock_at: Callable[[str], None]
) -> None:
    clock_at("2027-07-03T22:00")
    app, _ = app_of("sample_of_2027", fill_template)
    with app.app_context():
        ref = reference.now()
        assert {task.status for task in tasks()} == set(Status)
        assert {timing_of(task, ref).state for task in tasks()} == set(TimingState)
        assert verify.log().ok


@pytest.mark.database("sqlite")  # refused before any table is filled
def test_before_its_history_the_world_is_refused_in_words(fresh_app: Flask, clock_at: Callable[[str], None]) -> None:
    clock_at((fill.FIRST_DAY - timedelta(days=1)).isoformat() + "T08:00")
    assert run(fresh_app, "demo", "--reset").exit_code == 1


@pytest.mark.database("sqlite")  # a setting decides, not the database
@pytest.mark.parametrize("name", ["MAIL_SERVER", "PUBLIC_URL"])
def test_where_real_people_could_be_reached_nothing_is_filled_by_itself(name: str, tmp_path: Path) -> None:
    values = {"MAIL_SERVER": "mail.example.vn", "PUBLIC_URL": "https://dondoc.example.vn"}
    settings = {f"DONDOC_{name}": values[name], "DONDOC_MAIL_DEFAULT_SENDER": "dondoc@example.vn"}
    app = create_app({"DONDOC_DATA_DIR": str(tmp_path), **settings})
    with app.app_context():
        from cli import demo, schema

        schema.bring_up_to_date()
        demo.fill_if_empty()
        assert not accounts.has_log()
        db.session.remove()
        db.engine.dispose()
