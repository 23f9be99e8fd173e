"""The rule of a recurring duty as a form has it: fields into a deadline's meaning, and back."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from terms import N_
from workflow.errors import Refusal
from workflow.recurrence import Meaning

# how often -> what the form calls it; milestones are several fixed dates of one task
FREQUENCIES: Final = {
    "weekly": N_("every week"),
    "monthly": N_("every month"),
    "quarterly": N_("every quarter"),
    "half-yearly": N_("every half-year"),
    "yearly": N_("every year"),
    "milestones": N_("on several fixed dates"),
}
LAST: Final = "last"
LAST_SAID: Final = (LAST, "cuối")
DAY_RULED: Final = ("monthly", "quarterly", "half-yearly")
MOST_DATES: Final = 24
_DATE: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?")
# any leap year: a rule may name 29 February
_LEAP: Final = 2024


def read(fields: Mapping[str, Any], often: list[str]) -> Meaning:
    """Return what the fields mean. Raises Refusal: nothing chosen, or a day that is none."""
    wanted = [name for name in FREQUENCIES if name in often]
    if not wanted or not set(often) <= FREQUENCIES.keys():
        raise Refusal("missing_field", field=N_("how often"))
    dates = _dates(str(fields.get("dates", "")))
    before = {"boundary": "before"} if fields.get("before") else {}
    if "milestones" in wanted:
        return {"kind": "milestones", "dates": _milestones(dates), **before}
    rule: dict[str, Any] = {"kind": "recurring", "freq": wanted[0] if len(wanted) == 1 else wanted, **before}
    if wanted == ["weekly"] and (weekday := str(fields.get("weekday", ""))):
        rule["weekday"] = _whole(weekday, "weekday", 1, 7)
    if set(wanted) & set(DAY_RULED) and (day := str(fields.get("day", "")).strip()):
        rule["day"] = LAST if day.lower() in LAST_SAID else _whole(day, "day", 1, 31)
    if "quarterly" in wanted and (month := str(fields.get("quarter_month", ""))):
        rule["month"] = _whole(month, "month", 1, 3)
    return rule | _of_year(wanted, dates)


def fields_of(rule: Meaning) -> dict[str, Any]:
    """Return a rule as the form shows it."""
    often = rule.get("freq") or []
    named = rule.get("dates") or ([rule["month_day"]] if "month_day" in rule else [])
    return {
        "often": ["milestones"] if rule.get("kind") == "milestones" else often if isinstance(often, list) else [often],
        "day": rule.get("day", ""),
        "weekday": rule.get("weekday", ""),
        "quarter_month": rule.get("month", "") if "month_day" not in rule else "",
        "dates": ", ".join(_shown(item) for item in named),
        "before": "1" if rule.get("boundary") == "before" else "",
    }


def _of_year(wanted: list[str], dates: list[tuple[int, int, int | None]]) -> dict[str, Any]:
    """Return the days of the year that are named; only a yearly or half-yearly duty names them."""
    if not dates:
        return {}
    if wanted not in (["yearly"], ["half-yearly"]):
        raise Refusal(
            "bad_value", field=N_("days of the year"), value="", form=N_("for a yearly duty, such as 01/6, 15/11")
        )
    texts = sorted({f"{month:02}-{day:02}" for day, month, _year in dates})
    return {"month_day": texts[0]} if len(texts) == 1 else {"dates": texts}


def _milestones(dates: list[tuple[int, int, int | None]]) -> list[dict[str, str]]:
    texts = sorted({date(year, month, day).isoformat() for day, month, year in dates if year is not None})
    if not texts or any(year is None for _day, _month, year in dates):
        raise Refusal("bad_value", field=N_("dates"), value="", form=N_("full dates, such as 31/12/2027, 31/12/2030"))
    return [{"due": text, "precision": "day"} for text in texts]


def _dates(text: str) -> list[tuple[int, int, int | None]]:
    """Return days, months and years of a list such as "01/6, 15/11"."""
    found: list[tuple[int, int, int | None]] = []
    for part in [part.strip() for part in re.split(r"[,;]", text) if part.strip()]:
        match = _DATE.fullmatch(part)
        day, month = (int(match[1]), int(match[2])) if match else (0, 0)
        year = int(match[3]) if match and match[3] else None
        is_day = 1 <= month <= 12 and 1 <= day <= monthrange(year or _LEAP, month)[1]
        if not is_day or (year is not None and not 2000 <= year <= 2100) or len(found) >= MOST_DATES:
            raise Refusal("bad_date", value=part[:40])
        found.append((day, month, year))
    return found


def _whole(text: str, name: str, low: int, high: int) -> int:
    if not re.fullmatch(r"\d{1,2}", text.strip()) or not low <= int(text) <= high:
        raise Refusal("bad_value", field=FIELDS[name], value=text[:40], form=N_("a whole number"))
    return int(text)


def _shown(item: Any) -> str:
    text = item["due"] if isinstance(item, dict) else item
    return "/".join(reversed(text.split("-")))


FIELDS: Final = {"weekday": N_("weekday"), "day": N_("day of the month"), "month": N_("month of the quarter")}
