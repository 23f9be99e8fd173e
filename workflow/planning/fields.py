"""Fields that plans write with a label: lead, coordinators, time, product, and the task itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Field(StrEnum):
    """What a label announces."""

    LEAD = "lead"
    DOER = "doer"
    WITH = "with"
    TIME = "time"
    PRODUCT = "product"
    PERSON = "person"
    CHIEF = "chief"
    TASK = "task"
    ASIDE = "aside"


_WHO: Final = r"(?:các )?(?:cơ quan|đơn vị|bộ phận|phòng|sở, ngành|sở, ban, ngành|cấp)"
# The first row that fits is the field; "Cơ quan chủ trì, phối hợp" heads labelled lines and counts as the
# lead's.
# fmt: off
_TABLE: Final = (
    (Field.CHIEF,   r"(?:đồng chí )?lãnh đạo (?:ban |sở |phòng |đơn vị )?(?:phụ trách|chỉ đạo|theo dõi)"),
    (Field.LEAD,    rf"(?:{_WHO},? )?(?:được giao )?chủ trì(?:,? (?:và )?(?:phối hợp|thực hiện|tham mưu"
                    rf"|chỉ đạo|tham mưu thực hiện|thực hiện chính)){{0,2}}"
                    rf"(?: (?:các )?(?:mục|nội dung|phần|nhiệm vụ|điểm)(?: [\w.,]+){{0,3}})?"),
    (Field.WITH,    rf"(?:{_WHO},? )?(?:cùng )?phối hợp(?: (?:thực hiện|tham mưu|chính))?"),
    (Field.DOER,    rf"{_WHO} (?:chịu trách nhiệm )?(?:tổ chức )?(?:thực hiện|triển khai)|(?:phân công"
                    rf"|trách nhiệm|giao) thực hiện|đơn vị đầu mối|giao cho"),
    (Field.PERSON,  r"(?:người|cán bộ|công chức|chuyên viên)(?: được)? (?:thực hiện|phụ trách"
                    r"|chịu trách nhiệm|theo dõi|phân công)"),
    (Field.TIME,    r"(?:dự kiến )?(?:thời (?:gian|hạn|điểm)|tiến độ|lộ trình)(?: (?:tổ chức )?(?:thực"
                    r" hiện|hoàn thành|hoàn tất|triển khai|tiến hành|báo cáo|trình|ban hành))?(?:(?:,"
                    r"| và) (?:tiến độ|lộ trình|thời hạn))?(?: dự kiến| [\w/]+){0,4}|hạn (?:hoàn thành"
                    r"|thực hiện|chót)"),
    (Field.PRODUCT, r"(?:dự kiến )?(?:sản phẩm|kết quả)(?:(?:,| và|/) ?(?:kết quả"
                    r"|sản phẩm))?(?: (?:dự kiến|đầu ra|hoàn thành|cần đạt|đạt được|thực hiện|phải đạt"
                    r"|chủ yếu))?"),
    (Field.TASK,    r"(?:tên |các )?(?:nhiệm vụ|nội dung|công việc|hoạt động|đầu việc)(?: (?:thực hiện"
                    r"|công việc|nhiệm vụ|chủ yếu|cụ thể|trọng tâm))?(?:(?:,| và|/) ?(?:biện pháp"
                    r"|giải pháp|nhiệm vụ|nội dung|công việc))?(?: (?:thực hiện|chủ yếu|cụ thể))?"),
    (Field.ASIDE,   r"(?:địa điểm|thành phần|đối tượng|hình thức|phương thức|số lượng|quy mô|phạm vi"
                    r"|ghi chú|(?:nguồn )?kinh phí|nội dung|chương trình|tài liệu|số lớp"
                    r"|yêu cầu)(?: [\wÀ-ỹ]+){0,4}"),
)
# fmt: on
_WHOLE: Final = tuple((name, re.compile(form, re.IGNORECASE)) for name, form in _TABLE)
_BEFORE: Final = re.compile(r"(?:^|[.;,(]|\s[-–])\s*$")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label and the words behind it."""

    name: Field
    value: str
    start: int


def label_of(text: str) -> Field | None:
    """Return the field a line announces when it is a label, alone or with its value behind a colon."""
    label, _, _ = text.partition(":")
    return names_field(label) if ":" in text or len(text) < 80 else None


def names_field(label: str) -> Field | None:
    """Return the field the words are the label of, None for other words."""
    words = label.strip(" .:*()-–")
    return next((name for name, form in _WHOLE if form.fullmatch(words)), None) if len(words) < 90 else None


def parts(text: str) -> list[Labelled]:
    """Return the labelled parts of a line in order; the words before the first label are not among them."""
    found: list[tuple[Field, int, int]] = []
    colon = text.find(":")
    while colon >= 0:
        start = _label_start(text, colon, found[-1][2] if found else 0)
        name = names_field(text[start:colon]) if start is not None else None
        if name is not None and start is not None and (start == 0 or name not in {Field.TASK, Field.ASIDE}):
            found.append((name, start, colon + 1))
        colon = text.find(":", colon + 1)
    edges = [*(start for _, start, _ in found[1:]), len(text)]
    return [
        Labelled(name, _value(text[behind:edge]), start)
        for (name, start, behind), edge in zip(found, edges, strict=False)
    ]


def _value(text: str) -> str:
    """Return a value without the signs that part it from the next label; brackets it opened stay closed."""
    words = text.strip(" ;,-–/").removesuffix("(").strip(" ;,.")
    return words.removesuffix(")") if words.count(")") > words.count("(") else words


def _label_start(text: str, colon: int, floor: int) -> int | None:
    """Return where the label before a colon begins: at the line's start or behind a stop, at most 90 letters
    back.
    """
    low = max(floor, colon - 90)
    for sign in (".", ";", "(", ","):
        place = text.rfind(sign, low, colon)
        start = place + 1 if place >= 0 else (0 if low == 0 else None)
        if start is not None and names_field(text[start:colon]):
            return start + len(text[start:colon]) - len(text[start:colon].lstrip(" -–"))
    return 0 if floor == 0 and colon <= 90 else None
