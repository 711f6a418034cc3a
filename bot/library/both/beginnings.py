"""What names and titles begin with: found by a few letters of any word.

Each stands under the first letters of itself and of every word in it (in
scripts without spaces, of every letter), so that what somebody typed so far is
one look into an index. How often a name is used counts by powers of four: a
name moves only a few times in its life.
"""

from collections.abc import Iterator
from functools import lru_cache

from bot.prose.words import fold, holds_spaceless, search_key

LETTERS = 6  # that are told apart; of more, the name itself is asked


def rank_of(stories: int) -> int:
    """Give the place of names that so many stories carry: 0 is none, and -1 the last."""
    return -((stories.bit_length() + 1) // 2)


def letters_of(typed: str) -> tuple[str, bool]:
    """Give what typed letters are looked up as, and whether they are words (else only marks)."""
    words = search_key(typed)
    if words or not typed.strip():
        return words, True
    return fold(typed), False


def places_of(key: str, folded: str) -> Iterator[tuple[str, int]]:
    """Give the letters a name stands under, each once, and whether they come later in it."""
    found: dict[str, int] = {"": 0}
    for start, letter in enumerate(key):
        if start == 0 or key[start - 1] == " " or _is_spaceless(letter):
            for letters in _firsts(key, start):
                found.setdefault(letters, int(start > 0))
    for start, letter in enumerate(folded):
        if is_mark(letter):
            marks = folded[start : start + LETTERS]
            for end in range(1, len(marks) + 1):
                if search_key(marks[:end]):
                    break
                found.setdefault(marks[:end], int(start > 0))
    yield from found.items()


# Letters are few and names are many, so what is known of a letter is kept.


@lru_cache(maxsize=4_096)
def is_mark(letter: str) -> bool:
    """Tell whether a letter is neither white space nor part of a word."""
    return not letter.isspace() and not search_key(letter)


@lru_cache(maxsize=4_096)
def _is_spaceless(letter: str) -> bool:
    return holds_spaceless(letter)


def _firsts(key: str, start: int) -> Iterator[str]:
    """Give the first letters from ``start`` on; a space ends them only where more follow."""
    letters = key[start : start + LETTERS]
    for end in range(1, len(letters) + 1):
        if letters[end - 1] != " " or end == LETTERS:
            yield letters[:end]
