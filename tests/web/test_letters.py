"""One's own page of letters, and the link of a letter by which its receiver says that he has it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from models.base import db
from models.letters import Letter, LetterLine
from models.log import LogEntry
from notifications import receipts, schedule
from tests.fixtures.handing import hand_account
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from workflow.organization import people, wishes

Visit = Callable[..., Visitor]
MORNING = "2026-01-13T07:30"
LINK = re.compile(r"https?://[^/]+(/letters/\d+/[0-9a-f]+)")


@pytest.fixture
def link(world_app: tuple[Flask, World], clock_at: Callable[[str], None]) -> str:
    """Send one unit's head a letter and return the path of its link."""
    app, world = world_app
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 16))
        clock_at(MORNING)
        schedule.tick(world.at(MORNING))
        letter = db.session.scalars(db.select(Letter).where(Letter.recipient_id == world.person["head_a"])).one()
        found = LINK.search(letter.text)
        assert found
        assert found[1] in letter.html
        db.session.remove()
    return found[1]


def facts(app: Flask) -> tuple[int, list[object], list[object]]:
    """Return what a link could change: lines of the log, letters acknowledged, lines read."""
    with app.app_context():
        entries = db.session.scalar(db.select(db.func.count()).select_from(LogEntry)) or 0
        letters = list(db.session.scalars(db.select(Letter.acknowledged_at).order_by(Letter.id)))
        lines = list(db.session.scalars(db.select(LetterLine.read_at).order_by(LetterLine.id)))
        db.session.remove()
    return entries, letters, lines


# ------------------------------------------------------------------------------------------------ received
def test_a_scanner_that_opens_the_link_a_hundred_times_confirms_nothing(
    link: str, world_app: tuple[Flask, World], visitor: Visit
) -> None:
    app, scanner = world_app[0], visitor()
    before = facts(app)
    for number in range(100):
        assert scanner.open("HEAD" if number % 2 else "GET", link).status_code == 200
    assert facts(app) == before


def test_the_page_says_the_day_the_receiver_and_how_many_tasks_and_no_title(
    link: str, world_app: tuple[Flask, World], visitor: Visit
) -> None:
    app, world = world_app
    page = html.unescape(visitor().get(link).get_data(as_text=True))
    assert "Thư ngày 13/01/2026" in page
    assert "Triệu Minh Đức" in page
    assert "1 nhiệm vụ" in page
    with app.app_context():
        assert world.task(world.drafts[0]).title not in page


def test_the_button_acts_once_and_the_log_says_who(link: str, world_app: tuple[Flask, World], visitor: Visit) -> None:
    (app, world), receiver = world_app, visitor()
    before = facts(app)
    receiver.get(link)
    for _ in range(2):
        assert receiver.post(link).status_code == 303
    after = facts(app)
    assert after[0] == before[0] + 1
    assert [moment for moment in after[1] if moment is not None] == [world.at(MORNING)]
    assert "Đã xác nhận nhận thư: 07:30, 13/01/2026." in html.unescape(receiver.get(link).get_data(as_text=True))
    with app.app_context():
        entry = db.session.scalars(db.select(LogEntry).where(LogEntry.act == "letter.acknowledge")).one()
        assert entry.actor_id == world.person["head_a"]
        read = db.select(LetterLine).where(LetterLine.recipient_id == world.person["head_a"])
        assert {line.read_at for line in db.session.scalars(read)} == {world.at(MORNING)}
        others = db.select(LetterLine.read_at).where(LetterLine.recipient_id != world.person["head_a"])
        assert set(db.session.scalars(others)) <= {None}
        db.session.remove()
    page = html.unescape(visitor("chair").get("/log").get_data(as_text=True))
    assert "Triệu Minh Đức xác nhận đã nhận thư nhắc việc." in page


def test_the_letters_page_shows_that_it_was_received(link: str, visitor: Visit) -> None:
    receiver = visitor()
    receiver.get(link)
    receiver.post(link)
    office = visitor("office")
    assert "xác nhận đã nhận: 07:30, 13/01/2026" in html.unescape(office.get("/reminders").get_data(as_text=True))
    one = html.unescape(office.get(f"/reminders/{link.split('/')[2]}").get_data(as_text=True))
    assert "đọc lúc 07:30, 13/01/2026" in one


def test_without_the_forms_token_nothing_is_confirmed(
    link: str, world_app: tuple[Flask, World], visitor: Visit
) -> None:
    before = facts(world_app[0])
    assert visitor().post(link, token="x").status_code == 400
    assert facts(world_app[0]) == before


def test_a_mark_opens_its_own_letter_alone(link: str, world_app: tuple[Flask, World], visitor: Visit) -> None:
    app, world = world_app
    stranger = visitor()
    _empty, place, number, mark = link.split("/")
    with app.app_context():
        of_another = receipts.mark(int(number), world.person["head_b"])
        other = receipts.mark(int(number) + 1, world.person["head_a"])
    stranger.get("/login")
    for wrong in (mark[:-1], mark + "0", mark.upper() + "X", "x", "0" * 32, of_another, other, "ă" * 32):
        for path in (f"/{place}/{number}/{wrong}", f"/{place}/999999/{wrong}"):
            assert stranger.get(path).status_code == 404
            assert stranger.post(path).status_code == 404
    assert stranger.get(f"/{place}/{2**31}/{mark}").status_code == 404
    assert facts(app)[1] == [None] * len(facts(app)[1])


def test_the_link_of_somebody_whose_account_has_ended_is_dead(
    link: str, world_app: tuple[Flask, World], visitor: Visit
) -> None:
    (app, world), stranger = world_app, visitor()
    stranger.get(link)
    with app.app_context():
        hand_account(world.person["head_a"])
        people.set_active(world.person["head_a"], active=False, by=world.actor("admin"), at=world.at(MORNING))
    assert stranger.get(link).status_code == 404
    assert stranger.post(link).status_code == 404


def test_the_page_speaks_the_receivers_language_unless_another_was_chosen(
    link: str, world_app: tuple[Flask, World], visitor: Visit
) -> None:
    app, world = world_app
    with app.app_context():
        people.choose_language(world.person["head_a"], "en", by=world.actor("head_a"), at=world.at(MORNING))
    stranger = visitor()
    assert "I have received it" in stranger.get(link).get_data(as_text=True)
    answer = stranger.post("/language", {"language": "vi", "next": link})
    assert answer.location == link
    assert "Xác nhận đã nhận" in html.unescape(stranger.get(link).get_data(as_text=True))


# ------------------------------------------------------------------------------------------------ what I want by letter
def test_a_person_settles_what_comes_and_finds_it_again(visitor: Visit) -> None:
    head = visitor("head_a")
    head.get("/account/letters")
    sent = {"group": ["overdue", "waiting", "news", "upkeep"], "channel": "mail", "not_before": "09:30"}
    assert head.post("/account/letters", sent).status_code == 302
    page = head.get("/account/letters").get_data(as_text=True)
    boxes = re.findall(r'name="group" value="(\w+)"[^>]*?( checked)?>', page)
    assert {name for name, ticked in boxes if ticked} == {"overdue", "waiting", "news", "upkeep"}
    assert 'value="09:30"' in page
    log = html.unescape(visitor("head_a").get("/log").get_data(as_text=True))
    assert "Triệu Minh Đức chọn loại nhắc việc nhận qua thư." in log
    assert "chỉ xem trong hộp nhắc việc: sắp đến hạn" in log


@pytest.mark.parametrize("group", ["signing", "escalation", "chasing"])
def test_what_others_wait_for_has_no_box_and_is_not_switched_off_by_a_forged_form(
    group: str, world_app: tuple[Flask, World], visitor: Visit
) -> None:
    head = visitor("head_a")
    page = head.get("/account/letters").get_data(as_text=True)
    assert f'value="{group}"' not in page
    assert "không tắt được" in html.unescape(page)
    head.post("/account/letters", {"group": [group], "channel": "inbox", "not_before": ""})
    app, world = world_app
    with app.app_context():
        found = wishes.preference_of(world.person["head_a"])
        assert found is not None
        assert group not in found.off


def test_an_hour_that_cannot_be_is_answered_and_what_was_ticked_is_kept(visitor: Visit) -> None:
    head = visitor("head_a")
    head.get("/account/letters")
    answer = head.post("/account/letters", {"group": ["news"], "channel": "inbox", "not_before": "18:00"})
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert "“18:00” không phải là giờ trong khoảng từ 07:30 (giờ lập thư) đến 16:30." in page
    assert re.findall(r'value="(\w+)"[^>]* checked', page) == ["news"]
    assert 'value="18:00"' in page


def test_an_absence_is_entered_shown_with_its_substitute_and_taken_back(
    world_app: tuple[Flask, World], visitor: Visit
) -> None:
    world, head = world_app[1], visitor("head_a")
    head.get("/account/letters")
    sent = {"from_on": "2026-01-12", "last_on": "2026-01-16", "substitute_id": str(world.person["officer_a"])}
    assert head.post("/account/absences", sent).status_code == 302
    page = html.unescape(head.get("/account/letters").get_data(as_text=True))
    assert "Th 2, 12/01/2026 – Th 6, 16/01/2026" in page
    assert "Lý Thị Én" in page
    end = re.search(r"/account/absences/\d+/end", page)
    assert end
    assert visitor("head_b").get("/account/letters").status_code == 200
    assert head.post(end[0]).status_code == 302
    assert "/end" not in head.get("/account/letters").get_data(as_text=True)


def test_a_bad_absence_keeps_what_was_typed(visitor: Visit) -> None:
    head = visitor("head_a")
    head.get("/account/letters")
    answer = head.post("/account/absences", {"from_on": "2026-01-16", "last_on": "2026-01-12"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="2026-01-16"' in page
    assert 'value="2026-01-12"' in page
