"""What the rules refuse in the review of a plan, its publication and its amendment: what, why, and what to do now."""

from __future__ import annotations

from typing import Final

from terms import N_
from workflow.answers import Answer, Kind

PLAN_ANSWERS: Final[dict[str, Answer]] = {
    "target_unanswered": Answer(
        Kind.INVALID,
        N_("A target is neither taken nor dropped."),
        N_("Target %(number)s is not taken, and no reason says why it is dropped."),
        N_("Take it, or say in a few words why it is no target; what you typed is kept."),
    ),
    "clause_answered": Answer(
        Kind.CONFLICT,
        N_("This clause has its answer already."),
        N_("A task or target stands on it, or a proposal that waits for a decision."),
        N_("Decide on what stands there."),
    ),
    "merge_needs_two": Answer(
        Kind.INVALID,
        N_("Choose at least two proposals to merge."),
        N_("One proposal makes of several only when several are ticked."),
        N_("Tick the proposals that are one task, then merge them."),
    ),
    "task_in_force": Answer(
        Kind.CONFLICT,
        N_("A task in force is changed as a whole."),
        N_("The proposal speaks of a task that people work on; it is neither merged nor split here."),
        N_("Change its words, or leave it as it is and add a new task."),
    ),
    "amendment_open": Answer(
        Kind.CONFLICT,
        N_("The amendment is not ready to be signed."),
        N_("%(count)s proposals or clauses still wait for a decision."),
        N_("Decide on each, then leadership signs."),
    ),
    "split_nowhere": Answer(
        Kind.INVALID,
        N_("Say where the second task begins."),
        N_("A proposal is split where one of its sentences or points begins."),
        N_("Choose one of the places that the page offers."),
    ),
    "clauses_open": Answer(
        Kind.CONFLICT,
        N_("The plan cannot be published yet."),
        N_("%(count)s clauses are neither covered by a task or target nor declared not to be one."),
        N_("Make a task of each, or say why it is none; then publish the plan."),
    ),
    "plan_changed": Answer(
        Kind.CONFLICT,
        N_("This is not what you were shown."),
        N_("The plan you were about to sign differs from the one on your page."),
        N_("Read the plan as it is now and sign that."),
    ),
    "amendment_is_signed": Answer(
        Kind.CONFLICT,
        N_("An amendment is put in force by leadership's signature."),
        N_("The document amends a plan in force; nothing of it moves before leadership has signed."),
        N_("Decide on its proposals, then leadership signs the amendment."),
    ),
}
