"""What stands above the title: who issues, number and sign, place and day, and a mark of secrecy."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from documents.outline import Block
from workflow.planning.letters import CAPITALS

_NATION: Final = re.compile(
    r"CỘNG H[ÒO][ÀA] XÃ HỘI|CHỦ NGHĨA VIỆT NAM|Độc lập|ĐỘC LẬP|ĐẢNG CỘNG SẢN|Tự do|Hạnh phúc", re.IGNORECASE
)
_STATE_NUMBER: Final = re.compile(
    r"Số\s*:?\s*(?P<number>\d[\d.]{0,5})?[\s.…_]*/\s*(?P<symbol>(?:(?:19"
    r"|20)\d\d/)?[A-ZĐ][\w&]*(?:-[A-ZĐ][\w&,.]*)*)"
)
_PARTY_NUMBER: Final = re.compile(r"Số\s*:?\s*(?P<number>\d{1,5})?[\s.…_]*-\s*(?P<symbol>[A-ZĐ][A-Za-zĐ]*/[A-ZĐ][\w]*)")
# A place has capitals at the head of its words only; what stands in capitals before it is a body's line.
_PLACE: Final = (
    rf"(?:(?:TP|Tp)\.? ?)?[{CAPITALS}][^\W\d_]?[^\W\d_{CAPITALS}]*"
    rf"(?:(?: - | -|- |[ -])[^\W\d_][^\W\d_{CAPITALS}]*){{0,6}}"
)
_DATE: Final = re.compile(
    rf"(?<![\w/-])(?P<place>{_PLACE})\s*,\s*ngày(?P<day>[\d\s.…_]{{0,12}})tháng(?P<month>[\d\s.…_]{{0,12}})"
    r"năm\s*(?P<year>(?:19|20)\d\d)"
)
_MOTTO: Final = re.compile(r"^.*(?:Hạnh phúc|Việt Nam)\W*(?=\w)")
_OFFICES: Final = frozenset({"CHỦ TỊCH", "BỘ TRƯỞNG", "GIÁM ĐỐC", "TỔNG GIÁM ĐỐC", "TRƯỞNG BAN", "BAN CHẤP HÀNH"})
_SUBJECT: Final = re.compile(r"(?:V/v|Về việc)\s*:?\s*(.+)", re.IGNORECASE | re.DOTALL)
_MARK: Final = re.compile(r"(?<!\w)(?<!BẢO )(?<!BÍ )(?<!CƠ )(TUYỆT MẬT|TỐI MẬT|MẬT)(?!\w)")
_RULE: Final = re.compile(r"[-_=*]{3,}")
_AREA: Final = r"(?:TỈNH|THÀNH PHỐ|TP\.?|HUYỆN|QUẬN|THỊ XÃ|XÃ|PHƯỜNG|THỊ TRẤN|ĐẶC KHU)"
_BELOW: Final = re.compile(
    rf"((?:ỦY BAN NHÂN DÂN|UỶ BAN NHÂN DÂN|UBND|TỈNH ỦY|THÀNH ỦY|HUYỆN ỦY) {_AREA}?.{{2,40}}?) ((?:SỞ"
    rf"|BAN(?! NHÂN)|PHÒNG|CHI CỤC|TRUNG TÂM|CÔNG AN|VĂN PHÒNG|THANH TRA|HỘI ĐỒNG)(?!\w).+)"
)
_CONTINUES: Final = re.compile(rf"{_AREA}(?!\w| ỦY| UỶ| ĐOÀN)|VÀ |VỀ |NƯỚC |CHỦ NGHĨA |-")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What the head of a document says; None where it says nothing."""

    number: int | None = None
    symbol: str | None = None
    place: str | None = None
    year: int | None = None
    month: int | None = None
    day: int | None = None
    body: str | None = None
    superior: str | None = None
    subject: str | None = None

    @property
    def issued(self) -> date | None:
        """Return the day of the document when it is written in full and exists."""
        try:
            return date(self.year or 0, self.month or 0, self.day or 0)
        except ValueError:
            return None

    @property
    def not_before(self) -> date | None:
        """Return the first day the document can be from."""
        try:
            return self.issued or (date(self.year, self.month or 1, 1) if self.year else None)
        except ValueError:
            return None

    @property
    def full_number(self) -> str:
        """Return number and sign as they are cited, "" when the number is blank."""
        if self.number is None or not self.symbol:
            return ""
        return f"{self.number:02d}/{self.symbol}" if "/" not in self.symbol else f"{self.number:02d}-{self.symbol}"


def letterhead(blocks: Iterable[Block]) -> Letterhead:
    """Return what the blocks above the title say."""
    cells = [cell for block in blocks for cell in (block.cells or (block.text,))]
    flat = [cell.replace("\n", " ") for cell in cells]
    number = _first(flat, (_STATE_NUMBER, _PARTY_NUMBER))
    day = _first(flat, (_DATE,))
    superior, body = _bodies(cells, number["symbol"] if number else "")
    return Letterhead(
        number=_digits(number["number"]) if number else None,
        symbol=number["symbol"].rstrip(".,") if number else None,
        place=" ".join(_MOTTO.sub("", day["place"]).split()) if day else None,
        year=int(day["year"]) if day else None,
        month=_within(day["month"], 12) if day else None,
        day=_within(day["day"], 31) if day else None,
        body=body,
        superior=superior,
        subject=_subject(cells),
    )


def secrecy(blocks: Iterable[Block]) -> str | None:
    """Return the mark of secrecy above the body (Mật, Tối mật, Tuyệt mật), None when there is none."""
    for block in blocks:
        for line in (line for cell in (block.cells or (block.text,)) for line in cell.split("\n")):
            words = line.strip(" .:*[]()")
            if words.lower().removeprefix("độ mật:").strip() in {"mật", "tối mật", "tuyệt mật"}:
                return words
            if words.isupper() and (match := _MARK.search(words)):
                return match[1]
    return None


def _first(texts: list[str], forms: tuple[re.Pattern[str], ...]) -> re.Match[str] | None:
    return next((match for text in texts for form in forms if (match := form.search(text))), None)


def _digits(text: str | None) -> int | None:
    """Return the number in a text that may hold stray blanks and dots, None when it holds none."""
    digits = re.sub(r"\D", "", text or "")
    return int(digits) if digits else None


def _within(text: str, most: int) -> int | None:
    """Return a day or month; one that no calendar has is as good as blank."""
    number = _digits(text)
    return number if number and number <= most else None


def _subject(cells: list[str]) -> str | None:
    """Return what a letter is about: the words behind "V/v" under its number."""
    for cell in cells:
        number = _STATE_NUMBER.search(cell) or _PARTY_NUMBER.search(cell)
        behind = cell[number.end() :].strip() if number else cell.strip()
        if match := _SUBJECT.match(behind):
            return _DATE.split(" ".join(match[1].split()))[0].strip(" .") or None
    return None


def _bodies(cells: list[str], symbol: str) -> tuple[str | None, str | None]:
    """Return the body above and the issuing body, from the lines in capitals left of the nation's name."""
    lines: list[str] = []
    for cell in cells:
        for raw in _RULE.sub("\n", cell).split("\n"):
            line = _DATE.split(_NATION.split(" ".join(raw.split()), maxsplit=1)[0])[0].strip(" -*_|")
            if _is_body_line(line):
                _add(lines, line)
    found = [part for line in lines for part in _levels(line)]
    if symbol.count("-") > 1 and len(found) > 1 and found[-1].split()[0] == found[-2].split()[0]:
        found[-2:] = [f"{found[-2]} - {found[-1]}"]
    return (found[-2] if len(found) > 1 else None), (found[-1] if found else None)


def _levels(line: str) -> tuple[str, ...]:
    """Part a line that holds a superior body and the issuing body behind it."""
    match = _BELOW.fullmatch(line)
    return (match[1], match[2]) if match else (line,)


def _is_body_line(line: str) -> bool:
    """Tell whether a line can name a body: capitals, no number, no mark of urgency."""
    return (
        len(line) > 3 and line.isupper() and not any(sign.isdigit() for sign in line) and line not in _STAMPS | _OFFICES
    )


_STAMPS: Final = frozenset({"HỎA TỐC", "HOẢ TỐC", "KHẨN", "THƯỢNG KHẨN", "DỰ THẢO", "MẬT", "TỐI MẬT", "TUYỆT MẬT"})


def _add(lines: list[str], line: str) -> None:
    """Add a line, to the one before it when it only goes on with its name."""
    if lines and _CONTINUES.match(line):
        lines[-1] = f"{lines[-1]} {line}"
    elif line not in lines:
        lines.append(line)
