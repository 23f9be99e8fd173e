"""The table of a plan's targets as its annex has it, with what was reached in whole years beside the goals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from documents.writers.annex import Annex, AnnexGroup
from documents.writers.target_table import OTHERS, SHEET, TargetRow, columns, written
from models.plans import Plan
from models.vocabulary import TargetOp
from models.words import Standing
from workflow.imports import BLANK
from workflow.permissions import Scope
from workflow.queries import plans
from workflow.queries import targets as queries
from workflow.queries.annexes import ATTACHED, cited
from workflow.queries.targets import PlanSeries, Series
from workflow.reference import Reference

# The words of the form are Vietnamese in every language of the pages.
TITLE: Final = "Các chỉ tiêu thực hiện {kind}"
# operator -> what stands before the value
SIGNS: Final = {
    TargetOp.EQUAL: "",
    TargetOp.MORE: "> ",
    TargetOp.AT_LEAST: "≥ ",
    TargetOp.LESS: "< ",
    TargetOp.AT_MOST: "≤ ",
    TargetOp.ABOUT: "khoảng ",
}
KINDS: Final = {Standing.OFFICIAL: "reached", Standing.PROVISIONAL: "estimate"}

Column = tuple[str, int | None]


def table(plan_id: int, ref: Reference, *, at: datetime, seen_by: Scope) -> Annex:
    """Return the table of a plan's targets. Raises Refusal `not_found` for a plan that is not his to read."""
    plan = plans.visible(plan_id, seen_by=seen_by)
    listed = queries.index(ref, seen_by=seen_by, plan_id=plan.id)
    found = listed[0] if listed else PlanSeries(plan, ())
    wanted = _columns(found.series)
    groups = [AnnexGroup(group.name, tuple(_row(each, wanted) for each in group.series)) for group in found.groups]
    groups = [AnnexGroup(group.heading or (OTHERS if place else ""), group.rows) for place, group in enumerate(groups)]
    document = plan.document
    return Annex(
        title=TITLE.format(kind=(document.kind or "kế hoạch").lower()),
        attached=ATTACHED.format(document=cited(plan), body=document.issuing_body or BLANK),
        body=document.issuing_body or "",
        made_at=at,
        groups=tuple(groups),
        columns=columns(wanted),
        centred=frozenset({0, *range(2, 3 + len(wanted))}),
        sheet=SHEET,
    )


def goal_words(op: TargetOp, low: Decimal, high: Decimal | None) -> str:
    """Return a goal as tables write it: 95, ≥ 3,5, 16 - 18, khoảng 85."""
    if op == TargetOp.BETWEEN and high is not None:
        return f"{written(low)} - {written(high)}"
    return SIGNS[op] + written(low)


def of_plan(plan: Plan, ref: Reference) -> tuple[Series, ...]:
    """Return the indicators of one plan, whoever asks."""
    return tuple(queries.of_plans({plan.id: plan}, ref).get(plan.id, ()))


def _columns(listed: Sequence[Series]) -> list[Column]:
    """Return the columns some target needs: years rising, in each the goal before what was reached."""
    found = {column for each in listed for column in _cells(each)}
    order = ("aim", "goal", "reached", "estimate")
    return sorted(found, key=lambda column: (column[1] or 0, order.index(column[0])))


def _cells(series: Series) -> dict[Column, str | Decimal]:
    """Return the cells of a target by column: goals, the baseline, and the values of whole years."""
    return dict(_each_cell(series))


def _each_cell(series: Series) -> Iterator[tuple[Column, str | Decimal]]:
    for year, goal in series.goals.items():
        is_bare = goal.op == TargetOp.EQUAL
        yield ("goal", year), goal.low if is_bare else goal_words(goal.op, goal.low, goal.high)
    if not series.goals:
        aim = series.aim
        yield ("aim", None), goal_words(aim.op, aim.low, aim.high)
    if series.baseline is not None:
        yield ("reached", series.baseline[0]), series.baseline[1]
    for period, row in series.standing.items():
        if period.isdecimal():
            yield (KINDS[row.standing], int(period)), row.value


def _row(series: Series, wanted: Sequence[Column]) -> TargetRow:
    cells = _cells(series)
    name = " ".join(series.target.about_what.split())
    return TargetRow(name, series.target.unit or "", tuple(cells.get(column, "") for column in wanted))
