"""The board of what nobody can do: acts that wait while every seat that would act is empty or barred."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from web.gate import place
from web.organisation.blueprint import bp
from workflow import signers as rules
from workflow.queries import people
from workflow.queries import signers as queries


@bp.get("/signers")
@place("seats")
def signers() -> ResponseReturnValue:
    """List what nobody can do, since when, and who was told."""
    rows = queries.unsolved()
    names = people.names({row.superior_id for row, _title in rows})
    return render_template("organisation/signers.html", rows=rows, names=names, kinds=rules.KINDS)
