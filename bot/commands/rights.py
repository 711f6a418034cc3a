"""What an author or a reader can say about a story: "I wrote this" and "Report"."""

from collections.abc import Sequence
from typing import Any

from bot import audience as audiences
from bot.controls import Handler, Press, button, choice, chosen, controls, form_values, text_form
from bot.errors import NotAllowed
from bot.house import House
from bot.render import isolate
from bot.replies import answer
from bot.rights import KINDS, WORDS_LENGTH
from bot.story import Rating
from bot.texts import say


def rights_buttons(story: int, language: str) -> list[Any]:
    """Give the two buttons that stand under More on every story."""
    return [
        button(say("button.i-wrote-this", language), "wrote-form", story),
        button(say("button.report", language), "report-form", story),
    ]


async def _pressed_wrote(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await audiences.of(interaction, house)
    await house.reading.card(int(values[0]), audience)
    language = audience.language
    field = (
        "words",
        say("rights.claim-words", language),
        "",
        say("rights.claim-example", language),
    )
    form = text_form(
        say("rights.claim-title", language),
        "wrote",
        values,
        texts=[field],
        length=WORDS_LENGTH,
    )
    await interaction.response.send_modal(form)


async def _filled_wrote(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await audiences.of(interaction, house)
    card = await house.reading.card(int(values[0]), audience)
    words = form_values(interaction).get("words", "")
    await house.rights.claim(card, audience.server, interaction.user.id, words)
    key = "rights.claimed" if audience.server is None else "rights.claimed-here"
    title = isolate(card.record.title)
    await answer(interaction, [say(key, audience.language, title=title)], private=True)


async def _pressed_report(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await audiences.of(interaction, house)
    await house.reading.card(int(values[0]), audience)
    language = audience.language
    kinds = [(kind, say(f"rights.kind-{kind}", language), kind == KINDS[0]) for kind in KINDS]
    words = say("rights.report-words", language)
    form = text_form(
        say("rights.report-title", language),
        "report",
        values,
        texts=[("words", words, "", say("rights.report-example", language))],
        select=("kind", say("rights.report-kind", language), kinds),
        length=WORDS_LENGTH,
    )
    await interaction.response.send_modal(form)


async def _filled_report(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await audiences.of(interaction, house)
    card = await house.reading.card(int(values[0]), audience)
    filled = form_values(interaction)
    kind = filled.get("kind", "")
    kind = kind if kind in KINDS else KINDS[-1]
    await house.rights.report(
        kind, card, audience.server, interaction.user.id, filled.get("words", "")
    )
    language = audience.language
    text = say("rights.reported", language, title=isolate(card.record.title))
    rating = card.record.rating or Rating.GENERAL
    above = [each for each in Rating if each > rating]
    if kind == "rating" and above and _may_raise(interaction):
        options = [(str(int(each)), _told(each, language), "") for each in above]
        text += f"\n{say('rights.raise-here', language)}"
        pick = choice(say("rights.raise-here", language), options, "raise", card.id)
        await answer(interaction, [text], controls([pick]), private=True)
    else:
        await answer(interaction, [text], private=True)


def _told(rating: Rating, language: str) -> str:
    return say(f"rating.{rating.key}", language)


def _may_raise(interaction: Press) -> bool:
    in_server = interaction.client.get_guild(interaction.guild_id or 0) is not None
    return in_server and interaction.permissions.manage_messages


async def _pressed_raise(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await audiences.of(interaction, house)
    if not _may_raise(interaction) or audience.server is None:
        raise NotAllowed("mine.not-yours")
    card = await house.reading.card(int(values[0]), audience)
    rating = Rating(int(chosen(interaction)))
    await house.rights.raise_rating(audience.server, card.id, rating)
    language = audience.language
    title = isolate(card.record.title)
    text = say("rights.raised", language, title=title, rating=_told(rating, language))
    await answer(interaction, [text], private=True)


HANDLERS: dict[str, Handler] = {
    "wrote-form": _pressed_wrote,
    "wrote": _filled_wrote,
    "report-form": _pressed_report,
    "report": _filled_report,
    "raise": _pressed_raise,
}
