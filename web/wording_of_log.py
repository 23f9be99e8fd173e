"""The sentences of acts on the log itself."""

from __future__ import annotations

from typing import Final

from terms import N_

SENTENCES: Final[dict[str, str]] = {
    "log.open": N_("The log was opened."),
    "log.restored": N_("The system was restored from a backup."),
    "log.verify": N_("The log was verified."),
    "log.compare": N_("The rows were compared with the log."),
    "log.checkpoint": N_("A checkpoint of the log was signed."),
    "log.export": N_("The log was exported."),
    "log.read": N_("%(who)s looked at somebody's lines in the log."),
    "log.ask_redact": N_("%(who)s asked that a private text be erased."),
    "log.confirm_redact": N_("%(who)s confirmed the erasure of a private text."),
    "log.drop_redact": N_("%(who)s let the erasure of a private text fall."),
    "log.redact": N_("Private texts of a line were erased, confirmed by %(who)s."),
    "log.mark": N_("%(who)s marked a line of the log as considered."),
    "log.review_month": N_("%(who)s reviewed a month of the log."),
}
