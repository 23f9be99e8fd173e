"""What the next weeks would bring is worked out as it will be sent, and leaves no trace."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from models.base import db
from models.letters import Letter, LetterLine
from models.log import LogEntry
from models.vocabulary import Action, DayKind
from notifications import simulate
from notifications.simulate import Comparison, Expected, Outlook, Told
from notifications.sweep import Proposal
from tests.fixtures.mail import Office, many_tasks
from workflow.actors import Actor
from workflow.organization import people
from workflow.reminding import Change, Origin

FIRST = date(2026, 1, 6)
MORNING = "2026-01-06T07:00"


def given_out(office: Office, due_on: date, count: int = 1) -> list[int]:
    """Give a division tasks, received by their head."""
    made = list(office.world.drafts[:count])
    for task in made:
        office.world.assign(task, "CSDT", due_on)
        office.world.step(task, Action.RECEIVE, "head_a")
    return made


def heard(office: Office, found: Outlook, username: str) -> list[tuple[str, str]]:
    """Return the rules a simulation says a person hears, with their days."""
    own = [letter for letter in found.letters if letter.person_id == office.world.person[username]]
    lines = [(f"{letter.day:%d/%m}", told.rule) for letter in own for told in letter.told]
    return [(day, rule) for day, rule in lines if "#" not in rule or "w#" in rule]


def counts() -> list[int | None]:
    """Return how many letters, lines and entries of the log there are."""
    kinds = (Letter, LetterLine, LogEntry)
    return [db.session.scalar(db.select(db.func.count()).select_from(kind)) for kind in kinds]


def test_the_days_before_and_after_a_deadline_are_foretold_and_tet_is_quiet(office: Office) -> None:
    given_out(office, date(2026, 2, 14))
    found = simulate.outlook(office.world.at("2026-01-28T07:00"))
    assert heard(office, found, "head_a")[-5:] == [
        ("05/02", "T-7"), ("11/02", "T-3"), ("13/02", "T0"), ("23/02", "T+1"), ("25/02", "T+3"),
    ]  # fmt: skip
    assert not [day for day in found.by_day if date(2026, 2, 14) <= day <= date(2026, 2, 22)]
    assert (found.first, found.last) == (date(2026, 1, 28), date(2026, 2, 26))


def test_nothing_is_written_and_a_second_simulation_says_the_same(office: Office) -> None:
    given_out(office, date(2026, 1, 16), 3)
    counts = [
        db.session.scalar(db.select(db.func.count()).select_from(kind)) for kind in (Letter, LetterLine, LogEntry)
    ]
    first, second = (simulate.outlook(office.world.at(MORNING)) for _ in range(2))
    again = [db.session.scalar(db.select(db.func.count()).select_from(kind)) for kind in (Letter, LetterLine, LogEntry)]
    assert counts == again
    assert first == second
    assert first.count > 0


def test_a_proposed_rule_is_set_beside_the_present_one_from_its_day_on(office: Office) -> None:
    task, *_ = given_out(office, date(2026, 1, 30))
    change = Change(Origin.TASK, task, "reminder.before", [10, 5], date(2026, 1, 19), "QĐ", None)
    found = simulate.compare(office.world.at(MORNING), Proposal((change,)))
    before, after = heard(office, found.before, "head_a"), heard(office, found.after, "head_a")
    assert before[:5] == [("10/01", "T-15"), ("21/01", "T-7"), ("27/01", "T-3"), ("29/01", "T-1"), ("30/01", "T0")]
    assert after[:3] == [("10/01", "T-15"), ("23/01", "T-5"), ("30/01", "T0")]  # T-10 fell before the rule began
    day = next(pairs for day, pairs in found.by_day.items() if day == date(2026, 1, 23))
    pair = next(pair for pair in day if pair.person_id == office.world.person["head_a"])
    assert [told.rule for told in pair.new] == ["T-5"]
    assert pair.gone == frozenset()


def test_a_proposed_day_off_moves_what_lies_before_the_deadline(office: Office) -> None:
    given_out(office, date(2026, 1, 16))
    found = simulate.compare(office.world.at(MORNING), Proposal(days={date(2026, 1, 13): DayKind.HOLIDAY}))
    assert ("13/01", "T-3") in heard(office, found.before, "head_a")
    assert ("12/01", "T-3") in heard(office, found.after, "head_a")


def test_beyond_fifty_tasks_the_rest_is_told_the_next_day(office: Office) -> None:
    many_tasks(office.world, 60, date(2026, 1, 9))
    found = simulate.outlook(office.world.at("2026-01-08T07:00"))
    own = [letter for letter in found.letters if letter.person_id == office.world.person["head_a"]]
    assert [len({told.task_id for told in letter.told}) for letter in own[:2]] == [50, 60 - 10]
    office.through(date(2026, 1, 8), date(2026, 1, 9))
    sent = [len({line.task_id for line in letter.lines}) for letter in office.letters("head_a")]
    assert sent == [len({told.task_id for told in letter.told}) for letter in own[:2]]


def test_whoever_has_no_address_is_counted_apart(office: Office) -> None:
    given_out(office, date(2026, 1, 16))
    head = office.world.person["head_a"]
    people.set_address(head, "", by=Actor.system(), at=office.world.at())
    found = simulate.outlook(office.world.at(MORNING))
    assert head not in found.by_person
    assert head in {letter.person_id for letter in found.unreachable}


def test_figures_name_letters_people_and_the_busiest_day() -> None:
    told = (Told(1, "T0", FIRST),)
    days = [FIRST, FIRST, FIRST + timedelta(1), FIRST + timedelta(1), FIRST + timedelta(2)]
    letters = tuple(Expected(day, person, told) for day, person in zip(days, (1, 2, 1, 2, 3), strict=True))
    found = Outlook(FIRST, FIRST + timedelta(29), letters)
    assert (found.count, found.people, found.busiest) == (5, 3, (FIRST, 2))
    assert Outlook(FIRST, FIRST, ()).busiest is None


@pytest.mark.parametrize(
    ("before", "after", "is_far"),
    [(100, 200, False), (100, 201, True), (900, 1_000, False), (900, 1_001, True), (1_500, 1_400, False), (0, 1, True)],
)
def test_many_letters_more_are_far_reaching_and_fewer_never(before: int, after: int, is_far: bool) -> None:
    told = (Told(1, "T0", FIRST),)
    present, then = (Outlook(FIRST, FIRST, (Expected(FIRST, 1, told),) * count) for count in (before, after))
    assert Comparison(present, then).is_far_reaching is is_far


def test_the_number_of_queries_does_not_grow_with_the_tasks(office: Office, queries: list[str]) -> None:
    asked = []
    for due in (date(2026, 1, 16), date(2026, 1, 23)):
        many_tasks(office.world, 15, due)
        db.session.remove()
        queries.clear()
        simulate.outlook(office.world.at("2026-01-12T07:00"))
        asked.append(len(queries))
    assert asked[1] <= asked[0] + 2
    assert asked[0] < 14 * simulate.DAYS


def test_the_command_tells_days_and_letters_without_writing(office: Office) -> None:
    given_out(office, date(2026, 1, 16))
    office.set_clock(MORNING)
    answer = office.app.test_cli_runner().invoke(args=["reminders", "simulate", "--days", "14", "--json"])
    found = json.loads(answer.output)
    assert answer.exit_code == 0
    assert found["last"] == "2026-01-19"
    assert {"task": office.world.drafts[0], "rule": "T-3", "on": "2026-01-16"} in [
        line for letter in found["letters"] if letter["day"] == "2026-01-13" for line in letter["lines"]
    ]
    assert office.letters() == []
    words = office.app.test_cli_runner().invoke(args=["reminders", "simulate"]).output
    assert "thư" in words
    assert not Path("mail").exists()
