"""What the rows of each table are called where a thing is shown as of a day."""

from __future__ import annotations

from typing import Final

from terms import N_

# table -> what its rows are called
TABLES: Final[dict[str, str]] = {
    "task": N_("Tasks"), "deadline": N_("Deadlines"), "coordination": N_("Coordinating units"), "wait": N_("Waiting"),
    "hand_in": N_("Results handed in"), "evidence": N_("Evidence"), "signature": N_("Signatures"),
    "progress": N_("Reports of progress"), "note": N_("Comments"), "mention": N_("People named in comments"),
    "extension": N_("Requests for more time"), "date_correction": N_("Corrections of a date"),
    "delay_cause": N_("Causes of delay"), "cause_decision": N_("Decisions on causes of delay"),
    "chase": N_("Urgings"), "explanation": N_("Explanations"), "commitment": N_("Commitments"),
    "contest": N_("Contests"), "recurrence": N_("Rules of recurrence"), "source_file": N_("Documents it comes from"),
    "document": N_("Document"), "section": N_("Sections"), "clause": N_("Clauses"), "target": N_("Targets"),
    "target_task": N_("Targets it serves"),
    "plan_signature": N_("Signature on the plan"), "flow": N_("Who signs"), "unit_name": N_("Names"),
    "unit_parent": N_("Units above"), "unit_event": N_("Changes of units"), "post": N_("Seats"),
    "tenure": N_("Who held the seats"), "reminder_rule": N_("Rules of reminding"),
}  # fmt: skip
