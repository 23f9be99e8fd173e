"""The sentences of plans: documents read, proposals decided, targets, amendments."""

from __future__ import annotations

from typing import Final

from terms import N_

# act -> the sentence; a part of the one table in `wording.py`
SENTENCES: Final[dict[str, str]] = {
    "plan.read": N_("%(who)s had a document read."),
    "plan.refused": N_("%(who)s brought a document that could not be read."),
    "plan.drop": N_("%(who)s dropped what was read."),
    "plan.table": N_("%(who)s brought a table of tasks for the plan."),
    "plan.table.drop": N_("%(who)s dropped a table of tasks; nothing of it was taken."),
    "plan.tasks": N_("%(who)s took a table of tasks into the plan."),
    "plan.import": N_("%(who)s accepted the plan read from the document."),
    "plan.accept_proposal": N_("%(who)s took a proposal as a task."),
    "plan.edit_proposal": N_("%(who)s changed the words of a proposal."),
    "plan.declare_proposal": N_("%(who)s declared a proposal not to be a task."),
    "plan.undo_proposal": N_("%(who)s took back a decision on a proposal."),
    "plan.restore_proposal": N_("%(who)s put a proposal back as it was read."),
    "plan.merge_proposals": N_("%(who)s made one proposal of several."),
    "plan.split_proposal": N_("%(who)s made two proposals of one."),
    "plan.add_proposal": N_("%(who)s made a task of a clause without a proposal."),
    "plan.declare_clause": N_("%(who)s declared a clause not to be a task."),
    "plan.undo_clause": N_("%(who)s opened a declared clause again."),
    "plan.cover_clause": N_("%(who)s made a draft task of an open clause."),
    "plan.accept_section": N_("%(who)s took every open proposal of a section."),
    "plan.declare_section": N_("%(who)s declared what was open in a section not to be a task."),
    "plan.accept_target": N_("%(who)s took a target."),
    "plan.edit_target": N_("%(who)s corrected a target."),
    "plan.drop_target": N_("%(who)s dropped a target."),
    "plan.undo_target": N_("%(who)s took back a decision on a target."),
    "plan.restore_target": N_("%(who)s put a target back as it was read."),
    "plan.publish": N_("%(who)s published the plan."),
    "plan.amend": N_("%(who)s put a new version of the plan in force."),
    "plan.close": N_("%(who)s closed the plan."),
    "plan.steps": N_("%(who)s changed how many signatures the plan needs."),
    "plan.number": N_("%(who)s completed number and day of the document."),
}
