"""Measures in targets: operator, one or two values and the unit, as plans write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from workflow.planning.numberwords import NUMBER_WORDS, value_of

_NUMBER: Final = r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d{1,3}(?: \d{3})+(?!\d)|\d{1,12}(?:[,.]\d{1,4})?"
_NO_SUM: Final = r"(?! (?:lệ|trọng|suất|số|giá|phú))"
_MONEY: Final = (
    r"(?:(?:nghìn|ngàn|trăm|triệu|tỷ|tỉ) ){0,2}(?:đồng|USD|VNĐ|đô la)(?:/[^\s,;.()/]+(?: [^\s,;.()/\d]+)?){0,2}"
)
# fmt: off
_THINGS: Final = (
    "công trình|mô hình|tổ hợp tác|hợp tác xã|lao động|doanh nghiệp|sản phẩm|dự án|đề án|lớp|cơ sở|đơn vị"
    "|cán bộ|học sinh"
    "|sinh viên|đại biểu|hội viên|chỉ tiêu|căn nhà|ngôi nhà|căn hộ|làng nghề|khu dân cư|điểm phần trăm"
    "|giường bệnh|bác sĩ"
    "|km2|km²|km|ha|hecta|m2|m²|m3|m³|MW|kWh|tấn|tạ|lượt|hộ|xã|thôn|bản|người|trường|căn|ngôi|giường|con|cây|máy|cuộc"
    "|vụ|hồ sơ|văn bản|câu lạc bộ|chuyên đề|tuyến|điểm|trạm|làng|tổ|đội"
)
# fmt: on
_UNIT: Final = (
    rf"(?:%|phần trăm)(?: ?/ ?(?:năm|tháng|quý))?|{_MONEY}"
    rf"|(?:(?:nghìn|ngàn|vạn|triệu|tỷ|tỉ) )?(?:{_THINGS})(?!\w)(?: ?/ ?(?:năm|tháng|quý|vạn dân|xã|huyện|ha|người))?"
    rf"|lần(?!\w)|(?:triệu|tỷ|tỉ){_NO_SUM}(?! \d)"
)
_COUNTED: Final = re.compile(rf"(?:(?:nghìn|ngàn|vạn|triệu|tỷ|tỉ) )?(?:{_THINGS})(?!\w)", re.IGNORECASE)
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
    rf"(?:(?:{_BEFORE}) )?(?<![\w/.,-])(?:từ )?(?P<low>{_NUMBER})(?:(?: ?%)? ?(?:-|–"
    rf"|đến) ?(?P<high>{_NUMBER}))?(?![\w/]|[.,]\d)"
    rf"(?: ?(?P<unit>{_UNIT}))?(?P<after> trở (?:lên|xuống))?",
    re.IGNORECASE,
)
_WORDED: Final = re.compile(
    rf"(?:(?:{_BEFORE}) )?(?<!\w)(?:(?P<half>một nửa|1/2)(?: tổng)?(?= số )|(?P<part>[1-9])/(?P<whole>[2-9]"
    rf"|10)(?= (?:tổng )?số )"
    rf"|gấp (?P<fold>đôi|{NUMBER_WORDS.pattern}|\d{{1,2}}(?:,\d)?)(?: lần)?(?!\w)"
    rf"|(?P<words>{NUMBER_WORDS.pattern}) (?P<thing>{_THINGS})(?!\w))",
    re.IGNORECASE,
)
_COUNT_CUE: Final = re.compile(
    r"(?:đạt|là|có|còn|xuống|lên|tăng|giảm|thành lập|xây dựng|công nhận|hỗ trợ|tổ chức|thêm|duy trì"
    r"|đào tạo|phấn đấu|thoát|hoàn thành|trồng|mở|ít nhất|tối thiểu) $",
    re.IGNORECASE,
)
_NO_COUNT: Final = re.compile(
    r"(?:tuổi|tháng|năm|ngày|giờ|lần thứ|lần|khóa|giai đoạn|cấp|tỷ|tỉ|và|đến|thì|phải)(?!\w)", re.IGNORECASE
)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
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
    worded = list(_worded(text)) if counts else []
    taken = [(each.start, each.end) for each in worded]
    plain = (each for match in _MEASURE.finditer(text) if (each := _measure(text, match, counts=counts)))
    found = [each for each in plain if not any(start < each.end and each.start < end for start, end in taken)]
    yield from sorted([*found, *worded], key=lambda each: each.start)


def _measure(text: str, match: re.Match[str], *, counts: bool) -> Measure | None:
    """Return the measure of digits, None when they count nothing that is a target."""
    unit, end = match["unit"], match.end()
    is_year = _YEAR.fullmatch(match["low"]) is not None and match["high"] is None
    if unit and is_year and text[: match.start("low")].endswith("năm "):
        return None
    if not unit or (_COUNTED.match(unit) and not counts) or unit.lower() == "lần":
        noun = _counted(text, match) if counts and not unit else None
        if noun is None:
            return None
        unit, end = noun[1], noun.end()
    low, high = number(match["low"]), number(match["high"]) if match["high"] else None
    if high is not None and high < low:
        return None
    unit = re.sub(r"\s*/\s*", "/", unit.replace("phần trăm", "%") if unit.startswith("phần") else unit)
    return Measure(_operator(match, high), low, high, unit, match.start(), end)


def _worded(text: str) -> Iterator[Measure]:
    """Yield measures in words: "hai mươi xã", "một nửa số hộ", "2/3 số xã", "gấp đôi"."""
    for match in _WORDED.finditer(text):
        if match["half"] or match["part"]:
            share = 0.5 if match["half"] else int(match["part"]) / int(match["whole"])
            low, unit = round(100 * share, 2), "%"
        elif match["fold"]:
            low, unit = _folded(match["fold"].lower()), "lần"
        else:
            low, unit = float(value_of(match["words"].lower())), match["thing"]
            if not _named_op(match) and not _COUNT_CUE.search(text[: match.start("words")][-14:]):
                continue
        whole = int(low) if low == int(low) else low
        yield Measure(_named_op(match) or "=", whole, None, unit, match.start(), match.end())


def _folded(words: str) -> float:
    """Return how many times more: đôi is twice."""
    return 2 if words == "đôi" else number(words) if words[0].isdigit() else value_of(words)


def number(text: str) -> float:
    """Return the value of a number written with dots or blanks for thousands and a comma for decimals."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", text):
        text = text.replace(".", "")
    value = float(text.replace(" ", "").replace(",", "."))
    return int(value) if value == int(value) else value


def _operator(match: re.Match[str], high: float | None) -> str:
    """Return the operator of a measure."""
    if high is not None:
        return "between"
    after = (match["after"] or "").strip().lower()
    if after:
        return ">=" if after.endswith("lên") else "<="
    return _named_op(match) or "="


def _named_op(match: re.Match[str]) -> str | None:
    """Return the operator whose words stand before a value."""
    return next((op for place, (op, _) in enumerate(_OPERATORS) if match[f"op{place}"]), None)


def _counted(text: str, match: re.Match[str]) -> re.Match[str] | None:
    """Return the noun a bare number counts, None when the number is a year, an age or part of a name."""
    noun = _NOUN.match(text, match.end("high") if match["high"] else match.end("low"))
    if noun is None or _NO_COUNT.match(noun[1]) or _YEAR.fullmatch(match["low"]):
        return None
    return noun if _named_op(match) or _COUNT_CUE.search(text[: match.start("low")][-14:]) else None
