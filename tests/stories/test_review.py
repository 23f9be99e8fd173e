"""A clerk reviews a plan in a real browser, from upload to signature: by keyboard, and without script at 360 px."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accountability import replay, verify
from models.base import db
from models.plans import Plan
from models.vocabulary import PlanState
from tests.fixtures.live import Live
from tests.fixtures.places import PASSWORD

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "ke-hoach-ban-dan-toc.md"
REAL = ROOT.parent / "shared" / "plans" / "ke-hoach-23-ctr-tu.md"
PLANS = [path for path in (SAMPLE, REAL) if path.exists()]  # the real plan is read where its folder is there
LONG_NAME = "ke-hoach-" + "trien-khai-thuc-hien-chuong-trinh-" * 3 + "2026.md"


def upload(page: Page, live: Live, path: Path, name: str = "ke-hoach.md") -> None:
    """Upload a document and come to its review."""
    page.goto(f"{live.url}/plans/import")
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "text/markdown", "buffer": path.read_bytes()})
    page.click("main form[enctype] button[type=submit]")
    page.wait_for_url(re.compile(r"/plans/import/\d+"))


def take_all(page: Page, address: str) -> None:
    """Take every proposal, section by section, and declare what is left, without any script."""
    for _ in range(60):
        page.goto(address)
        button = page.locator('button[value^="accept-section:"]').first
        if button.count():
            button.click()
            continue
        fold = page.locator(".section-steps details.why").first
        if not fold.count():
            return
        fold.locator("summary").click()
        fold.locator("input").fill("Nội dung dẫn nhập, yêu cầu chung")
        fold.locator("button").click()
    raise AssertionError("the review does not come to an end")


def make_plan(page: Page) -> int:
    """Make the plan and return its number."""
    page.click("#make button[type=submit]")
    page.wait_for_url(re.compile(r"/plans/\d+$"))
    found = re.search(r"(\d+)$", page.url)
    assert found is not None
    return int(found[1])


def publish(page: Page, live: Live, plan: int) -> None:
    """Sign and publish a plan as leadership does."""
    page.goto(f"{live.url}/plans/{plan}")
    page.click(f'main a[href="/plans/{plan}/publish"]')
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form:has(input[name=password]) button[type=submit]").click()
    page.wait_for_url(re.compile(rf"/plans/{plan}$"))


def prove(live: Live, plan: int) -> None:
    with live.app.app_context():
        assert db.session.get_one(Plan, plan).state == PlanState.PUBLISHED
        assert verify.log().ok
        assert replay.differences() == []
        db.session.remove()
    assert live.refused == []


def is_narrow(page: Page) -> bool:
    """Return whether nothing of a page is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_a_clerk_reviews_a_plan_without_script_on_a_telephone_and_leadership_publishes_it(
    live: Live, path: Path
) -> None:
    office = live.sign_in("office", width=360, javascript=False)
    upload(office, live, path, LONG_NAME)
    address = office.url
    assert is_narrow(office)
    office.goto(f"{live.url}/plans/import")
    assert is_narrow(office)
    take_all(office, address)
    office.goto(address)
    expect(office.locator(".coverage-words")).to_contain_text("100 %")
    plan = make_plan(office)
    office.goto(f"{live.url}/plans/{plan}/clauses")
    assert is_narrow(office)
    leader = live.sign_in("vice", width=360, javascript=False)
    leader.goto(f"{live.url}/plans/{plan}/publish")
    assert is_narrow(leader)
    publish(leader, live, plan)
    prove(live, plan)


def test_a_review_goes_by_keyboard_and_each_key_goes_on_to_what_is_open_next(live: Live) -> None:
    page = live.sign_in("office")
    upload(page, live, SAMPLE)
    address = page.url
    before = page.locator(".proposal.is-accepted").count()
    page.keyboard.press("o")
    page.wait_for_url(re.compile(r"#c-\d+"))
    assert before == 0
    page.locator('.clause-row:has(button[value^="accept:"]) a').first.focus()
    page.keyboard.press("a")
    expect(page.locator(".proposal.is-accepted")).to_have_count(1)
    expect(page.locator("a.clause-mark:focus")).to_have_count(1)
    page.locator('.clause-row:has(button[value^="accept:"]) a').first.focus()
    page.keyboard.press("d")
    page.keyboard.type("Thuộc trách nhiệm của cơ quan khác")
    page.keyboard.press("Enter")
    expect(page.locator(".proposal.is-declared")).to_have_count(1)
    page.locator(".clause-row:has(.is-declared) a").first.focus()
    page.keyboard.press("u")
    expect(page.locator(".proposal.is-declared")).to_have_count(0)
    page.locator('.clause-row:has(button[value^="accept:"]) a').first.focus()
    page.keyboard.press("e")
    expect(page.locator("#edit-text")).to_be_focused()
    page.keyboard.press("Control+End")
    page.keyboard.type(" (đã sửa)")
    page.locator(".edit button[type=submit]").click()
    expect(page.locator(".proposal-text", has_text="(đã sửa)")).to_have_count(1)
    take_all(page, address)
    page.goto(address)
    plan = make_plan(page)
    publish(live.sign_in("chair"), live, plan)
    prove(live, plan)
