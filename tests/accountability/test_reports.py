"""Reports from the log: each kind, the same for ever as of a day, every figure as long as its list; the register."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from accountability import past
from accountability.figures.table import FIGURES
from accountability.periods import parse
from accountability.reports import composing, content, drafts, register, templates
from accountability.reports.composing import Issue, Wanted
from accountability.reports.content import Content
from accountability.reports.kinds import KINDS, MUST
from accountability.reports.register import Given
from accountability.reports.sections import SECTIONS
from accountability.reports.tables import TABLES
from documents.writers import official_template, official_word
from documents.writers.official import Form, shown
from models.base import db
from models.log import LogEntry
from models.vocabulary import Action, NameForm
from models.words import ReportKind, ReportState
from tests.fixtures.campaigns import Campaign
from tests.fixtures.places import World
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.files import is_whole
from workflow.given import Upload
from workflow.organization import units

YEAR = parse("2026")
DAY = date(2026, 2, 10)
TODAY = date(2026, 3, 31)


def told(world: World) -> None:
    """Tell a short story up to DAY: one done on time, one done late, one overdue, one without a date."""
    first, second, third, fourth = world.drafts
    world.assign(first, "CSDT", date(2026, 1, 30), product="Báo cáo")
    world.complete(first, local="2026-01-20T09:00")
    world.assign(second, "CSDT", date(2026, 1, 16), coordinator_ids=(world.unit["KHTH"],))
    world.complete(second, local="2026-01-21T09:00")
    world.assign(third, "KHTH", date(2026, 2, 3))
    world.step(third, Action.RECEIVE, "head_b", "2026-01-12T09:00")
    world.step(
        third, Action.PROGRESS, "head_b", "2026-02-04T09:00", text="Đã có dự thảo", difficulty="Thiếu số liệu",
        cause="Huyện gửi chậm", next_step="Đề nghị huyện gửi trước 20/02",
    )  # fmt: skip
    world.assign(fourth, "VP", None, by="office", local="2026-01-12T08:00", deadline_words="Thường xuyên")


def unit_of(kind: ReportKind, world: World) -> int | None:
    return world.unit["KHTH"] if KINDS[kind].about == MUST else None


def wanted(kind: ReportKind, world: World, as_of: date = DAY) -> Wanted:
    period = parse("2026-02") if KINDS[kind].periods == (parse("2026-02").kind,) else YEAR
    return Wanted(kind, period, unit_of(kind, world), as_of)


def made(want: Wanted, today: date = TODAY) -> Content:
    return composing.compose(want, today)[0]


def xml(found: Content) -> bytes:
    """Return the part of the Word file that must not change."""
    with zipfile.ZipFile(io.BytesIO(official_word.docx(composing.paper(found)))) as package:
        return package.read("word/document.xml")


def text(found: Content) -> str:
    return "\n".join(block.text for block in composing.paper(found).blocks)


def later(world: World, at: datetime) -> None:
    """Write one act after DAY, so that the report looks back."""
    units.rename(world.unit["SXD"], f"Sở XD {at:%d}", at.date(), "QĐ", by=Actor.system(), at=at, form=NameForm.ALIAS)


def test_the_table_of_reports_names_sections_and_tables_that_are_there() -> None:
    assert set(KINDS) == set(ReportKind)
    assert {name for kind in KINDS.values() for name in kind.sections} == set(SECTIONS)
    assert {name for kind in KINDS.values() for name in kind.tables} == set(TABLES)


def test_each_report_is_made_and_each_figure_of_it_is_as_long_as_its_list(world: World) -> None:
    told(world)
    later(world, world.at("2026-03-02T08:00"))
    with past.standing(composing.point_of(DAY)):
        for kind in ReportKind:
            _require_whole(made(wanted(kind, world)))


def _require_whole(found: Content) -> None:
    """Hold a report's content to what every one of them promises."""
    assert content.from_json(content.to_json(found)) == found
    for figure in found.figures.values():
        assert figure.is_sum or figure.value == len(figure.tasks), figure
    said = (
        text(found)
        + found.subject
        + "".join(shown(cell) for table in found.tables for row in table.rows for cell in row)
    )
    assert "{" not in said
    assert f"Dữ liệu tính đến ngày {DAY:%d/%m/%Y}" in {table.remark for table in found.tables}


def test_the_report_of_results_says_who_is_late_and_why_and_names_both_denominators(world: World) -> None:
    told(world)
    found = made(wanted(ReportKind.RESULTS, world))
    values = found.values()
    assert {key: values[key] for key in ("assigned", "due", "done_on_time", "done_late", "open_late")} == {
        "assigned": "3", "due": "3", "done_on_time": "1", "done_late": "1", "open_late": "1",
    }  # fmt: skip
    said = text(found)
    assert "Trong kỳ có 3 nhiệm vụ có thời hạn, trong đó 3 nhiệm vụ đến hạn" in said
    assert "đạt 66,7% số nhiệm vụ đến hạn và 66,7% tổng số nhiệm vụ được giao" in said
    assert "Phòng Kế hoạch - Tổng hợp; thời hạn 03/02/2026; quá hạn 7 ngày (5 ngày làm việc)" in said
    assert "Nguyên nhân: Huyện gửi chậm." in said
    assert "Đề nghị huyện gửi trước 20/02" in said
    assert re.search(r"dòng 1\.\d+ của nhật ký \(mã kiểm chứng: ([0-9a-f]{8} ){7}[0-9a-f]{8}\)", said)
    units_table, overdue = found.tables
    assert [[shown(cell) for cell in row] for row in units_table.rows] == [
        ["1", "Phòng Chính sách Dân tộc", "2", "1", "1", "0", "0", "50,0", "50,0", "0,0", ""],
        ["2", "Phòng Kế hoạch - Tổng hợp", "1", "0", "0", "0", "1", "0,0", "0,0", "100,0", ""],
        ["3", "Văn phòng", "0", "0", "0", "0", "0", "-", "-", "-", ""],
        ["4", "Tổng cộng", "3", "1", "1", "0", "1", "33,3", "33,3", "33,3", ""],
    ]
    assert [row[3] for row in overdue.rows] == ["Phòng Kế hoạch - Tổng hợp"]


def test_the_monthly_form_tells_led_and_coordinated_work_apart(world: World) -> None:
    told(world)
    want = replace(wanted(ReportKind.MONTHLY, world), period=parse("2026-02"))
    (table,) = made(want).tables
    assert [(group.heading, [row[2] for row in group.rows]) for group in table.groups] == [
        ("I. Nhiệm vụ chủ trì", ["Chủ trì"]),
        ("II. Nhiệm vụ phối hợp", ["Phối hợp"]),
    ]
    assert table.rows[0][5:8] == ("Chậm", "Thiếu số liệu", "Đề nghị huyện gửi trước 20/02")


def test_the_letter_that_urges_is_addressed_to_the_units_that_are_late(world: World) -> None:
    told(world)
    found = made(wanted(ReportKind.CHASING, world))
    assert found.to == ("Phòng Kế hoạch - Tổng hợp",)
    assert found.symbol == "BDT-VP"


def test_a_comparison_names_what_changed_between_two_days_and_which_tasks(world: World) -> None:
    told(world)
    want = Wanted(ReportKind.RESULTS, YEAR, None, DAY, date(2026, 1, 18))
    found = made(want)
    (table,) = found.tables
    rows = {shown(row[1]): [shown(cell) for cell in row[2:]] for row in table.rows}
    assert rows["Hoàn thành đúng hạn"] == ["0", "1", "+1", str(world.drafts[0]), ""]
    assert "So với ngày 18/01/2026, số liệu ngày 10/02/2026 thay đổi như sau:" in text(found)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"as_of": date(2025, 12, 1)}, "report_day"),
        ({"as_of": date(2026, 4, 2)}, "report_day"),
        ({"kind": ReportKind.HEAD}, "report_unit"),
        ({"kind": ReportKind.TARGETS, "unit_id": 1}, "report_whole"),
        ({"kind": ReportKind.MONTHLY, "unit_id": 1}, "report_period"),
        ({"as_of": date(2025, 12, 20)}, "report_too_early"),
        ({"unit_id": 999}, "not_found"),
    ],
)
def test_a_report_that_cannot_be_made_is_refused(change: dict[str, Any], code: str, world: World) -> None:
    with pytest.raises(Refusal) as refused:
        made(replace(Wanted(ReportKind.RESULTS, YEAR), **change))
    assert refused.value.code == code


def _act(world: World, campaign: Campaign, place: int) -> None:
    """Take one random act after DAY; one that is refused counts as none."""
    draw = campaign.random
    moment = f"2026-0{draw.choice((2, 3))}-{draw.randint(11, 28)}T{draw.randint(8, 16):02d}:{place % 60:02d}"
    task = draw.choice(world.drafts)
    acts: list[Any] = [
        lambda: world.step(task, Action.COMMENT, "vice", moment, text=f"Ý kiến {place}"),
        lambda: world.step(world.drafts[2], Action.COMMENT, "head_b", moment, text=f"Ý kiến {place}"),
        lambda: later(world, world.at(moment)),
        lambda: world.step(task, Action.PROGRESS, "head_b", moment, text=f"Đã làm {place}", difficulty="Khó"),
        lambda: world.to_hand_in(task, "officer_b", "head_b", moment),
        lambda: world.step(task, Action.START, "officer_b", moment),
        lambda: world.step(task, Action.HAND_IN, "officer_b", moment, result="Xong"),
        lambda: world.step(task, Action.SIGN_OFF, draw.choice(("head_a", "head_b")), moment),
        lambda: world.step(task, Action.CONFIRM, "vice", moment),
        lambda: world.step(task, Action.REOPEN, "chair", moment, reason="Sai", decision="QĐ 9"),
        lambda: world.step(task, Action.CANCEL, "chair", moment, reason="Thôi", decision="QĐ 8"),
        lambda: world.step(task, Action.NAME_LEADER, "chair", moment, leader_post_id=world.post["chair"]),
        lambda: units.rename(
            world.unit["KHTH"], f"Phòng {place}", date(2026, 1, 15), "QĐ 5", by=Actor.system(), at=world.at(moment)
        ),
    ]
    try:
        draw.choice(acts)()
    except Refusal:
        db.session.rollback()


def _said(world: World) -> dict[str, bytes]:
    """Return what each report says, and one of them as a Word file."""
    found = {kind: made(wanted(kind, world)) for kind in ReportKind}
    words = {f"{kind}.docx": xml(found[kind]) for kind in (ReportKind.RESULTS,)}
    return {kind.value: content.to_json(each) for kind, each in found.items()} | words


def test_as_of_a_day_reports_are_the_same_before_and_after_random_later_changes(
    world: World, campaign: Any, engine: str
) -> None:
    told(world)
    opened = campaign(f"reports as of a day, {engine}", small=14, full=1000)
    before = _said(world)
    written = db.session.scalar(db.select(db.func.count()).select_from(LogEntry)) or 0
    for place in range(opened.count):
        _act(world, opened, place)
    more = (db.session.scalar(db.select(db.func.count()).select_from(LogEntry)) or 0) - written
    assert more > opened.count // 5, "hardly any of the changes was made"
    with past.standing(composing.point_of(DAY)):
        after = _said(world)
    assert [name for name, data in before.items() if data != after[name]] == []
    opened.found(entries=more)


# ------------------------------------------------------------------ the register


def registered(world: World, kind: ReportKind = ReportKind.RESULTS, local: str = "2026-03-31T09:00") -> int:
    return register.make(wanted(kind, world), by=world.actor("office", local), at=world.at(local))


def issued(world: World, report: int, number: int = 5, on: date = TODAY) -> None:
    signs, signer = ("KT. Trưởng ban", "Phó Trưởng ban"), "Nông Thị Lan"
    given = Given(number, on, signs, signer)
    register.issue(report, given, by=world.actor("office", "2026-03-31T10:00"), at=world.at("2026-03-31T10:00"))


def refused(code: str, act: Any, *args: Any, **more: Any) -> None:
    with pytest.raises(Refusal) as found:
        act(*args, **more)
    assert found.value.code == code


def acts() -> list[str]:
    query = db.select(LogEntry.act).where(LogEntry.act.startswith("report.")).order_by(LogEntry.seq)
    return list(db.session.scalars(query))


def test_a_report_goes_from_draft_to_the_archive_and_every_act_is_in_the_log(world: World) -> None:
    by, at = world.actor("office", "2026-03-31T09:00"), world.at("2026-03-31T09:00")
    report = registered(world)
    register.edit(report, {"proposals": "Đề nghị xem xét {open_late} nhiệm vụ."}, by=by, at=at)
    refused("report_not_issued", register.attach, report, Upload("a.pdf", b"%PDF-1.7"), by=by, at=at)
    issued(world, report)
    refused("report_closed", register.edit, report, {"proposals": "Khác"}, by=by, at=at)
    refused("report_closed", register.drop, report, by=by, at=at)
    register.attach(report, Upload("ban-ky.pdf", b"%PDF-1.7 signed"), by=by, at=at)
    refused("report_signed_already", register.attach, report, Upload("b.pdf", b"%PDF-1.7"), by=by, at=at)
    register.archive(report, by=by, at=at)
    row = register.one(report)
    assert (row.state, row.number, row.issued_on) == (ReportState.ARCHIVED, 5, TODAY)
    assert row.signed_sha is not None
    assert is_whole(row.signed_sha)
    assert acts() == ["report.make", "report.edit", "report.issue", "report.sign", "report.archive"]
    body = json.loads(db.session.scalars(db.select(LogEntry.body).where(LogEntry.act == "report.edit")).one())
    assert "Đề nghị xem xét" not in json.dumps(body, ensure_ascii=False)


def test_the_issued_document_is_kept_as_it_was_with_the_clerks_words_and_its_figures(world: World) -> None:
    told(world)
    report = registered(world)
    by, at = world.actor("office", "2026-03-31T09:00"), world.at("2026-03-31T09:00")
    register.edit(report, {"proposals": "Đề nghị xem xét {open_late} nhiệm vụ quá hạn."}, by=by, at=at)
    issued(world, report)
    kept = register.document(register.one(report))
    with zipfile.ZipFile(io.BytesIO(kept)) as package:
        said = re.sub(r"<[^>]+>", "", package.read("word/document.xml").decode())
    assert "Số: 05/BC-BDT" in said
    assert "ngày 31 tháng 3 năm 2026" in said
    assert "Đề nghị xem xét 1 nhiệm vụ quá hạn." in said
    assert "KT. TRƯỞNG BAN" in said
    world.step(world.drafts[2], Action.COMMENT, "head_b", "2026-04-01T08:00", text="Sắp xong.")
    found = register.again(register.one(report))
    assert found.same_bytes
    assert found.differences == ()
    assert register.document(register.one(report)) == kept


def test_a_text_that_names_a_figure_that_is_not_there_is_refused(world: World) -> None:
    report = registered(world)
    by, at = world.actor("office", "2026-03-31T09:00"), world.at("2026-03-31T09:00")
    refused("report_figure", register.edit, report, {"closing": "Có {nothing} việc."}, by=by, at=at)
    assert register.one(report).state == ReportState.DRAFT


def test_numbers_begin_anew_each_year_and_none_is_given_twice(world: World) -> None:
    first, second = registered(world), registered(world)
    issued(world, first, number=7)
    refused("report_number_taken", issued, world, second, number=7)
    assert register.next_number("BC-BDT", 2026) == 8
    assert register.next_number("BC-BDT", 2027) == 1
    assert register.next_number("BDT-VP", 2026) == 1


def test_the_same_form_sent_twice_makes_one_report(world: World) -> None:
    by, at = world.actor("office", "2026-03-31T09:00"), world.at("2026-03-31T09:00")
    want = wanted(ReportKind.RESULTS, world)
    assert register.make(want, by=by, at=at, key="k1") == register.make(want, by=by, at=at, key="k1")
    assert len(register.listed()) == 1


def test_who_saw_an_older_version_is_told_so(world: World) -> None:
    report = registered(world)
    by, at = world.actor("office", "2026-03-31T09:00"), world.at("2026-03-31T09:00")
    version = register.one(report).version
    register.edit(report, {"closing": "Hết."}, by=by, at=at, version=version)
    refused("somebody_was_faster", register.drop, report, by=by, at=at, version=version)


def test_a_lost_file_is_told_and_no_other_is_sent_in_its_place(world: World) -> None:
    report = registered(world)
    from workflow import files

    files.vault().path(register.one(report).content_sha).unlink()
    refused("report_file_gone", register.document, register.one(report))


def test_the_offices_template_is_used_from_then_on_and_older_reports_keep_theirs(world: World) -> None:
    by, at = world.actor("office", "2026-03-31T09:00"), world.at("2026-03-31T09:00")
    old = registered(world)
    from docx import Document

    document = Document(io.BytesIO(official_template.built_in(Form.REPORT)))
    document.add_paragraph("Điện thoại: 0205 3 812 345")
    brought = io.BytesIO()
    document.save(brought)
    templates.bring(Form.REPORT, Upload("mau.docx", brought.getvalue()), by=by, at=at)
    new = registered(world)
    assert b"0205 3 812 345" not in _document_xml(register.document(register.one(old)))
    assert b"0205 3 812 345" in _document_xml(register.document(register.one(new)))
    templates.give_back(Form.REPORT, by=by, at=at)
    assert templates.present(Form.REPORT).data == official_template.built_in(Form.REPORT)
    refused("report_template", templates.bring, Form.REPORT, Upload("a.docx", b"no"), by=by, at=at)


def _document_xml(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read("word/document.xml")


def test_the_draft_of_a_month_is_prepared_once_after_it_has_closed(world: World) -> None:
    at = world.at("2026-02-15T00:20")
    report = drafts.prepare(at)
    assert report is not None
    row = register.one(report)
    assert (row.period, row.as_of, row.kind, row.made_by_id) == ("2026-02", date(2026, 2, 14), ReportKind.RESULTS, None)
    assert drafts.prepare(at) is None
    assert drafts.prepare(world.at("2026-03-14T23:00")) is None
    assert drafts.prepare(world.at("2026-03-15T00:20")) is not None


def test_the_figures_of_a_report_are_those_of_the_table_with_its_ids(world: World) -> None:
    told(world)
    assert {key.partition(".")[0] for key in made(wanted(ReportKind.RESULTS, world)).figures} == set(FIGURES)


def test_an_unknown_report_is_not_found(world: World) -> None:
    for number in (0, -1, 7, 2**31, 10**30):
        refused("not_found", register.one, number)


def test_the_paper_of_a_draft_leaves_number_and_day_open(world: World) -> None:
    paper = composing.paper(made(wanted(ReportKind.RESULTS, world)), None, Issue())
    assert (paper.number, paper.place_and_day) == ("Số: …/BC-BDT", "Lạng Sơn, ngày … tháng … năm …")
    assert {table.attached for table in paper.tables} == {
        "(Kèm theo Báo cáo số …/BC-BDT ngày … tháng … năm … của Ban Dân tộc)"
    }
