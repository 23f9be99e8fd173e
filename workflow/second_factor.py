"""One's second factor: set with a first code, removed again, its recovery codes renewed; a lost one taken away.

The secret is never in the log nor shown twice. That it was set, removed or replaced is an entry, and a letter follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from models.base import db
from models.people import Person
from models.session import retried, transaction
from models.signing import RecoveryCode, SecondFactor
from workflow import access, codes, sealing
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.ledger import note
from workflow.organization.gate import found, words, write

# so long a QR code can be answered by a first code
GOOD_FOR: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Enrolment:
    """What the page shows once: the secret for the telephone, and the sealed form of it that comes back."""

    secret: str
    address: str
    token: str

    @property
    def groups(self) -> str:
        """Return the secret in groups of four, for typing."""
        return " ".join(self.secret[start : start + 4] for start in range(0, len(self.secret), 4))


@dataclass(frozen=True)
class Standing:
    """Whether a person has a second factor, since when, how many recovery codes are left, and whether he must."""

    set_at: datetime | None
    left: int
    required: bool


def standing(by: Actor, at: datetime) -> Standing:
    """Return how it stands with one's own second factor. Up to three queries."""
    factor = codes.factor_of(by.person_id)
    left = codes.left(by.person_id or 0) if factor else 0
    return Standing(factor.set_at if factor else None, left, access.is_required(by, at))


def begin(password: str, *, by: Actor, at: datetime) -> Enrolment:
    """Return a new secret for whoever gives his password again; nothing is kept before the first code.

    Raises Refusal: wrong password, or one is set already.
    """
    _require_none(by)
    access.verify_again(by, password, at=at, may_lack=True)
    return _shown(codes.new_secret(), by, at)


def again(token: str, *, by: Actor, at: datetime) -> Enrolment:
    """Return the same enrolment once more, after a first code that was wrong. Raises Refusal: too old, not his."""
    return Enrolment(secret := _opened(token, by, at), codes.address(secret, by.username), token)


@retried
def confirm(token: str, code: str, *, by: Actor, at: datetime) -> list[str]:
    """Set the second factor with a first code, and return the recovery codes to be shown once.

    The same form sent twice gets the same codes. Raises Refusal: too old, a wrong code, or another one is set.
    """
    person_id, secret = by.person_id or 0, _opened(token, by, at)
    access.require_quiet("sign", str(person_id), at)
    drawn = codes.recovery_codes(token)
    step = codes.matching_step(secret, code, at)
    with transaction() as session:
        session.get(Person, person_id, populate_existing=True, with_for_update=True)
        factor = codes.factor_of(person_id)
        if factor is not None and sealing.unseal(factor.sealed) == secret and step is not None:
            return drawn
        if factor is not None:
            raise Refusal("factor_is_set")
        if step is None:
            access.count_wrong_proof(by, at)
        else:
            sealed = sealing.seal(secret, at)
            session.add(SecondFactor(person_id=person_id, sealed=sealed, set_at=at, last_step=step))
            codes.keep_recovery(person_id, drawn)
            note("access.factor_set", by=by, at=at, obj=("person", person_id))
    if step is None:
        raise Refusal("wrong_code")
    return drawn


def remove(password: str, code: str, *, by: Actor, at: datetime) -> None:
    """Remove one's own second factor. Raises Refusal: none is set, password or code wrong."""
    _require_one(by)
    access.verify_again(by, password, at=at, code=code)
    _remove(by, at)


def renew(password: str, code: str, *, by: Actor, at: datetime, key: str | None) -> list[str]:
    """Return ten new recovery codes; the old ones are good no more. A double click gets the same ten."""
    _require_one(by)
    access.verify_again(by, password, at=at, code=code, form=key)
    person_id = by.person_id or 0
    drawn = codes.recovery_codes(str(person_id), key or codes.new_secret())
    _keep(person_id, drawn, by, at)
    return drawn


def remove_lost(person_id: int, reason: str, *, by: Actor, at: datetime, key: str | None = None) -> None:
    """Remove a second factor somebody lost, with a reason; he is told. His sessions end: a new one needs no code.

    Raises Refusal: not his to do, his own, none is set.
    """
    with write("manage", by, at, key) as writing:
        if writing.answer:
            return
        person, reason = found(Person, person_id), words(reason, "reason")
        if person.id == by.person_id:
            raise Refusal("factor_of_oneself")
        _delete(person.id)
        access.end_sessions(person.id, at)
        private = {"reason": reason}
        about = {"person": person.id}
        note("access.factor_lost", by=writing.by, at=at, obj=("person", person.id), about=about, private=private)
        writing.keep(person)


@retried
def _remove(by: Actor, at: datetime) -> None:
    with transaction():
        _delete(by.person_id or 0)
        note("access.factor_removed", by=by, at=at, obj=("person", by.person_id))


@retried
def _keep(person_id: int, drawn: list[str], by: Actor, at: datetime) -> None:
    with transaction() as session:
        session.get(Person, person_id, populate_existing=True, with_for_update=True)
        same = RecoveryCode.person_id == person_id, RecoveryCode.code_sha == codes.sha(drawn[0])
        if session.scalar(select(RecoveryCode.id).where(*same)) is not None:
            return
        codes.keep_recovery(person_id, drawn)
        note("access.recovery_renewed", by=by, at=at, obj=("person", person_id))


def _delete(person_id: int) -> None:
    """Take away a second factor with its recovery codes. Needs a write unit. Raises Refusal when there is none."""
    factor = codes.factor_of(person_id)
    if factor is None:
        raise Refusal("factor_not_set")
    db.session.delete(factor)
    codes.keep_recovery(person_id, [])


def _require_none(by: Actor) -> None:
    if codes.factor_of(by.person_id) is not None:
        raise Refusal("factor_is_set")


def _require_one(by: Actor) -> None:
    if codes.factor_of(by.person_id) is None:
        raise Refusal("factor_not_set")


def _shown(secret: str, by: Actor, at: datetime) -> Enrolment:
    return Enrolment(secret, codes.address(secret, by.username), sealing.seal(f"{by.person_id} {secret}", at))


def _opened(token: str, by: Actor, at: datetime) -> str:
    """Return the secret an enrolment's form carries sealed. Raises Refusal: too old, or another person's."""
    person, _blank, secret = (sealing.unseal(token, at, GOOD_FOR) or "").partition(" ")
    if not secret or person != str(by.person_id):
        raise Refusal("enrolment_too_old")
    return secret
