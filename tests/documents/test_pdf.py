"""PDF files in: what a browser prints comes back as the paragraphs, columns and table rows that went out."""

from __future__ import annotations

import io
import random
import unicodedata
import zlib
from base64 import b64encode
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from pypdfium2 import raw

from documents.outline import Kind, Outline
from documents.readers import Unreadable, read
from documents.readers.pdf import LIMIT_PAGES, PICTURES
from tests.fixtures.prints import STYLE, Print, official, wrapped
from workflow.planning.reading import read as understood

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "samples").glob("ke-hoach-*.md"))
LONG = "Tiếp tục rà soát, cập nhật danh sách người có uy tín trong đồng bào dân tộc thiểu số trên địa bàn tỉnh; "


def texts(whole: Outline) -> list[str]:
    return [whole.text[block.span[0] : block.end] for block in whole.blocks]


def cells(whole: Outline) -> list[tuple[str, ...]]:
    return [block.cells for block in whole.blocks if block.kind is Kind.ROW]


def plain_pdf(body: str, *objects: str, trailer: str = "", drawn: str = "") -> bytes:
    """Return a PDF written by hand: catalogue and pages as given, further objects from number 4 on."""
    parts = [f"<</Type/Catalog/Pages 2 0 R{body}>>", objects[0], *objects[1:]]
    made, places = io.BytesIO(b"%PDF-1.7\n"), []
    made.seek(0, io.SEEK_END)
    for number, part in enumerate(parts, start=1):
        places.append(made.tell())
        made.write(f"{number} 0 obj\n{part}\nendobj\n".encode())
    start = made.tell()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    made.write(f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}".encode())
    made.write(f"trailer<</Size {len(parts) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n".encode())
    return made.getvalue()


def share(want: list[Any], have: list[Any]) -> float:
    """Return which share of what is wanted is there, each thing once."""
    left = list(have)
    hits = 0
    for each in want:
        if each in left:
            left.remove(each)
            hits += 1
    return hits / max(len(want), 1)


def facts(found: dict[str, Any]) -> list[Any]:
    """Return what was understood of a plan, without its places in the text."""
    head = [(name, str(value)) for name, value in found["plan"].items()]
    tasks = [{key: value for key, value in task.items() if key != "span"} for task in found["tasks"]]
    targets = [{key: value for key, value in target.items() if key != "span"} for target in found["targets"]]
    return [*head, *map(str, found["sections"]), *map(str, tasks), *map(str, targets)]


# --- whole plans -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_the_print_of_a_plan_is_understood_as_the_plan_itself(in_print: Print, sample: Path) -> None:
    data = sample.read_bytes()
    want = facts(understood(data, sample.name))
    have = facts(understood(in_print(official(data, sample.name)), "plan.pdf"))
    assert share(want, have) > 0.97
    assert share(have, want) > 0.97


def test_a_text_printed_line_by_line_is_understood_as_the_text(in_print: Print) -> None:
    text = (
        "UBND TỈNH A\n\nBAN DÂN TỘC\n\nSố: 5/KH-BDT\n\nLạng Sơn, ngày 05 tháng 01 năm 2026\n\n"
        "KẾ HOẠCH\nCông tác dân tộc năm 2026\n\n"
        "I. NHIỆM VỤ\n1. Văn phòng chủ trì, phối hợp với các phòng rà soát, cập nhật\ndanh sách người có uy tín,"
        " báo cáo lãnh đạo Ban trước ngày 15/6/2026.\n2. Thanh tra Ban kiểm tra việc thực hiện chính sách dân tộc\n"
        "tại 02 xã trong Quý III/2026.\n"
    ).encode()
    want, have = understood(text, "a.txt"), understood(in_print(wrapped(text)), "a.pdf")
    assert [task["text"] for task in want["tasks"]] == [task["text"] for task in have["tasks"]]
    assert [task["meaning"] for task in want["tasks"]] == [task["meaning"] for task in have["tasks"]]
    assert want["plan"] == have["plan"]


# --- lines and paragraphs ----------------------------------------------------------------------------------------


def test_paragraphs_come_back_whole_over_lines_and_pages_without_page_numbers(in_print: Print) -> None:
    words = random.Random(3)
    wanted = [f"{n}. {' '.join(words.choices(LONG.split(), k=20 + n * 7 % 90))} hết." for n in range(1, 40)]
    found = texts(read(in_print("".join(f"<p>{text}</p>" for text in wanted)), "a.pdf"))
    assert found == wanted


def test_what_stands_at_the_edge_of_every_page_is_dropped_but_a_mark_of_secrecy_is_seen(in_print: Print) -> None:
    style = STYLE.replace("@page {", '@page { @bottom-left { content: "Sở Nội vụ - bản in" }')
    body = "".join(f"<p>{number}. {LONG * 4}hết.</p>" for number in range(1, 30))
    assert "bản in" not in read(in_print(body, style), "a.pdf").text
    with pytest.raises(Unreadable) as refused:
        understood(in_print(body, style.replace("Sở Nội vụ - bản in", "MẬT").replace("bottom", "top")), "a.pdf")
    assert refused.value.code == "secret"


def test_letterhead_and_signature_are_read_column_by_column(in_print: Print) -> None:
    head = (
        "UBND TỈNH A<br>BAN DÂN TỘC<br>Số: 7/KH-BDT",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>Độc lập - Tự do - Hạnh phúc",
    )
    foot = "Nơi nhận:<br>- UBND tỉnh;<br>- Lưu: VT.", "TRƯỞNG BAN<br><br><br>Vi Văn Tám"
    sides = [f"<table class=side><tr><td>{left}<td>{right}</table>" for left, right in (head, foot)]
    found = read(in_print(f"{sides[0]}<p class=title>KẾ HOẠCH</p><p>{LONG}</p>{sides[1]}"), "a.pdf")
    assert cells(found) == [
        ("UBND TỈNH A\nBAN DÂN TỘC\nSố: 7/KH-BDT", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"),
        ("Nơi nhận:\n- UBND tỉnh;\n- Lưu: VT.", "TRƯỞNG BAN\nVi Văn Tám"),
    ]
    assert texts(found)[1] == "KẾ HOẠCH"


@pytest.mark.parametrize(
    ("printed", "read_as"),
    [
        (unicodedata.normalize("NFD", "Đồng bào dân tộc thiểu số ở vùng miền núi"), None),
        ("eﬃcient ﬁle of ofﬁce", "efficient file of office"),
        ("<span style='letter-spacing: .3em'>K Ế HOẠCH NĂM</span>".replace("K Ế", "KẾ"), "KẾ HOẠCH NĂM"),
        (
            "<span style='letter-spacing: .06em'>Rà soát danh sách người có uy tín</span>",
            "Rà soát danh sách người có uy tín",
        ),
        ("Số 20/2024/NĐ&shy;CP và 15/KH-UBND", "Số 20/2024/NĐCP và 15/KH-UBND"),
        ("Quy định<sup>12</sup> mới, 300 m<sup>2</sup> đất", "Quy định mới, 300 m2 đất"),
    ],
    ids=["NFD", "ligatures", "letter-spaced", "kerned", "soft-hyphen", "raised"],
)
def test_letters_are_what_a_reader_sees(in_print: Print, printed: str, read_as: str | None) -> None:
    found = texts(read(in_print(f"<p>{printed}</p><p>{LONG}</p>"), "a.pdf"))
    assert found[0] == (read_as or unicodedata.normalize("NFC", printed))


def test_words_that_the_file_holds_in_any_order_are_read_by_their_place(in_print: Print) -> None:
    words = LONG.split()
    random.Random(7).shuffle(placed := list(enumerate(words)))
    boxes = "".join(
        f"<span style='position:absolute;left:{place % 5 * 30}mm;width:30mm;top:{place // 5 * 8}mm'>{word}</span>"
        for place, word in placed
    )
    style = STYLE + "span { text-align: left } body { position: relative; font-size: 30pt; letter-spacing: 0 }"
    found = " ".join(texts(read(in_print(boxes.replace("30mm'", "30mm'"), style), "a.pdf"))).split()
    assert sorted(found) == sorted(words)
    assert found[:5] == words[:5] or len(found) == len(words)


def test_a_page_whose_text_climbs_is_read_like_any_other(in_print: Print) -> None:
    turned = "<div style='writing-mode: sideways-lr; height: 230mm; width: 150mm'>"
    rows = "".join(f"<tr><td>{number}<td>Rà soát chính sách số {number}<td>Văn phòng" for number in range(1, 4))
    found = read(in_print(f"{turned}<table>{rows}</table></div>"), "a.pdf")
    assert cells(found) == [(str(number), f"Rà soát chính sách số {number}", "Văn phòng") for number in range(1, 4)]


def test_a_turned_page_of_the_file_is_read_like_any_other(in_print: Print) -> None:
    whole = pypdfium2.PdfDocument(in_print(f"<p>1. {LONG}</p>"))
    whole[0].set_rotation(90)
    whole.save(turned := io.BytesIO())
    assert texts(read(turned.getvalue(), "a.pdf")) == [f"1. {LONG}".strip()]


def test_footnotes_are_no_part_of_the_text(in_print: Print) -> None:
    rule = "<hr style='width:50mm;margin:0'>"
    note = f"<div style='position:absolute; top:235mm; font-size:10pt'>{rule}1 Quyết định cũ.</div>"
    found = texts(read(in_print(f"<p>Theo Quyết định<sup>1</sup> nêu trên. {LONG}</p><p>{LONG}</p>{note}"), "a.pdf"))
    assert found == [f"Theo Quyết định nêu trên. {LONG}".strip(), LONG.strip()]


# --- tables ------------------------------------------------------------------------------------------------------


def test_a_table_over_several_pages_has_each_row_once_and_whole(in_print: Print) -> None:
    head = ("TT", "Nhiệm vụ", "Đơn vị chủ trì", "Thời hạn")
    rows = [
        (str(n), f"{LONG * (1 + n % 4)}đợt {n}", "Phòng Chính sách", f"Quý {'I' * (1 + n % 3)}/2026")
        for n in range(1, 40)
    ]
    lines = "".join(f"<tr>{''.join(f'<td>{cell}' for cell in row)}" for row in rows)
    found = read(
        in_print(f"<table><thead><tr>{''.join(f'<td>{cell}' for cell in head)}</thead>{lines}</table>"), "a.pdf"
    )
    assert cells(found) == [head, *rows]


def test_merged_cells_repeat_downwards_and_leave_blanks_sideways(in_print: Print) -> None:
    body = (
        "<table><tr><td>I<td colspan=2>CHÍNH SÁCH<tr><td>1<td>Rà soát<td rowspan=2>Văn phòng"
        "<tr><td>2<td>Báo cáo</table>"
    )
    assert cells(read(in_print(body), "a.pdf")) == [
        ("I", "CHÍNH SÁCH", ""), ("1", "Rà soát", "Văn phòng"), ("2", "Báo cáo", "Văn phòng"),
    ]  # fmt: skip


def test_an_annex_on_pages_across_is_read_beside_pages_upright(in_print: Print) -> None:
    rows = "".join(f"<tr><td>{n}<td>{LONG}<td>Văn phòng<td>Tháng {n}/2026" for n in range(1, 9))
    found = read(in_print(f"<p>I. NHIỆM VỤ</p><p>{LONG}</p><div class=wide><table>{rows}</table></div>"), "a.pdf")
    assert [row[::3] for row in cells(found)] == [(str(n), f"Tháng {n}/2026") for n in range(1, 9)]


# --- what is refused ---------------------------------------------------------------------------------------------


def picture() -> str:
    """Return a page-sized picture as HTML."""
    raw_rows = b"".join(b"\x00" + bytes(60) for _ in range(60))

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    size = (60).to_bytes(4, "big") * 2 + bytes((8, 0, 0, 0, 0))
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(raw_rows)) + chunk(b"IEND", b"")
    source = f"data:image/png;base64,{b64encode(png).decode()}"
    return f"<img style='width:150mm;height:200mm' src='{source}'>"


def test_a_scan_is_refused_and_pages_that_are_pictures_are_named(in_print: Print) -> None:
    with pytest.raises(Unreadable) as refused:
        read(in_print(picture()), "a.pdf")
    assert refused.value.code == "scan"
    mixed = in_print(f"<p>{LONG * 9}</p><div style='break-before: page'>{picture()}</div>")
    assert read(mixed, "a.pdf").remarks == (("2", PICTURES),)


EMPTY_PAGES = "<</Type/Pages/Kids[]/Count 0>>"
ONE_PAGE = "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 595 842]>>"
PAGE = "<</Type/Page/Parent 2 0 R>>"
LOCK = f"<</Filter/Standard/V 2/R 3/Length 128/P -4/O<{'41' * 32}>/U<{'42' * 32}>>>"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"%PDF-", "damaged"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 40, "damaged"),
        (plain_pdf("", EMPTY_PAGES), "no_pages"),
        (plain_pdf("", ONE_PAGE, PAGE), "scan"),
        (plain_pdf("", ONE_PAGE, PAGE, LOCK, trailer=f"/Encrypt 4 0 R/ID[<{'43' * 16}><{'43' * 16}>]"), "encrypted"),
    ],
    ids=["head", "noise", "no page", "blank", "locked"],
)
def test_a_pdf_that_cannot_be_read_is_refused_with_its_own_reason(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(data, "a.pdf")
    assert refused.value.code == code


def test_a_pdf_cut_off_in_the_middle_is_read_or_refused(in_print: Print) -> None:
    data = in_print(f"<p>{LONG}</p>")
    for part in (2, 3, 5, 50):
        with pytest.raises(Unreadable) as refused:
            read(data[: len(data) // part], "a.pdf")
        assert refused.value.code in {"damaged", "scan"}


def test_a_pdf_with_more_pages_than_any_plan_is_refused_unread() -> None:
    whole = pypdfium2.PdfDocument.new()
    for _ in range(LIMIT_PAGES + 1):
        whole.new_page(100, 100)
    whole.save(made := io.BytesIO())
    with pytest.raises(Unreadable) as refused:
        read(made.getvalue(), "a.pdf")
    assert (refused.value.code, refused.value.details["pages"]) == ("too_many_pages", LIMIT_PAGES + 1)


def test_scripts_and_attached_files_of_a_pdf_are_never_opened(in_print: Print) -> None:
    whole = pypdfium2.PdfDocument(in_print(f"<p>{LONG}</p>"))
    whole.new_attachment("kế hoạch mật.txt").set_data(b"TUY\xe1\xbb\x86T M\xe1\xba\xacT")
    assert raw.FPDFDoc_GetAttachmentCount(whole) == 1
    whole.save(made := io.BytesIO())
    assert texts(read(made.getvalue(), "a.pdf")) == [LONG.strip()]
    script = "/OpenAction<</S/JavaScript/JS(app.alert\\(1\\);while\\(true\\){})>>"
    with pytest.raises(Unreadable) as refused:
        read(plain_pdf(script, ONE_PAGE, PAGE), "a.pdf")
    assert refused.value.code == "scan"
