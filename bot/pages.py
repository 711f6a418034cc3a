"""A story being read: the page and its buttons, whose state is in their custom_id.

On a public page the asker's presses turn it in place; anybody else's press
opens their own private page at that place, so nobody turns another's page. In
private copies and direct messages Next sends the next page below and takes
the old buttons away, so a reader never scrolls back up and a screen reader
announces it. A press is checked like a command: what may not be shown here
any more is not shown.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from math import ceil

import discord

from bot import audience as audiences
from bot import credit, notes
from bot.catalogue.completing import PAGE_LENGTH
from bot.controls import Handler, Press, Style, button, chosen, controls, parse_custom_id
from bot.covers import carries_avoided, cover, cover_buttons, needs_cover, turn_button
from bot.errors import NotAllowed, StoryNotFound, Written
from bot.house import House
from bot.library.base import Card, Page
from bot.reading import Excerpt, Telling
from bot.render import isolate, messages, render_page
from bot.replies import answer, is_direct
from bot.story import Audience, Place
from bot.texts import FALLBACK, say

MESSAGE_LIMIT = 2_000  # characters of one message, counted in code points
HEADER_ROOM = 330  # characters above a page, what the length of a page leaves
READING_SPEED = 1_200  # characters a minute, about 220 words
PUBLIC_MESSAGES = 2  # the most a story takes up in a channel before it opens as a page
MOST_WORDS_WHOLE = PUBLIC_MESSAGES * MESSAGE_LIMIT  # no word is shorter than one character
# Characters of a passage before escapes; the next is tried when escapes made it too long.
EXCERPT_LENGTHS = (1_200, 700, 350)
WHOLE_NOTES = 300  # characters of an author's notes around a story that is told whole
SOURCED_FRAMES = 3  # of `_frames`, those that name where a story comes from
ROW_MOST = 5  # buttons of one row: Discord's limit
NOBODY = 0  # the asker of a page that nobody asked for, such as a daily story


def page_content(page: Page, language: str) -> str:
    """Give the content of a page: credit, text, and where one is."""
    return _composed(page, language)[0]


def _composed(page: Page, language: str) -> tuple[str, bool]:
    """Give the content of a page, and whether its author's notes are all there."""
    body = render_page(page.chapter, page.start - page.base, page.end - page.base, PAGE_LENGTH)
    before, behind = notes.around(page)
    # The first is nearly always the one; the others are made only when they are needed.
    frames: Iterable[tuple[int, tuple[str, str]]] = (
        (0, frame) for frame in _frames(page, language)
    )
    if before or behind:  # they come before a rich header, but not before the source
        wanted = len(notes.quoted((*before, *behind), language, MESSAGE_LIMIT)[0]) + 4
        least = min(notes.NOTES_ROOM, wanted)
        every = list(frames)
        frames = [*((least, frame) for _, frame in every[:SOURCED_FRAMES]), *every]
    for least, (above, below) in frames:
        left = MESSAGE_LIMIT - len(f"{above}\n\n{body}\n\n{below}")
        if left < least:
            continue
        # Two more characters stand before each; half is for those behind, where there are both.
        lead, is_all = notes.quoted(before, language, left // (2 if behind else 1) - 2)
        left -= len(lead) + 2 if lead else 0
        tail, is_all_behind = notes.quoted(behind, language, left - 2)
        parts = (above, lead, body, tail, below)
        return "\n\n".join(filter(None, parts)), is_all and is_all_behind
    raise AssertionError("the smallest frame leaves room for every page")


def _has_more_notes(page: Page, language: str) -> bool:
    """Tell whether an author says more around this page than stands on it."""
    if any(notes.around(page)) and not _composed(page, language)[1]:
        return True
    return notes.opens_with_notes(page)


def _frames(page: Page, language: str) -> Iterator[tuple[str, str]]:
    """Give what stands above and below a page, the richest first."""
    record = page.card.record
    where = _where(page, language)
    source = credit.source(record, language)
    site = credit.source(record, language, only_site=True)
    byline = credit.byline(record, language, length=60)
    is_first = page.previous is None
    for room, line in ((HEADER_ROOM, source), (HEADER_ROOM, site), (0, site), (0, "")):
        above = credit.header(page.card, language, room=room) if is_first else byline
        yield above, "\n".join(filter(None, (where, line)))
    shortest = credit.byline(record, language, length=30)
    warned = credit.warnings(record, language, length=60) if is_first else ""
    yield "\n".join(filter(None, (shortest, warned))), where


def _where(page: Page, language: str) -> str:
    told = say("page.of-pages", language, number=page.number, pages=page.pages)
    if page.card.chapters > 1:
        chapter = say(
            "page.of-chapters", language, number=page.place.chapter + 1, chapters=page.card.chapters
        )
        if page.chapter.title:
            chapter = f"{chapter}: {isolate(credit.shortened(page.chapter.title, 50))}"
        told = f"{chapter} · {told}"
    minutes = round((page.chapter_length - page.end) / READING_SPEED)
    if minutes:
        left = "page.minutes-in-chapter" if page.card.chapters > 1 else "page.minutes"
        told = f"{told} · {say(left, language, count=minutes)}"
    return f"-# {told}"


def page_controls(
    page: Page, language: str, *, asker: int, private: bool, can_post: bool = False
) -> discord.ui.View:
    """Give the buttons of a page; those that cannot act are left out."""
    row: list[discord.ui.Item[discord.ui.View]] = []
    if page.previous:
        row.append(turn_button(say("button.previous", language), page.previous, asker))
    if page.next:
        row.append(turn_button(say("button.next", language), page.next, asker, Style.primary))
    here = (page.place.story, page.place.chapter, page.place.offset)
    last = [more_button(page.place, asker, language)]
    if _has_more_notes(page, language):
        last.insert(0, notes_button(page.place, language))
    if not private:
        row.append(button(say("button.read-privately", language), "alone", *here))
    else:
        # Where there is no room for it, it still stands behind More.
        if page.card.chapters > 1 and len(row) + can_post + len(last) < ROW_MOST:
            row.append(button(say("button.chapters", language), "chapters", here[0], here[1]))
        if can_post:
            row.append(button(say("button.post-here", language), "post", *here))
    return controls([*row, *last])


def notes_button(at: Place, language: str) -> discord.ui.Button[discord.ui.View]:
    """Give the button that shows what an author says around a page."""
    return button(say("button.notes", language), "notes", at.story, at.chapter, at.offset)


def more_button(at: Place, asker: int, language: str) -> discord.ui.Button[discord.ui.View]:
    """Give the button behind which everything else stands that can be done with a story."""
    return button(say("button.more", language), "more", at.story, at.chapter, at.offset, asker)


async def send_page(
    interaction: Press, house: House, audience: Audience, place: Place, *, private: bool
) -> None:
    """Answer with the page at ``place``."""
    is_held = not private and audience.is_held
    private = private or not audience.posts
    page = await house.reading.page(place, audience)
    language = audience.language if private else audience.room_language
    content = page_content(page, language)
    if private:
        content = await _with_further(interaction, house, page, content, language)
    (content,) = with_pause([content], audience, is_held=is_held)
    view = page_controls(
        page,
        language,
        asker=interaction.user.id,
        private=private,
        can_post=audience.is_public,
    )
    told = await answer(interaction, [content], view, private=private)
    await posted(interaction, house, place.story, told)


async def open_story(
    interaction: Press,
    house: House,
    audience: Audience,
    story: int | Telling,
    *,
    private: bool,
    again: Sequence[discord.ui.Item[discord.ui.View]] = (),
) -> None:
    """Answer with a story: whole when it is short, else its first page, else its link."""
    is_held = not private and audience.is_held
    if isinstance(story, Telling):
        telling, story = story, story.card.id
    else:
        telling = await house.reading.telling(story, audience, most_words=MOST_WORDS_WHOLE)
    if needs_cover(telling.card, telling.pages, audience):
        await _send_cover(interaction, house, audience, telling.card, private=private, again=again)
        return
    language = audience.language if private or not audience.posts else audience.room_language
    told = short_messages(telling, language, house.settings.operator_contact)
    if told is None or (len(told) > 1 and not house.crowding.may_follow_up(interaction.channel_id)):
        await send_page(interaction, house, audience, Place(story), private=private)
        return
    private = private or not audience.posts
    told = with_pause(told, audience, is_held=is_held)
    post = private and audience.is_public
    own = [button(say("button.post-here", language), "post", story, 0, 0)] if post else []
    more = more_button(Place(story), interaction.user.id, language)
    stay = await answer(interaction, told, controls([*own, *again, more]), private=private)
    await posted(interaction, house, story, stay)


async def open_story_at(
    interaction: Press, house: House, audience: Audience, place: Place, *, private: bool
) -> None:
    """Answer with the page that holds ``place``, behind a cover when there are warnings."""
    if place.chapter == place.offset == 0:
        await open_story(interaction, house, audience, place.story, private=private)
        return
    card = await house.reading.card(place.story, audience)
    if credit.warnings(card.record, FALLBACK) or carries_avoided(card, audience):
        await _send_cover(interaction, house, audience, card, private=private, place=place)
    else:
        await send_page(interaction, house, audience, place, private=private)


async def open_alone(interaction: Press, house: House, audience: Audience, place: Place) -> None:
    """Answer with the page that holds ``place`` privately, as a press on a public page does.

    What the person avoids opens as a cover: another may have asked for it.
    """
    card = await house.reading.card(place.story, audience)
    if carries_avoided(card, audience):
        await _send_cover(interaction, house, audience, card, private=True, place=place)
    else:
        await send_page(interaction, house, audience, place, private=True)


def with_pause(told: list[str], audience: Audience, *, is_held: bool) -> list[str]:
    """Say below an answer that is held back from everybody until when that lasts."""
    if not is_held or audience.free_at is None:
        return told
    line = f"-# {say('story.held', audience.language, when=moment(audience.free_at))}"
    last = f"{told[-1]}\n{line}"
    return [*told[:-1], last] if len(last) <= MESSAGE_LIMIT else told


def moment(at: datetime) -> str:
    """Write a moment so that Discord counts it down to each reader."""
    return f"<t:{ceil(at.timestamp())}:R>"


async def _send_cover(
    interaction: Press,
    house: House,
    audience: Audience,
    card: Card,
    *,
    private: bool,
    place: Place | None = None,
    again: Sequence[discord.ui.Item[discord.ui.View]] = (),
) -> None:
    """Answer with a cover; what somebody avoids is named to themselves only."""
    is_held = not private and audience.is_held
    private = private or not audience.posts
    language = audience.language if private else audience.room_language
    row = cover_buttons(card, language, interaction.user.id, private=private, place=place)
    content = cover(card, language)
    if private and carries_avoided(card, audience):
        content = f"{content}\n{say('page.avoided', language)}"
    told = with_pause([content], audience, is_held=is_held)
    stay = await answer(interaction, told, controls([*row, *again]), private=private)
    _note_posted(interaction, house, stay)


def short_messages(telling: Telling, language: str, contact: str = "") -> list[str] | None:
    """Give a story whole in at most two messages, or its card when it is link only.

    None when it is longer: then it is read page by page.
    """
    card = telling.card
    if card.is_link_only:
        return [credit.link_card(card, language, contact)]
    if len(telling.chapters) != 1:
        return None
    chapter = telling.chapters[0]
    lead = notes.quoted(notes.said_before(chapter), language, WHOLE_NOTES)[0]
    tail = notes.quoted(notes.said_behind(chapter), language, WHOLE_NOTES)[0]
    header = "\n\n".join(filter(None, (credit.header(card, language), lead)))
    source = credit.source(card.record, language)
    below = "".join(f"\n\n{part}" for part in (tail, source) if part)
    told = messages(
        chapter,
        limit=MESSAGE_LIMIT - len(below),
        first_limit=MESSAGE_LIMIT - len(below) - len(header) - 2,
    )
    if not told or len(told) > PUBLIC_MESSAGES:
        return None
    told[0] = f"{header}\n\n{told[0]}"
    told[-1] += below
    return told


def excerpt_content(passage: Excerpt, language: str) -> str | None:
    """Give a passage with title, author, length of the whole, and source.

    None when its escapes make it longer than one message.
    """
    body = render_page(passage.chapter, passage.place.offset, passage.end, MESSAGE_LIMIT * 2)
    record = passage.card.record
    for room in (credit.HEADER_LENGTH, HEADER_ROOM, 0):
        above = credit.header(passage.card, language, room=room)
        for only_site in (False, True):
            below = credit.source(record, language, only_site=only_site)
            content = "\n\n".join(part for part in (above, body, below) if part)
            if len(content) <= MESSAGE_LIMIT:
                return content
    return None


def excerpt_button(passage: Excerpt, language: str) -> discord.ui.Button[discord.ui.View]:
    """Give the button that opens the story at a passage, privately."""
    at = passage.place
    label = say("button.read-from-here", language)
    return button(label, "alone", at.story, at.chapter, at.offset)


def is_private_copy(interaction: Press) -> bool:
    """Tell whether the message that was pressed is a private copy or in direct messages."""
    message = interaction.message
    return is_direct(interaction) or (message is not None and message.flags.ephemeral)


def what_stays(interaction: Press) -> discord.ui.View | None:
    """Give the buttons an old page keeps when the next one stands below it: Stop, if any."""
    rows = interaction.message.components if interaction.message else []
    kept = [
        discord.ui.Button[discord.ui.View].from_component(item)
        for row in rows
        if isinstance(row, discord.ActionRow)
        for item in row.children
        if isinstance(item, discord.Button)
        and (parsed := parse_custom_id(item.custom_id or "")) is not None
        and parsed[0] == "unsubscribe"
    ]
    return controls(kept) if kept else None


def room_of(interaction: Press) -> int:
    """Give whose history counts: the channel's, or the person's in direct messages."""
    if interaction.guild_id is None or interaction.channel_id is None:
        return interaction.user.id
    return interaction.channel_id


def _note_posted(interaction: Press, house: House, messages: Sequence[int]) -> None:
    """Note that somebody had new ``messages`` told to everybody: the next come to them alone."""
    if messages and interaction.guild_id is not None:
        house.crowding.posted(interaction.user.id)


async def posted(
    interaction: Press,
    house: House,
    story: int,
    messages: Sequence[int],
    *,
    are_new: bool = True,
) -> None:
    """Write down which messages hold text of a story: so they can be edited if it must go."""
    if are_new:
        _note_posted(interaction, house, messages)
    if interaction.channel_id is not None:
        await house.rights.posted(interaction.channel_id, messages, story)


async def remember(interaction: Press, house: House, story: int) -> None:
    """Write down, after the reply, what this room and this person were shown."""
    room = room_of(interaction)
    await house.library.remember_shown(room, story, house.now(), server=interaction.guild_id)
    if room != interaction.user.id:
        await house.members.remember_shown(interaction.user.id, story)


async def _keep_place(interaction: Press, house: House, page: Page) -> None:
    """Write down where somebody is, after the page reached them.

    Not from an older copy: then the further place is what /continue opens.
    """
    ahead = page.next or page.place
    await house.members.save_place(interaction.user.id, page.place, unless_beyond=ahead)


async def _further_place(interaction: Press, house: House, page: Page) -> Place | None:
    """Give where somebody was, when that is beyond the page after this one."""
    found = await house.library.place_in(interaction.user.id, page.place.story)
    ahead = page.next or page.place
    if found is None:
        return None
    place = found[0]
    is_further = (place.chapter, place.offset) > (ahead.chapter, ahead.offset)
    return place if is_further else None


async def _with_further(
    interaction: Press, house: House, page: Page, content: str, language: str
) -> str:
    """Add to a page from an older copy how far one was, where there is room."""
    place = await _further_place(interaction, house, page)
    if place is None:
        return content
    if page.card.chapters > 1:
        told = say("page.further", language, number=place.chapter + 1)
    else:
        told = say("page.further-page", language)
    added = f"{content}\n-# {told}"
    return added if len(added) <= MESSAGE_LIMIT else content


async def _pressed_turn(interaction: Press, house: House, values: Sequence[str]) -> None:
    story, chapter, offset, asker = map(int, values)
    audience = await audiences.of(interaction, house)
    place = Place(story, chapter, offset)
    if is_private_copy(interaction):
        page = await house.reading.page(place, audience)
        language = audience.language
        content = page_content(page, language)
        content = await _with_further(interaction, house, page, content, language)
        view = page_controls(
            page,
            audience.language,
            asker=asker,
            private=True,
            can_post=audience.is_public,
        )
        if not house.crowding.may_follow_up(interaction.channel_id):
            await _turn_in_place(interaction, house, page, content, view)
            return
        await interaction.response.defer()
        sent = await interaction.followup.send(
            content, view=view, ephemeral=not is_direct(interaction), wait=True
        )
        if is_direct(interaction):
            await posted(interaction, house, story, [sent.id])
        # Only now: had the page failed to come, its reader would have no way on.
        await interaction.edit_original_response(view=what_stays(interaction))
    elif asker == interaction.user.id and audience.is_public:
        page = await house.reading.page(place, audience)
        await interaction.response.edit_message(
            content=page_content(page, audience.room_language),
            view=page_controls(page, audience.room_language, asker=asker, private=False),
        )
        if interaction.message is not None:  # what was a cover until now holds text
            await posted(interaction, house, story, [interaction.message.id], are_new=False)
    else:
        page = await house.reading.page(place, audience)
        await open_alone(interaction, house, audience, place)
        if carries_avoided(page.card, audience):
            return  # nothing of it was read yet
    await _keep_place(interaction, house, page)


async def _turn_in_place(
    interaction: Press, house: House, page: Page, content: str, view: discord.ui.View
) -> None:
    """Put a page where the last one stood: so much is read here that no more may be sent."""
    kept = what_stays(interaction)
    rows = controls(list(view.children), list(kept.children) if kept is not None else [])
    await interaction.response.edit_message(content=content, view=rows)
    if is_direct(interaction) and interaction.message is not None:
        told = [interaction.message.id]
        await posted(interaction, house, page.place.story, told, are_new=False)
    await _keep_place(interaction, house, page)


async def _pressed_alone(interaction: Press, house: House, values: Sequence[str]) -> None:
    story, chapter, offset = map(int, values)
    audience = await audiences.of(interaction, house)
    await open_alone(interaction, house, audience, Place(story, chapter, offset))


async def _pressed_post(interaction: Press, house: House, values: Sequence[str]) -> None:
    story, chapter, offset = map(int, values)
    audience = await audiences.of(interaction, house)
    if not audience.is_public:
        raise StoryNotFound("story.not-public-here")
    if audience.free_at is not None:
        raise NotAllowed("story.too-soon", when=Written(moment(audience.free_at)))
    place = Place(story, chapter, offset)
    await open_story_at(interaction, house, audience, place, private=False)
    await remember(interaction, house, story)


async def _pressed_open(interaction: Press, house: House, values: Sequence[str]) -> None:
    told = values[0] if values else chosen(interaction)
    if not told.isdecimal():
        raise StoryNotFound("story.gone")
    audience = await audiences.of(interaction, house)
    await open_story(interaction, house, audience, int(told), private=True)


HANDLERS: dict[str, Handler] = {
    "turn": _pressed_turn,
    "alone": _pressed_alone,
    "post": _pressed_post,
    "open": _pressed_open,
}
