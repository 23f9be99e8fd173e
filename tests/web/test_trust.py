"""The manual of trust says in the product what it says in the docs, in both languages, and to everybody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from accountability import trust
from i18n import gettext, speaking
from tests.fixtures.people import Visitor
from tests.fixtures.places import World

DOCS = Path(__file__).parents[2] / "docs" / "trust.md"


@pytest.mark.database("sqlite")  # it reads no table
def test_the_page_in_the_docs_is_the_manual_of_the_product_in_both_languages(fresh_app: Flask) -> None:
    with fresh_app.test_request_context():
        said = []
        for language in ("vi", "en"):
            with speaking(language):
                said += [*trust.page(gettext), ""]
    assert DOCS.read_text(encoding="utf-8").splitlines() == said[:-1]


@pytest.mark.parametrize("username", ["chair", "officer_a", "admin"])
def test_everybody_reads_the_manual_and_finds_it_from_the_log(
    username: str, visitor: Callable[..., Visitor], world_app: tuple[Flask, World]
) -> None:
    person = visitor(username)
    assert "/log/trust" in person.get("/log").get_data(as_text=True)
    page = person.get("/log/trust").get_data(as_text=True)
    assert "Nhật ký không chứng minh được điều gì" in page
    assert "python3 -I verify_log.py" in page
