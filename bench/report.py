"""What a subject hands back, and how it is written down.

Every table has a ratio to a peer or a floor in each row. A subject gives its
aims apart from its tables; they are written above them and decide the exit
status.
"""

import os
import platform
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path

from bench.measure import Spread

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Aim:
    """One aim of a subject, and what was found."""

    wanted: str
    found: str
    met: bool


def at_most(wanted: str, found: float, bound: float, form: str = ".2f", note: str = "") -> Aim:
    """Give the aim that ``found`` is at most ``bound``; ``form`` is how the figure is written."""
    return Aim(wanted, f"{found:{form}}{note}", found <= bound)


def at_least(wanted: str, found: float, bound: float, form: str = ".2f", note: str = "") -> Aim:
    """Give the aim that ``found`` is at least ``bound``; ``form`` is how the figure is written."""
    return Aim(wanted, f"{found:{form}}{note}", found >= bound)


def none_of(wanted: str, count: int) -> Aim:
    """Give the aim that there is none of something."""
    return Aim(wanted, str(count), count == 0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a subject found: how it was measured, its aims, and its tables as Markdown.

    ``packages`` are those whose versions matter, by their names in the index.
    """

    title: str
    about: str
    body: str
    aims: tuple[Aim, ...]
    packages: tuple[str, ...] = field(default=())

    @property
    def missed(self) -> list[Aim]:
        """The aims that were not met."""
        return [aim for aim in self.aims if not aim.met]

    @property
    def text(self) -> str:
        """All of it, as it is printed and written down."""
        return f"{self.about}\n\n## Aims\n\n{aims_list(self.aims)}\n\n{self.body}"


def shown(found: Spread, digits: int | None = 2) -> str:
    """Write a median with the lowest and highest round; without ``digits`` as a rounded speed."""

    def written(value: float) -> str:
        if digits is None:
            return f"{value:.1f}" if value < 10 else f"{value:,.0f}"
        return f"{value:,.{digits}f}"

    return f"{written(found.median)} [{written(found.low)}–{written(found.high)}]"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a Markdown table whose columns line up; all but the first are set to the right."""
    lines = [list(head), *map(list, rows)]
    widths = [max(3, *(len(line[column]) for line in lines)) for column in range(len(head))]

    def written(line: list[str]) -> str:
        cells = [
            text.rjust(width) if column else text.ljust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ]
        return f"| {' | '.join(cells)} |"

    rule = [
        f"{'-' * (width - 1)}:" if column else "-" * width for column, width in enumerate(widths)
    ]
    return "\n".join([written(lines[0]), written(rule), *map(written, lines[1:])])


def aims_list(aims: Iterable[Aim]) -> str:
    """Write what was aimed at, whether it was met, and what was found."""
    return "\n".join(
        f"- {'met' if aim.met else '**missed**'}: {aim.wanted}; found: {aim.found}" for aim in aims
    )


def write(name: str, outcome: Outcome, today: date) -> Path:
    """Write ``results/NAME.md``."""
    path = RESULTS / f"{name}.md"
    path.parent.mkdir(exist_ok=True)
    told = outcome.text
    if outcome.missed:
        told += f"\n\nWhy an aim is missed: *Where we are behind* under {name} in ../README.md."
    path.write_text(
        f"# {outcome.title}\n\nMeasured on {today.isoformat()} by `make bench ARGS={name}`.\n\n"
        f"{machine()}\n\n{versions(outcome.packages)}\n\n{told}\n",
        "utf-8",
    )
    return path


def machine() -> str:
    """Tell the machine's shape in one line."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = ""
    if hasattr(os, "sysconf"):
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
        memory = f", {size:.0f} GiB of memory"
    return f"Machine: {cores} cores ({_processor()}){memory}, {platform.system()}."


def versions(packages: Iterable[str]) -> str:
    """Tell the versions of Python and ``packages`` in one line."""
    found = [f"{name} {version(name)}" for name in sorted(set(packages))]
    return f"Versions: {', '.join([f'Python {platform.python_version()}', *found])}."


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*:\s*(.+)", info.read_text()) if info.is_file() else None
    return named.group(1) if named else platform.processor() or platform.machine()
