"""The organisation: units, people, seats with their holders by date, and mandates."""

from __future__ import annotations

from web.organisation import changes, people, seats, signers, units
from web.organisation.blueprint import bp

__all__ = ["bp", "changes", "people", "seats", "signers", "units"]
