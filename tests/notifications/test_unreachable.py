"""Whom letters do not reach, the office hears of at once with the telephone, and the board keeps until it is mended."""

from __future__ import annotations

from datetime import date

import pytest

from models.base import db
from models.log import LogEntry
from notifications import reconcile
from tests.fixtures.handing import hand_account
from tests.fixtures.mail import Office
from tests.fixtures.people import Visitor
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.organization import people

DUE = date(2026, 1, 16)
MORNING = "2026-01-13T07:30"
GONE = ["550 5.1.1 no such mailbox"]


@pytest.fixture
def lost(office: Office) -> Office:
    """Owe the first division a task; its head's mailbox refuses, his telephone is known."""
    office.world.assign(office.world.drafts[0], "CSDT", DUE)
    contact(office, "head_a", office.address("head_a"), "0912 345 678")
    office.server.rcpt[office.address("head_a")] = list(GONE)
    return office


def contact(office: Office, username: str, email: str, phone: str | None = None, at: str = "2026-01-05T09:00") -> None:
    key, system = office.world.person[username], Actor.system()
    people.set_address(key, email, phone=phone, by=system, at=office.world.at(at))


def told(office: Office, username: str) -> list[str]:
    """Return the subjects of the words of somebody lost that reached a person."""
    pairs = zip(office.server.to, office.server.letters, strict=True)
    subjects = [str(letter["Subject"]) for to, letter in pairs if to == office.address(username)]
    return [subject for subject in subjects if subject.startswith("Không liên lạc được qua thư")]


def board(office: Office, username: str = "office") -> str:
    visitor = Visitor(office.app)
    visitor.sign_in(username)
    page = visitor.get("/reminders").get_data(as_text=True)
    return page[page.find('id="unreachable"') : page.find('id="running"')] if 'id="unreachable"' in page else ""


def test_a_mailbox_that_refuses_is_told_to_the_office_in_the_same_run_with_telephone_and_what_was_missed(
    lost: Office,
) -> None:
    lost.tick(MORNING)
    assert told(lost, "head_office") == ["Không liên lạc được qua thư: Triệu Minh Đức"]
    words = lost.server.words()
    for said in ("Trưởng phòng", "Phòng Chính sách Dân tộc", "0912 345 678", "550", "trước hạn 3 ngày làm việc"):
        assert said in words
    assert told(lost, "office") == told(lost, "vice") == []
    shown = board(lost)
    assert "Triệu Minh Đức" in shown
    assert "tel:0912345678" in shown
    assert "Tổ chức phổ biến" in shown
    # administration sees who and why, and no words of tasks
    assert "Tổ chức phổ biến" not in board(lost, "admin")
    assert "0912 345 678" in board(lost, "admin")


def test_it_is_told_once_a_day_and_at_any_hour(lost: Office) -> None:
    lost.tick("2026-01-13T17:59")
    lost.tick("2026-01-13T18:30")
    assert len(told(lost, "head_office")) == 1
    lost.tick("2026-01-15T07:30")
    assert len(told(lost, "head_office")) == 2


@pytest.mark.parametrize("email", ["", None])
def test_somebody_without_an_address_is_told_of_too(email: str | None, office: Office) -> None:
    office.world.assign(office.world.drafts[0], "CSDT", DUE)
    contact(office, "head_a", email or "")
    office.tick(MORNING)
    assert len(told(office, "head_office")) == 1
    assert "không có địa chỉ thư dùng được" in office.server.words()
    assert "chưa nhập" in board(office)


def test_when_the_offices_head_is_lost_himself_the_next_one_hears_of_both_and_then_leadership(lost: Office) -> None:
    lost.server.rcpt[lost.address("head_office")] = list(GONE)
    lost.tick(MORNING)
    assert len(told(lost, "office")) == 2
    assert told(lost, "vice") == told(lost, "chair") == []
    lost.server.rcpt[lost.address("office")] = list(GONE)
    lost.tick("2026-01-15T07:30")
    assert len(told(lost, "chair")) == 3


def test_nobody_left_to_tell_breaks_nothing_and_the_board_says_it(lost: Office) -> None:
    lost.server.rcpt = {lost.address(name): list(GONE) for name in lost.world.person}
    lost.tick(MORNING)
    assert lost.server.letters == []
    assert "Triệu Minh Đức" in board(lost, "inspector")
    assert "Lương Văn Bảo" in board(lost, "inspector")


def test_a_later_letter_that_is_accepted_takes_him_off_the_list(lost: Office) -> None:
    lost.tick(MORNING)
    lost.server.rcpt.clear()
    assert board(lost)
    lost.tick("2026-01-15T07:30")
    assert board(lost) == ""
    keys = lost.server.keys(lost.address("head_a"))
    assert any("ASSIGNED#" in key for key in keys)  # what was missed rode along


def test_another_address_takes_him_off_the_list_and_another_telephone_does_not(lost: Office) -> None:
    lost.tick(MORNING)
    contact(lost, "head_a", lost.address("head_a"), "0988 000 111", "2026-01-13T08:00")
    assert "0988 000 111" in board(lost)
    contact(lost, "head_a", "moi@bandantoc.example.vn", None, "2026-01-13T08:05")
    assert board(lost) == ""
    query = db.select(LogEntry.act).where(LogEntry.act.in_(("person.phone", "person.address")))
    acts = list(db.session.scalars(query.order_by(LogEntry.seq)))
    assert acts[-2:] == ["person.phone", "person.address"]


def test_the_comparison_stays_clean_while_somebody_is_lost(lost: Office) -> None:
    lost.tick(MORNING)
    verdict = reconcile.check(lost.world.at("2026-01-13T08:00"))
    assert (verdict.missing, verdict.extra) == (0, 0), verdict.first


def test_a_refusal_for_now_is_no_loss(lost: Office) -> None:
    lost.server.rcpt[lost.address("head_a")] = ["450 later"]
    lost.tick(MORNING)
    assert board(lost) == ""
    assert told(lost, "head_office") == []


@pytest.mark.parametrize("phone", ["x", "12", "0912'--", "0" * 60, "<b>"])
def test_a_telephone_that_is_none_is_refused(phone: str, office: Office) -> None:
    with pytest.raises(Refusal, match="bad_value"):
        contact(office, "head_a", "", phone)


def test_a_closed_account_is_not_on_the_list(lost: Office) -> None:
    lost.tick(MORNING)
    hand_account(lost.world.person["head_a"])
    people.set_active(lost.world.person["head_a"], False, by=Actor.system(), at=lost.world.at("2026-01-13T09:00"))
    assert board(lost) == ""
