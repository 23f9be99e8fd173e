"""The clauses of a plan: every block outside header and signature, in order, each with its kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from documents.outline import Block
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
    headings = {node.path for node in root.walk() if node.heading is not None}
    found: list[dict[str, Any]] = []
    until = 0
    for block, is_body in [
        *((block, True) for block in parts.body),
        *((block, False) for block in parts.annex),
    ]:
        if block.span[0] < until:
            found[-1]["span"][1] = block.span[1]
            continue
        until = ends.get(block.span[0], 0)
        kind = "task" if until else _kind(block, measured, objectives)
        found.append(
            {
                "section": _section(block, headings) if is_body else None,
                "span": list(block.span),
                "kind": kind,
            }
        )
    return found


def _kind(block: Block, measured: Sequence[int], objectives: set[int]) -> str:
    """Return what a clause without a task is."""
    if any(block.span[0] <= start < block.span[1] for start in measured):
        return "target"
    return "objective" if block.span[0] in objectives else _OTHER


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
