"""What an evaluation rests on, for one head, official or unit: numbers with their lists, and the same as a paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from accountability import periods
from accountability.evaluation import evidence, paper
from accountability.evaluation.evidence import Evidence
from accountability.evaluation.paper import Subject
from accountability.evaluation.rulesets import LEVELS, Staff
from accountability.figures import asking
from accountability.figures.question import Question
from accountability.reports import words
from documents.writers.official import Paper
from documents.writers.official_pdf import pdf
from documents.writers.official_word import docx
from i18n import gettext as _
from models.base import db
from models.people import Person
from models.vocabulary import UnitKind
from terms import N_
from web import asked, context
from web.gate import place
from workflow import actors, reference
from workflow.errors import Refusal
from workflow.exports import note_export
from workflow.queries import people
from workflow.queries.sheets import code_of, place_of
from workflow.reference import Reference

bp = Blueprint("evaluation", __name__, url_prefix="/evaluation")

# ending -> how the file is made, and its kind
FORMS: Final[dict[str, tuple[Callable[[Paper], bytes], str]]] = {
    "docx": (docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": (pdf, "application/pdf"),
}
# what of an address a period's code says already
DAYS: Final = ("from", "to", "cut")
STAFF: Final = {
    Staff.OFFICIAL: N_("officials of administrative bodies"),
    Staff.EMPLOYEE: N_("employees of public service units"),
}


@bp.get("")
@place("evaluation")
def index() -> ResponseReturnValue:
    """Show the evidence of one person or unit; leadership and the office choose whose."""
    question, ref = _question(), context.ref()
    seen = _seen(question) if _named(question) else None
    return render_template(
        "evaluation/show.html",
        question=question,
        seen=seen,
        whom=_whom(question, ref) if seen else "",
        people=_choices() if context.scope().sees_whole() else [],
        staff=[(code.value, _(words)) for code, words in STAFF.items()],
        chosen=_staff(),
        periods=asked.periods_named(),
        period=asked.period_code(),
        limits=paper.limits,
        notes=paper.notes,
        levels=LEVELS,
        on=_on(question),
        words=_address(question),
    )


@bp.get("/paper.<any(docx, pdf):form>")
@place("evaluation")
def write(form: str) -> ResponseReturnValue:
    """Send the paper that gives the numbers to whoever evaluates; the log keeps that it was taken."""
    question = _question()
    if not _named(question):
        raise Refusal("not_found")
    ref = _on(question)
    seen = evidence.of(question, ref, _staff())
    made = paper.compose(seen, _subject(question, seen, ref), ref)
    note_export(f"evaluation {question.first}..{question.last} .{form}", by=context.me(), at=context.now())
    write_it, kind = FORMS[form]
    headers = {"Content-Disposition": f"attachment; filename=phieu-cung-cap-so-lieu.{form}"}
    return Response(write_it(made), mimetype=kind, headers=headers)


def _question() -> Question:
    """Return the question of the address: about the person chosen, else about oneself where one sees nobody else."""
    question, me = asked.question(), context.me()
    who, _equals, number = request.args.get("who", "").partition("=")
    if who in ("head", "officer", "unit") and number.isdecimal() and 0 < int(number) < 2**31:
        question = question.about(**{f"{who}_id": int(number)})
    if not context.scope().sees_whole() and not _named(question):
        question = asking.own(question, me) if me.heads else question.about(officer_id=me.person_id)
    if question.officer_id is None or question.officer_id != me.person_id or question.head_id or question.unit_id:
        asking.require(question, seen_by=context.scope())
    return question


def _seen(question: Question) -> Evidence:
    """Return what the page shows; the charges stand with the figures, the targets on their own page and the paper."""
    return evidence.of(question, _on(question), _staff(), with_targets=False, charges=False)


def _address(question: Question) -> dict[str, str]:
    """Return what the address of the paper carries: the period by its code where it has one."""
    found, code = question.words() | {"staff": _staff().value}, asked.period_code()
    return {name: value for name, value in found.items() if name not in DAYS} | {"period": code} if code else found


def _named(question: Question) -> bool:
    return any((question.head_id, question.officer_id, question.unit_id))


def _on(question: Question) -> Reference:
    """Return the organisation and the settings of the period's last day."""
    return context.ref() if question.day >= context.ref().on else reference.load(question.day)


def _staff() -> Staff:
    value = request.args.get("staff", "")
    return Staff(value) if value in set(Staff) else Staff.OFFICIAL


def _choices() -> list[tuple[str, str]]:
    """Return whom one can choose: everybody as a head, and as an official who does the work."""
    names = sorted(people.everybody().items(), key=lambda row: row[1])
    heads = [(f"head={key}", _("%(name)s, as head of a unit", name=name)) for key, name in names]
    return [*heads, *((f"officer={key}", _("%(name)s, as the officer named", name=name)) for key, name in names)]


def _whom(question: Question, ref: Reference) -> str:
    key = question.head_id or question.officer_id
    person = db.session.get(Person, key) if key else None
    if person is None:
        return ref.unit_name(question.unit_id) if question.unit_id else ""
    return f"{person.name}, {ref.unit_name(question.unit_id)}" if question.unit_id else person.name


def _subject(question: Question, seen: Evidence, ref: Reference) -> Subject:
    person = db.session.get(Person, question.head_id or question.officer_id or 0)
    whom = _whom(question, ref)
    if person is not None and not question.unit_id:
        position = actors.actor(person, ref, question.cut_off).position
        unit = seen.parts[-1].unit if seen.parts else ""
        whom = ", ".join(filter(None, (person.name, seen.parts[-1].title if seen.parts else position, unit)))
    return Subject(
        whom=whom,
        period=_period_words(question),
        body=str(ref.settings["body.name"]).removesuffix(f" tỉnh {place_of(ref)}"),
        place=place_of(ref),
        sign=f"PCC-{ref.settings['body.symbol'] or code_of(ref, UnitKind.BODY)}",
    )


def _period_words(question: Question) -> str:
    code = asked.period_code()
    if code:
        return words.of_period(periods.parse(code))
    return f"từ ngày {question.first:%d/%m/%Y} đến ngày {question.last:%d/%m/%Y}"
