"""One-time codes of a second factor (RFC 6238) and recovery codes: each is good once, however often it is sent."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime
from typing import Final

import pyotp
from sqlalchemy import select

from models.base import db
from models.signing import RecoveryCode, SecondFactor
from workflow import sealing

SECONDS: Final = 30
# so many steps before and after the present one a code is taken: clocks of telephones differ
WINDOW: Final = 1
CODE: Final = re.compile(r"[0-9]{6}")
RECOVERY: Final = re.compile(r"[a-z2-9]{16}")
# letters and digits that cannot be taken for one another when read aloud or copied by hand
LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
HOW_MANY: Final = 10
# how somebody proved who he is -> as sessions, signatures and the log have it
PASSWORD: Final = "password"  # noqa: S105  (the name of a way)
WITH_CODE: Final = "password+totp"
WITH_RECOVERY: Final = "password+recovery"


def new_secret() -> str:
    """Return a new secret of 160 bits, in base32."""
    return pyotp.random_base32(32)


def address(secret: str, username: str) -> str:
    """Return what the QR code says, so that a telephone takes the secret without typing: short, to be read well."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name="Đôn Đốc")


def step_of(at: datetime) -> int:
    """Return the number of the half minute a moment lies in."""
    return int(at.timestamp()) // SECONDS


def matching_step(secret: str, code: str, at: datetime, *, after: int = 0) -> int | None:
    """Return for which half minute a code is right, one before or after the present allowed; None for a wrong one.

    One at or before `after` has been taken already.
    """
    here, code = step_of(at), plain(code)
    if not CODE.fullmatch(code):
        return None
    counter = pyotp.HOTP(secret)
    steps = range(here - WINDOW, here + WINDOW + 1)
    found = [step for step in steps if hmac.compare_digest(counter.at(step), code)]
    return next((step for step in found if step > after), None)


def plain(code: str) -> str:
    """Return a code without the blanks and dashes people type into it."""
    return "".join(char for char in code.lower() if char not in " -\t")[:40]


def factor_of(person_id: int | None) -> SecondFactor | None:
    """Return a person's second factor; None when he has none."""
    return db.session.get(SecondFactor, person_id, populate_existing=True) if person_id is not None else None


def take(person_id: int, code: str, at: datetime, form: str | None) -> str | None:
    """Take a person's one-time or recovery code, and return which way it was; None when it is wrong or used.

    The form that used a code may bring it again: a double click. Needs a write unit.
    """
    factor = db.session.get(SecondFactor, person_id, populate_existing=True, with_for_update=True)
    if factor is None:  # it was removed a moment ago: the page is asked for anew
        return None
    if RECOVERY.fullmatch(plain(code)):
        return _take_recovery(person_id, plain(code), at, form)
    secret = sealing.unseal(factor.sealed)
    if secret is None:
        return None
    again = form is not None and factor.last_form == form
    step = matching_step(secret, code, at, after=factor.last_step - again)
    if step is None:
        return None
    factor.last_step, factor.last_form = step, form
    return WITH_CODE


def recovery_codes(*drawn: str) -> list[str]:
    """Return ten codes drawn from texts that only this server and this form know; the same form gets the same."""
    found = []
    for number in range(HOW_MANY):
        value = int.from_bytes(sealing.drawn_from("recovery", *drawn, str(number)))
        letters = []
        for _place in range(16):
            value, rest = divmod(value, len(LETTERS))
            letters.append(LETTERS[rest])
        found.append("-".join("".join(letters[start : start + 4]) for start in range(0, 16, 4)))
    return found


def keep_recovery(person_id: int, found: list[str]) -> None:
    """Keep the hashes of new recovery codes in place of the old ones. Needs a write unit."""
    for row in db.session.scalars(select(RecoveryCode).where(RecoveryCode.person_id == person_id)):
        db.session.delete(row)
    db.session.flush()
    db.session.add_all(RecoveryCode(person_id=person_id, code_sha=sha(code)) for code in found)


def left(person_id: int) -> int:
    """Return how many recovery codes a person has not used. One query."""
    unused = RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    return len(list(db.session.scalars(select(RecoveryCode.id).where(*unused))))


def sha(code: str) -> str:
    """Return what is stored of a recovery code."""
    return hashlib.sha256(plain(code).encode()).hexdigest()


def _take_recovery(person_id: int, code: str, at: datetime, form: str | None) -> str | None:
    mine = RecoveryCode.person_id == person_id, RecoveryCode.code_sha == sha(code)
    row = db.session.scalars(select(RecoveryCode).where(*mine).with_for_update()).one_or_none()
    if row is None or (row.used_at is not None and (form is None or row.used_form != form)):
        return None
    row.used_at, row.used_form = row.used_at or at, form
    return WITH_RECOVERY
