"""A `Reading` to ask, with two persons it knows by other names."""

from pathlib import Path
from random import Random

from bot.library.base import Library
from bot.prose.aliases import load_aliases
from bot.reading import Reading
from tests.stage import settings_for

ALIASES = load_aliases(
    '[[character]]\nname = "Kylo Ren"\naliases = ["Ben Solo", "Lord Ren"]\n'
    '[[character]]\nname = "Armitage Hux"\naliases = ["General Hux"]\n'
)


def reading_of(library: Library, tmp_path: Path, seed: int = 1, words: str = "") -> Reading:
    """Make one on ``library``; ``words`` is how long a drabble may be."""
    settings = settings_for(tmp_path, DRABBLE_MAX_WORDS=words)
    return Reading(library, settings, aliases=lambda: ALIASES, rng=Random(seed))
