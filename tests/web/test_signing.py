"""Signing, and two people at once: what is shown is what is signed, and who comes second loses nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from models.base import db
from models.people import Tenure
from models.tasks import Task
from models.vocabulary import Action, Capacity, Status
from tests.fixtures.handing import hand_seat
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from workflow.actors import Actor
from workflow.organization import seats


def version(app: Flask, task: int) -> int:
    with app.app_context():
        found = db.session.get_one(Task, task).version
        db.session.remove()
        return found


def test_who_comes_second_sees_the_page_as_it_is_and_what_he_had_typed(
    received: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    app, _, task = received
    old = str(version(app, task))
    first, second = visitor("head_a"), visitor("officer_a")
    first.post(f"/tasks/{task}/progress", {"text": "Người thứ nhất", "version": old})
    answer = second.post(f"/tasks/{task}/progress", {"text": "Người thứ hai", "version": old})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Đã có người thao tác trước." in page
    assert "Người thứ nhất" in page
    assert "Người thứ hai" in page


def test_a_wrong_password_keeps_the_signing_page_and_what_was_chosen(
    received: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    app, world, task = received
    with app.app_context():
        world.step(task, Action.HAND_IN, "officer_a", result="Xong")
        shown = world.shown(task)
        db.session.remove()
    person = visitor("head_a")
    answer = person.post(
        f"/tasks/{task}/sign-off",
        {"password": "sai", "meaning": "checked", "content_hash": shown, "reason": "ghi chú đã gõ"},
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 403
    assert "Mật khẩu không đúng." in page
    assert "ghi chú đã gõ" in page
    assert re.search(r'value="checked"[^>]*checked', page)
    with app.app_context():
        assert world.task(task).status == Status.SUBMITTED
        db.session.remove()


def test_who_comes_second_reads_what_happened_meanwhile(
    received: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    app, world, task = received
    old = str(version(app, task))
    with app.app_context():
        world.step(task, Action.HAND_IN, "officer_a", result="Kết quả của người đến trước")
        db.session.remove()
    form = {"reason": "Lý do thu hồi đã gõ", "decision": "QĐ 9/2026", "version": old}
    answer = visitor("office").post(f"/tasks/{task}/withdraw", form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    meanwhile = page[page.index('id="since"') :]
    assert "Lý Thị Én nộp kết quả." in meanwhile[: meanwhile.index("</section>")]
    assert "Kết quả của người đến trước" in meanwhile[: meanwhile.index("</section>")]
    assert "Lý do thu hồi đã gõ" in page
    assert "QĐ 9/2026" in page


def test_the_signing_page_shows_all_that_is_signed_and_says_what_it_is_not(
    received: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    app, world, task = received
    with app.app_context():
        world.step(task, Action.COMMENT, "office", text="Ý kiến trước khi nộp")
        world.step(
            task,
            Action.HAND_IN,
            "officer_a",
            result="Đã làm xong",
            document_number="12/BC-BDT",
            document_on=date(2026, 1, 5),
        )
        world.step(task, Action.COMMENT, "office", text="Ý kiến sau khi nộp")
        shown = world.shown(task)
        db.session.remove()
    page = visitor("head_a").get(f"/tasks/{task}/sign").get_data(as_text=True)
    for words in (
        "Đã làm xong",
        "12/BC-BDT, 05/01/2026",
        "Ý kiến trước khi nộp",
        shown,
        "Trưởng phòng",
        "không phải chữ ký số",
    ):
        assert words in page
    assert "Ý kiến sau khi nộp" not in page


@pytest.mark.parametrize("username", ["officer_a", "vice", "office", "inspector"])
def test_whose_turn_it_is_not_sees_no_signing_page(
    username: str, received: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    app, world, task = received
    with app.app_context():
        world.step(task, Action.HAND_IN, "officer_a", result="Xong")
        db.session.remove()
    answer = visitor(username).get(f"/tasks/{task}/sign")
    assert (answer.status_code, answer.location) == (302, f"/tasks/{task}")


def test_after_a_signature_the_next_result_is_offered(
    received: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    app, world, first = received
    second = world.drafts[1]
    with app.app_context():
        world.assign(second, "CSDT", date(2026, 1, 30))
        world.to_hand_in(second, local="2026-01-05T08:00")
        world.step(first, Action.HAND_IN, "officer_a", result="Xong")
        shown = world.shown(first)
        db.session.remove()
    head = visitor("head_a")
    form = {"password": world.password, "meaning": "checked", "content_hash": shown}
    assert head.post(f"/tasks/{first}/sign-off", form).status_code == 302
    page = head.get(f"/tasks/{first}").get_data(as_text=True)
    assert f'href="/tasks/{second}/sign"' in page
    assert "còn 1 chờ ký" in page


def test_one_who_signed_hears_why_the_next_level_is_not_his(
    received: tuple[Flask, World, int], visitor: Callable[..., Visitor]
) -> None:
    app, world, task = received
    with app.app_context():
        world.step(task, Action.HAND_IN, "head_a", result="Tự làm")
        shown = world.shown(task)
        db.session.remove()
    form = {"password": world.password, "meaning": "checked", "content_hash": shown}
    answer = visitor("head_a").post(f"/tasks/{task}/sign-off", form)
    assert answer.status_code == 403
    assert "Không được ký xác nhận việc do chính mình thực hiện." in answer.get_data(as_text=True)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    ("capacity", "title"),
    [(Capacity.ACTING, "Quyền Trưởng phòng"), (Capacity.IN_CHARGE, "Phụ trách Trưởng phòng")],
)
def test_every_page_shows_the_title_under_which_the_head_holds_the_seat_that_day(
    capacity: Capacity,
    title: str,
    language: str,
    received: tuple[Flask, World, int],
    visitor: Callable[..., Visitor],
) -> None:
    app, world, task = received
    with app.app_context():
        replace_head(world, capacity)
        world.step(task, Action.HAND_IN, "officer_a", result="Xong", document_number="1/BC")
        db.session.remove()
    person = visitor("officer_b")
    person.post("/language", {"language": language})
    page = person.get(f"/tasks/{task}/sign").get_data(as_text=True)
    assert f"{title}: Bế Văn Giang" in page
    signs_as = {"vi": f"Đồng chí ký với tư cách {title}.", "en": f"You sign as {title}."}
    assert signs_as[language] in page
    with app.app_context():
        world.step(task, Action.SIGN_OFF, "officer_b")
        db.session.remove()
    assert f"<b>{title}</b> Bế Văn Giang" in person.get(f"/tasks/{task}").get_data(as_text=True)


def replace_head(world: World, capacity: Capacity) -> None:
    """Give the seat of the first division's head to somebody in a capacity, from today on."""
    by, at, today = Actor.system(), world.at(), date(2026, 1, 5)
    held = db.session.scalars(db.select(Tenure.id).where(Tenure.post_id == world.post["head_a"])).one()
    hand_seat(held)
    seats.end(held, today, "QĐ 1", by=by, at=at)
    entered = seats.enter(
        world.post["head_a"], world.person["officer_b"], today, "QĐ 2", by=by, at=at, capacity=capacity
    )
    seats.confirm(entered, by=by, at=at)
