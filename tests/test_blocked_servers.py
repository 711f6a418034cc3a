"""A server that the operator closed: one kind sentence, no daily stories, and nothing lost."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.config import Settings
from bot.controls import button, controls
from bot.errors import ConfigurationError
from tests.stage import Stage, is_private, labels, messages
from tests.tales import planted, rest_problems

CLOSED = "Whoever runs this bot has closed it in this server."


async def close(s: Stage, *servers: int, **more: Any) -> None:
    """Start the bot anew with these servers blocked."""
    s.settings = replace(s.settings, blocked_servers=frozenset(servers), **more)
    await s.restart()


@pytest.mark.parametrize("command", ["drabble", "story", "fireside help", "fireside-admin check"])
async def test_every_command_is_answered_with_one_kind_sentence(command: str, seeds: Stage) -> None:
    s = seeds
    await close(s, s.guild.id, operator_contact="ida@example.org")
    answer = await s.ada.slash(s.general, command)
    assert is_private(answer)
    (told,) = s.texts(answer)
    assert told.startswith(CLOSED)
    assert told.endswith("ida@example.org")
    assert rest_problems(s) == []


async def test_nothing_is_offered_while_somebody_types_there(seeds: Stage) -> None:
    await close(seeds, seeds.guild.id)
    assert await seeds.ben.autocomplete(seeds.general, "story", "title", "a") == []


async def test_buttons_and_forms_are_answered_alike(seeds: Stage) -> None:
    s = seeds
    shown = await planted(
        s, controls([button("Press", "do", "drabble"), button("Own", "own-form")])
    )
    form = await s.ben.click(shown, label="Own")
    await close(s, s.guild.id)
    answer = await s.ben.click(shown, label="Press")
    assert is_private(answer)
    assert s.texts(answer)[0].startswith(CLOSED)
    filled = await s.ben.submit_modal(form, {"time": "8 pm", "zone": "Berlin", "what": ["drabble"]})
    assert s.texts(filled)[0].startswith(CLOSED)
    assert await s.client.house.daily_stories.of_member(s.ben.id) == []


async def test_direct_messages_and_other_servers_go_on(seeds: Stage) -> None:
    s = seeds
    await close(s, s.guild.id + 1)
    assert "words" in s.texts(await s.ben.slash(s.general, "drabble"))[0]
    await close(s, s.guild.id)
    assert "words" in s.texts(await s.ben.user.slash("drabble"))[0]


async def test_its_daily_story_is_left_out_and_comes_again_when_it_is_open(seeds: Stage) -> None:
    s = seeds
    shown = messages(await s.ada.slash(s.general, "daily-story", time="20:00", zone="Berlin"))[-1]
    assert "Pause" in labels(shown)
    await close(s, s.guild.id)
    before = len(s.general.history())
    s.clock.at = datetime(2026, 11, 20, 19, 1, tzinfo=UTC)
    await s.env.advance_time(21)
    assert len(s.general.history()) == before
    (daily,) = await s.client.house.daily_stories.of_server(s.guild.id)
    assert not daily.paused
    await close(s)
    s.clock.at = datetime(2026, 11, 21, 19, 1, tzinfo=UTC)
    await s.env.advance_time(21)
    assert len(s.general.history()) > before
    sent = await s.client.house.library.deliveries_of(daily.id, 9)
    assert [each.state for each in sent] == ["sent", "skipped"]


def test_the_setting_takes_ids_with_commas_or_spaces() -> None:
    told = Settings.from_mapping({"BLOCKED_SERVERS": "12, 345 6"})
    assert told.blocked_servers == {12, 345, 6}
    assert Settings.from_mapping({}).blocked_servers == frozenset()


@pytest.mark.parametrize("value", ["my server", "12;13", "-1", "9" * 30])
def test_what_is_no_id_is_refused(value: str) -> None:
    with pytest.raises(ConfigurationError):
        Settings.from_mapping({"BLOCKED_SERVERS": value})
