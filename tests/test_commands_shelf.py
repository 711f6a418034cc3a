"""/fireside-admin library: a librarian adds stories, and only their server reads them."""

import io
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.controls import button, controls
from bot.library.base import Filter
from bot.story import Audience, Permission, Rating
from tests.librarians import shelf_panel, stage_with_anchor
from tests.stage import (
    Clock,
    Stage,
    is_private,
    labels,
    messages,
    plain,
)
from tests.tales import last, planted, rest_problems

GLASS = "---\ntitle: The Glass Road\nauthor: Ida Penn\nrating: Teen\ntags: [Glaziers]\n" + (
    "characters: [Zelda Quill]\n---\n\nThe road was glass, and Zelda walked it quietly.\n"
)
EVERYTHING = Audience(ceiling=Rating.NOT_RATED, beyond=Rating.NOT_RATED)


@pytest.fixture
async def s(tmp_path: Path, clock: Clock) -> AsyncIterator[Stage]:
    """Set the stage with one story of the operator's."""
    async with stage_with_anchor(tmp_path, clock) as ready:
        yield ready


async def reported(
    s: Stage, who: Any, *files: tuple[str, bytes], permission: str = "file", note: str = ""
) -> Any:
    """Add files; gives the message with the report."""
    form = await who.click(await shelf_panel(s, who), label="Add stories")
    answer = await who.submit_modal(
        form, {"files": list(files), "permission": [permission], "note": note}
    )
    assert is_private(answer)
    return last(answer)


async def added(s: Stage, who: Any, *files: tuple[str, bytes], permission: str = "own") -> Any:
    """Add files and confirm; gives the message that says so."""
    report = await reported(s, who, *files, permission=permission)
    confirm = next(label for label in labels(report) if "onto the shelf" in label)
    return last(await who.click(report, label=confirm))


def glass() -> tuple[str, bytes]:
    return ("glass.md", GLASS.encode())


async def test_a_story_is_uploaded_reported_confirmed_and_read(s: Stage) -> None:
    report = await reported(s, s.ada, glass(), permission="own")
    told = plain(report.content)
    assert "1storycangoontotheshelf.**Nothingisonityet." in told
    for fact in (
        "**TheGlassRoad**byIdaPenn",
        "glass.md",
        "Words:9counted",
        "Rating:Teen(inthefile)",
        "Characters:ZeldaQuill(inthefile)",
        "Tags:Glaziers",
        "Permission:ownwork(besidethefile)",
        "Kind:Markdown",
    ):
        assert fact in told
    gone = await s.ben.slash(s.general, "story", title="The Glass Road")
    assert "walked it quietly" not in "".join(s.texts(gone)), "nothing is on the shelf yet"
    done = last(await s.ada.click(report, label="Put 1 story onto the shelf"))
    assert "“The Glass Road”" in done.content
    read = await s.ben.slash(s.general, "story", title="The Glass Road")
    assert "walked it quietly" in s.texts(read)[0]
    panel = await shelf_panel(s, s.ada)
    assert "1 story stands on it." in panel.content
    assert rest_problems(s) == []


async def test_the_report_says_of_each_file_what_becomes_of_it(s: Stage) -> None:
    web = b"---\ntitle: Elsewhere\nsource: https://example.org/works/1\n---\n\nFar away.\n"
    under = b"---\ntitle: Never\nrating: Explicit\nwarnings: [Underage Sex]\n---\n\nNo.\n"
    report = await reported(
        s,
        s.ada,
        ("web.md", web),
        ("plain.txt", b"It was a grey day. Nobody said so."),
        ("never.md", under),
        ("picture.txt", b"\x89PNG\r\n\x1a\n0000"),
    )
    told = plain(report.content)
    assert "1storycomesfromthewebandnothingsaysthatitsauthoragreed" in told
    assert "1hasneitherawebaddressnorapermission" in told
    assert "1iswithheld" in told
    assert "1cannotberead" in told
    assert "Notitlewasgiven" in told
    more = last(await s.ada.click(report, label="More stories"))
    assert "isapicture(PNG)" in plain(more.content)
    assert rest_problems(s) == []
    done = last(await s.ada.click(more, label="Put 1 story onto the shelf"))
    assert "“Elsewhere”" in done.content
    told = s.texts(await s.ben.slash(s.general, "story", title="Elsewhere"))[0]
    assert "lives elsewhere" in told, "a card with a link"


async def test_who_says_that_somebody_agreed_says_who(s: Stage) -> None:
    refused = await reported(s, s.ada, glass(), permission="consent")
    assert "Say below who agreed" in refused.content
    report = await reported(s, s.ada, glass(), permission="consent", note="Mail of 3 May")
    await s.ada.click(report, label="Put 1 story onto the shelf")
    (card,) = await s.client.house.library.newest_on(s.guild.id, 5)
    assert (card.record.permission, card.record.permission_note) == (
        Permission.CONSENT,
        "Mail of 3 May",
    )


async def test_a_card_with_a_link_needs_a_link(s: Stage) -> None:
    report = await reported(s, s.ada, glass(), permission="none")
    assert "None of this can go onto the shelf" in report.content
    assert labels(report) == ["Discard"]


async def test_a_pasted_text_is_added_as_well(s: Stage) -> None:
    form = await s.ada.click(await shelf_panel(s, s.ada), label="Paste a text")
    answer = await s.ada.submit_modal(
        form,
        {
            "title": "Short Rain",
            "text": "It rained, and then it did not.",
            "author": "Ida Penn",
            "permission": ["public domain"],
            "note": "",
        },
    )
    await s.ada.click(last(answer), label="Put 1 story onto the shelf")
    told = s.texts(await s.ben.slash(s.general, "story", title="Short Rain"))[0]
    assert "It rained, and then it did not." in told
    assert "Ida Penn" in told


async def test_a_zip_of_many_stories_is_reported_in_pages(s: Stage, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(9):
            archive.writestr(f"story {number}.md", f"# Tale {number}\n\nWord number {number}.\n")
    report = await reported(s, s.ada, ("all.zip", packed.getvalue()), permission="own")
    assert "9 stories can go onto the shelf." in report.content
    assert "Tale 2" in report.content
    assert "Tale 3" not in report.content
    turned = last(await s.ada.click(report, label="More stories"))
    assert "Tale 3" in turned.content
    turned = last(await s.ada.click(turned, label="More stories"))
    assert "More stories" not in labels(turned)
    await s.ada.click(turned, label="Put 9 stories onto the shelf")
    assert await s.client.house.library.shelf_size(s.guild.id) == (9, 0)
    assert rest_problems(s) == []


async def test_the_report_is_confirmed_after_a_restart(s: Stage) -> None:
    report = await reported(s, s.ada, glass(), permission="own")
    await s.restart()
    done = last(await s.ada.click(report, label="Put 1 story onto the shelf"))
    assert "“The Glass Road”" in done.content
    assert await s.client.house.library.shelf_size(s.guild.id) == (1, 0)


async def test_a_report_is_confirmed_once(s: Stage) -> None:
    report = await reported(s, s.ada, glass(), permission="own")
    (waiting,) = await s.client.house.library.submissions_by(s.ada.id, ["open"])
    again = await planted(s, controls([button("Again", "shelf-confirm", waiting.id)]))
    await s.ada.click(report, label="Put 1 story onto the shelf")
    late = await s.ada.click(again, label="Again")
    assert "discarded, or waited too long" in s.texts(late)[-1]
    assert await s.client.house.library.shelf_size(s.guild.id) == (1, 0)


async def test_what_nobody_confirms_is_gone_after_a_day(s: Stage) -> None:
    report = await reported(s, s.ada, glass(), permission="own")
    s.clock.at += timedelta(days=1)
    late = await s.ada.click(report, label="Put 1 story onto the shelf")
    assert "waited too long" in s.texts(late)[-1]
    assert await s.client.house.library.shelf_size(s.guild.id) == (0, 0)


async def test_what_is_discarded_is_forgotten_at_once(s: Stage) -> None:
    report = await reported(s, s.ada, glass(), permission="own")
    await s.ada.click(report, label="Discard")
    assert await s.client.house.library.submissions_by(s.ada.id, ["open"]) == []


async def test_what_was_added_is_taken_off_again(s: Stage) -> None:
    done = await added(s, s.ada, glass())
    run = await s.client.house.library.last_run(s.guild.id)
    assert run is not None
    late = await planted(s, controls([button("Again", "shelf-undo", run.id)]))
    undone = last(await s.ada.click(done, label="Take it off again"))
    assert "1 story was taken off the shelf again." in undone.content
    gone = await s.ben.slash(s.general, "story", title="The Glass Road")
    assert "walked it quietly" not in "".join(s.texts(gone))
    assert "undone already" in s.texts(await s.ada.click(late, label="Again"))[-1]
    again = await added(s, s.ada, glass())
    assert "“The Glass Road”" in again.content


async def test_the_same_words_are_not_added_twice(s: Stage) -> None:
    await added(s, s.ada, glass())
    report = await reported(s, s.ada, ("again.md", GLASS.encode()), permission="own")
    assert "1 is on the shelf already." in report.content
    assert "Has the same words as glass.md, which" in plain_spaces(report.content)
    anchor = ("mine.txt", b"A rope and a bell.")
    report = await reported(s, s.ada, anchor, permission="own")
    assert "operator's shelf has the same words" in plain_spaces(report.content)


async def test_what_was_taken_down_is_refused_here_too(s: Stage) -> None:
    await added(s, s.ada, glass())
    (card,) = await s.client.house.library.newest_on(s.guild.id, 5)
    waiting = await reported(s, s.ada, ("more.md", b"# More\n\nOther words.\n"), permission="own")
    await s.client.house.rights.take_down(card.id)
    report = await reported(s, s.ada, glass(), permission="own")
    assert "1 is withheld." in report.content
    await s.ada.click(waiting, label="Put 1 story onto the shelf")
    titles = [c.record.title for c in await s.client.house.library.newest_on(s.guild.id, 5)]
    assert titles == ["More"]


async def test_what_was_taken_down_between_report_and_confirmation_is_not_added(s: Stage) -> None:
    done = await added(s, s.ada, glass())
    (card,) = await s.client.house.library.newest_on(s.guild.id, 5)
    await s.ada.click(done, label="Take it off again")
    report = await reported(s, s.ada, glass(), permission="own")
    again = await added(s, s.ada, glass())
    assert "“The Glass Road”" in again.content
    (card,) = await s.client.house.library.newest_on(s.guild.id, 5)
    await s.client.house.rights.take_down(card.id)
    late = last(await s.ada.click(report, label="Put 1 story onto the shelf"))
    assert "Nothing was added" in late.content
    assert await s.client.house.library.shelf_size(s.guild.id) == (0, 0)


# Who may


async def test_a_member_is_refused_and_told_who_can(s: Stage) -> None:
    for verb in ("library", "shelf-add-form", "shelf-paste-form", "shelf-add"):
        message = await planted(s, controls([button("Press", verb)]))
        answer = await s.ben.click(message, label="Press")
        assert is_private(answer)
        assert "Only people who manage this server look after its shelf" in s.texts(answer)[0]


async def test_the_librarian_role_is_enough_while_one_has_it(s: Stage) -> None:
    keepers = s.guild.create_role("Keepers")
    await s.env.settle()
    await s.client.house.servers.change(s.guild.id, librarian_role=keepers.id)
    dot = s.guild.add_member(s.env.create_user("dot"), roles=[keepers])
    await s.env.settle()
    message = await planted(s, controls([button("Press", "library")]))
    assert "The shelf of" in s.texts(await dot.click(message, label="Press"))[0]
    refused = await s.ben.click(message, label="Press")
    assert f"Only <@&{keepers.id}> and people who manage this server" in s.texts(refused)[0]
    report = await reported_by_press(s, dot, message)
    assert "can go onto the shelf" in report.content


async def reported_by_press(s: Stage, who: Any, message: Any) -> Any:
    panel = last(await who.click(message, label="Press"))
    form = await who.click(panel, label="Add stories")
    return last(
        await who.submit_modal(form, {"files": [glass()], "permission": ["own"], "note": ""})
    )


async def test_a_report_is_decided_by_librarians_of_its_server_alone(s: Stage) -> None:
    await reported(s, s.ada, glass(), permission="own")
    (waiting,) = await s.client.house.library.submissions_by(s.ada.id, ["open"])
    other = s.env.create_guild("Other Room")
    lobby = other.create_text_channel("lobby")
    await s.env.settle()
    boss = other.create_role("Boss", permissions=manage_guild())
    eve = other.add_member(s.env.create_user("eve"), roles=[boss])
    await s.env.settle()
    for verb in ("shelf-confirm", "shelf-discard"):
        message = await planted(s, controls([button("Press", verb, waiting.id)]), lobby)
        answer = await eve.click(message, label="Press")
        assert "discarded, or waited too long" in s.texts(answer)[0]
    message = await planted(s, controls([button("Press", "shelf-report", waiting.id, 0)]), lobby)
    assert "Glass" not in "".join(s.texts(await eve.click(message, label="Press")))
    assert await s.client.house.library.submissions_by(s.ada.id, ["open"]) == [waiting]


# Its server alone


async def test_no_path_shows_a_story_of_one_server_in_another(s: Stage) -> None:
    other = s.env.create_guild("Other Room")
    lobby = other.create_text_channel("lobby")
    await s.env.settle()
    eve = other.add_member(s.env.create_user("eve"))
    await s.env.settle()
    before = await everything_seen(s, eve, lobby)
    await added(s, s.ada, glass())
    assert await everything_seen(s, eve, lobby) == before
    ours = await everything_seen(s, s.ben, s.general)
    assert "The Glass Road" in ours["offered"][0], "the same questions find it at home"
    assert "Zelda Quill" in ours["offered"][1]
    (card,) = await s.client.house.library.newest_on(s.guild.id, 5)
    message = await planted(s, controls([button("Press", "open", card.id)]), lobby)
    told = await eve.click(message, label="Press")
    assert "quietly" not in "".join(s.texts(told))
    direct = Audience(ceiling=Rating.NOT_RATED)
    assert await s.client.house.library.card(card.id, direct) is None
    assert (await s.client.house.library.count(Filter(), direct)).visible == 1


async def everything_seen(s: Stage, who: Any, channel: Any) -> dict[str, Any]:
    """Ask for the story on every path; gives what is seen."""
    seen: dict[str, Any] = {"offered": []}
    for command, option, typed in (
        ("story", "title", "glass"),
        ("character", "name", "zel"),
        ("tag", "name", "glaz"),
        ("drabble", "character", "zel"),
    ):
        found = await who.autocomplete(channel, command, option, typed)
        seen["offered"].append(" | ".join(choice["name"] for choice in found))
    for command, options in (
        ("story", {"title": "The Glass Road"}),
        ("story", {"title": "The Glas Road"}),
        ("character", {"name": "Zelda Quill"}),
        ("character", {"name": "Zelda Quil"}),
        ("tag", {"name": "Glaziers"}),
        ("tag", {"name": "Glazier"}),
        ("search", {"words": "quietly"}),
        ("drabble", {"tag": "Glaziers"}),
        ("excerpt", {"title": "The Glass Road"}),
        ("fireside about", {}),
    ):
        result = await who.slash(channel, command, **options)
        seen[f"{command} {options}"] = [(m.content, labels(m)) for m in messages(result)]
    return seen


def manage_guild() -> Any:
    return discord.Permissions(manage_guild=True)


def plain_spaces(text: str) -> str:
    return " ".join(text.replace("\\", "").split())
