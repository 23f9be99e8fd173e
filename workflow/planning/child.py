"""The child that reads one strange file: `python -m workflow.planning.child`, file on standard input, JSON
out.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any, Final

LIMIT_MEMORY: Final = 1024**3
LIMIT_CPU_SECONDS: Final = 10


def main() -> None:
    """Read a line of JSON with the file's name and then the file itself; print what was read, or why not."""
    _limit()
    from documents.readers.refusal import Unreadable
    from workflow.planning.reading import read

    asked = json.loads(sys.stdin.buffer.readline())
    try:
        answer: dict[str, Any] = {"read": read(sys.stdin.buffer.read(), asked["filename"])}
    except Unreadable as refused:
        answer = {"refused": refused.code, "details": refused.details}
    except (MemoryError, RecursionError):
        answer = {"refused": "too_hard", "details": {}}
    sys.stdout.write(json.dumps(answer))


def _limit() -> None:
    """Take memory, time and the making of files from this process."""
    for what, most in (
        (resource.RLIMIT_AS, LIMIT_MEMORY),
        (resource.RLIMIT_CPU, LIMIT_CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
