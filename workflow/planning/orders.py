"""Which words order something: a point is a task only when it does."""

from __future__ import annotations

import re
from typing import Final

from workflow.planning.fields import Field, label_of
from workflow.planning.names import actor, whole_name
from workflow.planning.verbs import begins_action

CLOSING: Final = re.compile(
    r"(?:trên đây|trong quá trình (?:tổ chức |triển khai |thực hiện)"
    r"|(?:kế hoạch|quyết định|chỉ thị|nghị quyết|quy chế|quy định|chương trình|thông báo|hướng dẫn|đề án)"
    r" này (?:có hiệu lực"
    r"|thay thế|được|áp dụng)|.{0,400}thi hành (?:quyết định|nghị quyết|thông tư|nghị định) này\W*$|"
    r"(?:văn phòng|thừa lệnh).{0,80}(?:xin )?thông báo.{0,300}(?:biết|thực hiện)\W*$|yêu cầu (?:các|thủ"
    r" trưởng|lãnh đạo|giám đốc|chủ tịch)|nhận được (?:kế hoạch|văn bản)|"
    r"đề nghị (?:các|thủ trưởng|lãnh đạo).{0,300}(?:nghiêm túc|triển khai thực hiện)\W*$)",
    re.IGNORECASE,
)  # fmt: skip
POINTS_TO_ANNEX: Final = re.compile(
    r"\(?(?:(?:có|xem|theo) (?:các )?(?:phụ lục|biểu|bảng)|(?:có|xem|theo)? ?(?:chi tiết|cụ thể|danh mục"
    r"|nội dung|phân công|các nhiệm vụ|nhiệm vụ)[^.]{0,120}(?:phụ lục|biểu"
    r"|bảng))[^.]{0,60}\)?\W*$",
    re.IGNORECASE,
)
_NO_ORDER: Final = re.compile(
    r"(?:\(|nhiệm vụ cụ thể|nội dung[^:]{0,60}:|chi tiết|khuyến khích|kinh phí|nguồn kinh phí|ghi chú"
    r"|lưu ý|thời gian|địa điểm|gồm|bao gồm|cụ thể|riêng|ngoài ra|"
    r"\d+(?:[.,]\d+)* ?%|tỷ lệ|số lượng|phấn đấu|http|www)",
    re.IGNORECASE,
)
_FUNDING: Final = re.compile(
    r"(?:lập dự toán|thẩm định|tham mưu|trình|hướng dẫn|tổng hợp|phân bổ|cân đối|quyết toán|thanh toán|cấp phát)(?!\w)"
)
_MEASURE: Final = re.compile(r"\d ?%")
_LEVEL: Final = re.compile(
    r"(?:đến (?:hết |cuối )?năm|phấn đấu|\d+(?:[.,]\d+)* ?%|trên \d|năm \d{4} đạt|tỷ lệ)", re.IGNORECASE
)
_REPORTS: Final = re.compile(r"báo cáo", re.IGNORECASE)


def orders(text: str, *, numbered: bool, led: bool) -> bool:
    """Tell whether a point of a section of tasks orders something.

    A numbered point does unless its form says otherwise; a bare paragraph must begin with a verb, name who
    acts, or stand under somebody's name (`led`).
    """
    if (
        not any(letter.isalpha() for letter in text)
        or _NO_ORDER.match(text)
        or is_level(text)
        or POINTS_TO_ANNEX.fullmatch(text)
        or CLOSING.match(text)
    ):
        return False
    if whole_name(text) and not begins_action(text):
        return False
    return numbered or led or begins_action(text) or actor(text) is not None or text[:4].lower() == "giao"


def funds(text: str) -> bool:
    """Tell whether a point about money orders somebody to do something, and does not only say who pays."""
    return _FUNDING.search(text) is not None and (text[:5].lower() == "giao " or actor(text) is not None)


def acts(text: str) -> bool:
    """Tell whether the text begins with an action or with who acts."""
    words = re.sub(
        r"^(?:(?:đến|trong|trước|từ|năm|quý|tháng|hằng|hàng|định kỳ)[^,:]{0,40}[,:] )",
        "",
        text,
        flags=re.IGNORECASE,
    )
    return (
        begins_action(words)
        or actor(text) is not None
        or (":" in text[:90] and (whole_name(text.partition(":")[0]) or label_of(text) == Field.TASK) is not None)
    )


def is_level(text: str) -> bool:
    """Tell whether the text sets a measured level and not an action: "Đến năm 2025, 100% …"."""
    return bool(_LEVEL.match(text) and _MEASURE.search(text))


def hidden_order(text: str) -> str | None:
    """Return the part of closing words that orders a report, None when they only close."""
    if not CLOSING.match(text) or not _REPORTS.search(text):
        return None
    match = re.search(r"(?:yêu cầu|đề nghị|giao) [^.]*báo cáo[^.]*", text, re.IGNORECASE)
    return match[0].strip(" ,;./") if match else None
