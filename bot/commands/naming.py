"""A name that somebody wants to see no stories of, typed by hand, with help for a slip.

Admins block such names for a server, members avoid them for themselves.
"""

from collections.abc import Sequence
from hashlib import blake2s
from urllib.parse import quote, unquote

from bot.controls import ID_LIMIT, Press, button, controls, custom_id
from bot.credit import shortened
from bot.errors import NoStoryFits, StoryNotFound
from bot.house import House
from bot.prose.words import fold
from bot.reading import TAG_KINDS, NearNames
from bot.render import escape
from bot.replies import answer
from bot.story import Audience
from bot.texts import say

NAME_LENGTH = 80  # characters of a name that is kept
_KNOWN, _TYPED = "n", "t"  # how the custom_id of a button holds a name: its id, or itself


async def name_meant(
    interaction: Press, house: House, audience: Audience, typed: str, verb: str
) -> str | None:
    """Give the name that ``typed`` means; None when the person was asked which one.

    Then a press does ``verb`` with what `name_pressed` reads.

    Raises:
        StoryNotFound: Nothing was typed.
    """
    typed = " ".join(typed.split())[:NAME_LENGTH]
    if not typed:
        raise StoryNotFound("naming.empty")
    try:
        return (await house.reading.name(TAG_KINDS, typed, audience)).name
    except NoStoryFits as above:  # it exists, but its stories are not for this place
        return str(above.values["name"])
    except NearNames as near:
        language = audience.language
        row = [button(name.name, verb, _KNOWN, name.id) for name in near.names]
        told = quote(typed, safe="")
        if len(custom_id(verb)) + len(_TYPED) + len(told) + 2 <= ID_LIMIT:
            label = say("naming.as-typed", language, name=shortened(typed, 50))
            row.append(button(label, verb, _TYPED, told))
        key = "naming.near" if near.names else "naming.unknown"
        text = say(key, language, typed=escape(typed))
        view = controls(row[:-1][:4] + row[-1:] if len(row) > 5 else row)
        await answer(interaction, [text], view, private=True)
        return None


async def name_pressed(house: House, audience: Audience, values: Sequence[str]) -> str:
    """Give the name that a button of `name_meant` holds.

    Raises:
        StoryNotFound: No story here carries it any more.
    """
    how, told = values
    if how == _TYPED:
        return unquote(told)
    name = await house.library.name(int(told), audience)
    if name is None:
        raise StoryNotFound("find.gone")
    return name.name


def code_of(name: str) -> str:
    """Give a short code of a name, however long it is, for the options of a select."""
    return blake2s(fold(name).encode(), digest_size=8).hexdigest()
