"""Small real files that the people of the sample world hand in: a PDF of one page, a text."""

from __future__ import annotations

from typing import Final

import vietnamese
from workflow.given import Upload

PAGE: Final = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>"
)
FONT: Final = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
TREE: Final = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
CATALOGUE: Final = b"<< /Type /Catalog /Pages 2 0 R >>"


def upload(kind: str, name: str, lines: list[str]) -> Upload:
    """Return a file of a kind ("pdf", "txt") as a form would send it."""
    data = pdf(lines) if kind == "pdf" else "\n".join([*lines, ""]).encode()
    return Upload(f"{name}.{kind}", data)


def pdf(lines: list[str]) -> bytes:
    """Return a PDF of one page; without a font to embed, its lines stand without accents."""
    shown = "".join(f"({_plain(line)}) Tj T*\n" for line in lines)
    stream = f"BT /F1 11 Tf 16 TL 56 780 Td\n{shown}ET".encode()
    content = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream)
    return _assembled([CATALOGUE, TREE, PAGE, FONT, content])


def _assembled(objects: list[bytes]) -> bytes:
    """Return the objects as a file with its table of places."""
    out, places = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return out + head + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))


def _plain(line: str) -> str:
    """Return a line in the letters every PDF reader has, its brackets escaped."""
    folded = vietnamese.fold(line)[:100].capitalize()
    ascii_only = folded.encode("ascii", "ignore").decode()
    return ascii_only.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
