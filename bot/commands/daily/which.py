"""Which stories a daily story tells: from which collection, and the form for all else.

A page of its own beside the other settings, because a message has room for five
rows and a form for five fields. Where there is no collection it is the form alone.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.commands.daily.allowed import change, editable, nearest, readers
from bot.commands.daily.more import keep_change
from bot.commands.daily.telling import told
from bot.commands.daily.wishes import names_typed, which_told, with_names
from bot.commands.filters import (
    NamesMissed,
    Typed,
    answer_missed,
    meant,
    meant_by_code,
)
from bot.controls import Handler, Press, button, choice, chosen, controls, form_values, text_form
from bot.daily import DailyStory, What
from bot.errors import StoryNotFound
from bot.house import House
from bot.library.base import Collection
from bot.reading import CHOICES
from bot.story import Audience, Rating
from bot.texts import say

_ANY = "-"  # chosen where nothing is the limit of one's own
_NO_COLLECTION = 0


async def _pressed_stories(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    known = await _collections(interaction, house, daily, audience)
    if known:
        await _draw(interaction, house, daily, audience, known)
    else:
        await _open_form(interaction, house, daily, audience)


async def _collections(
    interaction: Press, house: House, daily: DailyStory, audience: Audience
) -> list[Collection]:
    """List the collections that a select has room for, the one it draws from among them."""
    there = nearest(await readers(interaction, house, daily), audience)
    found = (await house.reading.suggest_collections("", there))[: CHOICES - 1]
    within = daily.filter.collection
    if within and all(each.id != within for each in found):
        own = await house.library.collection(within, there)
        found = [*([own] if own else []), *found][: CHOICES - 1]
    return found


async def _draw(
    interaction: Press,
    house: House,
    daily: DailyStory,
    audience: Audience,
    known: Sequence[Collection],
) -> None:
    language = audience.language
    now = next((each.name for each in known if each.id == daily.filter.collection), None)
    placeholder = say("daily.more-collection", language) if now is None else now
    options = [(str(_NO_COLLECTION), say("daily.any-collection", language), "")]
    options += [
        (str(each.id), each.name, say("find.stories", language, count=each.stories))
        for each in known
    ]
    row: list[Any] = [
        button(say("button.which-names", language), "daily-which-form", daily.id),
        button(say("button.back", language), "daily-more", daily.id),
    ]
    view = controls([choice(placeholder, options, "daily-collection", daily.id)], row)
    content = await told(house, daily, audience, str(interaction.locale))
    await interaction.response.edit_message(content=content, view=view)


async def _pressed_collection(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    known = await _collections(interaction, house, daily, audience)
    picked = int(chosen(interaction))
    if picked != _NO_COLLECTION and all(each.id != picked for each in known):
        raise StoryNotFound("find.gone")
    changed = replace(daily, filter=replace(daily.filter, collection=picked))
    await _draw(interaction, house, await change(house, daily, changed), audience, known)


async def _pressed_which_form(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    await _open_form(interaction, house, daily, audience)


async def _open_form(
    interaction: Press, house: House, daily: DailyStory, audience: Audience
) -> None:
    language, wanted = audience.language, daily.filter
    limit = wanted.max_rating
    ratings = [
        (str(int(rating)), say(f"rating.{rating.key}", language), rating is limit)
        for rating in Rating
    ]
    form = text_form(
        say("daily.which-title", language),
        "daily-which",
        (daily.id,),
        texts=[
            (
                "with",
                say("daily.form-with", language),
                await which_told(house, replace(daily, what=What.STORY), audience),
                say("daily.form-which-example", language),
            ),
            (
                "without",
                say("daily.form-without", language),
                ", ".join(wanted.without_names),
                "",
            ),
            ("length", say("daily.form-words", language), _words(daily), "500-2000"),
            ("language", say("daily.form-language", language), wanted.language, ""),
        ],
        optional=["with", "without", "length", "language"],
        select=(
            "rating",
            say("daily.form-rating", language),
            [(_ANY, say("daily.any-rating", language), limit is None), *ratings],
        ),
    )
    await interaction.response.send_modal(form)


def _words(daily: DailyStory) -> str:
    """Write the limits of length as they are typed."""
    least, most = daily.filter.min_words, daily.filter.max_words
    if least is not None and most is not None:
        return f"{least}-{most}"
    if most is not None:
        return f"under {most}"
    return f"over {least}" if least is not None else ""


async def _filled_which(interaction: Press, house: House, values: Sequence[str]) -> None:
    daily, audience = await editable(interaction, house, int(values[0]))
    filled = {name: value.strip() for name, value in form_values(interaction).items()}
    there = nearest(await readers(interaction, house, daily), audience)
    rating = filled.get("rating", _ANY)
    typed = Typed(
        length=filled.get("length") or None,
        language=filled.get("language") or None,
        rating=int(rating) if rating.isdecimal() else None,
        complete=daily.filter.complete,
    )
    try:
        found = await meant(house, there, typed)
        within = daily.filter.collection  # the form has no field for it
        found = replace(found, wanted=replace(found.wanted, collection=within))
        wanted, unwanted = filled.get("with", ""), filled.get("without", "")
        found = await names_typed(house, there, found, wanted, unwanted)
    except NamesMissed as missed:
        await answer_missed(interaction, audience, missed, "daily-filter", daily.id)
        return
    await keep_change(interaction, house, daily, with_names(daily, found), audience)


async def _pressed_filter(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Take a name that was near what was typed."""
    daily, audience = await editable(interaction, house, int(values[0]))
    there = nearest(await readers(interaction, house, daily), audience)
    found = await meant_by_code(house, there, values[1])
    await keep_change(interaction, house, daily, with_names(daily, found), audience)


HANDLERS: dict[str, Handler] = {
    "daily-stories": _pressed_stories,
    "daily-collection": _pressed_collection,
    "daily-which-form": _pressed_which_form,
    "daily-which": _filled_which,
    "daily-filter": _pressed_filter,
}
