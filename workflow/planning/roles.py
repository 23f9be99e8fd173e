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


def role_of(heading: str, around: Role) -> Role:
    """Return what a section with this heading is for, within a section of another role."""
    words = heading.lower().strip(" .:")
    for role, form in _TABLE:
        if form.match(words):
            return Role.TASKS if role in {Role.PURPOSE, Role.OBJECTIVE} and _MIXED.search(words) else role
    return around
