"""Sign-in, signing again, and sessions on the server; guessing is slowed by rows that all processes share."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, select

import clock
import vietnamese
from models.access import Throttle, WebSession
from models.base import db
from models.people import Credential, Person
from models.session import retried, take_turns, transaction
from models.signing import SecondFactor
from terms import N_
from workflow import actors, codes, reference
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import note

WINDOW: Final = timedelta(minutes=15)
# what is guessed at -> wrong tries taken in the window
TRIES: Final = {"account": 10, "address": 50, "sign": 5, "setup": 10}
SEEN_EVERY: Final = timedelta(minutes=1)
LEAST_LETTERS: Final = 12
OBVIOUS: Final = ("password", "matkhau", "123456", "bandantoc", "langson", "dondoc", "qwerty")

_hasher = {"argon2": PasswordHasher()}


def use_cheap_hashes() -> None:
    """Hash passwords fast and weakly: for tests and sample accounts only."""
    _hasher["argon2"] = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@contextmanager
def cheap_hashes() -> Iterator[None]:
    """Hash fast inside the block, for sample accounts: their password is fixed in test mode, else 79 bits of chance."""
    kept = _hasher["argon2"]
    use_cheap_hashes()
    try:
        yield
    finally:
        _hasher["argon2"] = kept


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password."""
    return _hasher["argon2"].hash(password)


def require_strong(password: str, username: str) -> None:
    """Raise Refusal for a password that is short or obvious (ASVS 5.0, 6.2)."""
    folded, name = (vietnamese.fold(text).replace(" ", "") for text in (password, username))
    if len(password) < LEAST_LETTERS or name in folded or any(word in folded for word in OBVIOUS):
        raise Refusal("weak_password")


def set_password(person: Person, password: str, *, by: Actor, at: datetime) -> None:
    """Give a person a new password and end his sessions. Needs a write unit."""
    row = db.session.get(Credential, person.id) or Credential(person_id=person.id)
    row.password_hash, row.changed_at = hash_password(password), at
    db.session.add(row)
    end_sessions(person.id, at)
    note("access.password", by=by, at=at, obj=("person", person.id), about={"person": person.id})


def end_sessions(person_id: int, at: datetime, but: str | None = None) -> None:
    """End a person's sessions, all or all but one. Needs a write unit."""
    for session in db.session.scalars(
        select(WebSession).where(WebSession.person_id == person_id, WebSession.ended_at.is_(None))
    ):
        if session.id != but:
            session.ended_at = at


def require_quiet(kind: str, what: str, at: datetime) -> None:
    """Raise Refusal when something has been guessed at too often in the window."""
    _require_quiet({kind: _key(kind, what)}, at)


def count_failure(kind: str, what: str, at: datetime) -> None:
    """Count one wrong try. Needs a write unit."""
    db.session.add(Throttle(key=_key(kind, what), at=at))


def open_session(person: Person, at: datetime, method: str = codes.PASSWORD) -> str:
    """Open a new session for a person who has just proved who he is, and return its token. Needs a write unit."""
    return _open_session(person, at, method=method)


@retried
def renew_session(token: str, *, by: Actor, at: datetime) -> str:
    """Return the token of a new session in place of one whose person has just given his password again.

    The old token is worthless from now on; the new session is as old as the old one, so it ends no later.
    """
    with transaction() as session:
        old = session.get_one(WebSession, session_id(token))
        old.ended_at = old.ended_at or at
        return _open_session(session.get_one(Person, by.person_id), at, since=old.created_at, method=old.method)


@retried
def sign_in(
    username: str, password: str, address: str, *, at: datetime, instead_of: str | None = None
) -> tuple[Person, str]:
    """Return the person and a new session's token; an empty one when his one-time code is still to come.

    Raises Refusal: wrong, or too many tries. An unknown name costs the same time and gets the same answer as a wrong
    password. `instead_of` is the token this browser came with: its session ends.
    """
    username = vietnamese.normalise(username).replace("\x00", "").strip().lower()[:100]
    keys = {"account": _key("account", username), "address": _key("address", address)}
    _require_quiet(keys, at)
    row = db.session.execute(
        select(Person, Credential.password_hash)
        .join(Credential, Credential.person_id == Person.id)
        .where(Person.username == username)
    ).one_or_none()
    fits = _fits(row[1] if row else None, password)
    with transaction() as session:
        _require_quiet_in_turn(keys, at)
        if row is None or not fits or not row[0].active:
            _note_failure(keys, username, address, at)
            failed = True
        else:
            failed = False
            person = session.get_one(Person, row[0].id)
            token = "" if codes.factor_of(person.id) else _enter(person, keys, address, at, instead_of, codes.PASSWORD)
    if failed:
        raise Refusal("sign_in_failed")
    return person, token


@retried
def sign_in_by_code(
    person_id: int, code: str, address: str, *, since: datetime, at: datetime, form: str, instead_of: str | None = None
) -> tuple[Person, str]:
    """Return the same for somebody whose password was right at `since`, once his code is right too.

    Raises Refusal: wrong or used, too many tries, or what the password opened has changed meanwhile.
    """
    person = db.session.get(Person, person_id)
    changed = db.session.scalar(select(Credential.changed_at).where(Credential.person_id == person_id))
    if person is None or not person.active or changed is None or changed > since:
        raise Refusal("sign_in_failed")
    keys = {"account": _key("account", person.username), "address": _key("address", address)}
    _require_quiet(keys, at)
    with transaction():
        _require_quiet_in_turn(keys, at)
        is_set = codes.factor_of(person_id) is not None
        method = codes.take(person_id, code, at, form) if is_set else codes.PASSWORD
        if method is None:
            _note_failure(keys, person.username, address, at)
        else:
            _note_recovery(person_id, method, actors.actor(person, reference.load(clock.day_of(at)), at), at)
            token = _enter(person, keys, address, at, instead_of, method)
    if method is None:
        raise Refusal("wrong_code")
    return person, token


@retried
def sign_out(token: str, *, by: Actor, at: datetime) -> None:
    """End a session; its token is worthless from now on."""
    with transaction() as session:
        row = session.get(WebSession, session_id(token))
        if row is not None and row.ended_at is None:
            row.ended_at = at
            note("access.sign_out", by=by, at=at, obj=("person", by.person_id))


@retried
def verify_again(
    by: Actor, password: str, *, at: datetime, code: str = "", form: str | None = None, may_lack: bool = False
) -> str:
    """Check the password once more before a signature, and the code where one is set; return which way it was.

    A code counts once; the `form` that used it may come twice. `may_lack`: here nobody needs a second factor.
    Raises Refusal: wrong, locked after five wrong tries, or a second factor is required of him and not set.
    """
    keys, person_id = {"sign": _key("sign", str(by.person_id))}, by.person_id or 0
    if not password:
        raise Refusal("missing_field", field="password")
    _require_quiet(keys, at)
    is_set = _require_factor(by, code, at, may_lack)
    stored = db.session.scalar(select(Credential.password_hash).where(Credential.person_id == person_id))
    fits = _fits(stored, password)
    with transaction():
        _require_quiet_in_turn(keys, at)
        method = codes.take(person_id, code, at, form) if fits and is_set else codes.PASSWORD
        if fits and method is not None:
            _note_recovery(person_id, method, by, at)
            return method
        count_wrong_proof(by, at)
    raise Refusal("wrong_proof" if is_set else "wrong_password")


def count_wrong_proof(by: Actor, at: datetime) -> None:
    """Count and log a wrong proof; the fifth locks signing for a while, and people are told. Needs a write unit."""
    key, thing = _key("sign", str(by.person_id)), ("person", by.person_id)
    db.session.add(Throttle(key=key, at=at))
    db.session.flush()
    note("access.signing_refused", by=by, at=at, obj=thing)
    if _count(key, at) == TRIES["sign"]:
        note("access.signing_locked", by=by, at=at, obj=thing)


def is_required(by: Actor, at: datetime) -> bool:
    """Return whether the house's rule of the day asks a second factor of this person. One query."""
    rule = reference.setting("second_factor.required", clock.day_of(at))
    return {"none": False, "leadership": bool(by.leader_posts), "signers": bool(by.holdings)}[rule]


def _require_factor(by: Actor, code: str, at: datetime, may_lack: bool) -> bool:
    """Return whether he has a second factor. Raises Refusal: he must have one, or its code is missing."""
    is_set = codes.factor_of(by.person_id) is not None
    if is_set and not code.strip():
        raise Refusal("missing_field", field=N_("one-time code"))
    if not is_set and not may_lack and is_required(by, at):
        raise Refusal("factor_needed")
    return is_set


def session_person(
    token: str, at: datetime, idle: timedelta, absolute: timedelta
) -> tuple[WebSession, Person, bool] | None:
    """Return the live session of a token, its person, and whether he has a second factor.

    None when it ended, idled out, or the account is closed.
    """
    row = db.session.execute(
        select(WebSession, Person, SecondFactor.person_id)
        .join(Person, Person.id == WebSession.person_id)
        .outerjoin(SecondFactor, SecondFactor.person_id == Person.id)
        .where(WebSession.id == session_id(token))
    ).one_or_none()
    if row is None:
        return None
    found, person, factor = row
    is_live = found.ended_at is None and at - found.seen_at < idle and at - found.created_at < absolute
    return (found, person, factor is not None) if is_live and person.active else None


def session_owner(token: str | None) -> int | None:
    """Return whose session a token opens or once opened, also when it has ended; None when it is nobody's."""
    return db.session.scalar(select(WebSession.person_id).where(WebSession.id == session_id(token or "")))


@retried
def touch(session_key: str, at: datetime) -> None:
    """Note that a session is in use; at most once a minute, so that reading pages stays reading."""
    with transaction() as session:
        row = session.get(WebSession, session_key)
        if row is not None:
            row.seen_at = at


def session_id(token: str) -> str:
    """Return what is stored of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def failures(username: str, at: datetime) -> int:
    """Return how many wrong tries an account has had in the window."""
    return _count(_key("account", username), at)


@retried
def note_refusal(by: Actor, place: str, *, at: datetime) -> None:
    """Log that somebody was refused a page or step; many of one kind are summed up (1st, 2nd, 4th, 8th …)."""
    key = _key("refused", f"{by.person_id}:{place}")
    with transaction() as session:
        session.add(Throttle(key=key, at=at))
        session.flush()
        count = _count(key, at)
        if count & (count - 1) == 0:
            note("access.refused", by=by, at=at, obj=("page", None), data={"page": place, "count": count})


def _key(kind: str, what: str) -> str:
    return f"{kind}:{hashlib.sha256(what.encode()).hexdigest()[:32]}"


def _count(key: str, at: datetime) -> int:
    query = select(func.count()).select_from(Throttle).where(Throttle.key == key, Throttle.at > at - WINDOW)
    return db.session.scalar(query) or 0


def _require_quiet(keys: dict[str, str], at: datetime) -> None:
    for kind, key in keys.items():
        if _count(key, at) >= TRIES[kind]:
            raise Refusal("too_many_tries", minutes=int(WINDOW.total_seconds() // 60))


def _require_quiet_in_turn(keys: dict[str, str], at: datetime) -> None:
    """Count once more, one write unit after the other: tries made at the same moment see each other here."""
    for key in keys.values():
        take_turns(key)
    _require_quiet(keys, at)


def _fits(stored: str | None, password: str) -> bool:
    """Return whether a password opens a hash; a missing hash is checked against one nobody knows."""
    if stored is None:
        _hasher["argon2"].hash(password)
        return False
    try:
        return _hasher["argon2"].verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _note_failure(keys: dict[str, str], username: str, address: str, at: datetime) -> None:
    db.session.add_all(Throttle(key=key, at=at) for key in keys.values())
    private = {"username": username, "address": address}
    note("access.failed", by=Actor.system(), at=at, obj=("person", None), private=private)


def _open_session(person: Person, at: datetime, since: datetime | None = None, *, method: str) -> str:
    token, key = secrets.token_urlsafe(32), person.id
    row = WebSession(id=session_id(token), person_id=key, created_at=since or at, seen_at=at, method=method)
    db.session.add(row)
    return token


def _enter(
    person: Person, keys: dict[str, str], address: str, at: datetime, instead_of: str | None, method: str
) -> str:
    """Forget the wrong tries of an account and open a session in place of the browser's old one."""
    for failure in db.session.scalars(select(Throttle).where(Throttle.key == keys["account"])):
        db.session.delete(failure)
    _end_session(instead_of, at)
    token = _open_session(person, at, method=method)
    _note_sign_in(person, address, at)
    return token


def _note_recovery(person_id: int, method: str, by: Actor, at: datetime) -> None:
    """Log that a recovery code was used, and how many are left: each is good once."""
    if method == codes.WITH_RECOVERY:
        db.session.flush()
        left = {"left": codes.left(person_id)}
        note("access.recovery_used", by=by, at=at, obj=("person", person_id), data=left)


def _end_session(token: str | None, at: datetime) -> None:
    row = db.session.get(WebSession, session_id(token or ""))
    if row is not None and row.ended_at is None:
        row.ended_at = at


def _note_sign_in(person: Person, address: str, at: datetime) -> None:
    by = actors.actor(person, reference.load(clock.day_of(at)), at)
    note("access.sign_in", by=by, at=at, obj=("person", person.id), private={"address": address})
