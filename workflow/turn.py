"""One step being taken: the task as it is inside the write unit, who takes it, when, and what he gave."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import clock
from models.tasks import Task
from models.vocabulary import Status
from workflow.actors import Actor
from workflow.codes import PASSWORD
from workflow.errors import Refusal
from workflow.given import LABELS, Given
from workflow.ledger import recorded
from workflow.permissions import Case

if TYPE_CHECKING:
    from workflow.lifecycle import Step


@dataclass(frozen=True)
class Turn:
    """Everything a step's effect needs; the task in it is locked.

    `method`: how he proved who he is; `batch`: the `req` shared with other tasks signed in the same go.
    """

    task: Task
    step: Step
    case: Case
    by: Actor
    at: datetime
    given: Given
    method: str = PASSWORD
    batch: str | None = None
    # what the entry says beside what is given: the batch it is part of
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def target(self) -> Status:
        """Return the status the step leads to. Raises ValueError for a step that leads nowhere."""
        if self.step.target is None:
            raise ValueError(f"{self.step.action} does not change the status")
        return self.step.target

    @property
    def person_id(self) -> int:
        """Return who takes the step. Raises ValueError for the system, which takes none."""
        if self.by.person_id is None:
            raise ValueError("a step is taken by a person")
        return self.by.person_id

    def require_future(self, name: str, day: date | None) -> None:
        """Raise Refusal for a day that has passed, naming the field."""
        if day is not None and day < clock.day_of(self.at):
            raise Refusal("date_in_past", field=LABELS[name], value=day.strftime("%d/%m/%Y"))

    def recorded(
        self, *, content: Mapping[str, Any] | None = None, data: Mapping[str, Any] | None = None
    ) -> AbstractContextManager[None]:
        """Open the door for this step: its reason and remark go in as commitments, a decision's number in clear."""
        private = {"reason": self.given.reason} if self.given.reason else {}
        shown = {"decision": self.given.decision} if self.given.decision else {}
        act = f"task.{self.step.action.value.replace('-', '_')}"
        return recorded(
            self.task,
            act,
            by=self.by,
            at=self.at,
            req=self.batch or self.given.idempotency_key,
            private=private,
            content=content,
            data={**self.data, **(data or {}), **shown},
        )
