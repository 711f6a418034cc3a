"""Run the bench: ``python -m bench [NAME ...] [--quick]``.

Without a name all subjects are measured, each in a process of its own, so that
none starts in another's memory and one that breaks stops no other. The full
measure of a subject is written to ``bench/results/NAME.md``; a quick one is
only printed.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from importlib import import_module

from bench import report
from bench.subjects import find_subjects

_MISSED = 1  # the exit status when an aim was missed


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, write down; 1 when an aim is missed or a subject breaks."""
    subjects = find_subjects()
    listed = "\n".join(f"  {name:10} {subject.about}" for name, subject in subjects.items())
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure Fireside beside its peers.",
        epilog=f"subjects:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a subject; all when left out")
    parser.add_argument("--quick", action="store_true", help="much less of it, nothing written")
    parser.add_argument("--list", action="store_true", help="list the subjects")
    given = parser.parse_args(arguments)
    if given.list:
        _say(listed)
        return 0
    unknown = [name for name in given.names if name not in subjects]
    if unknown:
        parser.error(f"no such subject: {', '.join(unknown)}; there are: {', '.join(subjects)}")
    names: list[str] = given.names or list(subjects)
    if len(names) == 1:
        return _measure(names[0], subjects[names[0]].module, quick=given.quick)
    failed = [name for name in names if _measure_apart(name, quick=given.quick)]
    for name in names:
        _say(f"{name}: {'an aim was missed, see above' if name in failed else 'all aims met'}")
    return _MISSED if failed else 0


def _measure_apart(name: str, *, quick: bool) -> int:
    """Measure one subject in a process of its own and give its exit status."""
    command = [sys.executable, "-m", "bench", name, *(["--quick"] if quick else [])]
    return subprocess.run(command, check=False).returncode


def _measure(name: str, module: str, *, quick: bool) -> int:
    """Measure one subject here, and name the aims it missed."""
    begin = time.monotonic()
    measure: Callable[[bool], report.Outcome] = import_module(module).measure
    outcome = measure(quick)
    _say(f"# {outcome.title}\n\n{report.machine()}\n\n{report.versions(outcome.packages)}\n")
    _say(f"{outcome.text}\n")
    if not quick:
        _say(f"Written to {report.write(name, outcome, datetime.now().astimezone().date())}")
    _say(f"{name}: {time.monotonic() - begin:.0f} seconds\n")
    for aim in outcome.missed:
        _say(f"MISSED {name}: {aim.wanted} (found: {aim.found})")
    return _MISSED if outcome.missed else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
