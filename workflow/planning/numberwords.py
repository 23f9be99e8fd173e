"""Numbers written in words: "hai mươi", "mười lăm", "một trăm", before the units of time and of counting."""

from __future__ import annotations

import re
from typing import Final

# fmt: off
_ONES: Final = {"một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6, "bảy": 7,
                "bẩy": 7, "tám": 8, "chín": 9}
# fmt: on
_ONE: Final = "|".join(_ONES)
_WORDS: Final = (
    rf"(?:(?:{_ONE}) trăm(?: (?:(?:linh|lẻ) (?:{_ONE})|(?:{_ONE}) mươi(?: (?:{_ONE}))?|mười(?: (?:{_ONE}))?))?"
    rf"|(?:{_ONE}) mươi(?: (?:{_ONE}))?|mười(?: (?:{_ONE}))?|{_ONE})"
)
NUMBER_WORDS: Final = re.compile(_WORDS)
_UNITS: Final = r"(?:ngày làm việc|ngày|tuần|tháng|năm|giờ|quý|lần)"
_BEFORE_UNIT: Final = re.compile(
    rf"(?<!\w)(?<!hằng )(?<!mỗi )(?<!tháng )(?<!thứ )(?<!từng )(?<!trong )({_WORDS}) (?={_UNITS}(?!\w)(?! \d))"
)
_FIVE_BEHIND_IN: Final = re.compile(r"(?<=trong )(một|năm|hai|ba|bốn|sáu|mười) (?=(?:ngày|tuần|tháng)(?!\w)(?! \d))")
_TIMES: Final = re.compile(rf"(?<!\w)({_ONE}) (?=lần(?!\w))")


def value_of(words: str) -> int:
    """Return the number that number words mean."""
    total = 0
    hundreds, _, rest = words.rpartition("trăm")
    if hundreds.strip():
        total += 100 * _ONES[hundreds.strip()]
    rest = rest.replace("linh", "").replace("lẻ", "").strip()
    if "mươi" in rest:
        tens, _, rest = rest.partition("mươi")
        total += 10 * _ONES[tens.strip()]
    elif rest.startswith("mười"):
        total, rest = total + 10, rest[len("mười") :]
    return total + _ONES.get(rest.strip(), 0)


def in_digits(text: str) -> str:
    """Return plain words with number words before a unit of time in digits: "mười lăm ngày" is "15 ngày"."""
    for form in (_BEFORE_UNIT, _FIVE_BEHIND_IN, _TIMES):
        text = form.sub(lambda match: f"{value_of(match[1])} ", text)
    return text
