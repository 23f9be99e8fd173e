"""The pages of reports: made, read, edited, issued, signed copy brought, archived; who may; how many statements."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from accountability.reports import register
from documents.writers import official_template
from documents.writers.official import Form
from models.base import db
from models.words import ReportState
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from tests.fixtures.tasks import counted, statements_of

MAKE = {"kind": "a", "period": "2026-01", "idempotency_key": "k"}


@pytest.fixture
def office(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor], clock_at: Callable[[str], None]
) -> tuple[Visitor, Flask, World]:
    """Give a task that is overdue, and return somebody of the office who sits before the pages."""
    app, world = world_app
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 8))
        db.session.remove()
    clock_at("2026-01-20T08:00")
    return visitor("office"), app, world


def version(app: Flask, report: int) -> str:
    with app.app_context():
        found = str(register.one(report).version)
        db.session.remove()
        return found


def test_the_office_takes_a_report_from_the_log_to_the_archive(office: tuple[Visitor, Flask, World]) -> None:
    person, app, world = office
    made = person.post("/reports", MAKE)
    assert made.status_code == 302
    page = person.get("/reports/1").text
    assert "Kết quả thực hiện nhiệm vụ tháng 1 năm 2026" in page
    assert "{open_late}" in page
    refused = person.post("/reports/1/edit", {"version": version(app, 1), "text.proposals": "Có {khong_co} việc."})
    assert refused.status_code == 200 or refused.status_code == 422
    edited = person.post(
        "/reports/1/edit", {"version": version(app, 1), "text.proposals": "Đề nghị xử lý {open_late} việc."}
    )
    assert edited.status_code == 302
    assert "Đề nghị xử lý" in person.get("/reports/1").text
    fields = {"version": version(app, 1), "number": "3", "on": "2026-01-20", "post": str(world.post["vice"])}
    assert person.post("/reports/1/issue", fields).status_code == 302
    assert "Số: 03/BC-BDT" in person.get("/reports/1").text
    sent = {"version": version(app, 1), "file": (io.BytesIO(b"%PDF-1.7 ky"), "ban ký.pdf")}
    assert person.open("POST", "/reports/1/signed", data={"csrf_token": person.token, **sent}).status_code == 302
    assert person.get("/reports/1/signed").data == b"%PDF-1.7 ky"
    assert person.post("/reports/1/archive", {"version": version(app, 1)}).status_code == 302
    with app.app_context():
        assert register.one(1).state == ReportState.ARCHIVED
        db.session.remove()


def test_each_figure_opens_the_tasks_it_counted(office: tuple[Visitor, Flask, World]) -> None:
    person, _app, world = office
    person.post("/reports", MAKE)
    page = person.get("/reports/1/figures/open_late").text
    assert f"/tasks/{world.drafts[0]}" in page
    assert f"/tasks/{world.drafts[0]}" in person.get("/reports/1/figures/open_late.due").text
    assert person.get("/reports/1/figures/nothing").status_code == 404


@pytest.mark.parametrize("form", ["docx", "pdf", "xlsx"])
def test_a_report_leaves_as_a_file_of_each_kind(form: str, office: tuple[Visitor, Flask, World]) -> None:
    person, _app, _world = office
    person.post("/reports", MAKE)
    answer = person.get(f"/reports/1.{form}")
    assert answer.status_code == 200
    assert answer.data[:4] in (b"PK\x03\x04", b"%PDF")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"period": "tháng giêng"}, "2026-Q3"),
        ({"kind": "g"}, "đơn vị"),
        ({"period": "2026-02", "as_of": "2026-02-10"}, "kỳ"),
        ({"kind": "zz"}, "zz"),
        ({"unit_id": "999999"}, ""),
    ],
)
def test_a_report_that_cannot_be_made_keeps_what_was_typed(
    change: dict[str, str], said: str, office: tuple[Visitor, Flask, World]
) -> None:
    person, _app, _world = office
    answer = person.post("/reports", MAKE | change)
    assert answer.status_code in (404, 422)
    assert said in answer.text


def test_inspectors_read_reports_and_do_not_make_them_and_heads_do_not_see_them(
    office: tuple[Visitor, Flask, World], visitor: Callable[..., Visitor]
) -> None:
    person, _app, _world = office
    person.post("/reports", MAKE)
    inspector, head = visitor("inspector"), visitor("head_a")
    assert inspector.get("/reports/1").status_code == 200
    assert inspector.post("/reports", MAKE).status_code == 403
    assert head.get("/reports/1").status_code == 403


def test_a_report_made_once_more_is_the_same_and_the_page_says_so(office: tuple[Visitor, Flask, World]) -> None:
    person, _app, _world = office
    person.post("/reports", MAKE | {"as_of": "2026-01-12"})
    assert "giống hệt" in person.post("/reports/1/check").text


def test_the_pages_of_reports_send_few_statements_whatever_they_hold(office: tuple[Visitor, Flask, World]) -> None:
    person, app, _world = office
    for place in range(3):
        person.post("/reports", MAKE | {"idempotency_key": f"k{place}"})
    for address in ("/reports", "/reports/1", "/reports/1/figures/open_late", "/reports/templates"):
        with app.app_context(), counted() as found:
            assert person.get(address).status_code == 200
        assert len(statements_of(found)) <= 12, (address, statements_of(found))


def test_the_office_brings_a_template_and_is_told_what_is_wrong_with_another(
    office: tuple[Visitor, Flask, World],
) -> None:
    person, _app, _world = office
    assert person.get("/reports/templates/report.docx").data == official_template.built_in(Form.REPORT)
    fields = {"csrf_token": person.token, "form": "report"}
    bad = person.open("POST", "/reports/templates", data=fields | {"file": (io.BytesIO(b"no"), "a.docx")})
    assert bad.status_code == 422
    assert "không mở được như văn bản Word" in bad.text
    data = official_template.built_in(Form.REPORT)
    good = person.open("POST", "/reports/templates", data=fields | {"file": (io.BytesIO(data), "a.docx")})
    assert good.status_code == 302
    assert person.post("/reports/templates", {"form": "report", "act": "built-in"}).status_code == 302
