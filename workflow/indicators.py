"""Targets of a plan as indicators: rows of one name and unit for different years are one indicator on its way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import select

import vietnamese
from models.base import db
from models.plans import Target

# the order of the plan's text; what came later with a table stands behind it
ORDER: Final = (Target.plan_id, Target.span_from.is_(None), Target.span_from, Target.id)


def grouped(targets: Iterable[Target]) -> list[list[Target]]:
    """Return the targets of a plan, in its order, those that only differ by year together, the years rising.

    Two rows for the same year, or without one, are two indicators: the plan means two things.
    """
    found: dict[tuple[object, ...], list[list[Target]]] = {}
    order: list[list[Target]] = []
    for target in targets:
        alike = found.setdefault(_key(target), [])
        place = next((rows for rows in alike if _joins(rows, target)), None)
        if place is None:
            place = []
            alike.append(place)
            order.append(place)
        place.append(target)
    return order


def first_of(target: Target) -> Target:
    """Return the first row of a target's indicator: what is said on the indicator is kept with it. One query."""
    query = select(Target).where(Target.plan_id == target.plan_id).order_by(*ORDER)
    return next(rows[0] for rows in grouped(db.session.scalars(query)) if target in rows)


def name_of(target: Target) -> str:
    """Return an indicator's name folded for comparing, its group included."""
    return vietnamese.fold(f"{target.group_name or ''} {' '.join(target.about_what.split())}").strip()


def _key(target: Target) -> tuple[object, ...]:
    return target.section_id, name_of(target), target.unit


def _joins(rows: list[Target], target: Target) -> bool:
    return target.year is not None and all(row.year not in (None, target.year) for row in rows)
