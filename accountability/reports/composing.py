"""A report composed: the question, the past it is asked of, the words; and the paper that is written from both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import clock
from accountability import past
from accountability.figures.question import Question
from accountability.figures.table import FIGURES
from accountability.past import Point
from accountability.periods import Period
from accountability.reports import facts, sections, tables, words
from accountability.reports.compare import compared
from accountability.reports.content import Content, Figure
from accountability.reports.facts import Facts
from accountability.reports.kinds import KINDS, MUST, WHOLE, Kind, symbol_of
from documents.writers.official import BLANK, Block, Form, Level, Paper, number_of, place_and_day, said, written_day
from i18n import gettext as _
from i18n import speaking
from models.vocabulary import UnitKind
from models.words import ReportKind
from workflow import reference
from workflow.errors import Refusal
from workflow.queries.sheets import code_of, place_of
from workflow.reference import Reference

# on which every report rests; what stands beside it in a body is entered by its office in the text
BASES: Final = (
    "Căn cứ Nghị định số 09/2019/NĐ-CP ngày 24 tháng 01 năm 2019 của Chính phủ quy định về chế độ báo cáo của"
    " cơ quan hành chính nhà nước",
)


@dataclass(frozen=True)
class Wanted:
    """Which report: its kind and period, of whom, as of which day; `against` makes it a comparison of two days."""

    kind: ReportKind
    period: Period
    unit_id: int | None = None
    as_of: date | None = None
    against: date | None = None

    def day(self, today: date) -> date:
        """Return the day as of which it is made: as asked for, else today, but never after the period's last.

        What was entered after the cut-off belongs to the next period, so a later day asks for nothing else.
        """
        return min(self.as_of or today, self.period.last)


def require(wanted: Wanted, today: date) -> None:
    """Raise Refusal for a report that cannot be made: its period is to come, its unit is missing or does not fit."""
    kind = KINDS[wanted.kind]
    if wanted.period.kind not in kind.periods:
        raise Refusal("report_period", period=wanted.period.code)
    for day in filter(None, (wanted.day(today), wanted.against)):
        last = min(today, wanted.period.last)
        if not wanted.period.first <= day <= last:
            raise Refusal("report_day", day=words.day(day), first=words.day(wanted.period.first), last=words.day(last))
    if kind.about == MUST and wanted.unit_id is None:
        raise Refusal("report_unit")
    if kind.about == WHOLE and wanted.unit_id is not None:
        raise Refusal("report_whole")


def point_of(day: date) -> Point:
    """Return the last entry of the log up to the end of a day. Raises Refusal when the log is younger."""
    try:
        return past.last_before(clock.end_of(day))
    except past.NothingYetError:
        raise Refusal("report_too_early", day=words.day(day)) from None


def compose(wanted: Wanted, today: date, at: Point | None = None) -> tuple[Content, Point]:
    """Return what the log says for a report, and up to which entry. Raises Refusal."""
    require(wanted, today)
    day = wanted.day(today)
    point = at or point_of(day)
    with speaking("vi"), past.standing(point):
        found = _gathered(wanted, day)
        made = _content(wanted, found)
    if wanted.against is None:
        return made, point
    with speaking("vi"), past.standing(point_of(wanted.against)):
        question = _question(wanted, wanted.against)
        earlier = facts.only_figures(question, reference.load(question.day))
    return compared(made, earlier, wanted.against, day), point


def _question(wanted: Wanted, day: date) -> Question:
    """Return what is asked: the period, as known at the end of a day in it."""
    return Question(wanted.period.first, wanted.period.last, clock.end_of(day), unit_id=wanted.unit_id)


def _gathered(wanted: Wanted, day: date) -> Facts:
    question = _question(wanted, day)
    ref = reference.load(question.day)
    if wanted.unit_id is not None and wanted.unit_id not in ref.units:
        raise Refusal("not_found")
    found = facts.gather(wanted.period, day, question, ref)
    if wanted.kind == ReportKind.MONTHLY:
        return replace(found, rows=(*found.rows, *facts.coordinated(question, ref)))
    return found


def _content(wanted: Wanted, found: Facts) -> Content:
    kind, ref = KINDS[wanted.kind], found.ref
    body, office = str(ref.settings["body.symbol"]) or code_of(ref, UnitKind.BODY), code_of(ref, UnitKind.OFFICE)
    filled = _filled(wanted, found)
    symbol = symbol_of(wanted.kind, body, office)
    figures = {key: replace(figure, name=_(figure.name)) for key, figure in found.figures.items()}
    return Content(
        form=kind.form,
        name=kind.name,
        calls=kind.calls,
        subject=kind.subject.format_map(filled),
        superior=str(ref.settings["body.superior"]),
        body=filled["body_short"],
        place=place_of(ref),
        symbol=symbol,
        made_at=found.question.cut_off,
        to=_to(kind, found),
        bases=BASES if kind.form == Form.REPORT else (),
        recipients=tuple(line.format_map(filled) for line in kind.recipients),
        sections=sections.compose(kind, found),
        tables=tables.compose(kind, found),
        figures=_kept(kind, figures),
        parties=_parties(kind, found),
    )


def _kept(kind: Kind, figures: Mapping[str, Figure]) -> Mapping[str, Figure]:
    return {key: each for key, each in figures.items() if FIGURES[key.partition(".")[0]].group in kind.figures}


def _filled(wanted: Wanted, found: Facts) -> dict[str, str]:
    ref = found.ref
    unit = ref.unit_name(wanted.unit_id)
    return {
        "period": words.of_period(wanted.period),
        "unit": unit,
        "of_unit": f" của {unit}" if unit else "",
        "unit_or_all": unit or f"Các đơn vị thuộc {_short(ref)}",
        "body_short": _short(ref),
        "office": code_of(ref, UnitKind.OFFICE),
    }


def _short(ref: Reference) -> str:
    """Return the body's name on its letterhead: without the place, which its superior's name holds."""
    return str(ref.settings["body.name"]).removesuffix(f" tỉnh {place_of(ref)}")


def _to(kind: Kind, found: Facts) -> tuple[str, ...]:
    ref = found.ref
    addressees: dict[str, Callable[[], tuple[str, ...]]] = {
        "superior": lambda: (str(ref.settings["body.superior"]),),
        "body": lambda: (f"Lãnh đạo {_short(ref)}",),
        "late_units": lambda: tuple(dict.fromkeys(row.unit for row in found.overdue)) or ("Các đơn vị trực thuộc",),
    }
    return addressees[kind.to]() if kind.to else ()


def _parties(kind: Kind, found: Facts) -> tuple[tuple[str, str], ...]:
    if kind.form != Form.MINUTES:
        return ()
    head = found.head
    return (("Bên giao", head.person_name or "" if head else ""), ("Bên nhận", ""), ("Chứng kiến", ""))


@dataclass(frozen=True)
class Issue:
    """What a report gets when it is issued: number, day, the lines above the name, and the name."""

    number: int | None = None
    on: date | None = None
    signs: tuple[str, ...] = ()
    signer: str = ""


def paper(content: Content, prose: Mapping[str, str] | None = None, issue: Issue | None = None) -> Paper:
    """Return the paper of a report: its sections as composed or as a clerk left them, its number once it has one."""
    issue, values = issue or Issue(), content.values()
    texts = {section.id: (prose or {}).get(section.id, "\n".join(section.lines)) for section in content.sections}
    blocks: list[Block] = []
    for section in content.sections:
        if section.heading:
            blocks.append(Block(Level.MAIN, said(section.heading, {})))
        blocks.extend(_blocks(texts[section.id], values))
    return Paper(
        form=content.form, kind=content.name, superior=content.superior, body=content.body,
        number=number_of(issue.number, content.symbol), place_and_day=place_and_day(content.place, issue.on),
        subject=content.subject, made_at=content.made_at, to=content.to, bases=content.bases, blocks=tuple(blocks),
        signs=issue.signs, signer=issue.signer, parties=content.parties, recipients=content.recipients,
        tables=tuple(replace(table, attached=_attached(content, issue)) for table in content.tables),
        figures=_figures(content),
    )  # fmt: skip


def _attached(content: Content, issue: Issue) -> str:
    number = f"{issue.number:02d}" if issue.number is not None else BLANK
    on = written_day(issue.on) if issue.on else f"ngày {BLANK} tháng {BLANK} năm {BLANK}"
    return f"(Kèm theo {content.calls} số {number}/{content.symbol} {on} của {content.body})"


def _blocks(text: str, values: Mapping[str, str]) -> list[Block]:
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        level = Level.DASH if line.startswith("- ") else Level.SUB if _is_heading(line) else Level.TEXT
        found.append(Block(level, said(line, dict(values))))
    return found


def _is_heading(line: str) -> bool:
    number, dot, rest = line.partition(". ")
    return bool(dot) and number.isdigit() and len(rest) <= 80 and not set(":.;…") & set(rest)


def _figures(content: Content) -> tuple[tuple[str, str, str, str], ...]:
    values = content.values()
    return tuple(
        (key, figure.name, values[key], ", ".join(str(task) for task in figure.tasks))
        for key, figure in content.figures.items()
    )
