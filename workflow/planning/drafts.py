"""A task as the text gives it, and the labelled lines that belong to it or to its group."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from documents.marks import DECIMAL, PLAIN
from workflow.planning import fields
from workflow.planning.fields import Field
from workflow.planning.names import actor, split, whole_name
from workflow.planning.tree import Node

_GROUP_FIELDS: Final = frozenset(Field) - {Field.TASK, Field.ASIDE}

_WHO: Final = frozenset({Field.LEAD, Field.DOER})

Values = dict[Field, list[str]]


@dataclass(slots=True)
class Draft:
    """A task as the text gives it: its words and place, its own fields, and what its group gives."""

    text: str
    section: str
    start: int
    end: int
    parts: list[str]
    own: Values = field(default_factory=dict)
    group: Values = field(default_factory=dict)
    above: tuple[str, ...] = ()
    above_time: str | None = None
    annex_row: str | int | None = None
    covered: bool = False
    lines_below: bool = False

    def fields(self) -> Values:
        """Return the labelled fields that hold for the task, its own before its group's."""
        return {**self.group, **self.own}


def field_values(node: Node) -> Values | None:
    """Return what a labelled line says with the lines under it; None for a line that is no field of
    a group.
    """
    name = fields.label_of(node.text)
    if (
        name is None
        or (node.main and (node.level < DECIMAL or bool(node.children)))
        or (name is Field.ASIDE and node.children)
        or name is Field.TASK
    ):
        return None
    if node.heading is not None and any(fields.label_of(child.text) is Field.TASK for child in node.children):
        return None
    if name in _WHO and any(_orders_somebody(child) for child in node.children):
        return None
    values: Values = {}
    labelled = fields.parts(node.text)
    for part in labelled:
        if part.value:
            values.setdefault(part.name, []).append(part.value)
    if not labelled or not labelled[-1].value:
        _add_below(values, labelled[-1].name if labelled else name, node)
    return {key: value for key, value in values.items() if key in _GROUP_FIELDS}


def _orders_somebody(child: Node) -> bool:
    """Tell whether a line below "Phân công thực hiện" is no name but what somebody has to do."""
    if fields.label_of(child.text) is not None:
        return False
    label, colon, rest = child.text.partition(":")
    return actor(child.text) is not None or (bool(colon and rest.strip()) and whole_name(label) is not None)


def _add_below(values: Values, name: Field, node: Node) -> None:
    """Add the lines under a label as its values; lines with labels of their own keep those."""
    for child in node.children:
        if (inner := field_values(child)) is not None:
            merge(values, inner)
        elif not child.text.startswith("("):
            values.setdefault(name, []).append(child.text.strip(" .;"))


def merge(into: Values, values: Values) -> None:
    """Add the values of one set of fields to another."""
    for name, found in values.items():
        into[name] = [*into.get(name, []), *found]


def merged(first: Values, others: list[Values]) -> Values:
    """Return several sets of fields as one, leaving each as it was."""
    whole: Values = {name: list(found) for name, found in first.items()}
    for values in others:
        merge(whole, values)
    return whole


def own_fields(text: str) -> tuple[str, Values, bool]:
    """Return the words of a task without its label, the fields labelled within it, and whether a label names
    it a task.
    """
    labelled = fields.parts(text)
    own: Values = {}
    words, is_task = text, False
    for part in labelled:
        if part.name is Field.TASK and part.start == 0:
            words, is_task = part.value, True
        elif part.name in _GROUP_FIELDS and part.value:
            own.setdefault(part.name, []).append(part.value)
            if not is_task and words is text and part.start > 0:
                words = text[: part.start].rstrip(" (;,.-–") or text
    return words.strip(), own, is_task


def points_under(node: Node) -> list[Node]:
    """Return the numbered points and bullets under a node that are no fields."""
    return [child for child in node.children if child.level != PLAIN and field_values(child) is None]


def behind_name(text: str, node: Node) -> tuple[str, tuple[str, ...]]:
    """Part "Sở Y tế: Chủ trì …" into the task and the name before it."""
    label, colon, rest = text.partition(":")
    name = whole_name(label) if colon and rest.strip() else None
    if name is None or node.block is None:
        return text, ()
    return rest.strip(), tuple(split(name))
