"""The sections of reports: each composes its lines from the facts; a clerk edits them before the paper is issued.

A line that begins with “- ” stands under a dash, “1. ” is a small heading. `{done}` is a figure, `{done.due}` its share
in per cent: it prints as the number and keeps its id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from accountability.figures.table import RULES
from accountability.reports import words
from accountability.reports.content import Section
from accountability.reports.facts import Facts, Row
from accountability.reports.kinds import Kind
from models.vocabulary import OfficialClass as C

# so many tasks are told one by one; the annexes list all
TOLD: Final = 12

Lines = Iterator[str]
Writer = Callable[[Facts], Lines]


def compose(kind: Kind, facts: Facts) -> tuple[Section, ...]:
    """Return the sections of a report, those with a heading numbered in their order."""
    found, number = [], 0
    for name in kind.sections:
        heading, write = SECTIONS[name]
        number += bool(heading)
        title = f"{_ROMAN[number]}. {heading}" if heading else ""
        found.append(Section(name, title, tuple(write(facts))))
    return tuple(found)


_ROMAN: Final = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII")


def _body(facts: Facts) -> str:
    unit = facts.ref.unit_name(facts.unit_id)
    return unit or str(facts.ref.settings["body.name"])


def _opening(facts: Facts) -> Lines:
    first, last = words.day(facts.question.first), words.day(facts.question.day)
    yield (
        f"{_body(facts)} báo cáo {words.of_period(facts.period)} (số liệu từ ngày {first} đến hết ngày {last},"
        f" theo thông tin có trên hệ thống đến hết ngày {words.day(facts.as_of)}) như sau:"
    )


def _results(facts: Facts) -> Lines:
    yield "1. Kết quả chung"
    yield (
        "Trong kỳ có {assigned} nhiệm vụ có thời hạn, trong đó {due} nhiệm vụ đến hạn; đã hoàn thành {done} nhiệm vụ,"
        f" đạt {_share('done', 'due', facts)} số nhiệm vụ đến hạn và {_share('done', 'assigned', facts)} tổng số"
        " nhiệm vụ được giao. Cụ thể:"
    )
    yield f"- Hoàn thành đúng hạn: {{done_on_time}} nhiệm vụ, đạt {_share('done_on_time', 'due', facts)}."
    for key, name in (("done_late", "Hoàn thành quá hạn"), ("open_late", "Quá hạn, chưa hoàn thành")):
        share = _share(key, "due", facts)
        yield f"- {name}: {{{key}}} nhiệm vụ, chiếm {share}{_most(key, facts)}."
    yield "- Đang thực hiện, trong hạn: {open_in_time} nhiệm vụ."
    yield (
        "- Không tính vào tỷ lệ: {no_deadline} nhiệm vụ thường xuyên hoặc chưa xác định thời hạn; {held} nhiệm vụ tạm"
        " dừng; {stopped} nhiệm vụ dừng, thu hồi."
    )
    yield (
        "- Tính theo thời hạn giao ban đầu (không kể gia hạn): {first_on_time} nhiệm vụ hoàn thành đúng hạn,"
        " {first_late} nhiệm vụ hoàn thành quá hạn."
    )
    yield from _method(facts)


def _method(facts: Facts) -> Lines:
    """Say how the figures are counted, up to which line of the log, and by which the paper can be held against it."""
    head = facts.ref.head
    sign = " ".join(head.hash[at : at + 8] for at in range(0, 64, 8)) if head else ""
    at = f"dòng {head.epoch}.{head.seq} của nhật ký (mã kiểm chứng: {sign})" if head else "nhật ký"
    yield (
        f"Số liệu tính đến ngày {words.day(facts.question.day)}; tỷ lệ tính trên số nhiệm vụ đến hạn (đã hoàn thành và"
        f" quá hạn chưa hoàn thành) nếu không ghi khác; quy tắc tính phiên bản {RULES}; tổng hợp từ {at}."
    )


def _share(part: str, whole: str, facts: Facts) -> str:
    """Return a share as it is written; a share of nothing is none."""
    return f"{{{part}.{whole}}}%" if whole in facts.figures[part].shares else "…%"


def _most(key: str, facts: Facts) -> str:
    """Name the units that have most of a figure."""
    counts = [
        (facts.figures[f"{key}.u{unit}"].value, unit) for unit in facts.units if f"{key}.u{unit}" in facts.figures
    ]
    most = sorted((-count, place, unit) for place, (count, unit) in enumerate(counts) if count)[:3]
    named = [f"{facts.ref.unit_name(unit)}: {{{key}.u{unit}}}" for _count, _place, unit in most]
    return f" ({'; '.join(named)})" if named else ""


def _by_unit(facts: Facts) -> Lines:
    """Tell each unit's part, when the report is about the whole body."""
    if facts.unit_id is not None or not facts.units:
        return
    yield "2. Kết quả của từng đơn vị"
    for unit in facts.units:
        key = f"u{unit}"
        yield (
            f"- {facts.ref.unit_name(unit)}: {{assigned.{key}}} nhiệm vụ; đúng hạn {{done_on_time.{key}}}, hoàn thành"
            f" quá hạn {{done_late.{key}}}, quá hạn chưa hoàn thành {{open_late.{key}}}, trong hạn"
            f" {{open_in_time.{key}}}."
        )


def _outstanding(facts: Facts) -> Lines:
    """Tell results of the period, those with a document first."""
    done = sorted(facts.of(C.DONE_ON_TIME, C.DONE_LATE), key=lambda row: (not row.proof, row.id))
    if not done:
        yield "Trong kỳ chưa có nhiệm vụ hoàn thành."
    for row in done[:TOLD]:
        said = words.outcome(row)
        yield f"- {row.title} ({row.unit}){': ' + said if said else ''}."
    yield from _more(done)


def _more(rows: list[Row]) -> Lines:
    if len(rows) > TOLD:
        yield f"- Và {len(rows) - TOLD} nhiệm vụ khác (chi tiết tại phụ lục)."


def _overdue(facts: Facts) -> Lines:
    rows = facts.overdue
    if not rows:
        yield "Không có nhiệm vụ quá hạn chưa hoàn thành."
        return
    yield "Có {open_late} nhiệm vụ quá hạn chưa hoàn thành:"
    for row in rows[:TOLD]:
        yield (
            f"- {row.title} ({row.unit}; thời hạn {words.deadline(row)}; quá hạn {words.late_by(row)})."
            f" Nguyên nhân: {row.why or 'đơn vị chưa báo cáo'}."
        )
    yield from _more(rows)


def _overdue_counts(facts: Facts) -> Lines:
    yield (
        "Có {open_late} nhiệm vụ quá hạn chưa hoàn thành, trong đó: quá hạn đến 30 ngày {late_1_30} nhiệm vụ; từ 31 đến"
        " 60 ngày {late_31_60} nhiệm vụ; từ 61 đến 120 ngày {late_61_120} nhiệm vụ; trên 120 ngày {late_over_120} nhiệm"
        f" vụ{_most('open_late', facts)}. Danh mục tại Phụ lục kèm theo."
    )
    yield from _method(facts)


def _difficulties(facts: Facts) -> Lines:
    rows = [row for row in facts.rows if row.difficulty and not row.is_part]
    if not rows:
        yield "Các đơn vị không báo cáo khó khăn, vướng mắc."
    for row in rows[:TOLD]:
        yield f"- {row.title} ({row.unit}): {row.difficulty}."
    yield from _more(rows)


def _proposals(facts: Facts) -> Lines:
    """Propose what follows from the facts: overdue work is finished, what units asked for is considered."""
    late: dict[str, int] = {}
    for row in facts.overdue:
        late[row.unit] = late.get(row.unit, 0) + 1
    for unit, count in late.items():
        yield (
            f"- Yêu cầu {unit} tập trung hoàn thành {count:02d} nhiệm vụ quá hạn; người đứng đầu có văn bản cam kết"
            " tiến độ và giải trình nguyên nhân."
        )
    steps = [row for row in facts.rows if row.next_step]
    for row in steps[:TOLD]:
        yield f"- {row.unit}: {row.next_step.rstrip('.')} ({row.title})."
    if not late and not steps:
        yield "Không."


def _closing(facts: Facts) -> Lines:
    yield f"Trên đây là báo cáo {words.of_period(facts.period)} của {_body(facts)}./."


def _targets(_facts: Facts) -> Lines:
    yield "Mức phấn đấu và kết quả của từng chỉ tiêu theo năm được tổng hợp tại Phụ lục kèm theo."


def _of_head(facts: Facts) -> Lines:
    head = facts.head
    who = head.said if head and head.person_name else "ghế trống"
    since = f", giữ vị trí từ ngày {words.day(head.since)}" if head and head.since else ""
    yield f"Người đứng đầu: {who}{since}. Đơn vị: {facts.ref.unit_name(facts.unit_id)}."
    first, last = words.day(facts.question.first), words.day(facts.question.day)
    yield f"Kỳ đánh giá: {words.of_period(facts.period)}, từ ngày {first} đến hết ngày {last}."


def _head_figures(facts: Facts) -> Lines:
    yield (
        "Đơn vị có {assigned} nhiệm vụ có thời hạn, {due} nhiệm vụ đến hạn; hoàn thành đúng hạn {done_on_time} nhiệm vụ"
        f" ({_share('done_on_time', 'due', facts)} số đến hạn, {_share('done_on_time', 'assigned', facts)} số được"
        " giao); hoàn thành quá hạn {done_late}; quá hạn chưa hoàn thành {open_late}; trong hạn {open_in_time}."
    )
    yield from _method(facts)


def _head_remark(_facts: Facts) -> Lines:
    yield (
        "Phiếu này cung cấp số liệu, không đề xuất mức xếp loại. Ngày chậm có nguyên nhân khách quan đã được cấp có"
        " thẩm quyền xác nhận được ghi riêng tại Phụ lục."
    )


def _handover(facts: Facts) -> Lines:
    head = facts.head
    count = len(_open(facts))
    yield f"Hôm nay, ngày … tháng … năm …, tại {_body(facts)}, hai bên tiến hành bàn giao nhiệm vụ đang thực hiện."
    yield f"1. Bên giao: {head.said if head and head.person_name else '…'}, {facts.ref.unit_name(facts.unit_id)}."
    yield "2. Bên nhận: …"
    yield (
        f"3. Nội dung: bàn giao {count:02d} nhiệm vụ chưa hoàn thành tính đến hết ngày {words.day(facts.question.day)}"
        " (danh mục tại Phụ lục), trong đó {open_late} nhiệm vụ quá hạn."
    )
    yield "Biên bản được lập thành 02 bản có giá trị như nhau, mỗi bên giữ 01 bản./."


def _open(facts: Facts) -> list[Row]:
    return facts.of(C.OPEN_IN_TIME, C.OPEN_LATE, C.NO_DEADLINE)


def _urging(facts: Facts) -> Lines:
    yield (
        f"Qua theo dõi, tính đến hết ngày {words.day(facts.question.day)} còn {{open_late}} nhiệm vụ quá hạn chưa hoàn"
        f" thành{_most('open_late', facts)} (danh mục kèm theo)."
    )


def _urged(facts: Facts) -> Lines:
    for row in facts.overdue[:TOLD]:
        yield f"- {row.unit}: {row.title} (thời hạn {words.deadline(row)}, quá hạn {words.late_by(row)})."
    yield from _more(facts.overdue)


def _asking(_facts: Facts) -> Lines:
    yield (
        "Đề nghị người đứng đầu các đơn vị tập trung chỉ đạo hoàn thành dứt điểm các nhiệm vụ nêu trên; báo cáo nguyên"
        " nhân, giải pháp và cam kết thời gian hoàn thành từng nhiệm vụ trên hệ thống trong 03 ngày làm việc./."
    )


def _log(facts: Facts) -> Lines:
    first, last = words.day(facts.question.first), words.day(facts.question.day)
    yield f"Các hành vi được ghi trong nhật ký hệ thống từ ngày {first} đến hết ngày {last} (chi tiết tại Phụ lục)."
    yield from _method(facts)


# section -> its heading, and who composes it
SECTIONS: Final[dict[str, tuple[str, Writer]]] = {
    "opening": ("", _opening),
    "results": ("Kết quả thực hiện", _results),
    "by_unit": ("", _by_unit),
    "outstanding": ("Kết quả cụ thể trong kỳ", _outstanding),
    "overdue": ("Nhiệm vụ quá hạn và nguyên nhân", _overdue),
    "overdue_counts": ("Tình hình nhiệm vụ quá hạn", _overdue_counts),
    "difficulties": ("Khó khăn, vướng mắc", _difficulties),
    "proposals": ("Kiến nghị, đề xuất", _proposals),
    "closing": ("", _closing),
    "targets": ("", _targets),
    "of_head": ("Thông tin chung", _of_head),
    "head_figures": ("Kết quả thực hiện nhiệm vụ", _head_figures),
    "head_remark": ("Ghi chú", _head_remark),
    "handover": ("", _handover),
    "urging": ("", _urging),
    "urged": ("", _urged),
    "asking": ("", _asking),
    "log": ("", _log),
}
