"""Word files: what Word draws is what is read, and what it hides, deletes or repeats is not."""

from __future__ import annotations

import pytest

from documents.readers import read
from tests.fixtures.files import W, cell, level, listed, lists, para, relation, table, word, zipped

SIMPLE = lists(level(0, "upperRoman", "%1.") + level(1, "decimal", "%2.") + level(2, "lowerLetter", "%3)"))
VERTICAL_HEAD, VERTICAL = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def texts(data: bytes) -> list[str]:
    """Return each line of the outline."""
    return read(data, "a.docx").text.splitlines()


def rows(data: bytes) -> list[tuple[str, ...]]:
    return [block.cells for block in read(data, "a.docx").blocks if block.cells]


# --- numbers Word draws --------------------------------------------------------------------------------------------


def test_levels_count_and_begin_anew_under_each_higher_one() -> None:
    body = "".join(listed("x", depth) for depth in (0, 1, 2, 2, 1, 2, 0, 1))
    assert texts(word(body, numbering=SIMPLE)) == ["I. x", "1. x", "a) x", "b) x", "2. x", "a) x", "II. x", "1. x"]


def test_a_list_with_its_own_start_begins_there_once_and_others_of_its_kind_go_on() -> None:
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    numbering = lists(level(0, "decimal", "%1."), "", override, "")
    body = "".join(listed("x", 0, number) for number in (1, 1, 2, 2, 1, 3))
    assert texts(word(body, numbering=numbering)) == ["1. x", "2. x", "1. x", "2. x", "3. x", "4. x"]


def test_a_list_may_change_a_level_of_its_definition() -> None:
    change = f'<w:lvlOverride w:ilvl="0">{level(0, "lowerLetter", "%1)")}</w:lvlOverride>'
    numbering = lists(level(0, "decimal", "%1."), "", change)
    assert texts(word(listed("x") + listed("y", 0, 2), numbering=numbering)) == ["1. x", "b) y"]


def test_numbers_of_several_levels_are_digits_in_a_legal_list() -> None:
    numbering = lists(level(0, "upperRoman", "%1.") + level(1, "decimal", "%1.%2.", "<w:isLgl/>"))
    assert texts(word(listed("x") + listed("y", 1), numbering=numbering)) == ["I. x", "1.1. y"]


@pytest.mark.parametrize(
    ("restart", "expected"), [("0", ["a) x", "b) x"]), ("1", ["a) x", "a) x"])], ids=["never", "under the first"]
)
def test_a_level_restarts_when_its_definition_says_so(restart: str, expected: list[str]) -> None:
    inner = level(1, "lowerLetter", "%2)", f'<w:lvlRestart w:val="{restart}"/>')
    body = listed("x") + listed("x", 1) + listed("x") + listed("x", 1)
    assert texts(word(body, numbering=lists(level(0, "decimal", "%1.") + inner)))[1::2] == expected


def test_a_style_gives_its_number_and_styles_based_on_it_too_until_number_zero_takes_it_away() -> None:
    numbering = lists(
        level(0, "upperRoman", "%1.", '<w:pStyle w:val="Muc"/>') + level(1, "decimal", "%2.", '<w:pStyle w:val="Nho"/>')
    )
    styles = (
        '<w:style w:type="paragraph" w:styleId="Muc"><w:name w:val="Mục"/><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style><w:style w:type="paragraph" '
        'w:styleId="Nho"><w:name w:val="Nhỏ"/><w:basedOn w:val="Muc"/>'
        '</w:style><w:style w:type="paragraph" w:styleId="Con"><w:name w:val="Con"/><w:basedOn w:val="Nho"/></w:style>'
    )
    styled = [para("x", f'<w:pStyle w:val="{name}"/>') for name in ("Muc", "Nho", "Con")]
    without = para("y", '<w:pStyle w:val="Muc"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    found = texts(word("".join(styled) + without, numbering=numbering, styles=styles))
    assert found == ["I. x", "1. x", "2. x", "y"]


@pytest.mark.parametrize(
    ("shape", "text", "drawn"),
    [
        ("decimalZero", "%1.", "01. x"),
        ("lowerRoman", "%1)", "i) x"),
        ("upperLetter", "%1.", "A. x"),
        ("vietnameseCounting", "Phần thứ %1.", "Phần thứ một. x"),
        ("bullet", "\uf0b7", "- x"),
        ("bullet", "+", "+ x"),
        ("decimal", "Điều %1.", "Điều 1. x"),
        ("decimal", "%1", "1. x"),
        ("decimal", "Điều %1", "Điều 1. x"),
        ("none", "", "x"),
    ],
)
def test_each_shape_of_number_is_drawn(shape: str, text: str, drawn: str) -> None:
    assert texts(word(listed("x"), numbering=lists(level(0, shape, text)))) == [drawn]


def test_a_bullet_below_a_bullet_is_a_plus() -> None:
    numbering = lists(level(0, "bullet", "-") + level(1, "bullet", "o"))
    assert texts(word(listed("x") + listed("y", 1), numbering=numbering)) == ["- x", "+ y"]


def test_numbers_stand_without_a_gap_where_the_list_wants_none() -> None:
    numbering = lists(level(0, "decimal", "%1.", '<w:suff w:val="nothing"/>'))
    assert texts(word(listed("Một"), numbering=numbering)) == ["1.Một"]


def test_a_column_of_numbers_that_are_only_drawn_has_them() -> None:
    numbered = listed("")
    made = table(cell("TT") + cell("Nhiệm vụ"), cell(numbered) + cell("Một"), cell(numbered) + cell("Hai"))
    found = rows(word(made, numbering=lists(level(0, "decimal", "%1"))))
    assert found == [("TT", "Nhiệm vụ"), ("1", "Một"), ("2", "Hai")]


# --- words that are drawn, and words that are not ------------------------------------------------------------------


def runs(*inside: str) -> bytes:
    return word(f"<w:p>{''.join(inside)}</w:p>")


def run(text: str, look: str = "") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (("<w:del><w:r><w:delText>cũ</w:delText></w:r></w:del>", f"<w:ins>{run('mới')}</w:ins>"), "mới"),
        ((f"<w:moveFrom>{run('đi')}</w:moveFrom>", f"<w:moveTo>{run('đến')}</w:moveTo>"), "đến"),
        ((run("thấy"), run(" ẩn", "<w:vanish/>"), run(" rõ", '<w:vanish w:val="0"/>')), "thấy rõ"),
        ((run("hoa", "<w:caps/>"),), "HOA"),
        ((run("a"), "<w:r><w:footnoteReference/></w:r>", "<w:r><w:commentReference/></w:r>", run("b")), "ab"),
        ((run("a"), "<w:r><w:tab/></w:r>", run("b"), "<w:r><w:br/></w:r>", run("c")), "a b c"),
        ((f"<w:hyperlink>{run('liên kết')}</w:hyperlink>",), "liên kết"),
        ((f"<w:sdt><w:sdtPr/><w:sdtContent>{run('trong khung')}</w:sdtContent></w:sdt>",), "trong khung"),
        ((f"<w:fldSimple w:instr=' PAGE '>{run('5')}</w:fldSimple>",), "5"),
        (
            (FIELD.format("begin"), "<w:r><w:instrText> REF a </w:instrText></w:r>", run("mã"),
             FIELD.format("separate"), run("kết quả"), FIELD.format("end"), run(" sau")),
            "kết quả sau",
        ),
        ((FIELD.format("begin"), run("chữ")), "chữ"),
        (("<m:oMath><m:r><m:t>≥</m:t></m:r></m:oMath>", run(" 30%")), "≥ 30%"),
        (('<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>', run(" 30%")), "≥ 30%"),
        (('<w:r><w:sym w:font="Wingdings" w:char="F0A7"/></w:r>', run(" Một")), "• Một"),
        (("<w:r><w:t>tỷ</w:t><w:noBreakHyphen/><w:t>lệ</w:t></w:r>",), "tỷ-lệ"),
    ],
)  # fmt: skip
def test_what_word_shows_is_what_is_read(inside: tuple[str, ...], expected: str) -> None:
    assert texts(runs(*inside)) == [expected]


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next() -> None:
    joined = para("Một ", "<w:rPr><w:del/></w:rPr>") + para("hai")
    assert texts(word(joined)) == ["Một hai"]


def test_text_of_fonts_from_before_unicode_is_read_by_the_fonts_name() -> None:
    font = '<w:rFonts w:ascii="{0}" w:hAnsi="{0}"/>'
    body = (
        para("KÕ ho¹ch thùc hiÖn", "", font.format(".VnTime"))
        + para("§Ò ¸n", "", font.format(".VnTimeH"))
        + para("Keá hoaïch thöïc hieän", "", font.format("VNI-Times"))
        + para("Kế hoạch", "", font.format(".VnTime"))
        + para("Café", "", font.format("Times New Roman"))
    )
    assert texts(word(body)) == ["Kế hoạch thực hiện", "ĐỀ ÁN", "Kế hoạch thực hiện", "Kế hoạch", "Café"]


def test_the_font_may_stand_in_the_style_and_a_sign_may_be_cut_from_its_letter() -> None:
    styles = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:name w:val="Normal"/>'
        '<w:rPr><w:rFonts w:ascii="VNI-Times"/></w:rPr></w:style>'
    )
    body = f"<w:p>{run('Ke')}{run('á hoa', '<w:b/>')}{run('ïch')}</w:p>"
    assert texts(word(body, styles=styles)) == ["Kế hoạch"]


def test_lines_broken_by_hand_part_where_a_point_begins_and_join_where_words_go_on() -> None:
    broken = "</w:t><w:br/><w:t>".join(("KẾ HOẠCH", "Tổ chức", "hội nghị", "- Một"))
    assert texts(word(para(broken))) == ["KẾ HOẠCH", "Tổ chức hội nghị", "- Một"]


def box(text: str) -> str:
    return f"<w:txbxContent>{para(text)}</w:txbxContent>"


def test_a_text_box_is_read_once_though_it_is_written_twice() -> None:
    both = f"<mc:Choice>{box('Hộp')}</mc:Choice><mc:Fallback>{box('Hộp')}</mc:Fallback>"
    anchor = f"<w:p><w:r><w:t>Trước</w:t><mc:AlternateContent>{both}</mc:AlternateContent></w:r></w:p>"
    assert texts(word(anchor)) == ["Trước", "Hộp"]


def test_headers_footers_and_the_table_of_contents_are_no_text_but_a_stamp_of_secrecy_is_seen() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="T1"><w:name w:val="toc 1"/></w:style>'
    header = f'<w:hdr xmlns:w="{W}">{para("Mật")}{para("Trang 3")}</w:hdr>'
    body = para("I. MỤC TIÊU 3", '<w:pStyle w:val="T1"/>') + para("I. MỤC TIÊU")
    assert texts(word(body, {"word/header1.xml": header}, styles=styles)) == ["Mật", "I. MỤC TIÊU"]


# --- tables --------------------------------------------------------------------------------------------------------


def test_a_cell_merged_downwards_is_repeated_and_says_so_one_merged_sideways_stands_once() -> None:
    made = table(
        cell("Văn phòng", properties=VERTICAL_HEAD) + cell("Một") + cell("Quý I"),
        cell("", properties=VERTICAL) + cell("Hai") + cell("Quý II"),
        cell("NHÓM", properties='<w:gridSpan w:val="2"/>') + cell("Quý III"),
    )
    found = [block for block in read(word(made), "a.docx").blocks if block.cells]
    assert [block.cells for block in found] == [
        ("Văn phòng", "Một", "Quý I"), ("Văn phòng", "Hai", "Quý II"), ("NHÓM", "", "Quý III"),
    ]  # fmt: skip
    assert [block.repeated for block in found] == [(), (0,), ()]


def test_a_row_that_begins_further_right_keeps_its_columns_and_a_deleted_row_is_gone() -> None:
    made = (
        "<w:tbl>"
        f"<w:tr>{cell('a') + cell('b')}</w:tr>"
        f'<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>{cell("c")}</w:tr>'
        f"<w:tr><w:trPr><w:del/></w:trPr>{cell('d') + cell('e')}</w:tr></w:tbl>"
    )
    assert rows(word(made)) == [("a", "b"), ("", "c")]


def test_a_table_that_is_only_a_frame_gives_what_it_frames() -> None:
    inner = table(cell("TT") + cell("Nhiệm vụ") + cell("Chủ trì"), cell("1") + cell("Một") + cell("Sở Y tế"))
    assert rows(word(table(cell(para("Phụ lục"), inner)))) == [("TT", "Nhiệm vụ", "Chủ trì"), ("1", "Một", "Sở Y tế")]
    assert texts(word(table(cell("I. MỤC TIÊU"), cell("1. Một")))) == ["I. MỤC TIÊU", "1. Một"]


def test_rows_and_cells_in_content_controls_are_rows_and_cells() -> None:
    row = f"<w:tr>{cell('a')}<w:sdt><w:sdtContent>{cell('b')}</w:sdtContent></w:sdt></w:tr>"
    assert rows(word(f"<w:tbl><w:sdt><w:sdtContent>{row}</w:sdtContent></w:sdt></w:tbl>")) == [("a", "b")]


def test_a_head_and_a_signature_set_in_columns_by_tabs_become_rows() -> None:
    tab = "</w:t><w:tab/><w:t>"
    body = "".join(
        para(line)
        for line in (
            f"UBND TỈNH{tab}CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", f"SỞ Y TẾ{tab}Độc lập - Tự do - Hạnh phúc", "KẾ HOẠCH",
            f"Nơi nhận:{tab}KT. GIÁM ĐỐC", f"- Như trên;{tab}PHÓ GIÁM ĐỐC", "- Lưu: VT.", f"{tab}Nguyễn Văn An",
        )
    )  # fmt: skip
    assert rows(word(body)) == [
        ("UBND TỈNH\nSỞ Y TẾ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"),
        ("Nơi nhận:\n- Như trên;\n- Lưu: VT.", "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC\nNguyễn Văn An"),
    ]


# --- packages ------------------------------------------------------------------------------------------------------


def test_the_text_may_lie_under_another_name_and_in_the_strict_form() -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relation("officeDocument", "word/document2.xml", outside=False),
        "word/document2.xml": f'<w:document xmlns:w="{strict}"><w:body>{para("chữ")}</w:body></w:document>',
    }
    assert texts(zipped(parts)) == ["chữ"]
