"""Whether the log is intact: every body, the chain, the head, the private values, and the guards of the database.

What the log cannot tell by itself: that all of it was rewritten together with its head, or put back to an older state.
For that it is held against checkpoints kept elsewhere (`anchors.py`).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import chain, groupby
from typing import Any, Final

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    LargeBinary,
    Row,
    Select,
    String,
    cast,
    func,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.exc import DBAPIError

from accountability import attachments, erased
from accountability.anchors import Holding
from accountability.attachments import BadFile
from accountability.outside.verify_log import OPENED, OPENS_EPOCH, Altered, Checkpoint
from models import guards
from models.appending import INDEXED
from models.log import LARGEST_INTEGER, NO_HASH, LogEntry, LogHead, LogPrivate, commitment
from models.session import snapshot
from terms import N_

BATCH: Final = 5000
# a moment of the database as text, as the body has it
MOMENT: Final = "YYYY-MM-DD HH24:MI:SS.US"

# why a line is bad -> what a person reads
REASONS: Final = {
    "missing": N_("an entry is missing"),
    "altered": N_("the entry's text was altered"),
    "unlinked": N_("the entry does not follow the one before it"),
    "renumbered": N_("the entry's number or a column beside its text was altered"),
    "private": N_("a private value was altered, removed or added"),
    "head": N_("the end of the log is not where the head says"),
    "guards": N_("a guard of the database is missing or altered"),
    "no_log": N_("there is no log yet"),
    "files": N_("a kept file is gone or altered"),
    "signatures": N_("a result or plan that was signed is not what was signed"),
    "unbound": N_("from here on the log is not the one that a checkpoint was signed over"),
    "lost": N_("from here on lines are gone of which a checkpoint was signed"),
    "unaccepted": N_("from here on lines were lost with a restore, and no leader has accepted it by name"),
    "key": N_("the log's key was exchanged, or a checkpoint is not signed by it"),
}


@dataclass(frozen=True)
class Verdict:
    """What a verification found; `first_bad` is the number of the first bad entry, when one can be named."""

    ok: bool
    entries: int
    first_bad: int | None = None
    reason: str | None = None
    detail: str = ""
    covered_to: int = 0
    started_after: int = 0
    files: tuple[BadFile, ...] = ()
    with_files: bool = False


def log(*, last: int | None = None, notes: Sequence[Checkpoint] = ()) -> Verdict:
    """Verify the whole log, or its last so many entries, as it stands at one moment, whatever is written meanwhile.

    The kept files, and the checkpoints that are given, are held against the log when the whole of it is asked for.
    """
    with snapshot() as connection:
        try:
            return _verdict(connection, last, notes)
        except (DBAPIError, sqlite3.DatabaseError) as error:
            if "decode" not in str(getattr(error, "orig", error)).lower():
                raise
        with _reading_any_bytes(connection):
            return _verdict(connection, last, notes)


def _verdict(connection: Connection, last: int | None, notes: Sequence[Checkpoint]) -> Verdict:
    columns = (LogHead.epoch, LogHead.seq, LogHead.hash, LogHead.log_id, type_coerce(LogHead.at, String).label("at"))
    head: Any = connection.execute(select(*columns)).one_or_none()
    if head is None:
        entries = connection.execute(select(func.count()).select_from(LogEntry)).scalar() or 0
        return Verdict(False, entries, None, "head" if entries else "no_log")
    start = max(0, head.seq - last) if last else 0
    found = _walk(connection, head, start, notes if not last else ()) or _after_the_walk(connection, head)
    found = found or Verdict(True, head.seq, covered_to=head.seq, started_after=start)
    return found if last else _with_files(connection, found)


def _with_files(connection: Connection, found: Verdict) -> Verdict:
    """Return the verdict with the kept files looked at as well: bad ones are named whatever else is wrong."""
    lost = attachments.bad(connection)
    found = replace(found, files=lost, with_files=True)
    return replace(found, ok=False, reason="files") if lost and found.ok else found


@contextmanager
def _reading_any_bytes(connection: Connection) -> Iterator[None]:
    """Read text that is no UTF-8 as well: SQLite keeps any bytes, and a line broken so has to be named, too."""
    driver: Any = connection.connection.driver_connection
    kept, driver.text_factory = driver.text_factory, lambda raw: raw.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = kept


# the first columns of an entry as the walk reads it; those after them repeat parts of the body
EPOCH, SEQ, BODY, NAMED = 0, 1, 4, 6
# what stands in a body that speaks of a private value
COMMIT: Final = b'"commit"'
Entry = tuple[Any, ...]


@dataclass(slots=True)
class _Place:
    """How far the walk has come: the number, epoch, hash and moment of the entry it stands on."""

    seq: int = 0
    epoch: int = 1
    hash: str = NO_HASH
    at: str = ""


def _walk(connection: Connection, head: Row[Any], start: int, notes: Sequence[Checkpoint]) -> Verdict | None:
    """Go through the entries in order and return the first thing that is wrong."""
    holding = Holding(head.log_id, notes) if not start else None
    entries = closing(_raw(connection, _entries(connection, head, start)))
    gone = erased.load(connection)
    with _private_values(connection, start) as values, entries as rows:
        return _follow(rows, _Private(chain.from_iterable(values.partitions()), gone), head, start, holding)


def _follow(
    rows: Iterable[Entry], private: _Private, head: Row[Any], start: int, holding: Holding | None
) -> Verdict | None:
    place, log_id = _Place(seq=max(0, start - 1)), head.log_id
    for row in rows:
        if row[SEQ] != place.seq + 1:
            return _bad(head, place.seq + 1, "missing")
        if start and row[SEQ] == start:
            place = _Place(row[SEQ], row[EPOCH], row[3], row[5])
            continue
        body, leaf = _fitting(row, place, log_id)
        reason = None
        if body is None:
            reason = _wrong(row, place, log_id)
        elif COMMIT in row[BODY] or private.seq <= row[SEQ]:
            reason = private.wrong(row, body)
        if reason:
            return _bad(head, row[SEQ], reason)
        place.epoch, place.seq, place.hash, place.at = row[0], row[1], row[3], row[5]
        if holding is not None and (fault := holding.take(row[SEQ], leaf, body)):
            return _unheld(head, fault)
    return _ended(head, place) or (_unheld(head, fault) if holding is not None and (fault := holding.end()) else None)


def _ended(head: Row[Any], place: _Place) -> Verdict | None:
    """Return what is wrong with the end of the log, where the walk has come to."""
    if place.seq != head.seq:
        return _bad(head, min(place.seq, head.seq) + 1, "missing" if place.seq < head.seq else "head")
    ends = (place.epoch, place.hash, place.at) == (head.epoch, head.hash, _moment(head.at))
    return None if ends else _bad(head, head.seq, "head")


def _unheld(head: Row[Any], fault: Altered) -> Verdict:
    """Return what a checkpoint has against the log."""
    if fault.seq is None:
        return Verdict(False, head.seq, None, fault.code)
    return _bad(head, fault.seq, fault.code)


def _fitting(row: Entry, place: _Place, log_id: str) -> tuple[dict[str, Any] | None, bytes]:
    """Return an entry's body and its leaf hash when all of it is as it should be; else no body, and `_wrong` says why.

    Written for speed: a million of them are looked at in a night.
    """
    raw = row[BODY]
    leaf = hashlib.sha256(b"\x00" + raw).digest()
    try:
        body = orjson.loads(raw)
        at, obj, about = body["at"], body["obj"], body["data"].get("about", NOTHING)
        found = about.get
        said = (
            body["epoch"], body["seq"], body["prev"], leaf.hex(), raw, f"{at[:10]} {at[11:-1]}", body["act"],
            obj["type"], obj["id"], body["actor"]["id"], body["req"], found("task"), found("plan"), found("unit"),
        )  # fmt: skip
        is_next = said == row and said[2] == place.hash and said[5] >= place.at
        same_epoch = said[0] == place.epoch and body["log"] == log_id and said[6] not in TURNS
        fits = is_next and (same_epoch or _follows(body, place, log_id))
    except (ValueError, KeyError, TypeError, AttributeError):
        fits = False
    return (body if fits else None), leaf


NOTHING: Final[dict[str, Any]] = {}
# acts that begin a log or an epoch
TURNS: Final = (OPENED, *OPENS_EPOCH)


def _wrong(row: Entry, place: _Place, log_id: str) -> str:
    """Return why an entry is bad that does not fit; what has not the form of an entry was altered."""
    try:
        epoch, seq, prev, hashed, text, at = row[:NAMED]
        if hashlib.sha256(b"\x00" + text).hexdigest() != hashed:
            return "altered"
        body = orjson.loads(text)
        moment = _moment(body["at"])
        if prev != place.hash or moment < place.at or not _follows(body, place, log_id):
            return "unlinked"
        same = (body["epoch"], body["seq"], moment) == (epoch, seq, at) and _named(body) == row[NAMED:]
    except (ValueError, KeyError, TypeError, AttributeError):
        same = True
    return "altered" if same else "renumbered"


def _follows(body: dict[str, Any], place: _Place, log_id: str) -> bool:
    """Return whether a body is the next of its log; only an entry about the log itself opens a new epoch."""
    if body["prev"] != place.hash or body["log"] != log_id:
        return False
    if place.seq == 0:
        return (body["act"], body["epoch"]) == (OPENED, 1)
    return bool(body["epoch"] == place.epoch + (body["act"] in OPENS_EPOCH))


def _named(body: dict[str, Any]) -> tuple[Any, ...]:
    """Return what the columns from `act` on must say (`_entries` has their order)."""
    obj, found = body["obj"], body["data"].get("about", {}).get
    named = (body["act"], obj["type"], obj["id"], body["actor"]["id"], body["req"])
    return (*named, found("task"), found("plan"), found("unit"))


def _moment(value: Any) -> str:
    """Return a moment as one text, whether it comes from a body, from SQLite (text) or from PostgreSQL."""
    if isinstance(value, str):
        return value.replace("T", " ").removesuffix("Z")
    return str(value.strftime("%Y-%m-%d %H:%M:%S.%f"))


class _Private:
    """The private values in the order of their entries, read beside the entries."""

    def __init__(self, rows: Iterable[Row[Any]], erased: erased.Erased) -> None:
        self._erased = erased
        self._groups = groupby(rows, key=lambda row: (row.epoch, row.seq))
        self._advance()

    def wrong(self, row: Entry, body: dict[str, Any]) -> str | None:
        """Return why the private values of an entry are bad, or None: each commitment opens, and nothing is beside."""
        found: dict[str, Any] = {}
        if self._next is not None and self._next[0] <= (key := (row[EPOCH], row[SEQ])):
            if self._next[0] < key:
                return "private"
            found = {item.path: item for item in self._kept}
            self._advance()
        try:
            wanted = dict(commitments(body["data"])) if found or COMMIT in row[BODY] else {}
        except (ValueError, TypeError, AttributeError):
            return "altered"
        gone = wanted.keys() - found.keys() - self._erased.get((row[EPOCH], row[SEQ]), set())
        if gone or found.keys() - wanted.keys():
            return "private"
        return None if all(_opens(item, wanted[path]) for path, item in found.items()) else "private"

    def _advance(self) -> None:
        self._next = next(self._groups, None)
        self._kept = list(self._next[1]) if self._next else []
        # the line from which on these values are looked at
        self.seq = self._next[0][1] if self._next and self._next[0][0] > 0 else 0 if self._next else LARGEST_INTEGER


def _opens(item: Row[Any], wanted: str) -> bool:
    try:
        return commitment(item.salt, item.value) == wanted
    except ValueError:  # a salt that is no hex, a value that is no text
        return False


def commitments(data: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Return path and commitment of every private value a body's data speaks of."""
    for key, value in data.items():
        if key == "set" and not path:
            yield from _set_commitments(value)
        elif isinstance(value, dict) and len(value) == 1 and "commit" in value:
            yield f"{path}{key}", value["commit"]


def _set_commitments(columns: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    for name, values in columns.items():
        for which, value in zip(("old", "new"), values, strict=True):
            if isinstance(value, dict) and len(value) == 1 and "commit" in value:
                yield f"set/{name}/{which}", value["commit"]


def _after_the_walk(connection: Connection, head: Row[Any]) -> Verdict | None:
    """Check what lies outside the chain: no entry beyond the head, no unknown private value, guards in place."""
    key = tuple_(LogEntry.epoch, LogEntry.seq)
    beyond = connection.execute(select(func.min(LogEntry.seq)).where(key > tuple_(head.epoch, head.seq))).scalar()
    if beyond is not None:
        return _bad(head, head.seq + 1, "head")
    known = select(LogEntry.seq).where(LogEntry.epoch == LogPrivate.epoch, LogEntry.seq == LogPrivate.seq)
    orphan = connection.execute(select(func.min(LogPrivate.seq)).where(~known.exists())).scalar()
    if orphan is not None:
        return _bad(head, orphan, "private")
    missing = guards.missing(connection)
    return Verdict(False, head.seq, None, "guards", ", ".join(missing), head.seq) if missing else None


def _entries(connection: Connection, head: Row[Any], start: int) -> Select[*tuple[Any, ...]]:
    """Return the query for the entries from number `start` on, in the log's order: bodies as bytes, moments as text."""
    table = LogEntry.__table__
    at: ColumnElement[str] = type_coerce(table.c.at, String)
    body: ColumnElement[bytes] = cast(table.c.body, LargeBinary)
    if connection.dialect.name == "postgresql":
        at, body = func.to_char(table.c.at, MOMENT), func.convert_to(table.c.body, "UTF8")
    first = (table.c.epoch, table.c.seq, table.c.prev, table.c.hash, body, at)
    named = ("act", "obj_type", "obj_id", "actor_id", "req", *(f"{name}_id" for name in INDEXED))
    columns = [*first, *(table.c[name] for name in named)]
    upto = tuple_(table.c.epoch, table.c.seq) <= tuple_(head.epoch, head.seq)
    return select(*columns).where(table.c.seq >= start, upto).order_by(table.c.epoch, table.c.seq)


def _raw(connection: Connection, query: Select[*tuple[Any, ...]]) -> Generator[Entry]:
    """Give the rows of a query as the driver has them, fetched some thousand at a time."""
    words = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
    driver: Any = connection.connection.driver_connection
    named = {"name": "dondoc_log"} if connection.dialect.name == "postgresql" else {}
    with closing(driver.cursor(**named)) as cursor:
        cursor.execute(words)
        while rows := cursor.fetchmany(BATCH):
            yield from rows


def _private_values(connection: Connection, start: int) -> CursorResult[Any]:
    """Return the private values of the entries after number `start`, in the log's order."""
    query = (
        select(LogPrivate.epoch, LogPrivate.seq, LogPrivate.path, LogPrivate.salt, LogPrivate.value)
        .where(LogPrivate.seq > start)
        .order_by(LogPrivate.epoch, LogPrivate.seq, LogPrivate.path)
    )
    found: CursorResult[Any] = connection.execute(query, execution_options={"yield_per": BATCH})
    return found


def _bad(head: Row[Any], seq: int, reason: str) -> Verdict:
    return Verdict(False, head.seq, seq, reason, covered_to=max(0, seq - 1))
