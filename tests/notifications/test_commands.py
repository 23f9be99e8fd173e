"""The reminders from the command line: as often as one likes, never at a made-up moment outside test mode."""

from __future__ import annotations

import json
from datetime import date

from tests.fixtures.mail import Office


def run(office: Office, *words: str, code: int = 0) -> str:
    answer = office.app.test_cli_runner().invoke(args=list(words))
    assert answer.exit_code == code, answer.output
    return answer.output


def test_remind_plans_deliver_sends_and_neither_does_it_twice(office: Office) -> None:
    office.world.assign(office.world.drafts[0], "CSDT", date(2026, 1, 16))
    at = ("--at", "2026-01-13T07:30")
    dry = json.loads(run(office, "remind", *at, "--dry-run", "--json"))
    assert office.letters() == []
    real = json.loads(run(office, "remind", *at, "--json"))
    assert real["lines"] == dry["lines"]
    assert {
        "recipient": office.world.person["head_a"],
        "task": office.world.drafts[0],
        "rule": "T-3",
        "on": "2026-01-16",
        "state": "planned",
    } in real["lines"]
    assert json.loads(run(office, "remind", *at, "--json"))["lines"] == []
    sent = json.loads(run(office, "deliver", *at, "--json"))
    assert sent["accepted"] == real["letters"] > 0
    assert json.loads(run(office, "deliver", *at, "--json"))["accepted"] == 0
    assert json.loads(run(office, "reminders", "run", "--once", *at, "--json"))["lines"] == []


def test_tick_does_all_of_it_and_reconcile_says_nothing_is_missing_or_extra(office: Office) -> None:
    office.world.assign(office.world.drafts[0], "CSDT", date(2026, 1, 16))
    run(office, "tick", "--at", "2026-01-13T07:30")
    verdict = json.loads(run(office, "reconcile", "--at", "2026-01-13T08:00", "--json"))
    assert (verdict["missing"], verdict["extra"]) == (0, 0)
    assert verdict["expected"] > 0
    behind = json.loads(run(office, "reconcile", "--at", "2026-01-15T08:00", "--json", code=1))
    assert behind["missing"] > 0


def test_a_made_up_moment_is_refused_outside_test_mode_except_for_a_dry_run(office: Office) -> None:
    office.app.config["TEST_MODE"] = False
    for command in (("remind",), ("deliver",), ("tick",), ("reconcile",), ("reminders", "run", "--once")):
        run(office, *command, "--at", "2026-01-13T07:30", code=2)
    run(office, "remind", "--at", "2026-01-13T07:30", "--dry-run")
    run(office, "tick", "--at", "not a moment", code=2)


def test_a_run_by_hand_on_a_clock_far_ahead_is_held_and_says_so(office: Office) -> None:
    office.set_clock("2026-01-13T07:30")
    run(office, "tick")
    office.set_clock("2026-03-13T07:30")
    answer = json.loads(run(office, "tick", "--json", code=1))
    assert answer["held"] == "ahead:59"
