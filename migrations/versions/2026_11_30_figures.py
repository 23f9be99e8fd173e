"""explanations of figures

Revision ID: 0012
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "figure_note",
        sa.Column("figure", sa.String(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("cut_off", sa.DateTime(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("head_id", sa.Integer(), nullable=True),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_figure_note_first_before_last")),
        sa.CheckConstraint("unit_id IS NOT NULL OR head_id IS NOT NULL", name=op.f("ck_figure_note_about_somebody")),
        sa.ForeignKeyConstraint(["head_id"], ["person.id"], name=op.f("fk_figure_note_head_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_figure_note_person_id_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_figure_note_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_note")),
    )
    op.create_index("ix_figure_note_period", "figure_note", ["first_on", "last_on"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_figure_note_period", table_name="figure_note")
    op.drop_table("figure_note")
