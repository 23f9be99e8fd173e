"""System letters: alarms, people out of reach, tests. Apart from the two work letters a day, sent at any hour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import current_app
from sqlalchemy import select

import clock
from i18n import speaking
from models.base import db
from models.letters import Letter
from models.words import (
    LetterKind,
    LetterState,
)
from notifications import letters
from notifications.letters import Written
from notifications.recipients import Reader


@dataclass(frozen=True)
class Notice:
    """What a system letter says: a subject, paragraphs, perhaps a list, words kept sign by sign, where to look."""

    subject: str
    paragraphs: Sequence[str]
    items: Sequence[str] = ()
    links: Sequence[tuple[str, str]] = field(default=())
    verbatim: str = ""


def write(name: str, language: str, notice: Callable[[], Notice], body_name: str) -> Written:
    """Return a notice in a language, as subject, plain text and HTML."""
    with speaking(language):
        said = notice()
        facts = {"notice": said, "name": letters.one_line(name), "body_name": body_name}
        template = current_app.jinja_env.get_template
        text = template("letters/system.txt").render(facts)
        html = template("letters/system.html").render(facts, language=language)
        return Written(letters.one_line(said.subject), text, html)


def queue(reader: Reader, key: str, notice: Callable[[], Notice], body_name: str, at: datetime) -> int | None:
    """Put a system letter into the outbox, due at once; None when there is one with this key. Needs a write unit."""
    has_it = select(Letter.id).where(Letter.recipient_id == reader.id, Letter.key == key)
    if db.session.scalar(has_it) is not None:
        return None
    words = write(reader.name, reader.language, notice, body_name)
    letter = Letter(
        recipient_id=reader.id,
        key=key,
        day=clock.day_of(at),
        kind=LetterKind.SYSTEM,
        state=LetterState.QUEUED,
        next_try_at=at,
        created_at=at,
        message_id=letters.message_id(reader.id, key, current_app.config["PUBLIC_URL"]),
        subject=words.subject,
        text=words.text,
        html=words.html,
    )
    db.session.add(letter)
    db.session.flush()
    return letter.id
