"""A server's own rules: kept, cached, changed."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import NotAllowed
from bot.library import library_at
from bot.library.base import Library
from bot.servers import MOST_BLOCKED, Servers, ServerSettings
from bot.story import Rating
from tests.library_contract import NOON


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    opened = library_at(f"sqlite:///{tmp_path / 'library.db'}")
    await opened.open()
    yield opened
    await opened.close()


def servers_on(library: Library) -> Servers:
    return Servers(library, now=lambda: NOON)


async def test_a_server_that_decided_nothing_has_the_defaults(library: Library) -> None:
    settings = await servers_on(library).settings(1)
    assert settings == ServerSettings()
    assert not settings.is_known
    assert (settings.ceiling, settings.ordinary_ceiling) == (Rating.NOT_RATED, Rating.TEEN)


async def test_a_change_is_kept_and_the_rest_stays(library: Library) -> None:
    servers = servers_on(library)
    await servers.change(1, ceiling=Rating.MATURE, blocked=("gore", "狐"))
    changed = await servers.change(1, ordinary_ceiling=Rating.MATURE, log_channel=2**62)
    assert changed == ServerSettings(
        ceiling=Rating.MATURE,
        ordinary_ceiling=Rating.MATURE,
        log_channel=2**62,
        blocked=("gore", "狐"),
        is_known=True,
    )
    assert await servers.settings(1) == changed
    assert await servers_on(library).settings(1) == changed, "it is in the store"
    assert await servers.settings(2) == ServerSettings(), "another server decides for itself"


async def test_ratings_come_back_as_ratings(library: Library) -> None:
    await servers_on(library).change(1, ceiling=Rating.GENERAL)
    settings = await servers_on(library).settings(1)
    assert isinstance(settings.ceiling, Rating)
    assert isinstance(settings.ordinary_ceiling, Rating)


@pytest.mark.parametrize("rating", [Rating.EXPLICIT, Rating.NOT_RATED])
async def test_an_ordinary_channel_never_takes_more_than_mature(
    library: Library, rating: Rating
) -> None:
    servers = servers_on(library)
    before = await servers.change(1, ordinary_ceiling=Rating.MATURE)
    with pytest.raises(ValueError, match="Mature at most"):
        await servers.change(1, ordinary_ceiling=rating)
    assert await servers.settings(1) == before
    assert await servers_on(library).settings(1) == before


@pytest.mark.parametrize("rating", [Rating.EXPLICIT, Rating.NOT_RATED])
async def test_not_even_a_stored_setting_opens_an_ordinary_channel(
    library: Library, rating: Rating
) -> None:
    await library.write_server_settings(1, f'{{"ordinary_ceiling": {int(rating)}}}', NOON)
    settings = await servers_on(library).settings(1)
    assert settings.ordinary_ceiling <= Rating.MATURE


async def test_a_setting_that_does_not_exist_is_a_bug(library: Library) -> None:
    with pytest.raises(TypeError):
        await servers_on(library).change(1, moon="full")


async def test_settings_are_asked_of_the_store_once(library: Library) -> None:
    servers = servers_on(library)
    await servers.settings(1)
    await library.write_server_settings(1, '{"ceiling": 1}', NOON)
    assert (await servers.settings(1)).ceiling is Rating.NOT_RATED, "cached"
    assert (await servers_on(library).settings(1)).ceiling is Rating.TEEN


async def test_settings_of_another_version_are_read(library: Library) -> None:
    await library.write_server_settings(1, '{"moon": "full", "blocked": ["gore"]}', NOON)
    assert await servers_on(library).settings(1) == ServerSettings(blocked=("gore",), is_known=True)


async def test_two_changes_at_once_are_both_kept(library: Library) -> None:
    servers = servers_on(library)
    await asyncio.gather(servers.change(1, ceiling=Rating.TEEN), servers.change(1, log_channel=5))
    for told in (await servers.settings(1), await servers_on(library).settings(1)):
        assert (told.ceiling, told.log_channel) == (Rating.TEEN, 5)


async def test_a_change_that_cannot_be_kept_is_not_believed(library: Library) -> None:
    servers = servers_on(library)
    before = await servers.settings(1)
    with pytest.raises(TypeError):
        await servers.change(1, log_channel=object())
    assert await servers.settings(1) == before


async def test_every_setting_comes_back_as_it_was_kept(library: Library) -> None:
    given = ServerSettings(
        ceiling=Rating.EXPLICIT,
        ordinary_ceiling=Rating.GENERAL,
        channel_ceilings=((7, Rating.MATURE), (2**62, Rating.GENERAL)),
        story_channels=(7, 8),
        log_channel=9,
        librarian_role=10,
        suggestions=False,
        blocked=("Gore", "狐"),
        trusts_estimates=False,
        warned_by_chance=True,
        desk=(7, 11),
        is_known=True,
    )
    default = ServerSettings()
    assert [f for f in ServerSettings.__slots__ if getattr(given, f) == getattr(default, f)] == []
    await servers_on(library).adjust(1, lambda _: given)
    assert await servers_on(library).settings(1) == given


async def test_two_adjustments_of_one_list_at_once_are_both_kept(library: Library) -> None:
    servers = servers_on(library)
    await asyncio.gather(
        servers.adjust(1, lambda settings: settings.blocking(["Gore"])),
        servers.adjust(1, lambda settings: settings.blocking(["Ash"])),
        servers.adjust(1, lambda settings: settings.with_story_channels(added={5}, removed=set())),
        servers.adjust(1, lambda settings: settings.with_story_channels(added={6}, removed={7})),
    )
    told = await servers.settings(1)
    assert told.blocked == ("Ash", "Gore")
    assert sorted(told.story_channels) == [5, 6]


def test_a_name_is_blocked_once_however_it_is_written() -> None:
    settings = ServerSettings(blocked=("Gore",)).blocking(["GORE", "Straße", "strasse"])
    assert [name.casefold() for name in settings.blocked] == ["gore", "strasse"]
    assert settings.unblocking(["gOrE"]).blocked == settings.blocked[1:]


def test_no_more_is_blocked_than_a_list_holds_and_nothing_falls_out() -> None:
    full = ServerSettings().blocking([f"Tag {number:03}" for number in range(MOST_BLOCKED)])
    assert full.blocking(["tag 007"]) == full
    with pytest.raises(NotAllowed):
        full.blocking(["One too many"])


CEILINGS = [
    # the server's, in ordinary channels, the channel's own; ordinary, age-restricted
    (Rating.NOT_RATED, Rating.TEEN, None, Rating.TEEN, Rating.NOT_RATED),
    (Rating.NOT_RATED, Rating.TEEN, Rating.GENERAL, Rating.GENERAL, Rating.GENERAL),
    (Rating.NOT_RATED, Rating.TEEN, Rating.MATURE, Rating.MATURE, Rating.MATURE),
    (Rating.NOT_RATED, Rating.GENERAL, Rating.NOT_RATED, Rating.MATURE, Rating.NOT_RATED),
    (Rating.NOT_RATED, Rating.TEEN, Rating.EXPLICIT, Rating.MATURE, Rating.EXPLICIT),
    (Rating.TEEN, Rating.MATURE, Rating.EXPLICIT, Rating.TEEN, Rating.TEEN),
    (Rating.GENERAL, Rating.TEEN, None, Rating.GENERAL, Rating.GENERAL),
]


@pytest.mark.parametrize(("server", "ordinary", "own", "shown", "restricted"), CEILINGS)
def test_a_channel_may_differ_but_never_beyond_the_server_or_discords_own_check(
    server: Rating, ordinary: Rating, own: Rating | None, shown: Rating, restricted: Rating
) -> None:
    settings = ServerSettings(ceiling=server, ordinary_ceiling=ordinary).with_ceiling_in(5, own)
    assert settings.ceiling_in(5, age_restricted=False) == shown
    assert settings.ceiling_in(5, age_restricted=True) == restricted
    untouched = ServerSettings(ceiling=server, ordinary_ceiling=ordinary)
    for elsewhere in (6, None):
        for limited in (False, True):
            expected = untouched.ceiling_in(elsewhere, age_restricted=limited)
            assert settings.ceiling_in(elsewhere, age_restricted=limited) == expected
    assert settings.with_ceiling_in(5, None) == untouched


async def test_what_was_forgotten_is_read_anew(library: Library) -> None:
    servers = servers_on(library)
    await servers.change(1, log_channel=5)
    await library.write_server_settings(1, "{}", NOON)
    assert (await servers.settings(1)).log_channel == 5
    servers.forget(1)
    assert (await servers.settings(1)).log_channel is None
