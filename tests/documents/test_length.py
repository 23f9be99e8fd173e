"""Long files take steps in proportion to their length: steps are counted, not seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from bench import documents
from documents.readers import read
from tests.fixtures.files import cell, listed, lists, para, table, word
from tests.fixtures.files import level as level_of

NUMBERING = lists("".join(level_of(depth, "decimal", f"%{depth + 1}.") for depth in range(9)))


def steps(work: Callable[[], object]) -> int:
    """Return how many functions were called, those written in C too."""
    counted = 0

    def count(_frame: FrameType, event: str, _what: object) -> None:
        nonlocal counted
        counted += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return counted


MAKERS: dict[str, tuple[str, Callable[[int], bytes]]] = {
    "pages of Word": ("a.docx", lambda size: documents.docx(size)),
    "pages of text": ("a.txt", lambda size: documents.text(size)),
    "lists": ("a.docx", lambda size: word("".join(listed("x", n % 9) for n in range(size * 40)), numbering=NUMBERING)),
    "one long table": ("a.docx", lambda size: word(table(*[cell("a") + cell("b") + cell("c")] * (size * 20)))),
    "one long paragraph": ("a.txt", lambda size: b"va tiep tuc\n" * (size * 60)),
    "runs": ("a.docx", lambda size: word(f"<w:p>{'<w:r><w:t>xa </w:t></w:r>' * (size * 100)}</w:p>")),
    "deleted ends": ("a.docx", lambda size: word(para("x", "<w:rPr><w:del/></w:rPr>") * (size * 20) + para("y"))),
    "tabs": ("a.txt", lambda size: b"a\tb\tc\n" * (size * 60)),
    "blanks": ("a.txt", lambda size: b"a     b\n" * (size * 60)),
    "bars without end": ("a.txt", lambda size: b"| a\nb\n" * (size * 40)),
    "numbers": ("a.txt", lambda size: b"12\n\n" * (size * 40)),
    "html": ("a.txt", lambda size: b"<table><tr><td rowspan=9>a\n" * (size * 20)),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_four_times_the_length_takes_four_times_the_steps(kind: str) -> None:
    name, make = MAKERS[kind]
    short, long = (make(size) for size in (10, 40))
    read(short, name)  # what is loaded once is no part of the count
    assert steps(lambda: read(long, name)) < 4.6 * steps(lambda: read(short, name))
