"""Whether a text is Vietnamese as documents are written: with its accents."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import Final

from documents.outline import Block

_WORD: Final = re.compile(r"[^\W\d_]+")
_SAMPLE, _ENOUGH, _LEAST = 400, 20, 0.15


def is_foreign(blocks: Iterable[Block]) -> bool:
    """Tell whether the words lack the accents that most Vietnamese words have; a few words tell nothing."""
    words = list(islice((word for block in blocks for word in _WORD.findall(block.text)), _SAMPLE))
    return len(words) >= _ENOUGH and sum(1 for word in words if not word.isascii()) < _LEAST * len(words)
