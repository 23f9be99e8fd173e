"""Measures in targets: operator, one or two values and the unit, as plans write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_NUMBER: Final = r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d{1,12}(?:[,.]\d{1,4})?"
_MONEY: Final = (
    r"(?:(?:nghìn|ngàn|triệu|tỷ|tỉ) )?(?:đồng|USD|VNĐ|đô la)(?:/[^\s,;.()/]+(?: [^\s,;.()/\d]+)?){0,2}"
    r"|(?:triệu|tỷ|tỉ)(?! \d)"
)
_PER: Final = r"%(?: ?/ ?(?:năm|tháng|quý))?"
# fmt: off
_OPERATORS: Final = (
    (">=", r"ít nhất|tối thiểu|không dưới|không thấp hơn|không ít hơn|≥|>=|từ(?=[^.;]{1,40}trở lên)"),
    ("<=", r"tối đa|không quá|không vượt quá|không cao hơn|≤|<="),
    (">",  r"trên|hơn|vượt(?: mức)?|cao hơn|>"),
    ("<",  r"(?:xuống )?dưới|thấp hơn|ít hơn|<"),
    ("about", r"khoảng|xấp xỉ|gần"),
)
# fmt: on
_BEFORE: Final = "|".join(f"(?P<op{place}>{form})" for place, (_, form) in enumerate(_OPERATORS))
_MEASURE: Final = re.compile(
    rf"(?:(?:{_BEFORE}) )?(?<![\w/.,])(?:từ )?(?P<low>{_NUMBER})(?:(?: ?%)? ?(?:-|–"
    rf"|đến) ?(?P<high>{_NUMBER}))?(?![\w/]|[.,]\d)"
    rf"(?: ?(?P<unit>{_PER}|{_MONEY}))?(?P<after> trở (?:lên|xuống))?",
    re.IGNORECASE,
)
_COUNT_CUE: Final = re.compile(
    r"(?:đạt|là|có|còn|xuống|lên|tăng|giảm|thành lập|xây dựng|công nhận|hỗ trợ|tổ chức|thêm|duy trì"
    r"|đào tạo|phấn đấu|thoát|hoàn thành|trồng|mở|ít nhất|tối thiểu) $",
    re.IGNORECASE,
)
_NO_COUNT: Final = re.compile(r"(?:tuổi|tháng|năm|ngày|giờ|lần thứ|khóa|giai đoạn)(?!\w)", re.IGNORECASE)
_NOUN: Final = re.compile(r" ([^\W\d_]+)")


@dataclass(frozen=True, slots=True)
class Measure:
    """A value in a sentence and where it stands there, its operator words included."""

    op: str
    low: float
    high: float | None
    unit: str
    start: int
    end: int

    @property
    def value(self) -> float | list[float]:
        """Return one value, or the pair of a range."""
        return self.low if self.high is None else [self.low, self.high]


def measures(text: str, *, counts: bool) -> Iterator[Measure]:
    """Yield the shares and sums in a text, and with `counts` also numbers of things behind a verb of
    reaching.
    """
    for match in _MEASURE.finditer(text):
        unit, end = match["unit"], match.end()
        if not unit:
            noun = _counted(text, match) if counts else None
            if noun is None:
                continue
            unit, end = noun[1], noun.end()
        low, high = number(match["low"]), number(match["high"]) if match["high"] else None
        if high is not None and high < low:
            continue
        yield Measure(_operator(match, high), low, high, re.sub(r"\s*/\s*", "/", unit), match.start(), end)


def number(text: str) -> float:
    """Return the value of a number written with dots for thousands and a comma for decimals."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", text):
        text = text.replace(".", "")
    value = float(text.replace(",", "."))
    return int(value) if value == int(value) else value


def _operator(match: re.Match[str], high: float | None) -> str:
    """Return the operator of a measure."""
    if high is not None:
        return "between"
    after = (match["after"] or "").strip().lower()
    if after:
        return ">=" if after.endswith("lên") else "<="
    return next((op for place, (op, _) in enumerate(_OPERATORS) if match[f"op{place}"]), "=")


def _counted(text: str, match: re.Match[str]) -> re.Match[str] | None:
    """Return the noun a bare number counts, None when the number is a year, an age or part of a name."""
    noun = _NOUN.match(text, match.end("high") if match["high"] else match.end("low"))
    if noun is None or _NO_COUNT.match(noun[1]) or re.fullmatch(r"(?:19|20)\d\d", match["low"]):
        return None
    has_operator = any(match[f"op{place}"] for place in range(len(_OPERATORS)))
    return noun if has_operator or _COUNT_CUE.search(text[: match.start("low")][-14:]) else None
