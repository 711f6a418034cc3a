"""The options that commands share: characters, tags and titles, typed or picked."""

from collections.abc import Sequence

from discord import app_commands

from bot import audience as audiences
from bot.controls import Press, button, controls
from bot.credit import shortened, stories_of
from bot.house import House
from bot.library.base import Name
from bot.reading import CHARACTER_KINDS, PICKED, TAG_KINDS, NearTitles
from bot.render import without_controls
from bot.replies import answer, explained
from bot.story import Audience, TagKind
from bot.texts import say

CHOICE_LIMIT = 100  # characters of an autocompletion choice's name and value

PLAIN_KINDS = tuple(kind for kind in TAG_KINDS if kind not in CHARACTER_KINDS)

Choices = list[app_commands.Choice[str]]


async def offer_characters(interaction: Press, house: House, typed: str) -> Choices:
    """Offer the characters of stories that may be shown here."""
    return await offer_names(interaction, house, typed, CHARACTER_KINDS)


async def offer_names(
    interaction: Press, house: House, typed: str, kinds: Sequence[TagKind]
) -> Choices:
    """Offer names of ``kinds``, each with its kind where there are several."""
    audience = await audiences.of(interaction, house)
    found = await house.reading.suggest_names(kinds, typed, audience)
    return [name_choice(name, audience, with_kind=len(kinds) > 1) for name in found]


async def offer_tags(interaction: Press, house: House, typed: str) -> Choices:
    """Offer tags of every kind but characters, which have their own option."""
    return await offer_names(interaction, house, typed, PLAIN_KINDS)


async def offer_collections(interaction: Press, house: House, typed: str) -> Choices:
    """Offer collections that hold something that may be shown here."""
    audience = await audiences.of(interaction, house)
    found = await house.reading.suggest_collections(typed, audience)
    return [
        _counted_choice(each.id, each.name, stories_of(n, audience.language))
        for each in found
        if (n := each.stories)
    ]


async def offer_titles(interaction: Press, house: House, typed: str) -> Choices:
    """Offer titles; a picked one travels as its story's id."""
    audience = await audiences.of(interaction, house)
    choices: Choices = []
    for story in await house.reading.offer_titles(typed, audience):
        shown = f"{story.title} · {story.author}" if story.author else story.title
        choices.append(app_commands.Choice(name=_cut(shown), value=f"{PICKED}{story.id}"))
    return choices


def name_choice(
    name: Name, audience: Audience, *, with_kind: bool, with_count: bool = True
) -> app_commands.Choice[str]:
    """Make the choice of a name, which travels as its id."""
    told = [say(f"kind.{name.kind.value}", audience.language)] if with_kind else []
    told += [stories_of(name.stories, audience.language)] if with_count else []
    return _counted_choice(name.id, name.name, ", ".join(told))


def _counted_choice(ident: int, name: str, told: str) -> app_commands.Choice[str]:
    ending = f" ({told})" if told else ""
    shown = f"{_cut(name, CHOICE_LIMIT - len(ending))}{ending}"
    return app_commands.Choice(name=shown, value=f"{PICKED}{ident}")


def _cut(text: str, limit: int = CHOICE_LIMIT) -> str:
    return shortened(without_controls(text)[0].strip(), limit) or "…"


async def answer_near_titles(
    interaction: Press, audience: Audience, near: NearTitles, verb: str
) -> None:
    """Answer a title that was not found with a button for each that is near."""
    row = [button(card.record.title, verb, card.id) for card in near.cards]
    text = explained(near, audience.language)
    await answer(interaction, [text], controls(row), private=True)
