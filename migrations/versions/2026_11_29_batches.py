"""several tasks moved in one go; files of documents that tasks come from

Revision ID: 0009
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "assign",
                "officer",
                "leader",
                "first-date",
                "withdraw",
                "hold",
                "undo",
                name="bulkact",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("tasks", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(act = 'undo') = (undoes_id IS NOT NULL)", name=op.f("ck_batch_undo_names_another")),
        sa.CheckConstraint("undoes_id IS NULL OR undoes_id <> id", name=op.f("ck_batch_not_itself")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_batch_person_id_person")),
        sa.ForeignKeyConstraint(["undoes_id"], ["batch.id"], name=op.f("fk_batch_undoes_id_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("code", name=op.f("uq_batch_code")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_batch_undoes_id")),
    )
    op.create_index("ix_batch_person_id", "batch", ["person_id"], unique=False)

    op.create_table(
        "source_file",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("filename", sa.String(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_source_file_sha256")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_source_file_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_file")),
    )
    op.create_index("ix_source_file_task_id", "source_file", ["task_id"], unique=False)
    op.create_index("ix_source_file_sha256", "source_file", ["sha256"], unique=False)


def downgrade() -> None:
    op.drop_table("source_file")
    op.drop_table("batch")
