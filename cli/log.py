"""`flask log …`: verify the log, hold the rows against it, try to break its guards."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import clock
from accountability import replay, verify
from cli.answers import answer
from i18n import gettext as _
from models import guards
from models.base import db
from workflow.actors import Actor
from workflow.ledger import note_now

group = AppGroup("log", help="The log of accountability.")

# what nobody may do to the log; each is tried in a transaction that is rolled back
PROBES: Final[dict[str, tuple[str, ...]]] = {
    "both": (
        "UPDATE {table} SET {column} = {column}",
        "DELETE FROM {table}",
    ),
    "sqlite": ("INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1", "REPLACE INTO {table} SELECT * FROM {table} LIMIT 1"),
    "postgresql": ("TRUNCATE {table} CASCADE", "SET LOCAL session_replication_role = replica; DELETE FROM {table}"),
}


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)


@group.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--last", type=click.IntRange(min=1), help="Only the last so many entries.")
def verify_log(as_json: bool, last: int | None) -> None:
    """Verify every entry, the chain, the private values and the guards; exit 1 when anything is wrong."""
    verdict = verify.log(last=last)
    facts = {name: value for name, value in asdict(verdict).items() if name != "started_after"}
    answer(words(verdict), facts, as_json=as_json, ok=verdict.ok)
    note_now("log.verify", by=Actor.system(), at=clock.now(), data={"ok": True, "covered_to": verdict.covered_to})


def words(verdict: verify.Verdict) -> str:
    """Return a verdict as one sentence."""
    if verdict.ok:
        return _("The log is intact: %(count)s entries verified.", count=verdict.covered_to - verdict.started_after)
    why = _(verify.REASONS[verdict.reason or "head"])
    if verdict.first_bad is None:
        return _("The log is not intact: %(why)s %(detail)s", why=why, detail=verdict.detail).strip()
    return _("The log is not intact. First bad: entry %(seq)s, because %(why)s.", seq=verdict.first_bad, why=why)


@group.command("compare")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def compare(as_json: bool) -> None:
    """Rebuild every tracked row from the log and hold it against the row as it stands; exit 1 on a difference."""
    found = replay.differences()
    facts: dict[str, Any] = {"disagreements": len(found), "first": [asdict(item) for item in found[:20]]}
    lines = [f"{item.table} {item.id} {item.column}: {item.by_log!r} ≠ {item.in_row!r}" for item in found[:20]]
    summary = _("Rows and log: %(count)s disagreements.", count=len(found))
    answer("\n".join([summary, *lines]), facts, as_json=as_json, ok=not found)


@group.command("append-probe")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def append_probe(as_json: bool) -> None:
    """Try each forbidden write in a transaction that is rolled back; exit 0 when the database refuses all of them."""
    tried = {statement: _is_refused(statement) for statement in _statements(db.engine.dialect.name)}
    refused = sum(tried.values())
    got_through = [statement for statement, no in tried.items() if not no]
    summary = _("%(refused)s of %(tried)s forbidden writes were refused.", refused=refused, tried=len(tried))
    answer("\n".join([summary, *got_through]), {"refused": refused, "tried": len(tried), "through": got_through}, as_json=as_json, ok=not got_through)


def _statements(dialect: str) -> list[str]:
    columns = {"log_entry": "body", "log_private": "value", "log_head": "seq"}
    found = [
        form.format(table=table, column=columns.get(table, "id"))
        for table in guards.APPEND_ONLY
        for form in (*PROBES["both"], *PROBES[dialect])
    ]
    return [*found, "UPDATE log_head SET seq = seq - 1", "DELETE FROM log_head"]


def _is_refused(statement: str) -> bool:
    """Return whether the database refuses a write; a table without rows has nothing to refuse and counts as refused."""
    connection = db.engine.connect()
    try:
        for part in statement.split("; "):
            changed = connection.execute(text(part)).rowcount
        return changed == 0
    except DBAPIError:
        return True
    finally:
        connection.rollback()
        connection.close()
