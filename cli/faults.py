"""What goes wrong around the program (settings, database, disk, port) as words: what, why, what now. No traceback."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import gaierror
from typing import Any, Final

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

import i18n
from cli import schema
from config import BadSetting
from i18n import gettext as _
from models.appending import LogNotOpenError
from models.base import db
from terms import N_

Words = tuple[str, str, str]
WRONG_USE: Final = 2
SETTING: Final = (N_("A setting stops the start."), N_("%(name)s: %(wrong)s. Write %(write)s."))
SPOKEN: Final = "dondoc.spoken"

_SPACE: Final = N_("Make room or have it made writable, then give the command again; nothing was written half.")
NO_SPACE: Final[Words] = (N_("Nothing can be written."), N_("The disk is full: %(where)s"), _SPACE)
READ_ONLY: Final[Words] = (
    N_("Nothing can be written."),
    N_("The place is read-only for this account: %(where)s"),
    _SPACE,
)
NOT_READ: Final[Words] = (
    N_("A file cannot be used."),
    N_("%(where)s"),
    N_("See that it is there and belongs to the account the program runs under."),
)
PORT: Final[Words] = (
    N_("The port is taken."),
    N_("Another program listens there already; perhaps Đôn Đốc itself (%(where)s)."),
    N_("Stop it, or choose another port: flask serve --port 8001"),
)
NO_HOST: Final[Words] = (
    N_("The address cannot be used."),
    N_("No machine is known by this name, or it is not this one: %(where)s"),
    N_("Correct --host; 127.0.0.1 is this machine alone."),
)
NO_ANSWER: Final[Words] = (
    N_("The database does not answer."),
    N_("At %(where)s: %(said)s"),
    N_("Start it, or correct DONDOC_DATABASE_URL, then give the command again."),
)
BUSY: Final[Words] = (
    N_("The database is busy."),
    N_("Another process has been writing for too long: %(where)s"),
    N_("Give the command again in a minute."),
)
NO_DATABASE: Final[Words] = (
    N_("The file is no database."),
    N_("It was damaged, or is something else: %(where)s"),
    N_("Put it back from a backup, or correct DONDOC_DATABASE_URL; keep the damaged file as evidence."),
)
NOT_MIGRATED: Final[Words] = (
    N_("The database has not the tables of this version."),
    N_("It is new, or was made by an earlier version: %(where)s"),
    N_("Make a backup, then type: flask db upgrade (flask serve does it by itself)."),
)
OTHER_VERSION: Final[Words] = (
    N_("The database belongs to another version of the program."),
    N_("Its revision %(revision)s is not known here: %(where)s"),
    N_("Start the version that made it, or give this one its own database (DONDOC_DATABASE_URL); nothing was changed."),
)
LOG_LOST: Final[Words] = (
    N_("Nothing can be written into the log."),
    N_("Its end (the row of log_head) is not there."),
    N_("Type: flask log verify. When the system is new: flask serve, which opens the log."),
)
REFUSED: Final[Words] = (
    N_("The database refused."),
    N_("%(said)s (%(where)s)"),
    N_("Nothing was written half. If it happens again, tell the administrator."),
)

# SQLite's primary result code, PostgreSQL's SQLSTATE -> what it means to the one who typed the command
CODES: Final[dict[object, Words]] = {
    5: BUSY, 6: BUSY, 8: READ_ONLY, 10: NO_SPACE, 11: NO_DATABASE, 13: NO_SPACE, 14: NOT_READ, 26: NO_DATABASE,
    "53100": NO_SPACE, "25006": READ_ONLY, "55P03": BUSY, "40001": BUSY, "40P01": BUSY,
}  # fmt: skip
# no connection: class 08 and 28 (who may), database unknown, shutting down, too many connections
UNREACHABLE: Final = ("08", "28", "3D", "57P", "53300")
SYSTEM: Final[dict[int | None, Words]] = {
    errno.ENOSPC: NO_SPACE, errno.EDQUOT: NO_SPACE, errno.EROFS: READ_ONLY, errno.EACCES: READ_ONLY,
    errno.EPERM: READ_ONLY, errno.ENOENT: NOT_READ, errno.EADDRINUSE: PORT, errno.EADDRNOTAVAIL: NO_HOST,
}  # fmt: skip


class Commands(AppGroup):
    """Our commands: they and the library speak DONDOC_LANGUAGE, and what goes wrong around them is said in words."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app.name)
        self.app = app

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; from the first one on, faults become words."""
        found = super().get_command(ctx, cmd_name)
        if found is not None and SPOKEN not in ctx.meta:
            ctx.meta[SPOKEN] = True
            i18n.speak_as_click(self.app.config["LANGUAGE"], Path(self.app.config["DATA_DIR"]))
            ctx.with_resource(in_words(self.app))
        return found


@contextmanager
def in_words(app: Flask) -> Iterator[None]:
    """Turn what goes wrong around a command into words on the error channel and exit code 1."""
    try:
        yield
    except (DBAPIError, OSError, LogNotOpenError, schema.OtherVersionError) as error:
        with app.app_context():
            found = explained(error)
            words = _filled(*found, _) if found is not None else ""
        if not words:
            raise
        raise click.ClickException(words) from None


@contextmanager
def at_start() -> Iterator[None]:
    """Say on the command line what keeps the application from being made, in DONDOC_LANGUAGE; elsewhere raise it."""
    try:
        yield
    except (BadSetting, OSError) as error:
        if click.get_current_context(silent=True) is None:
            raise
        language = os.environ.get("DONDOC_LANGUAGE", i18n.LANGUAGES[0])
        say = i18n.before_start(language if language in i18n.LANGUAGES else i18n.LANGUAGES[0])
        click.echo(_start_words(error, say), err=True)
        sys.exit(WRONG_USE if isinstance(error, BadSetting) else 1)


def explained(error: BaseException) -> tuple[Words, dict[str, Any]] | None:
    """Return what an error means, with what its words name; None when it is a fault of the program."""
    if isinstance(error, LogNotOpenError):
        return LOG_LOST, {}
    where = db.engine.url.render_as_string(hide_password=True)
    if isinstance(error, schema.OtherVersionError):
        return OTHER_VERSION, {"revision": error.revision, "where": where}
    if isinstance(error, DBAPIError):
        try:
            return _of_database(error), {"where": where, "said": _one_line(error.orig)}
        except schema.OtherVersionError as other:
            return explained(other)
    return _of_system(error) if isinstance(error, OSError) else None


def _of_database(error: DBAPIError) -> Words:
    code = getattr(error.orig, "sqlite_errorcode", None)
    state = getattr(error.orig, "sqlstate", None)
    found = CODES.get(code & 0xFF if isinstance(code, int) else state)
    if found is not None:
        return found
    is_lost = code is None and (state is None or state.startswith(UNREACHABLE))
    if error.connection_invalidated or is_lost:
        return NO_ANSWER
    return NOT_MIGRATED if _lacks_tables() else REFUSED


def _lacks_tables() -> bool:
    try:
        return not schema.is_current()
    except DBAPIError:
        return False


def _of_system(error: OSError) -> tuple[Words, dict[str, Any]] | None:
    where = error.filename or _one_line(error)
    if isinstance(error, gaierror):
        return NO_HOST, {"where": where}
    words = SYSTEM.get(error.errno, NOT_READ if error.errno is None else None)
    return (words, {"where": where}) if words is not None else None


def _start_words(error: BadSetting | OSError, say: Callable[..., str]) -> str:
    if isinstance(error, BadSetting):
        wrong, write = (say(text, **error.values) for text in (error.wrong, error.write))
        return f"{say(SETTING[0])}\n{say(SETTING[1], name=f'DONDOC_{error.name}', wrong=wrong, write=write)}"
    found = _of_system(error) or (NOT_READ, {"where": _one_line(error)})
    return _filled(*found, say)


def _filled(words: Words, facts: dict[str, Any], say: Callable[..., str]) -> str:
    """Return what, why and what now, each on a line of its own."""
    return "\n".join(say(text, **facts) if "%(" in text else say(text) for text in words)


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:300]
