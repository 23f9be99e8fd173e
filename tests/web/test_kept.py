"""What was typed when a session had ended is back in its form, for the same person; one comes back to one's page."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

import pytest
from flask import Flask

from tests.fixtures.people import Visitor
from tests.fixtures.places import PASSWORD, World


def test_what_was_typed_when_the_session_had_ended_is_there_after_signing_in(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor], clock_at: Callable[[str], None]
) -> None:
    person = visitor("office")
    clock_at("2026-01-05T09:00")
    answer = person.post(
        f"/tasks/{world_app[1].drafts[0]}/comment", {"text": "một ý kiến dài đã gõ xong", "password": "bi-mat"}
    )
    assert answer.status_code == 302
    assert "Nội dung đã nhập vẫn được giữ" in person.get(answer.location).get_data(as_text=True)
    person.post("/login", {"username": "office", "password": PASSWORD})
    page = person.get("/").get_data(as_text=True)
    assert "một ý kiến dài đã gõ xong" in page
    assert "bi-mat" not in page
    assert "một ý kiến dài" not in person.get("/").get_data(as_text=True)


def test_what_one_person_typed_is_never_shown_to_the_next_one_on_that_browser(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor], clock_at: Callable[[str], None]
) -> None:
    person = visitor("office")
    clock_at("2026-01-05T20:00")
    person.post(f"/tasks/{world_app[1].drafts[0]}/comment", {"text": "một ý kiến chỉ của tôi"})
    person.get("/login")
    person.post("/login", {"username": "head_a", "password": PASSWORD})
    assert "một ý kiến chỉ của tôi" not in person.get("/").get_data(as_text=True)
    person.post("/logout")
    person.sign_in("office")
    assert "một ý kiến chỉ của tôi" not in person.get("/").get_data(as_text=True)


def test_what_nobody_is_known_to_have_typed_is_not_kept(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    person = visitor()
    person.get("/login")
    person.post(f"/tasks/{world_app[1].drafts[0]}/comment", {"text": "gài vào trình duyệt này"})
    assert "Nội dung đã nhập vẫn được giữ" not in person.get("/login").get_data(as_text=True)
    person.post("/login", {"username": "office", "password": PASSWORD})
    assert "gài vào trình duyệt này" not in person.get("/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("action", "field", "mark"),
    [("comment", "text", "textarea"), ("cancel", "reason", "textarea"), ("cancel", "decision", "input")],
)
def test_what_was_typed_too_late_is_back_in_its_own_form_after_signing_in(
    action: str,
    field: str,
    mark: str,
    received: tuple[Flask, World, int],
    visitor: Callable[..., Visitor],
    clock_at: Callable[[str], None],
) -> None:
    task = received[2]
    person = visitor("chair")
    clock_at("2026-01-05T20:00")
    came = {"Referer": f"http://localhost/tasks/{task}"}
    sent = person.post(f"/tasks/{task}/{action}", {field: "đã gõ rất lâu", "password": "bi-mat"}, headers=came)
    assert sent.location == f"/login?next=/tasks/{task}"
    person.get(sent.location)
    page = person.get(
        person.post("/login", {"username": "chair", "password": PASSWORD, "next": f"/tasks/{task}"}).location
    ).get_data(as_text=True)
    form = re.search(rf'<details[^>]* open>.*?action="/tasks/{task}/{action}".*?</form>', page, re.DOTALL)
    assert form is not None
    assert re.search(rf'<{mark}[^>]* name="{field}"[^>]*(value="đã gõ rất lâu"|>đã gõ rất lâu<)', form[0])
    assert "chưa được gửi" in page
    assert "bi-mat" not in page
    assert "đã gõ rất lâu" not in person.get(f"/tasks/{task}").get_data(as_text=True)


def test_what_was_typed_into_a_form_of_the_calendar_too_late_is_back_in_it(
    visitor: Callable[..., Visitor], clock_at: Callable[[str], None]
) -> None:
    person = visitor("office")
    clock_at("2026-01-05T20:00")
    stood = "/admin/calendar?year=2026&do=enter"
    fields = {"day": "2026-03-03", "decision": "QĐ 77/QĐ-TTg ngày 02/01/2026"}
    sent = person.post("/admin/calendar/days", fields, headers={"Referer": f"http://localhost{stood}"})
    person.get(sent.location)
    answer = person.post("/login", {"username": "office", "password": PASSWORD, "next": stood})
    assert answer.location == stood
    assert 'value="QĐ 77/QĐ-TTg ngày 02/01/2026"' in person.get(stood).get_data(as_text=True)


def test_what_is_too_long_to_be_kept_is_said_to_be_so(
    received: tuple[Flask, World, int], visitor: Callable[..., Visitor], clock_at: Callable[[str], None]
) -> None:
    person = visitor("office")
    clock_at("2026-01-05T20:00")
    long = secrets.token_urlsafe(6000)
    sent = person.post(f"/tasks/{received[2]}/comment", {"text": long})
    assert "quá dài, không giữ lại được" in person.get(sent.location).get_data(as_text=True)
    person.post("/login", {"username": "office", "password": PASSWORD})
    assert person.get("/").status_code == 200


def test_a_page_of_text_is_kept(
    received: tuple[Flask, World, int], visitor: Callable[..., Visitor], clock_at: Callable[[str], None]
) -> None:
    person = visitor("office")
    clock_at("2026-01-05T20:00")
    said = "Đã phối hợp với các huyện rà soát lần thứ %d, tổng hợp báo cáo Ủy ban nhân dân tỉnh theo quy định. "
    text = "".join(said % number for number in range(20))
    sent = person.post(f"/tasks/{received[2]}/comment", {"text": text})
    person.get(sent.location)
    person.post("/login", {"username": "office", "password": PASSWORD})
    assert text.strip() in person.get(f"/tasks/{received[2]}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("path", "headers", "back"),
    [
        ("/tasks/{task}/hand-in", {"Referer": "http://localhost/tasks/{task}"}, "/tasks/{task}"),
        ("/tasks/{task}/hand-in", {}, "/tasks/{task}"),
        ("/tasks/{task}/hand-in", {"Referer": "https://evil.example/tasks"}, "/tasks/{task}"),
    ],
)
def test_after_a_refused_form_the_language_brings_back_to_the_page_it_stood_on(
    path: str,
    headers: dict[str, str],
    back: str,
    received: tuple[Flask, World, int],
    visitor: Callable[..., Visitor],
) -> None:
    task = str(received[2])
    sent = {name: value.replace("{task}", task) for name, value in headers.items()}
    answer = visitor("head_a").post(path.replace("{task}", task), {}, headers=sent)
    assert answer.status_code == 422
    found = re.search(r'name="next" value="([^"]+)"', answer.get_data(as_text=True))
    assert found is not None
    assert found[1] == back.replace("{task}", task)


def test_choosing_a_language_before_signing_in_forgets_no_page(visitor: Callable[..., Visitor]) -> None:
    stranger = visitor()
    page = stranger.get("/login?next=/tasks/5").get_data(as_text=True)
    found = re.search(r'name="next" value="([^"]+)"', page)
    assert found is not None
    answer = stranger.post("/language", {"language": "en", "next": found[1]})
    assert answer.location == "/login?next=/tasks/5"
