"""A long story told in instalments: every word once and in order, whatever happens between."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.daily import FINISHED, DailyStory, Length, Order, What
from tests.dailies import DUE, deny, inbox, keep_daily, keep_own, kept, move_to
from tests.stage import Clock, Stage, is_private, labels, messages, settings_for, stage

DAY = timedelta(days=1)
LEASE = timedelta(minutes=6)


def story(title: str, chapters: int, paragraphs: int, **facts: str) -> str:
    """Write a story whose every sentence says where it stands."""
    told = {"title": title, "author": "Ada Quay", "rating": "General", **facts}
    lines = ["---", *(f"{key}: {value}" for key, value in told.items()), "---", ""]
    for chapter in range(1, chapters + 1):
        lines += [f"# Chapter {chapter}: The {chapter}. Tide", ""]
        for paragraph in range(1, paragraphs + 1):
            sentence = f"{title} said {chapter} and {paragraph} to the sea once more. "
            lines += [(sentence * 5).strip(), ""]
            if paragraph % 4 == 0 and paragraph < paragraphs:
                lines += ["* * *", ""]
    return "\n".join(lines)


def said(text: str) -> list[tuple[int, int]]:
    """Give where the sentences of a text stand, in order, each once."""
    found = [(int(a), int(b)) for a, b in re.findall(r"said (\d+) and (\d+) to the sea", text)]
    return [place for n, place in enumerate(found) if n == 0 or found[n - 1] != place]


def everything(chapters: int, paragraphs: int) -> list[tuple[int, int]]:
    return [(c, p) for c in range(1, chapters + 1) for p in range(1, paragraphs + 1)]


@pytest.fixture
def stories(tmp_path: Path) -> Path:
    folder = tmp_path / "stories"
    folder.mkdir()
    (folder / "anchor.md").write_text(story("Anchor", 2, 9, published="2020-01-01"), "utf-8")
    (folder / "buoy.md").write_text(story("Buoy", 1, 30, published="2010-01-01"), "utf-8")
    return folder


@pytest.fixture
async def s(tmp_path: Path, stories: Path, clock: Clock) -> AsyncIterator[Stage]:
    async with stage(settings_for(tmp_path, stories), clock) as ready:
        yield ready


async def id_of(s: Stage, title: str) -> int:
    found = [
        ident
        for ident, name in await s.client.house.library.title_spellings(99)
        if name == title.casefold()
    ]
    return found[0]


def contents(channel: Any) -> list[str]:
    return [each.content for each in channel.history()]


async def serial(s: Stage, channel: Any, title: str, **more: Any) -> DailyStory:
    return await keep_daily(s, channel, What.SERIAL, serial_of=await id_of(s, title), **more)


async def tell(s: Stage, days: int, first: int = 0) -> None:
    for day in range(first, first + days):
        await move_to(s, DUE + day * DAY)


async def test_from_first_to_last_with_a_restart_in_between_every_word_comes_once(
    s: Stage,
) -> None:
    daily = await serial(s, s.general, "Anchor", length=Length.SHORT)
    await tell(s, 2)
    await s.restart()
    day = 2
    while not (await kept(s, daily)).paused:
        await tell(s, 1, day)
        day += 1
        assert day < 30
    told = contents(s.general)
    assert said("\n".join(told)) == everything(2, 9)
    assert all(len(content) <= 2000 for content in told)
    assert told[0].startswith("**Anchor** by Ada Quay")
    numbers = [int(n) for n in re.findall(r"Instalment (\d+)", "\n".join(told))]
    assert numbers == list(range(1, len(numbers) + 1))
    assert "Chapter 2 of 2" in told[-1]
    assert f"The end, after {len(numbers)} instalments" in told[-1]
    assert all("To be continued" in content for content in told[:-1])


async def test_an_instalment_never_goes_on_into_the_next_chapter(s: Stage) -> None:
    await serial(s, s.general, "Anchor", length=Length.CHAPTER)
    await move_to(s, DUE)
    first = said("\n".join(contents(s.general)))
    assert first == [(1, n) for n in range(1, 10)]
    await move_to(s, DUE + DAY)
    assert said("\n".join(contents(s.general))) == everything(2, 9)


async def test_at_its_end_it_pauses_and_says_so_and_resume_waits_for_new_chapters(
    s: Stage, stories: Path
) -> None:
    daily = await serial(s, s.general, "Anchor", length=Length.CHAPTER)
    await tell(s, 2)
    assert (await kept(s, daily)).paused == FINISHED
    told = inbox(s.ada)[-1]
    assert "has told its story to the end" in told.content
    refused = await s.ada.user.click(told, label="Resume")
    assert "when new chapters come, press Resume" in messages(refused)[0].content
    (stories / "anchor.md").write_text(story("Anchor", 3, 9), "utf-8")
    await s.client.house.catalogue.sync()
    resumed = await s.ada.user.click(told, label="Resume")
    assert messages(resumed)[0].content.startswith("It goes on.")
    before = len(contents(s.general))
    await tell(s, 1, 2)
    assert said("\n".join(contents(s.general)[before:])) == [(3, n) for n in range(1, 10)]


async def test_without_a_named_story_it_goes_on_with_another(
    tmp_path: Path, stories: Path, clock: Clock
) -> None:
    (stories / "chart.md").write_text(story("Chart", 3, 8, published="2015-01-01"), "utf-8")
    async with stage(settings_for(tmp_path, stories), clock) as s:
        daily = await keep_daily(s, s.general, What.SERIAL, length=Length.CHAPTER, order=Order.DATE)
        await tell(s, 5)
        assert not (await kept(s, daily)).paused
        told = re.findall(
            r"\*\*(\w+)\*\* by.*\n(?:-# .*\n)?-# Instalment (\d)", "\n".join(contents(s.general))
        )
        assert told == [
            ("Buoy", "1"),
            ("Chart", "1"),
            ("Chart", "2"),
            ("Chart", "3"),
            ("Buoy", "1"),
        ]


async def test_what_failed_is_sent_again_as_the_same_instalment(s: Stage) -> None:
    daily = await serial(s, s.general, "Anchor", length=Length.MEDIUM)
    path = f"/channels/{s.general.id}/messages"
    s.env.inject_error("POST", path, status=503)
    await move_to(s, DUE)
    assert contents(s.general) == []
    assert (await kept(s, daily)).progress.told == 0
    await s.restart()
    await move_to(s, DUE + LEASE)
    assert said("\n".join(contents(s.general)))[0] == (1, 1)
    assert (await kept(s, daily)).progress.told == 1
    await move_to(s, DUE + DAY)
    told = said("\n".join(contents(s.general)))
    assert told == everything(2, 9)[: len(told)]


async def test_a_story_that_is_gone_pauses_one_that_was_named(s: Stage, stories: Path) -> None:
    daily = await serial(s, s.general, "Anchor")
    (stories / "anchor.md").unlink()
    await s.client.house.catalogue.sync()
    await move_to(s, DUE)
    assert (await kept(s, daily)).paused == "daily.paused-story-gone"
    assert "The story it tells is gone" in inbox(s.ada)[-1].content


async def test_a_story_with_warnings_stays_behind_a_cover_until_a_reader_opens_it(
    tmp_path: Path, stories: Path, clock: Clock
) -> None:
    warned = story("Wreck", 2, 9, warnings="Graphic Depictions Of Violence")
    (stories / "wreck.md").write_text(warned, "utf-8")
    async with stage(settings_for(tmp_path, stories), clock) as s:
        await serial(s, s.general, "Wreck")
        await move_to(s, DUE)
        (post,) = s.general.history()
        assert "Warnings: Graphic Depictions Of Violence" in post.content
        assert "Instalment 1" in post.content
        assert said(post.content) == []
        opened = await s.ben.click(post, label="Read")
        assert is_private(opened)
        assert said("\n".join(s.texts(opened)))[0] == (1, 1)
        await move_to(s, DUE + DAY)
        second = await s.ben.click(s.general.history()[-1], label="Read")
        both = said("\n".join([*s.texts(opened), *s.texts(second)]))
        assert both == everything(2, 9)[: len(both)]


# Readers


async def test_next_instalment_now_is_private_and_leads_to_the_end(s: Stage) -> None:
    await serial(s, s.general, "Anchor")
    await move_to(s, DUE)
    public = contents(s.general)
    post = s.general.history()[-1]
    assert labels(post) == ["Next instalment now", "Save for later", "Send me this every day"]
    told = list(public)
    while "Next instalment now" in labels(post):
        result = await s.ben.click(post, label="Next instalment now")
        assert is_private(result)
        told += s.texts(result)
        post = messages(result)[-1]
    assert said("\n".join(told)) == everything(2, 9)
    assert contents(s.general) == public


async def test_from_the_beginning_opens_the_first_instalment_for_who_comes_late(
    s: Stage,
) -> None:
    await serial(s, s.general, "Anchor", length=Length.CHAPTER)
    await tell(s, 2)
    result = await s.cid.click(s.general.history()[-1], label="From the beginning")
    assert is_private(result)
    assert said("\n".join(s.texts(result))) == [(1, n) for n in range(1, 10)]


async def test_it_is_saved_and_continue_knows_the_place(s: Stage) -> None:
    await serial(s, s.general, "Anchor", length=Length.CHAPTER)
    await move_to(s, DUE)
    post = s.general.history()[-1]
    await s.ben.click(post, label="Save for later")
    assert await s.client.house.library.has_saved(s.ben.id, await id_of(s, "Anchor"))
    await s.ben.click(post, label="Next instalment now")
    found = await s.client.house.library.place_in(s.ben.id, await id_of(s, "Anchor"))
    assert found is not None
    assert found[0].chapter == 1


async def test_in_direct_messages_it_keeps_a_place_of_its_own(s: Stage) -> None:
    channel = await serial(s, s.general, "Anchor", length=Length.CHAPTER)
    own = await keep_own(
        s, s.ben, What.SERIAL, serial_of=await id_of(s, "Anchor"), length=Length.SHORT
    )
    await tell(s, 2)
    assert (await kept(s, channel)).progress.chapter == 2
    assert (await kept(s, own)).progress.told == 2
    told = said("\n".join(each.content for each in inbox(s.ben)))
    assert told == everything(2, 9)[: len(told)]
    assert "Stop" in labels(inbox(s.ben)[-1])


# Order


async def test_stories_come_in_the_order_of_their_dates_and_start_again(s: Stage) -> None:
    log = s.guild.create_text_channel("log")
    await s.client.house.servers.change(s.guild.id, log_channel=log.id)
    await keep_daily(s, s.general, What.EXCERPT, order=Order.DATE)
    await tell(s, 3)
    titles = [re.findall(r"\*\*(\w+)\*\*", text)[0] for text in contents(s.general)]
    assert titles == ["Buoy", "Anchor", "Buoy"]
    (told,) = contents(log)
    assert "it starts again" in told


# A role and a thread


async def test_only_the_chosen_role_is_mentioned_and_only_above_the_text(s: Stage) -> None:
    role = s.guild.create_role("Readers", mentionable=True)
    await serial(s, s.general, "Anchor", role=role.id)
    await move_to(s, DUE)
    first, *others = contents(s.general)
    assert first.startswith(f"<@&{role.id}>\n**Anchor**")
    assert all(f"<@&{role.id}>" not in content for content in others)
    sent = [r.json or {} for r in s.env.http_requests if r.path.endswith("/messages")]
    assert all(body["allowed_mentions"]["roles"] == [role.id] for body in sent)
    assert all(body["allowed_mentions"]["parse"] == [] for body in sent)


async def test_a_role_that_is_gone_or_may_not_be_mentioned_any_more_is_left_out(
    s: Stage,
) -> None:
    quiet = s.guild.create_role("Quiet")
    await deny(s, s.general, mention_everyone=False)
    await serial(s, s.general, "Anchor", role=quiet.id)
    await serial(s, s.general, "Anchor", role=12345)
    await move_to(s, DUE)
    assert all("<@&" not in content for content in contents(s.general))


async def test_a_thread_is_opened_under_each_post(s: Stage) -> None:
    await serial(s, s.general, "Anchor", opens_thread=True)
    await tell(s, 2)
    names = [thread.name for thread in s.general.threads]
    assert names == ["Anchor, instalment 1", "Anchor, instalment 2"]


async def test_where_no_thread_may_be_opened_the_story_still_comes_and_that_is_told(
    s: Stage,
) -> None:
    log = s.guild.create_text_channel("log")
    await s.client.house.servers.change(s.guild.id, log_channel=log.id)
    daily = await serial(s, s.general, "Anchor", opens_thread=True)
    s.env.inject_error("POST", f"/channels/{s.general.id}/messages/*/threads", status=403)
    await move_to(s, DUE)
    assert said("\n".join(contents(s.general)))[0] == (1, 1)
    assert (await kept(s, daily)).progress.told == 1
    assert "Give me Create Public Threads" in contents(log)[0]
