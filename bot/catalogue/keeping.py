"""What librarians do to single stories of their server's own shelf: change facts, remove.

A story that came by Discord has no file that is read again, so what is changed
is the story itself.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.catalogue.edits import REFLOW, Edits
from bot.catalogue.edits import rewritten as laid_over
from bot.catalogue.paragraphs import with_reflow
from bot.catalogue.submitted import rewritten
from bot.errors import ShelfError
from bot.library.base import Card, Library
from bot.library.records import story_of
from bot.prose.aliases import Aliases
from bot.prose.ratings import is_withheld
from bot.story import Rating
from bot.texts import say


async def change_story(
    library: Library, server: int, card: Card, now: Callable[[], datetime], **facts: Any
) -> None:
    """Change facts of a story on the shelf of ``server``; its text and readers' places stay.

    Raises:
        ShelfError: It is not on that shelf, or may not be served like that.
    """
    before = await library.written(card.id) if card.shelf == server else None
    if before is None:
        raise ShelfError("shelf.not-ours")
    written, record = await asyncio.to_thread(lambda: rewritten(before, **facts))
    if is_withheld(record.rating or Rating.GENERAL, record.warnings):
        raise ShelfError("shelf.change-refused", reason=say("import.withheld"))
    await library.put_back(server, 0, card.id, written, (), now())


async def switch_reflow(
    library: Library, server: int, card: Card, now: Callable[[], datetime], *, finds: bool
) -> None:
    """Find paragraphs in the walls of text of a story on the shelf of ``server``, or leave them.

    Raises:
        ShelfError: It is not on that shelf.
    """
    before = await library.written(card.id) if card.shelf == server else None
    if before is None:
        raise ShelfError("shelf.not-ours")
    edits: Edits = {} if finds else {REFLOW: False}
    rating = card.record.rating or Rating.GENERAL
    done = await asyncio.to_thread(laid_over, before, before.record, edits, Aliases(()), rating)
    await library.put_back(server, 0, card.id, done.written, (), now())


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
