"""Strange files: no text breaks the reader, none takes it long, and a stranger's file is read in a child."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import documents
from documents.readers import LIMIT_BYTES, Unreadable
from documents.writers.annex import Annex, AnnexGroup, AnnexRow
from documents.writers.annex_sheet import xlsx
from documents.writers.annex_word import docx
from workflow.planning import safely
from workflow.planning.reading import (
    NO_SECTIONS,
    NO_TASKS,
    NOT_VIETNAMESE,
    SEVERAL_PLANS,
    read,
    read_safely,
)

MADE = datetime(2026, 1, 5, tzinfo=UTC)
PIECES = [
    "KẾ HOẠCH\n", "QUYẾT ĐỊNH\n", "PHỤ LỤC\n", "I. NHIỆM VỤ\n", "II. MỤC TIÊU\n", "1. Văn phòng\n",
    "a) Lập danh sách.\n", "- Phối hợp với Sở Y tế kiểm tra.\n", "+ x\n", "Đến năm 2025: 100% xã",
    "từ 2.900 đến 3.000 USD", "; ", ", ", "(", ")", "\n", "\n\n", "Chủ trì: ", "Thời gian: Quý IV/2025",
    "| a | b |\n", "| TT | Nhiệm vụ | Chủ trì |\n", "|\n", "Nơi nhận:\n", "TM. UBND\n", "Lê Văn Tám\n",
    "Trên đây là Kế hoạch./.\n", "Số: 7/KH-A", "ngày 31/02/2025", "năm 2025 đạt 1%", "Giao Sở Y tế ",
    "chủ trì, phối hợp với ", "…", "%", ":\n",
]  # fmt: skip


def readable(text: str) -> dict[str, Any] | None:
    try:
        return read(text.encode("utf-8", "surrogatepass"), "plan.txt")
    except Unreadable:
        return None


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join) | st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_or_refused_and_every_place_lies_within_it(text: str) -> None:
    found = readable(text)
    if found is None:
        return
    size, before = len(found["text"]), 0
    for clause in found["clauses"]:
        start, end = clause["span"]
        assert before <= start < end <= size
        before = end
    starts = {clause["span"][0] for clause in found["clauses"] if clause["kind"] == "task"}
    assert starts == {task["span"][0] for task in found["tasks"]}
    assert len(starts) == len(found["tasks"])
    for item in [*found["tasks"], *found["targets"], *found["questions"]]:
        assert 0 <= item["span"][0] < item["span"][1] <= size
    for target in found["targets"]:
        low, high = target["value"] if isinstance(target["value"], list) else (target["value"], target["value"])
        assert low <= high
        assert (target["op"] == "between") == isinstance(target["value"], list)


# fmt: off
REPEATED = [
    "a", "a ", "- ", "- b\n", "1.", "1.1.", "((", "Sở ", "Sở, ", "các ", "phối hợp với ", "chủ trì, ",
    "100% ", "Đến năm 2025, ", "ngày 1/1/2025 ", "Thời gian: ", "; vào năm 2020", "a) Sở Y tế: ", "I. A\n",
    "Nơi nhận:\n", "| a | b |\n", "|\n", "x:\n", "KẾ HOẠCH\n", "Căn cứ, ", "Số: /", "12/2020/A-", "99,9",
    "~~", "![", "[a](", "<!--", "a\t\t\n", "     ", "<b ", "<table>\n", "K Ế ", "\\", "&#", "_a", "12\n\n", "\f",
    "1.000.", "định kỳ hằng năm, ", "báo cáo về ", "TM. ", "**", "__", "<br>",
]
# fmt: on
TOPS = ("", "KẾ HOẠCH\nX y z\nI. NHIỆM VỤ\n1. ", "KẾ HOẠCH\nX y z\nI. MỤC TIÊU\nPhấn đấu: ")


def took(text: str) -> float:
    start = time.process_time()  # of this process alone: what else the machine does is none of it
    readable(text)
    return time.process_time() - start


@pytest.mark.parametrize("top", TOPS, ids=["bare", "tasks", "targets"])
@pytest.mark.parametrize("piece", REPEATED, ids=repr)
def test_what_is_repeated_takes_time_in_proportion_to_its_length(piece: str, top: str) -> None:
    # eight times the text may take up to five times its share: a square would take eight times
    short, long = (top + piece * (size // len(piece)) for size in (8_000, 64_000))
    least = min(took(short) for _ in range(2))
    allowed = 8 * 5 * max(least, 0.02)
    assert any(took(long) < allowed for _ in range(3))  # a neighbour of this processor may slow one of them


def test_what_is_no_plan_is_read_without_a_task_and_says_so() -> None:
    found = read(b"Dear all,\n\nplease find the minutes below.\n\n- Buy paper.\n", "letter.txt")
    assert found["tasks"] == []
    assert {NO_TASKS, NO_SECTIONS} <= {problem["what"] for problem in found["problems"]}


def test_text_that_is_not_vietnamese_says_so_and_two_plans_in_one_file_too() -> None:
    english = "ACTION PLAN\n\nI. TASKS\n\n" + "1. The office shall review the policies before June.\n\n" * 4
    plain = "KẾ HOẠCH\n\nVề công tác năm 2026\n\nI. NHIỆM VỤ\n\n1. Văn phòng tổ chức hội nghị.\n\n"
    said = {name: {problem["what"] for problem in read(text.encode(), "a.txt")["problems"]}
            for name, text in (("english", english), ("one", plain), ("two", plain + plain))}  # fmt: skip
    assert NOT_VIETNAMESE in said["english"]
    assert NOT_VIETNAMESE not in said["one"] | said["two"]
    assert SEVERAL_PLANS in said["two"] - said["one"]


def test_the_child_reads_what_the_reader_reads() -> None:
    data = "KẾ HOẠCH\n\nNăm 2022\n\nI. NHIỆM VỤ\n\n1. Tổ chức hội nghị trong năm 2022.\n".encode()
    assert read_safely(data, "kế hoạch.txt") == read(data, "kế hoạch.txt")


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.txt", "empty"),
        (b"PK\x03\x04", "a.docx", "damaged"),
        (b"%PDF-1.7", "a.pdf", "damaged"),
        ("MẬT\n\nKẾ HOẠCH\n".encode(), "a.txt", "secret"),
    ],
)
def test_a_refusal_comes_back_from_the_child_with_its_reason(data: bytes, name: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_safely(data, name)
    assert refused.value.code == code
    assert "%(" not in str(refused.value)


def test_a_huge_file_is_refused_before_a_child_is_started() -> None:
    with pytest.raises(Unreadable) as refused:
        read_safely(b" " * (LIMIT_BYTES + 1), "a.txt")
    assert refused.value.code == "too_large"


@pytest.mark.parametrize(
    "work",
    [
        "import time; time.sleep(60)",
        "from workflow.planning import fence; fence.close(); bytearray(2 * 1024**3)",
        "import os; os.abort()",
        "print('no answer')",
    ],
    ids=["slow", "greedy", "dead", "babbling"],
)
def test_a_child_that_is_slow_greedy_or_dead_is_a_refusal(work: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safely, "_COMMAND", (*safely._COMMAND[:4], "-c", work))
    monkeypatch.setattr(safely, "LIMIT_SECONDS", 2)
    with pytest.raises(Unreadable) as refused:
        read_safely(b"x", "a.txt")
    assert refused.value.code == "too_hard"


@pytest.mark.parametrize("name", ["plan.pdf", "plan.docx", "plan.xlsx"])
def test_every_kind_of_file_is_read_in_the_child_as_outside_it(name: str) -> None:
    rows = (AnnexRow("Rà soát danh sách người có uy tín", "Văn phòng", time="Quý III/2026"),)
    annex = Annex("Phân công nhiệm vụ", "(Kèm theo Kế hoạch)", "Ban", MADE, (AnnexGroup("", rows),))
    data = {"plan.pdf": documents.pdf(2), "plan.docx": docx(annex), "plan.xlsx": xlsx(annex)}[name]
    found = read_safely(data, name)
    assert found == read(data, name)
    assert found["tasks"]


def test_a_pdf_with_bytes_changed_anywhere_is_read_or_refused() -> None:
    data, chance = documents.pdf(1), random.Random(11)
    for _ in range(12):
        broken = bytearray(data)
        for _ in range(chance.choice((1, 8, 200))):
            broken[chance.randrange(len(data))] = chance.randrange(256)
        try:
            said = len(read_safely(b"%PDF-" + bytes(broken[5:]), "a.pdf")["text"])
        except Unreadable as refused:
            said = len(refused.reason)
        assert said > 0
