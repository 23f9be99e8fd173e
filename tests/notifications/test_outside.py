"""A body outside with a mailbox is asked in fitting words; nobody signs in by it, and it hears of nothing else."""

from __future__ import annotations

import re
from datetime import date

import pytest

from accountability import replay
from models.base import db
from models.people import Credential, Person
from models.vocabulary import Action, Role
from notifications import reconcile
from tests.fixtures.mail import Office
from tests.fixtures.people import Visitor
from tests.fixtures.places import PASSWORD
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.organization import mailboxes, people, seats

BY = date(2026, 1, 12)
ADDRESS = "vanthu@soxaydung.example.vn"
ASKED = "Đề nghị cung cấp số liệu nhà ở"


@pytest.fixture
def mailbox(office: Office) -> int:
    """Give the department of building a mailbox."""
    world = office.world
    return mailboxes.enter(
        world.unit["SXD"], "Văn thư Sở Xây dựng", ADDRESS, "0205 3812 345", by=world.actor("office"), at=world.at()
    )


def waiting(office: Office) -> int:
    """Return a task of the first division that waits for the department of building since a Tuesday."""
    world, task = office.world, office.world.drafts[0]
    world.assign(task, "CSDT", date(2026, 3, 31))
    world.step(task, Action.RECEIVE, "head_a")
    world.step(task, Action.START, "head_a")
    world.step(task, Action.WAIT, "head_a", "2026-01-06T09:00", unit_id=world.unit["SXD"], reason=ASKED, answer_by=BY)
    return task


def invite(office: Office, task: int, local: str = "2026-01-06T09:00") -> None:
    office.world.assign(task, "CSDT", date(2026, 2, 27), local=local, coordinator_ids=(office.world.unit["SXD"],))


def rules(office: Office) -> list[str]:
    found = [key.split(";")[1].removeprefix("rule=") for key in office.server.keys(ADDRESS)]
    return [rule.split("#")[0] if "w#" not in rule else rule for rule in found]


def last_letter(office: Office) -> str:
    place = len(office.server.to) - 1 - office.server.to[::-1].index(ADDRESS)
    return " ".join(office.server.words(place).split())


def test_a_task_that_waits_for_it_asks_at_once_on_the_day_and_after_it_and_nothing_climbs(
    office: Office, mailbox: int
) -> None:
    waiting(office)
    office.through(date(2026, 1, 6), date(2026, 1, 28))
    assert rules(office) == ["WAITED", "ANSWER", "ANSWER+1", "ANSWER+3", "ANSWER+7", "ANSWER+7w#1"]
    for username in ("vice", "chair", "head_a", "office", "head_office"):
        assert not [rule for rule in office.rules(username) if rule.startswith("ANSWER")]
    verdict = reconcile.check(office.world.at("2026-01-28T08:00"))
    assert (verdict.missing, verdict.extra) == (0, 0), verdict.first


def test_its_letter_says_what_is_asked_by_when_and_by_whom_and_leads_nowhere_behind_a_sign_in(
    office: Office, mailbox: int
) -> None:
    waiting(office)
    office.world.assign(office.world.drafts[1], "CSDT", date(2026, 1, 16))
    office.tick("2026-01-07T07:30")
    words = last_letter(office)
    for said in ("Kính gửi: Sở Xây dựng", ASKED, "12/01/2026", "Phòng Chính sách Dân tộc", "Tổ chức phổ biến"):
        assert said in words
    assert "Rà soát" not in words  # no other task
    letter = office.server.letters[office.server.to.index(ADDRESS)]
    html = letter.get_body(("html",))
    assert html is not None
    links = set(re.findall(r"https://dondoc\.example\.vn[^\s\"<>]*", words + html.get_content()))
    assert len(links) == 1
    assert links == {str(letter["List-Unsubscribe"]).strip("<>")}
    stranger = Visitor(office.app)
    path = links.pop().removeprefix("https://dondoc.example.vn")
    page = stranger.get(path).get_data(as_text=True)
    assert "Văn thư Sở Xây dựng" in page
    assert stranger.post(path).status_code == 303
    assert "/inbox" not in stranger.get(path).get_data(as_text=True)


@pytest.mark.parametrize("word", ["quá hạn", "chậm", "trễ"])
def test_it_is_never_counted_late(word: str, office: Office, mailbox: int) -> None:
    waiting(office)
    office.through(date(2026, 1, 6), date(2026, 1, 19))
    assert word not in last_letter(office)
    assert "chưa nhận được ý kiến" in last_letter(office)


def test_an_invitation_is_sent_once_when_the_task_is_given_and_again_only_to_who_is_added(
    office: Office, mailbox: int
) -> None:
    task = office.world.drafts[0]
    invite(office, task)
    office.tick("2026-01-07T07:30")
    assert rules(office) == ["INVITED"]
    assert "Kính mời" in last_letter(office)
    assert "27/02/2026" in last_letter(office)
    office.world.assign(
        task, "CSDT", date(2026, 2, 26), local="2026-01-08T09:00", coordinator_ids=(office.world.unit["SXD"],)
    )
    office.through(date(2026, 1, 8), date(2026, 1, 12))
    assert rules(office) == ["INVITED"]


def test_an_invitation_is_sent_though_a_task_like_it_invites_nobody(office: Office, mailbox: int) -> None:
    plain, inviting, *_ = office.world.drafts
    office.world.assign(plain, "CSDT", date(2026, 2, 27), local="2026-01-06T09:00")
    invite(office, inviting)
    office.tick("2026-01-07T07:30")
    assert [key.split(";")[0] for key in office.server.keys(ADDRESS)] == [f"task={inviting}"]


def test_a_body_named_later_is_invited_then(office: Office, mailbox: int) -> None:
    task = office.world.drafts[0]
    office.world.assign(task, "CSDT", date(2026, 2, 27), local="2026-01-06T09:00")
    office.tick("2026-01-07T07:30")
    assert rules(office) == []
    invite(office, task, "2026-01-08T09:00")
    office.tick("2026-01-09T07:30")
    assert rules(office) == ["INVITED"]


def test_nothing_is_sent_when_the_task_is_taken_back_before_the_letter(office: Office, mailbox: int) -> None:
    task = office.world.drafts[0]
    invite(office, task)
    office.world.step(task, Action.CANCEL, "chair", "2026-01-06T10:00", reason="x", decision="QĐ 1")
    office.tick("2026-01-07T07:30")
    assert rules(office) == []


def test_another_person_gets_the_letters_from_the_day_he_is_entered(office: Office, mailbox: int) -> None:
    waiting(office)
    world, other = office.world, "moi@soxaydung.example.vn"
    office.tick("2026-01-07T07:30")
    mailboxes.enter(
        world.unit["SXD"], "Nguyễn Văn Mới", other, by=world.actor("office"), at=world.at("2026-01-08T09:00")
    )
    office.through(date(2026, 1, 9), date(2026, 1, 12))
    assert office.server.to.count(ADDRESS) == 1
    assert office.server.to.count(other) == 1
    assert db.session.get_one(Person, mailbox).active is False
    mailboxes.end(world.unit["SXD"], by=world.actor("office"), at=world.at("2026-01-12T10:00"))
    office.through(date(2026, 1, 13), date(2026, 1, 23))
    assert office.server.to.count(other) == 1
    assert replay.differences() == []


def test_nobody_signs_in_by_it_whatever_is_tried(office: Office, mailbox: int) -> None:
    world, admin = office.world, office.world.actor("admin")
    username = db.session.get_one(Person, mailbox).username
    assert username == "dau-moi-sxd"
    assert db.session.get(Credential, mailbox) is None
    for password in ("", PASSWORD, username):
        stranger = Visitor(office.app)
        assert stranger.sign_in(username, password).status_code != 302
        assert stranger.get("/tasks").status_code == 302
    at = world.at("2026-01-05T10:00")
    post = world.post["head_b"]
    for attempt in (
        lambda: people.reset_password(mailbox, by=admin, at=at),
        lambda: people.grant(mailbox, Role.OFFICE, world.unit["VP"], at.date(), by=admin, at=at),
        lambda: seats.enter(post, mailbox, date(2027, 1, 1), "QĐ 1", by=world.actor("office"), at=at),
    ):
        with pytest.raises(Refusal, match="no_account"):
            attempt()
        db.session.rollback()
    page = Visitor(office.app)
    page.sign_in("admin")
    page.get("/admin/people")
    assert page.post(f"/admin/people/{mailbox}/password").status_code == 409
    runner = office.app.test_cli_runner()
    assert runner.invoke(args=["person", "password", username]).exit_code == 1
    assert db.session.get(Credential, mailbox) is None


def test_the_page_and_the_command_enter_and_end_it(office: Office) -> None:
    unit = office.world.unit["SXD"]
    clerk = Visitor(office.app)
    clerk.sign_in("office")
    clerk.get(f"/admin/units/{unit}?do=mailbox")
    sent = {"name": "Văn thư", "email": ADDRESS, "phone": "0205 3812 345"}
    assert clerk.post(f"/admin/units/{unit}/mailbox", sent).status_code == 302
    assert ADDRESS in clerk.get(f"/admin/units/{unit}").get_data(as_text=True)
    bad = clerk.post(f"/admin/units/{unit}/mailbox", {**sent, "email": "not one"})
    assert bad.status_code == 422
    assert "not one" in bad.get_data(as_text=True)
    inside = clerk.post(f"/admin/units/{office.world.unit['CSDT']}/mailbox", sent)
    assert inside.status_code == 422
    head = Visitor(office.app)
    head.sign_in("head_a")
    assert ADDRESS not in head.get(f"/admin/units/{unit}").get_data(as_text=True)
    assert head.post(f"/admin/units/{unit}/mailbox", sent).status_code == 403
    runner = office.app.test_cli_runner()
    assert runner.invoke(args=["unit", "mailbox", "SXD", "--end"]).exit_code == 0
    assert runner.invoke(args=["unit", "mailbox", "SXD", "--end"]).exit_code == 1
    assert runner.invoke(args=["unit", "mailbox", "SXD", "Văn thư", ADDRESS]).exit_code == 0


def test_a_mailbox_that_refuses_is_told_to_the_office_like_anybody(office: Office, mailbox: int) -> None:
    waiting(office)
    office.server.rcpt[ADDRESS] = ["550 no such mailbox"]
    office.tick("2026-01-07T07:30")
    subjects = [str(letter["Subject"]) for letter in office.server.letters]
    assert "Không liên lạc được qua thư: Văn thư Sở Xây dựng" in subjects
    assert "0205 3812 345" in office.server.words()


def test_the_rest_of_the_log_still_replays(office: Office, mailbox: int) -> None:
    people.set_address(mailbox, "khac@soxaydung.example.vn", by=Actor.system(), at=office.world.at())
    assert replay.differences() == []
