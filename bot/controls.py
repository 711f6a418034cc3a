"""Buttons and selects whose whole state is in their custom_id.

A custom_id is ``fs:verb:value:value…``. No view object lives on: what is sent
is a view that is already finished, and a press is answered from the id alone,
a year and ten restarts later. The handlers of a verb live with the commands
they belong to.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, cast

import discord

from bot.credit import shortened
from bot.house import House
from bot.render import without_controls

PREFIX = "fs"
ID_LIMIT = 100  # characters of a custom_id (components/reference)
LABEL_LIMIT = 80  # characters of a button's label
OPTION_LIMIT = 100  # characters of a select option's label and description

FIELD_LENGTH = 100  # characters of a field in a form

# Kinds of channels a message can be posted to, and those of them that are no threads.
_HOMES = (
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
)
_POSTABLE = (
    *_HOMES,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
    discord.ChannelType.news_thread,
)

Press = discord.Interaction[discord.Client]
Handler = Callable[[Press, House, Sequence[str]], Awaitable[None]]

Style = discord.ButtonStyle


def custom_id(verb: str, *values: int | str) -> str:
    """Write the custom_id of ``verb``.

    Raises:
        ValueError: It would be longer than Discord takes, or a value holds a colon.
    """
    parts = [PREFIX, verb, *(str(value) for value in values)]
    told = ":".join(parts)
    if len(told) > ID_LIMIT or told.count(":") != len(parts) - 1:
        raise ValueError(f"not a custom_id: {told!r}")
    return told


def parse_custom_id(told: str) -> tuple[str, list[str]] | None:
    """Read a custom_id of ours: verb and values; None for anybody else's."""
    prefix, _, rest = told.partition(":")
    verb, *values = rest.split(":")
    return (verb, values) if prefix == PREFIX and verb else None


def button(
    label: str, verb: str, *values: int | str, style: Style = Style.secondary
) -> discord.ui.Button[discord.ui.View]:
    """Make a button with words on it."""
    return discord.ui.Button(
        label=_cut(label, LABEL_LIMIT), custom_id=custom_id(verb, *values), style=style
    )


def link(label: str, address: str) -> discord.ui.Button[discord.ui.View]:
    """Make a button that opens a web address."""
    return discord.ui.Button(label=_cut(label, LABEL_LIMIT), url=address)


def choice(
    placeholder: str, options: Sequence[tuple[str, str, str]], verb: str, *values: int | str
) -> discord.ui.Select[discord.ui.View]:
    """Make a select of one; an option is (value, label, description)."""
    return discord.ui.Select(
        custom_id=custom_id(verb, *values),
        placeholder=_cut(placeholder, 150),
        options=[
            discord.SelectOption(
                value=value,
                label=_cut(label, OPTION_LIMIT),
                description=_cut(description, OPTION_LIMIT) if description else None,
            )
            for value, label, description in options
        ],
    )


def several(
    placeholder: str, options: Sequence[tuple[str, str, bool]], verb: str, *values: int | str
) -> discord.ui.Select[discord.ui.View]:
    """Make a select of any number; an option is (value, label, is chosen)."""
    return discord.ui.Select(
        custom_id=custom_id(verb, *values),
        placeholder=_cut(placeholder, 150),
        min_values=0,
        max_values=len(options),
        options=[
            discord.SelectOption(value=value, label=_cut(label, OPTION_LIMIT), default=is_chosen)
            for value, label, is_chosen in options
        ],
    )


def channels(
    placeholder: str,
    known: Sequence[int],
    verb: str,
    *values: int | str,
    most: int = 1,
    with_threads: bool = False,
) -> discord.ui.ChannelSelect[discord.ui.View]:
    """Make a select of none to ``most`` channels; those in ``known`` are chosen already."""
    kinds = _POSTABLE if with_threads else (*_HOMES, discord.ChannelType.forum)
    return discord.ui.ChannelSelect(
        custom_id=custom_id(verb, *values),
        placeholder=_cut(placeholder, 150),
        min_values=0,
        max_values=most,
        channel_types=list(kinds),
        default_values=_defaults(known, discord.SelectDefaultValueType.channel),
    )


def role(
    placeholder: str, known: int | None, verb: str, *values: int | str
) -> discord.ui.RoleSelect[discord.ui.View]:
    """Make a select of one role or none."""
    return discord.ui.RoleSelect(
        custom_id=custom_id(verb, *values),
        placeholder=_cut(placeholder, 150),
        min_values=0,
        max_values=1,
        default_values=_defaults(
            [known] if known is not None else [], discord.SelectDefaultValueType.role
        ),
    )


def _defaults(
    known: Sequence[int], kind: discord.SelectDefaultValueType
) -> list[discord.SelectDefaultValue]:
    return [discord.SelectDefaultValue(id=ident, type=kind) for ident in known]


def controls(
    *rows: Iterable[discord.ui.Item[discord.ui.View]],
) -> discord.ui.View:
    """Lay out ``rows``; gives a view that discord.py sends and keeps nothing of."""
    view = discord.ui.View(timeout=None)
    for number, row in enumerate(row for row in map(list, rows) if row):
        for item in row:
            item.row = number
            view.add_item(item)
    view.stop()
    return view


def text_form(
    title: str,
    verb: str,
    values: Sequence[int | str],
    *,
    texts: Sequence[tuple[str, str, str, str]],
    select: tuple[str, str, Sequence[tuple[str, str, bool]]] | None = None,
    channel: tuple[str, str, int] | None = None,
    length: int = FIELD_LENGTH,
    optional: Sequence[str] = (),
) -> discord.ui.Modal:
    """Make a form whose answer comes back to the handler of ``verb``.

    Args:
        title: Its heading, at most 45 characters.
        verb: What handles the answer; read the fields with `form_values`.
        values: What the custom_id carries.
        texts: One-line fields: (name, label, what stands in it, an example).
        length: The most characters of a text.
        optional: The names of the texts that may stay empty.
        select: A choice of one: (name, label, [(value, label, is chosen)]).
        channel: A choice of one channel or thread: (name, label, the chosen one).
    """
    modal = discord.ui.Modal(title=_cut(title, 45), custom_id=custom_id(verb, *values))
    for name, label, filled, example in texts:
        field = discord.ui.TextInput[discord.ui.Modal](
            custom_id=name,
            default=filled or None,
            placeholder=example,
            max_length=length,
            required=name not in optional,
        )
        modal.add_item(discord.ui.Label(text=_cut(label, 45), component=field))
    if select is not None:
        name, label, options = select
        picker = discord.ui.Select[discord.ui.Modal](
            custom_id=name,
            options=[
                discord.SelectOption(
                    value=value, label=_cut(shown, OPTION_LIMIT), default=is_chosen
                )
                for value, shown, is_chosen in options
            ],
        )
        modal.add_item(discord.ui.Label(text=_cut(label, 45), component=picker))
    if channel is not None:
        name, label, ident = channel
        places = discord.ui.ChannelSelect[discord.ui.Modal](
            custom_id=name,
            channel_types=list(_POSTABLE),
            default_values=[
                discord.SelectDefaultValue(id=ident, type=discord.SelectDefaultValueType.channel)
            ],
        )
        modal.add_item(discord.ui.Label(text=_cut(label, 45), component=places))
    modal.stop()  # nothing of it is kept: the answer is read from the custom_id
    return modal


def form_values(press: Press) -> dict[str, str]:
    """Give what was filled into a form, by the names of its fields."""
    data = cast("dict[str, Any]", press.data)
    found: dict[str, str] = {}
    for row in data.get("components", ()):
        for field in [row["component"]] if "component" in row else row.get("components", ()):
            value = field.get("value")
            if value is None:
                value = next(iter(field.get("values") or []), "")
            found[field["custom_id"]] = value
    return found


def form_choices(press: Press, name: str) -> list[str]:
    """Give every value that was chosen in the field ``name`` of a form."""
    return _values_of(press, name)


def uploaded(press: Press, name: str) -> list[discord.Attachment]:
    """Give the files that were put into the field ``name`` of a form."""
    data = cast("dict[str, Any]", press.data)
    known = data.get("resolved", {}).get("attachments", {})
    state = press.client._connection  # pyright: ignore[reportPrivateUsage]: as discord.py's forms do
    return [
        discord.Attachment(data=known[ident], state=state)
        for ident in _values_of(press, name)
        if ident in known
    ]


def _values_of(press: Press, name: str) -> list[str]:
    data = cast("dict[str, Any]", press.data)
    for row in data.get("components", ()):
        for field in [row["component"]] if "component" in row else row.get("components", ()):
            if field.get("custom_id") == name:
                return cast("list[str]", field.get("values") or [])
    return []


def chosen(press: Press) -> str:
    """Give the value chosen in the select that was used."""
    return next(iter(all_chosen(press)), "")


def all_chosen(press: Press) -> list[str]:
    """Give every value chosen in the select that was used."""
    data = cast("dict[str, object]", press.data)
    return cast("list[str]", data.get("values") or [])


def chosen_before(press: Press) -> set[str]:
    """Give what the select that was used showed as chosen before it was used."""
    rows = press.message.components if press.message else []
    used = str(cast("dict[str, object]", press.data).get("custom_id", ""))
    for row in rows:
        for item in row.children if isinstance(row, discord.ActionRow) else ():
            if isinstance(item, discord.SelectMenu) and item.custom_id == used:
                known = {str(each.id) for each in item.default_values}
                return known | {each.value for each in item.options if each.default}
    return set()


@lru_cache(maxsize=512)  # most are our own words, the same on every button
def _cut(text: str, limit: int) -> str:
    """Make ``text`` a label: one line, no control characters, cut to ``limit``."""
    return shortened(" ".join(without_controls(text)[0].split()), limit) or "…"
