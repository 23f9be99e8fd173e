"""The templates of papers: the office's own, checked when it is brought, else the one that comes along."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from documents.writers import official_template
from documents.writers.official import Form
from models.base import db
from models.reports import ReportTemplate
from models.session import retried, transaction
from workflow import files
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.given import Upload
from workflow.ledger import recorded


@dataclass(frozen=True)
class Template:
    """A template in use: its hash, its bytes, and since when; none of the office's own has no row."""

    form: Form
    sha256: str
    data: bytes
    row: ReportTemplate | None = None


def present(form: Form) -> Template:
    """Return the template in use for a form. One query."""
    row = db.session.scalar(
        select(ReportTemplate).where(ReportTemplate.form == form).order_by(ReportTemplate.id.desc()).limit(1)
    )
    if row is None or row.sha256 is None:
        data = official_template.built_in(form)
        return Template(form, hashlib.sha256(data).hexdigest(), data, row)
    return Template(form, row.sha256, by_hash(row.sha256), row)


def by_hash(sha: str) -> bytes:
    """Return a template by its hash: one that comes along, or a kept one. Raises Refusal when it is gone."""
    for form in Form:
        data = official_template.built_in(form)
        if hashlib.sha256(data).hexdigest() == sha:
            return data
    try:
        return files.vault().get(sha)
    except (OSError, ValueError):
        raise Refusal("report_file_gone") from None


@retried
def bring(form: Form, upload: Upload, *, by: Actor, at: datetime) -> str:
    """Take a file as the template of a form, once it was checked; return its hash. Raises Refusal saying the fault."""
    found = official_template.faults(upload.data, form)
    if found:
        code, what = found[0]
        raise Refusal("report_template", fault=official_template.FAULTS[code], what=what)
    sha = files.vault().put(upload.data)
    name = files.name_of(upload.filename)
    _put(ReportTemplate(form=form, sha256=sha, size=len(upload.data), filename=name), by, at)
    return sha


@retried
def give_back(form: Form, *, by: Actor, at: datetime) -> None:
    """Use the template that comes along again."""
    _put(ReportTemplate(form=form), by, at)


def _put(row: ReportTemplate, by: Actor, at: datetime) -> None:
    row.person_id, row.at = by.person_id, at
    with transaction() as session, recorded(None, "report.template", by=by, at=at):
        session.add(row)
