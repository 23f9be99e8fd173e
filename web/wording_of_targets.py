"""The sentences of targets: values reported and corrected, what is settled about them, tasks linked, tables taken."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from models.vocabulary import TargetOp
from models.words import Cadence, Direction, Standing
from terms import N_

# act -> the sentence; a part of the one table in `wording.py`
SENTENCES: Final[dict[str, str]] = {
    "target.report": N_("%(who)s reported a value of a target."),
    "target.correct": N_("%(who)s corrected a reported value of a target; the earlier one stays to be read."),
    "target.follow": N_("%(who)s settled who reports a target, and how."),
    "target.link": N_("%(who)s linked a task to a target."),
    "target.unlink": N_("%(who)s took the link between a task and a target away."),
    "target.table": N_("%(who)s took a table of targets into the plan."),
}
# column -> what it is called in a detail
COLUMNS: Final[dict[str, str]] = {
    "about_what": N_("target"),
    "period": N_("period"),
    "standing": N_("provisional or official"),
    "direction": N_("direction"),
    "cadence": N_("how often it is reported"),
    "baseline": N_("baseline"),
    "baseline_year": N_("year of the baseline"),
    "op": N_("operator"),
    "low": N_("value"),
    "high": N_("up to"),
}
# private text -> what it is called
WORDS: Final[dict[str, str]] = {"source": N_("source")}
# page or list -> what it is called
NAMES: Final[dict[str, str]] = {"target_tables": N_("Tables of targets")}
VOCABULARIES: Final[dict[str, type[StrEnum]]] = {
    "standing": Standing, "direction": Direction, "cadence": Cadence, "target_goal.op": TargetOp,
    "target.op": TargetOp,
}  # fmt: skip
