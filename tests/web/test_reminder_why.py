"""Why somebody was told or not: the first condition that fails, in words, for himself or for who sees the whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest

from models.base import db
from models.people import Tenure
from models.vocabulary import Action
from notifications import why, why_words
from tests.fixtures.handing import hand_account, hand_seat
from tests.fixtures.mail import Office
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from workflow.actors import Actor
from workflow.organization import days, people, seats

DUE = date(2026, 1, 16)  # a Friday


def visit(office: Office, username: str) -> Visitor:
    found = Visitor(office.app)
    found.sign_in(username)
    return found


@pytest.fixture
def given(office: Office) -> int:
    """Return a task of the first division, received, due on the 16th; its head was told on the 13th."""
    task = office.world.drafts[0]
    office.world.assign(task, "CSDT", DUE)
    office.world.step(task, Action.RECEIVE, "head_a")
    office.through(date(2026, 1, 6), date(2026, 1, 13))
    return task


def ask(office: Office, username: str, task: int, day: date, moment: str = "2026-01-13T09:00") -> why.Explanation:
    db.session.rollback()
    return why.explain(office.world.person[username], task, day, office.world.at(moment))


def said(office: Office, username: str, task: int, day: date) -> str:
    return why_words.verdict(ask(office, username, task, day))


def failing(found: why.Explanation, family: str = "T") -> str | None:
    return next(ladder.failing for ladder in found.ladders if ladder.family == family)


@pytest.mark.parametrize(
    ("username", "day", "first", "words"),
    [
        ("head_a", date(2026, 1, 13), None, "đã được nhắc ngày 13/01/2026 (thứ Ba): trước hạn 3 ngày làm việc"),
        ("head_a", date(2026, 1, 14), "new", "Mỗi mốc chỉ nhắc một lần; mốc này đã được lập ngày 13/01/2026"),
        ("head_a", date(2026, 1, 15), None, "sẽ được nhắc ngày 15/01/2026 (thứ Năm): trước hạn 1 ngày làm việc"),
        ("head_a", date(2026, 1, 17), "new", ""),
        ("officer_a", date(2026, 1, 13), "hears", "người khác được nhắc: Triệu Minh Đức"),
        ("vice", date(2026, 1, 20), "fallen", "Tiếp theo: “5 ngày làm việc sau thời hạn” vào 23/01/2026"),
        ("vice", date(2026, 1, 23), None, "sẽ được nhắc ngày 23/01/2026"),
        ("head_b", date(2026, 1, 13), "hears", "Ngày đó người khác được nhắc"),
    ],
)
def test_the_first_condition_that_does_not_hold_is_named(
    username: str, day: date, first: str | None, words: str, office: Office, given: int
) -> None:
    found = ask(office, username, given, day)
    if day > date(2026, 1, 15) and username == "head_a":
        first = None  # the day itself, or the day after it, is not told yet
    assert failing(found) == first
    assert words in why_words.verdict(found)


def test_a_stage_from_before_the_task_or_the_rule_is_said_to_be_noted_only(office: Office, given: int) -> None:
    found = ask(office, "head_a", given, date(2026, 1, 6), "2026-01-06T09:00")
    assert failing(found) == "counts"
    assert "không được nhắc" in why_words.verdict(found)
    assert "mốc rơi trước ngày giao nhiệm vụ" in why_words.verdict(found)
    words = [
        words for ladder in found.ladders for name, _holds, words in why_words.conditions(ladder) if name == "counts"
    ]
    assert any("không sau ngày giao nhiệm vụ" in said for said in words)


def test_the_rule_is_named_with_its_value_its_origin_and_its_decision(office: Office, given: int) -> None:
    at, decision = office.world.at("2026-01-13T10:00"), "QĐ 12/QĐ-BDT ngày 13/01/2026"
    days.set_setting("reminder.before", [10, 1], date(2026, 1, 14), decision, by=Actor.system(), at=at)
    found = ask(office, "head_a", given, date(2026, 1, 15))
    words = " ".join(words for ladder in found.due for _name, _holds, words in why_words.conditions(ladder))
    assert "10, 1 (áp dụng cho toàn cơ quan, từ ngày 14/01/2026, QĐ 12/QĐ-BDT ngày 13/01/2026)" in words


def test_a_task_of_another_state_then_is_asked_as_it_was_then(office: Office, given: int) -> None:
    office.world.step(given, Action.HAND_IN, "officer_a", "2026-01-14T10:00", result="x")
    now = ask(office, "head_a", given, date(2026, 1, 15), "2026-01-15T09:00")
    assert (failing(now), failing(now, "UNSIGNED")) == ("speaks", "fallen")
    then = ask(office, "head_a", given, date(2026, 1, 13), "2026-01-15T09:00")
    assert then.is_past
    assert failing(then) is None
    before = ask(office, "head_a", given, date(2026, 1, 4), "2026-01-15T09:00")
    assert before.ladders == []
    assert "chưa có trong hệ thống" in why_words.verdict(before)


def test_a_closed_account_and_an_empty_seat_are_named(office: Office, given: int) -> None:
    world, at = office.world, office.world.at("2026-01-13T10:00")
    hand_account(world.person["head_a"])
    people.set_active(world.person["head_a"], False, by=world.actor("admin"), at=at)
    assert failing(ask(office, "head_a", given, date(2026, 1, 15))) == "reads"
    # the level above acts for the seat: the vice-chair hears in his place
    assert "sẽ được nhắc" in said(office, "vice", given, date(2026, 1, 15))


def test_a_failed_letter_and_one_that_waits_are_told_as_they_are(office: Office, given: int) -> None:
    office.server.rcpt[office.address("head_a")] = ["550 no such mailbox"]
    office.tick("2026-01-15T07:30")
    assert "không gửi được" in said(office, "head_a", given, date(2026, 1, 15))
    office.server.rcpt[office.address("head_a")] = ["450 later"]
    office.tick("2026-01-16T07:30")
    assert "chờ gửi" in said(office, "head_a", given, date(2026, 1, 16))


def test_who_sees_the_whole_asks_about_others_and_everybody_else_about_himself_and_what_he_may_read(
    office: Office, given: int
) -> None:
    head, other = office.world.person["head_a"], office.world.person["head_b"]
    href = f"/reminders/why?person={head}&task={given}&on=2026-01-13"
    title = "Tổ chức phổ biến"
    for username in ("office", "vice", "inspector"):
        page = visit(office, username).get(href).get_data(as_text=True)
        assert "đã được nhắc ngày 13/01/2026" in page
        assert title in page
    admin = visit(office, "admin").get(href).get_data(as_text=True)
    assert "đã được nhắc ngày 13/01/2026" in admin
    assert title not in admin
    own = visit(office, "head_a")
    assert "đã được nhắc ngày 13/01/2026" in own.get(f"/reminders/why?task={given}&on=13/01/2026").get_data(
        as_text=True
    )
    assert own.get(f"/reminders/why?person={other}&task={given}").status_code == 404
    assert visit(office, "head_b").get(f"/reminders/why?task={given}").status_code == 404
    assert visit(office, "head_b").get(f"/tasks/{given}/reminders").status_code == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 200), ("?task=", 200), ("?task=x", 200), ("?task=999999", 404), ("?task=1&on=31/02/2026", 422),
        ("?task=1&person=999999", 404), (f"?task={10**30}", 200), ("?task=1&person=-1&on=2099-12-31", 200),
        ("?task=1&on=2000-01-01", 200),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_answered_is_said_so(
    query: str, status: int, visitor: Callable[..., Visitor]
) -> None:
    assert visitor("office").get(f"/reminders/why{query}").status_code == status


def test_the_task_page_leads_to_who_hears_what_next_and_from_there_to_why(office: Office, given: int) -> None:
    person = visit(office, "officer_a")
    assert f"/tasks/{given}/reminders" in person.get(f"/tasks/{given}").get_data(as_text=True)
    page = person.get(f"/tasks/{given}/reminders").get_data(as_text=True)
    assert page.index("15/01/2026") < page.index("23/01/2026") < page.index("30/01/2026")
    assert "Nông Thị Lan" in page
    assert "Hoàng Văn Thủ" in page


def test_a_letters_page_asks_why_for_each_of_its_lines(office: Office, given: int) -> None:
    letter = next(letter for letter in office.letters("head_a") if letter.day == date(2026, 1, 13))
    page = visit(office, "office").get(f"/reminders/{letter.id}").get_data(as_text=True)
    href = f"/reminders/why?person={letter.recipient_id}&amp;task={given}&amp;on=2026-01-13"
    assert href in page
    assert visit(office, "office").get(href.replace("&amp;", "&")).status_code == 200


def test_the_command_says_the_same_in_words_and_as_json(office: Office, given: int) -> None:
    office.set_clock("2026-01-13T09:00")
    runner = office.app.test_cli_runner()
    words = runner.invoke(args=["why", "head_a", str(given), "--on", "2026-01-14"])
    assert words.exit_code == 0
    assert "Mỗi mốc chỉ nhắc một lần" in words.output
    facts = json.loads(runner.invoke(args=["why", "head_a", str(given), "--on", "2026-01-13", "--json"]).output)
    assert facts["due"] == ["T-3"]
    assert facts["lines"][0]["rule"] == "T-3"
    deadline = next(ladder for ladder in facts["ladders"] if ladder["ladder"] == "T")
    assert deadline["first_failing"] is None
    assert [condition["name"] for condition in deadline["conditions"]] == list(why.CONDITIONS)
    assert deadline["next"] == {"rule": "T-1", "falls": "2026-01-15"}
    assert runner.invoke(args=["why", "nobody", str(given)]).exit_code == 1
    assert runner.invoke(args=["why", "head_a", "999999"]).exit_code == 1


def test_seats_of_the_day_asked_about_decide_and_not_those_of_today(office: Office, given: int) -> None:
    world: World = office.world
    post = world.post["head_a"]
    row = next(row for row in seats_of(post))
    hand_seat(row)
    seats.end(row, date(2026, 1, 14), "QĐ 3", by=Actor.system(), at=world.at("2026-01-13T15:00"))
    new = seats.enter(
        post, world.person["officer_a"], date(2026, 1, 14), "QĐ 4", by=Actor.system(), at=world.at("2026-01-13T15:00")
    )
    seats.confirm(new, by=Actor.system(), at=world.at("2026-01-13T15:00"))
    later = "2026-01-15T09:00"
    assert failing(ask(office, "head_a", given, date(2026, 1, 13), later)) is None
    assert failing(ask(office, "head_a", given, date(2026, 1, 15), later)) == "hears"
    assert failing(ask(office, "officer_a", given, date(2026, 1, 15), later)) is None


def seats_of(post: int) -> list[int]:
    return list(db.session.scalars(db.select(Tenure.id).where(Tenure.post_id == post)))
