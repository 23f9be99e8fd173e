"""duties that come again, reports of progress with their evidence

Revision ID: 0006
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0008"
branch_labels = None
depends_on = None

ONE = (
    "(CASE WHEN hand_in_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN progress_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN extension_id IS NULL THEN 0 ELSE 1 END) = 1"
)


def upgrade() -> None:
    op.create_table(
        "recurrence",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("collector_unit_id", sa.Integer(), nullable=True),
        sa.Column("nil_report", sa.Boolean(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("until_on IS NULL OR until_on > from_on", name=op.f("ck_recurrence_from_before_until")),
        sa.CheckConstraint("rule <> ''", name=op.f("ck_recurrence_has_rule")),
        sa.ForeignKeyConstraint(["collector_unit_id"], ["unit.id"], name=op.f("fk_recurrence_collector_unit_id_unit")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_recurrence_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recurrence")),
        sa.UniqueConstraint("task_id", name=op.f("uq_recurrence_task_id")),
    )
    op.create_table(
        "progress",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("cumulative", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("difficulty", sa.Text(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("next_step", sa.Text(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "green", "amber", "red", name="declaredstate", native_enum=False, create_constraint=True, length=24
            ),
            nullable=True,
        ),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("no > 0", name=op.f("ck_progress_counted_from_one")),
        sa.CheckConstraint("quantity IS NULL OR cumulative IS NOT NULL", name=op.f("ck_progress_quantity_has_sum")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_progress_person_id_person")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_progress_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress")),
        sa.UniqueConstraint("task_id", "no", name=op.f("uq_progress_task_id_no")),
    )
    op.create_index("ix_progress_task_id", "progress", ["task_id"], unique=False)

    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.add_column(sa.Column("progress_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_evidence_progress_id_progress"), "progress", ["progress_id"], ["id"])
        batch_op.create_check_constraint(op.f("ck_evidence_of_one_thing"), ONE)
        batch_op.create_index(op.f("ix_evidence_progress_id"), ["progress_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_evidence_progress_id"))
        batch_op.drop_constraint(op.f("ck_evidence_of_one_thing"), type_="check")
        batch_op.drop_constraint(op.f("fk_evidence_progress_id_progress"), type_="foreignkey")
        batch_op.drop_column("progress_id")

    op.drop_index("ix_progress_task_id", table_name="progress")
    op.drop_table("progress")
    op.drop_table("recurrence")
