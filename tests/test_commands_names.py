"""Detected names under /fireside-admin library: librarians decide, for their own shelf alone."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.commands.naming import code_of
from bot.controls import button, controls
from bot.library.base import Entry
from bot.library.detected import Decision, Detection, Verdict
from bot.library.records import write_down
from bot.story import Character, Origin, Rating
from tests.librarians import shelf_panel
from tests.library_contract import NOON, file_of, story_of
from tests.stage import (
    Clock,
    Stage,
    is_private,
    labels,
    option_value,
    options,
    select_id,
    settings_for,
    stage,
)
from tests.tales import last, planted, rest_problems, write_tale


@pytest.fixture
async def s(tmp_path: Path, clock: Clock) -> AsyncIterator[Stage]:
    """Set the stage with a story of the operator's; whoever was detected comes later."""
    write_tale(tmp_path / "stories", "Anchor")
    async with stage(settings_for(tmp_path, tmp_path / "stories"), clock) as ready:
        yield ready
        assert rest_problems(ready) == []


async def keep(
    s: Stage, title: str, *names: str, shelf: int | None = None, rating: Rating = Rating.GENERAL
) -> int:
    """Put a story on the server's shelf in which these were detected; gives its id."""
    detected = [
        Detection(n, [], True, 80, 3, [f"speech: {n} said"], f"“*No*,” {n} said.") for n in names
    ]
    told = [Character(name, (), Origin.DETECTED) for name in names]
    written = write_down(
        story_of(title, characters=told, rating=rating), fingerprint=title, detected=detected
    )
    entry = Entry(file_of(f"{title}.txt", "import"), written=written, fingerprint=title)
    server = s.guild.id if shelf is None else shelf
    (story,) = await s.client.house.library.keep(server, [entry], NOON)
    assert story is not None
    return story


async def names_in(s: Stage, story: int) -> list[str]:
    whole = await s.client.house.library.whole_story(story)
    assert whole is not None
    return [who.name for who in whole.characters]


async def opened(s: Stage, who: Any, channel: Any = None) -> Any:
    """Open the list of detected names."""
    panel = await shelf_panel(s, who, channel)
    answer = await who.click(panel, label="Detected names")
    assert is_private(answer)
    return last(answer)


async def pick(who: Any, listed: Any, name: str) -> Any:
    value = option_value(listed, name)
    return last(await who.select(listed, [value], custom_id=select_id(listed)))


async def test_a_name_is_shown_with_what_speaks_for_it(s: Stage) -> None:
    await keep(s, "Ash", "Wexford", "Corin")
    await keep(s, "Elm", "Corin")
    listed = await opened(s, s.ada)
    assert "2 names wait" in listed.content
    assert options(listed) == ["Corin", "Wexford"]
    shown = await pick(s.ada, listed, "Corin")
    assert "2 stories, 80 % sure" in shown.content
    assert "speech: Corin said" in shown.content
    assert "\\*No\\*" in shown.content
    assert labels(shown) == [
        *("A character", "Call them otherwise", "Same as somebody else", "No character", "Back")
    ]


async def test_without_detected_names_there_is_no_button(s: Stage) -> None:
    await keep(s, "Ash", "Wexford", shelf=0)
    panel = await shelf_panel(s)
    assert "Detected names" not in labels(panel)


async def test_a_librarian_decides_for_this_shelf_and_takes_it_back(s: Stage) -> None:
    ours = await keep(s, "Ash", "Wexford", "Corin")
    operators = await keep(s, "Elm", "Wexford", shelf=0)
    shown = await pick(s.ada, await opened(s, s.ada), "Wexford")
    done = last(await s.ada.click(shown, label="No character"))
    assert "is no character. 1 story was changed." in done.content
    assert options(done) == ["Corin"]
    assert await names_in(s, ours) == ["Corin"]
    assert await names_in(s, operators) == ["Wexford"]
    later = await keep(s, "Oak", "Wexford")
    assert await names_in(s, later) == []
    decided = last(await s.ada.click(done, label="What was decided"))
    assert options(decided) == ["Wexford"]
    back = await pick(s.ada, decided, "Wexford")
    assert "is forgotten" in back.content
    assert await names_in(s, ours) == ["Wexford", "Corin"]


@pytest.mark.parametrize(
    ("label", "typed", "expected"),
    [
        ("Call them otherwise", "Corin Hale", ["Corin Hale", "Petra"]),
        ("Same as somebody else", "petra", ["Petra"]),
    ],
)
async def test_a_name_is_changed_by_a_form(
    s: Stage, label: str, typed: str, expected: list[str]
) -> None:
    story = await keep(s, "Ash", "Corin", "Petra")
    shown = await pick(s.ada, await opened(s, s.ada), "Corin")
    form = await s.ada.click(shown, label=label)
    done = last(await s.ada.submit_modal(form, {"name": typed}))
    assert "1 story was changed" in done.content
    assert await names_in(s, story) == expected
    found = last(await s.ben.slash(s.general, "character", name="Corin"))
    assert "Ash" in found.content


async def test_merging_with_nobody_says_what_to_do_instead(s: Stage) -> None:
    story = await keep(s, "Ash", "Corin")
    shown = await pick(s.ada, await opened(s, s.ada), "Corin")
    form = await s.ada.click(shown, label="Same as somebody else")
    answer = await s.ada.submit_modal(form, {"name": "Nobody"})
    assert is_private(answer)
    assert "To give a new name, use rename" in last(answer).content
    assert await names_in(s, story) == ["Corin"]


async def test_names_of_stories_for_adults_are_listed_where_those_may_be_read(s: Stage) -> None:
    await keep(s, "Ash", "Corin")
    await keep(s, "Harsh", "Petra", rating=Rating.EXPLICIT)
    listed = await opened(s, s.ada)
    assert options(listed) == ["Corin"]
    assert "1 more is in stories" in listed.content
    assert sorted(options(await opened(s, s.ada, s.adult))) == ["Corin", "Petra"]


async def test_who_is_no_librarian_changes_nothing(s: Stage) -> None:
    story = await keep(s, "Ash", "Corin")
    verb = ("name-do", "reject", code_of("Corin"))
    message = await planted(s, controls([button("Press", *verb)]))
    answer = await s.ben.click(message, label="Press")
    assert is_private(answer)
    assert "look after its shelf" in last(answer).content
    assert await names_in(s, story) == ["Corin"]


async def test_the_operators_decisions_are_not_the_servers(s: Stage) -> None:
    house = s.client.house
    await keep(s, "Ash", "Corin")
    await house.library.decide_name(0, Decision("Corin", Verdict.REJECTED), NOON)
    assert options(await opened(s, s.ada)) == ["Corin"]
