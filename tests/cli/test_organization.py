"""The organisation from the command line: 0 done, 1 refused with its reason, 2 wrong use; lists as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from models.base import db
from models.log import LogEntry
from models.people import Tenure
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from workflow.organization import days, people, seats

DECISION = "--decision=QĐ 12/QĐ-BDT ngày 05/01/2026"
Run = Callable[..., Result]


@pytest.fixture
def run(world_app: tuple[Flask, World]) -> Run:
    """Return a function that runs a command and expects how it ends."""

    def command(*words: str, code: int = 0) -> Result:
        result = world_app[0].test_cli_runner().invoke(args=list(words))
        assert result.exit_code == code, result.output
        return result

    return command


def listed(run: Run, *words: str) -> Any:
    """Return what a list prints as JSON."""
    return json.loads(run(*words, "--json").stdout)


def test_an_account_is_opened_and_its_password_opens_it(run: Run, world_app: tuple[Flask, World]) -> None:
    made = json.loads(run("person", "add", "nguyen.an", "Nguyễn Văn An", "--email", "an@x.vn", "--json").stdout)
    run("person", "role", "nguyen.an", "officer", "csdt")
    assert Visitor(world_app[0]).sign_in("nguyen.an", made["password"]).status_code == 302
    drawn = json.loads(run("person", "password", "nguyen.an", "--json").stdout)["password"]
    assert Visitor(world_app[0]).sign_in("nguyen.an", made["password"]).status_code == 422
    assert Visitor(world_app[0]).sign_in("nguyen.an", drawn).status_code == 302
    run("person", "close", "nguyen.an")
    assert Visitor(world_app[0]).sign_in("nguyen.an", drawn).status_code == 422
    run("person", "open", "nguyen.an")
    assert Visitor(world_app[0]).sign_in("nguyen.an", drawn).status_code == 302
    with world_app[0].app_context():
        assert not any(
            made["password"] in body or drawn in body for body in db.session.scalars(db.select(LogEntry.body))
        )


def test_people_are_listed_by_given_name_with_seats_and_roles(run: Run) -> None:
    rows = listed(run, "person", "list")
    assert [row["username"] for row in rows][:3] == ["head_office", "head_a", "officer_a"]
    chair = next(row for row in rows if row["username"] == "chair")
    assert (chair["seats"], chair["units"], chair["active"]) == (["Trưởng ban"], ["Lãnh đạo Ban"], True)
    assert "Hoàng Văn Thủ" in run("person", "list").stdout


def test_units_are_made_renamed_listed_and_ended(run: Run) -> None:
    run(
        "unit", "add", "DTTS", "Phòng Dân tộc thiểu số", "--kind", "division", "--parent", "BDT", "--from", "2026-01-05"
    )
    run("unit", "rename", "DTTS", "Phòng Tuyên truyền", DECISION, "--from", "01/02/2026")
    names = {
        day: next(row["name"] for row in listed(run, "unit", "list", "--on", day) if row["code"] == "DTTS")
        for day in ("2026-01-31", "2026-02-01")
    }
    assert names == {"2026-01-31": "Phòng Dân tộc thiểu số", "2026-02-01": "Phòng Tuyên truyền"}
    assert next(row["parent"] for row in listed(run, "unit", "list") if row["code"] == "DTTS") == "BDT"
    run("unit", "end", "DTTS", DECISION, "--on", "2026-03-01")
    assert "DTTS" not in {row["code"] for row in listed(run, "unit", "list", "--on", "2026-03-01")}
    assert "  Văn phòng" in run("unit", "list").stdout


def test_a_seat_is_made_filled_confirmed_and_ended(run: Run) -> None:
    run("seat", "add", "VP", "Phó Chánh Văn phòng", "deputy")
    seat = next(row["seat"] for row in listed(run, "seat", "list")["seats"] if row["title"] == "Phó Chánh Văn phòng")
    run("seat", "enter", str(seat), "office", DECISION, "--from", "2026-01-05", "--capacity", "in_charge")
    waiting = listed(run, "seat", "list")["waiting"]
    assert [row["seat"] for row in waiting] == [seat]
    run("seat", "confirm", str(waiting[0]["entry"]))
    held = next(row for row in listed(run, "seat", "list")["seats"] if row["seat"] == seat)
    assert (held["person"], held["capacity"], held["unit"]) == ("Vi Thị Hồng", "in_charge", "VP")
    run("seat", "end", str(waiting[0]["entry"]), DECISION, "--on", "2026-02-01")
    after = listed(run, "seat", "list", "--on", "2026-02-01")["seats"]
    assert next(row["person"] for row in after if row["seat"] == seat) is None
    assert "còn trống" in run("seat", "list", "--on", "2026-02-01").stdout


def test_days_are_entered_confirmed_and_a_year_declared(run: Run) -> None:
    run("calendar", "add", "2027-02-05", "holiday", "--name", "Tết", DECISION)
    waiting = listed(run, "calendar", "list", "2027")["waiting"]
    assert [(row["day"], row["kind"]) for row in waiting] == [("2027-02-05", "holiday")]
    run("calendar", "confirm", str(waiting[0]["entry"]))
    run("calendar", "year", "2027", DECISION)
    facts = listed(run, "calendar", "list", "2027")
    assert facts["declared"] is True
    assert next(item for item in facts["days"] if item["day"] == "2027-02-05")["name"] == "Tết"
    assert "05/02/2027  nghỉ  Tết" in run("calendar", "list", "2027").stdout


def test_a_calendar_file_is_read_whole_before_anything_is_entered(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "2027.csv"
    good = "2027-02-05,holiday,Tết,QĐ 1\n06/02/2027,make_up,,QĐ 1\n"
    file.write_text("\ufeffday,kind,name,decision\n" + good, encoding="utf-8")
    run("calendar", "import", str(file))
    assert len(listed(run, "calendar", "list", "2027")["waiting"]) == 2
    for bad in ("2027-02-31,holiday,,QĐ 1\n", "2027-03-01,party,,QĐ 1\n", "2027-03-01,holiday,,\n", "2027-03-01\n"):
        file.write_text("day,kind,name,decision\n2027-03-08,holiday,,QĐ 1\n" + bad, encoding="utf-8")
        run("calendar", "import", str(file), code=2)
    file.write_text("ngay,loai\n", encoding="utf-8")
    run("calendar", "import", str(file), code=2)
    file.write_bytes(b"\xff\xfe\x00")
    run("calendar", "import", str(file), code=2)
    assert len(listed(run, "calendar", "list", "2027")["waiting"]) == 2


def test_settings_are_listed_with_what_they_mean_and_set_from_a_day(run: Run) -> None:
    run("setting", "set", "redo.working_days", "5", DECISION)
    run("setting", "set", "reminder.before", "10,5,1", DECISION, "--from", "2026-02-01")
    found = listed(run, "setting", "list")
    assert (found["redo.working_days"]["value"], found["redo.working_days"]["since"]) == (5, "2026-01-05")
    assert found["reminder.before"]["value"] == [15, 7, 3, 1]
    assert "Số ngày làm việc để thực hiện lại" in run("setting", "list").stdout


def test_a_name_and_an_address_are_corrected(run: Run, world_app: tuple[Flask, World]) -> None:
    assert "Lý Thị Yến" in run("person", "rename", "officer_a", " Lý Thị  Yến").stdout
    assert "yen@x.vn" in run("person", "address", "officer_a", "yen@x.vn").stdout
    with world_app[0].app_context():
        assert people.address_of(world_app[1].person["officer_a"]) == "yen@x.vn"
    assert "Lý Thị Yến" in {row["name"] for row in listed(run, "person", "list")}
    run("person", "address", "officer_a", "")
    run("person", "address", "officer_a", "yến@x.vn", code=1)
    run("person", "rename", "nobody", "Ai Đó", code=1)


def test_what_people_entered_on_the_pages_can_be_confirmed(run: Run, world_app: tuple[Flask, World]) -> None:
    app, world = world_app
    with app.app_context():
        by, at, day = world.actor("office"), world.at(), date(2026, 1, 5)
        held = db.session.scalars(db.select(Tenure.id).where(Tenure.post_id == world.post["head_a"])).one()
        seats.end(held, day, "QĐ 1", by=by, at=at)
        days.declare_year(2027, "QĐ 2", by=by, at=at)
        rule = days.set_setting("steps", 1, day, "QĐ 3", by=by, at=at)
    assert [row["entry"] for row in listed(run, "seat", "list")["ending"]] == [held]
    assert listed(run, "calendar", "list", "2027")["declaration_waits"] is True
    assert [row["entry"] for row in listed(run, "setting", "list")["steps"]["waiting"]] == [rule]
    for words in (("seat", "list"), ("calendar", "list", "2027"), ("setting", "list")):
        assert "chờ" in run(*words).stdout
    run("seat", "confirm-end", str(held))
    run("calendar", "confirm-year", "2027")
    run("setting", "confirm", str(rule))
    assert listed(run, "seat", "list")["ending"] == []
    assert listed(run, "calendar", "list", "2027")["declared"] is True
    assert listed(run, "setting", "list")["steps"]["value"] == 1


@pytest.mark.parametrize(
    "words",
    [
        ("person", "add", "chair", "Ai Đó"),
        ("person", "add", "Không Dấu", "Ai Đó"),
        ("person", "close", "nobody"),
        ("person", "close", "admin"),
        ("person", "role", "officer_a", "officer", "CSDT"),
        ("person", "role", "officer_a", "officer", "NONE"),
        ("person", "role", "chair", "admin", "BDT"),
        ("unit", "add", "CSDT", "Phòng", "--kind", "division"),
        ("unit", "end", "BDT", DECISION, "--on", "2026-03-01"),
        ("unit", "end", "CSDT", "--decision= ", "--on", "2026-03-01"),
        ("seat", "enter", "9999999999999999999999", "office", DECISION, "--from", "2026-01-05"),
        ("seat", "enter", "1", "office", DECISION, "--from", "2026-01-05"),
        ("seat", "confirm", "1"),
        ("seat", "end", "1", DECISION, "--on", "2019-12-31"),
        ("calendar", "year", "2026", DECISION),
        ("calendar", "year", "99", DECISION),
        ("calendar", "confirm", "77"),
        ("setting", "set", "steps", "3", DECISION),
        ("setting", "set", "no.such", "3", DECISION),
    ],
)
def test_what_the_rules_refuse_ends_with_1_and_says_why(words: tuple[str, ...], run: Run) -> None:
    result = run(*words, code=1)
    assert len(result.stderr.strip()) > 40
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "words",
    [
        ("person", "role", "office", "head", "VP"),
        ("unit", "add", "X", "Phòng"),
        ("unit", "end", "CSDT", DECISION, "--on", "hôm nay"),
        ("seat", "enter", "một", "office", DECISION, "--from", "2026-01-05"),
        ("seat", "enter", "1", "office", "--from", "2026-01-05"),
        ("calendar", "add", "1999-01-01", "holiday", DECISION),
        ("calendar", "add", "2026-01-01", "party", DECISION),
        ("calendar", "list", "1999"),
        ("calendar", "import", "/nowhere.csv"),
    ],
)
def test_wrong_use_ends_with_2(words: tuple[str, ...], run: Run) -> None:
    run(*words, code=2)


def test_the_log_says_that_the_system_did_it(run: Run, world_app: tuple[Flask, World]) -> None:
    run("person", "close", "officer_a")
    with world_app[0].app_context():
        entry = db.session.scalars(db.select(LogEntry).order_by(LogEntry.seq.desc()).limit(1)).one()
        assert (entry.act, json.loads(entry.body)["actor"]["username"]) == ("person.close", "system")
