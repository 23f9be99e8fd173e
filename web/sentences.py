"""What happened, as a sentence a person would say, with old → new and the words that came with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from flask import g

from i18n import gettext as _
from models.labels import TERMS
from models.words import (
    LetterGroup,
)
from notifications.rule_words import of_key
from web import context
from web.formats import day, moment
from web.wording import (
    ANOTHER,
    COLUMNS,
    ERASED,
    FACTS,
    NAMES,
    OF_A_NEW_ROW,
    OF_PERSON,
    OF_UNIT,
    ONLY_OF,
    OTHERWISE,
    PART_ENDED,
    ROWS,
    SENTENCES,
    SOME_UNIT,
    TWICE,
    VOCABULARIES,
    WITHOUT_UNIT,
    WORDS,
)
from workflow.organization.rules import RULES
from workflow.queries import people
from workflow.queries.history import Act, Part


@dataclass(frozen=True)
class Sentence:
    """What happened in words, and its details: old → new, reasons, results."""

    text: str
    details: tuple[str, ...] = ()


def of_act(act: Act) -> Sentence:
    """Return the sentence of one thing somebody did, with the details of every row it touched."""
    _know_actor(act.main)
    details = [detail for part in act.parts for detail in _details(part)]
    return Sentence(_text(act.main, act.of("wait") or act.main.changes), tuple(dict.fromkeys(details)))


def of_part(part: Part) -> Sentence:
    """Return the sentence of one line of the log."""
    _know_actor(part)
    return Sentence(_text(part, part.changes), tuple(dict.fromkeys([*_about(part), *_details(part)])))


def know(names: Mapping[int, str]) -> None:
    """Keep names that the page has at hand, so that none has to be asked for."""
    _known().update(names)


def know_units(rows: Iterable[Mapping[str, Any]]) -> None:
    """Keep which unit each row of participation is of: an entry of its end names the row alone."""
    _parts_known().update({row["id"]: row["unit_id"] for row in rows if "unit_id" in row})


def _text(part: Part, row: dict[str, Any]) -> str:
    sentence = SENTENCES.get(part.act, ANOTHER)
    name, value, otherwise = OTHERWISE.get(part.act, ("", None, ""))
    if name and part.body["data"].get(name) == value:
        sentence = otherwise
    if part.act.startswith("task."):
        sentence = ROWS.get(PART_ENDED if _ends_part(part) else part.kind, sentence)
    unit = _unit_of(row) or (_(SOME_UNIT) if _ends_part(part) else "")
    if not unit and part.kind == "task":
        sentence = WITHOUT_UNIT.get(part.act, sentence)
    facts = {
        "who": part.body["actor"]["name"],
        "act": part.act,
        "unit": unit or "…",
        "no": str(_new(row, "no") or "…"),
    }
    return _(sentence, **facts)


def _unit_of(row: dict[str, Any]) -> str:
    """Return the name of the unit an act speaks of."""
    return context.ref().unit_name(_new(row, "unit_id") or _new(row, "lead_unit_id"))


def _ends_part(part: Part) -> bool:
    """Return whether a unit takes part no longer from this entry on."""
    return part.kind == "coordination" and _new(part.changes, "ended_at") is not None


def _new(row: dict[str, Any], name: str) -> Any:
    """Return a column's value after the act; `row` holds values, or pairs of old and new."""
    found = row.get(name)
    return found[1] if isinstance(found, list) else found


def _about(part: Part) -> Iterator[str]:
    """Say whom or which unit a line of the organisation is about, when its columns do not."""
    about, said = part.body["data"].get("about", {}), part.changes.keys()
    if "person" in about and part.kind in OF_PERSON and not said & {"person_id", "name"}:
        yield f"{_(COLUMNS['person_id'])}: {_person(about['person'])}"
    if "unit" in about and part.kind in OF_UNIT and not said & {"unit_id", "code"}:
        yield f"{_(COLUMNS['unit_id'])}: {_unit(about['unit'])}"


def _details(part: Part) -> Iterator[str]:
    if part.kind == "coordination":
        yield _part(part)
        return
    for name, (old, new) in sorted(part.changes.items(), key=lambda item: _PLACES.get(item[0], 0)):
        if _is_told(part, name, old, new):
            yield _change(_(COLUMNS[name]), spoken(part.kind, name, old), spoken(part.kind, name, new))
    yield from _private(part)
    for name, value in part.body["data"].items():
        if name in FACTS and not isinstance(value, dict):
            yield f"{_(FACTS[name])}: {_fact(value)}"


def _fact(value: Any) -> str:
    """Return a fact as people read it: a page by its name; the lines of a letter, which are keys, in words."""
    if isinstance(value, list):
        return "; ".join(of_key(str(item)) for item in value)
    name = NAMES.get(value.partition(".")[0]) if isinstance(value, str) else None
    return _(name) if name else str(value)


def _part(part: Part) -> str:
    """Return which unit takes part and how, or takes part no longer."""
    unit = _unit_of(part.changes) or _unit(_parts_known().get(part.id or 0, 0))
    if _ends_part(part):
        return _("no longer taking part: %(unit)s", unit=unit)
    code = _new(part.changes, "part")
    return _("taking part: %(unit)s", unit=f"{unit} ({spoken(part.kind, 'part', code)})" if code else unit)


def _is_told(part: Part, name: str, old: Any, new: Any) -> bool:
    """Return whether a column's change is worth a line: known, said in clear, and not said already."""
    if name not in COLUMNS or part.kind not in ONLY_OF.get(name, {part.kind}) or _is_private(part, name):
        return False
    if name == "late_after" and new == _new(part.changes, "due_on"):
        return False
    return bool(old or (new and name not in OF_A_NEW_ROW))


def _is_private(part: Part, name: str) -> bool:
    """Return whether the entry only commits to a column: its words are told apart."""
    return any(isinstance(value, dict) for value in part.body["data"]["set"][name])


def _private(part: Part) -> Iterator[str]:
    """Give the private words that came with an entry, and a mark for those that were erased."""
    data = part.body["data"]
    committed = [name for name, value in data.items() if isinstance(value, dict) and set(value) == {"commit"}]
    committed += [name for name, (_old, new) in data.get("set", {}).items() if isinstance(new, dict)]
    for name in committed:
        if name in WORDS and (part.act, name) not in TWICE:
            words = part.words.get(f"set/{name}/new", part.words.get(name))
            yield f"{_(WORDS[name])}: {words if words is not None else _(ERASED)}"


def _change(name: str, old: str, new: str) -> str:
    return f"{name}: {old} → {new}" if old and new else f"{name}: {new or old + ' → –'}"


def spoken(table: str, name: str, value: Any) -> str:
    """Return a column's value as people read it."""
    if value is None:
        return ""
    if table in ("setting", "reminder_rule") and name in ("name", "value"):
        return _rule(name, str(value))
    kind = VOCABULARIES.get(name) or VOCABULARIES.get(f"{table}.{name}")
    if kind is not None and value in set(kind):
        return _(TERMS[kind][value])
    if name == "off":
        return ", ".join(_(TERMS[LetterGroup][code]) for code in str(value).split(",") if code)
    if name in NAMED:
        return NAMED[name](int(value))
    if isinstance(value, str) and (
        name in ("day", "late_after", "valid_from") or name.endswith(("_on", "_by", "_until", "_at"))
    ):
        return _day(value)
    return str(value)


def _rule(column: str, text: str) -> str:
    """Return a dated setting's name or value in words; the log has the value as JSON."""
    if column == "name":
        return _(RULES[text].meaning) if text in RULES else text
    value = json.loads(text)
    words = CHOICES.get(value) if isinstance(value, str) else None
    return _(words) if words else ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _day(text: str) -> str:
    try:
        return day(date.fromisoformat(text)) if len(text) == 10 else moment(datetime.fromisoformat(text))
    except ValueError:
        return text


def _unit(key: int) -> str:
    return context.ref().unit_name(key) or "…"


def _seat(key: int) -> str:
    """Return a seat's title with its unit; a closed one has no name today."""
    found = context.ref().post(key)
    return f"{found.title} ({_unit(found.unit_id)})" if found else "…"


def _person(key: int) -> str:
    """Return a person's name: from what the page has at hand, else from the list of all, read once."""
    known = _known()
    if key not in known:
        know(people.everybody())
    return known.get(key, "…")


def _know_actor(part: Part) -> None:
    actor = part.body["actor"]
    if actor["id"] is not None:
        know({actor["id"]: actor["name"]})


def _parts_known() -> dict[int, int]:
    if "parts_known" not in g:
        g.parts_known = {}
    found: dict[int, int] = g.parts_known
    return found


def _known() -> dict[int, str]:
    if "people_known" not in g:
        seats = context.ref().seats
        g.people_known = {seat.person_id: seat.person_name for seat in seats if seat.person_id and seat.person_name}
    found: dict[int, str] = g.people_known
    return found


# value of a rule that is one of a few -> what it means
CHOICES: Final[dict[str, str]] = {
    value: words for rule in RULES.values() for value, words in rule.choices.items() if isinstance(value, str)
}
# column that holds a number of another table -> how the thing is called
NAMED: Final[dict[str, Callable[[int], str]]] = {
    "lead_unit_id": _unit, "unit_id": _unit, "collector_unit_id": _unit, "parent_id": _unit, "heir_id": _unit,
    "person_id": _person, "officer_id": _person, "substitute_id": _person,
    "post_id": _seat, "leader_post_id": _seat,
}  # fmt: skip
_PLACES: Final = {name: place for place, name in enumerate(COLUMNS)}
