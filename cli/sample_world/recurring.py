"""A monthly report of the sample world, told month by month: in time, once late, once with nothing to report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

from cli.sample_world import documents
from cli.sample_world.stage import Stage
from models.base import db
from models.tasks import Task
from models.vocabulary import Action, DeclaredState, Meaning
from workflow import occurrences, tasks
from workflow.actors import Actor
from workflow.calendar import months_after
from workflow.given import Given

TITLE: Final = "Báo cáo tình hình thực hiện chính sách dân tộc hằng tháng"
WORDS: Final = "trước ngày 15 hằng tháng"
SOURCE: Final = "Công văn số 118/UBND-THNC ngày {day:%d/%m/%Y}"
GIVEN_ON: Final = "t-128"
UNIT: Final = "CSDT"
LATE_BY: Final = 6
# of the months told, counted back from this one: which came late, and in which nothing occurred
LATE, NIL = 3, 2
MONTHS: Final = 6


@dataclass
class Monthly:
    """The definition once it exists, and the stage it is told on."""

    stage: Stage
    leader: str
    id: int = 0

    def tell(self) -> None:
        """Put the duty, and what became of each of its months, on the stage."""
        given = self.stage.days.of(GIVEN_ON)
        self.stage.add(given, 95, self._give)
        self.stage.add(self.stage.days.calendar.add(given, 1), 20, self._receive)
        for back in range(MONTHS, 0, -1):
            first = months_after(self.stage.days.today.replace(day=1), 1 - back)
            due = self.stage.days.calendar.on_or_before(first.replace(day=14))
            day = self.stage.days.calendar.add(due, LATE_BY if back == LATE else -1)
            if back == LATE:
                self.stage.add(self.stage.days.calendar.add(due, -2), 30, self._green(first))
            if day > given:
                self.stage.add(day, 15, self._month(first, is_nil=back == NIL))

    def _give(self, at: datetime) -> None:
        clerk, day = self.stage.actor(documents.CLERK, at), self.stage.days.of("i-1", i=self.stage.days.of(GIVEN_ON))
        self.id = tasks.create(
            None, TITLE, SOURCE.format(day=day), by=clerk, at=at, given=Given(product="Báo cáo tháng")
        )
        given = Given(
            lead_unit_id=self.stage.unit[UNIT],
            leader_post_id=self.stage.post[self.leader],
            deadline_words=WORDS,
            recurs=True,
            nil_report=True,
        )
        tasks.take_step(self.id, Action.ASSIGN, by=clerk, at=at, given=given)

    def _receive(self, at: datetime) -> None:
        self._step(self.id, Action.RECEIVE, self.stage.head(UNIT, at), at)

    def _month(self, first: date, *, is_nil: bool) -> Callable[[datetime], None]:
        def act(at: datetime) -> None:
            if (key := self._occurrence(first, at)) is not None:
                self._tell_month(key, at, is_nil=is_nil)

        return act

    def _green(self, first: date) -> Callable[[datetime], None]:
        """Return the report that all goes well, two days before a date that is then missed."""

        def act(at: datetime) -> None:
            if (key := self._occurrence(first, at)) is not None:
                given = {"text": "Các xã đang gửi số liệu", "state": DeclaredState.GREEN}
                self._step(key, Action.PROGRESS, self.stage.head(UNIT, at), at, **given)

        return act

    def _occurrence(self, first: date, at: datetime) -> int | None:
        occurrences.make(self.id, by=Actor.system(), at=at)
        period = f"{first.year}-{first.month:02}"
        return db.session.scalar(select(Task.id).where(Task.definition_id == self.id, Task.period == period))

    def _tell_month(self, key: int, at: datetime, *, is_nil: bool) -> None:
        head, leader = self.stage.head(UNIT, at), self.stage.holder(self.leader, at)
        if is_nil:
            self._step(key, Action.REPORT_NIL, head, at)
        else:
            said = {"text": "Đã tổng hợp số liệu của các xã", "state": DeclaredState.GREEN, "measure": "xã"}
            self._step(key, Action.PROGRESS, head, at, **said)
            shown = {"document_number": f"{at.month * 31 + 7}/BC-SDTTG"}
            self._step(key, Action.HAND_IN, head, at, result="Đã gửi báo cáo tháng, kèm phụ lục số liệu.", **shown)
        task = db.session.get_one(Task, key)
        signers = (Action.SIGN_OFF, leader), (Action.CONFIRM, self.stage.chair(at))
        for action, by in signers[: task.steps]:
            self._step(key, action, by, at, **self._mark(key))

    def _mark(self, key: int) -> dict[str, Any]:
        result = tasks.latest_hand_in(key)
        shown = result.content_sha if result else ""
        return {"password": self.stage.password, "meaning": Meaning.COMPLETED, "content_hash": shown}

    def _step(self, key: int, action: Action, by: Actor, at: datetime, **given: Any) -> None:
        tasks.take_step(key, action, by=by, at=at, given=Given(**given))
