"""What the words of a deadline were found to mean, in the reader's language: nothing that the text does not say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from i18n import gettext as _
from models.labels import TERMS
from models.vocabulary import DeadlineKind
from terms import N_
from web.formats import day

FREQUENCIES: Final = {
    "weekly": N_("every week"),
    "monthly": N_("every month"),
    "quarterly": N_("every quarter"),
    "half-yearly": N_("every half-year"),
    "yearly": N_("every year"),
}


WEEKDAYS: Final = {
    1: N_("Monday"), 2: N_("Tuesday"), 3: N_("Wednesday"), 4: N_("Thursday"), 5: N_("Friday"), 6: N_("Saturday"),
    7: N_("Sunday"),
}  # fmt: skip


def words(meaning: Mapping[str, Any]) -> str:
    """Return the meaning of deadline words in words: "by 30/06/2026", "every quarter, on day 15"."""
    kind = meaning.get("kind", "none")
    say = SAID.get(kind)
    label = TERMS[DeadlineKind].get(kind, "")
    return (say(meaning) if say else "") or (_(label) if label else "")


def _by(meaning: Mapping[str, Any]) -> str:
    before = meaning.get("boundary") == "before"
    text = N_("before %(day)s") if before else N_("by %(day)s")
    return _(text, day=_day(meaning.get("due")))


def _range(meaning: Mapping[str, Any]) -> str:
    return _("from %(first)s to %(last)s", first=_day(meaning.get("from")), last=_day(meaning.get("to")))


def _recurring(meaning: Mapping[str, Any]) -> str:
    found = meaning.get("freq")
    names = found if isinstance(found, list) else [found]
    parts = [_(FREQUENCIES[name]) for name in names if name in FREQUENCIES]
    parts += [_day_of_month(meaning)] if meaning.get("day") is not None else []
    if (weekday := meaning.get("weekday")) in WEEKDAYS:
        parts.append(_(WEEKDAYS[weekday]))
    days = meaning.get("dates") or ([meaning["month_day"]] if meaning.get("month_day") else [])
    named = [f"{item[3:5]}/{item[:2]}" for item in days if isinstance(item, str)]
    parts += [_("before %(day)s", day=text) for text in named] if _is_before(meaning) else named
    return ", ".join(parts)


def _is_before(meaning: Mapping[str, Any]) -> bool:
    return meaning.get("boundary") == "before" and "time" not in meaning


def _day_of_month(meaning: Mapping[str, Any]) -> str:
    if meaning["day"] == "last":
        return _("before the last day") if _is_before(meaning) else _("on the last day")
    text = N_("before day %(day)s") if _is_before(meaning) else N_("on day %(day)s")
    return _(text, day=meaning["day"])


def _event(meaning: Mapping[str, Any]) -> str:
    return _("after: %(event)s", event=meaning.get("event") or "…")


def _combined(meaning: Mapping[str, Any]) -> str:
    return "; ".join(words(meaning[name]) for name in ("first", "then") if isinstance(meaning.get(name), dict))


def _milestones(meaning: Mapping[str, Any]) -> str:
    return "; ".join(_day(item.get("due")) for item in meaning.get("dates", []) if isinstance(item, dict))


def _duration(meaning: Mapping[str, Any]) -> str:
    count, working = meaning.get("days"), meaning.get("working_days")
    text = _("%(count)s working days", count=working) if working else _("%(count)s days", count=count)
    end = _day(meaning.get("to"))
    return f"{text}, {_('until %(day)s', day=end)}" if meaning.get("to") else text


def _day(value: object) -> str:
    try:
        return day(date.fromisoformat(str(value)))
    except ValueError:
        return "…"


SAID: Final[dict[str, Callable[[Mapping[str, Any]], str]]] = {
    "by": _by,
    "range": _range,
    "recurring": _recurring,
    "event": _event,
    "combined": _combined,
    "milestones": _milestones,
    "duration": _duration,
}
