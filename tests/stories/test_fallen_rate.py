"""A leader asks why the quarter's rate fell: from the chart to the line of the log in four clicks, in a browser."""

from __future__ import annotations

import re

from models.base import db
from tests.accountability.test_figures import story
from tests.fixtures.live import Live


def test_four_clicks_lead_from_the_chart_to_the_line_of_the_log(live: Live) -> None:
    with live.app.app_context():
        story(live.world)
        db.session.remove()
    live.set_clock("2026-03-02T09:00")
    page = live.sign_in("chair")
    page.goto(f"{live.url}/accountability/trend")
    page.locator("svg.chart-trend a").last.click()
    page.locator(".key-figures .is-late a").click()
    page.locator("td.task-title a").first.click()
    page.locator(".history a.of-line").first.click()
    assert re.search(r"/log/\d+\.\d+$", page.url)
    assert page.locator("h1").inner_text() != ""
