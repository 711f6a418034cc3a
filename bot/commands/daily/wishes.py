"""What somebody wants of a daily story beside when and where, understood.

Typed into the options of the command or into a form: which stories, on which
days, between which dates.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice, product
from zoneinfo import ZoneInfo

from bot.commands.filters import Meant, NamesMissed, Typed, meant
from bot.controls import FIELD_LENGTH
from bot.daily import DailyStory, Length, Order, What
from bot.errors import DeliveryError, FiresideError, StoryNotFound
from bot.house import House
from bot.library.base import Card
from bot.prose.days import parse_day, parse_days
from bot.reading import NEAR
from bot.schedule import DailyTime, Weekday
from bot.story import Audience
from bot.wanted import MOST_NAMES, Wanted


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed; None or empty where it was left as it is.

    ``which`` is the one field of a form: a serial's title, else names with
    commas between; None leaves it as it is.
    """

    which: str | None = None
    story: str = ""  # the title of a serial
    typed: Typed = field(default_factory=Typed)
    days: str = ""
    from_date: str = ""
    until_date: str = ""
    order: Order | None = None
    length: Length | None = None
    role: int | None = None
    opens_thread: bool | None = None
    locale: str = "en"
    now: datetime | None = None


async def with_wish(
    house: House, audience: Audience, daily: DailyStory, wish: Wish
) -> tuple[DailyStory, FiresideError | None]:
    """Give ``daily`` as it is wished for, and the first part of the wish that is not clear.

    Everything that is clear is taken in, whatever else is not. ``audience`` is who
    asks and who will read it, whichever may see less.
    """
    daily = replace(
        daily,
        order=wish.order or daily.order,
        length=wish.length or daily.length,
        role=wish.role or daily.role,
        opens_thread=daily.opens_thread if wish.opens_thread is None else wish.opens_thread,
    )
    steps = (_with_days, _with_first, _with_last, _with_serial, _with_filters, _with_which)
    unclear: FiresideError | None = None
    for step in steps:
        try:
            daily = await step(house, audience, daily, wish)
        except FiresideError as error:
            unclear = unclear or error
    return daily, unclear


async def _with_days(_: House, __: Audience, daily: DailyStory, wish: Wish) -> DailyStory:
    return replace(daily, rule=with_dates(daily.rule, replace(wish, from_date="", until_date="")))


async def _with_first(_: House, __: Audience, daily: DailyStory, wish: Wish) -> DailyStory:
    return replace(daily, rule=with_dates(daily.rule, replace(wish, days="", until_date="")))


async def _with_last(_: House, __: Audience, daily: DailyStory, wish: Wish) -> DailyStory:
    return replace(daily, rule=with_dates(daily.rule, replace(wish, days="", from_date="")))


async def _with_serial(
    house: House, audience: Audience, daily: DailyStory, wish: Wish
) -> DailyStory:
    if not wish.story:
        return daily
    daily = replace(daily, what=What.SERIAL)
    return with_story(daily, await house.reading.titled(wish.story, audience))


async def _with_filters(
    house: House, audience: Audience, daily: DailyStory, wish: Wish
) -> DailyStory:
    if wish.typed == Typed():
        return daily
    return with_names(daily, await meant(house, audience, wish.typed))


async def _with_which(
    house: House, audience: Audience, daily: DailyStory, wish: Wish
) -> DailyStory:
    """Take in the one field of a form; emptied, anything may come."""
    which = wish.which
    if which is None:
        return daily
    if daily.what is What.SERIAL:
        if not which:
            return replace(daily, serial_of=0)
        return with_story(daily, await house.reading.titled(which, audience))
    found = await names_typed(house, audience, Meant(), which, "")
    return replace(daily, filter=replace(daily.filter, names=found.filter.names))


async def names_typed(
    house: House, audience: Audience, found: Meant, wanted: str, unwanted: str
) -> Meant:
    """Add to ``found`` the names typed with commas between: some asked for, some ruled out.

    Raises:
        NamesMissed: One is not known; every offer holds all the others.
        NoStoryFits: All stories with a name are for age-restricted channels.
        DeliveryError: They are more than can be kept.
    """
    missed: list[NamesMissed] = []
    asked = [
        *(Typed(tag=part) for part in _parts(wanted)),
        *(Typed(without=part) for part in _parts(unwanted)),
    ]
    for typed in asked:
        try:
            found = _joined(found, await meant(house, audience, typed))
        except NamesMissed as error:
            missed.append(error)
    if max(len(found.names), len(found.without)) > MOST_NAMES:
        raise DeliveryError("daily.too-many-names", most=MOST_NAMES)
    if missed:
        raise _all_missed(found, missed)
    return found


def _all_missed(found: Meant, missed: list[NamesMissed]) -> NamesMissed:
    """Give one error for all names that are not known: each offer completes all of them."""
    first, ways = missed[0], product(*(each.offers for each in missed))
    first.missed = [near for each in missed for near in each.missed]
    first.offers = []
    for way in islice(ways, NEAR):
        wanted = found.wanted
        for _, offer in way:
            wanted = _joined_wishes(wanted, offer)
        first.offers.append((", ".join(label for label, _ in way), wanted))
    return first


def _parts(typed: str) -> list[str]:
    return [part.strip() for part in typed.split(",") if part.strip()]


def _joined(first: Meant, second: Meant) -> Meant:
    return Meant(
        _joined_wishes(first.wanted, second.wanted),
        tuple(dict.fromkeys((*first.names, *second.names))),
        tuple(dict.fromkeys((*first.without, *second.without))),
    )


def _joined_wishes(first: Wanted, second: Wanted) -> Wanted:
    """Give ``first`` with the names of ``second`` as well."""
    return replace(
        first,
        names=tuple(dict.fromkeys((*first.names, *second.names))),
        without=tuple(dict.fromkeys((*first.without, *second.without))),
    )


async def which_told(house: House, daily: DailyStory, audience: Audience) -> str:
    """Write which stories it tells into the one field of a form: a title, or names."""
    if daily.what is What.SERIAL:
        card = await house.library.card(daily.serial_of, audience) if daily.serial_of else None
        return card.record.title[:FIELD_LENGTH].strip() if card else ""
    told: list[str] = []
    for kind, folded in daily.filter.names:
        name = await house.library.name_called((kind,), folded, audience)
        told.append(name.name if name else folded)
    return ", ".join(told)[:FIELD_LENGTH].strip()


def with_names(daily: DailyStory, found: Meant) -> DailyStory:
    """Give ``daily`` drawing from what was meant."""
    return replace(daily, filter=found.filter)


def with_story(daily: DailyStory, card: Card) -> DailyStory:
    """Give ``daily`` telling one story in instalments, from its beginning when it is another.

    Raises:
        StoryNotFound: It is a link only, so there is no text to tell.
    """
    if card.is_link_only:
        raise StoryNotFound("daily.link-only", title=card.record.title)
    return daily.telling(card.id)


def with_dates(rule: DailyTime, wish: Wish) -> DailyTime:
    """Give ``rule`` on the days and between the dates that are wished for.

    Raises:
        DeliveryError: One cannot be read, or they are the wrong way round.
    """
    days = rule.days
    if wish.days:
        found = parse_days(wish.days, wish.locale)
        if found is None:
            raise DeliveryError("daily.days-not-understood", text=wish.days)
        days = frozenset(Weekday(day) for day in found)
    return DailyTime(
        rule.hour,
        rule.minute,
        rule.zone,
        days,
        _day(wish.from_date, rule, wish) if wish.from_date else rule.from_date,
        _day(wish.until_date, rule, wish) if wish.until_date else rule.until_date,
    )


def _day(typed: str, rule: DailyTime, wish: Wish) -> date | None:
    """Read a date on the calendar of the zone; "-" stands for none."""
    if typed.strip() in ("-", "–"):
        return None
    assert wish.now is not None
    today = wish.now.astimezone(ZoneInfo(rule.zone)).date()
    day = parse_day(typed, wish.locale, today)
    if day is None:
        raise DeliveryError("daily.date-not-understood", text=typed)
    return day
