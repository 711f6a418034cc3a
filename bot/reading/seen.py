"""Cards as an audience sees them, and what a random pick leaves out for it."""

from dataclasses import replace

from bot.errors import StoryNotFound
from bot.library.base import Card, Filter, Library
from bot.story import Audience, Permission

# Warnings (folded) of stories that no random pick brings in an ordinary channel.
NOT_BY_CHANCE = ("rape/non-con", "rape/noncon", "major character death")


async def card_for(library: Library, story: int, audience: Audience) -> Card:
    """Give a story's card.

    Raises:
        StoryNotFound: It is gone, or may not be shown here.
    """
    card = await library.card(story, audience)
    if card is None:
        raise StoryNotFound("story.gone")
    return seen_by(audience, card)


def seen_by(audience: Audience, card: Card) -> Card:
    """Give a card as ``audience`` sees it: a link only where its author said so in that server."""
    if card.id not in audience.linked:
        return card
    return replace(card, record=replace(card.record, permission=Permission.LINK_ONLY))


def for_random(wanted: Filter, audience: Audience) -> Filter:
    """Leave out what nobody should come upon by chance in an ordinary channel.

    Who asks for a warning by name gets it. What somebody does not want again is left out
    for them. Where text is wanted, a story that is a link in this server is left out as
    well.
    """
    if wanted.with_text and audience.linked:
        wanted = replace(wanted, without=(*wanted.without, *sorted(audience.linked)))
    if audience.not_again:
        wanted = replace(wanted, without=(*wanted.without, *sorted(audience.not_again)))
    if audience.age_restricted or audience.warned_by_chance:
        return wanted
    asked = {folded for _, folded in wanted.names}
    left_out = tuple(name for name in NOT_BY_CHANCE if name not in asked)
    return replace(wanted, without_names=(*wanted.without_names, *left_out))
