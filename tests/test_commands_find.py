"""/character and /tag as a member types and presses them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.library.base import COUNT_LIMIT, OPERATOR_SHELF
from bot.story import Rating
from tests.library_contract import put, story_of
from tests.stage import (
    USER_STORIES,
    Clock,
    Stage,
    is_private,
    items,
    labels,
    messages,
    option_value,
    options,
    plain,
    settings_for,
    stage,
)

STRONG = ("003_", "004_")  # how the files of the two stories with strong language begin

TIDES = """---
title: {title}
author: {author}
rating: General
fandoms: [{fandom}]
characters: [{characters}]
tags: [{tags}]
---

{text}
"""


def write(folder: Path, title: str, **facts: str) -> Path:
    path = folder / f"{title.lower().replace(' ', '-')}.md"
    told = {"author": "Ida Penn", "fandom": "Harbour Tales", "characters": "Mira Vale"}
    told |= {"tags": "tides", "text": f"This is how {title} begins. The boats were late again."}
    path.write_text(TIDES.format(title=title, **(told | facts)), "utf-8")
    return path


@pytest.fixture
async def harbour(tmp_path: Path, clock: Clock) -> AsyncIterator[Stage]:
    """Set the stage with eight stories of one harbour, in the order of their titles."""
    folder = tmp_path / "stories"
    folder.mkdir()
    for title in ("Anchor", "Buoy", "Capstan", "Dinghy", "Ebb", "Ferry", "Gale"):
        write(folder, title)
    write(folder, "Halyard", characters="Tom Osk", tags="ropes, tides ahead", author="Ann Other")
    async with stage(settings_for(tmp_path, folder), clock) as ready:
        yield ready


async def shelf_of(s: Stage, channel: Any, **typed: str) -> list[str]:
    """Give the titles that /character lists, turning its pages to the end."""
    answer = await s.ben.slash(channel, "character", **typed)
    return await titles_from(s, messages(answer)[-1])


async def titles_from(s: Stage, listed: Any) -> list[str]:
    found = list(options(listed))
    while "More stories" in labels(listed):
        listed = messages(await s.ben.click(listed, label="More stories"))[-1]
        found += options(listed)
    return found


def strong_openings() -> list[str]:
    return [
        plain(path.read_text("utf-8"))[:60]
        for path in USER_STORIES.glob("*.txt")
        if path.name.startswith(STRONG)
    ]


# The five example stories


@pytest.mark.parametrize("name", ["Hux", "Kylo Ren", "kylo ren", "HUX"])
async def test_character_lists_all_five_stories_in_an_age_restricted_channel(
    name: str, user_stories: Stage
) -> None:
    s = user_stories
    answer = await s.ben.slash(s.adult, "character", name=name)
    (message,) = messages(answer)
    assert message.ephemeral
    assert "5 stories" in message.content
    assert len(options(message)) == 5
    assert "age-restricted" not in message.content


@pytest.mark.parametrize("typed", ["ren", "ben solo", "Lord Ren", "kylo"])
async def test_another_name_leads_to_kylo_ren(typed: str, user_stories: Stage) -> None:
    s = user_stories
    (message,) = messages(await s.ben.slash(s.adult, "character", name=typed))
    if "Kylo Ren" in labels(message):  # a near miss, answered with a button
        (message,) = messages(await s.ben.click(message, label="Kylo Ren"))
    assert "**Kylo Ren**" in message.content
    assert len(options(message)) == 5


@pytest.mark.parametrize("typed", ["kilo ren", "Kylo Wren", "Genral Hux"])
async def test_a_slip_is_answered_with_a_button_that_leads_there(
    typed: str, user_stories: Stage
) -> None:
    s = user_stories
    answer = await s.ben.slash(s.adult, "character", name=typed)
    (message,) = messages(answer)
    assert message.ephemeral
    assert typed in plain(message.content) or typed in message.content
    meant = next(label for label in labels(message) if "Ren" in label or "Hux" in label)
    (listed,) = messages(await s.ben.click(message, label=meant))
    assert listed.ephemeral
    assert len(options(listed)) == 5


@pytest.mark.parametrize(
    ("command", "asked"),
    [
        ("character", {"name": "Hux"}),
        ("tag", {"character": "Hux"}),
        ("search", {"words": "hux", "character": "Hux"}),
    ],
)
async def test_a_list_of_somebody_says_where_they_were_only_detected(
    command: str, asked: dict[str, str], user_stories: Stage
) -> None:
    s = user_stories
    (message,) = messages(await s.ben.slash(s.general, command, **asked))
    assert message.content.count(" · Armitage Hux (detected)") == 3


async def test_a_card_tells_the_names_that_a_text_uses_and_those_somebody_decided(
    harbour: Stage,
) -> None:
    s = harbour
    said = '"I am here," said Brannock Teal. Brannock smiled. "Go," said Brannock, and laughed.'
    (s.settings.stories_dir / "keep.txt").write_text(said, "utf-8")
    await s.client.house.catalogue.sync()
    (card,) = messages(await s.ben.slash(s.general, "character", name="Brannock Teal"))
    assert "-# Also called Brannock\n" in card.content
    await s.client.house.cast.merge(OPERATOR_SHELF, "Brannock Teal", "Tom Osk")
    (card,) = messages(await s.ben.slash(s.general, "character", name="Brannock"))
    assert card.content.startswith("**Tom Osk** · character · 2 stories")
    assert "-# Also called Brannock Teal and Brannock\n" in card.content


async def test_who_is_stated_is_not_marked(harbour: Stage) -> None:
    (message,) = messages(await harbour.ben.slash(harbour.general, "character", name="Mira Vale"))
    assert "(detected)" not in message.content


@pytest.mark.parametrize("name", ["Hux", "Kylo Ren"])
async def test_in_a_general_channel_the_two_strong_stories_are_counted_and_held_back(
    name: str, user_stories: Stage
) -> None:
    s = user_stories
    (message,) = messages(await s.ben.slash(s.general, "character", name=name))
    assert "3 stories" in message.content
    assert len(options(message)) == 3
    assert "2 more are for age-restricted channels." in message.content
    assert not [each for each in strong_openings() if each[:30] in plain(message.content)]


async def test_a_list_shows_how_each_story_begins_and_opens_the_one_chosen(
    user_stories: Stage,
) -> None:
    s = user_stories
    (listed,) = messages(await s.ben.slash(s.adult, "character", name="Hux"))
    texts = [plain(path.read_text("utf-8")) for path in sorted(USER_STORIES.glob("*.txt"))]
    shown = plain(listed.content)
    assert [text[:25] in shown for text in texts] == [True] * 5
    chosen = options(listed)[0]
    opened = await s.ben.select(listed, [option_value(listed, chosen)])
    assert is_private(opened)
    assert "Post here" in labels(messages(opened)[-1])
    assert any(text[:40] in plain(s.texts(opened)[0]) for text in texts)


async def test_autocompletion_finds_a_character_by_an_alias(user_stories: Stage) -> None:
    s = user_stories
    for typed in ("ben solo", "kilo ren", "ren", "kyl"):
        choices = await s.ben.autocomplete(s.adult, "character", "name", typed)
        assert "Kylo Ren (5 stories)" in [choice["name"] for choice in choices], typed


# Lists


async def test_a_list_comes_five_at_a_time_the_newest_first(harbour: Stage) -> None:
    s = harbour
    (first,) = messages(await s.ben.slash(s.general, "character", name="Mira Vale"))
    assert options(first) == ["Gale", "Ferry", "Ebb", "Dinghy", "Capstan"]
    assert "7 stories" in first.content
    assert "Back to the first" not in labels(first)
    (second,) = messages(await s.ben.click(first, label="More stories"))
    assert second.id == first.id, "a list turns in place"
    assert options(second) == ["Buoy", "Anchor"]
    assert "More stories" not in labels(second)
    (again,) = messages(await s.ben.click(second, label="Back to the first"))
    assert options(again) == options(first)


async def test_a_list_of_exactly_one_page_offers_no_second_one(
    tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "stories"
    folder.mkdir()
    for number in range(5):
        write(folder, f"Story {number}", text=f"Wave {number} broke.")
    async with stage(settings_for(tmp_path, folder), clock) as s:
        (listed,) = messages(await s.ben.slash(s.general, "tag", name="tides"))
    assert len(options(listed)) == 5
    assert "More stories" not in labels(listed)


async def test_surprise_me_on_a_list_posts_a_story_of_that_list(harbour: Stage) -> None:
    s = harbour
    (listed,) = messages(await s.ben.slash(s.general, "character", name="Tom Osk"))
    answer = await s.ben.click(listed, label="Surprise me")
    assert not is_private(answer)
    assert "Halyard" in s.texts(answer)[0]


async def test_tag_finds_a_tag_a_fandom_an_author_and_a_relationship(
    tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "stories"
    folder.mkdir()
    path = write(folder, "Knots")
    path.write_text(
        path.read_text("utf-8").replace("tags:", "relationships: [Mira Vale/Tom Osk]\ntags:"),
        "utf-8",
    )
    async with stage(settings_for(tmp_path, folder), clock) as s:
        for name in ("tides", "Harbour Tales", "Ida Penn", "mira vale/tom osk", "Mira Vale"):
            answer = await s.ben.slash(s.general, "tag", name=name)
            assert is_private(answer)
            assert options(messages(answer)[0]) == ["Knots"], name


async def test_tag_without_a_name_gives_the_most_used_and_a_way_into_each(harbour: Stage) -> None:
    s = harbour
    answer = await s.ben.slash(s.general, "tag")
    (cloud,) = messages(answer)
    assert is_private(answer)
    assert "tides (7)" in cloud.content
    assert "Harbour Tales (8)" in cloud.content
    assert options(cloud)[0] == "tides"
    (listed,) = messages(await s.ben.select(cloud, [option_value(cloud, "ropes")]))
    assert listed.ephemeral
    assert options(listed) == ["Halyard"]
    assert not is_private(await s.ben.click(cloud, label="Surprise me"))


@pytest.mark.parametrize("command", ["character", "tag"])
async def test_a_name_that_nothing_is_near_says_what_to_do_instead(
    command: str, harbour: Stage
) -> None:
    s = harbour
    answer = await s.ben.slash(s.general, command, name="zzzzqqq")
    (message,) = messages(answer)
    assert message.ephemeral
    assert "Nothing is called “zzzzqqq” here." in message.content
    assert "/tag" in message.content
    assert labels(message) == []


async def test_a_long_thing_typed_as_a_name_is_answered_kindly(harbour: Stage) -> None:
    s = harbour
    # Discord lets a person type up to 6,000 characters into an option.
    for command in ("character", "tag"):
        answer = await s.ben.slash(s.general, command, name="*@everyone* " * 400)
        assert is_private(answer)
        assert "reference" not in s.texts(answer)[0]


@pytest.mark.parametrize("command", ["character", "tag"])
async def test_a_name_that_was_picked_and_is_gone_is_told_so(command: str, harbour: Stage) -> None:
    (message,) = messages(await harbour.ben.slash(harbour.general, command, name="#999"))
    assert message.content == "No story here has that any more. Use /tag to see what there is."


async def test_a_name_that_went_away_since_the_list_was_made_is_told_kindly(
    tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "stories"
    folder.mkdir()
    for title in ("Anchor", "Buoy", "Capstan", "Dinghy", "Ebb", "Ferry"):
        write(folder, title)
    rope = write(folder, "Halyard", tags="ropes", characters="Tom Osk")
    async with stage(settings_for(tmp_path, folder), clock) as s:
        (cloud,) = messages(await s.ben.slash(s.general, "tag"))
        ropes = option_value(cloud, "ropes")
        rope.unlink()
        await s.client.house.catalogue.sync()
        answer = await s.ben.select(cloud, [ropes])
    assert is_private(answer)
    assert s.texts(answer) == ["No story here has that any more. Use /tag to see what there is."]


async def test_a_list_goes_on_after_the_story_it_stopped_at_went_away(
    tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "stories"
    folder.mkdir()
    paths = [write(folder, f"Story {letter}", text=f"{letter} came.") for letter in "abcdefgh"]
    async with stage(settings_for(tmp_path, folder), clock) as s:
        (listed,) = messages(await s.ben.slash(s.general, "tag", name="tides"))
        paths[3].unlink()
        await s.client.house.catalogue.sync()
        (more,) = messages(await s.ben.click(listed, label="More stories"))
    assert options(more) == ["Story c", "Story b", "Story a"]


# Autocompletion


async def test_with_nothing_typed_the_most_used_come_first(harbour: Stage) -> None:
    s = harbour
    characters = await s.ben.autocomplete(s.general, "character", "name", "")
    tags = await s.ben.autocomplete(s.general, "tag", "name", "")
    assert [choice["name"] for choice in characters] == [
        "Mira Vale (7 stories)",
        "Tom Osk (1 story)",
    ]
    assert tags[0]["name"] == "Harbour Tales (fandom, 8 stories)"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("mir", "Mira Vale"),  # how it begins
        ("vale", "Mira Vale"),  # a word in it
        ("MIRÁ", "Mira Vale"),  # capitals and accents
        ("mira vael", "Mira Vale"),  # a slip
        ("osk", "Tom Osk"),
    ],
)
async def test_autocompletion_finds_by_prefix_word_and_near_miss(
    typed: str, found: str, harbour: Stage
) -> None:
    choices = await harbour.ben.autocomplete(harbour.general, "character", "name", typed)
    assert choices[0]["name"].startswith(f"{found} (")


@pytest.mark.parametrize("typed", ["ope", "ide", "arb"])
async def test_three_letters_offer_only_what_begins_so(typed: str, harbour: Stage) -> None:
    offered = await harbour.ben.autocomplete(harbour.general, "tag", "name", typed)
    assert not [
        each["name"]
        for each in offered
        if not any(word.startswith(typed) for word in each["name"].lower().split())
    ]


async def test_an_alias_that_many_bear_is_offered_for_whoever_is_in_a_story_here(
    harbour: Stage,
) -> None:
    s = harbour
    (s.settings.stories_dir / "characters.toml").write_text(
        '[[character]]\nname = "Mira Vale"\naliases = ["Captain Vale"]\n', "utf-8"
    )
    await s.client.house.catalogue.sync()
    offered = await s.ben.autocomplete(s.general, "character", "name", "captain")
    assert [choice["name"] for choice in offered] == ["Mira Vale (7 stories)"]


@pytest.fixture
async def pairs(tmp_path: Path, clock: Clock) -> AsyncIterator[Stage]:
    """Set the stage with four stories whose relationships are written in three ways."""
    folder = tmp_path / "stories"
    folder.mkdir()
    for title, pair in {
        "Ash": "Kylo Ren/Hux",
        "Birch": "Armitage Hux/Ben Solo | Kylo Ren",
        "Cedar": "General Hux & Kylo Ren",
        "Dogwood": "Tom Osk/Mira Vale",
    }.items():
        head = f"title: {title}\nauthor: Ida Penn\nrating: General\nrelationships: [{pair}]"
        (folder / f"{title}.md").write_text(f"---\n{head}\n---\n\nA {title}.\n", "utf-8")
    async with stage(settings_for(tmp_path, folder), clock) as ready:
        yield ready


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("mira vale/tom osk", "Dogwood"),
        ("Ben Solo & Hux", "Cedar"),
        ("Armitage Hux&Lord Ren", "Cedar"),
    ],
)
async def test_a_relationship_is_found_in_any_order_and_by_any_alias(
    typed: str, title: str, pairs: Stage
) -> None:
    (listed,) = messages(await pairs.ben.slash(pairs.general, "tag", name=typed))
    assert options(listed) == [title]


async def test_a_relationship_that_is_written_in_two_ways_is_asked_about(pairs: Stage) -> None:
    (near,) = messages(await pairs.ben.slash(pairs.general, "tag", name="Hux/Ren"))
    assert labels(near)[:2] == ["Kylo Ren/Hux", "Armitage Hux/Ben Solo | Kylo Ren"]


@pytest.mark.parametrize("typed", ["osk/mira", "vale/tom", "mira vale / tom"])
async def test_a_relationship_is_offered_by_a_part_of_both_names(typed: str, pairs: Stage) -> None:
    offered = await pairs.ben.autocomplete(pairs.general, "tag", "name", typed)
    assert offered[0]["name"] == "Tom Osk/Mira Vale (relationship, 1 story)"


async def test_a_choice_leads_to_the_kind_it_names(tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "stories"
    folder.mkdir()
    write(folder, "Of the fandom", fandom="Storm", tags="rain")
    write(folder, "With the tag", fandom="Calm", tags="Storm")
    async with stage(settings_for(tmp_path, folder), clock) as s:
        choices = await s.ben.autocomplete(s.general, "tag", "name", "storm")
        led = {
            choice["name"]: options(
                messages(await s.ben.slash(s.general, "tag", name=choice["value"]))[0]
            )
            for choice in choices
        }
    assert led == {
        "Storm (fandom, 1 story)": ["Of the fandom"],
        "Storm (tag, 1 story)": ["With the tag"],
    }


async def test_many_long_names_make_25_choices_of_100_characters_that_lead_somewhere(
    tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "stories"
    folder.mkdir()
    long = [f"tag number {n} that goes on {'and on ' * 15}to its end {n}" for n in range(30)]
    write(folder, "Many", tags=", ".join(long))
    async with stage(settings_for(tmp_path, folder), clock) as s:
        choices = await s.ben.autocomplete(s.general, "tag", "name", "tag number")
        picked = choices[3]["value"]
        (listed,) = messages(await s.ben.slash(s.general, "tag", name=picked))
    assert len(choices) == 25
    assert max(len(choice["name"]) for choice in choices) <= 100
    assert max(len(choice["value"]) for choice in choices) <= 100
    assert min(len(choice["value"]) for choice in choices) >= 1
    assert options(listed) == ["Many"], "a picked name leads to its stories"


async def test_near_misses_are_at_most_a_row_of_buttons(tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "stories"
    folder.mkdir()
    write(folder, "Crowd", characters=", ".join(f"Captain Vane {x}" for x in "ABCDEFGHIJ"))
    async with stage(settings_for(tmp_path, folder), clock) as s:
        (message,) = messages(await s.ben.slash(s.general, "character", name="captain vane"))
        assert 1 < len(labels(message)) <= 5
        (listed,) = messages(await s.ben.click(message, label=labels(message)[0]))
    assert options(listed) == ["Crowd"]


async def test_more_than_a_thousand_stories_are_told_so_wherever_they_are_counted(
    harbour: Stage,
) -> None:
    s = harbour
    told = [
        story_of(
            f"Log {n}",
            characters=["Otter", "Beaver"],
            tags=["Rivers"],
            rating=Rating.MATURE if n % 2 else Rating.TEEN,
        )
        for n in range(2 * COUNT_LIMIT + 2)
    ]
    await put(s.client.house.library, *told)
    answer = await s.ben.slash(s.general, "character", name="Otter")
    assert "more than 1,000 stories" in s.texts(answer)[0]
    assert "1,000+ more are for age-restricted channels." in s.texts(answer)[0]
    (choice,) = await s.ben.autocomplete(s.general, "character", "name", "otter")
    assert choice["name"] == "Otter (more than 1,000 stories)"
    nothing = await s.ben.slash(s.general, "character", name="Otter", author="Ida Penn")
    assert "Drop “Ida Penn” (1,000+ stories)" in labels(messages(nothing)[0])
    given = {"character": "Otter"}
    (choice,) = await s.ben.autocomplete(s.general, "story", "with", "", **given)
    assert choice["name"] == "Beaver", "of the two together not all were counted"
    (cloud,) = messages(await s.ben.slash(s.general, "tag"))
    assert "Rivers (1,000+)" in cloud.content
    told = [each["description"] for item in items(cloud) for each in item.get("options", [])]
    assert told[0] == "tag, more than 1,000 stories"
    about = await s.ben.slash(s.general, "fireside about")
    assert "1,000+ stories can be read here." in s.texts(about)[0]
