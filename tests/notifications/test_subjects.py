"""A subject says when, how many of what, and which task is the most urgent, in as many letters as a list shows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask

from i18n import gettext as _
from i18n import speaking
from models.vocabulary import Action
from notifications import subjects
from notifications.digest import SECTIONS, Digest, Entry, Section
from tests.fixtures.mail import Office

DAY = date(2026, 11, 25)
TITLE = "Rà soát, đề xuất chính sách đặc thù cho đồng bào dân tộc thiểu số trên địa bàn tỉnh"


@pytest.fixture(params=["vi", "en"])
def language(request: pytest.FixtureRequest, fresh_app: Flask) -> Iterator[str]:
    """Speak each language in turn."""
    with fresh_app.app_context(), speaking(request.param):
        yield request.param


def entry(title: str) -> Entry:
    return Entry(1, title, "", "", [], [], None, "", "", [])


def digest(*heaps: tuple[str, int], title: str = TITLE) -> Digest:
    return Digest(DAY, [Section(name, "", [entry(title)] * count) for name, count in heaps])


@pytest.mark.database("sqlite")  # no table is read: one engine is enough
def test_a_subject_names_what_is_most_urgent(language: str) -> None:
    found = subjects.subject(digest(("overdue", 2), ("today", 1)))
    assert (
        found
        == {
            "vi": "Nhắc việc 25/11: 2 quá hạn, 1 hạn hôm nay – Rà soát, đề xuất chính sách đặc…",
            "en": "Reminder 25/11: 2 overdue, 1 due today – Rà soát, đề xuất chính sách đặc thù…",
        }[language]
    )


@pytest.mark.database("sqlite")
def test_what_is_beyond_two_counts_is_one_number(language: str) -> None:
    found = subjects.subject(digest(("to_sign", 3), ("overdue", 2), ("due", 4), ("new", 5), title="Họp"))
    assert (
        found
        == {
            "vi": "Nhắc việc 25/11: 3 chờ ký, 2 quá hạn, 9 việc khác – Họp",
            "en": "Reminder 25/11: 3 to sign, 2 overdue, 9 more – Họp",
        }[language]
    )


@pytest.mark.database("sqlite")
def test_no_subject_is_longer_than_a_list_shows_and_none_breaks_a_word(language: str) -> None:
    rng = random.Random(7)
    for _round in range(300):
        heaps = [(name, rng.choice((1, 7, 50))) for name in SECTIONS if rng.random() < 0.3]
        words = ["".join(rng.choice("aăđêôươ") for _ in range(rng.randint(1, 12))) for _ in range(rng.randint(1, 30))]
        found = subjects.subject(digest(*heaps, title=" ".join(words)))
        bare = ", ".join(_(SECTIONS[name][1], count=count) for name, count in heaps[:2])
        title = found.partition(" – ")[2].removesuffix("…")
        assert len(found) <= subjects.LENGTH or bare in found
        assert " ".join(words).startswith(title)
        assert not title or title.split() == words[: len(title.split())]


def test_a_letter_speaks_of_signing_first_then_of_what_is_late_and_says_when_it_reminds_next(office: Office) -> None:
    world = office.world
    for task, due in ((world.drafts[0], date(2026, 1, 14)), (world.drafts[1], date(2026, 3, 31))):
        world.assign(task, "CSDT", due)
        world.step(task, Action.RECEIVE, "head_a")
    office.through(date(2026, 1, 12), date(2026, 1, 14))
    world.step(world.drafts[1], Action.START, "officer_a", "2026-01-14T08:00")
    world.step(world.drafts[1], Action.HAND_IN, "officer_a", "2026-01-14T08:00", result="x")
    office.tick("2026-01-15T07:30")
    words = office.server.words()
    assert office.server.letters[-1]["Subject"].startswith("Nhắc việc 15/01: 1 chờ ký, 1 quá hạn – Rà soát")
    assert words.index("CHỜ ĐỒNG CHÍ KÝ XÁC NHẬN (1)") < words.index("QUÁ HẠN (1)")
    late = words.partition("QUÁ HẠN (1)")[2]
    assert "Lý do nhắc: 1 ngày làm việc sau thời hạn" in late
    assert "Lần nhắc tiếp theo: thứ Hai, 19/01/2026" in late
    office.through(date(2026, 1, 16), date(2026, 1, 19))
    assert "T+3" in office.rules("head_a")


def test_what_does_not_fit_leads_to_the_inbox_and_each_letter_to_what_one_settles(office: Office) -> None:
    office.world.assign(office.world.drafts[0], "CSDT", date(2026, 1, 16))
    office.tick("2026-01-13T07:30")
    for kind in ("plain", "html"):
        words = office.server.words(kind=kind)
        assert "https://dondoc.example.vn/inbox" in words
        assert "https://dondoc.example.vn/account/letters" in words
        assert "https://dondoc.example.vn/letters/" in words
        assert "<img" not in words
