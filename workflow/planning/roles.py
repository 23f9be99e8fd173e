"""What a section is for, told by its heading: tasks, targets, or neither."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What the points of a section are."""

    TASKS = "tasks"
    OBJECTIVE = "objective"
    PURPOSE = "purpose"
    FUNDING = "funding"


# The first row that fits decides; a heading that fits none leaves the role of the section around it.
# fmt: off
_TABLE: Final = (
    (Role.PURPOSE,   re.compile(r"(?:về )?(?:mục đích|sự cần thiết|căn cứ|cơ sở (?:pháp lý|chính trị"
                                r"|thực tiễn)|quan điểm|nguyên tắc|phương châm|bối cảnh|khái quát|đặc điểm"
                                r"|tình hình|thực trạng|kết quả (?:đạt được|thực hiện)"
                                r"|đánh giá (?:tình hình|thực trạng|kết quả|chung)|phạm vi|đối tượng"
                                r"|giải thích|tồn tại|hạn chế|nguyên nhân)")),
    (Role.PURPOSE,   re.compile(r"(?:các |một số )?yêu cầu(?: chung| cụ thể| chủ yếu)?$")),
    (Role.FUNDING,   re.compile(r"(?:về )?(?:nguồn )?(?:kinh phí|dự toán|nguồn vốn|nguồn lực tài chính"
                                r"|cơ chế tài chính)")),
    (Role.TASKS,     re.compile(r".*(?:nhiệm vụ|giải pháp|tổ chức thực hiện|tổ chức triển khai|phân công"
                                r"|nội dung (?:thực hiện|công việc|trọng tâm|cụ thể)|trách nhiệm)")),
    (Role.OBJECTIVE, re.compile(r"(?:các |một số |về |những )?(?:mục tiêu|chỉ tiêu)")),
)
# fmt: on
_MIXED: Final = re.compile(r"nhiệm vụ|giải pháp|nội dung")
# What looks back or gives reasons orders nothing, whatever else its heading names.
_LOOKS_BACK: Final = re.compile(
    r"(?:về )?(?:căn cứ|cơ sở|kết quả|đánh giá|tồn tại|hạn chế|nguyên nhân|thực trạng|sự cần thiết|tình"
    r" hình (?:thực hiện|triển khai))"
)
_REVIEWS: Final = re.compile(
    r"đánh giá (?:công tác|việc|hoạt động|tháng|quý|năm|kết quả)|kiểm điểm|tình hình(?! và nhiệm vụ)"
)
_HEADS: Final = re.compile(
    r"(?:các |một số |những |về )?(?:mục đích|yêu cầu(?! (?!chung|cụ thể|và|về|nội dung))|mục tiêu|chỉ"
    r" tiêu|quan điểm|nguyên tắc|nội dung|nhiệm vụ|giải pháp|tổ chức thực hiện|tổ chức triển khai"
    r"|phân công|kinh phí|nguồn kinh phí|căn cứ|phương hướng|đặc điểm|tình hình|đánh giá|kết quả|bối cảnh"
    r"|sự cần thiết|thời gian|đối tượng|phạm vi|trách nhiệm)(?!\w)"
    r"[^.:;!?]*[.:]?",
    re.IGNORECASE,
)
_HEADING_WORDS: Final = 12


def heads_section(text: str) -> bool:
    """Tell whether a line without a number can only be a heading: "TỔ CHỨC THỰC HIỆN", "Mục đích, yêu cầu"."""
    words = text.strip()
    if not words[:1].isupper() or not _HEADS.fullmatch(words):
        return False
    return words.isupper() or (1 < len(words.split()) <= _HEADING_WORDS and not words.endswith((":", ".")))


def role_of(heading: str, around: Role, *, main: bool) -> Role:
    """Return what a section with this heading is for, within a section of another role; `main` is a section of
    the document itself.
    """
    words = heading.lower().strip(" .:")
    if main and _REVIEWS.match(words):
        return Role.PURPOSE
    for role, form in _TABLE:
        if form.match(words):
            is_mixed = role in {Role.PURPOSE, Role.OBJECTIVE} and _MIXED.search(words) and not _LOOKS_BACK.match(words)
            return Role.TASKS if is_mixed else role
    return around
