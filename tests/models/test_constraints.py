"""What must be true is a constraint: each one refuses its violation, whoever writes past the application."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, Connection, Enum, String, Table, literal
from sqlalchemy.exc import DBAPIError

from models import probes, schema
from models.base import Base, db
from tests.fixtures.places import World

assert schema.MODULES
EARLY, LATE = date(2026, 1, 30), date(2026, 2, 1)
MORNING, NOON = datetime.fromisoformat("2026-01-05T08:00+07:00"), datetime.fromisoformat("2026-01-05T12:00+07:00")
LIVE = {"status": "assigned", "lead_unit_id": 1, "assigned_at": MORNING}
SHORT, LONG = "0" * 63, "0" * 64
SEALED = {"content_sha": LONG, "template_sha": LONG}

# constraint -> what breaks it, on top of a row that the table takes
VIOLATIONS: dict[str, dict[str, Any]] = {
    "ck_absence_from_before_to": {"from_on": EARLY, "to_on": EARLY},
    "ck_absence_not_himself": {"person_id": 1, "substitute_id": 1},
    "ck_chase_demand_has_day": {"kind": "explanation", "answer_by": None},
    "ck_reminder_rule_one_scope": {"plan_id": None, "task_id": None},
    "ck_reminder_rule_two_people": {"entered_by_id": 1, "confirmed_by_id": 1},
    "ck_calendar_year_two_people": {"entered_by_id": 1, "confirmed_by_id": 1},
    "ck_calendar_day_two_people": {"entered_by_id": 1, "confirmed_by_id": 1},
    "ck_batch_not_itself": {"id": 9_999, "act": "undo", "undoes_id": 9_999},
    "ck_batch_undo_names_another": {"act": "undo", "undoes_id": None},
    "ck_clause_declared_has_reason": {"declared_by_id": 1, "declared_why": ""},
    "ck_clause_joined_to_another": {"id": 9_999, "joined_id": 9_999},
    "ck_clause_span": {"span_from": 7, "span_to": 7},
    "ck_contest_upheld_was_decided": {"decided_at": None, "upheld": True},
    "ck_deadline_counted_from_one": {"no": 0},
    "ck_deadline_late_not_before_due": {"due_on": LATE, "late_after": EARLY},
    "ck_document_sha256": {"sha256": SHORT},
    "ck_extension_offer_has_date": {"state": "countered", "decided_at": NOON, "offered_on": None},
    "ck_extension_offer_two_people": {"asked_by_id": 2, "decided_by_id": 1, "answered_by_id": 1},
    "ck_delay_cause_counted_from_one": {"no": 0},
    "ck_cause_decision_confirmed_by_document": {"is_confirmed": True, "document_number": "", "document_on": None},
    "ck_date_correction_late_not_before_due": {"due_on": LATE, "late_after": EARLY},
    "ck_date_correction_two_people": {"state": "confirmed", "settled_at": NOON, "person_id": 1, "settled_by_id": 1},
    "ck_date_correction_settled_has_moment": {"state": "pending", "settled_at": NOON},
    "ck_erasure_two_people": {"state": "confirmed", "settled_at": NOON, "asked_by_id": 1, "settled_by_id": 1},
    "ck_erasure_settled_has_moment": {"state": "pending", "settled_at": NOON},
    "ck_figure_note_about_somebody": {"unit_id": None, "head_id": None},
    "ck_figure_note_first_before_last": {"unit_id": 1, "first_on": LATE, "last_on": EARLY},
    "ck_keeper_from_before_to": {"from_on": LATE, "to_on": EARLY},
    "ck_report_issued_has_number": {"state": "issued", "number": None} | SEALED,
    "ck_report_numbered_from_one": {"number": 0} | SEALED,
    "ck_report_sha256": {"content_sha": SHORT},
    "ck_report_signed_was_issued": {"state": "draft", "signed_sha": LONG} | SEALED,
    "ck_report_template_sha256": {"sha256": SHORT},
    "ck_handover_sha256": {"content_sha": SHORT},
    "ck_handover_seat_is_named": {"leaving": "seat", "tenure_id": None},
    "ck_handover_role_is_named": {"leaving": "role", "grant_id": None},
    "ck_handover_in_his_place_with_reason": {"person_id": 1, "signed_by_id": 2, "reason": None},
    "ck_unit_event_unit_heir_is_another": {"side": "from", "unit_id": 1, "heir_id": 1},
    "ck_unit_event_unit_who_gives_has_the_heir": {"side": "to", "unit_id": 1, "heir_id": 2},
    "ck_evidence_file_or_document": {"sha256": None, "document_number": ""},
    "ck_evidence_of_one_thing": {"hand_in_id": None, "progress_id": None},
    "ck_evidence_sha256": {"sha256": SHORT},
    "ck_extension_decided_has_moment": {"state": "granted", "decided_at": None},
    "ck_extension_never_his_own": {"asked_by_id": 1, "decided_by_id": 1},
    "ck_flow_first_came_with_the_plan": {"no": 1},
    "ck_flow_has_decision": {"decision": ""},
    "ck_flow_one_or_two_steps": {"steps": 3},
    "ck_hand_in_counted_from_one": {"no": 0},
    "ck_hand_in_sha256": {"content_sha": SHORT},
    "ck_letter_accepted_has_moment": {"state": "accepted", "sent_at": None},
    "ck_log_entry_counted_from_one": {"epoch": 1, "seq": 0, "hash": "1" * 64, "prev": "2" * 64},
    "ck_log_entry_lengths": {"epoch": 9, "seq": 9, "hash": SHORT, "prev": LONG[:-1]},
    "ck_log_head_single": {"id": 2},
    "ck_mandate_from_before_to": {"from_at": NOON, "to_at": MORNING},
    "ck_mandate_two_people": {"entered_by_id": 1, "confirmed_by_id": 1},
    "ck_note_kind": {"kind": "whisper"},
    "ck_plan_one_or_two_steps": {"steps": 3},
    "ck_plan_replaces_another": {"id": 9_999, "replaces_id": 9_999},
    "ck_plan_signature_sha256": {"content_sha": SHORT},
    "ck_plan_published_has_day": {"state": "published", "published_on": None},
    "ck_progress_counted_from_one": {"no": 0},
    "ck_progress_quantity_has_sum": {"quantity": Decimal(1), "cumulative": None},
    "ck_recurrence_from_before_until": {"from_on": LATE, "until_on": EARLY},
    "ck_recurrence_has_rule": {"rule": ""},
    "ck_role_grant_seats_make_heads": {"role": "head"},
    "ck_scheduler_state_single": {"id": 2},
    "ck_setting_two_people": {"entered_by_id": 1, "confirmed_by_id": 1},
    "ck_signature_level": {"level": 3},
    "ck_signature_seat_or_mandate": {"capacity": "full", "mandate_kind": "KT"},
    "ck_signature_sha256": {"content_sha": SHORT},
    "ck_source_file_sha256": {"sha256": SHORT},
    "ck_target_between_has_two": {"op": "between", "high": None},
    "ck_target_span": {"span_from": 7, "span_to": 7},
    "ck_target_whole_span": {"span_from": None, "span_to": 7},
    "ck_target_care_baseline_of_a_year": {"baseline": Decimal(2), "baseline_year": None},
    "ck_target_care_counted_from_one": {"no": 0},
    "ck_target_goal_between_has_two": {"op": "between", "high": None},
    "ck_target_goal_counted_from_one": {"no": 0},
    "ck_target_goal_low_before_high": {"op": "between", "low": Decimal(2), "high": Decimal(1)},
    "ck_target_value_counted_from_one": {"no": 0},
    "ck_target_value_says_whence": {"source": ""},
    "ck_target_low_before_high": {"op": "between", "low": Decimal(2), "high": Decimal(1)},
    "ck_task_common_has_no_date": {"kind": "common", "due_on": EARLY, "late_after": EARLY, "original_due_on": EARLY},
    "ck_task_completed_has_moment": {**LIVE, "status": "completed", "handed_in_on": EARLY, "completed_at": None},
    "ck_task_current_has_original": {"due_on": EARLY, "late_after": EARLY},
    "ck_task_definition_owes_nothing": {
        "kind": "definition", "due_on": EARLY, "late_after": EARLY, "original_due_on": EARLY,
        "original_late_after": EARLY,
    },
    "ck_task_due_and_late_together": {"late_after": EARLY},
    "ck_task_handed_in_has_day": {**LIVE, "status": "submitted", "handed_in_on": None},
    "ck_task_has_a_source": {"plan_id": None, "source_document": ""},
    "ck_task_late_not_before_due": {
        "due_on": LATE, "late_after": EARLY, "original_due_on": LATE, "original_late_after": LATE,
    },
    "ck_task_live_has_lead": {**LIVE, "lead_unit_id": None},
    "ck_task_live_was_assigned": {**LIVE, "assigned_at": None},
    "ck_task_occurrence_has_period": {"kind": "occurrence", "definition_id": 1, "period": None},
    "ck_task_one_or_two_steps": {"steps": 0},
    "ck_task_open_not_handed_in": {**LIVE, "status": "in_progress", "handed_in_on": EARLY},
    "ck_task_original_together": {"original_due_on": EARLY},
    "ck_task_part_has_parent": {"kind": "duty", "parent_id": None},
    "ck_task_source_has_number_and_day": {"source_kind": "letter", "source_number": "12", "source_on": None},
    "ck_tenure_from_before_to": {"from_on": LATE, "to_on": EARLY},
    "ck_tenure_two_people_end_it": {"end_entered_by_id": 1, "end_confirmed_by_id": 1},
    "ck_tenure_two_people": {"entered_by_id": 1, "confirmed_by_id": 1},
    "ck_unit_event_confirmed_or_taken_back": {"decision": "QĐ 1", "confirmed_at": NOON, "taken_back_at": NOON},
    "ck_unit_event_has_a_decision": {"decision": ""},
    "ck_unit_event_two_people": {"decision": "QĐ 1", "entered_by_id": 1, "confirmed_by_id": 1},
    "ck_unit_name_from_before_to": {"from_on": EARLY, "to_on": EARLY},
    "ck_unit_parent_from_before_to": {"unit_id": 1, "parent_id": 2, "from_on": EARLY, "to_on": EARLY},
    "ck_unit_parent_not_itself": {"unit_id": 1, "parent_id": 1},
    "ck_wait_from_before_to": {"from_at": NOON, "to_at": MORNING},
    "ck_wait_outside_was_written_to": {"renew_by": LATE, "document_number": ""},
}  # fmt: skip
# on SQLite these rows meet a guard before they meet the constraint
GUARDED = "only moves forward"


def written() -> Iterator[tuple[Table, str]]:
    """Return every CHECK somebody wrote; those of vocabularies come by themselves."""
    for table in Base.metadata.sorted_tables:
        for constraint in table.constraints:
            if isinstance(constraint, CheckConstraint) and not getattr(constraint, "_type_bound", False):
                yield table, str(constraint.name)


def words_of(table: Table) -> list[str]:
    return [column.name for column in table.columns if isinstance(column.type, Enum)]


def put(connection: Connection, table: Table, values: dict[str, Any]) -> None:
    """Insert a row with codes written as they are, past the types that would refuse them in Python."""
    plain = {
        name: literal(value, String) if name in words_of(table) and isinstance(value, str) else value
        for name, value in values.items()
    }
    # the world's plan is signed already, and a plan is signed once
    free = {"plan_id": 9_999} if table.name == "plan_signature" else {}
    connection.execute(table.insert().values(probes.sample(connection, table) | free | plain))


def test_every_constraint_refuses_what_it_forbids(world: World) -> None:
    found = {name: table for table, name in written()}
    assert found.keys() == VIOLATIONS.keys()
    for name, values in VIOLATIONS.items():
        with db.engine.connect().execution_options(write=True) as connection:
            with pytest.raises(DBAPIError, match=rf"{name}|{GUARDED}"):
                put(connection, found[name], values)
            connection.rollback()


def test_every_column_of_codes_takes_only_its_vocabulary(world: World) -> None:
    tried = 0
    for table in Base.metadata.sorted_tables:
        for name in words_of(table):
            tried += 1
            with db.engine.connect().execution_options(write=True) as connection:
                with pytest.raises(DBAPIError, match="ck_"):
                    put(connection, table, {name: "chuyen_khac"})
                connection.rollback()
    assert tried > 20


def test_a_task_has_at_most_one_open_request_and_one_open_wait(world: World) -> None:
    for table in ("extension", "wait"):
        with db.engine.connect().execution_options(write=True) as connection:
            put(connection, Base.metadata.tables[table], {"no": 1} if table == "extension" else {})
            with pytest.raises(DBAPIError, match=r"(?i)unique"):
                put(connection, Base.metadata.tables[table], {"no": 2} if table == "extension" else {})
            connection.rollback()
