"""The words of the log: the sentence of every act, and how its columns, private texts and facts are called."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from models.vocabulary import (
    Capacity,
    DayKind,
    MandateKind,
    Meaning,
    NameForm,
    Rank,
    Role,
    Status,
    UnitChange,
    UnitKind,
)
from models.vocabulary import Part as Participation
from terms import N_

ERASED: Final = N_("[erased]")
SOME_UNIT: Final = N_("a unit")

# act -> the sentence; `who` is the actor's name as the log copied it
SENTENCES: Final[dict[str, str]] = {
    "task.create": N_("%(who)s entered the task."),
    "task.assign": N_("%(who)s gave the task to %(unit)s."),
    "task.receive": N_("%(who)s received the task."),
    "task.decline": N_("%(who)s handed the task back."),
    "task.start": N_("%(who)s started work."),
    "task.wait": N_("%(who)s is waiting for %(unit)s."),
    "task.answer": N_("%(who)s answered what the lead unit waited for."),
    "task.resume": N_("%(who)s resumed work."),
    "task.hold": N_("%(who)s put the task on hold."),
    "task.hand_in": N_("%(who)s handed in the result."),
    "task.sign_off": N_("%(who)s signed off the result."),
    "task.confirm": N_("%(who)s confirmed completion."),
    "task.return": N_("%(who)s returned the result for redoing."),
    "task.withdraw_signature": N_("%(who)s withdrew the signature."),
    "task.reopen": N_("%(who)s opened the completed task again."),
    "task.cancel": N_("%(who)s cancelled the task."),
    "task.withdraw": N_("%(who)s withdrew the task."),
    "task.request_extension": N_("%(who)s asked for more time."),
    "task.grant_extension": N_("%(who)s granted more time."),
    "task.refuse_extension": N_("%(who)s refused more time."),
    "task.progress": N_("%(who)s reported progress."),
    "task.comment": N_("%(who)s commented."),
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
    "person.create": N_("%(who)s made an account."),
    "person.rename": N_("%(who)s corrected a person's name."),
    "person.address": N_("%(who)s changed where a person's letters go."),
    "person.open": N_("%(who)s opened an account again."),
    "person.close": N_("%(who)s closed an account."),
    "person.language": N_("%(who)s chose a language."),
    "role.grant": N_("%(who)s gave a role."),
    "role.end": N_("%(who)s ended a role."),
    "post.create": N_("%(who)s made a seat."),
    "post.close": N_("%(who)s closed a seat."),
    "seat.enter": N_("%(who)s entered who holds a seat."),
    "seat.confirm": N_("%(who)s confirmed who holds a seat."),
    "seat.enter_end": N_("%(who)s entered the end of somebody's time in a seat; it waits for a second person."),
    "seat.take_back_end": N_("%(who)s took back an end that nobody had confirmed."),
    "seat.end": N_("%(who)s ended somebody's time in a seat."),
    "seat.take_back": N_("%(who)s took back an entry that nobody had confirmed."),
    "mandate.enter": N_("%(who)s entered a mandate to sign."),
    "mandate.confirm": N_("%(who)s confirmed a mandate to sign."),
    "mandate.revoke": N_("%(who)s revoked a mandate to sign."),
    "unit.create": N_("%(who)s made a unit."),
    "unit.enter_rename": N_("%(who)s entered a new name of a unit; it waits for a second person."),
    "unit.enter_place": N_("%(who)s entered another place of a unit; it waits for a second person."),
    "unit.enter_end": N_("%(who)s entered the end of a unit; it waits for a second person."),
    "unit.take_back": N_("%(who)s took back what was to happen to a unit."),
    "unit.rename": N_("%(who)s renamed a unit."),
    "unit.place": N_("%(who)s placed a unit under another."),
    "unit.end": N_("%(who)s ended a unit."),
    "calendar.enter": N_("%(who)s entered a day in the calendar."),
    "calendar.confirm": N_("%(who)s confirmed a day in the calendar."),
    "calendar.year": N_("%(who)s declared a year's calendar complete."),
    "calendar.confirm_year": N_("%(who)s confirmed a year's calendar."),
    "setting.confirm": N_("%(who)s confirmed a rule."),
    "setting.set": N_("%(who)s set a rule."),
    "reminder_rule.set": N_("%(who)s set a rule of reminding for a plan or task."),
    "reminder_rule.confirm": N_("%(who)s confirmed a rule of reminding for a plan or task."),
    "setup.body": N_("%(who)s named the body."),
    "setup.administrator": N_("The first administrator was made."),
    "access.sign_in": N_("%(who)s signed in."),
    "access.sign_out": N_("%(who)s signed out."),
    "access.session_ended": N_("%(who)s ended a session."),
    "access.feed_opened": N_("%(who)s made a calendar address."),
    "access.feed_closed": N_("%(who)s revoked a calendar address."),
    "access.failed": N_("Somebody failed to sign in."),
    "access.password": N_("%(who)s set a password."),
    "access.refused": N_("%(who)s was refused a page or step."),
    "access.signing_refused": N_("%(who)s gave a wrong password when signing."),
    "export.taken": N_("%(who)s took a list away as a file."),
    "letter.plan": N_("Reminders were planned."),
    "reminder.reconcile": N_("The letters were compared with the rules."),
    "letter.accepted": N_("The mail server accepted a letter."),
    "letter.failed": N_("A letter could not be delivered."),
    "letter.ambiguous": N_("It is not known whether a letter was delivered."),
    "letter.delayed": N_("A letter waits for another try."),
    "letter.skipped": N_("A letter was not sent."),
    "letter.fenced": N_("A sender whose lease had ended wrote nothing."),
    "letter.held": N_("Planning of reminders was held."),
    "letter.clock_confirmed": N_("%(who)s confirmed the clock; planning goes on."),
    "log.open": N_("The log was opened."),
    "log.restored": N_("The system was restored from a backup."),
    "log.verify": N_("The log was verified."),
    "log.checkpoint": N_("A checkpoint of the log was signed."),
    "log.export": N_("The log was exported."),
    "log.read": N_("%(who)s looked at somebody's lines in the log."),
}
# act -> a fact of it, its value, and the sentence when it has that value
OTHERWISE: Final[dict[str, tuple[str, object, str]]] = {
    "letter.accepted": ("way", "in_folder", N_("A letter was put into the mail folder.")),
    "log.verify": ("ok", False, N_("The log was verified: not everything is as it was written.")),
}
ANOTHER: Final = N_("%(who)s: %(act)s")
# act -> the sentence where the line itself names no unit (it stands in another line of the same act, or stays)
WITHOUT_UNIT: Final[dict[str, str]] = {
    "task.wait": N_("%(who)s is waiting for another unit."),
    "task.assign": N_("%(who)s changed the assignment."),
}
# a row of participation that ends, as ROWS knows it
PART_ENDED: Final = "coordination ended"
# table -> the sentence of a row that came with an act on a task; a row of any other table has the act's own
ROWS: Final[dict[str, str]] = {
    "deadline": N_("%(who)s set a date of the task."),
    "coordination": N_("%(who)s named %(unit)s to take part."),
    PART_ENDED: N_("%(who)s ended the part of %(unit)s in the task."),
    "hand_in": N_("%(who)s handed in the result, version %(no)s."),
    "evidence": N_("%(who)s attached evidence."),
}

# column -> what it is called in a detail, in the order of telling
COLUMNS: Final[dict[str, str]] = {
    "status": N_("status"),
    "person_id": N_("person"),
    "post_id": N_("seat"),
    "unit_id": N_("unit"),
    "parent_id": N_("unit above"),
    "lead_unit_id": N_("lead unit"),
    "officer_id": N_("officer"),
    "leader_post_id": N_("supervising leader"),
    "part": N_("part"),
    "rank": N_("rank"),
    "capacity": N_("capacity"),
    "role": N_("role"),
    "form": N_("form of the name"),
    "kind": N_("kind"),
    "username": N_("user name"),
    "name": N_("name"),
    "code": N_("code"),
    "text": N_("text"),
    "title": N_("title"),
    "day": N_("day"),
    "year": N_("year"),
    "value": N_("value"),
    "due_on": N_("deadline"),
    "late_after": N_("last good day"),
    "deadline_words": N_("words of the deadline"),
    "product": N_("expected product"),
    "source_document": N_("document"),
    "redo_by": N_("redo by the end of"),
    "held_until": N_("on hold until"),
    "proposed_on": N_("proposed date"),
    "granted_on": N_("granted date"),
    "answer_by": N_("answer by the end of"),
    "document_number": N_("number of the document"),
    "document_on": N_("day of the document"),
    "meaning": N_("meaning of the signature"),
    "from_on": N_("from"),
    "to_on": N_("until"),
    "ends_on": N_("no longer from"),
    "end_decision": N_("number and day of the decision"),
    "from_at": N_("from"),
    "to_at": N_("until"),
    "valid_from": N_("in force from"),
    "steps": N_("signatures needed"),
    "published_on": N_("published on"),
    "number": N_("number"),
    "decision": N_("number and day of the decision"),
}
# what goes without saying when a row begins
OF_A_NEW_ROW: Final = frozenset({"status", "steps", "title", "lead_unit_id"})
# column -> the only tables whose rows are told by it: elsewhere it repeats the sentence or the actor
ONLY_OF: Final[dict[str, frozenset[str]]] = {
    "person_id": frozenset({"tenure", "mandate", "role_grant"}),
    "unit_id": frozenset({"post", "role_grant", "unit_name", "unit_parent", "unit_event"}),
    "parent_id": frozenset({"unit_parent", "unit_event"}),
    "kind": frozenset({"calendar_day", "mandate", "unit", "unit_event"}),
    "name": frozenset({"person", "setting", "reminder_rule", "calendar_day", "unit_event"}),
    "capacity": frozenset({"tenure"}),
    "from_at": frozenset({"mandate"}),
    "to_at": frozenset({"mandate"}),
    "text": frozenset({"unit_name", "clause"}),
}
# tables whose rows are about a person, about a unit
OF_PERSON: Final = frozenset({"tenure", "mandate", "role_grant", "person"})
OF_UNIT: Final = frozenset({"post", "unit", "unit_event"})
# private text -> what it is called
WORDS: Final[dict[str, str]] = {
    "reason": N_("reason"),
    "result": N_("result"),
    "text": N_("text"),
    "asked": N_("what was asked"),
    "answer": N_("answer"),
    "remark": N_("remark"),
    "filename": N_("file"),
    "declared_why": N_("why not a task"),
}
# words of a signature that stand in its row too, as its remark
TWICE: Final = frozenset(
    {("task.sign_off", "reason"), ("task.confirm", "reason"), ("task.withdraw_signature", "reason")}
)
# what an entry says beside its columns -> what it is called
FACTS: Final[dict[str, str]] = {
    "decision": N_("number and day of the decision"),
    "covered_to": N_("verified to line"),
    "size": N_("number of lines"),
    "root": N_("root hash"),
    "with_private": N_("with private texts"),
    "page": N_("page"),
    "count": N_("times"),
    "items": N_("how many"),
    "proposal": N_("proposal"),
    "target": N_("target"),
    "section": N_("section"),
    "what": N_("what"),
    "lines": N_("reminders"),
    "letters": N_("letters"),
}
# page or list -> what it is called: the part of an address name before the dot, or what was taken away as a file
NAMES: Final[dict[str, str]] = {
    "desk": N_("Desk"),
    "tasks": N_("Tasks"),
    "plans": N_("Plans"),
    "imports": N_("Import a plan"),
    "targets": N_("Targets"),
    "reminders": N_("Reminders"),
    "rules": N_("Rules of reminding"),
    "log": N_("Log"),
    "organisation": N_("Organisation"),
    "calendar": N_("Calendar"),
    "accounts": N_("Account"),
    "feeds": N_("Calendar feeds"),
    "task_tables": N_("Tables of tasks"),
    "amendments": N_("Amend a plan"),
    "auth": N_("Signing in"),
    "health": N_("State of the system"),
    "assets": N_("Files of the site"),
    "static": N_("Files of the site"),
}
# column -> its vocabulary, or table and column where the column's name is used for several
VOCABULARIES: Final[dict[str, type[StrEnum]]] = {
    "status": Status, "meaning": Meaning, "role": Role, "rank": Rank, "capacity": Capacity, "form": NameForm,
    "part": Participation, "calendar_day.kind": DayKind, "mandate.kind": MandateKind, "unit.kind": UnitKind,
    "unit_event.kind": UnitChange,
}  # fmt: skip
