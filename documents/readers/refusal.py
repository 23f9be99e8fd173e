"""Why a file cannot be read, in words for the person who brought it: what, why, and what to do now."""

from __future__ import annotations

from typing import Final

from terms import N_

# fmt: off
REASONS: Final = {
    "empty":        N_("The file holds nothing to read; perhaps it was not saved. Open it, look, and bring it again."),
    "too_large":    N_("The file is larger than %(limit)s MB; take pictures out or bring the document in parts."),
    "too_long":     N_("The document's text is larger than %(limit)s MB; bring the plan without its appendices, or in"
                       " parts."),
    "too_many":     N_("The document has more than %(limit)s paragraphs, more than any plan; bring the plan alone."),
    "bomb":         N_("The file is small but unpacks to more than %(limit)s MB, as files do that are made to block"
                       " computers; it was not unpacked. Save the document anew in Word and bring that."),
    "too_many_rows": N_("The sheet %(sheet)s has more than %(limit)s rows or as many cells as no plan has; keep the"
                        " table of tasks alone and bring it again."),
    "no_table":     N_("A table of tasks is read from .xlsx or .csv; save it so and bring it again."),
    "wrong_type":   N_("This is no document the system can read; bring a .docx, .pdf, .xlsx, .csv,"
                       " .md or .txt file."),
    "mismatch":     N_("The file's name ends in %(extension)s, but its contents are of another kind (%(kind)s);"
                       " give it the right ending and bring it again."),
    "encrypted":    N_("The file is protected by a password; save it without one and bring it again."),
    "scan":         N_("The file holds pictures of pages and no text, so nothing can be read from it; bring the file"
                       " it was printed from (.docx), or have the scan's text recognised first."),
    "no_pages":     N_("The PDF holds no page; print the document to PDF again, or bring the .docx."),
    "too_many_pages": N_("The PDF has %(pages)s pages; at most %(limit)s are read. Bring the plan without its"
                         " appendices, or in parts."),
    "unknown_letters": N_("The letters of this PDF are shapes without meaning (a font without a code table), so its"
                          " text cannot be read; bring the file it was printed from (.docx)."),
    "old_word":     N_("This is an old Word file (.doc); open it and save it as .docx."),
    "old_office":   N_("This is a file of an old office program; open it and save it as .docx or .xlsx."),
    "other_office": N_("The file is of another word processor (.odt, .rtf); open it and save it as .docx."),
    "archive":      N_("This is an archive of files and no document; unpack it and bring the document inside."),
    "not_text":     N_("The file is not readable text: it holds signs of a program or of an unknown code table;"
                       " save it as UTF-8 (Unicode) and bring it again."),
    "damaged":      N_("The file is damaged or was not copied to its end, and cannot be opened; bring a whole copy."),
    "macro":        N_("The file carries macros; save it as a plain .docx and bring it again."),
    "embedded":     N_("The file carries objects of other programs or commands to them (%(part)s); remove them, or"
                       " save the text alone as a new .docx."),
    "outside":      N_("The file would load parts from another place (%(part)s); nothing was fetched. Remove the link"
                       " to the template or object in Word and bring it again."),
    "entities":     N_("The file defines words of its own in its inner code (%(part)s), which Word never does; it was"
                       " not opened. Save the document anew in Word and bring that."),
    "paths":        N_("The file holds a part that would be written elsewhere (%(part)s); it was not unpacked. Save"
                       " the document anew in Word and bring that."),
    "members":      N_("The file is made of more or other parts than a document has (%(part)s); save it anew in Word"
                       " and bring that."),
    "inside_page":  N_("The text of this document is kept as a web page inside it, as some systems export; open it in"
                       " Word, save it as a new .docx and bring that."),
    "secret":       N_("The document is marked “%(mark)s”. Secret documents do not belong"
                       " in this system; nothing of it was kept."),
    "too_hard":     N_("Reading the file took more time or memory than is allowed; bring"
                       " a shorter or simpler one."),
    "busy":         N_("Other documents are being read just now; wait a minute and bring it again. Nothing was kept."),
}
# fmt: on


class Unreadable(Exception):  # noqa: N818  (it says what the file is, not that the program erred)
    """The file cannot be read; `code` is a key of REASONS and `details` fills its text."""

    def __init__(self, code: str, **details: object) -> None:
        self.code = code
        self.reason = REASONS[code]
        self.details = details
        super().__init__(self.reason % details)
