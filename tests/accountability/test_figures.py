"""The figures: each is the length of its list, or the sum of its list's days; both denominators; both dates."""

from __future__ import annotations

from datetime import date

from accountability import periods
from accountability.figures import counting
from accountability.figures.question import Question, of_period, parse
from accountability.figures.table import FIGURES
from models.vocabulary import Action
from tests.fixtures.places import World


def question(world: World, local: str = "2026-03-02T09:00", **about: object) -> Question:
    return of_period(periods.parse("2026"), world.at(local), **about)


def held(asked: Question) -> None:
    """Hold every figure against its list."""
    for key, figure in counting.of(asked).items():
        items = counting.behind(key, asked)
        expected = sum(item.days for item in items) if FIGURES[key].sums else len(items)
        assert figure.value == expected, key


def story(world: World) -> list[int]:
    """Tell of four tasks: on time, late, overdue, in time."""
    one, two, three, four = world.drafts
    for key, unit, due in (
        (one, "CSDT", date(2026, 1, 30)),
        (two, "CSDT", date(2026, 1, 9)),
        (three, "KHTH", date(2026, 1, 30)),
        (four, "KHTH", date(2026, 4, 30)),
    ):
        world.assign(key, unit, due, product="Báo cáo")
    world.complete(one)
    world.complete(two, local="2026-01-20T09:00")
    world.step(three, Action.RECEIVE, "head_b")
    return [one, two, three, four]


def test_each_task_stands_in_one_class_and_every_figure_is_its_list(world: World) -> None:
    one, two, three, four = story(world)
    asked = question(world)
    found = counting.of(asked)
    for key, task in (("done_on_time", one), ("done_late", two), ("open_late", three), ("open_in_time", four)):
        assert [item.task_id for item in counting.behind(key, asked)] == [task]
    assert (found["assigned"].value, found["due"].value, found["done"].value) == (4, 3, 2)
    assert (str(found["done"].share("due").percent), str(found["done"].share("assigned").percent)) == ("66.7", "50.0")
    assert found["late_days"].value == 11 + 31
    held(asked)


def test_a_question_is_its_address(world: World) -> None:
    asked = question(world, unit_id=world.unit["CSDT"], section="III.2")
    assert parse(asked.words()) == asked
