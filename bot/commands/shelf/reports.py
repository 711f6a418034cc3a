"""What members report about the stories of a server's own shelf, for its librarians.

Who reported something is not told. That somebody wrote a story is for the
operator to decide; librarians see it, and can remove the story.
"""

from collections.abc import Sequence
from typing import Any

import discord

from bot.commands.shelf.allowed import keeper_audience
from bot.controls import Handler, Press, Style, button, controls
from bot.credit import shortened
from bot.errors import StoryNotFound
from bot.house import House
from bot.library.base import StoredReport
from bot.render import escape, isolate
from bot.rights import WORDS_LENGTH, WROTE
from bot.story import Audience
from bot.texts import say

LOOKED_AT = 100  # reports of which those are shown that may be seen here
TITLE_LENGTH = 120  # characters

_Drawn = tuple[str, discord.ui.View]


async def reports_button(house: House, audience: Audience) -> list[Any]:
    """Give the button that leads here, where anything was reported."""
    found = await _open(house, audience)
    if not found:
        return []
    label = say("button.shelf-reports", audience.language, count=len(found))
    return [button(label, "shelf-reports", 0)]


async def _open(house: House, audience: Audience) -> list[StoredReport]:
    assert audience.server is not None
    return await house.library.reports(LOOKED_AT, shelf=audience.server)


async def _next(house: House, audience: Audience, after: int) -> _Drawn:
    """Show the first report behind ``after`` whose story may be seen here."""
    language = audience.language
    back = button(say("button.to-shelf", language), "library", "here")
    found = await _open(house, audience)
    seen = [each for each in found if await house.library.card(each.story, audience) is not None]
    behind = [each for each in seen if each.id > after] or seen
    elsewhere = len(found) - len(seen)
    lines = [say("reports.elsewhere", language, count=elsewhere)] if elsewhere else []
    if not behind:
        return "\n".join([say("reports.none", language), *lines]), controls([back])
    report = behind[0]
    kind = "reports.wrote" if report.kind == WROTE else f"rights.kind-{report.kind}"
    title = isolate(shortened(report.title, TITLE_LENGTH))
    day = discord.utils.format_dt(report.at, "D")
    told = [
        say("reports.heading", language, count=len(found)),
        say("reports.about", language, title=title, kind=say(kind, language), day=day),
    ]
    if report.words:
        words = " ".join(report.words.split())
        told.append(f"> {escape(shortened(words, WORDS_LENGTH))}\n")
    row = [button(say("button.look-after", language), "shelf-story", report.story, "here")]
    if report.kind == WROTE:
        told.append(say("reports.not-yours", language))
    else:
        done = say("button.report-done", language)
        row.append(button(done, "report-close", report.id, "upheld", style=Style.primary))
        row.append(button(say("button.report-nothing", language), "report-close", report.id, "no"))
    if len(seen) > 1:
        row.append(button(say("button.next", language), "shelf-reports", report.id))
    return "\n".join([*told, *lines]), controls([*row, back])


async def _pressed_reports(interaction: Press, house: House, values: Sequence[str]) -> None:
    audience = await keeper_audience(interaction, house)
    content, view = await _next(house, audience, int(values[0]))
    await interaction.response.edit_message(content=content, view=view)


async def _pressed_decide(interaction: Press, house: House, values: Sequence[str]) -> None:
    """Close a report about a story of this shelf."""
    audience = await keeper_audience(interaction, house)
    ident, decision = int(values[0]), values[1]
    known = {each.id: each for each in await _open(house, audience)}
    if ident not in known or known[ident].kind == WROTE:
        raise StoryNotFound("error.old-button")
    close = house.rights.uphold if decision == "upheld" else house.rights.dismiss
    await close(ident)
    content, view = await _next(house, audience, ident)
    await interaction.response.edit_message(content=content, view=view)


HANDLERS: dict[str, Handler] = {
    "shelf-reports": _pressed_reports,
    "report-close": _pressed_decide,
}
