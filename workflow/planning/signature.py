"""Who signs, in which capacity, and who receives the document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from documents.outline import Block
from workflow.planning.frame import is_person
from workflow.planning.letters import CAPITALS

_RECIPIENTS: Final = re.compile(r"nơi (?:nhận|gửi)\s*[:/-]?\s*", re.IGNORECASE)
_ITEM: Final = re.compile(r"(?:^|(?<=[;.\n])|(?<=[;.\n] ))\s*[-–]\s*")
_CAPACITY: Final = re.compile(rf"(?<!\w)(?:TM|T/M|KT|K/T|TL|T/L|TUQ|Q)\.(?=\s?[{CAPITALS}])")
_POSITION: Final = (
    r"(?:PHÓ |QUYỀN |THỨ )?(?:CHỦ TỊCH|CHỦ NHIỆM|TỔNG GIÁM ĐỐC|GIÁM ĐỐC|CỤC TRƯỞNG|CHI CỤC TRƯỞNG"
    r"|VỤ TRƯỞNG|BỘ TRƯỞNG|"
    r"THỨ TRƯỞNG|THỦ TƯỚNG|VIỆN TRƯỞNG|HIỆU TRƯỞNG|TỔNG KIỂM TOÁN|THỐNG ĐỐC|TƯ LỆNH|CHÍNH ỦY"
    r"|CHỈ HUY TRƯỞNG|BÍ THƯ|"
    r"TRƯỞNG (?:BAN|PHÒNG|ĐOÀN|TIỂU BAN)|TRƯỞNG BAN|CHÁNH (?:VĂN PHÒNG|THANH TRA|ÁN)|TỔ TRƯỞNG)"
)
_POSITIONS: Final = re.compile(rf"(?<!\w)(?<!PHÓ )(?<!QUYỀN )(?<!THỨ ){_POSITION}(?!\w)")
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
        return next((item.partition(":")[2].strip() for item in self.recipients if item.startswith("Lưu")), None)


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
            is_receiving = bool(_RECIPIENTS.match(cell)) or cell.startswith("- ")
            (receiving if is_receiving else signing).append(cell)
    return receiving, signing


def _recipients(texts: list[str]) -> list[str]:
    """Return the recipients one by one, without their dashes and end points."""
    whole = "\n".join(_RECIPIENTS.sub("", text, count=1) for text in texts)
    items = (" ".join(item.split()).strip(" .;/") for item in _ITEM.split(whole))
    return [item for item in items if item]


def _signer(texts: list[str]) -> tuple[str | None, str | None, str | None]:
    """Return capacity, position and name from the words in capitals and the name behind them."""
    words = _ASIDE.sub(" ", " ".join(text.replace("\n", " ") for text in texts)).split()
    capitals = [word for word in words if word.isupper()]
    last = max((place for place, word in enumerate(words) if word.isupper()), default=-1)
    name = " ".join(words[last + 1 :]).strip(" .*")
    sign_for, position = _capacity(" ".join(capitals).strip(" *"))
    return sign_for, position, name if is_person(name) else None


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
