"""Who had a task at the end of a day and to whom that day is charged, worked out a second time, day by day.

It shares no code with the product: a history is a list of plain tuples, and each day asks it from the beginning.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Past:
    """What happened to a task, in order: (moment, what, which unit or day).

    `what`: assigned, at_work, waits_in (a unit inside), waits_out (a body outside, until a day), renewed (until a day),
    answered, contested, upheld, dismissed, held (until a day), handed_in, signed, returned, asked, asked_late,
    offered, decided, moved (another unit leads).
    """

    acts: tuple[tuple[datetime, str, object], ...]

    def up_to(self, moment: datetime) -> list[tuple[datetime, str, object]]:
        """Return what had happened before a moment."""
        return [act for act in self.acts if act[0] < moment]


def had(past: Past, moment: datetime, midnight_after: dict[date, datetime]) -> str:
    """Return who had the task just before a moment."""
    state, begun, until = "at_work", past.acts[0][0], None
    asked = contested = False
    for at, what, extra in past.up_to(moment):
        if what in STATES:
            state, begun, until, contested = STATES[what], at, extra, False
        until = extra if what == "renewed" else until
        contested = what == "contested" or (contested and what not in ("upheld", "dismissed"))
        asked = what == "asked" if what in ("asked", "offered", "decided") else asked
    is_over = isinstance(until, date) and moment > midnight_after[until]
    at_work = "decider" if asked else "lead"
    if state in ("waits_in", "waits_out") and contested:
        return "decider"
    was_right = "upheld" in _in_wait(past, begun)
    return {
        "waits_in": "lead" if was_right else "waited",
        "waits_out": "lead" if is_over else "nobody",
        "hold": at_work if is_over else "hold",
        "at_work": at_work,
    }.get(state, state)


# what begins a state of the task
STATES = {
    "waits_in": "waits_in", "waits_out": "waits_out", "held": "hold", "answered": "at_work", "returned": "at_work",
    "resumed": "at_work", "upheld": "at_work", "handed_in": "first_signer", "signed": "second_signer",
}  # fmt: skip


def _in_wait(past: Past, begins: datetime) -> list[str]:
    """Return what was said in the waiting that began at a moment."""
    found: list[str] = []
    for at, what, _extra in past.acts:
        if at > begins and what in ("waits_in", "waits_out", "answered", "handed_in", "signed", "returned"):
            break
        if at > begins:
            found.append(what)
    return found


def charged(
    past: Past, start: date, until: date, stopped_at: datetime | None, midnight_after: dict[date, datetime]
) -> Counter[str]:
    """Return how many civil days after `start` up to `until` each had at their end, without any credit."""
    found: Counter[str] = Counter()
    day = start + DAY
    while day <= until:
        moment = midnight_after[day]
        if day == until and stopped_at is not None:
            moment = min(moment, stopped_at)
        found[had(past, moment, midnight_after)] += 1
        day += DAY
    return found
