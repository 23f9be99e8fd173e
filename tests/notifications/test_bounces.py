"""Letters that come back are noted by their own Message-ID, once; automatic answers and rubbish change nothing."""

from __future__ import annotations

import json
import mailbox
import random
from collections.abc import Callable
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest

from models.base import db
from models.letters import Letter
from models.log import LogEntry
from notifications import bounces
from notifications.bounces import Outcome
from tests.fixtures.mail import Office
from tests.notifications.test_unreachable import board, told

MORNING = "2026-01-13T07:30"
LATER = "2026-01-13T09:00"


@pytest.fixture
def sent(office: Office) -> Office:
    """Return the small Ban after one letter was accepted for the first division's head."""
    office.world.assign(office.world.drafts[0], "CSDT", date(2026, 1, 16))
    office.tick(MORNING)
    return office


def dsn(message_id: str, action: str = "failed", returned: str = "message/rfc822") -> bytes:
    """Return a delivery status notification as Postfix writes it (RFC 3464, section 2)."""
    kind = f"Content-Type: {returned}\r\n\r\n"
    lines = [
        "From: MAILER-DAEMON@mail.example.vn", "To: dondoc@example.vn", "Subject: Undelivered Mail Returned to Sender",
        "Auto-Submitted: auto-replied", "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"', "",
        "--b", "Content-Type: text/plain", "", "I'm sorry to have to inform you that your message could not be",
        "delivered.", "", "--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mail.example.vn",
        "Arrival-Date: Tue, 13 Jan 2026 07:30:02 +0700", "",
        "Final-Recipient: rfc822; head-a@bandantoc.example.vn", f"Action: {action}", "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 user unknown", "", "--b",
    ]  # fmt: skip
    back = f"Subject: x\r\nMessage-ID: {message_id}\r\n\r\nbody\r\n"
    return ("\r\n".join(lines) + "\r\n" + kind + back + "\r\n--b--\r\n").encode()


def letter_of(office: Office) -> Letter:
    db.session.rollback()
    return next(letter for letter in office.letters("head_a") if letter.day == date(2026, 1, 13))


def take(office: Office, data: bytes, at: str = LATER) -> Outcome:
    found = bounces.take(data, office.world.at(at)).outcome
    db.session.rollback()
    return found


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_letter_that_came_back_is_marked_logged_and_told_and_its_lines_ride_along_with_the_next(
    returned: str, sent: Office
) -> None:
    assert take(sent, dsn(letter_of(sent).message_id, returned=returned)) == Outcome.BOUNCED
    assert letter_of(sent).bounced_at == sent.world.at(LATER)
    assert "letter.bounced" in set(db.session.scalars(db.select(LogEntry.act)))
    sent.tick("2026-01-13T09:01")
    assert told(sent, "head_office") == ["Không liên lạc được qua thư: Triệu Minh Đức"]
    assert "thư bị trả lại" in board(sent)
    assert sent.lines("head_a")["T-3"] == "planned"
    sent.tick("2026-01-15T07:30")
    keys = [key for key in sent.server.keys(sent.address("head_a")) if "ASSIGNED#" in key]
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert board(sent) == ""


def test_the_same_report_twice_is_harmless(sent: Office) -> None:
    report = dsn(letter_of(sent).message_id)
    assert [take(sent, report), take(sent, report, "2026-01-13T10:00")] == [Outcome.BOUNCED, Outcome.KNOWN]
    assert letter_of(sent).bounced_at == sent.world.at(LATER)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_only_a_failure_counts(action: str, sent: Office) -> None:
    assert take(sent, dsn(letter_of(sent).message_id, action)) == Outcome.NOT_FAILED
    assert letter_of(sent).bounced_at is None


def test_an_automatic_answer_is_no_bounce_and_said_to_be_one(sent: Office) -> None:
    reply = EmailMessage()
    reply["Subject"], reply["Auto-Submitted"] = "Tôi đi vắng", "auto-replied"
    reply["In-Reply-To"] = letter_of(sent).message_id
    reply.set_content("Sẽ trả lời sau.")
    assert take(sent, reply.as_bytes()) == Outcome.AUTO_REPLY
    assert letter_of(sent).bounced_at is None


def test_a_report_on_a_letter_that_is_not_ours_or_never_left_changes_nothing(sent: Office) -> None:
    assert take(sent, dsn("<other@example.org>")) == Outcome.NOT_OURS
    letter_of(sent).attempts = 0
    db.session.commit()
    assert take(sent, dsn(letter_of(sent).message_id)) == Outcome.NOT_OURS


def test_rubbish_never_breaks_it(sent: Office) -> None:
    rng, good = random.Random(7), dsn(letter_of(sent).message_id, "delayed")
    strange = [
        b"",
        b"\x00" * 500,
        b"\xff\xfe",
        good[:200],
        good.replace(b"message/rfc822", b"message/x"),
        b"a" * 10_000,
    ]
    strange.append(
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\nContent-Type: message/rfc822\r\n\r\n" * 3_000
    )
    strange.append(b"Content-Type: multipart/report\r\n\r\n--")
    strange.append(b"x" * (bounces.LARGEST + 1))
    for _ in range(300):
        mixed = bytearray(good)
        for _ in range(rng.randint(1, 40)):
            mixed[rng.randrange(len(mixed))] = rng.randrange(256)
        strange.append(bytes(mixed[: rng.randrange(len(mixed))]))
    assert all(take(sent, data) in Outcome for data in strange)
    assert letter_of(sent).bounced_at is None


def test_the_command_reads_a_file_the_standard_input_and_a_maildir(
    sent: Office, tmp_path: Path, clock_at: Callable[[str], None]
) -> None:
    clock_at(LATER)
    report, runner = dsn(letter_of(sent).message_id), sent.app.test_cli_runner()
    (tmp_path / "one.eml").write_bytes(dsn("<other@example.org>"))
    facts = json.loads(runner.invoke(args=["bounces", str(tmp_path / "one.eml"), "--json"]).output)
    assert (facts["not_ours"], facts["bounced"]) == (1, 0)
    folder = mailbox.Maildir(tmp_path / "in", create=True)
    folder.add(report)
    folder.add(b"Auto-Submitted: auto-replied\n\nx")
    facts = json.loads(runner.invoke(args=["bounces", str(tmp_path / "in"), "--json"]).output)
    assert (facts["bounced"], facts["auto_reply"]) == (1, 1)
    again = runner.invoke(args=["bounces"], input=report)
    assert again.exit_code == 0
    assert "đã ghi nhận từ trước" in again.output
    assert runner.invoke(args=["bounces", str(tmp_path / "absent")]).exit_code == 2
