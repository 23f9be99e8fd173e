"""second factors and recovery codes, versions of who signs, what was opened to be signed

Revision ID: 0007
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "second_factor",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("last_form", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_second_factor_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("code_sha", sa.String(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("used_form", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("person_id", "code_sha", name=op.f("uq_recovery_code_person_id_code_sha")),
    )
    op.create_table(
        "opened",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("hand_in_id", sa.Integer(), nullable=False),
        sa.Column("content_sha", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["hand_in_id"], ["hand_in.id"], name=op.f("fk_opened_hand_in_id_hand_in")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_opened_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opened")),
        sa.UniqueConstraint("person_id", "hand_in_id", name=op.f("uq_opened_person_id_hand_in_id")),
    )
    op.create_table(
        "flow",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column(
            "second",
            sa.Enum("supervisor", "chair", name="secondsigner", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("no > 1", name=op.f("ck_flow_first_came_with_the_plan")),
        sa.CheckConstraint("steps IN (1, 2)", name=op.f("ck_flow_one_or_two_steps")),
        sa.CheckConstraint("decision <> ''", name=op.f("ck_flow_has_decision")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_flow_entered_by_id_person")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_flow_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow")),
        sa.UniqueConstraint("plan_id", "no", name=op.f("uq_flow_plan_id_no")),
    )


def downgrade() -> None:
    op.drop_table("flow")
    op.drop_table("opened")
    op.drop_table("recovery_code")
    op.drop_table("second_factor")
