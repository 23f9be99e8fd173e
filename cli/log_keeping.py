"""`flask log …`: the proof of one entry, the log's key, a log taken up again from a backup."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import select

import clock
from accountability import anchors, keys, proofs, reopening, rotation
from accountability.checkpoints import NoLogError
from cli.answers import answer, refusals_in_words
from cli.log import FILE, group, outside, place, refuse_without_key, refuse_without_log
from i18n import gettext as _
from models.base import db
from models.log import moment_text
from models.people import Person
from workflow import actors, keepers, reference
from workflow.actors import Actor
from workflow.errors import Refusal

# so many mailboxes are named in the promises
ENOUGH = 3


def register(_app: Flask) -> None:
    """Add nothing more: the commands below belong to the group of `cli.log`."""


@group.command("prove")
@click.argument("number", type=click.IntRange(min=1))
@click.option("-o", "target", type=click.Path(path_type=Path, dir_okay=False), help="Write it into this file.")
@click.option("--checkpoint", "files", type=FILE, multiple=True, help="Prove it under a checkpoint kept elsewhere.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def prove(number: int, target: Path | None, files: tuple[Path, ...], as_json: bool) -> None:
    """Prove that one entry lies under a checkpoint, without showing any other; verify_log.py checks it anywhere."""
    try:
        found = proofs.prove(number, outside(files) or anchors.filed(place()[0]))
    except proofs.NoSuchEntryError:
        why = _("There is no entry %(number)s under a checkpoint; one is made by: flask log checkpoint", number=number)
        answer(why, {"refused": "not_covered"}, as_json=as_json, ok=False)
        return
    except proofs.BrokenLogError:
        why = _("The log is not the one this checkpoint was signed over; see: flask log verify")
        answer(why, {"refused": "not_intact"}, as_json=as_json, ok=False)
        return
    if target is not None:
        target.write_text(found.text, encoding="utf-8")
    words = found.text.rstrip() if target is None else _("The proof of entry %(number)s is in %(file)s.",
                                                         number=number, file=target)  # fmt: skip
    answer(words, asdict(found), as_json=as_json)


@group.command("rotate-key")
@click.option("--lost", is_flag=True, help="The old key is gone: a new epoch begins under the new one.")
@click.option("--reason", default="", help="How the key was lost.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def rotate_key(lost: bool, reason: str, as_json: bool) -> None:
    """Put a new key in place of the log's; the old one signs the entry that names it."""
    if lost and not reason.strip():
        raise click.UsageError(_("Say how the key was lost: --reason TEXT"))
    folder, by, at = place()[0], Actor.system(), clock.now()
    try:
        new = rotation.replace_lost(folder, reason, by=by, at=at) if lost else rotation.rotate(folder, by=by, at=at)
    except NoLogError:
        refuse_without_log(as_json)
    except keys.WrongKeyError:
        refuse_without_key(as_json)
    else:
        words = _("The log is signed by a new key from here on: %(key)s", key=new)
        answer(words, {"key": new, "pem": keys.pem(new)}, as_json=as_json)


@group.command("accept-loss")
@click.argument("line", type=click.IntRange(min=1))
@click.option("--by", "username", required=True, help="User name of the leader who accepts it.")
@refusals_in_words
def accept_loss(line: int, username: str) -> None:
    """Accept by name, as a leader, that lines were lost with a restore; the leader types his password."""
    at = clock.now()
    person = db.session.scalar(select(Person).where(Person.username == username, Person.active))
    if person is None:
        raise Refusal("not_found")
    password = click.prompt(_("Password of %(name)s", name=person.name), hide_input=True)
    factor = click.prompt(_("One-time code, if one is set"), default="", show_default=False)
    auth = {"method": "password", "at": moment_text(at), "session": "command line"}
    by = actors.actor(person, reference.load(clock.day_of(at)), at, auth)
    try:
        loss = reopening.accept(line, password=password, factor=factor, by=by, at=at)
    except reopening.NothingLostError:
        answer(_("Line %(line)s speaks of no loss that waits to be accepted.", line=line), ok=False)
        return
    words = _("%(name)s accepted the loss of lines %(first)s to %(last)s.",
              name=person.name, first=loss.first, last=loss.last)  # fmt: skip
    answer(words)


@group.group("keeper")
def keeper() -> None:
    """Who gets every checkpoint by letter, and keeps it out of reach of whoever runs the system."""


@keeper.command("add")
@click.argument("name", default="")
@click.argument("email", default="")
@click.option("--person", "username", default="", help="Somebody of the body itself, by his user name.")
@refusals_in_words
def keeper_add(name: str, email: str, username: str) -> None:
    """Enter a mailbox: a name and an address, or --person; it gets every checkpoint from now on."""
    by, at = Actor.system(), clock.now()
    found = keepers.enter_person(username, by=by, at=at) if username else keepers.enter(name, email, by=by, at=at)
    answer(_("Keeper %(number)s gets every checkpoint from now on.", number=found))


@keeper.command("end")
@click.argument("number", type=int)
@refusals_in_words
def keeper_end(number: int) -> None:
    """End a mailbox; its number is the one of the list."""
    keepers.end(number, by=Actor.system(), at=clock.now())
    answer(_("Keeper %(number)s gets no checkpoint any more.", number=number))


@keeper.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def keeper_list(as_json: bool) -> None:
    """List who gets the checkpoints; fewer than three are too few."""
    found = keepers.all_of(clock.day_of(clock.now()))
    lines = [f"{kept.person_id}  {kept.name}  {kept.email or '-'}" for kept in found]
    if len(found) < ENOUGH:
        lines.append(_("Three or more are wise, one of them out of reach of whoever runs the system."))
    answer("\n".join(lines), [asdict(kept) for kept in found], as_json=as_json)


@group.command("restored")
@click.option("--checkpoint", "files", type=FILE, multiple=True, help="Checkpoints that were mailed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def restored(files: tuple[Path, ...], as_json: bool) -> None:
    """After a restore from a backup: begin a new epoch that says so, with what is lost by the checkpoints at hand."""
    notes = [*anchors.filed(place()[0]), *outside(files)]
    try:
        loss = reopening.after_restore(notes, by=Actor.system(), at=clock.now())
    except NoLogError:
        refuse_without_log(as_json)
        return
    words = _("The log goes on in a new epoch; nothing is known to be lost.")
    if loss is not None:
        words = _(
            "The log goes on in a new epoch. Lines %(first)s to %(last)s were published and are lost; verification "
            "says so until a leader accepts it by name.",
            first=loss.first, last=loss.last,
        )  # fmt: skip
    facts = {"first": loss.first, "last": loss.last} if loss is not None else None
    answer(words, {"lost": facts}, as_json=as_json)
