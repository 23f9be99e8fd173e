"""One-time codes: set by a first code, asked wherever the password is asked again, each good once."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask

from accountability import replay
from models.base import db
from models.log import LogEntry, LogPrivate
from models.session import transaction
from models.signing import RecoveryCode, SecondFactor
from models.tasks import Signature
from models.vocabulary import Action, Status
from tests.fixtures.factors import code_at, enrol
from tests.fixtures.places import PASSWORD, World
from tests.fixtures.threads import together
from workflow import access, codes, sealing, second_factor
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.organization import days

NOON = "2026-01-05T12:00"
DUE = date(2026, 1, 30)


def refusal_of(act: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(Refusal) as caught:
        act(*args, **more)
    return caught.value.code


def proof(world: World, username: str, password: str, code: str, local: str = NOON, **more: Any) -> str:
    return access.verify_again(world.actor(username, local), password, at=world.at(local), code=code, **more)


def acts() -> list[str]:
    query = db.select(LogEntry.act).where(LogEntry.act.like("access.%")).order_by(LogEntry.epoch, LogEntry.seq)
    return list(db.session.scalars(query))


def require_of(world: World, value: str) -> None:
    days.set_setting("second_factor.required", value, date(2020, 1, 1), "", by=Actor.system(), at=world.at())


@pytest.mark.parametrize(
    ("second", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_codes_are_those_of_the_standards_own_examples(second: int, code: str) -> None:
    at = datetime.fromtimestamp(second, UTC)
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert code_at(secret, at) == code
    assert codes.matching_step(secret, code, at) == second // 30


def test_the_secret_stands_nowhere_in_clear_and_setting_it_is_an_entry_without_it(world: World) -> None:
    secret, recovery = enrol(world, "head_a")
    row = db.session.get_one(SecondFactor, world.person["head_a"])
    assert secret not in row.sealed
    assert sealing.unseal(row.sealed) == secret
    bodies = "".join(db.session.scalars(db.select(LogEntry.body)))
    assert "access.factor_set" in bodies
    private = "".join(db.session.scalars(db.select(LogPrivate.value)))
    kept = "".join(db.session.scalars(db.select(RecoveryCode.code_sha)))
    for hidden in (secret, *recovery, *(code.replace("-", "") for code in recovery)):
        assert hidden not in bodies + private + kept
    assert (len(set(recovery)), codes.left(world.person["head_a"])) == (10, 10)
    assert replay.differences() == []


def test_nothing_is_set_before_the_first_code_and_a_wrong_one_counts_to_the_lock(world: World) -> None:
    by, at = world.actor("head_a"), world.at()
    shown = second_factor.begin(PASSWORD, by=by, at=at)
    assert shown.groups.replace(" ", "") == shown.secret
    assert all(len(group) == 4 for group in shown.groups.split())
    for _try in range(5):
        assert refusal_of(second_factor.confirm, shown.token, "000000", by=by, at=at) == "wrong_code"
    right = code_at(shown.secret, at)
    assert refusal_of(second_factor.confirm, shown.token, right, by=by, at=at) == "too_many_tries"
    assert db.session.get(SecondFactor, by.person_id) is None
    assert "access.signing_locked" in acts()


def test_an_enrolment_is_for_whoever_asked_and_for_ten_minutes(world: World) -> None:
    by, at = world.actor("head_a"), world.at()
    shown = second_factor.begin(PASSWORD, by=by, at=at)
    late = at + timedelta(minutes=11)
    for who, moment in ((world.actor("head_b"), at), (by, late)):
        code = code_at(shown.secret, moment)
        assert refusal_of(second_factor.confirm, shown.token, code, by=who, at=moment) == "enrolment_too_old"
    assert refusal_of(second_factor.begin, "sai", by=by, at=at) == "wrong_password"


def test_a_double_click_on_the_first_code_shows_the_same_recovery_codes(world: World) -> None:
    by, at = world.actor("head_a"), world.at()
    shown = second_factor.begin(PASSWORD, by=by, at=at)
    found = [second_factor.confirm(shown.token, code_at(shown.secret, at), by=by, at=at) for _click in range(2)]
    assert found[0] == found[1]
    assert acts().count("access.factor_set") == 1
    assert refusal_of(second_factor.begin, PASSWORD, by=by, at=at) == "factor_is_set"


@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_a_clock_half_a_minute_wrong_is_forgiven(shift: int, world: World) -> None:
    secret, _ = enrol(world, "head_a")
    assert proof(world, "head_a", PASSWORD, code_at(secret, world.at(NOON), shift)) == codes.WITH_CODE


@pytest.mark.parametrize("shift", [-2, 2])
def test_a_clock_a_minute_wrong_is_not(shift: int, world: World) -> None:
    secret, _ = enrol(world, "head_a")
    code = code_at(secret, world.at(NOON), shift)
    assert refusal_of(proof, world, "head_a", PASSWORD, code) == "wrong_proof"


def test_a_code_is_good_once_and_none_before_it_is_good_any_more(world: World) -> None:
    secret, _ = enrol(world, "head_a")
    at = world.at(NOON)
    assert proof(world, "head_a", PASSWORD, code_at(secret, at)) == codes.WITH_CODE
    for shift in (0, -1):
        assert refusal_of(proof, world, "head_a", PASSWORD, code_at(secret, at, shift)) == "wrong_proof"
    assert proof(world, "head_a", PASSWORD, code_at(secret, at, 1)) == codes.WITH_CODE


def test_the_form_that_used_a_code_may_come_twice_and_no_other_form_may(world: World) -> None:
    secret, recovery = enrol(world, "head_a")
    for code in (code_at(secret, world.at(NOON)), recovery[0]):
        for _click in range(2):
            assert proof(world, "head_a", PASSWORD, code, form="một biểu mẫu")
        assert refusal_of(proof, world, "head_a", PASSWORD, code, form="biểu mẫu khác") == "wrong_proof"


def test_of_twelve_uses_of_one_code_at_the_same_moment_exactly_one_is_taken(world_app: tuple[Flask, World]) -> None:
    app, world = world_app
    with app.app_context():
        secret, _ = enrol(world, "head_a")
        by, at = world.actor("head_a", NOON), world.at(NOON)
        db.session.remove()
    works = [partial(access.verify_again, by, PASSWORD, at=at, code=code_at(secret, at)) for _number in range(12)]
    found = Counter(together(app, works))
    assert found[codes.WITH_CODE] == 1
    assert set(found) <= {codes.WITH_CODE, "wrong_proof", "too_many_tries"}


def test_password_and_code_are_refused_alike_so_that_neither_is_guessed_alone(world: World) -> None:
    secret, _ = enrol(world, "head_a")
    right = code_at(secret, world.at(NOON))
    assert refusal_of(proof, world, "head_a", "sai", right) == "wrong_proof"
    assert refusal_of(proof, world, "head_a", PASSWORD, "123456") == "wrong_proof"
    assert refusal_of(proof, world, "head_a", PASSWORD, "") == "missing_field"
    assert proof(world, "head_a", PASSWORD, right) == codes.WITH_CODE, "a wrong password used no code up"


def test_five_wrong_proofs_lock_signing_for_a_quarter_of_an_hour_and_say_so_once(world: World) -> None:
    secret, _ = enrol(world, "head_a")
    for _try in range(5):
        assert refusal_of(proof, world, "head_a", PASSWORD, "123456") == "wrong_proof"
    right = code_at(secret, world.at(NOON))
    assert refusal_of(proof, world, "head_a", PASSWORD, right) == "too_many_tries"
    assert acts().count("access.signing_locked") == 1
    later = "2026-01-05T12:16"
    assert proof(world, "head_a", PASSWORD, code_at(secret, world.at(later)), later) == codes.WITH_CODE


def test_each_recovery_code_is_good_once_however_it_is_typed(world: World) -> None:
    _, recovery = enrol(world, "head_a")
    assert proof(world, "head_a", PASSWORD, recovery[0].upper()) == codes.WITH_RECOVERY
    assert refusal_of(proof, world, "head_a", PASSWORD, recovery[0]) == "wrong_proof"
    assert proof(world, "head_a", PASSWORD, recovery[1].replace("-", " ")) == codes.WITH_RECOVERY
    assert codes.left(world.person["head_a"]) == 8
    assert acts().count("access.recovery_used") == 2


def test_new_recovery_codes_end_the_old_ones_and_a_double_click_shows_the_same(world: World) -> None:
    secret, old = enrol(world, "head_a")
    by, at = world.actor("head_a", NOON), world.at(NOON)
    code = code_at(secret, at)
    found = [second_factor.renew(PASSWORD, code, by=by, at=at, key="k1") for _click in range(2)]
    assert found[0] == found[1] != old
    assert refusal_of(proof, world, "head_a", PASSWORD, old[0]) == "wrong_proof"
    assert proof(world, "head_a", PASSWORD, found[0][9]) == codes.WITH_RECOVERY
    assert acts().count("access.recovery_renewed") == 1


def test_removing_it_takes_password_and_code_and_is_an_entry(world: World) -> None:
    secret, _ = enrol(world, "head_a")
    by, at = world.actor("head_a", NOON), world.at(NOON)
    assert refusal_of(second_factor.remove, PASSWORD, "", by=by, at=at) == "missing_field"
    second_factor.remove(PASSWORD, code_at(secret, at), by=by, at=at)
    assert proof(world, "head_a", PASSWORD, "") == codes.PASSWORD
    assert acts().count("access.factor_removed") == 1
    assert db.session.scalars(db.select(RecoveryCode)).all() == []
    assert refusal_of(second_factor.remove, PASSWORD, "1", by=by, at=at) == "factor_not_set"


def test_an_administrator_removes_a_lost_one_with_a_reason_and_never_his_own(world: World) -> None:
    enrol(world, "head_a")
    enrol(world, "admin")
    _, token = "", access.sign_in_by_code(
        world.person["head_a"], second_factor_code(world, "head_a"), "10.0.0.1",
        since=world.at(NOON), at=world.at(NOON), form="f",
    )[1]  # fmt: skip
    admin, at = world.actor("admin", NOON), world.at(NOON)
    key = world.person["head_a"]
    assert refusal_of(second_factor.remove_lost, key, " ", by=admin, at=at) == "missing_field"
    assert refusal_of(second_factor.remove_lost, key, "x", by=world.actor("chair"), at=at) == "not_yours"
    assert refusal_of(second_factor.remove_lost, world.person["admin"], "x", by=admin, at=at) == "factor_of_oneself"
    second_factor.remove_lost(key, "Mất điện thoại", by=admin, at=at)
    idle, whole = timedelta(minutes=30), timedelta(hours=8)
    assert access.session_person(token, at, idle, whole) is None
    assert "Mất điện thoại" not in "".join(db.session.scalars(db.select(LogEntry.body)))
    assert "Mất điện thoại" in db.session.scalars(db.select(LogPrivate.value)).all()
    assert acts().count("access.factor_lost") == 1


def second_factor_code(world: World, username: str) -> str:
    """Return the code somebody's telephone shows at noon."""
    secret = sealing.unseal(db.session.get_one(SecondFactor, world.person[username]).sealed)
    return code_at(secret or "", world.at(NOON))


def test_signing_in_asks_the_code_as_well_and_the_password_alone_opens_nothing(world: World) -> None:
    enrol(world, "head_a")
    at = world.at(NOON)
    person, token = access.sign_in("head_a", PASSWORD, "10.0.0.1", at=at)
    assert token == ""
    enter = partial(access.sign_in_by_code, person.id, address="10.0.0.1", since=at, at=at, form="f")
    assert refusal_of(enter, code="000000") == "wrong_code"
    _, token = enter(code=second_factor_code(world, "head_a"))
    found = access.session_person(token, at, timedelta(minutes=30), timedelta(hours=8))
    assert found is not None
    assert found[0].method == codes.WITH_CODE


def test_whoever_knows_the_password_alone_guesses_no_more_codes_than_passwords(world: World) -> None:
    enrol(world, "head_a")
    at = world.at(NOON)
    found = []
    for _try in range(12):  # each round with the right password: it does not wipe the count
        try:
            person, _ = access.sign_in("head_a", PASSWORD, "10.0.0.1", at=at)
        except Refusal as refusal:
            found.append(refusal.code)
            continue
        found.append(
            refusal_of(access.sign_in_by_code, person.id, "000000", "10.0.0.1", since=at, at=at, form=f"{_try}")
        )
    assert Counter(found) == {"wrong_code": 10, "too_many_tries": 2}


def test_a_password_changed_between_the_two_pages_sends_back_to_the_first(world: World) -> None:
    enrol(world, "head_a")
    at = world.at(NOON)
    person, _ = access.sign_in("head_a", PASSWORD, "10.0.0.1", at=at)
    with transaction():
        access.set_password(person, "mot-cau-dai-khac-han", by=world.actor("admin"), at=at + timedelta(minutes=1))
    enter = partial(access.sign_in_by_code, person.id, address="10.0.0.1", since=at, at=at, form="f")
    assert refusal_of(enter, code=second_factor_code(world, "head_a")) == "sign_in_failed"


@pytest.mark.parametrize(
    ("value", "asked"), [("none", set()), ("leadership", {"vice"}), ("signers", {"vice", "head_a"})]
)
def test_whom_the_rule_of_the_house_asks_cannot_sign_without_and_is_told_how(
    value: str, asked: set[str], world: World
) -> None:
    require_of(world, value)
    for username in ("vice", "head_a", "officer_a"):
        found = refusal_of(proof, world, username, PASSWORD, "") if username in asked else ""
        assert found == ("factor_needed" if username in asked else "")
        if username not in asked:
            assert proof(world, username, PASSWORD, "") == codes.PASSWORD
    secret, _ = enrol(world, "vice")
    assert proof(world, "vice", PASSWORD, code_at(secret, world.at(NOON))) == codes.WITH_CODE


def test_every_step_that_asks_the_password_asks_the_code_and_the_signature_says_so(world: World) -> None:
    task = world.drafts[0]
    world.assign(task, "CSDT", DUE)
    world.to_hand_in(task)
    secret, _ = enrol(world, "head_a")
    local = "2026-01-06T10:00"
    for action, more in (
        (Action.RETURN, {"reason": "Thiếu biểu."}),
        (Action.SIGN_OFF, {}),
        (Action.WITHDRAW_SIGNATURE, {"reason": "Ký nhầm.", "password": PASSWORD}),
    ):
        assert refusal_of(world.step, task, action, "head_a", local, **more) == "missing_field"
    world.step(task, Action.SIGN_OFF, "head_a", local, code=code_at(secret, world.at(local)))
    assert world.task(task).status == Status.SIGNED_OFF
    later = "2026-01-06T10:01"
    more = {"reason": "Ký nhầm.", "password": PASSWORD, "code": code_at(secret, world.at(later))}
    world.step(task, Action.WITHDRAW_SIGNATURE, "head_a", later, **more)
    assert set(db.session.scalars(db.select(Signature.method))) == {codes.WITH_CODE}


def test_a_secret_sealed_by_another_key_opens_nothing_and_breaks_nothing(world: World) -> None:
    secret, _ = enrol(world, "head_a")
    kept = dict(sealing._key)
    sealing.use("another secret of another server")
    try:
        assert refusal_of(proof, world, "head_a", PASSWORD, code_at(secret, world.at(NOON))) == "wrong_proof"
    finally:
        sealing._key.update(kept)
