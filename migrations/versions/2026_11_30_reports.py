"""Reports in official form, and the office's own templates for them.

Revision ID: 0013
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0014"
branch_labels = None
depends_on = None

KINDS = ("a", "b", "c", "d", "e", "f", "g", "h", "i", "k")
STATES = ("draft", "edited", "issued", "archived", "dropped")


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="reportkind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("against", sa.Date(), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="reportstate", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("template_sha", sa.String(), nullable=False),
        sa.Column("content_sha", sa.String(), nullable=False),
        sa.Column("prose", sa.Text(), nullable=True),
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("signs", sa.String(), nullable=True),
        sa.Column("signer", sa.String(), nullable=True),
        sa.Column("file_sha", sa.String(), nullable=True),
        sa.Column("signed_sha", sa.String(), nullable=True),
        sa.Column("signed_name", sa.String(), nullable=True),
        sa.Column("signed_type", sa.String(), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(content_sha) = 64 AND length(template_sha) = 64", name=op.f("ck_report_sha256")),
        sa.CheckConstraint(
            "state NOT IN ('issued', 'archived') OR (number IS NOT NULL AND issued_on IS NOT NULL"
            " AND file_sha IS NOT NULL)",
            name=op.f("ck_report_issued_has_number"),
        ),
        sa.CheckConstraint(
            "signed_sha IS NULL OR state IN ('issued', 'archived')", name=op.f("ck_report_signed_was_issued")
        ),
        sa.CheckConstraint("number IS NULL OR number > 0", name=op.f("ck_report_numbered_from_one")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_report_unit_id_unit")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_report_made_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("symbol", "year", "number", name=op.f("uq_report_symbol_year_number")),
    )
    op.create_index("ix_report_period", "report", ["period", "kind"], unique=False)

    op.create_table(
        "report_template",
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("filename", sa.String(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("sha256 IS NULL OR length(sha256) = 64", name=op.f("ck_report_template_sha256")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_report_template_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_template")),
    )


def downgrade() -> None:
    op.drop_table("report_template")
    op.drop_index("ix_report_period", table_name="report")
    op.drop_table("report")
