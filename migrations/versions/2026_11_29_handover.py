"""Handing over, the units of an organisational change, and acts that nobody may do.

Revision ID: 0008
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handover",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "leaving",
            sa.Enum("account", "seat", "role", name="leaving", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("tenure_id", sa.Integer(), nullable=True),
        sa.Column("grant_id", sa.Integer(), nullable=True),
        sa.Column("signed_by_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("unit_name", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_sha", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(content_sha) = 64", name=op.f("ck_handover_sha256")),
        sa.CheckConstraint(
            "person_id = signed_by_id OR reason IS NOT NULL", name=op.f("ck_handover_in_his_place_with_reason")
        ),
        sa.CheckConstraint("(leaving = 'seat') = (tenure_id IS NOT NULL)", name=op.f("ck_handover_seat_is_named")),
        sa.CheckConstraint("(leaving = 'role') = (grant_id IS NOT NULL)", name=op.f("ck_handover_role_is_named")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_handover_person_id_person")),
        sa.ForeignKeyConstraint(["tenure_id"], ["tenure.id"], name=op.f("fk_handover_tenure_id_tenure")),
        sa.ForeignKeyConstraint(["grant_id"], ["role_grant.id"], name=op.f("fk_handover_grant_id_role_grant")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["person.id"], name=op.f("fk_handover_signed_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    op.create_index("ix_handover_person_id", "handover", ["person_id"], unique=False)

    op.create_table(
        "unit_event_unit",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("from", "to", name="eventside", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("heir_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("heir_id IS NULL OR side = 'from'", name=op.f("ck_unit_event_unit_who_gives_has_the_heir")),
        sa.CheckConstraint("heir_id IS NULL OR heir_id <> unit_id", name=op.f("ck_unit_event_unit_heir_is_another")),
        sa.ForeignKeyConstraint(["event_id"], ["unit_event.id"], name=op.f("fk_unit_event_unit_event_id_unit_event")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_event_unit_unit_id_unit")),
        sa.ForeignKeyConstraint(["heir_id"], ["unit.id"], name=op.f("fk_unit_event_unit_heir_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_event_unit")),
        sa.UniqueConstraint("event_id", "unit_id", "side", name=op.f("uq_unit_event_unit_event_id_unit_id_side")),
    )
    op.create_index("ix_unit_event_unit_unit_id", "unit_event_unit", ["unit_id"], unique=False)

    op.create_table(
        "signer_alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("superior_id", sa.Integer(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=True),
        sa.Column("solved_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_signer_alert_task_id_task")),
        sa.ForeignKeyConstraint(["superior_id"], ["person.id"], name=op.f("fk_signer_alert_superior_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signer_alert")),
    )
    op.create_index(
        "uq_signer_alert_open",
        "signer_alert",
        ["kind", "object_id"],
        unique=True,
        sqlite_where=sa.text("solved_at IS NULL"),
        postgresql_where=sa.text("solved_at IS NULL"),
    )
    op.create_index("ix_signer_alert_task_id", "signer_alert", ["task_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_signer_alert_task_id", table_name="signer_alert")
    op.drop_index("uq_signer_alert_open", table_name="signer_alert")
    op.drop_table("signer_alert")
    op.drop_index("ix_unit_event_unit_unit_id", table_name="unit_event_unit")
    op.drop_table("unit_event_unit")
    op.drop_index("ix_handover_person_id", table_name="handover")
    op.drop_table("handover")
