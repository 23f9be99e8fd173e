"""Filters kept under a name: each person's own, gone when he removes them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select

import vietnamese
from models.base import db
from models.saved import SavedView
from models.session import retried, transaction
from terms import N_
from workflow.actors import Actor
from workflow.errors import Refusal

MOST: Final = 20
LONGEST_NAME: Final = 60
LONGEST_QUERY: Final = 1000


def of(by: Actor, page: str) -> list[SavedView]:
    """Return the filters a person keeps for a page, by name. One query."""
    query = select(SavedView).where(SavedView.person_id == by.person_id, SavedView.page == page)
    return sorted(db.session.scalars(query), key=lambda view: vietnamese.sort_key(view.name))


@retried
def save(page: str, name: str, query: str, *, by: Actor) -> None:
    """Keep a filter under a name; the same name takes the new filter. Raises Refusal: no name, too long, too many."""
    words = " ".join(vietnamese.normalise(name).split())
    if not words:
        raise Refusal("missing_field", field=N_("name"))
    for text, limit in ((words, LONGEST_NAME), (query, LONGEST_QUERY)):
        if len(text) > limit:
            raise Refusal("too_long", field=N_("name"), limit=limit, length=len(text))
    with transaction() as session:
        own = SavedView.person_id == by.person_id, SavedView.page == page
        kept = session.scalar(select(SavedView).where(*own, SavedView.name == words))
        if kept is not None:
            kept.query = query
        elif (session.scalar(select(func.count()).select_from(SavedView).where(*own)) or 0) >= MOST:
            raise Refusal("too_many_views", limit=MOST)
        else:
            session.add(SavedView(person_id=by.person_id, page=page, name=words, query=query))


@retried
def remove(view_id: int, *, by: Actor) -> None:
    """Remove one of one's own. Raises Refusal `not_found`."""
    with transaction() as session:
        kept = session.get(SavedView, view_id) if 0 < view_id < 2**31 else None
        if kept is None or kept.person_id != by.person_id:
            raise Refusal("not_found")
        session.delete(kept)
