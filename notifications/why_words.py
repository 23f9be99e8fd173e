"""Why somebody was told or was not, in words: each condition as a sentence, the verdict first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Final

import clock
from i18n import gettext as _
from models.labels import label
from models.letters import LetterLine
from models.words import (
    LineState,
)
from notifications import board
from notifications.deadlines import day_named
from notifications.rule_words import FAMILIES, of_rule
from notifications.stages import LADDERS, Audience, Stage
from notifications.why import CONDITIONS, Asked, Explanation, Ladder
from terms import N_
from workflow.organization.rules import RULES, written
from workflow.reminding import ALWAYS, Origin, Value

NAMES: Final[dict[str, str]] = {"T": N_("deadline")}
# what a ladder hangs on, and what is missing when it does not hang
HANGS: Final[dict[str, tuple[str, str]]] = {
    "T": (N_("the deadline"), N_("The task has no date.")),
    "REDO": (N_("the day to redo it by"), N_("It was not returned for redoing.")),
    "ANSWER": (N_("the day to answer by"), N_("It waits for no unit.")),
    "HOLD": (N_("the last day of the hold"), N_("It is not held.")),
    "UNRECEIVED": (N_("the day it was assigned"), N_("It has not been assigned.")),
    "UNSIGNED": (N_("the day since which the result waits"), N_("No result waits for a signature.")),
    "UNDECIDED": (N_("the day more time was asked for"), N_("No request for more time waits.")),
    "OFFERED": (N_("the last day to answer the date offered"), N_("No other date waits for an answer.")),
    "ACCEPT": (N_("the day since which the result waits"), N_("No result of a duty waits to be accepted.")),
    "CONTEST": (N_("the day it was contested"), N_("No contest is open.")),
    "RENEW": (N_("the day up to which the waiting is in nobody's charge"), N_("It waits for no body outside.")),
    "REPORT": (N_("the day of the report"), N_("It is no recurring duty, or every report is covered.")),
    "SILENT": (N_("the last word on it"), N_("It is no ongoing duty.")),
    "EVENT": (N_("the end of the quarter before"), N_("It waits for no event, or was spoken of in this quarter.")),
    "EXPLAIN": (N_("the day to explain by"), N_("No demand for an explanation is open.")),
    "PLEDGE": (
        N_("the day the unit committed itself to"),
        N_("The unit committed itself to no day beyond the deadline."),
    ),
    "NODATE": (N_("the day it was assigned"), N_("It has a date, or its words say why it has none.")),
    "NOLEAD": (N_("the day from which it could be given"), N_("Its plan is not in force.")),
}
_ELSE: Final = (N_("its day"), N_("It does not apply to this task."))
AUDIENCES: Final[dict[Audience, str]] = {
    Audience.DOER: N_("whose move it is"),
    Audience.UNIT: N_("who answers for the unit"),
    Audience.ABOVE: N_("the next level above"),
    Audience.TOP: N_("the level above that"),
    Audience.OFFICE: N_("the office that keeps track"),
}
ORIGINS: Final[dict[Origin, str]] = {
    Origin.SHIPPED: N_("as the system came"),
    Origin.ORGANISATION: N_("of the whole body"),
    Origin.PLAN: N_("of this plan"),
    Origin.TASK: N_("of this task"),
}
UNTOLD: Final[dict[str, str]] = {
    "moved_on": N_("the task has moved on since; it is no news any more"),
    "own_act": N_("it is the person's own act"),
    "not_heard": N_("others hear of it"),
}


def name_of(family: str) -> str:
    """Return what a ladder is called."""
    return _(NAMES.get(family) or FAMILIES.get(family, family))


def names_of(ladders: Iterable[Ladder]) -> str:
    """Return what some ladders are called, as one text."""
    return "; ".join(name_of(ladder.family) for ladder in ladders)


# ------------------------------------------------------------------------------------------------ conditions
def conditions(ladder: Ladder) -> list[tuple[str, bool, str]]:
    """Return each condition up to the first that does not hold: its name, whether it holds, and words."""
    names = list(CONDITIONS)
    last = names.index(ladder.failing) if ladder.failing else len(names) - 1
    return [(name, name != ladder.failing, WORDS[name](ladder, name != ladder.failing)) for name in names[: last + 1]]


def _reads(_ladder: Ladder, holds: bool) -> str:
    return _("The person has an open account.") if holds else _("The person's account is closed: nobody is told there.")


def _owes(_ladder: Ladder, holds: bool) -> str:
    if holds:
        return _("The task owes something itself.")
    return _("A common parent, a definition or an invitation owes nothing itself; its parts are reminded of.")


def _speaks(ladder: Ladder, holds: bool) -> str:
    text = N_("In the state “%(state)s” this is reminded of.") if holds else N_("In the state “%(state)s” it is not.")
    return _(text, state=_(label(ladder.asked.task.status)))


def _hangs(ladder: Ladder, holds: bool) -> str:
    what, missing = HANGS.get(ladder.family, _ELSE)
    if not holds or ladder.asked.hung is None:
        return _(missing)
    return _("It is counted from: %(what)s, %(day)s.", what=_(what), day=day_named(ladder.asked.hung.on))


def _hears(ladder: Ladder, holds: bool) -> str:
    asked = ladder.asked
    if holds:
        return _("The person hears as: %(part)s.", part=parts(asked.audiences))
    heard = asked.roster.heard_by(asked.family, asked.task)
    others = [f"{asked.roster.readers[key].name} ({parts(heard_as)})" for key, heard_as in heard.items()]
    if not others:
        return _("On that day nobody hears of it: the seats are empty, or it is no duty here.")
    return _("On that day others hear of it: %(names)s.", names="; ".join(others))


def parts(audiences: Iterable[Audience]) -> str:
    """Return as what somebody hears."""
    return ", ".join(_(AUDIENCES[audience]) for audience in audiences)


def _fallen(ladder: Ladder, holds: bool) -> str:
    if not holds or ladder.stage is None:
        return _("Nothing of it falls on that day or before.")
    told = {"rule": of_rule(ladder.stage.rule), "day": day_named(ladder.stage.falls)}
    found = setting_of(ladder.asked, ladder.stage)
    if found is None:
        return _("“%(rule)s” falls on %(day)s.", **told)
    return _("“%(rule)s” falls on %(day)s; the rule: %(source)s.", source=source(*found), **told)


def _counts(ladder: Ladder, holds: bool) -> str:
    stage, hung = ladder.stage, ladder.asked.hung
    if holds or stage is None or hung is None:
        return _("That is after the task was given, and under the rule as it is.")
    if stage.falls <= hung.started:
        day = day_named(hung.started)
        return _("That is not after the day the task was given its date (%(day)s): noted, and not sent.", day=day)
    return _("The rule holds only from %(day)s on: noted, and not sent.", day=day_named(stage.since))


def _wanted(_ladder: Ladder, holds: bool) -> str:
    if holds:
        return _("The person wants this by letter.")
    return _("The person has switched this off: it stands in his inbox, and no letter takes it.")


def _new(ladder: Ladder, holds: bool) -> str:
    line = ladder.asked.line_of(ladder.stage) if ladder.stage else None
    if holds or line is None:
        return _("It was not told before.")
    told = {"day": day_named(line.planned_on), "fate": line_fate(line)}
    return _("Each stage is told once; this one was planned on %(day)s: %(fate)s.", **told)


WORDS: Final[dict[str, Callable[[Ladder, bool], str]]] = {
    "reads": _reads,
    "owes": _owes,
    "speaks": _speaks,
    "hangs": _hangs,
    "hears": _hears,
    "fallen": _fallen,
    "counts": _counts,
    "wanted": _wanted,
    "new": _new,
}


def setting_of(asked: Asked, stage: Stage) -> tuple[str, Value] | None:
    """Return the rule a stage comes from, with its value and origin; None for the day itself."""
    if asked.hung is None:
        return None
    for rung in LADDERS[asked.family]:
        is_before = stage.rule.startswith(f"{asked.family}-")
        name = rung.before if is_before else rung.after
        if rung.audience != stage.audience or stage.rule == rung.on_day or not name:
            continue
        if is_before and asked.hung.long and f"{name}_long" in asked.hung.rules.values:
            name = f"{name}_long"
        return name, asked.hung.rules.values[name]
    return None


def source(name: str, value: Value) -> str:
    """Return a rule with its value, where it was set, since when and by which decision."""
    said = f"{_(RULES[name].meaning) if name in RULES else name}: {written(value.value)} ({_(ORIGINS[value.origin])}"
    said += _(", from %(day)s on", day=f"{value.since:%d/%m/%Y}") if value.since != ALWAYS else ""
    return f"{said}, {value.decision})" if value.decision else f"{said})"


# ------------------------------------------------------------------------------------------------ the ledger
def line_fate(line: LetterLine) -> str:
    """Return what became of a line of the ledger."""
    letter = line.letter
    if letter is None or line.state in (LineState.SKIPPED, LineState.SUPERSEDED):
        reason = board.REASONS.get(line.reason or "", line.reason or "")
        return f"{_(label(line.state))}{f' ({_(reason)})' if reason else ''}"
    said = _("letter of %(day)s", day=f"{letter.day:%d/%m/%Y}") + f": {_(label(letter.state))}"
    if letter.sent_at is not None:
        said += f", {letter.sent_at.astimezone(clock.LOCAL):%H:%M %d/%m/%Y}"
    if letter.bounced_at is not None:
        return said + ", " + _("and came back")
    return said + (f" ({_(board.REASONS.get(letter.error, letter.error))})" if letter.error else "")


def waiting(line: LetterLine, found: Explanation) -> str:
    """Return what a line without a letter waits for; an empty text for any other."""
    if line.id not in found.waits:
        return ""
    why = found.waits[line.id]
    if why is not None:
        return _("will be left out of the next letter: %(why)s", why=_(board.REASONS.get(why, why)))
    if line.state == LineState.FOLDED:
        return _("did not fit into a letter; comes first in the next one")
    if found.away_until is not None:
        return _("the person is away; it waits until %(day)s", day=day_named(found.away_until))
    return _("waits for the next letter, on %(day)s", day=day_named(next_letter(found, line)))


def next_letter(found: Explanation, line: LetterLine) -> date:
    """Return the next working day on which a line can be in a letter: the day it was planned, or a later one."""
    day = max(found.on, line.planned_on)
    while not found.book.calendar.is_working(day):
        day += timedelta(days=1)
    return day


# ------------------------------------------------------------------------------------------------ the verdict
def verdict(found: Explanation) -> str:
    """Return the answer in one or two sentences."""
    name, day = found.person.name, day_named(found.on)
    if not found.ladders:
        return _("On %(day)s the task was not there yet.", day=day)
    if found.said:
        fates = "; ".join(dict.fromkeys(f"{of_rule(line.rule)}: {line_fate(line)}" for line in found.said))
        return _("%(name)s was told on %(day)s: %(fates)s.", name=name, day=day, fates=fates)
    planned = [line for line in found.lines if line.planned_on == found.on]
    if planned:
        fates = "; ".join(f"{of_rule(line.rule)}: {waiting(line, found) or line_fate(line)}" for line in planned)
        if all(line.state in (LineState.SKIPPED, LineState.SUPERSEDED) for line in planned):
            return _("%(name)s was not told on %(day)s. %(why)s", name=name, day=day, why=fates.capitalize() + ".")
        return _("Something was planned for %(name)s on %(day)s: %(fates)s.", name=name, day=day, fates=fates)
    if found.due:
        return _due(found, name, day)
    return _("%(name)s was not told on %(day)s. %(why)s", name=name, day=day, why=_reason(found))


def _due(found: Explanation, name: str, day: str) -> str:
    rules = "; ".join(of_rule(ladder.stage.rule) for ladder in found.due if ladder.stage)
    if found.is_past and (found.planned_up_to is None or found.planned_up_to < found.on):
        return _("%(name)s should have been told on %(day)s (%(rules)s), and no run has reached that day yet.",
                 name=name, day=day, rules=rules)  # fmt: skip
    if found.is_past:
        return _("By the task of that day %(name)s should have been told (%(rules)s), and the ledger holds no line.",
                 name=name, rules=rules)  # fmt: skip
    if not found.book.calendar.is_working(found.on):
        return _("%(name)s will be told of it: %(rules)s. %(day)s is a rest day, so the letter goes on the next"
                 " working day.", name=name, day=day, rules=rules)  # fmt: skip
    return _("%(name)s will be told on %(day)s: %(rules)s.", name=name, day=day, rules=rules)


def _reason(found: Explanation) -> str:
    """Return the first condition that does not hold on the ladder that came farthest, and what comes next."""
    ladder = found.nearest
    words = conditions(ladder)[-1][2]
    said = words if ladder.failing in ("reads", "owes") else f"{name_of(ladder.family).capitalize()}: {words}"
    coming = [(other.next.falls, other.next.rule) for other in found.ladders if other.next is not None]
    if not coming:
        return said
    falls, rule = min(coming)
    return said + " " + _("Next: “%(rule)s” on %(day)s.", rule=of_rule(rule), day=day_named(falls))
