"""How far the reading of a long file is, for whoever waits: a reader tells, a caller may listen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

Listener = Callable[[int, int], None]

_listener: Final[ContextVar[Listener | None]] = ContextVar("listener", default=None)


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Have the listener hear each step (done, of all) while the block runs."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def tell(done: int, of_all: int) -> None:
    """Say how many pages, rows or parts are read; costs nothing when nobody listens."""
    if listener := _listener.get():
        listener(done, of_all)
