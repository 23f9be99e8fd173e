"""rules of one plan or task, wishes and absences, acts of chasing, marks of letters

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absence",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("substitute_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("substitute_id IS NULL OR substitute_id <> person_id", name=op.f("ck_absence_not_himself")),
        sa.CheckConstraint("to_on > from_on", name=op.f("ck_absence_from_before_to")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_absence_person_id_person")),
        sa.ForeignKeyConstraint(["substitute_id"], ["person.id"], name=op.f("fk_absence_substitute_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_person_id", "absence", ["person_id", "from_on"], unique=False)

    op.create_table(
        "letter_preference",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("off", sa.String(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("mail", "inbox", name="channel", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("not_before", sa.String(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_letter_preference_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_preference")),
        sa.UniqueConstraint("person_id", name=op.f("uq_letter_preference_person_id")),
    )
    op.create_table(
        "chase",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("urge", "explanation", name="chasekind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind <> 'explanation' OR answer_by IS NOT NULL", name=op.f("ck_chase_demand_has_day")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_chase_person_id_person")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_chase_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chase")),
        sa.UniqueConstraint("task_id", "no", name=op.f("uq_chase_task_id_no")),
    )
    op.create_index("ix_chase_task_id", "chase", ["task_id"], unique=False)

    op.create_table(
        "commitment",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("new_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_commitment_person_id_person")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_commitment_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
        sa.UniqueConstraint("task_id", "no", name=op.f("uq_commitment_task_id_no")),
    )
    op.create_index("ix_commitment_task_id", "commitment", ["task_id"], unique=False)

    op.create_table(
        "reminder_rule",
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(plan_id IS NULL) <> (task_id IS NULL)", name=op.f("ck_reminder_rule_one_scope")),
        sa.CheckConstraint(
            "confirmed_by_id IS NULL OR confirmed_by_id <> entered_by_id", name=op.f("ck_reminder_rule_two_people")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_reminder_rule_plan_id_plan")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_reminder_rule_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_rule")),
    )
    op.create_index("ix_reminder_rule_plan_id", "reminder_rule", ["plan_id", "name"], unique=False)
    op.create_index("ix_reminder_rule_task_id", "reminder_rule", ["task_id", "name"], unique=False)

    op.create_table(
        "explanation",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("chase_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["chase_id"], ["chase.id"], name=op.f("fk_explanation_chase_id_chase")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_explanation_person_id_person")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_explanation_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_explanation")),
    )
    op.create_index("ix_explanation_task_id", "explanation", ["task_id"], unique=False)

    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("acknowledged_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("bounced_at", sa.DateTime(), nullable=True))

    with op.batch_alter_table("letter_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("read_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("letter_line", schema=None) as batch_op:
        batch_op.drop_column("read_at")

    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_column("bounced_at")
        batch_op.drop_column("acknowledged_at")

    op.drop_index("ix_explanation_task_id", table_name="explanation")

    op.drop_table("explanation")
    op.drop_index("ix_reminder_rule_task_id", table_name="reminder_rule")
    op.drop_index("ix_reminder_rule_plan_id", table_name="reminder_rule")

    op.drop_table("reminder_rule")
    op.drop_index("ix_commitment_task_id", table_name="commitment")

    op.drop_table("commitment")
    op.drop_index("ix_chase_task_id", table_name="chase")

    op.drop_table("chase")
    op.drop_table("letter_preference")
    op.drop_index("ix_absence_person_id", table_name="absence")

    op.drop_table("absence")
