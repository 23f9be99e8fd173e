"""The pages of recurring duties, events and progress: shown before it is saved, usable without script."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from models.base import db
from models.recurring import Progress, Recurrence
from models.tasks import Task
from models.vocabulary import Action, DeadlineKind, DeclaredState, Status, TaskKind
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from tests.fixtures.tasks import counted, statements_of
from web import task_page
from workflow import declared

BY_THE_15TH = "trước ngày 15 hằng tháng"


@pytest.fixture(autouse=True)
def in_january(clock_at: Callable[[str], None]) -> None:
    clock_at("2026-01-20T08:00")


def text(answer: TestResponse) -> str:
    return html.unescape(answer.get_data(as_text=True))


def fields_of(answer: TestResponse, action: str) -> dict[str, str]:
    """Return the hidden fields of the form that is sent to a step."""
    page = answer.get_data(as_text=True)
    form = re.search(rf'<form method="post" action="[^"]*/{action}".*?</form>', page, re.DOTALL)
    assert form is not None
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0])
    return {name: html.unescape(value) for name, value in found}


def worded(app: Flask, world: World, words: str) -> int:
    """Give the first draft the words of a deadline, as an import does."""
    with app.app_context():
        world.assign(world.drafts[0], "KHTH", deadline_words=words, deadline_kind=DeadlineKind.RECURRING)
        world.step(world.drafts[0], Action.DECLINE, "head_b", reason="Nhầm đơn vị")
        db.session.remove()
    return world.drafts[0]


def begun(app: Flask, world: World, **given: object) -> int:
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", recurs=True, deadline_words=BY_THE_15TH, product="Báo cáo", **given)  # type: ignore[arg-type]
        db.session.remove()
    return world.drafts[0]


def test_the_form_of_assigning_shows_the_coming_dates_and_gives_a_recurring_duty(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    app, world = world_app
    key = worded(app, world, BY_THE_15TH)
    vice = visitor("vice")
    answer = vice.get(f"/tasks/{key}")
    page = text(answer)
    assert "13/02/2026, 13/03/2026, 14/04/2026, 14/05/2026, 12/06/2026" in page
    given = {"lead_unit_id": world.unit["CSDT"], "recurs": "1", "deadline_words": BY_THE_15TH}
    assert vice.post(f"/tasks/{key}/assign", fields_of(answer, "assign") | given).status_code == 302
    with app.app_context():
        assert db.session.get_one(Task, key).kind == TaskKind.DEFINITION


def test_a_rule_is_saved_only_after_its_next_five_dates_were_shown(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    app, world = world_app
    key, office = world.drafts[1], visitor("office")
    page = text(office.get(f"/tasks/{key}/recurrence"))
    assert 'action="/tasks/' not in page.replace(f'action="/tasks/{key}/recurrence"', "")
    asked = {"basis": "own", "often": "quarterly", "day": "20", "quarter_month": "3", "nil_report": "1"}
    answer = office.get(f"/tasks/{key}/recurrence?{urlencode(asked)}")
    page = text(answer)
    for day in ("20/03/2026", "19/06/2026", "18/09/2026", "18/12/2026"):
        assert day in page
    assert office.post(f"/tasks/{key}/recur", fields_of(answer, "recur")).status_code == 302
    with app.app_context():
        row = db.session.scalars(db.select(Recurrence).where(Recurrence.task_id == key)).one()
        assert (row.rule, row.nil_report) == (
            '{"day":20,"freq":"quarterly","kind":"recurring","month":3}', True,
        )  # fmt: skip


@pytest.mark.parametrize(
    "asked",
    [
        {"often": "monthly", "day": "32"},
        {"often": "monthly", "dates": "01/6"},
        {"often": "yearly", "dates": "31/02"},
        {"often": "milestones", "dates": "31/12"},
        {"often": "daily"},
        {"day": "3"},
    ],
)
def test_fields_that_make_no_rule_are_answered_in_words_and_kept(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor], asked: dict[str, str]
) -> None:
    _, world = world_app
    answer = visitor("office").get(f"/tasks/{world.drafts[1]}/recurrence?{urlencode({'basis': 'own', **asked})}")
    page = text(answer)
    assert answer.status_code == 422
    assert 'id="refusal"' in page
    assert asked.get("dates", "") in page


@pytest.mark.parametrize(
    "rule",
    ["[]", "{", '{"kind":"recurring","freq":"monthly","day":"x"}', '{"kind":"milestones","dates":[{}]}', "x" * 9000],
)
def test_a_rule_nobody_offered_is_refused_and_nothing_is_saved(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor], rule: str
) -> None:
    app, world = world_app
    office = visitor("office")
    office.get(f"/tasks/{world.drafts[1]}")
    assert office.post(f"/tasks/{world.drafts[1]}/recur", {"rule": rule}).status_code == 422
    with app.app_context():
        assert db.session.query(Recurrence).count() == 0


def test_the_page_of_a_definition_lists_its_periods_with_their_state(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    app, world = world_app
    key = begun(app, world, nil_report=True)
    page = text(visitor("head_a").get(f"/tasks/{key}"))
    assert "tháng 1/2026" in page
    assert "14/01/2026" in page
    assert "quá hạn" in page.lower()


def test_nothing_occurred_is_one_button(world_app: tuple[Flask, World], visitor: Callable[..., Visitor]) -> None:
    app, world = world_app
    key = begun(app, world, nil_report=True)
    with app.app_context():
        world.step(key, Action.RECEIVE, "head_a")
        first = db.session.scalars(db.select(Task.id).where(Task.definition_id == key)).one()
        db.session.remove()
    officer = visitor("officer_a")
    answer = officer.get(f"/tasks/{first}")
    assert officer.post(f"/tasks/{first}/report-nil", fields_of(answer, "report-nil")).status_code == 302
    with app.app_context():
        assert db.session.get_one(Task, first).status == Status.SUBMITTED


def test_the_date_an_event_gives_is_shown_before_it_is_recorded(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    app, world = world_app
    with app.app_context():
        words = "trong thời hạn 10 ngày làm việc kể từ ngày nhận được Nghị quyết"
        world.assign(world.drafts[0], "CSDT", deadline_words=words, deadline_kind=DeadlineKind.DURATION)
        world.step(world.drafts[0], Action.RECEIVE, "head_a")
        db.session.remove()
    key, head = world.drafts[0], visitor("head_a")
    answer = head.get(f"/tasks/{key}/event?event_on=2026-01-19")
    assert "02/02/2026" in text(answer)
    given = {"document_number": "15/NQ-HĐND", "document_on": "2026-01-19"}
    assert head.post(f"/tasks/{key}/record-event", fields_of(answer, "record-event") | given).status_code == 302
    with app.app_context():
        assert db.session.get_one(Task, key).due_on == date(2026, 2, 2)


def test_an_event_refused_shows_its_page_again_with_what_was_typed(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    app, world = world_app
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", deadline_words="Sau khi có Quy chế", deadline_kind=DeadlineKind.EVENT)
        db.session.remove()
    office = visitor("office")
    office.get(f"/tasks/{world.drafts[0]}")
    given = {"event_on": "2026-01-19", "document_number": "99/QC-TW", "document_on": "2026-01-19"}
    answer = office.post(f"/tasks/{world.drafts[0]}/record-event", given)
    assert answer.status_code == 422
    assert "99/QC-TW" in text(answer)


def test_a_report_with_figures_stands_on_the_page_and_a_text_alone_still_is_one(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    app, world = world_app
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 30), product="Báo cáo")
        world.step(world.drafts[0], Action.RECEIVE, "head_a")
        db.session.remove()
    key, officer = world.drafts[0], visitor("officer_a")
    officer.get(f"/tasks/{key}")
    assert officer.post(f"/tasks/{key}/progress", {"text": "Đã khảo sát"}).status_code == 302
    given = {"text": "Xong 12 xã", "quantity": "1.012,5", "measure": "xã", "state": "green", "difficulty": "Mưa lũ"}
    assert officer.post(f"/tasks/{key}/progress", given).status_code == 302
    page = text(officer.get(f"/tasks/{key}"))
    for words in ("Đã khảo sát", "Xong 12 xã", "1.012,5", "Mưa lũ", "đúng tiến độ"):
        assert words in page
    assert officer.post(f"/tasks/{key}/progress", {"text": "x", "quantity": "nhiều"}).status_code == 422
    with app.app_context():
        assert db.session.query(Progress).count() == 2


def test_the_rules_printed_on_the_page_are_those_of_the_table(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    page = text(visitor("chair").get("/accountability/declared"))
    listed = re.search(r'<ol class="state-rules">(.*?)</ol>', page, re.DOTALL)
    assert listed is not None
    lines = [
        " ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in re.findall(r"<li>(.*?)</li>", listed[1], re.DOTALL)
    ]
    app, _ = world_app
    with app.test_request_context():
        expected = task_page.state_rules()
    assert len(lines) == len(declared.RULES) + 1
    for line, (_state, words) in zip(lines, expected, strict=False):
        for part in words.split("; "):
            assert part in line
    numbers = [rule.left_at_most or rule.silent_over for rule in declared.RULES]
    for line, number in zip(lines, numbers, strict=False):
        assert number is None or str(number) in line


def test_leadership_sees_green_then_late_with_the_list_behind_the_figure(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    app, world = world_app
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 15), product="Báo cáo")
        world.step(world.drafts[0], Action.RECEIVE, "head_a")
        for day in ("06", "08", "12", "14"):
            local = f"2026-01-{day}T09:00"
            world.step(world.drafts[0], Action.PROGRESS, "officer_a", local, text="Tốt", state=DeclaredState.GREEN)
        db.session.remove()
    chair = visitor("chair")
    page = text(chair.get("/accountability/declared"))
    link = re.search(r'href="(/accountability/declared\?head=[^"#]+)', page)
    assert link is not None
    assert "Triệu Minh Đức" in page
    assert f"/tasks/{world.drafts[0]}" in text(chair.get(link[1]))
    assert "tự đánh giá đúng tiến độ, thực tế chậm" in text(chair.get("/tasks"))
    assert visitor("head_a").get("/accountability/declared").status_code == 403


@pytest.mark.parametrize("path", ["/tasks/{key}", "/tasks/{key}/recurrence", "/accountability/declared", "/tasks"])
def test_no_page_of_recurring_work_asks_more_than_twelve_times(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor], path: str
) -> None:
    app, world = world_app
    key = begun(app, world)
    vice = visitor("vice")
    vice.get("/")
    with counted() as statements:
        assert vice.get(path.format(key=key)).status_code == 200
    assert len(statements_of(statements)) <= 12, statements
