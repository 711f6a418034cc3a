"""Run the bench: ``python -m bench [NAME ...] [--quick]``.

Without a name all subjects are measured. The full measure of a subject is
written to ``bench/results/NAME.md``; a quick one is only printed.
"""

import argparse
import sys
import time
from collections.abc import Callable
from datetime import datetime
from importlib import import_module

from bench import report

# Each is a module of this package with ``measure(quick: bool) -> Outcome``.
SUBJECTS = {
    "split": "text to messages: speed and the quality of the cuts",
}


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, write down; 1 when an aim is missed."""
    listed = "\n".join(f"  {name:10} {about}" for name, about in SUBJECTS.items())
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure Fireside beside its peers.",
        epilog=f"subjects:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a subject; all when left out")
    parser.add_argument("--quick", action="store_true", help="much less text, nothing written")
    parser.add_argument("--list", action="store_true", help="list the subjects")
    given = parser.parse_args(arguments)
    if given.list:
        _say(listed)
        return 0
    unknown = [name for name in given.names if name not in SUBJECTS]
    if unknown:
        parser.error(f"no such subject: {', '.join(unknown)}; there are: {', '.join(SUBJECTS)}")
    missed = [
        f"{name}: {aim.wanted} (found: {aim.found})"
        for name in given.names or SUBJECTS
        for aim in _measured(name, quick=given.quick)
    ]
    for line in missed:
        _say(f"MISSED {line}")
    return 1 if missed else 0


def _measured(name: str, *, quick: bool) -> list[report.Aim]:
    """Measure one subject and give the aims it missed."""
    begin = time.monotonic()
    measure: Callable[[bool], report.Outcome] = import_module(f"bench.{name}").measure
    outcome = measure(quick)
    _say(f"# {outcome.title}\n\n{report.machine()}\n{report.versions(outcome.packages)}\n")
    _say(f"{outcome.body}\n")
    if not quick:
        _say(f"Written to {report.write(name, outcome, datetime.now().astimezone().date())}")
    _say(f"{name}: {time.monotonic() - begin:.0f} seconds\n")
    return outcome.missed


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
