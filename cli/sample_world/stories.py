"""What happens to the tasks of the sample world: lines of the tables, played as the steps people take on the pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import cycle
from typing import Any, Final

import clock
from cli.sample_world import documents, evidence, tables
from cli.sample_world.stage import Stage
from models.vocabulary import Action, DeadlineKind, DelayClass, Meaning
from workflow import children, tasks
from workflow.actors import Actor
from workflow.given import Given, Upload

# minutes between two steps of one task on one day; tasks begin their day at different minutes
APART: Final = 25
SPREAD: Final = 120
GIVEN_ON: Final = "t-6"
SOURCE_BEFORE: Final = "i-1"
# the head of a unit that takes part, where a line names one
OF_UNIT: Final = "unit:"


@dataclass
class Part:
    """One task of the tables: its line, whose it is now, and its id once it exists."""

    row: dict[str, str]
    number: int
    unit: str
    assigned: date
    due: date | None
    id: int = 0


@dataclass(frozen=True)
class Line:
    """One line of a story: when, what, who, and what else."""

    when: str
    action: Action
    who: str
    extras: dict[str, str]

    @classmethod
    def of(cls, words: str) -> Line:
        """Read a line such as "a+5 hand-in officer file=pdf"."""
        when, what, who, *rest = words.split()
        return cls(when, Action(what), who, dict(item.split("=") for item in rest))


@dataclass
class Teller:
    """Tells the stories on a stage, with texts taken in turn."""

    stage: Stage
    stories: dict[str, list[str]] = field(default_factory=lambda: tables.toml("stories.toml")["stories"])
    leaders: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Open the pools of texts, and note which seat supervises which unit."""
        found = tables.toml("texts.toml")
        self.decision: str = found.pop("decision")
        self.texts = {name: cycle(pool) for name, pool in found.items()}
        self.leaders |= {
            row["code"]: row["leader"] for row in tables.toml("organisation.toml")["unit"] if "leader" in row
        }

    def part(self, row: dict[str, str], number: int) -> Part:
        """Return a line of the tables as a task to be told."""
        days = self.stage.days
        assigned = days.of(row["assigned"] or GIVEN_ON)
        return Part(row, number, row["unit"], assigned, days.of(row["due"], a=assigned) if row["due"] else None)

    def tell(self, part: Part) -> None:
        """Put the assignment of a task and every line of its story on the stage."""
        if not part.unit:
            return
        minute = part.number * 7 % SPREAD
        self.stage.add(part.assigned, minute, lambda at: self._assign(part, part.unit, self._giver(part, at), at))
        day = part.assigned
        for place, words in enumerate(self.stories[part.row["story"]], start=1):
            line = Line.of(words)
            day = max(day, self._day(line.when, part))
            self.stage.add(day, minute + place * APART, self._act(part, line))

    def create(self, part: Part) -> None:
        """Put the record of a task that comes without a plan on the stage."""
        source = f"{part.row['source']} ngày {self.stage.days.of(SOURCE_BEFORE, i=part.assigned):%d/%m/%Y}"

        def act(at: datetime) -> None:
            by = self.stage.actor(documents.CLERK, at)
            part.id = tasks.create(
                None, part.row["title"], source, by=by, at=at, given=Given(product=part.row["product"])
            )

        self.stage.add(part.assigned, -20 + part.number % 10, act)

    def _day(self, words: str, part: Part) -> date:
        return self.stage.days.of(words, a=part.assigned, d=part.due or part.assigned)

    def _act(self, part: Part, line: Line) -> Callable[[datetime], None]:
        return lambda at: self._step(part, line, at)

    def _step(self, part: Part, line: Line, at: datetime) -> None:
        by = self._who(line.who, part, at)
        if line.action == Action.ASSIGN:
            part.unit = line.extras["unit"]
            return self._assign(part, part.unit, by, at)
        given = Given(**GIVES[line.action](self, part, line, at))
        try:
            tasks.take_step(_meant(part, line), line.action, by=by, at=at, given=given)
        except Exception as error:
            error.add_note(f"{part.row.get('title', part.id)}: {line.when} {line.action} {line.who}")
            raise
        return None

    def _assign(self, part: Part, unit: str, by: Actor, at: datetime) -> None:
        row, stage = part.row, self.stage
        words = row.get("words", "")
        given = Given(
            lead_unit_id=stage.unit[unit],
            leader_post_id=stage.post[row.get("leader") or self.leaders[unit]],
            officer_id=stage.person[row["officer"]] if row["officer"] else None,
            coordinator_ids=tuple(stage.unit[code] for code in row.get("with", "").split(";") if code),
            due_on=documents.written_day(row, stage, part.assigned) if words and part.due else part.due,
            boundary="before" if words == "before" else "on",
            deadline_words=documents.deadline_words(row, stage, part.assigned) if words else "",
            deadline_kind=DeadlineKind(words) if words in documents.DATELESS else None,
            product=row.get("product") or None,
        )
        tasks.take_step(part.id, Action.ASSIGN, by=by, at=at, given=given)

    def _giver(self, part: Part, at: datetime) -> Actor:
        """Return who assigns: leadership in a plan, the office for what comes from outside."""
        from_plan = part.row.get("plan", "1") == "1"
        return self.stage.holder(self._leader(part), at) if from_plan else self.stage.actor(documents.CLERK, at)

    def _leader(self, part: Part) -> str:
        return part.row.get("leader") or self.leaders[part.unit]

    def _who(self, who: str, part: Part, at: datetime) -> Actor:
        roles: dict[str, Callable[[], Actor]] = {
            "head": lambda: self.stage.head(part.unit, at),
            "officer": lambda: self.stage.actor(part.row["officer"], at),
            "leader": lambda: self.stage.holder(self._leader(part), at),
            "chair": lambda: self.stage.chair(at),
            "office": lambda: self.stage.actor(documents.CLERK, at),
        }
        if who.startswith(OF_UNIT):
            return self.stage.head(who.removeprefix(OF_UNIT), at)
        return roles[who]() if who in roles else self.stage.actor(who, at)

    def say(self, pool: str) -> str:
        """Return the next text of a pool."""
        found: str = next(self.texts[pool])
        return found

    def files(self, line: Line, part: Part, at: datetime) -> tuple[Upload, ...]:
        """Return the file a line hands in, if any."""
        kind = line.extras.get("file")
        if kind is None:
            return ()
        name = self.say("evidence")
        day = clock.day_of(at)
        lines = [name.upper(), part.row.get("title", ""), f"Lạng Sơn, ngày {day:%d/%m/%Y}", "", self.say("result")]
        return (evidence.upload(kind, f"{name} {day:%d-%m-%Y}", lines),)

    def document(self, line: Line, part: Part, at: datetime) -> dict[str, Any]:
        """Return number and day of the issued document a line names, if any."""
        if "document" not in line.extras:
            return {}
        day = clock.day_of(at)
        symbol = "BC-BDT" if day < date(2025, 3, 1) else "BC-SDTTG"
        return {"document_number": f"{100 + part.number * 7 % 400}/{symbol}", "document_on": day}

    def named(self, line: Line, part: Part, at: datetime) -> tuple[int, ...]:
        """Return whom a comment names."""
        found = (self._who(who, part, at).person_id for who in line.extras.get("names", "").split(",") if who)
        return tuple(key for key in found if key is not None)

    def stop(self, line: Line, part: Part, at: datetime) -> dict[str, Any]:
        """Return reason and decision of a cancelling or withdrawal."""
        number = 200 + part.number
        return {
            "reason": self.say(line.action),
            "decision": self.decision.format(no=number, day=f"{clock.day_of(at):%d/%m/%Y}"),
        }

    def mark(self, line: Line, part: Part) -> dict[str, Any]:
        """Return what a signer gives: his password, what it means, and the hash of what he was shown."""
        result = tasks.latest_hand_in(part.id)
        meaning = Meaning.CHECKED if line.action == Action.SIGN_OFF else Meaning.COMPLETED
        shown = result.content_sha if result else ""
        return {"password": self.stage.password, "meaning": meaning, "content_hash": shown, "reason": self.say("sign")}


def _meant(part: Part, line: Line) -> int:
    """Return which task a line speaks of: the part's own, or one of the duties and steps given under it."""
    return children.open_parts(part.id)[int(line.extras["part"]) - 1].id if "part" in line.extras else part.id


def _gives_part(teller: Teller, part: Part, line: Line, _at: datetime) -> dict[str, Any]:
    """Return a duty for the unit a line names, or a step for the task's own officer."""
    unit, officer = line.extras.get("unit"), part.row["officer"]
    whose = {"unit_id": teller.stage.unit[unit]} if unit else {"officer_id": teller.stage.person[officer]}
    due_on, blocking = teller._day(line.extras["to"], part), "blocking" in line.extras
    return {"title": teller.say(line.action), "due_on": due_on, "is_blocking": blocking, **whose}


def _waits(teller: Teller, part: Part, line: Line, at: datetime) -> dict[str, Any]:
    """Return whom a line waits for, and the written request a body outside got."""
    unit = {"unit_id": teller.stage.unit[line.extras["unit"]]}
    request = teller.document(Line(line.when, line.action, line.who, {"document": "1"}), part, at)
    return _to("answer_by", "to")(teller, part, line, at) | unit | request


def _says(teller: Teller, _part: Part, line: Line, _at: datetime) -> dict[str, Any]:
    return {"reason": teller.say(line.action)}


def _writes(teller: Teller, _part: Part, line: Line, _at: datetime) -> dict[str, Any]:
    return {"text": teller.say(line.action)}


def _hands_in(teller: Teller, part: Part, line: Line, at: datetime) -> dict[str, Any]:
    return {"result": teller.say("result"), "files": teller.files(line, part, at), **teller.document(line, part, at)}


def _to(name: str, extra: str) -> Callable[[Teller, Part, Line, datetime], dict[str, Any]]:
    """Return a giver of a reason and of the day that a line names."""
    return lambda teller, part, line, _at: {
        "reason": teller.say(line.action),
        name: teller._day(line.extras[extra], part),
    }


# what each action of a story is given
GIVES: Final[dict[Action, Callable[[Teller, Part, Line, datetime], dict[str, Any]]]] = {
    Action.RECEIVE: lambda *_: {},
    Action.START: lambda *_: {},
    Action.RESUME: lambda *_: {},
    Action.DECLINE: _says,
    Action.RETURN: lambda teller, part, line, at: _says(teller, part, line, at) | {"password": teller.stage.password},
    Action.GRANT_EXTENSION: _says,
    Action.REFUSE_EXTENSION: _says,
    Action.PROGRESS: _writes,
    Action.COMMENT: lambda teller, part, line, at: (
        _writes(teller, part, line, at) | {"mention_ids": teller.named(line, part, at)}
    ),
    Action.STATE_CAUSE: lambda teller, part, line, at: (
        _writes(teller, part, line, at) | {"delay_class": DelayClass(line.extras["class"])}
    ),
    Action.CONFIRM_CAUSE: lambda teller, part, line, at: (
        _says(teller, part, line, at) | teller.document(line, part, at)
    ),
    Action.COUNTER_EXTENSION: lambda teller, part, line, at: _to("proposed_on", "to")(teller, part, line, at),
    Action.CHASE: _writes,
    Action.DEMAND_EXPLANATION: lambda teller, part, line, at: (
        _writes(teller, part, line, at) | {"answer_by": teller._day(line.extras["to"], part)}
    ),
    Action.EXPLAIN: _writes,
    Action.COMMIT_PROGRESS: lambda teller, part, line, at: (
        _writes(teller, part, line, at) | {"new_on": teller._day(line.extras["to"], part)}
    ),
    Action.HAND_IN: _hands_in,
    Action.SIGN_OFF: lambda teller, part, line, _at: teller.mark(line, part),
    Action.CONFIRM: lambda teller, part, line, _at: teller.mark(line, part),
    Action.REQUEST_EXTENSION: _to("proposed_on", "to"),
    Action.HOLD: _to("until", "until"),
    Action.WAIT: _waits,
    Action.GIVE_DUTY: _gives_part,
    Action.BREAK_DOWN: _gives_part,
    Action.CONTEST: _says,
    Action.DISMISS_CONTEST: _says,
    Action.RENEW_WAIT: _says,
    Action.CANCEL: lambda teller, part, line, at: teller.stop(line, part, at),
    Action.WITHDRAW: lambda teller, part, line, at: teller.stop(line, part, at),
}
