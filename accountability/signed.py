"""What was signed, held against the hash it was signed by: every result and every plan that bears a signature."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from models.log import ERASED, commitment
from models.plans import PlanSignature
from models.tasks import HandIn, Signature

BATCH: Final = 1000


@dataclass(frozen=True)
class BadSignature:
    """A signature that no longer speaks of what was signed: its table, its number, and the task or plan it is on."""

    table: str
    id: int
    about: int


def bad(connection: Connection) -> tuple[BadSignature, ...]:
    """Return the signatures whose content, or whose result's words, are not those that were signed. Two queries."""
    return (*_of_results(connection), *_of_plans(connection))


def _of_results(connection: Connection) -> Iterator[BadSignature]:
    columns = Signature.id, Signature.task_id, Signature.content_sha, HandIn.content, HandIn.salt, HandIn.result
    query = select(*columns).join(HandIn, HandIn.id == Signature.hand_in_id).order_by(Signature.id)
    for row in connection.execute(query, execution_options={"yield_per": BATCH}):
        opens = row.result == ERASED or _opens(row.content, row.salt, row.result)  # what was erased no longer opens
        if _sha(row.content) != row.content_sha or not opens:
            yield BadSignature(Signature.__tablename__, row.id, row.task_id)


def _of_plans(connection: Connection) -> Iterator[BadSignature]:
    columns = PlanSignature.id, PlanSignature.plan_id, PlanSignature.content_sha, PlanSignature.content
    for row in connection.execute(select(*columns).order_by(PlanSignature.id)):
        if _sha(row.content) != row.content_sha:
            yield BadSignature(PlanSignature.__tablename__, row.id, row.plan_id)


def _sha(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def _opens(content: str, salt: str, result: str) -> bool:
    """Return whether salt and words open the commitment that the signed content holds to the result."""
    try:
        read: dict[str, Any] = json.loads(content)
        return bool(read["result"]["commit"] == commitment(salt, result))
    except (ValueError, KeyError, TypeError):
        return False
