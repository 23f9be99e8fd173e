"""Leadership's page and the figures behind it: who may see what, every number opens its list, few statements."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask

from accountability import replay, verify
from models.base import db
from tests.accountability.test_figures import story
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from tests.fixtures.tasks import counted, statements_of

YEAR = "period=2026"


@pytest.fixture
def told(world_app: tuple[Flask, World], clock_at: Callable[[str], None]) -> tuple[Flask, World]:
    """Tell of four tasks, and look at them on a day in March."""
    app, world = world_app
    clock_at("2026-03-02T09:00")
    with app.app_context():
        story(world)
        db.session.remove()
    return app, world


def text(visitor: Visitor, path: str, status: int = 200) -> str:
    answer = visitor.get(path)
    assert answer.status_code == status, path
    return unescape(answer.get_data(as_text=True))


def test_leadership_sees_who_is_late_and_every_number_opens_as_many_tasks(
    told: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    chair = visitor("chair")
    page = text(chair, f"/accountability?{YEAR}")
    assert "Kiểm tra việc thực hiện" in page
    links = set(re.findall(r'href="(/figures/[a-z_0-9]+\?[^"]+)">([0-9.]+)</a>', page))
    assert len(links) > 10
    for href, value in links:
        behind = text(chair, href)
        shown = re.search(r'list-head"><span>(?:Tổng cộng )?([0-9.]+)', behind)
        assert shown is not None, href
        assert shown[1] == value, href


def test_from_the_page_to_the_line_of_the_log_in_four_clicks(
    told: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    chair = visitor("chair")
    page = text(chair, f"/accountability?{YEAR}")
    unit = re.search(r'<a href="(/figures\?[^"]+)">Phòng Kế hoạch', page)
    assert unit is not None
    figure = re.search(r'href="(/figures/open_late\?[^"]+)"', text(chair, unit[1]))
    assert figure is not None
    task = re.search(r'href="(/tasks/\d+)"', text(chair, figure[1]))
    assert task is not None
    assert re.search(r'href="/log/\d+\.\d+"', text(chair, task[1])) is not None


def test_a_head_sees_of_himself_what_leadership_sees_and_nothing_of_others(
    told: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    _app, world = told
    own = f"/figures?{YEAR}&head={world.person['head_b']}"
    rows = re.compile(r'<tr id="([a-z_0-9]+)">.*?<td class="figure"[^>]*>(.*?)</td>', re.DOTALL)
    head, chair = visitor("head_b"), visitor("chair")
    assert (
        rows.findall(text(head, own)) == rows.findall(text(chair, own)) == rows.findall(text(head, f"/figures?{YEAR}"))
    )
    for other in (f"&head={world.person['head_a']}", f"&unit={world.unit['CSDT']}"):
        text(head, f"/figures?{YEAR}{other}", 404)
        text(head, f"/figures/open_late?{YEAR}{other}", 404)
    text(head, f"/accountability?{YEAR}", 403)
    text(visitor("officer_a"), own, 403)


@pytest.mark.parametrize(
    "words",
    [
        "period=2026-13",
        "period=x",
        "from=2026-02-01&to=2026-01-01",
        "unit=x",
        "unit=-1",
        "cut=morgen",
        "head=99999999999",
    ],
)
def test_an_address_that_asks_nonsense_finds_nothing(words: str, visitor: Callable[..., Visitor]) -> None:
    answer = visitor("chair").get(f"/figures?{words}")
    assert answer.status_code in (404, 422)


@pytest.mark.parametrize("path", ["/accountability", "/figures", "/figures/assigned"])
def test_twelve_statements_do_for_any_number_of_tasks(
    path: str, told: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    chair = visitor("chair")
    text(chair, f"{path}?period=2026")
    with counted() as found:
        text(chair, f"{path}?period=2026")
    assert len(statements_of(found)) <= 12, found


def test_a_head_explains_a_figure_and_leadership_reads_it_beside_the_same_figure(
    told: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    app, world = told
    own = f"/figures?{YEAR}&head={world.person['head_b']}"
    head, words = visitor("head_b"), "Sở Xây dựng chưa gửi số liệu <b>"
    page = text(head, own)
    found = r'action="(/figures/open_late/explain[^"]+)".*?name="idempotency_key" value="([^"]+)"'
    form = re.search(found, page, re.DOTALL)
    assert form is not None
    for _twice in range(2):
        answer = head.post(form[1], {"text": words, "idempotency_key": form[2]})
        assert answer.status_code == 302
    chair = text(visitor("chair"), own)
    assert chair.count(words) == 1
    assert "explain" not in re.findall(r'class="([a-z]+)"', chair)
    with app.app_context():
        assert verify.log().ok
        assert replay.differences() == []
    log = text(visitor("chair"), "/log?act=figure")
    assert "Đặng Quốc Hưng giải trình về một số liệu." in log


@pytest.mark.parametrize(("who", "status"), [("head_a", 404), ("chair", 403), ("officer_b", 403)])
def test_nobody_explains_for_another(
    who: str, status: int, told: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    _app, world = told
    person = visitor(who)
    path = f"/figures/open_late/explain?{YEAR}&head={world.person['head_b']}"
    assert person.post(path, {"text": "Không phải"}).status_code == status


def test_an_explanation_without_words_is_refused(told: tuple[Flask, World], visitor: Callable[..., Visitor]) -> None:
    _app, world = told
    path = f"/figures/open_late/explain?{YEAR}&head={world.person['head_b']}"
    assert visitor("head_b").post(path, {"text": " "}).status_code == 422
