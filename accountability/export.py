"""The log for an outsider: a folder with every line as it was hashed, the checkpoints, and a program that checks them.

The folder appears whole or not at all.
"""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, select

from accountability import checkpoints, keys
from accountability.checkpoints import NoLogError
from accountability.outside import verify_log
from models import guards
from models.log import LogEntry, LogHead, LogPrivate
from models.session import snapshot
from models.tasks import Evidence, HandIn
from workflow.actors import Actor
from workflow.ledger import note_now

BATCH: Final = 5_000
PROGRAM: Final = Path(verify_log.__file__)
README: Final = Path(verify_log.__file__).with_name("README.txt")
EVIDENCE: Final = ("task", "hand_in", "sha256", "size", "document_number", "document_on")


class NotEmptyError(FileExistsError):
    """The folder asked for is there already and holds something."""


@dataclass(frozen=True)
class Exported:
    """What an export holds: how many lines, checkpoints and pieces of evidence."""

    lines: int
    checkpoints: int
    evidence: int


def bundle(target: Path, folder: Path, origin: str, *, by: Actor, at: datetime, with_private: bool) -> Exported:
    """Write the log into a new folder, with a checkpoint of this moment, and say so in the log.

    `folder` holds the log's key and the checkpoints made so far. Raises NotEmptyError, NoLogError, and OSError when
    the folder cannot be written; nothing is left behind then.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise NotEmptyError(str(target))
    checkpoints.make(folder, origin, by=by, at=at)
    target.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        found = write(made, folder, with_private=with_private)
        made.chmod(0o755)
        made.replace(target)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    data = {"lines": found.lines, "with_private": with_private}
    note_now("log.export", by=by, at=at, data=data)
    return found


def write(made: Path, folder: Path, *, with_private: bool) -> Exported:
    """Write everything of an export into an empty folder, as the log stands. Raises NoLogError, WrongKeyError."""
    notes = checkpoints.kept(folder)
    (made / "checkpoints").mkdir()
    for text in notes:
        size = text.split("\n")[1]
        (made / "checkpoints" / f"{int(size):012}.txt").write_text(text, encoding="utf-8")
    shutil.copyfile(PROGRAM, made / PROGRAM.name)
    shutil.copyfile(README, made / README.name)
    with snapshot() as connection:
        public = checkpoints.key_in_force(connection) or keys.public_text(keys.ensure(folder))
        (made / "log_key.pem").write_text(keys.pem(checkpoints.first_key(connection) or public), encoding="ascii")
        _guards(connection, made / "guards.json")
        lines = _lines(connection, made / "log.jsonl")
        evidence = _evidence(connection, made / "evidence.csv")
        if with_private:
            _private(connection, made / "private.jsonl")
    return Exported(lines, len(notes), evidence)


def _guards(connection: Connection, path: Path) -> None:
    """Write how each guard of the database should read, and how it reads."""
    stand = guards.definitions(connection)
    wanted = guards.expected(connection.dialect.name)
    states = {name: {"wanted": text, "found": stand.get(name)} for name, text in wanted.items()}
    path.write_text(json.dumps(states, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")


def _lines(connection: Connection, path: Path) -> int:
    """Write every body exactly as it was hashed, one a line; return how many."""
    if connection.execute(select(LogHead.id)).one_or_none() is None:
        raise NoLogError
    query = select(LogEntry.body).order_by(LogEntry.epoch, LogEntry.seq)
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        for (body,) in connection.execute(query, execution_options={"yield_per": BATCH}):
            file.write(f"{body}\n")
            count += 1
    return count


def _private(connection: Connection, path: Path) -> None:
    """Write the values that the bodies only commit to."""
    columns = (LogPrivate.epoch, LogPrivate.seq, LogPrivate.path, LogPrivate.salt, LogPrivate.value)
    query = select(*columns).order_by(LogPrivate.epoch, LogPrivate.seq, LogPrivate.path)
    with path.open("w", encoding="utf-8", newline="") as file:
        for row in connection.execute(query, execution_options={"yield_per": BATCH}):
            file.write(f"{json.dumps(row._asdict(), ensure_ascii=False)}\n")


def _evidence(connection: Connection, path: Path) -> int:
    """Write the hashes of the files handed in, or given with a request, to be held against them; names stay private."""
    query = (
        select(
            Evidence.task_id, HandIn.no, Evidence.sha256, Evidence.size, Evidence.document_number, Evidence.document_on
        )
        .outerjoin(HandIn, HandIn.id == Evidence.hand_in_id)
        .order_by(Evidence.id)
    )
    rows: list[Iterable[Any]] = [
        ["" if value is None else value for value in row] for row in connection.execute(query).all()
    ]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([EVIDENCE, *rows])
    return len(rows)
