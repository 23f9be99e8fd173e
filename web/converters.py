"""Parts of an address that are words of the domain."""

from __future__ import annotations

from typing import Any

from werkzeug.routing import BaseConverter, ValidationError

from models.vocabulary import Action


class ActionConverter(BaseConverter):
    """A step of the life cycle in an address; anything else is no such page."""

    regex = "[a-z-]+"

    def to_python(self, value: str) -> Action:
        """Return the step. Raises ValidationError for a word that is none."""
        try:
            return Action(value)
        except ValueError:
            raise ValidationError from None

    def to_url(self, value: Any) -> str:
        """Return the step's word."""
        return str(value)
