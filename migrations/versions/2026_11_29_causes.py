"""causes of delay and what is decided on them, corrections of dates by two people, mentions in comments

Revision ID: 0005
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delay_cause",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("subjective", "objective", name="delayclass", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("no > 0", name=op.f("ck_delay_cause_counted_from_one")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_delay_cause_person_id_person")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_delay_cause_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delay_cause")),
        sa.UniqueConstraint("task_id", "no", name=op.f("uq_delay_cause_task_id_no")),
    )
    op.create_index("ix_delay_cause_task_id", "delay_cause", ["task_id"], unique=False)

    op.create_table(
        "cause_decision",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("cause_id", sa.Integer(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("document_number", sa.String(), nullable=False),
        sa.Column("document_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "NOT is_confirmed OR (document_number <> '' AND document_on IS NOT NULL)",
            name=op.f("ck_cause_decision_confirmed_by_document"),
        ),
        sa.ForeignKeyConstraint(["cause_id"], ["delay_cause.id"], name=op.f("fk_cause_decision_cause_id_delay_cause")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_cause_decision_person_id_person")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_cause_decision_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cause_decision")),
        sa.UniqueConstraint("cause_id", name=op.f("uq_cause_decision_cause_id")),
    )
    op.create_index("ix_cause_decision_task_id", "cause_decision", ["task_id"], unique=False)

    op.create_table(
        "date_correction",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("late_after", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "confirmed",
                "dropped",
                name="correctionstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'pending') = (settled_at IS NULL)", name=op.f("ck_date_correction_settled_has_moment")
        ),
        sa.CheckConstraint("late_after >= due_on", name=op.f("ck_date_correction_late_not_before_due")),
        sa.CheckConstraint(
            "settled_by_id <> person_id OR state <> 'confirmed'", name=op.f("ck_date_correction_two_people")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_date_correction_person_id_person")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["person.id"], name=op.f("fk_date_correction_settled_by_id_person")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_date_correction_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_date_correction")),
        sa.UniqueConstraint("task_id", "no", name=op.f("uq_date_correction_task_id_no")),
    )
    op.create_index("ix_date_correction_task_id", "date_correction", ["task_id"], unique=False)
    op.create_index(
        "uq_date_correction_open",
        "date_correction",
        ["task_id"],
        unique=True,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )

    op.create_table(
        "mention",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_mention_note_id_note")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mention_person_id_person")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_mention_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
        sa.UniqueConstraint("note_id", "person_id", name=op.f("uq_mention_note_id_person_id")),
    )
    op.create_index("ix_mention_person_id", "mention", ["person_id"], unique=False)
    op.create_index("ix_mention_task_id", "mention", ["task_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_mention_task_id", table_name="mention")
    op.drop_index("ix_mention_person_id", table_name="mention")
    op.drop_table("mention")
    op.drop_index("uq_date_correction_open", table_name="date_correction")
    op.drop_index("ix_date_correction_task_id", table_name="date_correction")
    op.drop_table("date_correction")
    op.drop_index("ix_cause_decision_task_id", table_name="cause_decision")
    op.drop_table("cause_decision")
    op.drop_index("ix_delay_cause_task_id", table_name="delay_cause")
    op.drop_table("delay_cause")
