"""Two units, one waits; the head leaves mid-way, the acting head signs, a leader returns once and then confirms; units
merge. All of it through the pages, and at the end the history reads as it happened."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import Page, expect

from models.base import db
from models.people import Tenure
from models.units import UnitEvent
from models.vocabulary import Action, Role, Status, UnitKind
from tests.fixtures.live import Live
from tests.fixtures.places import PASSWORD
from tests.stories.test_main_job import press, prove, sign
from workflow.actors import Actor
from workflow.organization import people, units

NEW = "Phòng Chính sách và Tổng hợp"


def in_app(live: Live, what: str) -> int:
    """Make what the story needs and no page of it is about: a second officer, the unit that will come."""
    with live.app.app_context():
        by, at = Actor.system(), live.world.at()
        if what == "officer":
            key, _ = people.create(
                "officer_c", "Hứa Thị Mai", "officer-c@bandantoc.example.vn", by=by, at=at, password=PASSWORD
            )
            people.grant(key, Role.OFFICER, live.world.unit["CSDT"], date(2026, 1, 1), by=by, at=at)
        else:
            key = units.create("CSTH", UnitKind.DIVISION, NEW, date(2026, 5, 1), by=by, at=at)
        db.session.remove()
        return key


def fill(page: Page, form: str, **fields: str) -> None:
    """Fill a form, found by the end of its address, and send it."""
    found = page.locator(f'form[action$="{form}"]').first
    for name, value in fields.items():
        field = found.locator(f'[name="{name}"]').first
        if field.evaluate("node => node.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    found.locator("button[type=submit]").last.click()


def test_two_units_one_waits_the_head_leaves_the_acting_head_signs_a_leader_returns_once_then_confirms_and_units_merge(
    live: Live,
) -> None:
    world, task = live.world, live.world.drafts[1]
    csdt, khth = str(world.unit["CSDT"]), str(world.unit["KHTH"])
    officer_c = in_app(live, "officer")

    live.set_clock("2026-01-05T08:00")
    office = live.sign_in("office")
    office.goto(f"{live.url}/tasks/{task}")
    press(office, "assign", lead_unit_id=csdt, leader_post_id=str(world.post["vice"]), due_on="2026-02-27",
          product="Tờ trình và dự thảo chính sách", officer_id=str(officer_c))  # fmt: skip
    head_a = live.sign_in("head_a")
    head_a.goto(f"{live.url}/tasks/{task}")
    press(head_a, "receive")
    press(head_a, "start")

    # one waits for the other
    live.set_clock("2026-01-07T09:00")
    head_a = live.sign_in("head_a")
    head_a.goto(f"{live.url}/tasks/{task}")
    press(head_a, "wait", unit_id=khth, reason="Số liệu hộ nghèo của 11 huyện", answer_by="2026-01-14")
    live.set_clock("2026-01-13T14:00")
    head_b = live.sign_in("head_b")
    head_b.goto(f"{live.url}/tasks/{task}")
    press(head_b, "answer", text="Đã gửi số liệu tại công văn 12/KHTH.")

    # the head leaves: he hands over first, then the office enters the end and who acts; a second person confirms both
    live.set_clock("2026-01-16T09:00")
    office = live.sign_in("office")
    seat = world.post["head_a"]
    office.goto(f"{live.url}/admin/seats/{seat}")
    head_a = live.sign_in("head_a")
    office.locator('main a[href*="end-seat"]').first.click()
    fill(office, "/end", to_on="2026-01-19", decision="QĐ 15/QĐ-BDT ngày 15/01/2026")
    chair = live.sign_in("chair")
    chair.goto(f"{live.url}/admin/seats/{seat}")
    chair.locator('form[action$="/confirm"] button').first.click()
    expect(chair.locator("[role=alert]")).to_contain_text("bàn giao")
    with live.app.app_context():
        tenure = db.session.scalars(db.select(Tenure.id).where(Tenure.post_id == seat)).one()
        db.session.remove()
    head_a.goto(f"{live.url}/admin/people/{world.person['head_a']}")
    head_a.locator('main a[href*="/handovers/"]').first.click()
    head_a.goto(f"{live.url}/handovers/of/{world.person['head_a']}?leaving=seat&what={tenure}")
    head_a.fill("main input[name=password]", PASSWORD)
    head_a.locator("main form:has(input[name=password]) button[type=submit]").last.click()
    expect(head_a.locator("main")).to_contain_text("Triệu Minh Đức")
    office.goto(f"{live.url}/admin/seats/{seat}?do=enter")
    fill(office, "/holders", person_id=str(world.person["officer_a"]), capacity="acting", from_on="2026-01-19",
         decision="QĐ 16/QĐ-BDT ngày 15/01/2026")  # fmt: skip
    for act in ("/end/confirm", "/confirm"):
        chair.goto(f"{live.url}/admin/seats/{seat}")
        chair.locator(f'form[action$="{act}"] button').first.click()

    # the acting head signs what the officer hands in; the leader returns it once, then confirms
    for day, result, decided in (
        ("2026-02-02", "Dự thảo lần 1", False),
        ("2026-02-06", "Dự thảo lần 2, đủ căn cứ", True),
    ):
        live.set_clock(f"{day}T08:30")
        officer = live.sign_in("officer_c")
        officer.goto(f"{live.url}/tasks/{task}")
        press(officer, "hand-in", result=result, document_number=f"7/TTr-{day}")
        acting = live.sign_in("officer_a")
        acting.goto(f"{live.url}/tasks/{task}/sign")
        sign(acting)
        vice = live.sign_in("vice")
        vice.goto(f"{live.url}/tasks/{task}/sign")
        if decided:
            sign(vice)
        else:
            vice.goto(f"{live.url}/tasks/{task}")
            press(vice, "return", reason="Thiếu căn cứ pháp lý", password=PASSWORD)
    with live.app.app_context():
        assert world.task(task).status == Status.COMPLETED
        db.session.remove()

    # three months later the two units become one
    other = world.drafts[2]
    live.set_clock("2026-05-04T08:00")
    with live.app.app_context():
        world.assign(other, "KHTH", date(2026, 6, 30), local="2026-05-04T08:00")
        world.step(other, Action.RECEIVE, "head_b", "2026-05-04T09:00")
        db.session.remove()
    new = str(in_app(live, "unit"))
    live.set_clock("2026-05-05T08:00")
    office = live.sign_in("office")
    office.goto(f"{live.url}/admin/changes/new")
    typed = {"kind": "merge", "from_on": "2026-05-11", "decision": "QĐ 88/QĐ-UBND ngày 29/04/2026",
             "from0": csdt, "heir0": new, "from1": khth, "heir1": new, "to0": new}  # fmt: skip
    fill(office, "/changes", **typed)
    chair = live.sign_in("chair")
    with live.app.app_context():
        event = db.session.scalars(db.select(UnitEvent.id).order_by(UnitEvent.id.desc())).first()
        db.session.remove()
    chair.goto(f"{live.url}/admin/changes/{event}")
    chair.locator(f'form[action*="/events/{event}/confirm"] button').first.click()
    live.tick("2026-05-11T07:45")
    with live.app.app_context():
        assert world.task(other).lead_unit_id == int(new)
        assert world.task(task).lead_unit_id == int(csdt), "what is done stays with the unit that did it"
        db.session.remove()

    told = live.sign_in("chair")
    told.goto(f"{live.url}/tasks/{task}")
    history = told.locator("section[aria-labelledby=history]").inner_text()
    people_and_words = (
        "Triệu Minh Đức", "Số liệu hộ nghèo của 11 huyện", "Đặng Quốc Hưng", "Hứa Thị Mai", "Quyền Trưởng phòng",
        "Thiếu căn cứ pháp lý", "Nông Thị Lan",
    )  # fmt: skip
    for words in people_and_words:
        assert words in history, words
    told.goto(f"{live.url}/admin/changes/{event}")
    expect(told.locator("main")).to_contain_text(NEW)
    prove(live)
