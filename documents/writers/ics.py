"""A calendar of whole days that phones and desktops subscribe to (RFC 5545): each event is a day, never an hour."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event

# how often a subscriber should ask again (RFC 7986, 5.7)
EVERY: Final = timedelta(hours=6)


@dataclass(frozen=True)
class Day:
    """One day to show: `uid` stays the same for the same thing, so that a moved date moves and doubles nothing."""

    uid: str
    on: date
    title: str
    text: str
    link: str


def calendar(name: str, days: Iterable[Day], at: datetime) -> bytes:
    """Return the calendar file of these days, stamped with a moment (UTC)."""
    whole = Calendar()
    whole.add("prodid", "-//Don Doc//dondoc//VI")
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    whole.add("x-wr-calname", name)
    whole.add("name", name)
    whole.add("refresh-interval", EVERY, parameters={"VALUE": "DURATION"})
    for day in days:
        whole.add_component(_event(day, at))
    text: bytes = whole.to_ical()
    return text


def _event(day: Day, at: datetime) -> Event:
    event = Event()
    event.add("uid", day.uid)
    event.add("dtstamp", at)
    event.add("dtstart", day.on)
    event.add("summary", day.title)
    event.add("description", day.text)
    event.add("url", day.link)
    event.add("transp", "TRANSPARENT")  # a deadline takes nobody's hours
    return event
