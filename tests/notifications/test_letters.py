"""A letter as its receiver reads it: in his language, honest about the deadline, no header bent by anything in it."""

from __future__ import annotations

import email
import email.policy
import random
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.header import decode_header, make_header

import pytest
from flask import Flask

from i18n import speaking
from models.base import db
from models.vocabulary import Action, DeadlineKind, Status
from notifications import deadlines, letters
from notifications.facts import Facts
from notifications.stages import Audience, Book, Pause, family_of, is_long
from tests.fixtures.mail import Office
from tests.fixtures.people import Visitor
from workflow import reminding, tasks
from workflow.calendar import WorkCalendar
from workflow.given import Given
from workflow.organization import people
from workflow.reference import SETTINGS
from workflow.timing import TimingFacts, timing

PAYLOADS = (
    "\r\nBcc: thief@example.com", "\nBcc: thief@example.com", "\rBcc: thief@example.com", "\r\n\r\n<script>",
    "\u2028Bcc: x", "\u2029Bcc: x", "\u0085Bcc: x", "\x0bBcc: x", "\x0cBcc: x", "\x00", "=?utf-8?q?=0ABcc:_x?=",
    "\u202eBcc", "%0d%0aBcc: x", "<thief@example.com>", '", "thief@example.com',
)  # fmt: skip
LONG = "Nguyễn Thị Phương Thảo " * 4 + "Đặng Hoàng Ưu Ý"
KEYS = re.compile(r"task=\d+;rule=[A-Z][A-Z0-9_+#w-]*;on=\d{4}-\d{2}-\d{2}")
CALENDAR = WorkCalendar()


def to_bytes(
    *, name: str = "Én", subject: str = "x", address: str = "a@example.vn", sender: str = "Đôn Đốc <d@x.vn>"
) -> bytes:
    return letters.to_bytes(
        letters.Envelope(
            sender=sender,
            name=name,
            address=address,
            language="vi",
            written=letters.Written(subject, "Kính gửi\n" + "ă" * 3000, "<p>ă</p>"),
            message_id="<1@x.vn>",
            at=datetime(2026, 1, 5, 0, 30, tzinfo=UTC),
            keys=[letters.Key(12, "T-3", date(2026, 11, 25))],
            preferences="https://x.vn/account",
        )
    )


def shown_name(name: str) -> str:
    """Return a receiver's name as RFC 2047 has it read: blanks between encoded words belong to nothing."""
    header = email.message_from_bytes(to_bytes(name=name))["To"]
    return str(make_header(decode_header(header.rsplit("<", 1)[0].strip())))


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("field", ["name", "subject"])
def test_nothing_that_reaches_a_letter_adds_a_header_or_a_receiver(field: str, payload: str) -> None:
    data = to_bytes(**{field: f"Én{payload}"})
    found = email.message_from_bytes(data, policy=email.policy.default)
    plain = email.message_from_bytes(to_bytes(), policy=email.policy.default)
    assert sorted(found.keys()) == sorted(plain.keys())
    assert [address.addr_spec for address in found["To"].addresses] == ["a@example.vn"]
    assert found["Bcc"] is None


@pytest.mark.parametrize(
    "address", ["", "a", "a@b\r\nBcc: x", "a b@x.vn", "a@x.vn, b@x.vn", "<a@x.vn>", "é@x.vn", "a@x.vn>", "a" * 300]
)
def test_what_is_no_address_is_refused_before_it_reaches_a_server(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        to_bytes(address=address)


def test_long_vietnamese_names_and_subjects_come_back_letter_by_letter() -> None:
    rng = random.Random(20261124)
    alphabet = "aăâbcdđeêghiklmnoôơpqrstuưvxyÁẮẬĐỆỊỖỢỨỴ ,.:;-/()\"'0123456789"
    for length in [*range(1, 12), 60, 75, 76, 77, 120, 400]:
        text = " ".join("".join(rng.choice(alphabet) for _ in range(length)).split()) or "Ă"
        found = email.message_from_bytes(to_bytes(name=text, subject=text), policy=email.policy.default)
        assert found["Subject"] == text
        assert shown_name(text) == text
    assert shown_name(LONG) == LONG


def test_every_line_is_short_and_ascii_and_ends_as_mail_wants_it() -> None:
    data = to_bytes(name=LONG, subject=LONG * 3)
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(len(line) for line in data.split(b"\r\n")) <= 78


def test_the_headers_are_those_that_were_promised(office: Office) -> None:
    world = office.world
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 16))
    office.tick("2026-01-13T07:30")
    letter = next(letter for letter in office.server.letters if "head-a" in letter["To"])
    assert re.fullmatch(r"<[0-9a-f]{64}@dondoc\.example\.vn>", letter["Message-ID"])
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe"] == "<https://dondoc.example.vn/account/letters>"
    assert letter["Date"].datetime == world.at("2026-01-13T07:30")
    assert all(KEYS.fullmatch(key) for key in letter.get_all("X-Reminder-Key", []))
    assert f"task={world.drafts[0]};rule=T-3;on=2026-01-16" in letter.get_all("X-Reminder-Key", [])
    links = re.findall(r"https?://[^\s\"<]+", office.server.words(0) + office.server.words(0, "html"))
    assert {link.split("/")[2] for link in links} == {"dondoc.example.vn"}
    assert f"https://dondoc.example.vn/tasks/{world.drafts[0]}" in office.server.words(
        office.server.letters.index(letter)
    )


def test_each_receiver_reads_his_language_and_titles_stay_as_they_are(office: Office) -> None:
    world = office.world
    task = world.drafts[0]
    world.assign(task, "CSDT", date(2026, 1, 16), officer_id=world.person["officer_a"])
    people.choose_language(world.person["officer_a"], "en", by=world.actor("officer_a"), at=world.at())
    office.tick("2026-01-13T07:30")
    by_person = dict(zip(office.server.to, office.server.letters, strict=True))
    english, vietnamese = by_person[office.address("officer_a")], by_person[office.address("head_a")]
    assert english["Subject"] == ("Reminder 13/01: 1 due soon – Tổ chức phổ biến, quán triệt Chương trình hành…")
    assert vietnamese["Subject"] == ("Nhắc việc 13/01: 1 mới giao – Tổ chức phổ biến, quán triệt Chương trình hành…")
    words = str(english.get_body(("plain",)).get_content())  # type: ignore[union-attr]  # it has one
    assert "Deadline: Friday, 16/01/2026 - 3 days left (3 working days)" in words
    assert world.task(task).title in words
    words = str(vietnamese.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert "Thời hạn: thứ Sáu, 16/01/2026 - còn 3 ngày (3 ngày làm việc)" in words
    assert "Giao từ ngày 05/01/2026 (thứ Hai), đã 7 ngày làm việc chưa tiếp nhận." in words
    assert "Đồng chí nhận thư này vì là người đứng đầu đơn vị chủ trì (Trưởng phòng)." in words


def test_markup_in_a_title_stays_text_in_the_html(office: Office) -> None:
    world = office.world
    source = "Công văn số 1/BDT ngày 05/01/2026"
    title = "<script>alert(1)</script> & {{ 7*7 }} %(name)s"
    task = tasks.create(None, title, source, by=world.actor("office"), at=world.at(), given=Given())
    world.assign(task, "CSDT", date(2026, 1, 16))
    office.tick("2026-01-13T07:30")
    place = office.server.to.index(office.address("head_a"))
    html = office.server.words(place, "html")
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{ 7*7 }} %(name)s" in html
    assert title in office.server.words(place)


# ------------------------------------------------------------------------------------------------ honest about time
@pytest.fixture
def vietnamese(app_vi: Flask) -> Iterator[None]:
    """Speak Vietnamese."""
    with app_vi.app_context(), speaking("vi"):
        yield


@pytest.fixture
def app_vi(fresh_app: Flask) -> Flask:
    """Return an application whose catalogue is compiled."""
    return fresh_app


HONEST = [
    # due on, late after, today, what is said
    (date(2026, 1, 16), date(2026, 1, 16), date(2026, 1, 13), "thứ Sáu, 16/01/2026 - còn 3 ngày (3 ngày làm việc)"),
    (date(2026, 1, 16), date(2026, 1, 16), date(2026, 1, 16), "thứ Sáu, 16/01/2026 - hôm nay"),
    (date(2026, 1, 16), date(2026, 1, 16), date(2026, 1, 19), "thứ Sáu, 16/01/2026 - quá hạn 3 ngày (1 ngày làm việc)"),
    (date(2026, 2, 14), date(2026, 2, 23), date(2026, 2, 13),
     "thứ Bảy, 14/02/2026 - hôm nay là ngày làm việc cuối cùng trước hạn"),
    (date(2026, 2, 14), date(2026, 2, 23), date(2026, 2, 16),
     "thứ Bảy, 14/02/2026 - ngày cuối còn được tính đúng hạn là thứ Hai, 23/02/2026"),
    (date(2026, 2, 14), date(2026, 2, 23), date(2026, 2, 23),
     "thứ Bảy, 14/02/2026 - hôm nay là ngày cuối còn được tính đúng hạn"),
    (date(2026, 2, 14), date(2026, 2, 23), date(2026, 2, 24), "thứ Bảy, 14/02/2026 - quá hạn 1 ngày (1 ngày làm việc)"),
    (date(2026, 1, 15), date(2026, 1, 16), date(2026, 1, 15),
     "thứ Năm, 15/01/2026 - hôm nay; ngày cuối còn được tính đúng hạn là thứ Sáu, 16/01/2026"),
]  # fmt: skip


@pytest.mark.database("sqlite")  # no table is read: one engine is enough
@pytest.mark.parametrize(("due_on", "late_after", "today", "said"), HONEST)
def test_a_deadline_is_never_called_late_before_it_is(
    due_on: date, late_after: date, today: date, said: str, vietnamese: None
) -> None:
    task = facts(due_on=due_on, late_after=late_after)
    now = timing(TimingFacts(task.status, task.deadline_kind, due_on, late_after), today, CALENDAR)
    assert deadlines.deadline_words(task, now, today) == f"Thời hạn: {said}"


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("kind", "words", "said"),
    [
        (DeadlineKind.ONGOING, "", "Thời hạn: thường xuyên"),
        (DeadlineKind.RECURRING, "hằng năm", "Thời hạn: định kỳ - trong văn bản: “hằng năm”"),
        (
            DeadlineKind.EVENT,
            "sau khi  Chính phủ ban hành",
            "Thời hạn: theo sự kiện - trong văn bản: “sau khi Chính phủ ban hành”",
        ),
        (DeadlineKind.NONE, "", "Thời hạn: chưa có"),
    ],
)
def test_a_letter_says_what_stands_for_a_date(kind: DeadlineKind, words: str, said: str, vietnamese: None) -> None:
    task = facts(deadline_kind=kind, deadline_words=words)
    now = timing(TimingFacts(task.status, kind, None, None), date(2026, 1, 13), CALENDAR)
    assert deadlines.deadline_words(task, now, date(2026, 1, 13)) == said


@pytest.mark.database("sqlite")
def test_a_letter_counts_the_working_days_a_result_was_late_by(vietnamese: None) -> None:
    due, handed_in = date(2026, 1, 16), date(2026, 1, 20)
    task = facts(status=Status.SUBMITTED, due_on=due, late_after=due, handed_in_on=handed_in)
    now = timing(TimingFacts(task.status, task.deadline_kind, due, due, handed_in), date(2026, 1, 23), CALENDAR)
    assert deadlines.deadline_words(task, now, date(2026, 1, 23)) == (
        "Thời hạn: thứ Sáu, 16/01/2026 - nộp kết quả chậm 4 ngày (2 ngày làm việc)"
    )


def test_page_and_letter_say_until_when_a_result_is_to_be_redone_in_the_same_words(
    office: Office,
) -> None:
    world = office.world
    task = world.drafts[0]
    world.assign(task, "CSDT", date(2026, 1, 30), officer_id=world.person["officer_a"])
    world.to_hand_in(task, local="2026-01-12T09:00")
    world.step(task, Action.RETURN, "head_a", "2026-01-12T10:00", reason="thiếu số liệu")
    office.tick("2026-01-13T07:30")
    words = office.server.words(office.server.to.index(office.address("officer_a")))
    db.session.remove()
    person = Visitor(office.app)
    person.sign_in("officer_a")
    for text in (words, person.get(f"/tasks/{task}").get_data(as_text=True)):
        assert "làm lại chậm nhất hết ngày 15/01/2026 (thứ Năm)" in text


def test_a_letter_says_when_the_day_to_redo_by_is_over_and_a_leader_reads_who_heads_the_unit(office: Office) -> None:
    world = office.world
    task = world.drafts[0]
    world.assign(task, "CSDT", date(2026, 2, 27), officer_id=world.person["officer_a"])
    world.to_hand_in(task, local="2026-01-12T09:00")
    world.step(task, Action.RETURN, "head_a", "2026-01-12T10:00", reason="thiếu số liệu")
    office.tick("2026-01-22T07:30")
    said = "làm lại chậm nhất hết ngày 15/01/2026 (thứ Năm), nay đã quá 5 ngày làm việc"
    own, leaders = (office.server.words(office.server.to.index(office.address(name))) for name in ("head_a", "vice"))
    assert said in own
    assert said in leaders
    assert "Đơn vị chủ trì: Phòng Chính sách Dân tộc\n" in own
    assert "Đơn vị chủ trì: Phòng Chính sách Dân tộc (Trưởng phòng Triệu Minh Đức)\n" in leaders
    assert "lãnh đạo phụ trách nhiệm vụ (Phó Trưởng ban)" in leaders
    assert f"Mở nhiệm vụ: https://dondoc.example.vn/tasks/{task}" in own


def facts(**given: object) -> Facts:
    common: dict[str, object] = dict.fromkeys(
        ("lead_unit_id", "officer_id", "leader_post_id", "due_on", "late_after", "handed_in_on", "redo_by",
         "assigned_at", "dated_at", "unled_since", "asked_by")
    )  # fmt: skip
    common |= {
        "id": 1,
        "title": "x",
        "status": Status.RECEIVED,
        "deadline_kind": DeadlineKind.BY,
        "deadline_words": "",
        "lead_words": "",
        "steps": 2,
    }
    return Facts(**{**common, **given})  # type: ignore[arg-type]


def test_the_last_good_day_after_a_rest_day_is_said_in_the_letter_and_is_not_in_the_heap_of_the_late(
    office: Office,
) -> None:
    world = office.world
    world.assign(world.drafts[0], "CSDT", date(2026, 2, 14))
    world.step(world.drafts[0], Action.RECEIVE, "head_a")
    office.tick("2026-02-13T07:30")
    office.tick("2026-02-23T07:30")
    place = len(office.server.to) - 1 - office.server.to[::-1].index(office.address("head_a"))
    assert office.server.letters[place]["Subject"] == (
        "Nhắc việc 23/02: 1 hạn hôm nay – Tổ chức phổ biến, quán triệt Chương trình…"
    )
    assert "hôm nay là ngày cuối còn được tính đúng hạn" in office.server.words(place)
    assert "T+1" in office.rules("head_a")
    db.session.remove()


# ------------------------------------------------------------------------------------------------ stages
def rules(
    anchor: date, day: date, *audiences: str, family: str = "T", long: bool = False, before: list[int] | None = None
) -> list[str]:
    table = reminding.table(SETTINGS | ({"reminder.before": before} if before else {}))
    book = Book(day, CALENDAR, table)
    heard = tuple(Audience(name) for name in audiences or ("doer", "unit"))
    found = book.fallen(family, heard, anchor, table.organisation, long=long)
    return [f"{stage.falls:%d/%m} {stage.rule}" for stage in found]


def test_the_climb_rests_after_an_explanation_and_what_fell_meanwhile_falls_on_the_end_of_the_rest() -> None:
    table, due = reminding.table(SETTINGS), date(2026, 3, 31)
    pause = Pause(date(2026, 4, 2), date(2026, 4, 9))  # five working days from a Thursday on
    told = {}
    for day in (date(2026, 4, 8), date(2026, 4, 9), date(2026, 4, 15)):
        book = Book(day, CALENDAR, table)
        found = book.fallen("T", (Audience.ABOVE, Audience.TOP), due, table.organisation, pause=pause)
        told[f"{day:%d/%m}"] = [f"{stage.falls:%d/%m} {stage.rule}" for stage in found]
    assert told == {
        "08/04": [], "09/04": ["09/04 T+5"], "15/04": ["09/04 T+5", "14/04 T+5w#1", "14/04 T+10"],
    }  # fmt: skip
    doer = Book(date(2026, 4, 9), CALENDAR, table).fallen("T", (Audience.UNIT,), due, table.organisation, pause=pause)
    assert [f"{stage.falls:%d/%m} {stage.rule}" for stage in doer] == ["01/04 T+1", "03/04 T+3", "09/04 T+7"]


def test_the_stages_of_a_deadline_stand_where_the_table_says() -> None:
    assert rules(date(2026, 3, 31), date(2026, 4, 25)) == [
        "10/03 T-15", "20/03 T-7", "26/03 T-3", "30/03 T-1", "31/03 T0", "01/04 T+1", "03/04 T+3", "09/04 T+7",
        "16/04 T+7w#1", "23/04 T+7w#2",
    ]  # fmt: skip
    assert rules(date(2026, 3, 31), date(2026, 2, 25), long=True) == ["10/02 T-30"]
    assert rules(date(2026, 3, 31), date(2026, 4, 22), "above") == ["07/04 T+5", "14/04 T+5w#1", "21/04 T+5w#2"]
    assert rules(date(2026, 3, 31), date(2026, 4, 14), "top") == ["14/04 T+10"]
    assert rules(date(2026, 3, 31), date(2026, 3, 28), before=[2]) == ["27/03 T-2"]
    assert rules(date(2026, 3, 2), date(2026, 3, 20), "doer", family="UNRECEIVED") == [
        "04/03 UNRECEIVED", "11/03 UNRECEIVEDw#1", "18/03 UNRECEIVEDw#2",
    ]  # fmt: skip


def test_a_due_day_on_a_rest_day_is_told_on_the_working_day_before_and_counted_from_after() -> None:
    tet = rules(date(2026, 2, 14), date(2026, 3, 3))
    assert tet[-6:] == ["11/02 T-3", "13/02 T-1", "13/02 T0", "23/02 T+1", "25/02 T+3", "03/03 T+7"]


@pytest.mark.parametrize(
    ("words", "long"),
    [("Quý I/2026", True), ("Trong quý 4 năm 2026", True), ("Năm 2026", True), ("trong năm 2026", True), ("", False),
     ("Tháng 6 năm 2026", False), ("30/6/2026", False), ("ngày 30 tháng 6 năm 2026", False), ("hằng năm", False),
     ("Quý đồng chí", False)],
)  # fmt: skip
def test_a_quarter_or_a_year_is_told_of_earlier(words: str, long: bool) -> None:
    assert is_long(words) is long


@pytest.mark.parametrize(
    ("rule", "family"), [("T-3", "T"), ("T+7w#2", "T"), ("UNSIGNED+3w#1", "UNSIGNED"), ("HANDED_IN#8", "HANDED_IN")]
)
def test_a_rule_names_its_family(rule: str, family: str) -> None:
    assert family_of(rule) == family
