"""Librarians and the collections of their server: made, filled, renamed, emptied; read from."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.controls import button, controls
from bot.story import Audience, Rating
from tests.librarians import shelf_panel, tended
from tests.stage import (
    Clock,
    Stage,
    is_private,
    labels,
    option_value,
    options,
    settings_for,
    stage,
)
from tests.tales import last, planted, rest_problems

TITLES = {"Glass Anchor": "General", "Glass Bell": "General", "Glass Cliff": "Explicit"}


@pytest.fixture
async def s(tmp_path: Path, clock: Clock) -> AsyncIterator[Stage]:
    """Set the stage with three stories of the operator's, one of them for adults."""
    folder = tmp_path / "stories"
    folder.mkdir()
    for title, rating in TITLES.items():
        text = f"---\ntitle: {title}\nrating: {rating}\n---\n\nOf the {title} alone.\n"
        (folder / f"{title}.md").write_text(text, "utf-8")
    async with stage(settings_for(tmp_path, folder), clock) as ready:
        yield ready


async def opened(s: Stage, title: str, channel: Any = None) -> Any:
    """Open the collections of a story."""
    story = await tended(s, title, channel, words="glass")
    return last(await s.ada.click(story, label="Collections"))


async def collected(s: Stage, title: str, name: str, channel: Any = None) -> Any:
    form = await s.ada.click(await opened(s, title, channel), label="New collection")
    return last(await s.ada.submit_modal(form, {"name": name}))


async def read(s: Stage, name: str) -> str:
    return "".join(s.texts(await s.ben.slash(s.general, "story", collection=name)))


async def of_server(s: Stage) -> list[tuple[str, int]]:
    found = await s.client.house.library.collections_on(s.guild.id)
    return [(each.name, each.stories) for each in found]


async def test_a_collection_is_made_with_a_story_and_read_from_in_this_server_only(
    s: Stage,
) -> None:
    answer = await s.ada.click(await shelf_panel(s), label="Collections")
    assert is_private(answer)
    assert "There is none yet." in last(answer).content
    shown = await collected(s, "Glass Bell", "Rainy  days")
    assert "“Glass Bell” is in: Rainy days." in shown.content
    assert "Of the Glass Bell alone." in await read(s, "rainy days")
    other = s.env.create_guild("Other Room")
    lobby = other.create_text_channel("lobby")
    await s.env.settle()
    eve = other.add_member(s.env.create_user("eve"))
    await s.env.settle()
    told = "".join(s.texts(await eve.slash(lobby, "story", collection="rainy days")))
    assert "Of the Glass Bell alone." not in told
    assert await eve.autocomplete(lobby, "story", "collection", "rain") == []
    assert rest_problems(s) == []


async def test_a_story_is_put_into_and_taken_out_of_several_at_once(s: Stage) -> None:
    await collected(s, "Glass Bell", "Rain")
    await collected(s, "Glass Bell", "Snow")
    shown = await opened(s, "Glass Anchor")
    assert "is in no collection" in shown.content
    both = [option_value(shown, name) for name in ("Rain", "Snow")]
    shown = last(await s.ada.select(shown, both))
    assert "is in: Rain and Snow." in shown.content
    shown = last(await s.ada.select(shown, both[1:]))
    assert "is in: Snow." in shown.content
    assert await of_server(s) == [("Rain", 1), ("Snow", 2)]
    back = last(await s.ada.click(shown, label="Back"))
    assert "Hide in this server" in labels(back)


async def test_a_collection_is_renamed_and_its_last_story_ends_it(s: Stage) -> None:
    await collected(s, "Glass Bell", "Rain")
    await collected(s, "Glass Anchor", "Snow")
    every = last(await s.ada.click(await shelf_panel(s), label="Collections"))
    shown = last(await s.ada.select(every, [option_value(every, "Rain")]))
    assert "**Rain** holds 1 story that may be shown here." in shown.content
    refused = await s.ada.submit_modal(await s.ada.click(shown, label="Rename"), {"name": "snow"})
    assert "Another collection is called “snow”." in s.texts(refused)[-1]
    refused = await s.ada.submit_modal(await s.ada.click(shown, label="Rename"), {"name": " "})
    assert "needs a name" in s.texts(refused)[-1]
    form = await s.ada.click(shown, label="Rename")
    shown = last(await s.ada.submit_modal(form, {"name": "Drizzle"}))
    assert "**Drizzle** holds 1 story" in shown.content
    gone = last(await s.ada.select(shown, [option_value(shown, "Glass Bell")]))
    assert "“Glass Bell” is no longer in Drizzle." in gone.content
    assert await of_server(s) == [("Snow", 1)]


async def test_all_stories_are_taken_out_once_that_is_sure(s: Stage) -> None:
    await collected(s, "Glass Bell", "Rain")
    every = last(await s.ada.click(await shelf_panel(s), label="Collections"))
    shown = last(await s.ada.select(every, [option_value(every, "Rain")]))
    asked = last(await s.ada.click(shown, label="Take all stories out"))
    assert await of_server(s) == [("Rain", 1)]
    done = last(await s.ada.click(asked, label="Yes, take them out"))
    assert "Rain is gone. Its stories stay on their shelves." in done.content
    assert await of_server(s) == []
    assert "Of the Glass Bell alone." in "".join(
        s.texts(await s.ben.slash(s.general, "story", title="Glass Bell"))
    )


async def test_what_is_rated_above_the_channel_is_counted_and_not_named(s: Stage) -> None:
    await collected(s, "Glass Bell", "Rain")
    await collected(s, "Glass Cliff", "Rain", s.adult)
    every = last(await s.ada.click(await shelf_panel(s), label="Collections"))
    shown = last(await s.ada.select(every, [option_value(every, "Rain")]))
    assert options(shown) == ["Glass Bell"]
    assert "1 more is for age-restricted channels." in shown.content


async def test_only_librarians_touch_collections_and_only_those_of_their_server(s: Stage) -> None:
    library = s.client.house.library
    (card, *_) = await library.find_titles("Glass Bell", Audience(Rating.TEEN), 1)
    theirs = await library.collect(0, "Of the operator", [card.id])
    for verb, *values in (
        ("collections",),
        ("collection", theirs),
        ("collection-end", theirs),
        ("collect-story", card.id),
        ("collect-new", card.id),
    ):
        message = await planted(s, controls([button("Press", str(verb), *values)]))
        refused = await s.ben.click(message, label="Press")
        assert is_private(refused)
        assert "Only people who manage this server" in s.texts(refused)[0]
    for verb in ("collection", "collection-end", "collection-name"):
        message = await planted(s, controls([button("Press", verb, theirs)]))
        refused = await s.ada.click(message, label="Press")
        assert "That collection is gone" in s.texts(refused)[0]
    assert [each.id for each in await library.collections_on(0)] == [theirs]
