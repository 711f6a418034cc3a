"""/drabble, /story and /excerpt as a member types them, and the buttons below what they bring."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.controls import button, controls
from bot.prose.words import count_words
from tests.stage import (
    USER_STORIES,
    Clock,
    Stage,
    is_private,
    labels,
    messages,
    options,
    past_cover,
    plain,
    settings_for,
    stage,
)

DRABBLES = 6  # of the seven stories of the harbour
STRONG = ("003_", "004_")  # how the files of the two stories with strong language begin


def write(folder: Path, title: str, words: int, **facts: str) -> Path:
    """Write a story of exactly ``words`` words, each of which names the story and its place."""
    own = title.lower().replace(" ", "")
    told = [f"{own}{number}" for number in range(words)]
    lines = [" ".join(told[first : first + 10]) + "." for first in range(0, words, 10)]
    text = "\n\n".join(" ".join(lines[first : first + 4]) for first in range(0, len(lines), 4))
    given = {"author": "Ida Penn", "rating": "General", "tags": "[tides]"} | facts
    head = "".join(f"{key}: {value}\n" for key, value in given.items())
    path = folder / f"{own}.md"
    path.write_text(f"---\ntitle: {title}\n{head}---\n\n{text}\n", "utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write six drabbles, the last of two messages, and a long story."""
    stories = tmp_path / "stories"
    stories.mkdir()
    for title in ("Anchor", "Buoy", "Capstan"):
        write(stories, title, 60, characters="[Mira Vale]")
    write(stories, "Dinghy", 100, characters="[Tom Osk]", tags="[ropes]")
    write(stories, "Ebb", 101, characters="[Tom Osk, Mira Vale]", tags="[ropes, tides]")
    write(stories, "Ferry", 260, characters="[Ann Bell]", tags="[voyages]")
    write(stories, "Gale", 3_000, characters="[Ann Bell]", tags="[voyages, storms]")
    return stories


@pytest.fixture
async def harbour(folder: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Stage]:
    """Set the stage with those seven."""
    async with stage(settings_for(tmp_path, folder), clock) as ready:
        yield ready


def title_of(result: Any) -> str:
    """Give the title at the head of what was brought."""
    found = re.match(r"\*\*(.+?)\*\* by ", messages(result)[0].content)
    assert found, messages(result)[0].content
    return found.group(1)


async def drawn(s: Stage, channel: Any, command: str, times: int, **typed: str) -> list[str]:
    """Ask again and again, a minute apart; give the titles."""
    titles: list[str] = []
    for _ in range(times):
        titles.append(title_of(await s.ben.slash(channel, command, **typed)))
        s.clock.at += timedelta(minutes=1)
    return titles


# /drabble


async def test_a_drabble_is_public_whole_and_labelled_with_its_length(harbour: Stage) -> None:
    answer = await harbour.ben.slash(harbour.general, "drabble", tag="ropes", character="Mira Vale")
    (message,) = messages(answer)
    assert not is_private(answer)
    assert message.content.startswith("**Ebb** by Ida Penn\n-# 101 words · General")
    body = message.content.split("\n\n", 1)[1]
    assert count_words(body) == 101
    assert labels(message) == ["Another drabble", "More"]


async def test_only_exactly_100_words_is_called_a_true_drabble(harbour: Stage) -> None:
    told = {
        title_of(answer): "true drabble" in messages(answer)[0].content
        for answer in [await harbour.ben.slash(harbour.general, "drabble") for _ in range(6)]
    }
    assert told["Dinghy"] is True
    assert told["Ebb"] is False
    assert sum(told.values()) == 1


async def test_drabbles_are_at_most_as_long_as_the_setting_says(
    folder: Path, tmp_path: Path, clock: Clock
) -> None:
    async with stage(settings_for(tmp_path, folder, DRABBLE_MAX_WORDS="100"), clock) as s:
        titles = await drawn(s, s.general, "drabble", 8)
    assert set(titles) == {"Anchor", "Buoy", "Capstan", "Dinghy"}


async def test_another_drabble_keeps_the_filters(harbour: Stage) -> None:
    s = harbour
    message = messages(await s.ben.slash(s.general, "drabble", character="Tom Osk"))[0]
    titles = []
    for _ in range(6):
        answer = await s.cid.click(message, label="Another drabble")
        assert not is_private(answer)
        titles.append(title_of(answer))
        message = messages(answer)[-1]
    assert set(titles) == {"Dinghy", "Ebb"}


async def test_both_filters_must_hold(harbour: Stage) -> None:
    typed = {"character": "Tom Osk", "tag": "tides"}
    assert set(await drawn(harbour, harbour.general, "drabble", 4, **typed)) == {"Ebb"}


async def test_a_choice_that_leaves_nothing_says_so_privately(harbour: Stage) -> None:
    answer = await harbour.ben.slash(harbour.general, "drabble", character="Ann Bell", tag="ropes")
    assert is_private(answer)
    assert harbour.texts(answer) == [
        "No drabble that I may show here has all of that.\n"
        "You asked for: Ann Bell, ropes. Drop one of these, and there are some:"
    ]


async def test_drabble_of_the_example_stories_brings_only_the_two_short_ones(
    user_stories: Stage,
) -> None:
    s = user_stories
    short = {
        plain(path.read_text("utf-8-sig"))[:50]
        for path in USER_STORIES.glob("*.txt")
        if count_words(path.read_text("utf-8-sig")) < 500
    }
    assert len(short) == 2
    brought: set[str] = set()
    for _ in range(30):
        told = plain("".join(s.texts(await s.ben.slash(s.adult, "drabble"))))
        (which,) = [opening for opening in short if opening in told]
        brought.add(which)
    assert brought == short


async def test_strong_example_stories_appear_in_general_on_no_path(user_stories: Stage) -> None:
    s = user_stories
    restricted = await s.ben.autocomplete(s.adult, "story", "title", "")
    ordinary = await s.ben.autocomplete(s.general, "story", "title", "")
    held = [choice for choice in restricted if choice not in ordinary]
    assert len(held) == 2
    strong = [
        plain(path.read_text("utf-8-sig"))
        for path in USER_STORIES.glob("*.txt")
        if path.name.startswith(STRONG)
    ]
    before = len(s.env.http_requests)
    for command in ("drabble", "story", "excerpt"):
        for typed in ({}, {"character": "Hux"}, {"character": "Kylo Ren"}):
            for _ in range(6):
                await s.ben.slash(s.general, command, **typed)
    for choice in held:
        number = int(choice["value"].removeprefix("#"))
        title = choice["name"].split(" · ")[0]
        for typed in (choice["value"], title, title[:20]):
            await s.ben.slash(s.general, "story", title=typed)
            await s.ben.slash(s.general, "excerpt", title=typed)
            await s.ben.autocomplete(s.general, "story", "title", typed)
        place: Any = s.client.get_channel(s.general.id)
        for verb, *values in (
            ("story",),
            ("open",),
            ("turn", 0, 0, s.ben.id),
            ("turn", 0, 3_000, s.cid.id),
            ("alone", 0, 0),
            ("post", 0, 0),
            ("post", 0, 3_000),
        ):
            made = button("Go", str(verb), number, *values)
            planted = await place.send("Planted.", view=controls([made]))
            answer = await s.ben.click(planted, label="Go")
            assert is_private(answer)
    for name in ("Hux", "Kylo Ren", "ren", "ben solo"):
        await s.ben.slash(s.general, "character", name=name)
        await s.ben.slash(s.general, "tag", name=name)
        await s.ben.autocomplete(s.general, "character", "name", name)
        await s.ben.autocomplete(s.general, "tag", "name", name)
    await s.ben.slash(s.general, "tag")
    sent = plain("".join(str(request.json) for request in s.env.http_requests[before:]))
    pieces = [text[at : at + 40] for text in strong for at in range(0, len(text) - 40, 200)]
    titles = [plain(choice["name"].split(" · ")[0])[:30] for choice in held]
    assert [piece for piece in pieces if piece in sent] == []
    # What was typed may be echoed: a title is looked for in what nobody typed.
    assert [title for title in titles if f"**{title}" in sent] == []


async def test_the_count_of_character_in_general_names_the_two_held_back(
    user_stories: Stage,
) -> None:
    s = user_stories
    choices = await s.ben.autocomplete(s.general, "character", "name", "hux")
    assert any("(3 stories)" in choice["name"] for choice in choices)
    about = s.texts(await s.ben.slash(s.general, "fireside about"))[0]
    assert "3 stories can be read here" in about


# /story


async def test_a_story_of_two_messages_is_told_whole_in_public(harbour: Stage) -> None:
    answer = await harbour.ben.slash(harbour.general, "story", title="Ferry")
    shown = messages(answer)
    assert not is_private(answer)
    assert 1 <= len(shown) <= 2
    told = "".join(message.content for message in shown)
    assert [f"ferry{n}" for n in range(260)] == re.findall(r"ferry\d+", told)


async def test_a_story_takes_at_most_two_messages_of_a_channel(harbour: Stage) -> None:
    for title in ("Anchor", "Ferry", "Gale"):
        before = len(harbour.general.history())
        await harbour.ben.slash(harbour.general, "story", title=title)
        assert len(harbour.general.history()) - before <= 2


async def test_a_picked_title_opens_that_story(harbour: Stage) -> None:
    s = harbour
    (choice,) = await s.ben.autocomplete(s.general, "story", "title", "caps")
    assert choice["name"] == "Capstan · Ida Penn"
    assert title_of(await s.ben.slash(s.general, "story", title=choice["value"])) == "Capstan"


@pytest.mark.parametrize("typed", ["ferry", "FERRY", "Férry", "  Ferry "])
async def test_a_title_is_found_however_it_is_typed(typed: str, harbour: Stage) -> None:
    assert title_of(await harbour.ben.slash(harbour.general, "story", title=typed)) == "Ferry"


async def test_a_misspelt_title_is_answered_with_buttons(harbour: Stage) -> None:
    s = harbour
    answer = await s.ben.slash(s.general, "story", title="Captsan")
    (message,) = messages(answer)
    assert message.ephemeral
    assert "Captsan" in message.content
    assert "Capstan" in labels(message)
    assert title_of(await s.ben.click(message, label="Capstan")) == "Capstan"


async def test_two_stories_of_one_title_are_told_apart(
    folder: Path, tmp_path: Path, clock: Clock
) -> None:
    (folder / "twin").mkdir()
    write(folder / "twin", "Anchor", 77, author="Ann Other")
    async with stage(settings_for(tmp_path, folder), clock) as s:
        answer = await s.ben.slash(s.general, "story", title="Anchor")
        choices = await s.ben.autocomplete(s.general, "story", "title", "anchor")
    assert is_private(answer)
    assert len(labels(messages(answer)[0])) == 2
    assert sorted(choice["name"] for choice in choices) == [
        "Anchor · Ann Other",
        "Anchor · Ida Penn",
    ]


@pytest.mark.parametrize(
    "typed", ["#999", "#", "# ", "#0", "##1", "#99999999999999999999999999", "   ", "%", "'; --"]
)
async def test_an_odd_title_is_answered_with_a_sentence(typed: str, harbour: Stage) -> None:
    for command in ("story", "excerpt"):
        answer = await harbour.ben.slash(harbour.general, command, title=typed)
        assert is_private(answer)
        assert "reference" not in harbour.texts(answer)[0]


async def test_a_very_long_title_is_answered_with_a_sentence(harbour: Stage) -> None:
    answer = await harbour.ben.slash(harbour.general, "story", title="_long_ " * 800)
    assert is_private(answer)
    assert "reference" not in harbour.texts(answer)[0]


async def test_another_story_comes_below_a_short_one_only_when_it_was_a_surprise(
    harbour: Stage,
) -> None:
    surprise = await harbour.ben.slash(harbour.general, "story", tag="ropes")
    named = await harbour.ben.slash(harbour.general, "story", title="Dinghy")
    assert "Another story" in labels(messages(surprise)[-1])
    assert "Another story" not in labels(messages(named)[-1])
    again = await harbour.ben.click(messages(surprise)[-1], label="Another story")
    assert {title_of(surprise), title_of(again)} == {"Dinghy", "Ebb"}


async def test_source_and_warnings_stand_on_what_is_posted(tmp_path: Path, clock: Clock) -> None:
    stories = tmp_path / "stories"
    stories.mkdir()
    write(
        stories,
        "Undertow",
        180,
        warnings="[Major Character Death]",
        url="https://example.org/works/1",
        permission="consent",
    )
    async with stage(settings_for(tmp_path, stories), clock) as s:
        answer = await s.ben.slash(s.adult, "drabble")
        (cover,) = s.texts(answer)
        text = s.texts(await past_cover(answer, s.ben))
        passage = s.texts(await s.ben.slash(s.adult, "excerpt"))
    assert "Major Character Death" in cover
    assert "undertow" not in cover
    for told in ("\n".join(text), "\n".join(passage)):
        assert told.index("Major Character Death") < told.index("undertow")
        assert "Source: <https://example.org/works/1>" in told


async def test_a_story_without_an_author_says_author_unknown(tmp_path: Path, clock: Clock) -> None:
    stories = tmp_path / "stories"
    stories.mkdir()
    (stories / "found.txt").write_text("The box was empty. Nobody had ever filled it.", "utf-8")
    (stories / "choice.md").write_text(
        "---\ntitle: By choice\nauthor: Anonymous\n---\n\nThe lid was shut. It stayed so.", "utf-8"
    )
    async with stage(settings_for(tmp_path, stories), clock) as s:
        told = sorted([s.texts(await s.ben.slash(s.general, "drabble"))[0] for _ in range(2)])
    assert "**By choice** by Anonymous" in told[0]
    assert "author unknown" in told[1]


# /excerpt


async def test_an_excerpt_is_public_whole_sentences_and_leads_on(harbour: Stage) -> None:
    s = harbour
    answer = await s.ben.slash(s.general, "excerpt", character="Ann Bell", tag="storms")
    (message,) = messages(answer)
    assert not is_private(answer)
    assert title_of(answer) == "Gale"
    assert len(message.content) <= 2_000
    body = message.content.split("\n\n", 1)[1]
    numbers = [int(told) for told in re.findall(r"gale(\d+)", body)]
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    assert numbers[0] % 10 == 0, "it begins with a sentence"
    assert body.rstrip().endswith("."), "it ends with one"
    assert labels(message) == ["Read from here", "Another excerpt", "More"]
    opened = await s.cid.click(message, label="Read from here")
    assert is_private(opened)
    assert f"gale{numbers[0]} " in messages(opened)[0].content


async def test_an_excerpt_of_a_named_story_offers_no_other_one(harbour: Stage) -> None:
    answer = await harbour.ben.slash(harbour.general, "excerpt", title="Gale")
    assert title_of(answer) == "Gale"
    assert "Another excerpt" not in labels(messages(answer)[0])


async def test_another_excerpt_keeps_the_filters(harbour: Stage) -> None:
    s = harbour
    message = messages(await s.ben.slash(s.general, "excerpt", tag="voyages"))[0]
    for _ in range(4):
        answer = await s.ben.click(message, label="Another excerpt")
        message = messages(answer)[-1]
        assert title_of(answer) in {"Ferry", "Gale"}


async def test_a_misspelt_title_of_an_excerpt_is_answered_with_buttons(harbour: Stage) -> None:
    answer = await harbour.ben.slash(harbour.general, "excerpt", title="Galle")
    assert is_private(answer)
    assert "Gale" in labels(messages(answer)[0])


async def test_a_near_title_of_an_excerpt_leads_to_an_excerpt(harbour: Stage) -> None:
    s = harbour
    near = await s.ben.slash(s.general, "excerpt", title="Galle")
    answer = await s.ben.click(messages(near)[0], label="Gale")
    assert "Read from here" in labels(messages(answer)[-1]), "an excerpt was asked for"


# Near misses of filters


@pytest.mark.parametrize("command", ["drabble", "story", "excerpt"])
async def test_a_near_miss_of_a_filter_leads_to_what_was_asked(
    command: str, harbour: Stage
) -> None:
    s = harbour
    wanted, typed = ("Ann Bell", "Anne Bel") if command == "excerpt" else ("Tom Osk", "Tomm Oskk")
    near = await s.ben.slash(s.general, command, character=typed)
    (message,) = messages(near)
    assert message.ephemeral
    assert wanted in labels(message)
    answer = await s.ben.click(message, label=wanted)
    assert not is_private(answer)
    allowed = {"Ferry", "Gale"} if command == "excerpt" else {"Dinghy", "Ebb"}
    assert title_of(answer) in allowed


async def test_a_near_miss_of_one_filter_keeps_the_other(harbour: Stage) -> None:
    s = harbour
    titles: set[str] = set()
    for _ in range(6):
        near = await s.ben.slash(s.general, "drabble", character="Mirra Vale", tag="ropes")
        answer = await s.ben.click(messages(near)[0], label="Mira Vale")
        titles.add(title_of(answer))
    assert titles == {"Ebb"}, "the tag was right and still holds"


# Random picks avoid what the channel was shown last


@pytest.mark.parametrize("command", ["drabble", "story"])
async def test_random_shows_every_story_before_one_comes_again(
    command: str, harbour: Stage
) -> None:
    number = DRABBLES if command == "drabble" else 7
    rounds = [await drawn(harbour, harbour.general, command, number) for _ in range(3)]
    assert [len(set(titles)) for titles in rounds] == [number] * 3


async def test_when_all_were_shown_the_one_shown_longest_ago_comes_next(
    harbour: Stage,
) -> None:
    titles = await drawn(harbour, harbour.general, "drabble", DRABBLES * 3)
    assert titles == titles[:DRABBLES] * 3


async def test_another_channel_and_direct_messages_have_a_history_of_their_own(
    harbour: Stage,
) -> None:
    s = harbour
    first = await drawn(s, s.general, "drabble", DRABBLES - 1)
    assert len(set(await drawn(s, s.adult, "drabble", DRABBLES))) == DRABBLES
    private = [title_of(await s.ben.user.slash("drabble")) for _ in range(DRABBLES)]
    assert len(set(private)) == DRABBLES
    other = [title_of(await s.cid.user.slash("drabble")) for _ in range(DRABBLES)]
    assert len(set(other)) == DRABBLES
    assert set(await drawn(s, s.general, "drabble", 1)) == set(private) - set(first)


async def test_what_a_channel_was_shown_outlives_a_restart(harbour: Stage) -> None:
    first = await drawn(harbour, harbour.general, "drabble", 3)
    await harbour.restart()
    rest = await drawn(harbour, harbour.general, "drabble", DRABBLES - 3)
    assert len(set(first + rest)) == DRABBLES


async def test_a_named_story_counts_as_shown(harbour: Stage) -> None:
    for title in ("Anchor", "Buoy", "Capstan", "Dinghy", "Ferry"):
        await harbour.ben.slash(harbour.general, "story", title=title)
    assert await drawn(harbour, harbour.general, "drabble", 1) == ["Ebb"]


# Autocompletion


async def test_titles_are_offered_by_prefix_word_and_near_miss(
    tmp_path: Path, clock: Clock
) -> None:
    stories = tmp_path / "stories"
    stories.mkdir()
    write(stories, "The Salt Road", 60)
    write(stories, "Salt", 50)
    write(stories, "Ropes", 40)
    async with stage(settings_for(tmp_path, stories), clock) as s:

        async def offered(typed: str) -> list[str]:
            choices = await s.ben.autocomplete(s.general, "story", "title", typed)
            return [choice["name"].split(" · ")[0] for choice in choices]

        assert await offered("") == ["Ropes", "Salt", "The Salt Road"]
        assert await offered("salt") == ["Salt", "The Salt Road"]
        assert await offered("the s") == ["The Salt Road"]
        assert "The Salt Road" in await offered("saltt raod")
        assert await offered("xyzzy") == []


async def test_at_most_25_titles_of_at_most_100_characters_are_offered(
    tmp_path: Path, clock: Clock
) -> None:
    stories = tmp_path / "stories"
    stories.mkdir()
    for number in range(30):
        write(stories, f"Number {number} {'of a very long run ' * 8}", 20 + number)
    async with stage(settings_for(tmp_path, stories), clock) as s:
        for typed in ("", "number", "long", "run 29"):
            choices = await s.ben.autocomplete(s.general, "story", "title", typed)
            assert len(choices) <= 25
            assert all(1 <= len(choice["name"]) <= 100 for choice in choices)
            assert all(1 <= len(choice["value"]) <= 100 for choice in choices)
        title = choices[0]["value"] if choices else "#1"
        assert title_of(await s.ben.slash(s.general, "story", title=title)).startswith("Number")


async def test_every_option_that_names_something_completes(harbour: Stage) -> None:
    s = harbour
    for command in ("drabble", "story", "excerpt"):
        characters = await s.ben.autocomplete(s.general, command, "character", "to")
        tags = await s.ben.autocomplete(s.general, command, "tag", "rop")
        assert [choice["name"] for choice in characters] == ["Tom Osk (2 stories)"]
        assert [choice["name"] for choice in tags] == ["ropes (tag, 2 stories)"]


async def test_a_list_opened_from_a_filter_option_is_the_same_library(harbour: Stage) -> None:
    (listed,) = messages(await harbour.ben.slash(harbour.general, "tag", name="voyages"))
    assert options(listed) == ["Gale", "Ferry"]
