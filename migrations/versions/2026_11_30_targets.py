"""what is said on targets: who follows them, values for years, values reported, tasks that serve them

Revision ID: 0014
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "target_care",
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column(
            "direction",
            sa.Enum("up", "down", "hold", name="direction", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column(
            "cadence",
            sa.Enum(
                "yearly",
                "half_yearly",
                "quarterly",
                "monthly",
                name="cadence",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("baseline", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("baseline_year", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(baseline IS NULL) = (baseline_year IS NULL)", name=op.f("ck_target_care_baseline_of_a_year")
        ),
        sa.CheckConstraint("no > 0", name=op.f("ck_target_care_counted_from_one")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_target_care_person_id_person")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_target_care_target_id_target")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_target_care_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_care")),
        sa.UniqueConstraint("target_id", "no", name=op.f("uq_target_care_target_id_no")),
    )
    op.create_index(op.f("ix_target_care_target_id"), "target_care", ["target_id"], unique=False)

    op.create_table(
        "target_goal",
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column(
            "op",
            sa.Enum(
                "=",
                ">",
                ">=",
                "<",
                "<=",
                "between",
                "about",
                name="targetop",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("low", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("high", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(op = 'between') = (high IS NOT NULL)", name=op.f("ck_target_goal_between_has_two")),
        sa.CheckConstraint("no > 0", name=op.f("ck_target_goal_counted_from_one")),
        sa.CheckConstraint("high IS NULL OR high >= low", name=op.f("ck_target_goal_low_before_high")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_target_goal_person_id_person")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_target_goal_target_id_target")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_goal")),
        sa.UniqueConstraint("target_id", "year", "no", name=op.f("uq_target_goal_target_id_year_no")),
    )
    op.create_index(op.f("ix_target_goal_target_id"), "target_goal", ["target_id"], unique=False)

    op.create_table(
        "target_value",
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("value", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column(
            "standing",
            sa.Enum("provisional", "official", name="standing", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("no > 0", name=op.f("ck_target_value_counted_from_one")),
        sa.CheckConstraint("source <> ''", name=op.f("ck_target_value_says_whence")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_target_value_person_id_person")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_target_value_target_id_target")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_target_value_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_value")),
        sa.UniqueConstraint("target_id", "period", "no", name=op.f("uq_target_value_target_id_period_no")),
    )
    op.create_index(op.f("ix_target_value_target_id"), "target_value", ["target_id"], unique=False)

    op.create_table(
        "target_task",
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_target_task_target_id_target")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_target_task_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_task")),
    )
    op.create_index(op.f("ix_target_task_target_id"), "target_task", ["target_id"], unique=False)

    op.create_index(op.f("ix_target_task_task_id"), "target_task", ["task_id"], unique=False)
    op.create_index(
        "uq_target_task_open",
        "target_task",
        ["target_id", "task_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    for table in ("target_task", "target_value", "target_goal", "target_care"):
        op.drop_table(table)
