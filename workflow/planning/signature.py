"""Who signs, in which capacity, and who receives the document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from documents.outline import Block
from workflow.planning.frame import is_person, without_rank
from workflow.planning.letters import CAPITALS
from workflow.planning.offices import POSITION

_RECIPIENTS: Final = re.compile(r"nơi (?:nhận|gửi)\s*[:/-]?\s*", re.IGNORECASE)
_ITEM: Final = re.compile(r"(?:^|(?<=[;.\n])|(?<=[;.\n] ))\s*[-–]\s*")
_CAPACITY: Final = re.compile(rf"(?<!\w)(?:(?:TM|KT|TL|TUQ|Q)\.|(?:T/M|K/T|T/L|TUQ/)\.?)(?=\s?[{CAPITALS}])")
_POSITIONS: Final = re.compile(rf"(?<!\w)(?<!PHÓ )(?<!QUYỀN )(?<!THỨ ){POSITION}(?!\w)")
_FILING: Final = re.compile(r"Lưu(?: trữ)?\s*:?\s*(.+)", re.DOTALL)
# Some bodies write the signer's name in capitals too: then the surname tells it from an office.
_LOUD_NAME: Final = re.compile(
    r"(?:NGUYỄN|TRẦN|LÊ|PHẠM|HOÀNG|HUỲNH|PHAN|VŨ|VÕ|ĐẶNG|BÙI|ĐỖ|HỒ|NGÔ|DƯƠNG|LÝ|ĐÀO|ĐINH|TRỊNH|MAI|TRƯƠNG|LÂM|HÀ|CAO"
    r"|TÔ|TẠ|CHU|QUÁCH|LƯU|LƯƠNG|NÔNG|VI|HỨA|THÁI|TỐNG|KIỀU|ĐOÀN|TĂNG|VƯƠNG|PHÙNG|LA|MA|LÒ|QUÀNG|CẦM|GIÀNG|SÙNG|VÀNG)"
    r"(?: [^\W\d_a-z]{1,7}){1,3}"
)
_ASIDE: Final = re.compile(r"\((?:đã ký|Đã ký|ĐÃ KÝ|ký tên|Ký)[^)]{0,40}\)|\[[^\]]{0,30}\]|(?<!\w)Đã ký(?!\w)")


@dataclass(frozen=True, slots=True)
class Signature:
    """The signer's name, position and capacity, and the recipients with the filing mark among them."""

    name: str | None = None
    position: str | None = None
    sign_for: str | None = None
    recipients: tuple[str, ...] = ()

    @property
    def filing(self) -> str | None:
        """Return who files the document, as written behind "Lưu"."""
        return next((match[1].strip() for item in self.recipients if (match := _FILING.match(item))), None)


def signature(blocks: Sequence[Block]) -> Signature:
    """Return what the blocks of recipients and signature say."""
    receiving, signing = _sides(blocks)
    sign_for, position, name = _signer(signing)
    return Signature(name, position, sign_for, tuple(_recipients(receiving)))


def _sides(blocks: Sequence[Block]) -> tuple[list[str], list[str]]:
    """Part the texts of the recipients from those of the signer."""
    receiving: list[str] = []
    signing: list[str] = []
    for block in blocks:
        for words in block.cells or (f"- {block.text}" if block.number else block.text,):
            cell = words.replace(" / ", "\n")
            goes_on = bool(receiving) and not signing and (cell[:1].islower() or cell.endswith((";", ",")))
            is_receiving = goes_on or bool(_RECIPIENTS.match(cell)) or cell.startswith("- ")
            cell = f" {cell}" if goes_on else cell
            (receiving if is_receiving else signing).append(cell)
    return receiving, signing


def _recipients(texts: list[str]) -> list[str]:
    """Return the recipients one by one, without their dashes and end points."""
    whole = "\n".join(_RECIPIENTS.sub("", text, count=1) for text in texts)
    items = (" ".join(item.split()).strip(" .;/") for item in _ITEM.split(whole))
    return [item for item in items if item]


def _signer(texts: list[str]) -> tuple[str | None, str | None, str | None]:
    """Return capacity, position and name from the words in capitals and the name behind them."""
    lines = [line.strip(" .*") for text in texts for line in text.split("\n") if line.strip(" .*")]
    loud = lines.pop() if lines and len(lines) > 1 and _LOUD_NAME.fullmatch(lines[-1]) else ""
    words = without_rank(_ASIDE.sub(" ", " ".join(lines))).split()
    capitals = [word for word in words if word.isupper()]
    last = max((place for place, word in enumerate(words) if word.isupper()), default=-1)
    name = " ".join(words[last + 1 :]).strip(" .*")
    sign_for, position = _capacity(" ".join(capitals).strip(" *"))
    return sign_for, position, name if is_person(name) else loud or None


def _capacity(words: str) -> tuple[str | None, str | None]:
    """Part "TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH PHÓ CHỦ TỊCH" into whom he signs for and what he is."""
    starts = [match.start() for match in _CAPACITY.finditer(words)]
    positions = [match.start() for match in _POSITIONS.finditer(words)]
    if starts and words[starts[-1] :].startswith(("KT", "K/T", "TL", "T/L", "TUQ")):
        positions = [place for place in positions if place > starts[-1]][1:]
    elif starts:
        positions = [place for place in positions if place > starts[-1]]
    cut = positions[0] if positions else len(words)
    if not starts:
        return None, _listed(words, positions[1:]) or None
    for_whom = _listed(words[:cut], starts[1:])
    return for_whom or None, _listed(words[cut:], [place - cut for place in positions[1:]]) or None


def _listed(words: str, cuts: list[int]) -> str:
    """Return the parts of a text between cuts, joined by semicolons."""
    edges = [0, *cuts, len(words)]
    parts = (words[start:end].strip() for start, end in pairwise(edges))
    return "; ".join(part for part in parts if part)
