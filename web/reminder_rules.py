"""The rules of reminding in the page: the organisation's, a plan's, a task's; shown before they are saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from i18n import gettext as _
from i18n import ngettext
from models.vocabulary import PlanState
from notifications.simulate import Comparison
from notifications.sweep import NOTHING, Proposal
from terms import N_
from web import context, effect, forms
from web.again import Shown, again, fresh, key, need
from web.effect import Effect
from web.errors import STATUS
from web.formats import day
from web.gate import place
from workflow.errors import Refusal
from workflow.organization import days, reminder_rules, rules
from workflow.queries import people
from workflow.queries import plans as plan_queries
from workflow.queries import reminder_rules as queries
from workflow.queries import tasks as task_queries
from workflow.queries.reminder_rules import Entry, Line
from workflow.reminding import NAMES, Change, Origin, Value

bp = Blueprint("rules", __name__)

# whose value it is -> how it is said where the page is another's
ORIGINS: Final[dict[Origin, str]] = {
    Origin.SHIPPED: N_("as shipped with the program"),
    Origin.ORGANISATION: N_("the organisation, since %(day)s"),
    Origin.PLAN: N_("the plan, since %(day)s"),
    Origin.TASK: N_("this task alone, since %(day)s"),
}
# what a form does: shows the effect, goes back to the words, or saves
LOOK, CHANGE, SAVE = "look", "change", "save"


@dataclass(frozen=True)
class Owner:
    """Whose rules a page shows: the organisation's (number 0), a plan's or a task's."""

    scope: Origin
    number: int = 0
    title: str = ""
    plan_id: int | None = None
    plan: str = ""
    is_over: bool = False

    def require_open(self) -> None:
        """Refuse rules of what is over."""
        if self.is_over:
            raise Refusal("nothing_to_remind")

    @property
    def address(self) -> str:
        """Return the page of these rules."""
        if self.scope == Origin.PLAN:
            return url_for("rules.plan", plan_id=self.number)
        return url_for("rules.task", task_id=self.number) if self.scope == Origin.TASK else url_for("rules.index")

    def action(self, name: str) -> str:
        """Return where the form of a rule goes."""
        if self.scope == Origin.PLAN:
            return url_for("rules.set_plan", plan_id=self.number, name=name)
        if self.scope == Origin.TASK:
            return url_for("rules.set_task", task_id=self.number, name=name)
        return url_for("rules.set_organisation", name=name)


ORGANISATION: Final = Owner(Origin.ORGANISATION)


@bp.get("/reminders/rules")
@place("reminders")
def index() -> ResponseReturnValue:
    """Show the rules that hold for every plan and task without its own."""
    return _page(ORGANISATION)


@bp.get("/plans/<int:plan_id>/rules")
@place("plans")
def plan(plan_id: int) -> ResponseReturnValue:
    """Show the rules of a plan, its own and those it inherits."""
    return _page(_plan(plan_id))


@bp.get("/tasks/<int:task_id>/rules")
@place("tasks")
def task(task_id: int) -> ResponseReturnValue:
    """Show the rules of a task, its own and those it inherits."""
    return _page(_task(task_id))


@bp.post("/reminders/rules/<name>")
@place("calendar")
def set_organisation(name: str) -> ResponseReturnValue:
    """Show what a value of the organisation would do, then enter it."""
    return _set(ORGANISATION, name)


@bp.post("/plans/<int:plan_id>/rules/<name>")
@place("calendar")
def set_plan(plan_id: int, name: str) -> ResponseReturnValue:
    """Show what a value of a plan would do, then enter it."""
    return _set(_plan(plan_id), name)


@bp.post("/tasks/<int:task_id>/rules/<name>")
@place("calendar")
def set_task(task_id: int, name: str) -> ResponseReturnValue:
    """Show what a value of a task would do, then enter it."""
    return _set(_task(task_id), name)


@bp.route("/reminders/rules/<int:entry_id>/confirm", methods=["GET", "POST"])
@place("calendar")
def confirm(entry_id: int) -> ResponseReturnValue:
    """Show what a value that waits would do, then confirm it as the second person."""
    return _confirm(Origin.ORGANISATION, entry_id)


@bp.route("/reminders/own-rules/<int:entry_id>/confirm", methods=["GET", "POST"])
@place("calendar")
def confirm_own(entry_id: int) -> ResponseReturnValue:
    """Show what a value of a plan or task that waits would do, then confirm it as the second person."""
    return _confirm(Origin.PLAN, entry_id)


@bp.get("/reminders/next")
@place("calendar")
def ahead() -> ResponseReturnValue:
    """Show the letters of the next days under the rules as they are."""
    about = Effect(_("Letters of the next days"), [], url_for("rules.index"))
    return effect.page(about, effect.of(NOTHING))


def _plan(plan_id: int) -> Owner:
    found = plan_queries.visible(plan_id, seen_by=context.scope())
    is_over = found.state in (PlanState.CLOSED, PlanState.SUPERSEDED)
    return Owner(Origin.PLAN, found.id, found.short_title, found.id, is_over=is_over)


def _task(task_id: int) -> Owner:
    found = task_queries.visible(task_id, seen_by=context.scope())
    is_over = found.status in reminder_rules.OVER
    return Owner(
        Origin.TASK, found.id, found.title, found.plan_id, found.plan.short_title if found.plan else "", is_over
    )


def _set(owner: Owner, name: str) -> ResponseReturnValue:
    """Read a form, show its effect, and save once it is seen; a refusal is answered where the words stand."""
    if name not in NAMES:
        raise Refusal("not_found")
    if request.form.get("step") == CHANGE:
        return _page(owner, Shown(form=name, typed=request.form))
    try:
        change = _change(owner, name)
        reminder_rules.require(change, context.now())
        owner.require_open()
        found = effect.of(Proposal((change,)))
        about = _effect(owner, change)
        if request.form.get("step") != SAVE:
            return effect.page(about, found)
        if refusal := effect.not_meant(found):
            return effect.page(about, found, refusal), STATUS[refusal.answer.kind]
        reminder_rules.settle(change, by=context.me(), at=context.now(), key=key())
    except Refusal as refusal:
        return again(refusal, name, lambda shown: _page(owner, shown))
    flash(_("Entered; it counts once a second person of the office or leadership confirms it."), "success")
    return redirect(owner.address)


def _change(owner: Owner, name: str) -> Change:
    """Return what the form proposes. Raises Refusal for what cannot be read."""
    inherits = owner.scope != Origin.ORGANISATION and request.form.get("inherit") == "1"
    value = None if inherits else rules.read(name, request.form.get("value", ""))
    valid_from = need(forms.day("valid_from"), N_("from day"))
    return Change(owner.scope, owner.number, name, value, valid_from, request.form.get("decision", ""), owner.plan_id)


def _effect(owner: Owner, change: Change) -> Effect:
    """Return what is decided on, in words, with the form that saves it."""
    now = _line(owner, change.name)
    fields = {name: request.form.get(name, "") for name in ("value", "valid_from", "decision", "inherit")}
    return Effect(
        _("Before you save: what the rule would do"),
        [*_facts(owner, now.rule.meaning, now.value, change.value), *_dated(change.valid_from, change.decision)],
        owner.address,
        owner.action(change.name),
        _("Save"),
        {**fields, "step": SAVE},
    )


def _confirm(scope: Origin, entry_id: int) -> ResponseReturnValue:
    """Show what an entry would do; confirm it when the form comes back and says what it must."""
    entry = queries.one(scope, entry_id)
    owner = _owner(entry)
    if entry.confirmed_at is not None:
        return again(Refusal("confirmed_already"), "confirm", lambda shown: _page(owner, shown))
    is_mine = entry.entered_by_id == context.me().person_id
    found = effect.of(Proposal((entry.change(owner.plan_id),)))
    if request.method == "GET":
        return _confirm_page(entry, owner, found)
    if not is_mine and (refusal := effect.not_meant(found)):
        return _confirm_page(entry, owner, found, refusal), STATUS[refusal.answer.kind]
    try:
        act = days.confirm_setting if scope == Origin.ORGANISATION else reminder_rules.confirm
        act(entry.id, by=context.me(), at=context.now(), key=key())
    except Refusal as caught:
        return again(caught, "confirm", lambda shown: _page(owner, shown))
    flash(_("Confirmed; what counted before stays true for the days before."), "success")
    return redirect(owner.address)


def _confirm_page(entry: Entry, owner: Owner, found: Comparison, refusal: Refusal | None = None) -> str:
    line, is_mine = _line(owner, entry.name), entry.entered_by_id == context.me().person_id
    name = people.names({entry.entered_by_id}).get(entry.entered_by_id or 0, "Đôn Đốc")
    facts = [
        *_facts(owner, line.rule.meaning, line.value, entry.value),
        *_dated(entry.valid_from, entry.decision),
        (_("Entered by"), name),
    ]
    why_not = _("You entered it; another person of the office or leadership confirms it.") if is_mine else ""
    action = "" if is_mine else request.path
    about = Effect(
        _("Before you confirm: what the rule would do"), facts, owner.address, action, _("Confirm"), {}, why_not
    )
    return effect.page(about, found, refusal)


def _owner(entry: Entry) -> Owner:
    if entry.scope == Origin.ORGANISATION:
        return ORGANISATION
    return _plan(entry.number) if entry.scope == Origin.PLAN else _task(entry.number)


def _facts(owner: Owner, meaning: str, now: Value, value: Any) -> list[tuple[str, str]]:
    """Return whose rule it is, and which value takes the place of which."""
    whose = {
        Origin.ORGANISATION: _("the whole organisation"),
        Origin.PLAN: _("the plan “%(title)s”", title=owner.title),
        Origin.TASK: _("the task “%(title)s”", title=owner.title),
    }
    return [
        (_("The rule"), _(meaning)),
        (_("Holds for"), whose[owner.scope]),
        (_("Now"), f"{value_words(now.value)} ({origin_words(now)})"),
        (_("Then"), value_words(value) if value is not None else _("inherited again")),
    ]


def _dated(valid_from: Any, decision: str) -> list[tuple[str, str]]:
    return [(_("From day"), day(valid_from)), (_("Decision"), decision)]


def _line(owner: Owner, name: str) -> Line:
    groups = queries.lines(owner.scope, owner.number, owner.plan_id, context.ref().on)
    return next(line for lines in groups.values() for line in lines if line.name == name)


def value_words(value: Any) -> str:
    """Return a rule's value as people read it."""
    if isinstance(value, list):
        return _("%(days)s working days", days=rules.written(value))
    return ngettext("%(num)d working day", "%(num)d working days", value)


def origin_words(value: Value) -> str:
    """Return where a value comes from: who set it, since when, by which decision."""
    words = _(ORIGINS[value.origin], day=day(value.since))
    return f"{words}; {value.decision}" if value.decision else words


def _page(owner: Owner, shown: Shown | None = None) -> str:
    ref, scope = context.ref(), context.scope()
    groups = queries.lines(owner.scope, owner.number, owner.plan_id, ref.on)
    waiting = [entry for lines in groups.values() for line in lines for entry in line.waiting]
    others = (
        []
        if owner.scope == Origin.TASK
        else queries.exceptions(seen_by=scope, plan_id=owner.number if owner.scope == Origin.PLAN else None)
    )
    return render_template(
        "reminders/rules.html",
        owner=owner,
        groups=groups,
        others=others,
        entered=people.names({entry.entered_by_id for entry in waiting}),
        written=rules.written,
        value_words=value_words,
        origin_words=origin_words,
        changes=scope.allows("calendar") and not owner.is_over,
        new_key=forms.new_key,
        shown=shown or fresh(),
    )
