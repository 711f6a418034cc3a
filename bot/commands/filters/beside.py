"""Names to offer for an option when another one is filled in: those that go with it.

Who asks for Mira Vale *with* somebody is offered who is in a story with her, and
how many such stories there are, where all of hers were looked at; what was never in
one with her leads to nothing.
"""

from collections.abc import Sequence

from bot import audience as audiences
from bot.commands.filters.meaning import NAMED
from bot.commands.options import Choices, name_choice, offer_names
from bot.controls import Press
from bot.errors import FiresideError
from bot.house import House
from bot.library.base import Name
from bot.reading import TAG_KINDS
from bot.story import Audience, TagKind

_LOOKED_AT = 300  # stories of a name, the newest, at which `Library.companions` looks
_OTHERS = ("character", "name", "tag", "fandom", "author", "with")  # the most telling first


async def offer_beside(
    interaction: Press, house: House, typed: str, kinds: Sequence[TagKind], own: str
) -> Choices:
    """Offer names of ``kinds`` for the option ``own``, as `offer_names` where none goes along."""
    audience = await audiences.of(interaction, house)
    other = await _other(interaction, house, audience, own)
    found: Sequence[Name] = ()
    if other is not None:
        found = await house.reading.suggest_beside(other, kinds, typed, audience)
    if not found:
        return await offer_names(interaction, house, typed, kinds)
    is_counted = other is not None and other.stories <= _LOOKED_AT
    return [
        name_choice(name, audience, with_kind=len(kinds) > 1, with_count=is_counted)
        for name in found
    ]


async def _other(interaction: Press, house: House, audience: Audience, own: str) -> Name | None:
    """Give the name that is filled into another option, if there is one."""
    filled = dict(iter(interaction.namespace))  # it answers to any attribute, `keys` too
    for option in _OTHERS:
        value = filled.get(option)
        if option == own or not isinstance(value, str) or not value.strip():
            continue
        kinds = NAMED.get("companion" if option == "with" else option, TAG_KINDS)
        try:
            return await house.reading.name(kinds, value, audience)
        except FiresideError:  # said when the command is sent
            continue
    return None
