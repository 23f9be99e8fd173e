"""The pages of signing many: what waits, a preview, one proof, an outcome; and each signature's own record."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from models.base import db
from models.tasks import HandIn, Signature, Task
from models.vocabulary import Action
from tests.fixtures.people import Visitor
from tests.fixtures.places import PASSWORD, World
from tests.fixtures.tasks import counted, statements_of
from workflow import files, tasks
from workflow.given import Given, Upload

PDF = b"%PDF-1.7 mot van ban that"
ITEM = re.compile(r'name="item" value="([^"]+)"')
Queue = tuple[Flask, World, list[int]]


def hand_in(world: World, count: int) -> list[int]:
    """Have so many results wait for the first division's head."""
    found, office = [], world.actor("office")
    for number in range(count):
        source = f"Công văn số {number + 1}/BDT ngày 05/01/2026"
        task = tasks.create(None, f"Việc {number + 1}", source, by=office, at=world.at(), given=Given())
        world.assign(task, "CSDT", date(2026, 1, 30))
        world.step(task, Action.RECEIVE, "head_a")
        world.step(task, Action.HAND_IN, "officer_a", result=f"Kết quả {number + 1}", files=(Upload("a.pdf", PDF),))
        found.append(task)
    return found


@pytest.fixture
def queue(world_app: tuple[Flask, World]) -> Queue:
    app, world = world_app
    with app.app_context():
        found = hand_in(world, 3)
        db.session.remove()
    return app, world, found


def open_all(person: Visitor, keys: list[int]) -> None:
    for key in keys:
        assert person.get(f"/tasks/{key}/sign").status_code == 200


def check(person: Visitor, keys: list[int]) -> tuple[str, list[str]]:
    page = person.get("/signing/check?" + "&".join(f"task={key}" for key in keys)).get_data(as_text=True)
    return page, ITEM.findall(page)


def sign(person: Visitor, items: list[str], **more: str) -> Any:
    form = {"item": items, "password": PASSWORD, "meaning": "checked", "idempotency_key": "sitting"} | more
    return person.post("/signing", form)


def test_only_what_was_opened_can_be_ticked_previewed_and_signed(queue: Queue, visitor: Callable[..., Visitor]) -> None:
    app, _world, keys = queue
    head = visitor("head_a")
    before = head.get("/signing").get_data(as_text=True)
    assert before.count("chưa mở xem") == 3
    assert 'name="task"' not in before
    open_all(head, keys[:2])
    listed = head.get("/signing").get_data(as_text=True)
    assert re.findall(r'name="task" value="(\d+)"', listed) == [str(key) for key in keys[:2]]
    page, items = check(head, keys)
    assert len(items) == 2
    for words in ("Kết quả 1", "Kết quả 2", "Trưởng phòng", "Lý Thị Én"):
        assert words in page
    assert "Kết quả 3" not in page
    with app.app_context():
        third = db.session.scalars(db.select(HandIn.content_sha).where(HandIn.task_id == keys[2])).one()
        db.session.remove()
    outcome = sign(head, [*items, f"{keys[2]}:sign-off:{third}"]).get_data(as_text=True)
    assert "Đã ký 2 kết quả." in outcome
    assert "Đồng chí chưa mở kết quả này kể từ khi được nộp." in outcome
    assert head.get("/signing").get_data(as_text=True).count("chưa mở xem") == 1


def test_a_page_fetched_ahead_is_not_opened(queue: Queue, visitor: Callable[..., Visitor]) -> None:
    _app, _world, keys = queue
    head = visitor("head_a")
    for header in ({"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}):
        head.get(f"/tasks/{keys[0]}/sign", headers=header)
    head.open("HEAD", f"/tasks/{keys[0]}/sign")
    assert head.get("/signing").get_data(as_text=True).count("chưa mở xem") == 3


def test_a_wrong_password_shows_the_preview_again_with_what_was_chosen(
    queue: Queue, visitor: Callable[..., Visitor]
) -> None:
    app, _world, keys = queue
    head = visitor("head_a")
    open_all(head, keys)
    _page, items = check(head, keys)
    answer = sign(head, items, password="sai", reason="ghi chú đã gõ")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 403
    assert len(ITEM.findall(page)) == 3
    assert "ghi chú đã gõ" in page
    assert re.search(r'value="checked"[^>]*checked', page)
    with app.app_context():
        assert db.session.scalars(db.select(Signature)).all() == []
        db.session.remove()


@pytest.mark.parametrize("item", ["", "x", "1", "1:sign-off", "9:receive:0", "99999999999:sign-off:0", "-1:confirm:0"])
def test_an_item_that_is_none_is_none(item: str, queue: Queue, visitor: Callable[..., Visitor]) -> None:
    answer = sign(visitor("head_a"), [item])
    assert answer.status_code in (200, 422)
    assert "Đã ký 1" not in answer.get_data(as_text=True)


def test_the_pages_ask_no_more_for_many_results_than_for_few(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    app, world = world_app
    head, found = visitor("head_a"), []
    for count in (2, 6):
        with app.app_context():
            keys = hand_in(world, count)
            db.session.remove()
        open_all(head, keys)
        address = "/signing/check?" + "&".join(f"task={key}" for key in keys)
        sizes = []
        for path in ("/signing", address, f"/tasks/{keys[0]}/sign", "/plans/1/signing"):
            with counted() as statements:
                head.get(path)
            sizes.append(len(statements_of(statements)))
        found.append(sizes)
    assert found[0] == found[1], found
    assert max(found[0]) <= 12, found


def test_no_route_removes_or_changes_a_signature(world_app: tuple[Flask, World]) -> None:
    app, _world = world_app
    about = [rule for rule in app.url_map.iter_rules() if "signature" in rule.rule or "signing" in rule.rule]
    assert {method for rule in app.url_map.iter_rules() for method in rule.methods or ()} <= {
        "GET", "HEAD", "OPTIONS", "POST",
    }  # fmt: skip
    assert {rule.endpoint for rule in about if "POST" in (rule.methods or ())} == {"signing.sign"}
    assert not any(word in rule.rule for rule in about for word in ("delete", "remove", "edit"))


# ------------------------------------------------------------------------------------------------ what it is worth
def spoil(app: Flask, task: int) -> None:
    """Turn one byte of the task's file over."""
    with app.app_context():
        sha = db.session.scalars(db.select(HandIn).where(HandIn.task_id == task)).one().evidence[0].sha256 or ""
        path = files.vault().path(sha)
        data = path.read_bytes()
        path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
        db.session.remove()


def test_one_byte_of_a_file_is_said_on_every_page_paper_and_export(
    queue: Queue, visitor: Callable[..., Visitor]
) -> None:
    app, world, keys = queue
    with app.app_context():
        world.step(keys[0], Action.SIGN_OFF, "head_a")
        mark = db.session.scalars(db.select(Signature.id)).one()
        db.session.remove()
    vice = visitor("vice")
    pages = (
        f"/tasks/{keys[0]}", f"/tasks/{keys[0]}/sign", "/tasks?state=", "/tasks/export.csv?state=",
        f"/signatures/{mark}",
    )  # fmt: skip
    said = "ký cho bản 1, hiện là bản 2, chưa ký"
    assert all(said not in vice.get(path).get_data(as_text=True).lower() for path in pages)
    assert "đã thay đổi từ khi nộp" not in vice.get("/signing").get_data(as_text=True)
    spoil(app, keys[0])
    missing = [path for path in pages if said not in vice.get(path).get_data(as_text=True).lower()]
    assert missing == []
    assert "đã thay đổi từ khi nộp: kết quả hoặc minh chứng" in vice.get("/signing").get_data(as_text=True)
    assert said in paper_text(vice.get(f"/signatures/{mark}/signature-{mark}.pdf").data)


def paper_text(data: bytes) -> str:
    import pypdfium2

    text: str = pypdfium2.PdfDocument(data)[0].get_textpage().get_text_bounded()
    return " ".join(text.split())


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_view_of_a_signature_has_name_position_capacity_unit_meaning_and_zone(
    language: str, queue: Queue, visitor: Callable[..., Visitor]
) -> None:
    app, world, keys = queue
    with app.app_context():
        world.step(keys[0], Action.SIGN_OFF, "head_a", "2026-01-06T10:00")
        mark = db.session.scalars(db.select(Signature.id)).one()
        db.session.remove()
    vice = visitor("vice")
    vice.post("/language", {"language": language})
    capacity = {"vi": "chính thức", "en": "appointed"}[language]
    meaning = {"vi": "hoàn thành", "en": "completed as required"}[language]
    views = [
        " ".join(re.sub(r"<[^>]+>", " ", vice.get(path).get_data(as_text=True)).split())
        for path in (f"/tasks/{keys[0]}", f"/tasks/{keys[0]}/sign", f"/signatures/{mark}")
    ]
    views.append(paper_text(vice.get(f"/signatures/{mark}/signature-{mark}.pdf").data))
    who = ("Triệu Minh Đức", "Trưởng phòng", "Phòng Chính sách Dân tộc")
    for view in views:
        for words in (*who, capacity, meaning, "10:00", "+07:00"):
            assert words in view, (words, view[:200])
    said = json.loads(vice.get(f"/signatures/{mark}/signature-{mark}.json").data)["signature"]
    assert (said["name"], said["signed_at"]) == ("Triệu Minh Đức", "2026-01-06T10:00:00+07:00")


def test_a_record_is_verified_by_its_file_and_by_its_hash(queue: Queue, visitor: Callable[..., Visitor]) -> None:
    app, world, keys = queue
    with app.app_context():
        world.step(keys[0], Action.SIGN_OFF, "head_a")
        mark = db.session.scalars(db.select(Signature.id)).one()
        db.session.remove()
    vice, other = visitor("vice"), visitor("head_b")
    data = vice.get(f"/signatures/{mark}/signature-{mark}.json").data
    paper = [vice.get(f"/signatures/{mark}/signature-{mark}.pdf").data for _time in range(2)]
    assert paper[0] == paper[1]
    good = send(vice, data)
    assert "Bản ghi đúng như khi ký." in good
    assert f'href="/signatures/{mark}"' in good
    assert "không còn đúng" in send(vice, data.replace("Trưởng phòng".encode(), "Trưởng ban".encode()))
    assert "không phải bản ghi" in send(vice, b"{}")
    theirs = send(other, data)
    assert "Bản ghi đúng như khi ký." in theirs
    assert f'href="/signatures/{mark}"' not in theirs
    wanted = json.loads(data)["entry"]["hash"]
    assert "Triệu Minh Đức" in vice.get(f"/verify?hash={wanted}").get_data(as_text=True)
    assert "Triệu Minh Đức" not in other.get(f"/verify?hash={wanted}").get_data(as_text=True)
    assert vice.get("/verify?hash=xyz").status_code == 422
    assert other.get(f"/signatures/{mark}").status_code == 404


def send(person: Visitor, data: bytes) -> str:
    person.get("/verify")
    form = {"file": (io.BytesIO(data), "signature.json")}
    return person.post("/verify", form, content_type="multipart/form-data").get_data(as_text=True)


def test_a_flow_nobody_could_follow_keeps_what_was_typed_and_names_the_unit(
    queue: Queue, visitor: Callable[..., Visitor]
) -> None:
    app, world, _keys = queue
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 30), leader_post_id=world.post["chair"])
        version = db.session.get_one(Task, world.drafts[0]).plan
        assert version is not None
        db.session.remove()
    chair = visitor("chair")
    page = chair.get(f"/plans/{world.plan}/signing").get_data(as_text=True)
    assert "Triệu Minh Đức" in page
    assert "chỉ còn một người đủ điều kiện" in page
    answer = chair.post(f"/plans/{world.plan}/steps", {"steps": "1", "second": "chair", "decision": ""})
    assert answer.status_code == 422
    form = {"steps": "1", "second": "chair", "decision": "QĐ 9/QĐ-BDT"}
    assert chair.post(f"/plans/{world.plan}/steps", form).status_code == 302
    assert "QĐ 9/QĐ-BDT" in chair.get(f"/plans/{world.plan}/signing").get_data(as_text=True)
