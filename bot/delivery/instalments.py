"""A long story in instalments: the next one found, and written as messages with its buttons.

The same for a daily story, which keeps its own place, and for a reader who
presses "Next instalment now", whose place travels in the button.
"""

from dataclasses import dataclass, replace
from typing import Any

from bot import credit
from bot.controls import Style, button
from bot.covers import cover
from bot.daily import Length
from bot.errors import StoryNotFound
from bot.house import House
from bot.library.base import Card
from bot.pages import HEADER_ROOM
from bot.prose.instalments import next_instalment
from bot.render import MESSAGE_LIMIT, isolate, messages
from bot.story import Audience, Block, Chapter, Place
from bot.texts import FALLBACK, say

_MARGIN = 2_000  # characters read beyond the longest instalment
_TITLE_LENGTH = 80  # characters of a chapter's title
MENTION_ROOM = 30  # characters that a role's mention takes above the header


@dataclass(frozen=True, slots=True)
class Part:
    """An instalment: the blocks of a chapter that it shows, and where the next one starts."""

    card: Card
    chapter: Chapter
    place: Place
    next: Place | None  # None: the story is at its end


async def part_at(house: House, place: Place, length: Length, audience: Audience) -> Part | None:
    """Give the instalment that starts at ``place``; None behind the end of the story.

    Raises:
        StoryNotFound: The story is gone, or may not be shown here.
    """
    found = await _found_at(house, place, length, audience)
    if found is None or found.next is None:
        return found
    # What is left may be nothing but empty chapters.
    following = await _found_at(house, found.next, length, audience)
    return replace(found, next=None if following is None else following.place)


async def _found_at(house: House, place: Place, length: Length, audience: Audience) -> Part | None:
    card = await house.reading.card(place.story, audience)
    if card.is_link_only:
        raise StoryNotFound("story.gone")
    span, offset = length.span, place.offset
    for number in range(place.chapter, card.chapters):
        here = Place(place.story, number, offset)
        stretch = await house.library.stretch(here, span.most + _MARGIN, audience)
        if stretch is None:
            return None
        base = stretch.base
        cut = next_instalment(stretch.chapter, max(0, offset - base), span)
        if cut is not None:
            following = None
            if cut.next is not None:
                following = Place(place.story, number, base + cut.next)
            elif number + 1 < card.chapters:
                following = Place(place.story, number + 1)
            return Part(
                card,
                _clipped(stretch.chapter, cut.start, cut.end),
                Place(place.story, number, base + cut.start),
                following,
            )
        offset = 0
    return None


def _clipped(chapter: Chapter, start: int, end: int) -> Chapter:
    """Give a chapter with nothing to show outside ``start:end``."""
    blocks = [
        _clipped_block(block, start, end)
        for block in chapter.blocks
        if block.start < end and block.end > start
    ]
    return replace(chapter, blocks=tuple(blocks))


def _clipped_block(block: Block, start: int, end: int) -> Block:
    low, high = max(block.start, start), min(block.end, end)
    spans = tuple(
        replace(span, start=max(span.start, low), end=min(span.end, high))
        for span in block.spans
        if span.start < high and span.end > low
    )
    return replace(block, start=low, end=high, spans=spans)


def is_covered(part: Part) -> bool:
    """Tell whether its text waits behind a press: the story has warnings."""
    return bool(credit.warnings(part.card.record, FALLBACK))


def part_cover(part: Part, told: int, language: str) -> str:
    """Give what stands in public for an instalment of a story with warnings."""
    return f"{cover(part.card, language)}\n{_which(part, told, language)}"


def part_messages(part: Part, told: int, language: str, *, mention: bool = False) -> list[str]:
    """Write an instalment: whose it is and which one, the text, and whether there is more.

    ``told`` instalments came before it; the first has the full header. With
    ``mention`` there is room above for a role's mention.
    """
    card = part.card
    above = credit.header(card, language, room=HEADER_ROOM)
    if told:
        above = credit.byline(card.record, language)
    above = f"{above}\n{_which(part, told, language)}"
    below = _below(part, told, language)
    room = MESSAGE_LIMIT - len(below) - 2
    first = room - len(above) - 2 - (MENTION_ROOM if mention else 0)
    pieces = messages(part.chapter, limit=room, first_limit=first)
    pieces[0] = f"{above}\n\n{pieces[0]}"
    pieces[-1] = f"{pieces[-1]}\n\n{below}"
    return pieces


def _which(part: Part, told: int, language: str) -> str:
    """Say which instalment it is, and of which chapter."""
    which = say("serial.number", language, number=told + 1)
    card = part.card
    if card.chapters > 1:
        chapter = say(
            "page.of-chapters", language, number=part.place.chapter + 1, chapters=card.chapters
        )
        which = f"{which} · {chapter}"
        if part.chapter.title:
            which = f"{which}: {isolate(credit.shortened(part.chapter.title, _TITLE_LENGTH))}"
    return f"-# {which}"


def _below(part: Part, told: int, language: str) -> str:
    source = credit.source(part.card.record, language)
    if part.next is None:
        ending = say("serial.end", language, count=told + 1)
    else:
        ending = say("serial.to-be-continued", language)
    return "\n".join(filter(None, (f"-# {ending}", source)))


def part_buttons(
    part: Part, told: int, length: Length, language: str, *, opened: bool
) -> list[Any]:
    """Give the buttons of an instalment; every press opens a private copy.

    One that is not ``opened`` yet leads to its own text first.
    """

    def to(key: str, place: Place, before: int, style: Style = Style.secondary) -> Any:
        at = (place.story, place.chapter, place.offset)
        return button(say(key, language), "part", *at, before, length.value, style=style)

    row: list[Any] = []
    if not opened:
        row.append(to("button.read", part.place, told, Style.primary))
    elif part.next is not None:
        row.append(to("button.next-part", part.next, told + 1, Style.primary))
    if told:
        row.append(to("button.from-beginning", Place(part.place.story), 0))
    row.append(button(say("button.save", language), "save", part.place.story))
    return row
