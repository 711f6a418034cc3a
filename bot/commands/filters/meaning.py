"""What was typed into the filters, understood: names looked up, lengths and languages read."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, product

from bot.commands.filters.languages import language_tag
from bot.errors import NoStoryFits, StoryNotFound
from bot.house import House
from bot.library.base import Collection, Filter, Name
from bot.prose.lengths import LONG_LEAST, SHORT_MOST, parse_length
from bot.reading import CHARACTER_KINDS, NEAR, TAG_KINDS, NearNames
from bot.story import Audience, Rating, TagKind
from bot.texts import FALLBACK, say
from bot.wanted import Wanted

Range = tuple[int | None, int | None]  # least and most words; None where open

NAMED: dict[str, tuple[TagKind, ...]] = {
    "character": CHARACTER_KINDS,
    "companion": CHARACTER_KINDS,
    "tag": TAG_KINDS,
    "fandom": (TagKind.FANDOM,),
    "author": (TagKind.AUTHOR,),
    "without": TAG_KINDS,
}
_LENGTHS: dict[str, Range] = {"short": (None, SHORT_MOST), "long": (LONG_LEAST, None)}
LENGTHS = ("drabble", *_LENGTHS)


@dataclass(frozen=True, slots=True)
class Typed:
    """The options of the filters as somebody filled them in."""

    character: str | None = None
    companion: str | None = None
    tag: str | None = None
    fandom: str | None = None
    author: str | None = None
    without: str | None = None
    length: str | None = None
    rating: int | None = None
    language: str | None = None
    complete: bool | None = None
    collection: str | None = None


@dataclass(frozen=True, slots=True)
class Meant:
    """What was asked for, understood.

    ``names``, ``without`` and ``collection`` are those of ``wanted``'s ids.
    """

    wanted: Wanted = field(default_factory=Wanted)
    names: tuple[Name, ...] = ()
    without: tuple[Name, ...] = ()
    collection: Collection | None = None

    @property
    def filter(self) -> Filter:
        """Give the question to the library."""
        return self.wanted.filter(self.names, self.without)


class NamesMissed(StoryNotFound):
    """Some names are not exactly what was typed.

    ``meant`` is what was understood; ``offers`` are ways to complete it, each
    with the names that it takes for those that were missed.
    """

    def __init__(self, meant: Meant, missed: Sequence[tuple[str, NearNames]]) -> None:
        super().__init__(missed[0][1].key, **missed[0][1].values)
        self.missed = [near for _, near in missed]
        self.offers: list[tuple[str, Wanted]] = []
        for names in islice(product(*(near.names for near in self.missed)), NEAR):
            wanted = meant.wanted
            for (option, _), name in zip(missed, names, strict=True):
                if option == "without":
                    wanted = replace(wanted, without=(*wanted.without, name.id))
                else:
                    wanted = wanted.naming(name)
            self.offers.append((", ".join(name.name for name in names), wanted))


async def meant(house: House, audience: Audience, typed: Typed) -> Meant:
    """Understand what was typed into the filters.

    Raises:
        NamesMissed: A name is not known here; the nearest are offered.
        NoStoryFits: All stories with a name are for age-restricted channels.
        StoryNotFound: A length, language or collection cannot be understood.
    """
    found: dict[str, Name] = {}
    missed: list[tuple[str, NearNames]] = []
    for option, kinds in NAMED.items():
        asked: str | None = getattr(typed, option)
        if not asked or not asked.strip():
            continue
        try:
            found[option] = await house.reading.name(kinds, asked, audience)
        except NearNames as near:
            # What no story has is left out already.
            if option != "without" or near.names:
                missed.append((option, near))
        except NoStoryFits:
            if option != "without":
                raise
    length: Range = (None, None)
    if typed.length:
        understood = words_meant(house, typed.length, audience.language)
        if understood is None:
            raise StoryNotFound("filter.no-length", typed=typed.length)
        length = understood
    collection = None
    if typed.collection and typed.collection.strip():
        collection = await house.reading.collection(typed.collection, audience)
    names = tuple({n.id: n for option, n in found.items() if option != "without"}.values())
    without = tuple(name for option, name in found.items() if option == "without")
    understood_all = Meant(
        Wanted(
            names=tuple(name.id for name in names),
            without=tuple(name.id for name in without),
            max_rating=None if typed.rating is None else Rating(typed.rating),
            min_words=length[0],
            max_words=length[1],
            language=language_tag(typed.language, audience.language) if typed.language else "",
            complete=typed.complete,
            collection=0 if collection is None else collection.id,
        ),
        names,
        without,
        collection,
    )
    if missed:
        raise NamesMissed(understood_all, missed)
    return understood_all


async def meant_by_code(house: House, audience: Audience, code: str) -> Meant:
    """Give what a button's code stands for.

    Raises:
        StoryNotFound: No story that may be shown here carries one of its names
            any more, or it is no code of ours.
    """
    try:
        wanted = Wanted.from_code(code)
    except ValueError:
        raise StoryNotFound("error.old-button") from None
    names = [await house.library.name(ident, audience) for ident in wanted.names]
    without = [await house.library.name(ident, audience) for ident in wanted.without]
    collection = None
    if wanted.collection:
        collection = await house.library.collection(wanted.collection, audience)
    if None in names or (wanted.collection and collection is None):
        raise StoryNotFound("find.gone")
    return Meant(
        wanted,
        tuple(name for name in names if name is not None),
        tuple(name for name in without if name is not None),
        collection,
    )


def words_meant(house: House, length: str, language: str = FALLBACK) -> Range | None:
    """Give the words that a length means, named or typed; None when it is neither.

    It may be named as it is offered in ``language``.
    """
    asked = length.strip().casefold()
    for key in LENGTHS:
        if asked in (key, say(f"length.{key}", language, told="").rstrip(" ()（）").casefold()):
            asked = key
    if asked == "drabble":
        return None, house.settings.drabble_max_words
    return _LENGTHS.get(asked) or parse_length(length)
