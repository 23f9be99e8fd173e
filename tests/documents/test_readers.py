"""Files in: what is read from Word, Markdown and text, and what is refused with which reason."""

from __future__ import annotations

import io
import random
import warnings
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.outline import Kind, Piece, cell_spans, outline
from documents.readers import LIMIT_BYTES, Unreadable, read
from documents.readers.refusal import REASONS
from tests.fixtures.files import TYPES, para, relation, word, zipped


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


# --- what is refused ---------------------------------------------------------------------------------------------


def bomb() -> bytes:
    return word(para("x"), {"word/big.xml": b"<a>" + b"x" * (16 * 1024 * 1024) + b"</a>"})


def long() -> bytes:
    """Return a document whose text is too long and yet no bomb: its words do not repeat."""
    words = random.Random(1).choices("abcdefghijklmnopqrstuvwxyz     ", k=16 * 1024 * 1024)
    return word(para("".join(words)))


def with_entity() -> bytes:
    return zipped({"[Content_Types].xml": TYPES, "word/document.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'})


def in_utf_16() -> bytes:
    entity = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    return zipped({"[Content_Types].xml": TYPES, "word/document.xml": entity.encode("utf-16")})


def compound(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + stream.encode("utf-16-le")


def outside(kind: str, target: str) -> Callable[[], bytes]:
    return lambda: word(para("x"), {"word/_rels/settings.xml.rels": relation(kind, target)})


def twice() -> bytes:
    made = io.BytesIO(word(para("x")))
    with warnings.catch_warnings(), zipfile.ZipFile(made, "a") as packed:
        warnings.simplefilter("ignore")  # a second member of one name is what is wanted
        packed.writestr("word/document.xml", "<x/>")
    return made.getvalue()


DDE = "<w:r><w:instrText>DD</w:instrText></w:r><w:r><w:instrText>EAUTO c:\\\\cmd.exe</w:instrText></w:r>"


def calling() -> bytes:
    """Return a document whose field calls a program, its command in two runs."""
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    return word(f"<w:p>{begin}{DDE}{end}</w:p>")


# fmt: off
BAD: list[tuple[str, Callable[[], bytes], str]] = [
    ("a.txt", lambda: b"", "empty"),
    ("a.md", lambda: b" \n\t\n", "empty"),
    ("a.txt", lambda: b"x" * (LIMIT_BYTES + 1), "too_large"),
    ("a.txt", lambda: b"x " * 1_500_000, "too_long"),
    ("a.txt", lambda: b"x\n" * 600_000, "too_many"),
    ("a.docx", lambda: word("<w:p/>" * 600_000), "too_many"),
    ("a.docx", long, "too_long"),
    ("a.txt", lambda: b"abc\x00def", "not_text"),
    ("a.txt", lambda: b"\x00" * 5_000, "not_text"),
    ("a.txt", lambda: random.Random(2).randbytes(5_000), "not_text"),
    ("a.txt", lambda: b"K\xea ho\xa1ch", "not_text"),
    ("a.exe", lambda: b"MZ", "wrong_type"),
    ("plan", lambda: b"x", "wrong_type"),
    ("a.txt", lambda: b"%PDF-1.7", "mismatch"),
    ("a.txt", lambda: word(para("x")), "mismatch"),
    ("a.pdf", lambda: word(para("x")), "mismatch"),
    ("a.docx", lambda: "chữ".encode(), "mismatch"),
    ("a.docx", lambda: b"PK\x03\x04rest", "damaged"),
    ("a.docx", lambda: word(para("x"))[:-40], "damaged"),
    ("a.docx", lambda: word(para("x"))[:200], "damaged"),
    ("a.docx", lambda: word(para("x").replace("</w:p>", "")), "damaged"),
    ("a.docx", lambda: compound("EncryptedPackage"), "encrypted"),
    ("a.doc", lambda: compound("WordDocument"), "old_word"),
    ("a.docx", lambda: compound("WordDocument"), "old_word"),
    ("a.xls", lambda: compound("Workbook"), "old_office"),
    ("a.rtf", lambda: b"{\\rtf1 x}", "other_office"),
    ("a.odt", lambda: zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}),
     "other_office"),
    ("a.zip", lambda: zipped({"a.txt": "x"}), "archive"),
    ("a.docx", lambda: zipped({"a.txt": "x"}), "archive"),
    ("a.png", lambda: b"\x89PNG\r\n\x1a\n", "scan"),
    ("a.docx", lambda: word("<w:p/>"), "empty"),
    ("a.docx", lambda: word("<w:p><w:r><w:drawing/></w:r></w:p>"), "scan"),
    ("a.docx", lambda: word('<w:altChunk x:id="r1"/>'), "inside_page"),
    ("a.docx", lambda: word(para("x"), {"word/vbaProject.bin": b"x"}), "macro"),
    ("a.docx", lambda: word(para("x"), {"word/embeddings/oleObject1.bin": b"x"}), "embedded"),
    ("a.docx", lambda: word(para("x"), {"word/activeX/activeX1.xml": "<x/>"}), "embedded"),
    ("a.docx", lambda: word('<w:p><w:fldSimple w:instr=" DDEAUTO c:"/></w:p>'), "embedded"),
    ("a.docx", calling, "embedded"),
    ("a.docx", lambda: word(para("x"), {"../../etc/passwd": "x"}), "paths"),
    ("a.docx", lambda: word(para("x"), {"/etc/passwd": "x"}), "paths"),
    ("a.docx", twice, "members"),
    ("a.docx", lambda: word(para("x"), {f"word/p{n}.xml": "<a/>" for n in range(600)}), "members"),
    ("a.docx", bomb, "bomb"),
    ("a.docx", with_entity, "entities"),
    ("a.docx", in_utf_16, "entities"),
    ("a.docx", outside("attachedTemplate", "http://e.vn/a.dotm"), "outside"),
    ("a.docx", outside("attachedTemplate", "\\\\10.0.0.1\\a.dotm"), "outside"),
    ("a.docx", outside("attachedTemplate", "file://10.0.0.1/a.dotm"), "outside"),
    ("a.docx", outside("oleObject", "http://e.vn/a"), "outside"),
    ("a.docx", outside("frame", "http://e.vn/a"), "outside"),
    ("a.docx", lambda: word("<w:tbl><w:tr><w:tc>" * 60 + para("x") + "</w:tc></w:tr></w:tbl>" * 60), "damaged"),
]
# fmt: on


@pytest.mark.parametrize("kind", ["hyperlink", "image"])
def test_links_and_pictures_from_elsewhere_are_left_out_and_the_text_is_read(kind: str) -> None:
    found = lines(outside(kind, "http://e.vn/a")(), "a.docx")
    assert found == [("", "x")]


def test_a_template_on_the_writers_own_disk_harms_nobody() -> None:
    assert lines(outside("attachedTemplate", "file:///C:\\Users\\an\\Mau.dotx")(), "a.docx") == [("", "x")]


def test_each_reason_is_said_in_words_of_its_own() -> None:
    assert len(set(REASONS.values())) == len(REASONS)
    assert {code for _, _, code in BAD} <= REASONS.keys()


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
