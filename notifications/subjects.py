"""The subject of a letter: the day, how many of what, and the most urgent task, as far as a list of mails shows it."""

from __future__ import annotations

from typing import Final

from i18n import gettext as _
from i18n import ngettext
from notifications.digest import SECTIONS, Digest

# what programs for mail show of a subject; the sections it counts; the least of a title that says anything
LENGTH: Final = 78
COUNTED: Final = 2
WORTH: Final = 16


def subject(digest: Digest) -> str:
    """Return what a letter is about: what comes first in it, counted and, as far as there is room, named."""
    if digest.is_urgent:
        return _urgent(digest)
    told = digest.sections[:COUNTED]
    counts = [_(SECTIONS[section.name][1], count=len(section.entries)) for section in told]
    others = digest.count + digest.unshown - sum(len(section.entries) for section in told)
    if others:
        counts.append(ngettext("%(num)d more", "%(num)d more", others))
    text = _("Reminder %(day)s: %(counts)s", day=f"{digest.day:%d/%m}", counts=", ".join(counts))
    title = cut(digest.sections[0].entries[0].title, LENGTH - len(text) - 3) if digest.sections else ""
    return f"{text} – {title}" if title else text


def _urgent(digest: Digest) -> str:
    """Return what an urgent letter is about: its task, or how many."""
    count = digest.count + digest.unshown
    if count > 1:
        return _("URGENT %(day)s: %(count)s tasks", day=f"{digest.day:%d/%m}", count=count)
    title = digest.sections[0].entries[0].title
    return _("URGENT: %(title)s", title=cut(title, LENGTH) or title)


def cut(text: str, room: int) -> str:
    """Return as many whole words of a text as fit; nothing when they would say nothing."""
    if len(text) <= room:
        return text
    if room < WORTH:
        return ""
    return text[: room - 1].rpartition(" ")[0].rstrip(" ,.;:-–(") + "…"
