"""The task sheet: everything on it, in Word and PDF, with any length of words and with nothing known."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pypdfium2
import pytest
from docx import Document

from documents.writers.sheet import COUNTRY, MOTTO, TITLE, Sheet, code
from documents.writers.sheet_pdf import pdf, pictures
from documents.writers.sheet_word import docx

UNITS = tuple(f"Phòng {name} và các vấn đề khác của đồng bào dân tộc thiểu số số {name}" for name in range(1, 11))


def sheet(**given: Any) -> Sheet:
    """Return a sheet with every word filled in."""
    common: dict[str, Any] = {
        "task": 12,
        "superior": "Ủy ban nhân dân tỉnh Lạng Sơn",
        "body": "Ban Dân tộc tỉnh Lạng Sơn",
        "number": "Số: …/PGV-BDT",
        "place_and_day": "Lạng Sơn, ngày 05 tháng 01 năm 2026",
        "subject": "(Nhiệm vụ số 12)",
        "rows": (
            ("Nội dung nhiệm vụ", ("Rà soát, đề xuất chính sách đặc thù cho đồng bào dân tộc thiểu số",)),
            ("Đơn vị chủ trì", ("Phòng Chính sách Dân tộc",)),
            ("Đơn vị phối hợp", ("Văn phòng", "Thanh tra")),
        ),
        "asks": ("Trong 02 ngày làm việc kể từ ngày giao, đơn vị chủ trì tiếp nhận nhiệm vụ hoặc trả lại.",),
        "signs": ("KT. Trưởng ban", "Phó Trưởng ban"),
        "signer": "Nông Thị Lan",
        "recipients": ("Phòng Chính sách Dân tộc;", "Lưu: VT, VP."),
        "address": "https://dondoc.example.vn/tasks/12",
        "made_at": datetime(2026, 1, 5, 1, tzinfo=UTC),
    }
    return Sheet(**(common | given))


def in_pdf(data: bytes) -> tuple[str, int]:
    """Return the words of a PDF in one line, and how many pages it has."""
    with pypdfium2.PdfDocument(data) as found:
        words = " ".join(page.get_textpage().get_text_range() for page in found)
        return " ".join(words.split()), len(found)


def in_word(data: bytes) -> str:
    found = Document(io.BytesIO(data))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return " ".join(" ".join([*(each.text for each in found.paragraphs), *cells]).split())


WORDS = (COUNTRY, MOTTO, TITLE, "ỦY BAN NHÂN DÂN TỈNH LẠNG SƠN", "BAN DÂN TỘC TỈNH LẠNG SƠN", "Số: …/PGV-BDT",
         "ngày 05 tháng 01 năm 2026", "Phòng Chính sách Dân tộc", "Văn phòng", "KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN",
         "Nông Thị Lan", "Nơi nhận:", "Lưu: VT, VP.", "Nhiệm vụ số 12")  # fmt: skip


def test_both_files_say_everything_in_the_official_form() -> None:
    printed, pages = in_pdf(pdf(sheet()))
    written = in_word(docx(sheet()))
    assert pages == 1
    for words in WORDS:
        assert words in printed, words
        assert words in written, words


def test_the_pdf_repeats_byte_for_byte_and_another_task_gives_another() -> None:
    assert pdf(sheet()) == pdf(sheet())
    assert pdf(sheet()) != pdf(sheet(task=13))
    assert b"CreationDate" in pdf(sheet())


def test_long_names_and_ten_coordinating_units_stay_on_the_paper() -> None:
    title = "Tổ chức phổ biến, quán triệt Chương trình hành động " * 20
    rows = (("Nội dung nhiệm vụ", (title,)), ("Đơn vị phối hợp", UNITS), ("Sản phẩm", ("x" * 300,)))
    long = sheet(rows=rows, recipients=(*UNITS, "Lưu: VT, VP."), signer="Nguyễn Hoàng Thị Phương Thảo Nguyên")
    printed, pages = in_pdf(pdf(long))
    assert pages == 2
    assert all(unit in printed for unit in UNITS)
    assert all(unit in in_word(docx(long)) for unit in UNITS)
    assert len(pictures(long)) == 2


@pytest.mark.parametrize("words", ["#panic()", "*đậm* _nghiêng_ $x$ \\ @a <b>", "<w:t>&amp;", '"', "👍🏽 ‮x"])
def test_words_that_mean_something_to_a_typesetter_are_words_here(words: str) -> None:
    found = sheet(rows=(("Nội dung nhiệm vụ", (words,)),), signer=words)
    assert pdf(found).startswith(b"%PDF-")
    assert words.split()[0] in in_word(docx(found))


def test_the_code_leads_to_the_task_and_is_the_same_each_time() -> None:
    assert code("https://x.vn/tasks/1") == code("https://x.vn/tasks/1") != code("https://x.vn/tasks/2")
    assert code("https://x.vn/tasks/1", "png").startswith(b"\x89PNG")
