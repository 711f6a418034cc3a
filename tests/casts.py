"""Short stories of many kinds with the people in them, to measure who is found.

Each begins with the names of those who appear and of those who are only spoken
of; everything else with a capital is a place, a ship, a day or a house. All of
it was written for this purpose. The rules were looked over with the first
group in sight, the later group was written after that; then two general rules
came of it as well. The third, in the ways of stories that are posted, was written
when sums had taken the place of most rules, and the fourth, each story one paragraph
with much talk, before gestures were told from other deeds. What was measured when
stands in docs/decisions.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bot.prose.names import Aliases, find_characters

_FOLDER = Path(__file__).with_name("tales_with_casts")


class Tale(NamedTuple):
    """A text, who appears in it, and who is only spoken of."""

    kind: str
    text: str
    appear: frozenset[str]
    mentioned: frozenset[str]


def tales(group: str) -> list[Tale]:
    """Read the tales of one group: "tales", "later", "posted" or "walls"."""
    return [_tale(path) for path in sorted((_FOLDER / group).glob("*.txt"))]


def _tale(path: Path) -> Tale:
    head, text = path.read_text("utf-8").split("\n\n", 1)
    told = [line.split(":", 1)[1] for line in head.splitlines()]
    names = [frozenset(name.strip() for name in each.split(";") if name.strip()) for each in told]
    return Tale(path.stem, text.strip(), names[0], names[1])


class Measure(NamedTuple):
    """How many of those who appear were found, and how many that were found are people."""

    found: int
    appear: int
    people: int
    given: int
    there: int
    said: int
    misses: tuple[str, ...]  # who was not found, and what was taken for a person

    @property
    def told_apart(self) -> float:
        """The share of those said to appear that do."""
        return self.there / self.said

    @property
    def recall(self) -> float:
        """The share of those who appear that was found as appearing."""
        return self.found / self.appear

    @property
    def precision(self) -> float:
        """The share of the names given that are people of the story."""
        return self.people / self.given


def measure(told: Sequence[Tale]) -> Measure:
    """Look for strangers in ``told`` without any alias."""
    found = appear = people = given = there = said = 0
    misses: list[str] = []
    for tale in told:
        who = find_characters(tale.text, Aliases.empty())
        present = [each.name for each in who if each.appears]
        cast = tale.appear | tale.mentioned
        missed = [name for name in tale.appear if not any(_same(name, each) for each in present)]
        invented = [e.name for e in who if not any(_same(name, e.name) for name in cast)]
        found += len(tale.appear) - len(missed)
        appear += len(tale.appear)
        people += len(who) - len(invented)
        given += len(who)
        there += sum(any(_same(name, each) for name in tale.appear) for each in present)
        said += len(present)
        misses += [f"{tale.kind}: missed {name}" for name in missed]
        misses += [f"{tale.kind}: invented {name}" for name in invented]
    return Measure(found, appear, people, given, there, said, tuple(sorted(misses)))


def _same(known: str, found: str) -> bool:
    """Tell whether two names mean one person: the parts of one are all in the other.

    ``known``: as in a tale, "Sully=Sullivan" for who has more names than one.
    """
    second = set(found.lower().split())
    forms = [set(form.lower().split()) for form in known.split("=")]
    return any(first <= second or second <= first for first in forms)
