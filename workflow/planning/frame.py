"""The parts of a document: what stands above the body, the body, the signature, and what is attached behind
it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from documents.marks import DECIMAL, PLAIN
from documents.outline import Block, Kind
from workflow.planning.letters import CAPITALS
from workflow.planning.offices import is_office
from workflow.planning.roles import heads_section

KINDS: Final = {
    "QUYẾT ĐỊNH": "Quyết định", "KẾ HOẠCH": "Kế hoạch", "CHƯƠNG TRÌNH": "Chương trình",
    "CHƯƠNG TRÌNH HÀNH ĐỘNG": "Chương trình hành động", "ĐỀ ÁN": "Đề án", "PHƯƠNG ÁN": "Phương án",
    "CHỈ THỊ": "Chỉ thị", "NGHỊ QUYẾT": "Nghị quyết", "HƯỚNG DẪN": "Hướng dẫn", "THÔNG BÁO": "Thông báo",
    "CÔNG ĐIỆN": "Công điện", "KẾT LUẬN": "Kết luận", "QUY CHẾ": "Quy chế", "CHIẾN LƯỢC": "Chiến lược",
}  # fmt: skip
ISSUING: Final = frozenset({"Quyết định", "Nghị quyết"})

# "KẾ HOẠCH LIÊN NGÀNH", "KẾ HOẠCH PHỐI HỢP": of a kind, said more closely.
_CLOSER: Final = r"(?: (?:LIÊN NGÀNH|LIÊN TỊCH|PHỐI HỢP|HÀNH ĐỘNG|CHI TIẾT|CÔNG TÁC)(?=\W*$))?"
_TITLE: Final = re.compile(rf"({'|'.join(sorted(KINDS, key=len, reverse=True))}){_CLOSER}(?![\w])[ :.]*(.*)", re.DOTALL)
LETTER: Final = "Công văn"
_ADDRESSED: Final = re.compile(r"kính gửi\s*:?", re.IGNORECASE)
_LEADS_ON: Final = re.compile(
    r"(?:như sau|cụ thể|nội dung sau|yêu cầu|chỉ thị|kết luận|quyết nghị)\s*:$", re.IGNORECASE
)
_GROUND: Final = re.compile(
    r"(?:căn cứ|thực hiện|triển khai|theo|xét|trên cơ sở|để|nhằm|tiếp tục|thi hành|ngày \d|sau khi)(?!\w)",
    re.IGNORECASE,
)
_PAGE_NUMBER: Final = re.compile(r"(?:[-–] ?)?(?:Trang )?\d{1,3}(?:/\d{1,3})?(?: ?[-–])?", re.IGNORECASE)
_FIRST_BLOCKS: Final = 30
_RECIPIENTS: Final = re.compile(r"nơi (?:nhận|gửi)\s*(?::|-|/|$)", re.IGNORECASE)
_ANNEX: Final = re.compile(r"(?:PHỤ LỤC|BIỂU|MẪU|DANH MỤC|BẢNG)(?!\w)|Phụ lục(?: \w+)?[.:]?$|Biểu (?:số|mẫu)")
_RANK: Final = re.compile(
    r"(?:(?:Thiếu|Trung|Thượng|Đại) (?:úy|uý|tá|tướng)|(?:PGS|GS|TSKH|TS|ThS|BS|KS|DS|CN|Ths|Bs|Ts)(?=[."
    r" ])(?:\.? ?CK ?I{1,2})?)[. ]+"
)
_FOR: Final = re.compile(rf"(?:(?:TM|KT|TL|TUQ|Q)\.|(?:T/M|K/T|T/L)\.?) ?[{CAPITALS}]")
_BULLETS: Final = frozenset({"-", "–", "—", "•", "+", "*", "·"})


@dataclass(frozen=True, slots=True)
class Frame:
    """A document's blocks by part; `letterhead` ends where the kind is named, `title` is the place of the plan's
    own in `preamble`, and `titles` counts those in the body.
    """

    letterhead: tuple[Block, ...]
    preamble: tuple[Block, ...]
    body: tuple[Block, ...]
    signature: tuple[Block, ...]
    annex: tuple[Block, ...]
    kind: str | None
    issued_by: str | None
    titles: int
    title: int | None = None


def frame(blocks: Sequence[Block]) -> Frame:
    """Return the parts of a document. A plan a Decision puts in force begins at the plan's own title."""
    blocks = [block for block in blocks if block.level != PLAIN or not _PAGE_NUMBER.fullmatch(block.text)]
    titles = _titles(blocks)
    first = titles[0] if titles else (None, None)
    own = _own_title(titles)
    start = _body_start(blocks, 0 if own is None else own[0] + (own[1] != LETTER))
    sign = _signature_start(blocks, start)
    end = _signature_end(blocks, sign)
    signature: Sequence[Block] = blocks[sign:end]
    if own != first and not signature:
        at = _signature_start(blocks, 0)
        signature = blocks[at : _signature_end(blocks, at)] if at < start else ()
    return Frame(
        letterhead=tuple(blocks[: first[0] if first[0] is not None else start]),
        preamble=tuple(blocks[first[0] or 0 : start]),
        body=tuple(blocks[start:sign]),
        signature=tuple(signature),
        annex=tuple(blocks[end:]),
        kind=own[1] if own else None,
        issued_by=first[1] if own and own != first else None,
        titles=sum(1 for place, kind in titles if place >= start and kind not in ISSUING),
        title=own[0] - (first[0] or 0) if own else None,
    )


def _titles(blocks: Sequence[Block]) -> list[tuple[int, str]]:
    """Return the places where a kind of document is named; a letter has none and is known by whom it addresses."""
    titles = [(place, kind) for place, block in enumerate(blocks) if (kind := title_kind(block))]
    if all(kind in ISSUING for _, kind in titles):
        since = titles[0][0] + 1 if titles else 0
        loose = ((place, _loose_kind(block)) for place, block in enumerate(blocks[since:], since))
        titles += [(place, kind) for place, kind in loose if kind and (titles or place < _FIRST_BLOCKS)][:1]
    if titles:
        return titles
    places = (place for place, block in enumerate(blocks[:_FIRST_BLOCKS]) if _ADDRESSED.match(block.text))
    return [(place, LETTER) for place in places][:1]


def _loose_kind(block: Block) -> str | None:
    """Return the kind in a title that goes on in capitals on its own line: "KẾ HOẠCH TRIỂN KHAI …"."""
    text = block.text.strip()
    match = _TITLE.match(text) if block.level == PLAIN and not block.cells and text.isupper() else None
    return KINDS[match[1]] if match and len(text) < 300 and KINDS[match[1]] not in ISSUING else None


def title_kind(block: Block) -> str | None:
    """Return the kind of document a block names as a title, None for other blocks."""
    if block.level != PLAIN or block.cells:
        return None
    match = _TITLE.match(block.text.strip())
    if match is None or (match[2] and not _goes_on(match[2])):
        return None
    return KINDS[match[1]]


def title_rest(block: Block) -> str:
    """Return what follows the kind of document on its own line."""
    match = _TITLE.match(block.text.strip())
    return match[2].strip() if match else ""


def _goes_on(rest: str) -> bool:
    """Tell whether words behind a kind are the title itself and not a sentence in capitals."""
    return rest[0].isupper() and not rest.split()[0].isupper() and len(rest) < 400


def _own_title(titles: list[tuple[int, str]]) -> tuple[int, str] | None:
    """Return the plan's own title: behind a Decision the next title that is not again the Decision's."""
    if not titles:
        return None
    if titles[0][1] in ISSUING:
        return next((title for title in titles[1:] if title[1] not in ISSUING), titles[0])
    return titles[0]


def _body_start(blocks: Sequence[Block], start: int) -> int:
    """Return where the numbered text begins; without any number, behind title and preamble."""
    for place in range(start, len(blocks)):
        block = blocks[place]
        if _RECIPIENTS.match(block.text) or _is_signing(block):
            break
        if block.level <= DECIMAL or (place > start and block.level == PLAIN and heads_section(block.text)):
            return place
    return _behind_grounds(blocks, start)


def _behind_grounds(blocks: Sequence[Block], start: int) -> int:
    """Return where a body without numbers or headings begins: behind title, addressees and grounds."""
    place = min(start + 1, len(blocks)) if start else 0
    while start and place < len(blocks) and _is_before_body(blocks[place]):
        place += 1
    return place


def _is_before_body(block: Block) -> bool:
    text = block.text.strip()
    is_address = block.number in _BULLETS and len(text) < 200 and text.endswith((";", ".", ","))
    is_ground = _GROUND.match(text) and (text.endswith((":", ";")) or "căn cứ" in text[:8].lower())
    return bool(is_address or is_ground or _LEADS_ON.search(text) or _ADDRESSED.match(text))


def _signature_start(blocks: Sequence[Block], start: int) -> int:
    """Return where recipients and signature begin, the number of blocks when there are none."""
    for place in range(start, len(blocks)):
        if _RECIPIENTS.match(blocks[place].text) or _is_signing(blocks[place]):
            return place
    return len(blocks)


def _is_signing(block: Block) -> bool:
    """Tell whether the block says on whose behalf somebody signs."""
    cells = block.cells or (block.text,)
    if len(block.cells) > 1 and any(_is_signer(cell) for cell in cells):
        return True
    return block.level == PLAIN and (any(_FOR.match(cell) for cell in cells) or is_office(block.text))


def _is_signer(cell: str) -> bool:
    """Tell whether a cell ends in an office and, below it, a person."""
    lines = [line.strip() for line in cell.split("\n") if line.strip(" .*")]
    return len(lines) > 1 and is_person(lines[-1]) and any(is_office(line) for line in lines[:-1])


def _signature_end(blocks: Sequence[Block], start: int) -> int:
    """Return where the signature ends: a table row is whole, lines go on to the signer's name."""
    place = start
    while place < len(blocks):
        block = blocks[place]
        if block.kind is Kind.ROW:
            if not _belongs(block, place == start):
                break
        elif _ANNEX.match(block.text) or (
            place > start and blocks[place - 1].kind is Kind.ROW and not _RECIPIENTS.match(block.text)
        ):
            break
        elif is_person(block.text) and not _signs_later(blocks, place):
            if place + 1 < len(blocks) and _RECIPIENTS.match(blocks[place + 1].text):
                return _receivers_end(blocks, place + 1)
            return place + 1
        elif not _is_signature_line(block):
            break
        place += 1
    return place


def _receivers_end(blocks: Sequence[Block], place: int) -> int:
    """Return where recipients that stand behind the signer's name end."""
    place += 1
    while place < len(blocks) and blocks[place].number in _BULLETS and not blocks[place].cells:
        place += 1
    return place


def _belongs(row: Block, first: bool) -> bool:
    """Tell whether a table row is part of the signature: it names recipients, a capacity or a person."""
    return first or any(_FOR.match(cell) or _RECIPIENTS.match(cell) or is_person(cell) for cell in row.cells)


def _is_signature_line(block: Block) -> bool:
    return (
        bool(_RECIPIENTS.match(block.text)) or block.number in _BULLETS or block.text.isupper() or len(block.text) < 60
    )


def _signs_later(blocks: Sequence[Block], place: int) -> bool:
    """Tell whether the capacity of the signer still follows within a few lines."""
    return any(
        _FOR.match(block.text) or block.text.isupper()
        for block in blocks[place + 1 : place + 3]
        if not _ANNEX.match(block.text)
    )


def without_rank(text: str) -> str:
    """Return a signer's name without military rank and academic title."""
    return _RANK.sub("", text)


def is_person(text: str) -> bool:
    """Tell whether the text can be a person's name: two to five words, each with a capital, nothing else."""
    words = without_rank(text.strip(" .*")).split()
    return 2 <= len(words) <= 5 and all(word.isalpha() and word[0].isupper() and not word.isupper() for word in words)
