"""Deadlines with days of the calendar: by a day, over a range, at several days, or from a day on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from workflow.planning.clocktimes import time_in
from workflow.planning.points import Point
from workflow.planning.words import UNREAD, YEAR_TAKEN, Asked, Meaning, Words, dated

# fmt: off
_CUES: Final = (
    ("before", r"trước"),
    ("within", r"chậm nhất|muộn nhất|không quá|không (?:muộn|chậm|trễ) hơn|cho đến|đến|tới|hết|trong|xong|hoàn thành"
               r"|hoàn tất|kết thúc|hạn cuối|hạn chót|thời hạn|thời gian|hạn"),
    ("from",   r"bắt đầu từ|bắt đầu|kể từ|tính từ|từ"),
    ("on",     r"vào|lúc|nhân dịp|dịp"),
)
# fmt: on
_CUE: Final = "|".join(form for _, form in _CUES)
_FILLER: Final = (
    r"là|vào|trong|các ngày|những ngày|ngày|thời điểm|thời gian|khoảng|cả|suốt|thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7]),?"
    r"|chủ nhật,?|\d\d:\d\d,?|cuối|đầu|giữa|mùng|năm|các năm|giai đoạn \d+ ?:?|giai đoạn|thời kỳ|nhiệm kỳ"
    r"|\d{1,2}|buổi|sáng|chiều|giờ hành chính|giờ làm việc|kỳ|hết|đó|\d{1,2} (?:ngày|tháng|năm|quý),?|5 năm|,|-|:|\("
)
# Possessive and atomic: no word is read twice, so the search stays linear.
_AIM: Final = re.compile(rf"(?:^|(?<=[\s(,;:]))((?>{_CUE})(?!\w)(?: ?(?>{_CUE}|{_FILLER})(?!\w))*+) ?$")
_ACTION: Final = (
    r"thời hạn|hạn cuối|hạn chót|hạn|tiến độ|hoàn thành|hoàn tất|thực hiện|triển khai|tổ chức|tiến hành"
    r"|dự kiến|phấn đấu|ngay|khẩn trương"
    r"|báo cáo|trình|gửi|nộp|ban hành|tổng hợp|sơ kết|tổng kết|đánh giá|lần (?:thứ )?\w+|đợt \w+|bước \w+|nhiệm vụ"
    r"|xong|từ|và|đến|việc|công việc|giữa kỳ|cuối kỳ|theo|hội nghị|kiểm tra|rà soát|xây dựng|kế hoạch này|tháng|quý"
)
_BARE: Final = re.compile(rf"(?:(?>(?:{_ACTION}|{_FILLER}|{_CUE})(?!\w)|[-+*•.:,;()…]) ?)*+")
_ACT: Final = re.compile(r"(?:trình|ban hành|hoàn thành|tổ chức|phê duyệt|khởi công|khánh thành|khai mạc|công bố) ")
_OF_WORK: Final = re.compile(
    r"(?:kế hoạch|chương trình|kết quả|tình hình|công tác|số liệu|báo cáo|quyết định|nghị quyết|luật|dự toán|nhiệm vụ"
    r"|chỉ tiêu|ngân sách|số \S+|từ|sau|ngày \D{3,40})$"
)
_SEGMENT: Final = re.compile(r"[;.(]|: ")
_SOFT_SEGMENT: Final = re.compile(r"[;.(,]|: | và ")
_RANGE: Final = re.compile(
    r" ?(?:,? ?(?:cho )?(?:-|đến|tới)(?: (?:hết|trước|cuối|ngày|năm|khoảng|\d\d:\d\d,?"
    r"|thứ \w+,?))*) ?(?:(?:ngày|tháng|quý) )?"
)
_LIST: Final = re.compile(r"(?: ?(?:,|;|và|, và|hoặc|&|\+)) ?(?:các |ngày |năm |tháng |quý )*")
_ENDS_BEFORE: Final = re.compile(r"trước")
_MOMENTS: Final = frozenset({"moment_of_month", "moment_of_quarter", "moment_of_year"})
_ONE_DAY: Final = timedelta(days=1)
_WINDOW: Final = 90
_LIMIT_GROUPS: Final = 24


@dataclass(frozen=True, slots=True)
class _Group:
    """Points that are said together, how they are joined, and the cue words right before them."""

    points: tuple[Point, ...]
    joint: str
    cue: str
    gap: str = ""

    @property
    def boundary(self) -> str | None:
        words = self.cue
        return next((name for name, form in _CUES if re.search(rf"\b(?:{form})\b", words)), None)


def read(words: Words) -> Meaning | None:
    """Return what the dated stretches of the words mean, None when there is none that is a deadline."""
    groups = _usable(words.text, _groups(words.text, words.points))
    if not groups:
        return None
    taken = any(point.year is None for group in groups for point in group.points)
    sure = [replace(group, points=tuple(dated(point, words) for point in group.points)) for group in groups]
    meaning = _meaning(_exact(sure), words.text)
    return meaning | {YEAR_TAKEN: True} if taken else meaning


def _groups(text: str, points: tuple[Point, ...]) -> list[_Group]:
    """Return the points by what joins them."""
    groups: list[_Group] = []
    for point in points[:_LIMIT_GROUPS]:
        last = groups[-1] if groups else None
        between = text[last.points[-1].end : point.start] if last else ""
        if last and last.joint in {"", "range"} and len(last.points) == 1 and _RANGE.fullmatch(between):
            groups[-1] = replace(last, points=(*last.points, point), joint="range", gap=between)
        elif last and last.joint in {"", "list"} and _LIST.fullmatch(between):
            groups[-1] = replace(last, points=(*last.points, point), joint="list")
        else:
            aim = _AIM.search(text[max(0, point.start - _WINDOW) : point.start])
            groups.append(_Group((point,), "", aim[1] if aim else ""))
    return groups


def _usable(text: str, groups: list[_Group]) -> list[_Group]:
    """Return the groups that are deadlines: those with a cue, else those with no other words before them."""
    aimed = [group for group in groups if group.cue and not _is_loose(text, group)]
    if aimed:
        return aimed
    bare: list[_Group] = []
    for group in groups:
        before = text[: group.points[0].start]
        segment = _SOFT_SEGMENT if bare else _SEGMENT
        cuts = [match.end() for match in segment.finditer(before)]
        if _BARE.fullmatch(before[cuts[-1] if cuts else 0 :].lstrip()) and not _is_share(text, group):
            bare.append(group)
    return bare or [group for group in groups[-1:] if _ends_an_act(text, group)]


def _ends_an_act(text: str, group: _Group) -> bool:
    """Tell whether a time without a cue ends words of an act: "Trình Chính phủ tháng 5/2026"."""
    first, last = group.points[0], group.points[-1]
    before = text[: first.start].rstrip().removesuffix("ngày").rstrip()
    return (
        last.end == len(text)
        and first.precision in {"day", "month", "quarter"}
        and last.year is not None
        and _ACT.match(before) is not None
        and not _OF_WORK.search(before)
    )


def _is_share(text: str, group: _Group) -> bool:
    """Tell whether a bare "2/3" goes on as a share of something: "2/3 số xã"."""
    point = group.points[-1]
    if point.precision != "day" or point.year is not None or "ngày" in text[: group.points[0].start]:
        return False
    return re.match(r" ?\w", text[point.end :]) is not None


def _is_loose(text: str, group: _Group) -> bool:
    """Tell whether the only cue is "giai đoạn" or its like inside other words: a title, no deadline."""
    return re.fullmatch(r"(?:thời gian|thời hạn|hạn)(?: .*)?", group.cue) is not None and not _BARE.fullmatch(
        text[: group.points[0].start]
    )


def _exact(groups: list[_Group]) -> list[_Group]:
    """Return the groups without those that only frame a more exact one: "trong năm 2026 (trước 15/12/2026)"."""
    kept = [
        group
        for group in groups
        if not any(
            other is not group
            and group.points[0].first <= other.points[0].first
            and other.points[-1].last <= group.points[-1].last
            and _length(other) < _length(group)
            for other in groups
        )
    ]
    return kept or groups


def _length(group: _Group) -> timedelta:
    return group.points[-1].last - group.points[0].first


def _meaning(groups: list[_Group], text: str) -> Meaning:
    """Return the meaning of one or several groups."""
    first = groups[0]
    if len(groups) > 1 and first.boundary == "from" and first.joint == "":
        return _stretch(first.points[0], groups[-1].points[-1], before=groups[-1].boundary == "before")
    if len(groups) == 1:
        return _of_one(first, text)
    return _several([(point, group.boundary) for group in groups for point in _ends(group)])


def _ends(group: _Group) -> tuple[Point, ...]:
    """Return the points of a group that are deadlines: of a range its end."""
    return group.points[-1:] if group.joint == "range" else group.points


def _of_one(group: _Group, text: str) -> Meaning:
    """Return the meaning of one group."""
    points = group.points
    if group.joint == "range":
        return _stretch(points[0], points[-1], before=bool(_ENDS_BEFORE.search(group.gap)))
    if group.joint == "list":
        if group.boundary != "before" and _adjacent(points):
            return _stretch(points[0], points[-1], before=False)
        return _several([(point, group.boundary) for point in points])
    if group.boundary == "from":
        return {"kind": "ongoing", "from": points[0].first.isoformat()}
    return _by(points[0], group, text)


def _adjacent(points: tuple[Point, ...]) -> bool:
    """Tell whether each point begins right after the one before."""
    return all(one.last + _ONE_DAY == two.first for one, two in pairwise(points))


def _several(points: list[tuple[Point, str | None]]) -> Meaning:
    """Return several days, each its own; "before" stands with each it holds for."""
    dates = []
    for point, boundary in points:
        day = {"due": _due(point, boundary).isoformat(), "precision": point.precision}
        dates.append(day | ({"boundary": "before"} if boundary == "before" else {}))
    return {"kind": "milestones", "dates": dates}


def _stretch(first: Point, last: Point, *, before: bool) -> Meaning:
    """Return a range; backwards it means nothing."""
    start, end = first.first, last.first if before and last.part not in _MOMENTS else last.last
    if end < start:
        raise Asked(UNREAD)
    meaning: Meaning = {"kind": "range", "from": start.isoformat(), "to": end.isoformat()}
    return meaning | ({"boundary": "before"} if before else {})


def _due(point: Point, boundary: str | None) -> date:
    return point.first if boundary == "before" and point.part not in _MOMENTS else point.last


def _by(point: Point, group: _Group, text: str) -> Meaning:
    """Return one day with its boundary, and the hour when one is named."""
    boundary = group.boundary or ("on" if point.precision == "day" else "within")
    due = _due(point, boundary)
    if boundary == "within" and point.precision == "day" and re.fullmatch(r"(?:thời gian|ngày|:| )*", group.cue):
        boundary = "on"
    meaning: Meaning = {"kind": "by", "due": due.isoformat(), "precision": point.precision, "boundary": boundary}
    if time := time_in(text):
        meaning["time"] = time
    return meaning
