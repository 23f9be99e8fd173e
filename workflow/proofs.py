"""What shows that something is so, as a form gives it: files, and an issued document by number and day."""

from __future__ import annotations

import clock
from models.tasks import Evidence
from workflow import files
from workflow.errors import Refusal
from workflow.given import LABELS, is_blank
from workflow.turn import Turn


def rows(turn: Turn) -> list[Evidence]:
    """Keep the files of a form and return its evidence, of which nobody has said yet what it shows.

    Raises Refusal for a kind of file that is not taken, a document's day without its number, or one that has not come.
    """
    require_document(turn)
    found = [Evidence(task_id=turn.task.id, **facts) for facts in files.keep(turn.given.files)]
    if not is_blank(turn.given.document_number):
        number, day = turn.given.document_number.strip(), turn.given.document_on
        found.append(Evidence(task_id=turn.task.id, document_number=number, document_on=day))
    return found


def require_document(turn: Turn) -> None:
    """Raise Refusal for a document's day without its number, and for a day that has not come."""
    if turn.given.document_on is None:
        return
    if is_blank(turn.given.document_number):
        raise Refusal("missing_field", field=LABELS["document_number"])
    if turn.given.document_on > clock.day_of(turn.at):
        raise Refusal("date_in_future")
