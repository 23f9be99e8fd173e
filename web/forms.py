"""Forms as typed values: each field read by the rule its name has, a bad one answered in words."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from flask import request
from werkzeug.datastructures import FileStorage

import vietnamese
from models.vocabulary import (
    DeadlineKind,
    DeclaredState,
    DelayClass,
    Meaning,
)
from models.words import (
    SourceKind,
)
from terms import N_
from web import formats, incoming
from workflow import definitions
from workflow.errors import Refusal
from workflow.given import LABELS, Given, Upload
from workflow.imports import (
    measures,
)
from workflow.sources import (
    Source,
)

ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
LOCAL: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def given() -> Given:
    """Return what the form gives to a step. Raises Refusal for a value that cannot be read."""
    values = {name: read(name) for name, read in FIELDS.items() if name in request.form}
    values["files"] = uploads("file")
    for name, label in LISTS.items():
        if name in request.form:
            values[name] = tuple(filter(None, (_number(text, label) for text in request.form.getlist(name))))
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


def source() -> Source:
    """Return the document a task comes from, as the form names it."""
    sent = uploads("file")
    kind = _term(SourceKind)("source_kind") if "source_kind" in request.form else None
    return Source(kind, text("source_number"), day("source_on"), text("source_about"), sent[0] if sent else None)


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


def _decimal(name: str) -> Decimal | None:
    """Return a field's number, 1.234,5 or 1234.5; None when it is empty. Raises Refusal for anything else."""
    value = request.form.get(name, "").strip()
    try:
        return measures.number(value) if value else None
    except Refusal:
        raise Refusal("bad_value", field=LABELS[name], value=value[:40], form=N_("a number, such as 1.234,5")) from None


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


# field that is given several times -> what one of its numbers is called
LISTS: Final = {"coordinator_ids": "unit_id", "unit_ids": "unit_ids", "mention_ids": "mention_ids"}
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
    "authority": text,
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
    "recurs": lambda name: bool(request.form.get(name)),
    "rule": lambda name: definitions.read_rule(request.form.get(name, "")),
    "from_on": day,
    "until_on": day,
    "collector_unit_id": number,
    "nil_report": lambda name: bool(request.form.get(name)),
    "event_on": day,
    "quantity": lambda name: _decimal(name),
    "cumulative": lambda name: _decimal(name),
    "measure": text,
    "difficulty": text,
    "cause": text,
    "next_step": text,
    "state": _term(DeclaredState),
    "is_urgent": lambda name: bool(request.form.get(name)),
    "is_blocking": lambda name: bool(request.form.get(name)),
    "password": _secret,
    "code": _secret,
    "meaning": _term(Meaning),
    "content_hash": text,
    "document_number": text,
    "document_on": day,
    "due_after": day,
    "delay_class": _term(DelayClass),
}
