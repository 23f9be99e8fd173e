"""The manual of trust: what the log proves, what it cannot, and how to check it without this system."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from terms import N_

TITLE: Final = N_("What the log proves, and what it does not")
# the chapters; `docs/trust.md` is printed from them (`flask log trust`)
CHAPTERS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (
        N_("What the log proves"),
        (
            N_(
                "Everything people do here leaves a line: who, in which seat, when, the old and the new "
                "value. No act is done without its line, and no line without its act."
            ),
            N_(
                "Each line carries the fingerprint (SHA-256) of the line before it. A line that is changed, "
                "removed, put in between or moved breaks the chain, and the first bad line is named by its "
                "number."
            ),
            N_(
                "Where the log stands is signed regularly and sent to mailboxes outside this system. Cutting "
                "off the newest lines, putting back an old backup or rewriting everything contradicts such a "
                "checkpoint."
            ),
            N_(
                "Tasks, dates, seats and signatures can be rebuilt from the log alone, as of any day; every "
                "night they are held against the rows, and the board shows the number of disagreements."
            ),
            N_(
                "A signature is bound to exactly what was shown when it was given; a content, file or result "
                "altered afterwards no longer matches it."
            ),
            N_(
                "Words people write are kept beside the log, which holds only a sealed fingerprint of them. "
                "Two people can have such words erased; everything else stays provable, and an erasure by one "
                "alone is found."
            ),
        ),
    ),
    (
        N_("What the log cannot prove"),
        (
            N_("It does not stop whoever runs the server from destroying data; it only makes that visible."),
            N_("It says nothing of what was never entered."),
            N_(
                "Lines younger than the last checkpoint that left the house, an hour at most, are not yet "
                "protected from a complete rewriting."
            ),
            N_("It cannot tell a head of unit from somebody who has his password and his second factor."),
            N_(
                "Whoever fully controls the server can make the program write a false new line; he cannot put "
                "it before a checkpoint that was sent."
            ),
            N_("An erased text cannot be proved any more, only that it was erased, when, by whom and on which basis."),
        ),
    ),
    (
        N_("How the system checks itself"),
        (
            N_(
                "When it starts and every hour: the guards of the database, the end of the log and its last "
                "1,000 lines."
            ),
            N_(
                "Every night: every line, the definitions of the guards, what was signed, the kept files, and "
                "every row against the log."
            ),
            N_(
                "What was found stands on every page of the log with its time. A fault goes to leadership and "
                "administrators by letter at once."
            ),
            N_("That is the system's own word. To trust nobody here, check without us, as follows."),
        ),
    ),
    (
        N_("How to check without us"),
        (
            N_(
                "Have the log exported (flask log export FOLDER) or take a copy of the database. Get a "
                "checkpoint from somebody who received it by mail or on paper, not from whoever runs the "
                "server."
            ),
            N_(
                "Take both to a computer of your own with Python 3.9 or later; no network and no other "
                "program is needed. The program verify_log.py lies in the export; it is one file that can be "
                "read."
            ),
            N_("Run: python3 -I verify_log.py --checkpoint LETTER.eml FOLDER"),
            N_(
                "Exit code 0: intact; the answer says which lines are bound by which checkpoint. Exit code 1: "
                "altered; “first bad” names the line. Exit code 2: what was given cannot be checked."
            ),
            N_(
                "Without a checkpoint or key from outside the answer is “consistent with itself only”: that "
                "is little, because whoever rewrites everything is consistent, too."
            ),
            N_(
                "If something is wrong, let nobody repair it: keep the server's disk, the backups and the "
                "letters, and call the inspectors."
            ),
        ),
    ),
    (
        N_("What each one keeps"),
        (
            N_(
                "Leadership, inspectors and records keep the letters with checkpoints; nobody has to answer "
                "them, having them is enough."
            ),
            N_("The first page with the log's public key is printed once and put away."),
            N_("Who reviewed which month stands under Monthly review; a leader's mark on a line is a line itself."),
        ),
    ),
)


def page(said: Callable[[str], str]) -> Iterator[str]:
    """Give the lines of the manual as Markdown; `said` puts a text into words of a language."""
    yield f"# {said(TITLE)}"
    for title, items in CHAPTERS:
        yield from ("", f"## {said(title)}", "")
        yield from (f"- {said(item)}" for item in items)
