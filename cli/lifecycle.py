"""The state diagram of a task, drawn from the life cycle's own table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import click
from flask import Flask

from i18n import gettext as _
from models.labels import label
from models.vocabulary import Action, Status, TaskKind
from workflow.coordination import ENDED
from workflow.lifecycle import LIFECYCLE, OPEN, OWED, WHOSE, Step

FOREWORD: Final = (
    "Drawn from `workflow/lifecycle.py:LIFECYCLE`; a test holds the page against the table.",
    "Anew after a change: `DONDOC_LANGUAGE=en flask lifecycle --page > docs/life-cycle.md`.",
)
ENDS: Final = tuple(status for status in Status if status not in (Status.DRAFT, *OPEN))
# where a step may lead beside its row: one signature is enough by the plan, the first report starts the work,
# and a duty whose result waits for its signature ends with the task it is done for
ALSO: Final[dict[tuple[Status, Status], str]] = {
    (Status.SUBMITTED, Status.COMPLETED): Action.SIGN_OFF,
    (Status.RECEIVED, Status.IN_PROGRESS): Action.PROGRESS,
    (Status.SUBMITTED, Status.CANCELLED): ENDED,
    (Status.SIGNED_OFF, Status.CANCELLED): ENDED,
}
# a move that the database sees as two: a returned duty counts as accepted, from the result as it was handed in
THROUGH: Final = {(Status.IN_PROGRESS, Status.COMPLETED): Status.SUBMITTED}


def register(app: Flask) -> None:
    """Register the command."""
    app.cli.command("lifecycle")(lifecycle)


@click.option(
    "--page", is_flag=True, help="Print the page docs/life-cycle.md: the diagram, and each step with whose it is."
)
def lifecycle(page: bool) -> None:
    """Print how a task goes from state to state, as a Mermaid diagram drawn from the table of steps."""
    click.echo("\n".join(pages() if page else diagram()))


def pages() -> list[str]:
    """Return the lines of the page in the documents."""
    return ["# The life of a task", "", *FOREWORD, "", "```mermaid", *diagram(), "```", "", *rows()]


def diagram() -> list[str]:
    """Return the lines of a Mermaid state diagram: an arrow for each pair of states, with its steps."""
    named = [f"    {status.value}: {_(label(status))}" for status in Status]
    drawn = [f"    {here.value} --> {there.value}: {', '.join(names)}" for (here, there), names in arrows().items()]
    ends = [f"    {status.value} --> [*]" for status in ENDS]
    return ["stateDiagram-v2", "    direction TB", *named, f"    [*] --> {Status.DRAFT.value}", *drawn, *ends]


def rows() -> list[str]:
    """Return the lines of a table of all steps, in the life cycle's order."""
    head = (_("step"), _("of"), _("from"), _("to"), _("whose it is"))
    return [_row(head), _row("---" for _each in head), *(_row(_cells(step)) for step in LIFECYCLE)]


def arrows() -> dict[tuple[Status, Status], list[str]]:
    """Return the steps that lead from one state to another; what leaves the state as it is draws no arrow."""
    rows_of = [((here, step.target), str(step.action)) for step in LIFECYCLE if step.target for here in step.sources]
    found: dict[tuple[Status, Status], dict[str, None]] = {}
    for pair, name in [*rows_of, *ALSO.items()]:
        found.setdefault(pair, {})[name] = None
    return {pair: list(names) for pair, names in found.items()}


def _cells(step: Step) -> tuple[str, ...]:
    sources = ", ".join(status.value for status in step.sources)
    only = "" if step.kinds == OWED else ", ".join(_(label(kind)) for kind in TaskKind if kind in step.kinds)
    return step.action.value, only, sources, step.target.value if step.target else "", _(WHOSE[step.who])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
