"""PDF files with text: pages become paragraphs and table rows; pictures of text are refused, nothing is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from documents.outline import Piece
from documents.readers import progress
from documents.readers.refusal import Unreadable
from terms import N_

if TYPE_CHECKING:
    from documents.readers.pdf_layout import Laid

LIMIT_PAGES: Final = 500
LIMIT_LETTERS: Final = 2_000_000

PICTURES: Final = N_("These pages are pictures without text; what stands on them was not read.")

_NO_PAGE: Final = re.compile(rb"/Count\s{1,8}0(?!\d)")
_PAGE: Final = re.compile(rb"/Type\s{0,8}/Page(?!s)")
_SCAN_LETTERS: Final = 20
_UNKNOWN_SHARE: Final = 0.2


def pieces(data: bytes) -> list[Piece]:
    """Return the paragraphs and rows of a PDF.

    Raises Unreadable (scan, encrypted, damaged, no_pages, too_many_pages, too_long, unknown_letters).
    Scripts, attached files and forms of a PDF are never opened: only what is drawn on its pages is read.
    """
    import pypdfium2  # it takes its time to load
    from pypdfium2 import raw

    try:
        whole = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}:
            raise Unreadable("encrypted") from None
        raise Unreadable("no_pages" if _NO_PAGE.search(data) and not _PAGE.search(data) else "damaged") from None
    try:
        return _read(whole)
    except pypdfium2.PdfiumError:
        raise Unreadable("damaged") from None
    finally:
        whole.close()


def _read(whole: Any) -> list[Piece]:
    from documents.readers import pdf_layout, pdf_paragraphs

    pages = [_Taken(page.number, page.height, len(page.letters), page.unknown, pdf_layout.lay_out(page))
             for page in _pages(whole, _count(whole))]  # fmt: skip
    letters, unknown = sum(page.letters for page in pages), sum(page.unknown for page in pages)
    if letters < _SCAN_LETTERS * len(pages):
        raise Unreadable("scan")
    if unknown > _UNKNOWN_SHARE * letters:
        raise Unreadable("unknown_letters")
    pdf_layout.without_edges([page.laid for page in pages], [page.height for page in pages])
    found = [(page.laid.width, item) for page in pages for item in pdf_layout.items(page.laid)]
    pictures = [str(page.number) for page in pages if page.is_picture]
    remarks = [Piece(", ".join(pictures), remark=PICTURES)] if pictures else []
    return [*remarks, *pdf_paragraphs.pieces(found)]


@dataclass(frozen=True, slots=True)
class _Taken:
    """A page that was read: what of it is kept."""

    number: int
    height: float
    letters: int
    unknown: int
    laid: Laid

    @property
    def is_picture(self) -> bool:
        """Tell whether the page shows pictures and hardly a letter."""
        return self.letters < _SCAN_LETTERS and self.laid.has_picture


def _count(whole: Any) -> int:
    """Return the number of pages, or refuse a file with none or too many."""
    count = len(whole)
    if count == 0:
        raise Unreadable("no_pages")
    if count > LIMIT_PAGES:
        raise Unreadable("too_many_pages", pages=count, limit=LIMIT_PAGES)
    return count


def _pages(whole: Any, count: int) -> Iterator[Any]:
    """Yield the pages one after the other, each closed when the next is asked for."""
    from documents.readers.pdf_page import read_page

    letters = 0
    for number in range(count):
        page = whole[number]
        try:
            read = read_page(page, number + 1, LIMIT_LETTERS - letters)
        finally:
            page.close()
        letters += len(read.letters)
        progress.tell(number + 1, count)
        yield read
