"""/fireside suggest: a member offers a story, and a librarian accepts or declines it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.catalogue.suggestions import MOST_WAITING
from bot.controls import button, controls
from bot.retention import forget_what_is_old
from bot.story import Permission
from tests.dailies import inbox
from tests.librarians import shelf_panel, stage_with_anchor
from tests.stage import Clock, Stage, is_private, plain
from tests.tales import last, planted, rest_problems

TEXT = "The bell rang once. Nobody on the pier had touched it, and nobody said so."


@pytest.fixture
async def s(tmp_path: Path, clock: Clock) -> AsyncIterator[Stage]:
    """Set the stage with one story of the operator's, and a channel for notices."""
    async with stage_with_anchor(tmp_path, clock) as ready:
        yield ready


async def drafted(s: Stage, who: Any, title: str = "The Bell", **fields: Any) -> Any:
    """Fill in the form; gives what the member is shown."""
    form = await who.slash(s.general, "fireside suggest")
    told = {
        "title": title,
        "text": f"{title}. {TEXT}",
        "credit": "Ben Oar",
        "rating": ["1"],
        "warnings": [],
    }
    answer = await who.submit_modal(form, told | fields)
    assert is_private(answer)
    return last(answer)


async def suggested(s: Stage, who: Any, title: str = "The Bell", **fields: Any) -> Any:
    draft = await drafted(s, who, title, **fields)
    return last(await who.click(draft, label="I wrote this: send it"))


async def queue(s: Stage, who: Any) -> Any:
    panel = await shelf_panel(s, who)
    return last(await who.click(panel, label="Suggestions"))


def news(who: Any) -> list[str]:
    """Give what the bot wrote to somebody in direct messages."""
    return [message.content for message in inbox(who)]


async def test_a_suggestion_is_sent_accepted_and_read_and_its_member_is_told(s: Stage) -> None:
    notices = s.guild.create_text_channel("notices")
    await s.env.settle()
    await s.client.house.servers.change(s.guild.id, log_channel=notices.id)
    draft = await drafted(s, s.ben)
    told = plain(draft.content)
    assert "**TheBell**byBenOar" in told
    assert "17words" in told
    assert "alibrarianreadsitandacceptsordeclinesit" in told
    sent = last(await s.ben.click(draft, label="I wrote this: send it"))
    assert "waits for the librarians; 1 of 3 places are taken" in sent.content
    (notice,) = notices.history()
    assert "suggests a story of 17 words" in notice.content
    shown = last(await s.ada.click(notice, label="Look at it"))
    assert "the only one that waits" in shown.content
    assert "says: I wrote this." in shown.content
    assert "nobody said so" in shown.content
    done = last(await s.ada.click(shown, label="Accept"))
    assert "stands on the shelf now" in done.content
    read = s.texts(await s.cid.slash(s.general, "story", title="The Bell"))[0]
    assert "nobody said so" in read
    assert "Ben Oar" in read
    (card,) = await s.client.house.library.newest_on(s.guild.id, 5)
    assert card.record.permission is Permission.OWN
    (told,) = news(s.ben)
    assert "“The Bell”, which you suggested in Reading Room, was accepted" in told
    assert await s.client.house.library.records_of(s.ben.id) == {}
    assert rest_problems(s) == []


async def test_a_suggestion_is_declined_with_a_reason_and_its_text_forgotten(s: Stage) -> None:
    await suggested(s, s.ben)
    form = await s.ada.click(await queue(s, s.ada), label="Decline")
    done = last(await s.ada.submit_modal(form, {"words": "Too many *bells*."}))
    assert "Declined." in done.content
    (told,) = news(s.ben)
    assert "was declined.\nThey wrote: Too many \\*bells\\*." in told
    assert await s.client.house.library.shelf_size(s.guild.id) == (0, 0)
    assert await s.client.house.library.records_of(s.ben.id) == {}


async def test_who_cannot_be_written_to_is_told_at_their_next_command(s: Stage) -> None:
    await suggested(s, s.ben)
    shown = await queue(s, s.ada)
    path = f"/channels/{s.ben.user.dm_channel.id}/messages"
    s.env.inject_error("POST", path, status=403, code=50007, times=1)
    form = await s.ada.click(shown, label="Decline")
    await s.ada.submit_modal(form, {"words": "Too short."})
    assert news(s.ben) == []
    answer = await s.ben.slash(s.general, "fireside about")
    assert is_private(answer)
    assert "They wrote: Too short." in s.texts(answer)[-1]
    answer = await s.ben.slash(s.general, "fireside about")
    assert "Too short." not in "".join(s.texts(answer))


async def test_what_another_process_decided_is_told_within_a_minute(s: Stage, clock: Clock) -> None:
    await suggested(s, s.ben)
    library = s.client.house.library
    (waits,) = await library.submissions_by(s.ben.id, ["waiting"])
    assert len(s.texts(await s.ben.slash(s.general, "fireside about"))) == 1
    done = replace(waits, state="declined", reason="Too long.")
    assert await library.change_submission(done, "waiting")
    assert len(s.texts(await s.ben.slash(s.general, "fireside about"))) == 1
    clock.at += timedelta(minutes=1)
    answer = await s.ben.slash(s.general, "fireside about")
    assert "They wrote: Too long." in s.texts(answer)[-1]


async def test_of_two_librarians_at_once_the_second_is_told(s: Stage) -> None:
    eve = s.guild.add_member(s.env.create_user("eve"), roles=[s.guild.roles["Admins"]])
    await s.env.settle()
    await suggested(s, s.ben)
    first, second = await queue(s, s.ada), await queue(s, eve)
    form = await eve.click(second, label="Decline")
    await s.ada.click(first, label="Accept")
    late = await eve.submit_modal(form, {"words": "No."})
    assert is_private(late)
    assert "decided or taken back already" in s.texts(late)[-1]
    late = await eve.click(second, label="Accept")
    assert "decided or taken back already" in s.texts(late)[-1]
    assert await s.client.house.library.shelf_size(s.guild.id) == (1, 0)
    assert len(news(s.ben)) == 1


async def test_two_accept_in_the_same_moment_and_one_story_stands(s: Stage) -> None:
    await suggested(s, s.ben)
    suggestions = s.client.house.suggestions
    waiting = await suggestions.queue(s.guild.id)
    assert waiting is not None
    told = await asyncio.gather(
        *(suggestions.accept(waiting.id, s.guild.id, "") for _ in range(4)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Exception) for each in told) == 3
    assert await s.client.house.library.shelf_size(s.guild.id) == (1, 0)


async def test_what_was_accepted_is_taken_off_again(s: Stage) -> None:
    await suggested(s, s.ben)
    done = last(await s.ada.click(await queue(s, s.ada), label="Accept"))
    await s.ada.click(done, label="Take it off again")
    assert await s.client.house.library.shelf_size(s.guild.id) == (0, 0)


async def test_what_a_suggestion_says_is_changed_before_it_is_sent(s: Stage) -> None:
    draft = await drafted(s, s.ben)
    form = await s.ben.click(draft, label="Change title, name or rating")
    changed = await s.ben.submit_modal(
        form,
        {
            "title": "The *Bell*",
            "credit": "B. O.",
            "rating": ["2"],
            "warnings": ["Major Character Death"],
        },
    )
    draft = last(changed)
    told = plain(draft.content)
    assert "**The*Bell***byB.O." in told
    assert "Mature" in told
    assert "MajorCharacterDeath" in told
    await s.ben.click(draft, label="I wrote this: send it")
    shown = await queue(s, s.ada)
    assert "age-restricted channel only" in shown.content, "the text is Mature, the channel not"
    assert "nobody said so" not in shown.content
    await s.ada.click(shown, label="Accept")
    (card,) = await s.client.house.library.newest_on(s.guild.id, 5)
    assert card.record.authors == ("B. O.",)
    hidden = await s.cid.slash(s.general, "story", title="The Bell")
    assert "nobody said so" not in "".join(s.texts(hidden))
    assert rest_problems(s) == []


async def test_who_has_permission_says_whose(s: Stage) -> None:
    draft = await drafted(s, s.ben)
    form = await s.ben.click(draft, label="I have permission: send it")
    await s.ben.submit_modal(form, {"words": "Ida, in a comment"})
    shown = await queue(s, s.ada)
    assert "says: I have permission, Ida, in a comment" in shown.content
    await s.ada.click(shown, label="Accept")
    (card,) = await s.client.house.library.newest_on(s.guild.id, 5)
    assert card.record.permission is Permission.CONSENT
    assert "Ida, in a comment" in card.record.permission_note


async def test_a_file_is_suggested_with_what_it_says_of_itself(s: Stage) -> None:
    text = f"---\ntitle: Long Bell\nauthor: Ida Penn\n---\n\n{TEXT * 100}\n"
    answer = await s.ben.slash(s.general, "fireside suggest", file=("bell.md", text.encode()))
    draft = last(answer)
    assert is_private(answer)
    assert "**Long Bell** by Ida Penn" in draft.content
    await s.ben.click(draft, label="I wrote this: send it")
    shown = await queue(s, s.ada)
    whole = last(await s.ada.click(shown, label="Read all of it"))
    (file,) = whole.attachments
    assert file.filename.startswith("suggestion-")


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.txt", b"\x89PNG\r\n\x1a\n0000", "is a picture"),
        ("two.jsonl", b'{"title":"A","text":"A."}\n{"title":"B","text":"B."}\n', "several stories"),
        ("never.md", b"---\nrating: Explicit\nwarnings: [Underage]\n---\n\nNo.\n", "Withheld"),
    ],
)
async def test_what_cannot_be_suggested_is_refused_with_the_reason(
    name: str, data: bytes, why: str, s: Stage
) -> None:
    answer = await s.ben.slash(s.general, "fireside suggest", file=(name, data))
    assert is_private(answer)
    assert why in s.texts(answer)[-1]
    assert await s.client.house.library.records_of(s.ben.id) == {}


async def test_a_change_that_would_be_withheld_is_refused(s: Stage) -> None:
    draft = await drafted(s, s.ben)
    form = await s.ben.click(draft, label="Change title, name or rating")
    told = {"title": "X", "credit": "Y", "rating": ["3"], "warnings": ["Underage Sex"]}
    assert "Withheld" in s.texts(await s.ben.submit_modal(form, told))[-1]


async def test_a_member_has_three_suggestions_waiting_at_most(s: Stage) -> None:
    for number in range(MOST_WAITING):
        await suggested(s, s.ben, f"Bell {number}")
    refused = await s.ben.slash(s.general, "fireside suggest")
    assert is_private(refused)
    assert f"{MOST_WAITING} of your suggestions wait here already" in s.texts(refused)[0]
    assert "waits for the librarians" in (await suggested(s, s.cid)).content


async def test_a_suggestion_is_taken_back(s: Stage) -> None:
    sent = await suggested(s, s.ben)
    panel = await shelf_panel(s)
    assert "1 suggestion waits." in panel.content
    await s.ben.click(sent, label="Take it back")
    assert await s.client.house.library.records_of(s.ben.id) == {}
    answer = await s.ada.click(panel, label="Suggestions")
    assert "No suggestion waits." in s.texts(answer)[-1]


async def test_nobody_touches_the_suggestion_of_another(s: Stage) -> None:
    await drafted(s, s.ben)
    (own,) = await s.client.house.library.submissions_by(s.ben.id, ["open"])
    for verb in ("suggest-own", "suggest-edit", "suggest-whose", "suggest-back"):
        message = await planted(s, controls([button("Press", verb, own.id)]))
        answer = await s.cid.click(message, label="Press")
        assert "is gone" in s.texts(answer)[0]
    await suggested(s, s.ben)
    (own,) = await s.client.house.library.submissions_by(s.ben.id, ["waiting"])
    for verb in ("suggest-accept", "suggest-decline", "suggest-text"):
        message = await planted(s, controls([button("Press", verb, own.id)]))
        answer = await s.ben.click(message, label="Press")
        assert "Only people who manage this server" in s.texts(answer)[0]


async def test_where_suggestions_are_off_nobody_can_suggest(s: Stage) -> None:
    draft = await drafted(s, s.ben)
    await s.client.house.servers.change(s.guild.id, suggestions=False)
    for answer in (
        await s.ben.slash(s.general, "fireside suggest"),
        await s.ben.click(draft, label="I wrote this: send it"),
    ):
        assert "This server takes no suggestions." in s.texts(answer)[-1]


async def test_in_direct_messages_nobody_suggests(s: Stage) -> None:
    answer = await s.ben.user.slash("fireside suggest")
    assert "Suggestions go to the librarians of a server" in s.texts(answer)[0]


async def test_a_forgotten_member_leaves_no_suggestion(s: Stage) -> None:
    await suggested(s, s.ben)
    await s.client.house.members.forget(s.ben.id)
    panel = await shelf_panel(s)
    assert "No suggestion waits." in panel.content


async def test_what_waits_too_long_is_forgotten(s: Stage) -> None:
    await suggested(s, s.ben)
    s.clock.at += timedelta(days=90)
    await forget_what_is_old(s.client.house)
    assert await s.client.house.library.records_of(s.ben.id) == {}


async def test_the_words_are_rated_beside_what_the_member_says(s: Stage) -> None:
    await suggested(s, s.ben, text="He fucked her hard. Fuck, she said. Fuck fuck fuck.")
    shown = await queue(s, s.ada)
    assert "more than is stated" in shown.content
    assert "Fuck" not in shown.content
    answer = await s.ada.slash(s.adult, "fireside-admin library")
    shown = last(await s.ada.click(last(answer), label="Suggestions"))
    assert "Fuck" in shown.content
