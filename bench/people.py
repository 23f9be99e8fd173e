"""Sixty people for a crowd's tasks: the sample world has fewer, and one officer a unit would share all its deadlines.

They come past the log: the database is measured and thrown away.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

PEOPLE: Final = 60
_OPEN: Final = "status IN ('assigned', 'received', 'in_progress', 'waiting')"
_UNITS: Final = f"SELECT lead_unit_id, min(officer_id) FROM task WHERE {_OPEN} GROUP BY lead_unit_id"
# what makes somebody an officer who signs in and can be written to
_MADE: Final = (
    "INSERT INTO person (id, username, name, sort_key, language, active, version)"
    " VALUES (:id, :id, 'Nguyễn Văn ' || :id, :id, 'vi', 1, 1)",
    "INSERT INTO person_contact (person_id, email) VALUES (:id, :id || '@bandantoc.example.vn')",
    "INSERT INTO credential (person_id, password_hash, changed_at, must_change)"
    " VALUES (:id, '-', '2026-01-01 00:00:00.000000', 0)",
    "INSERT INTO role_grant (person_id, role, unit_id, from_on) VALUES (:id, 'officer', :unit, '2026-01-01')",
)
# spread by the scattered number of the task, so that nobody has but every ninth day
_GIVEN: Final = (
    f"UPDATE task SET officer_id = :id WHERE lead_unit_id = :unit AND {_OPEN}"
    " AND (id * 2654435761 >> 16) % :many = :place"
)


def spread(database: Path, people: int = PEOPLE) -> int:
    """Give the open tasks of each unit to so many officers that with the heads there are `people`; return how many."""
    with closing(sqlite3.connect(database)) as connection:
        units = connection.execute(_UNITS).fetchall()
        many, last = people // len(units) - 1, connection.execute("SELECT max(id) FROM person").fetchone()[0]
        for unit, own in units:
            officers = [own, *range(last + 1, last + many)]
            last += many - 1
            for place, officer in enumerate(officers):
                facts = {"id": officer, "unit": unit, "many": many, "place": place}
                for statement in _MADE if officer != own else ():
                    connection.execute(statement, facts)
                connection.execute(_GIVEN, facts)
        connection.commit()
    return len(units) * (many + 1)
