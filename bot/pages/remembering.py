"""What is written down once a page was shown: who was shown what, and how far they are."""

from collections.abc import Sequence

from bot.controls import Press
from bot.house import House
from bot.library.base import Page
from bot.render import MESSAGE_LIMIT
from bot.story import Place
from bot.texts import say


def room_of(interaction: Press) -> int:
    """Give whose history counts: the channel's, or the person's in direct messages."""
    if interaction.guild_id is None or interaction.channel_id is None:
        return interaction.user.id
    return interaction.channel_id


def note_posted(interaction: Press, house: House, messages: Sequence[int]) -> None:
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
        note_posted(interaction, house, messages)
    if interaction.channel_id is not None:
        await house.rights.posted(interaction.channel_id, messages, story)


async def remember(interaction: Press, house: House, story: int) -> None:
    """Write down, after the reply, what this room and this person were shown."""
    room = room_of(interaction)
    await house.library.remember_shown(room, story, house.now(), server=interaction.guild_id)
    if room != interaction.user.id:
        await house.members.remember_shown(interaction.user.id, story)


async def keep_place(interaction: Press, house: House, page: Page) -> None:
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


async def with_further(
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
