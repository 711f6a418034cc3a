"""What stories here are about: the most used names of each kind."""

from collections.abc import Sequence

from bot import audience as audiences
from bot import credit
from bot.controls import Handler, Press, button, choice, controls
from bot.errors import StoryNotFound
from bot.house import House
from bot.render import MESSAGE_LIMIT
from bot.replies import answer
from bot.story import TagKind
from bot.texts import say

CLOUD_LENGTH = 12  # names of each kind that are told
CHOICE_LENGTH = 6  # names of each kind that can be chosen


async def answer_cloud(interaction: Press, house: House) -> None:
    """Answer with the most used names of each kind and a way to the stories of each.

    Raises:
        StoryNotFound: No story may be shown here.
    """
    audience = await audiences.of(interaction, house)
    language = audience.language
    lines = [say("find.cloud", language)]
    options: list[tuple[str, str, str]] = []
    for kind in (TagKind.FREEFORM, TagKind.FANDOM, TagKind.RELATIONSHIP, TagKind.AUTHOR):
        names = await house.library.find_names("", [kind], audience, CLOUD_LENGTH)
        if not names:
            continue
        label = say(f"kinds.{kind.value}", language)
        told = ", ".join(credit.most_used(n.name, n.stories, language) for n in names)
        lines.append(f"**{label}**: {told}")
        kind_of_name = say(f"kind.{kind.value}", language)
        options.extend(
            (str(n.id), n.name, f"{kind_of_name}, {credit.stories_of(n.stories, language)}")
            for n in names[:CHOICE_LENGTH]
        )
    if not options:
        raise StoryNotFound("find.nothing-yet")
    while len("\n".join(lines)) > MESSAGE_LIMIT:
        lines.pop()
    pick = choice(say("find.choose-tag", language), options, "list")
    surprise = button(say("button.surprise-me", language), "do", "story", "")
    await answer(interaction, ["\n".join(lines)], controls([pick], [surprise]), private=True)


async def _pressed_cloud(interaction: Press, house: House, _: Sequence[str]) -> None:
    await answer_cloud(interaction, house)


HANDLERS: dict[str, Handler] = {"cloud": _pressed_cloud}
