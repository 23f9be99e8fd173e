"""Why a file cannot be read, in words for the person who brought it."""

from __future__ import annotations

from typing import Final

from terms import N_

# fmt: off
REASONS: Final = {
    "empty":      N_("The file holds nothing to read."),
    "too_large":  N_("The file is larger than %(limit)s MB."),
    "too_long":   N_("The document's text is larger than %(limit)s MB."),
    "wrong_type": N_("This is no document the system can read; bring a .docx, .md or .txt file."),
    "mismatch":   N_("The file's name ends in %(extension)s, but its contents are of another kind."),
    "pdf":        N_("PDF files cannot be read yet; bring the .docx, .md or .txt the PDF was made from."),
    "encrypted":  N_("The file is protected by a password; save it without one and bring it again."),
    "scan":       N_("The file holds pictures and no text; bring the document as text."),
    "old_word":   N_("This is an old Word file (.doc); open it and save it as .docx."),
    "not_text":   N_("The file is not UTF-8 text; save it as UTF-8 (Unicode) and bring it again."),
    "damaged":    N_("The file is damaged and cannot be opened."),
    "macro":      N_("The file carries macros; save it as a plain .docx and bring it again."),
    "secret":     N_("The document is marked “%(mark)s”. Secret documents do not belong"
                     " in this system; nothing of it was kept."),
    "too_hard":   N_("Reading the file took more time or memory than is allowed; bring"
                     " a shorter or simpler one."),
    "unsafe":     N_("The file holds parts that a document has no need of (%(part)s)."),
}
# fmt: on


class Unreadable(Exception):  # noqa: N818  (it says what the file is, not that the program erred)
    """The file cannot be read; `code` is a key of REASONS and `details` fills its text."""

    def __init__(self, code: str, **details: object) -> None:
        self.code = code
        self.reason = REASONS[code]
        self.details = details
        super().__init__(self.reason % details)
