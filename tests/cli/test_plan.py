"""`flask read`, `flask deadline` and `flask plan …`: one answer each, in words or as JSON, with its exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "ke-hoach-ban-dan-toc.md"


# The command touches no database, so one engine shows it.
@pytest.mark.database("sqlite")
def test_read_prints_one_json_object_and_keeps_nothing(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["read", str(SAMPLE), "--json"])
    assert done.exit_code == 0
    found = json.loads(done.output)
    assert {"plan", "sections", "targets", "tasks", "reports", "questions", "problems", "clauses", "text"} == set(found)
    assert len(found["tasks"]) == 15
    listed = app.test_cli_runner().invoke(args=["plan", "list", "--json"])
    assert json.loads(listed.output) == []


@pytest.mark.database("sqlite")  # the refusal comes before any database
def test_what_cannot_be_read_is_said_in_words_and_is_exit_1(app: Flask, tmp_path: Path) -> None:
    for name, data in (("a.pdf", b"%PDF-1.7"), ("a.txt", b""), ("a.docx", b"PK\x03\x04")):
        path = tmp_path / name
        path.write_bytes(data)
        done = app.test_cli_runner().invoke(args=["read", str(path), "--json"])
        assert done.exit_code == 1
        assert "Traceback" not in done.output
    assert app.test_cli_runner().invoke(args=["read", str(tmp_path / "none.txt")]).exit_code == 2


@pytest.mark.database("sqlite")  # no database is asked
def test_deadline_says_kind_dates_and_question(app: Flask) -> None:
    run = app.test_cli_runner()
    known = run.invoke(args=["deadline", "trước ngày 15/12 hằng năm", "--json"])
    assert json.loads(known.output)["month_day"] == "12-15"
    unknown = run.invoke(args=["deadline", "trong năm nay", "--json"])
    assert (unknown.exit_code, json.loads(unknown.output)["kind"]) == (0, "none")
    assert json.loads(unknown.output)["question"]
    counted = run.invoke(args=["deadline", "trong năm nay", "--issued", "2022-03-01", "--json"])
    assert json.loads(counted.output)["due"] == "2022-12-31"
    assert run.invoke(args=["deadline", "x", "--issued", "32/03/2022"]).exit_code == 2


@pytest.mark.database("sqlite")  # no database is asked
def test_deadline_shows_the_day_before_x_and_that_x_itself_is_not_late_with_the_settings_that_say_so(
    app: Flask,
) -> None:
    run = app.test_cli_runner()
    before = run.invoke(args=["deadline", "trước ngày 01/12/2026"]).output
    assert "30/11/2026" in before  # shown
    assert "deadline.before_counts=day_before" in before
    within = run.invoke(args=["deadline", "chậm nhất ngày 29/11/2026"]).output  # a Sunday
    assert "29/11/2026" in within
    assert "30/11/2026" in within
    assert "deadline.rest_day=next_working_day" in within


def test_import_makes_a_plan_of_drafts_once_and_coverage_counts_its_clauses(app: Flask) -> None:
    run = app.test_cli_runner()
    tried = run.invoke(args=["plan", "import", str(SAMPLE), "--dry-run"])
    assert tried.exit_code == 0
    assert json.loads(run.invoke(args=["plan", "list", "--json"]).output) == []
    made = run.invoke(args=["plan", "import", str(SAMPLE)])
    assert made.exit_code == 0, made.output
    plan = json.loads(run.invoke(args=["plan", "list", "--json"]).output)[0]
    assert (plan["state"], plan["tasks"]) == ("read", 15)
    counted = json.loads(run.invoke(args=["plan", "coverage", str(plan["id"]), "--json"]).output)
    assert counted["clauses"]["task"] == counted["tasks"] == 15
    again = run.invoke(args=["plan", "import", str(SAMPLE)])
    assert again.exit_code == 1
    assert run.invoke(args=["plan", "coverage", "999"]).exit_code == 1
