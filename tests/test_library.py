"""The store as a whole (bot/library/base.py), held to by every engine."""

import asyncio
from contextlib import suppress

import pytest

from bot.config import Settings
from bot.errors import ConfigurationError, LibraryUnreadable
from bot.library import library_at
from bot.library.base import Count, Filter, Library
from tests.library_contract import EVERYONE, NOON, Store, put, story_of


def test_every_address_that_settings_take_has_an_engine() -> None:
    assert library_at(Settings().database_url)


@pytest.mark.parametrize("address", ["mysql:///x", "sqlite:///", "library.db", ""])
def test_an_address_without_an_engine_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        library_at(address)
    assert caught.value.key == "config.database"


async def test_a_library_closes_twice_and_opens_again(store: Store) -> None:
    library = store()
    await library.open()
    (ident,) = await put(library, story_of("Ash"))
    await library.close()
    await library.close()
    await library.open()
    assert await library.card(ident, EVERYONE)
    await library.close()


async def test_a_library_that_never_opened_closes(store: Store) -> None:
    await store().close()


async def test_a_closed_library_says_so(store: Store) -> None:
    library = store()
    with pytest.raises(LibraryUnreadable) as caught:
        await library.note("commands")
    assert caught.value.key == "library.closed"
    with pytest.raises(LibraryUnreadable):
        await library.write_note("commands", "x")


async def test_notes_are_kept_and_replaced(library: Library, other: Library) -> None:
    assert await library.note("commands") is None
    await library.write_note("commands", "a")
    await library.write_note("commands", "b")
    await library.write_note("else", "")
    assert await other.note("commands") == "b"
    assert await other.note("else") == ""


async def test_settings_belong_to_one_server(library: Library, other: Library) -> None:
    server = 2**62 + 3
    await library.write_server_settings(server, '{"a": 1}', NOON)
    await library.write_server_settings(server, '{"a": 2}', NOON)
    assert await other.server_settings(server) == '{"a": 2}'
    assert await other.server_settings(1) is None


async def test_one_process_that_is_alone_is_told_so(library: Library) -> None:
    async with library.alone("reading") as is_alone:
        assert is_alone
    async with library.alone("reading", wait=True) as is_alone:
        assert is_alone


async def test_two_libraries_on_one_store_see_each_others_stories(
    library: Library, other: Library
) -> None:
    (ident,) = await put(library, story_of("Ash"))
    assert await other.card(ident, EVERYONE)
    (second,) = await put(other, story_of("Oak"))
    assert second > ident
    assert await library.count(Filter(), EVERYONE) == Count(2, 0)


async def test_two_libraries_that_keep_at_once_give_every_story_its_own_id(
    library: Library, other: Library
) -> None:
    told = await asyncio.gather(
        *(
            put((library, other)[number % 2], story_of(f"S{number}a"), story_of(f"S{number}b"))
            for number in range(12)
        )
    )
    ids = [ident for pair in told for ident in pair]
    assert len(set(ids)) == 24
    titles = {
        card.record.title
        for ident in ids
        if (card := await library.card(ident, EVERYONE)) is not None
    }
    assert titles == {f"S{number}{half}" for number in range(12) for half in "ab"}


async def test_reading_goes_on_while_stories_are_kept(library: Library) -> None:
    await put(library, story_of("Ash"))
    long = [story_of(f"Long {n}", "word " * 4_000) for n in range(40)]
    told = await asyncio.gather(
        put(library, *long), *(library.count(Filter(), EVERYONE) for _ in range(50))
    )
    counts = {count.visible for count in told[1:] if isinstance(count, Count)}
    assert counts <= {1, 41}, "a batch is seen whole or not at all"


@pytest.mark.parametrize("turns", range(8))
async def test_a_cancelled_write_leaves_the_store_usable(library: Library, turns: int) -> None:
    task = asyncio.create_task(put(library, story_of("A"), story_of("B")))
    for _ in range(turns):
        await asyncio.sleep(0)  # one turn of the loop: wherever the write is by then
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await library.write_note("after", "wards")
    assert await library.note("after") == "wards"
    count = await library.count(Filter(), EVERYONE)
    assert count.visible in (0, 2), "whole or not at all"


async def test_closing_twice_at_once_ends(library: Library) -> None:
    await asyncio.gather(library.close(), library.close())
