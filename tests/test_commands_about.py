"""/fireside about and /fireside help, and what they say when there is little to read."""

from pathlib import Path

import discord
import pytest
from discord import app_commands

from bot import __version__
from tests.stage import Clock, Stage, is_private, labels, messages, settings_for, stage


async def test_about_tells_how_much_there_is_whose_it_is_and_which_version(seeds: Stage) -> None:
    s = seeds
    answer = await s.ben.slash(s.general, "fireside about")
    assert is_private(answer)
    (text,) = s.texts(answer)
    assert "Fireside" in text
    assert "stories can be read here" in text
    assert "belongs to its author" in text
    assert __version__ in text


async def test_about_names_the_operator_and_links_where_there_is_help(
    tmp_path: Path, clock: Clock
) -> None:
    settings = settings_for(
        tmp_path,
        OPERATOR_CONTACT="ida on Mastodon",
        SUPPORT_URL="https://example.org/help",
        PRIVACY_URL="https://example.org/privacy",
    )
    async with stage(settings, clock) as s:
        (message,) = messages(await s.ben.slash(s.general, "fireside about"))
    assert "ida on Mastodon" in message.content
    links = [item["url"] for row in message.components for item in row["components"]]
    assert links == ["https://example.org/help", "https://example.org/privacy"]
    assert labels(message) == ["Get help", "Privacy"]


async def test_about_has_no_buttons_when_there_is_nowhere_to_go(seeds: Stage) -> None:
    (message,) = messages(await seeds.ben.slash(seeds.general, "fireside about"))
    assert labels(message) == []


async def test_help_names_every_command_that_one_has_and_no_other(seeds: Stage) -> None:
    s = seeds
    slash = discord.AppCommandType.chat_input
    declared = [
        command
        for command in s.client.tree.walk_commands(type=slash)
        if isinstance(command, app_commands.Command) and command.name != "help"
    ]
    for who in (s.ben, s.ada):
        answer = await who.slash(s.general, "fireside help")
        assert is_private(answer)
        (text,) = s.texts(answer)
        is_admins = {c.qualified_name: (c.parent or c).default_permissions for c in declared}
        told = [name for name in is_admins if f"`/{name}`" in text]
        assert told == [n for n in is_admins if not is_admins[n] or who is s.ada]


async def test_help_says_what_the_channel_is_for(seeds: Stage) -> None:
    s = seeds
    ordinary = s.texts(await s.ben.slash(s.general, "fireside help"))[0]
    restricted = s.texts(await s.ben.slash(s.adult, "fireside help"))[0]
    assert "are read in age-restricted channels" in ordinary
    assert "This channel is age-restricted" in restricted


@pytest.mark.parametrize("label", ["A drabble", "A story", "An excerpt"])
async def test_every_button_of_help_brings_something_to_read_in_public(
    label: str, seeds: Stage
) -> None:
    s = seeds
    (shown,) = messages(await s.ben.slash(s.general, "fireside help"))
    answer = await s.ben.click(shown, label=label)
    assert not is_private(answer)
    assert "** by The Fireside Writers" in s.texts(answer)[0]


async def test_browse_tags_in_help_opens_the_tags_privately(seeds: Stage) -> None:
    s = seeds
    (shown,) = messages(await s.ben.slash(s.general, "fireside help"))
    answer = await s.ben.click(shown, label="Browse tags")
    assert is_private(answer)
    assert "**Tags**" in s.texts(answer)[0]


async def test_help_works_in_direct_messages(seeds: Stage) -> None:
    s = seeds
    (shown,) = messages(await s.ben.user.slash("fireside help"))
    answer = await s.ben.user.click(shown, label="A drabble")
    assert "words" in s.texts(answer)[0]


@pytest.mark.parametrize(
    ("command", "typed"),
    [
        ("drabble", {}),
        ("story", {}),
        ("story", {"title": "Anything"}),
        ("story", {"character": "Anybody"}),
        ("excerpt", {}),
        ("excerpt", {"title": "Anything"}),
        ("character", {"name": "Anybody"}),
        ("tag", {}),
        ("tag", {"name": "anything"}),
        ("fireside about", {}),
        ("fireside help", {}),
    ],
)
async def test_an_empty_library_is_told_kindly_and_privately(
    command: str, typed: dict[str, str], tmp_path: Path, clock: Clock
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    async with stage(settings_for(tmp_path, empty), clock) as s:
        answer = await s.ben.slash(s.general, command, **typed)
    assert is_private(answer)
    (text,) = s.texts(answer)
    assert text.strip()
    assert "reference" not in text


async def test_autocompletion_on_an_empty_library_offers_nothing(
    tmp_path: Path, clock: Clock
) -> None:
    async with stage(settings_for(tmp_path, tmp_path / "missing"), clock) as s:
        for command, option in (("story", "title"), ("character", "name"), ("tag", "name")):
            for typed in ("", "a", "anything"):
                assert await s.ben.autocomplete(s.general, command, option, typed) == []


@pytest.mark.parametrize("command", ["fireside help", "drabble", "story", "excerpt", "tag"])
async def test_while_stories_are_still_being_read_an_answer_without_stories_says_so(
    command: str, tmp_path: Path, clock: Clock
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    async with stage(settings_for(tmp_path, empty), clock) as s:
        s.client.house.catalogue.is_reading = True
        text = "\n".join(s.texts(await s.ben.slash(s.general, command)))
    assert "still being read" in text


async def test_help_says_nothing_of_reading_once_everything_is_read(seeds: Stage) -> None:
    (text,) = seeds.texts(await seeds.ben.slash(seeds.general, "fireside help"))
    assert "still being read" not in text
