"""An official paper as a PDF, set in TeX Gyre Termes, which comes along: the same words give the same bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from documents.writers.official import Paper, facts

PAGE: Final = Path(__file__).with_name("official.typ")
FONTS: Final = Path(__file__).with_name("fonts")


def pdf(paper: Paper) -> bytes:
    """Return the paper as a PDF; its day of making is that of its figures, so that it repeats byte for byte."""
    found: Any = _compiled(paper, format="pdf", timestamp=int(paper.made_at.timestamp()))
    return bytes(found)


def pictures(paper: Paper, ppi: int = 80) -> list[bytes]:
    """Return the pages as PNG pictures."""
    found: Any = _compiled(paper, format="png", ppi=ppi)
    return [found] if isinstance(found, bytes) else list(found)


def _compiled(paper: Paper, **more: Any) -> Any:
    import typst  # it takes its time to load

    words = json.dumps(facts(paper), ensure_ascii=False)
    inputs = {"paper": words}
    return typst.compile(
        PAGE.read_bytes(), sys_inputs=inputs, font_paths=[str(FONTS)], ignore_system_fonts=True, **more
    )
