"""What every table shares: naming of constraints, moments in UTC, and the mark of what is tracked."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, Final

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import DateTime, Dialect, Enum, MetaData, String, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.types import TypeDecorator

LARGEST_ID: Final = 2**31 - 1
NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored as UTC without a zone so that both databases compare it alike."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC. Raises ValueError for a moment without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        return value.replace(tzinfo=UTC) if value is not None else None


def is_id(number: int) -> bool:
    """Return whether a number can be a row's: what is typed into an address may be more than a column takes."""
    return 0 < number <= LARGEST_ID


def term(kind: type[StrEnum]) -> Enum:
    """Return a column type for the codes of a vocabulary, with a CHECK on both databases."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=24,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """The root of every table."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES), type_annotation_map={datetime: Moment(), str: String()}
    )


class UnitOfWork(Session):
    """The session without its old bulk ways, which write rows that no listener sees."""

    def _bulk_save_mappings(self, *_args: Any, **_more: Any) -> None:
        raise RuntimeError("a bulk write goes past the log; add objects inside ledger.recorded()")


db = SQLAlchemy(model_class=Base, session_options={"class_": UnitOfWork})


class Tracked:
    """A table that changes only through the one door, with old and new value in the log.

    `PRIVATE` columns enter the log as salted commitments; `DERIVED` ones (search, sorting) can be worked out
    from the others and stay out of it.
    """

    PRIVATE: ClassVar[frozenset[str]] = frozenset()
    DERIVED: ClassVar[frozenset[str]] = frozenset()

    id: Mapped[int] = mapped_column(primary_key=True)

    def about(self) -> dict[str, int]:
        """Return what this row speaks of (task, plan, unit, person), for finding its entries again."""
        return {}


@event.listens_for(Tracked, "attribute_instrument", propagate=True)
def _keep_old_values(_class: type[Any], _key: str, attribute: Any) -> None:
    """Have each column of a tracked table load its old value before it is overwritten."""
    if hasattr(attribute.property, "columns"):
        attribute.property.active_history = True
        attribute.impl.active_history = True
