"""Names that were detected in the stories of a server's shelf, and what its librarians decide.

It is the operator's `python -m bot characters` for one server's own stories: a
decision holds on that shelf alone. A name is listed where one may see a story
it was found in; the sentences shown are of such stories.
"""

from collections.abc import Sequence
from typing import Any

import discord

from bot.cast import LONGEST_NAME, MOST_LISTED
from bot.commands.naming import code_of
from bot.commands.shelf.allowed import librarian_audience
from bot.controls import (
    Handler,
    Press,
    Style,
    button,
    choice,
    chosen,
    controls,
    form_values,
    text_form,
)
from bot.credit import shortened
from bot.errors import StoryNotFound
from bot.house import House
from bot.library.detected import Decision, DetectedName, Spotted
from bot.render import MESSAGE_LIMIT, escape, isolate
from bot.replies import answer
from bot.story import Audience
from bot.texts import say

LISTED = 25  # options of one select, Discord's limit
LOOKED_AT = 100  # names of which those are listed that may be seen here
EXAMPLES = 3  # stories shown of one name
EVIDENCE = 2  # reasons shown of each
TITLE_LENGTH = 80  # characters
WAITING, DECIDED = "waiting", "decided"

_Drawn = tuple[str, discord.ui.View]


async def names_button(house: House, audience: Audience) -> list[Any]:
    """Give the button that leads here, where anything was detected on the server's shelf."""
    if not await house.cast.detected(_shelf(audience), 1, spotted=0):
        return []
    return [button(say("button.detected-names", audience.language), "names", "new", WAITING)]


def _shelf(audience: Audience) -> int:
    assert audience.server is not None
    return audience.server


async def _pressed_names(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Show the names that wait, or those that were decided, in a new message or in this one."""
    where, which = values
    audience = await librarian_audience(interaction, house)
    content, view = await _list(house, audience, which)
    if where == "new":
        await answer(interaction, [content], view, private=True)
    else:
        await interaction.response.edit_message(content=content, view=view)


async def _list(house: House, audience: Audience, which: str, *, lead: str = "") -> _Drawn:
    language, shelf = audience.language, _shelf(audience)
    decided = [each for each in await house.cast.decisions(shelf) if each.story is None]
    rows: list[list[Any]] = []
    if which == DECIDED and decided:
        lines = [say("cast.about-decided", language)]
        options = [
            (code_of(each.name), each.name, _told(each, language)) for each in decided[:LISTED]
        ]
        rows.append([choice(say("cast.choose-back", language), options, "name-back")])
    else:
        found = await house.cast.detected(shelf, LOOKED_AT, undecided=True)
        seen = [each for each in found if await _seen(house, audience, each)]
        lines = [say("cast.about-names" if seen else "cast.none-waiting", language)]
        if seen:
            lines.append(say("cast.waiting", language, count=len(seen)))
            options = [
                (code_of(each.name), each.name, _short(each, language)) for each in seen[:LISTED]
            ]
            rows.append([choice(say("cast.choose-name", language), options, "name-open")])
        if len(seen) < len(found):
            lines.append(say("cast.elsewhere", language, count=len(found) - len(seen)))
    row: list[Any] = []
    if which == DECIDED:
        row.append(button(say("button.names-waiting", language), "names", "here", WAITING))
    elif decided:
        row.append(button(say("button.names-decided", language), "names", "here", DECIDED))
    row.append(button(say("button.to-shelf", language), "library", "here"))
    content = "\n".join([*([lead] if lead else []), *lines])
    return shortened(content, MESSAGE_LIMIT), controls(*rows, row)


async def _seen(house: House, audience: Audience, name: DetectedName) -> list[Spotted]:
    """Give those of the stories of a name that may be shown here."""
    return [
        each for each in name.spotted if await house.library.card(each.story, audience) is not None
    ]


def _short(name: DetectedName, language: str) -> str:
    stories = say("find.stories", language, count=name.stories)
    return say("cast.how-sure", language, stories=stories, percent=name.confidence)


def _told(decision: Decision, language: str) -> str:
    key = f"cast.was-{decision.verdict.value}"
    return say(key, language, becomes=decision.becomes)


async def _named(house: House, audience: Audience, code: str) -> DetectedName:
    """Give the detected name that a control holds."""
    for each in await house.cast.detected(_shelf(audience), MOST_LISTED, spotted=0):
        if code_of(each.name) == code:
            return await house.cast.named(_shelf(audience), each.name)
    raise StoryNotFound("error.old-button")


async def _pressed_open(interaction: Press, house: House, _: Sequence[str]) -> None:
    """Show one name with what speaks for it, and what can be done about it."""
    audience = await librarian_audience(interaction, house)
    language = audience.language
    name = await _named(house, audience, chosen(interaction))
    lines = [f"**{isolate(name.name)}**", f"-# {_short(name, language)}"]
    for each in (await _seen(house, audience, name))[:EXAMPLES]:
        title = isolate(shortened(each.title, TITLE_LENGTH))
        key = "cast.appears-in" if each.detection.appears else "cast.mentioned-in"
        lines.append(say(key, language, title=title))
        lines += [f"- {escape(reason)}" for reason in each.detection.evidence[:EVIDENCE]]
        if each.detection.example:
            lines.append(f"> {escape(each.detection.example)}")
    code = code_of(name.name)
    row = [
        button(say("button.name-accept", language), "name-do", "accept", code, style=Style.primary),
        button(say("button.name-rename", language), "name-form", "rename", code),
        button(say("button.name-merge", language), "name-form", "merge", code),
        button(say("button.name-reject", language), "name-do", "reject", code),
    ]
    back = [button(say("button.back", language), "names", "here", WAITING)]
    content = shortened("\n".join(lines), MESSAGE_LIMIT)
    await interaction.response.edit_message(content=content, view=controls(row, back))


async def _pressed_do(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Accept or reject a name."""
    audience = await librarian_audience(interaction, house)
    what, code = values
    name = (await _named(house, audience, code)).name
    decide = house.cast.accept if what == "accept" else house.cast.reject
    decision, changed = await decide(_shelf(audience), name)
    await _say_decided(interaction, house, audience, decision, changed)


async def _pressed_form(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Ask for the name that a detected one becomes, or whose alias it is."""
    language = (await librarian_audience(interaction, house)).language
    what, code = values
    label = say("cast.new-name" if what == "rename" else "cast.whose", language)
    title = say("cast.rename-title" if what == "rename" else "cast.merge-title", language)
    fields = [("name", label, "", "")]
    form = text_form(title, "name-typed", (what, code), texts=fields, length=LONGEST_NAME)
    await interaction.response.send_modal(form)


async def _filled_form(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await librarian_audience(interaction, house)
    what, code = values
    name = (await _named(house, audience, code)).name
    decide = house.cast.rename if what == "rename" else house.cast.merge
    typed = form_values(interaction).get("name", "")
    decision, changed = await decide(_shelf(audience), name, typed)
    await _say_decided(interaction, house, audience, decision, changed)


async def _say_decided(
    interaction: Press, house: House, audience: Audience, decision: Decision, changed: int
) -> None:
    house.reading.forget_spellings()
    told = say(
        f"cast.{decision.verdict.value}",
        audience.language,
        name=isolate(decision.name),
        becomes=isolate(decision.becomes),
    )
    lead = f"{told} {say('cast.changed', audience.language, count=changed)}"
    content, view = await _list(house, audience, WAITING, lead=lead)
    await interaction.response.edit_message(content=content, view=view)


async def _pressed_back(interaction: Press, house: House, _: Sequence[str]) -> None:
    """Forget what was decided about a name."""
    audience = await librarian_audience(interaction, house)
    shelf, code = _shelf(audience), chosen(interaction)
    decisions = await house.cast.decisions(shelf)
    name = next((d.name for d in decisions if d.story is None and code_of(d.name) == code), None)
    if name is None:
        raise StoryNotFound("error.old-button")
    await house.cast.take_back(shelf, name)
    house.reading.forget_spellings()
    lead = say("cast.taken-back", audience.language, name=isolate(name))
    content, view = await _list(house, audience, DECIDED, lead=lead)
    await interaction.response.edit_message(content=content, view=view)


HANDLERS: dict[str, Handler] = {
    "names": _pressed_names,
    "name-open": _pressed_open,
    "name-do": _pressed_do,
    "name-form": _pressed_form,
    "name-typed": _filled_form,
    "name-back": _pressed_back,
}
