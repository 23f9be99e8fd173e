"""From the tree of a body to proposals: every point that orders something, with what its group gives it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from documents.marks import DECIMAL, LETTER, PLAIN, ROMAN
from workflow.planning import fields, orders, timewords
from workflow.planning.deadlines import read_deadline
from workflow.planning.drafts import (
    Draft,
    Values,
    behind_name,
    field_values,
    merge,
    merged,
    own_fields,
    points_under,
)
from workflow.planning.fields import Field
from workflow.planning.names import actor, split, whole_name
from workflow.planning.roles import Role, role_of
from workflow.planning.tree import Node
from workflow.planning.verbs import begins_action

_OWN_TASK_WORDS: Final = 25
_COVERED_WORDS: Final = 40
_WEAK: Final = frozenset({"event", "ongoing", "urgent", "none"})


@dataclass(frozen=True, slots=True)
class Given:
    """What the heading or lead-in of a group gives all under it; `alone` is the only paragraph of a numbered point."""

    role: Role
    lead: tuple[str, ...] = ()
    time: str | None = None
    alone: bool = False


class Reader:
    """Walks the tree once and keeps the drafts and the places of objectives."""

    def __init__(self, *, has_annex: bool, around: Role = Role.TASKS) -> None:
        self._has_annex = has_annex
        self._around = around
        self.objectives: list[Node] = []
        self.event_time: str | None = None

    def read(self, root: Node) -> list[Draft]:
        """Return the drafts of a body in the order of the text."""
        drafts = self._group(root, Given(self._around))
        return sorted(drafts, key=lambda draft: draft.start)

    def _group(self, node: Node, given: Given) -> list[Draft]:
        """Return the drafts under a heading, with the fields written once for several of them."""
        drafts: list[Draft] = []
        waiting: list[Draft] = []
        run: Values = {}
        lead_in = given = replace(given, alone=_is_alone(node))
        for child, following in _with_next(node.children):
            values = field_values(child)
            if values is not None:
                merge(run, values)
                continue
            if run:
                lead_in = self._settle(run, waiting, lead_in)
                waiting, run = [], {}
            if _is_lead_in(child, following):
                lead_in = _under(given, child.text.strip(" :"))
                self._note_objective(child, given.role)
                continue
            if child.level == PLAIN:
                lead_in = replace(lead_in, lead=given.lead, time=given.time)
            found = self._node(child, lead_in if child.level == PLAIN or child.block else given)
            drafts += found
            waiting += found
        if run:
            self._settle(run, waiting, lead_in)
        if run.get(Field.TIME) and not drafts and self.event_time is None:
            self.event_time = run[Field.TIME][0]
        self._cover(node, drafts)
        _share_last(drafts)
        return drafts

    def _settle(self, run: Values, waiting: list[Draft], given: Given) -> Given:
        """Give a run of fields to the drafts before it; with none before it, to those that follow."""
        if not waiting:
            names = [name for value in run.get(Field.LEAD, run.get(Field.DOER, [])) for name in split(value)]
            return replace(
                given, lead=tuple(names) or given.lead, time="; ".join(run.get(Field.TIME, [])) or given.time
            )
        for draft in waiting:
            for name, values in run.items():
                draft.group.setdefault(name, values)
        return given

    def _node(self, node: Node, given: Given) -> list[Draft]:
        """Return the drafts of a point or section: of itself when it is one, else of what stands under it."""
        if node.heading is not None and not node.speaks and (node.children or node.heads_only):
            inner = replace(_under(given, node.heading), role=role_of(node.heading, given.role, main=node.main))
            return [*self._headline(node, inner), *self._group(node, inner)]
        if node.heading is not None and not node.children and whole_name(node.heading) and ":" in node.text:
            given = _under(given, node.heading)
        points = points_under(node)
        is_list = fields.label_of(node.text) is Field.TASK or any(orders.acts(point.text) for point in points)
        if not points or not is_list:
            others = [child for child in node.children if _is_another(child)]
            return [*self._leaf(node, given), *(draft for child in others for draft in self._leaf(child, given))]
        own = self._leaf(node, given, alone=True) if _says_more(node.text) else []
        return [*own, *self._group(node, _under(given, node.text.strip(" :.")))]

    def _headline(self, node: Node, given: Given) -> list[Draft]:
        """Return the draft of words behind a heading's label on its own line, when other lines
        follow below.
        """
        label, _, rest = node.text.partition(":")
        if not rest.strip() or label.strip() != node.heading or not whole_name(label):
            return []
        return self._leaf(Node(node.block), given)

    def _leaf(self, node: Node, given: Given, *, alone: bool = False) -> list[Draft]:
        """Return the draft a point makes with the paragraphs that go on with it, or none."""
        block = node.block
        if block is None:
            return []
        below = [] if alone else [child for child in node.children if _goes_on(child)]
        text, in_line, labelled = own_fields(node.text)
        under = [values for child in node.children if (values := field_values(child)) is not None and not alone]
        own = merged(in_line, under)
        words, rest = behind_name(text, node)
        if not self._accepts(node, words, given, labelled=labelled):
            return self._closing(node, given)
        texts = [words, *(child.text for child in below)]
        end = max([block.end, *(child.block.end for child in below if child.block)])
        draft = Draft(" ".join(texts), node.path, block.span[0], end, texts, own, {}, rest or given.lead, given.time)
        draft.lines_below = bool(under) and not in_line and node.level >= LETTER
        return [draft]

    def _accepts(self, node: Node, text: str, given: Given, *, labelled: bool) -> bool:
        """Tell whether a point of a section with this role is a task."""
        if labelled:
            is_subject = node.text[:8].lower() == "nội dung"
            return bool(text) and (not is_subject or orders.acts(text))
        numbered = node.level != PLAIN or given.alone
        if given.role is Role.FUNDING:
            return orders.funds(text)
        if given.role is Role.TASKS:
            return orders.orders(text, numbered=numbered, led=bool(given.lead))
        self._note_objective(node, given.role)
        is_point = node.level <= LETTER and not node.main
        return (
            given.role is Role.OBJECTIVE
            and is_point
            and begins_action(text)
            and not orders.is_level(text)
            and "%" not in text
        )

    def _closing(self, node: Node, given: Given) -> list[Draft]:
        """Return the reporting duty that closing words hide, if any."""
        block, order = node.block, orders.hidden_order(node.text)
        if block is None or order is None or given.role is not Role.TASKS:
            return []
        return [Draft(order, node.path, block.span[0], block.end, [order])]

    def _note_objective(self, node: Node, role: Role) -> None:
        if role is Role.OBJECTIVE:
            self.objectives.append(node)

    def _cover(self, node: Node, drafts: list[Draft]) -> None:
        """Mark the bare points of a section whose details the annex holds: they are its groups, not tasks
        beside it.
        """
        if (
            not self._has_annex
            or node.heading is None
            or not any(orders.POINTS_TO_ANNEX.fullmatch(each.text) for each in node.walk())
        ):
            return
        for draft in drafts:
            is_bare = not draft.fields() and not draft.above and actor(draft.text) is None
            draft.covered = draft.covered or (is_bare and len(draft.text.split()) <= _COVERED_WORDS)


def deadline_words(draft: Draft, issued: date | None, not_before: date | None) -> str | None:
    """Return a task's deadline words: its own field, a firm time in its sentence, its group's, a loose one
    in it.
    """
    own = "; ".join(draft.own.get(Field.TIME, [])) or None
    if own:
        return own
    said = timewords.in_sentence(draft.parts, issued, not_before)
    shared = "; ".join(draft.group.get(Field.TIME, [])) or draft.above_time
    if said and (not shared or read_deadline(said, issued).kind not in _WEAK):
        return said
    return shared or said


def _with_next(nodes: Sequence[Node]) -> Iterable[tuple[Node, Node | None]]:
    return zip(nodes, [*nodes[1:], None], strict=False)


def _is_lead_in(node: Node, following: Node | None) -> bool:
    """Tell whether a paragraph only leads to what follows it."""
    return node.level == PLAIN and following is not None and node.text.rstrip().endswith(":")


def _under(given: Given, words: str) -> Given:
    """Return what a heading or lead-in adds: a name leads, a bare time holds for all below."""
    name = whole_name(words) or (actor(words) or (None, 0))[0]
    label = None if name or ":" not in words else whole_name(words.partition(":")[0])
    time = timewords.as_whole(words)
    lead = tuple(split(name or label or "")) or given.lead
    return replace(given, lead=lead, time=time or given.time, alone=False)


def _is_alone(node: Node) -> bool:
    """Tell whether a numbered heading has one paragraph and nothing else below it: that is what it says."""
    return (
        node.heading is not None
        and ROMAN <= node.level <= DECIMAL
        and [child.level for child in node.children] == [PLAIN]
    )


def _is_another(child: Node) -> bool:
    """Tell whether a paragraph below a point names a doer of its own and so is another order."""
    return child.level == PLAIN and field_values(child) is None and actor(child.text) is not None


def _goes_on(child: Node) -> bool:
    """Tell whether what stands below a point belongs to its words."""
    return child.block is not None and field_values(child) is None and not _is_another(child)


def _share_last(drafts: Sequence[Draft]) -> None:
    """Let the lead and time that stand in lines below the last of several points hold for all of them.

    Only when none of the others has any of its own: such lines close the group, not its last point.
    """
    if len(drafts) < 2 or any(draft.fields() for draft in drafts[:-1]):
        return
    last = drafts[-1]
    if last.lines_below and (Field.LEAD in last.own or Field.DOER in last.own):
        for draft in drafts[:-1]:
            draft.group = dict(last.own)


def _says_more(text: str) -> bool:
    """Tell whether a point with points under it says more than what they are about."""
    return len(text.split()) > _OWN_TASK_WORDS and not text.rstrip().endswith(":")
