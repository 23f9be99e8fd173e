"""The clauses of a plan: every block outside header and signature, in order, each with its kind.

Clauses begin and end with blocks and never overlap; a task or target begins inside one of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterator, Sequence
from typing import Any, Final

from documents.outline import Block
from workflow.planning import fields
from workflow.planning.fields import Field
from workflow.planning.frame import Frame
from workflow.planning.roles import Role, role_of
from workflow.planning.tree import Node

Span = tuple[int, int]

_OTHER: Final = "other"


def clauses(parts: Frame, root: Node, tasks: Sequence[Span], targets: Sequence[Span]) -> list[dict[str, Any]]:
    """Return the clauses; one that begins where a task begins carries it, with the paragraphs that belong to
    it.
    """
    ends = dict(tasks)
    measured = sorted(start for start, _ in targets)
    objectives = set(_objectives(root, Role.TASKS))
    nodes = [node for node in root.walk() if node.heading is not None]
    headings = {node.path for node in nodes}
    lines = {node.block.span[0] for node in nodes if node.block is not None and node.heads_only}
    found: list[dict[str, Any]] = []
    until = 0
    for block, is_body in [
        *((block, True) for block in parts.body),
        *((block, False) for block in parts.annex),
    ]:
        if block.span[0] < until or (found and found[-1]["kind"] == "task" and _is_field(block, ends)):
            found[-1]["span"][1] = block.span[1]
            continue
        until = ends.get(block.span[0], 0)
        kind = "task" if until else _kind(block, measured, objectives, lines)
        found.append(
            {
                "section": _section(block, headings) if is_body else None,
                "span": list(block.span),
                "kind": kind,
            }
        )
    return found


def _kind(block: Block, measured: Sequence[int], objectives: set[int], headings: set[int]) -> str:
    """Return what a clause without a task is."""
    place = bisect_left(measured, block.span[0])
    if place < len(measured) and measured[place] < block.span[1]:
        return "target"
    if block.span[0] in headings:
        return "heading"
    return "objective" if block.span[0] in objectives else _OTHER


def _is_field(block: Block, starts: Container[int]) -> bool:
    """Return whether a line says who does the task before it, by when, or what comes of it."""
    return block.span[0] not in starts and fields.label_of(block.text) not in {None, Field.TASK, Field.ASIDE}


def _objectives(node: Node, around: Role) -> Iterator[int]:
    """Yield where the paragraphs begin that stand under objectives and are no headings."""
    waiting = [(node, around)]
    while waiting:
        each, role = waiting.pop()
        role = role_of(each.heading, role, main=each.main) if each.heading else role
        if role is Role.OBJECTIVE and each.block and each.heading is None and not each.text.endswith(":"):
            yield each.block.span[0]
        waiting += [(child, role) for child in each.children]


def _section(block: Block, headings: set[str]) -> str | None:
    """Return the path of the nearest section a block stands in."""
    for depth in range(len(block.path), 0, -1):
        if (path := ".".join(block.path[:depth])) in headings:
            return path
    return None
