"""Deadline words inside the sentence of a task: found by their form and place, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from workflow.planning.deadlines import BEFORE_ISSUE, Deadline, read_deadline
from workflow.planning.letters import CAPITALS

_YEAR: Final = r"(?:19|20)\d\d(?!\d)"
_EVERY: Final = r"(?:hằng|hàng|mỗi)"
_CLOCK: Final = r"(?:\d{1,2} ?(?:giờ|h|g)(?: ?\d{2})?(?: phút)?,? (?:ngày )?)?"
_DAY: Final = (
    rf"{_CLOCK}(?:ngày )?(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]{_YEAR}|\d{{1,2}} tháng"
    rf" \d{{1,2}}(?: năm {_YEAR}| {_EVERY} năm)?|"
    rf"\d{{1,2}}/\d{{1,2}}(?: {_EVERY} năm)?|\d{{1,2}} (?:{_EVERY} (?:tháng|quý)|của tháng(?: cuối quý"
    rf"| đầu quý)?|tháng cuối quý))"
)
_MONTH: Final = rf"tháng \d{{1,2}}(?:/{_YEAR}| năm {_YEAR}| {_EVERY} năm)"
_QUARTER: Final = rf"quý (?:IV|I{{1,3}}|[1-4])(?:[/-]| năm | ){_YEAR}"
_HALF: Final = rf"0?[69] tháng (?:đầu|cuối) năm {_YEAR}"
_OF_YEAR: Final = rf"(?:(?:cuối|giữa|đầu) )?năm {_YEAR}"
_ROUGH: Final = rf"(?:{_MONTH}|{_QUARTER}|{_HALF}|{_OF_YEAR})"
_OFTEN: Final = rf"(?:{_EVERY} (?:tuần|tháng|quý|năm)|0?6 tháng)"
_END: Final = r"(?=\s*(?:[.;,)…]|$))"
_DONE: Final = r"(?:(?:hoàn thành|xong|nộp|gửi|báo cáo|trình) )?"

# Exact days with a cue stand anywhere; rough ones only where a clause ends; what opens a point stands at
# its head.
# fmt: off
_ANYWHERE: Final = (
    rf"{_DONE}(?:trước|chậm nhất(?: là)?(?: đến| vào| trong)?|muộn nhất(?: là)?|không quá|đến hết"
    rf"|xong trong) {_DAY}(?: và {_EVERY} (?:tháng|quý|năm))?",
    rf"định kỳ {_OFTEN}(?:(?:,| và|;) {_OFTEN})*(?: \([^()]{{3,90}}\)|,? (?:vào |trước |chậm nhất )?{_DAY})?",
    r"(?:trong (?:thời hạn|vòng|thời gian) |sau )(?:tối đa )?\d{1,3} (?:ngày làm việc|ngày|tuần"
    r"|tháng)(?: kể)? từ (?:ngày |khi )[^.;,()]{1,120}",
    rf"theo kế hoạch {_EVERY} năm(?: và dài hạn)?",
)
_CLAUSE_END: Final = (
    rf"{_DONE}(?:trong|vào|trước|đến hết|chậm nhất(?: là)?(?: trong| vào| đến)?|muộn nhất(?: là)?(?: trong"
    rf"| vào)?|xong trong) {_ROUGH}{_END}",
    rf"(?:từ|kể từ) (?:ngày |tháng |quý )?[\dIV/]{{1,10}}(?: năm {_YEAR})?"
    rf" đến (?:hết )?(?:{_DAY}|{_ROUGH}){_END}",
    rf"(?:vào|trong) (?:tháng|quý) (?:\d{{1,2}}|I{{1,3}}|IV) {_EVERY} năm{_END}",
    r"(?:sau khi|khi) (?:có|được) (?:yêu cầu|đề nghị|hướng dẫn|chủ trương|văn bản|kế hoạch|quyết định"
    r"|thông báo|ý kiến|chỉ đạo)[^.;:()]{0,120}(?=\s*(?:[.;]|$))",
)
_HEAD: Final = (
    rf"(?:trước|chậm nhất(?: là)?|đến hết|trong|vào|đến) (?:{_DAY}|{_ROUGH})(?=\s*[,:]| phải| hoàn thành"
    rf"| giải quyết| cơ bản| có)",
    rf"(?:{_QUARTER}|{_MONTH}|{_HALF}|năm {_YEAR}|giai đoạn {_YEAR} ?[-–] ?{_YEAR}|từ (?:nay"
    rf"|năm {_YEAR}) đến (?:hết )?năm {_YEAR})(?=\s*[,:])",
    rf"(?:định kỳ )?{_OFTEN}(?:(?:,| và|;) {_OFTEN})*(?=\s*[,:]| (?:báo cáo|tổng hợp|tổ chức|xây dựng"
    rf"|rà soát|đánh giá|sơ kết|kiểm tra|các|tham mưu|thực hiện))",
)
_PHRASES: Final = (
    r"(?:giai đoạn [^.;()]{4,60} )?vào năm \d{4}(?:; (?:giai đoạn )?[^.;()]{4,60} vào năm \d{4})+",
)
# fmt: on
_FLAGS: Final = re.IGNORECASE
_ANY_FORM: Final = re.compile("|".join((*_PHRASES, *_ANYWHERE, *_CLAUSE_END)), _FLAGS)
_HEAD_FORM: Final = re.compile("|".join(_HEAD), _FLAGS)
_ONGOING: Final = re.compile(
    r"(?:(?:thực hiện|triển khai|tiến hành|duy trì) )?thường xuyên(?:, (?:liên tục|hằng năm"
    r"|hàng năm))?(?=\W*$)",
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
    found = [words for words in _candidates(parts) if _is_firm(words, issued, not_before)]
    return found[0] if found else None


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
        yield from reversed([match[0].strip(" ,;") for match in _ANY_FORM.finditer(text)])
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
