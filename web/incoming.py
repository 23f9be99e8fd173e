"""What a browser sends: a form whose files are too large keeps its words; only the files are dropped, unread."""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any, Final

from flask import Flask, Request, current_app, request

FORM: Final = "multipart/form-data"
# so many times the limit is still read, to keep the words that were sent with the files; beyond it nothing is
READ_ON: Final = 5


class Incoming(Request):
    """A request that is read beyond the limit of its files, which are dropped then."""

    @property
    def max_content_length(self) -> int | None:
        """Return how many bytes are read at most."""
        limit = super().max_content_length
        return limit * READ_ON if limit and self.mimetype == FORM else limit

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value

    def _get_file_stream(self, *args: Any, **more: Any) -> IO[bytes]:
        return _Dropped() if _exceeds(self) else super()._get_file_stream(*args, **more)


class _Dropped(BytesIO):
    """Takes a file's bytes and keeps none."""

    def write(self, data: Any) -> int:
        return len(data)


def init_app(app: Flask) -> None:
    """Have every request read so."""
    app.request_class = Incoming


def is_too_large() -> bool:
    """Return whether the files of this request were dropped because together they are too large."""
    return _exceeds(request)


def limit() -> int:
    """Return how many bytes a form with its files may have."""
    found: int = current_app.config["MAX_CONTENT_LENGTH"]
    return found


def _exceeds(sent: Request) -> bool:
    return sent.mimetype == FORM and (sent.content_length or 0) > limit()
