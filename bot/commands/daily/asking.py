"""The questions about a daily story that is not whole yet, one at a time."""

from dataclasses import dataclass
from typing import Any

from bot.commands.daily.telling import shown_time
from bot.commands.filters import NamesMissed, answer_missed
from bot.controls import Press, button, choice, controls
from bot.credit import shortened
from bot.daily import DailyStory
from bot.errors import FiresideError
from bot.house import House
from bot.prose.clock import ClockTime
from bot.reading import CHOICES, NearTitles
from bot.render import escape
from bot.replies import TYPED_LENGTH, answer, explained
from bot.story import Audience
from bot.texts import say
from bot.zones import Zone, find_zones, label

ZONE, HALF, TIME, STORIES = "zone", "half", "time", "stories"  # what can still be asked


@dataclass(slots=True)
class Missing:
    """What is not clear yet, with what there is to choose from."""

    needs: list[str]
    zones: list[Zone]
    typed_zone: str = ""
    failed: FiresideError | None = None


async def ask(
    interaction: Press, house: House, audience: Audience, draft: DailyStory, found: Missing
) -> None:
    """Ask the first thing that is still missing."""
    language, locale = audience.language, str(interaction.locale)
    again = button(say("button.go-on", language), "daily-form", draft.id, draft.channel or 0)
    need = draft.needs[0]
    if need == STORIES:
        await _ask_stories(interaction, audience, draft, found.failed, again)
        return
    if need == ZONE:
        zones = found.zones or ([] if found.typed_zone else find_zones("", locale))
        typed = escape(shortened(found.typed_zone, TYPED_LENGTH))
        key = "daily.which-zone" if zones else "daily.no-zone"
        options = [(z.key, z.name, label(z, house.now(), locale)) for z in zones[:CHOICES]]
        pick = choice(say("daily.choose-zone", language), options, "daily-zone", draft.id)
        view = controls([pick], [again]) if options else controls([again])
        await answer(interaction, [say(key, language, typed=typed)], view, private=True)
        return
    if need == HALF:
        hours = (draft.rule.hour, (draft.rule.hour + 12) % 24)
        row: list[Any] = [
            button(shown_time(ClockTime(hour, draft.rule.minute)), "daily-half", draft.id, hour)
            for hour in hours
        ]
        text = say("daily.which-half", language)
        await answer(interaction, [text], controls(row), private=True)
        return
    text = explained(found.failed, language) if found.failed else say("daily.when", language)
    await answer(interaction, [text], controls([again]), private=True)


async def _ask_stories(
    interaction: Press,
    audience: Audience,
    draft: DailyStory,
    failed: FiresideError | None,
    again: Any,
) -> None:
    """Say what was not understood of which stories, with what is near as buttons."""
    language = audience.language
    if isinstance(failed, NamesMissed):
        below = [] if failed.offers else [again]
        await answer_missed(interaction, audience, failed, "daily-names", draft.id, below=below)
    elif isinstance(failed, NearTitles) and failed.cards:
        row = [
            button(card.record.title, "daily-serial", draft.id, card.id) for card in failed.cards
        ]
        await answer(interaction, [explained(failed, language)], controls(row), private=True)
    else:
        text = explained(failed, language) if failed else say("daily.which-stories", language)
        await answer(interaction, [text], controls([again]), private=True)
