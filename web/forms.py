"""Forms as typed values: each field read by the rule its name has, a bad one answered in words."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from flask import request
from werkzeug.datastructures import FileStorage

import vietnamese
from models.vocabulary import DeadlineKind, Meaning
from terms import N_
from web import formats, incoming
from workflow.errors import Refusal
from workflow.given import LABELS, Given, Upload

ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
LOCAL: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def given() -> Given:
    """Return what the form gives to a step. Raises Refusal for a value that cannot be read."""
    values = {name: read(name) for name, read in FIELDS.items() if name in request.form}
    values["files"] = uploads("file")
    if "coordinator_ids" in request.form:
        values["coordinator_ids"] = tuple(
            filter(None, (_number(text, "unit_id") for text in request.form.getlist("coordinator_ids")))
        )
    if "unit_ids" in request.form:
        values["unit_ids"] = tuple(
            filter(None, (_number(text, "unit_ids") for text in request.form.getlist("unit_ids")))
        )
    return Given(**values)


def text(name: str, *, limit: int = 8000) -> str:
    """Return a field's text, normalised. Raises Refusal beyond the limit."""
    value = vietnamese.normalise(request.form.get(name, "")).replace("\x00", "").strip()
    if len(value) > limit:
        raise Refusal("too_long", field=LABELS.get(name, name), limit=limit, length=len(value))
    return value


def number(name: str) -> int | None:
    """Return a field's whole number; None when it is empty. Raises Refusal for anything else."""
    return _number(request.form.get(name, ""), name)


def day(name: str) -> date | None:
    """Return a field's date, written as the browser or as people write it; None when it is empty."""
    return read_day(request.form.get(name, ""))


def read_day(value: str) -> date | None:
    """Read `2026-11-25` or `25/11/2026`. Raises Refusal for what is no date between 2000 and 2100."""
    value = value.strip()
    if not value:
        return None
    iso, local = ISO.fullmatch(value), LOCAL.fullmatch(value)
    parts = iso.groups() if iso else local.groups()[::-1] if local else None
    try:
        found = date(*(int(part) for part in parts)) if parts else None
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2100:
        raise Refusal("bad_date", value=value[:40])
    return found


def uploads(name: str) -> tuple[Upload, ...]:
    """Return the files of a field, empty ones left out. Raises Refusal when together they are too large."""
    if incoming.is_too_large():
        raise Refusal("file_too_large", limit=formats.megabytes(incoming.limit()))
    files: list[FileStorage] = request.files.getlist(name)
    return tuple(Upload(file.filename, file.read()) for file in files if file.filename)


def new_key() -> str:
    """Return a key for a form, so that sending it twice does its work once."""
    return uuid.uuid4().hex


def _number(value: str, name: str) -> int | None:
    value = value.strip()
    if not value:
        return None
    if not re.fullmatch(r"-?\d{1,9}", value):
        raise Refusal("bad_value", field=LABELS.get(name, name), value=value[:40], form=N_("a whole number"))
    return int(value)


def _term(kind: type[Any]) -> Callable[[str], Any]:
    def read(name: str) -> Any:
        value = request.form.get(name, "")
        if not value:
            return None
        try:
            return kind(value)
        except ValueError:
            raise Refusal("bad_value", field=LABELS.get(name, name), value=value[:40]) from None

    return read


def _key(name: str) -> str | None:
    return request.form.get(name, "")[:64] or None


def _secret(name: str) -> str:
    return request.form.get(name, "")[:1000]


# field of a form -> how it is read
FIELDS: Final[dict[str, Callable[[str], Any]]] = {
    "version": number,
    "idempotency_key": _key,
    "reason": text,
    "decision": text,
    "text": text,
    "title": text,
    "result": text,
    "product": text,
    "lead_unit_id": number,
    "leader_post_id": number,
    "officer_id": number,
    "unit_id": number,
    "due_on": day,
    "boundary": text,
    "deadline_words": text,
    "deadline_kind": _term(DeadlineKind),
    "answer_by": day,
    "until": day,
    "proposed_on": day,
    "granted_on": day,
    "new_on": day,
    "is_urgent": lambda name: bool(request.form.get(name)),
    "is_blocking": lambda name: bool(request.form.get(name)),
    "password": _secret,
    "meaning": _term(Meaning),
    "content_hash": text,
    "document_number": text,
    "document_on": day,
}
