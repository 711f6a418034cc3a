"""Every REST body of a long visit, held against Discord's OpenAPI description and its rules."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.rest_check import messages_of, needs_discord_api, rule_problems, spec_problems
from tests.stage import (
    Clock,
    Stage,
    labels,
    messages,
    option_value,
    options,
    past_cover,
    settings_for,
    stage,
)

pytestmark = needs_discord_api


@dataclass
class Sent:
    """A request, as a test makes one up."""

    method: str
    path: str
    json: Any


CALLBACK = "/interactions/1/token/callback"
LONGEST = "The Lamp at Sable Point"


def reply(**data: Any) -> Sent:
    told = {"allowed_mentions": {"parse": []}, **data}
    return Sent("POST", CALLBACK, {"type": 4, "data": told})


def buttons(*items: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": 1, "components": list(items)}]


BUTTON = {"type": 2, "style": 1, "label": "Go", "custom_id": "fs:help"}


# The check itself


def test_a_right_body_has_no_problems() -> None:
    fine = [reply(content="Hello", components=buttons(BUTTON))]
    assert spec_problems(fine) == []
    assert rule_problems(fine) == []


@pytest.mark.parametrize(
    "wrong",
    [
        reply(content="x" * 2_001),
        reply(content="x", components=buttons({**BUTTON, "custom_id": "x" * 101})),
        reply(content="x", components=buttons({**BUTTON, "label": "x" * 81})),
        reply(contnet="x", content="x"),
        Sent("POST", CALLBACK, {"data": {"content": "x"}}),
        Sent("POST", "/nowhere", {"content": "x"}),
    ],
)
def test_what_the_description_refuses_is_found(wrong: Sent) -> None:
    assert spec_problems([wrong])


@pytest.mark.parametrize(
    "wrong",
    [
        reply(content=""),
        reply(content="   "),
        reply(content="x", components=buttons(BUTTON, BUTTON)),
        reply(content="x", components=buttons({**BUTTON, "label": " "})),
        reply(content="x", components=buttons({"type": 2, "style": 1, "label": "Go"})),
        reply(content="x", components=buttons(BUTTON, {"type": 3, "custom_id": "s"})),
        reply(
            content="x",
            components=buttons({"type": 2, "style": 5, "label": "x", "url": "javascript:1"}),
        ),
        reply(content="x", components=buttons()),
        Sent("POST", CALLBACK, {"type": 4, "data": {"content": "@everyone"}}),
        reply(content="x", allowed_mentions={"parse": ["everyone"]}),
        reply(content="x", allowed_mentions={"parse": [], "users": ["1"]}),
        Sent(
            "POST",
            "/channels/1/messages",
            {"content": "x" * 2_001, "allowed_mentions": {"parse": []}},
        ),
    ],
)
def test_what_only_discord_refuses_is_found(wrong: Sent) -> None:
    assert rule_problems([wrong])


# A long visit


async def press_all(who: Any, message: Any) -> None:
    """Press every button of a message that is there for good."""
    for label in labels(message):
        if label not in ("Next", "Previous"):  # these take the buttons of a private page away
            await who.click(message, label=label)


async def visit(s: Stage, channel: Any) -> None:
    """Type and press everything once, in a channel of the server."""
    for command in ("drabble", "story", "excerpt"):
        for typed in ({}, {"character": "John Watson"}, {"tag": "Ghosts"}, {"tag": "Gohsts"}):
            shown = messages(await s.ben.slash(channel, command, **typed))[-1]
            for label in filter(None, labels(shown)):
                await (s.ben if shown.ephemeral else s.cid).click(shown, label=label)
    for title in ("The Lamp at Sable Point", "The Lmap at Sable Piont", "qqqq zzzz"):
        await s.ben.slash(channel, "story", title=title)
        await s.ben.slash(channel, "excerpt", title=title)
    for name in ("Sherlock Holmes", "Shrlock Homles", "holmes", "zzzz"):
        for command in ("character", "tag"):
            (shown,) = messages(await s.ben.slash(channel, command, name=name))
            if "More stories" in labels(shown):
                (shown,) = messages(await s.ben.click(shown, label="More stories"))
            for option in options(shown)[:2]:
                opened = await s.ben.select(shown, [option_value(shown, option)])
                page = messages(await past_cover(opened, s.ben))[-1]
                if "Next" in labels(page):
                    page = (await s.ben.click(page, label="Next")).followups[-1]
                    await press_all(s.ben, messages(await s.ben.click(page, label="More"))[-1])
                await s.ben.click(page, label="Post here")
    await press_all(s.ben, messages(await s.ben.slash(channel, "continue"))[-1])
    (cloud,) = messages(await s.ben.slash(channel, "tag"))
    for option in options(cloud)[::5]:
        await s.ben.select(cloud, [option_value(cloud, option)])
    for command in ("fireside about", "fireside help"):
        (shown,) = messages(await s.ben.slash(channel, command))
        for label in labels(shown):
            await s.ben.click(shown, label=label)
    for command, option in (
        ("drabble", "character"),
        ("drabble", "tag"),
        ("story", "title"),
        ("character", "name"),
        ("tag", "name"),
    ):
        for typed in ("", "h", "the", "holmse", "zzzz", "x" * 100):
            await s.ben.autocomplete(channel, command, option, typed)


async def test_every_body_of_a_visit_to_a_channel_is_one_discord_takes(seeds: Stage) -> None:
    await visit(seeds, seeds.general)
    await visit(seeds, seeds.adult)
    assert spec_problems(seeds.env.http_requests) == []
    assert rule_problems(seeds.env.http_requests) == []
    assert len(messages_of(seeds.env.http_requests)) > 100


async def test_every_body_of_a_visit_in_direct_messages_is_one_discord_takes(
    seeds: Stage,
) -> None:
    s, reader = seeds, seeds.ben.user
    for command in ("drabble", "story", "excerpt", "tag", "fireside about", "fireside help"):
        for label in filter(None, labels(messages(await reader.slash(command))[-1])):
            shown = messages(await reader.slash(command))[-1]
            if label in labels(shown):
                await reader.click(shown, label=label)
    page = messages(await past_cover(await reader.slash("story", title=LONGEST), reader))[-1]
    for _ in range(4):
        page = (await reader.click(page, label="Next")).followups[-1]
    await press_all(reader, page)
    await press_all(reader, messages(await reader.click(page, label="More"))[-1])
    await press_all(reader, messages(await reader.slash("continue"))[-1])
    assert spec_problems(s.env.http_requests) == []
    assert rule_problems(s.env.http_requests) == []


async def test_bodies_after_errors_and_a_restart_are_ones_discord_takes(seeds: Stage) -> None:
    s = seeds
    s.expected.append(Exception)
    s.env.inject_error("POST", "/interactions/*/callback", status=400, code=50035)
    await s.ben.slash(s.general, "drabble")
    answer = await s.ben.slash(s.general, "story", title=LONGEST)
    page = messages(await past_cover(answer, s.ben))[-1]
    await s.restart()
    await s.ben.click(page, label="Next")
    await s.client.house.library.close()
    await s.ben.slash(s.general, "drabble")
    assert spec_problems(s.env.http_requests) == []
    assert rule_problems(s.env.http_requests) == []


async def test_the_commands_as_synced_are_ones_discord_takes(tmp_path: Path, clock: Clock) -> None:
    async with stage(settings_for(tmp_path), clock) as s:
        synced = [r for r in s.env.http_requests if r.method == "PUT"]
    assert len(synced) == 1
    assert spec_problems(synced) == []
