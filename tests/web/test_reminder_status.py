"""The state of reminding: who works, what waits, the last days; and a letter to oneself that goes the usual way."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest

from notifications import reconcile, schedule
from tests.fixtures.mail import Office
from tests.fixtures.people import Visitor
from workflow.actors import Actor

HREF = "/reminders/status"
DAY = re.compile(r"\d\d/\d\d/\d{4}")


def visit(office: Office, username: str) -> Visitor:
    found = Visitor(office.app)
    found.sign_in(username)
    return found


def test_the_page_names_the_node_since_when_the_last_run_and_the_last_days_letters(office: Office) -> None:
    office.world.assign(office.world.drafts[0], "CSDT", date(2026, 1, 16))
    office.server.rcpt[office.address("vice")] = ["550 no such mailbox"]
    office.set_clock("2026-01-13T07:30")
    node = schedule.Node(office.app)
    node.beat()
    reconcile.run(office.world.at("2026-01-13T07:40"), by=Actor.system())
    page = visit(office, "inspector").get(HREF).get_data(as_text=True)
    assert page.count(node.owner) == 2  # at work, and among the nodes seen
    assert "từ 07:30, 13/01/2026" in page
    assert "thiếu 0, thừa 0" in page
    assert f"127.0.0.1:{office.server.port}" in page
    assert page.count("<rect") >= 1
    assert "24/12/2025" in page  # fourteen working days back: New Year and the Friday swapped off are left out
    assert not {"23/12/2025", "01/01/2026", "02/01/2026"} & set(DAY.findall(page))


@pytest.mark.parametrize(("username", "status"), [("admin", 200), ("office", 200), ("chair", 200), ("head_a", 403)])
def test_it_is_open_to_those_who_keep_the_reminders(
    username: str, status: int, visitor: Callable[..., Visitor]
) -> None:
    assert visitor(username).get(HREF).status_code == status
    assert visitor(username).post("/reminders/test-letter").status_code == (302 if status == 200 else 403)


def test_an_empty_system_says_that_no_scheduler_has_run(visitor: Callable[..., Visitor]) -> None:
    page = visitor("office").get(HREF).get_data(as_text=True)
    assert "chưa có bộ lập lịch nào chạy" in page
    assert "Maildir" in page


def test_a_test_letter_goes_through_the_outbox_on_a_rest_day_too_once_a_form_and_its_fate_stands_on_the_page(
    office: Office,
) -> None:
    office.set_clock("2026-01-17T21:00")  # a Saturday evening
    admin = visit(office, "admin")
    admin.get(HREF)
    for _ in range(2):
        assert admin.post("/reminders/test-letter", {"idempotency_key": "k" * 32}).status_code == 302
    assert "chờ gửi" in admin.get(HREF).get_data(as_text=True)
    office.tick("2026-01-17T21:01")
    assert office.count("admin") == 1
    assert office.server.letters[-1]["Subject"] == "Đôn Đốc: thư thử"
    assert "đã nhận" in admin.get(HREF).get_data(as_text=True) or "Đã nhận" in admin.get(HREF).get_data(as_text=True)
    assert [str(letter.kind) for letter in office.letters("admin")] == ["system"]


def test_why_there_is_an_alarm_stands_on_the_page_in_words(office: Office) -> None:
    office.tick("2026-01-13T07:30")
    office.set_clock("2026-01-13T09:00")
    assert "Đã 90 phút không lập được danh sách nhắc việc" in visit(office, "office").get(HREF).get_data(as_text=True)
