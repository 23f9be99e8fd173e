"""Files in: what is read from Word, Markdown and text, and what is refused with which reason."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.outline import Kind, Piece, cell_spans, outline
from documents.readers import LIMIT_BYTES, Unreadable, read

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def word(body: str, **parts: str | bytes) -> bytes:
    """Return a .docx whose body holds the given XML, with further parts by path (`_` for `/`)."""
    made = io.BytesIO()
    document = f'<?xml version="1.0"?><w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", TYPES)
        packed.writestr("word/document.xml", document)
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return made.getvalue()


def para(text: str, extra: str = "") -> str:
    return f"<w:p>{extra}<w:r><w:t>{text}</w:t></w:r></w:p>"


def lines(data: bytes, name: str) -> list[tuple[str, str]]:
    return [(block.number, block.text) for block in read(data, name).blocks]


# --- what is read ------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=4)), max_size=30))
@settings(max_examples=60, deadline=None)
def test_blocks_tile_the_text_without_gap_or_overlap(pieces: list[tuple[str, list[str]]]) -> None:
    whole = outline(Piece(text, tuple(cells)) for text, cells in pieces)
    at = 0
    for block in whole.blocks:
        assert block.span[0] == at
        assert block.span[0] <= block.start <= block.end
        assert whole.text[block.start : block.end] == block.text
        assert whole.text[block.end] == "\n"
        at = block.span[1]
    assert at == len(whole.text)


def test_the_cells_of_a_row_lie_where_they_stand_in_the_text() -> None:
    whole = outline([Piece("Trước"), Piece(cells=("1", "Tổ chức\nhội nghị", "", "Văn phòng"))])
    row = whole.blocks[1]
    assert [whole.text[start:end] for start, end in cell_spans(row)] == ["1", "Tổ chức / hội nghị", "", "Văn phòng"]


def test_points_know_the_numbers_they_stand_under() -> None:
    text = "A. MỘT\n\nI. HAI\n\n1. Ba\n\na) Bốn\n\n- Năm\n\nđ) Sáu\n\n1.1. Bảy\n\nII. TÁM\n\nB. CHÍN\n\nI. MƯỜI\n"
    paths = [".".join(block.path) for block in read(text.encode(), "a.txt").blocks]
    assert paths == ["A", "A.I", "A.I.1", "A.I.1.a", "A.I.1.a", "A.I.1.đ", "A.I.1.1", "A.II", "B", "B.I"]


def test_the_numbers_begin_anew_behind_the_title_of_a_plan_that_a_decision_puts_in_force() -> None:
    text = "Điều 3. Thi hành.\n\nKẾ HOẠCH\n\n1. Mục đích\n"
    assert read(text.encode(), "a.txt").blocks[-1].path == ("1",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- Thu gom rác\n\nthải sinh hoạt.\n", [("-", "Thu gom rác thải sinh hoạt.")]),
        ("**I. MỤC ĐÍCH,\nYÊU CẦU**\n", [("I", "MỤC ĐÍCH, YÊU CẦU")]),
        ("## **1. Mục đích**\n", [("1", "Mục đích")]),
        ("\\- Một \\*\n", [("-", "Một *")]),
        ("* Một\n* Hai\n", [("-", "Một"), ("-", "Hai")]),
        ("Ðắk Lắk ð\u00a0x\u200b\n", [("", "Đắk Lắk đ x")]),
        ("Tha\u0302\u0300y\n", [("", "Thầy")]),
    ],
)
def test_markdown_and_wrapped_lines_become_whole_paragraphs(text: str, expected: list[tuple[str, str]]) -> None:
    found = lines(text.encode(), "a.md")
    assert [(number.replace("*", "-"), words) for number, words in found] == expected


def test_tables_of_bars_are_rows_whether_a_row_is_a_line_or_a_cell_is() -> None:
    flat = read("| TT | Nhiệm vụ |\n|---|---|\n| 1 | Một |\n".encode(), "a.md")
    tall = read("|\nTT\n|\nNhiệm vụ\n|\n|\n1\n|\nMột\n|\n".encode(), "a.md")
    for whole in (flat, tall):
        assert [block.cells for block in whole.blocks] == [("TT", "Nhiệm vụ"), ("1", "Một")]
        assert {block.kind for block in whole.blocks} == {Kind.ROW}


def test_word_gives_paragraphs_rows_and_the_numbers_it_only_draws() -> None:
    numbering = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        '<w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    numbered = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    cell = "<w:tc>{}<w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    down, on = '<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>', "<w:tcPr><w:vMerge/></w:tcPr>"
    table = "<w:tbl>" + "".join(
        f"<w:tr>{cell.format(merge, unit)}{cell.format('', task)}</w:tr>"
        for merge, unit, task in ((down, "Văn phòng", "Một"), (on, "", "Hai"))
    ) + "</w:tbl>"  # fmt: skip
    body = para("MỤC ĐÍCH", numbered) + para("YÊU CẦU", numbered) + table
    whole = read(word(body, word__numbering_xml=numbering), "a.docx")
    assert [(block.number, block.text) for block in whole.blocks[:2]] == [("I", "MỤC ĐÍCH"), ("II", "YÊU CẦU")]
    assert [block.cells for block in whole.blocks[2:]] == [("Văn phòng", "Một"), ("Văn phòng", "Hai")]


def test_what_was_deleted_in_word_is_not_read_and_what_was_inserted_is() -> None:
    deleted = "<w:del><w:r><w:delText>cũ</w:delText></w:r></w:del>"
    body = f"<w:p>{deleted}<w:ins><w:r><w:t>mới</w:t></w:r></w:ins></w:p>"
    assert lines(word(body), "a.docx")[0] == ("", "mới")


def test_a_stamp_of_secrecy_is_seen_in_a_box_and_in_the_page_header() -> None:
    box = (
        "<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>TỐI MẬT</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>"
    )
    header = f'<w:hdr xmlns:w="{W}"><w:p><w:r><w:t>Mật</w:t></w:r></w:p></w:hdr>'
    assert lines(word(box + para("x")), "a.docx")[0] == ("", "TỐI MẬT")
    assert lines(word(para("x"), word__header1_xml=header), "a.docx")[0] == ("", "Mật")


# --- what is refused ---------------------------------------------------------------------------------------------


def bomb() -> bytes:
    return word(para("x"), word__big_xml=b"<a>" + b"x" * (16 * 1024 * 1024) + b"</a>")


def with_entity() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("[Content_Types].xml", TYPES)
        packed.writestr("word/document.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    return made.getvalue()


def encrypted() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")


def outside() -> bytes:
    relation = '<Relationship Type="x/attachedTemplate" Target="http://e.vn/a" TargetMode="External"/>'
    return word(para("x"), **{"word___rels__document_xml.rels": f"<Relationships>{relation}</Relationships>"})


BAD: list[tuple[str, Callable[[], bytes], str]] = [
    ("a.txt", lambda: b"", "empty"),
    ("a.md", lambda: b" \n\t\n", "empty"),
    ("a.txt", lambda: b"x" * (LIMIT_BYTES + 1), "too_large"),
    ("a.txt", lambda: b"x " * 1_500_000, "too_long"),
    ("a.txt", lambda: b"abc\x00def", "not_text"),
    ("a.txt", lambda: b"K\xea ho\xa1ch", "not_text"),
    ("a.exe", lambda: b"MZ", "wrong_type"),
    ("plan", lambda: b"x", "wrong_type"),
    ("a.pdf", lambda: b"%PDF-1.7", "pdf"),
    ("a.txt", lambda: b"%PDF-1.7", "mismatch"),
    ("a.txt", lambda: word(para("x")), "mismatch"),
    ("a.docx", lambda: b"PK\x03\x04rest", "damaged"),
    ("a.docx", lambda: word(para("x"))[:-40], "damaged"),
    ("a.docx", lambda: "chữ".encode(), "mismatch"),
    ("a.docx", encrypted, "encrypted"),
    ("a.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "old_word"),
    ("a.png", lambda: b"\x89PNG\r\n\x1a\n", "scan"),
    ("a.docx", lambda: word("<w:p/>"), "empty"),
    ("a.docx", lambda: word("<w:p><w:r><w:drawing/></w:r></w:p>"), "scan"),
    ("a.docx", lambda: word(para("x"), word__vbaProject_bin=b"x"), "macro"),
    ("a.docx", lambda: word(para("x"), **{"..__..__etc__passwd": "x"}), "paths"),
    ("a.docx", bomb, "bomb"),
    ("a.docx", with_entity, "entities"),
    ("a.docx", outside, "outside"),
    ("a.docx", lambda: word(para("x"), **{f"word__p{n}_xml": "<a/>" for n in range(600)}), "members"),
    ("a.docx", lambda: word("<w:tbl><w:tr><w:tc>" * 60 + para("x") + "</w:tc></w:tr></w:tbl>" * 60), "damaged"),
]


@pytest.mark.parametrize(
    ("name", "make", "code"), BAD, ids=[f"{code}-{name}-{n}" for n, (name, _, code) in enumerate(BAD)]
)
def test_a_file_that_cannot_be_read_is_refused_with_its_own_reason(
    name: str, make: Callable[[], bytes], code: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        read(make(), name)
    assert refused.value.code == code
    assert "%(" not in str(refused.value)


@given(st.binary(max_size=400), st.sampled_from(["a.txt", "a.md", "a.docx", "a.doc", "a.pdf", "a"]))
@settings(max_examples=120, deadline=None)
def test_no_bytes_do_anything_but_read_or_be_refused(data: bytes, name: str) -> None:
    try:
        said = len(read(data, name).blocks)
    except Unreadable as refused:
        said = len(refused.reason)
    assert said > 0
