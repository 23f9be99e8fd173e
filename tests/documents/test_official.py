"""Every row of the decree's form (Nghị định 30/2020/NĐ-CP, Phụ lục I), read from the produced files themselves."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import openpyxl
import pdfplumber
import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from documents.writers import official_pdf, official_sheet, official_template, official_word, ooxml
from documents.writers.official import (
    Block,
    Column,
    Counted,
    Form,
    Group,
    Level,
    Paper,
    Table,
    lettered,
    number_of,
    place_and_day,
    said,
)

VALUES = {"done": "14.068", "due": "16.274", "done.due": "98,6"}
TABLE = Table(
    "Phụ lục I",
    "Tổng hợp kết quả",
    "(Kèm theo Báo cáo số 05/BC-BDT ngày 05 tháng 01 năm 2022 của Ban Dân tộc)",
    "Dữ liệu tính đến ngày 14/12/2021",
    (
        Column("TT", 10, centred=True),
        Column("Đơn vị", 60),
        Column("Tổng số", 20),
        Column("Tỷ lệ", 20),
        Column("Hạn", 24),
    ),
    (
        Group("I. Các phòng", ((1, "=1+1", Counted(1234, "done.u1"), Decimal("98.6"), date(2022, 1, 5)),) * 40),
        Group("", ((41, "Văn phòng", 3, None, "thường xuyên"),)),
    ),
)
PAPER = Paper(
    form=Form.REPORT,
    kind="BÁO CÁO",
    superior="Ủy ban nhân dân tỉnh Lạng Sơn",
    body="Ban Dân tộc",
    number=number_of(5, "BC-BDT"),
    place_and_day=place_and_day("Lạng Sơn", date(2022, 1, 5)),
    subject="Kết quả thực hiện nhiệm vụ năm 2021",
    made_at=datetime(2021, 12, 14, 17, tzinfo=UTC),
    to=("Ủy ban nhân dân tỉnh Lạng Sơn", "Ủy ban Dân tộc"),
    bases=("Căn cứ Nghị định số 09/2019/NĐ-CP", "Căn cứ Quy chế làm việc"),
    blocks=(
        Block(Level.TEXT, said("Ban Dân tộc báo cáo như sau:", VALUES)),
        Block(Level.MAIN, said("I. Kết quả thực hiện", VALUES)),
        Block(Level.SUB, said("1. Kết quả chung", VALUES)),
        Block(Level.DASH, said("- Hoàn thành {done} trên {due} nhiệm vụ, đạt {done.due}%.", VALUES)),
    )
    * 12,
    signs=("KT. Trưởng ban", "Phó Trưởng ban"),
    signer="Nông Thị Lan",
    recipients=("Như trên;", "Lãnh đạo Ban;", "Lưu: VT, VP."),
    tables=(TABLE,),
    figures=(("done", "Hoàn thành", "14.068", "1, 2, 3"),),
)


@cache
def made(form: Form = Form.REPORT) -> bytes:
    kind = {Form.LETTER: "", Form.MINUTES: "BIÊN BẢN"}.get(form, PAPER.kind)
    parties = (("Bên giao", "A"), ("Bên nhận", "")) if form == Form.MINUTES else ()
    return official_word.docx(replace(PAPER, form=form, kind=kind, parties=parties))


def word(form: Form = Form.REPORT) -> Any:
    return Document(io.BytesIO(made(form)))


def paragraph(text: str, document: Any = None) -> Any:
    """Return the one paragraph with this text."""
    found = [each for each in official_template.paragraphs(document or word()) if each.text.strip() == text]
    assert found, f"no paragraph says {text!r}"
    return found[0]


def look(text: str) -> tuple[float, bool, bool]:
    """Return size, bold and italic of a paragraph's pieces, which must agree."""
    looks = {(run.font.size.pt, bool(run.bold), bool(run.italic)) for run in paragraph(text).runs if run.text}
    assert len(looks) == 1, looks
    return looks.pop()


def below(text: str) -> Any:
    """Return the paragraph after the one with this text."""
    element = paragraph(text)._p.getnext()
    return type(paragraph(text))(element, paragraph(text)._parent)


def has_line(found: Any) -> bool:
    return bool(found._p.xpath("w:pPr/w:pBdr/w:top"))


def test_the_paper_is_a4_upright_and_a_wide_annex_lies_across() -> None:
    first, annex = word().sections
    sizes = [(round(section.page_width.mm), round(section.page_height.mm)) for section in (first, annex)]
    assert sizes == [(210, 297), (297, 210)]
    assert (first.orientation, annex.orientation) == (WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE)


def test_the_margins_are_within_the_decrees_limits() -> None:
    for section in word().sections:
        for side, (least, most) in official_template.MARGINS.items():
            assert least <= round(getattr(section, f"{side}_margin").mm) <= most


def test_the_typeface_is_times_new_roman_in_black_everywhere() -> None:
    with zipfile.ZipFile(io.BytesIO(made())) as package:
        text = package.read("word/document.xml").decode()
    document = word()
    assert document.styles["Normal"].font.name == "Times New Roman"
    assert "w:rFonts" not in text
    assert "w:color " not in text


def test_pages_are_numbered_in_the_middle_of_the_top_from_the_second_on_and_annexes_on_their_own() -> None:
    first, annex = word().sections
    header = first.header.paragraphs[0]
    assert header.alignment == WD_ALIGN_PARAGRAPH.CENTER
    (size,) = header._p.xpath(".//w:fldSimple[@w:instr='PAGE']/w:r/w:rPr/w:sz/@w:val")
    assert int(size) / 2 in (13, 14)
    assert first.different_first_page_header_footer
    assert annex.different_first_page_header_footer
    assert first.first_page_header.paragraphs[0].text == ""
    assert annex._sectPr.xpath("w:pgNumType/@w:start") == ["1"]


def test_the_name_of_the_country_and_its_motto_stand_as_prescribed_with_a_line_below() -> None:
    assert look("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") == (12, True, False)
    assert look("Độc lập - Tự do - Hạnh phúc") == (13, True, False)
    line = below("Độc lập - Tự do - Hạnh phúc")
    assert has_line(line)
    assert 90 - 2 * line.paragraph_format.left_indent.mm == pytest.approx(60, abs=4)  # as long as the motto


def test_the_superior_body_is_in_plain_capitals_and_the_body_in_bold_with_a_short_line_below() -> None:
    assert look("ỦY BAN NHÂN DÂN TỈNH LẠNG SƠN") == (12, False, False)
    assert look("BAN DÂN TỘC") == (12, True, False)
    line = below("BAN DÂN TỘC")
    assert has_line(line)
    assert 0 < 75 - 2 * line.paragraph_format.left_indent.mm <= 35


def test_number_and_sign_are_upright_13_and_numbers_below_ten_begin_with_a_nought() -> None:
    assert look("Số: 05/BC-BDT") == (13, False, False)
    assert number_of(5, "BC-BDT") == "Số: 05/BC-BDT"
    assert number_of(123, "BC-BDT") == "Số: 123/BC-BDT"
    assert number_of(None, "BC-BDT") == "Số: …/BC-BDT"


def test_place_and_day_are_in_italics_with_noughts_before_small_days_and_the_first_two_months() -> None:
    assert look("Lạng Sơn, ngày 05 tháng 01 năm 2022") == (13, False, True)
    assert place_and_day("Lạng Sơn", date(2022, 2, 9)) == "Lạng Sơn, ngày 09 tháng 02 năm 2022"
    assert place_and_day("Lạng Sơn", date(2022, 3, 19)) == "Lạng Sơn, ngày 19 tháng 3 năm 2022"


def test_kind_and_subject_are_bold_in_the_middle_with_a_line_below() -> None:
    assert look("BÁO CÁO") == (14, True, False)
    assert look(PAPER.subject) == (14, True, False)
    assert {paragraph(text).alignment for text in ("BÁO CÁO", PAPER.subject)} == {WD_ALIGN_PARAGRAPH.CENTER}
    assert has_line(below(PAPER.subject))


def test_legal_bases_are_in_italics_one_a_line_with_semicolons_and_a_full_stop() -> None:
    for text in ("Căn cứ Nghị định số 09/2019/NĐ-CP;", "Căn cứ Quy chế làm việc."):
        assert look(text) == (14, False, True)


def test_the_body_is_justified_13_to_14_with_a_first_line_and_six_points_between_paragraphs() -> None:
    found = paragraph("Ban Dân tộc báo cáo như sau:")
    shape = found.paragraph_format
    assert look(found.text) == (14, False, False)
    assert found.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY
    assert shape.first_line_indent == Mm(12.7)
    assert shape.space_before >= Pt(6)
    assert 1 <= shape.line_spacing <= 1.5


def test_main_headings_are_bold_capitals_and_small_headings_bold_and_neither_ends_a_page() -> None:
    assert look("I. KẾT QUẢ THỰC HIỆN") == (14, True, False)
    assert look("1. Kết quả chung") == (14, True, False)
    assert paragraph("1. Kết quả chung").paragraph_format.keep_with_next
    assert look("- Hoàn thành 14.068 trên 16.274 nhiệm vụ, đạt 98,6%.") == (14, False, False)


def test_points_are_lettered_by_the_vietnamese_alphabet() -> None:
    assert " ".join(lettered(place) for place in range(22)) == (
        "a) b) c) d) đ) e) g) h) i) k) l) m) n) o) p) q) r) s) t) u) v) x)"
    )


def test_a_report_to_superiors_names_its_addressees() -> None:
    texts = [each.text for each in official_template.paragraphs(word())]
    at = texts.index("Kính gửi:")
    assert texts[at + 1 : at + 3] == ["- Ủy ban nhân dân tỉnh Lạng Sơn;", "- Ủy ban Dân tộc."]
    one = Document(io.BytesIO(official_word.docx(replace(PAPER, to=PAPER.to[:1]))))
    assert paragraph("Kính gửi: Ủy ban nhân dân tỉnh Lạng Sơn", one)


def test_the_signature_says_for_whom_in_bold_capitals_with_room_and_the_name_without_a_title() -> None:
    assert look("KT. TRƯỞNG BAN") == (14, True, False)
    assert look("PHÓ TRƯỞNG BAN") == (14, True, False)
    assert look("Nông Thị Lan") == (14, True, False)
    cell = [each.text for each in word().tables[1].cell(0, 1).paragraphs]
    assert cell == ["KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN", "", "", "", "", "Nông Thị Lan"]


def test_recipients_are_in_bold_italics_12_and_their_list_11_and_ends_with_the_files() -> None:
    assert look("Nơi nhận:") == (12, True, True)
    assert look("- Như trên;") == (11, False, False)
    assert [each.text for each in word().tables[1].cell(0, 0).paragraphs][-1] == "- Lưu: VT, VP."


def test_an_annex_is_headed_titled_and_says_what_it_is_attached_to() -> None:
    assert look("Phụ lục I") == (14, True, False)
    assert look("TỔNG HỢP KẾT QUẢ") == (14, True, False)
    assert look(TABLE.attached) == (14, False, True)
    assert {paragraph(text).alignment for text in ("Phụ lục I", TABLE.attached)} == {WD_ALIGN_PARAGRAPH.CENTER}
    table = word().tables[-1]
    assert table.rows[0]._tr.xpath("w:trPr/w:tblHeader")
    assert [cell.text for cell in table.rows[1].cells] == ["(1)", "(2)", "(3)", "(4)", "(5)"]
    assert table.rows[2].cells[0].text == "I. Các phòng"
    assert [cell.text for cell in table.rows[3].cells] == ["1", "=1+1", "1.234", "98,6", "05/01/2022"]


def test_an_official_letter_has_no_kind_and_its_subject_stands_below_the_number() -> None:
    document = word(Form.LETTER)
    texts = [each.text for each in official_template.paragraphs(document)]
    assert "BÁO CÁO" not in texts
    left = [each.text for each in document.tables[0].cell(0, 0).paragraphs]
    assert left[-2:] == ["Số: 05/BC-BDT", PAPER.subject]


def test_minutes_leave_a_place_to_sign_for_each_party() -> None:
    table = word(Form.MINUTES).tables[-2]
    assert [[each.text for each in cell.paragraphs if each.text] for cell in table.rows[0].cells] == [
        ["BÊN GIAO", "A"],
        ["BÊN NHẬN"],
    ]


def test_every_figure_of_text_and_table_carries_its_id() -> None:
    names = word().element.xpath("//w:bookmarkStart/@w:name")
    ids = word().element.xpath("//w:bookmarkStart/@w:id")
    assert len(ids) == len(set(ids))
    assert {name.rsplit("_", 1)[0] for name in names} == {
        "figure_done",
        "figure_due",
        "figure_done_due",
        "figure_done_u1",
    }


def test_the_same_paper_gives_the_same_bytes_in_every_form() -> None:
    for write in (official_word.docx, official_pdf.pdf, official_sheet.xlsx):
        assert write(PAPER) == write(PAPER)


def test_the_pdf_is_a4_in_tex_gyre_termes_numbered_from_the_second_page_of_each_part() -> None:
    with pdfplumber.open(io.BytesIO(official_pdf.pdf(PAPER))) as found:
        pages = found.pages
        sizes = [(round(page.width), round(page.height)) for page in pages]
        fonts = {char["fontname"].split("+")[-1] for page in pages for char in page.chars}
        numbers = [page.crop((0, 0, page.width, 48)).extract_text().strip() for page in pages]
        first = pages[0].extract_text()
    assert sizes[0] == (595, 842)
    assert sizes[-1] == (842, 595)
    assert {font.split("-")[0] for font in fonts} == {"TeXGyreTermes"}
    across = sizes.index((842, 595))
    assert numbers[0] == numbers[across] == ""
    assert numbers[1] == numbers[across + 1] == "2"
    assert "Căn cứ Quy chế làm việc." in first
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in first


def test_the_workbook_has_typed_cells_and_no_formula_and_lists_what_stands_behind_each_figure() -> None:
    book = openpyxl.load_workbook(io.BytesIO(official_sheet.xlsx(PAPER)))
    rows = list(book["Phụ lục 1"].iter_rows(values_only=True))
    assert rows[6][:4] == (1, "=1+1", 1234, 98.6)
    assert str(rows[6][4]) == "2022-01-05 00:00:00"
    assert {cell.data_type for row in book["Phụ lục 1"].iter_rows() for cell in row} <= {"s", "n", "d"}
    assert list(book["Số liệu"].iter_rows(values_only=True))[1] == PAPER.figures[0]


@pytest.mark.parametrize("form", list(Form))
def test_the_templates_that_come_along_pass_their_own_check(form: Form) -> None:
    assert official_template.faults(official_template.built_in(form), form) == []


def test_a_template_of_the_offices_own_keeps_its_own_words_and_takes_the_papers() -> None:
    document = Document(io.BytesIO(official_template.built_in(Form.REPORT)))
    ooxml.line(document, "Điện thoại: 0205 3 812 345")
    kept = io.BytesIO()
    document.save(kept)
    assert official_template.faults(kept.getvalue(), Form.REPORT) == []
    found = Document(io.BytesIO(official_word.docx(PAPER, kept.getvalue())))
    assert paragraph("Điện thoại: 0205 3 812 345", found)
    assert paragraph("BÁO CÁO", found)


def _with(change: Any) -> bytes:
    document = Document(io.BytesIO(official_template.built_in(Form.REPORT)))
    change(document)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def _say(document: Any, old: str, new: str) -> None:
    for each in official_template.paragraphs(document):
        for run in each.runs:
            run.text = run.text.replace(old, new)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda document: _say(document, "{NOI_DUNG}", ""), ("missing", "{NOI_DUNG}")),
        (lambda document: ooxml.line(document, "{CO_QUAN}"), ("twice", "{CO_QUAN}")),
        (lambda document: ooxml.line(document, "{LINH_TINH}"), ("unknown", "{LINH_TINH}")),
        (lambda document: _say(document, "{NOI_DUNG}", "Nội dung: {NOI_DUNG}"), ("not_alone", "{NOI_DUNG}")),
        (lambda document: setattr(document.sections[0], "page_width", Mm(216)), ("paper", "")),
        (lambda document: setattr(document.sections[0], "left_margin", Mm(15)), ("margins", "left 15 mm")),
        (lambda document: document.sections[0].header.paragraphs[0].clear(), ("page_number", "")),
    ],
)
def test_a_template_with_a_fault_is_told_which(change: Any, fault: tuple[str, str]) -> None:
    assert official_template.faults(_with(change), Form.REPORT) == [fault]


def _packed(extra: dict[str, str]) -> bytes:
    made_of, built = io.BytesIO(), official_template.built_in(Form.REPORT)
    with zipfile.ZipFile(io.BytesIO(built)) as old, zipfile.ZipFile(made_of, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        for name, text in extra.items():
            new.writestr(name, text)
    return made_of.getvalue()


OUTSIDE = (
    '<Relationships><Relationship Id="x" Type="http://x/attachedTemplate" Target="http://evil/a.dotm"'
    ' TargetMode="External"/></Relationships>'
)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"not a document", "unreadable"),
        (b"PK\x03\x04" + b"\0" * 40, "unreadable"),
        (_packed({"word/vbaProject.bin": "x"}), "macros"),
        (_packed({"word/_rels/settings.xml.rels": OUTSIDE}), "links"),
    ],
)
def test_a_file_that_is_no_template_or_reaches_out_is_refused(data: bytes, code: str) -> None:
    assert [fault for fault, _what in official_template.faults(data, Form.REPORT)][:1] == [code]
