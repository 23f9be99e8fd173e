"""Lines of an official document that always stand alone, and how a sentence ends."""

from __future__ import annotations

from typing import Final

ENDS: Final = (".", ":", ";", "!", "?", "…", ".)", "./")
TITLES: Final = frozenset({
    "KẾ HOẠCH", "QUYẾT ĐỊNH", "QUYẾT ĐỊNH:", "CHƯƠNG TRÌNH", "CHƯƠNG TRÌNH HÀNH ĐỘNG", "ĐỀ ÁN", "PHƯƠNG ÁN",
    "CHỈ THỊ", "NGHỊ QUYẾT", "HƯỚNG DẪN", "THÔNG BÁO", "CÔNG ĐIỆN", "BÁO CÁO", "PHỤ LỤC",
})  # fmt: skip
ALONE: Final = frozenset({
    "MẬT", "TỐI MẬT", "TUYỆT MẬT", "HỎA TỐC", "HOẢ TỐC", "KHẨN", "THƯỢNG KHẨN", "NƠI NHẬN:", "NƠI NHẬN",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM", "ĐỘC LẬP - TỰ DO - HẠNH PHÚC",
    "ĐẢNG CỘNG SẢN VIỆT NAM",
})  # fmt: skip
