"""How people call a rule of reminding: `T-3` is "3 working days before the deadline", `HANDED_IN#812` a result."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from i18n import gettext as _
from i18n import ngettext
from notifications.stages import family_of
from terms import N_

FAMILIES: Final[dict[str, str]] = {
    "T": N_("on the day of the deadline"),
    "REDO": N_("to be redone"),
    "UNRECEIVED": N_("not yet received"),
    "UNSIGNED": N_("not yet signed"),
    "NODATE": N_("without a date"),
    "NOLEAD": N_("without a lead unit"),
    "ASSIGNED": N_("newly assigned"),
    "SUPERVISED": N_("put under supervision"),
    "HANDED_BACK": N_("handed back by the unit"),
    "STOPPED": N_("ended by a decision"),
    "INHERITED": N_("passed to the unit by a change of the organisation"),
    "INVITED": N_("invited to take part"),
    "RETURNED": N_("returned for redoing"),
    "EXTENDED": N_("more time granted"),
    "DATED": N_("date set by an event or the calendar"),
    "REFUSED": N_("more time refused"),
    "ASKED": N_("more time asked for"),
    "HANDED_IN": N_("result handed in"),
    "UNDECIDED": N_("request for more time not decided"),
    "ACCEPT": N_("result of a duty to be accepted"),
    "CONTESTED": N_("contested by a unit"),
    "CONTEST": N_("contest between units not decided"),
    "CONTEST_SETTLED": N_("contest between units decided"),
    "RENEW": N_("waiting for a body outside to be renewed"),
    "EXPLAIN": N_("explanation due"),
    "PLEDGE": N_("day the unit committed itself to"),
    "REPORT": N_("periodic report"),
    "SILENT": N_("ongoing duty without news"),
    "EVENT": N_("waiting for an event, to be reconfirmed"),
    "HOLD": N_("the hold has ended"),
    "WAITED": N_("another unit waits for an answer"),
    "ANSWER": N_("answer to another unit is due"),
    "ANSWERED": N_("answered by the unit waited for"),
    "CHASED": N_("urged by leadership or the office"),
    "DEMANDED": N_("explanation demanded"),
    "EXPLAINED": N_("explanation given"),
    "COMMITTED": N_("committed to a day"),
    "COUNTERED": N_("another date offered"),
    "OFFERED": N_("another date to accept or decline"),
    "ACCEPTED": N_("the date offered was accepted"),
    "DECLINED": N_("the date offered was declined"),
    "LAPSED": N_("the date offered lapsed"),
    "REDATED": N_("date corrected"),
    "CAUSED": N_("cause of delay stated"),
    "CAUSE_DECIDED": N_("cause of delay decided on"),
    "MENTIONED": N_("named in a comment"),
}
_DAYS: Final = re.compile(r"([+-])(\d+)")
_AGAIN: Final = re.compile(r"w#(\d+)$")
_KEY: Final = re.compile(r"task=(\d+);rule=([^;]+);on=(\d{4}-\d\d-\d\d)")


def of_rule(rule: str) -> str:
    """Return a rule in words: its kind, how many working days from its day, and the how-manieth repetition."""
    family = family_of(rule)
    words = [_(FAMILIES[family])] if family in FAMILIES else [rule]
    days, again = _DAYS.search(rule), _AGAIN.search(rule)
    if days and family == "T":
        words = [_days(days[1], int(days[2]))]
    elif days and days[1] == "-":
        words.append(_days(days[1], int(days[2])))
    elif days:
        words.append(ngettext("after %(num)d working day", "after %(num)d working days", int(days[2])))
    if again:
        words.append(_("repeated, no. %(number)s", number=again[1]))
    return ", ".join(words)


def of_key(key: str) -> str:
    """Return a line of a letter in words, from its key; a text that is none stays as it is."""
    found = _KEY.fullmatch(key)
    if found is None:
        return key
    day = date.fromisoformat(found[3])
    return _("task no. %(number)s: %(rule)s (%(day)s)", number=found[1], rule=of_rule(found[2]), day=f"{day:%d/%m/%Y}")


def _days(sign: str, count: int) -> str:
    if sign == "-":
        return ngettext("%(num)d working day before the deadline", "%(num)d working days before the deadline", count)
    return ngettext("%(num)d working day after the deadline", "%(num)d working days after the deadline", count)
