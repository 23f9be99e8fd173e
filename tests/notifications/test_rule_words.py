"""The page of letters and the log say which reminder it was in words, never by its code."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from i18n import speaking
from notifications import announce, duties, rule_words
from notifications.stages import LADDERS

pytestmark = pytest.mark.database("sqlite")  # no table is read: one engine is enough


@pytest.fixture(autouse=True)
def vietnamese(fresh_app: Flask) -> Iterator[None]:
    """Speak Vietnamese."""
    with fresh_app.app_context(), speaking("vi"):
        yield


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("T-3", "trước hạn 3 ngày làm việc"),
        ("T0", "đúng ngày đến hạn"),
        ("T+7", "7 ngày làm việc sau thời hạn"),
        ("T+7w#2", "7 ngày làm việc sau thời hạn, nhắc lại lần 2"),
        ("UNRECEIVED+3w#1", "chưa tiếp nhận, sau 3 ngày làm việc, nhắc lại lần 1"),
        ("UNRECEIVED", "chưa tiếp nhận"),
        ("HANDED_IN#812", "đã nộp kết quả"),
    ],
)
def test_a_rule_is_said_in_words(rule: str, words: str) -> None:
    assert rule_words.of_rule(rule) == words


def test_every_ladder_and_event_has_its_words() -> None:
    families = {*LADDERS, *(event.rule for event in announce.EVENTS.values()), *duties.ANCHORS}
    assert families <= rule_words.FAMILIES.keys()


def test_a_line_of_a_letter_is_said_by_task_rule_and_day() -> None:
    said = rule_words.of_key("task=30;rule=HANDED_IN#1793;on=2026-11-20")
    assert said == "nhiệm vụ số 30: đã nộp kết quả (20/11/2026)"
    assert rule_words.of_key("something else") == "something else"
