"""What a task's page needs beside the task: the order of its steps, what their forms offer, what a lost race shows."""

from __future__ import annotations

import json
from typing import Any, Final

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from accountability.held import of as of_task
from i18n import gettext as _
from models.labels import TERMS
from models.vocabulary import Action, DeclaredState, DelayClass, NameForm, Role, Status, TaskKind
from web import context, incoming, kept, strip
from web.formats import megabytes
from web.sentences import Sentence, of_act
from workflow import deciding, declared, extensions
from workflow.errors import Refusal
from workflow.lifecycle import Step
from workflow.queries import comments, duplicates, load, parts
from workflow.queries.duplicates import Duplicate
from workflow.queries.history import Act
from workflow.queries.tasks import TaskView

# the steps that move a task on, the one that matters most first: the first of them is the page's one button
MAIN: Final = (
    Action.SIGN_OFF, Action.CONFIRM, Action.ACCEPT, Action.UPHOLD_CONTEST, Action.ACCEPT_COUNTER,
    Action.GRANT_EXTENSION, Action.CONFIRM_DATE, Action.CONFIRM_CAUSE, Action.RECEIVE, Action.ANSWER, Action.RESUME,
    Action.START, Action.ASSIGN, Action.RECORD_EVENT, Action.HAND_IN, Action.REPORT_NIL,
)  # fmt: skip
# the steps whose forms offer people to choose from
NAMES_AN_OFFICER: Final = (Action.ASSIGN, Action.RECEIVE, Action.BREAK_DOWN)
# what follows them, and what comes at the very end
BESIDE: Final = (
    Action.DECLINE_COUNTER, Action.RETURN, Action.DISMISS_CONTEST, Action.CONTEST, Action.RENEW_WAIT, Action.SPLIT,
    Action.COUNTER_EXTENSION, Action.REFUSE_EXTENSION, Action.DROP_DATE, Action.REFUSE_CAUSE, Action.PROGRESS,
    Action.GIVE_DUTY, Action.BREAK_DOWN, Action.RECONFIRM, Action.COMMIT_PROGRESS, Action.EXPLAIN, Action.CHASE,
    Action.DEMAND_EXPLANATION, Action.NAME_OFFICER, Action.NAME_LEADER,
)  # fmt: skip
# what stands in the thread of comments, so that the history need not repeat it
COMMENTED: Final = "task.comment"
LAST: Final = (
    Action.CORRECT_DATE,
    Action.WITHDRAW_SIGNATURE,
    Action.REOPEN,
    Action.HOLD,
    Action.CANCEL,
    Action.WITHDRAW,
)
# offered where it is seen that it is needed: on the page of the recurring duty
ELSEWHERE: Final = (Action.FOLLOW_CALENDAR,)


def ordered(view: TaskView) -> list[tuple[Step, bool]]:
    """Return the steps as the page shows them, each with whether it is the main next one.

    An explanation that is asked for comes before everything else.
    """
    main = (Action.EXPLAIN, *MAIN) if view.chasing.open else MAIN
    places = {action: place for place, action in reversed([*enumerate((*main, *BESIDE))])} | dict.fromkeys(LAST, 90)
    shown = [step for step in view.steps if step.action not in ELSEWHERE]
    found = sorted(shown, key=lambda step: places.get(step.action, 50))
    return [(step, step is found[0] and step.action in main) for step in found]


def meanwhile(view: TaskView, refusal: Refusal | None) -> list[tuple[Act, Sentence]]:
    """Return what others did since the page was opened that a refused form came from; a lost race shows both texts."""
    seen = request.form.get("version", "")
    if refusal is None or not seen.isdecimal() or len(seen) > 9:
        return []
    since = [act for act in view.history.acts if (act.main.body["obj"]["version_after"] or 0) > int(seen)]
    return [(act, of_act(act)) for act in since]


def typed_too_late(view: TaskView) -> tuple[Action | None, MultiDict[str, str]]:
    """Return the step whose form was sent after its session had ended, and what was typed into it."""
    for step in view.steps:
        typed = kept.back_to(url_for("tasks.step", task_id=view.task.id, action=step.action))
        if typed is not None:
            return step.action, typed
    return None, MultiDict()


def step_options(view: TaskView) -> dict[str, Any]:
    """Return what the forms of the steps offer to choose from."""
    ref = context.ref()
    named = ref.resolve(view.task.lead_words) if view.task.lead_words else None
    units = [(unit.id, unit.name_on(ref.on)) for unit in ref.inside]
    outside = [(unit.id, unit.name_on(ref.on)) for unit in ref.outside]
    return {
        "lead_options": units,
        "loads": _loads(view),
        "suggested": view.task.lead_unit_id or (named.id if named in ref.inside else None),
        "written": extensions.as_written(view.task, ref),
        "leader_options": [
            (seat.post_id, " · ".join(filter(None, (seat.position, seat.person_name)))) for seat in ref.leadership
        ],
        "delay_classes": [(code, _(text)) for code, text in TERMS[DelayClass].items()],
        "next_working_day": ref.calendar.add(ref.on, 1),
        "earliest_answer": ref.calendar.add(ref.on, ref.settings["waiting.answer"]),
        "megabytes": megabytes(incoming.limit()),
        "most_bytes": incoming.limit(),
        "duty_units": [pair for pair in units if pair[0] != view.task.lead_unit_id],
        "waited_for": [pair for pair in (*units, *outside) if pair[0] != view.task.lead_unit_id],
    }


def talk(view: TaskView) -> dict[str, Any]:
    """Return the newest comments, whom one can name from the seats at hand, and who decides on more time."""
    me = context.me().person_id
    return {
        "thread": comments.newest(view.history),
        "nearest": comments.nearest(view.task, context.ref(), me),
        "deciding_seat": deciding.deciding_seat(view.case) if view.case.open_request else None,
    }


def twice(view: TaskView) -> list[Duplicate]:
    """Return which files of the result stand on other tasks, for its signer and for leadership alone."""
    signs = any(step.action in (Action.SIGN_OFF, Action.CONFIRM, Action.RETURN) for step in view.steps)
    told = signs or context.me().has(Role.LEADER)
    return duplicates.of(view.case.hand_in, seen_by=context.scope()) if told else []


def told_acts(view: TaskView) -> list[tuple[Act, Sentence]]:
    """Return what happened to a task in sentences; comments stand in their thread."""
    return [(act, of_act(act)) for act in view.history.acts if act.act != COMMENTED]


def progress(view: TaskView) -> dict[str, Any]:
    """Return a task's reports, newest first; its declared state beside the worked out one, and that one's rules."""
    rows = view.history.rows("progress")
    return {
        "reports": _with_evidence(view, rows[::-1]),
        "seen": view.seen,
        "state_rules": state_rules(),
        "last_report": rows[-1] if rows else {},
    }


def state_rules() -> list[tuple[DeclaredState, str]]:
    """Return the rules of the worked out state in words, made of the table that decides."""
    return [
        (rule.state, "; ".join(_(text, count=number) for text, number in declared.asks(rule)))
        for rule in declared.RULES
    ]


def together(view: TaskView) -> dict[str, Any]:
    """Return what units do together on a task: its parts, what it is a part of, who held its clock.

    No query where nobody gave a part away and every seat is held as long as the task is old; up to four otherwise.
    """
    ref, scope = context.ref(), context.scope()
    found = parts.of(view.task, ref, seen_by=scope) if parts.has_any(view.history) else []
    held = of_task(view.task, view.history, view.hand_ins, [part.task for part in found], ref, context.now())
    return {
        "parts": found,
        "whole": parts.whole_of(view.task, seen_by=scope),
        "common": parts.common_state(found) if view.task.kind == TaskKind.COMMON else None,
        "strip": strip.drawn(held),
        "blocking": [part for part in parts.open_ones(found, TaskKind.DUTY) if part.task.is_blocking],
        "open_steps": parts.open_ones(found, TaskKind.SUB),
    }


def signed_reports(view: TaskView) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Return the reports that the content of the latest result includes, each with what shows it."""
    included = json.loads(view.case.hand_in.content).get("progress", []) if view.case.hand_in else []
    return _with_evidence(view, view.history.rows("progress")[: len(included)])


def _with_evidence(view: TaskView, rows: list[dict[str, Any]]) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    shown = dict[int, list[dict[str, Any]]]()
    for item in view.history.rows("evidence"):
        shown.setdefault(item.get("progress_id") or 0, []).append(item)
    return [(row, shown.get(row["id"], [])) for row in rows]


def signed_notes(view: TaskView) -> list[dict[str, Any]]:
    """Return the notes that the content of the latest result includes: those written before it was handed in."""
    included = json.loads(view.case.hand_in.content)["notes"] if view.case.hand_in else []
    return view.history.rows("note")[: len(included)]


def _loads(view: TaskView) -> list[tuple[str, int]]:
    """Return how many open tasks each unit has due in the weeks to come, for whoever gives this one to a unit."""
    gives = any(step.action == Action.ASSIGN for step in view.steps)
    if not gives or view.task.status != Status.DRAFT:
        return []
    ref = context.ref()
    found = load.ahead(ref)
    return [(unit.name_on(ref.on, NameForm.SHORT), count) for unit in ref.inside if (count := found.of(unit.id))]
