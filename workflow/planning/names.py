"""Names of bodies as plans write them: where one begins, where it ends, where a list of them is cut."""

from __future__ import annotations

import re
from typing import Final

from workflow.planning.letters import CAPITALS
from workflow.planning.verbs import begins_action, first_action

LIMIT_NAME: Final = 260

_HEADS: Final = (
    r"bộ(?! (?:máy|tiêu chí|chỉ số|dữ liệu|luật|thủ tục|hồ sơ|quy|câu hỏi|tài liệu))", r"sở(?! hữu)",
    r"ban(?! (?:hành|đầu|bố))", "bch", r"ngành(?! nghề)", "[ủu][ỷy] ban", "uỷ ban", "ubnd", "ubmttq", "hđnd",
    "hội đồng", r"hội(?! (?:nghị|thảo|thi|nhập|diễn|chợ|họp|viên))",
    r"đoàn (?:thanh niên|kiểm tra|giám sát|đại biểu|công tác|thể|luật sư|tncs)", "mặt trận", "mttq",
    "liên đoàn",
    "liên minh", "công an", "quân khu", "văn phòng", r"phòng(?!,? (?:chống|thủ|ngừa|bệnh|cháy|không|trừ))",
    r"thanh tra (?:tỉnh|sở|ban|bộ|chính phủ|huyện|thành phố|nhà nước|các)", "t[òo][àa] án", r"viện(?! trợ"
        r"| dẫn)",
    r"trường(?! hợp)", "các trường", "nhà trường", "trung tâm", "trung ương", "chi cục", "cục", "tổng cục",
    r"vụ(?! việc| án)", "kho bạc", "ngân hàng", "bảo hiểm xã hội", "bhxh", r"báo(?! (?:cáo|đảm|chí|hiệu))",
    r"đài(?! thọ)", "thông tấn xã", "cổng thông tin", "tổng công ty", "công ty", "tập đoàn", "doanh nghiệp",
    "hợp tác xã", "cơ quan", "đơn vị", r"tổ chức(?= (?:chính trị|xã hội|đoàn thể|có liên|liên quan)"
                                       r"|, (?:cá nhân|đoàn))",
    r"địa phương", r"xã(?! hội)", "phường", "huyện", "thị xã", "thành phố", "cấp ủy", "chi bộ",
    "đảng (?:ủy|bộ|đoàn)",
    "(?:tỉnh|huyện|thành|xã|quận) ủy", r"tổ (?:công tác|trưởng|giúp việc|chuyên|biên tập)", "chủ tịch",
    "thủ trưởng",
    "giám đốc", r"chi, đảng bộ", "thường trực", "chi ủy", "chi hội",
    r"(?:phó )?trưởng (?:các )?(?:ban|phòng|đoàn|thôn|bản)",
    "phó", "chánh (?:văn phòng"
        "|thanh tra)",
    "người đứng đầu", "tư lệnh", "bộ trưởng", r"lãnh đạo (?:ban|sở|các|phòng|bộ|ủy|đơn vị|văn phòng|cơ quan)",
    "đồng chí", "cán bộ", "công chức", "chính quyền", "chủ đầu tư", "kiểm toán nhà nước", "bộ đội",
    r"đội(?! ngũ| hình)",
    "thủ tướng", "chính phủ", "thành viên", "(?:các )?ủy viên", "tỉnh đoàn", "thành đoàn", "huyện đoàn", "xã đoàn",
    "đoàn (?:xã|phường|trường|khối)", "công đoàn", "tiểu ban", "đảng viên", "hạt kiểm lâm",
    r"trạm (?:y tế|thú y|khuyến nông|bảo vệ|kiểm|quản lý|cấp nước|khí tượng|truyền thanh)",
    r"khoa(?! học| giáo)", "bệnh viện", "bộ môn", "điện lực", "bưu điện", "viễn thông", "thư viện", "bảo tàng",
    "hiệu trưởng", "giáo viên", "kế toán", "thôn trưởng", r"(?:ban )?nhân dân (?:thôn|ấp|khu)", "tổ dân phố",
    "bí thư", "chánh án", "viện trưởng", "cục trưởng", "vụ trưởng", "chi cục trưởng", "chỉ huy", "nhà thầu",
    "(?:toàn )?lực lượng", r"khối(?! lượng)", "chuyên viên", "đảng ủy viên", "hai (?:ngành|đơn vị|cơ quan|sở|bên)",
    "liên ngành", "ấp",
)  # fmt: skip
_HEAD: Final = re.compile(rf"(?:(?:các|toàn thể|những|từng|mỗi|đại diện) )?(?:{'|'.join(_HEADS)})(?!\w)", re.IGNORECASE)
_ENTRY: Final = re.compile(
    r"(?:trách nhiệm (?:của|thuộc)|đối với|giao(?: cho)?|đề nghị|yêu cầu|nhiệm vụ của) (?=\S)", re.IGNORECASE
)
_BEFORE: Final = re.compile(
    r"(?:căn cứ|trên cơ sở|theo|để|nhằm|định kỳ|hằng|hàng|đến|trước|trong|chậm nhất|từ|vào|quý|tháng|năm)\b",
    re.IGNORECASE,
)
# A comma parts two names where a body's own name begins with a capital behind it; "các Sở, ban, ngành" is
# one name.
_CUT: Final = re.compile(
    r", (?=(?:Bộ|Sở|Ban|Ủy ban|Uỷ ban|UBND|HĐND|UBMTTQ|MTTQ|Hội|Đoàn|Mặt trận|Đài|Thông tấn xã|Công an"
    r"|Phòng|Văn phòng|"
    r"Thanh tra|Trung tâm|Trung ương|Cục|Tổng cục|Chi cục|Viện|Trường|Tòa án|Toà án|Kho bạc|Ngân hàng"
    r"|Bảo hiểm|Liên đoàn|"
    r"Liên minh|Báo|Cổng|Công ty|Tổng công ty|Tập đoàn|Bộ đội|Đảng ủy|Tỉnh ủy|Thành ủy|Quân khu|BCH|BHXH"
    r"|Tư lệnh|Chủ tịch)(?!\w))"
)
# Verbs that names of bodies may hold: at the very end of a name they are verbs after all.
_TAIL: Final = re.compile(r" (?:lãnh đạo|giao|đưa|nắm|tìm|mở|chuyển|xét|có|và|đã|cùng)$")
# Behind the area a body is of, an unknown word in small letters begins what the body does.
_AREA_END: Final = re.compile(
    r"(?<=[^\W\d_] )(?:(?:tỉnh|huyện|xã|phường)(?=,? [^\W\d_A-ZĐ])|liên quan|trực thuộc|có liên quan)(?!\w)"
)
_STILL_NAME: Final = re.compile(
    r"(?:,? ?(?:và|cùng|các|thuộc|trực|nhân|ủy|uỷ|đoàn|hội|biên|phường|xã|thị|đặc|ban|sở|ngành|đơn|có|liên|địa|,|của|ở"
    r"|trong|trên|lân|là|khác|tới|đến|hoặc|cấp|với|cơ|tổ|cá|doanh|lân cận|phụ|được|cần|chủ|người|khi|tại"
    r"|về|để|theo)(?!\w)|[;:.()])"
)
_STOP: Final = re.compile(r"[;()]|[.:](?=\s|$)")
_PROPER: Final = re.compile(f"[{CAPITALS}]")


def begins_name(text: str) -> bool:
    """Tell whether the text begins with what a body or an office is called by."""
    return _HEAD.match(text) is not None


def without_entry(text: str) -> str:
    """Return the text without "Giao", "Đề nghị", "Trách nhiệm của" and the like before a name."""
    entry = _ENTRY.match(text)
    return text[entry.end() :] if entry else text


def whole_name(text: str) -> str | None:
    """Return the name when the text is one and nothing else: "Trách nhiệm của Bộ Quốc phòng", "Sở Y tế:"."""
    name = without_entry(text).strip(" .:;")
    if len(name) > LIMIT_NAME or not _HEAD.match(name) or first_action(name, 0, len(name)) is not None:
        return None
    return name


def actor(text: str) -> tuple[str, int] | None:
    """Return who acts in a sentence that names him first, and where his name ends; also behind "Căn
    cứ …," .
    """
    for start in _openings(text):
        if not _HEAD.match(text, start):
            if start and begins_action(text[start : start + 40]):
                return None
            continue
        end = first_action(text, start, start + LIMIT_NAME)
        name = _bare(text[start:end]) if end is not None else ""
        if name and ". " not in name:
            return name, end or 0
    return None


def _openings(text: str) -> list[int]:
    """Return the places where the actor's name could begin: the start, or behind a comma of an opening
    phrase.
    """
    entry = _ENTRY.match(text)
    first = entry.end() if entry else 0
    if not _BEFORE.match(text):
        return [first]
    stop = min(len(text), 400)
    return [first, *(match.end() for match in re.finditer(", ", text[:stop]))]


def names_from(text: str, start: int) -> tuple[str, int]:
    """Return the run of names that begins at a place and where it ends: before a verb, or at a full stop."""
    stop = _STOP.search(text, start, start + LIMIT_NAME)
    limit = stop.start() if stop else min(len(text), start + LIMIT_NAME)
    verb = first_action(text, start, limit)
    end = limit if verb is None else verb
    return _bare(text[start:end]), end


def _bare(words: str) -> str:
    """Return a name without the signs and verbs it does not end in."""
    name = words.strip(" ,;:-–")
    while match := _TAIL.search(name):
        name = name[: match.start()].strip(" ,;:")
    for area in _AREA_END.finditer(name):
        behind = name[area.end() :]
        if behind[:1] == " " and behind[1:2].islower() and not _STILL_NAME.match(behind.strip()):
            return name[: area.end()]
    return name


def split(text: str) -> list[str]:
    """Return the names in a list of bodies, each as written; lines and semicolons always part them."""
    found: list[str] = []
    for line in _whole_lines(text):
        for part in re.split(r";|(?<!\w)\+ |^\s*[-–] ", line):
            found += [name for piece in _CUT.split(part) if (name := piece.strip(" .,:;-–"))]
    return list(dict.fromkeys(found))


def _whole_lines(text: str) -> list[str]:
    """Return the lines of a cell, one that goes on with a small letter joined to the line before it."""
    lines: list[str] = []
    for line in text.split("\n"):
        if lines and line[:1].islower() and not begins_name(line):
            lines[-1] = f"{lines[-1]} {line}"
        else:
            lines.append(line)
    return lines


def is_generic(name: str) -> bool:
    """Tell whether the words name nobody in particular: "các cơ quan liên quan"."""
    return (
        not _PROPER.search(name[1:])
        and re.match(r"(?:các|những|cơ quan|đơn vị|địa phương|mọi)\b", name, re.IGNORECASE) is not None
    )
