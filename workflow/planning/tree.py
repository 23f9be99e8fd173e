"""The body as a tree: sections and points with what stands under them, and which of them are headings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from documents.marks import ARTICLE, DASH, DECIMAL, LETTER, PART, PLAIN
from documents.outline import Block, Kind
from workflow.planning import fields
from workflow.planning.names import actor, whole_name
from workflow.planning.orders import CLOSING
from workflow.planning.roles import heads_section
from workflow.planning.verbs import begins_action

_SHORT_WORDS: Final = 14
_LONG_HEADING: Final = 260
_LABEL_WORDS: Final = 7
_DOERS: Final = frozenset({fields.Field.LEAD, fields.Field.DOER})


@dataclass(slots=True)
class Node:
    """A block with the blocks under it; `block` is None for the root, `titled` marks a heading without number, `main` a
    section of the document itself and not of another section.
    """

    block: Block | None = None
    children: list[Node] = field(default_factory=list)
    heading: str | None = None
    titled: bool = False
    main: bool = False

    @property
    def text(self) -> str:
        """Return the words of the block itself."""
        return self.block.text if self.block else ""

    @property
    def speaks(self) -> bool:
        """Tell whether the block says more than its heading: "Đề nghị X tuyên truyền …" is headed by X."""
        rest = self.text.partition(self.heading or "")[2].strip(" .")
        return self.heading is not None and bool(rest) and not rest.startswith(":")

    @property
    def heads_only(self) -> bool:
        """Tell whether the block holds its heading and nothing else."""
        return self.heading is not None and self.text.strip(" .:") == self.heading

    @property
    def level(self) -> int:
        """Return the rank of the block's number; a heading without one stands as high as a part."""
        if self.titled:
            return PART
        return self.block.level if self.block else -1

    @property
    def path(self) -> str:
        """Return the number path as it is printed: II.1.a."""
        return ".".join(self.block.path) if self.block else ""

    def walk(self) -> Iterator[Node]:
        """Yield the node and all beneath it, in the order of the text."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


def tree(blocks: Sequence[Block]) -> Node:
    """Return the blocks of a body as a tree; table rows are left out, they are read as tables."""
    root = Node()
    numbered = any(block.level < DECIMAL for block in blocks)
    ranks = (rank for block in blocks if not block.cells and (rank := _rank(block)) is not None)
    highest = min(ranks, default=LETTER * 10)
    open_nodes: list[tuple[int, Node]] = [(-1, root)]
    for block in blocks:
        if block.kind is Kind.ROW:
            continue
        titled = _titled_rank(block, numbered=numbered)
        rank = _rank(block) if titled is None else titled
        while open_nodes[-1][0] >= (_plain_rank(block, highest) if rank is None else rank):
            open_nodes.pop()
        is_main = titled is not None or rank == highest < LETTER * 10
        node = Node(block, titled=titled is not None, main=is_main)
        open_nodes[-1][1].children.append(node)
        if rank is not None:
            open_nodes.append((rank, node))
    _mark_headings(root)
    return root


def sections(root: Node) -> list[list[str]]:
    """Return number path and words of each heading, in order."""
    return [[node.path, node.heading] for node in root.walk() if node.heading is not None]


def _titled_rank(block: Block, *, numbered: bool) -> int | None:
    """Return the rank of a heading without a number, None for other lines.

    Where a document has Roman numbers, letters or articles, only those make its sections.
    """
    text = block.text.strip()
    if block.level != PLAIN or numbered or text.startswith("(") or CLOSING.match(text):
        return None
    if block.kind is Kind.HEADING or heads_section(text):
        return PART if text.isupper() or block.kind is Kind.HEADING else ARTICLE
    return PART if text.isupper() and len(text.split()) > 1 and len(text) < _LONG_HEADING else None


def _rank(block: Block) -> int | None:
    """Return a number that is smaller for what encloses; None for a line without a number."""
    if block.level == PLAIN:
        return None
    return block.level * 10 + (block.number.count(".") if block.level == DECIMAL else 0)


def _plain_rank(block: Block, highest: int) -> int:
    """Return what a line without a number ends: bullets, and closing words also the numbered points before
    them.
    """
    return min(DECIMAL * 10, highest + 1) if CLOSING.match(block.text) else DASH * 10


def _mark_headings(root: Node) -> None:
    """Give each section its heading."""
    for node in root.walk():
        named = sum(1 for child in node.children if whole_name(child.text) and child.children)
        for child in node.children:
            child.heading = _heading(child)
            if child.heading is None and named > 1 and child.level <= DECIMAL:
                child.heading = (actor(child.text) or (None, 0))[0]


def _heading(node: Node) -> str | None:
    """Return the words that head a section, None for a point that says something itself."""
    text, block, label = node.text.strip(), node.block, _label(node)
    if node.titled:
        return text.strip(" .:")
    if block is None or block.level >= LETTER or (len(text) > _LONG_HEADING and not label):
        return None
    if _orders_alone(node):
        return None
    says_below = any(not child.text.startswith("(") for child in node.children)
    is_top = block.level < ARTICLE and label is None and (node.main or not _is_sentence(node))
    is_top = is_top or (block.level <= DECIMAL and text.isupper() and " " in text)
    if is_top or (says_below and _reads_as_heading(text, is_set_off=block.kind is Kind.HEADING)):
        return text.rstrip(" .:")
    return label


def _is_sentence(node: Node) -> bool:
    """Tell whether a numbered section with nothing below it says something itself: it ends, or orders."""
    if node.children or node.text.isupper():
        return False
    return (
        node.text.rstrip().endswith((".", ";", "./", ":")) or begins_action(node.text) or actor(node.text) is not None
    )


def _orders_alone(node: Node) -> bool:
    """Tell whether a point is an order and not a heading: a sentence of action, or work with its own fields."""
    labels = [fields.label_of(child.text) for child in node.children]
    is_labelled = not node.main and None not in labels and fields.Field.TASK not in labels
    if not begins_action(node.text):
        return is_labelled and bool(_DOERS & set(labels)) and whole_name(node.text) is None
    is_sentence = node.text.rstrip().endswith((":", ".", ";"))
    if is_sentence and all(child.level == PLAIN for child in node.children):
        return True
    return is_labelled and any(map(_is_field, node.children))


def _is_field(node: Node) -> bool:
    """Tell whether the block is a labelled line of what stands above it."""
    return fields.label_of(node.text) not in {None, fields.Field.TASK, fields.Field.ASIDE}


def _reads_as_heading(text: str, *, is_set_off: bool) -> bool:
    """Tell whether words over other words are their heading: short, without an end, or the name of a body."""
    if is_set_off or text.isupper() or whole_name(text) or fields.label_of(text):
        return True
    words = len(text.split())
    return words <= _SHORT_WORDS or (not text.endswith((".", ";", "!")) and words <= 3 * _SHORT_WORDS)


def _label(node: Node) -> str | None:
    """Return the words before a colon that name a body or a field: "Sở Y tế: Chủ trì …", "Thời gian: …"."""
    label, colon, rest = node.text.partition(":")
    if not colon or not rest.strip() or node.level > DECIMAL:
        return None
    if whole_name(label):
        return label.strip()
    if node.level != DECIMAL and node.main:
        return None
    return label.strip() if len(label.split()) <= _LABEL_WORDS and fields.names_field(label) else None
