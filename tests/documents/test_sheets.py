"""Workbooks and tables in text: read as the annex a person sees, whatever program saved them."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.outline import Kind
from documents.readers import Unreadable, read, sheet
from documents.readers.grid import LIMIT_ROWS
from workflow.planning.reading import read as understood

HEAD = ("TT", "Nội dung công việc", "Đơn vị chủ trì", "Đơn vị phối hợp", "Thời hạn", "Sản phẩm")
ROWS = (
    ("I", "CHÍNH SÁCH DÂN TỘC"),
    ("1", "Rà soát danh sách người có uy tín", "Văn phòng", "Các phòng", "15/6/2026", "Báo cáo"),
    ("2", "Kiểm tra việc thực hiện chính sách", "Thanh tra Ban", "", "Quý III/2026", ""),
)


def workbook(fill: Callable[[Any], None]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"strings_to_formulas": False}) as book:
        fill(book)
    return made.getvalue()


def one_sheet(*rows: tuple[Any, ...], name: str = "Sheet1") -> bytes:
    def fill(book: Any) -> None:
        page = book.add_worksheet(name)
        for place, row in enumerate(rows):
            page.write_row(place, 0, row)

    return workbook(fill)


def cells(data: bytes, name: str = "a.xlsx") -> list[tuple[str, ...]]:
    return [block.cells or (block.text,) for block in read(data, name).blocks]


def rewritten(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return a workbook with one part changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return made.getvalue()


# --- workbooks ---------------------------------------------------------------------------------------------------


def test_a_sheet_is_an_annex_title_rows_above_heading_found_by_meaning_and_groups_kept() -> None:
    title = ("", "", "PHỤ LỤC PHÂN CÔNG NHIỆM VỤ")
    found = understood(one_sheet(("UBND TỈNH", "", "CỘNG HÒA"), title, (), HEAD, *ROWS), "a.xlsx")
    assert [(task["annex_row"], task["lead"], task["coordinators"], task["deadline"]) for task in found["tasks"]] == [
        ("I.1", ["Văn phòng"], ["Các phòng"], "15/6/2026"),
        ("I.2", ["Thanh tra Ban"], [], "Quý III/2026"),
    ]
    assert found["tasks"][0]["product"] == "Báo cáo"


@pytest.mark.parametrize("order", [(4, 2, 0, 5, 3, 1), (1, 0, 4, 5, 2, 3)])
def test_the_order_of_the_columns_changes_nothing(order: tuple[int, ...]) -> None:
    rows = [tuple((*row, *[""] * 6)[place] for place in order) for row in (HEAD, *ROWS)]
    want, have = (understood(one_sheet(*each), "a.xlsx")["tasks"] for each in ((HEAD, *ROWS), rows))
    assert [{**task, "span": 0} for task in have] == [{**task, "span": 0} for task in want]


@pytest.mark.parametrize("merged", [True, False], ids=["merged", "blank"])
def test_a_heading_of_two_lines_names_each_column(merged: bool) -> None:
    def fill(book: Any) -> None:
        page = book.add_worksheet()
        page.write_row(0, 0, ("TT", "Nhiệm vụ", "Cơ quan thực hiện", "", "Thời gian"))
        page.write_row(1, 2, ("Chủ trì", "Phối hợp"))
        if merged:
            page.merge_range(0, 2, 0, 3, "Cơ quan thực hiện")
            for column, words in ((0, "TT"), (1, "Nhiệm vụ"), (4, "Thời gian")):
                page.merge_range(0, column, 1, column, words)
        page.write_row(2, 0, (1, "Rà soát chính sách", "Văn phòng", "Thanh tra", "Tháng 6/2026"))

    (task,) = understood(workbook(fill), "a.xlsx")["tasks"]
    assert (task["lead"], task["coordinators"], task["deadline"]) == (["Văn phòng"], ["Thanh tra"], "Tháng 6/2026")


def test_merged_cells_repeat_downwards_and_say_so() -> None:
    def fill(book: Any) -> None:
        page = book.add_worksheet()
        page.write_row(0, 0, HEAD[:3])
        page.write_row(1, 0, (1, "Một"))
        page.write_row(2, 0, (2, "Hai"))
        page.merge_range(1, 2, 2, 2, "Văn phòng")

    blocks = read(workbook(fill), "a.xlsx").blocks
    assert [(block.cells, block.repeated) for block in blocks[1:]] == [
        (("1", "Một", "Văn phòng"), ()),
        (("2", "Hai", "Văn phòng"), (2,)),
    ]


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (datetime.fromisoformat("2026-06-05"), "dd/mm/yyyy", "05/06/2026"),
        (datetime.fromisoformat("2026-06-05"), "m/d/yy", "05/06/2026"),
        (datetime.fromisoformat("2026-06-01"), "mm/yyyy", "6/2026"),
        (datetime.fromisoformat("2026-01-01"), "yyyy", "2026"),
        (datetime.fromisoformat("2026-06-05T16:30"), "dd/mm/yyyy hh:mm", "05/06/2026 16:30"),
        (0.155, "0.0%", "15,5%"),
        (2026, "General", "2026"),
        (12.5, "General", "12,5"),
        (1, "00", "01"),
        (True, "", "x"),
        ("=1+1", "", "=1+1"),
    ],
)
def test_numbers_and_days_are_read_as_the_cell_shows_them(value: Any, form: str, shown: str) -> None:
    def fill(book: Any) -> None:
        page = book.add_worksheet()
        page.write_row(0, 0, ("Nhiệm vụ", "Thời hạn"))
        page.write(1, 1, value, book.add_format({"num_format": form} if form else {}))
        page.write(1, 0, "Rà soát")

    assert cells(workbook(fill))[1] == ("Rà soát", shown)


def test_what_is_hidden_or_not_counted_is_left_out_and_said_so() -> None:
    def fill(book: Any) -> None:
        page = book.add_worksheet("Phụ lục")
        page.write_row(0, 0, ("Nhiệm vụ", "Thời hạn", "Ghi chú riêng"))
        page.write_row(1, 0, ("Rà soát", "2026", "x"))
        page.write_row(2, 0, ("Bí mật", "2026", "x"))
        page.write_row(3, 0, ("Báo cáo", "", ""))
        page.write_formula(3, 1, "=A9", None, "")
        page.set_row(2, None, None, {"hidden": True})
        page.set_column(2, 2, None, None, {"hidden": True})
        book.add_worksheet("Nháp").hide()

    data = rewritten(workbook(fill), "xl/worksheets/sheet1.xml", lambda part: part.replace(b"<v></v>", b""))
    whole = read(data, "a.xlsx")
    assert "Bí mật" not in whole.text
    assert "Ghi chú riêng" not in whole.text
    assert set(whole.remarks) >= {
        ("Phụ lục: 3", sheet.HIDDEN_ROWS),
        ("Phụ lục: C", sheet.HIDDEN_COLUMNS),
        ("Nháp", sheet.HIDDEN_SHEET),
    }
    assert {problem["where"] for problem in understood(data, "a.xlsx")["problems"]} >= {"Nháp", "Phụ lục: 3"}


def test_the_sheets_of_a_workbook_follow_one_another_under_their_names() -> None:
    def fill(book: Any) -> None:
        for name in ("Phòng Chính sách", "Sheet2"):
            book.add_worksheet(name).write_row(0, 0, ("Nhiệm vụ", f"Thời hạn {name}"))

    assert cells(workbook(fill)) == [
        ("Phòng Chính sách",), ("Nhiệm vụ", "Thời hạn Phòng Chính sách"), ("Nhiệm vụ", "Thời hạn Sheet2"),
    ]  # fmt: skip


def test_values_from_other_files_are_read_as_saved_and_nothing_is_fetched() -> None:
    data = io.BytesIO(one_sheet(HEAD, *ROWS))
    with zipfile.ZipFile(data, "a") as packed:
        packed.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
        packed.writestr(
            "xl/externalLinks/_rels/externalLink1.xml.rels",
            '<Relationships><Relationship Id="rId1" Type="x/externalLinkPath" Target="http://e.vn/b.xlsx"'
            ' TargetMode="External"/></Relationships>',
        )
    whole = read(data.getvalue(), "a.xlsx")
    assert whole.remarks == (("", sheet.OTHER_FILES),)
    assert whole.blocks[0].cells == HEAD


BLANK = one_sheet()
BAD: list[tuple[str, Callable[[], bytes], str]] = [
    ("a.xlsx", lambda: BLANK, "empty"),
    ("a.xlsx", lambda: BLANK[:-30], "damaged"),
    ("a.docx", lambda: BLANK, "mismatch"),
    ("a.xlsx", lambda: rewritten(BLANK, "xl/workbook.xml", lambda _: b"<workbook/>"), "wrong_type"),
    ("a.xlsx", lambda: rewritten(BLANK, "xl/workbook.xml", lambda _: b"<!DOCTYPE x><workbook/>"), "entities"),
    (
        "a.xlsx",
        lambda: rewritten(BLANK, "xl/worksheets/sheet1.xml", lambda _: b"<row/>" * (LIMIT_ROWS + 1)),
        "too_many_rows",
    ),
    ("a.xlsx", lambda: rewritten(BLANK, "xl/worksheets/sheet1.xml", lambda _: b" " * 40_000_000), "bomb"),
    ("a.csv", lambda: b"a;b\n" * (LIMIT_ROWS + 1), "too_many_rows"),
    ("a.csv", lambda: b";" * 500 + b"x\n", "too_many_rows"),
    ("a.xlsx", lambda: one_sheet(*((1,),) * 3, ("",) * 900 + ("x",)), "too_many_rows"),
    ("a.csv", lambda: b"\x01\x02\x03" * 50, "not_text"),
    ("a.csv", lambda: b"%PDF-1.7", "mismatch"),
]


@pytest.mark.parametrize(("name", "make", "code"), BAD, ids=[f"{code}-{n}" for n, (_, _, code) in enumerate(BAD)])
def test_a_table_that_cannot_be_read_is_refused_with_its_own_reason(
    name: str, make: Callable[[], bytes], code: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        read(make(), name)
    assert refused.value.code == code
    assert "%(" not in str(refused.value)


def test_a_workbook_with_macros_is_refused() -> None:
    data = io.BytesIO(BLANK)
    with zipfile.ZipFile(data, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"x")
    with pytest.raises(Unreadable) as refused:
        read(data.getvalue(), "a.xlsm")
    assert refused.value.code == "macro"


# --- tables in text ----------------------------------------------------------------------------------------------

TEXT = "\r\n".join(";".join(row) for row in (HEAD, *ROWS))


@pytest.mark.parametrize("sign", [";", ",", "\t", "|"])
@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258"])
def test_any_separator_and_any_code_table_give_the_same_rows(sign: str, code: str) -> None:
    text = TEXT.replace(";", sign)
    data = _in_1258(text) if code == "cp1258" else text.encode(code)
    assert cells(data, "a.csv") == cells(TEXT.encode(), "a.csv")
    assert cells(data, "a.tsv")[2] == ROWS[1]


def _in_1258(text: str) -> bytes:
    """Return a text in Windows-1258: vowels whole, tones behind them."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    signs = []
    for sign in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", sign)
        tone = next((part for part in parts if part in tones), "")
        signs.append(unicodedata.normalize("NFC", parts.replace(tone, "") if tone else parts) + tone)
    return "".join(signs).encode("cp1258")


def test_lines_and_separators_within_quotation_marks_belong_to_the_cell() -> None:
    data = 'sep=;\nTT;Nhiệm vụ;Thời hạn\n1;"Rà soát;\nbáo cáo ""nhanh""";2026\n'.encode()
    assert cells(data, "a.csv")[1] == ("1", 'Rà soát;\nbáo cáo "nhanh"', "2026")


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode), st.sampled_from(["a.csv", "a.xlsx", "a.tsv"]))
@settings(max_examples=80, deadline=None)
def test_no_bytes_of_a_table_do_anything_but_read_or_be_refused(data: bytes, name: str) -> None:
    try:
        said = len(read(data, name).blocks)
    except Unreadable as refused:
        said = len(refused.reason)
    assert said > 0


def test_rows_of_a_sheet_are_rows_of_the_outline() -> None:
    assert {block.kind for block in read(TEXT.encode(), "a.csv").blocks} == {Kind.ROW}
