"""`make bench`: fills databases of several sizes, measures pages, writing, reminders and the log, prints the table.

With PLANS=DIR it scores the reading of the plans of that folder instead, and measures the reading of long files.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from bench import documents, logs, plans, report, servers
from bench.jobs import long_log, measure, million, one_a_task, start_up

SIZES = (1_000, 10_000)
LARGE = 100_000


def main() -> None:
    """Measure each size and print one table; the exit code says only that it ran."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--large", action="store_true", help=f"also {LARGE:,} tasks (some minutes more)")
    parser.add_argument(
        "--million", action="store_true", help="also reminding over 1,000,000 tasks, and a log of as many entries"
    )
    parser.add_argument("--log", action="store_true", help="also the log's page over 50,000 and 5,000,000 entries")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="how many tasks")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each page is asked for")
    chosen = parser.parse_args()
    sizes = [*chosen.sizes, *([LARGE] if chosen.large else [])]
    os.environ |= {"DONDOC_TEST_MODE": "1", "DONDOC_NOW": servers.MOMENT}  # the clock of this process, too
    began = time.perf_counter()
    print(report.machine())
    if folder := os.environ.get("PLANS"):
        print("\n".join(plans.score(Path(folder).resolve())) + "\n")
        sizes = []
    lines = [line for size in sizes for line in measure(size, chosen.seconds)]
    with tempfile.TemporaryDirectory(prefix="dondoc-bench-") as folder:
        lines += [*(start_up() if sizes else ()), *(one_a_task() if sizes else ())]
        lines += [*((*million(), *long_log()) if chosen.million else ())]
        lines += [*(logs.growth(chosen.seconds) if chosen.log else ()), *documents.reading(Path(folder))]
    print(report.table(lines))
    print(f"\nmeasured in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
