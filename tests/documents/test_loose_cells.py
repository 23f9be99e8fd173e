"""Letterheads copied from web pages, whose cells lost their table."""

from __future__ import annotations

from documents.readers import text
from workflow.planning.reading import read

COPIED = """ỦY
BAN NHÂN DÂN
TỈNH TÂN HÀ
-------
|
CỘNG
HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
|
Số:
24/KH-UBND
|
Tân
Hà, ngày 23 tháng 01 năm 2026
|
KẾ HOẠCH
TRIỂN
KHAI CHƯƠNG TRÌNH NƯỚC SẠCH NÔNG
THÔN NĂM 2026
I. NHIỆM VỤ
1. Sở Xây dựng chủ trì rà soát các công trình, hoàn
thành trước ngày 30/6/2026.
"""


def test_the_cells_of_a_letterhead_copied_from_the_web_are_whole_again() -> None:
    words = [piece.text for piece in text.pieces(COPIED.encode())]
    assert words[:5] == [
        "ỦY BAN NHÂN DÂN TỈNH TÂN HÀ",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 24/KH-UBND",
        "Tân Hà, ngày 23 tháng 01 năm 2026",
    ]


def test_a_plan_copied_from_the_web_keeps_number_day_and_body() -> None:
    plan = read(COPIED.encode(), "ke-hoach.txt")["plan"]
    assert (plan["kind"], plan["number"], plan["symbol"], plan["place"]) == ("Kế hoạch", 24, "KH-UBND", "Tân Hà")
    assert plan["issued"] == {"year": 2026, "month": 1, "day": 23}
    assert plan["issuing_body"] == "Ủy ban nhân dân tỉnh Tân Hà"


def test_one_bar_alone_parts_nothing() -> None:
    assert next(piece.text for piece in text.pieces(b"a b\n|\nc d\n")) == "a b"
