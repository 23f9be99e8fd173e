"""Offices of those who sign, in capitals as they stand over a name."""

from __future__ import annotations

import re
from typing import Final

POSITION: Final = (
    r"(?:PHÓ |QUYỀN |THỨ )?(?:CHỦ TỊCH|CHỦ NHIỆM|TỔNG GIÁM ĐỐC|GIÁM ĐỐC|CỤC TRƯỞNG|CHI CỤC TRƯỞNG"
    r"|TỔNG CỤC TRƯỞNG|VỤ TRƯỞNG|BỘ TRƯỞNG|"
    r"THỨ TRƯỞNG|THỦ TƯỚNG|VIỆN TRƯỞNG|HIỆU TRƯỞNG|TỔNG KIỂM TOÁN|THỐNG ĐỐC|TƯ LỆNH|CHÍNH ỦY|CHÍNH UỶ"
    r"|CHỈ HUY TRƯỞNG|CHỈ HUY PHÓ|BÍ THƯ|TỔNG BIÊN TẬP|HẠT TRƯỞNG|TRẠM TRƯỞNG|ĐỘI TRƯỞNG|TỔNG THƯ KÝ|"
    r"TRƯỞNG (?:BAN|PHÒNG|ĐOÀN|TIỂU BAN|KHOA|TRẠM|CÔNG AN)|CHÁNH (?:VĂN PHÒNG|THANH TRA|ÁN)|TỔ TRƯỞNG)"
)
_OFFICE: Final = re.compile(rf"{POSITION}(?: [^\W\d_a-zà-ỹ,-]+){{0,8}}")


def is_office(text: str) -> bool:
    """Tell whether a line is an office and nothing else: "TRƯỞNG PHÒNG", "PHÓ CHỦ TỊCH THƯỜNG TRỰC"."""
    words = text.strip(" .*")
    return words.isupper() and _OFFICE.fullmatch(words) is not None
