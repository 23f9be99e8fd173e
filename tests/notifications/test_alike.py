"""Tasks alike are decided on once, and a run asks in sets: nothing of that may show in what anybody is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from models.base import db
from models.vocabulary import Action
from notifications import duties, facts, sweep
from tests.fixtures.mail import Office, many_tasks
from tests.fixtures.places import World
from workflow.reminding import Origin


def test_a_run_with_letters_asks_no_more_for_many_tasks_than_for_few(office: Office, queries: list[str]) -> None:
    counts = []
    for number, day in enumerate((date(2026, 1, 16), date(2026, 1, 19))):
        many_tasks(office.world, 3 + 60 * number, day)
        at = office.world.at(f"2026-01-{13 + number}T07:30")
        queries.clear()
        swept = sweep.run(at)
        counts.append((len(queries), len(swept.lines)))
    (few, few_lines), (many, many_lines) = counts
    assert many_lines > 5 * few_lines
    assert many <= few + 4, counts


def test_what_is_told_of_a_task_never_depends_on_another_that_was_looked_at_before(office: Office) -> None:
    world, today = office.world, date(2026, 1, 20)
    many_tasks(world, 4, date(2026, 1, 16))
    for number, draft in enumerate(world.drafts[:3]):
        world.assign(draft, ("CSDT", "KHTH", "CSDT")[number], date(2026, 1, 12 + 2 * number))
    world.step(world.drafts[0], Action.RECEIVE, "head_a")
    tasks = facts.load(facts.unfinished())
    together = sweep.stock(today)
    found: dict[int, tuple[list[duties.Duty], duties.Standing]] = {}
    for key, task in tasks.items():
        told = list(duties.of(task, together.roster, together.book))
        found[key] = (told, duties.standing(task, together.roster, together.book))
    for key, task in tasks.items():
        alone = sweep.stock(today)
        assert found[key][0] == list(duties.of(task, alone.roster, alone.book))
        assert found[key][1] == duties.standing(task, alone.roster, alone.book)
    assert any(told for told, _standing in found.values())


def test_a_rule_of_its_own_sets_a_task_apart_from_those_that_are_like_it(office: Office) -> None:
    first, second = many_tasks(office.world, 2, date(2026, 1, 16))
    tasks, look = facts.of_ids({first, second}), sweep.stock(date(2026, 1, 13))
    assert duties.likeness(tasks[first], look.book) == duties.likeness(tasks[second], look.book)
    rules = look.book.rules
    own = replace(rules, tasks={first: replace(rules.organisation, origin=Origin.TASK, number=first)})
    book = replace(look.book, rules=own)
    assert duties.likeness(tasks[first], book) != duties.likeness(tasks[second], book)


def _worded(world: World, due_on: date, words: str) -> int:
    """Give a task whose deadline has these words: written past the log, which nothing here reads."""
    (task,) = many_tasks(world, 1, due_on)
    db.session.execute(text("UPDATE task SET deadline_words = :words WHERE id = :id"), {"words": words, "id": task})
    db.session.commit()
    return task


def test_a_deadline_far_ahead_is_read_only_where_its_words_name_a_quarter_or_a_year(office: Office) -> None:
    world, today = office.world, date(2026, 1, 20)
    near, far, beyond = date(2026, 2, 3), date(2026, 2, 26), date(2026, 6, 30)
    given = ((near, "ngày 03/02/2026"), (far, "ngày 26/02/2026"), (far, "Quý I/2026"), (beyond, "Năm 2026"))
    plain_near, plain_far, quarter, _year = (_worded(world, due, words) for due, words in given)
    book = sweep.stock(today).book
    assert near <= book.near < far <= book.horizon < beyond
    drafts = set(world.drafts)
    assert sweep.spoken_of(book).keys() - drafts == {plain_near, quarter}
    assert facts.load(facts.spoken_of(book.horizon)).keys() - drafts == {plain_near, plain_far, quarter}


@pytest.mark.parametrize("words", ["ngày 26/02/2026", "quý I/2026", "năm 2026", "Q\u0075\u0079\u0301 I", ""])
def test_what_is_not_read_of_tasks_has_nothing_to_say(words: str, office: Office) -> None:
    world, first = office.world, date(2026, 1, 6)
    for number in range(0, 60, 4):
        _worded(world, first + timedelta(days=number), words)
    for day in (first + timedelta(days=number) for number in range(0, 24, 3)):
        look = sweep.stock(day)
        wide, read = facts.load(facts.spoken_of(look.book.horizon), titled=False), sweep.spoken_of(look.book)
        assert read.keys() <= wide.keys()
        told = [list(duties.of(wide[key], look.roster, look.book)) for key in wide.keys() - read.keys()]
        assert not any(told)
