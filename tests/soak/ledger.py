"""What should stand in the channels, against what does."""

import re
from collections import Counter
from dataclasses import dataclass, field

from bot.daily import DailyStory, What
from bot.library.base import Library, StoredDelivery
from tests.soak.world import World
from tests.wire import payloads
from tests.wire.payloads import Json
from tests.wire.stand_in import StandIn

Mark = tuple[str, int, int, str]  # the mark of a story, chapter, paragraph, sentence
_MARK = re.compile(r"(?:^|\s)([a-z]+)-(\d+)-(\d+)-([ab])\b")


@dataclass
class Ledger:
    """The count at the end; each double and loss in words."""

    deliveries: int = 0
    messages: int = 0
    doubles: list[str] = field(default_factory=list[str])
    losses: list[str] = field(default_factory=list[str])


async def count_up(world: World, library: Library, stand_in: StandIn, days: int) -> Ledger:
    """Compare what every daily story owed on ``days`` days with what stands in the channels."""
    ledger = Ledger()
    posted = {
        int(message["id"]): message
        for told in stand_in.messages.values()
        for message in told
        if int(message["author"]["id"]) == payloads.APPLICATION
        and "interaction_metadata" not in message
    }
    owners: Counter[int] = Counter()
    for daily in world.schedules.values():
        stored = await library.schedule(daily.id)
        assert stored is not None
        assert not stored.paused, f"daily story {daily.id} was paused: {stored.paused}"
        told = (await library.deliveries_of(daily.id, 1_000))[::-1]
        ledger.deliveries += len(told)
        ledger.messages += sum(len(each.messages) for each in told)
        ledger.losses += [f"daily story {daily.id}: a day was left out"] * (days - len(told))
        heard: list[Mark] = []  # of a serial
        for delivery in told:
            owners.update(delivery.messages)
            problem = _problem(daily, delivery, posted, stand_in)
            if not problem:
                marks = _marks(delivery, posted)
                heard += marks
                problem = _missing_part(world, daily, marks, heard)
            if problem:
                ledger.losses.append(f"delivery {delivery.id} of {daily.id}: {problem}")
    ledger.doubles += [
        f"message {message} ({told.get('nonce')}) in {told['channel_id']} belongs to nothing"
        for message, told in posted.items()
        if message not in owners
    ]
    ledger.doubles += [f"message {each} was counted twice" for each, n in owners.items() if n > 1]
    return ledger


def _problem(
    daily: DailyStory, delivery: StoredDelivery, posted: dict[int, Json], stand_in: StandIn
) -> str:
    """Say what is wrong with the messages of a delivery; "" when they are where they should."""
    place = daily.channel or payloads.direct_channel(daily.member or 0)
    if delivery.state != "sent":
        return f"it is {delivery.state}"
    if not delivery.messages or list(delivery.messages) != sorted(delivery.messages):
        return "its messages are out of order"
    if any(each not in posted for each in delivery.messages):
        return "a message of it is nowhere"
    if any(int(posted[each]["channel_id"]) != place for each in delivery.messages):
        return "a message of it is elsewhere"
    if daily.opens_thread and delivery.messages[-1] not in stand_in.channels.threads:
        return "it has no thread"
    return ""


def _marks(delivery: StoredDelivery, posted: dict[int, Json]) -> list[Mark]:
    text = "\n".join(posted[each]["content"] for each in delivery.messages)
    found = _MARK.findall(text.replace("\\", ""))
    return [(story, int(chapter), int(number), half) for story, chapter, number, half in found]


def _missing_part(world: World, daily: DailyStory, marks: list[Mark], heard: list[Mark]) -> str:
    """Say what is missing of a story, or between two instalments; "" when nothing is."""
    if daily.what is What.SERIAL:
        whole = world.serial[: len(heard)]
        told = heard
    else:
        story = marks[0][0] if marks else ""
        paragraphs = range(world.stories.get(story, 0))
        whole, told = [(story, 1, n, half) for n in paragraphs for half in "ab"], marks
    if marks and told == whole:
        return ""
    return f"its text is not whole: {marks[:2]} … {marks[-2:]}"
