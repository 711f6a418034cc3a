"""The client: what it asks of Discord, its commands as declared, its loops, and its end."""

import asyncio
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

import discord
import pytest
from discord import app_commands

from bot.client import LOOK_AGAIN, PERMISSIONS, StoryClient, create_client, invite_link
from bot.errors import LibraryError
from tests.stage import Clock, Stage, is_private, messages, settings_for, stage

NAME = re.compile(r"[a-z0-9_-]{1,32}")
NAMING_OPTIONS = {"character", "tag", "title", "name"}


def write(folder: Path, title: str, text: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{title.lower().replace(' ', '-')}.md"
    body = text or f"{title} lay by the quay. Nobody had come for it."
    path.write_text(f"---\ntitle: {title}\nrating: General\n---\n\n{body}\n", "utf-8")
    return path


def declared(client: StoryClient) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every command, group, subcommand and option as Discord is told of it, with its path."""

    def below(path: str, node: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        yield path, node
        for option in node.get("options") or []:
            yield from below(f"{path} {option['name']}", option)

    for command in client.tree.get_commands():
        told = command.to_dict(client.tree)
        yield from below(told["name"], told)


def syncs(s: Stage) -> int:
    return sum(r.method == "PUT" and r.path.endswith("/commands") for r in s.env.http_requests)


@pytest.fixture
def client(tmp_path: Path, clock: Clock) -> StoryClient:
    """Make a client that is not started."""
    return create_client(settings_for(tmp_path), now=clock, rng=Random(1))


# What it asks of Discord


async def test_it_asks_for_guilds_alone_and_may_ping_nobody(client: StoryClient) -> None:
    assert client.intents == discord.Intents(guilds=True)
    assert client.allowed_mentions is not None
    assert client.allowed_mentions.to_dict() == {"parse": []}
    assert isinstance(client, discord.AutoShardedClient)


def test_making_a_client_opens_and_writes_nothing(client: StoryClient, tmp_path: Path) -> None:
    assert list(tmp_path.iterdir()) == []


async def test_a_client_that_was_never_started_can_be_closed_twice(client: StoryClient) -> None:
    await client.close()
    await client.close()


async def test_the_invite_link_asks_for_exactly_the_permissions_we_need(seeds: Stage) -> None:
    link = urlsplit(invite_link(seeds.client))
    asked = parse_qs(link.query)
    assert link.netloc == "discord.com"
    assert asked["client_id"] == [str(seeds.client.application_id)]
    assert asked["permissions"] == [str(PERMISSIONS.value)]
    assert set(asked["scope"][0].split()) == {"bot", "applications.commands"}
    assert not PERMISSIONS.administrator
    assert not PERMISSIONS.mention_everyone
    assert PERMISSIONS.view_channel
    assert PERMISSIONS.send_messages


# Commands as declared


async def test_there_are_no_other_top_level_commands_than_the_design_names(
    client: StoryClient,
) -> None:
    known = {"drabble", "story", "excerpt", "continue", "search", "character", "tag", "fireside"}
    known |= {"daily-story", "fireside-admin"}
    slash = discord.AppCommandType.chat_input
    names = {command.name for command in client.tree.get_commands(type=slash)}
    assert names <= known
    assert {"drabble", "story", "character", "fireside"} <= names


async def test_every_name_and_description_follows_discords_rules(client: StoryClient) -> None:
    for path, node in declared(client):
        if "description" not in node:  # the entry of a menu: words, and nothing else
            assert node["type"] == discord.AppCommandType.message.value
            assert 1 <= len(node["name"]) <= 32, path
            continue
        assert NAME.fullmatch(node["name"]), path
        assert 1 <= len(node["description"].strip()) <= 100, path
        assert node["description"] not in {"…", "..."}, f"{path} is not described"
        assert len(node.get("options") or []) <= 25, path
        names = [option["name"] for option in node.get("options") or []]
        assert len(names) == len(set(names)), path
        required = [bool(option.get("required")) for option in node.get("options") or []]
        assert required == sorted(required, reverse=True), f"{path}: required ones come first"


async def test_no_command_is_larger_than_discord_takes(client: StoryClient) -> None:
    for command in client.tree.get_commands():
        told = command.to_dict(client.tree)
        words = [
            str(node.get(key, ""))
            for _, node in declared(client)
            if node["name"] == told["name"]
            for key in ("name", "description")
        ]
        assert sum(map(len, words)) <= 8_000
    assert len(client.tree.get_commands()) <= 100


async def test_every_option_that_names_something_completes_from_the_library(
    client: StoryClient,
) -> None:
    naming = [
        (path, node)
        for path, node in declared(client)
        if node["type"] == 3 and node["name"] in NAMING_OPTIONS and " " in path
    ]
    assert len(naming) >= 9
    assert [path for path, node in naming if not node.get("autocomplete")] == []


async def test_reading_commands_work_in_servers_direct_messages_and_for_users(
    client: StoryClient,
) -> None:
    for command in client.tree.get_commands():
        if command.name not in {"drabble", "story", "excerpt", "character", "tag", "fireside"}:
            continue
        told = command.to_dict(client.tree)
        assert told["contexts"] == [0, 1, 2], command.name
        assert told["integration_types"] == [0, 1], command.name
        assert not told.get("nsfw"), f"{command.name}: ratings are checked, not commands hidden"


async def test_context_menus_are_not_counted_as_slash_commands(client: StoryClient) -> None:
    slash = client.tree.get_commands(type=discord.AppCommandType.chat_input)
    assert all(isinstance(each, app_commands.Command | app_commands.Group) for each in slash)


# Syncing


async def test_commands_are_synced_once_and_not_again_on_restart(seeds: Stage) -> None:
    assert syncs(seeds) == 1
    for _ in range(2):
        await seeds.restart()
    assert syncs(seeds) == 1
    answer = await seeds.ben.slash(seeds.general, "drabble")
    assert not is_private(answer)


async def test_commands_are_synced_again_when_their_declaration_changed(
    tmp_path: Path, clock: Clock
) -> None:
    async with stage(settings_for(tmp_path), clock) as s:
        await s.client.house.library.write_note("commands", "of an older version")
        await s.restart()
        assert syncs(s) == 2
        await s.restart()
        assert syncs(s) == 2


async def test_a_sync_that_failed_is_tried_again_at_the_next_start(
    tmp_path: Path, clock: Clock
) -> None:
    async with stage(settings_for(tmp_path), clock) as s:
        await s.client.house.library.write_note("commands", "of an older version")
        s.env.inject_error("PUT", "/applications/*/commands", status=400, code=30034)
        s.expected.append(Exception)
        failed: Exception | None = None
        try:
            await s.restart()
        except discord.HTTPException as error:
            failed = error
        note = await _note(s)
    assert failed is None or note != "synced"
    assert note == "of an older version"


async def _note(s: Stage) -> str | None:
    for client in reversed(s.clients):
        try:
            return await client.house.library.note("commands")
        except LibraryError:
            continue
    return None


# The shelf


async def test_a_new_story_is_there_after_five_minutes(tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "stories"
    write(folder, "Anchor")
    async with stage(settings_for(tmp_path, folder), clock) as s:
        write(folder, "Buoy")
        assert await titles(s) == ["Anchor"]
        await s.env.advance_time(LOOK_AGAIN * 60 + 1)
        assert await titles(s) == ["Anchor", "Buoy"]


async def test_it_goes_on_looking_for_changed_and_removed_files(
    tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "stories"
    for title in ("Anchor", "Buoy", "Capstan"):
        write(folder, title)
    async with stage(settings_for(tmp_path, folder), clock) as s:
        write(folder, "Anchor", "A new anchor lay there. It was larger.")
        await s.env.advance_time(LOOK_AGAIN * 60 + 1)
        assert "larger" in s.texts(await s.ben.slash(s.general, "story", title="Anchor"))[0]
        (folder / "buoy.md").unlink()
        await s.env.advance_time(LOOK_AGAIN * 60 + 1)
        assert await titles(s) == ["Anchor", "Capstan"]


async def titles(s: Stage) -> list[str]:
    choices = await s.ben.autocomplete(s.general, "story", "title", "")
    return [choice["name"].split(" · ")[0] for choice in choices]


async def test_two_looks_at_once_read_every_story_once(tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "stories"
    write(folder, "Anchor")
    async with stage(settings_for(tmp_path, folder), clock) as s:
        for number in range(50):
            write(folder, f"Rope {number}", f"Rope {number} was wet. It hung from hook {number}.")
        catalogue = s.client.house.catalogue
        first, second = await asyncio.gather(catalogue.sync(), catalogue.sync())
        about = s.texts(await s.ben.slash(s.general, "fireside about"))[0]
        assert not catalogue.is_reading
    assert "51 stories can be read here" in about
    told = sorted(report.counts.get("added", 0) for report in (first, second))
    assert told == [0, 50]


async def test_a_look_that_fails_is_logged_and_the_next_one_works(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "stories"
    write(folder, "Anchor")
    async with stage(settings_for(tmp_path, folder), clock) as s:
        library = s.client.house.library
        await library.close()
        with caplog.at_level(logging.ERROR):
            await s.env.advance_time(LOOK_AGAIN * 60 + 1)
        assert "trying again later" in caplog.text
        await library.open()
        write(folder, "Buoy")
        await s.env.advance_time(LOOK_AGAIN * 60 + 1)
        assert await titles(s) == ["Anchor", "Buoy"]


async def test_an_empty_library_is_filled_before_the_bot_is_ready(
    tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "stories"
    for number in range(230):
        write(folder, f"Rope {number}", f"Rope {number} was wet. It hung from hook {number}.")
    async with stage(settings_for(tmp_path, folder), clock) as s:
        about = s.texts(await s.ben.slash(s.general, "fireside about"))[0]
    assert "230 stories can be read here" in about


async def test_many_new_files_do_not_keep_the_bot_from_starting(
    tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "stories"
    write(folder, "Anchor")
    async with stage(settings_for(tmp_path, folder), clock) as s:
        for number in range(230):
            write(folder, f"Rope {number}", f"Rope {number} was wet. It hung from hook {number}.")
        await s.restart()
        await s.env.settle()
        about = s.texts(await s.ben.slash(s.general, "fireside about"))[0]
    assert "231 stories can be read here" in about


async def test_a_bad_file_is_named_once_in_the_log_and_stops_nothing(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "stories"
    write(folder, "Anchor")
    (folder / "empty.txt").write_bytes(b"")
    with caplog.at_level(logging.INFO):
        async with stage(settings_for(tmp_path, folder), clock) as s:
            assert await titles(s) == ["Anchor"]
            await s.env.advance_time(LOOK_AGAIN * 60 + 1)
    named = [record for record in caplog.records if "empty.txt" in record.getMessage()]
    assert len(named) == 1, "a file that stays bad is not news every five minutes"


# Its end


async def test_closing_closes_the_library_and_stops_the_loop(tmp_path: Path, clock: Clock) -> None:
    async with stage(settings_for(tmp_path), clock) as s:
        old = s.client
        await s.restart()
        assert old.is_closed()
        assert not old._look_again.is_running()
        with pytest.raises(LibraryError):
            await old.house.library.note("commands")


async def test_the_log_never_holds_a_word_of_a_story(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "stories"
    write(folder, "Anchor", "The quartermaster whispered xylograph. Nobody heard.")
    with caplog.at_level(logging.DEBUG):
        async with stage(settings_for(tmp_path, folder), clock) as s:
            answer = await s.ben.slash(s.general, "drabble")
            assert "xylograph" in messages(answer)[0].content
    ours = [record for record in caplog.records if record.name.startswith("bot")]
    assert "xylograph" not in json.dumps([record.getMessage() for record in ours])
