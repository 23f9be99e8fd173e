"""`flask person|unit|seat …`: the organisation from the command line; the log says “the system”."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import click
from flask import Flask
from flask.cli import AppGroup

import clock
from cli import calendar
from cli.answers import answer, refusals_in_words
from cli.kinds import DAY, as_json, table, words_of
from i18n import gettext as _
from models.labels import TERMS
from models.people import Person
from models.vocabulary import Capacity, NameForm, Rank, Role, UnitChange, UnitKind
from workflow import codes, reference, second_factor
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.organization import mailboxes, people, restructure, seats, unit_events, units
from workflow.permissions import Scope
from workflow.queries import organisation
from workflow.queries import people as people_queries
from workflow.reference import Reference

person = AppGroup("person", help="People: accounts, addresses, roles, passwords.")
unit = AppGroup("unit", help="Units: new ones, names, ends.")
seat = AppGroup("seat", help="Seats: who holds each from day to day.")
GROUPS: Final = (person, unit, seat, calendar.group, calendar.setting)


def register(app: Flask) -> None:
    """Add the commands."""
    for group in GROUPS:
        app.cli.add_command(group)


# ------------------------------------------------------------------------------------------------ people
@person.command("add")
@click.argument("username")
@click.argument("name")
@click.option("--email", default="", help="Where letters go.")
@as_json
@refusals_in_words
def person_add(username: str, name: str, email: str, as_json: bool) -> None:
    """Open an account and print its first password, drawn by chance."""
    key, first = people.create(username, name, email, by=Actor.system(), at=clock.now())
    facts = {"id": key, "username": username.strip().lower(), "password": first}
    answer(_("Account %(username)s is open. First password: %(password)s", **facts), facts, as_json=as_json)


@person.command("list")
@as_json
def person_list(as_json: bool) -> None:
    """List everyone by given name."""
    rows = [_person_facts(line) for line in people_queries.lines(reference.now(), seen_by=Scope(_administration()))]
    answer(
        table(
            (row["username"], row["name"], ", ".join(row["seats"] + row["roles"]), _state(row["active"]))
            for row in rows
        ),
        rows,
        as_json=as_json,
    )


@person.command("rename")
@click.argument("username")
@click.argument("name")
@refusals_in_words
def person_rename(username: str, name: str) -> None:
    """Correct a person's name; lines of the log keep the name of their day."""
    people.rename(_person(username).id, name, by=Actor.system(), at=clock.now())
    answer(_("Account %(username)s bears the name %(name)s.", username=username, name=_person(username).name))


@person.command("address")
@click.argument("username")
@click.argument("email")
@click.option("--phone", help="Telephone, for when letters do not arrive; an empty text ('') for none.")
@refusals_in_words
def person_address(username: str, email: str, phone: str | None) -> None:
    """Change where a person's letters go; an empty text ('') for nowhere."""
    key = _person(username).id
    people.set_address(key, email, phone=phone, by=Actor.system(), at=clock.now())
    answer(_("Letters of %(username)s go to: %(address)s", username=username, address=people.address_of(key) or "–"))


@person.command("close")
@click.argument("username")
@refusals_in_words
def person_close(username: str) -> None:
    """Close an account: it is out at its next request."""
    people.set_active(_person(username).id, False, by=Actor.system(), at=clock.now())
    answer(_("Account %(username)s is closed.", username=username))


@person.command("open")
@click.argument("username")
@refusals_in_words
def person_open(username: str) -> None:
    """Open a closed account again."""
    people.set_active(_person(username).id, True, by=Actor.system(), at=clock.now())
    answer(_("Account %(username)s is open.", username=username))


@person.command("password")
@click.argument("username")
@as_json
@refusals_in_words
def person_password(username: str, as_json: bool) -> None:
    """Draw a new password, print it, and end the person's sessions."""
    drawn = people.reset_password(_person(username).id, by=Actor.system(), at=clock.now())
    facts = {"username": username, "password": drawn}
    answer(_("New password of %(username)s: %(password)s", **facts), facts, as_json=as_json)


@person.command("factor")
@click.argument("username")
@click.option("--remove", is_flag=True, help="Remove a second factor that was lost; needs a reason.")
@click.option("--reason", default="", help="Why; the log keeps it, and the person is told.")
@as_json
@refusals_in_words
def person_factor(username: str, remove: bool, reason: str, as_json: bool) -> None:
    """Say whether a person has a second factor, or remove one that was lost."""
    key, by, at = _person(username).id, Actor.system(), clock.now()
    if remove:
        second_factor.remove_lost(key, reason, by=by, at=at)
    factor = codes.factor_of(key)
    facts = {"username": username, "set_at": factor.set_at.isoformat() if factor else None, "left": codes.left(key)}
    said = _("%(username)s has a second factor; %(left)s recovery codes are left.", **facts)
    answer(said if factor else _("%(username)s has no second factor.", **facts), facts, as_json=as_json)


@person.command("role")
@click.argument("username")
@click.argument("role", type=words_of(Role, (Role.HEAD, Role.LEADER)))
@click.argument("unit_code")
@click.option("--from", "from_on", type=DAY, help="First day; today by default.")
@refusals_in_words
def person_role(username: str, role: str, unit_code: str, from_on: date | None) -> None:
    """Give a person a role in a unit; heads and leaders are made by seats."""
    unit_id = _unit(unit_code, reference.now())
    people.grant(_person(username).id, Role(role), unit_id, from_on or clock.today(), by=Actor.system(), at=clock.now())
    answer(_("%(username)s has the role “%(role)s”.", username=username, role=_(TERMS[Role][Role(role)])))


# ------------------------------------------------------------------------------------------------ units
@unit.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--kind", type=words_of(UnitKind), required=True)
@click.option("--short", default="", help="Short name.")
@click.option("--parent", default="", help="Code of the unit above.")
@click.option("--from", "from_on", type=DAY, help="First day; today by default.")
@refusals_in_words
def unit_add(code: str, name: str, kind: str, short: str, parent: str, from_on: date | None) -> None:
    """Make a unit; an external one is invited and never owes a task."""
    above = _unit(parent, reference.now()) if parent else None
    began = from_on or clock.today()
    units.create(code, UnitKind(kind), name, began, short=short, parent_id=above, by=Actor.system(), at=clock.now())
    answer(_("Unit %(code)s is entered.", code=code))


@unit.command("rename")
@click.argument("code")
@click.argument("name")
@click.option("--decision", required=True, help="Number and day of the decision.")
@click.option("--form", type=words_of(NameForm), default=NameForm.FULL.value, show_default=True)
@click.option("--from", "from_on", type=DAY, help="First day; today by default.")
@refusals_in_words
def unit_rename(code: str, name: str, decision: str, form: str, from_on: date | None) -> None:
    """Give a unit a new name from a day on."""
    unit_id, began = _unit(code, reference.now()), from_on or clock.today()
    units.rename(unit_id, name, began, decision, form=NameForm(form), by=Actor.system(), at=clock.now())
    answer(_("Unit %(code)s is renamed.", code=code))


@unit.command("end")
@click.argument("code")
@click.option("--decision", required=True, help="Number and day of the decision.")
@click.option("--on", "to_on", type=DAY, required=True, help="First day without it.")
@refusals_in_words
def unit_end(code: str, decision: str, to_on: date) -> None:
    """End a unit with its seats, mandates and roles."""
    units.end(_unit(code, reference.now()), to_on, decision, by=Actor.system(), at=clock.now())
    answer(_("Unit %(code)s ends.", code=code))


@unit.command("change")
@click.argument("kind", type=click.Choice([kind.value for kind in restructure.KINDS]))
@click.option("--from", "gives", multiple=True, required=True, help="CODE that gives up its work, or CODE=HEIR.")
@click.option("--to", "takes", multiple=True, required=True, help="CODE that takes over.")
@click.option("--decision", required=True, help="Number and day of the decision.")
@click.option("--on", "from_on", type=DAY, required=True, help="The first day of the new order.")
@refusals_in_words
def unit_change(kind: str, gives: tuple[str, ...], takes: tuple[str, ...], decision: str, from_on: date) -> None:
    """Merge, split or dissolve units, or transfer functions; it counts once it is confirmed."""
    ref, by, at = reference.now(), Actor.system(), clock.now()
    pairs = [text.partition("=") for text in gives]
    heirs = {_unit(code, ref): _unit(heir, ref) if heir else None for code, _equals, heir in pairs}
    to = [_unit(code, ref) for code in takes]
    key = restructure.enter(UnitChange(kind), heirs, to, from_on, decision, by=by, at=at)
    answer(_("Entry %(number)s waits to be confirmed.", number=key))


@unit.command("confirm")
@click.argument("entry_number", type=int)
@refusals_in_words
def unit_confirm(entry_number: int) -> None:
    """Confirm what was entered for units; it happens on its day."""
    unit_events.confirm(entry_number, by=Actor.system(), at=clock.now())
    answer(_("Confirmed; it counts from its day on."))


@unit.command("mailbox")
@click.argument("code")
@click.argument("name", default="")
@click.argument("email", default="")
@click.option("--phone", default="", help="Telephone, for when letters do not arrive.")
@click.option("--end", is_flag=True, help="End it: the body gets no letters any more.")
@refusals_in_words
def unit_mailbox(code: str, name: str, email: str, phone: str, end: bool) -> None:
    """Enter who takes the letters of a body outside; nobody signs in by it."""
    unit_id, by, at = _unit(code, reference.now()), Actor.system(), clock.now()
    if end:
        mailboxes.end(unit_id, by=by, at=at)
        answer(_("Unit %(code)s gets no letters any more.", code=code))
        return
    mailboxes.enter(unit_id, name, email, phone, by=by, at=at)
    answer(_("Letters to unit %(code)s go to: %(address)s", code=code, address=email))


@unit.command("list")
@click.option("--on", type=DAY, help="The day; today by default.")
@as_json
def unit_list(on: date | None, as_json: bool) -> None:
    """List the units of a day, each under the one above it."""
    ref = reference.load(on or clock.today())
    lines = [*organisation.tree(ref), *organisation.outside(ref)]
    rows = [
        {
            "code": line.unit.code,
            "kind": line.unit.kind,
            "name": line.name,
            "short": line.short,
            "inside": line.unit.inside,
            "parent": _code(ref.parents.get(line.unit.id), ref),
        }
        for line in lines
    ]
    answer(table((line.unit.code, "  " * line.depth + line.name) for line in lines), rows, as_json=as_json)


# ------------------------------------------------------------------------------------------------ seats
@seat.command("add")
@click.argument("unit_code")
@click.argument("title")
@click.argument("rank", type=words_of(Rank))
@refusals_in_words
def seat_add(unit_code: str, title: str, rank: str) -> None:
    """Make a seat in a unit and print its number."""
    post_id = seats.create_post(_unit(unit_code, reference.now()), title, Rank(rank), by=Actor.system(), at=clock.now())
    answer(_("Seat %(number)s: %(title)s.", number=post_id, title=title))


@seat.command("enter")
@click.argument("seat_number", type=int)
@click.argument("username")
@click.option("--decision", required=True, help="Number and day of the decision.")
@click.option("--from", "from_on", type=DAY, required=True, help="First day in the seat.")
@click.option("--to", "to_on", type=DAY, help="First day no longer in it.")
@click.option("--capacity", type=words_of(Capacity), default=Capacity.FULL.value, show_default=True)
@refusals_in_words
def seat_enter(
    seat_number: int, username: str, decision: str, from_on: date, to_on: date | None, capacity: str
) -> None:
    """Enter who holds a seat; it counts once it is confirmed."""
    how, by, at = Capacity(capacity), Actor.system(), clock.now()
    key = seats.enter(seat_number, _person(username).id, from_on, decision, to_on=to_on, capacity=how, by=by, at=at)
    answer(_("Entry %(number)s waits to be confirmed.", number=key))


@seat.command("confirm")
@click.argument("entry_number", type=int)
@refusals_in_words
def seat_confirm(entry_number: int) -> None:
    """Confirm an entry."""
    seats.confirm(entry_number, by=Actor.system(), at=clock.now())
    answer(_("Confirmed; it counts from now."))


@seat.command("end")
@click.argument("entry_number", type=int)
@click.option("--decision", required=True, help="Number and day of the decision.")
@click.option("--on", "to_on", type=DAY, required=True, help="First day no longer in the seat.")
@refusals_in_words
def seat_end(entry_number: int, decision: str, to_on: date) -> None:
    """End somebody's time in a seat, at once."""
    seats.end(entry_number, to_on, decision, by=Actor.system(), at=clock.now())
    answer(_("Ended; mandates given from this seat end with it."))


@seat.command("confirm-end")
@click.argument("entry_number", type=int)
@refusals_in_words
def seat_confirm_end(entry_number: int) -> None:
    """Confirm an end that somebody entered on the page."""
    seats.confirm_end(entry_number, by=Actor.system(), at=clock.now())
    answer(_("Ended; mandates given from this seat end with it."))


@seat.command("list")
@click.option("--on", type=DAY, help="The day; today by default.")
@as_json
def seat_list(on: date | None, as_json: bool) -> None:
    """List the seats with their holders on a day, and the entries that wait."""
    ref = reference.load(on or clock.today())
    held = [
        {
            "seat": item.post_id,
            "unit": _code(item.unit_id, ref),
            "title": item.title,
            "rank": item.rank,
            "person": item.person_name,
            "capacity": item.capacity,
        }
        for item in ref.seats
    ]
    waiting = [
        {"entry": row.id, "seat": row.post_id, "person": row.person.name, "from": row.from_on.isoformat()}
        for row in people_queries.waiting_tenures()
    ]
    ending = [
        {"entry": row.id, "seat": row.post_id, "person": row.person.name, "ends": str(row.ends_on)}
        for row in people_queries.waiting_ends()
    ]
    lines: list[tuple[object, ...]] = [
        (row["seat"], row["unit"], row["title"], row["person"] or _("vacant")) for row in held
    ]
    lines += [(_("waits"), row["entry"], row["person"], row["from"]) for row in waiting]
    lines += [(_("end waits"), row["entry"], row["person"], row["ends"]) for row in ending]
    answer(table(lines), {"seats": held, "waiting": waiting, "ending": ending}, as_json=as_json)


# ------------------------------------------------------------------------------------------------ parts
def _administration() -> Actor:
    """Return who lists accounts from the command line: administration, closed accounts included."""
    return Actor(None, "system", "Đôn Đốc", "", "", roles=frozenset({Role.ADMIN}))


def _person(username: str) -> Person:
    found = people_queries.by_username(username)
    if found is None:
        raise Refusal("nobody_so_called", value=username[:60])
    return found


def _unit(code: str, ref: Reference) -> int:
    found = next((item.id for item in ref.units.values() if item.code.lower() == code.strip().lower()), None)
    if found is None:
        raise Refusal("unit_unknown")
    return found


def _code(unit_id: int | None, ref: Reference) -> str | None:
    return ref.units[unit_id].code if unit_id in ref.units else None


def _person_facts(line: people_queries.PersonLine) -> dict[str, Any]:
    return {
        "username": line.person.username,
        "name": line.person.name,
        "active": line.person.active,
        "seats": list(line.seats),
        "roles": [role.value for role in line.roles],
        "units": list(line.units),
    }


def _state(active: bool) -> str:
    return "" if active else _("closed")
