"""Librarians and single stories: found, changed, hidden, removed."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.catalogue.submitted import Brought
from bot.controls import button, controls
from bot.story import Audience, Origin, Place, Rating
from tests.librarians import shelf_panel, tended
from tests.stage import (
    Clock,
    Stage,
    is_private,
    labels,
    options,
    settings_for,
    stage,
)
from tests.tales import last, planted, rest_problems

GLASS = (
    "---\ntitle: The Glass Road\nauthor: Ida Penn\nrating: Teen\ntags: [Glaziers, Roads]\n"
    "characters: [Zelda Quill]\npermission: own\n---\n\nThe road was glass, quietly.\n"
)


@pytest.fixture
async def s(tmp_path: Path, clock: Clock) -> AsyncIterator[Stage]:
    """Set the stage with a story of the operator's, and one on the server's shelf."""
    folder = tmp_path / "stories"
    folder.mkdir()
    text = "---\ntitle: Glass Anchor\nrating: General\ntags: [Rope]\n---\n\nA rope and a bell.\n"
    (folder / "anchor.md").write_text(text, "utf-8")
    async with stage(settings_for(tmp_path, folder), clock) as ready:
        path = tmp_path / "glass.md"
        path.write_text(GLASS, "utf-8")
        librarian = Audience(Rating.TEEN, server=ready.guild.id, member=ready.ada.id)
        submissions = ready.client.house.submissions
        brought = await submissions.read([Brought(path, path.name)], librarian)
        await submissions.confirm(brought.id, ready.guild.id)
        yield ready


async def opened(s: Stage, title: str, channel: Any = None) -> Any:
    return await tended(s, title, channel, words="glass")


async def read(s: Stage, title: str) -> str:
    return "".join(s.texts(await s.ben.slash(s.general, "story", title=title)))


async def test_the_record_of_a_story_is_changed_and_found_by_its_new_names(s: Stage) -> None:
    shown = await opened(s, "The Glass Road")
    assert "It stands on this server's shelf since" in shown.content
    form = await s.ada.click(shown, label="Change title, rating, summary")
    shown = last(
        await s.ada.submit_modal(
            form,
            {
                "title": "The Mirror Road",
                "authors": "Ida Penn, Bo Quay",
                "summary": "A road.",
                "rating": ["0"],
                "warnings": ["Major Character Death"],
            },
        )
    )
    assert "**The Mirror Road** by Ida Penn and Bo Quay" in shown.content
    assert "Major Character Death" in shown.content
    form = await s.ada.click(shown, label="Change tags and characters")
    shown = last(
        await s.ada.submit_modal(
            form,
            {
                "fandoms": "Mirrors",
                "characters": "Zelda Quill, Otto Vane",
                "relationships": "",
                "tags": "Silver",
                "source": "https://example.org/works/3",
            },
        )
    )
    assert "Mirrors" in shown.content
    tagged = last(await s.ben.slash(s.general, "tag", name="Silver"))
    assert "The Mirror Road" in options(tagged)
    gone = await s.ben.slash(s.general, "tag", name="Glaziers")
    assert "The Mirror Road" not in "".join(s.texts(gone))
    found = await s.ben.autocomplete(s.general, "character", "name", "otto")
    assert "Otto Vane" in found[0]["name"]
    (card,) = await s.client.house.library.newest_on(s.guild.id, 5)
    assert (card.record.rating, card.record.rating_origin) == (Rating.GENERAL, Origin.STATED)
    told = await s.client.house.library.opened(card.id, _everybody(s))
    assert told
    assert "quietly" in "".join(chapter.text for chapter in told.chapters)
    assert rest_problems(s) == []


async def test_librarians_and_operators_edit_one_record_and_go_back_to_what_came(s: Stage) -> None:
    editing = s.client.house.editing
    (card,) = await s.client.house.library.newest_on(s.guild.id, 5)
    form = await s.ada.click(
        await opened(s, "The Glass Road"), label="Change title, rating, summary"
    )
    told: dict[str, Any] = {"title": "The Glass Mirror", "authors": "Ida Penn"}
    await s.ada.submit_modal(form, told | {"summary": "A road.", "rating": ["1"], "warnings": []})
    await editing.edit(None, card.id, {"tags": "Silver", "summary": "A long road."})
    form = await s.ada.click(
        await opened(s, "The Glass Mirror"), label="Change tags and characters"
    )
    told = {"fandoms": "Mirrors", "characters": "Zelda Quill", "tags": "Silver", "source": ""}
    await s.ada.submit_modal(form, told | {"relationships": ""})
    await editing.edit(None, card.id, {"rating": "General"})

    async def now() -> tuple[object, ...]:
        (found,) = await s.client.house.library.newest_on(s.guild.id, 5)
        record = found.record
        return record.title, record.summary, record.tags, record.fandoms, record.rating

    changed = ("The Glass Mirror", "A long road.", ("Silver",), ("Mirrors",), Rating.GENERAL)
    assert await now() == changed
    assert set(await editing.edits(card.id)) == {"title", "summary", "tags", "fandoms", "rating"}
    await editing.undo_edits(None, card.id, ["rating", "summary"])
    assert await now() == ("The Glass Mirror", "", ("Silver",), ("Mirrors",), Rating.TEEN)
    await editing.undo_edits(None, card.id)
    assert await now() == ("The Glass Road", "", ("Glaziers", "Roads"), (), Rating.TEEN)


def _everybody(s: Stage) -> Any:
    return Audience(ceiling=Rating.NOT_RATED, server=s.guild.id)


async def test_a_rating_above_the_channel_is_changed_from_there_on_elsewhere(s: Stage) -> None:
    shown = await opened(s, "The Glass Road")
    form = await s.ada.click(shown, label="Change title, rating, summary")
    told = {"title": "The Glass Road", "authors": "", "summary": "", "warnings": []}
    shown = last(await s.ada.submit_modal(form, told | {"rating": ["3"]}))
    assert "go on in an age-restricted one" in shown.content
    assert "quietly" not in await read(s, "The Glass Road")
    form = await s.ada.click(await shelf_panel(s), label="Find a story")
    found = await s.ada.submit_modal(form, {"words": "glass"})
    assert "The Glass Road" not in options(last(found))
    shown = await opened(s, "The Glass Road", s.adult)
    form = await s.ada.click(shown, label="Change title, rating, summary")
    refused = await s.ada.submit_modal(form, told | {"rating": ["3"], "warnings": ["Underage Sex"]})
    assert "Withheld" in s.texts(refused)[-1]


@pytest.mark.parametrize("title", ["The Glass Road", "Glass Anchor"])
async def test_a_story_is_hidden_in_the_server_and_shown_again(title: str, s: Stage) -> None:
    words = "quietly" if title == "The Glass Road" else "bell"
    assert words in await read(s, title)
    shown = last(await s.ada.click(await opened(s, title), label="Hide in this server"))
    assert "It is hidden in this server." in shown.content
    assert words not in await read(s, title)
    assert "1 story is hidden in this server." in (await shelf_panel(s)).content
    shown = last(await s.ada.click(await opened(s, title), label="Show again"))
    assert "It is hidden" not in shown.content
    assert words in await read(s, title)


async def test_a_story_of_the_operators_is_hidden_in_one_server_only(s: Stage) -> None:
    other = s.env.create_guild("Other Room")
    lobby = other.create_text_channel("lobby")
    await s.env.settle()
    eve = other.add_member(s.env.create_user("eve"))
    await s.env.settle()
    shown = await opened(s, "Glass Anchor")
    assert "Remove for good" not in labels(shown)
    await s.ada.click(shown, label="Hide in this server")
    told = s.texts(await eve.slash(lobby, "story", title="Glass Anchor"))
    assert "A rope and a bell." in told[0]
    for verb in ("shelf-remove", "shelf-remove-ask"):
        message = await planted(s, controls([button("Press", verb, 1)]))
        refused = await s.ada.click(message, label="Press")
        assert "only be hidden" in s.texts(refused)[0]


async def test_a_story_is_removed_for_good_once_that_is_sure(s: Stage) -> None:
    library = s.client.house.library
    (card,) = await library.newest_on(s.guild.id, 5)
    await library.save_place(s.ben.id, Place(card.id), s.clock())
    asked = last(await s.ada.click(await opened(s, "The Glass Road"), label="Remove for good"))
    assert "for good, with the places" in asked.content
    assert "quietly" in await read(s, "The Glass Road")
    done = last(await s.ada.click(asked, label="Yes, remove it"))
    assert "“The Glass Road” was removed." in done.content
    assert "It is empty yet." in done.content
    assert await library.places_of([card.id]) == []
    assert await library.files(s.guild.id) == {}


async def test_more_leads_librarians_to_a_story_and_nobody_else(s: Stage) -> None:
    page = last(await s.ben.slash(s.general, "story", title="The Glass Road"))
    more = last(await s.ada.click(page, label="More"))
    shown = last(await s.ada.click(more, label="Look after it"))
    assert "It stands on this server's shelf since" in shown.content
    assert "Look after it" not in labels(last(await s.ben.click(page, label="More")))
    (card,) = await s.client.house.library.newest_on(s.guild.id, 5)
    for verb, *values in (
        ("shelf-story", card.id),
        ("shelf-hide", card.id, 1),
        ("shelf-edit-form", card.id, "record"),
        ("shelf-remove", card.id),
        ("shelf-find-form",),
    ):
        message = await planted(s, controls([button("Press", str(verb), *values)]))
        refused = await s.ben.click(message, label="Press")
        assert is_private(refused)
        assert "Only people who manage this server" in s.texts(refused)[0]
    assert "quietly" in await read(s, "The Glass Road")


async def test_a_librarian_of_one_server_does_nothing_to_the_shelf_of_another(s: Stage) -> None:
    (card,) = await s.client.house.library.newest_on(s.guild.id, 5)
    other = s.env.create_guild("Other Room")
    lobby = other.create_text_channel("lobby")
    await s.env.settle()
    boss = other.create_role("Boss", permissions=discord.Permissions(manage_guild=True))
    eve = other.add_member(s.env.create_user("eve"), roles=[boss])
    await s.env.settle()
    for verb, *values in (
        ("shelf-story", card.id),
        ("shelf-hide", card.id, 1),
        ("shelf-edit-form", card.id, "record"),
        ("shelf-remove", card.id),
    ):
        message = await planted(s, controls([button("Press", str(verb), *values)]), lobby)
        told = "".join(s.texts(await eve.click(message, label="Press")))
        assert "Glass" not in told
    assert "quietly" in await read(s, "The Glass Road")


WALL = " ".join(
    f"Nobody had walked the glass road since spring {n}, and the lamps stood dark along it."
    for n in range(40)
)


async def test_a_wall_of_text_is_left_as_it_came_and_cut_into_paragraphs_again(
    s: Stage, tmp_path: Path
) -> None:
    path = tmp_path / "wall.md"
    head = "---\ntitle: The Glass Wall\nauthor: Ida Penn\nrating: Teen\npermission: own\n---\n\n"
    path.write_text(f"{head}{WALL}\n", "utf-8")
    librarian = Audience(Rating.TEEN, server=s.guild.id, member=s.ada.id)
    submissions = s.client.house.submissions
    brought = await submissions.read([Brought(path, path.name)], librarian)
    await submissions.confirm(brought.id, s.guild.id)
    cut = await read(s, "The Glass Wall")
    assert cut.count("\n\n") > 1
    shown = await opened(s, "The Glass Wall")
    shown = last(await s.ada.click(shown, label="Leave paragraphs as they came"))
    assert "Find paragraphs" in labels(shown)
    left = await read(s, "The Glass Wall")
    assert left.count("\n\n") < cut.count("\n\n")
    shown = last(await s.ada.click(shown, label="Find paragraphs"))
    assert "Leave paragraphs as they came" in labels(shown)
    assert await read(s, "The Glass Wall") == cut


async def test_a_story_with_paragraphs_of_its_own_has_no_such_button(s: Stage) -> None:
    shown = await opened(s, "The Glass Road")
    assert not {"Leave paragraphs as they came", "Find paragraphs"} & set(labels(shown))


async def reported(s: Stage, title: str, kind: str, words: str) -> None:
    page = last(await s.ben.slash(s.general, "story", title=title))
    more = last(await s.ben.click(page, label="More"))
    if kind == "wrote":
        form = await s.ben.click(more, label="I wrote this")
        await s.ben.submit_modal(form, {"words": words})
        return
    form = await s.ben.click(more, label="Report")
    await s.ben.submit_modal(form, {"words": words, "kind": [kind]})


async def test_librarians_see_what_is_reported_of_their_shelf_and_close_it(s: Stage) -> None:
    assert not [label for label in labels(await shelf_panel(s)) if label.startswith("Reports")]
    await reported(s, "Glass Anchor", "tags", "There is no rope.")
    assert not [label for label in labels(await shelf_panel(s)) if label.startswith("Reports")]
    await reported(s, "The Glass Road", "rating", "It is *darker*.")
    await reported(s, "The Glass Road", "tags", "No roads.")
    shown = last(await s.ada.click(await shelf_panel(s), label="Reports (2)"))
    assert "“The Glass Road”: The rating is too low, on" in shown.content
    assert "It is \\*darker\\*." in shown.content
    assert str(s.ben.id) not in shown.content
    story = last(await s.ada.click(shown, label="Look after it"))
    assert "Change title, rating, summary" in labels(story)
    shown = last(await s.ada.click(await shelf_panel(s), label="Reports (2)"))
    second = last(await s.ada.click(shown, label="Next"))
    assert "No roads." in second.content
    shown = last(await s.ada.click(second, label="Nothing to do"))
    assert "darker" in shown.content
    done = last(await s.ada.click(shown, label="It is dealt with"))
    assert "No report about this shelf waits here." in done.content
    library = s.client.house.library
    closed = await library.reports(9, are_open=False)
    assert sorted((each.words, each.decision) for each in closed) == [
        ("It is *darker*.", "upheld"),
        ("No roads.", "dismissed"),
    ]
    assert [each.words for each in await library.reports(9)] == ["There is no rope."]


async def test_who_wrote_a_story_is_seen_by_librarians_and_decided_by_the_operator(
    s: Stage,
) -> None:
    await reported(s, "The Glass Road", "wrote", "I am Ida.")
    await reported(s, "Glass Anchor", "tags", "There is no rope.")
    shown = last(await s.ada.click(await shelf_panel(s), label="Reports (1)"))
    assert "somebody says they wrote it" in shown.content
    assert "Whoever runs this bot decides this" in shown.content
    assert not {"It is dealt with", "Nothing to do"} & set(labels(shown))
    for report in await s.client.house.library.reports(9):
        button_ = button("Press", "report-close", report.id, "upheld")
        refused = await s.ada.click(await planted(s, controls([button_])), label="Press")
        assert is_private(refused)
    assert len(await s.client.house.library.reports(9)) == 2
