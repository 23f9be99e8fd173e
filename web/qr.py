"""A QR code as one path of an SVG, so that a page shows it without pictures from elsewhere and without styles."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """The side of the square in modules, the quiet zone included, and the path of its dark ones."""

    side: int
    path: str


def code(text: str) -> Code:
    """Return the QR code of a text."""
    import segno

    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=4)]
    dark = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, module in enumerate(row) if module]
    return Code(len(rows), "".join(dark))
