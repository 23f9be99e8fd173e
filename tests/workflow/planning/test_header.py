"""The header of a plan: each field from the place where documents write it, and null where they do not."""

from __future__ import annotations

from typing import Any

import pytest

from documents.readers import Unreadable
from workflow.planning.reading import NUMBER_BLANK, SEVERAL_PLANS, read

HEAD = """| UBND TỈNH HOA SEN<br>SỞ NỘI VỤ | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>Độc lập - Tự do - Hạnh phúc |
|---|---|
| Số: 07/KH-SNV | Hoa Sen, ngày 05 tháng 01 năm 2022 |

KẾ HOẠCH

Cải cách hành chính năm 2022

Căn cứ Nghị quyết số 76/NQ-CP ngày 15/7/2021 của Chính phủ;

Thực hiện Kết luận số 12-KL/TU ngày 02/12/2021 của Tỉnh ủy, Sở Nội vụ ban hành Kế hoạch như sau:

I. NHIỆM VỤ

1. Rà soát thủ tục hành chính theo Quyết định số 468/QĐ-TTg.

"""
SIGNED = """| Nơi nhận: - UBND tỉnh; - Các phòng; - Lưu: VT, CCHC. | KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC Trần Thị Ngọc Ánh |
|---|---|
"""


def plan(text: str) -> dict[str, Any]:
    found: dict[str, Any] = read(text.encode(), "plan.md")["plan"]
    return found


def test_every_field_is_read_from_its_place() -> None:
    assert plan(HEAD + SIGNED) == {
        "kind": "Kế hoạch", "number": 7, "symbol": "KH-SNV", "place": "Hoa Sen",
        "issued": {"year": 2022, "month": 1, "day": 5}, "title": "Cải cách hành chính năm 2022",
        "issuing_body": "Sở Nội vụ", "superior_body": "UBND TỈNH HOA SEN",
        "signer_position": "PHÓ GIÁM ĐỐC", "signer_name": "Trần Thị Ngọc Ánh", "sign_for": "KT. GIÁM ĐỐC",
        "basis_numbers": ["76/NQ-CP", "12-KL/TU"], "cited_numbers": ["76/NQ-CP", "12-KL/TU", "468/QĐ-TTg"],
        "recipients": ["UBND tỉnh", "Các phòng", "Lưu: VT, CCHC"], "filing": "VT, CCHC",
        "horizon": {"from": "2022-01-01", "to": "2022-12-31"}, "issued_by_document": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "number", "symbol"),
    [
        ("Số: 773 /QĐ-TTg", 773, "QĐ-TTg"),
        ("Số:      /KH-BDT", None, "KH-BDT"),
        ("Số: ..../KH-BDT", None, "KH-BDT"),
        ("Số 3260-KH/ĐĐQH15", 3260, "KH/ĐĐQH15"),
        ("Số: 05/2025/QĐ-UBND", 5, "2025/QĐ-UBND"),
        ("Số: 252/KH-BCĐQG1237", 252, "KH-BCĐQG1237"),
    ],
)
def test_number_and_sign_are_read_also_blank_and_in_the_form_of_the_party(
    line: str, number: int | None, symbol: str
) -> None:
    found = plan(HEAD.replace("Số: 07/KH-SNV", line))
    assert (found["number"], found["symbol"]) == (number, symbol)


@pytest.mark.parametrize(
    ("line", "issued"),
    [
        ("Hà Nội, ngày 26 tháng 0 6 năm 2018", {"year": 2018, "month": 6, "day": 26}),
        ("Lạng Sơn, ngày      tháng 11 năm 2021", {"year": 2021, "month": 11, "day": None}),
        ("Lạng Sơn, ngày … tháng … năm 2021", {"year": 2021, "month": None, "day": None}),
        ("Lạng Sơn, ngày 99 tháng 77 năm 2021", {"year": 2021, "month": None, "day": None}),
    ],
)
def test_the_day_is_read_with_stray_blanks_and_stays_open_where_it_is_blank(
    line: str, issued: dict[str, int | None]
) -> None:
    assert plan(HEAD.replace("Hoa Sen, ngày 05 tháng 01 năm 2022", line))["issued"] == issued


@pytest.mark.parametrize(
    ("signed", "sign_for", "position", "name"),
    [
        (
            "TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH PHÓ CHỦ TỊCH Lê Văn Tám",
            "TM. ỦY BAN NHÂN DÂN; KT. CHỦ TỊCH",
            "PHÓ CHỦ TỊCH",
            "Lê Văn Tám",
        ),
        ("TM. ỦY BAN NHÂN DÂN CHỦ TỊCH Lê Văn Tám", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Lê Văn Tám"),
        ("TL. CHỦ TỊCH CHÁNH VĂN PHÒNG Lê Văn Tám", "TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG", "Lê Văn Tám"),
        ("TUQ. GIÁM ĐỐC TRƯỞNG PHÒNG Lê Văn Tám", "TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG", "Lê Văn Tám"),
        ("TRƯỞNG BAN (Đã ký) Lê Văn Tám", None, "TRƯỞNG BAN", "Lê Văn Tám"),
        ("TRƯỞNG BAN", None, "TRƯỞNG BAN", None),
    ],
)
def test_who_signs_is_told_from_whom_he_signs_for(
    signed: str, sign_for: str | None, position: str, name: str | None
) -> None:
    found = plan(HEAD + f"| Nơi nhận: - Như trên; - Lưu: VT. | {signed} |\n|---|---|\n")
    assert (found["sign_for"], found["signer_position"], found["signer_name"]) == (sign_for, position, name)


def test_a_plan_put_in_force_by_a_decision_takes_number_day_and_signer_from_it() -> None:
    decision = HEAD.replace("07/KH-SNV", "15/QĐ-SNV").split("KẾ HOẠCH\n")[0] + (
        "QUYẾT ĐỊNH\n\nBan hành Kế hoạch công tác\n\nQUYẾT ĐỊNH:\n\n"
        "Điều 1. Ban hành kèm theo Quyết định"
        " này Kế hoạch.\n\n"
    )
    text = decision + SIGNED + "\nKẾ HOẠCH\n\nCông tác dân vận\n\nI. NHIỆM VỤ\n\n1. Tổ chức tuyên truyền.\n"
    found = plan(text)
    assert (found["kind"], found["number"], found["symbol"], found["title"]) == (
        "Kế hoạch",
        15,
        "QĐ-SNV",
        "Công tác dân vận",
    )
    assert found["issued_by_document"] == {"kind": "Quyết định", "number": 15, "symbol": "QĐ-SNV"}
    assert found["signer_name"] == "Trần Thị Ngọc Ánh"


def test_what_a_document_does_not_say_is_null() -> None:
    found = read("I. NHIỆM VỤ\n\n1. Tổ chức hội nghị.\n".encode(), "plan.txt")["plan"]
    empty = {"year": None, "month": None, "day": None}
    assert {value if not isinstance(value, list) else None for name, value in found.items() if name != "issued"} == {
        None
    }
    assert found["issued"] == empty


def test_the_time_of_a_document_the_title_names_is_not_the_plans_own() -> None:
    title = "Thực hiện Nghị quyết Đại hội nhiệm kỳ 2020-2025 và Đề án giai đoạn 2021-2030"
    assert plan(HEAD.replace("Cải cách hành chính năm 2022", title))["horizon"] is None


@pytest.mark.parametrize("mark", ["MẬT", "TỐI MẬT", "TUYỆT MẬT", "Tối mật", "Độ mật: Mật"])
@pytest.mark.parametrize("place", ["Số: 07/KH-SNV", "KẾ HOẠCH\n"])
def test_a_document_marked_secret_is_refused(mark: str, place: str) -> None:
    text = HEAD.replace(place, f"{place}<br>{mark}" if "Số" in place else f"{mark}\n\n{place}", 1)
    with pytest.raises(Unreadable) as refused:
        read(text.encode(), "plan.md")
    assert refused.value.code == "secret"


def test_a_plan_about_protecting_secrets_is_no_secret() -> None:
    text = HEAD.replace("Cải cách hành chính năm 2022", "BẢO VỆ BÍ MẬT NHÀ NƯỚC, BẢO MẬT THÔNG TIN")
    assert plan(text)["title"] == "BẢO VỆ BÍ MẬT NHÀ NƯỚC, BẢO MẬT THÔNG TIN"


def test_a_blank_number_and_a_second_plan_in_the_file_are_pointed_out() -> None:
    text = HEAD.replace("07/KH", "/KH") + "\nKẾ HOẠCH\n\nHai\n"
    problems = [problem["what"] for problem in read(text.encode(), "plan.md")["problems"]]
    assert {NUMBER_BLANK, SEVERAL_PLANS} <= set(problems)
