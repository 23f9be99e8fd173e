"""The main job through the pages in a real browser: from the document to the log, with a letter that crosses SMTP."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accountability import replay, verify
from models.base import db
from models.tasks import Task
from models.vocabulary import Action, Status
from tests.fixtures.live import Live
from tests.fixtures.places import PASSWORD, World
from tests.stories.test_review import make_plan, publish, take_all, upload

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "ke-hoach-ban-dan-toc.md"
REAL = ROOT.parent / "shared" / "plans" / "ke-hoach-23-ctr-tu.md"
PLANS = [path for path in (SAMPLE, REAL) if path.exists()]  # the real plan is read where its folder is there


def press(page: Page, action: str, **fields: str) -> None:
    """Fill the form of a step, wherever it is folded away, and send it."""
    form = page.locator(f'form[action$="/{action}"]').first
    fold = page.locator(f'details:has(form[action$="/{action}"]):not([open]) > summary')
    for number in range(fold.count()):
        fold.nth(number).click()
    for name, value in fields.items():
        field = form.locator(f'[name="{name}"]').first
        if field.evaluate("node => node.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    form.locator("button[type=submit]").first.click()


def sign(page: Page, password: str = PASSWORD) -> None:
    """Sign on the signing page: the meaning, the password again."""
    page.locator("input[name=meaning]").first.check()
    page.fill("input[name=password]", password)
    page.locator("main form:has(input[name=password]) button[type=submit]").first.click()


def prove(live: Live) -> None:
    """Hold the log and the rows against each other, as every story ends."""
    with live.app.app_context():
        assert verify.log().ok
        assert replay.differences() == []
        db.session.remove()
    assert live.refused == []


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_a_plan_becomes_tasks_a_letter_goes_out_the_head_signs_leadership_confirms_and_the_log_tells_it(
    live: Live, path: Path
) -> None:
    world: World = live.world
    live.set_clock("2026-01-05T08:00")
    office = live.sign_in("office")
    upload(office, live, path)
    address = office.url
    take_all(office, address)
    office.goto(address)
    plan = make_plan(office)

    chair = live.sign_in("chair")
    publish(chair, live, plan)
    with live.app.app_context():
        task = db.session.scalars(db.select(Task.id).where(Task.plan_id == plan).order_by(Task.id)).first()
        db.session.remove()
    assert task is not None

    office.goto(f"{live.url}/tasks/{task}")
    press(
        office,
        "assign",
        lead_unit_id=str(world.unit["CSDT"]),
        leader_post_id=str(world.post["vice"]),
        due_on="2026-01-30",
        product="Báo cáo kết quả",
        officer_id=str(world.person["officer_a"]),
    )
    head = live.sign_in("head_a")
    head.goto(f"{live.url}/tasks/{task}")
    press(head, "receive")

    live.tick("2026-01-27T07:45")
    letters = live.sink.to("officer-a@bandantoc.example.vn")
    assert len(letters) == 1
    assert f"task={task};rule=T-3;on=2026-01-30" in letters[0].get_all("X-Reminder-Key", [])
    assert f"{live.url}/tasks/{task}" in letters[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]

    officer = live.sign_in("officer_a")
    officer.goto(f"{live.url}/tasks/{task}")
    officer.set_input_files(
        'form[action$="/hand-in"] input[type=file]',
        {"name": "kết quả.txt", "mimeType": "text/plain", "buffer": "Đã xong".encode()},
    )
    press(officer, "hand-in", result="Đã phổ biến ở 11 đơn vị.")

    head = live.sign_in("head_a")  # three weeks later: the old session has ended
    head.locator(f'main a[href$="/tasks/{task}"], main a[href$="/tasks/{task}/sign"]').first.click()
    head.goto(f"{live.url}/tasks/{task}/sign")
    expect(head.locator("main")).to_contain_text("Đã phổ biến ở 11 đơn vị.")
    sign(head, "sai-mat-khau-nay")
    expect(head.locator("[role=alert]")).to_be_visible()
    sign(head)
    vice = live.sign_in("vice")
    vice.goto(f"{live.url}/tasks/{task}/sign")
    sign(vice)

    chair = live.sign_in("chair")
    chair.goto(f"{live.url}/tasks/{task}")
    expect(chair.locator("main")).to_contain_text("hoàn thành đúng hạn")
    chair.goto(f"{live.url}/log?task={task}")
    expect(chair.locator("main")).to_contain_text("Nông Thị Lan")
    with live.app.app_context():
        assert world.task(task).status == Status.COMPLETED
        db.session.remove()
    prove(live)


def test_a_returned_result_is_redone_and_signed_anew(live: Live) -> None:
    world, task = live.world, live.world.drafts[0]
    with live.app.app_context():
        world.assign(task, "CSDT", world.at().date().replace(day=30))
        world.to_hand_in(task, local="2026-01-05T09:00", result="Bản đầu")
        db.session.remove()
    live.set_clock("2026-01-06T08:00")
    head = live.sign_in("head_a")
    head.goto(f"{live.url}/tasks/{task}")
    press(head, "return", reason="Thiếu số liệu của hai xã", password=PASSWORD)
    officer = live.sign_in("officer_a")
    expect(officer.locator("main")).to_contain_text(world_title(live, task))
    officer.goto(f"{live.url}/tasks/{task}")
    expect(officer.locator("main")).to_contain_text("Thiếu số liệu của hai xã")
    press(officer, "hand-in", result="Bản thứ hai, đủ số liệu", document_number="7/BC")
    head.goto(f"{live.url}/tasks/{task}/sign")
    expect(head.locator("main")).to_contain_text("Bản thứ hai, đủ số liệu")
    sign(head)
    vice = live.sign_in("vice")
    vice.goto(f"{live.url}/tasks/{task}/sign")
    sign(vice)
    with live.app.app_context():
        assert world.task(task).status == Status.COMPLETED
        db.session.remove()
    prove(live)


def test_an_overdue_task_is_red_on_the_desk_and_named_in_the_letter_of_the_next_working_day(live: Live) -> None:
    world, task = live.world, live.world.drafts[0]
    with live.app.app_context():
        world.assign(task, "CSDT", world.at("2026-01-09T08:00").date())
        world.step(task, Action.RECEIVE, "head_a")
        db.session.remove()
    live.tick("2026-01-12T07:45")
    letter = live.sink.to("head-a@bandantoc.example.vn")[-1]
    assert f"task={task};rule=T+1;on=2026-01-09" in letter.get_all("X-Reminder-Key", [])
    assert "quá hạn" in letter.get_body(("plain",)).get_content().lower()  # type: ignore[union-attr]
    head = live.sign_in("head_a")
    expect(head.locator("main")).to_contain_text("quá hạn")
    live.tick("2026-01-12T16:00")
    assert (
        len(
            [
                each
                for each in live.sink.to("head-a@bandantoc.example.vn")
                if "T+1;on=2026-01-09" in str(each.get_all("X-Reminder-Key"))
            ]
        )
        == 1
    )
    prove(live)


def test_a_stranger_and_a_wrong_department_are_refused(live: Live) -> None:
    task = live.world.drafts[0]
    with live.app.app_context():
        live.world.assign(task, "CSDT", live.world.at("2026-01-30T08:00").date())
        title = live.world.task(task).title
        db.session.remove()
    stranger = live.page()
    stranger.goto(f"{live.url}/tasks/{task}")
    expect(stranger).to_have_url(re.compile(r"/login\?next="))
    other = live.sign_in("head_b")
    answer = other.goto(f"{live.url}/tasks/{task}")
    assert answer is not None
    assert answer.status == 404
    for path in ("/tasks?state=", "/log", "/"):
        other.goto(live.url + path)
        expect(other.locator("main")).not_to_contain_text(title)
    prove(live)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_the_whole_sign_off_is_done_on_a_phone_with_and_without_script(live: Live, javascript: bool) -> None:
    world, task = live.world, live.world.drafts[0]
    with live.app.app_context():
        world.assign(task, "CSDT", world.at("2026-01-30T08:00").date())
        world.to_hand_in(task, local="2026-01-05T09:00")
        db.session.remove()
    live.set_clock("2026-01-06T08:00")
    for username in ("head_a", "vice"):
        page = live.sign_in(username, width=360, javascript=javascript)
        page.goto(f"{live.url}/tasks/{task}/sign")
        expect(page.locator("main")).to_be_visible()
        if javascript:
            assert page.evaluate("document.documentElement.scrollWidth") <= 360
        sign(page)
    with live.app.app_context():
        assert world.task(task).status == Status.COMPLETED
        db.session.remove()
    prove(live)


def world_title(live: Live, task: int) -> str:
    """Return a task's title."""
    with live.app.app_context():
        found = live.world.task(task).title
        db.session.remove()
        return found
