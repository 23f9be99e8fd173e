"""Text files as other systems export them: wraps, tables, marks, pages and code tables of every kind."""

from __future__ import annotations

import textwrap
import unicodedata

import pytest

from documents.readers import Unreadable, read

PLAN = (
    "KẾ HOẠCH",
    "I. MỤC ĐÍCH, YÊU CẦU CỦA VIỆC TRIỂN KHAI THỰC HIỆN CHƯƠNG TRÌNH HÀNH ĐỘNG VỀ CÔNG TÁC DÂN TỘC TRÊN ĐỊA BÀN TỈNH",
    "1. Các sở, ban, ngành, Mặt trận Tổ quốc và các tổ chức chính trị - xã hội tỉnh chủ động phối hợp thực hiện Nghị"
    " quyết Đại hội đại biểu Đảng bộ tỉnh khóa XI. Văn phòng theo dõi việc thực hiện (qua phần mềm tại địa chỉ:"
    " https://vi-du.vn) của các cơ quan, đơn vị liên quan; tổng hợp, báo cáo lãnh đạo cơ quan theo quy định hiện hành.",
    "a) Xây dựng kế hoạch triển khai Chương trình trong Quý IV/2026 và những năm tiếp theo, trình cấp có thẩm quyền phê"
    " duyệt theo quy định tại khoản 2 Điều 5 của Quy chế; kịp thời tháo gỡ khó khăn, vướng mắc trong thực tế.",
    "- Kiểm tra định kỳ.",
)  # fmt: skip


def texts(text: str | bytes, name: str = "a.md") -> list[str]:
    """Return each line of the outline."""
    return read(text.encode() if isinstance(text, str) else text, name).text.splitlines()


def rows(text: str) -> list[tuple[str, ...]]:
    return [block.cells for block in read(text.encode(), "a.md").blocks if block.cells]


# --- lines ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gap", ["\n", "\n\n"], ids=["lines", "blank lines"])
@pytest.mark.parametrize("width", [45, 60, 72, 80, 100, 120])
def test_lines_wrapped_at_any_width_are_whole_paragraphs_again(width: int, gap: str) -> None:
    wrapped = gap.join("\n".join(textwrap.wrap(line, width, break_on_hyphens=False)) for line in PLAN)
    assert texts(wrapped, "a.txt") == list(PLAN)


@pytest.mark.parametrize(
    "text",
    [
        "- Thu gom\r\nrác thải\r\n", "- Thu gom\rrác thải\r", "\ufeff- Thu gom rác thải", "\\- Thu gom rác thải",
        "- Thu gom\u00a0rác\u2003 thải", "- Thu\u200b gom rác\u00ad thải",
        unicodedata.normalize("NFD", "- Thu gom rác thải"), "- **Thu gom** _rác_ thải",
        "- Thu gom&nbsp;rác th&#7843;i", "- Thu gom ~~mọi~~rác thải",
        "> - Thu gom rác thải", "- <b>Thu gom</b> [rác](https://vi-du.vn) thải",
        "---\ntitle: x\n---\n- Thu gom rác thải", "- Thu gom rác\fthải", "- Thu gom rác\n\n12\n\f\nthải",
    ],
)  # fmt: skip
def test_whatever_a_system_adds_to_the_words_is_taken_away(text: str) -> None:
    assert texts(text) == ["- Thu gom rác thải"]


@pytest.mark.parametrize("sign", "-–—−•·●▪■□▫◦○◆❖►➢➤→✓✔§*\uf0b7\uf0a7\uf0d8\uf02d")
def test_a_bullet_may_have_any_sign(sign: str) -> None:
    found = read(f"{sign} Một\n\n{sign} Hai\n".encode(), "a.txt").blocks
    assert [(block.level, block.text) for block in found] == [(found[0].level, "Một"), (found[0].level, "Hai")]
    assert found[0].number


def test_numbers_that_markdown_escapes_are_numbers() -> None:
    blocks = read("1\\. Một\n\n2\\) Hai\n\n\\+ Ba\n".encode(), "a.md").blocks
    assert [(block.number, block.text) for block in blocks] == [("1", "Một"), ("2", "Hai"), ("+", "Ba")]


def test_small_roman_numerals_and_numbers_in_brackets_stand_below_letters() -> None:
    text = "1. A\n\na) B\n\ni) C\n\nii) D\n\nb) E\n\n(1) F\n\n(2) G\n\nh) H\n\ni) I\n\nk) K\n"
    paths = [".".join(block.path) for block in read(text.encode(), "a.txt").blocks]
    assert paths == ["1", "1.a", "1.a.i", "1.a.ii", "1.b", "1.b.1", "1.b.2", "1.h", "1.i", "1.k"]


@pytest.mark.parametrize(
    ("spaced", "plain"),
    [
        ("K Ế  H O Ạ C H", "KẾ HOẠCH"), ("K Ế H O Ạ C H", "KẾ HOẠCH"), ("Q U Y Ế T   Đ Ị N H", "QUYẾT ĐỊNH"),
        ("T Ỉ N H  Ủ Y  L Ạ N G  S Ơ N", "TỈNH ỦY LẠNG SƠN"), ("Lớp A B C D", "Lớp A B C D"), ("a b c d", "a b c d"),
    ],
)  # fmt: skip
def test_letters_set_apart_are_words_again(spaced: str, plain: str) -> None:
    assert texts(spaced) == [plain]


def test_page_numbers_go_and_numbers_that_belong_stay() -> None:
    page = "\n\n".join(f"- Việc số {n} của trang này." for n in range(9))
    text = "\n\n".join((page, "- 1 -", page, "- 2 -", page, "Trang 3/9", page, "2026", page))
    found = texts(text, "a.txt")
    assert len([line for line in found if line.startswith("- Việc")]) == 45
    assert [line for line in found if not line.startswith("- Việc")] == ["2026"]


# --- code tables ---------------------------------------------------------------------------------------------------

WORDS = "Kế hoạch thực hiện nhiệm vụ công tác dân tộc, ưu tiên người dân ở xã đặc biệt khó khăn"
TCVN3 = "KÕ ho¹ch thùc hiÖn nhiÖm vô c«ng t¸c d©n téc, \u00adu tiªn ng\u00adêi d©n ë x· ®Æc biÖt khã kh¨n"
VNI = "Keá hoaïch thöïc hieän nhieäm vuï coâng taùc daân toäc, öu tieân ngöôøi daân ôû xaõ ñaëc bieät khoù khaên"


def in_1258(text: str) -> bytes:
    """Return the text as Windows wrote it before Unicode: letters with hats whole, tones behind them."""
    tones = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
    made = []
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tone = "".join(part for part in parts if part in tones)
        made.append(unicodedata.normalize("NFC", "".join(part for part in parts if part not in tones)) + tone)
    return "".join(made).encode("cp1258")


@pytest.mark.parametrize(
    "data",
    [
        WORDS.encode("utf-16"), WORDS.encode("utf-16-le"), WORDS.encode("utf-16-be"), WORDS.encode("utf-8-sig"),
        in_1258(WORDS), TCVN3.encode("latin-1"), VNI.encode("latin-1"), TCVN3.encode(), VNI.encode(),
    ],
    ids=["utf-16", "utf-16-le", "utf-16-be", "bom", "windows-1258", "tcvn3", "vni", "tcvn3 in utf-8", "vni in utf-8"],
)  # fmt: skip
def test_text_of_every_code_table_of_vietnam_is_read(data: bytes) -> None:
    assert texts(data, "a.txt") == [WORDS]


@pytest.mark.parametrize(
    "data",
    [
        "Le café était fermé; l'été, les élèves préfèrent la forêt.".encode("latin-1"),
        "Привет, это план работы на 2026 год для всех отделов".encode("cp1251"),
        "計画の実施について、各部署は協力して進めること".encode("shift-jis"),
    ],
    ids=["french", "russian", "japanese"],
)
def test_bytes_that_spell_no_vietnamese_are_not_guessed(data: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        read(data, "a.txt")
    assert refused.value.code == "not_text"


def test_text_in_other_languages_stays_as_it_is() -> None:
    words = "Le café était fermé; Ünïcode größer, naïve résumé, el niño pequeño, ação, coração"
    assert texts(words) == [words]


# --- tables --------------------------------------------------------------------------------------------------------

HEAD, ONE = ("TT", "Nhiệm vụ", "Chủ trì"), ("1", "Một\nhai", "Sở A | B")


@pytest.mark.parametrize(
    "text",
    [
        "| TT | Nhiệm vụ | Chủ trì |\n|:--|:-:|--:|\n| 1 | Một<br>hai | Sở A \\| B |\n",
        "TT | Nhiệm vụ | Chủ trì\n--- | --- | ---\n1 | Một<br/>hai | Sở A \\| B\n",
        "| TT | Nhiệm vụ | Chủ trì |\n| 1 | Một\nhai | Sở A \\| B |\n",
        "+--+--------+-------+\n|TT|Nhiệm vụ|Chủ trì|\n+==+========+=======+\n"
        "|1 |Một|Sở A \\| B|\n|  |hai| |\n+--+---+---+\n",
        "<table>\n<tr><th>TT</th><th>Nhiệm vụ</th><th>Chủ trì</th></tr>\n"
        "<tr><td>1</td><td>Một<br>hai</td><td>Sở A | B</td></tr></table>\n",
        "|\nTT\n|\nNhiệm vụ\n|\nChủ trì\n|\n|\n1\n|\nMột\nhai\n|\nSở A \\| B\n|\n",
    ],
    ids=["bars", "open", "over lines", "boxed", "html", "tall"],
)  # fmt: skip
def test_a_table_is_rows_in_whatever_way_it_is_drawn(text: str) -> None:
    assert rows(f"Trước:\n\n{text}\nSau.\n") == [HEAD, ONE]
    assert texts(f"Trước:\n\n{text}\nSau.\n")[-1] == "Sau."


def test_cells_parted_by_tabs_are_a_table_and_one_line_with_tabs_is_none() -> None:
    assert rows("TT\tNhiệm vụ\tChủ trì\n1\tMột\tSở Y tế\n2\t\tSở Y tế\n") == [
        ("TT", "Nhiệm vụ", "Chủ trì"), ("1", "Một", "Sở Y tế"), ("2", "", "Sở Y tế"),
    ]  # fmt: skip
    assert rows("Một\thai\tba\n\nBốn\n") == []


def test_cells_of_an_html_table_that_span_rows_are_repeated() -> None:
    html = "<table><tr><td rowspan=2>Sở</td><td>a</td></tr><tr><td>b</td></tr></table>"
    assert rows(html) == [("Sở", "a"), ("Sở", "b")]


def test_no_word_is_lost_beside_a_table_or_in_one_that_never_ends() -> None:
    assert "sau" in texts("<table><caption>Biểu</caption><tr><td>a</td></tr></table> sau")
    assert "a | b" in texts("| a | b")
    assert "b" in " ".join(texts("<table>\n<tr><td>a\n\nb\n"))


def test_a_head_and_a_signature_in_two_columns_of_blanks_are_rows_of_two_cells() -> None:
    text = (
        "      UBND TỈNH A                CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        "       SỞ Y TẾ                      Độc lập - Tự do - Hạnh phúc\n"
        "\n                         KẾ HOẠCH\n\nI. NHIỆM VỤ\n\n"
        "Nơi nhận:                              GIÁM ĐỐC\n"
        "- Như trên;\n- Lưu: VT.\n\n\n                                       Nguyễn Văn An\n"
    )
    assert rows(text) == [
        ("UBND TỈNH A\nSỞ Y TẾ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"),
        ("Nơi nhận:\n- Như trên;\n- Lưu: VT.", "GIÁM ĐỐC\nNguyễn Văn An"),
    ]
    assert "KẾ HOẠCH" in texts(text)
