"""The child that reads one strange file: `python -m workflow.planning.child`, file on standard input, JSON
out; how far it is goes to standard error.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from workflow.planning import fence


def main() -> None:
    """Read a line of JSON with the file's name and then the file itself; print what was read, or why not."""
    fence.close()
    from documents.readers import form_of, progress
    from documents.readers.refusal import Unreadable
    from workflow.planning import reading, sheet_tasks, target_tables

    readers = {"plan": reading.read, "tasks": sheet_tasks.read, "targets": target_tables.read}
    asked = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    try:
        fence.allow_seconds(form_of(data).seconds)
        with progress.heard_by(_tell):
            answer: dict[str, Any] = {"read": readers[asked["as"]](data, asked["filename"])}
    except Unreadable as refused:
        answer = {"refused": refused.code, "details": refused.details}
    except (MemoryError, RecursionError):
        answer = {"refused": "too_hard", "details": {}}
    sys.stdout.write(json.dumps(answer))


def _tell(done: int, of_all: int) -> None:
    sys.stderr.write(f"progress {done} {of_all}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
