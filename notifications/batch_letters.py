"""Whom an act on several tasks would tell, asked beforehand: the tasks as the act would leave them, nothing written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import clock
from models.vocabulary import Action
from notifications import announce, facts, rosters
from notifications.recipients import Roster
from notifications.urgent import Receiver, place_of
from workflow import reference
from workflow.actors import Actor


def receivers(changed: Mapping[int, Mapping[str, Any]], action: Action, *, by: Actor, at: datetime) -> list[Receiver]:
    """Return who would hear of an act that leaves each task so, whoever has most of them first.

    All of a person's lines go into his one letter of the day.
    """
    if f"task.{_name(action)}" not in announce.EVENTS or not changed:
        return []
    roster = rosters.load(reference.load(clock.day_of(at)))
    counts = Counter(_hearers(changed, action, roster, by))
    found = [Receiver(roster.readers[key].name, place_of(key, roster), count) for key, count in counts.items()]
    return sorted(found, key=lambda one: (-one.count, one.name))


def _hearers(changed: Mapping[int, Mapping[str, Any]], action: Action, roster: Roster, by: Actor) -> Iterator[int]:
    event = announce.EVENTS[f"task.{_name(action)}"]
    for key, task in facts.of_ids(set(changed)).items():
        meant = roster.hearers(event.rule, task, event.heard_by(replace(task, **changed[key]), roster))
        yield from (person for person in meant if person is not None and person != by.person_id)


def _name(action: Action) -> str:
    return action.value.replace("-", "_")
