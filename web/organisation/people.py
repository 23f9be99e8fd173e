"""People: who works where; for administration, accounts, addresses, roles and passwords."""

from __future__ import annotations

from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from i18n import gettext as _
from models.vocabulary import Role
from terms import N_
from web import context, forms
from web.again import Shown, again, fresh, key, need, options, term
from web.gate import place
from web.organisation.blueprint import bp, units_of
from workflow import second_factor
from workflow.errors import Refusal
from workflow.organization import people as service
from workflow.queries import people as queries

GIVEN: Final = (Role.OFFICER, Role.OFFICE, Role.INSPECTOR, Role.ADMIN)


@bp.get("/people")
@place("organisation")
def people() -> ResponseReturnValue:
    """List everyone by given name, with seat, unit and role."""
    return _list()


@bp.post("/people")
@place("manage")
def create_person() -> ResponseReturnValue:
    """Make an account; its first password is drawn, and shown this once."""
    typed = request.form
    try:
        made = service.create(
            typed.get("username", ""),
            typed.get("name", ""),
            typed.get("email", ""),
            by=context.me(),
            at=context.now(),
            key=key(),
        )
    except Refusal as refusal:
        return again(refusal, "create", _list)
    return _show_once(*made)


@bp.get("/people/<int:person_id>")
@place("organisation")
def person(person_id: int) -> ResponseReturnValue:
    """Show one person: seats, mandates and roles through time."""
    return _one(person_id)


@bp.post("/people/<int:person_id>/password")
@place("manage")
def reset_password(person_id: int) -> ResponseReturnValue:
    """Draw a new password and show it this once; the person's sessions end."""
    return _show_once(person_id, service.reset_password(person_id, by=context.me(), at=context.now(), key=key()))


@bp.post("/people/<int:person_id>/name")
@place("manage")
def rename_person(person_id: int) -> ResponseReturnValue:
    """Correct a person's name."""
    try:
        service.rename(person_id, request.form.get("name", ""), version=forms.number("version"), **_act())
    except Refusal as refusal:
        return again(refusal, "name", lambda shown: _one(person_id, shown))
    return _done(person_id)


@bp.post("/people/<int:person_id>/address")
@place("manage")
def set_address(person_id: int) -> ResponseReturnValue:
    """Change where a person's letters go."""
    try:
        phone = request.form.get("phone")
        service.set_address(person_id, request.form.get("email", ""), phone=phone, **_act())
    except Refusal as refusal:
        return again(refusal, "address", lambda shown: _one(person_id, shown))
    return _done(person_id)


@bp.post("/people/<int:person_id>/close")
@place("manage")
def close_person(person_id: int) -> ResponseReturnValue:
    """Close an account: out at the next request."""
    return _set_active(person_id, False)


@bp.post("/people/<int:person_id>/open")
@place("manage")
def open_person(person_id: int) -> ResponseReturnValue:
    """Open a closed account again."""
    return _set_active(person_id, True)


@bp.post("/people/<int:person_id>/roles")
@place("manage")
def grant_role(person_id: int) -> ResponseReturnValue:
    """Give a person a role in a unit from a day on."""
    try:
        role = term(Role, "role", N_("role"))
        unit_id = need(forms.number("unit_id"), N_("unit"))
        service.grant(person_id, role, unit_id, need(forms.day("from_on"), N_("from day")), **_act())
    except Refusal as refusal:
        return again(refusal, "role", lambda shown: _one(person_id, shown))
    return _done(person_id)


@bp.post("/people/<int:person_id>/roles/<int:grant_id>/end")
@place("manage")
def end_role(person_id: int, grant_id: int) -> ResponseReturnValue:
    """End a role on a day."""
    try:
        service.end_grant(grant_id, need(forms.day("to_on"), N_("no longer from")), **_act())
    except Refusal as refusal:
        return again(refusal, f"role{grant_id}", lambda shown: _one(person_id, shown))
    return _done(person_id)


@bp.post("/people/<int:person_id>/factor")
@place("manage")
def remove_factor(person_id: int) -> ResponseReturnValue:
    """Remove a second factor that a person lost, with a reason; he is told."""
    try:
        second_factor.remove_lost(person_id, request.form.get("reason", ""), **_act())
    except Refusal as refusal:
        return again(refusal, "factor", lambda shown: _one(person_id, shown))
    return _done(person_id)


def _set_active(person_id: int, active: bool) -> ResponseReturnValue:
    try:
        service.set_active(person_id, active, version=forms.number("version"), **_act())
    except Refusal as refusal:
        return again(refusal, "active", lambda shown: _one(person_id, shown))
    return _done(person_id)


def _act() -> dict[str, Any]:
    """Return who acts and when, by which form."""
    return {"by": context.me(), "at": context.now(), "key": key()}


def _done(person_id: int) -> ResponseReturnValue:
    flash(_("Entered."), "success")
    return redirect(url_for(".person", person_id=person_id))


def _show_once(person_id: int, password: str) -> ResponseReturnValue:
    """Show a drawn password, never in the address nor kept; a form sent twice gets the page without it."""
    if not password:
        flash(_("This form was sent before; the password was shown then and is kept nowhere."), "warning")
        return redirect(url_for(".person", person_id=person_id))
    return _one(person_id, drawn=password)


def _list(shown: Shown | None = None) -> str:
    lines = queries.lines(context.ref(), seen_by=context.scope())
    return render_template(
        "organisation/people.html",
        lines=lines,
        new_key=forms.new_key,
        shown=shown or fresh(),
    )


def _one(person_id: int, shown: Shown | None = None, drawn: str = "") -> str:
    ref = context.ref()
    return render_template(
        "organisation/person.html",
        view=queries.one(person_id, seen_by=context.scope()),
        units=units_of(ref),
        roles=options(GIVEN),
        drawn=drawn,
        new_key=forms.new_key,
        shown=shown or fresh(),
    )
