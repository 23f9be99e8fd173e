"""Whatever a document says: its blocks tile the text, clauses never overlap, and tasks and targets lie inside."""

from __future__ import annotations

import random

import pytest

from documents.readers import read as read_file
from workflow.imports.items import Mark
from workflow.imports.sheet import Sheet
from workflow.planning.reading import read

HEADS = ("I. MỤC ĐÍCH, YÊU CẦU", "II. NHIỆM VỤ, GIẢI PHÁP", "III. TỔ CHỨC THỰC HIỆN", "PHỤ LỤC", "Điều 3. Trách nhiệm")
LINES = (
    "Xây dựng chính sách hỗ trợ nhà ở cho hộ nghèo; hoàn thành trước ngày 30/6/2026.",
    "Giảm tỷ lệ hộ nghèo bình quân 3,5%/năm; 100% xã có đường ô tô.",
    "Cơ quan chủ trì: Sở Xây dựng; phối hợp: UBND các huyện.",
    "Thời gian thực hiện: hằng quý",
    "Sở Y tế: Chủ trì, phối hợp với Sở Nội vụ tổ chức khám bệnh.",
    "Nâng cao nhận thức của cấp ủy, chính quyền.",
    "| STT | Nhiệm vụ | Đơn vị chủ trì | Thời hạn |",
    "| 1 | Lập báo cáo | Văn phòng | Quý II/2026 |",
    "Nơi nhận:", "TRƯỞNG BAN", "…", "a", "100%", "23-CTr/TU",
)  # fmt: skip
MARKS = ("", "1. ", "2.1. ", "a) ", "- ", "+ ", "A. ", "(1) ", "IV. ")


def text(seed: int) -> str:
    chance = random.Random(seed)
    lines = ["KẾ HOẠCH", "Thực hiện công tác dân tộc năm 2026"][: chance.randrange(3)]
    for _ in range(chance.randrange(1, 60)):
        line = chance.choice((*HEADS, *LINES))
        lines.append((chance.choice(MARKS) if not line.startswith("|") else "") + line)
        if chance.random() < 0.3 and not line.startswith("|"):
            lines.append("")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("seed", range(120))
def test_blocks_tile_the_text_and_everything_found_lies_inside(seed: int) -> None:
    data = text(seed).encode()
    whole = read_file(data, "a.md")
    ends = [0, *(block.span[1] for block in whole.blocks)]
    assert [block.span[0] for block in whole.blocks] == ends[:-1]
    assert ends[-1] == len(whole.text)

    found = read(data, "a.md")
    assert found["text"] == whole.text
    starts = {block.span[0] for block in whole.blocks}
    place = 0
    for clause in found["clauses"]:
        start, end = clause["span"]
        assert place <= start < end <= len(whole.text)
        assert {start, end} <= starts | {len(whole.text)}
        place = end
    for item in (*found["tasks"], *found["targets"]):
        start, end = item["span"]
        assert 0 <= start < end <= len(whole.text)
        assert any(clause["span"][0] <= start < clause["span"][1] for clause in found["clauses"])

    sheet = Sheet(found)
    count = sheet.coverage()
    assert count.asked + count.headings == len(sheet.marks()) == len(found["clauses"])
    assert Mark.COVERED not in sheet.marks()  # nobody has taken anything yet
