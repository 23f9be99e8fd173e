"""Importing a plan through the pages: the document is shown first, and only what a person accepts becomes drafts."""

from __future__ import annotations

import json
import re
import unicodedata
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from models.base import db
from models.letters import Letter
from models.log import LogEntry
from models.plans import Plan, Reading
from models.tasks import Task
from models.vocabulary import PlanState, Status
from tests.fixtures.people import Visitor
from tests.fixtures.places import World

Visit = Callable[..., Visitor]
PATH = "/plans/import"
DOCUMENT = """ỦY BAN NHÂN DÂN TỈNH LẠNG SƠN
BAN DÂN TỘC
Số:      /KH-BDT
Lạng Sơn, ngày     tháng 3 năm 2026

KẾ HOẠCH
Thực hiện Chương trình hành động về công tác dân tộc

I. MỤC ĐÍCH, YÊU CẦU
Triển khai đầy đủ các nội dung của Chương trình.

II. NHIỆM VỤ, GIẢI PHÁP
1. Xây dựng chính sách hỗ trợ nhà ở cho hộ nghèo
- Cơ quan chủ trì: Phòng Chính sách Dân tộc.
- Thời gian thực hiện: Quý II/2026.
2. Kiểm tra việc thực hiện các dự án trên địa bàn
3. Tổng hợp, báo cáo kết quả thực hiện hằng quý

III. TỔ CHỨC THỰC HIỆN
Các phòng căn cứ Kế hoạch này triển khai thực hiện.

TRƯỞNG BAN
Hoàng Văn Thủ
"""


def send(person: Visitor, name: str = "ke-hoach.md", data: bytes | str = DOCUMENT, **more: Any) -> TestResponse:
    """Upload a file through the page."""
    person.get(PATH)
    content = data.encode() if isinstance(data, str) else data
    return person.post(PATH, {"file": (BytesIO(content), name)}, content_type="multipart/form-data", **more)


def word(*paragraphs: str) -> bytes:
    """Return a small .docx with these paragraphs."""
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    kinds = "http://schemas.openxmlformats.org/package/2006/content-types"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{kinds}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
            f'relationships+xml"/><Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        )
        package.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{links}"><Relationship Id="r" Type="{office}" Target="word/document.xml"/>'
            "</Relationships>",
        )
        package.writestr("word/document.xml", f"<w:document {space}><w:body>{body}</w:body></w:document>")
    return file.getvalue()


HEAD = {"title": "Kế hoạch năm 2026", "steps": "2"}


def step(person: Visitor, path: str, do: str, **more: Any) -> TestResponse:
    """Press one button of the review."""
    key = re.search(r'name="idempotency_key" value="(\w+)"', person.get(path).get_data(as_text=True))
    assert key is not None
    return person.post(f"{path}/step", {"do": do, "idempotency_key": key[1], **more})


def buttons(page: str, name: str) -> list[str]:
    """Return the buttons of one step on a page."""
    return re.findall(rf'name="do" value="({name}:[^"]*)"', page)


def answer_everything(person: Visitor, path: str) -> None:
    """Take every proposal and target, section by section."""
    for do in buttons(person.get(path).get_data(as_text=True), "accept-section"):
        assert step(person, path, do).status_code == 302


def accept(person: Visitor, path: str) -> TestResponse:
    """Take every proposal and make the plan."""
    answer_everything(person, path)
    return person.post(f"{path}/accept", HEAD)


def count(app: Flask, kind: Any, *conditions: Any) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(kind).where(*conditions)) or 0


def open_reading(person: Visitor) -> tuple[str, str]:
    """Upload the document; return the address of its review and the page."""
    answer = send(person)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    path = str(answer.location)
    return path, person.get(path).get_data(as_text=True)


def test_the_document_is_shown_with_its_proposals_and_nothing_is_live_before_acceptance(
    visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    person, app = visitor("office"), world_app[0]
    before = count(app, Task)
    _, page = open_reading(person)
    assert all(line in page for line in ("Xây dựng chính sách hỗ trợ nhà ở cho hộ nghèo", "MỤC ĐÍCH, YÊU CẦU"))
    assert "Quý II/2026" in page
    assert "Phòng Chính sách Dân tộc" in page
    assert "…/KH-BDT" in page
    assert '<mark class="is-task">' in page
    assert (count(app, Task), count(app, Plan)) == (before, 1)


def test_accepting_makes_drafts_without_unit_and_date_and_tells_nobody(
    visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    person, app = visitor("office"), world_app[0]
    path, _ = open_reading(person)
    answer = accept(person, path)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    plan_id = int(str(answer.location).rsplit("/", 1)[-1])
    with app.app_context():
        drafts = db.session.scalars(select(Task).where(Task.plan_id == plan_id).order_by(Task.id)).all()
        assert len(drafts) > 2
        assert {(task.status, task.lead_unit_id, task.due_on, task.original_due_on) for task in drafts} == {
            (Status.DRAFT, None, None, None)
        }
        words = {(task.lead_words, task.deadline_words) for task in drafts}
        assert ("Phòng Chính sách Dân tộc", "Quý II/2026") in words
        plan = db.session.get_one(Plan, plan_id)
        assert (plan.state, plan.title) == (PlanState.READ, HEAD["title"])
    assert count(app, Letter) == 0
    assert person.get(f"/plans/{plan_id}").status_code == 200


def test_a_second_acceptance_leads_to_the_same_plan(visitor: Visit, world_app: tuple[Flask, World]) -> None:
    person, app = visitor("office"), world_app[0]
    path, _ = open_reading(person)
    answers = [accept(person, path), person.post(f"{path}/accept", HEAD)]
    assert len({answer.location for answer in answers}) == 1
    assert {answer.status_code for answer in answers} == {302}
    assert count(app, Plan) == 2
    assert person.get(path).location == answers[0].location


def test_no_plan_is_made_before_everything_is_decided_and_what_was_typed_is_kept(
    visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    person, app = visitor("office"), world_app[0]
    path, _ = open_reading(person)
    answer = person.post(f"{path}/accept", {"title": "Chữ đã gõ <b>", "steps": "1"})
    again = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Chữ đã gõ &lt;b&gt;" in again
    assert re.search(r'href="[^"]+#c-\d+"', again)
    assert count(app, Plan) == 1


@pytest.mark.parametrize(
    "wrong", [{"steps": "9"}, {"steps": "0"}, {"steps": ""}, {"title": ""}, {"title": "  "}], ids=str
)
def test_a_plan_without_a_title_or_with_signatures_nobody_gives_is_not_made(
    wrong: dict[str, str], visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    person, app = visitor("office"), world_app[0]
    path, _ = open_reading(person)
    answer_everything(person, path)
    assert person.post(f"{path}/accept", HEAD | wrong).status_code == 422
    assert count(app, Plan) == 1


def test_a_dropped_reading_is_gone_and_the_file_can_be_read_again(
    visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    person, app = visitor("office"), world_app[0]
    path, _ = open_reading(person)
    assert person.post(f"{path}/drop").status_code == 302
    assert person.get(path).status_code == 404
    assert person.post(f"{path}/drop").status_code == 404
    assert (count(app, Reading, Reading.plan_id.is_(None)), count(app, Plan)) == (0, 1)
    assert count(app, LogEntry, LogEntry.act == "plan.drop") == 1
    assert send(person).status_code == 302


def test_the_same_file_again_leads_to_the_reading_that_waits_and_then_to_the_plan(visitor: Visit) -> None:
    person = visitor("office")
    path, _ = open_reading(person)
    assert send(person, "ten-khac.md").location == path
    plan = accept(person, path).location
    answer = send(person, "ten-khac-nua.md")
    assert answer.status_code == 409
    assert f'href="{plan}"' in answer.get_data(as_text=True)


@pytest.mark.database("sqlite")  # such a file is refused before any database sees it
@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("ke-hoach.pdf", b"%PDF-1.7\n", 415),
        ("ke-hoach.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, 415),
        ("anh.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 100, 415),
        ("ke-hoach.docx", b"not a zip", 415),
        ("ke-hoach.docx", b"PK\x03\x04" + bytes(range(256)) * 8, 415),
        ("ke-hoach.txt", bytes(range(256)) * 8, 415),
        ("ke-hoach.exe", b"MZ" + b"\x00" * 100, 415),
        ("ke-hoach.md", b"  \n ", 422),
        ("ke-hoach.md", "MẬT\n".encode() + DOCUMENT.encode(), 422),
        ("ke-hoach.md", "TUYỆT MẬT\n".encode() + DOCUMENT.encode(), 422),
    ],
)
def test_what_cannot_be_read_is_answered_on_the_page_and_nothing_of_it_is_kept(
    name: str, data: bytes, status: int, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    person, app = visitor("office"), world_app[0]
    readings = count(app, Reading)
    kept = sorted(path.name for path in vault(app).rglob("*"))
    answer = send(person, name, data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert 'type="file"' in page
    assert "%(" not in page
    assert count(app, Reading) == readings
    assert sorted(path.name for path in vault(app).rglob("*")) == kept
    with app.app_context():
        entry = db.session.scalars(select(LogEntry).order_by(LogEntry.seq.desc()).limit(1)).one()
        body = json.loads(entry.body)
    is_secret = "MẬT".encode() in data
    assert entry.act == "plan.refused"
    assert name not in entry.body
    assert ("sha256" in entry.body) is not is_secret
    assert str(len(data)) in json.dumps(body)


@pytest.mark.database("sqlite")  # such a file is refused before any database sees it
def test_a_file_beyond_the_limit_is_refused_on_the_page(visitor: Visit, world_app: tuple[Flask, World]) -> None:
    person, app = visitor("office"), world_app[0]
    readings = count(app, Reading)
    person.get(PATH)
    head = f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{person.token}\r\n'
    head += '--x\r\nContent-Disposition: form-data; name="file"; filename="to.txt"\r\n\r\n'
    body = head.encode() + b"a" * (20 * 1024 * 1024 + 10) + b"\r\n--x--\r\n"
    answer = person.open("POST", PATH, data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413
    assert 'type="file"' in answer.get_data(as_text=True)
    assert count(app, Reading) == readings


def test_no_file_at_all_is_said_so(visitor: Visit) -> None:
    person = visitor("office")
    person.get(PATH)
    assert person.post(PATH, {}).status_code == 422
    assert send(person, "", b"").status_code == 422


@pytest.mark.parametrize(
    "name",
    [
        unicodedata.normalize("NFD", "Kế hoạch số 23 của Ủy ban.md"),
        "../../etc/passwd.md",
        "C:\\Users\\a\\kế hoạch.md",
        "<script>alert(%22x%22)</script>.md",
        "kế hoạch 'năm' & %222026%22 <b>.md",
        "a" * 300 + ".md",
    ],
)
def test_a_file_may_have_any_name(name: str, visitor: Visit, world_app: tuple[Flask, World]) -> None:
    person, app = visitor("office"), world_app[0]
    answer = send(person, name)
    assert answer.status_code == 302
    page = person.get(str(answer.location)).get_data(as_text=True)
    assert "<script>alert" not in page
    with app.app_context():
        shown = db.session.scalars(select(Reading.filename).order_by(Reading.id.desc())).first() or ""
    assert unicodedata.is_normalized("NFC", shown)
    assert not {"/", "\\"} & set(shown)
    assert len(shown) <= 120


def test_a_word_file_is_read_too(visitor: Visit) -> None:
    person = visitor("vice")
    answer = send(person, "ke-hoach.docx", word(*[line for line in DOCUMENT.split("\n") if line]))
    assert answer.status_code == 302
    assert "Xây dựng chính sách hỗ trợ nhà ở" in person.get(str(answer.location)).get_data(as_text=True)


@pytest.mark.parametrize("username", ["head_a", "officer_a", "inspector", "admin"])
def test_units_inspectors_and_administrators_do_not_import(
    username: str, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    path, _ = open_reading(visitor("office"))
    person, app = visitor(username), world_app[0]
    assert [person.get(address).status_code for address in (PATH, path)] == [403, 403]
    assert person.post(PATH, {"file": (BytesIO(b"x"), "a.md")}, content_type="multipart/form-data").status_code == 403
    assert person.post(f"{path}/accept", HEAD).status_code == 403
    assert person.post(f"{path}/step", {"do": "accept:0:1"}).status_code == 403
    assert person.post(f"{path}/drop").status_code == 403
    assert count(app, Plan) == 1


def test_a_reading_is_found_by_every_clerk_and_by_nobody_else(visitor: Visit) -> None:
    path, _ = open_reading(visitor("office"))
    other = visitor("vice")
    assert other.get(path).status_code == 200
    assert path in other.get(PATH).get_data(as_text=True)
    assert other.get(f"{PATH}/{'9' * 30}").status_code == 404


def test_markup_in_a_document_stays_text(visitor: Visit) -> None:
    person = visitor("office")
    answer = send(person, data=DOCUMENT.replace("hộ nghèo", "hộ nghèo <img src=x onerror=alert(1)>"))
    page = person.get(str(answer.location)).get_data(as_text=True)
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def vault(app: Flask) -> Path:
    return Path(app.config["DATA_DIR"]) / "files"
