"""Letters are read ahead in sets; what each says is still what is true when it is claimed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from models.base import db
from models.letters import Letter
from models.session import transaction
from models.vocabulary import (
    Action,
)
from models.words import (
    LetterKind,
    LetterState,
)
from notifications import ahead, delivery, sweep
from notifications.delivery import Run, Work
from notifications.mailer import Answer, Fate
from tests.fixtures.mail import Office
from workflow.actors import Actor
from workflow.organization import people

MORNING = "2026-01-13T07:30"
FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT")
# settled, its lines, the next one claimed, the log's end read, its entry, the entry's private value, the end moved;
# where a way to the server is long, the first two are one statement, and the last three
A_LETTER = {"sqlite": 7, "postgresql": 4}


@pytest.fixture
def planned(office: Office) -> Office:
    """Have a letter wait for each of two heads, and some for other people."""
    office.world.assign(office.world.drafts[0], "CSDT", date(2026, 1, 16))
    office.world.assign(office.world.drafts[1], "KHTH", date(2026, 1, 16))
    office.set_clock(MORNING)
    sweep.run(office.world.at(MORNING))
    return office


def begun(office: Office, until: str) -> tuple[Run, Work]:
    """Return a run that has read the letters ahead and claimed one, not the one a person is waiting for."""
    run = Run(office.world.at(MORNING))
    work = run.advance(None, goes_on=True)
    assert work is not None
    assert work.recipient_id != office.world.person[until]
    return run, work


def rest(run: Run, work: Work | None) -> list[Work]:
    """Accept every letter and return those that were claimed after the first."""
    found = []
    while work is not None:
        work = run.advance((work, Answer(Fate.ACCEPTED)), goes_on=True)
        found += [work] if work is not None else []
    return found


def of(office: Office, username: str, works: list[Work]) -> list[Work]:
    return [work for work in works if work.recipient_id == office.world.person[username] and work.ready.data]


def test_a_task_called_off_after_its_letter_was_read_ahead_is_not_told(planned: Office) -> None:
    run, work = begun(planned, "head_b")
    planned.world.step(planned.world.drafts[1], Action.CANCEL, "chair", MORNING, reason="Thôi", decision="QĐ 5")
    assert of(planned, "head_b", rest(run, work)) == []
    assert [str(letter.state) for letter in planned.letters("head_b")] == ["skipped"]
    assert set(planned.lines("head_b").values()) == {"skipped"}


def test_an_address_changed_after_the_letter_was_read_ahead_is_the_one_it_goes_to(planned: Office) -> None:
    run, work = begun(planned, "head_b")
    key = planned.world.person["head_b"]
    people.set_address(key, "new@bandantoc.example.vn", by=Actor.system(), at=planned.world.at(MORNING))
    assert [each.ready.address for each in of(planned, "head_b", rest(run, work))] == ["new@bandantoc.example.vn"]


def test_a_letter_that_another_sender_took_meanwhile_is_left_to_it(planned: Office) -> None:
    run, work = begun(planned, "head_b")
    other = Run(planned.world.at(MORNING))
    theirs = other.advance(None, goes_on=True)
    assert theirs is not None
    ours = rest(run, work)
    ids = [work.mine.letter_id, theirs.mine.letter_id, *(each.mine.letter_id for each in ours)]
    assert len(ids) == len(set(ids)) == len(planned.letters())
    other.advance((theirs, Answer(Fate.ACCEPTED)), goes_on=False)
    assert {str(letter.state) for letter in planned.letters()} == {"accepted"}


def test_a_unit_that_fails_leaves_the_letter_to_the_next_try(planned: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(planned.world.at(MORNING))
    with monkeypatch.context() as patch:
        patch.setattr(delivery.Run, "_claimed", _fails)
        with pytest.raises(OSError, match="disk"):
            run.advance(None, goes_on=True)
    db.session.rollback()
    works = rest(run, run.advance(None, goes_on=True))
    assert len(works) + 1 == len(planned.letters())


def _fails(*_args: object) -> None:
    raise OSError("disk")


def test_midnight_ends_what_was_read_ahead_for_the_day(planned: Office) -> None:
    run, work = begun(planned, "head_b")
    run.began = planned.world.at("2026-01-14T00:00:01")
    assert rest(run, work) == []
    assert "queued" in {str(letter.state) for letter in planned.letters()}


def test_letters_are_read_in_sets_and_each_costs_a_handful_of_statements(
    office: Office, queries: list[str], clock_at: Callable[[str], None]
) -> None:
    at = office.world.at(MORNING)
    clock_at(MORNING)
    waiting = 3 * ahead.MANY
    _queue(office, waiting, at)
    queries.clear()
    counts = delivery.deliver(at)
    assert counts == {delivery.ACCEPTED: waiting}
    said = [statement for statement in queries if not statement.startswith(FRAME)]
    assert len(said) <= A_LETTER[db.engine.dialect.name] * waiting + 30, len(said) / waiting


def test_a_digest_costs_no_more_statements_than_any_letter(planned: Office, queries: list[str]) -> None:
    waiting = len(planned.letters())
    queries.clear()
    delivery.deliver(planned.world.at(MORNING))
    said = [statement for statement in queries if not statement.startswith(FRAME)]
    assert len(said) <= A_LETTER[db.engine.dialect.name] * waiting + 20, said


def _queue(office: Office, count: int, at: datetime) -> None:
    common = {"recipient_id": office.world.person["head_a"], "day": date(2026, 1, 13), "kind": LetterKind.SYSTEM}
    words = {"subject": "Thử", "text": "Thử", "html": "<p>Thử</p>"}
    with transaction() as session:
        for number in range(count):
            key = {"key": f"test;{number}", "message_id": f"<{number}@example.vn>", "state": LetterState.QUEUED}
            session.add(Letter(**common, **words, **key, next_try_at=at, created_at=at))
