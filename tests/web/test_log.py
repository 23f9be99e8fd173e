"""The log's page: each reads his own scope, filters say what they show, the seal claims what was verified."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from models.base import db
from models.log import LogEntry, LogHead
from models.vocabulary import Action, TimingState
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from web.wording import NAMES
from workflow.permissions import Scope
from workflow.queries import log_lines
from workflow.queries.log_lines import FAMILIES, LogFilter

Visit = Callable[..., Visitor]
NUMBER = re.compile(r'href="/log/(\d+\.\d+)"')


@pytest.fixture
def told(world_app: tuple[Flask, World]) -> World:
    """Let two units do something on a task each, with words that only they may read."""
    app, world = world_app
    with app.app_context():
        for task, unit, officer, head in zip(
            world.drafts, ("CSDT", "KHTH"), ("officer_a", "officer_b"), ("head_a", "head_b"), strict=False
        ):
            world.assign(task, unit, date(2026, 1, 30))
            world.step(task, Action.RECEIVE, head)
            world.step(task, Action.START, officer)
            world.step(task, Action.PROGRESS, officer, text=f"Lời riêng của {unit}")
        db.session.remove()
    return world


def numbers(page: str) -> list[str]:
    """Return the numbers of the lines a page shows, from top to bottom."""
    return NUMBER.findall(page)


def all_lines(person: Visitor, path: str = "/log") -> list[str]:
    """Return the numbers of all lines, page after page."""
    found: list[str] = []
    while path:
        page = person.get(path).get_data(as_text=True)
        found += numbers(page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        path = following[1].replace("&amp;", "&") if following else ""
    return found


def head_of(app: Flask) -> int:
    with app.app_context():
        return db.session.scalars(select(LogHead.seq)).one()


# --- who reads what ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("username", "own", "foreign"),
    [
        ("head_a", "CSDT", "KHTH"),
        ("officer_a", "CSDT", "KHTH"),
        ("head_b", "KHTH", "CSDT"),
        ("officer_b", "KHTH", "CSDT"),
    ],
)
def test_a_unit_reads_the_lines_of_its_own_tasks_and_nothing_of_another(
    username: str, own: str, foreign: str, told: World, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    person, app = visitor(username), world_app[0]
    others = told.drafts[1] if own == "CSDT" else told.drafts[0]
    for path in (
        "/log",
        f"/log?task={others}",
        f"/log?unit={told.unit[foreign]}",
        f"/log?person={told.person['officer_b' if own == 'CSDT' else 'officer_a']}",
        f"/log?plan={told.plan}",
        "/log/export.csv",
    ):
        page = person.get(path).get_data(as_text=True)
        assert f"Lời riêng của {foreign}" not in page, path
    assert f"Lời riêng của {own}" in person.get("/log").get_data(as_text=True)
    with app.app_context():
        hidden = db.session.execute(select(LogEntry.epoch, LogEntry.seq).where(LogEntry.task_id == others)).all()
    assert {person.get(f"/log/{epoch}.{seq}").status_code for epoch, seq in hidden} == {404}


def test_leadership_office_and_inspection_read_every_line(
    told: World, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    for username in ("chair", "office", "inspector"):
        page = visitor(username).get("/log").get_data(as_text=True)
        assert "Lời riêng của CSDT" in page
        assert "Lời riêng của KHTH" in page


def test_an_administrator_reads_no_line_about_tasks_and_plans(told: World, visitor: Visit) -> None:
    pages = visitor("admin")
    seen = "".join(
        pages.get(path).get_data(as_text=True)
        for path in ("/log", f"/log?task={told.drafts[0]}", f"/log?plan={told.plan}")
    )
    assert "Lời riêng" not in seen


@pytest.mark.parametrize("number", ["1.99999", "9.1", "0.0", f"1.{'9' * 30}", f"{'9' * 30}.1"])
def test_a_line_that_is_not_there_is_a_page_not_found(number: str, visitor: Visit) -> None:
    assert visitor("chair").get(f"/log/{number}").status_code == 404


def test_the_text_as_hashed_is_for_those_who_verify(
    told: World, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    with world_app[0].app_context():
        entry = db.session.scalars(select(LogEntry).where(LogEntry.act == "task.start").order_by(LogEntry.seq)).first()
        assert entry is not None
        path, digest = f"/log/{entry.epoch}.{entry.seq}", entry.hash
    for username, may in (("chair", True), ("inspector", True), ("office", False), ("head_a", False)):
        page = visitor(username).get(path).get_data(as_text=True)
        assert digest in page
        assert ("&#34;act&#34;:&#34;task.start&#34;" in page) == may


# --- filters and pages ------------------------------------------------------------------------------


def test_the_pager_walks_every_line_once_the_newest_first(
    told: World, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    person, app = visitor("chair"), world_app[0]
    last = head_of(app)
    assert last > log_lines.PAGE
    shown = [int(number.partition(".")[2]) for number in all_lines(person)]
    assert sorted(shown) == list(range(1, last + 1))
    assert max(shown[: log_lines.PAGE]) == last
    assert min(shown[: log_lines.PAGE]) == last - log_lines.PAGE + 1


def test_each_filter_shows_exactly_the_lines_it_names(told: World, world_app: tuple[Flask, World]) -> None:
    task, person, unit = told.drafts[0], told.person["officer_a"], told.unit["CSDT"]
    cases = {
        LogFilter(task_id=task): LogEntry.task_id == task,
        LogFilter(person_id=person): LogEntry.actor_id == person,
        LogFilter(unit_id=unit): LogEntry.unit_id == unit,
        LogFilter(plan_id=told.plan, act="plan"): (LogEntry.plan_id == told.plan) & LogEntry.act.startswith("plan."),
        LogFilter(act="task.progress"): LogEntry.act == "task.progress",
        LogFilter(from_at=told.at("2026-01-05T08:00")): LogEntry.at >= told.at("2026-01-05T08:00"),
        LogFilter(to_at=told.at("2026-01-05T08:00")): LogEntry.at < told.at("2026-01-05T08:00"),
    }
    with world_app[0].app_context():
        for wanted, condition in cases.items():
            expected = db.session.scalar(select(func.count()).select_from(LogEntry).where(condition)) or 0
            page = log_lines.page(wanted, seen_by=Scope(told.actor("chair")))
            assert len(page.parts) == min(expected, log_lines.PAGE), wanted
        assert expected < (db.session.scalar(select(func.count()).select_from(LogEntry)) or 0)


def test_a_family_of_acts_holds_its_acts_and_no_others(told: World, world_app: tuple[Flask, World]) -> None:
    with world_app[0].app_context():
        seen = Scope(told.actor("chair"))
        for name, family in FAMILIES.items():
            acts = {part.act for part in log_lines.page(LogFilter(act=name), seen_by=seen).parts}
            assert all(act.startswith(family.beginnings) for act in acts)
        people = log_lines.page(LogFilter(act="people"), seen_by=seen).parts
        assert {"person.create", "seat.enter"} <= {part.act for part in people} | {"person.create"}
        assert people


def test_filters_stay_in_the_address_of_the_next_page_and_of_the_file(told: World, visitor: Visit) -> None:
    page = visitor("chair").get("/log?act=people").get_data(as_text=True)
    following = re.search(r'href="([^"]+)" rel="next"', page)
    assert following is not None
    assert "act=people" in following[1]
    assert 'href="/log/export.csv?act=people"' in page


@pytest.mark.parametrize(
    "query",
    [
        "task=99999",
        "task=abc",
        f"person={'9' * 30}",
        "unit=-1",
        "plan=1e3",
        "act=nothing",
        "act=%25",
        "act=_",
        "act=%00",
    ],
)
def test_a_filter_that_fits_nothing_shows_nothing_and_says_so(query: str, visitor: Visit) -> None:
    answer = visitor("chair").get(f"/log?{query}")
    assert answer.status_code == 200
    assert numbers(answer.get_data(as_text=True)) == []
    assert 'class="empty"' in answer.get_data(as_text=True)


@pytest.mark.parametrize("before", ["x", "1", "1.x", f"1.{'9' * 40}", "-1.5"])
def test_a_broken_place_in_the_address_starts_from_the_newest_line(before: str, visitor: Visit) -> None:
    answer = visitor("chair").get(f"/log?before={before}")
    assert answer.status_code == 200
    assert len(numbers(answer.get_data(as_text=True))) == log_lines.PAGE


def test_a_day_that_is_none_is_answered_on_the_page_and_shows_no_line(visitor: Visit) -> None:
    answer = visitor("chair").get("/log?from=31/02/2026")
    assert answer.status_code == 422
    assert numbers(answer.get_data(as_text=True)) == []


def test_a_day_holds_its_lines_from_midnight_to_midnight_in_vietnam(told: World, visitor: Visit) -> None:
    person = visitor("chair")
    on_the_day = all_lines(person, "/log?from=05/01/2026&to=2026-01-05")
    assert on_the_day
    assert numbers(person.get("/log?to=2026-01-04").get_data(as_text=True)) == []
    assert numbers(person.get("/log?from=2026-01-06").get_data(as_text=True)) == []


# --- reading is noted, files leave no formula -------------------------------------------------------


def test_looking_at_anothers_lines_leaves_one_line_a_day(
    told: World, visitor: Visit, world_app: tuple[Flask, World], clock_at: Callable[[str], None]
) -> None:
    app, path = world_app[0], f"/log?person={told.person['officer_a']}"
    reader = visitor("inspector")
    for _ in range(3):
        reader.get(path)
    reader.get(f"/log?person={told.person['inspector']}")
    with app.app_context():
        found = db.session.scalars(select(LogEntry).where(LogEntry.act == "log.read")).all()
        assert [(entry.actor_id, entry.obj_id) for entry in found] == [
            (told.person["inspector"], told.person["officer_a"])
        ]
    clock_at("2026-01-06T08:00")
    visitor("inspector").get(path)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(LogEntry).where(LogEntry.act == "log.read")) == 2


def test_looking_for_nobody_or_for_whom_one_may_not_look_for_writes_nothing(
    told: World, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    reader = visitor("head_a")
    for number in (999_999, told.person["officer_b"]):
        reader.get(f"/log?person={number}")
        reader.get(f"/log/export.csv?person={number}")
    visitor("chair").get("/log?person=999999")
    with world_app[0].app_context():
        assert db.session.scalars(select(LogEntry).where(LogEntry.act == "log.read")).all() == []


def test_the_csv_holds_the_same_lines_and_no_formula_and_is_noted(
    told: World, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    app = world_app[0]
    with app.app_context():
        told.step(told.drafts[0], Action.PROGRESS, "officer_a", text="=HYPERLINK(1)")
        db.session.remove()
    person = visitor("chair")
    answer = person.get(f"/log/export.csv?task={told.drafts[0]}")
    content = answer.get_data(as_text=True)
    assert content.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"))))
    assert sorted(row["dòng"] for row in rows) == sorted(all_lines(person, f"/log?task={told.drafts[0]}"))
    assert {row["thời điểm"][:11] for row in rows} == {"2026-01-05T"}
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(LogEntry).where(LogEntry.act == "export.taken")) == 1


@pytest.mark.parametrize(
    ("language", "log_header", "task_header", "timing"),
    [
        ("vi", "dòng,thời điểm,mã thao tác,", "nhiệm vụ,đơn vị chủ trì,", "quá hạn"),
        ("en", "line,moment,code of the act,", "task,lead unit,", "overdue"),
    ],
)
def test_files_speak_the_readers_language_in_headers_and_in_where_a_task_stands(
    language: str, log_header: str, task_header: str, timing: str, told: World, visitor: Visit,
    clock_at: Callable[[str], None],
) -> None:  # fmt: skip
    clock_at("2026-03-02T09:00")
    person = visitor("chair")
    person.post("/language", {"language": language})
    log, tasks = (person.get(path).get_data(as_text=True) for path in ("/log/export.csv", "/tasks/export.csv?state="))
    assert log_header in log.splitlines()[0]
    assert task_header in tasks.splitlines()[0]
    assert f",{timing}," in tasks
    assert not set(TimingState) & {cell for row in csv.reader(io.StringIO(tasks)) for cell in row} - {timing}


def test_pages_and_lists_are_called_by_their_names_in_the_log(told: World, visitor: Visit) -> None:
    visitor("head_a").get("/calendar/settings")
    visitor("admin").get("/tasks")
    person = visitor("chair")
    person.get("/tasks/export.csv")
    page = person.get("/log").get_data(as_text=True)
    assert all(words in page for words in ("trang: Nhiệm vụ", "nội dung: Nhiệm vụ"))
    assert not re.search(r"trang: [a-z_]+\.[a-z_]+", page)


def test_every_family_of_pages_has_a_name_for_the_log(world_app: tuple[Flask, World]) -> None:
    assert set(world_app[0].blueprints) - NAMES.keys() == set()
