"""What a change of rules or days would do to the letters of the next weeks, shown before anybody decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from flask import render_template, request

from notifications import simulate
from notifications.rule_words import of_rule
from notifications.simulate import Comparison, Pair, Told
from notifications.sweep import Proposal
from web import context, forms
from workflow.errors import Refusal

# so many reminders are put into words on one page, and of one letter so many that change or stay; the rest is counted
SHOWN: Final = 250
CHANGED: Final = 8
SAME: Final = 3


@dataclass(frozen=True)
class Item:
    """One reminder in words: new under the change, gone by it, or as before."""

    task_id: int
    title: str
    rule: str
    sign: str


@dataclass(frozen=True)
class Row:
    """One person's letter of a day: how many reminders before and after, and which."""

    name: str
    before: int
    after: int
    items: list[Item]

    @property
    def unsaid(self) -> int:
        """Return how many reminders are not put into words."""
        return max(0, max(self.before, self.after) - len(self.items))


@dataclass(frozen=True)
class Day:
    """One day: how many letters before and after, and to whom."""

    day: date
    before: int
    after: int
    rows: list[Row]


@dataclass(frozen=True)
class Effect:
    """A page of effect: what is decided on, in words; where the form goes with which fields; who may press."""

    title: str
    facts: list[tuple[str, str]]
    back: str
    action: str = ""
    submit: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    why_not: str = ""


def of(proposed: Proposal) -> Comparison:
    """Return the letters of the next days as things stand, and under a proposal."""
    return simulate.compare(context.now(), proposed)


def not_meant(found: Comparison) -> Refusal | None:
    """Return why a change that sends many letters more is not made yet: the form does not say that it is meant."""
    if not found.is_far_reaching or request.form.get("sure") == str(found.after.count):
        return None
    counts = {"before": found.before.count, "after": found.after.count}
    return Refusal("many_letters", days=simulate.DAYS, **counts)


def page(effect: Effect, found: Comparison, refusal: Refusal | None = None) -> str:
    """Return the page that shows an effect, with the form that brings it about."""
    days = list(_days(found))
    return render_template(
        "reminders/effect.html",
        effect=effect,
        found=found,
        days=days,
        people=_people(found),
        most=max((max(day.before, day.after) for day in days), default=0),
        span=simulate.DAYS,
        is_change=bool(effect.action or effect.why_not),
        refusal=refusal,
        key=forms.new_key(),
    )


def _people(found: Comparison) -> list[tuple[str, int, int]]:
    """Return how many letters each person gets before and after, who gets most first."""
    before, after = found.before.by_person, found.after.by_person
    keys = sorted({*before, *after}, key=lambda key: (-after[key], -before[key], found.names.get(key, "")))
    return [(found.names.get(key, ""), before[key], after[key]) for key in keys]


def _days(found: Comparison) -> list[Day]:
    left, days = SHOWN, []
    for day, pairs in found.by_day.items():
        rows = []
        for pair in sorted(pairs, key=lambda pair: (-len(pair.after), found.names.get(pair.person_id, ""))):
            items = _items(pair, found, left)
            left -= len(items)
            rows.append(Row(found.names.get(pair.person_id, ""), len(pair.before), len(pair.after), items))
        days.append(Day(day, found.before.by_day[day], found.after.by_day[day], rows))
    return days


def _items(pair: Pair, found: Comparison, most: int) -> list[Item]:
    """Return some reminders of a letter in words: what changes first."""
    changed = [(told, "new") for told in sorted(pair.new, key=_order)]
    changed += [(told, "gone") for told in sorted(pair.gone, key=_order)]
    same = [(told, "same") for told in pair.after if told not in pair.new]
    said, titles = [*changed[:CHANGED], *same[:SAME]][:most], found.titles
    return [Item(told.task_id, titles.get(told.task_id, ""), of_rule(told.rule), sign) for told, sign in said]


def _order(told: Told) -> tuple[Any, ...]:
    return (told.on, told.task_id, told.rule)
