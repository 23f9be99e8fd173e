"""The register of reports: each is made, edited, issued under a number, signed outside, archived; every act logged.

Files lie in the store by their SHA-256: what was worked out (JSON), the document as issued, the signed copy.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, select

import clock
from accountability.past import Point
from accountability.periods import parse
from accountability.reports import composing, content, templates
from accountability.reports.composing import Issue, Wanted
from accountability.reports.content import Content
from documents.writers import official_word
from documents.writers.official import TOKEN, Paper
from models.base import db, is_id
from models.reports import Report
from models.session import NotFoundError, lock, retried, transaction
from models.vocabulary import UnitKind
from models.words import ReportState
from version import VERSION
from workflow import files, idempotency
from workflow.actors import Actor
from workflow.errors import Refusal
from workflow.given import Upload
from workflow.ledger import recorded
from workflow.queries.sheets import signs_of
from workflow.reference import Reference

S: Final = ReportState
OPEN: Final = (S.DRAFT, S.EDITED)
OUT: Final = (S.ISSUED, S.ARCHIVED)


def make(wanted: Wanted, *, by: Actor, at: datetime, key: str | None = None) -> int:
    """Compose a report and put it into the register as a draft; return its number there. Raises Refusal."""
    made, point = composing.compose(wanted, clock.day_of(at))
    data = content.to_json(made)
    sha, template = files.vault().put(data), templates.present(made.form)
    return _put(wanted, made, point, sha, template.sha256, by=by, at=at, key=key)


@retried
def _put(
    wanted: Wanted,
    made: Content,
    point: Point,
    content_sha: str,
    template_sha: str,
    *,
    by: Actor,
    at: datetime,
    key: str | None,
) -> int:
    with transaction() as session:
        done = idempotency.answered(by, key, "report.make")
        if done is not None:
            return int(done)
        row = Report(
            kind=wanted.kind, period=wanted.period.code, unit_id=wanted.unit_id,
            as_of=wanted.day(clock.day_of(at)), against=wanted.against, epoch=point.epoch, seq=point.seq,
            state=S.DRAFT, product=VERSION, template_sha=template_sha, content_sha=content_sha, symbol=made.symbol,
            made_by_id=by.person_id, made_at=at,
        )  # fmt: skip
        with recorded(None, "report.make", by=by, at=at, req=key):
            session.add(row)
        idempotency.keep(by, key, "report.make", str(row.id), at)
        return row.id


def one(report_id: int) -> Report:
    """Return a report of the register. Raises Refusal `not_found`."""
    found = db.session.get(Report, report_id) if is_id(report_id) else None
    if found is None:
        raise Refusal("not_found")
    return found


def listed(limit: int = 50, before: int | None = None) -> list[Report]:
    """Return reports of the register, the newest first; those after a number when one is given. One query."""
    query = select(Report).order_by(Report.id.desc()).limit(limit)
    return list(db.session.scalars(query.where(Report.id < before) if before else query))


def content_of(row: Report) -> Content:
    """Return what was worked out for a report. Raises Refusal when its file is gone."""
    return content.from_json(kept(row.content_sha))


def kept(sha: str) -> bytes:
    """Return a kept file. Raises Refusal when it was deleted or altered."""
    try:
        return files.vault().get(sha)
    except (OSError, ValueError):
        raise Refusal("report_file_gone") from None


def prose_of(row: Report) -> dict[str, str]:
    """Return the sections that a clerk changed."""
    found: dict[str, str] = json.loads(row.prose) if row.prose else {}
    return found


def issue_of(row: Report) -> Issue:
    """Return with what a report was issued; nothing yet for a draft."""
    return Issue(row.number, row.issued_on, tuple((row.signs or "").split("\n")) if row.signs else (), row.signer or "")


def paper_of(row: Report, issue: Issue | None = None) -> Paper:
    """Return the paper of a report as it stands."""
    return composing.paper(content_of(row), prose_of(row), issue or issue_of(row))


def document(row: Report) -> bytes:
    """Return a report as a Word file: the very file that was issued, or the draft as it stands."""
    if row.file_sha is not None:
        return kept(row.file_sha)
    return official_word.docx(paper_of(row), templates.by_hash(row.template_sha))


@retried
def edit(report_id: int, texts: Mapping[str, str], *, by: Actor, at: datetime, version: int | None = None) -> Report:
    """Keep the texts of a report as a clerk left them; a section that is as composed is not kept. Raises Refusal."""
    with transaction():
        row = _locked(report_id, version, OPEN)
        made = content_of(row)
        values = made.values()
        for token in (found[1] for text in texts.values() for found in TOKEN.finditer(text)):
            if token not in values:
                raise Refusal("report_figure", figure=f"{{{token}}}")
        composed = {section.id: "\n".join(section.lines) for section in made.sections}
        changed = {key: _plain(text) for key, text in texts.items() if key in composed}
        changed = {key: text for key, text in changed.items() if text != composed[key]}
        with recorded(row, "report.edit", by=by, at=at, data={"sections": sorted(changed)}):
            row.prose = json.dumps(changed, ensure_ascii=False, sort_keys=True) if changed else None
            row.state = S.EDITED
        return row


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))


@dataclass(frozen=True)
class Given:
    """What a report is issued with: number, day, and the post that signs."""

    number: int
    on: date
    signs: tuple[str, ...]
    signer: str


@retried
def issue(report_id: int, given: Given, *, by: Actor, at: datetime, version: int | None = None) -> Report:
    """Give a report its number and day; the document is made now and kept by its hash. Raises Refusal."""
    with transaction():
        row = _locked(report_id, version, OPEN)
        if given.on > clock.day_of(at):
            raise Refusal("bad_value", field="issued_on", value=f"{given.on:%d/%m/%Y}")
        _require_free(row, given)
        paper = paper_of(row, Issue(given.number, given.on, given.signs, given.signer))
        file_sha = files.vault().put(official_word.docx(paper, templates.by_hash(row.template_sha)))
        with recorded(row, "report.issue", by=by, at=at, content={"sha256": file_sha}):
            row.signs, row.signer = "\n".join(given.signs), given.signer
            row.number, row.year, row.issued_on = given.number, given.on.year, given.on
            row.file_sha, row.state = file_sha, S.ISSUED
        return row


def _require_free(row: Report, given: Given) -> None:
    """Numbers begin anew each year; within one, none is given twice for the same sign."""
    same = Report.symbol == row.symbol, Report.year == given.on.year, Report.number == given.number
    if db.session.scalar(select(Report.id).where(*same)) is not None:
        raise Refusal("report_number_taken", number=given.number, year=given.on.year)


def next_number(symbol: str, year: int) -> int:
    """Return the next free number of a sign in a year."""
    highest = select(func.max(Report.number)).where(Report.symbol == symbol, Report.year == year)
    return (db.session.scalar(highest) or 0) + 1


@retried
def attach(report_id: int, upload: Upload, *, by: Actor, at: datetime, version: int | None = None) -> Report:
    """Keep the copy that was signed outside, by its hash. Raises Refusal."""
    with transaction():
        row = _locked(report_id, version, OUT, otherwise="report_not_issued")
        if row.signed_sha is not None:
            raise Refusal("report_signed_already")
        (found,) = files.keep((upload,))
        with recorded(row, "report.sign", by=by, at=at, content={"sha256": found["sha256"]}):
            row.signed_sha, row.signed_type = found["sha256"], found["media_type"]
            row.signed_name = found["filename"]
        return row


@retried
def archive(report_id: int, *, by: Actor, at: datetime, version: int | None = None) -> Report:
    """Put an issued report into the archive. Raises Refusal."""
    with transaction():
        row = _locked(report_id, version, (S.ISSUED,), otherwise="report_not_issued")
        with recorded(row, "report.archive", by=by, at=at):
            row.state = S.ARCHIVED
        return row


@retried
def drop(report_id: int, *, by: Actor, at: datetime, version: int | None = None) -> Report:
    """Drop a draft that will not be issued; its row stays. Raises Refusal."""
    with transaction():
        row = _locked(report_id, version, OPEN)
        with recorded(row, "report.drop", by=by, at=at):
            row.state = S.DROPPED
        return row


def _locked(
    report_id: int, version: int | None, states: tuple[ReportState, ...], otherwise: str = "report_closed"
) -> Report:
    try:
        row = lock(Report, report_id if is_id(report_id) else None)
    except NotFoundError:
        raise Refusal("not_found") from None
    if version is not None and version != row.version:
        raise Refusal("somebody_was_faster")
    if row.state not in states:
        raise Refusal(otherwise, state=row.state)
    return row


@dataclass(frozen=True)
class Again:
    """A report made once more of the same entries of the log: whether it is the same, and what differs."""

    same_bytes: bool
    same_product: bool
    differences: tuple[tuple[str, Any, Any], ...]


def again(row: Report) -> Again:
    """Make a report once more and hold it against what was kept (rulings 18)."""
    wanted = Wanted(row.kind, parse(row.period), row.unit_id, row.as_of, row.against)
    made, _point = composing.compose(wanted, row.as_of, Point(row.epoch, row.seq))
    old = content_of(row)
    differences = [
        (
            key,
            old.figures[key].value if key in old.figures else None,
            made.figures[key].value if key in made.figures else None,
        )
        for key in sorted({*old.figures, *made.figures})
        if old.figures.get(key) != made.figures.get(key)
    ]
    same = content.to_json(made) == kept(row.content_sha)
    return Again(same, row.product == VERSION, tuple(differences))


def signers(ref: Reference) -> list[tuple[int, tuple[str, ...], str]]:
    """Return who can sign a report: each seat of leadership that is held, then the office's head by order (TL.)."""
    seats = [seat for seat in ref.leadership if seat.person_id is not None]
    found = [(seat.post_id, signs_of(seat, ref), seat.person_name or "") for seat in seats]
    return [*found, *_by_order(ref)]


def _by_order(ref: Reference) -> list[tuple[int, tuple[str, ...], str]]:
    office = next((unit.id for unit in ref.inside if unit.kind == UnitKind.OFFICE), None)
    head, chair = ref.head_of(office), ref.chair
    if head is None or chair is None or head.person_id is None:
        return []
    return [(head.post_id, (f"TL. {chair.title}", head.position), head.person_name or "")]
