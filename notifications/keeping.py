"""Checkpoints of the log on their way out: signed when promised, mailed to everybody who keeps them.

The log's newest checkpoint gives each keeper one system letter under its own key, however often this runs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from flask import current_app
from sqlalchemy import select

import clock
from accountability import checkpoints
from accountability.checkpoints import LETTER, Checkpoint
from i18n import gettext as _
from models.base import db
from models.letters import Letter
from models.session import retried, transaction
from notifications import system
from notifications.recipients import Reader
from notifications.system import Notice
from terms import N_
from workflow import keepers, reference
from workflow.actors import Actor

SUBJECT: Final = N_("Checkpoint of the log: %(count)s lines")
WHAT: Final = N_("On %(moment)s the log of accountability had %(count)s lines. What follows binds every one of them.")
KEEP: Final = N_(
    "Please keep this letter where those who run the system cannot change it. Nothing is to be done and nothing to be "
    "answered: that you have it is enough for an inspector to see whether the log was written anew or cut off."
)
PAPER: Final = N_("On paper: %(printed)s")


def run(at: datetime) -> int:
    """Sign at once when leadership confirmed something, and queue what was not mailed yet; return how many letters.

    A fault here stops no reminder: it is logged, and the next beat tries again.
    """
    try:
        sign(at, at_once=True)
        return tell(at)
    except Exception:
        current_app.logger.exception("the checkpoint could not be signed or queued; the next beat tries again")
        db.session.rollback()
        return 0


def sign(at: datetime, *, at_once: bool = False) -> Checkpoint | None:
    """Sign where the log stands when it grew since the last time; `at_once`: when leadership confirmed something."""
    if not checkpoints.is_due(at_once=at_once):
        return None
    config = current_app.config
    return checkpoints.make(Path(config["DATA_DIR"]), config["LOG_ORIGIN"], by=Actor.system(), at=at)


def tell(at: datetime) -> int:
    """Queue the newest checkpoint for everybody who keeps them; return how many letters. Two queries when done."""
    made = checkpoints.newest()
    if made is None or db.session.scalar(select(Letter.id).where(Letter.key == key_of(made)).limit(1)) is not None:
        return 0
    if wanted := current_app.config["LOG_CHECKPOINT_RECIPIENTS"]:
        keepers.enter_missing(wanted, by=Actor.system(), at=at)
    found = keepers.all_of(clock.day_of(at))
    return _queue(made, found, at) if found else 0


def key_of(made: Checkpoint) -> str:
    """Return the key of the letter that carries a checkpoint."""
    return f"{LETTER}size={made.size}"


def notice(made: Checkpoint, at: datetime) -> Callable[[], Notice]:
    """Return what the letter says."""

    def said() -> Notice:
        moment = at.astimezone(clock.LOCAL).strftime("%H:%M %d/%m/%Y")
        what = _(WHAT, moment=moment, count=made.size)
        return Notice(
            _(SUBJECT, count=made.size), [what, _(KEEP)], verbatim=f"{made.text}\n{_(PAPER, printed=made.printed)}"
        )

    return said


@retried
def _queue(made: Checkpoint, found: list[keepers.Kept], at: datetime) -> int:
    with transaction():
        body_name = reference.setting("body.name", clock.day_of(at))
        readers = [Reader(kept.person_id, kept.name, kept.language, kept.email) for kept in found]
        queued = [system.queue(reader, key_of(made), notice(made, at), body_name, at) for reader in readers]
    return sum(letter is not None for letter in queued)
