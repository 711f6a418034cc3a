"""What authors and readers can say under More, and what follows from it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.rights import MOST_CLAIMS
from bot.story import Rating
from tests.stage import (
    Clock,
    Stage,
    is_private,
    labels,
    messages,
    option_value,
    settings_for,
    stage,
)

TEXT = " ".join(f"The rope had strand {number}." for number in range(400))


@pytest.fixture
async def room(tmp_path: Path, clock: Clock) -> AsyncIterator[Stage]:
    """Set the stage with four stories of some pages."""
    folder = tmp_path / "stories"
    folder.mkdir()
    for title in ("Anchor", "Buoy", "Capstan", "Dinghy"):
        head = f"title: {title}\nauthor: Ida Penn\nrating: General\ntags: [Rope]"
        (folder / f"{title}.md").write_text(f"---\n{head}\n---\n\n{title}. {TEXT}\n", "utf-8")
    async with stage(settings_for(tmp_path, folder), clock) as ready:
        yield ready


async def opened(s: Stage, who: Any, title: str = "Anchor") -> Any:
    told = messages(await who.slash(s.general, "story", title=title))
    return next(message for message in told if "More" in labels(message))


async def claimed(s: Stage, who: Any, title: str = "Anchor") -> str:
    menu = messages(await who.click(await opened(s, who, title), label="More"))[-1]
    form = await who.click(menu, label="I wrote this")
    answer = await who.submit_modal(form, {"words": "https://example.org/me"})
    assert is_private(answer)
    return s.texts(answer)[-1]


async def test_who_says_they_wrote_it_makes_it_a_link_in_that_server_on_every_path(
    room: Stage,
) -> None:
    s = room
    page = await opened(s, s.cid)
    found = await s.cid.slash(s.general, "search", words="anchor")
    assert "Thank you. In this server only a card" in await claimed(s, s.ben)
    told = s.texts(await s.cid.slash(s.general, "story", title="Anchor"))[0]
    assert "strand" not in told.split("> ")[0]
    assert "lives elsewhere" in told
    for answer in (
        await s.cid.click(page, label="Next"),
        await s.cid.click(page, label="Read privately"),
        await s.cid.slash(s.general, "excerpt", title="Anchor"),
        await s.cid.select(messages(found)[0], [option_value(messages(found)[0], "Anchor")]),
    ):
        assert "strand 9." not in "".join(s.texts(answer))
    titles: set[str] = set()
    for _ in range(8):
        titles |= set(s.texts(await s.ben.slash(s.general, "excerpt"))[0].splitlines()[:1])
    assert not any("Anchor" in title for title in titles)


async def test_a_claim_waits_for_the_operator_who_can_dismiss_it(room: Stage) -> None:
    s = room
    await claimed(s, s.ben)
    (report,) = await s.client.house.library.reports(10)
    assert (report.kind, report.title, report.words) == (
        "wrote",
        "Anchor",
        "https://example.org/me",
    )
    await s.client.house.rights.dismiss(report.id)
    assert await s.client.house.library.reports(10) == []
    assert "strand" in s.texts(await s.cid.slash(s.general, "story", title="Anchor"))[0]


async def test_one_person_claims_three_stories_a_day(room: Stage) -> None:
    s = room
    for title in ("Anchor", "Buoy", "Capstan"):
        assert "Thank you" in await claimed(s, s.ben, title)
    assert f"that of {MOST_CLAIMS} stories today" in await claimed(s, s.ben, "Dinghy")
    assert "strand" in s.texts(await s.cid.slash(s.general, "story", title="Dinghy"))[0]
    s.clock.at += timedelta(days=1, seconds=1)
    assert "Thank you" in await claimed(s, s.ben, "Dinghy")


async def reported(s: Stage, who: Any, kind: str) -> Any:
    menu = messages(await who.click(await opened(s, who), label="More"))[-1]
    form = await who.click(menu, label="Report")
    return await who.submit_modal(form, {"words": "Look at the end.", "kind": [kind]})


async def test_a_report_waits_with_its_words(room: Stage) -> None:
    s = room
    answer = await reported(s, s.ben, "tags")
    assert is_private(answer)
    assert "waits for whoever runs this bot" in s.texts(answer)[-1]
    (report,) = await s.client.house.library.reports(10)
    assert (report.kind, report.words) == ("tags", "Look at the end.")


async def test_who_may_manage_messages_raises_a_rating_in_their_server_at_once(
    room: Stage,
) -> None:
    s = room
    plain = await reported(s, s.ben, "rating")
    assert "raise its rating" not in s.texts(plain)[-1]
    offer = messages(await reported(s, s.ada, "rating"))[-1]
    raised = await s.ada.select(offer, [option_value(offer, "Explicit")])
    assert "counts as Explicit now" in s.texts(raised)[-1]
    gone = await s.cid.slash(s.general, "story", title="Anchor")
    assert "strand" not in "".join(s.texts(gone))
    assert "Anchor" not in [
        choice["name"].split(" ")[0]
        for choice in await s.cid.autocomplete(s.general, "story", "title", "")
    ]
    assert "· 3 stories" in s.texts(await s.cid.slash(s.general, "tag", name="Rope"))[0]
    there = await s.cid.slash(s.adult, "story", title="Anchor")
    assert "strand" in s.texts(there)[0]
    decided = await s.client.house.rights.decided(s.guild.id)
    assert {each.rating for each in decided.values()} == {Rating.EXPLICIT}


async def test_a_takedown_is_felt_at_once_by_who_is_reading(room: Stage) -> None:
    s = room
    page = await opened(s, s.ben)
    posted = await s.client.house.library.posted(1)
    assert [message for _, message in posted] == [page.id]
    await s.client.house.rights.take_down(1)
    answer = await s.ben.click(page, label="Next")
    assert "strand" not in "".join(s.texts(answer))
    listed = s.texts(await s.ben.slash(s.general, "tag", name="Rope"))[0]
    assert "· 3 stories" in listed
    await s.client.house.catalogue.sync()
    assert "· 3 stories" in s.texts(await s.ben.slash(s.general, "tag", name="Rope"))[0]


async def test_a_drabble_and_a_link_card_have_both_buttons_too(
    tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "few"
    folder.mkdir()
    (folder / "short.md").write_text("---\ntitle: Short\nrating: General\n---\n\nA rope.\n")
    linked = "---\ntitle: Linked\nrating: General\nsource: https://example.org/1\n---\n\nRope.\n"
    (folder / "linked.md").write_text(linked)
    async with stage(settings_for(tmp_path, folder), clock) as s:
        for title in ("Short", "Linked"):
            page = await opened(s, s.ben, title)
            menu = messages(await s.ben.click(page, label="More"))[-1]
            assert {"I wrote this", "Report"} <= set(labels(menu))
