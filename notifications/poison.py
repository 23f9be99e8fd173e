"""A row that cannot be reckoned with, or put into words, stops nobody else's letter: it is left out, logged and marked.

Faults of the database are none of a row's: they end the run, which is tried again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

Found = TypeVar("Found")
# the mark of a line or a letter that could not be read or written
UNREADABLE: Final = "unreadable"


def spared(what: tuple[str, int], work: Callable[[], Found], otherwise: Found) -> Found:
    """Return what a piece of work on one row finds, or something else where the row breaks it."""
    try:
        return work()
    except SQLAlchemyError:
        raise
    except Exception:
        current_app.logger.exception("reminders: %s %s cannot be dealt with; the others go on without it", *what)
        return otherwise
