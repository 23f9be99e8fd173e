"""Deadline words inside the sentence of a task: found by their form and place, never guessed."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from workflow.planning.deadlines import BEFORE_ISSUE, Deadline, read_deadline
from workflow.planning.letters import CAPITALS

_LIMIT_CANDIDATES: Final = 40
_YEAR: Final = r"(?:19|20)\d\d(?!\d)"
_EVERY: Final = r"(?:hằng|hàng|mỗi)"
_CLOCK: Final = r"(?:\d{1,2} ?(?:giờ|h|g|:)(?: ?\d{2})?(?: phút)?,? (?:ngày )?)?"
_ROMAN: Final = r"(?:IV|I{1,3}|0?[1-4])(?!\w)"
_OF_EACH: Final = (
    rf"(?:{_EVERY} (?:tháng|quý)|(?:của )?tháng (?:cuối|đầu|giữa)(?: của)? quý(?: (?:sau|tiếp theo|kế tiếp))?"
    r"|(?:của )?tháng (?:kế tiếp|tiếp theo|liền kề|sau)|của tháng)"
)
_ONE_DAY: Final = (
    rf"(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]{_YEAR}|\d{{1,2}} tháng \d{{1,2}}(?:,? năm {_YEAR})?"
    rf"|\d{{1,2}}/\d{{1,2}}(?![\d/])|\d{{1,2}} {_OF_EACH})"
)
_DAY: Final = (
    rf"{_CLOCK}(?:(?:ngày )?(?:thứ \w+|chủ nhật),? (?:ngày )?(?:{_ONE_DAY}|{_EVERY} tuần)"
    rf"|(?:ngày )?{_ONE_DAY}(?:(?:,| và) (?:trước )?(?:ngày )?{_ONE_DAY}){{0,3}}(?: {_EVERY} năm)?)"
)
_DAY_NUMBER: Final = r"(?:ngày )?\d{1,2}(?![\d/-]|[.,]\d| tháng)"
_MONTHS: Final = r"tháng \d{1,2}(?:(?:,| và|-)(?: ?tháng)? ?\d{1,2}(?![\d/]\d?/)){0,5}"
_QUARTERS: Final = rf"quý {_ROMAN}(?:(?:,| và|-)(?: ?quý)? ?{_ROMAN}){{0,3}}"
_PART: Final = r"(?:(?:cuối|giữa|đầu|nửa đầu|nửa cuối|tuần (?:thứ )?\w+(?: của)?) )?"
_MONTH: Final = rf"{_PART}{_MONTHS}(?: ?[/-] ?{_YEAR}|,? năm {_YEAR}| {_EVERY} năm)"
_QUARTER: Final = rf"{_PART}{_QUARTERS}(?: ?[/-] ?| năm | ){_YEAR}"
_HALF: Final = rf"(?:0?[369]|sáu|chín) tháng (?:đầu|cuối) năm {_YEAR}"
_OF_YEAR: Final = rf"{_PART}năm {_YEAR}"
_LOOSE: Final = rf"(?:{_PART}(?:{_MONTHS}|{_QUARTERS})|(?:0?[369]|sáu|chín) tháng (?:đầu|cuối) năm)"
_ON: Final = r"(?:,? và (?:các|những) năm (?:tiếp theo|kế tiếp|sau)(?: \w+)?| trở đi)?"
_EXACT: Final = rf"(?:{_MONTH}|{_QUARTER}|{_HALF})"
_ROUGH: Final = rf"(?:{_EXACT}|{_OF_YEAR}{_ON})"
_OFTEN: Final = rf"(?:{_EVERY} (?:tuần|tháng|quý|năm)|0?6 tháng|sáu tháng)"
_TIMES: Final = (
    r"(?:\d{1,2} lần ?/ ?(?:tuần|tháng|quý|năm)|mỗi (?:tuần|tháng|quý|năm) (?:một|hai|ba|bốn|\d{1,2}) lần"
    r"|\d{1,2} (?:tháng|năm) (?:một|0?1) lần|\d{1,2} (?:tháng|năm) ?/ ?lần)"
)
_END: Final = r"(?=\s*(?:[.;,)…]|$))"
_SOFT_END: Final = r"(?=\s*(?:[.;,)…]|$)|\s(?:tại|để|trên|ở|cho|theo|phải|và báo cáo|đối với) )"
_DONE: Final = r"(?:(?:hoàn thành|xong|nộp|gửi|trình) )?"
_LATEST: Final = r"(?:chậm|muộn) nhất(?: là)?(?: đến| vào| trong)?(?: hết)?"
_LABEL: Final = r"thời gian(?: hoàn thành| thực hiện)?:"
_SINCE: Final = rf"(?:(?:ngày|tháng|quý|năm) )?[\dIV/]{{1,10}}(?: tháng \d{{1,2}})?(?: năm {_YEAR})?"
_LONG: Final = (
    r"(?:tối đa |không quá )?\d{1,3} (?:\([^()]{2,20}\) )?(?:ngày làm việc|ngày|tuần|tháng)(?:,? (?:kể|tính))? từ"
    r" (?:ngày |khi )[^.;,()]{1,120}"
)

# Exact days with a cue stand anywhere; rough ones only where a clause ends; what opens a point stands at
# its head.
# fmt: off
_ANYWHERE: Final = (
    rf"{_DONE}(?:trước|{_LATEST}|không quá|không muộn hơn|đến hết|xong trong|hạn cuối(?: là)?:?) {_DAY}"
    rf"(?: và {_EVERY} (?:tháng|quý|năm))?",
    rf"định kỳ (?:vào )?{_OFTEN}(?:(?:,| và|;) {_OFTEN})*(?: \([^()]{{3,90}}\)"
    rf"|,? (?:vào |trước |{_LATEST} )?(?:{_DAY}|{_DAY_NUMBER}))?",
    rf"(?:trước |{_LATEST} |vào )?ngày \d{{1,2}},? {_EVERY} (?:tháng|quý)",
    rf"(?:trong (?:thời hạn|vòng|thời gian) |sau |chậm nhất ){_LONG}",
    rf"theo kế hoạch {_EVERY} năm(?: và dài hạn)?",
    _TIMES,
)
_CLAUSE_END: Final = (
    rf"{_DONE}(?:trong|vào|trước|đến hết|{_LATEST}|xong trong|{_LABEL}) {_EXACT}{_SOFT_END}",
    rf"{_DONE}(?:trong|vào|trước|đến hết|{_LATEST}|xong trong|{_LABEL}) {_ROUGH}{_END}",
    rf"{_DONE}(?:trong|vào|trước|đến hết|{_LATEST}|xong trong) {_LOOSE}{_END}",
    rf"(?:từ|kể từ) {_SINCE} đến (?:hết )?(?:{_DAY}|{_ROUGH}){_SOFT_END}",
    rf"từ năm {_YEAR}(?:,? và (?:các|những) năm (?:tiếp theo|kế tiếp|sau)| trở đi){_END}",
    rf"(?:vào|trong) (?:các )?ngày {_DAY}{_SOFT_END}",
    rf"(?:vào|trong) (?:tháng|quý) (?:\d{{1,2}}|{_ROMAN}) {_EVERY} năm{_END}",
    r"(?:sau khi|khi) (?:có|được) (?:yêu cầu|đề nghị|hướng dẫn|chủ trương|văn bản|kế hoạch|quyết định"
    r"|thông báo|ý kiến|chỉ đạo)[^.;:()]{0,120}(?=\s*(?:[.;]|$))",
)
_HEAD: Final = (
    rf"(?:trước|chậm nhất(?: là)?|muộn nhất(?: là)?|đến hết|trong|vào|đến) (?:{_DAY}|{_ROUGH})(?=\s*[,:]| phải"
    r"| hoàn thành| giải quyết| cơ bản| có)",
    rf"(?:{_QUARTER}|{_MONTH}|{_HALF}|{_OF_YEAR}{_ON}|giai đoạn {_YEAR} ?[-–] ?{_YEAR}|từ (?:nay"
    rf"|năm {_YEAR}) đến (?:hết )?năm {_YEAR})(?=\s*[,:])",
    rf"từ {_SINCE} đến (?:hết )?(?:{_DAY}|{_ROUGH})(?=\s*[,:])",
    rf"{_OFTEN},? (?:trước |{_LATEST} |vào )(?:{_DAY}|{_DAY_NUMBER})(?=\s*[,:]| (?:báo cáo|tổng hợp|gửi))",
    rf"(?:định kỳ )?{_OFTEN}(?:(?:,| và|;) {_OFTEN})*(?=\s*[,:]| (?:báo cáo|tổng hợp|tổ chức|xây dựng"
    rf"|rà soát|đánh giá|sơ kết|kiểm tra|các|tham mưu|thực hiện))",
    r"(?:ngay )?(?:sau khi|khi) (?:có |được |Kế hoạch |Nghị quyết |Quyết định |Luật |Đề án )[^.;,()]{2,120}(?=,)",
)
_PHRASES: Final = (
    r"(?:giai đoạn [^.;()]{4,60} )?vào năm \d{4}(?:; (?:giai đoạn )?[^.;()]{4,60} vào năm \d{4})+",
    rf"(?:vào|trong) (?:{_EXACT}|{_OF_YEAR})(?:,| và) (?:sơ kết|tổng kết|đánh giá|báo cáo|ban hành"
    rf"|trình)[^.;,()\d]{{0,40}} "
    rf"(?:vào|trong) (?:{_EXACT}|{_OF_YEAR}){_END}",
    r"(?:định kỳ:? )?0?6 tháng[^.;\d]{0,16}(?:trước|chậm nhất)(?: ngày)? \d{1,2}(?:/| tháng )\d{1,2}[^.;\d]{0,30}năm"
    rf"[^.;\d]{{0,16}}(?:trước|chậm nhất)(?: ngày)? \d{{1,2}}(?:/| tháng )\d{{1,2}}(?! ?/ ?\d)(?: {_EVERY} năm)?",
)
# fmt: on
_FLAGS: Final = re.IGNORECASE
_ANY_FORM: Final = re.compile("|".join((*_PHRASES, *_ANYWHERE, *_CLAUSE_END)), _FLAGS)
_HEAD_FORM: Final = re.compile("|".join(_HEAD), _FLAGS)
_ONGOING: Final = re.compile(
    r"(?:(?:thực hiện|triển khai|tiến hành|duy trì) )?thường xuyên(?:, (?:liên tục|hằng năm"
    r"|hàng năm))?(?=\W*$)|(?:trong )?suốt quá trình [^.;]{4,80}?(?=\W*$)",
    _FLAGS,
)
_BRACKET: Final = re.compile(r"\(([^()]{3,160})\)[\s.;,]*$")
_PURE: Final = re.compile(
    rf"(?:hoàn thành|thời gian|trong|trước|đến|từ|vào|quý|tháng|năm|giai đoạn|thường xuyên"
    rf"|{_EVERY}|định kỳ|chậm nhất|muộn nhất|xong|\d)",
    _FLAGS,
)
_SENTENCE: Final = re.compile(rf"(?<=[.;]) (?=[{CAPITALS}])")
_FIRM: Final = frozenset({"by", "range", "milestones", "recurring", "combined", "duration"})


def in_sentence(parts: Sequence[str], issued: date | None, not_before: date | None) -> str | None:
    """Return the deadline words a task's text holds, as written; None when it names no time of its own.

    `parts` are the paragraphs of the task. A date before `not_before` belongs to something told, not ordered.
    """
    return next((words for words in _candidates(parts) if _is_firm(words, issued, not_before)), None)


def as_whole(text: str) -> str | None:
    """Return the text when all of it tells a time: "Năm 2018:", "(trong năm 2013)"."""
    words = text.strip(" .:;()")
    if len(words) > 120 or not _PURE.match(words):
        return None
    return words if read_deadline(words, None).kind in _FIRM | {"ongoing"} and _is_bare(words) else None


def _is_bare(words: str) -> bool:
    """Tell whether a time stands alone: without it few words are left."""
    return len(re.sub(r"\d+|[IVX]+\b", "", words).split()) <= 9


def _candidates(parts: Sequence[str]) -> Iterator[str]:
    """Yield what may be deadline words, the surest first."""
    for text in parts:
        if (bracket := _BRACKET.search(text)) and (words := as_whole(bracket[1])):
            yield words
    for text in parts:
        if match := _HEAD_FORM.match(text):
            yield match[0]
    for text in parts:
        yield from reversed(deque((match[0].strip(" ,;") for match in _ANY_FORM.finditer(text)), _LIMIT_CANDIDATES))
    for text in parts:
        yield from _later_heads(text)
        if match := _ONGOING.search(text):
            yield match[0]


def _later_heads(text: str) -> Iterator[str]:
    """Yield "Hằng năm" and its like where they open a later sentence; a year there is the horizon of a
    level.
    """
    for sentence in _SENTENCE.split(text)[1:]:
        if (match := _HEAD_FORM.match(sentence)) and not re.search(_YEAR, match[0]):
            yield match[0]


def _is_firm(words: str, issued: date | None, not_before: date | None) -> bool:
    """Tell whether words found in running text can be a deadline at all."""
    deadline = read_deadline(words, issued)
    if deadline.kind == "none" and deadline.question is None:
        return False
    return not _is_past(deadline, not_before)


def _is_past(deadline: Deadline, not_before: date | None) -> bool:
    if BEFORE_ISSUE in deadline.warnings:
        return True
    due = deadline.meaning.get("due") or deadline.meaning.get("to")
    return bool(not_before and due and due < not_before.isoformat())
