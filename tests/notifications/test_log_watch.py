"""The log is looked at when nobody asks; what is wrong is told once an incident, and nothing is told in vain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

import pytest
from flask import Flask

from accountability import replay, seal, signed, verify
from models import guards
from models.base import db
from models.letters import Letter
from models.log import LogEntry
from models.vocabulary import Action
from models.words import LetterKind
from notifications import log_watch, schedule
from tests.fixtures.mail import Faulty, Office, serving
from tests.fixtures.people import Visitor
from tests.fixtures.places import World
from tests.fixtures.tasks import counted, statements_of
from tests.fixtures.threads import together

TOLD = {"chair", "vice", "admin"}


@pytest.fixture
def done(world: World) -> World:
    """Return the small Ban with a task that went through both signatures."""
    world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
    world.complete(world.drafts[0])
    return world


def behind(statement: str) -> None:
    """Change the database past the application, guards down and up again."""
    db.session.rollback()
    with db.engine.connect().execution_options(write=True) as connection:
        guards.remove(connection)
        assert connection.execute(db.text(statement)).rowcount >= 1
        guards.install(connection)
        connection.commit()
    seal._kept.clear()


def told(world: World) -> dict[str, list[str]]:
    """Return the subjects of the system letters that wait, by who gets them."""
    db.session.rollback()
    names = {key: name for name, key in world.person.items()}
    found: dict[str, list[str]] = {}
    for letter in db.session.scalars(db.select(Letter).where(Letter.kind == LetterKind.SYSTEM).order_by(Letter.id)):
        found.setdefault(names[letter.recipient_id or 0], []).append(letter.subject)
    return found


def acts(act: str) -> list[LogEntry]:
    return list(db.session.scalars(db.select(LogEntry).where(LogEntry.act == act).order_by(LogEntry.seq)))


def test_a_night_and_an_hour_over_a_sound_log_keep_their_findings_and_tell_nobody(done: World) -> None:
    log_watch.look(done.at("2026-01-06T10:00"))
    log_watch.nightly(done.at("2026-01-07T03:10"))
    assert told(done) == {}
    compared, whole = replay.latest(), seal.whole()
    assert compared is not None
    assert (compared.disagreements, compared.at) == (0, done.at("2026-01-07T03:10"))
    assert whole is not None
    assert whole.at == done.at("2026-01-07T03:10")
    assert not log_watch.standing(done.at("2026-01-07T03:11")).is_bad


def test_an_altered_line_is_told_to_leadership_and_administrators_once_an_incident(done: World) -> None:
    log_watch.nightly(done.at("2026-01-07T03:10"))
    behind("UPDATE log_entry SET body = body || ' ' WHERE seq = 9")
    for moment in ("2026-01-08T03:10", "2026-01-09T03:10"):
        log_watch.nightly(done.at(moment))
        log_watch.look(done.at(moment))
    found = told(done)
    assert set(found) == TOLD
    assert {tuple(subjects) for subjects in found.values()} == {("Đôn Đốc: BÁO ĐỘNG, nhật ký không nguyên vẹn",)}
    assert "dòng sai đầu tiên là 9" in db.session.scalars(db.select(Letter.text)).all()[0]
    behind("UPDATE log_entry SET body = rtrim(body) WHERE seq = 9")
    log_watch.nightly(done.at("2026-01-10T03:10"))
    behind("UPDATE log_entry SET body = body || ' ' WHERE seq = 9")
    log_watch.nightly(done.at("2026-01-11T03:10"))
    assert {len(subjects) for subjects in told(done).values()} == {2}, "mended and broken again is another incident"


def test_a_row_that_left_the_log_is_told_with_its_place_and_without_its_words(done: World) -> None:
    behind("UPDATE signature SET name = 'Người khác' WHERE level = 1")
    log_watch.nightly(done.at("2026-01-07T03:10"))
    assert {name: len(subjects) for name, subjects in told(done).items()} == dict.fromkeys(TOLD, 1)
    text = db.session.scalars(db.select(Letter.text)).all()[0]
    assert "signature 1 name" in text
    assert "Người khác" not in text
    assert log_watch.standing(done.at("2026-01-07T03:11")).is_bad


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE hand_in SET content = content || ' '",
        "UPDATE hand_in SET result = 'Khác.'",
        "UPDATE signature SET content_sha = replace(content_sha, substr(content_sha, 1, 4), 'ffff')",
    ],
    ids=["content", "words", "hash"],
)
def test_what_was_signed_and_then_altered_is_found_at_night_though_the_log_is_whole(
    done: World, statement: str
) -> None:
    with db.engine.connect() as connection:
        assert signed.bad(connection) == ()
    behind(statement)
    assert verify.log().ok
    log_watch.nightly(done.at("2026-01-07T03:10"))
    found = seal.latest(done.at("2026-01-07T03:10"))
    assert found is not None
    assert (found.ok, found.reason) == (False, "signatures")
    assert set(told(done)) == TOLD


def test_guards_that_were_dropped_are_told_within_the_hour(done: World) -> None:
    db.session.rollback()
    with db.engine.connect().execution_options(write=True) as connection:
        guards.remove(connection)
        connection.commit()
    seal._kept.clear()
    log_watch.look(done.at("2026-01-06T10:25"))
    assert set(told(done)) == TOLD


def test_a_log_that_takes_no_entry_any_more_is_told_by_the_second_server_once(
    office_of: Callable[..., Office], mail_server: Faulty
) -> None:
    with serving(Faulty()) as second:
        more = {
            "ALARM_MAIL_SERVER": "127.0.0.1",
            "ALARM_MAIL_PORT": str(second.port),
            "ALARM_RECIPIENTS": "truc@ngoai.example.org",
        }
        office = office_of(mail_server, **more)
        with office.app.app_context():
            log_watch._told.clear()
            behind("UPDATE log_head SET seq = seq - 1")
            for moment in ("2026-01-06T10:25", "2026-01-06T11:25"):
                office.set_clock(moment)
                log_watch.look(office.world.at(moment))
        assert second.to == ["truc@ngoai.example.org"]
        assert "nhật ký không nguyên vẹn" in second.letters[0]["Subject"]


def test_the_scheduler_looks_at_the_start_every_hour_and_every_night(office: Office) -> None:
    office.set_clock("2026-01-06T10:00")
    node = schedule.Node(office.app)
    jobs = {job.name: job for job in (*schedule.JOBS, schedule.AT_START)}
    for name, moment in (("look at start", "10:00"), ("look", "10:25"), ("sign", "10:26"), ("verify", "11:00")):
        office.set_clock(f"2026-01-06T{moment}")
        node.work(jobs[name])
    with office.app.app_context():
        assert [entry.at for entry in acts("log.verify")] == [
            office.world.at(f"2026-01-06T{moment}") for moment in ("10:00", "10:25", "11:00")
        ]
        assert len(acts("log.compare")) == 1
        assert len(acts("log.checkpoint")) == 1
        db.session.remove()


def test_no_look_raises_a_false_alarm_while_others_write(world_app: tuple[Flask, World]) -> None:
    app, world = world_app
    with app.app_context():
        for task in world.drafts[:3]:
            world.assign(task, "CSDT", date(2026, 1, 30))
        db.session.remove()

    def writing(task: int) -> None:
        for turn in range(6):
            world.step(task, Action.COMMENT, "officer_a", text=f"Lượt {turn}")

    def looking() -> list[object]:
        verdicts = [verify.log(last=last) for last in (None, 20, None)]
        return [*(verdict for verdict in verdicts if not verdict.ok), *replay.differences()]

    works: list[Callable[[], object]] = [*(partial(writing, task) for task in world.drafts[:3]), looking, looking]
    assert together(app, works) == [None, None, None, [], []]


def test_the_board_shows_the_last_look_and_no_disagreement_within_its_statements(
    done: World, visitor: Callable[..., Visitor]
) -> None:
    log_watch.nightly(done.at())
    db.session.remove()
    person = visitor("chair")
    with counted() as statements:
        page = person.get("/reminders/status").get_data(as_text=True)
    assert "chỗ không khớp: 0" in page
    assert "Nguyên vẹn đến dòng" in page
    assert len(statements_of(statements)) <= 16
    facts = person.get("/readyz").get_json()
    assert facts["log_disagreements"] == 0
    assert "log" not in facts["late"]
    behind("UPDATE signature SET name = 'Người khác' WHERE level = 1")
    log_watch.nightly(done.at())
    db.session.remove()
    assert "chỗ không khớp: 1" in person.get("/reminders/status").get_data(as_text=True)
    assert "log" in person.get("/readyz").get_json()["late"]


@pytest.fixture(autouse=True)
def nothing_told_before() -> Iterator[None]:
    """Let each test begin as a fresh process does."""
    log_watch._told.clear()
    seal._kept.clear()
    yield
    seal._kept.clear()
