"""`flask report` and `flask reports …`: the names scripts rely on, what they write, how they refuse."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from models.base import db
from models.letters import Letter
from tests.fixtures.places import World


@pytest.fixture
def ban(world_app: tuple[Flask, World], clock_at: Callable[[str], None]) -> Flask:
    """Return an application with one overdue task, on 20 January."""
    app, world = world_app
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 8))
        db.session.remove()
    clock_at("2026-01-20T08:00")
    return app


def run(app: Flask, *words: str) -> tuple[int, str]:
    found = app.test_cli_runner().invoke(args=list(words))
    return found.exit_code, found.output


@pytest.mark.parametrize("form", ["docx", "pdf", "xlsx"])
def test_a_report_is_written_into_a_file(form: str, ban: Flask, tmp_path: Path) -> None:
    target = tmp_path / f"a.{form}"
    code, _said = run(ban, "report", "2026-Q1", "--kind", "a", "--format", form, "-o", str(target))
    assert code == 0
    assert target.read_bytes()[:4] in (b"PK\x03\x04", b"%PDF")


def test_the_same_day_gives_the_same_document_xml(ban: Flask, tmp_path: Path, clock_at: Callable[[str], None]) -> None:
    first, second = tmp_path / "1.docx", tmp_path / "2.docx"
    words = ("report", "2026", "--kind", "b", "--as-of", "2026-01-15")
    assert run(ban, *words, "-o", str(first))[0] == 0
    clock_at("2026-02-20T08:00")
    assert run(ban, *words, "-o", str(second))[0] == 0
    parts = [zipfile.ZipFile(path).read("word/document.xml") for path in (first, second)]
    assert parts[0] == parts[1]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("2026-13",), 2),
        (("2026", "--kind", "z"), 2),
        (("2026", "--kind", "g"), 1),
        (("2026", "--unit", "NOBODY"), 1),
        (("2027",), 1),
        (("2026-01", "--as-of", "2026-03-01"), 1),
    ],
)
def test_what_cannot_be_made_is_refused_with_the_right_code(
    words: tuple[str, ...], code: int, ban: Flask, tmp_path: Path
) -> None:
    found, said = run(ban, "report", *words, "-o", str(tmp_path / "x.docx"))
    if words == ("2026-01", "--as-of", "2026-03-01"):
        assert found == 0, said  # a day after the cut-off asks for the cut-off
    else:
        assert found == code, said
        assert not (tmp_path / "x.docx").exists()


def test_the_register_is_listed_and_a_report_in_it_checked(ban: Flask) -> None:
    assert run(ban, "reports", "draft", "2026-01", "--unit", "csdt")[0] == 0
    code, said = run(ban, "reports", "list", "--json")
    assert code == 0
    (row,) = json.loads(said)
    assert (row["kind"], row["period"], row["state"], row["as_of"]) == ("a", "2026-01", "draft", "2026-01-14")
    code, said = run(ban, "reports", "check", "1", "--json")
    assert (code, json.loads(said)["same"]) == (0, True)
    assert run(ban, "reports", "check", "99")[0] == 1


def test_the_monthly_draft_is_prepared_once_and_the_office_told_by_letter(ban: Flask) -> None:
    assert run(ban, "reports", "monthly")[0] == 0
    assert run(ban, "reports", "monthly")[0] == 0
    with ban.app_context():
        found = db.session.scalars(db.select(Letter).where(Letter.key.startswith("report;"))).all()
        assert {letter.key for letter in found} == {"report;draft=1"}
        assert len(found) == 2  # the head of the office, and who works there
        assert all("tháng 1 năm 2026" in letter.subject and "/reports/1" in letter.text for letter in found)
        db.session.remove()


def test_a_template_goes_out_and_comes_back(ban: Flask, tmp_path: Path) -> None:
    target = tmp_path / "mau.docx"
    assert run(ban, "reports", "template", "report", "--write", str(target))[0] == 0
    assert run(ban, "reports", "template", "report", str(target))[0] == 0
    (tmp_path / "bad.docx").write_bytes(b"no")
    assert run(ban, "reports", "template", "report", str(tmp_path / "bad.docx"))[0] == 1
    assert run(ban, "reports", "template", "report", "--built-in")[0] == 0
