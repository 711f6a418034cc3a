"""What somebody avoids does not come upon them, and a story that carries it opens as a cover."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.controls import button, controls
from tests.stage import Clock, Stage, is_private, labels, messages, settings_for, stage
from tests.tales import planted, write_tale


@pytest.fixture
async def s(tmp_path: Path, clock: Clock) -> Any:
    """Set the stage with one story about spiders and one without, both short."""
    folder = tmp_path / "stories"
    write_tale(folder, "Eight Legs", tags="[Spiders]", paragraphs=5)
    write_tale(folder, "Long Road", tags="[walking]", paragraphs=5)
    async with stage(settings_for(tmp_path, folder), clock) as ready:
        await ready.client.house.members.change(ready.ben.id, lambda p: p.avoiding(["spiders"]))
        yield ready


EIGHT, ROAD = "eightlegs", "longroad"


@pytest.mark.parametrize("command", ["drabble", "story", "excerpt"])
async def test_no_random_pick_brings_it(command: str, s: Stage) -> None:
    told = [str(s.texts(await s.ben.slash(s.general, command))) for _ in range(6)]
    assert not [text for text in told if EIGHT in text]
    others = [str(s.texts(await s.cid.slash(s.general, command))) for _ in range(6)]
    assert [text for text in others if EIGHT in text], "who avoids nothing gets it"


async def test_no_list_names_it(s: Stage) -> None:
    mine = s.texts(await s.ben.slash(s.general, "tag", author="Ida Penn"))[0]
    assert "Eight Legs" not in mine
    assert "Long Road" in mine
    assert "Eight Legs" in s.texts(await s.cid.slash(s.general, "tag", author="Ida Penn"))[0]


@pytest.mark.parametrize(
    ("command", "asked"),
    [
        ("tag", {"name": "Spiders"}),
        ("story", {"tag": "Spiders"}),
        ("drabble", {"tag": "Spiders"}),
        ("search", {"words": "eightlegs-1-1-a"}),
        ("search", {"tag": "Spiders"}),
    ],
)
async def test_where_nothing_else_fits_the_list_is_named_as_the_reason(
    command: str, asked: dict[str, str], s: Stage
) -> None:
    answer = await s.ben.slash(s.general, command, **asked)
    assert is_private(answer)
    (told,) = messages(answer)
    assert "1 story carries something that you avoid." in told.content
    opened = await s.ben.click(told, label="What I avoid")
    assert "You avoid spiders." in s.texts(opened)[0]


async def test_who_avoids_all_there_is_is_told_so(s: Stage) -> None:
    await s.client.house.members.change(s.ben.id, lambda p: p.avoiding(["walking"]))
    (told,) = messages(await s.ben.slash(s.general, "drabble"))
    assert told.content.endswith("2 stories carry something that you avoid.")
    assert labels(told) == ["What I avoid"]


async def test_who_names_it_gets_a_cover_and_then_the_text(s: Stage) -> None:
    (shown,) = messages(await s.ben.slash(s.general, "story", title="Eight Legs"))
    assert EIGHT not in shown.content
    assert "avoid list" not in shown.content, "what somebody avoids is nobody else's to know"
    read = await s.ben.click(shown, label="Read")
    assert EIGHT in str(s.texts(read)) + s.general.history()[-1].content
    other = await s.cid.slash(s.general, "story", title="Eight Legs")
    assert EIGHT in s.texts(other)[0], "for others it opens at once"


async def test_somebody_elses_page_opens_as_a_cover_for_who_avoids_it(
    tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "stories"
    write_tale(folder, "Eight Legs", tags="[Spiders]", paragraphs=40)
    async with stage(settings_for(tmp_path, folder), clock) as s:
        await s.client.house.members.change(s.ben.id, lambda p: p.avoiding(["Spiders"]))
        page = messages(await s.cid.slash(s.general, "story", title="Eight Legs"))[-1]
        for label in ("Next", "Read privately"):
            (shown,) = messages(await s.ben.click(page, label=label))
            assert shown.ephemeral
            assert EIGHT not in shown.content
            assert "from your avoid list" in shown.content
            assert labels(shown) == ["Read"]
            assert not await s.client.house.library.has_places(s.ben.id)
        read = await s.ben.click(shown, label="Read")
        assert is_private(read)
        assert EIGHT in s.texts(read)[-1]
        further = await s.ben.click(messages(read)[-1], label="Next")
        assert EIGHT in s.texts(further)[-1], "who began to read is asked no more"


async def test_an_excerpt_of_it_by_name_is_a_cover(s: Stage) -> None:
    answer = await s.ben.slash(s.general, "excerpt", title="Eight Legs")
    assert EIGHT not in str(s.texts(answer))


async def test_ones_own_daily_story_leaves_it_out(s: Stage) -> None:
    house = s.client.house
    form = await s.ben.click(
        await planted(s, controls([button("Press", "own-form")])), label="Press"
    )
    await s.ben.submit_modal(form, {"time": "19:10", "zone": "Berlin", "what": ["drabble"]})
    (daily,) = await house.daily_stories.of_member(s.ben.id)
    for day in (20, 21, 22):
        s.clock.at = datetime(2026, 11, day, 18, 11, tzinfo=UTC)
        await s.env.advance_time(21)
    told = " ".join(m.content for m in s.ben.user.dm_channel.history())
    assert told.count("**Long Road**") == 3
    assert "Eight Legs" not in told
    assert daily.member == s.ben.id
