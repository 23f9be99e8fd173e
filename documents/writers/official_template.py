"""Templates of official papers as Word files: those that come along, and what one of the office's own must have.

A template holds words in braces where the paper's own words come: `{CO_QUAN}` in a line, `{NOI_DUNG}` on a line of its
own, which becomes as many paragraphs as there are. Everything else of it is kept as it is.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final

from documents.writers import ooxml
from documents.writers.official import COUNTRY, MOTTO, RECIPIENTS, Form, repacked
from terms import N_

WORD: Final = re.compile(r"\{([A-Z][A-Z_]*)\}")
# what stands in a line
IN_LINE: Final = (
    "CO_QUAN_CHU_QUAN", "CO_QUAN", "SO_KY_HIEU", "DIA_DANH_NGAY", "TEN_LOAI", "TRICH_YEU", "NGUOI_KY",
)  # fmt: skip
# what stands on a line of its own and becomes any number of paragraphs
ALONE: Final = ("KINH_GUI", "CAN_CU", "NOI_DUNG", "NOI_NHAN", "CHUC_VU_KY")
# form -> the words its template must hold, each once
NEEDED: Final[dict[Form, tuple[str, ...]]] = {
    Form.REPORT: (*IN_LINE, *ALONE),
    Form.LETTER: tuple(word for word in (*IN_LINE, *ALONE) if word not in ("TEN_LOAI", "CAN_CU")),
    Form.MINUTES: ("CO_QUAN_CHU_QUAN", "CO_QUAN", "DIA_DANH_NGAY", "TEN_LOAI", "TRICH_YEU", "NOI_DUNG"),
}
# why a template is not taken -> what a person reads
FAULTS: Final[dict[str, str]] = {
    "unreadable": N_("it cannot be opened as a Word document"),
    "macros": N_("it holds macros"),
    "links": N_("it refers to something outside the file"),
    "missing": N_("a word is missing"),
    "twice": N_("a word stands there more than once"),
    "unknown": N_("a word means nothing here"),
    "not_alone": N_("a word must stand on a line of its own"),
    "paper": N_("the paper is not A4"),
    "margins": N_("a margin is outside the decree's limits"),
    "page_number": N_("no page number stands in the middle of the top"),
}
# side -> between how many millimetres its margin lies
MARGINS: Final = {"top": (20, 25), "bottom": (20, 25), "left": (30, 35), "right": (15, 20)}
_LARGEST: Final = 5_000_000


@lru_cache(maxsize=len(Form))
def built_in(form: Form) -> bytes:
    """Return the template of a form that comes along: the decree's own page."""
    from docx import Document  # it takes its time to load

    document = Document()
    ooxml.set_page(document.sections[0])
    ooxml.set_font(document, 14)
    ooxml.page_number(document.sections[0].header.paragraphs[0])
    _forget_facts(document)
    for part in _PARTS[form]:
        part(document)
    made = io.BytesIO()
    document.save(made)
    return repacked(made.getvalue())


def faults(data: bytes, form: Form) -> list[tuple[str, str]]:
    """Return why a file cannot be the template of a form, as codes of FAULTS with what each speaks of."""
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    if len(data) > _LARGEST or not zipfile.is_zipfile(io.BytesIO(data)):
        return [("unreadable", "")]
    outside = list(_outside(data))
    if outside:
        return outside
    try:
        document = Document(io.BytesIO(data))
        return [*_faults_of_words(document, form), *_faults_of_page(document)]
    except (PackageNotFoundError, KeyError, ValueError, AttributeError, SyntaxError, zipfile.BadZipFile):
        return [("unreadable", "")]


def paragraphs(document: Any) -> Iterator[Any]:
    """Give every paragraph of the body, those in tables too, in the order of the page."""
    for item in document.iter_inner_content():
        if hasattr(item, "rows"):
            for row in item.rows:
                for cell in row.cells:
                    yield from cell.paragraphs
        else:
            yield item


def words_of(paragraph: Any) -> list[str]:
    """Return the words in braces of a paragraph, as Word may have cut them into pieces."""
    return WORD.findall(paragraph.text)


def _outside(data: bytes) -> Iterator[tuple[str, str]]:
    """Give what a file would run or fetch: macros, and relations that lead out of it (links apart)."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = package.namelist()
        if sum(entry.file_size for entry in package.infolist()) > 10 * _LARGEST:
            yield "unreadable", ""
            return
        if any("vbaProject" in name or name.endswith(".bin") for name in names):
            yield "macros", ""
        for name in names:
            if name.endswith(".rels"):
                for target in _targets(package.read(name).decode("utf-8", "replace")):
                    yield "links", target[:80]


def _targets(relations: str) -> list[str]:
    outer = re.findall(r"<Relationship\b[^>]*TargetMode=\"External\"[^>]*>", relations)
    return [re.findall(r'Target="([^"]*)"', each)[0] for each in outer if "/hyperlink" not in each]


def _faults_of_words(document: Any, form: Form) -> Iterator[tuple[str, str]]:
    found = [(word, paragraph) for paragraph in paragraphs(document) for word in words_of(paragraph)]
    counts = Counter(word for word, _ in found)
    for word in NEEDED[form]:
        if counts[word] != 1:
            yield ("twice" if counts[word] else "missing"), f"{{{word}}}"
    for word, paragraph in found:
        if word not in (*IN_LINE, *ALONE):
            yield "unknown", f"{{{word}}}"
        if word in ALONE and paragraph.text.strip() != f"{{{word}}}":
            yield "not_alone", f"{{{word}}}"


def _faults_of_page(document: Any) -> Iterator[tuple[str, str]]:
    section = document.sections[0]
    sides = sorted((round(section.page_width.mm), round(section.page_height.mm)))
    if sides != list(ooxml.A4_MM):
        yield "paper", ""
    for side, (least, most) in MARGINS.items():
        width = getattr(section, f"{side}_margin").mm
        if not least - 0.5 <= width <= most + 0.5:
            yield "margins", f"{side} {width:.0f} mm"
    if not section.header._element.xpath(
        ".//w:instrText[contains(., 'PAGE')]|.//w:fldSimple[contains(@w:instr, 'PAGE')]"
    ):
        yield "page_number", ""


def _forget_facts(document: Any) -> None:
    facts = document.core_properties
    facts.title = facts.author = facts.comments = facts.last_modified_by = ""
    facts.language = "vi-VN"


def _letterhead(document: Any, *, below: str = "{SO_KY_HIEU}", letter: bool = False) -> None:
    """Write the body on the left, the country and its motto on the right, number, place and day below."""
    left, right = ooxml.pair(document, (75, 90))
    ooxml.line(left, "{CO_QUAN_CHU_QUAN}", size=12)
    ooxml.line(left, "{CO_QUAN}", size=12, bold=True)
    ooxml.rule(left, 25)
    if below:
        ooxml.line(left, below)
    if letter:
        ooxml.line(left, "{TRICH_YEU}", size=12)
    ooxml.line(right, COUNTRY, size=12, bold=True)
    ooxml.line(right, MOTTO, bold=True)
    ooxml.rule(right, 15)
    ooxml.line(right, "{DIA_DANH_NGAY}", italic=True)


def _kind_and_subject(document: Any) -> None:
    from docx.shared import Pt

    first = ooxml.line(document, "{TEN_LOAI}", size=14, bold=True)
    first.paragraph_format.space_before = Pt(14)
    ooxml.line(document, "{TRICH_YEU}", size=14, bold=True)
    ooxml.rule(document, 55)


def _addressees(document: Any) -> None:
    from docx.shared import Pt

    paragraph = ooxml.line(document, "{KINH_GUI}", size=14)
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(6)


def _bases(document: Any) -> None:
    _text(document, "{CAN_CU}", italic=True)


def _body(document: Any) -> None:
    _text(document, "{NOI_DUNG}")


def _text(document: Any, words: str, *, italic: bool = False) -> None:
    """Add a paragraph of the body: justified, first line 1,27 cm, at least 6 pt apart."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    paragraph = ooxml.line(document, words, size=14, italic=italic, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    shape = paragraph.paragraph_format
    shape.first_line_indent, shape.space_before, shape.line_spacing = Mm(12.7), Pt(6), 1.1


def _foot(document: Any) -> None:
    """Write who gets it on the left, and on the right the seat that signs, room, and the name."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    gap = document.add_paragraph().paragraph_format
    gap.space_after, gap.keep_with_next = Pt(4), True
    left, right = ooxml.pair(document, (78, 87))
    start = WD_ALIGN_PARAGRAPH.LEFT
    ooxml.line(left, RECIPIENTS, size=12, bold=True, italic=True, align=start)
    ooxml.line(left, "{NOI_NHAN}", size=11, align=start)
    ooxml.line(right, "{CHUC_VU_KY}", size=14, bold=True)
    for _blank in range(4):
        ooxml.line(right, "")
    ooxml.line(right, "{NGUOI_KY}", size=14, bold=True)


_PARTS: Final[dict[Form, tuple[Callable[[Any], None], ...]]] = {
    Form.REPORT: (_letterhead, _kind_and_subject, _addressees, _bases, _body, _foot),
    Form.LETTER: (lambda document: _letterhead(document, letter=True), _addressees, _body, _foot),
    Form.MINUTES: (lambda document: _letterhead(document, below=""), _kind_and_subject, _body),
}
