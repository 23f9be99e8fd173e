"""What a body outside reads: a request, not a reminder. Nothing is late, nothing is behind a sign-in but one page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import current_app
from sqlalchemy import select

from i18n import gettext as _
from i18n import ngettext, speaking
from models.base import db
from models.tasks import Wait
from notifications.deadlines import day_words
from notifications.digest import Digest, Entry
from notifications.letters import Written, one_line
from notifications.recipients import Reader, Roster
from notifications.stages import family_of

LONGEST: Final = 120


@dataclass(frozen=True)
class Request:
    """One task a body outside is asked about: what for, by when, by whom."""

    title: str
    asks: str
    asked: str
    by_when: str
    from_whom: str


def write(reader: Reader, found: Digest, roster: Roster, link: str) -> Written:
    """Return the letter to a body outside in its language. One query."""
    entries = [entry for section in found.sections for entry in section.entries]
    asked = _asked([entry.task_id for entry in entries])
    body_name = roster.ref.settings["body.name"]
    with speaking(reader.language):
        requests = [_request(entry, asked.get(entry.task_id, "")) for entry in entries]
        facts = {
            "requests": requests,
            "name": one_line(reader.name),
            "unit": _unit_of(reader.id, roster),
            "link": link,
            "body_name": body_name,
        }
        template = current_app.jinja_env.get_template
        text = template("letters/outside.txt").render(facts)
        html = template("letters/outside.html").render(facts, language=reader.language)
        return Written(_subject(requests, body_name), text, html)


def _request(entry: Entry, asked: str) -> Request:
    """Return one request in words: an answer is asked for before taking part is, when both are."""
    line = min(entry.lines, key=lambda line: family_of(line.rule) == "INVITED")
    day = day_words(line.on)
    if family_of(line.rule) == "INVITED":
        due = line.task.due_on
        by_when = _("The task is to be done by the end of %(day)s.", day=day_words(due)) if due else ""
        return Request(entry.title, _("You are invited to take part in this task."), "", by_when, entry.unit)
    asks = _("Your answer is asked for.") if line.rule.startswith(("WAITED", "ANSWER")) and "+" not in line.rule else ""
    asks = asks or _("Your answer has not reached us yet; we ask you to send it.")
    by_when = _("An answer was asked for by the end of %(day)s.", day=day)
    return Request(entry.title, asks, asked, by_when, entry.unit)


def _asked(task_ids: list[int]) -> dict[int, str]:
    """Return what is asked of the unit each task waits for."""
    query = select(Wait.task_id, Wait.asked).where(Wait.task_id.in_(task_ids), Wait.to_at.is_(None))
    return {task_id: " ".join((text or "").split()) for task_id, text in db.session.execute(query)}


def _unit_of(person_id: int, roster: Roster) -> str:
    unit = next((seat.unit_id for seat in roster.ref.seats if seat.person_id == person_id), None)
    return roster.ref.unit_name(unit)


def _subject(requests: list[Request], body_name: str) -> str:
    if len(requests) == 1:
        title = requests[0].title
        short = title if len(title) <= LONGEST else title[:LONGEST].rstrip() + "…"
        return one_line(_("%(body)s: request to take part: %(title)s", body=body_name, title=short))
    count = ngettext("%(num)d request to take part", "%(num)d requests to take part", len(requests))
    return one_line(f"{body_name}: {count}")
