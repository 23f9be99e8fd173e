"""Plans read into proposals: what is a task and what is not, who leads it, by when, and where it stands."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from workflow.planning.reading import ROWS_LEFT_OUT, WHO_LEADS, read

ROOT = Path(__file__).parents[3]
TOP = "KẾ HOẠCH\n\nCông tác năm 2022\n\nBan hành Kế hoạch như sau:\n\n"


def reading(body: str) -> dict[str, Any]:
    return read((TOP + body).encode(), "plan.md")


def tasks(body: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = reading(body)["tasks"]
    return found


def texts(body: str) -> list[str]:
    return [task["text"] for task in tasks(body)]


def only(body: str) -> dict[str, Any]:
    found = tasks(body)
    assert len(found) == 1, [task["text"] for task in found]
    return found[0]


# --- what is a task ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading",
    [
        "MỤC ĐÍCH", "YÊU CẦU", "MỤC ĐÍCH, YÊU CẦU", "CĂN CỨ PHÁP LÝ", "QUAN ĐIỂM", "TÌNH HÌNH CHUNG",
        "KINH PHÍ THỰC HIỆN", "NGUỒN KINH PHÍ", "PHẠM VI, ĐỐI TƯỢNG",
    ],
)  # fmt: skip
def test_purposes_requirements_grounds_and_funds_hold_no_tasks(heading: str) -> None:
    assert texts(f"I. {heading}\n\n1. Tổ chức tuyên truyền sâu rộng.\n\n- Sở Y tế kiểm tra cơ sở.\n") == []


@pytest.mark.parametrize(
    "heading", ["NHIỆM VỤ", "NHIỆM VỤ, GIẢI PHÁP", "NỘI DUNG", "CÔNG TÁC TUYÊN TRUYỀN", "TỔ CHỨC THỰC HIỆN"]
)
def test_points_of_the_other_sections_are_tasks(heading: str) -> None:
    assert texts(f"I. {heading}\n\n1. Tổ chức hội nghị.\n\na) Lập danh sách.\n\n- Rà soát hồ sơ.\n") != []


def test_a_requirement_below_a_section_of_purposes_stays_one_and_a_section_of_tasks_beside_it_does_not() -> None:
    body = "I. MỤC ĐÍCH, YÊU CẦU\n\n1. Yêu cầu\n\n- Bảo đảm tiến độ.\n\nII. NHIỆM VỤ\n\n- Lập danh sách.\n"
    assert texts(body) == ["Lập danh sách."]


@pytest.mark.parametrize(
    "words",
    [
        "Trên đây là Kế hoạch công tác năm 2022 của Ban./.",
        "Trong quá trình thực hiện, nếu có vướng mắc, các phòng phản ánh về Văn phòng để tổng hợp./.",
        "Yêu cầu các phòng, đơn vị nghiêm túc thực hiện./.",
    ],
)
def test_closing_words_are_no_task(words: str) -> None:
    assert texts(f"I. NHIỆM VỤ\n\n1. Tổ chức hội nghị.\n\n{words}\n") == ["Tổ chức hội nghị."]


def test_closing_words_that_order_a_report_hide_a_task_and_a_report() -> None:
    words = "Trên đây là Kế hoạch năm 2022; yêu cầu các phòng báo cáo kết quả về Văn phòng trước ngày 15/12/2022./."
    found = reading(f"I. NHIỆM VỤ\n\n1. Tổ chức hội nghị.\n\n{words}\n")
    assert found["tasks"][1]["meaning"]["due"] == "2022-12-15"
    assert [(each["from"], each["to"], each["deadline"]) for each in found["reports"]] == [
        ("các phòng", "Văn phòng", "trước ngày 15/12/2022")
    ]


def test_a_group_is_no_task_but_its_points_are() -> None:
    body = (
        "I. NHIỆM VỤ\n\na) Công tác tuyên truyền:\n\n- Tổ chức hội nghị.\n\n-"
        " Phát động phong trào:\n\n+ Treo băng rôn.\n\n+ Tổ chức thi.\n"
    )
    assert texts(body) == ["Tổ chức hội nghị.", "Treo băng rôn.", "Tổ chức thi."]


def test_a_paragraph_under_a_letter_belongs_to_it() -> None:
    task = only("I. NHIỆM VỤ\n\na) Thành lập tổ công tác.\n\nThành phần tổ do Văn phòng đề xuất.\n")
    assert task["text"] == "Thành lập tổ công tác. Thành phần tổ do Văn phòng đề xuất."


def test_points_that_only_list_things_stay_with_the_task_above_them() -> None:
    assert len(tasks("I. NHIỆM VỤ\n\na) Xây dựng các văn bản sau:\n\n- Quy chế làm việc;\n\n- Lịch công tác.\n")) == 1


def test_under_objectives_a_lettered_verb_is_a_task_and_prose_is_an_objective() -> None:
    body = "I. MỤC TIÊU\n\nNâng cao đời sống.\n\na) Xây dựng cơ sở dữ liệu.\n\nb) 100% xã có đường.\n"
    found = reading(body)
    assert [task["text"] for task in found["tasks"]] == ["Xây dựng cơ sở dữ liệu."]
    assert [clause["kind"] for clause in found["clauses"]] == ["heading", "objective", "task", "target"]


# --- who ---------------------------------------------------------------------------------------------------------

# words of a task under "1. Phòng Nội vụ" -> lead, coordinators
DUTIES: list[tuple[str, list[str], list[str]]] = [
    ("Lập danh sách.", ["Phòng Nội vụ"], []),
    ("Chủ trì, phối hợp với Sở Y tế, UBND cấp xã tổ chức khám.", ["Phòng Nội vụ"], ["Sở Y tế", "UBND cấp xã"]),
    ("Phối hợp với Sở Y tế tổ chức khám.", ["Sở Y tế"], ["Phòng Nội vụ"]),
    ("Phối hợp với các cơ quan liên quan tổ chức khám.", [], ["Phòng Nội vụ"]),
    ("Phối hợp tổ chức khám.", ["Phòng Nội vụ"], []),
    ("Thanh tra Sở kiểm tra việc thực hiện.", ["Thanh tra Sở"], []),
    ("Tổ chức khám (Giao Sở Y tế chủ trì, phối hợp với Công an tỉnh).", ["Sở Y tế"], ["Công an tỉnh"]),
    ("Tổ chức khám (Đơn vị chủ trì: Sở Y tế; đơn vị phối hợp: Công an tỉnh).", ["Sở Y tế"], ["Công an tỉnh"]),
    ("Giao Văn phòng tổng hợp.", ["Văn phòng"], []),
]  # fmt: skip


@pytest.mark.parametrize(("words", "lead", "coordinators"), DUTIES)
def test_who_leads_and_who_coordinates_is_what_the_words_say(
    words: str, lead: list[str], coordinators: list[str]
) -> None:
    task = only(f"I. TỔ CHỨC THỰC HIỆN\n\n1. Phòng Nội vụ\n\n- {words}\n")
    assert (task["lead"], task["coordinators"]) == (lead, coordinators)


def test_where_the_text_leaves_the_lead_open_it_is_asked() -> None:
    found = reading("I. TỔ CHỨC THỰC HIỆN\n\n1. Phòng Nội vụ\n\n- Phối hợp với các đơn vị liên quan lập danh sách.\n")
    assert [question["ask"] for question in found["questions"]] == [WHO_LEADS]


def test_bodies_outside_are_invited() -> None:
    task = only(
        "I. TỔ CHỨC THỰC HIỆN\n\n1. Đề nghị Ủy ban Mặt trận Tổ quốc tỉnh chủ trì, phối hợp với Hội Nông dân giám sát.\n"
    )
    assert task["invited"] == task["lead"] == ["Ủy ban Mặt trận Tổ quốc tỉnh"]
    assert task["coordinators"] == ["Hội Nông dân"]


@pytest.mark.parametrize(
    "lead_in",
    [
        "Văn phòng, các phòng chuyên môn thuộc Ban căn cứ chức năng, nhiệm vụ được giao, tham mưu lãnh đạo Ban:",
        "Văn phòng, các phòng chuyên môn thuộc Ban có trách nhiệm:",
    ],
)
def test_a_name_that_leads_into_bullets_leads_each_of_them(lead_in: str) -> None:
    found = tasks(f"I. TỔ CHỨC THỰC HIỆN\n\n{lead_in}\n\n- Tổ chức hội nghị.\n\n- Lập danh sách.\n")
    assert [task["lead"] for task in found] == [["Văn phòng, các phòng chuyên môn thuộc Ban"]] * 2


def test_a_name_before_a_colon_leads_what_follows() -> None:
    body = (
        "I. TỔ CHỨC THỰC HIỆN\n\n1. Đài Truyền hình tỉnh, Báo Hoa Sen: Tuyên truyền"
        " Kế hoạch.\n\n2. Sở Y tế: Kiểm tra.\n"
    )
    assert [(task["text"], task["lead"]) for task in tasks(body)] == [
        ("Tuyên truyền Kế hoạch.", ["Đài Truyền hình tỉnh", "Báo Hoa Sen"]),
        ("Kiểm tra.", ["Sở Y tế"]),
    ]


def test_lead_and_time_written_once_hold_for_their_group_and_not_beyond() -> None:
    body = (
        "I. NHIỆM VỤ\n\n1. Tuyên truyền\n\na) Nhiệm vụ:\n\n- Tổ chức hội nghị.\n\n-"
        " Treo băng rôn.\n\nb) Cơ quan thực hiện:\n\n"
        "- Đơn vị chủ trì: Sở Văn hóa.\n\n- Đơn vị phối hợp: Các Sở, ban, ngành.\n\nc)"
        " Thời gian thực hiện: Quý II/2022.\n\n"
        "2. Kiểm tra\n\na) Nhiệm vụ: Kiểm tra cơ sở.\n"
    )
    first, second, third = tasks(body)
    for task in (first, second):
        assert (task["lead"], task["coordinators"]) == (["Sở Văn hóa"], ["Các Sở, ban, ngành"])
        assert task["meaning"]["due"] == "2022-06-30"
    assert (third["lead"], third["deadline"]) == ([], None)


def test_fields_below_a_point_are_its_own() -> None:
    body = (
        "I. NHIỆM VỤ\n\n1. Tổ chức hội nghị\n\n- Chủ trì: Văn phòng.\n\n- Thời gian:"
        " Tháng 3/2022.\n\n- Sản phẩm: Báo cáo.\n\n"
        "2. Lập danh sách\n\n- Chủ trì: Phòng Nội vụ.\n"
    )
    assert [(task["lead"], task["deadline"], task["product"]) for task in tasks(body)] == [
        (["Văn phòng"], "Tháng 3/2022", "Báo cáo"),
        (["Phòng Nội vụ"], None, None),
    ]


# --- by when -----------------------------------------------------------------------------------------------------

# words of a task -> deadline words as written, kind
TIMES: list[tuple[str, str | None, str]] = [
    ("Trình đề án trong quý 1/2022.", "trong quý 1/2022", "by"),
    ("Hoàn thành việc hỗ trợ đến hết năm 2023.", "đến hết năm 2023", "by"),
    ("Báo cáo Ủy ban trước ngày 20 hằng tháng lên hệ thống.", "trước ngày 20 hằng tháng", "recurring"),
    ("Năm 2022: Tổng kết đề án.", "Năm 2022", "by"),
    ("Năm 2022, hoàn thành hỗ trợ.", "Năm 2022", "by"),
    ("Tổ chức quán triệt (Quý IV/2022 và thường xuyên).", "Quý IV/2022 và thường xuyên", "combined"),
    ("Giám định hồ sơ khi có yêu cầu của cơ quan điều tra.", "khi có yêu cầu của cơ quan điều tra", "event"),
    ("Xây dựng kế hoạch. Hằng năm báo cáo kết quả.", "Hằng năm", "recurring"),
    ("Trả lời trong thời hạn 05 ngày làm việc kể từ ngày nhận hồ sơ.",
     "trong thời hạn 05 ngày làm việc kể từ ngày nhận hồ sơ", "duration"),
    ("Kiểm tra các cơ sở; thực hiện thường xuyên.", "thực hiện thường xuyên", "ongoing"),
    ("Thực hiện Quyết định số 22/2013/QĐ-TTg ngày 26 tháng 4 năm 2013 của Thủ tướng Chính phủ.", None, "none"),
    ("Triển khai Chiến lược dữ liệu quốc gia đến năm 2030.", None, "none"),
    ("Triển khai Chương trình phát triển giai đoạn 2021 - 2030.", None, "none"),
    ("Hỗ trợ hộ nghèo. Đến năm 2025 giải quyết cơ bản đất ở. Phát triển sản xuất.", None, "none"),
    ("Lập hồ sơ người tham gia trước ngày 01/01/1975.", None, "none"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "deadline", "kind"), TIMES)
def test_a_deadline_in_a_sentence_is_found_and_other_dates_are_left_alone(
    words: str, deadline: str | None, kind: str
) -> None:
    top = f"| SỞ NỘI VỤ | Hoa Sen, ngày 05 tháng 01 năm 2022 |\n\n{TOP}I. NHIỆM VỤ\n\na) {words}\n"
    task = read(top.encode(), "plan.md")["tasks"][0]
    assert (task["deadline"], task["meaning"]["kind"]) == (deadline, kind)


def test_a_date_of_its_own_goes_before_the_time_of_the_group() -> None:
    body = (
        "I. NHIỆM VỤ\n\n1. Nội dung\n\na) Sơ kết vào năm 2022.\n\nb) Khen"
        " thưởng.\n\n2. Thời gian thực hiện: Từ năm 2021 đến năm 2025\n"
    )
    assert [task["deadline"] for task in tasks(body)] == ["vào năm 2022", "Từ năm 2021 đến năm 2025"]


# --- tables ------------------------------------------------------------------------------------------------------

ANNEX = """| Nơi nhận: - Như trên; - Lưu: VT. | TRƯỞNG BAN Lê Văn Tám |
|---|---|

PHỤ LỤC

| TT | Nội dung thực hiện | Cơ quan chủ trì | Cơ quan phối hợp | Thời gian hoàn thành | Sản phẩm |
|---|---|---|---|---|---|
| I | TUYÊN TRUYỀN |
| 1 | Tổ chức hội nghị | Sở Y tế; Văn phòng | Công an tỉnh | Quý I/2022 | Hội nghị |
| 2 | Treo băng rôn | Sở Văn hóa |  | Thường xuyên |  |
|  |  | Sở Nội vụ |  |  |  |
….................................
| 3 | Kiểm tra | Thanh tra Sở |  | Theo kế hoạch |  |
"""


def test_the_rows_of_an_annex_are_tasks_with_their_columns_and_groups() -> None:
    found = reading(f"I. NHIỆM VỤ\n\n{ANNEX}")
    assert [(task["annex_row"], task["text"], task["lead"], task["deadline"]) for task in found["tasks"]] == [
        ("I.1", "Tổ chức hội nghị", ["Sở Y tế", "Văn phòng"], "Quý I/2022"),
        ("I.2", "Treo băng rôn", ["Sở Văn hóa", "Sở Nội vụ"], "Thường xuyên"),
        ("?.3", "Kiểm tra", ["Thanh tra Sở"], "Theo kế hoạch"),
    ]
    assert found["tasks"][0]["product"] == "Hội nghị"
    assert ROWS_LEFT_OUT in [problem["what"] for problem in found["problems"]]


def test_the_order_of_columns_does_not_matter() -> None:
    table = (
        "| Thời hạn | Đơn vị thực hiện | Nhiệm vụ | STT |\n|---|---|---|---|\n| Quý I/2022 "
        "| Văn phòng | Lập danh sách | 1 |\n"
    )
    task = only(f"I. NHIỆM VỤ\n\n{table}")
    assert (task["text"], task["lead"], task["deadline"], task["annex_row"]) == (
        "Lập danh sách",
        ["Văn phòng"],
        "Quý I/2022",
        1,
    )


def test_a_table_may_give_work_to_persons() -> None:
    table = "| TT | Nhiệm vụ | Người thực hiện |\n|---|---|---|\n|  | In ấn | Vũ Việt Linh<br>Lê Loan |\n"
    task = only(f"I. NHIỆM VỤ\n\n{table}")
    assert (task["persons"], task["lead"], task["annex_row"]) == (["Vũ Việt Linh", "Lê Loan"], [], 1)


def test_work_that_body_and_annex_both_describe_is_one_proposal() -> None:
    body = (
        "I. NHIỆM VỤ\n\n1. Tổ chức hội nghị\n\n2. Treo băng rôn\n\n(Chi tiết tại"
        " Phụ lục kèm theo)\n\nII. TỔ CHỨC THỰC HIỆN\n\n1. Văn phòng theo dõi.\n\n"
    )
    assert [(task["section"], task["annex_row"]) for task in tasks(body + ANNEX)] == [
        ("II.1", None),
        (None, "I.1"),
        (None, "I.2"),
        (None, "?.3"),
    ]


# --- clauses -----------------------------------------------------------------------------------------------------


def check_places(found: dict[str, Any]) -> None:
    """Assert that clauses lie in order without gap in a part, and that tasks and targets lie inside the text."""
    text, spans = found["text"], [clause["span"] for clause in found["clauses"]]
    assert all(start < end for start, end in spans)
    assert all(one[1] <= two[0] for one, two in pairwise(spans))
    starts = [task["span"][0] for task in found["tasks"]]
    assert len(starts) == len(set(starts))
    carrying = [clause["span"][0] for clause in found["clauses"] if clause["kind"] == "task"]
    assert carrying == starts
    for item in [*found["tasks"], *found["targets"]]:
        assert 0 <= item["span"][0] < item["span"][1] <= len(text)
    headings = {path for path, _ in found["sections"]}
    assert {clause["section"] for clause in found["clauses"]} <= headings | {None}


def test_clauses_cover_every_block_outside_header_and_signature_and_carry_the_tasks() -> None:
    found = reading(f"I. NHIỆM VỤ\n\na) Thành lập tổ.\n\nTổ có 05 người.\n\n- Một.\n\n{ANNEX}")
    check_places(found)
    covered = "".join(found["text"][start:end] for start, end in (clause["span"] for clause in found["clauses"]))
    body = found["text"][found["text"].index("I. NHIỆM VỤ") : found["text"].index("Nơi nhận")]
    assert covered == body + found["text"][found["text"].index("PHỤ LỤC") :]


def test_the_sample_plan_reads_fully() -> None:
    path = ROOT / "samples" / "ke-hoach-ban-dan-toc.md"
    found = read(path.read_bytes(), path.name)
    check_places(found)
    assert (found["plan"]["number"], found["plan"]["symbol"], found["plan"]["signer_name"]) == (
        38,
        "KH-BDT",
        "Nông Đình Khải",
    )
    assert (len(found["sections"]), len(found["targets"]), len(found["tasks"])) == (11, 24, 15)
    assert {target["year"] for target in found["targets"]} == {2025}
    assert [task["meaning"]["kind"] for task in found["tasks"]].count("by") == 3
    assert (len(found["reports"]), found["problems"], found["questions"]) == (2, [], [])
