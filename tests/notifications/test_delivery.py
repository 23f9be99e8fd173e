"""Each letter arrives once: whatever the mail server, the network or the sender's end does."""

from __future__ import annotations

import mailbox
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import trustme

from accountability import verify
from models.base import db
from models.log import LogEntry
from models.words import (
    LetterState,
)
from notifications import delivery, mailer, outbox, sweep
from notifications.mailer import Answer, Fate, Ready, SmtpPost
from tests.fixtures.mail import Faulty, Office, client_context, serving
from tests.fixtures.people import Visitor
from workflow.actors import Actor
from workflow.organization import people

MORNING = "2026-01-13T07:30"


@pytest.fixture
def two(office: Office) -> Office:
    """Owe one task in each of two units, so that two heads have a letter."""
    world = office.world
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 16))
    world.assign(world.drafts[1], "KHTH", date(2026, 1, 16))
    return office


def states(office: Office, *usernames: str) -> list[str]:
    return [str(letter.state) for username in usernames for letter in office.letters(username)]


def deliver(office: Office, moment: str) -> None:
    delivery.deliver(office.world.at(moment))
    db.session.remove()


# ------------------------------------------------------------------------------------------------ refusals
def test_a_refusal_for_good_fails_that_letter_alone_and_is_shown(two: Office) -> None:
    two.server.rcpt[two.address("head_a")] = ["550 no such mailbox"]
    two.tick(MORNING)
    assert states(two, "head_a", "head_b") == ["failed", "accepted"]
    assert "550" in (two.letters("head_a")[0].error or "")
    assert "letter.failed" in _acts()


def test_a_refusal_for_now_is_tried_again_later_and_later(two: Office) -> None:
    two.server.rcpt[two.address("head_a")] = ["450 busy", "450 busy", "250 OK"]
    two.tick(MORNING)
    assert states(two, "head_a", "head_b") == ["queued", "accepted"]
    for moment, state in (
        ("07:30:30", "queued"),
        ("07:31:05", "queued"),
        ("07:32:00", "queued"),
        ("07:33:10", "accepted"),
    ):
        deliver(two, f"2026-01-13T{moment}")
        assert states(two, "head_a") == [state], moment
    assert two.count("head_a") == 1
    assert two.letters("head_a")[0].attempts == 3


def test_a_letter_not_accepted_by_the_next_run_is_superseded_and_its_lines_move_on(two: Office) -> None:
    two.server.rcpt[two.address("head_a")] = ["450 busy"]
    two.tick(MORNING)
    two.server.rcpt.clear()
    two.tick("2026-01-14T07:30")
    assert states(two, "head_a") == ["skipped", "accepted"]
    assert two.letters("head_a")[0].error == "superseded"
    assert "T-3" in two.rules("head_a")
    assert two.count("head_a") == 1
    assert two.lines("head_a")["T-3"] == "sent"


def test_what_a_failed_letter_said_rides_along_with_the_next_one(two: Office) -> None:
    two.server.rcpt[two.address("head_a")] = ["550 no such mailbox"]
    two.tick(MORNING)
    two.server.rcpt.clear()
    two.tick("2026-01-14T07:30")
    assert two.count("head_a") == 0  # nothing new, so no letter
    two.tick("2026-01-15T07:30")
    assert {"T-1"} <= set(two.rules("head_a"))
    assert any("ASSIGNED#" in key for key in two.server.keys(two.address("head_a")))


def test_a_person_without_an_address_stops_nobody_else(two: Office) -> None:
    _set_address(two, "head_a", "")
    two.tick(MORNING)
    assert states(two, "head_a", "head_b") == ["failed", "accepted"]
    assert two.letters("head_a")[0].error == "no_address"


def test_a_server_out_of_reach_leaves_everything_waiting(office_of: Callable[..., Office]) -> None:
    with closing(socket.socket()) as reserved:
        reserved.bind(("127.0.0.1", 0))
        office = office_of(Faulty(port=reserved.getsockname()[1]))
        with office.app.app_context():
            office.world.assign(office.world.drafts[0], "CSDT", date(2026, 1, 16))
            office.tick(MORNING)
            assert set(states(office, "head_a")) == {"queued"}
            assert max(letter.attempts for letter in office.letters()) == 1
    with serving(office.server), office.app.app_context():
        office.tick("2026-01-13T07:45")
        assert office.count("head_a") == 1


# ------------------------------------------------------------------------------------------------ lost answers
def test_a_lost_answer_is_repeated_once_after_a_quarter_of_an_hour_under_the_same_id(two: Office) -> None:
    two.server.data = ["drop"]
    two.tick(MORNING)
    doubtful = [letter.message_id for letter in two.letters() if letter.state == LetterState.AMBIGUOUS]
    assert len(doubtful) == 1
    deliver(two, "2026-01-13T07:40")
    assert len(two.server.letters) == len(two.letters())
    deliver(two, "2026-01-13T07:46")
    twice = [letter for letter in two.server.letters if letter["Message-ID"] == doubtful[0]]
    assert len(twice) == 2
    assert twice[0]["X-Reminder-Key"] == twice[1]["X-Reminder-Key"]
    assert {str(letter.state) for letter in two.letters()} == {"accepted"}
    deliver(two, "2026-01-13T12:00")
    assert len(two.server.letters) == len(two.letters()) + 1


def test_a_second_lost_answer_ends_in_doubt_and_is_not_repeated_again(office: Office) -> None:
    office.world.assign(office.world.drafts[0], "CSDT", date(2026, 1, 16))
    office.tick("2026-01-05T08:30")  # one letter: newly assigned
    assert states(office, "head_a") == ["accepted"]
    office.server.data = ["drop", "drop"]
    office.tick("2026-01-07T07:30")
    for moment in ("08:00", "09:00", "12:00"):
        deliver(office, f"2026-01-07T{moment}")
    assert states(office, "head_a") == ["accepted", "ambiguous"]
    assert office.count("head_a") == 3
    assert office.lines("head_a")["UNRECEIVED"] == "unknown"


def test_a_sender_that_dies_after_handing_over_is_followed_by_one_repetition_with_the_same_id(
    office_of: Callable[..., Office], mail_server: Faulty, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = office_of(mail_server, LEASE_SECONDS="2", MAIL_TIMEOUT="1")
    with office.app.app_context():
        office.world.assign(office.world.drafts[0], "CSDT", date(2026, 1, 16))
        with monkeypatch.context() as patch:
            patch.setattr(outbox, "settle", _die)
            with pytest.raises(SystemExit):
                office.tick("2026-01-05T08:30")
        db.session.remove()
        assert states(office, "head_a") == ["sending"]
        deliver(office, "2026-01-05T08:30")
        assert states(office, "head_a") == ["sending"]  # its lease still runs: nobody else touches it
        time.sleep(2.1)
        deliver(office, "2026-01-05T08:31")
        assert states(office, "head_a") == ["ambiguous"]
        deliver(office, "2026-01-05T08:47")
        assert states(office, "head_a") == ["accepted"]
        first, second = mail_server.letters
        assert first["Message-ID"] == second["Message-ID"]
        assert office.letters("head_a")[0].doubts == 1
        assert verify.log().ok


def _die(*_args: Any, **_kwargs: Any) -> bool:
    raise SystemExit


def test_a_sender_whose_lease_was_taken_over_writes_nothing(two: Office) -> None:
    at = two.world.at(MORNING)
    sweep.run(at)
    run = delivery.Run(at)
    work = run.advance(None, goes_on=True)
    assert work is not None
    letter = db.session.get_one(type(two.letters()[0]), work.mine.letter_id)
    letter.token += 1
    db.session.commit()
    before = _acts()
    run.advance((work, Answer(Fate.ACCEPTED)), goes_on=False)
    assert run.counts == {"letter.fenced": 1}
    assert _acts() == before


# ------------------------------------------------------------------------------------------------ TLS and time
READY = Ready("dondoc@example.vn", "a@example.vn", "<1@example.vn>", b"Subject: x\r\n\r\nx\r\n")


def settings(port: int, **more: Any) -> dict[str, Any]:
    common = {
        "MAIL_SERVER": "127.0.0.1", "MAIL_PORT": port, "MAIL_USE_TLS": False, "MAIL_USE_SSL": False,
        "MAIL_USERNAME": "", "MAIL_PASSWORD": "", "MAIL_DEFAULT_SENDER": "dondoc@example.vn",
        "MAIL_CA_FILE": None, "MAIL_TIMEOUT": 2, "PUBLIC_URL": "https://dondoc.example.vn",
    }  # fmt: skip
    return common | more


@pytest.fixture
def authority(tmp_path: Path) -> tuple[trustme.CA, str]:
    """Make a certificate authority and the file that vouches for it."""
    found = trustme.CA()
    path = tmp_path / "ca.pem"
    found.cert_pem.write_to_path(str(path))
    return found, str(path)


@pytest.mark.database("sqlite")  # no table is read: one engine is enough
@pytest.mark.parametrize("kind", ["MAIL_USE_TLS", "MAIL_USE_SSL"])
def test_a_server_nobody_vouches_for_gets_nothing_and_one_with_our_authority_does(
    kind: str, authority: tuple[trustme.CA, str], app: Any
) -> None:
    ca, path = authority
    context = client_context(ca)
    more = {"tls_context": context} if kind == "MAIL_USE_TLS" else {"ssl_context": context}
    with serving(Faulty(), **more) as server:
        stranger = SmtpPost(settings(server.port, **{kind: True}))
        refused = stranger.send(READY)
        assert (refused.fate, refused.unreachable) == (Fate.LATER, True)
        assert "CERTIFICATE_VERIFY_FAILED" in refused.said
        assert server.letters == []
        trusted = SmtpPost(settings(server.port, **{kind: True, "MAIL_CA_FILE": path}))
        assert trusted.send(READY).fate == Fate.ACCEPTED
        trusted.close()
        assert len(server.letters) == 1


@pytest.mark.database("sqlite")  # no table is read: one engine is enough
def test_a_server_that_stays_silent_is_left_after_the_timeout(app: Any) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        began = time.monotonic()
        answer = SmtpPost(settings(silent.getsockname()[1], MAIL_TIMEOUT=1)).send(READY)
        assert (answer.fate, answer.unreachable) == (Fate.LATER, True)
        assert time.monotonic() - began < 5


@pytest.mark.database("sqlite")  # no table is read: one engine is enough
def test_a_server_that_falls_silent_after_the_text_leaves_the_letter_in_doubt(app: Any) -> None:
    with falling_silent() as port:
        answer = SmtpPost(settings(port, MAIL_TIMEOUT=1)).send(READY)
    assert answer.fate == Fate.UNKNOWN


class falling_silent:  # noqa: N801  (used as a block)
    """A server that takes a letter's text and never says whether it kept it."""

    def __enter__(self) -> int:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        return int(self.socket.getsockname()[1])

    def __exit__(self, *_error: object) -> None:
        self.socket.close()
        self.thread.join(5)

    def _serve(self) -> None:
        connection, _ = self.socket.accept()
        with closing(connection), connection.makefile("rb") as lines:
            connection.sendall(b"220 here\r\n")
            for line in lines:
                if line.upper().startswith(b"DATA"):
                    connection.sendall(b"354 go on\r\n")
                    continue
                if line.split(b" ")[0].strip().upper() in (b"EHLO", b"MAIL", b"RCPT"):
                    connection.sendall(b"250 OK\r\n")


def test_one_connection_serves_the_run_and_is_opened_again_after_a_fault(two: Office) -> None:
    two.tick(MORNING)
    assert two.server.sessions == 1
    assert len(two.server.letters) == len(two.letters()) >= 3
    two.server.data = ["drop"]
    two.tick("2026-01-15T07:30")
    assert two.server.sessions == 3


# ------------------------------------------------------------------------------------------------ without a server
def test_without_a_mail_server_letters_lie_in_a_maildir(office_of: Callable[..., Office]) -> None:
    office = office_of(Faulty(), MAIL_SERVER="", MAIL_PORT="25")
    with office.app.app_context():
        office.world.assign(office.world.drafts[0], "CSDT", date(2026, 1, 16))
        office.tick(MORNING)
        kept = list(mailbox.Maildir(Path(office.app.config["DATA_DIR"]) / "mail", create=False))
        assert len(kept) == len(office.letters()) >= 3
        assert {str(letter.state) for letter in office.letters()} == {"accepted"}
        assert office.letters("head_a")[0].message_id in {letter["Message-ID"] for letter in kept}


def test_a_letter_in_the_maildir_is_said_to_lie_there_and_not_to_be_taken_by_a_server(
    office_of: Callable[..., Office],
) -> None:
    found = office_of(Faulty(), MAIL_SERVER="", MAIL_PORT="25")
    with found.app.app_context():
        found.world.assign(found.world.drafts[0], "CSDT", date(2026, 1, 16))
        found.tick(MORNING)
        assert {letter.error for letter in found.letters()} == {mailer.IN_FOLDER}
        first = found.letters()[0].id
    chair = Visitor(found.app)
    chair.sign_in("chair")
    pages = [
        chair.get(path).get_data(as_text=True) for path in ("/reminders", f"/reminders/{first}", "/log?act=letter")
    ]
    assert "đã đặt vào thư mục thư" in pages[0]
    assert "đã đặt vào thư mục thư" in pages[1]
    assert "Một thư được đặt vào thư mục thư." in pages[2]
    assert "Máy chủ thư đã nhận" not in pages[2]


def test_every_end_of_a_letter_is_in_the_log_and_no_address_in_clear(two: Office) -> None:
    two.tick(MORNING)
    bodies = "\n".join(db.session.scalars(db.select(LogEntry.body).where(LogEntry.act.startswith("letter."))))
    assert _acts().count("letter.accepted") == len(two.letters())
    assert "rule=T-3" in bodies
    assert "@bandantoc.example.vn" not in bodies.replace(f"@{'dondoc.example.vn'}", "")


def test_a_person_reminded_once_a_day_hears_no_more_than_one_letter_whatever_happens(office: Office) -> None:
    world = office.world
    office.tick("2026-01-06T07:30")
    for number, task in enumerate(world.drafts):
        world.assign(task, "CSDT", date(2026, 1, 16), local=f"2026-01-06T{9 + number:02}:00")
        office.tick(f"2026-01-06T{9 + number:02}:01")
    assert office.count("head_a") == 1  # the first assignment, told at once; the others tomorrow
    office.tick("2026-01-07T07:30")
    assert office.count("head_a") == 2
    assert len({key.split(";")[0] for key in office.server.keys(office.address("head_a"))}) == 4


def _acts() -> list[str]:
    return list(
        db.session.scalars(db.select(LogEntry.act).where(LogEntry.act.startswith("letter.")).order_by(LogEntry.seq))
    )


def _set_address(office: Office, username: str, address: str) -> None:
    people.set_address(office.world.person[username], address, by=Actor.system(), at=office.world.at())
