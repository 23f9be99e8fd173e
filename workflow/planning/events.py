"""Deadlines without a day: when something happens, without an end, at once."""

from __future__ import annotations

import re
from typing import Final

from workflow.planning.words import Meaning, Words

_LEAD: Final = (
    r"(?:(?:được |phải |sẽ |cần )?(?:triển khai|thực hiện|hoàn thành|bảo đảm|đảm bảo|tổ chức|báo cáo|thời gian|thời hạn"
    r"|tiến hành|xây dựng|tiến độ|đột xuất|tổng kết|sơ kết)[: ]*){0,4}"
)
# fmt: off
_EVENTS: Final = (
    re.compile(rf"^{_LEAD}(?:ngay )?(?:sau khi|khi) (?P<event>[^\d].{{2,300}})$"),
    re.compile(rf"^{_LEAD}(?:ngay )?sau (?P<event>(?!(?:đó|ngày|năm|tháng|quý|cuối|đầu) ?\d|đó\b|cuối"
               rf"|đầu)[^\d].{{2,300}})$"),
    re.compile(rf"^{_LEAD}(?:tùy |căn cứ |phù hợp với )?theo (?P<event>[^\d].{{2,300}})$"),
    re.compile(rf"^{_LEAD}(?P<event>đột xuất(?:[,.]? .{{2,200}})?)$"),
    re.compile(r"^(?:báo cáo )?(?P<event>đột xuất)(?: \(.*)?$"),
    re.compile(rf"^{_LEAD}(?:cùng thời điểm|đồng thời) (?:với )?(?P<event>.{{2,200}})$"),
)
# Read only when no day of the calendar was found.
_LOOSE_EVENTS: Final = (
    re.compile(rf"^{_LEAD}(?P<before>trước)(?: khi| thời điểm| dịp| ngày)? (?P<event>(?!mắt|hạn\b|hết|năm\b"
               rf"|ngày\b|tháng\b|quý\b)"
               r"[^\d].{2,300})$"),
    re.compile(rf"^{_LEAD}(?:(?:trong|nhân|vào) )?dịp (?P<event>.{{2,200}})$"),
    re.compile(rf"^{_LEAD}trong thời gian (?P<event>(?:diễn ra|tổ chức|khai mạc) .{{2,200}})$"),
    re.compile(r"^(?:(?:trong|tại|vào) )?(?P<event>(?:các |)(?:kỳ họp|phiên họp|hội nghị|đại hội).{0,200})$"),
)
_CONDITION: Final = re.compile(r"^đột xuất,? (?:ngay )?(?:sau khi|khi|theo) (?P<event>.{2,200})$")
_ONGOING: Final = re.compile(
    r"thường xuyên|liên tục|lâu dài|không thời hạn|không xác định thời hạn|xuyên suốt"
    r"|(?:trong )?(?:suốt|cả|toàn) (?:quá trình|thời gian|thời kỳ|giai đoạn|nhiệm kỳ|khóa)(?! \d)"
    r"|trong quá trình (?:thực hiện|triển khai)|^(?:và )?(?:những năm |các năm )?(?:tiếp theo|sau)$|^tiếp tục"
    r"|hằng ngày|nhiệm vụ thường niên|quanh năm|trong (?:suốt )?thời gian (?:thực hiện|triển khai)"
)
_URGENT: Final = re.compile(
    r"(?:(?:cần|phải|yêu cầu|đề nghị) )?(?:(?:thực hiện|triển khai|hoàn thành|xử lý|báo cáo|giải quyết|làm) )?"
    r"(?:ngay(?: lập tức)?|khẩn trương|hỏa tốc|thượng khẩn|khẩn|kịp thời|càng sớm càng tốt|tức thì|cấp bách"
    r"|(?:trong thời gian |trong thời hạn )?sớm nhất(?: có thể)?)"
    r"(?:,? (?:ngay|khẩn trương|kịp thời|thực hiện|triển khai|hoàn thành|xử lý|báo cáo|giải quyết"
    r"|trong thời gian sớm nhất))*"
)
_GOES_ON: Final = re.compile(
    r"thường xuyên|liên tục|tiếp theo|trở đi|lâu dài|(?:những|các) năm (?:sau|tiếp)|duy trì|tiếp tục"
    r"|(?:hằng|mỗi|theo|từng) (?:tuần|tháng|quý|năm|6 tháng)|định kỳ"
)
# fmt: on


def event(words: Words) -> Meaning | None:
    """No date until something happens: "Sau khi có Quy chế của TW", "Theo kế hoạch riêng"."""
    return _event(_EVENTS, words.text)


def loose_event(words: Words) -> Meaning | None:
    """What would be an event if no day stood in the words: "trước kỳ họp thứ 20", "dịp Tết"."""
    return _event(_LOOSE_EVENTS, words.text)


def _event(forms: tuple[re.Pattern[str], ...], text: str) -> Meaning | None:
    match = next((match for form in forms if (match := form.match(text))), None)
    if match is None:
        return None
    inner = _CONDITION.match(match["event"])
    meaning: Meaning = {"kind": "event", "event": (inner or match)["event"].strip(" ,;")}
    return meaning | ({"boundary": "before"} if match.groupdict().get("before") else {})


def ongoing(words: Words) -> Meaning | None:
    """Without an end: "Thường xuyên", "trong suốt quá trình thực hiện"."""
    return {"kind": "ongoing"} if is_ongoing(words.text) else None


def is_ongoing(text: str) -> bool:
    """Tell whether plain words say that something has no end."""
    return _ONGOING.search(text) is not None


def goes_on(text: str) -> bool:
    """Tell whether plain words say that something goes on or comes again."""
    return _GOES_ON.search(text) is not None


def urgent(words: Words) -> Meaning | None:
    """At once, without a day."""
    return {"kind": "urgent"} if _URGENT.fullmatch(words.text) else None
