"""For monitors: is the process alive, can it work, and a few figures. No page shows anything of a task."""

from __future__ import annotations

import ipaddress
from functools import cache
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from notifications import log_watch
from web import context
from workflow.errors import Refusal
from workflow.queries import health

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    """Answer as long as the process lives; asks nothing else."""
    return jsonify(status="alive")


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """Answer 200 when the system can work (late: degraded), 503 without database, schema or log guards."""
    at = context.now()
    try:
        found = health.check(_revision(current_app.root_path), current_app.config["REMINDER_HOUR"], at)
    except DBAPIError as error:
        current_app.logger.error("readiness: %s", error.orig)  # noqa: TRY400 (a monitor asks every few seconds)
        return jsonify(status="down", database=False), 503
    if not found.ready:
        return jsonify(status=found.status, database=True, schema=found.schema, log_guard=found.log_guard), 503
    stands = log_watch.standing(at)
    bad = (*found.late, *(("log",) if stands.is_bad else ()))
    facts: dict[str, Any] = {
        "database": True,
        "schema": found.schema,
        "log_guard": found.log_guard,
        "late": bad,
        "log_verified_to": stands.latest.covered_to if stands.latest else None,
        "log_disagreements": stands.compared.disagreements if stands.compared else None,
        "oldest_due_seconds": health.seconds_since(found.pulse.waits_since(at), at),
        "last_run_seconds": health.seconds_since(found.pulse.ran_at, at),
    }
    return jsonify(status="degraded" if bad else "ok", **facts)


@bp.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Give figures in the text form of Prometheus to this very machine; nobody else finds the page."""
    if not _is_local():
        raise Refusal("not_found")
    lines = [f"# TYPE {name} gauge\n{name} {value}\n" for name, value in health.figures(context.now()).items()]
    return Response("".join(lines), mimetype="text/plain; version=0.0.4")


def _is_local() -> bool:
    """Return whether the request comes from this machine itself and not through a proxy on it."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(context.address()).is_loopback
    except ValueError:
        return False


@cache
def _revision(root: str) -> str | None:
    """Return the revision of the schema this version was written for."""
    return ScriptDirectory(str(Path(root) / "migrations")).get_current_head()
