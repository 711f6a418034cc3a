"""Where a reader is in a text that changed: carried over by chapter and surrounding words.

Pure. A place is an offset of a chapter. In the new text the chapter is the one
of the same title, else of the same number; in it the offset is where the words
around the reader stand now. Where they are gone, nearby words are looked for;
where those are gone too, the place keeps its share of the chapter.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.library.records import Written
from bot.prose.words import fold
from bot.story import Place

_AROUND = (120, 40, 16)  # characters looked for, the most first
_STEPS = (0, 1, -1, 2, -2, 4, -4, 8, -8)  # so many such stretches behind the place, or before


@dataclass(frozen=True, slots=True)
class Text:
    """A chapter as far as places go."""

    title: str
    text: str


def texts_of(written: Written) -> list[Text]:
    """Give the chapters of a story."""
    texts = [""] * len(written.chapters)
    for chapter, _, text, _ in written.parts:
        texts[chapter] += text
    return [
        Text(fold(chapter[0] or ""), text)
        for chapter, text in zip(written.chapters, texts, strict=True)
    ]


def carried_over(place: Place, before: Sequence[Text], now: Sequence[Text]) -> Place:
    """Give where ``place`` is in the chapters there are ``now``; its beginning at the worst."""
    if place.chapter >= len(before) or not now:
        return Place(place.story)
    old = before[place.chapter]
    for number in _chapters_to_try(place.chapter, before, now):
        offset = _offset(old.text, place.offset, now[number].text)
        if offset is not None:
            return Place(place.story, number, offset)
    number = next(iter(_chapters_to_try(place.chapter, before, now)))
    share = min(1.0, place.offset / max(len(old.text), 1))
    return Place(place.story, number, int(share * len(now[number].text)))


def _chapters_to_try(number: int, before: Sequence[Text], now: Sequence[Text]) -> list[int]:
    """List chapters of the new text, the likeliest first."""
    title = before[number].title
    named = [n for n, chapter in enumerate(now) if title and chapter.title == title]
    same = [] if named and number not in named else [min(number, len(now) - 1)]
    others = range(len(now)) if len(now) != len(before) else range(0)
    return list(dict.fromkeys([*named, *same, *others]))


def _offset(old: str, offset: int, new: str) -> int | None:
    """Find where the words around ``offset`` of ``old`` stand in ``new``."""
    if offset == 0 and not new.startswith(old[:1]):
        return 0
    for step in _STEPS:
        for length in _AROUND:
            start = offset + step * length
            if not 0 <= start < len(old):
                continue
            words = old[start : start + length]
            if len(words.strip()) * 2 < length and start + length < len(old):
                continue
            found = _nearest(new, words, round(start / max(len(old), 1) * len(new)))
            if found is not None:
                return min(max(0, found - step * length), max(len(new) - 1, 0))
    return None


def _nearest(text: str, words: str, to: int) -> int | None:
    """Find the place of ``words`` that is nearest ``to``."""
    before = text.rfind(words, 0, to + len(words))
    behind = text.find(words, to)
    found = [at for at in (before, behind) if at != -1]
    return min(found, key=lambda at: abs(at - to), default=None)
