"""The inbox: the same reminders as in letters and those without one, read here or there alike, his own alone."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, time

import pytest
from flask import Flask

from models.base import db
from models.letters import Letter, LetterLine
from models.log import LogEntry
from models.vocabulary import (
    Action,
)
from models.words import (
    Channel,
    LineState,
)
from notifications import planned, receipts, schedule
from notifications.planned import Line
from tests.fixtures.mail import many_tasks
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from tests.fixtures.tasks import counted, statements_of
from workflow.organization import wishes

Visit = Callable[..., Visitor]
MORNING = "2026-01-13T07:30"
TITLE = re.compile(r'inbox-title">(?:<span class="inbox-mark">[^<]*</span> )?([^<]*)</button>')


def tick(app: Flask, world: World, set_clock: Callable[[str], None], moment: str = MORNING) -> None:
    set_clock(moment)
    with app.app_context():
        schedule.tick(world.at(moment))
        db.session.remove()


@pytest.fixture
def reminded(world_app: tuple[Flask, World], clock_at: Callable[[str], None]) -> tuple[Flask, World]:
    """Remind the first division of two tasks and the second of one."""
    app, world = world_app
    with app.app_context():
        for number, unit in ((0, "CSDT"), (1, "CSDT"), (2, "KHTH")):
            world.assign(world.drafts[number], unit, date(2026, 1, 16))
    tick(app, world, clock_at)
    return app, world


def titles(person: Visitor, address: str = "/inbox") -> list[str]:
    return TITLE.findall(html.unescape(person.get(address).get_data(as_text=True)))


def unread(person: Visitor) -> str:
    """Return what the frame says of the inbox."""
    found = re.search(r'href="/inbox"[^>]*>[^<]*<b class="count">(\d+\+?)', person.get("/").get_data(as_text=True))
    return found[1] if found else ""


def test_a_person_sees_his_own_reminders_and_no_others(reminded: tuple[Flask, World], visitor: Visit) -> None:
    app, world = reminded
    with app.app_context():
        names = [world.task(key).title for key in world.drafts[:3]]
    assert sorted(titles(visitor("head_a"))) == sorted(names[:2])
    assert titles(visitor("head_b")) == names[2:]
    page = html.unescape(visitor("head_a").get("/inbox").get_data(as_text=True))
    assert "Thời hạn: thứ Sáu, 16/01/2026 - còn 3 ngày (3 ngày làm việc)" in page
    assert "3 ngày làm việc" in page
    assert "lần nhắc tiếp theo: Th 5, 15/01/2026" in page


def test_an_inbox_without_reminders_says_what_will_stand_there(visitor: Visit) -> None:
    page = html.unescape(visitor("officer_b").get("/inbox").get_data(as_text=True))
    assert "Chưa có nhắc việc nào." in page


def test_opening_a_task_marks_it_read_and_the_frame_counts_the_rest(
    reminded: tuple[Flask, World], visitor: Visit
) -> None:
    _app, world = reminded
    head = visitor("head_a")
    assert unread(head) == "2"
    answer = head.post(f"/inbox/{world.drafts[0]}/open")
    assert (answer.status_code, answer.location) == (303, f"/tasks/{world.drafts[0]}")
    assert unread(head) == "1"
    assert len(titles(head, "/inbox?show=unread")) == 1
    assert len(titles(head)) == 2


def test_pages_alone_change_nothing(reminded: tuple[Flask, World], visitor: Visit) -> None:
    app, _world = reminded
    head = visitor("head_a")
    for _ in range(20):
        head.get("/inbox")
        head.open("HEAD", "/inbox?show=unread")
    assert unread(head) == "2"
    with app.app_context():
        assert set(db.session.scalars(db.select(LetterLine.read_at))) == {None}


def test_acknowledging_the_letter_marks_its_lines_read_in_the_inbox(
    reminded: tuple[Flask, World], visitor: Visit
) -> None:
    app, world = reminded
    head, stranger = visitor("head_a"), visitor()
    with app.app_context():
        letter = db.session.scalars(db.select(Letter).where(Letter.recipient_id == world.person["head_a"])).one()
        link = f"/letters/{letter.id}/{receipts.mark(letter.id, letter.recipient_id)}"
        db.session.remove()
    stranger.get(link)
    stranger.post(link)
    assert titles(head, "/inbox?show=unread") == []
    assert unread(head) == ""


@pytest.mark.parametrize("how", ["one by one", "all at once"])
def test_reading_everything_a_letter_said_is_having_received_it(
    how: str, reminded: tuple[Flask, World], visitor: Visit
) -> None:
    app, world = reminded
    head = visitor("head_a")

    def received() -> list[bool]:
        with app.app_context():
            query = db.select(Letter.acknowledged_at).where(Letter.recipient_id == world.person["head_a"])
            found = [moment is not None for moment in db.session.scalars(query)]
            db.session.remove()
        return found

    if how == "one by one":
        head.get("/inbox")
        head.post(f"/inbox/{world.drafts[0]}/read")
        assert received() == [False]
        head.post(f"/inbox/{world.drafts[1]}/read")
    else:
        newest = re.search(r'name="upto" value="(\d+)"', head.get("/inbox").get_data(as_text=True))
        assert newest
        assert head.post("/inbox/read", {"upto": newest[1]}).status_code == 303
    assert received() == [True]
    with app.app_context():
        entries = db.session.scalars(db.select(LogEntry).where(LogEntry.act == "letter.acknowledge")).all()
        assert [entry.actor_id for entry in entries] == [world.person["head_a"]]
    one = visitor("office").get(f"/reminders?day={MORNING[:10]}").get_data(as_text=True)
    assert html.unescape(one).count("xác nhận đã nhận: 07:30, 13/01/2026") == 1


def test_what_came_after_the_page_was_opened_stays_unread(
    reminded: tuple[Flask, World], visitor: Visit, clock_at: Callable[[str], None]
) -> None:
    app, world = reminded
    head = visitor("head_a")
    newest = re.search(r'name="upto" value="(\d+)"', head.get("/inbox").get_data(as_text=True))
    assert newest
    with app.app_context():
        world.assign(world.drafts[3], "CSDT", date(2026, 1, 30), local="2026-01-13T07:40")
        title = world.task(world.drafts[3]).title
    tick(app, world, clock_at, "2026-01-13T07:45")
    assert head.post("/inbox/read", {"upto": newest[1]}).status_code == 303
    assert title in titles(head, "/inbox?show=unread")


def test_what_is_switched_off_or_waits_stands_in_the_inbox_and_says_why(
    world_app: tuple[Flask, World], visitor: Visit, clock_at: Callable[[str], None]
) -> None:
    app, world = world_app
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 16), officer_id=world.person["officer_a"])
        world.step(world.drafts[0], Action.RECEIVE, "head_a")
        by = world.actor("officer_a")
        wishes.set_preference([], Channel.INBOX, "", opens=time(7, 30), by=by, at=world.at())
    tick(app, world, clock_at)
    with app.app_context():
        assert not db.session.scalars(db.select(Letter).where(Letter.recipient_id == world.person["officer_a"])).all()
        db.session.remove()
    page = html.unescape(visitor("officer_a").get("/inbox").get_data(as_text=True))
    assert len(TITLE.findall(page)) == 1
    assert "người nhận chọn chỉ xem loại này trong hộp nhắc việc" in page


def test_a_task_he_may_no_longer_read_is_gone_from_the_inbox_and_from_the_count(
    reminded: tuple[Flask, World], visitor: Visit, clock_at: Callable[[str], None]
) -> None:
    app, world = reminded
    with app.app_context():
        world.step(world.drafts[1], Action.RECEIVE, "head_a", MORNING)
        world.assign(world.drafts[0], "KHTH", date(2026, 1, 16), local=MORNING)
        title = world.task(world.drafts[0]).title
        db.session.remove()
    head = visitor("head_a")
    assert title not in titles(head)
    assert unread(head) == "1"
    head.get("/inbox")
    assert head.post(f"/inbox/{world.drafts[0]}/open").status_code == 404


def test_nobody_reads_for_another(reminded: tuple[Flask, World], visitor: Visit) -> None:
    app, world = reminded
    other = visitor("head_b")
    other.get("/inbox")
    for number in (world.drafts[0], 0, 2**31, 10**30):
        assert other.post(f"/inbox/{number}/read").status_code == 404
    other.post("/inbox/read", {"upto": "999999999"})
    with app.app_context():
        query = db.select(LetterLine.read_at).where(LetterLine.recipient_id == world.person["head_a"])
        assert set(db.session.scalars(query)) == {None}


@pytest.mark.parametrize(
    "address", ["/inbox?before=x", "/inbox?before=-1", "/inbox?show=%00", "/inbox?before=99999999999"]
)
def test_a_strange_address_is_the_whole_inbox(address: str, reminded: tuple[Flask, World], visitor: Visit) -> None:
    assert len(titles(visitor("head_a"), address)) == 2


def test_what_needs_nobody_any_more_says_so(reminded: tuple[Flask, World], visitor: Visit) -> None:
    app, world = reminded
    with app.app_context():
        world.complete(world.drafts[0], local=MORNING)
    page = html.unescape(visitor("head_a").get("/inbox").get_data(as_text=True))
    assert "Việc này không còn cần đồng chí xử lý." in page
    assert unread(visitor("head_a")) == "1"


# ------------------------------------------------------------------------------------------------ many
def fill(app: Flask, world: World, tasks: int, lines: int) -> None:
    """Give a head so many lines, spread over so many tasks of his."""
    with app.app_context():
        keys = many_tasks(world, tasks, date(2026, 3, 31))
        person = world.person["head_a"]
        made = [
            Line(person, keys[number % tasks], f"T-{number}", date(2026, 3, 31), LineState.SENT)
            for number in range(lines)
        ]
        from models.session import transaction

        with transaction():
            planned.add_lines(made, date(2026, 1, 6))
        db.session.remove()


def test_ten_thousand_lines_cost_no_more_statements_than_a_few_and_every_task_comes_once(
    world_app: tuple[Flask, World], visitor: Visit
) -> None:
    app, world = world_app
    head = visitor("head_a")
    fill(app, world, 60, 60)
    with counted() as few:
        head.get("/inbox")
    fill(app, world, 1, 10_000)
    with counted() as many:
        head.get("/inbox")
    assert len(statements_of(few)) == len(statements_of(many)) <= 12, statements_of(many)
    seen, address = [], "/inbox"
    while address:
        page = html.unescape(head.get(address).get_data(as_text=True))
        seen += TITLE.findall(page)
        following = re.search(r'href="(/inbox\?[^"]*before=[^"]*)" rel="next"', page)
        address = following[1] if following else ""
    assert len(seen) == 61
    assert len(set(seen)) == 60  # two of the tasks made here are called alike


def test_the_frame_counts_up_to_ninety_nine_in_one_statement(world_app: tuple[Flask, World], visitor: Visit) -> None:
    app, world = world_app
    head = visitor("head_a")
    fill(app, world, 120, 120)
    app.extensions["dondoc"].pop("unread", None)
    with counted() as statements:
        page = head.get("/account/letters").get_data(as_text=True)
    assert '<b class="count">99+' in page
    assert sum("letter_line" in statement for statement in statements_of(statements)) == 1
