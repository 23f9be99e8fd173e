"""The header of a plan: what it is, from whom, of which day, about what, on which ground, until when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from documents.outline import Block, Outline
from workflow.planning.citations import cited
from workflow.planning.frame import LETTER, Frame, title_rest
from workflow.planning.letterhead import Letterhead, letterhead
from workflow.planning.letters import CAPITALS
from workflow.planning.signature import Signature, signature

_GROUNDS: Final = re.compile(
    r"(?:căn cứ|thực hiện|triển khai|theo|xét|trên cơ sở|để|nhằm|tiếp tục|thi hành)\b", re.IGNORECASE
)
_ISSUES: Final = re.compile(
    rf"(?:^|[;.,] )(?P<body>[{CAPITALS}][^;:.,]{{3,80}}?) (?:ban hành|xây dựng|lập) (?:[Kk]ế hoạch"
    rf"|[Cc]hương trình|[Đđ]ề án|[Pp]hương án)",
    re.MULTILINE,
)
_COUNCIL: Final = re.compile(
    r"(?:ỦY BAN NHÂN DÂN|UỶ BAN NHÂN DÂN) (TỈNH|THÀNH PHỐ|HUYỆN|QUẬN|THỊ XÃ|XÃ|PHƯỜNG|THỊ TRẤN) (.+)"
)
_ATTACHED: Final = re.compile(r"\s*\((?:ban hành )?kèm theo[^)]*\)\s*$", re.IGNORECASE)
_NAMED: Final = re.compile(
    r"(?:quyết định|nghị quyết|chỉ thị|kết luận|chương trình|đề án|chiến lược|nghị định|luật|thông tư"
    r"|kế hoạch|đại hội)\b",
    re.IGNORECASE,
)
_SPAN: Final = re.compile(
    r"(?:giai đoạn (?P<first>(?:19|20)\d\d) ?[-–] ?(?P<last>(?:19|20)\d\d)|(?P<now>từ nay )?(?P<until>đến"
    r" )?(?:hết )?năm (?P<year>(?:19|20)\d\d))\W*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Header:
    """What a plan says of itself."""

    head: Letterhead
    sign: Signature
    frame: Frame
    title: str | None
    body: str | None
    basis: tuple[str, ...]
    cited: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the form `flask read --json` prints under "plan"."""
        head = self.head
        return {
            "kind": self.frame.kind, "number": head.number, "symbol": head.symbol, "place": head.place,
            "issued": {"year": head.year, "month": head.month, "day": head.day}, "title": self.title,
            "issuing_body": self.body, "superior_body": head.superior,
            "signer_position": self.sign.position, "signer_name": self.sign.name,
            "sign_for": self.sign.sign_for,
            "basis_numbers": list(self.basis), "cited_numbers": list(self.cited),
            "recipients": list(self.sign.recipients), "filing": self.sign.filing,
            "horizon": _horizon(self.title, head),
            "issued_by_document": self._issued_by(),
        }  # fmt: skip

    @property
    def years(self) -> tuple[int, int] | None:
        """Return the first and last year the title says the plan is for, None when it does not."""
        horizon = _horizon(self.title, self.head) or {}
        first, last = horizon.get("from"), horizon.get("to")
        return (int(first[:4]), int(last[:4])) if first and last else None

    def _issued_by(self) -> dict[str, Any] | None:
        if self.frame.issued_by is None:
            return None
        return {"kind": self.frame.issued_by, "number": self.head.number, "symbol": self.head.symbol}


def read_header(whole: Outline, parts: Frame) -> Header:
    """Return the header of a document cut into its parts."""
    head = letterhead(parts.letterhead or parts.preamble[:1])
    title, grounds = _title(parts.preamble, parts.title)
    if parts.kind == LETTER:
        title, grounds = head.subject, list(parts.preamble)
    sign = signature(parts.signature)
    preamble = "\n".join(block.text for block in grounds)
    body = _body(head.body, preamble, whole.text)
    own = head.full_number
    return Header(head, sign, parts, title, body, tuple(cited(preamble, own)), tuple(cited(whole.text, own)))


def _title(preamble: Sequence[Block], at: int | None) -> tuple[str | None, list[Block]]:
    """Return the title behind the naming of the plan's kind, and the blocks of grounds around it."""
    if at is None or at >= len(preamble):
        return None, list(preamble)
    words = [title_rest(preamble[at])] if title_rest(preamble[at]) else []
    rest = list(preamble[at + 1 :])
    while rest and (not words or _goes_on(words[-1], rest[0].text)):
        words.append(rest.pop(0).text)
    title = _ATTACHED.sub("", " ".join(words)).strip(" ./")
    return title or None, [*preamble[:at], *rest]


def _goes_on(before: str, text: str) -> bool:
    """Tell whether a line is still the title: it begins small, or goes on in capitals, or says what it is
    attached to.
    """
    if before.endswith((".", "/", ":")):
        return False
    if text.startswith("(") or text[:1].islower():
        return len(text) < 400
    return (before.isupper() and text.isupper()) or (
        len(text) < 120 and not _GROUNDS.match(text) and not text.endswith((":", ";", "."))
    )


def _body(head: str | None, preamble: str, text: str) -> str | None:
    """Return the issuing body: from the letterhead, spelled as the text spells it, else from "… ban hành Kế
    hoạch".
    """
    if head is None:
        found = list(_ISSUES.finditer(preamble))
        return found[-1]["body"].strip() if found else None
    for match in re.finditer(re.escape(head), text, re.IGNORECASE):
        if not match[0].isupper():
            return match[0][0].upper() + match[0][1:]
    council = _COUNCIL.fullmatch(head)
    return f"Ủy ban nhân dân {council[1].lower()} {council[2].title()}" if council else head


def _horizon(title: str | None, head: Letterhead) -> dict[str, str | None] | None:
    """Return the time a plan is for when its title ends in it; the time of a document it names is not its
    own.
    """
    match = _SPAN.search(title or "")
    if match is None or title is None or _NAMED.search(title[: match.start()]):
        return None
    if match["first"]:
        return {"from": f"{match['first']}-01-01", "to": f"{match['last']}-12-31"}
    start = (
        head.issued.isoformat()
        if match["now"] and head.issued
        else None
        if match["until"]
        else f"{match['year']}-01-01"
    )
    return {"from": start, "to": f"{match['year']}-12-31"}
