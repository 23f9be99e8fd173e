"""The log: one canonical body per entry, chained by SHA-256, with private values kept beside it.

The form of a body is fixed for good: golden files under tests/ hold examples, and bodies are stored as the exact
text that was hashed. Sources: RFC 8785 (canonical JSON, here without floats), RFC 9162 (leaf hash prefix 0x00).
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base

VERSION: Final = 1
NO_HASH: Final = "0" * 64
# what stands in a row where a private text was erased; an entry whose values were erased says so by this act
ERASED: Final = "[đã xóa]"
ERASED_SALT: Final = "00" * 16
REDACT: Final = "log.redact"
LARGEST_INTEGER: Final = 2**53
SURROGATE: Final = re.compile("[\ud800-\udfff]")


class LogEntry(Base):
    """One line of the log. Only `body` counts; the other columns repeat parts of it so that it can be searched."""

    __tablename__ = "log_entry"
    __table_args__ = (
        UniqueConstraint("prev"),
        UniqueConstraint("hash"),
        CheckConstraint("length(hash) = 64 AND length(prev) = 64", name="lengths"),
        CheckConstraint("seq > 0 AND epoch > 0", name="counted_from_one"),
        Index("ix_log_entry_task_id", "task_id", "epoch", "seq"),
        Index("ix_log_entry_plan_id", "plan_id", "epoch", "seq"),
        Index("ix_log_entry_unit_id", "unit_id", "epoch", "seq"),
        Index("ix_log_entry_at", "at", "epoch", "seq"),
        Index("ix_log_entry_actor_id", "actor_id", "epoch", "seq"),
        Index("ix_log_entry_act", "act", "epoch", "seq"),
        Index("ix_log_entry_obj", "obj_type", "obj_id", "epoch", "seq"),
    )

    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    prev: Mapped[str]
    hash: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    act: Mapped[str]
    obj_type: Mapped[str]
    obj_id: Mapped[int | None]
    task_id: Mapped[int | None]
    plan_id: Mapped[int | None]
    unit_id: Mapped[int | None]
    actor_id: Mapped[int | None]
    req: Mapped[str | None]


class LogHead(Base):
    """The one row that says where the log ends; it is locked while an entry is added."""

    __tablename__ = "log_head"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    log_id: Mapped[str]
    epoch: Mapped[int]
    seq: Mapped[int]
    hash: Mapped[str]
    at: Mapped[datetime]


class LogPrivate(Base):
    """A value that an entry only commits to: the salt and the text itself, which an erasure can remove."""

    __tablename__ = "log_private"

    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    path: Mapped[str] = mapped_column(primary_key=True)
    salt: Mapped[str]
    value: Mapped[str] = mapped_column(Text)


def canonical(value: Any) -> str:
    """Return the one JSON text of a value (RFC 8785 without floats). Raises ValueError for what has no such text."""
    _refuse_what_has_no_canonical_form(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def leaf_hash(body: str) -> str:
    """Return the SHA-256 of an entry's body as a leaf (RFC 9162 §2.1.1), in lower-case hex."""
    return leaf_hash_of(body.encode())


def leaf_hash_of(body: bytes) -> str:
    """Return the same for a body's UTF-8."""
    return hashlib.sha256(b"\x00" + body).hexdigest()


def commitment(salt: str, value: str) -> str:
    """Return SHA-256(salt ‖ value) in hex; `salt` is 16 bytes in hex, drawn anew for each value."""
    return hashlib.sha256(bytes.fromhex(salt) + value.encode()).hexdigest()


def erased_value(column: str) -> str:
    """Return what stands in a column whose text was erased."""
    return ERASED_SALT if column == "salt" else ERASED


def new_salt() -> str:
    """Return 16 fresh random bytes in hex."""
    return secrets.token_hex(16)


def moment_text(at: datetime) -> str:
    """Return a moment as the log writes it: UTC with six digits, `2026-11-25T00:30:00.000000Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain(value: Any) -> Any:
    """Return a column's value as the log writes it: days and moments as text, decimals as strings."""
    match value:
        case None | bool() | int():
            return value
        case Enum():
            return value.value
        case str():
            return unicodedata.normalize("NFC", value)
        case datetime():
            return moment_text(value)
        case date():
            return value.isoformat()
        case Decimal():
            return format(value.normalize(), "f")
        case list() | tuple():
            return [plain(item) for item in value]
        case dict():
            return {str(key): plain(item) for key, item in value.items()}
    raise ValueError(f"the log has no form for {type(value).__name__}")


def _refuse_what_has_no_canonical_form(value: Any) -> None:
    match value:
        case None | bool():
            return
        case int():
            _require(abs(value) < LARGEST_INTEGER, "an integer beyond 2^53")
        case str():
            _require(unicodedata.is_normalized("NFC", value), "text that is not NFC")
            _require(value.isascii() or not SURROGATE.search(value), "a lone surrogate")
        case list() | tuple():
            for item in value:
                _refuse_what_has_no_canonical_form(item)
        case dict():
            for key, item in value.items():
                _require(isinstance(key, str) and key.isascii(), f"the key {key!r}")
                _refuse_what_has_no_canonical_form(item)
        case _:
            _require(False, f"a {type(value).__name__}")


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(f"the log cannot write {what}")
