"""The capital letters of Vietnamese, for patterns that tell names from other words."""

from __future__ import annotations

from typing import Final

# Letters of every accent stand mixed in the code table, so a range such as À-Ỹ would hold small ones too.
CAPITALS: Final = "A-Z" + "".join(
    chr(code) for code in (*range(0xC0, 0x1B1), *range(0x1EA0, 0x1EFA)) if chr(code).isupper()
)
