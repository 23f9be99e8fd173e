"""The annex of tasks out, in the form officials give it, and in again as the same tasks."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from documents.readers import read as outline_of
from documents.writers.annex import COLUMNS, Annex, AnnexGroup, AnnexRow, in_roman
from documents.writers.annex_sheet import xlsx
from documents.writers.annex_word import docx
from workflow.planning import sheet_tasks
from workflow.planning.reading import read as understood

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
ROWS = (
    AnnexRow("Rà soát danh sách người có uy tín", "Phòng Chính sách", "Văn phòng; Thanh tra", due=date(2026, 6, 15)),
    AnnexRow("=SUM(A1:A9) không phải công thức", "Văn phòng", "", "hằng quý", product="Báo cáo"),
    AnnexRow("Tham mưu khi có hướng dẫn"),
)


def annex(*groups: AnnexGroup) -> Annex:
    attached = "(Kèm theo Kế hoạch số 05/KH-BDT ngày 05 tháng 01 năm 2026 của Ban Dân tộc tỉnh Lạng Sơn)"
    return Annex(
        "Phân công nhiệm vụ thực hiện kế hoạch", attached, "Ban Dân tộc", AT, groups or (AnnexGroup("", ROWS),)
    )


def in_word(data: bytes) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return ElementTree.fromstring(packed.read("word/document.xml"))


def tasks(data: bytes, name: str) -> list[tuple[Any, ...]]:
    """Return what is understood of a file: text, lead, coordinators, product, and what the time means."""
    return [
        (task["text"], task["lead"], task["coordinators"], task["product"], task["meaning"])
        for task in understood(data, name)["tasks"]
    ]


# --- the form ----------------------------------------------------------------------------------------------------


def test_the_word_annex_lies_across_a4_with_official_margins_and_font() -> None:
    body = in_word(docx(annex()))
    size, margins = body.find(f".//{W}pgSz"), body.find(f".//{W}pgMar")
    assert size is not None
    assert margins is not None
    assert (size.get(f"{W}orient"), size.get(f"{W}w"), size.get(f"{W}h")) == ("landscape", "16838", "11906")
    sides = {side: round(int(margins.get(f"{W}{side}", "0")) / 56.7) for side in ("top", "bottom", "left", "right")}
    assert sides == {"top": 20, "bottom": 20, "left": 30, "right": 15}
    with zipfile.ZipFile(io.BytesIO(docx(annex()))) as packed:
        styles = ElementTree.fromstring(packed.read("word/styles.xml"))
    normal = next(style for style in styles.iter(f"{W}style") if style.get(f"{W}styleId") == "Normal")
    fonts = normal.find(f".//{W}rFonts")
    assert fonts is not None
    assert {fonts.get(f"{W}{script}") for script in ("ascii", "hAnsi", "eastAsia", "cs")} == {"Times New Roman"}


def test_the_heading_row_is_repeated_and_no_row_is_cut_by_the_page() -> None:
    rows = list(in_word(docx(annex())).iter(f"{W}tr"))
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True, False, False, False]
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)


def test_the_page_number_stands_on_top_and_the_first_page_has_none() -> None:
    data = docx(annex())
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        headers = [packed.read(name).decode() for name in packed.namelist() if "header" in name]
    assert any("PAGE" in header for header in headers)
    assert in_word(data).find(f".//{W}titlePg") is not None


def test_the_sheet_has_typed_cells_no_formula_a_frozen_head_and_prints_across_a4() -> None:
    page = load_workbook(io.BytesIO(xlsx(annex()))).active
    assert page is not None
    assert [cell.value for cell in page[5]] == [name for name, _ in COLUMNS]
    first, second = page[6], page[7]
    assert (first[0].value, first[0].data_type, first[4].value.date()) == (1, "n", date(2026, 6, 15))
    assert first[4].number_format == "dd/mm/yyyy"
    assert (second[1].value, second[1].data_type) == ("=SUM(A1:A9) không phải công thức", "s")
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
    assert (page.freeze_panes, page.print_title_rows) == ("A6", "$5:$5")
    assert (page.page_setup.orientation, str(page.page_setup.paperSize)) == ("landscape", "9")
    assert all(page.column_dimensions[letter].width > 4 for letter in "ABCDEF")


@pytest.mark.parametrize("write", [docx, xlsx])
def test_a_file_says_what_it_is_and_not_which_program_made_it(write: Any) -> None:
    with zipfile.ZipFile(io.BytesIO(write(annex()))) as packed:
        facts = packed.read("docProps/core.xml").decode()
    assert "Phân công nhiệm vụ" in facts
    assert "2026-01-05" in facts
    assert "python-docx" not in facts


def test_an_annex_without_tasks_still_has_its_heading() -> None:
    empty = annex(AnnexGroup("", ()))
    assert outline_of(docx(empty), "a.docx").blocks[-1].cells == tuple(name for name, _ in COLUMNS)
    assert outline_of(xlsx(empty), "a.xlsx").blocks[-1].cells == tuple(name for name, _ in COLUMNS)


# --- out and in again --------------------------------------------------------------------------------------------

UNITS = (
    "Văn phòng",
    "Thanh tra",
    "Phòng Chính sách Dân tộc",
    "Phòng Kế hoạch - Tổng hợp",
    "Sở Xây dựng",
    "UBND các xã",
)
VERBS = ("Rà soát", "Tổng hợp", "Kiểm tra", "Xây dựng kế hoạch", "Tham mưu", "=Cập nhật", "@Báo cáo", "- Tuyên truyền")
THINGS = ("danh sách người có uy tín", "chính sách nhà ở, đất ở", "số liệu (quý I)", "“hồ sơ” <mật> & 100% thôn")
TIMES = ("", "Quý III/2026", "hằng quý", "trước ngày 15/12/2026", "thường xuyên", "Tháng 6/2026", "khi có hướng dẫn")
PRODUCTS = ("", "Báo cáo", "Tờ trình", "+ Biểu số liệu", "Quyết định")

lines = st.builds(
    AnnexRow,
    text=st.builds("{} {} lần {}".format, st.sampled_from(VERBS), st.sampled_from(THINGS), st.integers(1, 99)),
    lead=st.lists(st.sampled_from(UNITS), max_size=2, unique=True).map("; ".join),
    coordinators=st.lists(st.sampled_from(UNITS), max_size=3, unique=True).map("; ".join),
    time=st.sampled_from(TIMES),
    due=st.none() | st.dates(date(2026, 1, 1), date(2030, 12, 31)),
    product=st.sampled_from(PRODUCTS),
)
groups = st.lists(
    st.builds(
        AnnexGroup,
        st.sampled_from(("Nhiệm vụ, giải pháp", "Tổ chức thực hiện")),
        st.lists(lines, min_size=1).map(tuple),
    ),
    min_size=1,
    max_size=3,
) | st.lists(lines, min_size=1, max_size=12).map(lambda rows: [AnnexGroup("", tuple(rows))])


@given(groups)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_an_annex_read_back_in_holds_the_same_tasks_in_word_and_in_excel(made: list[AnnexGroup]) -> None:
    whole = annex(*made)
    rows = [row for group in made for row in group.rows]
    word, sheet = tasks(docx(whole), "a.docx"), tasks(xlsx(whole), "a.xlsx")
    assert word == sheet
    assert [task[0] for task in word] == [row.text for row in rows]
    for row, (_, lead, _, product, meaning) in zip(rows, word, strict=True):
        assert product == (row.product or None)
        assert lead == _names(row.lead) or not row.lead  # without a cell the sentence itself may name a lead
        assert row.due is None or meaning["due"] == row.due.isoformat()
    brought = sheet_tasks.from_plain(sheet_tasks.read(xlsx(whole), "a.xlsx"))
    assert [(row.text, list(row.leads), list(row.coordinators), row.product) for row in brought.rows] == [
        (row.text, _names(row.lead), _names(row.coordinators), row.product) for row in rows
    ]
    assert [row.time for row in brought.rows] == [row.cells()[3] for row in rows]


def _names(words: str) -> list[str]:
    return [name for name in words.split("; ") if name]


@pytest.mark.parametrize(("number", "sign"), [(1, "I"), (4, "IV"), (9, "IX"), (14, "XIV"), (49, "XLIX"), (101, "CI")])
def test_groups_are_counted_in_roman_numerals(number: int, sign: str) -> None:
    assert in_roman(number) == sign
