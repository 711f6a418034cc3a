"""The filters of /drabble, /story and /excerpt, as a member fills them in."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.library_contract import EVERYONE
from tests.stage import (
    Clock,
    Stage,
    is_private,
    labels,
    let_all_speak,
    messages,
    settings_for,
    stage,
)

STORIES: dict[str, dict[str, Any]] = {
    "Anchor": {
        "characters": "[Mira Vale, Tom Osk]",
        "tags": "[Rain]",
        "collection": "[Ropes]",
        "words": 60,
    },
    "Buoy": {"characters": "[Mira Vale]", "tags": "[Rain, Fog]", "words": 90, "author": "Bo Lind"},
    "Capstan": {
        "characters": "[Tom Osk]",
        "fandoms": "[Ships]",
        "collections": "[Ropes, Iron]",
        "words": 400,
        "language": "de",
    },
    "Dinghy": {"characters": "[Ann Bell]", "rating": "Teen", "words": 3_000, "complete": "false"},
    "Ebb": {"characters": "[Ann Bell]", "tags": "[Fog]", "words": 12_000},
}


@pytest.fixture
async def harbour(tmp_path: Path, clock: Clock) -> AsyncIterator[Stage]:
    """Set the stage with five stories that differ in everything."""
    folder = tmp_path / "stories"
    folder.mkdir()
    for title, told in STORIES.items():
        facts: dict[str, Any] = {"author": "Ida Penn", "rating": "General", "language": "en"} | told
        words = facts.pop("words")
        head = "".join(f"{key}: {value}\n" for key, value in facts.items())
        text = " ".join(f"{title}{number}." for number in range(words))
        (folder / f"{title}.md").write_text(f"---\ntitle: {title}\n{head}---\n\n{text}\n", "utf-8")
    async with stage(settings_for(tmp_path, folder), clock) as ready:
        yield ready


async def found(s: Stage, command: str, **filters: Any) -> set[str]:
    """Ask as often as there are stories; give the titles that came."""
    titles: set[str] = set()
    for _ in STORIES:
        answer = await s.ben.slash(s.general, command, **filters)
        told = "\n".join(s.texts(answer))
        titles |= {title for title in STORIES if f"**{title}**" in told}
    return titles


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"character": "Mira Vale"}, {"Anchor", "Buoy"}),
        ({"character": "Mira Vale", "with": "Tom Osk"}, {"Anchor"}),
        ({"tag": "Rain", "without": "Fog"}, {"Anchor"}),
        ({"without": "Ann Bell"}, {"Anchor", "Buoy", "Capstan"}),
        ({"without": "what no story has at all"}, set(STORIES)),
        ({"author": "Bo Lind"}, {"Buoy"}),
        ({"fandom": "Ships"}, {"Capstan"}),
        ({"length": "drabble"}, {"Anchor", "Buoy", "Capstan"}),
        ({"length": "short"}, {"Anchor", "Buoy", "Capstan"}),
        ({"length": "long"}, {"Ebb"}),
        ({"length": "80-4000"}, {"Buoy", "Capstan", "Dinghy"}),
        ({"length": "over 2k"}, {"Dinghy", "Ebb"}),
        ({"rating": 0}, {"Anchor", "Buoy", "Capstan", "Ebb"}),
        ({"language": "German"}, {"Capstan"}),
        ({"language": "Deutsch"}, {"Capstan"}),
        ({"language": "de"}, {"Capstan"}),
        ({"complete": False}, {"Dinghy"}),
        ({"collection": "ropes"}, {"Anchor", "Capstan"}),
        ({"collection": "ir"}, {"Capstan"}),
        ({"collection": "Ropes", "character": "Mira Vale"}, {"Anchor"}),
    ],
)
async def test_each_filter_holds(
    harbour: Stage, filters: dict[str, Any], expected: set[str]
) -> None:
    assert await found(harbour, "story", **filters) == expected


async def test_a_drabble_is_never_longer_than_the_setting_whatever_is_asked(
    harbour: Stage,
) -> None:
    assert await found(harbour, "drabble", tag="Fog") == {"Buoy"}


async def test_nothing_that_fits_offers_to_drop_each_filter_that_is_in_the_way(
    harbour: Stage,
) -> None:
    s = harbour
    answer = await s.ben.slash(s.general, "story", character="Mira Vale", length="long")
    assert is_private(answer)
    assert s.texts(answer) == [
        "No story that I may show here has all of that.\n"
        "You asked for: Mira Vale, 10,000 words or more."
        " Drop one of these, and there are some:"
    ]
    (message,) = messages(answer)
    assert labels(message) == [
        "Drop “Mira Vale” (1 story)",
        "Drop “10,000 words or more” (2 stories)",
    ]
    pressed = await s.ben.click(message, label="Drop “Mira Vale” (1 story)")
    assert "**Ebb**" in s.texts(pressed)[0]


async def test_of_filters_that_only_together_are_in_the_way_two_can_be_dropped(
    harbour: Stage,
) -> None:
    s = harbour
    given = {"character": "Mira Vale", "author": "Bo Lind", "length": "long", "fandom": "Ships"}
    (message,) = messages(await s.ben.slash(s.general, "story", **given))
    assert "You asked for: Mira Vale, Ships, Bo Lind, 10,000 words or more." in message.content
    assert labels(message) == ["Drop “Ships and 10,000 words or more” (1 story)"]
    pressed = await s.ben.click(message, label="Drop “Ships and 10,000 words or more” (1 story)")
    assert "**Buoy**" in s.texts(pressed)[0]


@pytest.mark.parametrize("command", ["drabble", "excerpt"])
async def test_only_what_can_be_drawn_is_offered_for_dropping_a_filter(
    command: str, harbour: Stage
) -> None:
    # What remains without the language is two stories, too long for one and too short for another.
    s = harbour
    given = {"tag": "Rain", "without": "Fog", "language": "de"}
    (message,) = messages(await s.ben.slash(s.general, command, **given))
    for label in labels(message):
        pressed = await s.ben.click(message, label=label)
        assert not is_private(pressed), label
    assert [label.partition("”")[0] for label in labels(message)] == (
        ["Drop “Rain", "Drop “in German"] if command == "drabble" else ["Drop “Rain"]
    )


async def test_a_drabble_may_be_asked_for_by_its_length(harbour: Stage) -> None:
    s = harbour
    assert await found(s, "drabble", length="80-4000") == {"Buoy", "Capstan"}
    offered = await s.ben.autocomplete(s.general, "drabble", "length", "")
    assert [choice["name"] for choice in offered] == ["100 words", "Drabble (at most 500 words)"]
    (message,) = messages(await s.ben.slash(s.general, "drabble", length=offered[0]["value"]))
    assert "You asked for: 100 words." in message.content
    assert labels(message) == ["Drop “100 words” (3 stories)"]
    (message,) = messages(await s.ben.slash(s.general, "drabble", length="long"))
    assert labels(message) == ["Drop “10,000 words or more” (3 stories)"]


async def test_two_misspelt_names_are_offered_together(harbour: Stage) -> None:
    s = harbour
    answer = await s.ben.slash(s.general, "story", character="Mirra Vale", tag="Rainn")
    (message,) = messages(answer)
    assert "“Mirra Vale”" in message.content
    assert "“Rainn”" in message.content
    assert "Mira Vale, Rain" in labels(message)
    pressed = await s.ben.click(message, label="Mira Vale, Rain")
    assert any(f"**{title}**" in s.texts(pressed)[0] for title in ("Anchor", "Buoy"))


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        ({"length": "as long as it takes"}, "I can't read “as long as it takes” as a length."),
        ({"language": "Dolphin"}, "I know no language called “Dolphin”."),
    ],
)
async def test_what_cannot_be_understood_is_said(
    harbour: Stage, filters: dict[str, Any], told: str
) -> None:
    s = harbour
    answer = await s.ben.slash(s.general, "story", **filters)
    assert is_private(answer)
    assert s.texts(answer)[0].startswith(told)


async def test_another_one_keeps_every_filter(harbour: Stage) -> None:
    s = harbour
    answer = await s.ben.slash(
        s.general, "story", character="Mira Vale", without="Fog", length="short", language="en"
    )
    again = await s.ben.click(messages(answer)[-1], label="Another story")
    assert "**Anchor**" in s.texts(again)[0]


async def test_lengths_and_languages_are_offered_while_typing(harbour: Stage) -> None:
    s = harbour

    async def offered(option: str, typed: str) -> list[str]:
        found = await s.ben.autocomplete(s.general, "story", option, typed)
        return [choice["name"] for choice in found]

    assert await offered("length", "") == [
        "Drabble (at most 500 words)",
        "Short (at most 2,000 words)",
        "Long (10,000 words or more)",
    ]
    assert await offered("length", "500-900") == ["500 to 900 words"]
    assert await offered("length", "sh") == ["Short (at most 2,000 words)"]
    assert await offered("language", "ger") == ["German"]
    assert await offered("language", "日") == ["Japanese"]
    assert await offered("author", "bo") == ["Bo Lind (1 story)"]
    assert await offered("fandom", "sh") == ["Ships (1 story)"]


@pytest.mark.parametrize(
    ("option", "typed", "offered"),
    [
        ("with", "", ["Tom Osk (1 story)"]),
        ("with", "osk", ["Tom Osk (1 story)"]),
        ("with", "ann", ["Ann Bell (2 stories)"]),  # with nobody she is with, as without a filter
        ("tag", "", ["Rain (tag, 2 stories)", "Bo Lind (author, 1 story)"]),
        ("author", "", ["Bo Lind (1 story)", "Ida Penn (1 story)"]),
    ],
)
async def test_what_goes_with_a_name_that_is_filled_in_is_offered_first(
    option: str, typed: str, offered: list[str], harbour: Stage
) -> None:
    s = harbour
    given = {"character": "Mira Vale"}
    found = await s.ben.autocomplete(s.general, "story", option, typed, **given)
    assert [each["name"] for each in found][: len(offered)] == offered


async def test_what_was_filled_in_and_is_nobody_is_no_hindrance(harbour: Stage) -> None:
    s = harbour
    found = await s.ben.autocomplete(s.general, "story", "with", "ann", character="Nobody At All")
    assert [each["name"] for each in found] == ["Ann Bell (2 stories)"]


async def test_a_list_takes_the_filters_and_keeps_them_when_it_is_turned(harbour: Stage) -> None:
    s = harbour
    listed = await s.ben.slash(s.general, "character", name="Mira Vale", without="Fog")
    assert is_private(listed)
    (told,) = s.texts(listed)
    assert told.startswith("**Mira Vale, without Fog** · 1 story")
    assert "**Anchor**" in told
    assert "**Buoy**" not in told
    surprise = await s.ben.click(messages(listed)[0], label="Surprise me")
    assert "**Anchor**" in s.texts(surprise)[0]


async def test_a_card_names_who_and_what_is_most_often_with_somebody(harbour: Stage) -> None:
    s = harbour
    (told,) = s.texts(await s.ben.slash(s.general, "character", name="Tom Osk"))
    assert told.startswith("**Tom Osk** · character · 2 stories")
    assert "-# Often with Mira Vale" in told
    assert "-# Often tagged Rain" in told
    assert "-# In Ships" in told


@pytest.mark.parametrize(
    ("locale", "typed"), [("de", "kurz"), ("fr", "Courte"), ("ja", "短い"), ("de", "short")]
)
async def test_a_length_may_be_typed_in_the_language_it_is_offered_in(
    locale: str, typed: str, harbour: Stage
) -> None:
    let_all_speak(harbour.client, locale)
    answer = await harbour.ben.slash(harbour.general, "tag", name="Rain", length=typed)
    assert "**Anchor**" in harbour.texts(answer)[0]


async def test_a_card_stays_when_filters_are_given(harbour: Stage) -> None:
    s = harbour
    (told,) = s.texts(await s.ben.slash(s.general, "character", name="Tom Osk", language="en"))
    assert told.startswith("**Tom Osk, in English** · 1 story\n-# Often with Mira Vale")
    (told,) = s.texts(await s.ben.slash(s.general, "character", name="Tom Osk", tag="Rain"))
    assert told.startswith("**Tom Osk, Rain** · 1 story\n\n")


async def test_tag_without_a_name_lists_what_the_filters_ask_for(harbour: Stage) -> None:
    s = harbour
    (told,) = s.texts(await s.ben.slash(s.general, "tag", length="over 2k"))
    assert told.startswith("**2,000 words or more** · 2 stories")


async def test_a_list_of_nothing_offers_to_drop_what_is_in_the_way(harbour: Stage) -> None:
    s = harbour
    listed = await s.ben.slash(s.general, "character", name="Ann Bell", fandom="Ships")
    (message,) = messages(listed)
    assert labels(message) == ["Drop “Ann Bell” (1 story)", "Drop “Ships” (2 stories)"]
    pressed = await s.ben.click(message, label="Drop “Ships” (2 stories)")
    assert s.texts(pressed)[0].startswith("**Ann Bell** · character · 2 stories")


# Collections


async def test_collections_are_offered_while_typing_with_what_may_be_read_of_them(
    harbour: Stage,
) -> None:
    s = harbour

    async def offered(typed: str) -> list[str]:
        found = await s.ben.autocomplete(s.general, "story", "collection", typed)
        return [choice["name"] for choice in found]

    assert await offered("") == ["Ropes (2 stories)", "Iron (1 story)"]
    assert await offered("ir") == ["Iron (1 story)"]
    (ebb,) = await s.client.house.library.find_titles("ebb", EVERYONE, 9)
    await s.client.house.library.collect(s.guild.id + 1, "Elsewhere", [ebb.id])
    assert await offered("else") == []
    (picked,) = await s.ben.autocomplete(s.general, "story", "collection", "ir")
    assert await found(s, "story", collection=picked["value"]) == {"Capstan"}


async def test_a_collection_in_the_way_can_be_dropped_and_another_one_keeps_it(
    harbour: Stage,
) -> None:
    s = harbour
    answer = await s.ben.slash(s.general, "story", collection="Iron", character="Ann Bell")
    (message,) = messages(answer)
    assert "You asked for: Ann Bell, in the collection Iron." in message.content
    assert labels(message) == [
        "Drop “Ann Bell” (1 story)",
        "Drop “in the collection Iron” (2 stories)",
    ]
    dropped = await s.ben.click(message, label="Drop “Ann Bell” (1 story)")
    assert "**Capstan**" in s.texts(dropped)[0]
    short = await s.ben.slash(s.general, "story", collection="Ropes", character="Mira Vale")
    again = await s.ben.click(messages(short)[-1], label="Another story")
    assert "**Anchor**" in s.texts(again)[0]


async def test_a_collection_that_is_not_there_names_those_that_are_near(harbour: Stage) -> None:
    s = harbour
    answer = await s.ben.slash(s.general, "story", collection="Wool")
    assert s.texts(answer)[0].startswith("No collection is called “Wool” here.")
    await s.client.house.library.collect(0, "Rope tricks", [1])
    answer = await s.ben.slash(s.general, "story", collection="rop")
    assert s.texts(answer) == [
        "No collection is called just “rop” here. There are: Ropes, Rope tricks"
    ]
