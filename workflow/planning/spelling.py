"""Deadline words in one spelling: accents, small letters, digits for number words, one form for days and hours."""

from __future__ import annotations

import re
from typing import Final

from vietnamese import fold, normalise
from workflow.planning.numberwords import in_digits

_HYPHENS: Final = str.maketrans({"–": "-", "—": "-", "−": "-", "‑": "-", "\u200b": None, "\ufeff": None})
_YEAR: Final = r"(?:19|20)\d\d(?!\d)"

# Words typed without accents, by the words around them where one spelling has several meanings.
# fmt: off
_ACCENTS: Final = tuple(
    (re.compile(rf"\b{form}\b"), spelling)
    for form, spelling in (
        (r"thang sau(?= ?/| nam)",      "tháng 6"),
        (r"thang sau",                  "tháng ?"),
        (r"thu (?=hai|ba|tu|nam|sau|bay|[2-7]\b)", "thứ "),
        (r"(?<=thứ )tu",                "tư"),
        (r"(?<=thứ )nam",               "năm"),
        (r"(?<=thứ )sau",               "sáu"),
        (r"(?<=thứ )bay",               "bảy"),
        (r"chu nhat",                   "chủ nhật"),
        (r"hang(?= (?:ngay|tuan|thang|quy|nam))", "hằng"),
        (r"moi(?= (?:ngay|tuan|thang|quy|nam))",  "mỗi"),
        (r"ngay(?= (?:\d|lam viec|cuoi|dau|ky|ban hanh|nhan|thu|ket thuc|het|hop|co))", "ngày"),
        (r"(?<=\d )ngay",               "ngày"),
        (r"(?<=hằng )ngay|(?<=mỗi )ngay|(?<=kể từ )ngay|(?<=tính từ )ngay", "ngày"),
        (r"quy(?= (?:[ivl]{1,3}|[1-4]|mot|hai|ba|bon|tu|nay|toi|sau)\b)", "quý"),
        (r"(?<=hằng )quy|(?<=mỗi )quy",   "quý"),
        (r"(?<=cuoi )quy|(?<=dau )quy|(?<=giua )quy|(?<=dinh ky )quy|(?<=trong )quy(?! (?:dinh|che|trinh))", "quý"),
        (r"tu(?= (?:ngay|nay|thang|quy|nam|khi|\d))", "từ"),
        (r"(?<=ke )tu|(?<=tinh )tu",    "từ"),
        (r"ke(?= từ)", "kể"), (r"tinh(?= từ)", "tính"),
        (r"thang (?:nay)", "tháng này"), (r"(?<=quý )nay|(?<=tuan )nay", "này"),
        (r"ky hop", "kỳ họp"), (r"ky ban hanh", "ký ban hành"), (r"dinh ky", "định kỳ"), (r"(?<=ngày )ky", "ký"),
        (r"truoc", "trước"), (r"thang", "tháng"), (r"nam", "năm"), (r"den", "đến"), (r"het", "hết"), (r"toi", "tới"),
        (r"cham nhat", "chậm nhất"), (r"muon nhat", "muộn nhất"), (r"khong qua", "không quá"), (r"tuan", "tuần"),
        (r"hoan thanh", "hoàn thành"), (r"thuc hien", "thực hiện"), (r"trien khai", "triển khai"), (r"va", "và"),
        (r"thuong xuyen", "thường xuyên"), (r"lien tuc", "liên tục"), (r"lam viec", "làm việc"),
        (r"giai doan", "giai đoạn"), (r"dau", "đầu"), (r"giua", "giữa"), (r"cuoi", "cuối"), (r"cung", "cùng"),
        (r"gio", "giờ"), (r"phut", "phút"), (r"lan", "lần"), (r"mot", "một"), (r"dot xuat", "đột xuất"),
        (r"yeu cau", "yêu cầu"), (r"ke hoach", "kế hoạch"), (r"tiep theo", "tiếp theo"), (r"tro di", "trở đi"),
        (r"nhung", "những"), (r"cac", "các"), (r"ban hanh", "ban hành"), (r"khan truong", "khẩn trương"),
        (r"kip thoi", "kịp thời"), (r"hoa toc", "hỏa tốc"), (r"nua", "nửa"), (r"thoi gian", "thời gian"),
        (r"thoi han", "thời hạn"), (r"vong", "vòng"), (r"vao", "vào"), (r"cua", "của"), (r"co", "có"),
        (r"sau do", "sau đó"), (r"bao cao", "báo cáo"), (r"dau tien", "đầu tiên"), (r"dot", "đợt"), (r"buoc", "bước"),
        (r"so ket", "sơ kết"), (r"tong ket", "tổng kết"), (r"nhan duoc", "nhận được"), (r"hop", "họp"),
        (r"qua trinh", "quá trình"), (r"suot", "suốt"), (r"ca(?= (?:năm|giai|quá))", "cả"), (r"du kien", "dự kiến"),
        (r"chi dao", "chỉ đạo"), (r"huong dan", "hướng dẫn"), (r"quyet dinh", "quyết định"),
    )
)
_SPELLINGS: Final = tuple(
    (re.compile(form), spelling)
    for form, spelling in (
        (r"\s+",                                              " "),
        (r"\bhàng (?=ngày\b|tuần\b|tháng\b|quý\b|quí\b|năm\b|\d+ tháng)", "hằng "),
        (r" ?& ?(?=\d|i|v|tháng|quý|năm)",                         " và "),
        (r"\bt(?=\d{1,2} ?[-,] ?t?\d{1,2} ?/ ?20\d\d)",           "tháng "),
        (r"\bquí\b",                                          "quý"),
        (r"\bkì\b",                                           "kỳ"),
        (r"\bhoả tốc\b",                                      "hỏa tốc"),
        (r"\bthánh (?=\d)",                                   "tháng "),
        (r"(?<=tháng)(?=\d)|(?<=ngày)(?=\d)",                  " "),
        (r"(?<=quý)(?=(?:\d|i{1,3}|iv)\b)|(?<=năm)(?=\d)",    " "),
        (r"\bq\.? ?(?=(?:i{1,3}|iv|[1-4])\b)",                "quý "),
        (r"\bt\.? ?(?=\d{1,2} ?[/.-] ?20\d\d)",               "tháng "),
        (r"(?<= 0) (?=\d\b)",                                 ""),
        (r"(?<=năm 20) (?=\d\d\b)|(?<=/20) (?=\d\d\b)",       ""),
        (r"(?<=\d) ?([/.]) ?(?=\d)",                          r"\1"),
        (r"\bquý ([0-4ivl]{1,3}) ?/ ?(?=\d)",                  r"quý \1/"),
        (r"(?<=\d\d) ?- ?(?=\d)|(?<=\d) - (?=\d)",            "-"),
        (r"\(\d{1,3}\) (?=ngày|tuần|tháng|năm)",              ""),
        (r"(?<=\d) \((?:[^\d()]{2,24})\)(?= (?:ngày|tuần|tháng|năm))", ""),
    )
)
_ROMAN: Final = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5",
                 "nhất": "1", "một": "1", "hai": "2", "ba": "3", "bốn": "4", "tư": "4"}
# A small l or a digit 1 often stands for a Roman I in scanned text.
_QUARTER: Final = r"(?:[1il]v|[il]{1,3}|0?[1-4])(?!\w)"
_QUARTERS: Final = re.compile(
    rf"\bquý ((?:{_QUARTER}|nhất|một|hai|ba|bốn|tư)(?:(?:, ?|, và | và | ?- ?| đến "
    rf"|/)(?:quý )?{_QUARTER}){{0,3}})(?!\w)"
)
_QUARTER_NAME: Final = re.compile(r"[1il]v|[il]{1,3}|0(?=[1-4])|nhất|một|hai|ba|bốn|tư")
_MONTH_NAMES: Final = {"giêng": "1", "chạp": "12", "tư": "4", "mười một": "11", "mười hai": "12", "mười": "10",
                       "một": "1", "hai": "2", "ba": "3", "bốn": "4", "năm": "5", "sáu": "6", "bảy": "7", "tám": "8",
                       "chín": "9"}
_MONTH_NAME: Final = re.compile(
    rf"\btháng (giêng|chạp|mười một|mười hai|mười|tư|hai|ba|bốn|sáu|bảy|tám|chín|năm(?= (?:/|năm|{_YEAR}))"
    r"|một(?= (?:năm|/)|/))(?! (?:lần|ngày|tuần|tháng))\b"
)
_CLOCK: Final = re.compile(
    r"(?<![\d/.,])(\d{1,2})(?: ?(?:giờ|g|h) ?(\d{2})(?: ?phút| ?p)?\b| ?(?:giờ|g|h)\b(?! (?:làm|hành|kể|từ|tính|sau|/))"
    r"|:(\d{2})(?::\d{2})?\b)( (?:sáng|chiều|tối))?,?"
)
_NO_COUNT: Final = r"(?<!tuần )(?<!thứ )(?<!đợt )(?<!lần )(?<!bước )(?<!kỳ )"
_DAYS: Final = tuple(
    (re.compile(form), spelling)
    for form, spelling in (
        (rf"(?<![\d/.,])(\d{{1,2}})[.-](\d{{1,2}})[.-](?={_YEAR})",                 r"\1/\2/"),
        (r"(?<![\d/.,])(\d{1,2})([/.-])(\d{1,2})\2([1-6]\d)(?![\d/.-]\d|\d)",        r"\1/\3/20\4"),
        (r"\b((?:tháng \d{1,2}|quý [1-4])/)([2-6]\d)(?![\d/])",                     r"\g<1>20\2"),
        (rf"(?<![\d/.,]){_NO_COUNT}(\d{{1,2}}) tháng (\d{{1,2}})(?:,? năm |, ?| ?/ ?| ?- ?| )(?={_YEAR})", r"\1/\2/"),
        (rf"(?<![\d/.,])(\d{{1,2}})/(\d{{1,2}}),? năm (?={_YEAR})",                 r"\1/\2/"),
        (rf"(?<![\d/.,]){_NO_COUNT}(\d{{1,2}}) tháng (\d{{1,2}})(?![\d/]| (?:lần|tuần|ngày làm|tháng))", r"\1/\2"),
        (rf"\btháng (\d{{1,2}})(?:,? năm |, | ?/ ?| ?[.-] ?| )(?={_YEAR})",         r"tháng \1/"),
        (rf"\bquý ([1-4])(?:,? năm |, | ?/ ?| ?[.-] ?| )(?={_YEAR})",               r"quý \1/"),
        (rf"\b((?:tháng|quý) \d{{1,2}}(?:(?:, ?|, và | và |-| đến )\d{{1,2}}){{1,11}}),? năm (?={_YEAR})", r"\1/"),
    )
)
# fmt: on
_SHORT_YEAR: Final = re.compile(
    r"(?<![\d/.,-])\d{1,2} ?([/.-]) ?\d{1,2} ?\1 ?[1-6]\d(?!\d|[/.-]\d)|(?:tháng|quý) \S{1,3} ?/ ?[2-6]\d(?!\d|/)"
)


def plain(words: str) -> str:
    """Return deadline words in one spelling: small letters, hằng, quý 1-4, 17:30, d/m/yyyy, no end point."""
    text = normalise(words).lower().translate(_HYPHENS)
    if text.isascii():
        text = accented(text)
    for pattern, spelling in _SPELLINGS:
        text = pattern.sub(spelling, text)
    text = _QUARTERS.sub(lambda match: "quý " + _QUARTER_NAME.sub(_digit, match[1]), text)
    text = in_digits(_MONTH_NAME.sub(lambda match: f"tháng {_MONTH_NAMES[match[1]]}", text))
    text = _CLOCK.sub(_clock, text)
    for pattern, spelling in _DAYS:
        text = pattern.sub(spelling, text)
    return re.sub(r"\s+", " ", text).strip(" .;,:")


def accented(text: str) -> str:
    """Return words typed without accents with those of the words of time put back."""
    text = " ".join(text.split())
    for pattern, spelling in _ACCENTS:
        text = pattern.sub(spelling, text)
    return text


def has_short_year(words: str) -> bool:
    """Tell whether a year stands with its last two digits only: 30/6/26."""
    return _SHORT_YEAR.search(words) is not None


def names_lunar_month(words: str) -> bool:
    """Tell whether a month stands under its lunar name: giêng, chạp."""
    return bool(re.search(r"thang (?:gieng|chap)\b", fold(words)))


def _digit(name: re.Match[str]) -> str:
    """Return the digit of a quarter's name; a leading zero goes."""
    return _ROMAN.get(name[0].replace("l", "i").replace("1", "i"), "")


def _clock(match: re.Match[str]) -> str:
    """Return a clock time as HH:MM; what is no time of a day stays as it is."""
    hour, minute = int(match[1]), int(match[2] or match[3] or 0)
    if (match[4] or "").strip() in {"chiều", "tối"} and hour < 12:
        hour += 12
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return match[0]
    return f"{hour:02d}:{minute:02d}"
