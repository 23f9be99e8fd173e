"""`flask signature …`: whether the record of a signature is as it was signed."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click
from flask import Flask
from flask.cli import AppGroup

from accountability import signatures
from cli.answers import answer, refusals_in_words
from cli.kinds import as_json
from i18n import gettext as _

group: Final = AppGroup("signature", help="Signatures: verify the record of one.")


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)


@group.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
@refusals_in_words
def verify(file: Path, as_json: bool) -> None:
    """Say whether a record (signature-N.json) is as it was signed; leaves with 1 when it is not."""
    verdict = signatures.check(signatures.read(file.read_bytes()))
    found = {finding.name: finding.ok for finding in verdict.findings}
    said = [_("The record is as it was signed.") if verdict.ok else _("The record is not as it was signed.")]
    said += [f"{'✓' if ok else '✗'} {_(signatures.CHECKS[name])}" for name, ok in found.items()]
    answer("\n".join(said), {"ok": verdict.ok, **found}, as_json=as_json, ok=bool(verdict.ok))
