"""Two things both databases say differently: days between two days, and the civil day of a moment."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Date, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class days_between(GenericFunction[int]):  # noqa: N801  (a function of SQL, written like one)
    """How many civil days lie from the first day to the second."""

    type = Integer()
    inherit_cache = True


class civil_day(GenericFunction[Any]):  # noqa: N801
    """The civil day in Vietnam on which a moment falls; its zone has been seven hours ahead since 1975."""

    type = Date()
    inherit_cache = True


@compiles(days_between, "sqlite")
def _days_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    first, second = (compiler.process(each, **more) for each in element.clauses)
    return f"CAST(julianday({second}) - julianday({first}) AS INTEGER)"


@compiles(days_between, "postgresql")
def _days_postgresql(element: Any, compiler: Any, **more: Any) -> str:
    first, second = (compiler.process(each, **more) for each in element.clauses)
    return f"(CAST({second} AS DATE) - CAST({first} AS DATE))"


@compiles(civil_day, "sqlite")
def _day_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    (moment,) = (compiler.process(each, **more) for each in element.clauses)
    return f"date({moment}, '+7 hours')"


@compiles(civil_day, "postgresql")
def _day_postgresql(element: Any, compiler: Any, **more: Any) -> str:
    (moment,) = (compiler.process(each, **more) for each in element.clauses)
    return f"CAST({moment} + INTERVAL '7 hours' AS DATE)"


class next_day(GenericFunction[Any]):  # noqa: N801
    """The civil day after a day."""

    type = Date()
    inherit_cache = True


@compiles(next_day, "sqlite")
def _next_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    (day,) = (compiler.process(each, **more) for each in element.clauses)
    return f"date({day}, '+1 day')"


@compiles(next_day, "postgresql")
def _next_postgresql(element: Any, compiler: Any, **more: Any) -> str:
    (day,) = (compiler.process(each, **more) for each in element.clauses)
    return f"(CAST({day} AS DATE) + 1)"
