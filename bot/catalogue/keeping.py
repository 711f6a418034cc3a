"""What librarians learn and do of single stories beside `editing`: paragraphs, removing."""

import asyncio

from bot.catalogue.paragraphs import with_reflow
from bot.errors import ShelfError
from bot.library.base import Card, Library
from bot.library.records import story_of


async def finds_paragraphs(library: Library, card: Card) -> bool | None:
    """Tell whether paragraphs were found in walls of text; None where there is no such wall."""
    written = await library.written(card.id)
    if written is None:
        return None
    if any(chapter[5] for chapter in written.chapters):
        return True
    _, walls = await asyncio.to_thread(with_reflow, story_of(written).chapters, frozenset[int]())
    return False if walls else None


async def remove_story(library: Library, server: int, card: Card) -> None:
    """Remove a story from the shelf of ``server`` for good.

    Raises:
        ShelfError: It is not on that shelf.
    """
    written = await library.written(card.id) if card.shelf == server else None
    if written is None:
        raise ShelfError("shelf.not-ours")
    words = written.fingerprint
    twin = (await library.with_fingerprints(server, [words])).get(words)
    await library.remove_stories([card.id])
    if twin is not None and twin.story == card.id:
        await library.forget_files(server, [key for key, _ in twin.holders])
