"""What people do with the log: find lines by seat and words, keep filters, mark and review, take it away."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from accountability import readers, verify
from models.base import db
from models.log import LogEntry, LogHead, LogPrivate
from models.people import Tenure
from models.saved import SavedView
from models.vocabulary import Action
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from tests.fixtures.tasks import counted, statements_of
from workflow.organization import seats
from workflow.permissions import Scope
from workflow.queries import log_lines
from workflow.queries.log_lines import LogFilter

Visit = Callable[..., Visitor]
NUMBER = re.compile(r'href="/log/(\d+\.\d+)"')
KEY = re.compile(r'name="idempotency_key" value="([^"]+)"')


@pytest.fixture
def told(world_app: tuple[Flask, World]) -> World:
    """Let two units report on a task each, with words that only they may read."""
    app, world = world_app
    with app.app_context():
        for task, unit, officer, head in zip(
            world.drafts, ("CSDT", "KHTH"), ("officer_a", "officer_b"), ("head_a", "head_b"), strict=False
        ):
            world.assign(task, unit, date(2026, 1, 30))
            world.step(task, Action.RECEIVE, head)
            world.step(task, Action.START, officer)
            world.step(task, Action.PROGRESS, officer, text=f"Khó khăn của phòng {unit}")
        db.session.remove()
    return world


def acts_of(wanted: LogFilter, world: World, reader: str = "chair") -> list[str]:
    """Return the acts of a page."""
    return [part.act for part in log_lines.page(wanted, seen_by=Scope(world.actor(reader))).parts]


def entries(act: str) -> list[LogEntry]:
    """Return the entries of an act."""
    return list(db.session.scalars(select(LogEntry).where(LogEntry.act == act).order_by(LogEntry.seq)))


def last_line(app: Flask, act: str) -> str:
    with app.app_context():
        entry = entries(act)[-1]
        return f"{entry.epoch}.{entry.seq}"


# --- finding lines ----------------------------------------------------------------------------------


def test_a_seat_shows_the_lines_of_its_holder_only_while_he_held_it(
    told: World, world_app: tuple[Flask, World]
) -> None:
    with world_app[0].app_context():
        seat, officer = told.post["inspector"], told.person["officer_a"]
        readers.note_read(officer, by=told.actor("inspector"), at=told.at())
        own = db.session.scalars(select(Tenure).where(Tenure.post_id == seat)).one()
        seats.end(own.id, date(2026, 2, 2), "QĐ 2", by=told.actor("office"), at=told.at())
        seats.confirm_end(own.id, by=told.actor("head_office"), at=told.at())
        late = "2026-02-03T09:00"
        readers.note_read(officer, by=told.actor("inspector", late), at=told.at(late))
        assert acts_of(LogFilter(post_id=seat), told) == ["log.read"]
        assert acts_of(LogFilter(person_id=told.person["inspector"]), told) == ["log.read"] * 2
        assert acts_of(LogFilter(post_id=seat, from_at=told.at("2026-01-06T00:00")), told) == []


def test_words_are_found_without_accents_and_only_by_those_who_may_read_them(
    told: World, world_app: tuple[Flask, World]
) -> None:
    with world_app[0].app_context():
        for reader, sees in (("chair", 2), ("inspector", 2), ("officer_a", 1), ("head_b", 1), ("admin", 0)):
            assert acts_of(LogFilter(text="kho KHAN"), told, reader) == ["task.progress"] * sees, reader
        assert acts_of(LogFilter(text="không có ở đâu"), told) == []


def test_a_page_that_does_not_look_at_everything_says_how_far_it_came_and_goes_on(
    told: World, world_app: tuple[Flask, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_lines, "SEARCHED", 7)
    monkeypatch.setattr(log_lines, "WINDOW", 9)
    with world_app[0].app_context():
        for reader, text, expected in (("chair", "kho khan", 2), ("officer_a", "kho khan", 1), ("officer_a", "", 5)):
            seen, wanted, found = Scope(told.actor(reader)), LogFilter(text=text), list[int]()
            while True:
                page = log_lines.page(wanted, seen_by=seen)
                found += [part.seq for part in page.parts]
                assert page.looked_to is None or page.next is not None
                if page.next is None:
                    break
                wanted = LogFilter(text=text, before=page.next)
            assert len(found) == len(set(found)) >= expected
            whole = db.session.scalars(select(LogEntry.seq).where(seen.log())).all()
            assert text or sorted(found) == sorted(whole)


def test_looking_at_the_lines_of_a_seat_is_noted_once_a_day_and_ones_own_is_not(
    told: World, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    reader = visitor("inspector")
    for post in ("head_a", "head_a", "inspector"):
        reader.get(f"/log?seat={told.post[post]}")
    visitor("head_b").get(f"/log?seat={told.post['head_a']}")
    with world_app[0].app_context():
        found = [(entry.actor_id, entry.obj_type, entry.obj_id) for entry in entries("log.read")]
    assert found == [(told.person["inspector"], "post", told.post["head_a"])]


# --- the cost of a page -----------------------------------------------------------------------------


def grown(count: int) -> None:
    """Let the log have so many lines more, of the acts it has: rows past the chain, for reading only."""
    db.session.rollback()
    head = db.session.scalars(select(LogHead)).one()
    model = entries("task.receive")[0]
    columns = {name: getattr(model, name) for name in LogEntry.__table__.columns.keys()}  # noqa: SIM118  (a collection)
    rows = [
        columns | {"seq": seq, "prev": f"p{seq:063}", "hash": f"h{seq:063}", "task_id": None, "actor_id": 0}
        for seq in range(head.seq + 1, head.seq + 1 + count)
    ]
    db.session.rollback()
    with db.engine.connect().execution_options(write=True) as connection:
        connection.execute(insert(LogEntry), rows)
        connection.execute(update(LogHead).values(seq=head.seq + count))
        connection.commit()


def work_of(wanted: LogFilter, seen_by: Scope) -> int:
    """Return how much SQLite does for a page, in thousands of steps of its machine."""
    steps = [0]

    def note() -> None:
        steps[0] += 1

    raw = db.session.connection().connection.driver_connection
    assert raw is not None
    raw.set_progress_handler(note, 1000)
    try:
        log_lines.page(wanted, seen_by=seen_by)
    finally:
        raw.set_progress_handler(None, 0)
    return steps[0]


@pytest.mark.database("sqlite")
def test_a_page_costs_the_same_work_when_the_log_is_ten_times_as_long(
    told: World, world_app: tuple[Flask, World]
) -> None:
    with world_app[0].app_context():
        seen = Scope(told.actor("chair"))
        cases = {
            "all": LogFilter(),
            "task": LogFilter(task_id=told.drafts[0]),
            "plan": LogFilter(plan_id=told.plan),
            "unit": LogFilter(unit_id=told.unit["KHTH"]),
            "person": LogFilter(person_id=told.person["officer_a"]),
            "seat": LogFilter(post_id=told.post["head_a"]),
            "rare act": LogFilter(act="settings"),
            "one act": LogFilter(act="task.progress"),
            "days": LogFilter(from_at=told.at("2026-01-05T00:00"), to_at=told.at("2026-01-05T08:00")),
        }
        grown(1_000)
        small = {name: work_of(wanted, seen) for name, wanted in cases.items()}
        grown(10_000)
        large = {name: work_of(wanted, seen) for name, wanted in cases.items()}
    assert {name: (small[name], work) for name, work in large.items() if work > small[name] + 3} == {}


@pytest.mark.database("sqlite")
def test_each_filter_leads_by_an_index_and_sorts_no_more_than_it_shows(
    told: World, world_app: tuple[Flask, World]
) -> None:
    leads = {
        LogFilter(): "sqlite_autoindex_log_entry_1",
        LogFilter(task_id=told.drafts[0]): "ix_log_entry_task_id",
        LogFilter(plan_id=told.plan, act="plan"): "ix_log_entry_plan_id",
        LogFilter(unit_id=told.unit["KHTH"]): "ix_log_entry_unit_id",
        LogFilter(person_id=told.person["officer_a"], act="access"): "ix_log_entry_actor_id",
        LogFilter(act="task.progress"): "ix_log_entry_act",
    }
    with world_app[0].app_context():
        for wanted, index in leads.items():
            query = log_lines.prepare(wanted, seen_by=Scope(told.actor("chair"))).keys(51)
            text = str(query.compile(db.engine, compile_kwargs={"literal_binds": True}))
            plan = [row[3] for row in db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]
            assert any(index in step for step in plan), (wanted, plan)
            assert not any("TEMP B-TREE" in step for step in plan), (wanted, plan)


def test_a_page_of_the_log_takes_at_most_twelve_statements(told: World, visitor: Visit) -> None:
    person, numbers = visitor("chair"), {}
    seat, unit = told.post["head_a"], told.unit["CSDT"]
    for path in (
        "/log",
        "/log?act=task&from=2026-01-01&text=khó",
        f"/log?seat={seat}&unit={unit}",
        "/log/months",
        "/log/1.9",
    ):
        person.get(path)  # what is noted once a day is noted now
        with counted() as statements:
            assert person.get(path).status_code == 200
        numbers[path] = len(statements_of(statements))
    assert {path: number for path, number in numbers.items() if number > 12} == {}


# --- filters under a name ---------------------------------------------------------------------------


def test_a_filter_kept_under_a_name_is_ones_own_and_opens_the_same_lines(
    told: World, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    person, other = visitor("inspector"), visitor("chair")
    person.get("/log")
    query = f"task={told.drafts[0]}&act=task&evil=1&next=//x"
    answer = person.post("/log/views", {"name": "Việc số 1", "query": query})
    assert answer.location == f"/log?act=task&task={told.drafts[0]}"
    page = person.get("/log").get_data(as_text=True)
    assert "Việc số 1" in page
    assert "Việc số 1" not in other.get("/log").get_data(as_text=True)
    with world_app[0].app_context():
        view = db.session.scalars(select(SavedView)).one()
        number = view.id
    assert other.post(f"/log/views/{number}/remove").status_code == 404
    assert person.post(f"/log/views/{number}/remove").status_code == 302
    assert "Việc số 1" not in person.get("/log").get_data(as_text=True)


def test_a_filter_without_a_name_and_one_too_many_are_refused_in_words(visitor: Visit) -> None:
    person = visitor("inspector")
    person.get("/log")
    assert person.post("/log/views", {"name": " ", "query": "act=task"}).status_code == 422
    for number in range(20):
        assert person.post("/log/views", {"name": f"Lọc {number}", "query": "act=task"}).status_code == 302
    assert person.post("/log/views", {"name": "Lọc 20", "query": "act=task"}).status_code == 422
    assert person.post("/log/views", {"name": "Lọc 3", "query": "act=plan"}).location == "/log?act=plan"


# --- marks and months -------------------------------------------------------------------------------


def test_a_leaders_mark_is_a_line_of_the_log_with_its_remark_kept_private(
    told: World, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    app = world_app[0]
    number = last_line(app, "task.progress")
    person = visitor("vice")
    key = KEY.search(person.get(f"/log/{number}").get_data(as_text=True))
    assert key is not None
    for _ in range(2):
        form = {"remark": "Đã trao đổi với Trưởng phòng", "idempotency_key": key[1]}
        assert person.post(f"/log/{number}/mark", form).location == f"/log/{number}"
    with app.app_context():
        mark = entries("log.mark")
        assert len(mark) == 1
        assert "Đã trao đổi" not in mark[0].body
        assert mark[0].task_id == told.drafts[1]
        kept = db.session.scalars(select(LogPrivate.value).where(LogPrivate.seq == mark[0].seq)).one()
        assert kept == "Đã trao đổi với Trưởng phòng"
        assert verify.log().ok
    for reader in ("chair", "head_b"):
        page = visitor(reader).get("/log").get_data(as_text=True)
        assert "Đã trao đổi với Trưởng phòng" in page, reader
    assert "Đã trao đổi" not in visitor("admin").get("/log").get_data(as_text=True)


def test_only_leaders_mark_lines(told: World, visitor: Visit, world_app: tuple[Flask, World]) -> None:
    number = last_line(world_app[0], "task.progress")
    for username in ("inspector", "office", "head_b", "admin"):
        person = visitor(username)
        assert f"/log/{number}/mark" not in person.get(f"/log/{number}").get_data(as_text=True)
        assert person.post(f"/log/{number}/mark", {"remark": "x"}).status_code == 403
    with world_app[0].app_context():
        assert entries("log.mark") == []


def test_a_remark_that_is_too_long_comes_back_with_what_was_typed(
    told: World, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    person, number = visitor("chair"), last_line(world_app[0], "task.progress")
    person.get(f"/log/{number}")
    answer = person.post(f"/log/{number}/mark", {"remark": "dài " * 1_500})
    assert answer.status_code == 422
    assert "dài dài dài" in answer.get_data(as_text=True)


def test_a_months_review_says_who_up_to_which_line_and_whether_lines_came_since(
    told: World, visitor: Visit, world_app: tuple[Flask, World], clock_at: Callable[[str], None]
) -> None:
    app, person = world_app[0], visitor("inspector")
    assert "chưa có ai" in person.get("/log/months").get_data(as_text=True)
    assert person.post("/log/months", {"month": "2026-01", "remark": "Đủ"}).location == "/log/months"
    with app.app_context():
        review = entries("log.review_month")[0]
        facts = json.loads(review.body)["data"]
        assert (facts["month"], facts["up_to"]) == ("2026-01", f"1.{review.seq - 1}")
    page = person.get("/log/months").get_data(as_text=True)
    assert "Mông Văn Khánh" in page
    assert f"đến dòng 1.{review.seq - 1}" in page
    assert "Sau đó đã có thêm dòng." in page
    clock_at("2026-02-03T08:00")
    person = visitor("chair")
    assert person.post("/log/months", {"month": "2026-01"}).status_code == 302
    january = person.get("/log/months").get_data(as_text=True).split("01/2026")[1]
    assert "Sau đó đã có thêm dòng." not in january


def test_a_month_that_is_none_or_has_no_line_is_refused(visitor: Visit) -> None:
    person = visitor("chair")
    person.get("/log/months")
    for month in ("", "2026-13", "2025-12", "x", "2026-1", "2031-01"):
        assert person.post("/log/months", {"month": month}).status_code == 422


# --- files ------------------------------------------------------------------------------------------


def test_workbook_and_json_hold_the_same_lines_typed_and_without_formula_and_are_noted(
    told: World, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    app, task = world_app[0], told.drafts[0]
    with app.app_context():
        told.step(task, Action.PROGRESS, "officer_a", text="=HYPERLINK(1)")
        db.session.remove()
    person = visitor("chair")
    shown = NUMBER.findall(person.get(f"/log?task={task}").get_data(as_text=True))
    book = openpyxl.load_workbook(io.BytesIO(person.get(f"/log/export.xlsx?task={task}").get_data()))
    rows = list(book.worksheets[0].iter_rows(min_row=2))
    assert sorted(row[0].value for row in rows) == sorted(shown)
    assert {cell.data_type for row in rows for cell in row} <= {"s", "d", "n"}
    assert any("=HYPERLINK(1)" in str(cell.value) for row in rows for cell in row)
    found = json.loads(person.get(f"/log/export.json?task={task}").get_data(as_text=True))
    assert sorted(item["line"] for item in found) == sorted(shown)
    with app.app_context():
        hashes = set(db.session.scalars(select(LogEntry.hash).where(LogEntry.task_id == task)))
        assert {item["hash"] for item in found} == hashes
        assert [json.loads(entry.body)["data"]["what"] for entry in entries("export.taken")] == [
            "log .xlsx",
            "log .json",
        ]
    assert json.loads(person.get("/log/export.json?task=99999").get_data(as_text=True)) == []


def test_more_lines_than_a_workbook_takes_are_refused_with_the_way_out(
    visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.log_files.MOST_IN_WORKBOOK", 3)
    answer = visitor("chair").get("/log/export.xlsx")
    assert answer.status_code == 422
    assert "CSV" in answer.get_data(as_text=True)
