"""What is offered while somebody types is what the three questions behind it find."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.library.base import Library, Offered
from bot.story import Audience, Character, Rating, TagKind
from tests.library_contract import Store, put, story_of

TEEN = Audience(ceiling=Rating.TEEN)
KINDS = (TagKind.CHARACTER, TagKind.FREEFORM)
CHARACTERS = (TagKind.CHARACTER,)


@pytest.fixture
async def library(store: Store) -> AsyncIterator[Library]:
    opened = store()
    await opened.open()
    who = [Character("Mira Vale"), Character("Ben Solo")]
    await put(
        opened,
        replace(story_of("Ash", tags=["Mirrors", "Rain"]), characters=tuple(who)),
        replace(story_of("Elm", tags=["Mirrors"]), characters=(who[0],)),
        replace(story_of("Fir", rating=Rating.EXPLICIT), characters=(Character("Miriam"),)),
    )
    yield opened
    await opened.close()


AUDIENCES = {
    "anybody": TEEN,
    "somebody with a list": replace(TEEN, avoided=frozenset({"rain"})),
    "a server that trusts no estimate": replace(TEEN, trusts_estimates=False),
    "a server that hides one": replace(TEEN, server=7, unseen=frozenset({1})),
}


@pytest.mark.parametrize("audience", AUDIENCES.values(), ids=AUDIENCES)
@pytest.mark.parametrize("query", ["", "mi", "mira", "ben", "rain", "nobody"])
async def test_all_names_are_those_of_the_single_questions(
    library: Library, audience: Audience, query: str
) -> None:
    called = ["ben solo", "miriam", "nobody"]
    found = await library.offered_names(query, KINDS, called, audience, 25)
    assert found == Offered(
        await library.find_names(query, KINDS, audience, 25),
        await library.names_called(CHARACTERS, called, audience),
        [],
    )
    assert found == await library.offered_names(query, KINDS, called, audience, 25)
    assert "Miriam" not in str(found)


async def test_what_is_offered_changes_with_the_stories(library: Library) -> None:
    before = await library.offered_names("mi", CHARACTERS, [], TEEN, 25)
    assert [(name.name, name.stories) for name in before.names] == [("Mira Vale", 2)]
    await library.remove_stories([2])
    after = await library.offered_names("mi", CHARACTERS, [], TEEN, 25)
    assert [(name.name, name.stories) for name in after.names] == [("Mira Vale", 1)]


async def test_only_as_many_as_fit_are_offered(library: Library) -> None:
    found = await library.offered_names("", KINDS, [], TEEN, 2)
    assert len(found.names) == 2
