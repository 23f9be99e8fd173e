"""The task sheet (phiếu giao nhiệm vụ): its words and rows, for Word, PDF and the page that is printed.

The form is that of Nghị định 30/2020/NĐ-CP, Phụ lục I; its words are Vietnamese in every language of the pages.
"""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

COUNTRY: Final = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO: Final = "Độc lập - Tự do - Hạnh phúc"
TITLE: Final = "PHIẾU GIAO NHIỆM VỤ"
RECIPIENTS: Final = "Nơi nhận:"
# what stands for what is not known
BLANK: Final = "…"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: letterhead, the rows of the task, what is asked of the unit, who signs, who gets it, its address."""

    task: int
    superior: str
    body: str
    number: str
    place_and_day: str
    subject: str
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    asks: tuple[str, ...]
    signs: tuple[str, ...]
    signer: str
    recipients: tuple[str, ...]
    address: str
    made_at: datetime

    @property
    def caption(self) -> str:
        """Return what stands under the code that leads to the task's page."""
        return f"Nhiệm vụ số {self.task}"

    def words(self) -> dict[str, Any]:
        """Return everything a page of it needs, as plain values."""
        fixed = {"country": COUNTRY, "motto": MOTTO, "title": TITLE, "to": RECIPIENTS, "caption": self.caption}
        return {name: value for name, value in asdict(self).items() if name != "made_at"} | fixed


def code(address: str, kind: str = "svg") -> bytes:
    """Return the QR code of an address, as a drawing or as pixels."""
    import segno  # it is needed for papers alone

    made = io.BytesIO()
    scale = {"svg": 1, "png": 8}[kind]
    segno.make(address, error="m", micro=False).save(made, kind=kind, scale=scale, border=1)
    return made.getvalue()
