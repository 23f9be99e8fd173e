"""The one question before anything of the organisation changes: may this person, today?"""

from __future__ import annotations

from datetime import datetime

import clock
from workflow import actors, reference
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.permissions import Scope


def require(place: str, by: Actor, at: datetime) -> Actor:
    """Return the person with his rights of now. Raises Refusal when this place is not his. The system may everything."""
    if by.person_id is None:
        return by
    fresh = actors.reload(by, at, reference.load(clock.day_of(at)))
    if not Scope(fresh).allows(place):
        raise Refusal("not_yours", who="—")
    return fresh
