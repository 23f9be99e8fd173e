"""The sentences of the log about itself: verified, taken away, compared, considered by leadership."""

from __future__ import annotations

from typing import Final

from terms import N_

# act -> the sentence; a part of the one table in `wording.py`
SENTENCES: Final[dict[str, str]] = {
    "log.keeper": N_("%(who)s entered who keeps the checkpoints of the log."),
    "log.keeper_end": N_("%(who)s ended that somebody keeps the checkpoints of the log."),
    "log.key": N_("The key of the log was replaced; the old one signed it."),
    "log.key_lost": N_("The key of the log was lost; a new one signs from here on."),
    "log.loss_accepted": N_("%(who)s accepted that lines of the log were lost with a restore."),
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
