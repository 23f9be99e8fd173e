"""Every table, imported in one place, so that migrations and replay see them all."""

from __future__ import annotations

from sqlalchemy import inspect

from models import (
    access,
    batches,
    calendar,
    causes,
    coordination,
    erasing,
    figures,
    handover,
    keeping,
    letters,
    log,
    people,
    plans,
    recurring,
    reminding,
    reports,
    saved,
    signing,
    targets,
    tasks,
    units,
)
from models.base import Base, Tracked

MODULES = (
    access,
    batches,
    calendar,
    causes,
    coordination,
    erasing,
    figures,
    handover,
    keeping,
    letters,
    log,
    people,
    plans,
    recurring,
    reminding,
    reports,
    saved,
    signing,
    targets,
    tasks,
    units,
)


def tracked() -> dict[str, type[Tracked]]:
    """Return each tracked class by its table name."""
    found = {}
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Tracked):
            found[inspect(mapper.class_).local_table.description] = mapper.class_
    return dict(sorted(found.items()))
