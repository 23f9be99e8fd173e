"""Long plan documents made up to measure reading: as many pages as asked, with numbered points and annex tables."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench import printed
from bench.report import Figure

PAGES: Final = (50, 200)
# ending -> how long two hundred pages may take
GOAL_SECONDS: Final = {"docx": 10.0, "pdf": 25.0, "txt": 10.0}
GOAL_MEMORY: Final = 400

_ROOT: Final = Path(__file__).resolve().parents[1]
_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_KINDS: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
_LEVELS: Final = (("upperRoman", "%1."), ("decimal", "%2."), ("lowerLetter", "%3)"), ("bullet", "-"))
_WORK: Final = (
    "Kiểm tra lần {n} việc thực hiện các chính sách trên địa bàn các xã, rà soát, xây dựng kế hoạch, tổng hợp khó khăn,"
    " vướng mắc của {k} hộ dân và đề xuất cấp có thẩm quyền xem xét, xử lý theo quy định; phối hợp với Sở Tài"
    " chính, Sở Nội vụ và Ủy ban nhân dân các xã hướng dẫn, đôn đốc các đơn vị hoàn thành trước ngày {d}/11/2026."
)
_READS: Final = (
    "import resource, sys; from workflow.planning.reading import read; from pathlib import Path;"
    " read(Path(sys.argv[1]).read_bytes(), sys.argv[1]);"
    " print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
)


def docx(pages: int) -> bytes:
    """Return a Word plan of so many pages: eleven numbered points or table rows on each."""
    body = "".join(_lines(pages))
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{shape}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (shape, text) in enumerate(_LEVELS)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_KINDS}"/>',
        "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>',
        "word/numbering.xml": f'<w:numbering xmlns:w="{_WORD}"><w:abstractNum w:abstractNumId="0">{levels}'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>',
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return made.getvalue()


def text(pages: int) -> bytes:
    """Return such a plan as a text file, its numbers written out."""
    lines = ["KẾ HOẠCH", "Thực hiện công tác năm 2026", "I. NHIỆM VỤ"]
    lines += [f"{n}. {_work(n)}" for n in range(1, pages * 11)]
    return "\n\n".join(lines).encode()


def pdf(pages: int) -> bytes:
    """Return such a plan as a PDF of so many pages."""
    head = ("KẾ HOẠCH", "Thực hiện công tác năm 2026", "I. NHIỆM VỤ")
    return printed.pdf(head, [f"{n}. {_work(n)}" for n in range(1, 200)], pages)


def _lines(pages: int) -> Iterator[str]:
    yield from (_paragraph(line) for line in ("KẾ HOẠCH", "Thực hiện công tác năm 2026"))
    for page in range(pages):
        if page % 10 == 9:
            yield _table(page)
            continue
        yield _paragraph(f"NHIỆM VỤ NHÓM {page}", 0) if page % 5 == 0 else ""
        yield _paragraph(f"Công tác đợt {page}", 1)
        for point in range(10):
            yield _paragraph(_work(page * 10 + point), 3 if point % 3 else 2)


def _work(number: int) -> str:
    return _WORK.format(n=number, k=number * 7 % 900 + 1, d=number % 28 + 1)


def _paragraph(words: str, depth: int | None = None) -> str:
    number = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="1"/></w:numPr>' if depth is not None else ""
    half = len(words) // 2
    runs = "".join(
        '<w:r><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman"/><w:sz w:val="28"/></w:rPr>'
        f'<w:t xml:space="preserve">{part}</w:t></w:r>'
        for part in (words[:half], words[half:])
    )
    return f"<w:p><w:pPr>{number}</w:pPr>{runs}</w:p>"


def _table(page: int) -> str:
    rows = [("TT", "Nhiệm vụ", "Đơn vị chủ trì", "Thời gian hoàn thành")]
    rows += [(str(n), _work(page * 10 + n), f"Phòng số {n}", f"Quý {n % 4 + 1}/2026") for n in range(1, 11)]
    cells = ("".join(f"<w:tc>{_paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def reading(folder: Path) -> Iterator[Figure]:
    """Measure reading of long files in a process of its own: seconds from start to end, and its largest memory."""
    for kind, make in (("docx", docx), ("pdf", pdf), ("txt", text)):
        before = 0.0
        for pages in PAGES:
            path = folder / f"{pages}.{kind}"
            path.write_bytes(make(pages))
            spent, memory = _read(path)
            goal = f"≤ {GOAL_SECONDS[kind]:g} s, ≤ {GOAL_MEMORY} MB, linear"
            is_linear = not before or spent <= 1.5 * before * PAGES[1] / PAGES[0]
            met = spent <= GOAL_SECONDS[kind] * 1000 and memory <= GOAL_MEMORY and is_linear
            yield Figure(f"read {pages} pages of .{kind}, {memory} MB", 0, spent, goal=goal, is_met=met)
            before = spent


def _read(path: Path) -> tuple[float, int]:
    """Return the milliseconds and megabytes that reading a file takes."""
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", _READS, str(path)], cwd=_ROOT, capture_output=True, check=True)
    return (time.perf_counter() - began) * 1000, int(done.stdout) // 1024
