"""Signing in a real browser: a second factor is set with a telephone, results are opened, one sitting signs them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from models.base import db
from models.tasks import Signature
from models.vocabulary import Status
from tests.fixtures.factors import code_at
from tests.fixtures.live import Live
from tests.fixtures.places import PASSWORD
from tests.stories.test_main_job import prove


def proof(page: Page, code: str) -> None:
    """Type password and code into the form that asks for both."""
    page.fill("main input[name=password]", PASSWORD)
    page.fill("main input[name=code]", code)


@pytest.mark.parametrize(("javascript", "width"), [(True, 1280), (False, 360)], ids=["script", "phone, no script"])
def test_a_head_sets_a_second_factor_and_signs_what_he_has_opened_in_one_sitting(
    live: Live, javascript: bool, width: int, tmp_path: Path
) -> None:
    world, keys = live.world, list(live.world.drafts[:3])
    with live.app.app_context():
        for task in keys:
            world.assign(task, "CSDT", date(2026, 1, 30))
            world.to_hand_in(task, local="2026-01-05T09:00", result=f"Kết quả của nhiệm vụ {task}")
        db.session.remove()
    live.set_clock("2026-01-06T08:00:00")
    head = live.sign_in("head_a", width=width, javascript=javascript)
    head.goto(f"{live.url}/account")
    head.locator('main a[href="/account/factor"]').click()
    head.fill("main input[name=password]", PASSWORD)
    head.locator('form[action$="/begin"] button').click()
    expect(head.locator("svg.qr")).to_be_visible()
    box = head.locator("svg.qr").bounding_box()
    assert box is not None
    assert box["width"] > 150
    secret = (head.locator("code.secret").inner_text()).replace(" ", "")
    head.fill("input[name=code]", code_at(secret, world.at("2026-01-06T08:00:00")))
    head.locator('form[action$="/confirm"] button').click()
    expect(head.locator(".recovery li")).to_have_count(10)

    live.set_clock("2026-01-06T08:01:00")
    head.goto(f"{live.url}/signing")
    expect(head.locator("main")).to_contain_text("chưa mở xem")
    expect(head.locator("main input[name=task]")).to_have_count(0)
    for task in keys[:2]:
        head.locator(f'main a[href="/tasks/{task}/sign"]').click()
        expect(head.locator("main")).to_contain_text(f"Kết quả của nhiệm vụ {task}")
        head.goto(f"{live.url}/signing")
    expect(head.locator("main input[name=task]")).to_have_count(2)
    if width == 360:
        assert head.evaluate("document.documentElement.scrollWidth") <= 360
    head.locator("main form button[type=submit]").click()
    expect(head.locator("section.sheet")).to_have_count(2)
    head.locator("input[name=meaning]").first.check()
    proof(head, code_at(secret, world.at("2026-01-06T08:01:00")))
    head.locator("main form button[type=submit]").click()
    expect(head.locator("main")).to_contain_text("Đã ký 2 kết quả.")

    head.locator(f'main a[href="/tasks/{keys[0]}"]').click()
    head.locator('main a[href^="/signatures/"]').first.click()
    for words in ("Triệu Minh Đức", "Trưởng phòng", "+07:00", "mật khẩu và mã dùng một lần"):
        expect(head.locator("main")).to_contain_text(words)
    with head.expect_download() as waited:
        head.locator("main a", has_text="JSON").click()
    record = tmp_path / "signature.json"
    waited.value.save_as(record)
    head.goto(f"{live.url}/verify")
    head.set_input_files("input[type=file]", record)
    head.locator('form[method=post] button:has-text("Kiểm tra")').click()
    expect(head.locator("main")).to_contain_text("Bản ghi đúng như khi ký.")

    other = live.page(width=width, javascript=javascript)
    other.goto(f"{live.url}/login")
    other.fill("input[name=username]", "head_a")
    other.fill("input[name=password]", PASSWORD)
    other.click("main button[type=submit]")
    expect(other).to_have_url(re.compile(r"/login/code$"))
    live.set_clock("2026-01-06T08:02:00")
    other.fill("input[name=code]", code_at(secret, world.at("2026-01-06T08:02:00")))
    other.click("main button[type=submit]")
    expect(other).to_have_url(f"{live.url}/")

    live.tick("2026-01-06T08:03")
    subjects = [letter["Subject"] for letter in live.sink.to("head-a@bandantoc.example.vn")]
    assert "Tài khoản của đồng chí đã bật xác thực hai lớp" in subjects
    with live.app.app_context():
        assert [world.task(task).status for task in keys] == [Status.SIGNED_OFF, Status.SIGNED_OFF, Status.SUBMITTED]
        assert {mark.method for mark in db.session.scalars(db.select(Signature))} == {"password+totp"}
        db.session.remove()
    prove(live)
