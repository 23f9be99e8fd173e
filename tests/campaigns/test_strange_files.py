"""Strange files by chance: whatever is broken in a document, it is read or refused, and its blocks tile the text."""

from __future__ import annotations

import io
import random
import zipfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from documents.outline import Outline
from documents.readers import Unreadable, read
from documents.readers.refusal import REASONS
from tests.fixtures.campaigns import Campaign
from tests.fixtures.files import cell, level, listed, lists, para, table, word
from workflow.planning.safely import AT_ONCE, read_safely

LINES = (
    "KẾ HOẠCH", "I. MỤC ĐÍCH, YÊU CẦU", "1. Văn phòng chủ trì, phối hợp với Sở Y tế kiểm tra trước ngày 30/6/2026.",
    "a) Một; hai", "- Ba", "+ Bốn", "Điều 5. Thi hành", "| TT | Nhiệm vụ | Chủ trì |", "|---|---|", "| 1 | Một | Sở |",
    "|", "<table><tr><td>a</td></tr></table>", "TT\tNhiệm vụ\tChủ trì", "**Đậm** và _nghiêng_", "K Ế  H O Ạ C H",
    "Nơi nhận:          TM. UBND", "PHỤ LỤC", "", "+---+---+", "KÕ ho¹ch", "&nbsp;", "---", "\f12",
)  # fmt: skip
SIGNS = (b"|", b"\n", b"*", b"_", b"<", b"&", b"\\", b"\t", b"    ", b"**", b"#", b"(")
NUMBERING = lists(level(0, "upperRoman", "%1.") + level(1, "decimal", "%1.%2.") + level(2, "bullet", "-"))


def a_text(chance: random.Random) -> bytes:
    """Return a text file of a title and lines by chance."""
    gap = chance.choice(["\n", "\r\n", "\n\n"])
    return gap.join(["KẾ HOẠCH", *chance.choices(LINES, k=chance.randrange(1, 60))]).encode(
        chance.choice(["utf-8", "utf-16"])
    )


def a_word(chance: random.Random) -> bytes:
    """Return a Word file of paragraphs, list points and tables by chance."""
    made = [para("KẾ HOẠCH")]
    for _ in range(chance.randrange(1, 40)):
        words = chance.choice(LINES).replace("&", "&amp;").replace("<", "&lt;").replace("\f", "")
        kind = chance.randrange(4)
        if kind == 0:
            made.append(table(*(cell(words) + cell("x") + cell(listed("y")) for _ in range(chance.randrange(1, 4)))))
        else:
            made.append(para(words) if kind == 1 else listed(words, chance.randrange(3)))
    return word("".join(made), numbering=NUMBERING)


def broken(data: bytes, chance: random.Random) -> bytes:
    """Return the bytes with some changed, lost, doubled or put in; a Word file sometimes inside its parts."""
    if data.startswith(b"PK") and chance.random() < 0.7:
        return _broken_inside(data, chance)
    if not data.startswith((b"PK", b"\xff\xfe")) and chance.random() < 0.7:
        return _changed(list(data.decode()), [sign.decode() for sign in SIGNS], chance).encode()
    changed: list[int] = list(data)
    for _ in range(chance.randrange(1, 12)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed[: chance.choice([len(changed), chance.randrange(len(changed))])])


def _changed(letters: list[str], signs: list[str], chance: random.Random) -> str:
    for _ in range(chance.randrange(1, 30)):
        at, length = chance.randrange(len(letters) + 1), chance.randrange(1, 40)
        letters[at : at + chance.choice([0, 1, length])] = chance.choice(
            [[chance.choice(signs)], [], letters[at : at + length] * 2]
        )
    return "".join(letters)


def _broken_inside(data: bytes, chance: random.Random) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            for _ in range(chance.randrange(4)):
                tags = part.split(b"<")
                place = chance.randrange(len(tags))
                spare = next((end for end in range(place, len(tags)) if tags[end].startswith(b"/w:p")), place)
                whole = tags[place : spare + 1] if tags[place].startswith(b"w:p>") else []
                tags[place:place] = chance.choice([whole, whole * 3, [chance.choice(tags)], []])
                part = b"<".join(tags)
            new.writestr(name, part)
    return made.getvalue()


def tiles(whole: Outline) -> bool:
    """Tell whether the blocks lie side by side over the whole text, each with its own words."""
    at = 0
    for block in whole.blocks:
        if block.span[0] != at or whole.text[block.start : block.end] != block.text or whole.text[block.end] != "\n":
            return False
        at = block.span[1]
    return at == len(whole.text)


def test_a_document_by_chance_is_tiled_by_its_blocks(campaign: Callable[..., Campaign]) -> None:
    run = campaign("documents by chance", small=120, full=20_000)
    blocks = 0
    for number in range(run.count):
        make, name = ((a_text, "a.md"), (a_word, "a.docx"))[number % 2]
        data = make(run.random)
        whole = read(data, name)
        assert tiles(whole), f"document {number} of seed {run.seed}"
        blocks += len(whole.blocks)
    run.found(blocks=blocks)
    assert blocks > run.count


def test_a_broken_document_is_read_or_refused_and_nothing_else(campaign: Callable[..., Campaign]) -> None:
    run = campaign("broken documents", small=240, full=100_000)
    outcomes: Counter[str] = Counter()
    for number in range(run.count):
        make, name = ((a_text, "a.md"), (a_word, "a.docx"))[number % 2]
        data = broken(make(run.random), run.random)
        try:
            assert tiles(read(data, name)), f"document {number} of seed {run.seed}"
            outcomes["read"] += 1
        except Unreadable as refused:
            outcomes[refused.code] += 1
    run.found(**dict(outcomes))
    assert outcomes["read"] > 0
    assert len(outcomes) > 2


def test_broken_documents_through_the_real_child_are_read_or_refused(campaign: Callable[..., Campaign]) -> None:
    run = campaign("broken documents through the child", small=24, full=2_000)
    makers = [((a_text, "a.md"), (a_word, "a.docx"))[number % 2] for number in range(run.count)]
    files = [(broken(make(run.random), run.random), name) for make, name in makers]
    with ThreadPoolExecutor(AT_ONCE) as readers:
        outcomes = Counter(readers.map(outcome, files))
    run.found(**dict(outcomes))
    assert outcomes.keys() <= {"read", *REASONS}
    assert outcomes["too_hard"] == 0  # a child that died would say so
    assert outcomes["read"] > 0


def outcome(file: tuple[bytes, str]) -> str:
    try:
        read_safely(*file)
    except Unreadable as refused:
        return refused.code
    return "read"
