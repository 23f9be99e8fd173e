"""Which page family a view belongs to: asked before the view runs, so that nobody can forget it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from flask.typing import ResponseReturnValue

from web import context

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def place(name: str) -> Callable[[View], View]:
    """Mark a view as part of a page family of permissions.PLACES. Others than its roles are refused."""

    def mark(view: View) -> View:
        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            context.scope().require(name)
            return view(*args, **kwargs)

        guarded.place = name  # type: ignore[attr-defined]  # read by the test that walks the route map
        return guarded  # type: ignore[return-value]  # same signature as the view it wraps

    return mark
