"""Who leads a task, who coordinates, who is only invited: from labels, from the sentence, from the heading
above.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from workflow.planning.fields import Field
from workflow.planning.letters import CAPITALS
from workflow.planning.names import actor, begins_name, is_generic, names_from, split, whole_name

# "Phối hợp với X" or, before the capital of a name, "Phối hợp X".
_WITH: Final = re.compile(rf"[Pp]hối hợp(?: chặt chẽ)?(?:,? (?:với|cùng)(?: với)? | (?=[{CAPITALS}]))")
_LEADS_WITH: Final = re.compile(
    r"chủ trì(?:,| và|, và)? (?:[^.;:]{0,200}?, )?phối hợp(?: chặt chẽ)?(?: (?:với|cùng)(?: với)?) ",
    re.IGNORECASE,
)
_GIVEN: Final = re.compile(r"(?<!\w)giao (?:cho )?(?=\S)", re.IGNORECASE)
# At the end of a task, in brackets: who does it.
_BRACKET: Final = re.compile(r"\((?:giao |do )?([^()]{3,300})\)\W*$", re.IGNORECASE)
_AS_LEAD: Final = re.compile(r"(?:là |làm )?(?:cơ quan |đơn vị )?(?:chủ trì|đầu mối|thường trực)", re.IGNORECASE)
_INVITES: Final = re.compile(r"(?:đề nghị|mời|kính đề nghị) ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Duties:
    """The names of one task, as written; `asks` tells that the text leaves open who leads."""

    lead: tuple[str, ...] = ()
    coordinators: tuple[str, ...] = ()
    invited: tuple[str, ...] = ()
    asks: bool = False


def duties(text: str, fields: Mapping[Field, Sequence[str]], above: Sequence[str]) -> Duties:
    """Return the duties of a task; `above` are the names a heading or lead-in gives for its whole group."""
    stated = _names(fields.get(Field.LEAD, ())) or _names(fields.get(Field.DOER, ()))
    helping = [
        *_names(fields.get(Field.WITH, ())),
        *(_names(fields.get(Field.DOER, ())) if fields.get(Field.LEAD) else []),
    ]
    partners = _partners(text)
    if stated:
        return Duties(tuple(stated), _unique([*partners, *helping]))
    named = _named(text)
    if named:
        invited = named if _INVITES.match(text) else ()
        return Duties(named, _unique([*partners, *helping]), invited)
    if _WITH.match(text):
        return _under_partner(partners, above, helping)
    return Duties(tuple(above), _unique([*partners, *helping]))


def _under_partner(partners: list[str], above: Sequence[str], helping: list[str]) -> Duties:
    """ "Phối hợp với X" under Y, or under nobody: X leads and Y coordinates; when X is nobody in particular,
    nobody is named.
    """
    if not above and not partners:
        return Duties((), _unique(helping), asks=True)
    if not partners or any(is_generic(name) for name in partners):
        return Duties((), _unique([*above, *helping]), asks=True)
    return Duties(tuple(partners), _unique([*above, *helping]))


def _named(text: str) -> tuple[str, ...]:
    """Return the names the sentence itself gives the task to."""
    for given in _GIVEN.finditer(text):
        names, end = names_from(text, given.end())
        if begins_name(names) and (given.start() == 0 or _AS_LEAD.match(text, end)):
            return tuple(split(names))
    found = actor(text) or _in_bracket(text)
    if found:
        return tuple(split(found[0]))
    label = text.partition(":")[0]
    return tuple(split(name)) if ":" in text and (name := whole_name(label)) else ()


def _in_bracket(text: str) -> tuple[str, int] | None:
    """Return who acts in the brackets a task ends with: "(Phòng Kỹ thuật chủ trì; xong trước …)"."""
    match = _BRACKET.search(text[-320:])
    return actor(match[1]) if match else None


def _partners(text: str) -> list[str]:
    """Return whom the sentence names behind "phối hợp với", at its head or behind "chủ trì"."""
    match = _WITH.match(text) or _LEADS_WITH.search(text)
    if match is None:
        return []
    names, _ = names_from(text, match.end())
    return split(names)


def _names(values: Sequence[str]) -> list[str]:
    return [name for value in values for name in split(value)]


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
